package store_test

import (
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// matrix: rows are the list, cells show exactly what one block holds both of,
// totals are the sums of the cells, and the file is the page (I-26).
func (a *asking) matrix(actor *learner, r, export access.Reach, w wanted, programs bool) {
	q := report.MatrixQuery{LearnerQuery: report.LearnerQuery{Filter: a.filter(actor, w), Limit: 1 + a.rng.IntN(3)}, WithTotals: true}
	if programs {
		q.Columns = report.Programs
	}
	want := a.drawn.list(r, w)
	var rows []report.MatrixRow
	var m report.Matrix
	for {
		var err error
		m, err = a.reports.Matrix(a.ctx, r, q)
		if !a.answered(actor, r, w, err) {
			return
		}
		if m.Total != len(want) || m.ReachTotal != a.reachTotal(r) {
			a.Errorf("%s, %+v: the matrix says %d of %d, want %d of %d", actor.ID, w, m.Total, m.ReachTotal, len(want), a.reachTotal(r))
		}
		if rows = append(rows, m.Rows...); len(rows) > len(want) {
			break
		}
		if q.Cursor = m.NextCursor; q.Cursor == "" {
			break
		}
	}
	var learners []report.Learner
	for _, row := range rows {
		learners = append(learners, row.Learner)
	}
	a.sameLearners(actor, r, w, learners, want)
	if a.Failed() {
		return
	}
	a.sameColumns(actor, r, w, m, q)
	tallies := make([]tally, len(m.Columns))
	for i, row := range rows {
		var over tally
		for j, c := range m.Columns {
			cell, is := a.expected(&want[i], c)
			a.sameCell(actor, w, row, c, row.Cells[j], cell, is)
			if is {
				tallies[j].add(cell)
				over.add(cell)
			}
		}
		if !over.is(row.Sum) {
			a.Errorf("%s, %+v: the sum of %s is %v, want %v", actor.ID, w, row.Learner.ID, row.Sum.Count, over.count)
		}
	}
	for j, total := range m.Totals {
		if !tallies[j].is(total.Sum) || total.Column.ID != m.Columns[j].ID {
			a.Errorf("%s, %+v: the total of %s is %v, want %v", actor.ID, w, total.Column.Title, total.Sum.Count, tallies[j].count)
		}
	}
	sums, n, err := a.reports.MatrixTotals(a.ctx, r, q)
	if err != nil || n != len(want) || len(sums) != len(m.Totals) {
		a.Errorf("%s, %+v: totals of %d learners in %d columns, %v", actor.ID, w, n, len(sums), err)
	}
	a.file(actor, r, export, q, rows, w)
}

// expected is the cell of a learner who is shown, and whether it shows.
func (a *asking) expected(row *shown, c report.Column) (standing, bool) {
	if !c.Program() {
		return a.cell(row, c.No), row.shows(c.No)
	}
	p := a.programs[slices.IndexFunc(a.programs, func(p *program) bool { return p.id == c.ID })]
	for _, no := range p.derivesFrom() {
		if !row.shows(no) {
			return standing{}, false
		}
	}
	return a.inProgram(row, p.derivesFrom()), true
}

func (a *asking) sameCell(actor *learner, w wanted, row report.MatrixRow, c report.Column, got report.Cell, want standing, shows bool) {
	a.count("hidden cell", !shows)
	if got.Shown != shows {
		a.Errorf("%s, %+v: %s in %s shows %v, want %v", actor.ID, w, row.Learner.ID, c.ID, got.Shown, shows)
		return
	}
	if !shows {
		if got != (report.Cell{}) {
			a.Errorf("%s, %+v: %s in %s is hidden and says %+v", actor.ID, w, row.Learner.ID, c.ID, got)
		}
		return
	}
	a.count("cell", !c.Program())
	a.count("program cell", c.Program())
	is := standing{got.State.String(), int(got.Entry.Progress), int(got.Entry.Score), got.Entry.Due, got.Entry.Completed, got.Entry.Enrolled}
	if is != want {
		a.Errorf("%s, %+v: %s in %s (program: %v) is %+v, want %+v", actor.ID, w, row.Learner.ID, c.ID, c.Program(), is, want)
	}
	fmt.Fprintln(&a.said, row.Learner.ID, c.ID, is)
}

// sameColumns: the columns are what some block shows; pages of them are all of them.
func (a *asking) sameColumns(actor *learner, r access.Reach, w wanted, m report.Matrix, q report.MatrixQuery) {
	var want []string
	if q.Columns == report.Programs {
		for _, p := range a.programsOf(r, w) {
			want = append(want, p.id)
		}
	} else {
		for _, c := range a.columnsOf(r, w) {
			want = append(want, c.id)
		}
	}
	ids := func(columns []report.Column) (out []string) {
		for _, c := range columns {
			out = append(out, c.ID)
		}
		return out
	}
	if !slices.Equal(ids(m.AllColumns), want) || !slices.Equal(ids(m.Columns), want) {
		a.Errorf("%s, %s %+v: the columns are %v, want %v", actor.ID, r.Permission(), w, ids(m.AllColumns), want)
	}
	var paged []string
	q.Cursor, q.Limit, q.ColumnLimit, q.WithTotals = "", 1, 2, false
	for range len(want) + 1 {
		page, err := a.reports.Matrix(a.ctx, r, q)
		if err != nil {
			a.Fatal(err)
		}
		paged = append(paged, ids(page.Columns)...)
		if q.ColumnCursor = page.NextActivities; q.ColumnCursor == "" {
			break
		}
	}
	if !slices.Equal(paged, want) {
		a.Errorf("%s, %+v: the pages of columns are %v, want %v", actor.ID, w, paged, want)
	}
}

// file: what is taken away is the page, less what report.export does not cover.
func (a *asking) file(actor *learner, r, export access.Reach, q report.MatrixQuery, rows []report.MatrixRow, w wanted) {
	if export.IsEmpty() {
		return
	}
	q.Cursor = ""
	allowed := a.drawn.list(export, wanted{purchase: w.purchase, seat: w.seat})
	var columns []report.Column
	i := 0
	err := a.reports.ExportMatrix(a.ctx, r, export, q, func(m report.Matrix) error {
		columns = m.Columns
		return nil
	}, func(_ access.Carries, got report.MatrixRow) error {
		may := func(id access.AccountID) int {
			return slices.IndexFunc(allowed, func(s shown) bool { return s.ID == id })
		}
		for i < len(rows) && may(rows[i].Learner.ID) < 0 {
			i++
		}
		if i == len(rows) || rows[i].Learner.ID != got.Learner.ID {
			a.Errorf("%s, %+v: the file has a row of %s", actor.ID, w, got.Learner.ID)
			return nil
		}
		for j, c := range columns {
			want := rows[i].Cells[j]
			if _, is := a.expected(&allowed[may(got.Learner.ID)], c); !is {
				want = report.Cell{}
			}
			if got.Cells[j] != want {
				a.Errorf("%s, %+v: in the file %s in %s is %+v, want %+v", actor.ID, w, got.Learner.ID, c.ID, got.Cells[j], want)
			}
		}
		a.count("file row", true)
		i++
		return nil
	})
	for ; i < len(rows); i++ {
		if slices.ContainsFunc(allowed, func(s shown) bool { return s.ID == rows[i].Learner.ID }) {
			a.Errorf("%s, %+v: the file has no row of %s", actor.ID, w, rows[i].Learner.ID)
		}
	}
	if err != nil {
		a.Errorf("%s, %+v: the file: %v", actor.ID, w, err)
	}
}
