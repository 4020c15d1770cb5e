package report

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// stepsOf cuts a period into steps: days up to a month, weeks up to half a
// year, months beyond that.
func stepsOf(p Period) Step {
	switch length := int(p.To-p.From) + 1; {
	case length <= 31:
		return Days
	case length <= 186:
		return Weeks
	}
	return Months
}

// cut lists the steps of a period; the last one ends with it, and a first one
// may be short.
func (s Step) cut(p Period) (out []Period) {
	for to := p.To; to >= p.From; {
		from := to
		switch s {
		case Weeks:
			from = to.Add(-6)
		case Months:
			from = firstOf(Months, to)
		}
		from = max(from, p.From)
		out = append(out, Period{from, to})
		to = from.Add(-1)
	}
	slices.Reverse(out)
	return out
}

// series collects what happened in each step of a period and of the one
// before, whose steps are as long.
type series struct {
	steps   []Period // of both, those of the period before first
	n       int      // of each
	of      []int16  // step of a day, since the first one
	counts  []Counts
	overdue []int // what changes from step to step
	now     []int // overdue today, in steps that end today or later
	seen    []uint32
	serial  uint32
	// past leaves out how things stand today, for those who are gone since.
	past bool
}

func newSeries(f *Frame, step Step) *series {
	now := step.cut(f.Period)
	s := &series{n: len(now)}
	shift := int(f.Period.From - f.Before.From)
	for _, p := range now {
		s.steps = append(s.steps, Period{p.From.Add(-shift), p.To.Add(-shift)})
	}
	s.steps = append(s.steps, now...)
	for i, p := range s.steps {
		for range int(p.To-p.From) + 1 {
			s.of = append(s.of, int16(i))
		}
	}
	s.clear()
	return s
}

func (s *series) clear() {
	n := len(s.steps)
	s.counts, s.overdue, s.now, s.seen = make([]Counts, n), make([]int, n+1), make([]int, n), make([]uint32, n)
}

func (s *series) fork() collector {
	out := *s
	out.clear()
	return &out
}

func (s *series) join(o collector) {
	from := o.(*series)
	for i := range s.counts {
		c, f := &s.counts[i], &from.counts[i]
		c.Joined += f.Joined
		c.Active += f.Active
		c.Begun += f.Begun
		c.Finished += f.Finished
		s.now[i] += from.now[i]
	}
	for i := range s.overdue {
		s.overdue[i] += from.overdue[i]
	}
}

// at is the step of a day of either period.
func (s *series) at(d day.Day) int { return int(s.of[d-s.steps[0].From]) }

// after is the first step that ends on a day or later.
func (s *series) after(d day.Day) int {
	switch first := s.steps[0].From; {
	case d <= first:
		return 0
	case int(d-first) < len(s.of):
		return int(s.of[d-first])
	}
	return len(s.steps)
}

func (s *series) enrollment(x *enrollments, of *signs) {
	e := &x.entry
	if of.joined != neither {
		s.counts[s.at(e.Enrolled)].Joined++
	}
	if of.begun != neither {
		i := s.at(e.Started)
		s.counts[i].Begun++
		s.mark(i)
	}
	if of.finished != neither {
		i := s.at(e.Completed)
		s.counts[i].Finished++
		s.mark(i)
	}
	if of.lately != neither {
		s.mark(s.at(e.LastActive))
	}
	// The steps that end before today, and those that end today or later.
	today := x.v.org.Today
	if until := min(of.lateUntil, today); of.lateFrom < until {
		s.overdue[s.after(of.lateFrom)]++
		s.overdue[s.after(until)]--
	}
	if x.state == transcript.Overdue && !s.past {
		for i := s.after(today); i < len(s.steps); i++ {
			s.now[i]++
		}
	}
}

// mark counts the learner once in a step.
func (s *series) mark(i int) {
	if s.seen[i] != s.serial+1 {
		s.seen[i] = s.serial + 1
		s.counts[i].Active++
	}
}

func (s *series) learner(*view, *Group) { s.serial++ }

// told gives the steps with those before beside them; gone is what was
// collected of those who were erased since.
func (s *series) told(gone *series) []TimeStep {
	own, lost := s.totals(), make([]Counts, len(s.steps))
	if gone != nil {
		lost = gone.totals()
		for i := range own {
			own[i].add(&lost[i])
		}
	}
	out := make([]TimeStep, s.n)
	for i := range out {
		out[i] = TimeStep{
			Period: s.steps[s.n+i], Before: s.steps[i], Now: own[s.n+i], Then: own[i], Erased: lost[s.n+i], Earlier: lost[i],
		}
	}
	return out
}

func (s *series) totals() []Counts {
	out := slices.Clone(s.counts)
	overdue := 0
	for i := range out {
		overdue += s.overdue[i]
		out[i].Overdue = overdue + s.now[i]
	}
	return out
}

func (c *Counts) add(o *Counts) {
	c.Joined += o.Joined
	c.Active += o.Active
	c.Begun += o.Begun
	c.Finished += o.Finished
	c.Overdue += o.Overdue
}
