// Package oracle decides access a second and a third time, for tests alone: a
// naive reference that walks parent pointers over plain structs, and the same
// world as Cedar policies. Both were written from the specification, not from
// package access, and must agree with it on every decision. The random worlds
// are exported, so that the store can be asked the same questions.
//
// It shares with access only the vocabulary: ids, permissions, roles' sets.
package oracle

import (
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// World is one realm: everything that has a say in who sees whom. Where a time
// is zero, the interval has no such end.
type World struct {
	Now           time.Time
	Organizations []Organization // parents before their clients; the first is the master
	Locations     []Location     // parents before their children
	People        []Person
	Teams         []Team
	Groups        []Group
	Roles         []access.Role // the custom ones
	Policies      []Policy
	Purchases     []Purchase
	Grants        []Grant // base roles, reporters, by hand and by policy; having bought is no grant but a fact
	Activities    []access.ActivityNo
}

// Organization is the master or one of its clients.
type Organization struct {
	ID     access.OrgID
	No     int64 // its number in the tree
	Parent access.OrgID
}

// Location is a place of an organization; without a parent it stands directly in it.
type Location struct {
	ID           access.LocationID
	No           int64
	Organization access.OrgID
	Parent       access.LocationID
}

// Person is an account; without a location they belong to the organization
// itself. Suspended people hold nothing, but are still learners.
type Person struct {
	ID           access.AccountID
	No           access.LearnerNo
	Organization access.OrgID
	Location     access.LocationID
	BaseRole     access.RoleKey
	Suspended    bool
}

// Member is somebody's time in a team or a group.
type Member struct {
	Account     access.AccountID
	From, Until time.Time
}

// Team is a set of learners who are seen.
type Team struct {
	ID           access.TeamID
	Organization access.OrgID
	Owner        access.AccountID
	Members      []Member
}

// Group is a set of people who act.
type Group struct {
	ID           access.GroupID
	Organization access.OrgID
	Members      []Member
}

// Policy binds one role to places, for groups and accounts.
type Policy struct {
	ID           access.PolicyID
	Organization access.OrgID
	Role         access.RoleKey
	Places       []Place
	Groups       []access.GroupID
	Accounts     []access.AccountID
}

// Place is a node and how far it goes.
type Place struct {
	Kind   access.NodeKind
	Node   string
	Extent access.Extent
}

// SeatState is what became of a seat.
type SeatState string

// The states of a seat.
const (
	Pending  SeatState = "pending"
	Redeemed SeatState = "redeemed"
	Released SeatState = "released"
	Revoked  SeatState = "revoked"
)

// Seat is one assignment of a purchase, of an account or only of an address.
// A redeemed one may be over by its date.
type Seat struct {
	Account                                access.AccountID
	State                                  SeatState
	Assigned, Redeemed, Ended, AccessUntil time.Time
}

// Purchase is seats on a product, which is known here by its activities.
type Purchase struct {
	ID           access.PurchaseID
	Organization access.OrgID
	Buyer        access.AccountID
	Bought       time.Time
	Seats        int
	Activities   []access.ActivityNo // ascending
	Assigned     []Seat
}

// Grant is a role at a place, for an account or for a group.
type Grant struct {
	ID                 access.GrantID
	Organization       access.OrgID
	Account            access.AccountID
	Group              access.GroupID
	Role               access.RoleKey
	Place              Place
	From, Until, Ended time.Time
	FollowsHome        bool
	Policy             access.PolicyID
}

// Thing is what is not a learner: it has a place and perhaps an owner.
type Thing struct {
	Kind         string // purchase, team, or anything else
	ID           string
	Organization access.OrgID
	Location     access.LocationID
	Owner        access.AccountID
}

// Things lists the purchases, the teams, the groups and something at every
// place and of every owner, which no grant can name.
func (w *World) Things() []Thing {
	var out []Thing
	for _, p := range w.Purchases {
		out = append(out, Thing{Kind: "purchase", ID: string(p.ID), Organization: p.Organization, Owner: p.Buyer})
	}
	for _, t := range w.Teams {
		out = append(out, Thing{Kind: "team", ID: string(t.ID), Organization: t.Organization, Owner: t.Owner})
	}
	for _, g := range w.Groups {
		out = append(out, Thing{Kind: "group", ID: string(g.ID), Organization: g.Organization})
	}
	for _, l := range w.Locations {
		out = append(out, Thing{Kind: "location", ID: string(l.ID), Organization: l.Organization, Location: l.ID})
	}
	for _, p := range w.People {
		out = append(out, Thing{Kind: "run", ID: "run of " + string(p.ID), Organization: p.Organization, Location: p.Location, Owner: p.ID})
	}
	return out
}

// Role finds a preset or a custom role.
func (w *World) Role(key access.RoleKey) access.Role {
	if i := slices.IndexFunc(w.Roles, func(r access.Role) bool { return r.Key == key }); i >= 0 {
		return w.Roles[i]
	}
	r, ok := access.Preset(key)
	if !ok {
		panic(fmt.Sprintf("oracle: there is no role %q in this world", key))
	}
	return r
}

// Person finds somebody.
func (w *World) Person(id access.AccountID) Person {
	return find(w.People, func(p Person) bool { return p.ID == id })
}

// Organization finds an organization.
func (w *World) Organization(id access.OrgID) Organization {
	return find(w.Organizations, func(o Organization) bool { return o.ID == id })
}

// Location finds a location.
func (w *World) Location(id access.LocationID) Location {
	return find(w.Locations, func(l Location) bool { return l.ID == id })
}

// Purchase finds a purchase.
func (w *World) Purchase(id access.PurchaseID) Purchase {
	return find(w.Purchases, func(p Purchase) bool { return p.ID == id })
}

// Team finds a team.
func (w *World) Team(id access.TeamID) Team {
	return find(w.Teams, func(t Team) bool { return t.ID == id })
}

// Group finds a group.
func (w *World) Group(id access.GroupID) Group {
	return find(w.Groups, func(g Group) bool { return g.ID == id })
}

func find[T any](all []T, is func(T) bool) T {
	i := slices.IndexFunc(all, is)
	if i < 0 {
		panic(fmt.Sprintf("oracle: a %T is named that this world does not have", *new(T)))
	}
	return all[i]
}
