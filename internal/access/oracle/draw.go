package oracle

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
)

// Size bounds a random world. What is not said is drawn.
type Size struct {
	Organizations, Locations, People, Teams, Groups, Purchases, Roles, Policies, Grants int
}

// Small worlds are decided about exhaustively in milliseconds.
var Small = Size{Organizations: 4, Locations: 8, People: 8, Teams: 3, Groups: 2, Purchases: 3, Roles: 2, Policies: 2, Grants: 6}

// Large worlds are for the night.
var Large = Size{Organizations: 7, Locations: 20, People: 20, Teams: 5, Groups: 4, Purchases: 6, Roles: 4, Policies: 4, Grants: 16}

// The deepest trees that are drawn.
const (
	clientDepth   = 3
	locationDepth = 6
)

// Worlds draws realms in which every kind of role, place, extent and interval
// occurs. They keep the invariants that the schema holds: one base role each,
// one live seat per person and purchase, one open reporter per purchase, who
// bought or redeemed, and nobody holds anything above their own organization.
func Worlds(size Size) *rapid.Generator[*World] {
	return rapid.Custom(func(t *rapid.T) *World {
		d := drawing{T: t, w: &World{Now: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}}
		d.organizations(size)
		d.people(size.People)
		d.teams(size.Teams)
		d.groups(size.Groups)
		d.purchases(size.Purchases)
		d.roles(size.Roles)
		d.policies(size.Policies)
		d.grants(size.Grants)
		return d.w
	})
}

type drawing struct {
	*rapid.T
	w *World
}

// ID is a public id: 26 letters and digits, legible and the same each time.
func ID(kind string, no int) string {
	const alphabet = "234567abcdefghijklmnopqrstuvwxyz"
	tail := []byte{alphabet[no/32%32], alphabet[no%32]}
	for len(kind)+len(tail) < 26 {
		kind += "a"
	}
	return kind + string(tail)
}

func (d drawing) upTo(n int, what string) int { return rapid.IntRange(0, n).Draw(d.T, what) }

func (d drawing) chance(oneIn int, what string) bool { return d.upTo(oneIn-1, what) == oneIn-1 }

func pick[E any](d drawing, from []E, what string) E { return from[d.upTo(len(from)-1, what)] }

// instant draws a time, most often on the very edge of now.
func (d drawing) instant(what string) time.Time {
	return d.w.Now.Add(pick(d, []time.Duration{-1000 * time.Hour, -time.Microsecond, 0, time.Microsecond, 1000 * time.Hour}, what))
}

// interval draws a beginning and, half of the time, an end not before it.
func (d drawing) interval(what string) (from, until time.Time) {
	from = d.instant(what + " from")
	if d.chance(2, what+" ends") {
		if until = d.instant(what + " until"); until.Before(from) {
			from, until = until, from
		}
	}
	return from, until
}

func (d drawing) organizations(size Size) {
	w := d.w
	w.Organizations = []Organization{{ID: access.OrgID(ID("organization", 0)), No: 1}}
	depth := map[access.OrgID]int{}
	for i := 1; i < 1+d.upTo(size.Organizations-1, "clients"); i++ {
		parent := pick(d, w.Organizations, "parent organization").ID
		if depth[parent] == clientDepth {
			parent = w.Organizations[0].ID
		}
		o := Organization{ID: access.OrgID(ID("organization", i)), No: int64(i + 1), Parent: parent}
		depth[o.ID] = depth[parent] + 1
		w.Organizations = append(w.Organizations, o)
	}
	below := map[access.LocationID]int{}
	for i := range d.upTo(size.Locations, "locations") {
		l := Location{ID: access.LocationID(ID("location", i)), No: int64(i + 1), Organization: pick(d, w.Organizations, "organization of location").ID}
		// The newest place of the organization is the likeliest parent, so that trees grow deep.
		above := slices.Backward(w.Locations)
		for _, p := range above {
			if p.Organization == l.Organization && below[p.ID] < locationDepth-1 && !d.chance(3, "another parent") {
				l.Parent, below[l.ID] = p.ID, below[p.ID]+1
				break
			}
		}
		w.Locations = append(w.Locations, l)
	}
}

func (d drawing) people(n int) {
	var ladder []access.RoleKey
	for _, r := range access.BaseRoles() {
		ladder = append(ladder, r.Key)
	}
	for i := range 1 + d.upTo(n-1, "people") {
		o := pick(d, d.w.Organizations, "organization of person").ID
		d.w.People = append(d.w.People, Person{
			ID: access.AccountID(ID("person", i)), No: access.LearnerNo(i + 1), Organization: o,
			Location: d.home(o), BaseRole: pick(d, ladder, "base role"), Suspended: d.chance(12, "suspended"),
		})
	}
}

// home draws a location of the organization, or none.
func (d drawing) home(o access.OrgID) access.LocationID {
	homes := []access.LocationID{""}
	for _, l := range d.w.Locations {
		if l.Organization == o {
			homes = append(homes, l.ID)
		}
	}
	return pick(d, homes, "home")
}

// colleagues are the people of one organization.
func (d drawing) colleagues(o access.OrgID) []access.AccountID {
	var out []access.AccountID
	for _, p := range d.w.People {
		if p.Organization == o {
			out = append(out, p.ID)
		}
	}
	return out
}

func (d drawing) teams(n int) {
	for i := range d.upTo(n, "teams") {
		owner := pick(d, d.w.People, "owner of team")
		t := Team{ID: access.TeamID(ID("team", i)), Organization: owner.Organization, Owner: owner.ID}
		for _, a := range d.colleagues(owner.Organization) {
			// Membership of a team has no planned end: it is open, or it is over.
			if began := d.w.Now.Add(-48 * time.Hour); d.chance(2, "in team") {
				t.Members = append(t.Members, Member{Account: a, From: began})
			} else if d.chance(3, "was in team") {
				t.Members = append(t.Members, Member{Account: a, From: began, Until: d.w.Now.Add(-pick(d, []time.Duration{0, time.Hour}, "left"))})
			}
		}
		d.w.Teams = append(d.w.Teams, t)
	}
}

func (d drawing) groups(n int) {
	for i := range d.upTo(n, "groups") {
		g := Group{ID: access.GroupID(ID("group", i)), Organization: pick(d, d.w.People, "founder of group").Organization}
		for _, a := range d.colleagues(g.Organization) {
			if d.chance(2, "in group") {
				from, until := d.interval("in group")
				g.Members = append(g.Members, Member{Account: a, From: from, Until: until})
			}
		}
		d.w.Groups = append(d.w.Groups, g)
	}
}

func (d drawing) purchases(n int) {
	d.w.Activities = []access.ActivityNo{1, 2, 3, 4}
	for i := range d.upTo(n, "purchases") {
		buyer := pick(d, d.w.People, "buyer")
		p := Purchase{
			ID: access.PurchaseID(ID("purchase", i)), Organization: buyer.Organization, Buyer: buyer.ID,
			Bought: d.w.Now.Add(-900 * time.Hour), Seats: len(d.w.People) + d.upTo(2, "free seats"),
		}
		// The last activity is in no product at all.
		for _, a := range d.w.Activities[:3] {
			if d.chance(2, "in product") {
				p.Activities = append(p.Activities, a)
			}
		}
		if len(p.Activities) == 0 {
			p.Activities = d.w.Activities[:1:1]
		}
		for _, a := range d.colleagues(p.Organization) {
			p.Assigned = append(p.Assigned, d.seats(a, p.Bought)...)
		}
		d.w.Purchases = append(d.w.Purchases, p)
	}
}

// seats draws what somebody has of a purchase: nothing, one, or one after another.
func (d drawing) seats(a access.AccountID, bought time.Time) []Seat {
	var out []Seat
	if d.chance(4, "earlier seat") {
		out = append(out, Seat{
			Account: a, State: pick(d, []SeatState{Released, Revoked}, "earlier state"),
			Assigned: bought, Ended: bought.Add(time.Hour),
		})
	}
	switch d.upTo(4, "seat") {
	case 0:
		out = append(out, Seat{Account: a, State: Pending, Assigned: bought.Add(2 * time.Hour)})
	case 1, 2:
		out = append(out, Seat{Account: a, State: Redeemed, Assigned: bought.Add(2 * time.Hour), Redeemed: bought.Add(3 * time.Hour)})
	case 3:
		out = append(out, Seat{
			Account: a, State: Redeemed, Assigned: bought.Add(2 * time.Hour), Redeemed: bought.Add(3 * time.Hour),
			AccessUntil: d.w.Now.Add(-240 * time.Hour).Truncate(24 * time.Hour),
		})
	}
	return out
}

func (d drawing) roles(n int) {
	for i := range d.upTo(n, "roles") {
		r := access.Role{Key: access.RoleKey(ID("role", i)), Name: fmt.Sprintf("Custom %d", i)}
		all := access.Permissions()
		for range 1 + d.upTo(6, "permissions") {
			r.Any |= access.SetOf(pick(d, all, "any"))
		}
		for range d.upTo(4, "own permissions") {
			r.Own |= access.SetOf(pick(d, all, "own"))
		}
		for _, k := range []access.NodeKind{access.AtOrganization, access.AtLocation, access.AtPurchase, access.AtTeam} {
			if d.chance(2, "at "+string(k)) {
				r.Nodes = append(r.Nodes, k)
			}
		}
		if len(r.Nodes) == 0 {
			r.Nodes = []access.NodeKind{access.AtOrganization}
		}
		d.w.Roles = append(d.w.Roles, r)
	}
}
