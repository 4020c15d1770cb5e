package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

const (
	weeksDrawn      = 26
	matrixLearners  = 8
	matrixColumnsOf = 10 // of the small matrix
	attentionRows   = 8
)

// reportNeeds is the permission behind Report Center and everything that the
// dashboard is made of.
const reportNeeds = access.ReportView

// dashboard is where an administrator's day begins: figures, completions week
// by week, locations, the first corner of the matrix and what is pressing.
func (p *Pages) dashboard(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	visit := server.VisitOf(r.Context())
	reach := visit.Reach(reportNeeds)
	filter, err := sumsFilter(r.URL.Query(), today(visit))
	if err != nil {
		return err
	}
	filter.Period = report.Period{} // the dashboard is about now
	var o report.Overview
	if seesOthers(reach) {
		if o, err = p.Reports.Overview(r.Context(), reach, report.OverviewQuery{Filter: filter, Step: report.Weeks, Steps: weeksDrawn, Places: placesShown, Organizations: placesShown}); err != nil {
			return err
		}
	}
	page, err := p.framed(r, PlaceDashboard, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.dashboard")
	if !seesOthers(reach) {
		return show(w, r, http.StatusOK, Dashboard(page, DashboardView{Missing: true}))
	}
	facets, err := p.Reports.Facets(r.Context(), reach)
	if err != nil {
		return err
	}
	to := listsOf(r, filter)
	waiting, err := p.waiting(r)
	if err != nil {
		return err
	}
	bar, err := p.sumsBar(r, page, facets, reach, here(r, "dashboard"))
	if err != nil {
		return err
	}
	v := DashboardView{
		Waiting: waiting,
		Tally:   Tally{Found: o.Learners, All: o.ReachTotal}, At: visit.Now, Filters: bar,
		Figures: page.dashboardFigures(o, to), Steps: page.stepsChart(o.Series, report.Weeks),
		ShowPlaces: reach.Carries().Location && filter.Location == "" && facets.HaveLocations(), PlacesTo: to.report(report.ProgressReport, "group", "location"),
	}
	if v.ShowPlaces {
		v.Places = page.places(o, to)
	}
	if filter.Organization == "" {
		v.Organizations, v.OrganizationsTo = organizationRows(o), to.report(report.ProgressReport, "group", "organization")
	}
	if err := p.addMatrix(r, o, filter, to, &v); err != nil {
		return err
	}
	if err := p.addAttention(r, page, reach, filter, to, &v); err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Dashboard(page, v))
}

// addMatrix adds the first learners and columns; their rates are those that
// were added up already.
func (p *Pages) addMatrix(r *http.Request, o report.Overview, filter report.Filter, to lists, v *DashboardView) error {
	reach := server.VisitOf(r.Context()).Reach(access.MatrixView)
	if !seesOthers(reach) {
		return nil
	}
	mq := report.MatrixQuery{LearnerQuery: report.LearnerQuery{Filter: filter, Limit: matrixLearners}, ColumnLimit: matrixColumnsOf}
	m, err := p.Reports.Matrix(r.Context(), reach, mq)
	if err != nil {
		return err
	}
	v.ShowMatrix, v.Matrix, v.MatrixTo = true, p.matrixView(r, m, mq), addressWith(here(r, "matrix"), to.keep)
	for i := range v.Matrix.Columns {
		column := &v.Matrix.Columns[i]
		for j := range o.ByActivity {
			if o.ByActivity[j].Column.ID == column.ID {
				column.Rate, column.Rated = o.ByActivity[j].Sum.CompletionRate()
			}
		}
	}
	return nil
}

// addAttention adds what is overdue longest; of many learners it comes after the page.
func (p *Pages) addAttention(r *http.Request, page Page, reach access.Reach, filter report.Filter, to lists, v *DashboardView) error {
	v.ShowDue, v.Due = true, to.report(report.DueReport, "sort", "due_on")
	if page.Shell.Learners > sumsAtOnce {
		v.DueLater = addressWith(here(r, "dashboard", "attention"), to.keep)
		return nil
	}
	var err error
	v.Attention, err = p.attentionRows(r, reach, filter)
	return err
}

// attention is the list of what is pressing by itself.
func (p *Pages) attention(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	page, err := p.framed(r, PlaceDashboard, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.dashboard")
	visit := server.VisitOf(r.Context())
	reach := visit.Reach(reportNeeds)
	if err := reach.For(reportNeeds); err != nil {
		return err
	}
	filter, err := sumsFilter(r.URL.Query(), today(visit))
	if err != nil {
		return err
	}
	filter.Period = report.Period{}
	v := DashboardView{ShowDue: true, Due: listsOf(r, filter).report(report.DueReport, "sort", "due_on")}
	if v.Attention, err = p.attentionRows(r, reach, filter); err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Attention(page, v))
}

func (p *Pages) attentionRows(r *http.Request, reach access.Reach, filter report.Filter) ([]AttentionRow, error) {
	rq := report.Request{Report: report.DueReport, Filter: filter, Columns: []string{"learner", "activity", "state", "progress", "due_on", "days_late"}, Sort: "due_on"}
	t, err := p.Reports.Table(r.Context(), reach, rq, attentionRows, "")
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, column := range t.Columns {
		at[column.Key] = i
	}
	mayOpen := server.VisitOf(r.Context()).Can(access.MatrixView)
	out := make([]AttentionRow, len(t.Rows))
	for i, row := range t.Rows {
		value := func(key string) report.Value { return row.Values[at[key]] }
		due := value("due_on").Day()
		out[i] = AttentionRow{
			LearnerID: string(row.Learner), Learner: value("learner").Text, Activity: value("activity").Text,
			Standing: Standing{State: State(value("state").State().String()), Progress: int(value("progress").Number / 10), Due: due, On: due.Add(int(value("days_late").Number))},
		}
		if mayOpen {
			out[i].Details = with(here(r, "matrix", "cell"), "learner", string(row.Learner), "activity", row.Activity)
		}
	}
	return out, nil
}
