package access_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// TestWorkingInAClientOnlyNarrows: whoever works in a client gets, of all that
// they get at home, exactly what lies in that client and below it.
func TestWorkingInAClientOnlyNarrows(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := oracle.Worlds(size).Draw(t, "world")
		client := rapid.SampledFrom(w.Organizations).Draw(t, "client")
		lo, hi := access.Beyond.Range(w.OrganizationPath(client.ID))
		for _, actor := range w.People {
			home := w.Facts(actor.ID)
			inside := home.Inside(client.ID, w.OrganizationPath(client.ID))
			for _, p := range access.Permissions() {
				all, part := home.For(p, w.Now), inside.For(p, w.Now)
				self := p == access.SelfView || p == access.SelfEdit
				for _, l := range w.People {
					at := w.Placement(l.ID)
					there := lo <= at.Home && at.Home < hi
					if got, want := part.Covers(at), all.Covers(at) && (there || self); got != want {
						t.Fatalf("%s in %s, %s over %s: %v, at home %v, there %v", actor.ID, client.ID, p, l.ID, got, all.Covers(at), there)
					}
					if !self {
						seen[verdict("learner", part.Covers(at))]++
					}
				}
				for _, thing := range w.Things() {
					at := w.Access(thing)
					got, _ := part.CoversThing(at)
					covered, _ := all.CoversThing(at)
					if want := covered && lo <= at.Place && at.Place < hi; got != want {
						t.Fatalf("%s in %s, %s on %+v: %v, at home %v", actor.ID, client.ID, p, thing, got, covered)
					}
					seen[verdict("thing", got)]++
				}
			}
			if again := inside.As(inside.Actor()); again.Actor() != inside.Actor() || inside.Actor().Own() != actor.Organization || inside.Actor().Inside() != client.ID {
				t.Fatalf("%s in %s is %+v, loaded anew %+v", actor.ID, client.ID, inside.Actor(), again.Actor())
			}
		}
	})
	for _, kind := range []string{"learner yes", "learner no", "thing yes", "thing no"} {
		if seen[kind] < 100 {
			t.Errorf("only %d decisions of the kind %q were made", seen[kind], kind)
		}
	}
}
