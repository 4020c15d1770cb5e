package report

import (
	"context"
	"math"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// collector adds up one part of what a tab shows. All of them are served by one
// walk over the transcripts; each worker of it has its own, which is joined to
// the first one in the end.
type collector interface {
	fork() collector
	join(collector)
	// learner is told all enrollments of a learner together.
	learner(v *view, mine *Group)
}

// perEnrollment is a collector that is told each enrollment, too, before its learner.
type perEnrollment interface {
	enrollment(x *enrollments, s *signs)
}

// when says in which of the two periods a day lies.
type when uint8

const (
	neither when = iota
	inPeriod
	inBefore
)

// window is the two periods, which follow one another.
type window struct{ before, from, to day.Day }

// of tells in which period a day lies; what lies after the last day that is
// seen has not happened.
func (w *window) of(d, last day.Day) when {
	if d < w.before || d > w.to || d > last {
		return neither
	}
	if d >= w.from {
		return inPeriod
	}
	return inBefore
}

// signs is what an enrollment says about the periods and of risks. It is read
// for every enrollment of everybody, so it is read once.
type signs struct {
	joined, begun, finished, lately when
	active, overdue                 [2]bool // in the period, in the one before
	lateFrom, lateUntil             day.Day // OverdueDays
	risk                            uint8   // a bit for each of risks
}

func (s *signs) read(e *transcript.Entry, state transcript.State, w *window, today day.Day) {
	last := e.Until
	if last == day.None {
		last = math.MaxInt32
	}
	s.joined, s.begun, s.finished = w.of(e.Enrolled, last), w.of(e.Started, last), w.of(e.Completed, last)
	s.lately = w.of(e.LastActive, last)
	s.active[0] = s.lately == inPeriod || s.begun == inPeriod || s.finished == inPeriod
	s.active[1] = s.lately == inBefore || s.begun == inBefore || s.finished == inBefore
	s.lateFrom, s.lateUntil, s.overdue, s.risk = 0, 0, [2]bool{}, 0
	if e.Due != day.None {
		s.lateFrom, s.lateUntil = e.OverdueDays()
		s.overdue[0], s.overdue[1] = s.late(w.to, state, today), s.late(w.from-1, state, today)
	}
	switch state {
	case transcript.Overdue:
		s.risk = 1
	case transcript.Failed:
		s.risk = 2
	}
	if rests(e, state, today) {
		s.risk |= 4
	}
}

// late is overdueOn with what was read already.
func (s *signs) late(d day.Day, state transcript.State, today day.Day) bool {
	if d >= today {
		return state == transcript.Overdue
	}
	return s.lateFrom <= d && d < s.lateUntil
}

func (c *Change) count(w when) {
	switch w {
	case inPeriod:
		c.Now++
	case inBefore:
		c.Before++
	}
}

func (c *Change) add(o Change) { c.Now += o.Now; c.Before += o.Before }

// count counts an enrollment.
func (g *Group) count(e *transcript.Entry, state transcript.State, s *signs) {
	g.Work.Add(e, state)
	g.Joined.count(s.joined)
	g.Begun.count(s.begun)
	g.Finished.count(s.finished)
	g.Overdue.Now += one(s.overdue[0])
	g.Overdue.Before += one(s.overdue[1])
}

// merge adds what other learners did.
func (g *Group) merge(o *Group) {
	g.Learners += o.Learners
	g.Work.Merge(&o.Work)
	g.Joined.add(o.Joined)
	g.Active.add(o.Active)
	g.Begun.add(o.Begun)
	g.Finished.add(o.Finished)
	g.Overdue.add(o.Overdue)
	g.AtRisk += o.AtRisk
}

// stroll is a walk over transcripts for some collectors.
type stroll struct {
	t     *tabulation
	frame *Frame
	parts []collector
	// derived walks over programs instead of activities.
	derived  bool
	programs []Column
}

// over goes through everybody of a selection.
func (w *stroll) over(ctx context.Context, sel *Selection) error {
	var crews [][]collector
	periods := window{w.frame.Before.From, w.frame.Period.From, w.frame.Period.To}
	err := w.t.spread(ctx, sel, func() func(*view) error {
		crew := make([]collector, len(w.parts))
		var each []perEnrollment
		for i, p := range w.parts {
			crew[i] = p.fork()
			if reads, ok := crew[i].(perEnrollment); ok {
				each = append(each, reads)
			}
		}
		crews = append(crews, crew)
		var mine Group
		var s signs
		tell := func(x *enrollments) {
			s.read(&x.entry, x.state, &periods, x.v.org.Today)
			mine.count(&x.entry, x.state, &s)
			// Whether somebody took part or is at risk counts once.
			mine.Active.Now |= one(s.active[0])
			mine.Active.Before |= one(s.active[1])
			mine.AtRisk |= one(s.risk != 0)
			for _, p := range each {
				p.enrollment(x, &s)
			}
		}
		walk := w.enrollments(tell)
		return func(v *view) error {
			mine = Group{Learners: 1}
			err := walk(v)
			for _, p := range crew {
				p.learner(v, &mine)
			}
			return err
		}
	})
	for _, crew := range crews {
		for i, p := range w.parts {
			p.join(crew[i])
		}
	}
	return err
}

// enrollments makes what tells each enrollment of a learner, for one worker.
func (w *stroll) enrollments(tell func(*enrollments)) func(v *view) error {
	var x enrollments
	if !w.derived {
		return func(v *view) error {
			x = w.t.over(v)
			for x.next() {
				tell(&x)
			}
			return x.err()
		}
	}
	record := newOpened(w.programs)
	return func(v *view) error {
		if err := record.open(v.record); err != nil {
			return err
		}
		x = enrollments{t: w.t, v: v}
		for i := range w.programs {
			c := &w.programs[i]
			if !v.shows(*c) {
				continue
			}
			e := transcript.Program(c.Required, record.find, v.org.Today)
			if x.state = e.On(v.org.Today, v.org.Windows); x.state == transcript.NotEnrolled {
				continue
			}
			x.column, x.rank, x.entry = c, int32(i), v.ownDates(*c, e)
			tell(&x)
		}
		return nil
	}
}
