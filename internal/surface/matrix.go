package surface

import (
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// column is an activity or a program of the expected matrix.
type column struct {
	id       string
	activity *activity
	program  *program
}

// expect is a learner's standing in a column, and whether it shows.
func (col column) expect(r *shown) (standing, bool) {
	if col.program != nil {
		if !r.showsAll(col.program) {
			return nothing, false
		}
		return r.inProgram(col.program), true
	}
	if !r.shows(col.activity.no) {
		return nothing, false
	}
	return r.cell(col.activity.no), true
}

// across lists the columns of a sight.
func (c *comparison) across(s sight, kind report.ColumnKind, w wanted) (out []column) {
	if kind == report.Programs {
		for _, p := range c.programsOf(c.who, s, w) {
			out = append(out, column{id: p.id, program: p})
		}
		return out
	}
	for _, a := range c.columns(c.who, s, w) {
		out = append(out, column{id: a.id, activity: a})
	}
	return out
}

// matrices compares the training matrix by activity and by program.
func (c *comparison) matrices() error {
	for _, kind := range []report.ColumnKind{report.Activities, report.Programs} {
		for _, seat := range []report.Seat{report.AnySeat, report.EndedSeat} {
			if err := c.matrix(kind, seat); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *comparison) matrix(kind report.ColumnKind, seat report.Seat) error {
	s, f := c.sight(c.who, access.MatrixView), report.Filter{Seat: seat}
	name := "matrix of " + string(kind) + seatName(seat)
	list, columns := c.listed(s, f), c.across(s, kind, c.look(c.who, f))
	q := report.MatrixQuery{LearnerQuery: report.LearnerQuery{Filter: f, Limit: 100}, Columns: kind, ColumnLimit: 200}
	most := c.atMost(len(list))
	var got []string
	var page report.Matrix
	for {
		var err error
		page, err = c.Reports.Matrix(c.ctx, c.facts.For(access.MatrixView, c.Now), q)
		if done, err := c.refused(name, s, err); done {
			return err
		}
		if q.Cursor == "" {
			c.same(name+", total", page.Total, len(list))
			c.same(name+", of all", page.ReachTotal, c.reach(s))
			if !c.same(name+", columns", columnIDs(page.AllColumns), ids(columns)) {
				return nil
			}
		}
		for _, row := range page.Rows {
			got = append(got, fmt.Sprint(row.Learner.ID, ": ", sumText(&row.Sum)))
			for i, cell := range row.Cells {
				got = append(got, fmt.Sprint(row.Learner.ID, " in ", page.Columns[i].ID, ": ", cellText(cell)))
			}
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" || len(got) > most*(1+len(page.Columns)) {
			break
		}
	}
	onPage := columns[:min(len(columns), len(page.Columns))]
	var want []string
	for _, r := range list[:most] {
		var sum tally
		var cells []string
		for i, col := range columns {
			cell, shows := col.expect(r)
			if shows {
				sum.add(cell)
			}
			if i < len(onPage) {
				cells = append(cells, fmt.Sprint(r.id, " in ", col.id, ": ", standingText(cell, shows)))
			}
		}
		want = append(append(want, fmt.Sprint(r.id, ": ", &sum)), cells...)
	}
	if most < len(list) {
		got = got[:min(len(want), len(got))]
	}
	c.rows(name, got, want)
	return c.columnTotals(name, q, list, columns)
}

// columnTotals compares the totals of all columns over everybody.
func (c *comparison) columnTotals(name string, q report.MatrixQuery, list []*shown, columns []column) error {
	want := make([]tally, len(columns))
	for _, r := range list {
		for i, col := range columns {
			if cell, shows := col.expect(r); shows {
				want[i].add(cell)
			}
		}
	}
	q.Cursor, q.Limit = "", 1
	at := 0
	for {
		reach := c.facts.For(access.MatrixView, c.Now)
		sums, n, err := c.Reports.MatrixTotals(c.ctx, reach, q)
		if err != nil {
			return c.failed(name+", totals", err)
		}
		c.same(name+", learners of the totals", n, len(list))
		for _, sum := range sums {
			if at < len(want) {
				c.same(name+", total of "+sum.Column.ID, sumText(&sum.Sum), &want[at])
			}
			at++
		}
		page, err := c.Reports.Matrix(c.ctx, reach, q)
		if err != nil {
			return c.failed(name+", later columns", err)
		}
		if q.ColumnCursor = page.NextActivities; q.ColumnCursor == "" {
			break
		}
	}
	c.same(name+", columns with a total", at, len(columns))
	return nil
}

func columnIDs(columns []report.Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.ID
	}
	return out
}

func ids(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.id
	}
	return out
}

func cellText(c report.Cell) string {
	if !c.Shown {
		return "hidden"
	}
	e := c.Entry
	return fmt.Sprint(c.State, " ", e.Progress, " ", e.Score, " ", e.Minutes, " since ", e.Enrolled, " started ", e.Started, " due ", e.Due, " completed ", e.Completed, " valid ", e.ValidUntil, " active ", e.LastActive)
}

func standingText(s standing, shows bool) string {
	if !shows {
		return "hidden"
	}
	return fmt.Sprint(s.state, " ", s.progress, " ", s.score, " ", s.minutes, " since ", s.enrolled, " started ", s.started, " due ", s.due, " completed ", s.completed, " valid ", s.valid, " active ", s.active)
}

// sums compares the sums of every activity that reports are made of.
func (c *comparison) sums() error {
	s := c.sight(c.who, access.ReportView)
	d, err := c.Reports.Dashboard(c.ctx, c.facts.For(access.ReportView, c.Now), report.Filter{})
	if done, err := c.refused("sums", s, err); done {
		return err
	}
	list, columns := c.listed(s, report.Filter{}), c.columns(c.who, s, wanted{})
	c.same("sums, total", d.Total, len(list))
	c.same("sums, of all", d.ReachTotal, c.reach(s))
	want := make(map[access.ActivityNo]*tally, len(columns))
	for _, a := range columns {
		want[a.no] = &tally{}
	}
	var all tally
	for _, r := range list {
		for _, a := range columns {
			if r.shows(a.no) {
				cell := r.cell(a.no)
				want[a.no].add(cell)
				if cell.state != "not_enrolled" {
					all.add(cell)
				}
			}
		}
	}
	var got, expected []string
	for i := range d.ByActivity {
		got = append(got, d.ByActivity[i].Column.ID+": "+sumText(&d.ByActivity[i].Sum))
	}
	for _, a := range columns {
		expected = append(expected, a.id+": "+want[a.no].String())
	}
	c.rows("sums by activity", got, expected)
	d.All.Count[transcript.NotEnrolled] = 0
	c.same("sums of everything", sumText(&d.All), &all)
	return nil
}
