package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// ColumnSum adds up one column over every learner of whom it is seen.
type ColumnSum struct {
	Column Column
	Sum    transcript.Sum
}

// Dashboard sums a filtered set up.
type Dashboard struct {
	Total      int // learners that meet the filters
	ReachTotal int
	ByActivity []ColumnSum
	All        transcript.Sum // over all cells but not_enrolled ones
}

// Dashboard adds up, for each activity the reach shows, the states of the
// learners that meet the filters.
func (s *Service) Dashboard(ctx context.Context, reach access.Reach, f Filter) (Dashboard, error) {
	if err := reach.For(access.ReportView); err != nil {
		return Dashboard{}, err
	}
	return s.sums(ctx, reach, f)
}

func (s *Service) sums(ctx context.Context, reach access.Reach, f Filter) (Dashboard, error) {
	var d Dashboard
	err := s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, f)
		if err != nil {
			return err
		}
		sel, err := q.selection(ctx)
		if err != nil {
			return err
		}
		activities, _, err := src.Columns(ctx, reach, q.orgs)
		if err != nil {
			return err
		}
		activities = q.narrowColumns(activities)
		d.Total = sel.Len()
		if d.ReachTotal, err = q.reachTotal(ctx); err != nil {
			return err
		}
		d.ByActivity, err = q.sum(ctx, sel, activities)
		for i := range d.ByActivity {
			d.All.Merge(&d.ByActivity[i].Sum)
		}
		d.All.Count[transcript.NotEnrolled] = 0
		return err
	})
	return d, err
}

// narrowColumns keeps what the filter asks about: the one activity, or those
// of the one purchase.
func (q *question) narrowColumns(columns []Column) []Column {
	if q.filter.Activity == "" && q.criteria.Purchase == nil {
		return columns
	}
	var only view
	if p := q.criteria.Purchase; p != nil {
		only = *newView(0, nil, []Part{*p}, nil)
	} else {
		only.all = true
	}
	var out []Column
	for _, c := range columns {
		asked := q.filter.Activity == "" || c.ID == q.filter.Activity || c.ExternalID == q.filter.Activity
		if asked && only.shows(c) {
			out = append(out, c)
		}
	}
	return out
}

// sum adds up columns over a selection. Activities are summed straight from
// the records by number; programs are derived for each learner.
func (q *question) sum(ctx context.Context, sel *Selection, columns []Column) ([]ColumnSum, error) {
	out := make([]ColumnSum, len(columns))
	top := access.ActivityNo(0)
	programs := false
	for i, c := range columns {
		out[i].Column = c
		top = max(top, c.No)
		programs = programs || c.Program()
	}
	sums := make([]transcript.Sum, top+1) // by activity number
	wanted := make([]bool, top+1)
	for _, c := range columns {
		if !c.Program() {
			wanted[c.No] = true
		}
	}
	err := q.each(ctx, sel, func(v *view) error {
		r := transcript.Read(v.record)
		for e := (transcript.Entry{}); r.Next(&e); {
			if e.Activity <= top && wanted[e.Activity] && v.may(e.Activity) {
				sums[e.Activity].Add(&e, e.On(v.org.Today, v.org.Windows))
			}
		}
		if programs {
			for i, c := range columns {
				if c.Program() && v.shows(c) {
					e, state := v.cell(c)
					out[i].Sum.Add(&e, state)
				}
			}
		}
		return r.Err()
	})
	if err != nil {
		return nil, err
	}
	visible := q.visibleCounts(sel, columns)
	for i, c := range columns {
		if !c.Program() {
			out[i].Sum = sums[c.No]
		}
		out[i].Sum.AddNone(visible[i] - out[i].Sum.Enrolled() - out[i].Sum.Count[transcript.NotEnrolled])
	}
	return out, nil
}

// visibleCounts tells for each column of how many learners it is seen.
func (q *question) visibleCounts(sel *Selection, columns []Column) []int {
	out := make([]int, len(columns))
	for _, w := range sel.Wide {
		for i := range out {
			out[i] += len(w.Learners)
		}
	}
	for _, m := range sel.Narrow {
		v := newView(m.Learner, nil, m.Parts, nil)
		for i, c := range columns {
			if v.shows(c) {
				out[i]++
			}
		}
	}
	return out
}
