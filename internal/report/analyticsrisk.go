package report

import (
	"context"
	"slices"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// risks are all of them, the most urgent first: signs have a bit for each.
var risks = []Risk{RiskOverdue, RiskFailed, RiskInactive}

// since is from when on an enrollment is such a risk.
func (r Risk) since(e *transcript.Entry) day.Day {
	switch r {
	case RiskOverdue:
		return e.Due
	case RiskFailed:
		return e.OutcomeOn
	}
	return lastSign(e)
}

// atRisk collects the learners at risk in order of urgency.
type atRisk struct {
	sorter
	risk     Risk
	learners [3]int // by risk
	has      [3]bool
	urgency  int64 // of the learner
}

func newAtRisk(risk Risk, limit int, after *slot) *atRisk {
	return &atRisk{risk: risk, sorter: sorter{desc: true, limit: limit, after: after}}
}

func (a *atRisk) fork() collector { return newAtRisk(a.risk, a.limit, a.after) }
func (a *atRisk) join(o collector) {
	from := o.(*atRisk)
	total := a.total + from.total
	for _, x := range from.kept {
		a.add(x)
	}
	a.total = total
	for i, n := range from.learners {
		a.learners[i] += n
	}
}

func (a *atRisk) enrollment(x *enrollments, s *signs) {
	if s.risk == 0 {
		return
	}
	on := seenOn(&x.entry, x.v.org.Today)
	for i, r := range risks {
		if s.risk&(1<<i) == 0 {
			continue
		}
		a.has[i] = true
		if a.risk == AnyRisk || a.risk == r {
			a.urgency = max(a.urgency, pressing(i, int(on)-int(r.since(&x.entry))))
		}
	}
}

// pressing puts each risk before the next, and the longest first within one.
func pressing(risk, days int) int64 {
	return int64(len(risks)-risk)<<32 + int64(min(max(days, 0), 1<<20))
}

func (a *atRisk) learner(v *view, _ *Group) {
	for i, has := range a.has {
		a.learners[i] += one(has)
	}
	if a.urgency > 0 {
		a.add(slot{key: a.urgency, name: uint32(v.learner), learner: v.learner})
	}
	a.has, a.urgency = [3]bool{}, 0
}

// AtRisk lists the learners who ask for attention, with the reasons.
func (s *Service) AtRisk(ctx context.Context, reach access.Reach, rq RiskQuery) (RiskPage, error) {
	var out RiskPage
	if rq.Risk != AnyRisk && !slices.Contains(risks, rq.Risk) {
		return out, fault.Field("risk", "A risk is overdue, failed or inactive.")
	}
	err := s.analyze(ctx, reach, rq.Filter, ActivitiesReport, func(a *analysis) error {
		list := rq
		list.Filter, list.Limit, list.Cursor = a.frame.Filter, 0, ""
		list.Filter.Period = Period{} // today's risks are the same in every period
		cursors, err := cursorsOf(ctx, a.src, reach, "risk", list)
		if err != nil {
			return err
		}
		after, err := a.riskMark(ctx, cursors, rq.Cursor)
		if err != nil {
			return err
		}
		limit := pageLimit(rq.Limit)
		found := newAtRisk(rq.Risk, limit+1, after)
		if err := a.walk(ctx, found); err != nil {
			return err
		}
		found.sort()
		more := len(found.kept) > limit
		found.kept = found.kept[:min(limit, len(found.kept))]
		if out.Items, err = a.riskRows(ctx, found.kept); err != nil {
			return err
		}
		if out.Total, out.NextCursor = found.total, ""; more {
			last := found.kept[limit-1]
			out.NextCursor = cursors.write(Position{Folded: strconv.FormatInt(last.key, 10), ID: string(out.Items[len(out.Items)-1].Learner.ID)})
		}
		out.Frame = a.frame
		return nil
	})
	return out, err
}

// riskMark finds the learner that the page before ended with.
func (a *analysis) riskMark(ctx context.Context, cursors cursors, text string) (*slot, error) {
	p, err := cursors.read(text)
	if err != nil || p == (Position{}) {
		return nil, err
	}
	key, err := strconv.ParseInt(p.Folded, 10, 64)
	if err != nil {
		return nil, errCursor
	}
	l, _, err := a.src.Learner(ctx, a.reach, access.AccountID(p.ID))
	if fault.KindOf(err) == fault.NotFound {
		return nil, errCursor // whoever stood there has left the list
	}
	return &slot{key: key, name: uint32(l.No), learner: l.No}, err
}

// riskRows reads the learners of some slots with the reasons, in their order.
func (a *analysis) riskRows(ctx context.Context, slots []slot) ([]RiskRow, error) {
	if len(slots) == 0 {
		return nil, nil
	}
	nos := make([]access.LearnerNo, len(slots))
	for i := range slots {
		nos[i] = slots[i].learner
	}
	slices.Sort(nos)
	sel, err := a.selection(ctx)
	if err != nil {
		return nil, err
	}
	items, sub, err := a.read(ctx, sel, nos)
	if err != nil {
		return nil, err
	}
	views, err := a.views(ctx, &sub)
	if err != nil {
		return nil, err
	}
	byNo := make(map[access.LearnerNo]*Learner, len(items))
	for i := range items {
		byNo[items[i].No] = &items[i]
	}
	out := make([]RiskRow, 0, len(slots))
	for _, x := range slots {
		l := byNo[x.learner]
		v, err := sub.view(views, x.learner)
		if err != nil {
			return nil, err
		}
		if l == nil || v == nil {
			continue
		}
		row := RiskRow{Learner: *l}
		if row.Reasons, err = a.reasons(v); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// reasons tells why a learner is at risk.
func (a *analysis) reasons(v *view) ([]RiskReason, error) {
	found := make([]RiskReason, len(risks))
	periods := window{a.frame.Before.From, a.frame.Period.From, a.frame.Period.To}
	var s signs
	x := a.over(v)
	for x.next() {
		on := seenOn(&x.entry, v.org.Today)
		s.read(&x.entry, x.state, &periods, v.org.Today)
		for i, r := range risks {
			if s.risk&(1<<i) == 0 {
				continue
			}
			f := &found[i]
			f.Count++
			since := r.since(&x.entry)
			if days := int(on) - int(since); f.Count == 1 || days > f.Days || days == f.Days && x.column.Folded < f.Activity.Folded {
				*f = RiskReason{Risk: r, Count: f.Count, Activity: *x.column, Since: since, Days: days}
			}
		}
	}
	return slices.DeleteFunc(found, func(r RiskReason) bool { return r.Count == 0 }), x.err()
}
