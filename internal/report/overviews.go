package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Overview sums up what the learners that meet the filters have done, in one
// walk over their transcripts (M-003, N-16).
func (s *Service) Overview(ctx context.Context, reach access.Reach, oq OverviewQuery) (Overview, error) {
	if err := reach.For(access.ReportView); err != nil {
		return Overview{}, err
	}
	var out Overview
	err := s.store.Report(ctx, func(src Source) error {
		rep, _ := Find(ProgressReport)
		t, err := s.tabulate(ctx, src, reach, rep, Request{Report: ProgressReport, Filter: oq.Filter})
		if err != nil {
			return err
		}
		out, err = t.overview(ctx, oq)
		return err
	})
	return out, err
}

func (t *tabulation) overview(ctx context.Context, oq OverviewQuery) (Overview, error) {
	o := Overview{Today: t.orgs[0]}
	o.From, o.To = t.period()
	sel, err := t.selection(ctx)
	if err != nil {
		return o, err
	}
	o.Learners = sel.Len()
	if o.ReachTotal, err = t.reachTotalBy(ctx, sel); err != nil {
		return o, err
	}
	if o.Seats, err = t.seatFigures(ctx); err != nil {
		return o, err
	}
	w := newWalk(t, oq)
	if (oq.ByLocation || oq.Places > 0 || oq.Organizations > 0) && t.reach.Carries().Location {
		if err := w.byLocation(ctx, sel); err != nil {
			return o, err
		}
	}
	if err := w.all(ctx, sel); err != nil {
		return o, err
	}
	if err := w.erased(ctx); err != nil {
		return o, err
	}
	if oq.Places > 0 {
		if o.Places, err = w.places(ctx, oq.Places); err != nil {
			return o, err
		}
	}
	o.Organizations = w.organizations(oq.Organizations)
	w.fill(&o, t.visibleCounts(sel, t.shown()))
	return o, nil
}

// seatFigures counts the seats of the purchases that the filters leave.
func (t *tabulation) seatFigures(ctx context.Context) (f SeatFigures, err error) {
	if t.criteria.Nobody {
		return f, nil
	}
	purchases, err := t.src.Purchases(ctx, t.reach, t.criteria, t.orgs)
	for _, p := range purchases {
		f.Purchases++
		f.Invited += p.Pending
		f.Redeemed += p.Redeemed
		f.Ended += p.Ended
	}
	return f, err
}

// walk adds up what an overview tells, learner by learner.
type walk struct {
	t         *tabulation
	steps     []StepFigure
	stepOf    []int16 // by day since the first step; below zero: none
	first     day.Day
	active    int
	begun     [2]int // in the period, and in the one before
	finished  [2]int
	byRank    []ActivityFigure
	locations []LocationFigure
	homes     []access.Path // of locations
	of        []int         // index in the organizations, of locations
	homeOf    byLearner     // index in locations, one up
}

// all goes through everybody of a selection, with several walks at once that
// are added to this one.
func (w *walk) all(ctx context.Context, sel *Selection) error {
	var walks []*walk
	err := w.t.spread(ctx, sel, func() func(*view) error {
		own := *w
		own.steps, own.byRank, own.locations = slices.Clone(w.steps), slices.Clone(w.byRank), slices.Clone(w.locations)
		walks = append(walks, &own)
		return own.learner
	})
	for _, own := range walks {
		w.merge(own)
	}
	return err
}

// merge adds what another walk has added up of others.
func (w *walk) merge(o *walk) {
	w.active += o.active
	for i := range w.begun {
		w.begun[i] += o.begun[i]
		w.finished[i] += o.finished[i]
	}
	for i := range w.steps {
		w.steps[i].Begun += o.steps[i].Begun
		w.steps[i].Finished += o.steps[i].Finished
	}
	for i := range w.byRank {
		w.byRank[i].Sum.Merge(&o.byRank[i].Sum)
		w.byRank[i].Finished += o.byRank[i].Finished
	}
	for i := range w.locations {
		w.locations[i].Work.Merge(&o.locations[i].Work)
	}
}

func newWalk(t *tabulation, oq OverviewQuery) *walk {
	columns := t.shown()
	w := &walk{t: t, steps: steps(oq, t.orgs[0].Today), byRank: make([]ActivityFigure, len(columns))}
	for i, c := range columns {
		w.byRank[i].Column = c
	}
	w.first = w.steps[0].From
	for i, s := range w.steps {
		for range int(s.To-s.From) + 1 {
			w.stepOf = append(w.stepOf, int16(i))
		}
	}
	return w
}

// steps cuts the time up to today into steps; the last one ends today.
func steps(oq OverviewQuery, today day.Day) []StepFigure {
	n := oq.Steps
	if n <= 0 {
		n = 12
	}
	out := make([]StepFigure, min(n, 60))
	last := today
	for i := len(out) - 1; i >= 0; i-- {
		from := firstOf(oq.Step, last)
		out[i] = StepFigure{From: from, To: last}
		last = from.Add(-1)
	}
	return out
}

// firstOf is the first day of the step that a day lies in.
func firstOf(s Step, d day.Day) day.Day {
	t := d.Time()
	if s == Weeks {
		return d.Add(-(int(t.Weekday()) + 6) % 7)
	}
	return day.Date(t.Year(), t.Month(), 1)
}

// step finds the step of a day; nil outside the series.
func (w *walk) step(d day.Day, e *transcript.Entry) *StepFigure {
	if d < w.first || e.Until != day.None && d > e.Until {
		return nil
	}
	if i := int(d - w.first); i < len(w.stepOf) {
		return &w.steps[w.stepOf[i]]
	}
	return nil
}

// byLocation finds where each learner of a selection is placed.
func (w *walk) byLocation(ctx context.Context, sel *Selection) error {
	homes, err := w.t.src.Homes(ctx, w.t.reach, w.t.criteria, w.t.orgs)
	if err != nil {
		return err
	}
	for _, h := range homes {
		f := LocationFigure{Named: h.Location}
		if f.ID == "" {
			f.Name = w.t.orgs[h.Organization].Name
		}
		for _, no := range h.Learners {
			if _, _, ok := sel.find(no); ok {
				w.homeOf.put(no, int32(len(w.locations))+1)
				f.Learners++
			}
		}
		if f.Learners > 0 {
			w.locations, w.homes, w.of = append(w.locations, f), append(w.homes, h.Path), append(w.of, h.Organization)
		}
	}
	return nil
}

func (w *walk) learner(v *view) error {
	from, to := w.t.filter.Period.in(v.org)
	before := from.Add(int(from-to) - 1)
	did := false
	var own *transcript.Sum
	if i := w.homeOf.at(v.learner); i > 0 {
		own = &w.locations[i-1].Work
	}
	x := w.t.over(v)
	for x.next() {
		e, state := &x.entry, x.state
		if own != nil {
			own.Add(e, state)
		}
		did = did || active(e, from, to)
		a := &w.byRank[x.rank]
		a.Sum.Add(e, state)
		if e.Started != day.None {
			w.begun[0] += one(within(e.Started, e, from, to))
			w.begun[1] += one(within(e.Started, e, before, from.Add(-1)))
			if s := w.step(e.Started, e); s != nil {
				s.Begun++
			}
		}
		if e.Completed != day.None {
			now := one(within(e.Completed, e, from, to))
			a.Finished += now
			w.finished[0] += now
			w.finished[1] += one(within(e.Completed, e, before, from.Add(-1)))
			if s := w.step(e.Completed, e); s != nil {
				s.Finished++
			}
		}
	}
	w.active += one(did)
	return x.err()
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// erased adds to the past what people did whose identity was erased since (I-21).
func (w *walk) erased(ctx context.Context) error {
	any, err := w.t.src.AnybodyErased(ctx, w.t.reach)
	if err != nil || !any || w.t.filter.Query != "" {
		return err
	}
	c := w.t.criteria
	c.Erased = true
	sel, err := w.t.src.Select(ctx, w.t.reach, c, w.t.orgs)
	if err != nil {
		return err
	}
	return w.t.each(ctx, &sel, func(v *view) error {
		x := w.t.over(v)
		for x.next() {
			if s := w.step(x.entry.Started, &x.entry); s != nil {
				s.Begun++
			}
			if s := w.step(x.entry.Completed, &x.entry); s != nil {
				s.Finished++
				s.Erased++
			}
		}
		return x.err()
	})
}

// fill writes down what was added up.
func (w *walk) fill(o *Overview, visible []int) {
	o.Active, o.Series, o.ByLocation = w.active, w.steps, w.locations
	o.Begun, o.BegunBefore, o.Finished, o.FinishedBefore = w.begun[0], w.begun[1], w.finished[0], w.finished[1]
	for i := range w.byRank {
		a := &w.byRank[i]
		o.Work.Merge(&a.Sum)
		a.Sum.AddNone(visible[i] - a.Sum.Enrolled())
	}
	o.ByActivity = slices.DeleteFunc(w.byRank, func(a ActivityFigure) bool { return a.Sum.Enrolled() == 0 })
}
