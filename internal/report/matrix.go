package report

import (
	"context"
	"errors"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// ColumnKind says what the columns of a matrix are.
type ColumnKind string

// The kinds of column.
const (
	Activities ColumnKind = "activities"
	Programs   ColumnKind = "programs"
)

// MatrixQuery asks for a page of the training matrix.
type MatrixQuery struct {
	LearnerQuery
	Columns      ColumnKind // activities when empty
	Pick         []string   // ids of columns to show; all when empty
	ColumnCursor string     // of the columns before
	ColumnLimit  int        // 60 when zero, 200 at most
	WithTotals   bool       // add up the columns over the whole filtered set
	TotalsUpTo   int        // the same, where the asker sees no more learners than this
}

// Cell is one learner's state in one column; Shown is false where nothing of
// the asker's access holds both.
type Cell struct {
	Shown bool
	Entry transcript.Entry
	State transcript.State
}

// MatrixRow is one learner with a cell for each column.
type MatrixRow struct {
	Learner Learner
	Cells   []Cell
	Sum     transcript.Sum // over the learner's cells in all columns of the filter
}

// Matrix is a page of learners × columns.
type Matrix struct {
	LearnerPage
	AllColumns     []Column // of the filter, for the picker
	Columns        []Column // of this page
	NextActivities string   // cursor of the columns after
	Rows           []MatrixRow
	Totals         []ColumnSum // over the whole filtered set, one for each of Columns
	Summed         bool        // whether Totals were asked for
	Today          Organization
	// Selection is whom a file is about and what it may show of each; pages have none.
	Selection *Selection
}

// Matrix reads a page of the training matrix (SPEC 4).
func (s *Service) Matrix(ctx context.Context, reach access.Reach, mq MatrixQuery) (Matrix, error) {
	if err := reach.For(access.MatrixView); err != nil {
		return Matrix{}, err
	}
	var m Matrix
	err := s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, mq.Filter)
		if err != nil {
			return err
		}
		if m.AllColumns, err = q.columns(ctx, mq.Columns); err != nil {
			return err
		}
		picked := Pick(m.AllColumns, mq.Pick)
		if m.Columns, m.NextActivities, err = q.columnPage(ctx, picked, mq); err != nil {
			return err
		}
		if m.LearnerPage, err = q.page(ctx, s, mq.LearnerQuery); err != nil {
			return err
		}
		if len(q.orgs) > 0 {
			m.Today = q.orgs[0]
		}
		m.Summed = mq.WithTotals || mq.TotalsUpTo > 0 && m.ReachTotal <= mq.TotalsUpTo
		if m.Rows, err = q.rows(ctx, m.Items, m.Columns, picked); err != nil || !m.Summed {
			return err
		}
		sel, err := q.selection(ctx)
		if err != nil {
			return err
		}
		m.Totals, err = q.sum(ctx, sel, m.Columns)
		return err
	})
	return m, err
}

// MatrixTotals adds up the columns of a matrix over the whole filtered set,
// and tells of how many learners it is.
func (s *Service) MatrixTotals(ctx context.Context, reach access.Reach, mq MatrixQuery) (sums []ColumnSum, learners int, err error) {
	if err := reach.For(access.MatrixView); err != nil {
		return nil, 0, err
	}
	err = s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, mq.Filter)
		if err != nil {
			return err
		}
		all, err := q.columns(ctx, mq.Columns)
		if err != nil {
			return err
		}
		columns, _, err := q.columnPage(ctx, Pick(all, mq.Pick), mq)
		if err != nil {
			return err
		}
		sel, err := q.selection(ctx)
		if err != nil {
			return err
		}
		learners = sel.Len()
		sums, err = q.sum(ctx, sel, columns)
		return err
	})
	return sums, learners, err
}

// columns lists what the matrix can show under the filter, by title.
func (q *question) columns(ctx context.Context, kind ColumnKind) ([]Column, error) {
	activities, programs, err := q.src.Columns(ctx, q.reach, q.orgs)
	if err != nil {
		return nil, err
	}
	if kind == Programs {
		return q.narrowColumns(programs), nil
	}
	return q.narrowColumns(activities), nil
}

// Pick keeps the columns of some ids, Ambit's or the customer's own; all where none is named.
func Pick(columns []Column, ids []string) []Column {
	if len(ids) == 0 {
		return columns
	}
	var out []Column
	for _, c := range columns {
		if slices.Contains(ids, c.ID) || c.ExternalID != "" && slices.Contains(ids, c.ExternalID) {
			out = append(out, c)
		}
	}
	return out
}

// columnPage cuts the columns into pages of 60.
func (q *question) columnPage(ctx context.Context, columns []Column, mq MatrixQuery) (page []Column, next string, err error) {
	limit := mq.ColumnLimit
	if limit <= 0 {
		limit = 60
	}
	limit = min(limit, 200)
	cursors, err := cursorsOf(ctx, q.src, q.reach, "columns", mq.Columns)
	if err != nil {
		return nil, "", err
	}
	after, err := cursors.read(mq.ColumnCursor)
	if errors.Is(err, errCursor) {
		err = fault.Field("activities_cursor", errCursor.Error())
	}
	if err != nil {
		return nil, "", err
	}
	from := 0
	if after.ID != "" {
		from = slices.IndexFunc(columns, func(c Column) bool {
			return c.Folded > after.Folded || c.Folded == after.Folded && c.ID > after.ID
		})
		if from < 0 {
			return nil, "", nil
		}
	}
	page = columns[from:]
	if len(page) > limit {
		page = page[:limit]
		last := page[limit-1]
		next = cursors.write(Position{Folded: last.Folded, ID: last.ID})
	}
	return page, next, nil
}

// rows makes the cells of a page of learners; sums go over all columns.
func (q *question) rows(ctx context.Context, items []Learner, columns, all []Column) ([]MatrixRow, error) {
	sel, err := q.selectOnly(ctx, items)
	if err != nil {
		return nil, err
	}
	views := make(map[access.LearnerNo]*view, len(items))
	if err := q.each(ctx, &sel, func(v *view) error {
		kept := *v
		kept.record = slices.Clone(v.record)
		views[v.learner] = &kept
		return nil
	}); err != nil {
		return nil, err
	}
	out := make([]MatrixRow, len(items))
	for i, l := range items {
		v := views[l.No]
		if v == nil { // no record: enrolled in nothing
			org, parts, ok := sel.find(l.No)
			if !ok {
				continue
			}
			v = newView(l.No, org, parts, nil)
		}
		out[i] = v.row(l, columns, all)
		if v.err() != nil {
			return nil, v.err()
		}
	}
	return out, nil
}

func (v *view) row(l Learner, columns, all []Column) MatrixRow {
	row := MatrixRow{Learner: l, Cells: make([]Cell, len(columns))}
	for i, c := range columns {
		if v.shows(c) {
			e, state := v.cell(c)
			row.Cells[i] = Cell{Shown: true, Entry: e, State: state}
		}
	}
	for _, c := range all {
		if v.shows(c) {
			e, state := v.cell(c)
			row.Sum.Add(&e, state)
		}
	}
	return row
}
