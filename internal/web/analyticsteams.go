package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// teamAnalytics puts teams side by side, one's own first.
func (p *Pages) teamAnalytics(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	tq := report.TeamQuery{Filter: ask.filter, Search: query.Get("name"), Mine: query.Get("mine") == "yes", Cursor: query.Get("cursor")}
	found, err := p.Reports.TeamAnalytics(r.Context(), reach, server.VisitOf(r.Context()).Reach(access.TeamList), tq)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.reports")
	head, err := p.analyticsOf(r, page, reach, report.TeamsTab, ask, found.Frame)
	if err != nil {
		return err
	}
	v := page.teamAnalyticsView(found, func(l report.List) templ.SafeURL { return listAt(r, l) })
	v.Action, v.State, v.Search, v.Mine = tabAddress(r, report.TeamsTab), ask.state, tq.Search, tq.Mine
	v.Pages = pages(r, v.Action, found.NextCursor)
	return show(w, r, http.StatusOK, TeamAnalytics(page, head, v))
}

// teamAnalyticsView puts teams into a chart and a table.
func (p Page) teamAnalyticsView(a report.TeamAnalytics, at func(report.List) templ.SafeURL) TeamAnalyticsView {
	v := TeamAnalyticsView{
		Empty: a.Empty, Total: a.Total, State: url.Values{},
		Stack: StackChart{ID: "team-states", Title: p.T("analytics.by_team"), Heading: p.T("filter.team"), Parts: p.workParts(), Empty: p.T("analytics.no_enrollments"), Next: p.T("analytics.no_enrollments_next")},
		Table: ComparisonTable{Heading: p.T("filter.team"), Trend: true},
	}
	var ids []access.TeamID
	for i := range a.Teams {
		g := &a.Teams[i]
		ids = append(ids, g.ID)
		in := func(m report.Measure) templ.SafeURL { return at(a.List(m).Team(g.ID)) }
		row := p.compared(g.Name, &g.Group, in)
		row.To, row.Mine = in(report.Learners), g.Mine
		if g.Owner != "" && !g.Mine {
			row.Note = p.T("analytics.team_of", "Name", g.Owner)
		}
		row.Spark = Spark{Values: g.Trend, Said: p.sparkSaid(g.Trend)}
		v.Table.Rows = append(v.Table.Rows, row)
		v.Stack.All = append(v.Stack.All, StackRow{Name: g.Name, To: in(report.CountedOnes), Values: workValues(&g.Work), Note: p.rateNote(&g.Work)})
	}
	v.Stack.finish(p)
	if len(a.Teams) > 1 {
		total := p.compared(p.T("analytics.together"), &a.Together, func(m report.Measure) templ.SafeURL { return at(a.List(m).Team(ids...)) })
		total.Note = p.T("analytics.each_once")
		v.Table.Total = &total
	}
	return v
}

// sparkSaid reads a small line out.
func (p Page) sparkSaid(values []int) string {
	out := p.T("analytics.trend_says")
	for i, v := range values {
		if i > 0 {
			out += p.T("list.comma")
		} else {
			out += " "
		}
		out += p.Number(v)
	}
	return out
}
