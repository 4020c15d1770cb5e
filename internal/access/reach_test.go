package access_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/fault"
)

// TestBlocksNeverJoinIntoOneRectangle: who reports on two purchases sees, of a
// learner in the one, nothing in the other's product (M-008, Q-03, Q-31).
func TestBlocksNeverJoinIntoOneRectangle(t *testing.T) {
	w := school()
	give(w, "ida", access.LicenseReporter, at(access.AtPurchase, "one", access.Here)) // Ben, Dia × 1
	give(w, "ida", access.LicenseReporter, at(access.AtPurchase, "two", access.Here)) // Cem × 2
	reach := w.Facts("ida").For(access.MatrixView, now)
	if got, want := covered(w, reach), "ben cem dia"; got != want {
		t.Fatalf("sees %q, want %q", got, want)
	}
	for _, tt := range []struct {
		learner access.AccountID
		want    []access.ActivityNo
	}{
		{"ben", []access.ActivityNo{1}}, {"cem", []access.ActivityNo{2}}, {"dia", []access.ActivityNo{1}}, {"hal", nil}, {"ida", nil},
	} {
		var got []access.ActivityNo
		for _, a := range w.Activities {
			if reach.CoversCell(w.Placement(tt.learner), a) {
				got = append(got, a)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("cells of %s: %v, want %v", tt.learner, got, tt.want)
		}
	}
	if nos, all := reach.Activities(); all || !slices.Equal(nos, []access.ActivityNo{1, 2}) {
		t.Errorf("Activities() = %v, %v; want 1 and 2 alone", nos, all)
	}
	if c := reach.Carries(); c != (access.Carries{}) {
		t.Errorf("Carries() = %+v; a purchase carries no location, team, last-seen or other activity", c)
	}
}

// TestWhatEachKindOfBlockCarries: a field that no block carries can be neither
// shown nor asked for.
func TestWhatEachKindOfBlockCarries(t *testing.T) {
	for _, tt := range []struct {
		name string
		role access.RoleKey
		at   oracle.Place
		want access.Carries
	}{
		{"purchase", access.LicenseReporter, at(access.AtPurchase, "one", access.Here), access.Carries{}},
		{"what one bought", access.Buyer, at(access.AtPurchase, "one", access.Here), access.Carries{}},
		{"team", access.ListUsers, at(access.AtTeam, "red", access.Here), access.Carries{Team: true, LastSeen: true, AllActivities: true}},
		{"location", access.ListUsers, at(access.AtLocation, "berlin", access.Here), access.Carries{Location: true, Team: true, LastSeen: true, AllActivities: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := school()
			give(w, "ida", tt.role, tt.at)
			if got := w.Facts("ida").For(access.LearnerView, now).Carries(); got != tt.want {
				t.Errorf("Carries() = %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestWhatABuyerMayDo: their own purchase, whatever their base role, no
// progress and nobody's name among learners unless they are also Purchaser.
func TestWhatABuyerMayDo(t *testing.T) {
	one, two := access.Thing{Purchase: "one", Owner: "ana"}, access.Thing{Purchase: "two", Owner: "ben"}
	for _, tt := range []struct {
		name  string
		base  access.RoleKey
		p     access.Permission
		thing access.Thing
		want  bool
		sees  string
	}{
		{"their purchase", access.Student, access.LicenseView, one, true, ""},
		{"its seats", access.Student, access.SeatAssign, one, true, ""},
		{"its reporter", access.Student, access.ReporterAssign, one, true, ""},
		{"no release of what was redeemed", access.Student, access.SeatRelease, one, false, ""},
		{"no sale", access.Student, access.LicenseSell, one, false, ""},
		{"no progress", access.Student, access.MatrixView, one, false, ""},
		{"no list of users", access.Student, access.LearnerView, one, false, ""},
		{"not another's purchase", access.Student, access.LicenseView, two, false, ""},
		{"nor its seats", access.Student, access.SeatAssign, two, false, ""},
		{"nor its reporter", access.Student, access.ReporterAssign, two, false, ""},
		{"a Purchaser sees the participants", access.Purchaser, access.ReportView, one, true, "ben dia"},
		{"of their own order alone", access.Purchaser, access.ReportView, two, false, "ben dia"},
		{"and appoints as every buyer", access.Purchaser, access.ReporterAssign, one, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := school()
			w.People[0].BaseRole = tt.base
			tt.thing.Place = access.Root
			reach := w.Facts("ana").For(tt.p, now)
			if got, _ := reach.CoversThing(tt.thing); got != tt.want {
				t.Errorf("CoversThing() = %v, want %v", got, tt.want)
			}
			if got := covered(w, reach); got != tt.sees {
				t.Errorf("sees %q, want %q", got, tt.sees)
			}
		})
	}
}

// TestOwnIsToldFromAny: what the actor owns is theirs to change (M-118), what
// others own is not (M-119), and a service can tell why it may.
func TestOwnIsToldFromAny(t *testing.T) {
	w := school()
	give(w, "dia", access.CreateTeams, at(access.AtOrganization, "north", access.Within))
	give(w, "dia", access.ReadTeams, at(access.AtOrganization, "north", access.Within))
	red := access.Thing{Team: "red", Owner: "dia", Place: access.Root}
	blue := access.Thing{Team: "blue", Owner: "ana", Place: access.Root}
	ownerless := access.Thing{Team: "green", Place: access.Root}
	elsewhere := access.Thing{Team: "red", Owner: "dia", Place: w.OrganizationPath("acme")}
	for _, tt := range []struct {
		name           string
		p              access.Permission
		thing          access.Thing
		covered, owned bool
	}{
		{"edit their team", access.TeamEdit, red, true, true},
		{"share it", access.TeamShare, red, true, true},
		{"not another's", access.TeamEdit, blue, false, false},
		{"nor nobody's", access.TeamEdit, ownerless, false, false},
		{"nor in another organization", access.TeamEdit, elsewhere, false, false},
		{"read any", access.TeamView, blue, true, false},
		{"read their own as any", access.TeamView, red, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			covered, owned := w.Facts("dia").For(tt.p, now).CoversThing(tt.thing)
			if covered != tt.covered || owned != tt.owned {
				t.Errorf("CoversThing() = %v, %v; want %v, %v", covered, owned, tt.covered, tt.owned)
			}
		})
	}
}

// TestWithoutAnAccountNothingIsOwned: a piece of the system and a thing without
// an owner have nothing in common.
func TestWithoutAnAccountNothingIsOwned(t *testing.T) {
	role, _ := access.Preset(access.CreateTeams)
	node := access.Node{Kind: access.AtOrganization, ID: "north", Path: access.Root}
	nobody := access.NewFacts(access.Actor{System: "sweeper"}, 1, []access.Grant{{Role: role, Node: node, Extent: access.Within}})
	if covered, _ := nobody.For(access.TeamEdit, now).CoversThing(access.Thing{Team: "green", Place: access.Root}); covered {
		t.Error("a thing without an owner belongs to an actor without an account")
	}
}

// TestGrantsCountFromTheirFirstInstantToTheirLast: the first is in, the last is
// not, for the grant, its end and the membership that brings it.
func TestGrantsCountFromTheirFirstInstantToTheirLast(t *testing.T) {
	const tick = time.Microsecond
	for _, tt := range []struct {
		name                                string
		from, until, ended, joined, departs time.Duration // from now; 0 for none, but from and joined
		group, want                         bool
	}{
		{name: "from now on", want: true},
		{name: "not yet", from: tick},
		{name: "still", from: -tick, until: tick, want: true},
		{name: "just over", from: -time.Hour, until: -tick},
		{name: "taken away", from: -time.Hour, until: time.Hour, ended: -tick},
		{name: "to be taken away", from: -time.Hour, ended: tick, want: true},
		{name: "by group", group: true, want: true},
		{name: "not yet a member", joined: tick, group: true},
		{name: "no longer a member", joined: -time.Hour, departs: -tick, group: true},
		{name: "still a member", joined: -time.Hour, departs: tick, group: true, want: true},
		{name: "a member of what is over", from: -time.Hour, until: -tick, group: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := school()
			g := oracle.Grant{ID: "grant", Role: access.ListUsers, Place: at(access.AtLocation, "usa", access.Here), From: now.Add(tt.from)}
			end := func(d time.Duration) time.Time {
				if d == 0 {
					return time.Time{}
				}
				return now.Add(d)
			}
			g.Until, g.Ended = end(tt.until), end(tt.ended)
			if g.Account = "ida"; tt.group {
				g.Account, g.Group = "", "executives"
				w.Groups = []oracle.Group{{ID: "executives", Members: []oracle.Member{{Account: "ida", From: now.Add(tt.joined), Until: end(tt.departs)}}}}
			}
			w.Grants = append(w.Grants, g)
			if got := seen(w, "ida", access.LearnerView) == "dia"; got != tt.want {
				t.Errorf("counts: %v, want %v", got, tt.want)
			}
		})
	}
	t.Run("the very last instant", func(t *testing.T) {
		g := access.Grant{From: now.Add(-time.Hour), Until: now}
		if g.Valid(now) || !g.Valid(now.Add(-tick)) || !g.Valid(g.From) {
			t.Error("an interval holds its first instant and not its last")
		}
	})
}

// TestZeroReachPermitsNothing: forgetting to ask is refusing.
func TestZeroReachPermitsNothing(t *testing.T) {
	w := school()
	var zero access.Reach
	for _, p := range append(access.Permissions(), access.None, access.Public, access.SignedIn) {
		if zero.For(p) == nil {
			t.Errorf("a zero reach is good for %s", p)
		}
		if empty := w.Facts("ida").For(p, now); p != access.SelfView && p != access.SelfEdit {
			if err := empty.For(p); err == nil {
				t.Errorf("an empty reach is good for %s", p)
			}
		}
	}
	if got := covered(w, zero); got != "" || !zero.IsEmpty() {
		t.Errorf("a zero reach reaches %q", got)
	}
	if zero.Covers(access.Placement{}) || zero.CoversCell(access.Placement{}, 0) {
		t.Error("a zero reach covers a zero placement")
	}
	if yes, _ := zero.CoversThing(access.Thing{}); yes {
		t.Error("a zero reach covers a zero thing")
	}
	if access.NewFacts(access.Actor{}, 0, nil).Can(access.SelfView, now) {
		t.Error("an actor without an account has a self")
	}
}

// TestAReachIsGoodForItsPermissionOnly: a service called with the wrong reach
// refuses, and says whose mistake it is: not the user's.
func TestAReachIsGoodForItsPermissionOnly(t *testing.T) {
	w := school()
	give(w, "ida", access.MasterAdministrator, at(access.AtOrganization, "north", access.Beyond))
	for _, made := range access.Permissions() {
		reach := w.Facts("ida").For(made, now)
		for _, asked := range access.Permissions() {
			switch err := reach.For(asked); {
			case (err == nil) != (made == asked):
				t.Errorf("the reach for %s, asked for %s: %v", made, asked, err)
			case err != nil && fault.KindOf(err) != fault.Internal:
				t.Errorf("the reach for %s, asked for %s: kind %v, want Internal", made, asked, fault.KindOf(err))
			}
		}
	}
	if err := w.Facts("ben").For(access.MatrixView, now).For(access.MatrixView); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("without the permission: %v, want Forbidden", err)
	}
}

// TestReadOnlyTokensWriteNothing: narrowing leaves what reads exactly as it
// was, takes the rest, and cannot be undone by narrowing again.
func TestReadOnlyTokensWriteNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, actor, _ := drawQuestion(t)
		facts := w.Facts(actor)
		narrow := facts.Narrow(access.Reading()).Narrow(access.All())
		for _, p := range access.Permissions() {
			if p.Writes() {
				if narrow.Can(p, w.Now) {
					t.Fatalf("a read-only token may %s", p)
				}
				continue
			}
			for _, l := range w.People {
				at := w.Placement(l.ID)
				if got, want := narrow.For(p, w.Now).Covers(at), facts.For(p, w.Now).Covers(at); got != want {
					t.Fatalf("%s, %s over %s: %v by token, %v without", actor, p, l.ID, got, want)
				}
			}
		}
	})
}

// TestSystemActorsHaveTheLeast: what they name, there, and no self.
func TestSystemActorsHaveTheLeast(t *testing.T) {
	w := school()
	facts := access.System("license-expiry", oracle.Realm, w.OrganizationPath("acme"), access.LicenseView)
	for _, p := range access.Permissions() {
		if got, want := facts.Can(p, now), p == access.LicenseView; got != want {
			t.Errorf("Can(%s) = %v, want %v", p, got, want)
		}
	}
	if got := covered(w, facts.For(access.LicenseView, now)); got != "eva" {
		t.Errorf("reaches %q, want eva", got)
	}
}
