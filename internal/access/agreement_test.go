package access_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// TestReachAgreesWithTheReference decides everything there is to decide in
// random worlds twice: who × permission × learner × activity, and × thing (I-01).
func TestReachAgreesWithTheReference(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := oracle.Worlds(size).Draw(t, "world")
		at := placements(w)
		things := w.Things()
		for _, actor := range w.People {
			facts := w.Facts(actor.ID)
			for _, p := range access.Permissions() {
				reach := facts.For(p, w.Now)
				for _, l := range w.People {
					got, want := reach.Covers(at[l.ID]), w.Sees(actor.ID, p, l.ID)
					if got != want {
						t.Fatalf("%s, %s over %s: Covers = %v, reference = %v", actor.ID, p, l.ID, got, want)
					}
					seen[verdict("learner", got)]++
					if !got && !want {
						// No grant places the learner, hence none of their cells either.
						if reach.CoversCell(at[l.ID], w.Activities[0]) {
							t.Fatalf("%s, %s over %s: a cell without its learner", actor.ID, p, l.ID)
						}
						continue
					}
					for _, a := range w.Activities {
						got, want := reach.CoversCell(at[l.ID], a), w.SeesCell(actor.ID, p, l.ID, a)
						if got != want {
							t.Fatalf("%s, %s over %s in activity %d: CoversCell = %v, reference = %v", actor.ID, p, l.ID, a, got, want)
						}
						seen[verdict("cell", got)]++
					}
				}
				for _, thing := range things {
					covered, owned := reach.CoversThing(w.Access(thing))
					wantCovered, wantOwned := w.Touches(actor.ID, p, thing)
					if covered != wantCovered || owned != wantOwned {
						t.Fatalf("%s, %s on %+v: CoversThing = %v, %v, reference = %v, %v", actor.ID, p, thing, covered, owned, wantCovered, wantOwned)
					}
					seen[verdict("thing", covered)]++
					seen[verdict("owned thing", owned)]++
				}
			}
		}
	})
	t.Logf("decisions: %v", seen)
	// Worlds in which nobody may do anything would agree, too.
	for _, kind := range []string{"learner yes", "learner no", "cell yes", "cell no", "thing yes", "thing no", "owned thing yes"} {
		if seen[kind] < 100 {
			t.Errorf("only %d decisions of the kind %q were made: the worlds are too poor", seen[kind], kind)
		}
	}
}

// TestCedarAgrees asks an engine that was written by others, about a few
// permissions a world, since it takes some thousand times as long.
func TestCedarAgrees(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := oracle.Worlds(size).Draw(t, "world")
		cedar, err := w.InCedar()
		if err != nil {
			t.Fatalf("translating the world: %v\n%s", err, cedar.Text)
		}
		at, things := placements(w), w.Things()
		for _, p := range rapid.SliceOfNDistinct(rapid.SampledFrom(telling(w)), 1, 3, rapid.ID[access.Permission]).Draw(t, "permissions") {
			for _, actor := range w.People {
				reach := w.Facts(actor.ID).For(p, w.Now)
				for _, l := range w.People {
					got := reach.Covers(at[l.ID])
					if want, err := cedar.Allows(actor.ID, p, l.ID, 0); err != nil || got != want {
						t.Fatalf("%s, %s over %s: Covers = %v, Cedar = %v, %v\n%s", actor.ID, p, l.ID, got, want, err, cedar.Text)
					}
					seen[verdict("learner", got)]++
					if !got {
						continue
					}
					for _, a := range w.Activities {
						got := reach.CoversCell(at[l.ID], a)
						if want, err := cedar.Allows(actor.ID, p, l.ID, a); err != nil || got != want {
							t.Fatalf("%s, %s over %s in activity %d: CoversCell = %v, Cedar = %v, %v\n%s", actor.ID, p, l.ID, a, got, want, err, cedar.Text)
						}
						seen[verdict("cell", got)]++
					}
				}
				for _, thing := range things {
					got, _ := reach.CoversThing(w.Access(thing))
					if want, err := cedar.Touches(actor.ID, p, thing); err != nil || got != want {
						t.Fatalf("%s, %s on %+v: CoversThing = %v, Cedar = %v, %v\n%s", actor.ID, p, thing, got, want, err, cedar.Text)
					}
					seen[verdict("thing", got)]++
				}
			}
		}
	})
	t.Logf("decisions: %v", seen)
	for _, kind := range []string{"learner yes", "learner no", "cell yes", "cell no", "thing yes", "thing no"} {
		if seen[kind] < 100 {
			t.Errorf("only %d decisions of the kind %q were made: the worlds are too poor", seen[kind], kind)
		}
	}
}

// telling lists the permissions, those that differ by place or owner, or stand
// in a custom role, as often as all the rest.
func telling(w *oracle.World) []access.Permission {
	out := access.Permissions()
	for _, r := range w.Roles {
		out = append(out, (r.Any | r.Own).List()...)
	}
	for range 4 {
		out = append(
			out, access.LearnerView, access.EnrollmentView, access.MatrixView, access.ReportExport, access.DashboardView, access.CertificationView,
			access.LicenseView, access.SeatAssign, access.ReporterAssign, access.TeamEdit, access.TeamShare, access.TeamView,
		)
	}
	return out
}

func placements(w *oracle.World) map[access.AccountID]access.Placement {
	out := map[access.AccountID]access.Placement{}
	for _, p := range w.People {
		out[p.ID] = w.Placement(p.ID)
	}
	return out
}

func verdict(kind string, yes bool) string {
	if yes {
		return kind + " yes"
	}
	return kind + " no"
}
