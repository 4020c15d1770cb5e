package app

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/roster"
)

// ways are the writes that give access. TestEveryWayIsTried holds them against
// the routes.
var ways = []way{
	{name: "base role", attempts: (*escalation).byBaseRole},
	{name: "new person", attempts: (*escalation).byNewPerson},
	{name: "place", attempts: (*escalation).byPlace},
	{name: "address", attempts: (*escalation).byAddress},
	{name: "group member", attempts: (*escalation).byGroup},
	{name: "reporter", attempts: (*escalation).byReporter, fixed: func() access.Set { r, _ := access.Preset(access.LicenseReporter); return r.Any }()},
	{name: "access", attempts: (*escalation).byAccess},
	{name: "policy", attempts: (*escalation).byPolicy},
	{name: "share of a team", attempts: (*escalation).byShare},
	{name: "team member", attempts: (*escalation).byTeam},
	{name: "location move", attempts: (*escalation).byLocation},
	{name: "location merge", attempts: (*escalation).byMerge},
	{name: "role edit", attempts: (*escalation).byRoleEdit}, // the last: it makes the narrow ones wide
}

// raised are the base roles that give anything over others.
func raised() []access.RoleKey {
	var out []access.RoleKey
	for _, r := range access.BaseRoles() {
		if r.Rank > 2 {
			out = append(out, r.Key)
		}
	}
	return out
}

func (e *escalation) byBaseRole(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, to := range []string{author, "ben", "carl", "orgro"} {
		if author == "ada" && to == "ada" {
			continue // she stands highest, and is needed as she is
		}
		for _, role := range raised() {
			out[fmt.Sprintf("making %s %s", to, role)] = func() error {
				return e.a.Accounts.ChangeRole(t.Context(), asks(access.AccountRole), e.accounts[to].ID, role, "")
			}
		}
	}
	return out
}

func (e *escalation) byNewPerson(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, role := range raised() {
		for _, at := range []string{"l1", "l2", ""} {
			name := fmt.Sprintf("adding a %s at %q", role, at)
			out[name] = func() error {
				made, err := e.a.Accounts.Create(t.Context(), asks(access.AccountCreate), account.New{
					Organization: e.accounts["ada"].Organization, Name: account.Name{Given: "New", Family: author}, Role: role, Location: access.LocationID(e.locations[at]),
				})
				if err == nil {
					// Nobody knew them before: what they hold is all got.
					who := author + " " + name
					e.accounts[who], e.everybody = made, append(e.everybody, who)
					e.held[who], e.placed[who] = access.NewFacts(access.Actor{Realm: made.Realm, Account: made.ID}, 0, nil), access.Placement{Account: made.ID, Home: made.Home}
				}
				return err
			}
		}
	}
	return out
}

func (e *escalation) byPlace(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, who := range []string{author, "ben", "carl", "local", "multiro"} {
		for _, at := range []string{"l1", "l1a", "l2", ""} {
			out[fmt.Sprintf("moving %s to %q", who, at)] = func() error {
				return e.a.Accounts.Move(t.Context(), asks(access.AccountMove), e.accounts[who].ID, access.LocationID(e.locations[at]), "", "")
			}
		}
	}
	return out
}

// byAddress: whoever sets the address of somebody's sign-in can take all that
// they hold.
func (e *escalation) byAddress(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, who := range []string{"ben", "orgro", "masterro", "ada", "buyer1", "carl", "only grant.edit", "only account.role"} {
		if who == author {
			continue
		}
		out["another address for "+who] = func() error {
			err := e.a.Accounts.Edit(t.Context(), asks(access.AccountEdit), e.accounts[who].ID, account.Edit{
				Name: account.Name{Given: "Taken", Family: "Over"}, Email: fmt.Sprintf("taken%d@example.org", len(out)+int(time.Now().UnixNano()%1e9)),
			})
			if err == nil {
				for _, p := range access.Permissions()[2:] {
					for _, l := range e.everybody {
						theirs := e.accounts[l].Realm == e.accounts[who].Realm && e.held[who].For(p, time.Now()).Covers(e.placed[l])
						if theirs && !e.held[author].For(p, time.Now()).Covers(e.placed[l]) {
							t.Errorf("%s takes over %s, who has %s over %s", author, who, p, l)
						}
					}
				}
			}
			return err
		}
	}
	return out
}

func (e *escalation) byAccess(t *testing.T, author string, asks asking) map[string]func() error {
	spots := []management.Spot{
		e.here(),
		{Kind: access.AtOrganization, ID: string(e.accounts["zoe"].Organization)},
		{Kind: access.AtOrganization, ID: string(e.accounts["stranger"].Organization)},
		{Kind: access.AtLocation, ID: e.locations["l1"]},
		{Kind: access.AtLocation, ID: e.locations["l2"]},
		{Kind: access.AtPurchase, ID: e.purchases["p2"]},
	}
	roles := append(
		raised(), access.ListUsers, access.ManageEnrollments, access.LicenseReporter, access.Buyer,
		e.roles[access.RoleEdit], e.roles[access.AccountRole], e.roles[access.GrantEdit],
	)
	out := map[string]func() error{}
	for _, to := range []string{author, "dora"} {
		for _, role := range roles {
			for i, at := range spots {
				extent := access.Within
				if preset, ok := access.Preset(role); ok && preset.Rank > 0 {
					extent = preset.Extent
				}
				out[fmt.Sprintf("giving %s %s at %d", to, role, i)] = func() error {
					if author == "stranger" && i == 2 {
						return fault.ErrForbidden // at home they may
					}
					return e.give(t, asks, management.Giving{To: e.accounts[to].ID, Role: role, At: at, Extent: extent, From: day.None, Until: day.None})
				}
			}
		}
	}
	return out
}

// byRoleEdit: a role that somebody holds is made to give more; and one that
// nobody holds yet is no more than its maker has, either.
func (e *escalation) byRoleEdit(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, p := range narrow {
		for _, more := range []access.Set{access.SetOf(access.LearnerView), access.SetOf(access.AuditView), management.Grantable()} {
			d := management.RoleDraft{Name: "only " + p.String(), Any: more | access.SetOf(p), Nodes: []access.NodeKind{access.AtOrganization}}
			out[fmt.Sprintf("letting those with only %s do %d things", p, d.Any.Len())] = func() error {
				effect, err := e.a.Roles.Preview(t.Context(), asks(access.RoleEdit), e.roles[p], d)
				if err != nil {
					return err
				}
				details, err := e.a.Roles.Open(t.Context(), e.asks(t, "ada")(access.RoleView), e.roles[p])
				if err != nil {
					return err
				}
				return e.a.Roles.Edit(t.Context(), asks(access.RoleEdit), e.roles[p], management.RoleEdit{RoleDraft: d, Version: details.Custom.Version, Seen: effect.Seen})
			}
		}
	}
	out["a role with everything"] = func() error {
		_, err := e.a.Roles.Add(t.Context(), asks(access.RoleEdit), management.RoleDraft{Name: "All of " + author, Any: management.Grantable(), Nodes: []access.NodeKind{access.AtOrganization}})
		for _, p := range management.Grantable().List() {
			if holds, _ := asks(p).CoversThing(access.Thing{Place: access.Root}); err == nil && !holds {
				t.Errorf("%s makes a role with %s", author, p)
			}
		}
		return err
	}
	return out
}

func (e *escalation) byGroup(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	ada := e.asks(t, "ada")
	group, err := e.a.Management.SystemGroup(t.Context(), ada(access.GroupEdit), e.accounts["ada"].Organization, management.LearnerManagers)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{author, "ben", "dora"} {
		out["taking "+who+" into the group"] = func() error {
			return e.a.Management.AddMembers(t.Context(), asks(access.GroupEdit), group, []access.AccountID{e.accounts[who].ID})
		}
	}
	return out
}

func (e *escalation) byLocation(t *testing.T, _ string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, way := range [][2]string{{"l2", "l1"}, {"l1a", "l2"}, {"l2", ""}, {"l1a", ""}, {"l1a", "l1"}} {
		out[fmt.Sprintf("moving %s below %q", way[0], way[1])] = func() error {
			id, to := location.ID(e.locations[way[0]]), location.ID(e.locations[way[1]])
			effect, err := e.a.Locations.PreviewMove(t.Context(), asks(access.LocationEdit), id, to)
			if err != nil {
				return err
			}
			return e.a.Locations.Move(t.Context(), asks(access.LocationEdit), id, to, effect.Seen)
		}
	}
	return out
}

func (e *escalation) byMerge(t *testing.T, _ string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, way := range [][2]string{{"l2", "l1"}, {"l1a", "l2"}, {"l1", "l2"}} {
		out[fmt.Sprintf("merging %s into %s", way[0], way[1])] = func() error {
			id, to := location.ID(e.locations[way[0]]), location.ID(e.locations[way[1]])
			effect, err := e.a.Locations.PreviewMerge(t.Context(), asks(access.LocationEdit), id, to)
			if err != nil {
				return err
			}
			return e.a.Locations.Merge(t.Context(), asks(access.LocationEdit), id, to, effect.Seen)
		}
	}
	return out
}

func (e *escalation) byReporter(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, purchase := range []string{"p1", "p2"} {
		for _, to := range []string{author, "anna", "dora"} {
			out["making "+to+" the reporter of "+purchase] = func() error {
				return e.a.Licenses.AssignReporter(t.Context(), asks(access.ReporterAssign), access.PurchaseID(e.purchases[purchase]), e.accounts[to].ID)
			}
		}
	}
	return out
}

// TestNobodyImports: a bundle gives any role to anybody, puts people into teams
// and makes reporters, so that nobody brings one in by what they hold.
func TestNobodyImports(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		e := newEscalation(t, a)
		for _, author := range e.everybody {
			bundle := fstest.MapFS{"people.csv": &fstest.MapFile{Data: []byte("id,email,given_name,family_name,role\nx,,Self,Raised,Master Administrator\n")}}
			_, err := a.Rosters.Import(t.Context(), e.asks(t, author)(roster.Permission), e.accounts["ada"].Organization, bundle, roster.Options{})
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s imports: %v", author, err)
			}
		}
	})
}

// TestEveryWayIsTried: the permissions by which routes give access are those of
// the ways above. A new route with another one needs a way of its own.
func TestEveryWayIsTried(t *testing.T) {
	tried := append(slices.Clone(narrow), access.AccountDelete, access.AccountSession, access.InvitePlatform, access.ClientEdit)
	others := []access.Permission{ // of these none gives access to people
		access.SelfView, access.SelfEdit, access.EnrollmentEdit, access.ActivityEdit, access.LicenseSell, access.DealEdit, access.SeatAssign, access.SeatRelease,
		access.TeamCreate, access.InviteActivity, access.InviteProgram, access.MailResend, access.ReportExport, access.ReportView, access.ReportSchedule, access.Public, access.SignedIn,
	}
	each(t, func(t *testing.T, a *App) {
		s, err := a.Handler()
		if err != nil {
			t.Fatal(err)
		}
		for _, route := range s.Table() {
			if route.Method() != "GET" && !slices.Contains(tried, route.Permission) && !slices.Contains(others, route.Permission) {
				t.Errorf("%s needs %s: can access be given by it? Then it needs a way in this file.", route.Pattern, route.Permission)
			}
		}
	})
}
