package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

var now = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

// school is a small realm that one can hold in one's head:
//
//	north ─ acme ─ acme-labs     organizations: north is the master
//	      └ bolt
//	north: europe ─ germany ─ berlin ─ mitte, usa      acme: hq
//
// Purchase one (of activity 1): Ana bought, Ben redeemed, Cem is pending, Dia's
// seat is over by date, Ida's was released. Purchase two (of activity 2): Ben
// bought, Cem redeemed.
func school() *oracle.World {
	w := &oracle.World{
		Now: now,
		Organizations: []oracle.Organization{
			{ID: "north", No: 1},
			{ID: "acme", No: 2, Parent: "north"},
			{ID: "bolt", No: 3, Parent: "north"},
			{ID: "acme-labs", No: 4, Parent: "acme"},
		},
		Locations: []oracle.Location{
			{ID: "europe", No: 1, Organization: "north"},
			{ID: "germany", No: 2, Organization: "north", Parent: "europe"},
			{ID: "berlin", No: 3, Organization: "north", Parent: "germany"},
			{ID: "mitte", No: 4, Organization: "north", Parent: "berlin"},
			{ID: "usa", No: 5, Organization: "north"},
			{ID: "hq", No: 6, Organization: "acme"},
		},
		Activities: []access.ActivityNo{1, 2, 3},
	}
	for i, p := range []struct{ id, org, location string }{
		{"ana", "north", ""},
		{"ben", "north", "berlin"},
		{"cem", "north", "germany"},
		{"dia", "north", "usa"},
		{"hal", "north", "mitte"},
		{"ida", "north", "europe"},
		{"eva", "acme", "hq"},
		{"fay", "bolt", ""},
		{"gus", "acme-labs", ""},
	} {
		w.People = append(w.People, oracle.Person{
			ID: access.AccountID(p.id), No: access.LearnerNo(i + 1), BaseRole: access.Student,
			Organization: access.OrgID(p.org), Location: access.LocationID(p.location),
		})
	}
	w.Purchases = []oracle.Purchase{
		{ID: "one", Organization: "north", Buyer: "ana", Bought: now.Add(-time.Hour), Seats: 5, Activities: []access.ActivityNo{1}, Assigned: []oracle.Seat{
			{Account: "ben", State: oracle.Redeemed},
			{Account: "cem", State: oracle.Pending},
			{Account: "dia", State: oracle.Redeemed, AccessUntil: now.Add(-time.Hour)},
			{Account: "ida", State: oracle.Released},
		}},
		{ID: "two", Organization: "north", Buyer: "ben", Bought: now.Add(-time.Hour), Seats: 5, Activities: []access.ActivityNo{2}, Assigned: []oracle.Seat{
			{Account: "cem", State: oracle.Redeemed},
		}},
	}
	w.Teams = []oracle.Team{
		{ID: "red", Organization: "north", Owner: "dia", Members: []oracle.Member{{Account: "ben"}, {Account: "cem"}}},
		{ID: "blue", Organization: "north", Owner: "ana", Members: []oracle.Member{{Account: "hal"}, {Account: "ben", Until: now}}},
	}
	return w
}

// at names a place: its kind, its id and, for the tree, how far it goes.
func at(kind access.NodeKind, node string, extent access.Extent) oracle.Place {
	return oracle.Place{Kind: kind, Node: node, Extent: extent}
}

// give adds a grant that has no ends.
func give(w *oracle.World, who access.AccountID, role access.RoleKey, place oracle.Place) {
	w.Grants = append(w.Grants, oracle.Grant{
		ID: access.GrantID("grant of " + string(role) + " at " + place.Node), Account: who, Role: role, Place: place,
	})
}

// seen names, in the order of the school, whom the actor gets for a permission.
func seen(w *oracle.World, actor access.AccountID, p access.Permission) string {
	return covered(w, w.Facts(actor).For(p, w.Now))
}

func covered(w *oracle.World, r access.Reach) string {
	var out []string
	for _, p := range w.People {
		if r.Covers(w.Placement(p.ID)) {
			out = append(out, string(p.ID))
		}
	}
	return strings.Join(out, " ")
}

// without takes away everything that the actor holds; memberships stay.
func without(w *oracle.World, actor access.AccountID) *oracle.World {
	bare := *w
	bare.Grants = slices.DeleteFunc(slices.Clone(w.Grants), func(g oracle.Grant) bool {
		return g.Account == actor || g.Group != ""
	})
	bare.Purchases = slices.Clone(w.Purchases)
	for i := range bare.Purchases {
		if bare.Purchases[i].Buyer == actor {
			bare.Purchases[i].Buyer = "somebody else"
		}
	}
	return &bare
}

// TestWhoSeesWhomAtSchool says in names what each kind of place means.
func TestWhoSeesWhomAtSchool(t *testing.T) {
	for _, tt := range []struct {
		name string
		role access.RoleKey
		at   oracle.Place
		want string
	}{
		{"local administrator", access.LocalAdministrator, at(access.AtLocation, "germany", access.Here), "cem"},
		{"multiple location administrator", access.MultipleLocation, at(access.AtLocation, "germany", access.Within), "ben cem hal"},
		{"of a leaf", access.MultipleLocation, at(access.AtLocation, "usa", access.Within), "dia"},
		{"no client lies beyond a location", access.MultipleLocation, at(access.AtLocation, "germany", access.Beyond), "ben cem hal"},
		{"organization, here: who has no location", access.ListUsers, at(access.AtOrganization, "north", access.Here), "ana"},
		{"organization administrator", access.OrganizationAdministrator, at(access.AtOrganization, "north", access.Within), "ana ben cem dia hal ida"},
		{"of a client", access.OrganizationAdministrator, at(access.AtOrganization, "acme", access.Within), "eva"},
		{"master administrator", access.MasterAdministrator, at(access.AtOrganization, "north", access.Beyond), "ana ben cem dia hal ida eva fay gus"},
		{"master of a client with a client", access.MasterAdministrator, at(access.AtOrganization, "acme", access.Beyond), "eva gus"},
		{"License Reporter: redeemed, also over by date (Q-32)", access.LicenseReporter, at(access.AtPurchase, "one", access.Here), "ben dia"},
		{"of the other purchase", access.LicenseReporter, at(access.AtPurchase, "two", access.Here), "cem"},
		{"team: who is in it now", access.ListUsers, at(access.AtTeam, "blue", access.Here), "hal"},
		{"own permissions show nobody", access.Buyer, at(access.AtPurchase, "one", access.Here), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := school()
			give(w, "ida", tt.role, tt.at)
			if got := seen(w, "ida", access.LearnerView); got != tt.want {
				t.Errorf("sees %q, want %q", got, tt.want)
			}
		})
	}
}
