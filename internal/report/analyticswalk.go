package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// collector adds up one part of what a tab shows. All of them are served by one
// walk over the transcripts; each worker of it has its own, which is joined to
// the first one in the end.
type collector interface {
	fork() collector
	join(collector)
	// enrollment is told each enrollment of a learner, learner all of them together.
	enrollment(x *enrollments, s *signs)
	learner(v *view, mine *Group)
}

// signs is what an enrollment says about the periods and of risks.
type signs struct {
	joined, active, begun, finished Change // each 0 or 1
	overdue                         Change
	rests                           bool
}

func (s *signs) read(e *transcript.Entry, state transcript.State, f *Frame, today day.Day) {
	from, to := f.Period.From, f.Period.To
	before := f.Before
	s.joined = Change{one(within(e.Enrolled, e, from, to)), one(within(e.Enrolled, e, before.From, before.To))}
	s.begun = Change{one(within(e.Started, e, from, to)), one(within(e.Started, e, before.From, before.To))}
	s.finished = Change{one(within(e.Completed, e, from, to)), one(within(e.Completed, e, before.From, before.To))}
	s.active = Change{
		one(s.begun.Now+s.finished.Now > 0 || within(e.LastActive, e, from, to)),
		one(s.begun.Before+s.finished.Before > 0 || within(e.LastActive, e, before.From, before.To)),
	}
	s.overdue = Change{one(overdueOn(to, e, state, today)), one(overdueOn(before.To, e, state, today))}
	s.rests = rests(e, state, today)
}

// risky tells whether the enrollment puts its learner at risk.
func (s *signs) risky(state transcript.State) bool {
	return state == transcript.Overdue || state == transcript.Failed || s.rests
}

func (c *Change) add(o Change) { c.Now += o.Now; c.Before += o.Before }

// add counts an enrollment of a learner; whether somebody was active or is at
// risk is counted once for each.
func (g *Group) add(e *transcript.Entry, state transcript.State, s *signs) {
	g.Work.Add(e, state)
	g.Joined.add(s.joined)
	g.Begun.add(s.begun)
	g.Finished.add(s.finished)
	g.Overdue.add(s.overdue)
	g.Active.Now |= s.active.Now
	g.Active.Before |= s.active.Before
	g.AtRisk |= one(s.risky(state))
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
	err := w.t.spread(ctx, sel, func() func(*view) error {
		crew := make([]collector, len(w.parts))
		for i, p := range w.parts {
			crew[i] = p.fork()
		}
		crews = append(crews, crew)
		var mine Group
		var s signs
		each := w.enrollments()
		return func(v *view) error {
			mine = Group{Learners: 1}
			err := each(v, func(x *enrollments) {
				s.read(&x.entry, x.state, w.frame, v.org.Today)
				mine.add(&x.entry, x.state, &s)
				for _, p := range crew {
					p.enrollment(x, &s)
				}
			})
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

// enrollments makes what yields each enrollment of a learner to one worker.
func (w *stroll) enrollments() func(v *view, do func(*enrollments)) error {
	if !w.derived {
		return func(v *view, do func(*enrollments)) error {
			x := w.t.over(v)
			for x.next() {
				do(&x)
			}
			return x.err()
		}
	}
	record := newOpened(w.programs)
	return func(v *view, do func(*enrollments)) error {
		if err := record.open(v.record); err != nil {
			return err
		}
		x := enrollments{t: w.t, v: v}
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
			do(&x)
		}
		return nil
	}
}
