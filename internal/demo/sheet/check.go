package sheet

import (
	"fmt"
	"strconv"
	"strings"
)

// Faults tells what in the bundle contradicts itself, each in a sentence.
// Both generators refuse to hand out a bundle that has any.
func (b *Bundle) Faults() []string {
	c := check{b: b, people: map[string]bool{}, active: map[string]bool{}, products: map[string]bool{}, activities: map[string]bool{}}
	c.places()
	c.persons()
	c.library()
	c.enrollments()
	c.purchases()
	return c.faults
}

type check struct {
	b                                    *Bundle
	people, active, products, activities map[string]bool
	faults                               []string
}

func (c *check) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *check) places() {
	seen := map[string]bool{"": true}
	for _, l := range c.b.Locations {
		if seen[l.ID] {
			c.fault("location %s stands twice", l.ID)
		}
		if !seen[l.ParentID] {
			c.fault("location %s comes before its parent %s", l.ID, l.ParentID)
		}
		seen[l.ID] = true
	}
	for _, p := range c.b.People {
		if !seen[p.Location] {
			c.fault("person %s lives at the unknown location %s", p.ID, p.Location)
		}
	}
}

func (c *check) persons() {
	addresses := map[string]bool{}
	for _, p := range c.b.People {
		if c.people[p.ID] {
			c.fault("person %s stands twice", p.ID)
		}
		c.people[p.ID], c.active[p.ID] = true, p.Status == "" || p.Status == "active"
		if addresses[p.Email] {
			c.fault("address %s stands twice", p.Email)
		}
		addresses[p.Email] = true
		if p.Email != strings.ToLower(p.Email) || !strings.Contains(p.Email, "@") {
			c.fault("address %q is not plain", p.Email)
		}
		if p.Given == "" && p.Family == "" || strings.ContainsAny(p.Given+p.Family, "0123456789") {
			c.fault("person %s is called %q %q", p.ID, p.Given, p.Family)
		}
	}
	teams := map[string]bool{}
	for _, t := range c.b.Teams {
		teams[t.ID] = true
		if !c.people[t.Owner] {
			c.fault("team %s belongs to the unknown person %s", t.ID, t.Owner)
		}
	}
	for _, m := range c.b.TeamMembers {
		if !teams[m.Team] || !c.people[m.Person] {
			c.fault("team %s has the unknown member %s", m.Team, m.Person)
		}
	}
}

func (c *check) library() {
	for _, a := range c.b.Activities {
		if c.products[a.ID] {
			c.fault("activity %s stands twice", a.ID)
		}
		c.products[a.ID], c.activities[a.ID] = true, true
	}
	for _, p := range c.b.Programs {
		if c.products[p.ID] {
			c.fault("program %s has an id in use", p.ID)
		}
		c.products[p.ID] = true
	}
	for _, a := range c.b.ProgramActivities {
		if !c.products[a.Program] || !c.activities[a.Activity] {
			c.fault("program %s has the unknown activity %s", a.Program, a.Activity)
		}
	}
}

func (c *check) enrollments() {
	seen := map[[2]string]bool{}
	for _, e := range c.b.Enrollments {
		k := [2]string{e.Person, e.Activity}
		if seen[k] {
			c.fault("%s is enrolled twice in %s", e.Person, e.Activity)
		}
		seen[k] = true
		if !c.people[e.Person] || !c.activities[e.Activity] {
			c.fault("enrollment of %s in %s names an unknown id", e.Person, e.Activity)
		}
		if e.EnrolledAt == "" || (e.Outcome == "") != (e.OutcomeOn == "") {
			c.fault("enrollment of %s in %s lacks a date", e.Person, e.Activity)
		}
	}
}

func (c *check) purchases() {
	redeemed, held, live := map[[2]string]bool{}, map[string]int{}, map[[2]string]bool{}
	bought := map[string]string{}
	for _, p := range c.b.Purchases {
		bought[p.ID] = p.PurchasedAt
	}
	for _, s := range c.b.Seats {
		who := s.Person + s.Email
		if (s.Person == "") == (s.Email == "") || s.Person != "" && !c.people[s.Person] {
			c.fault("seat of %s is for nobody known", s.Purchase)
		}
		if bought[s.Purchase] == "" || s.AssignedAt < bought[s.Purchase] {
			c.fault("seat of %s for %s was assigned before the purchase", s.Purchase, who)
		}
		if s.RedeemedAt != "" && s.RedeemedAt < s.AssignedAt || s.EndedAt != "" && s.EndedAt < max(s.AssignedAt, s.RedeemedAt) {
			c.fault("seat of %s for %s runs backwards", s.Purchase, who)
		}
		ended := s.State == "released" || s.State == "revoked"
		if ended != (s.EndedAt != "") || s.State == "redeemed" && s.RedeemedAt == "" || s.State == "pending" && s.RedeemedAt != "" {
			c.fault("seat of %s for %s is %s with other dates", s.Purchase, who, s.State)
		}
		if ended {
			continue
		}
		if live[[2]string{s.Purchase, who}] {
			c.fault("%s holds two seats of %s", who, s.Purchase)
		}
		live[[2]string{s.Purchase, who}] = true
		redeemed[[2]string{s.Purchase, s.Person}] = s.State == "redeemed"
		held[s.Purchase]++
	}
	for _, p := range c.b.Purchases {
		if !c.products[p.Product] || !c.people[p.Buyer] {
			c.fault("purchase %s names an unknown product or buyer", p.ID)
		}
		if n, err := strconv.Atoi(p.Seats); err != nil || n < 1 || held[p.ID] > n {
			c.fault("purchase %s has %d of %s seats in use", p.ID, held[p.ID], p.Seats)
		}
		if p.Reporter != "" && p.Reporter != p.Buyer && !redeemed[[2]string{p.ID, p.Reporter}] {
			c.fault("purchase %s has the reporter %s, neither buyer nor redeemed", p.ID, p.Reporter)
		}
		if p.Reporter != "" && !c.active[p.Reporter] {
			c.fault("purchase %s has the reporter %s, who is not active", p.ID, p.Reporter)
		}
	}
}
