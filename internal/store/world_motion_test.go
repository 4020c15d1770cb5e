package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestRandomWorldsInMotion lets people of random worlds, clients of clients
// among them, change who sees whom through the services: locations move and
// merge, people move, base roles, custom roles, groups and reporters change,
// access is given, ended and extended, and the clock goes on. After every step
// what the database says is held against the reference, the SQL and Cedar;
// and nobody ever got more by somebody's hand than that hand had (I-06).
func TestRandomWorldsInMotion(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var now time.Time
			db := storetest.Open(t, storetest.Address(t, engine), func() time.Time { return now })
			tally := map[string]int{}
			for seed, moved := 5000, 0; moved < worldsInMotion; seed++ {
				s := drawWorld(seed, access.RealmID(moved+1), worldSize)
				if len(s.People) < 6 || len(s.Locations) < 3 {
					continue // nothing to move
				}
				moved++
				now = s.Now
				s.load(t, db)
				m := &motion{drawn: s, T: t, db: db, rng: rand.New(rand.NewPCG(uint64(seed), 3)), tally: tally}
				m.clock = func(at time.Time) { now, s.Now = at, at }
				for i, p := range m.People {
					m.People[i].BaseRole = rooted(p)
				}
				m.look()
				for step := range stepsInMotion {
					m.step()
					if t.Failed() {
						t.Fatalf("in the world of seed %d, step %d: %s", seed, step, m.doing)
					}
				}
			}
			t.Logf("%v", tally)
			kinds := []string{"gained", "lost", "agreed yes", "agreed no", "cedar"}
			if worldsInMotion < 20 { // so few need not move both ways
				tally["moved"] = tally["gained"] + tally["lost"]
				kinds = append(kinds[2:], "moved")
			}
			for _, kind := range kinds {
				if tally[kind] < worldsInMotion {
					t.Errorf("only %d of the kind %q: the worlds do not move", tally[kind], kind)
				}
			}
			if worldsInMotion >= 100 {
				for _, w := range deeds {
					if tally[w.name+" done"] == 0 {
						t.Errorf("in all these worlds nobody succeeded with: %s", w.name)
					}
				}
			}
		})
	}
}

// motion is one world on its way: the plain structs, which each write changes by
// its rule, and the database, which the services change.
type motion struct {
	*drawn
	*testing.T
	db    *store.DB
	rng   *rand.Rand
	clock func(time.Time)
	tally map[string]int
	doing string

	// As it was looked at last.
	held   map[access.AccountID]access.Facts
	places map[access.AccountID]access.Placement
}

// step lets somebody try something, or time pass.
func (m *motion) step() {
	if m.rng.IntN(4) == 0 {
		by := []time.Duration{time.Microsecond, time.Hour, 30 * time.Hour, 500 * time.Hour}[m.rng.IntN(4)]
		m.doing = "the clock goes on by " + by.String()
		m.clock(m.Now.Add(by))
		m.look()
		return
	}
	w := deeds[m.rng.IntN(len(deeds))]
	actor := m.somebody(w.needs)
	reach := m.held[actor].For(w.needs, m.Now)
	m.doing = fmt.Sprintf("%s: %s", actor, w.name)
	act := w.draw(m, reach)
	if act == nil {
		return // nothing there to do it with
	}
	err := act()
	switch kind := fault.KindOf(err); {
	case err == nil:
		m.tally[w.name+" done"]++
	case kind == fault.Internal || reach.IsEmpty() && kind != fault.Forbidden:
		m.Fatalf("%s: %v", m.doing, err)
	default:
		m.tally[w.name+" refused"]++
		return
	}
	before, placed := m.held, m.places
	m.look()
	m.nobodyGotMore(actor, w, before, placed)
}

// somebody draws who acts: most often who has the permission for it.
func (m *motion) somebody(p access.Permission) access.AccountID {
	var able []access.AccountID
	for _, l := range m.People {
		if m.held[l.ID].Can(p, m.Now) {
			able = append(able, l.ID)
		}
	}
	if len(able) > 0 && m.rng.IntN(6) > 0 {
		return able[m.rng.IntN(len(able))]
	}
	return m.People[m.rng.IntN(len(m.People))].ID
}

// look loads what everybody holds and holds it against the plain structs.
func (m *motion) look() {
	m.Helper()
	m.held, m.places = map[access.AccountID]access.Facts{}, map[access.AccountID]access.Placement{}
	var everybody []access.AccountID
	for _, l := range m.People {
		everybody = append(everybody, l.ID)
		m.places[l.ID] = m.Placement(l.ID)
	}
	for _, l := range m.People {
		facts, err := m.db.Facts(m.Context(), m.realm, l.ID)
		if err != nil {
			m.Fatal(err)
		}
		m.held[l.ID] = facts
	}
	all := access.Permissions()
	some := []access.Permission{access.LearnerView, access.ReportView, access.LicenseView, access.TeamEdit, access.GrantEdit}
	for range 6 {
		some = append(some, all[m.rng.IntN(len(all))])
	}
	cedar, err := m.InCedar()
	if err != nil {
		m.Fatal(err)
	}
	for n, p := range some {
		for _, l := range m.People {
			reach := m.held[l.ID].For(p, m.Now)
			m.agree(l.ID, p, reach, cedar, n == m.rng.IntN(len(some)))
			named, err := m.db.People(m.Context(), reach, everybody)
			if err != nil {
				m.Fatal(err)
			}
			for _, other := range everybody {
				if _, got := named[other]; got != m.Sees(l.ID, p, other) {
					m.Errorf("%s, %s over %s: SQL %v, reference %v", l.ID, p, other, got, !got)
				}
			}
		}
	}
}

// agree holds one reach against the reference and, where asked, against Cedar.
func (m *motion) agree(actor access.AccountID, p access.Permission, r access.Reach, cedar *oracle.Cedar, ask bool) {
	m.Helper()
	for _, l := range m.People {
		got, want := r.Covers(m.places[l.ID]), m.Sees(actor, p, l.ID)
		if got != want {
			m.Errorf("%s, %s over %s: %v, reference %v", actor, p, l.ID, got, want)
		}
		m.tally[fmt.Sprintf("agreed %s", map[bool]string{true: "yes", false: "no"}[got])]++
		if !ask || p == access.SelfView || p == access.SelfEdit {
			continue
		}
		if said, err := cedar.Allows(actor, p, l.ID, 0); err != nil || said != got {
			m.Errorf("%s, %s over %s: %v, Cedar %v, %v", actor, p, l.ID, got, said, err)
		}
		m.tally["cedar"]++
	}
	for _, thing := range m.Things() {
		covered, owned := r.CoversThing(m.Access(thing))
		if wantCovered, wantOwned := m.Touches(actor, p, thing); covered != wantCovered || owned != wantOwned {
			m.Errorf("%s, %s on %v: %v %v, reference %v %v", actor, p, thing, covered, owned, wantCovered, wantOwned)
		}
	}
}

// given is what somebody holds but for what follows from having bought, which
// is nobody's to give.
func given(f access.Facts) access.Facts {
	return access.NewFacts(f.Actor(), 0, slices.DeleteFunc(slices.Clone(f.Grants()), func(g access.Grant) bool { return g.ID == "" }))
}

// nobodyGotMore: whatever anybody may see or do after the write and could not
// before, whoever made the write could before (I-06).
func (m *motion) nobodyGotMore(actor access.AccountID, w deed, before map[access.AccountID]access.Facts, placed map[access.AccountID]access.Placement) {
	m.Helper()
	for _, who := range m.People {
		held, holds := given(before[who.ID]), given(m.held[who.ID])
		for _, p := range access.Permissions() {
			was, is, own := held.For(p, m.Now), holds.For(p, m.Now), before[actor].For(p, m.Now)
			for _, l := range m.People {
				saw, sees := was.Covers(placed[l.ID]), is.Covers(m.places[l.ID])
				m.tally["lost"] += map[bool]int{true: 1}[saw && !sees]
				if saw || !sees {
					continue
				}
				m.tally["gained"]++
				if !own.Covers(placed[l.ID]) && (w.gives == nil || !w.gives(m, before[actor], p)) {
					m.Errorf("%s: %s gets %s over %s, which %s does not have", m.doing, who.ID, p, l.ID, actor)
				}
			}
			for _, thing := range m.Things() {
				at := m.Access(thing)
				could, _ := was.CoversThing(at)
				can, _ := is.CoversThing(at)
				if hand, _ := own.CoversThing(at); !could && can && !hand && (w.gives == nil || !w.gives(m, before[actor], p)) {
					m.Errorf("%s: %s gets %s on %v, which %s does not have", m.doing, who.ID, p, thing, actor)
				}
			}
		}
	}
}

// near draws one of several, most often of those in the reach.
func near[T any](m *motion, reach access.Reach, from []T, at func(T) access.Path) *T {
	var within []int
	for i := range from {
		if covered, _ := reach.CoversThing(access.Thing{Place: at(from[i])}); covered {
			within = append(within, i)
		}
	}
	if len(within) > 0 && m.rng.IntN(6) > 0 {
		return &from[within[m.rng.IntN(len(within))]]
	}
	return &from[m.rng.IntN(len(from))]
}

func (m *motion) person(reach access.Reach) *oracle.Person {
	return near(m, reach, m.People, func(p oracle.Person) access.Path { return m.Home(p.Organization, p.Location) })
}

func (m *motion) location(reach access.Reach) *oracle.Location {
	return near(m, reach, m.Locations, func(l oracle.Location) access.Path { return m.LocationPath(l.ID) })
}

func (m *motion) purchase(reach access.Reach) *oracle.Purchase {
	return near(m, reach, m.Purchases, func(p oracle.Purchase) access.Path { return m.OrganizationPath(p.Organization) })
}

// locationOf draws a location of an organization, or none.
func (m *motion) locationOf(o access.OrgID) access.LocationID {
	in := []access.LocationID{""}
	for _, l := range m.Locations {
		if l.Organization == o {
			in = append(in, l.ID)
		}
	}
	return in[m.rng.IntN(len(in))]
}

// ends ends grants of a condition and gives those that took their place.
func (m *motion) ends(which func(*oracle.Grant) bool) []oracle.Grant {
	var ended []oracle.Grant
	for i := range m.Grants {
		g := &m.Grants[i]
		if g.Ended.IsZero() && (g.Until.IsZero() || g.Until.After(m.Now)) && which(g) {
			ended = append(ended, *g)
			g.Ended = m.Now
			if g.From.After(m.Now) {
				g.Ended = g.From
			}
		}
	}
	return ended
}

func (m *motion) begin(g oracle.Grant) {
	g.ID = access.GrantID(oracle.ID("motion", len(m.Grants)))
	m.Grants = append(m.Grants, g)
}

// rebase gives somebody the grant of their base role, where they live.
func (m *motion) rebase(p *oracle.Person) {
	m.ends(func(g *oracle.Grant) bool { return g.FollowsHome && g.Account == p.ID })
	role, _ := access.Preset(p.BaseRole)
	at := oracle.Place{Kind: access.AtOrganization, Node: string(p.Organization), Extent: role.Extent}
	switch {
	case len(role.Nodes) == 0 || role.Key == access.Purchaser:
		return
	case slices.Contains(role.Nodes, access.AtLocation):
		at.Kind, at.Node = access.AtLocation, string(p.Location)
	}
	m.begin(oracle.Grant{Organization: p.Organization, Account: p.ID, Role: p.BaseRole, Place: at, From: m.Now, FollowsHome: true})
}
