package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Table reads a page of a report (I-02): rows of reach ∩ filters, in the order
// asked for. A page has 50 rows unless asked, 200 at most.
func (s *Service) Table(ctx context.Context, reach access.Reach, rq Request, limit int, cursor string) (Table, error) {
	rep, err := rq.Check(reach)
	if err != nil {
		return Table{}, err
	}
	var out Table
	err = s.store.Report(ctx, func(src Source) error {
		t, err := s.tabulate(ctx, src, reach, rep, rq)
		if err != nil {
			return err
		}
		after, err := t.readMark(ctx, cursor)
		if err != nil {
			return err
		}
		if out, err = t.page(ctx, pageLimit(limit), after); err != nil {
			return err
		}
		out.Report, out.Carries, out.At = rep, reach.Carries(), s.now()
		out.Today = t.orgs[0]
		out.ReachTotal, err = t.reachTotal(ctx)
		return err
	})
	return out, err
}

// tabulation is a report being made.
type tabulation struct {
	*question
	rep     Report
	rq      Request
	fields  []Field  // to be shown
	columns []Column // activities that rows can be of, by title; programs, in a report of programs
	rank    []int32  // of an activity among columns, by its number; below zero: none
	program *Column  // the activity of the filter, where that is a program
	// within is the question about what may be taken away, where that is less than what is seen.
	within *question
}

func (s *Service) tabulate(ctx context.Context, src Source, reach access.Reach, rep Report, rq Request) (*tabulation, error) {
	q, err := s.ask(ctx, src, reach, rq.Filter)
	if err != nil {
		return nil, err
	}
	t := &tabulation{question: q, rep: rep, rq: rq, fields: rq.chosen(rep, reach.Carries())}
	activities, programs, err := src.Columns(ctx, reach, q.orgs)
	if err != nil {
		return nil, err
	}
	t.columns = q.narrowColumns(activities)
	if named := q.narrowColumns(programs); rq.Filter.Activity != "" && len(named) > 0 {
		t.program = &named[0]
	}
	if rep.row == rowOfProgram {
		t.columns = q.narrowColumns(programs)
		return t, nil
	}
	top := access.ActivityNo(0)
	for _, c := range t.columns {
		top = max(top, c.No)
	}
	t.rank = make([]int32, top+1)
	for i := range t.rank {
		t.rank[i] = -1
	}
	for i, c := range t.columns {
		t.rank[c.No] = int32(i)
	}
	return t, nil
}

// page cuts a page out of the report, after a row.
func (t *tabulation) page(ctx context.Context, limit int, after *placed) (Table, error) {
	switch {
	case t.rq.Group != "", t.rep.row == rowOfActivity, t.rep.row == rowOfProgram, t.rep.row == rowOfPurchase:
		return t.shortPage(ctx, limit, after)
	case t.rq.Sort != "" && (t.rq.Sort != "learner" || t.rq.Desc):
		return t.sortedPage(ctx, limit, after)
	case t.rep.row == rowOfEnrollment:
		return t.enrollmentPage(ctx, limit, after)
	}
	return t.learnerPage(ctx, limit, after)
}

// shown lists what rows can be of: activities, or the one program asked about.
func (t *tabulation) shown() []Column {
	if t.program != nil {
		return []Column{*t.program}
	}
	return t.columns
}

// keeps tells whether an enrollment is a row of the report.
func (t *tabulation) keeps(e *transcript.Entry, state transcript.State, o *Organization) bool {
	if t.rep.Key == DueReport && state != transcript.Overdue && state != transcript.DueSoon {
		return false
	}
	return t.filter.keeps(e, state, o)
}

// workOf adds up what one learner did.
func (t *tabulation) workOf(v *view) (work, error) {
	w := newWork()
	from, to := t.filter.Period.in(v.org)
	x := t.over(v)
	for x.next() {
		w.add(&x.entry, x.state, from, to)
	}
	return w, x.err()
}

// needsWork tells whether any of the columns is about what somebody did.
func (t *tabulation) needsWork() bool {
	return slices.ContainsFunc(t.fields, func(f Field) bool {
		return !slices.ContainsFunc(person, func(p Field) bool { return p.Key == f.Key }) && f.Key != "status" && f.Key != "last_seen" && f.Key != "created"
	})
}

// learnerRows makes the rows of some learners, in the order of the items.
func (t *tabulation) learnerRows(ctx context.Context, items []Learner, sel *Selection, do func(Row) error) error {
	views := map[access.LearnerNo]*view{}
	if t.needsWork() {
		var err error
		if views, err = t.views(ctx, sel); err != nil {
			return err
		}
	}
	for i := range items {
		v, err := sel.view(views, items[i].No)
		if err != nil {
			return err
		}
		if v == nil {
			continue
		}
		w, err := t.workOf(v)
		if err != nil {
			return err
		}
		about := subject{learner: &items[i], org: v.org, work: &w}
		if err := do(Row{Learner: items[i].ID, Values: about.values(t.fields)}); err != nil {
			return err
		}
	}
	return nil
}

// enrollmentRows makes the rows of one learner, by title.
func (t *tabulation) enrollmentRows(l *Learner, v *view, do func(*Column, Row) error) error {
	var rows []enrollments
	x := t.over(v)
	for x.next() {
		if t.keeps(&x.entry, x.state, v.org) {
			rows = append(rows, x)
		}
	}
	if x.err() != nil {
		return x.err()
	}
	slices.SortFunc(rows, func(a, b enrollments) int { return int(t.titleRank(a.column)) - int(t.titleRank(b.column)) })
	for i := range rows {
		about := subject{learner: l, org: v.org, column: rows[i].column, entry: &rows[i].entry, state: rows[i].state}
		if err := do(rows[i].column, Row{Learner: l.ID, Activity: rows[i].column.ID, Values: about.values(t.fields)}); err != nil {
			return err
		}
	}
	return nil
}

// titleRank is the place of an activity in order of title.
func (t *tabulation) titleRank(c *Column) int32 {
	if c.Program() {
		return 0 // the only one
	}
	return t.rank[c.No]
}

// views reads the records of a selection, to be kept.
func (q *question) views(ctx context.Context, sel *Selection) (map[access.LearnerNo]*view, error) {
	out := make(map[access.LearnerNo]*view, sel.Len())
	err := q.each(ctx, sel, func(v *view) error {
		kept := *v
		kept.record = slices.Clone(v.record)
		out[v.learner] = &kept
		return nil
	})
	return out, err
}

// view finds a learner's view among those read; one without a record is
// enrolled in nothing. It is nil for a learner who is not in the selection.
func (s *Selection) view(read map[access.LearnerNo]*view, no access.LearnerNo) (*view, error) {
	if v := read[no]; v != nil {
		return v, v.err()
	}
	org, parts, ok := s.find(no)
	if !ok {
		return nil, nil
	}
	return newView(no, org, parts, nil), nil
}

// learnerPage is a page in order of name: only its own learners are read whole.
func (t *tabulation) learnerPage(ctx context.Context, limit int, after *placed) (Table, error) {
	out := Table{Columns: t.fields}
	set, err := t.counted(ctx, &out)
	if err != nil {
		return out, err
	}
	out.Total = out.Learners
	items, err := t.src.Page(ctx, t.reach, t.criteria, t.orgs, set, after.position(), limit+1)
	if err != nil {
		return out, err
	}
	if len(items) > limit {
		items = items[:limit]
		last := items[limit-1]
		out.NextCursor = t.mark(placed{Folded: last.Folded, Learner: last.ID})
	}
	sel, err := t.only(ctx, items)
	if err != nil {
		return out, err
	}
	err = t.learnerRows(ctx, items, &sel, func(r Row) error {
		out.Rows = append(out.Rows, r)
		return nil
	})
	return out, err
}

// counted counts the learners that meet the filters, and lists them where
// their transcripts had to be read for that.
func (t *tabulation) counted(ctx context.Context, out *Table) (set []access.LearnerNo, err error) {
	if t.filter.needsTranscripts() {
		sel, err := t.selection(ctx)
		if err != nil {
			return nil, err
		}
		set = sel.numbers()
	}
	out.Learners, err = t.count(ctx, set)
	return set, err
}

// only is what is shown of some learners, with the seats they hold.
func (t *tabulation) only(ctx context.Context, items []Learner) (Selection, error) {
	if slices.ContainsFunc(t.fields, func(f Field) bool { return f.Key == "purchases" }) {
		if err := t.addSeats(ctx, items); err != nil {
			return Selection{}, err
		}
	}
	return t.selectOnly(ctx, items)
}

// enrollmentPage is a page in order of name and title: learners are read until
// it is full; how many rows there are in all is counted from the transcripts.
func (t *tabulation) enrollmentPage(ctx context.Context, limit int, after *placed) (Table, error) {
	out := Table{Columns: t.fields}
	sel, err := t.selection(ctx)
	if err != nil {
		return out, err
	}
	out.Learners = sel.Len()
	var set []access.LearnerNo
	if out.Total, set, err = t.countRows(ctx, sel); err != nil || out.Total == 0 {
		return out, err
	}
	if len(set) > sel.Len()/2 && !t.filter.needsTranscripts() {
		set = nil // most have a row: the names are gone along faster without asking
	}
	from := after.before()
	var last placed
	for batch := limit/2 + 1; ; batch = min(batch*2, 1000) {
		items, err := t.src.Page(ctx, t.reach, t.criteria, t.orgs, set, from, batch+1)
		if err != nil {
			return out, err
		}
		more := len(items) > batch
		items = items[:min(len(items), batch)]
		shown, err := t.only(ctx, items)
		if err != nil {
			return out, err
		}
		views, err := t.views(ctx, &shown)
		if err != nil {
			return out, err
		}
		for i := range items {
			l := &items[i]
			v, err := shown.view(views, l.No)
			if err != nil {
				return out, err
			}
			if v == nil {
				continue
			}
			if err := t.enrollmentRows(l, v, func(c *Column, r Row) error {
				if after.passed(l.ID, c) {
					return nil
				}
				if len(out.Rows) < limit {
					out.Rows = append(out.Rows, r)
					last = placed{BeforeFolded: from.Folded, Before: access.AccountID(from.ID), Learner: l.ID, Title: c.Folded, Activity: c.ID}
				} else if out.NextCursor == "" {
					out.NextCursor = t.mark(last)
				}
				return nil
			}); err != nil || out.NextCursor != "" {
				return out, err
			}
			from = Position{Folded: l.Folded, ID: string(l.ID)}
		}
		if !more {
			return out, nil
		}
	}
}

// countRows counts the enrollments that are rows, and lists the learners who
// have any, ascending.
func (t *tabulation) countRows(ctx context.Context, sel *Selection) (n int, having []access.LearnerNo, err error) {
	err = t.each(ctx, sel, func(v *view) error {
		before := n
		x := t.over(v)
		for x.next() {
			if t.keeps(&x.entry, x.state, v.org) {
				n++
			}
		}
		if n > before {
			having = append(having, v.learner)
		}
		return x.err()
	})
	slices.Sort(having)
	return n, having, err
}

// period gives the days the report is about, in the actor's organization.
func (t *tabulation) period() (from, to day.Day) { return t.filter.Period.in(&t.orgs[0]) }
