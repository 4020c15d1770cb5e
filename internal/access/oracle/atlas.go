package oracle

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Spot is a kind of place as it lies to the holder of a role: docs/access.md
// has a column for each. Where several learners stand, the answer must be one.
type Spot struct {
	Name     string
	Learners []access.AccountID
	Thing    *Thing // of a purchase or a team
	Stranger bool   // in another realm, where ids and paths may be the same
}

// Post is a role at a place around the holder.
type Post struct {
	Role  access.RoleKey
	Place Place
}

// Holder is whose roles the atlas is about: somebody at a site of Acme, which
// is a client and has clients of its own.
const Holder access.AccountID = "holder"

// Atlas is a world with somebody at every kind of place that there is around
// one holder:
//
//	north ─ acme ─ acme-labs ─ acme-bench      organizations
//	      └ bolt
//	region ─ site ─ room ─ desk                locations of Acme; the holder lives at the site
//	       └ annex
//
// The holder bought one purchase and owns one team, somebody else the others;
// their learners live at the annex, so that no place shows them besides.
func Atlas() (*World, []Spot) {
	w := &World{
		Now: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		Organizations: []Organization{
			{ID: "north", No: 1},
			{ID: "acme", No: 2, Parent: "north"},
			{ID: "bolt", No: 3, Parent: "north"},
			{ID: "acme-labs", No: 4, Parent: "acme"},
			{ID: "acme-bench", No: 5, Parent: "acme-labs"},
		},
		Locations: []Location{
			{ID: "region", No: 1, Organization: "acme"},
			{ID: "site", No: 2, Organization: "acme", Parent: "region"},
			{ID: "annex", No: 3, Organization: "acme", Parent: "region"},
			{ID: "room", No: 4, Organization: "acme", Parent: "site"},
			{ID: "desk", No: 5, Organization: "acme", Parent: "room"},
			{ID: "lab", No: 6, Organization: "acme-labs"},
		},
		Activities: []access.ActivityNo{1, 2},
	}
	for i, p := range []struct{ id, org, location string }{
		{"holder", "acme", "site"},
		{"of site", "acme", "site"},
		{"of room", "acme", "room"},
		{"of desk", "acme", "desk"},
		{"of region", "acme", "region"},
		{"of annex", "acme", "annex"},
		{"of acme", "acme", ""},
		{"of acme-labs", "acme-labs", ""},
		{"of lab", "acme-labs", "lab"},
		{"of acme-bench", "acme-bench", ""},
		{"of north", "north", ""},
		{"of bolt", "bolt", ""},
		{"of mine", "acme", "annex"},
		{"of other", "acme", "annex"},
		{"of my team", "acme", "annex"},
		{"of other team", "acme", "annex"},
	} {
		w.People = append(w.People, Person{
			ID: access.AccountID(p.id), No: access.LearnerNo(i + 1), BaseRole: access.Student,
			Organization: access.OrgID(p.org), Location: access.LocationID(p.location),
		})
	}
	before := w.Now.Add(-time.Hour)
	for i, buyer := range []access.AccountID{Holder, "of acme"} {
		names := [][2]string{{"mine", "my team"}, {"other", "other team"}}[i]
		w.Purchases = append(w.Purchases, Purchase{
			ID: access.PurchaseID(names[0]), Organization: "acme", Buyer: buyer, Bought: before, Seats: 5, Activities: []access.ActivityNo{access.ActivityNo(i + 1)},
			Assigned: []Seat{{Account: access.AccountID("of " + names[0]), State: Redeemed, Assigned: before, Redeemed: before}},
		})
		w.Teams = append(w.Teams, Team{
			ID: access.TeamID(names[1]), Organization: "acme", Owner: buyer,
			Members: []Member{{Account: access.AccountID("of " + names[1]), From: before}},
		})
	}
	thing := func(kind, id string, owner access.AccountID) *Thing {
		return &Thing{Kind: kind, ID: id, Organization: "acme", Owner: owner}
	}
	return w, []Spot{
		{Name: "oneself", Learners: []access.AccountID{Holder}},
		{Name: "own location", Learners: []access.AccountID{"of site"}},
		{Name: "child location", Learners: []access.AccountID{"of room", "of desk"}},
		{Name: "parent location", Learners: []access.AccountID{"of region"}},
		{Name: "sibling location", Learners: []access.AccountID{"of annex"}},
		{Name: "without a location", Learners: []access.AccountID{"of acme"}},
		{Name: "client", Learners: []access.AccountID{"of acme-labs", "of lab", "of acme-bench"}},
		{Name: "parent organization", Learners: []access.AccountID{"of north"}},
		{Name: "sibling organization", Learners: []access.AccountID{"of bolt"}},
		{Name: "other realm", Learners: []access.AccountID{"of site"}, Stranger: true},
		{Name: "own purchase", Learners: []access.AccountID{"of mine"}, Thing: thing("purchase", "mine", Holder)},
		{Name: "other purchase", Learners: []access.AccountID{"of other"}, Thing: thing("purchase", "other", "of acme")},
		{Name: "own team", Learners: []access.AccountID{"of my team"}, Thing: thing("team", "my team", Holder)},
		{Name: "other team", Learners: []access.AccountID{"of other team"}, Thing: thing("team", "other team", "of acme")},
	}
}

// AboutThing tells whether a permission is about the purchase or the team of a
// spot itself rather than about the learners there.
func (s Spot) AboutThing(p access.Permission) bool {
	if s.Thing == nil {
		return false
	}
	return slices.Contains(map[string][]access.Permission{
		"purchase": {access.LicenseView, access.LicenseSell, access.DealView, access.DealEdit, access.SeatAssign, access.SeatRelease, access.ReporterAssign},
		"team":     {access.TeamList, access.TeamView, access.TeamCreate, access.TeamEdit, access.TeamShare},
	}[s.Thing.Kind], p)
}

// Posts lists every preset at every kind of place that it may have: base roles
// where their holder lives, others as far as they can be given.
func Posts() []Post {
	var out []Post
	for _, r := range access.Presets() {
		if len(r.Nodes) == 0 {
			out = append(out, Post{Role: r.Key})
		}
		for _, kind := range r.Nodes {
			node := map[access.NodeKind]string{access.AtOrganization: "acme", access.AtLocation: "site", access.AtPurchase: "mine", access.AtTeam: "my team"}[kind]
			extents := []access.Extent{access.Here}
			switch {
			case r.Rank > 0:
				extents = []access.Extent{r.Extent}
			case kind == access.AtOrganization:
				extents = []access.Extent{access.Here, access.Within, access.Beyond}
			case kind == access.AtLocation:
				extents = []access.Extent{access.Here, access.Within}
			}
			for _, e := range extents {
				out = append(out, Post{r.Key, Place{Kind: kind, Node: node, Extent: e}})
			}
		}
	}
	return out
}

// Held is the post as a grant of the holder's; ok is false where the role is
// held nowhere.
func (w *World) Held(p Post) (g Grant, ok bool) {
	return Grant{ID: "post", Organization: "acme", Account: Holder, Role: p.Role, Place: p.Place, From: w.Now.Add(-time.Minute)}, p.Place.Kind != ""
}

// Alone is what the holder has by the post and by nothing else.
func (w *World) Alone(p Post) access.Facts {
	g, ok := w.Held(p)
	if !ok {
		return access.NewFacts(w.Actor(Holder), 1, nil)
	}
	return access.NewFacts(w.Actor(Holder), 1, []access.Grant{w.grant(g, Holder, nil)})
}
