package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
)

// ExportMatrix yields every row of the filtered matrix with all its picked
// columns, in order of name and from one snapshot: what a file is written from.
// A file holds only what may both be seen (matrix.view) and be taken away
// (report.export); the two need not be the same learners.
func (s *Service) ExportMatrix(ctx context.Context, reach, export access.Reach, mq MatrixQuery, begin func(Matrix) error, do func(access.Carries, MatrixRow) error) error {
	if err := reach.For(access.MatrixView); err != nil {
		return err
	}
	if err := export.For(access.ReportExport); err != nil {
		return err
	}
	return s.store.Report(ctx, func(src Source) error {
		q, err := s.ask(ctx, src, reach, mq.Filter)
		if err != nil {
			return err
		}
		away, err := s.ask(ctx, src, export, Filter{Purchase: mq.Purchase, Seat: mq.Seat})
		if err != nil {
			return err
		}
		all, err := q.columns(ctx, mq.Columns)
		if err != nil {
			return err
		}
		m := Matrix{AllColumns: all, Columns: Pick(all, mq.Pick)}
		if len(q.orgs) > 0 {
			m.Today = q.orgs[0]
		}
		if m.Selection, err = q.both(ctx, away); err != nil {
			return err
		}
		lq := mq.LearnerQuery
		lq.Limit, lq.Cursor = 200, ""
		for first := true; ; first = false {
			page, err := q.page(ctx, s, lq)
			if err != nil {
				return err
			}
			if first {
				m.LearnerPage = page
				if err := begin(m); err != nil {
					return err
				}
			}
			if err := q.exportPage(ctx, away, page, m.Columns, do); err != nil {
				return err
			}
			if lq.Cursor = page.NextCursor; lq.Cursor == "" {
				return nil
			}
		}
	})
}

// both is whom two questions are about, and what both show of each.
func (q *question) both(ctx context.Context, other *question) (*Selection, error) {
	sel, err := q.selection(ctx)
	if err != nil || other.reach.SameBlocks(q.reach) {
		return sel, err
	}
	allowed, err := other.selection(ctx)
	if err != nil {
		return nil, err
	}
	both := sel.and(allowed)
	return &both, nil
}

func (q *question) exportPage(ctx context.Context, away *question, page LearnerPage, columns []Column, do func(access.Carries, MatrixRow) error) error {
	rows, err := q.rows(ctx, page.Items, columns, columns)
	if err != nil {
		return err
	}
	allowed, err := away.selectOnly(ctx, page.Items)
	if err != nil {
		return err
	}
	for _, row := range rows {
		org, parts, ok := allowed.find(row.Learner.No)
		if !ok {
			continue
		}
		v := newView(row.Learner.No, org, parts, nil)
		for i, c := range columns {
			if !v.shows(c) {
				row.Cells[i] = Cell{}
			}
		}
		if err := do(page.Carries, row); err != nil {
			return err
		}
	}
	return nil
}
