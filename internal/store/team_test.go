package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// teaming is the world with two learner managers, eve and pia, and the services
// of teams.
type teaming struct {
	*world
	*team.Service
	acts *bulk.Service
}

func inTeams(t *testing.T, test func(t *testing.T, w teaming)) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, key := range access.LearnerManagement() {
			for _, who := range []access.AccountID{"eve", "pia"} {
				w.holds(t, who, key, access.AtOrganization, "north")
			}
		}
		teams := team.NewService(w.db, w.now)
		test(t, teaming{w, teams, bulk.NewService(w.db, w.now, team.Acts(teams)...)})
	})
}

// holds gives somebody a role at an organization or a team, as a row.
func (w *world) holds(tb testing.TB, who access.AccountID, key access.RoleKey, kind access.NodeKind, id string) {
	tb.Helper()
	column, extent := "node_organization_id", "within"
	if kind == access.AtTeam {
		column, extent = "team_id", "here"
	}
	w.db.Write(tb, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, `+column+`, extent, from_at, follows_home, given_by, reason)
		values (1, $1, 'north', $2, $3, $4, $5, $6, 0, $7, 'test', '')`, fmt.Sprintf("%s-%s-%s", who, key, id), string(who), string(key), string(kind), id, extent, false)
}

func (w teaming) ask(t testing.TB, who access.AccountID) bulk.Asks {
	return func(p access.Permission) access.Reach { return w.reach(t, who, p) }
}

// make makes a team with members, by somebody.
func (w teaming) make(t testing.TB, by access.AccountID, name string, members ...access.AccountID) access.TeamID {
	t.Helper()
	made, err := w.Create(t.Context(), w.reach(t, by, access.TeamCreate), w.reach(t, by, access.LearnerView), team.Draft{Name: name, People: members})
	if err != nil || made.Members != len(members) {
		t.Fatal(made, err)
	}
	return made.ID
}

// preview begins an act.
func (w teaming) preview(t testing.TB, by access.AccountID, kind bulk.Kind, id access.TeamID, said ...string) bulk.Act {
	t.Helper()
	var in team.Input
	for _, text := range said {
		in.People = append(in.People, team.Wanted{Text: text})
	}
	act, err := w.acts.Preview(t.Context(), w.reach(t, by, access.SelfView), w.ask(t, by), kind, string(id), in)
	if err != nil {
		t.Fatal(err)
	}
	return act
}

func (w teaming) confirm(t testing.TB, by access.AccountID, act bulk.Act) bulk.Act {
	t.Helper()
	done, err := w.acts.Confirm(t.Context(), w.reach(t, by, access.SelfView), w.ask(t, by), act.ID)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// members names who is in a team, as somebody sees them.
func (w teaming) members(t testing.TB, who access.AccountID, id access.TeamID) string {
	t.Helper()
	page, err := w.Members(t.Context(), w.reach(t, who, access.TeamView), w.reach(t, who, access.LearnerView), id, team.MemberQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range page.Items {
		names = append(names, string(m.ID))
	}
	if page.Total != len(names) {
		t.Errorf("%d members of %d", len(names), page.Total)
	}
	if of, err := w.Open(t.Context(), w.reach(t, who, access.TeamView), w.reach(t, who, access.LearnerView), id); err != nil || of.Members != page.Total {
		t.Errorf("the team says %d members, its list %d: %v", of.Members, page.Total, err)
	}
	return strings.Join(names, " ")
}

func results(plan bulk.Plan) string {
	var out []string
	for _, l := range plan.Lines {
		out = append(out, l.Result)
	}
	return strings.Join(out, " ")
}

// TestTeamNamesAreUniqueAndTheirMakerOwnsThem (M-116).
func TestTeamNamesAreUniqueAndTheirMakerOwnsThem(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "Company A Team", "ann", "ben")
		create, people := w.reach(t, "pia", access.TeamCreate), w.reach(t, "pia", access.LearnerView)
		if _, err := w.Create(t.Context(), create, people, team.Draft{Name: "company  a TEAM"}); !errors.Is(err, team.ErrName) {
			t.Errorf("the same name again: %v", err)
		}
		if _, err := w.Create(t.Context(), create, people, team.Draft{Name: "  "}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("no name: %v", err)
		}
		made, err := w.Create(t.Context(), create, people, team.Draft{Name: "B", People: []access.AccountID{"ann", "south-ann", "nobody"}})
		if err != nil || made.Members != 1 || made.LeftOut != 2 {
			t.Errorf("people of elsewhere: %+v, %v", made, err)
		}
		page, err := w.List(t.Context(), w.reach(t, "pia", access.TeamList), people, team.Query{})
		if err != nil || page.Total != 2 || page.Items[0].Name != "B" || page.Items[1].OwnerName != "eve name" || page.Items[1].Members != 2 {
			t.Errorf("one's own first: %+v, %v", page, err)
		}
		first, err := w.List(t.Context(), w.reach(t, "pia", access.TeamList), people, team.Query{Limit: 1})
		if err != nil || len(first.Items) != 1 || first.Next == "" {
			t.Fatal(first, err)
		}
		if rest, err := w.List(t.Context(), w.reach(t, "pia", access.TeamList), people, team.Query{Limit: 1, Cursor: first.Next}); err != nil || len(rest.Items) != 1 || rest.Items[0].ID != id || rest.Next != "" {
			t.Errorf("the next page: %+v, %v", rest, err)
		}
		if found, err := w.List(t.Context(), w.reach(t, "pia", access.TeamList), people, team.Query{Q: "COMPANY", Mine: true}); err != nil || found.Total != 0 {
			t.Errorf("mine only: %+v, %v", found, err)
		}
		w.is(t, 2, `select count(*) from audit_event where action = 'team.created'`)
	})
}

func (w teaming) is(t testing.TB, want int, query string, args ...any) {
	t.Helper()
	var n int
	w.db.Read(t, query, args, &n)
	if n != want {
		t.Errorf("%d, want %d: %s", n, want, query)
	}
}

// TestOthersTeamsAreReadOnly (M-118, M-119): whoever did not make a team reads
// it and changes nothing, by whatever way; an administrator may.
func TestOthersTeamsAreReadOnly(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "A", "ann")
		if got := w.members(t, "pia", id); got != "ann" {
			t.Errorf("another manager reads %q", got)
		}
		ctx := t.Context()
		for _, who := range []access.AccountID{"pia", "south-admin"} {
			edits, asks := w.reach(t, who, access.TeamEdit), w.ask(t, who)
			if err := w.Rename(ctx, edits, id, "Mine"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s renames: %v", who, err)
			}
			for _, kind := range []bulk.Kind{team.AddAct, team.RemoveAct, team.EndAct} {
				in := team.Chosen([]access.AccountID{"ann"})
				if _, err := w.Do(ctx, edits, asks, kind, id, in, ""); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s: %s at once: %v", who, kind, err)
				}
				if _, err := w.acts.Preview(ctx, w.reach(t, who, access.SelfView), asks, kind, string(id), in); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s: %s: %v", who, kind, err)
				}
			}
		}
		if _, err := w.Do(ctx, w.reach(t, "ann", access.TeamEdit), w.ask(t, "ann"), team.AddAct, id, team.Chosen([]access.AccountID{"ben"}), ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member: %v", err)
		}
		if err := w.Rename(ctx, w.reach(t, "admin", access.TeamEdit), id, "B"); err != nil {
			t.Errorf("an administrator renames: %v", err)
		}
		if _, err := w.Do(ctx, w.reach(t, "eve", access.TeamEdit), w.ask(t, "eve"), team.RemoveAct, id, team.Chosen([]access.AccountID{"ann"}), ""); err != nil {
			t.Errorf("the owner removes: %v", err)
		}
		if got := w.members(t, "eve", id); got != "" {
			t.Errorf("left: %q", got)
		}
	})
}

// TestAListOfPeopleIsTakenLineByLine (M-117): by address and external id; whom
// the list names outside of one's own learners is never told from nobody.
func TestAListOfPeopleIsTakenLineByLine(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "A", "ben")
		act := w.preview(t, "eve", team.AddAct, id, "ANN@example.org", "X-old", "X-ann", "ben@example.org", "south-ann@example.org", "nobody@example.org", "X-south-ann")
		if got := results(act.Plan); got != "added added twice member unknown unknown unknown" {
			t.Errorf("lines: %s", got)
		}
		if s := act.Plan.Lines[4]; s.Subject != "south-ann@example.org" || len(s.Detail) > 0 {
			t.Errorf("of somebody elsewhere it says %+v", s)
		}
		done := w.confirm(t, "eve", act)
		if got := w.members(t, "eve", id); got != "ann ben old" {
			t.Errorf("members: %s", got)
		}
		w.move(time.Hour)
		back, err := w.acts.Undo(t.Context(), w.reach(t, "eve", access.SelfView), w.ask(t, "eve"), done.ID)
		if err != nil || results(back.TakenBack) != "taken_back taken_back" || w.members(t, "eve", id) != "ben" {
			t.Errorf("taken back: %+v, %v", back.TakenBack, err)
		}
		history, err := w.Members(t.Context(), w.reach(t, "eve", access.TeamView), w.reach(t, "eve", access.LearnerView), id, team.MemberQuery{Past: true})
		if err != nil || history.Total != 3 {
			t.Fatal(history, err)
		}
		for _, m := range history.Items {
			if was := m.Until.Sub(m.From); m.ID != "ben" && was != time.Hour || m.ID == "ben" && !m.Until.IsZero() {
				t.Errorf("%s from %s until %s", m.ID, m.From, m.Until)
			}
		}
		w.is(t, 1, `select count(*) from audit_event where action = 'team.members_added'`)
		w.is(t, 1, `select count(*) from audit_event where action = 'team.members_removed'`)
	})
}

// TestAddingSaysWhoWillSeeThem: somebody who joins a team comes into the
// sight of those who have access at it, which is said first and looked at again.
func TestAddingSaysWhoWillSeeThem(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "A", "ann")
		w.holds(t, "other", access.ListUsers, access.AtTeam, string(id))
		w.holds(t, "pia", access.ListUsers, access.AtTeam, string(id)) // sees everybody anyway
		act := w.preview(t, "eve", team.AddAct, id, "ben@example.org", "old@example.org", "other@example.org")
		effect, err := team.EffectOf(act.Plan)
		if err != nil || len(effect.Changed) != 1 || effect.Changed[0].ID != "other" || effect.Changed[0].Gains != 2 || effect.Others != 0 ||
			!slices.Equal(effect.Changed[0].GainsSample, []string{"ben name", "old name"}) {
			t.Fatalf("%+v, %v", effect, err)
		}
		in := team.Chosen([]access.AccountID{"ben", "old", "other"})
		if _, err := w.Do(t.Context(), w.reach(t, "eve", access.TeamEdit), w.ask(t, "eve"), team.AddAct, id, in, ""); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("at once, not looked at: %v", err)
		}
		w.holds(t, "buyer", access.ListUsers, access.AtTeam, string(id))
		if _, err := w.acts.Confirm(t.Context(), w.reach(t, "eve", access.SelfView), w.ask(t, "eve"), act.ID); !errors.Is(err, bulk.ErrChanged) {
			t.Errorf("one watcher more than was looked at: %v", err)
		}
		if _, err := w.Do(t.Context(), w.reach(t, "eve", access.TeamEdit), w.ask(t, "eve"), team.AddAct, id, in, effect.Seen); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("at once, with the old look: %v", err)
		}
		plan, err := w.Preview(t.Context(), w.reach(t, "eve", access.TeamEdit), w.ask(t, "eve"), team.AddAct, id, in)
		if err != nil {
			t.Fatal(err)
		}
		if effect, err = team.EffectOf(plan); err != nil || len(effect.Changed) != 2 {
			t.Fatalf("%+v, %v", effect, err)
		}
		if _, err := w.Do(t.Context(), w.reach(t, "eve", access.TeamEdit), w.ask(t, "eve"), team.AddAct, id, in, effect.Seen); err != nil {
			t.Error(err)
		}
		if got := w.members(t, "eve", id); got != "ann ben old other" {
			t.Errorf("members: %s", got)
		}
		gone := w.preview(t, "eve", team.RemoveAct, id, "ann@example.org", "eve@example.org")
		if effect, err := team.EffectOf(gone.Plan); err != nil || len(effect.Changed) != 2 || effect.Changed[0].Loses != 1 || results(gone.Plan) != "removed no_member" {
			t.Errorf("who sees ann no longer: %+v, %v", effect, err)
		}
		done := w.confirm(t, "eve", gone)
		w.move(time.Minute)
		if back, err := w.acts.Undo(t.Context(), w.reach(t, "eve", access.SelfView), w.ask(t, "eve"), done.ID); err != nil || results(back.TakenBack) != "taken_back" || w.members(t, "eve", id) != "ann ben old other" {
			t.Errorf("put back: %+v, %v", back.TakenBack, err)
		}
	})
}

// TestNobodyIsAddedBeyondOnesOwnSight (I-06): whoever has access at the team
// would see what the adder may not.
func TestNobodyIsAddedBeyondOnesOwnSight(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "A")
		custom := func(id, permissions string) {
			w.db.Write(t, `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
				values (1, $1, 'north', $1, $1, '', $2, '', 'team', $3, 0)`, id, permissions, false)
		}
		custom("scheduler", "learner.view report.schedule") // which no learner manager has
		w.holds(t, "other", "scheduler", access.AtTeam, string(id))
		act := w.preview(t, "eve", team.AddAct, id, "ann@example.org")
		if got := results(act.Plan); got != "more_than_own" {
			t.Errorf("more than her own: %s", got)
		}
		if got := results(w.preview(t, "admin", team.AddAct, id, "ann@example.org").Plan); got != "added" {
			t.Errorf("an administrator: %s", got)
		}
		// Who edits one team and sees nobody but its members adds nobody.
		custom("editor", "team.list team.view team.edit learner.view")
		w.holds(t, "buyer", "editor", access.AtTeam, string(id))
		if got := results(w.preview(t, "buyer", team.AddAct, id, "ann@example.org", "nobody@example.org").Plan); got != "unknown unknown" {
			t.Errorf("outside of the adder's learners: %s", got)
		}
		if _, err := w.acts.Preview(t.Context(), w.reach(t, "buyer", access.SelfView), w.ask(t, "buyer"), team.EndAct, string(id), team.Input{}); !errors.Is(err, team.ErrEndOwn) {
			t.Errorf("deleting a team that was shared: %v", err)
		}
		of, err := w.Open(t.Context(), w.reach(t, "buyer", access.TeamView), w.reach(t, "buyer", access.LearnerView), id)
		if err != nil || of.OwnerName != "" {
			t.Errorf("who sees one team is told its owner's name: %+v, %v", of, err)
		}
	})
}

// TestADeletedTeamShowsNobodyAndComesBack (M-118).
func TestADeletedTeamShowsNobodyAndComesBack(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "A", "ann", "ben")
		w.holds(t, "other", access.ListUsers, access.AtTeam, string(id))
		sees := func() bool { return !w.reach(t, "other", access.LearnerView).IsEmpty() }
		act := w.preview(t, "eve", team.EndAct, id)
		effect, err := team.EffectOf(act.Plan)
		if err != nil || len(effect.Changed) != 1 || effect.Changed[0].Loses != 2 || act.Plan.Facts[team.FigureMembers] != 2 || !sees() {
			t.Fatalf("whose sight shrinks: %+v, %v", effect, err)
		}
		counted := w.managers(t).Count
		done := w.confirm(t, "eve", act)
		if sees() {
			t.Error("a deleted team still shows its people")
		}
		if n := w.managers(t).Count; n != counted-1 {
			t.Errorf("%d managers after %d", n, counted)
		}
		if _, err := w.Open(t.Context(), w.reach(t, "eve", access.TeamView), w.reach(t, "eve", access.LearnerView), id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a deleted team opens: %v", err)
		}
		other := w.make(t, "pia", "A")
		undo := func() error {
			_, err := w.acts.Undo(t.Context(), w.reach(t, "eve", access.SelfView), w.ask(t, "eve"), done.ID)
			return err
		}
		if err := undo(); !errors.Is(err, team.ErrRetaken) {
			t.Errorf("the name is taken: %v", err)
		}
		if err := w.Rename(t.Context(), w.reach(t, "pia", access.TeamEdit), other, "B"); err != nil {
			t.Fatal(err)
		}
		w.limit(t, counted-1)
		if err := undo(); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("no room for who had access: %v", err)
		}
		w.limit(t, counted)
		if err := undo(); err != nil || !sees() || w.members(t, "eve", id) != "ann ben" {
			t.Errorf("not back as it was: %v", err)
		}
	})
}

// TestBothSidesOfAMembershipAgree (M-120).
func TestBothSidesOfAMembershipAgree(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		first, second := w.make(t, "eve", "A", "ann", "ben"), w.make(t, "pia", "B", "ann")
		of, err := w.Of(t.Context(), w.reach(t, "eve", access.TeamView), w.reach(t, "eve", access.LearnerView), "ann", "ben", "south-ann")
		if err != nil || len(of["ann"]) != 2 || of["ann"][0].ID != first || of["ann"][1].ID != second || len(of["ben"]) != 1 || len(of) != 2 {
			t.Errorf("%+v, %v", of, err)
		}
		w.holds(t, "other", access.ReadTeams, access.AtTeam, string(first))
		w.holds(t, "other", access.ListUsers, access.AtTeam, string(first))
		of, err = w.Of(t.Context(), w.reach(t, "other", access.TeamView), w.reach(t, "other", access.LearnerView), "ann", "eve")
		if err != nil || len(of) != 1 || len(of["ann"]) != 1 || of["ann"][0].ID != first {
			t.Errorf("of one team: %+v, %v", of, err)
		}
		rows := 0
		if err := w.db.EachMembership(t.Context(), w.reach(t, "other", access.TeamView), w.reach(t, "other", access.LearnerView), "", func(in team.Team, m team.Member) error {
			if rows++; in.ID != first {
				t.Errorf("%s in %s", m.ID, in.Name)
			}
			return nil
		}); err != nil || rows != 2 {
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

// sharing is a team given to somebody.
func sharing(kind team.TargetKind, to string, role access.RoleKey) team.Sharing {
	return team.Sharing{Kind: kind, To: to, Role: role, From: day.None, Until: day.None}
}

// shares shares a team with somebody after a look at what that shows them.
func (w teaming) shares(t testing.TB, by access.AccountID, id access.TeamID, s team.Sharing) (team.SharePreview, error) {
	t.Helper()
	preview, err := w.PreviewShare(t.Context(), w.reach(t, by, access.TeamShare), id, s)
	if err != nil {
		return preview, err
	}
	_, err = w.Share(t.Context(), w.reach(t, by, access.TeamShare), id, s, preview.Effect.Seen)
	return preview, err
}

// TestOneTeamIsSharedWithAPersonOrAGroup: as read, edit or analytics, from a
// day to a day; what that shows is said first, and it ends from one request to the next.
func TestOneTeamIsSharedWithAPersonOrAGroup(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		id := w.make(t, "eve", "A", "ann", "ben")
		read := sharing(team.Person, "other", access.TeamReader)
		if _, err := w.Share(t.Context(), w.reach(t, "eve", access.TeamShare), id, read, ""); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("not looked at: %v", err)
		}
		preview, err := w.shares(t, "eve", id, read)
		if err != nil || len(preview.Effect.Changed) != 1 || preview.Effect.Changed[0].Gains != 2 {
			t.Fatalf("%+v, %v", preview.Effect, err)
		}
		if got := w.members(t, "other", id); got != "ann ben" {
			t.Errorf("a reader sees %q", got)
		}
		for p, can := range map[access.Permission]bool{access.EnrollmentView: false, access.ReportView: false, access.TeamEdit: false, access.TeamList: true} {
			if w.reach(t, "other", p).IsEmpty() == can {
				t.Errorf("a reader has %s: %v", p, !can)
			}
		}
		if _, err := w.shares(t, "eve", id, read); !errors.Is(err, management.ErrGiveThere) {
			t.Errorf("once more: %v", err)
		}
		w.db.Write(t, `insert into acting_group (realm_id, group_id, organization_id, name, name_folded, created_at) values (1, 'execs', 'north', 'Executives', 'executives', 0)`)
		w.db.Write(t, `insert into group_member (realm_id, organization_id, group_id, account_id, from_at) values (1, 'north', 'execs', 'buyer', 0)`)
		if _, err := w.shares(t, "eve", id, sharing(team.Group, "execs", access.TeamEditor)); !errors.Is(err, team.ErrShareWith) {
			t.Errorf("with a group that one does not know: %v", err)
		}
		w.db.Write(t, `insert into group_member (realm_id, organization_id, group_id, account_id, from_at) values (1, 'north', 'execs', 'eve', 0)`)
		if _, err := w.shares(t, "eve", id, sharing(team.Group, "execs", access.TeamEditor)); err != nil {
			t.Fatal(err)
		}
		if err := w.Rename(t.Context(), w.reach(t, "buyer", access.TeamEdit), id, "B"); err != nil {
			t.Errorf("an editor renames: %v", err)
		}
		if _, err := w.shares(t, "buyer", id, sharing(team.Person, "old", access.TeamReader)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an editor shares on: %v", err)
		}
		later := sharing(team.Person, "old", access.TeamAnalyst)
		today := day.Of(w.now(), w.berlin)
		later.From, later.Until = today.Add(2), today.Add(3)
		if _, err := w.shares(t, "eve", id, later); err != nil {
			t.Fatal(err)
		}
		sees := func() bool { return !w.reach(t, "old", access.ReportView).IsEmpty() }
		if sees() {
			t.Error("before the first day")
		}
		w.move(48 * time.Hour)
		if !sees() {
			t.Error("on the first day")
		}
		w.move(48 * time.Hour)
		if sees() {
			t.Error("after the last day")
		}
		list, err := w.Shares(t.Context(), w.reach(t, "eve", access.TeamShare), id)
		if err != nil || len(list) != 2 || !list[0].Ends || list[0].With.Name != "other name" || list[1].With.Name != "Executives" || list[1].With.People != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		end, err := w.PreviewShareEnd(t.Context(), w.reach(t, "eve", access.TeamShare), id, list[0].Grant)
		if err != nil || len(end.Effect.Changed) != 1 || end.Effect.Changed[0].Loses != 2 {
			t.Errorf("the end: %+v, %v", end.Effect, err)
		}
		if err := w.EndShare(t.Context(), w.reach(t, "pia", access.TeamShare), id, list[0].Grant, end.Effect.Seen); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else ends it: %v", err)
		}
		if err := w.EndShare(t.Context(), w.reach(t, "eve", access.TeamShare), id, list[0].Grant, end.Effect.Seen); err != nil {
			t.Error(err)
		}
		if !w.reach(t, "other", access.TeamView).IsEmpty() {
			t.Error("it goes on after its end")
		}
		w.is(t, 3, `select count(*) from audit_event where action = 'team.shared'`)
		w.is(t, 1, `select count(*) from audit_event where action = 'team.share_ended'`)
	})
}

// TestNobodySharesMoreThanTheyHave (I-06, I-22): the owner of a team who does
// not see learning does not share that, nobody shares with themselves, and the
// manager limit counts.
func TestNobodySharesMoreThanTheyHave(t *testing.T) {
	inTeams(t, func(t *testing.T, w teaming) {
		for _, key := range []access.RoleKey{access.CreateTeams, access.ListUsers} {
			w.holds(t, "old", key, access.AtOrganization, "north")
		}
		id := w.make(t, "old", "A", "ann")
		if _, err := w.shares(t, "old", id, sharing(team.Person, "other", access.TeamAnalyst)); !errors.Is(err, management.ErrGiveMore) {
			t.Errorf("what the owner does not see: %v", err)
		}
		if _, err := w.shares(t, "old", id, sharing(team.Person, "old", access.TeamReader)); !errors.Is(err, management.ErrGiveSelf) {
			t.Errorf("with oneself: %v", err)
		}
		for _, bad := range []team.Sharing{sharing(team.Person, "south-ann", access.TeamReader), sharing(team.Person, "nobody", access.TeamReader), sharing(team.Person, "other", access.ListUsers)} {
			if _, err := w.shares(t, "old", id, bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		w.limit(t, w.managers(t).Count)
		if _, err := w.shares(t, "old", id, sharing(team.Person, "other", access.TeamReader)); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("no room: %v", err)
		}
		w.limit(t, w.managers(t).Count+1)
		if _, err := w.shares(t, "old", id, sharing(team.Person, "other", access.TeamReader)); err != nil {
			t.Errorf("with room: %v", err)
		}
		targets, err := w.Targets(t.Context(), w.reach(t, "old", access.TeamShare), id, "name")
		if err != nil || len(targets) == 0 || slices.ContainsFunc(targets, func(o team.Target) bool { return o.ID == "old" || strings.HasPrefix(o.ID, "south") }) {
			t.Errorf("%+v, %v", targets, err)
		}
	})
}
