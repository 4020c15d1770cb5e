package report

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// learnerRows makes the rows of some learners, in the order of the items.
func (t *tabulation) learnerRows(items []Learner, sel *Selection, views map[access.LearnerNo]*view, do func(Row) error) error {
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
		if err := do(Row{Learner: items[i].ID, no: items[i].No, Values: about.values(t.fields)}); err != nil {
			return err
		}
	}
	return nil
}

// enrollmentRow is an enrollment that is a row.
type enrollmentRow struct {
	column *Column
	entry  transcript.Entry
	state  transcript.State
}

// rowMaker makes rows of enrollments, for one learner after another in the same
// place: unless they are to be kept, the values of a row last until the next.
type rowMaker struct {
	*tabulation
	keep bool
	only int32 // the rank of an activity, one up; zero: of all

	rows   []enrollmentRow
	order  []uint64 // rank and place of each row
	values []Value
}

// make makes the rows of one learner, by title.
func (m *rowMaker) make(l *Learner, v *view, do func(*Column, Row) error) error {
	m.rows, m.order = m.rows[:0], m.order[:0]
	x := m.over(v)
	for x.next() {
		if m.only > 0 && m.only != x.rank+1 || !m.keeps(&x.entry, x.state, v.org) {
			continue
		}
		m.order = append(m.order, uint64(x.rank)<<32|uint64(len(m.rows)))
		m.rows = append(m.rows, enrollmentRow{x.column, x.entry, x.state})
	}
	if x.err() != nil {
		return x.err()
	}
	slices.Sort(m.order)
	for _, o := range m.order {
		r := &m.rows[uint32(o)]
		about := subject{learner: l, org: v.org, column: r.column, entry: &r.entry, state: r.state}
		if m.keep {
			m.values = make([]Value, 0, len(m.fields))
		}
		m.values = about.fill(m.values[:0], m.fields)
		if err := do(r.column, Row{Learner: l.ID, no: l.No, Activity: r.column.ID, Values: m.values}); err != nil {
			return err
		}
	}
	return nil
}
