package report

import (
	"context"
	"slices"

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
	var adders []*adder
	err := q.spread(ctx, sel, func() func(*view) error {
		a := newAdder(columns)
		adders = append(adders, a)
		return a.learner
	})
	if err != nil {
		return nil, err
	}
	out := make([]ColumnSum, len(columns))
	visible := q.visibleCounts(sel, columns)
	for i, c := range columns {
		out[i].Column = c
		for _, a := range adders {
			out[i].Sum.Merge(a.of(i))
		}
		out[i].Sum.AddNone(visible[i] - out[i].Sum.Enrolled() - out[i].Sum.Count[transcript.NotEnrolled])
	}
	return out, nil
}

// adder adds up columns over some learners.
type adder struct {
	columns  []Column
	programs []int            // which of the columns are programs
	derived  []transcript.Sum // of those
	byNo     []transcript.Sum // of activities, by number
	wanted   []bool
	record   *opened
}

func newAdder(columns []Column) *adder {
	a := &adder{columns: columns, record: newOpened(columns)}
	top := access.ActivityNo(0)
	for i, c := range columns {
		top = max(top, c.No)
		if c.Program() {
			a.programs = append(a.programs, i)
		}
	}
	a.derived, a.byNo, a.wanted = make([]transcript.Sum, len(a.programs)), make([]transcript.Sum, top+1), make([]bool, top+1)
	for _, c := range columns {
		if !c.Program() {
			a.wanted[c.No] = true
		}
	}
	return a
}

// of is the sum of a column.
func (a *adder) of(column int) *transcript.Sum {
	if n := slices.Index(a.programs, column); n >= 0 {
		return &a.derived[n]
	}
	return &a.byNo[a.columns[column].No]
}

func (a *adder) learner(v *view) error {
	if len(a.programs) < len(a.columns) {
		r := transcript.Read(v.record)
		for e := (transcript.Entry{}); r.Next(&e); {
			if int(e.Activity) < len(a.wanted) && a.wanted[e.Activity] && v.may(e.Activity) {
				a.byNo[e.Activity].Add(&e, e.On(v.org.Today, v.org.Windows))
			}
		}
		if r.Err() != nil {
			return r.Err()
		}
	}
	if len(a.programs) == 0 {
		return nil
	}
	if err := a.record.open(v.record); err != nil {
		return err
	}
	for n, i := range a.programs {
		if c := &a.columns[i]; v.all || v.shows(*c) {
			e := transcript.Program(c.Required, a.record.find, v.org.Today)
			state := e.On(v.org.Today, v.org.Windows)
			e = v.ownDates(*c, e)
			a.derived[n].Add(&e, state)
		}
	}
	return nil
}

// opened is a record of which some entries are found by number at once, for
// whoever looks for many; the next one is opened in the same place.
type opened struct {
	place   []int32 // of an activity that is looked for, by its number, one up
	entries []transcript.Entry
	in      []uint32 // in which record each of them was last found
	record  uint32
}

// newOpened makes room for the activities that columns derive from.
func newOpened(columns []Column) *opened {
	o := &opened{}
	n := int32(0)
	for _, c := range columns {
		for _, a := range c.Required {
			if missing := int(a) + 1 - len(o.place); missing > 0 {
				o.place = append(o.place, make([]int32, missing)...)
			}
			if o.place[a] == 0 {
				n++
				o.place[a] = n
			}
		}
	}
	o.entries, o.in = make([]transcript.Entry, n), make([]uint32, n)
	return o
}

func (o *opened) open(record []byte) error {
	o.record++
	r := transcript.Read(record)
	for e := (transcript.Entry{}); r.Next(&e); {
		if int(e.Activity) < len(o.place) && o.place[e.Activity] > 0 {
			i := o.place[e.Activity] - 1
			o.entries[i], o.in[i] = e, o.record
		}
	}
	return r.Err()
}

func (o *opened) find(a access.ActivityNo) (transcript.Entry, bool) {
	i := o.place[a] - 1
	return o.entries[i], o.in[i] == o.record
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
