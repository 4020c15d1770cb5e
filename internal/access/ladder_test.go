package access_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

var administrators = []access.RoleKey{
	access.LocalAdministrator, access.MultipleLocation, access.OrganizationAdministrator, access.MasterAdministrator,
}

// TestReportsOnlySeesButNeverEdits: a twin has reporting permissions alone, and
// the only thing it writes is its own schedules (I-14, M-205).
func TestReportsOnlySeesButNeverEdits(t *testing.T) {
	twins := 0
	for _, r := range access.Presets() {
		if !r.ReportsOnly {
			continue
		}
		twins++
		if r.Own != 0 {
			t.Errorf("%s owns permissions: %v", r.Name, r.Own.List())
		}
		for _, p := range r.Any.List() {
			if !p.Reporting() {
				t.Errorf("%s has %s, which is no reporting permission", r.Name, p)
			}
			if p.Writes() && p != access.ReportSchedule {
				t.Errorf("%s has %s, which writes", r.Name, p)
			}
		}
	}
	if twins != len(administrators) {
		t.Errorf("%d roles are Reports Only, want one for each of the %d administrators", twins, len(administrators))
	}
	for _, key := range []access.RoleKey{access.Student, access.Purchaser} {
		if _, ok := access.Preset(access.TwinOf(key)); ok {
			t.Errorf("%s has a Reports Only twin (M-205, Q-18)", key)
		}
	}
}

// TestOnlySchedulesAreReportingAndWriting looks at the catalogue itself, from
// which twins and License Reporters are made.
func TestOnlySchedulesAreReportingAndWriting(t *testing.T) {
	for _, p := range access.Permissions() {
		if p.Reporting() && p.Writes() && p != access.ReportSchedule {
			t.Errorf("%s is reporting and writes", p)
		}
	}
	reporter, _ := access.Preset(access.LicenseReporter)
	for _, p := range reporter.Any.List() {
		if p.Writes() && p != access.ReportSchedule {
			t.Errorf("a License Reporter has %s, which writes (M-036)", p)
		}
	}
}

// TestTwinsReachAsFarAsTheirRole: for every reporting permission of the full
// role the twin covers the same cells, and for any other nobody (I-15).
func TestTwinsReachAsFarAsTheirRole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := oracle.Worlds(size).Draw(t, "world")
		actor := rapid.SampledFrom(w.People).Draw(t, "actor").ID
		key := rapid.SampledFrom(administrators).Draw(t, "role")
		full, _ := access.Preset(key)
		twin, _ := access.Preset(access.TwinOf(key))
		place, ok := ladderPlace(w, actor, key)
		if !ok {
			return
		}
		for _, p := range access.Permissions() {
			of := func(r access.Role) access.Reach {
				g := access.Grant{Role: r, Node: place, Extent: r.Extent}
				return access.NewFacts(w.Actor(actor), 1, []access.Grant{g}).For(p, w.Now)
			}
			for _, l := range w.People {
				at := w.Placement(l.ID)
				own := (p == access.SelfView || p == access.SelfEdit) && l.ID == actor
				if got, want := of(twin).Covers(at), own || p.Reporting() && of(full).Covers(at); got != want {
					t.Fatalf("%s, %s over %s: %v, its full role: %v", twin.Name, p, l.ID, got, of(full).Covers(at))
				}
			}
		}
	})
}

// TestEachRungReachesWhatTheOneBelowDoes: Local ⊆ Multiple Location ⊆
// Organization ⊆ Master, for the same holder and every permission (I-16, M-203).
func TestEachRungReachesWhatTheOneBelowDoes(t *testing.T) {
	for _, twins := range []bool{false, true} {
		rapid.Check(t, func(t *rapid.T) {
			w := oracle.Worlds(size).Draw(t, "world")
			actor := rapid.SampledFrom(w.People).Draw(t, "actor").ID
			for _, p := range access.Permissions() {
				var below access.Reach
				for _, key := range administrators {
					reach, ok := rung(w, actor, key, twins, p)
					if !ok {
						continue
					}
					for _, l := range w.People {
						if at := w.Placement(l.ID); below.Covers(at) && !reach.Covers(at) {
							t.Fatalf("%s: %s does not reach %s, the rung below does", p, key, l.ID)
						}
					}
					below = reach
				}
			}
		})
	}
}

// TestTheRungsDiffer says the same in names, so that all rungs reaching
// everybody, or nobody, would not do.
func TestTheRungsDiffer(t *testing.T) {
	w := school()
	for i, want := range []string{"cem", "ben cem hal", "ana ben cem dia hal ida", "ana ben cem dia hal ida eva fay gus"} {
		for _, twin := range []bool{false, true} {
			reach, _ := rung(w, "cem", administrators[i], twin, access.MatrixView)
			if got := covered(w, reach); got != want {
				t.Errorf("%s (twin %v) reaches %q, want %q", administrators[i], twin, got, want)
			}
		}
	}
}

// TestARoleAboveLacksNothing is what I-06 leans on: who gives a role of the
// ladder that is not above their own never gives a permission they lack.
func TestARoleAboveLacksNothing(t *testing.T) {
	rank := 0
	for _, r := range access.BaseRoles() {
		if r.ReportsOnly {
			twinned, _ := access.Preset(r.Key[:len(r.Key)-len("_reports_only")])
			if r.Rank != twinned.Rank || r.Extent != twinned.Extent {
				t.Errorf("%s stands at rank %d, %s; its full role at %d, %s", r.Name, r.Rank, r.Extent, twinned.Rank, twinned.Extent)
			}
			continue
		}
		if r.Rank != rank+1 {
			t.Errorf("%s has rank %d, want %d", r.Name, r.Rank, rank+1)
		}
		rank = r.Rank
		for _, below := range access.BaseRoles() {
			if below.Rank < r.Rank && r.Rank > 2 && below.Any.Without(r.Any) != 0 {
				t.Errorf("%s has what %s lacks: %v", below.Name, r.Name, below.Any.Without(r.Any).List())
			}
		}
	}
	if rank != 6 {
		t.Errorf("the ladder has %d rungs, want 6 (M-203)", rank)
	}
}

// ladderPlace is where the holder's base role stands: their location or their
// organization; a location's administrator needs a location (M-231).
func ladderPlace(w *oracle.World, actor access.AccountID, key access.RoleKey) (access.Node, bool) {
	p := w.Person(actor)
	if key == access.LocalAdministrator || key == access.MultipleLocation {
		if p.Location == "" {
			return access.Node{}, false
		}
		return access.Node{Kind: access.AtLocation, ID: string(p.Location), Path: w.LocationPath(p.Location)}, true
	}
	return access.Node{Kind: access.AtOrganization, ID: string(p.Organization), Path: w.OrganizationPath(p.Organization)}, true
}

func rung(w *oracle.World, actor access.AccountID, key access.RoleKey, twin bool, p access.Permission) (access.Reach, bool) {
	node, ok := ladderPlace(w, actor, key)
	if twin {
		key = access.TwinOf(key)
	}
	role, _ := access.Preset(key)
	g := access.Grant{Role: role, Node: node, Extent: role.Extent}
	return access.NewFacts(w.Actor(actor), 1, []access.Grant{g}).For(p, w.Now), ok
}
