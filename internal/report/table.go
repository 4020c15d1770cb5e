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
		if t.made != nil {
			out.ReachTotal, err = t.reachTotalBy(ctx, t.made)
		} else {
			out.ReachTotal, err = t.reachTotal(ctx)
		}
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
	t := &tabulation{question: q, rep: rep, rq: rq, fields: rq.chosen(rep, reach.Carries(), len(q.orgs) > 1)}
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

// period gives the days the report is about, in the actor's organization.
func (t *tabulation) period() (from, to day.Day) { return t.filter.Period.in(&t.orgs[0]) }
