package store_test

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// giving is the atlas, asked about access.
type giving struct {
	places
	*management.Service
}

func eachGiving(t *testing.T, test func(t *testing.T, g giving)) {
	eachAtlas(t, func(t *testing.T, p places) {
		p.exec(`update organization set locations_enabled = $1, hierarchies_enabled = $1`, true)
		p.now = p.now.Add(time.Hour)
		test(t, giving{p, management.NewService(p.db, func() time.Time { return p.now })})
	})
}

func (g giving) who(external string) access.AccountID {
	g.t.Helper()
	id := g.text(`select account_id from account where external_id = $1`, external)
	if id == "" {
		g.t.Fatalf("there is no %s", external)
	}
	return access.AccountID(id)
}

func (g giving) at(external string) management.Spot {
	return management.Spot{Kind: access.AtLocation, ID: string(g.place(external))}
}

// listUsers is the sight of a country with all below it.
func (g giving) listUsers(to, at string) management.Giving {
	return management.Giving{To: g.who(to), Role: access.ListUsers, At: g.at(at), Extent: access.Within, From: day.None, Until: day.None, Reason: "covers for Fay"}
}

// gives gives it, having looked at the effect.
func (g giving) gives(by string, what management.Giving) (access.GrantID, error) {
	g.t.Helper()
	reach := g.reach(by, access.GrantEdit)
	effect, err := g.PreviewGiving(g.t.Context(), reach, what)
	if err != nil {
		return "", err
	}
	return g.Give(g.t.Context(), reach, what, effect.Effect.Seen)
}

func (g giving) mustGive(what management.Giving) access.GrantID {
	g.t.Helper()
	id, err := g.gives("ole", what)
	if err != nil {
		g.t.Fatal(err)
	}
	return id
}

// custom gives somebody a role of the organization's own, as a row.
func (g giving) custom(to, at, permissions string) {
	g.t.Helper()
	g.exec(`insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
		values (1, $1, $2, $1, $1, '', $3, '', 'organization location team purchase', $4, 0)`, "role-"+to, string(schoolID), permissions, false)
	g.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_location_id, extent, from_at, follows_home, given_by, reason)
		values (1, $1, $2, $3, $4, 'location', $5, 'within', 0, $6, 'test', '')`, "grant-"+to, string(schoolID), string(g.who(to)), "role-"+to, string(g.place(at)), false)
}

// moves places somebody elsewhere, as rows.
func (g giving) moves(who, to string) {
	g.t.Helper()
	g.exec(`update account set location_id = $1, home = (select path from location where location_id = $1) where external_id = $2`, string(g.place(to)), who)
	g.exec(`update account_home set location_id = $1 where account_id = $2 and until_at is null`, string(g.place(to)), string(g.who(who)))
}

func (g giving) sees(who string) string { return strings.Join(g.seen(g.t.(*testing.T), who), " ") }

// TestAccessIsGivenAfterALookAtIt (N-02): the form says first how many learners
// are gained, whom and where, and nothing is given by who has not looked.
func TestAccessIsGivenAfterALookAtIt(t *testing.T) {
	eachGiving(t, func(t *testing.T, g giving) {
		ctx, reach, what := t.Context(), g.reach("ole", access.GrantEdit), g.listUsers("stu6", "fr")
		p, err := g.PreviewGiving(ctx, reach, what)
		if err != nil {
			t.Fatal(err)
		}
		e := p.Effect
		if len(e.Changed) != 1 || e.Changed[0].Name != "Stu Six" || e.Changed[0].Gains != 6 || e.Changed[0].Loses != 0 || e.Others != 0 || len(e.Crosses) != 0 {
			t.Fatalf("%+v", e)
		}
		if got := strings.Join(e.Changed[0].GainsSample, ", "); got != "Art Arras, Fay France, Nia North, Stu One, Stu Three" {
			t.Errorf("by name: %s", got)
		}
		if got := e.Changed[0].Organizations; len(got) != 1 || got[0] != (management.SightAt{Name: "School", Gains: 6}) {
			t.Errorf("by organization: %+v", got)
		}
		if got := e.Changed[0].Locations; len(got) != 3 || got[0] != (management.SightAt{Name: "Arras", Gains: 3}) {
			t.Errorf("by location: %+v", got)
		}
		for _, seen := range []string{"", "something else"} {
			if _, err := g.Give(ctx, reach, what, seen); !errors.Is(err, management.ErrUnseen) {
				t.Errorf("given with %q: %v", seen, err)
			}
		}
		g.is("0", `select count(*) from role_grant where role = 'list_users'`)
		g.moves("stu5", "fr")
		if _, err := g.Give(ctx, reach, what, e.Seen); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("given for six when it is seven: %v", err)
		}
		if _, err := g.gives("ole", what); err != nil {
			t.Fatal(err)
		}
		if got := g.sees("stu6"); got != "fay nia art stu1 stu2 stu3 stu5" {
			t.Errorf("afterwards: %s", got)
		}
		g.is("grant.given "+string(g.who("stu6"))+" covers for Fay", `select action || ' ' || subject_id || ' ' || reason from audit_event where action like 'grant.%'`)
		if _, err := g.gives("ole", what); !errors.Is(err, management.ErrGiveThere) {
			t.Errorf("once more: %v", err)
		}
		held, err := g.Holdings(ctx, g.reach("ole", access.AccessExplain), g.who("stu6"))
		if err != nil || len(held.Now) != 1 || held.Now[0].Given.Name != "Ole Admin" || held.Now[0].Source() != management.ByHand || held.Now[0].Grant.Reason != "covers for Fay" {
			t.Errorf("%+v, %v", held, err)
		}
	})
}

// TestNobodyGivesMoreThanTheyHave (I-06): neither permissions nor learners that
// are not one's own, neither a higher role nor anything to oneself.
func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	eachGiving(t, func(t *testing.T, g giving) {
		g.custom("stu3", "north", "learner.view grant.edit access.explain")
		within := func(role access.RoleKey, to, at string) management.Giving {
			w := g.listUsers(to, at)
			w.Role = role
			return w
		}
		whole := within(access.ListUsers, "stu1", "arras")
		whole.At = management.Spot{Kind: access.AtOrganization, ID: string(schoolID)}
		here := within(access.LocalAdministrator, "stu1", "arras")
		here.Extent = access.Here
		for _, tt := range []struct {
			name, by string
			what     management.Giving
			want     error
		}{
			{"what one has", "stu3", within(access.ListUsers, "stu1", "arras"), nil},
			{"more permissions", "stu3", within(access.AnalyticsReader, "stu1", "arras"), management.ErrGiveMore},
			{"one's own role", "stu3", within("role-stu3", "stu2", "arras"), nil},
			{"a place above", "stu3", within(access.ListUsers, "stu1", "fr"), management.ErrGivePlace},
			{"a place beside", "stu3", within(access.ListUsers, "stu1", "de"), management.ErrGivePlace},
			{"the organization", "stu3", whole, management.ErrGivePlace},
			{"a role of the ladder", "stu3", here, management.ErrGiveMore},
			{"to oneself", "stu3", within(access.ListUsers, "stu3", "arras"), management.ErrGiveSelf},
			{"to somebody elsewhere", "stu3", within(access.ListUsers, "stu4", "arras"), fault.ErrNotFound},
			{"without the permission", "fay", within(access.ListUsers, "stu1", "arras"), fault.ErrForbidden},
			{"the reporter's role", "ole", within(access.LicenseReporter, "stu1", "arras"), management.ErrGiveRole},
			{"the buyer's role", "ole", within(access.Buyer, "stu1", "arras"), management.ErrGiveRole},
			{"a purchaser's", "ole", within(access.Purchaser, "stu1", "arras"), management.ErrGiveRole},
			{"a student's", "ole", within(access.Student, "stu1", "arras"), management.ErrGiveRole},
			{"an organization's role at a location", "ole", within(access.OrganizationAdministrator, "stu1", "arras"), management.ErrGiveRole},
			{"a role of nowhere", "ole", within("nothing", "stu1", "arras"), management.ErrGiveRole},
			{"a local role with all below", "ole", within(access.LocalAdministrator, "stu1", "arras"), fault.Field("extent", "The role cannot go that far at this place.")},
			{"a local role", "ole", here, nil},
			{"a local role for several", "ole", within(access.MultipleLocation, "stu2", "de"), nil},
		} {
			if _, err := g.gives(tt.by, tt.what); !errors.Is(err, tt.want) && fault.Sentence(err) != fault.Sentence(tt.want) || (tt.want == nil) != (err == nil) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		// What is offered is what can be given.
		_, roles, err := g.RolesAt(t.Context(), g.reach("stu3", access.GrantEdit), g.who("stu1"), g.at("lille"))
		var keys []string
		for _, r := range roles {
			keys = append(keys, string(r.Key))
		}
		if err != nil || strings.Join(keys, " ") != "list_users role-stu3" {
			t.Errorf("offered: %v, %v", keys, err)
		}
		found, err := g.GrantPlaces(t.Context(), g.reach("stu3", access.GrantEdit), g.who("stu1"), "R")
		var names []string
		for _, p := range found {
			names = append(names, p.Name)
		}
		if err != nil || strings.Join(names, " ") != "North Arras" {
			t.Errorf("places: %v, %v", names, err)
		}
		// A role that the whole ladder stands above of: a twin gives nothing (I-14).
		if err := g.reach("nia", access.GrantEdit).For(access.GrantEdit); err == nil {
			t.Error("a Reports Only role gives access")
		}
	})
}

// TestAccessBeginsAndEndsByItsDays (N-07): first and last day are days of the
// organization; what begins later shows nothing until then.
func TestAccessBeginsAndEndsByItsDays(t *testing.T) {
	eachGiving(t, func(t *testing.T, g giving) {
		zone := day.ZoneOr("Europe/Berlin")
		today := day.Of(g.now, zone)
		what := g.listUsers("stu6", "de")
		for _, tt := range []struct {
			name        string
			from, until day.Day
			field       string
		}{
			{"yesterday on", today.Add(-1), day.None, "from"},
			{"over before it begins", today.Add(5), today.Add(4), "until"},
			{"over already", day.None, today.Add(-1), "until"},
		} {
			what.From, what.Until = tt.from, tt.until
			_, err := g.gives("ole", what)
			if fields := fault.Fields(err); len(fields) != 1 || fields[0].Field != tt.field {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		what.From, what.Until = today.Add(2), today.Add(3)
		p, err := g.PreviewGiving(t.Context(), g.reach("ole", access.GrantEdit), what)
		if err != nil || len(p.Effect.Changed) != 1 || p.Effect.Changed[0].Gains != 4 {
			t.Errorf("the preview of what begins later: %+v, %v", p.Effect, err)
		}
		id := g.mustGive(what)
		start := what.From.Start(zone)
		for _, tt := range []struct {
			at   time.Time
			want string
		}{
			{g.now, ""},
			{start.Add(-time.Microsecond), ""},
			{start, "gus ben stu4 stu5"},
			{what.Until.Add(1).Start(zone).Add(-time.Microsecond), "gus ben stu4 stu5"},
			{what.Until.Add(1).Start(zone), ""},
		} {
			g.now = tt.at
			if got := g.sees("stu6"); got != tt.want {
				t.Errorf("at %s: %q, want %q", tt.at, got, tt.want)
			}
		}
		reach := g.reach("ole", access.GrantEdit)
		if err := g.Extend(t.Context(), reach, id, what.Until.Add(90)); !errors.Is(err, management.ErrEndOver) {
			t.Errorf("extended when it was over: %v", err)
		}
		if err := g.End(t.Context(), reach, id, "", ""); !errors.Is(err, management.ErrEndOver) {
			t.Errorf("ended when it was over: %v", err)
		}
	})
}

// TestAccessIsExtendedAndEnded (N-07): in one click, twice the same is once,
// and an end shows first whom its holder will see no longer.
func TestAccessIsExtendedAndEnded(t *testing.T) {
	eachGiving(t, func(t *testing.T, g giving) {
		ctx := t.Context()
		today := day.Of(g.now, day.ZoneOr("Europe/Berlin"))
		what := g.listUsers("stu6", "de")
		what.Until = today.Add(10)
		id := g.mustGive(what)
		open := g.mustGive(g.listUsers("stu6", "berlin"))
		reach := g.reach("ole", access.GrantEdit)
		soon, err := g.EndingSoon(ctx, reach, "")
		if err != nil || len(soon.Items) != 1 || soon.Items[0].Name != "Stu Six" || soon.Items[0].Given.Name != "Ole Admin" || soon.Items[0].Extended(g.now) != today.Add(100) {
			t.Errorf("ending soon: %+v, %v", soon, err)
		}
		g.custom("stu4", "berlin", "learner.view grant.edit access.explain")
		if none, err := g.EndingSoon(ctx, g.reach("stu4", access.GrantEdit), ""); err != nil || len(none.Items) != 0 {
			t.Errorf("told outside of the reach: %+v, %v", none, err)
		}
		for range 2 {
			if err := g.Extend(ctx, reach, id, today.Add(100)); err != nil {
				t.Error(err)
			}
		}
		g.is("1", `select count(*) from audit_event where action = 'grant.extended'`)
		if soon, err := g.EndingSoon(ctx, reach, ""); err != nil || len(soon.Items) != 0 {
			t.Errorf("extended, and still ending soon: %+v, %v", soon, err)
		}
		for name, err := range map[string]error{
			"an earlier day": g.Extend(ctx, reach, id, today.Add(99)),
			"what is open":   g.Extend(ctx, reach, open, today.Add(99)),
			"by whom it is":  g.Extend(ctx, g.reach("stu4", access.GrantEdit), "grant-stu4", today.Add(99)),
			"another's":      g.Extend(ctx, g.reach("stu4", access.GrantEdit), id, today.Add(199)),
			"a base role":    g.End(ctx, reach, access.GrantID(g.text(`select grant_id from role_grant where role = 'multiple_location_administrator' and account_id = $1`, string(g.who("gus")))), "", ""),
			"nothing":        g.End(ctx, reach, "nothing", "", ""),
		} {
			if err == nil {
				t.Errorf("%s: done", name)
			}
		}
		// The narrower one hides behind the wider: ending it takes nothing away.
		end, err := g.PreviewEnd(ctx, reach, open)
		if err != nil || !end.Effect.Harmless() {
			t.Errorf("%+v, %v", end.Effect, err)
		}
		end, err = g.PreviewEnd(ctx, reach, id)
		if err != nil || len(end.Effect.Changed) != 1 || end.Effect.Changed[0].Loses != 2 || strings.Join(end.Effect.Changed[0].LosesSample, ", ") != "Gus Germany, Stu Five" {
			t.Errorf("%+v, %v", end.Effect, err)
		}
		if err := g.End(ctx, reach, id, "back from leave", ""); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("ended unseen: %v", err)
		}
		if err := g.End(ctx, reach, id, "back from leave", end.Effect.Seen); err != nil {
			t.Fatal(err)
		}
		if got := g.sees("stu6"); got != "ben stu4" {
			t.Errorf("afterwards: %s", got)
		}
		g.is("back from leave", `select reason from audit_event where action = 'grant.ended'`)
		held, err := g.Holdings(ctx, g.reach("ole", access.AccessExplain), g.who("stu6"))
		if err != nil || len(held.Now) != 1 || len(held.Past) != 1 || held.Past[0].Grant.ID != id {
			t.Errorf("%+v, %v", held, err)
		}
		// Who may ask about Berlin alone is not told of access at other places.
		g.moves("stu6", "berlin")
		g.mustGive(g.listUsers("stu6", "fr"))
		held, err = g.Holdings(ctx, g.reach("stu4", access.AccessExplain), g.who("stu6"))
		if err != nil || len(held.Now) != 1 || held.Now[0].Grant.ID != open || held.Hidden != 1 || len(held.Past) != 0 || !held.Now[0].Given.Hidden {
			t.Errorf("from Berlin: %+v, %v", held, err)
		}
	})
}

// TestAccessCountsTowardTheManagerLimit (Q-13, I-22), also where two give it at
// the same time.
func TestAccessCountsTowardTheManagerLimit(t *testing.T) {
	eachGiving(t, func(t *testing.T, g giving) {
		g.exec(`update organization set manager_limit = (select count(distinct account_id) from role_grant) + 1`)
		reach := g.reach("ole", access.GrantEdit)
		one, other := g.listUsers("stu5", "de"), g.listUsers("stu6", "de")
		var done sync.WaitGroup
		errs := make([]error, 2)
		for i, what := range []management.Giving{one, other} {
			effect, err := g.PreviewGiving(t.Context(), reach, what)
			if err != nil {
				t.Fatal(err)
			}
			done.Go(func() { _, errs[i] = g.Give(t.Context(), reach, what, effect.Effect.Seen) })
		}
		done.Wait()
		if given := slices.IndexFunc(errs, func(err error) bool { return err == nil }); given < 0 || fault.KindOf(errs[1-given]) != fault.LimitReached {
			t.Errorf("%v", errs)
		}
		g.is("1", `select count(*) from role_grant where role = 'list_users'`)
		if _, err := g.gives("ole", g.listUsers("gus", "fr")); err != nil {
			t.Errorf("who counts already: %v", err)
		}
	})
}

// TestPeopleAreWarnedBeforeAccessEnds (N-07): holder and giver, fourteen and
// three days before, each once, and anew after an extension.
func TestPeopleAreWarnedBeforeAccessEnds(t *testing.T) {
	eachGiving(t, func(t *testing.T, g giving) {
		ctx := t.Context()
		g.exec(`update account set email = external_id || '@example.org', email_folded = external_id || '@example.org'`)
		today := day.Of(g.now, day.ZoneOr("Europe/Berlin"))
		long, short := g.listUsers("stu6", "de"), g.listUsers("stu5", "fr")
		long.Until, short.Until = today.Add(40), today.Add(9)
		id := g.mustGive(long)
		g.mustGive(short)
		g.mustGive(g.listUsers("stu4", "fr")) // open
		begin := g.now
		named := func(locale string, role access.Role) string { return locale + ":" + role.Name }
		letters := func(days int, want string) {
			t.Helper()
			g.now = begin.Add(time.Duration(days) * 24 * time.Hour)
			g.exec(`delete from mail`)
			for range 2 {
				if err := g.Warn(ctx, named); err != nil {
					t.Fatal(err)
				}
			}
			got := g.joinedMail()
			if got != want {
				t.Errorf("after %d days: %q, want %q", days, got, want)
			}
		}
		letters(0, "")
		letters(7, "grant.ending stu5, grant.ending_given ole")
		letters(8, "")
		letters(28, "grant.ending stu6, grant.ending_given ole")
		letters(37, "")
		if err := g.Extend(ctx, g.reach("ole", access.GrantEdit), id, today.Add(45)); err != nil {
			t.Fatal(err)
		}
		letters(37, "grant.ending stu6, grant.ending_given ole")
		g.exec(`update account set status = 'suspended' where external_id = 'ole'`)
		letters(43, "grant.ending stu6")
		g.exec(`update account set status = 'active' where external_id = 'ole'`)
		letters(46, "")
	})
}

func (g giving) joinedMail() string {
	rows, err := g.raw.Query(`select kind, recipient, subject from mail`)
	if err != nil {
		g.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var kind, to, subject string
		if err := rows.Scan(&kind, &to, &subject); err != nil {
			g.t.Fatal(err)
		}
		if !strings.Contains(subject, "20") {
			g.t.Errorf("a warning without the day: %s", subject)
		}
		out = append(out, kind+" "+strings.TrimSuffix(to, "@example.org"))
	}
	if err := rows.Err(); err != nil {
		g.t.Fatal(err)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// TestAccessInAClientIsWarnedOfAndNeverTheOtherWayRound (I-18, N-02).
func TestAccessInAClientIsWarnedOfAndNeverTheOtherWayRound(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		service := management.NewService(w.db, w.now)
		at := func(organization string) management.Spot {
			return management.Spot{Kind: access.AtOrganization, ID: organization}
		}
		gift := func(to access.AccountID, role access.RoleKey, spot management.Spot) management.Giving {
			what := management.Giving{To: to, Role: role, At: spot, Extent: access.Within, From: day.None, Until: day.None}
			if spot.Kind != access.AtOrganization {
				what.Extent = access.Here
			}
			return what
		}
		for _, tt := range []struct {
			name    string
			by      access.AccountID
			what    management.Giving
			crosses string
			gains   int
			want    error
		}{
			{"into a client", "master", gift("eve", access.ListUsers, at("south")), "south", 2, nil},
			{"by who does not reach it", "admin", gift("eve", access.ListUsers, at("south")), "", 0, management.ErrGivePlace},
			{"a client above", "master", gift("south-ann", access.ListUsers, at("north")), "", 0, management.ErrGivePlace},
			{"within the client", "south-admin", gift("south-ann", access.ListUsers, at("south")), "", 2, nil},
			{"a client's people above", "south-admin", gift("south-ann", access.ListUsers, at("north")), "", 0, management.ErrGivePlace},
			{"a purchase", "admin", gift("eve", access.AnalyticsReader, management.Spot{Kind: access.AtPurchase, ID: "acme"}), "", 4, nil},
			{"a purchase of another organization", "master", gift("south-ann", access.AnalyticsReader, management.Spot{Kind: access.AtPurchase, ID: "acme"}), "", 0, management.ErrGivePlace},
		} {
			reach := w.reach(t, tt.by, access.GrantEdit)
			p, err := service.PreviewGiving(t.Context(), reach, tt.what)
			if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
				continue
			}
			var gains int
			for _, c := range p.Effect.Changed {
				gains += c.Gains
			}
			if strings.Join(p.Effect.Crosses, " ") != tt.crosses || gains != tt.gains {
				t.Errorf("%s: +%d, crosses %q", tt.name, gains, p.Effect.Crosses)
			}
			if tt.want == nil {
				if _, err := service.Give(t.Context(), reach, tt.what, cmp.Or(p.Effect.Seen, "")); err != nil {
					t.Errorf("%s: %v", tt.name, err)
				}
			}
		}
	})
}
