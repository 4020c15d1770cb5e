package access_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// TestReachIsTheUnionOfValidGrants takes grants one by one: together they give
// what each of them gives, and nothing else (I-01).
func TestReachIsTheUnionOfValidGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, actor, p := drawQuestion(t)
		whole := w.Facts(actor).For(p, w.Now)
		for _, l := range w.People {
			at, want := w.Placement(l.ID), false
			for _, g := range w.HeldBy(actor) {
				alone := access.NewFacts(w.Actor(actor), 1, []access.Grant{g}).For(p, w.Now)
				if alone.Covers(at) && !g.Valid(w.Now) {
					t.Fatalf("%s sees %s by a grant that is not valid: %+v", actor, l.ID, g)
				}
				want = want || alone.Covers(at)
			}
			if got := whole.Covers(at); got != want {
				t.Fatalf("%s, %s over %s: together %v, one by one %v", actor, p, l.ID, got, want)
			}
		}
	})
}

// TestCellsLieWithinTheReach: no cell without its learner, and none of an
// activity that the reach does not name (I-02).
func TestCellsLieWithinTheReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, actor, p := drawQuestion(t)
		reach := w.Facts(actor).For(p, w.Now)
		named, all := reach.Activities()
		for _, l := range w.People {
			for _, a := range w.Activities {
				switch at := w.Placement(l.ID); {
				case !reach.CoversCell(at, a):
				case !reach.Covers(at):
					t.Fatalf("%s, %s: the cell of %s in %d without the learner", actor, p, l.ID, a)
				case !all && !slices.Contains(named, a):
					t.Fatalf("%s, %s: the cell of %s in %d, of which Activities says nothing: %v", actor, p, l.ID, a, named)
				}
			}
		}
	})
}

// TestWithoutGrantsOnlyOneself: deny is the default (I-03), also for those who
// are in teams, locations, groups and purchases with others (I-04, M-242).
func TestWithoutGrantsOnlyOneself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn, actor, _ := drawQuestion(t)
		w := without(drawn, actor)
		facts := access.NewFacts(w.Actor(actor), 1, w.HeldBy(actor))
		for _, p := range access.Permissions() {
			reach := facts.For(p, w.Now)
			self := p == access.SelfView || p == access.SelfEdit
			if facts.Can(p, w.Now) != self {
				t.Fatalf("%s may %s without any grant: %v", actor, p, !self)
			}
			for _, l := range w.People {
				if got, want := reach.Covers(drawn.Placement(l.ID)), self && l.ID == actor; got != want {
					t.Fatalf("%s without any grant, %s over %s = %v", actor, p, l.ID, got)
				}
			}
		}
	})
}

// TestBeingAMemberShowsNobody says I-04 in names: Ben is in Berlin, in the red
// team and in a purchase with others.
func TestBeingAMemberShowsNobody(t *testing.T) {
	w := school()
	w.Purchases[1].Buyer = "dia"
	for _, p := range access.Permissions() {
		want := ""
		if p == access.SelfView || p == access.SelfEdit {
			want = "ben"
		}
		if got := seen(w, "ben", p); got != want {
			t.Errorf("%s: Ben sees %q, want %q", p, got, want)
		}
	}
}

// TestMovingHouseWidensNothing: a grant is where it was made, wherever its
// holder lives (I-05). Only a base role follows, as another grant.
func TestMovingHouseWidensNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, actor, p := drawQuestion(t)
		w.Grants = slices.DeleteFunc(w.Grants, func(g oracle.Grant) bool { return g.FollowsHome && g.Account == actor })
		before := w.Facts(actor).For(p, w.Now)
		i := slices.IndexFunc(w.People, func(q oracle.Person) bool { return q.ID == actor })
		homes := []access.LocationID{""}
		for _, l := range w.Locations {
			if l.Organization == w.People[i].Organization {
				homes = append(homes, l.ID)
			}
		}
		w.People[i].Location = rapid.SampledFrom(homes).Draw(t, "new home")
		if after := w.Facts(actor).For(p, w.Now); !reflect.DeepEqual(before.Blocks(), after.Blocks()) {
			t.Fatalf("%s of %s: %v before the move, %v after", p, actor, before.Blocks(), after.Blocks())
		}
	})
}

// TestClientsAndTheirParentsStayApart: nobody of a client sees the parent or a
// sibling, and of those above only the masters see clients (I-18, M-126, M-257).
func TestClientsAndTheirParentsStayApart(t *testing.T) {
	t.Run("a client never sees its parent or siblings", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w, actor, p := drawQuestion(t)
			mine, reach := w.OrganizationPath(w.Person(actor).Organization), w.Facts(actor).For(p, w.Now)
			for _, l := range w.People {
				theirs := w.Placement(l.ID)
				if reach.Covers(theirs) && !slices.Contains(theirs.Home.Ancestors(), mine) {
					t.Fatalf("%s of %s sees %s of %s", actor, mine, l.ID, theirs.Home)
				}
			}
		})
	})
	t.Run("non-master roles never see clients", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w, actor, p := drawQuestion(t)
			role := rapid.SampledFrom(access.Presets()).Draw(t, "role")
			reach, node, ok := alone(t, w, actor, role, p)
			if !ok || role.Extent == access.Beyond {
				return
			}
			for _, l := range w.People {
				theirs := w.Placement(l.ID)
				if reach.Covers(theirs) && theirs.Home.OrganizationPath() != node.Path.OrganizationPath() {
					t.Fatalf("%s at %s sees %s of %s", role.Name, node.Path, l.ID, theirs.Home)
				}
			}
		})
	})
}

// alone is the reach of one preset at a place drawn for it, as far as the role
// goes by itself: a base role's own extent, and all of the organization for others.
func alone(t *rapid.T, w *oracle.World, actor access.AccountID, role access.Role, p access.Permission) (access.Reach, access.Node, bool) {
	var nodes []access.Node
	for _, o := range w.Organizations {
		nodes = append(nodes, access.Node{Kind: access.AtOrganization, ID: string(o.ID), Path: w.OrganizationPath(o.ID)})
	}
	for _, l := range w.Locations {
		nodes = append(nodes, access.Node{Kind: access.AtLocation, ID: string(l.ID), Path: w.LocationPath(l.ID)})
	}
	for _, b := range w.Purchases {
		nodes = append(nodes, access.Node{Kind: access.AtPurchase, ID: string(b.ID), Path: w.OrganizationPath(b.Organization), Owner: b.Buyer, Activities: b.Activities})
	}
	for _, b := range w.Teams {
		nodes = append(nodes, access.Node{Kind: access.AtTeam, ID: string(b.ID), Path: w.OrganizationPath(b.Organization), Owner: b.Owner})
	}
	nodes = slices.DeleteFunc(nodes, func(n access.Node) bool { return !slices.Contains(role.Nodes, n.Kind) })
	if len(nodes) == 0 {
		return access.Reach{}, access.Node{}, false
	}
	g := access.Grant{Holder: actor, Role: role, Node: rapid.SampledFrom(nodes).Draw(t, "node"), Extent: role.Extent}
	if role.Rank == 0 {
		g.Extent = access.Within
	}
	return access.NewFacts(w.Actor(actor), 1, []access.Grant{g}).For(p, w.Now), g.Node, true
}

// drawQuestion draws a world, somebody in it and a permission that is not the
// one everybody has over oneself.
func drawQuestion(t *rapid.T) (*oracle.World, access.AccountID, access.Permission) {
	w := oracle.Worlds(size).Draw(t, "world")
	others := slices.DeleteFunc(telling(w), func(p access.Permission) bool {
		return p == access.SelfView || p == access.SelfEdit
	})
	return w, rapid.SampledFrom(w.People).Draw(t, "actor").ID, rapid.SampledFrom(others).Draw(t, "permission")
}
