package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/day"
)

// drawn is a random world with what its learners did: the truth, as plain
// structs, that a database is filled from and that its answers are held against.
type drawn struct {
	*oracle.World
	seed       int
	realm      access.RealmID
	rng        *rand.Rand
	orgs       map[access.OrgID]*campus
	learners   []*learner // in the order of the world
	activities []*activity
	programs   []*program
	sold       map[access.PurchaseID]*product
}

// campus is what an organization has beside its place in the world.
type campus struct {
	oracle.Organization
	index                int
	zone                 *time.Location
	today                day.Day
	dueSoon, expiresSoon int
	hidePending          bool
	activities           []*activity // 1 to 4 of the world
}

type activity struct {
	id, external  string
	title, folded string
	no            access.ActivityNo
	org           access.OrgID
}

type program struct {
	id, title, folded string
	org               access.OrgID
	parts             []*activity
	required          []bool
}

// derivesFrom lists the activities that a learner's state in the program is made of.
func (p *program) derivesFrom() []access.ActivityNo {
	var required, all []access.ActivityNo
	for i, a := range p.parts {
		all = append(all, a.no)
		if p.required[i] {
			required = append(required, a.no)
		}
	}
	if len(required) == 0 {
		return all
	}
	return required
}

// product is what a purchase is of.
type product struct {
	oracle.Purchase
	id         string
	external   string
	activities []access.ActivityNo // numbers in the realm
}

type learner struct {
	oracle.Person
	name, folded, email, external string
	status                        string
	seats                         []*seat
	did                           map[access.ActivityNo]*participation
}

type seat struct {
	oracle.Seat
	id       string
	purchase access.PurchaseID
	until    day.Day
	wasHeld  bool // redeemed at some time
}

// participation is an enrollment with what keeps it and what was changed since.
type participation struct {
	enrolled time.Time
	kept     []span
	now      facts
	before   []formerly // oldest first
}

type span struct {
	kind, ref   string
	from, until time.Time
}

type facts struct {
	started, completed, active time.Time
	due, valid, outcomeOn      day.Day
	outcome                    string
	progress, score, minutes   int
}

// formerly is what stood until an instant.
type formerly struct {
	until time.Time
	facts facts
}

// spelled are names with the form they are sorted and searched by.
var spelled = [][2]string{
	{"Ann Ash", "ann ash"},
	{"José Ávila", "jose avila"},
	{"Łucja Zając", "lucja zajac"},
	{"Zoë Ash", "zoe ash"},
	{"ANN  Ash", "ann ash"},
	{"Ænne Öz", "aenne oz"},
	{"Νίκος Άλφα", "νικοσ αλφα"},
	{"Bo Ng", "bo ng"},
}

var titles = [][2]string{{"Safety", "safety"}, {"Écoute", "ecoute"}, {"Aufzug", "aufzug"}, {"safety", "safety"}, {"Zahlen", "zahlen"}}

// zones of which one is still in the day before.
var zones = []string{"Europe/London", "Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Kathmandu"}

func oneOf[T any](s *drawn, from ...T) T { return from[s.rng.IntN(len(from))] }

func (s *drawn) oneIn(n int) bool { return s.rng.IntN(n) == 0 }

// drawWorld draws the world of a seed; all seeds give the same ids, so that
// realms in one database differ by nothing but their number.
func drawWorld(seed int, realm access.RealmID, size oracle.Size) *drawn {
	return drawIn(oracle.Worlds(size).Example(seed), seed, realm)
}

// drawIn draws what the people of a world did.
func drawIn(w *oracle.World, seed int, realm access.RealmID) *drawn {
	s := &drawn{
		World: w, seed: seed, realm: realm,
		rng: rand.New(rand.NewPCG(uint64(seed), 2)), orgs: map[access.OrgID]*campus{}, sold: map[access.PurchaseID]*product{},
	}
	for i, o := range s.Organizations {
		c := &campus{
			Organization: o, index: i, zone: day.ZoneOr(oneOf(s, zones...)), dueSoon: oneOf(s, 7, 0, 3), expiresSoon: oneOf(s, 30, 10), hidePending: s.oneIn(3),
		}
		c.today = day.Of(s.Now, c.zone)
		s.orgs[o.ID] = c
		for n := range 4 {
			title := oneOf(s, titles...)
			a := &activity{
				no: access.ActivityNo(4*i + n + 1), org: o.ID, external: fmt.Sprintf("A-%d", n+1), title: title[0], folded: title[1],
			}
			a.id = oracle.ID("activity", int(a.no))
			c.activities, s.activities = append(c.activities, a), append(s.activities, a)
		}
	}
	count := map[access.OrgID]int{}
	for _, p := range s.People {
		name := oneOf(s, spelled...)
		n := count[p.Organization]
		count[p.Organization]++
		s.learners = append(s.learners, &learner{ // the same addresses and ids in every organization
			Person: p, name: name[0], folded: name[1], email: fmt.Sprintf("p%d@example.org", n), external: fmt.Sprintf("X-%d", n),
			status: s.status(p), did: map[access.ActivityNo]*participation{},
		})
	}
	for i := range s.Purchases {
		s.drawProduct(i)
	}
	for _, l := range s.learners {
		for _, a := range s.orgs[l.Organization].activities {
			s.drawParticipation(l, a)
		}
	}
	return s
}

// status: who does not hold anything was suspended, or never came.
func (s *drawn) status(p oracle.Person) string {
	if p.Suspended {
		return oneOf(s, "suspended", "invited")
	}
	return "active"
}

// drawProduct makes a purchase's activities those of its organization: one
// alone is sold as it is or as a program, several as a program.
func (s *drawn) drawProduct(i int) {
	p := s.Purchases[i]
	own := s.orgs[p.Organization].activities
	sold := &product{Purchase: p, external: fmt.Sprintf("PU-%d", i)}
	var parts []*activity
	for _, n := range p.Activities {
		parts = append(parts, own[n-1])
		sold.activities = append(sold.activities, own[n-1].no)
	}
	if sold.id = parts[0].id; len(parts) > 1 || s.oneIn(2) {
		title := oneOf(s, titles...)
		g := &program{id: oracle.ID("program", i), title: title[0], folded: title[1], org: p.Organization, parts: parts}
		for range parts {
			g.required = append(g.required, !s.oneIn(4))
		}
		sold.id = g.id
		s.programs = append(s.programs, g)
	}
	s.sold[p.ID] = sold
	for n, assigned := range p.Assigned {
		l := s.learner(assigned.Account)
		held := &seat{Seat: assigned, id: oracle.ID("seat", 100*i+n), purchase: p.ID, until: day.None}
		today := s.orgs[p.Organization].today
		switch held.State {
		case oracle.Redeemed:
			held.until = oneOf(s, day.None, day.None, today, today+1)
			if !held.AccessUntil.IsZero() {
				held.until = oneOf(s, today-10, today-1)
			}
			held.wasHeld = true
			held.Redeemed = held.Redeemed.Add(time.Duration(oneOf(s, 0, 0, 30, 90, 400)) * time.Hour)
		case oracle.Released, oracle.Revoked:
			held.wasHeld = s.oneIn(2)
			held.Redeemed = held.Assigned
		}
		l.seats = append(l.seats, held)
	}
}

// drawParticipation enrolls by what was redeemed and, half of the time, by hand.
func (s *drawn) drawParticipation(l *learner, a *activity) {
	p := &participation{}
	for _, held := range l.seats {
		if !held.wasHeld || !slices.Contains(s.sold[held.purchase].activities, a.no) {
			continue
		}
		from := span{kind: "seat", ref: held.id, from: held.Redeemed, until: held.Ended}
		if held.until != day.None {
			from.until = held.until.Add(1).Start(s.orgs[l.Organization].zone)
		}
		p.kept = append(p.kept, from)
	}
	ago := func(d time.Duration) time.Time { return s.Now.Add(-d) }
	if s.oneIn(2) {
		from := span{kind: "hand", from: oneOf(s, ago(1500*time.Hour), ago(400*time.Hour), ago(time.Hour), ago(-time.Hour), ago(-100*time.Hour))}
		if s.oneIn(3) {
			from.until = from.from.Add(oneOf(s, time.Hour, 300*time.Hour))
		}
		p.kept = append(p.kept, from)
	}
	if len(p.kept) == 0 {
		return
	}
	p.enrolled = p.kept[0].from
	for _, k := range p.kept {
		if k.from.Before(p.enrolled) {
			p.enrolled = k.from
		}
	}
	today := s.orgs[l.Organization].today
	p.now = s.drawFacts(today)
	for _, hours := range []int{700, 290, 228, 25, 1} {
		if s.oneIn(4) {
			p.before = append(p.before, formerly{until: ago(time.Duration(hours) * time.Hour), facts: s.drawFacts(today)})
		}
	}
	l.did[a.no] = p
}

// drawFacts draws what may stand in an enrollment, most often on the edge of a day or a window.
func (s *drawn) drawFacts(today day.Day) facts {
	ago := func(hours ...int) time.Time { return s.Now.Add(-time.Duration(oneOf(s, hours...)) * time.Hour) }
	f := facts{due: day.None, valid: day.None, outcomeOn: day.None, progress: oneOf(s, 0, 0, 1, 50, 99, 100), score: -1, minutes: oneOf(s, 0, 90)}
	if s.oneIn(2) {
		f.started, f.active = ago(1, 24, 240, 280, 900, -1), ago(1, 24, 250)
	}
	if s.oneIn(3) {
		f.completed = ago(0, 1, 24, 216, 250, 1200, -1)
		if s.oneIn(2) {
			f.valid = today.Add(oneOf(s, -11, -5, -1, 0, 10, 11, 30, 31))
		}
	}
	if s.oneIn(2) {
		f.due = today.Add(oneOf(s, -12, -11, -10, -4, -1, 0, 1, 3, 4, 7, 8))
	}
	if s.oneIn(4) {
		f.outcome, f.outcomeOn = oneOf(s, "failed", "withdrawn", "waived"), today.Add(oneOf(s, -20, -11, -10, -9, -1, 0, 1))
	}
	if s.oneIn(2) {
		f.score = oneOf(s, 0, 5550, 10000)
	}
	return f
}

func (s *drawn) learner(id access.AccountID) *learner {
	return s.learners[slices.IndexFunc(s.learners, func(l *learner) bool { return l.ID == id })]
}
