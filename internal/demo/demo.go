// Package demo makes Northwind Academy, a small believable school for `ambit demo`
// and for tests: roster bundles put together from an extract of real data and
// moved in time so that today is a busy day.
//
// The learners study in the rhythms of the Open University, the buyers are
// Northwind's customers and the staff its employees. Around a few of them stand
// the stories that People tells: each has a sign-in of one click. Nothing in
// here exists outside of `ambit demo`.
package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/names"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
	"github.com/ambit-lms/ambit/internal/demo/school"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// Files is a roster bundle in memory, by file name; sheet.FS shows it as a folder.
type Files map[string][]byte

// Organization says what an organization of the demonstration is called and where it lives.
type Organization struct {
	Slug, Name, Zone, Locale string
	MayHaveClients           bool
}

// Academy is the school itself.
var Academy = Organization{Slug: "northwind", Name: "Northwind Academy", Zone: "Europe/London", Locale: "en", MayHaveClients: true}

// Bundle makes the roster bundle of Northwind Academy as it stands at the beginning
// of a day. The same day and seed give the same bytes.
func Bundle(today day.Day, seed uint64) (Files, error) {
	b, err := start(today, seed)
	if err != nil {
		return nil, err
	}
	b.places()
	b.library()
	b.staff()
	b.contacts()
	b.stories()
	b.storied = len(b.learners)
	b.trade()
	b.independent()
	b.everybody()
	b.teams()
	return b.files()
}

// builder puts one organization's bundle together.
type builder struct {
	extract   *school.School
	today     day.Day
	rng       *rand.Rand
	addresses *names.Addresses
	out       *sheet.Bundle

	minutes  map[string]int      // by activity
	inside   map[string][]string // activities by program
	enrolled map[[2]string]day.Day
	learners []string // ids of all people who only learn
	sellers  map[string][]string
	next     int
	storied  int           // so many of the learners belong to stories
	only     rhythm.Result // draws no other attempts, where it is set
	fresh    bool          // draws the latest runs only, where it is set
}

func start(today day.Day, seed uint64) (*builder, error) {
	extract, err := school.Load()
	if err != nil {
		return nil, err
	}
	return &builder{
		extract: extract, today: today, rng: rand.New(rand.NewPCG(seed, 0xa3b17)), addresses: names.NewAddresses(), out: &sheet.Bundle{},
		minutes: map[string]int{}, inside: map[string][]string{}, enrolled: map[[2]string]day.Day{}, sellers: map[string][]string{},
	}, nil
}

func (b *builder) files() (Files, error) {
	if faults := b.out.Faults(); len(faults) > 0 {
		return nil, fmt.Errorf("the bundle contradicts itself in %d places, first: %s", len(faults), faults[0])
	}
	return b.out.Files()
}

// at is an instant within a day: people work from morning to late evening.
func (b *builder) at(d day.Day) string {
	return sheet.At(sheet.Minute(d, 6*60+b.rng.IntN(16*60)))
}

// library offers the catalogue's courses, grouped into programs.
func (b *builder) library() {
	for _, c := range b.extract.Courses {
		b.out.Activities = append(b.out.Activities, sheet.Activity{
			ID: c.ID, Title: c.Title, Kind: "course", Minutes: strconv.Itoa(c.Minutes),
			URL: "https://learn.northwind.example/" + c.ID, SelfComplete: strconv.FormatBool(c.Minutes <= 300),
		})
		b.minutes[c.ID] = c.Minutes
		if c.Program == "" {
			continue
		}
		program := slug(c.Program)
		if b.inside[program] == nil {
			b.out.Programs = append(b.out.Programs, sheet.Program{ID: program, Title: c.Program})
		}
		b.inside[program] = append(b.inside[program], c.ID)
		position := len(b.inside[program])
		b.out.ProgramActivities = append(b.out.ProgramActivities, sheet.ProgramActivity{
			Program: program, Activity: c.ID, Position: strconv.Itoa(position), Required: strconv.FormatBool(position <= 3),
		})
	}
}

// activities lists what a product holds.
func (b *builder) activities(product string) []string {
	if in := b.inside[product]; in != nil {
		return in
	}
	return []string{product}
}

// The days, counted from today, on which courses began; half of the learners are in one of
// the runs that are under way. In the two oldest stand those whose certificates run out.
var (
	underWay = []int{-200, -170, -140, -110, -90, -70, -55, -40, -25, -12}
	over     = []int{-420, -360, -330, -300, -275}
	longAgo  = []int{-620, -606, -597}
)

// began draws the day, counted from today, on which a learner's course began.
func (b *builder) began(course string) int {
	dice := b.rng.IntN(20)
	switch {
	case b.fresh:
		return underWay[len(underWay)-1-b.rng.IntN(4)]
	case expires(course) && dice < 8:
		return longAgo[b.rng.IntN(len(longAgo))]
	case dice < 12:
		return underWay[b.rng.IntN(len(underWay))]
	}
	return over[b.rng.IntN(len(over))]
}

// expires tells whether a course's certificate is good for a year only: the compliance courses.
func expires(course string) bool {
	switch course {
	case "data-privacy-fundamentals", "security-governance-compliance", "web-security-fundamentals":
		return true
	}
	return false
}

// attempt draws what a learner did: one in eight left in the end, one in eight failed, and
// the others passed. The university's own shares are less cheerful.
func (b *builder) attempt(run school.Attempts) rhythm.Attempt {
	want := rhythm.Pass
	switch b.rng.IntN(8) {
	case 0:
		want = rhythm.Withdrawn
	case 1:
		want = rhythm.Fail
	}
	if b.only != "" {
		want = b.only
	}
	for {
		a := run.List[b.rng.IntN(len(run.List))]
		if a.Result == want || want == rhythm.Pass && a.Result == rhythm.Distinction {
			a.Registered = max(a.Registered, -45)
			return a
		}
	}
}
