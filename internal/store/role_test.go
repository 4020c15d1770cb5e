package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// casting is the atlas with its custom roles, asked through the service.
type casting struct {
	places
	*management.Roles
}

func eachCasting(t *testing.T, test func(t *testing.T, c casting)) {
	eachAtlas(t, func(t *testing.T, p places) {
		test(t, casting{p, management.NewRoles(p.db)})
	})
}

var (
	readsReports = access.SetOf(access.LearnerView, access.ReportView)
	anywhere     = management.NodeKinds()
)

// make makes a role as ole.
func (c casting) make(t *testing.T, d management.RoleDraft) access.RoleKey {
	t.Helper()
	key, err := c.Add(t.Context(), c.reach("ole", access.RoleEdit), d)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// gives makes somebody hold a role at a location, or at the organization.
func (c casting) gives(who string, role access.RoleKey, at, extent string) {
	kind, organization, location := "organization", any(string(schoolID)), any(nil)
	if at != "" {
		kind, organization, location = "location", nil, string(c.place(at))
	}
	c.exec(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, node_location_id, extent, from_at, follows_home, given_by, reason)
		values (1, $1, $2, (select account_id from account where external_id = $3), $4, $5, $6, $7, $8, 0, $9, '', '')`,
		access.NewID(), string(schoolID), who, string(role), kind, organization, location, extent, false)
}

// saves looks at what an edit changes and goes on.
func (c casting) saves(t *testing.T, key access.RoleKey, version int, d management.RoleDraft) management.RoleEffect {
	t.Helper()
	edit := c.reach("ole", access.RoleEdit)
	effect, err := c.Preview(t.Context(), edit, key, d)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Edit(t.Context(), edit, key, management.RoleEdit{RoleDraft: d, Version: version, Seen: effect.Seen, Reason: "as agreed"}); err != nil {
		t.Fatal(err)
	}
	return effect
}

// changesOf is what an effect says, in one line.
func changesOf(e management.RoleEffect) string {
	var out []string
	for _, c := range e.Changes {
		line := c.Permission.String()
		if c.Gains.People > 0 {
			line += fmt.Sprintf(" +%d over %d", c.Gains.People, c.Gains.Learners)
		}
		if c.Loses.People > 0 {
			line += fmt.Sprintf(" -%d over %d", c.Loses.People, c.Loses.Learners)
		}
		out = append(out, line)
	}
	return strings.Join(out, ", ")
}

// TestACustomRoleGivesWhatItSaysWhereItSays (M-206): from the next request on,
// at the kinds of place it is for, and reports at most where it is Reports Only.
func TestACustomRoleGivesWhatItSaysWhereItSays(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		key := c.make(t, management.RoleDraft{Name: "Reader", Any: readsReports, Nodes: []access.NodeKind{access.AtLocation}})
		c.gives("stu1", key, "de", "within")
		if got, want := c.seen(t, "stu1"), []string{"gus", "ben", "stu4", "stu5"}; !slices.Equal(got, want) {
			t.Errorf("a reader of Germany sees %v, want %v", got, want)
		}
		for who, at := range map[string]string{"stu2": "", "stu3": "fr"} { // of which one is where the role is not for
			c.gives(who, key, at, "here")
		}
		if got := c.seen(t, "stu2"); len(got) > 0 {
			t.Errorf("a role for locations, held at the organization, shows %v", got)
		}
		if got, want := c.seen(t, "stu3"), []string{"fay"}; !slices.Equal(got, want) {
			t.Errorf("a reader of France alone sees %v, want %v", got, want)
		}
		// A row that says more than a Reports Only role may, however it came to that.
		c.exec(`update custom_role set reports_only = $1, any_permissions = 'report.view account.edit learner.view', own_permissions = 'team.edit'`, true)
		held := c.facts("stu1")
		for p, want := range map[access.Permission]bool{access.ReportView: true, access.AccountEdit: false, access.LearnerView: false, access.TeamEdit: false} {
			if got := held.Can(p, c.now); got != want {
				t.Errorf("Reports Only gives %s: %v", p, got)
			}
		}
		c.exec(`update custom_role set reports_only = $1, any_permissions = 'report.view', own_permissions = ''`, true)
	})
}

// TestNobodyMakesARoleThatGivesMoreThanTheyHave is I-06 for the writes of
// custom roles: making one, editing one, and editing one that is held where the
// maker's access does not go.
func TestNobodyMakesARoleThatGivesMoreThanTheyHave(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		c.now = c.now.Add(time.Hour)
		maker := c.make(t, management.RoleDraft{Name: "Maker of roles", Any: readsReports | access.SetOf(access.RoleView, access.RoleEdit), Nodes: anywhere[:2]})
		reader := c.make(t, management.RoleDraft{Name: "Reader", Any: readsReports, Nodes: anywhere})
		c.gives("stu1", maker, "", "here")
		c.gives("stu2", reader, "de", "here")
		c.gives("stu3", maker, "de", "within") // roles are the organization's: there is nothing to make here
		own, place := c.reach("stu1", access.RoleEdit), c.reach("stu3", access.RoleEdit)
		draft := func(name string, set access.Set) management.RoleDraft {
			return management.RoleDraft{Name: name, Any: set, Nodes: anywhere[:2]}
		}
		edit := func(reach access.Reach, key access.RoleKey, d management.RoleDraft) error {
			effect, err := c.Preview(t.Context(), reach, key, d)
			if err != nil {
				return err
			}
			return c.Edit(t.Context(), reach, key, management.RoleEdit{RoleDraft: d, Version: 1, Seen: effect.Seen})
		}
		add := func(reach access.Reach, d management.RoleDraft) error {
			_, err := c.Add(t.Context(), reach, d)
			return err
		}
		for _, tt := range []struct {
			name string
			err  error
			want error
		}{
			{"of one's own permissions", add(own, draft("Mine", readsReports)), nil},
			{"of one more", add(own, draft("More", readsReports|access.SetOf(access.AccountEdit))), management.ErrRoleMoreThanOwn},
			{"of one more, over what one owns", add(own, management.RoleDraft{Name: "More", Any: readsReports, Own: access.SetOf(access.TeamEdit), Nodes: anywhere}), management.ErrRoleMoreThanOwn},
			{"at a location", add(place, draft("Below", readsReports)), fault.ErrNotFound},
			{"a master's permission", add(c.reach("ole", access.RoleEdit), draft("Master", access.SetOf(access.ClientEdit))), management.ErrRoleMoreThanOwn},
			{"without the permission", add(c.reach("fay", access.RoleEdit), draft("Fay's", readsReports)), fault.ErrForbidden},
			{"one more into a role", edit(own, reader, draft("Reader", access.SetOf(access.AccountEdit))), management.ErrRoleMoreThanOwn},
			{"held where one does not reach", edit(own, reader, draft("Reader", access.SetOf(access.ReportView))), management.ErrRoleMoreThanOwn},
			{"the end of that", c.End(t.Context(), own, reader, management.RoleEdit{}), management.ErrRoleMoreThanOwn},
			{"another's role, at a location", edit(place, reader, draft("Reader", readsReports)), fault.ErrNotFound},
		} {
			if !errors.Is(tt.err, tt.want) || (tt.want == nil) != (tt.err == nil) {
				t.Errorf("%s: %v, want %v", tt.name, tt.err, tt.want)
			}
		}
		c.exec(`update role_grant set extent = 'beyond', node_kind = 'organization', node_organization_id = $1, node_location_id = null where role = $2`, string(schoolID), string(reader))
		if err := edit(c.reach("ole", access.RoleEdit), reader, draft("Reader", readsReports)); !errors.Is(err, management.ErrRoleMoreThanOwn) {
			t.Errorf("held over clients, too, which only a master reaches: %v", err)
		}
	})
}

// TestSavingARoleShowsWhoGainsAndLosesWhat (N-19): how many people, which
// permission, over how many learners; and nothing is saved that was not looked at.
func TestSavingARoleShowsWhoGainsAndLosesWhat(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		c.now = c.now.Add(time.Hour)
		before := management.RoleDraft{Name: "Reader", Any: readsReports | access.SetOf(access.ReportExport), Nodes: anywhere}
		key := c.make(t, before)
		c.gives("stu1", key, "de", "within")
		c.gives("stu2", key, "berlin", "here")
		c.gives("gus", key, "de", "here") // who has all of it by the base role
		edit := c.reach("ole", access.RoleEdit)
		to := before
		to.Any = readsReports | access.SetOf(access.MatrixView, access.LocationEdit)
		effect, err := c.Preview(t.Context(), edit, key, to)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := changesOf(effect), "matrix.view +2 over 4, report.export -2 over 4, location.edit +3 over 4"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if !effect.Sight.Harmless() || effect.Role.Version != 1 {
			t.Errorf("who sees whom does not change: %+v", effect)
		}
		for name, seen := range map[string]string{"unseen": "", "what somebody else saw": "0123456789abcdef01234567"} {
			if err := c.Edit(t.Context(), edit, key, management.RoleEdit{RoleDraft: to, Version: 1, Seen: seen}); !errors.Is(err, management.ErrUnseen) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !c.facts("stu1").Can(access.ReportExport, c.now) {
			t.Error("a refused edit changed something")
		}
		c.saves(t, key, 1, to)
		if held := c.facts("stu1"); held.Can(access.ReportExport, c.now) || !held.Can(access.MatrixView, c.now) {
			t.Error("the edit counts from the next request on")
		}
		// Whoever looked at the first version is told.
		if err := c.Edit(t.Context(), edit, key, management.RoleEdit{RoleDraft: before, Version: 1}); !errors.Is(err, management.ErrRoleChanged) {
			t.Errorf("a second editor: %v", err)
		}
		// Of all sight, and of the places it is for.
		away := to
		away.Nodes = []access.NodeKind{access.AtTeam}
		away.Any = readsReports
		effect, err = c.Preview(t.Context(), edit, key, away)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := changesOf(effect), "learner.view -2 over 4, matrix.view -2 over 4, report.view -2 over 4, location.edit -3 over 4"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		var lost []string
		for _, s := range effect.Sight.Changed {
			lost = append(lost, fmt.Sprintf("%s -%d", s.Name, s.Loses))
		}
		if got, want := strings.Join(lost, ", "), "Stu One -4, Stu Two -2"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		end, err := c.PreviewEnd(t.Context(), edit, key)
		if err != nil || changesOf(end) != changesOf(effect) {
			t.Errorf("the end: %s, %v", changesOf(end), err)
		}
		if err := c.End(t.Context(), edit, key, management.RoleEdit{}); !errors.Is(err, management.ErrUnseen) {
			t.Errorf("an end that nobody looked at: %v", err)
		}
		if err := c.End(t.Context(), edit, key, management.RoleEdit{Seen: end.Seen, Reason: "not needed"}); err != nil {
			t.Fatal(err)
		}
		c.is("0", `select count(*) from role_grant where role = $1 and ended_at is null`, string(key))
		if got := c.seen(t, "stu1"); len(got) > 0 {
			t.Errorf("a role that has ended shows %v", got)
		}
		if err := c.End(t.Context(), edit, key, management.RoleEdit{Seen: end.Seen}); !errors.Is(err, management.ErrRoleEnded) {
			t.Errorf("ends twice: %v", err)
		}
	})
}

// TestHoldersOfARoleArePaged: everybody who holds a role is named, a page at a
// time, and each once.
func TestHoldersOfARoleArePaged(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		key := c.make(t, management.RoleDraft{Name: "Reader", Any: readsReports, Nodes: anywhere[:2]})
		const many = 205
		for i := range many {
			id := fmt.Sprintf("holder-%03d", i)
			c.exec(`insert into account (realm_id, account_id, organization_id, learner, external_id, given_name, family_name, name, name_folded, search_text, status, base_role, home, created_at)
				select 1, $1, a.organization_id, $2, $1, 'H', 'H', $3, $4, $4, 'active', 'student', a.home, 0 from account a where a.external_id = 'ole'`,
				id, 100_000+i, fmt.Sprintf("Holder %03d", i), fmt.Sprintf("holder %03d", i))
			c.exec(`insert into account_home (realm_id, account_id, from_at) values (1, $1, 0)`, id)
			c.gives(id, key, "", "here")
		}
		c.exec(`update realm set learners = $1`, 100_000+many)
		c.gives("holder-099", key, "de", "here") // one person, twice
		view := c.reach("ole", access.RoleView)
		var names []string
		sizes := ""
		for from := ""; ; {
			d, err := c.OpenFrom(t.Context(), view, key, from)
			if err != nil || d.People != many || d.Others != 0 {
				t.Fatalf("%d people, %d others, %v", d.People, d.Others, err)
			}
			sizes += fmt.Sprint(len(d.Holders), " ")
			for _, h := range d.Holders {
				names = append(names, h.Name)
			}
			if from = d.Next; from == "" {
				break
			}
		}
		if !slices.IsSorted(names) || len(names) != many+1 || len(slices.Compact(names)) != many || sizes != "101 100 5 " {
			t.Errorf("%d holders are named, page by page %s", len(names), sizes)
		}
		if _, err := c.OpenFrom(t.Context(), view, access.LocalAdministrator, "nonsense"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a cursor that is none: %v", err)
		}
	})
}

// TestARoleEditCountsWhoIsInvited: they hold the role as soon as they come, and
// nobody looks again then.
func TestARoleEditCountsWhoIsInvited(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		draft := management.RoleDraft{Name: "Reader", Any: readsReports, Nodes: anywhere[:2]}
		key := c.make(t, draft)
		c.gives("stu1", key, "", "within")
		more := draft
		more.Any |= access.SetOf(access.MatrixView)
		for _, tt := range []struct {
			status string
			people int
		}{{"active", 1}, {"invited", 1}, {"suspended", 0}} {
			c.exec(`update account set status = $1 where external_id = 'stu1'`, tt.status)
			effect, err := c.Preview(t.Context(), c.reach("ole", access.RoleEdit), key, more)
			if err != nil {
				t.Fatal(err)
			}
			gain := 0
			for _, change := range effect.Changes {
				if change.Permission == access.MatrixView {
					gain = change.Gains.People
				}
			}
			if gain != tt.people {
				t.Errorf("somebody %s who holds the role: %d people gain, want %d", tt.status, gain, tt.people)
			}
		}
	})
}

// TestEveryVersionOfARoleIsKept: who wrote it, when, why, and what it gave.
func TestEveryVersionOfARoleIsKept(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		first := management.RoleDraft{Name: "Reader", Description: "Reads.", Any: readsReports, Nodes: anywhere[:2]}
		key := c.make(t, first)
		second := first
		second.Name, second.Any, second.Own, second.Nodes = "Team and report reader", readsReports|access.SetOf(access.TeamList), access.SetOf(access.TeamEdit), anywhere
		c.now = c.now.Add(time.Hour)
		if effect := c.saves(t, key, 1, second); !effect.Harmless() {
			t.Errorf("nobody holds it: %+v", effect)
		}
		c.saves(t, key, 2, second) // says the same: no version
		view := c.reach("ole", access.RoleView)
		d, err := c.Open(t.Context(), view, key)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, v := range d.Versions {
			said = append(said, fmt.Sprintf("%d %s by %s at %s: %s", v.Version, v.Name, v.By.Name, v.At.Format("15:04"), v.Reason))
		}
		if want := []string{"2 Team and report reader by Ole Admin at 10:00: as agreed", "1 Reader by Ole Admin at 09:00: "}; !slices.Equal(said, want) {
			t.Errorf("%q, want %q", said, want)
		}
		if !d.Versions[1].Same(first) || !d.Versions[0].Same(second) || !d.Custom.Same(second) || d.Custom.Version != 2 {
			t.Errorf("%+v", d)
		}
		c.is("2", `select count(*) from audit_event where subject_kind = 'role'`)
		c.is("as agreed", `select reason from audit_event where action = 'role.changed'`)

		c.gives("stu1", key, "de", "here")
		c.gives("fay", key, "", "here")
		if d, err = c.Open(t.Context(), view, key); err != nil || len(d.Holders) != 2 || d.Holders[0].Name != "Fay France" || d.Holders[1].Grant.Node.Label != "Germany" || d.Others != 0 {
			t.Errorf("%+v, %v", d.Holders, err)
		}
		list, err := c.List(t.Context(), view)
		if err != nil || len(list.Custom) != 1 || list.Custom[0].People != 2 {
			t.Errorf("%+v, %v", list.Custom, err)
		}
		people := map[access.RoleKey]int{}
		for _, r := range list.System {
			people[r.Key] = r.People
		}
		if people[access.OrganizationAdministrator] != 1 || people[access.MultipleLocation] != 2 || people[access.LocalAdministrator] != 2 || people[access.LicenseReporter] != 0 {
			t.Errorf("%v", people)
		}
		if d, err = c.Open(t.Context(), view, access.LocalAdministrator); err != nil || d.Custom != nil || len(d.Holders) != 2 || d.Holders[0].Grant.Node.Label != "Arras" {
			t.Errorf("%+v, %v", d, err)
		}
		for _, name := range []string{"team and report READER", "Local administrator"} {
			other := first
			other.Name = name
			if _, err := c.Add(t.Context(), c.reach("ole", access.RoleEdit), other); fault.KindOf(err) != fault.Invalid || fault.Fields(err)[0].Field != "name" {
				t.Errorf("another %s: %v", name, err)
			}
		}
		if _, err := c.Open(t.Context(), view, "nothing"); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("what is not there: %v", err)
		}
	})
}

// TestWhoLosesARoleByItsEditWritesNoMore (I-23): what was decided before an
// edit is decided again.
func TestWhoLosesARoleByItsEditWritesNoMore(t *testing.T) {
	eachCasting(t, func(t *testing.T, c casting) {
		c.now = c.now.Add(time.Hour)
		makes := management.RoleDraft{Name: "Maker", Any: readsReports | access.SetOf(access.RoleView, access.RoleEdit), Nodes: anywhere[:2]}
		key := c.make(t, makes)
		c.gives("stu1", key, "", "here")
		before := c.reach("stu1", access.RoleEdit)
		makes.Any = makes.Any.Without(access.SetOf(access.RoleEdit))
		c.saves(t, key, 1, makes)
		if _, err := c.Add(t.Context(), before, management.RoleDraft{Name: "Late", Any: readsReports, Nodes: anywhere}); !errors.Is(err, fault.ErrForbidden) {
			t.Errorf("with a reach of before: %v", err)
		}
	})
}
