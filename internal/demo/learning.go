package demo

import (
	"hash/fnv"
	"strconv"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/rhythm"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// enroll puts a learner into a course that began so many days from today, and tells
// the day of the enrollment. Who is in the course already stays as they are.
func (b *builder) enroll(person, course string, began int) day.Day {
	key := [2]string{person, course}
	if on, ok := b.enrolled[key]; ok {
		return on
	}
	run := b.extract.Runs[pick(course, len(b.extract.Runs))]
	a := b.attempt(run)
	on := b.today.Add(began + a.Registered)
	b.enrolled[key] = on
	f := run.Run.At(a, -began)
	start := b.today.Add(began)
	e := sheet.Enrollment{
		Person: person, Activity: course, EnrolledAt: b.at(on), DueOn: start.Add(f.Due).String(),
		StartedAt: b.instant(start, f.Started), LastActiveAt: b.instant(start, f.LastActive), CompletedAt: date(start, f.Completed),
		Progress: strconv.Itoa(f.Progress), Minutes: strconv.Itoa(b.minutes[course] * f.Progress / 100),
	}
	if f.Score >= 0 {
		e.Score = strconv.Itoa(f.Score)
	}
	if expires(course) && f.Completed != rhythm.None {
		e.ValidUntil = date(start, f.Completed+365)
	}
	switch {
	case f.Withdrawn != rhythm.None:
		e.Outcome, e.OutcomeOn = "withdrawn", date(start, f.Withdrawn)
	case f.Failed != rhythm.None:
		e.Outcome, e.OutcomeOn = "failed", date(start, f.Failed)
	case f.Completed == rhythm.None && on < b.today && b.rng.IntN(60) == 0:
		e.Outcome, e.OutcomeOn = "waived", b.today.Add(-b.rng.IntN(min(60, int(b.today-on)))).String()
	}
	b.out.Enrollments = append(b.out.Enrollments, e)
	return on
}

// instant is a time within a day of a run, and the empty cell for none.
func (b *builder) instant(start day.Day, d int) string {
	if d == rhythm.None {
		return ""
	}
	return b.at(start.Add(d))
}

func date(start day.Day, d int) string {
	if d == rhythm.None {
		return ""
	}
	return start.Add(d).String()
}

// pick chooses one of n for a text, the same each time.
func pick(text string, n int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // never fails
	return int(h.Sum32() % uint32(n))
}

// popular are the courses that half of the free choices fall on.
var popular = []string{
	"data-organization-in-spreadsheets", "computer-networking-a-top-down-approach", "data-mining", "collaborative-lesson-development-training",
	"programming-with-python", "the-unix-shell",
}

// compulsory are the courses that the school asks nearly everybody to take.
var compulsory = []string{"cybersecurity-fundamentals", "data-privacy-fundamentals"}

// everybody sends the learners to the compulsory courses. The people of the
// stories are left out: what they have is told.
func (b *builder) everybody() {
	for _, id := range b.learners[b.storied:] {
		for _, course := range compulsory {
			if b.rng.IntN(5) > 0 {
				b.enroll(id, course, b.began(course))
			}
		}
	}
}

// independent makes the learners whom no company sent; each takes some courses of
// one program or of none.
func (b *builder) independent() {
	locales := b.extract.Names.Locales()
	for range 900 {
		locale := locales[b.rng.IntN(len(locales))]
		id := b.learner(locale, b.placeFor(locale), "example.org")
		for range 1 + b.rng.IntN(4) {
			course := b.extract.Courses[b.rng.IntN(len(b.extract.Courses))].ID
			if b.rng.IntN(2) == 0 {
				course = popular[b.rng.IntN(len(popular))]
			}
			began := b.began(course)
			if b.rng.IntN(25) == 0 {
				began = 50 + b.rng.IntN(20) // a run that they will be enrolled in some day soon
			}
			b.enroll(id, course, began)
		}
	}
}
