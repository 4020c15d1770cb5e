package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

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
	slices.SortFunc(rows, func(a, b enrollments) int { return int(a.rank) - int(b.rank) })
	for i := range rows {
		about := subject{learner: l, org: v.org, column: rows[i].column, entry: &rows[i].entry, state: rows[i].state}
		if err := do(rows[i].column, Row{Learner: l.ID, Activity: rows[i].column.ID, Values: about.values(t.fields)}); err != nil {
			return err
		}
	}
	return nil
}
