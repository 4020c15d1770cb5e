package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestSightIsWeighedAsItIsDecided (N-02): in random worlds, where somebody
// would hold what somebody else holds, or stand where somebody else stands, the
// preview counts exactly those whom the predicate shows after and not before.
func TestSightIsWeighedAsItIsDecided(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			now := oracle.Worlds(worldSize).Example(0).Now
			db := storetest.Open(t, storetest.Address(t, engine), func() time.Time { return now })
			gained, lost, moved := 0, 0, 0
			for seed, found := 0, 0; found < 8; seed++ {
				s := drawWorld(seed, access.RealmID(found+1), worldSize)
				if len(s.People) < 4 {
					continue
				}
				found++
				s.load(t, db)
				asker := access.NewFacts(access.Actor{Realm: s.realm, System: "test"}, 0, []access.Grant{{
					Role: access.Role{Any: access.SetOf(access.GrantEdit, access.LearnerView)}, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Beyond,
				}}).For(access.GrantEdit, s.Now)
				for i, l := range s.learners {
					other := s.learners[(i+1)%len(s.learners)]
					before, err := db.Facts(t.Context(), s.realm, l.ID)
					if err != nil {
						t.Fatal(err)
					}
					theirs, err := db.Facts(t.Context(), s.realm, other.ID)
					if err != nil {
						t.Fatal(err)
					}
					after := access.NewFacts(before.Actor(), 0, theirs.Grants())
					effect, err := db.WeighSight(t.Context(), asker, []management.Held{{Before: before, After: after}})
					if err != nil {
						t.Fatal(err)
					}
					var want management.Sighted
					for _, m := range s.learners {
						saw, sees := covers(before, s.Now, s.Placement(m.ID)), covers(after, s.Now, s.Placement(m.ID))
						switch {
						case sees && !saw:
							want.Gains++
						case saw && !sees:
							want.Loses++
						}
					}
					var got management.Sighted
					if len(effect.Changed) > 0 {
						got = effect.Changed[0]
					}
					if got.Gains != want.Gains || got.Loses != want.Loses || effect.Others > 0 || len(got.GainsSample) != min(5, want.Gains) {
						t.Errorf("seed %d: %s with what %s holds: +%d -%d, want +%d -%d", seed, l.ID, other.ID, got.Gains, got.Loses, want.Gains, want.Loses)
					}
					gained, lost = gained+want.Gains, lost+want.Loses

					here, there := s.Placement(l.ID), s.Placement(l.ID)
					there.Home = s.Placement(other.ID).Home
					effect, err = db.WeighPlacing(t.Context(), asker, here, there)
					if err != nil {
						t.Fatal(err)
					}
					for _, m := range s.learners {
						facts, err := db.Facts(t.Context(), s.realm, m.ID)
						if err != nil {
							t.Fatal(err)
						}
						saw, sees := covers(facts, s.Now, here), covers(facts, s.Now, there)
						i := slices.IndexFunc(effect.Changed, func(c management.Sighted) bool { return c.ID == m.ID })
						changes := m.ID != l.ID && saw != sees
						if (i >= 0) != changes || changes && (effect.Changed[i].Gains == 1) != sees {
							t.Errorf("seed %d: %s moves to where %s is: %s saw %v and sees %v, told %v", seed, l.ID, other.ID, m.ID, saw, sees, i >= 0)
						}
						if changes {
							moved++
						}
					}
				}
			}
			if gained < 20 || lost < 20 || moved < 20 {
				t.Errorf("only %d gained, %d lost, %d of moves: the worlds are too poor", gained, lost, moved)
			}
		})
	}
}

func covers(f access.Facts, now time.Time, at access.Placement) bool {
	return slices.ContainsFunc(management.Sight(), func(p access.Permission) bool { return f.For(p, now).Covers(at) })
}
