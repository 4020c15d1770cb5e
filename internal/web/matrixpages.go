package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// sumsAtOnce is up to how many learners the totals come with the page; more
// are added up right after it, so that nobody waits for the first look.
const sumsAtOnce = 6000

// matrixQuery reads the matrix's state from the address.
func matrixQuery(r *http.Request) (report.MatrixQuery, error) {
	query := r.URL.Query()
	filter, err := filterOf(query)
	if err != nil {
		return report.MatrixQuery{}, err
	}
	mq := report.MatrixQuery{
		LearnerQuery: report.LearnerQuery{Filter: filter, Cursor: query.Get("cursor")},
		Pick:         query["activity"], ColumnCursor: query.Get("columns_cursor"),
	}
	switch query.Get("columns") {
	case "", string(report.Activities):
	case string(report.Programs):
		mq.Columns = report.Programs
	default:
		return mq, fault.Field("columns", "Columns are activities or programs.")
	}
	return mq, nil
}

func (p *Pages) matrix(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	mq, err := matrixQuery(r)
	if err != nil {
		return err
	}
	mq.TotalsUpTo = sumsAtOnce
	m, err := p.Reports.Matrix(r.Context(), reach, mq)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceMatrix, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.matrix")
	v := p.matrixView(r, m, mq)
	if v.Filters, err = p.filterBar(r, page, reach, here(r, "matrix")); err != nil {
		return err
	}
	v.Filters.Picks = page.ActivityPicks(picks(m.AllColumns, mq.Pick))
	if mq.Columns == report.Programs {
		v.Filters.Keep = map[string][]string{"columns": {string(report.Programs)}}
	}
	return show(w, r, http.StatusOK, Matrix(page, v))
}

func picks(columns []report.Column, chosen []string) []Option {
	out := make([]Option, len(columns))
	for i, c := range columns {
		out[i] = Option{Value: c.ID, Label: c.Title}
		for _, id := range chosen {
			out[i].Chosen = out[i].Chosen || id == c.ID
		}
	}
	return out
}

func (p *Pages) matrixView(r *http.Request, m report.Matrix, mq report.MatrixQuery) MatrixView {
	action := here(r, "matrix")
	v := MatrixView{
		Tally: Tally{Found: m.Total, All: m.ReachTotal}, Programs: mq.Columns == report.Programs,
		Activities:  withPresent(r, action, "columns", "", "activity", "", "cursor", "", "columns_cursor", ""),
		ProgramsURL: withPresent(r, action, "columns", string(report.Programs), "activity", "", "cursor", "", "columns_cursor", ""),
		Cell:        here(r, "matrix", "cell"), FirstColumn: 1, AllColumns: len(m.AllColumns),
		Totals: MatrixTotals{Learners: m.Total},
	}
	if len(mq.Pick) > 0 {
		v.AllColumns = len(report.Pick(m.AllColumns, mq.Pick))
	}
	if server.VisitOf(r.Context()).Can(access.ReportExport) {
		v.Export, v.State = here(r, "matrix", "runs"), r.URL.Query()
	}
	if m.NextCursor != "" {
		v.More = withPresent(r, action, "cursor", m.NextCursor)
	}
	if m.NextActivities != "" {
		v.LaterColumns = withPresent(r, action, "columns_cursor", m.NextActivities, "cursor", "")
	}
	if mq.ColumnCursor != "" {
		v.EarlierColumns = withPresent(r, action, "columns_cursor", "", "cursor", "")
		v.FirstColumn = firstColumn(m) + 1
	}
	v.Columns, v.Totals = matrixColumns(m, v.Totals)
	if !m.Summed {
		v.TotalsLater = withPresent(r, here(r, "matrix", "totals"), "cursor", "")
	}
	for _, row := range m.Rows {
		out := MatrixRow{ID: string(row.Learner.ID), Name: row.Learner.Name, Below: underName(row.Learner), Completed: row.Sum.Done(), Enrolled: row.Sum.Counted()}
		for _, c := range row.Cells {
			out.Cells = append(out.Cells, standingOf(c.Entry, c.State, m.Today.Today))
		}
		v.Rows = append(v.Rows, out)
	}
	return v
}

// firstColumn is where the page's columns begin among those of the filter.
func firstColumn(m report.Matrix) int {
	for i, c := range m.AllColumns {
		if len(m.Columns) > 0 && c.ID == m.Columns[0].ID {
			return i
		}
	}
	return 0
}

func matrixColumns(m report.Matrix, totals MatrixTotals) ([]MatrixColumn, MatrixTotals) {
	out := make([]MatrixColumn, len(m.Columns))
	var all transcript.Sum
	for i, c := range m.Columns {
		out[i] = MatrixColumn{ID: c.ID, Title: c.Title}
		if i < len(m.Totals) {
			sum := m.Totals[i].Sum
			out[i].Completed, out[i].Enrolled = sum.Done(), sum.Counted()
			out[i].Rate, out[i].Rated = sum.CompletionRate()
			all.Merge(&sum)
		}
	}
	totals.Completed, totals.Enrolled = all.Done(), all.Counted()
	totals.Rate, totals.Rated = all.CompletionRate()
	return out, totals
}

// underName is what stands under a learner's name: the place, else what they were bought.
func underName(l report.Learner) string {
	if l.Location != "" || len(l.Purchases) == 0 {
		return l.Location
	}
	return l.Purchases[0].Company
}

// matrixTotals adds the columns up over the whole filtered set.
func (p *Pages) matrixTotals(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	mq, err := matrixQuery(r)
	if err != nil {
		return err
	}
	mq.Cursor = ""
	sums, total, err := p.Reports.MatrixTotals(r.Context(), reach, mq)
	if err != nil {
		return err
	}
	m := report.Matrix{Totals: sums}
	for _, s := range sums {
		m.Columns = append(m.Columns, s.Column)
	}
	v := MatrixView{Totals: MatrixTotals{Learners: total}}
	v.Columns, v.Totals = matrixColumns(m, v.Totals)
	page, err := p.framed(r, PlaceMatrix, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.matrix")
	return show(w, r, http.StatusOK, MatrixSums(page, v))
}

func (p *Pages) cell(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	query := r.URL.Query()
	column := query.Get("activity")
	if column == "" {
		column = query.Get("program")
	}
	detail, err := p.Reports.Cell(r.Context(), reach, access.AccountID(query.Get("learner")), column)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceMatrix, detail.Row.Column.Title)
	if err != nil {
		return err
	}
	e := detail.Row.Entry
	v := CellView{
		LearnerID: string(detail.Learner.ID), Learner: detail.Learner.Name, Title: detail.Row.Column.Title, Back: here(r, "matrix"),
		Standing:   standingOf(e, detail.Row.State, detail.Today.Today),
		EnrolledOn: e.Enrolled, StartedOn: e.Started, CompletedOn: e.Completed, LastActiveOn: e.LastActive, Minutes: int(e.Minutes),
	}
	for _, part := range detail.Parts {
		v.Parts = append(v.Parts, enrollmentRowOf(page, part, detail.Today))
	}
	return show(w, r, http.StatusOK, Cell(page, v))
}
