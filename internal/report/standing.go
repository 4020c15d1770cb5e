package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Standing is how a learner stands over all activities that the asker sees.
type Standing struct {
	Sum transcript.Sum
	// Pressing is the most urgent of the states that ask for attention.
	Pressing   *CardRow
	LastActive day.Day // in any of these activities
	Org        Organization
}

// urgency orders the states that ask for attention, the most urgent first.
var urgency = []transcript.State{transcript.Overdue, transcript.Expired, transcript.Failed, transcript.ExpiresSoon, transcript.DueSoon}

// Standings tells how the learners of a page stand, under the filter they were
// found by (a reach for enrollment.view; an empty one tells nothing).
func (s *Service) Standings(ctx context.Context, reach access.Reach, f Filter, learners []Learner) (map[access.LearnerNo]Standing, error) {
	out := make(map[access.LearnerNo]Standing, len(learners))
	if reach.IsEmpty() || len(learners) == 0 {
		return out, nil
	}
	if err := reach.For(access.EnrollmentView); err != nil {
		return nil, err
	}
	err := s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, Filter{Purchase: f.Purchase, Seat: f.Seat})
		if err != nil {
			return err
		}
		sel, err := q.selectOnly(ctx, learners)
		if err != nil {
			return err
		}
		return q.each(ctx, &sel, func(v *view) error {
			out[v.learner] = v.standing()
			return v.err()
		})
	})
	return out, err
}

// selectOnly narrows the question to learners of a page.
func (q *question) selectOnly(ctx context.Context, learners []Learner) (Selection, error) {
	c := q.criteria
	c.Learners = make([]access.LearnerNo, len(learners))
	for i := range learners {
		c.Learners[i] = learners[i].No
	}
	return q.src.Select(ctx, q.reach, c, q.orgs)
}

func (v *view) standing() Standing {
	out := Standing{Org: *v.org, LastActive: day.None}
	best := len(urgency)
	for _, e := range v.decode() {
		if !v.may(e.Activity) {
			continue
		}
		state := e.On(v.org.Today, v.org.Windows)
		out.Sum.Add(&e, state)
		out.LastActive = max(out.LastActive, e.LastActive)
		for i, s := range urgency[:best] {
			if s == state {
				best = i
				out.Pressing = &CardRow{Column: Column{No: e.Activity}, Entry: e, State: state}
			}
		}
	}
	return out
}

// CellDetail is what stands behind one cell of the matrix.
type CellDetail struct {
	Learner Learner
	Row     CardRow
	Parts   []CardRow // of a program: its required activities
	Today   Organization
}

// Cell opens one cell of the matrix; learner and column outside one and the
// same part of the access are not found.
func (s *Service) Cell(ctx context.Context, reach access.Reach, learner access.AccountID, column string) (CellDetail, error) {
	if err := reach.For(access.MatrixView); err != nil {
		return CellDetail{}, err
	}
	var out CellDetail
	found := false
	err := s.store.Report(ctx, func(src Source) error {
		var err error
		if out.Learner, _, err = src.Learner(ctx, reach, learner); err != nil {
			return err
		}
		for _, seat := range []Seat{AnySeat, EndedSeat} {
			if found {
				return nil
			}
			q, err := s.ask(ctx, src, reach, Filter{Seat: seat, Activity: column})
			if err != nil {
				return err
			}
			if found, err = q.open(ctx, &out); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !found {
		err = fault.ErrNotFound
	}
	return out, err
}

// open fills in the cell that the question names; false when it is not shown.
func (q *question) open(ctx context.Context, out *CellDetail) (bool, error) {
	column, err := q.column(ctx)
	if err != nil || column == nil {
		return false, err
	}
	activities, _, err := q.src.Columns(ctx, q.reach, q.orgs)
	if err != nil {
		return false, err
	}
	sel, err := q.selectOnly(ctx, []Learner{out.Learner})
	if err != nil {
		return false, err
	}
	org, parts, ok := sel.find(out.Learner.No)
	if !ok {
		return false, nil
	}
	shown := newView(out.Learner.No, org, parts, nil)
	err = q.each(ctx, &sel, func(v *view) error {
		kept := *v
		kept.decode()
		shown = &kept
		return kept.err()
	})
	if err != nil || !shown.shows(*column) {
		return false, err
	}
	out.Today = *org
	out.Row.Column = *column
	out.Row.Entry, out.Row.State = shown.cell(*column)
	for _, no := range column.Required {
		for _, a := range activities {
			if a.No == no {
				e, state := shown.cell(a)
				out.Parts = append(out.Parts, CardRow{Column: a, Entry: e, State: state})
			}
		}
	}
	return true, nil
}
