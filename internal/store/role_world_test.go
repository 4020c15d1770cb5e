package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestARoleIsWeighedAsItIsDecided (N-19): in random worlds, where a role would
// give what another one gives, the preview counts for each permission exactly
// the learners whom the predicate shows to some holder after and not before.
func TestARoleIsWeighedAsItIsDecided(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			now := oracle.Worlds(worldSize).Example(0).Now
			db := storetest.Open(t, storetest.Address(t, engine), func() time.Time { return now })
			gained, lost := 0, 0
			for seed, found := 0, 0; found < 60; seed++ {
				s := drawWorld(seed, access.RealmID(found+1), worldSize)
				if len(s.Roles) == 0 {
					continue
				}
				found++
				s.load(t, db)
				db.Write(t, `update account set status = 'active' where status = 'invited'`) // they count as if they had come
				asker := access.NewFacts(access.Actor{Realm: s.realm, System: "test", Organization: s.Organizations[0].ID}, 0, []access.Grant{{
					Role: access.Role{Any: access.SetOf(access.RoleEdit)}, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Beyond,
				}}).For(access.RoleEdit, s.Now)
				for i, role := range s.Roles {
					other, sees := s.Roles[(i+1)%len(s.Roles)], []access.Set{access.SetOf(access.LearnerView, access.LocationView), access.Reporting(), 0}
					to := management.RoleDraft{Name: "x", Any: (other.Any | sees[i%len(sees)]).Without(role.Own), Own: role.Any, Nodes: management.NodeKinds()[i%3:]}
					effect, err := db.PreviewRole(t.Context(), asker, role.Key, to)
					if err != nil {
						t.Fatal(err)
					}
					said := map[access.Permission]management.PermissionChange{}
					for _, c := range effect.Changes {
						said[c.Permission] = c
					}
					held := s.recast(t, db, role.Key, to)
					for _, p := range access.Permissions() {
						want := s.shifted(t, held, p)
						got := said[p]
						if got.Gains.Learners != want.Gains.Learners || got.Loses.Learners != want.Loses.Learners || got.Gains.People < want.Gains.People || got.Loses.People < want.Loses.People {
							t.Errorf("seed %d: %s of %s: %+v, want %+v", seed, p, role.Key, got, want)
						}
						gained, lost = gained+want.Gains.Learners, lost+want.Loses.Learners
					}
				}
			}
			if gained < 20 || lost < 20 {
				t.Errorf("only %d come into sight and %d go out of it: is the draw too narrow?", gained, lost)
			}
		})
	}
}

// shifted works out by the predicate, person by person, whom the holders of a
// role reach by a permission after it gives something else, and no longer.
func (s *drawn) shifted(t *testing.T, held []management.Held, p access.Permission) management.PermissionChange {
	t.Helper()
	gains, loses := map[access.AccountID]bool{}, map[access.AccountID]bool{}
	var out management.PermissionChange
	for _, h := range held {
		before, after := h.Before.For(p, s.Now), h.After.For(p, s.Now)
		more, less := 0, 0
		for _, l := range s.learners {
			saw, sees := before.Covers(s.Placement(l.ID)), after.Covers(s.Placement(l.ID))
			switch {
			case sees && !saw:
				gains[l.ID] = true
				more = 1
			case saw && !sees:
				loses[l.ID] = true
				less = 1
			}
		}
		out.Gains.People += more
		out.Loses.People += less
	}
	out.Gains.Learners, out.Loses.Learners = len(gains), len(loses)
	return out
}

// recast is what everybody holds when a role gives what it does, and when it
// gives something else; what begins later counts as begun.
func (s *drawn) recast(t *testing.T, db *store.DB, key access.RoleKey, to management.RoleDraft) []management.Held {
	t.Helper()
	var out []management.Held
	for _, l := range s.learners {
		f, err := db.Facts(t.Context(), s.realm, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		before, after := slices.Clone(f.Grants()), slices.Clone(f.Grants())
		for i := range before {
			if before[i].Role.Key != key {
				continue
			}
			if before[i].From.After(s.Now) {
				before[i].From, after[i].From = s.Now, s.Now
			}
			after[i].Role = to.Role(key, before[i].Node.Kind)
		}
		out = append(out, management.Held{Before: access.NewFacts(f.Actor(), 0, before), After: access.NewFacts(f.Actor(), 0, after)})
	}
	return out
}
