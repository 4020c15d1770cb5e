package oracle_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// TestWorldsHoldEverything looks at what is drawn: a kind of thing that never
// occurs would make every agreement about it empty.
func TestWorldsHoldEverything(t *testing.T) {
	seen := map[string]int{}
	for seed := range 400 {
		w := oracle.Worlds(oracle.Small).Example(seed)
		for _, o := range w.Organizations {
			seen[fmt.Sprintf("organization at depth %d", organizationDepth(w, o.ID))]++
		}
		for _, l := range w.Locations {
			seen[fmt.Sprintf("location at depth %d", locationDepth(w, l.ID))]++
		}
		for _, p := range w.People {
			seen["base role "+string(p.BaseRole)]++
			seen[fmt.Sprintf("suspended %v", p.Suspended)]++
		}
		for _, p := range w.Purchases {
			for _, s := range p.Assigned {
				seen["seat "+string(s.State)]++
				seen[fmt.Sprintf("seat over by date %v", !s.AccessUntil.IsZero())]++
			}
		}
		for _, g := range w.Grants {
			_, preset := access.Preset(g.Role)
			seen[fmt.Sprintf("grant of a preset %v", preset)]++
			seen[fmt.Sprintf("grant at %s %s", g.Place.Kind, g.Place.Extent)]++
			seen[fmt.Sprintf("grant by group %v, policy %v", g.Group != "", g.Policy != "")]++
			seen["grant "+when(w.Now, g.From, g.Until, g.Ended)]++
			if preset {
				seen["grant of "+string(g.Role)]++
			}
		}
		for _, g := range w.Groups {
			for _, m := range g.Members {
				seen["group member "+when(w.Now, m.From, m.Until, time.Time{})]++
			}
		}
		for _, team := range w.Teams {
			for _, m := range team.Members {
				seen["team member "+when(w.Now, m.From, m.Until, time.Time{})]++
			}
		}
	}
	want := []string{
		"organization at depth 3", "location at depth 6", "suspended true", "seat over by date true",
		"seat pending", "seat redeemed", "seat released", "seat revoked",
		"grant of a preset false", "grant by group true, policy false", "grant by group true, policy true", "grant by group false, policy true",
		"grant valid", "grant not yet", "grant past", "grant taken away", "group member valid", "group member not yet", "group member past",
		"team member valid", "team member past", "grant at purchase here", "grant at team here",
	}
	for _, kind := range []access.NodeKind{access.AtOrganization, access.AtLocation} {
		for _, e := range []access.Extent{access.Here, access.Within, access.Beyond} {
			want = append(want, fmt.Sprintf("grant at %s %s", kind, e))
		}
	}
	for _, r := range access.Presets() {
		switch {
		case r.Rank > 0:
			want = append(want, "base role "+string(r.Key))
		case r.Key != access.Buyer: // having bought is a fact, not a grant
			want = append(want, "grant of "+string(r.Key))
		}
	}
	for _, kind := range want {
		if seen[kind] < 5 {
			t.Errorf("%d times in 400 worlds: %s", seen[kind], kind)
		}
	}
}

// TestWorldsKeepTheSchemasRules holds them against what a database would refuse.
func TestWorldsKeepTheSchemasRules(t *testing.T) {
	for seed := range 400 {
		w := oracle.Worlds(oracle.Small).Example(seed)
		base, reporter := map[access.AccountID]int{}, map[string]int{}
		for _, g := range w.Grants {
			if g.FollowsHome && g.Ended.IsZero() {
				base[g.Account]++
			}
			if g.Role == access.LicenseReporter && g.Ended.IsZero() {
				reporter[g.Place.Node]++
			}
			if (g.Account == "") == (g.Group == "") {
				t.Errorf("world %d, grant %s: needs one principal", seed, g.ID)
			}
			if !g.Ended.IsZero() && g.Ended.Before(g.From) {
				t.Errorf("world %d, grant %s: ended before it began", seed, g.ID)
			}
		}
		for account, n := range base {
			if n > 1 {
				t.Errorf("world %d: %s has %d base roles", seed, account, n)
			}
		}
		for purchase, n := range reporter {
			if n > 1 {
				t.Errorf("world %d: %s has %d reporters", seed, purchase, n)
			}
		}
		for _, p := range w.Purchases {
			live := map[access.AccountID]int{}
			for _, s := range p.Assigned {
				if s.State == oracle.Pending || s.State == oracle.Redeemed {
					live[s.Account]++
				}
			}
			for account, n := range live {
				if n > 1 {
					t.Errorf("world %d: %s has %d live seats of %s", seed, account, n, p.ID)
				}
			}
		}
	}
}

func organizationDepth(w *oracle.World, id access.OrgID) int {
	depth := 0
	for id = w.Organization(id).Parent; id != ""; id = w.Organization(id).Parent {
		depth++
	}
	return depth
}

func locationDepth(w *oracle.World, id access.LocationID) int {
	depth := 0
	for ; id != ""; id = w.Location(id).Parent {
		depth++
	}
	return depth
}

func when(now, from, until, ended time.Time) string {
	switch {
	case !ended.IsZero() && !now.Before(ended):
		return "taken away"
	case now.Before(from):
		return "not yet"
	case !until.IsZero() && !now.Before(until):
		return "past"
	}
	return "valid"
}
