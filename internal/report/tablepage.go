package report

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
)

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
	views := map[access.LearnerNo]*view{}
	if t.needsWork() {
		if views, err = t.views(ctx, &sel); err != nil {
			return out, err
		}
	}
	err = t.learnerRows(items, &sel, views, func(r Row) error {
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
	rows := rowMaker{tabulation: t, keep: true}
	// So many learners fill a page if they have as many rows as others have.
	batch := limit*sel.Len()/out.Total + 2
	if set != nil {
		batch = limit*len(set)/out.Total + 2
	}
	for batch = min(batch, limit+1); ; batch = min(batch*2, 1000) {
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
			if err := rows.make(l, v, func(c *Column, r Row) error {
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
	type count struct {
		rows   int
		having []access.LearnerNo
	}
	var counts []*count
	err = t.spread(ctx, sel, func() func(*view) error {
		c := &count{}
		counts = append(counts, c)
		return func(v *view) error {
			before := c.rows
			x := t.over(v)
			for x.next() {
				if t.keeps(&x.entry, x.state, v.org) {
					c.rows++
				}
			}
			if c.rows > before {
				c.having = append(c.having, v.learner)
			}
			return x.err()
		}
	})
	for _, c := range counts {
		n, having = n+c.rows, append(having, c.having...)
	}
	slices.Sort(having)
	return n, having, err
}
