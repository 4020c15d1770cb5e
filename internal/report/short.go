package report

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// shortRow is a row of a report that is made as a whole: its rows are
// activities, programs, purchases or what rows are gathered by.
type shortRow struct {
	id    string
	about subject
	row   Row
}

// short makes all rows of such a report, in the order asked for.
func (t *tabulation) short(ctx context.Context, sel *Selection) ([]shortRow, error) {
	var rows []shortRow
	var err error
	switch {
	case t.rq.Group != "":
		rows, err = t.gather(ctx, sel)
	case t.rep.row == rowOfPurchase:
		rows, err = t.purchaseRows(ctx, sel)
	default:
		rows, err = t.activityRows(ctx, sel)
	}
	if err != nil {
		return nil, err
	}
	if field, ok := t.sortField(); ok {
		desc := t.rq.Desc
		slices.SortStableFunc(rows, func(a, b shortRow) int { return compareValues(a.about.value(&field), b.about.value(&field), desc) })
	}
	for i := range rows {
		rows[i].row.Values = rows[i].about.values(t.fields)
	}
	return rows, nil
}

// compareValues orders values of one column; those without one come last.
func compareValues(a, b Value, desc bool) int {
	if a.IsEmpty() != b.IsEmpty() {
		if a.IsEmpty() {
			return 1
		}
		return -1
	}
	c := cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(fold.Text(a.Text), fold.Text(b.Text)))
	if desc {
		return -c
	}
	return c
}

// shortPage is a page of such a report.
func (t *tabulation) shortPage(ctx context.Context, limit int, after *placed) (Table, error) {
	out := Table{Columns: t.fields}
	var sel *Selection
	var err error
	if t.rep.row == rowOfPurchase && t.within == nil && !t.filter.needsTranscripts() {
		out.Learners, err = t.count(ctx, nil) // whose seats they are is asked of the seats
	} else if sel, err = t.selection(ctx); err == nil {
		out.Learners = sel.Len()
	}
	if err != nil {
		return out, err
	}
	rows, err := t.short(ctx, sel)
	if err != nil {
		return out, err
	}
	out.Total = len(rows)
	if after != nil {
		i := slices.IndexFunc(rows, func(r shortRow) bool { return r.id == after.ID })
		if i < 0 {
			return out, errCursor
		}
		rows = rows[i+1:]
	}
	if len(rows) > limit {
		rows = rows[:limit]
		out.NextCursor = t.mark(placed{ID: rows[limit-1].id})
	}
	for _, r := range rows {
		out.Rows = append(out.Rows, r.row)
	}
	return out, nil
}

// activityRows sums up each activity, or program, over its learners.
func (t *tabulation) activityRows(ctx context.Context, sel *Selection) ([]shortRow, error) {
	sums, err := t.sum(ctx, sel, t.columns)
	if err != nil {
		return nil, err
	}
	rows := make([]shortRow, len(sums))
	for i := range sums {
		s := &sums[i]
		w := work{sum: s.Sum}
		rows[i] = shortRow{
			id: s.Column.ID, row: Row{Activity: s.Column.ID},
			about: subject{column: &s.Column, work: &w, learners: s.Sum.Enrolled() + s.Sum.Count[transcript.NotEnrolled]},
		}
	}
	return rows, nil
}

// gathered is one value of what rows are gathered by.
type gathered struct {
	id       string
	value    Value
	work     work
	learners int
}

// gather sums the rows up by a column.
func (t *tabulation) gather(ctx context.Context, sel *Selection) ([]shortRow, error) {
	var groups []gathered
	var err error
	switch t.rq.Group {
	case "activity", "state":
		groups, err = t.gatherEntries(ctx, sel)
	case "purchase":
		return t.purchaseRows(ctx, sel)
	default:
		groups, err = t.gatherLearners(ctx, sel)
	}
	rows := make([]shortRow, 0, len(groups))
	for i := range groups {
		g := &groups[i]
		if g.learners > 0 {
			rows = append(rows, shortRow{id: g.id, row: Row{Group: g.id}, about: subject{group: g.value, work: &g.work, learners: g.learners}})
		}
	}
	return rows, err
}

// gatherEntries gathers enrollments by their activity or state.
func (t *tabulation) gatherEntries(ctx context.Context, sel *Selection) ([]gathered, error) {
	var groups []gathered
	if t.rq.Group == "state" {
		groups = make([]gathered, transcript.States)
		for s := range transcript.States {
			groups[s] = gathered{id: s.String(), value: Value{Kind: StateKind, Number: int64(s)}, work: newWork()}
		}
	} else {
		for _, c := range t.shown() {
			groups = append(groups, gathered{id: c.ID, value: textValue(c.Title), work: newWork()})
		}
	}
	return groups, t.spreadOver(ctx, sel, groups, func(own []gathered) func(*view) error {
		seen := make([]access.LearnerNo, len(own)) // by whom the group was last counted, one up
		return func(v *view) error {
			from, to := t.filter.Period.in(v.org)
			x := t.over(v)
			for x.next() {
				if !t.keeps(&x.entry, x.state, v.org) {
					continue
				}
				i := int(x.state)
				if t.rq.Group == "activity" {
					i = int(x.rank)
				}
				own[i].work.add(&x.entry, x.state, from, to)
				if seen[i] != v.learner+1 {
					seen[i] = v.learner + 1
					own[i].learners++
				}
			}
			return x.err()
		}
	})
}

// spreadOver goes through a selection with several workers at once, each of
// which adds to groups of its own; all of it is added to groups in the end.
func (t *tabulation) spreadOver(ctx context.Context, sel *Selection, groups []gathered, worker func(own []gathered) func(*view) error) error {
	var parts [][]gathered
	err := t.spread(ctx, sel, func() func(*view) error {
		own := make([]gathered, len(groups))
		for i := range own {
			own[i].work = newWork()
		}
		parts = append(parts, own)
		return worker(own)
	})
	for _, own := range parts {
		for i := range own {
			groups[i].work.merge(&own[i].work)
			groups[i].learners += own[i].learners
		}
	}
	return err
}

// gatherLearners gathers learners by what each has one of: a place, an
// organization, a status. Those of whom the access does not carry it stand in
// a group without a value.
func (t *tabulation) gatherLearners(ctx context.Context, sel *Selection) ([]gathered, error) {
	groups := []gathered{{work: newWork()}}
	var of byLearner
	if err := t.sortInto(ctx, &groups, &of); err != nil {
		return nil, err
	}
	byRow := t.rep.row == rowOfEnrollment // only who has a row counts
	if !byRow {
		for _, no := range sel.numbers() {
			groups[of.at(no)].learners++
		}
	}
	return groups, t.spreadOver(ctx, sel, groups, func(own []gathered) func(*view) error {
		return func(v *view) error {
			from, to := t.filter.Period.in(v.org)
			g := &own[of.at(v.learner)]
			rows := 0
			x := t.over(v)
			for x.next() {
				if !byRow || t.keeps(&x.entry, x.state, v.org) {
					g.work.add(&x.entry, x.state, from, to)
					rows++
				}
			}
			if byRow && rows > 0 {
				g.learners++
			}
			return x.err()
		}
	})
}

// byLearner is a small number for each learner, zero where none was put.
type byLearner []int32

func (b byLearner) at(no access.LearnerNo) int32 {
	if int(no) >= len(b) {
		return 0
	}
	return b[no]
}

func (b *byLearner) put(no access.LearnerNo, n int32) {
	if missing := int(no) + 1 - len(*b); missing > 0 {
		*b = append(*b, make([]int32, missing+len(*b)/2)...)
	}
	(*b)[no] = n
}

// sortInto finds each learner's group.
func (t *tabulation) sortInto(ctx context.Context, groups *[]gathered, of *byLearner) error {
	if t.rq.Group == "status" {
		statuses, err := t.src.Statuses(ctx, t.reach, t.criteria, t.orgs)
		for _, s := range statuses {
			*groups = append(*groups, gathered{id: s.Status, value: Value{Kind: StatusKind, Text: s.Status}, work: newWork()})
			for _, no := range s.Learners {
				of.put(no, int32(len(*groups)-1))
			}
		}
		return err
	}
	homes, err := t.src.Homes(ctx, t.reach, t.criteria, t.orgs)
	at := map[string]int32{}
	for _, h := range homes {
		org := t.orgs[h.Organization]
		id, name := h.Location.ID, h.Location.Name
		if t.rq.Group == "organization" || id == "" {
			id, name = string(org.ID), org.Name
		}
		i, known := at[id]
		if !known {
			i = int32(len(*groups))
			at[id] = i
			*groups = append(*groups, gathered{id: id, value: textValue(name), work: newWork()})
		}
		for _, no := range h.Learners {
			of.put(no, i)
		}
	}
	return err
}
