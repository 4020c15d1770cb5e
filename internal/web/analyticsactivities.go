package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// How many things a chart draws, and a table lists; the report has all.
const (
	comparedDrawn  = 12
	comparedListed = 100
)

// activityAnalytics is about each activity.
func (p *Pages) activityAnalytics(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	found, err := p.Reports.ActivityAnalytics(r.Context(), reach, ask.filter)
	if err != nil {
		return err
	}
	return p.showActivities(w, r, reach, ask, report.ActivitiesTab, found.Frame, found.Activities)
}

// programAnalytics is about each program.
func (p *Pages) programAnalytics(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	found, err := p.Reports.ProgramAnalytics(r.Context(), reach, ask.filter)
	if err != nil {
		return err
	}
	return p.showActivities(w, r, reach, ask, report.ProgramsTab, found.Frame, found.Programs)
}

func (p *Pages) showActivities(w http.ResponseWriter, r *http.Request, reach access.Reach, ask analyticsAsk, tab report.Tab, frame report.Frame, groups []report.ActivityGroup) error {
	page, err := p.framed(r, PlaceReports, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.reports")
	head, err := p.analyticsOf(r, page, reach, tab, ask, frame)
	if err != nil {
		return err
	}
	v := page.activityAnalyticsView(tab, frame, groups, func(l report.List) templ.SafeURL { return listAt(r, l) })
	if tab == report.ActivitiesTab {
		v.AllTo = reportAddress(r, report.Request{Report: report.ActivitiesReport, Filter: frame.Filter})
	} else {
		v.AllTo = reportAddress(r, report.Request{Report: report.ProgramsReport, Filter: frame.Filter})
	}
	return show(w, r, http.StatusOK, ActivityAnalytics(page, head, v))
}

// activityAnalyticsView puts activities, or programs, into charts and a table:
// those with the most enrollments first.
func (p Page) activityAnalyticsView(tab report.Tab, frame report.Frame, groups []report.ActivityGroup, at func(report.List) templ.SafeURL) ActivityAnalyticsView {
	v := ActivityAnalyticsView{Empty: frame.Empty, Count: len(groups)}
	heading, title, took := p.T("field.activity"), p.T("analytics.by_activity"), p.T("analytics.took_by_activity")
	if tab == report.ProgramsTab {
		heading, title, took = p.T("report.column.program"), p.T("analytics.by_program"), p.T("analytics.took_by_program")
		v.NoneTitle, v.NoneNext = p.T("analytics.no_programs"), p.T("analytics.no_programs_next")
	} else {
		v.NoneTitle, v.NoneNext = p.T("chart.no_activities"), p.T("matrix.no_columns_next")
	}
	groups = slices.Clone(groups)
	slices.SortStableFunc(groups, func(a, b report.ActivityGroup) int { return cmp.Compare(b.Work.Counted(), a.Work.Counted()) })
	v.Stack = StackChart{ID: string(tab) + "-states", Title: title, Heading: heading, Parts: p.workParts()}
	v.Took = SpreadChart{ID: string(tab) + "-took", Title: took, Heading: heading, Empty: p.T("analytics.no_completions"), Next: p.T("analytics.no_completions_next")}
	v.Table = ComparisonTable{Heading: heading, Took: true}
	for i := range groups {
		g := &groups[i]
		in := func(m report.Measure) templ.SafeURL { return at(frame.List(m).Activity(g.Column.ID)) }
		row := p.compared(g.Column.Title, &g.Group, in)
		row.To = in(report.Enrollments)
		if g.Took.Measured > 0 {
			row.Took = p.N("chart.days", g.Took.Median)
			v.Took.All = append(v.Took.All, spreadRow(g.Column.Title, in(report.Finished), g.Took))
		}
		v.Table.Rows = append(v.Table.Rows, row)
		v.Stack.All = append(v.Stack.All, StackRow{Name: g.Column.Title, To: in(report.CountedOnes), Values: workValues(&g.Work), Note: p.rateNote(&g.Work)})
	}
	v.Stack.finish(p)
	v.Took.finish(p)
	v.Table.Rows = v.Table.Rows[:min(comparedListed, len(v.Table.Rows))]
	return v
}

// finish draws the first rows and says what the drawing shows.
func (c *StackChart) finish(p Page) {
	c.All = slices.DeleteFunc(c.All, func(r StackRow) bool { return r.total() == 0 })
	c.Rows = c.All[:min(comparedDrawn, len(c.All))]
	c.About, c.TableName = p.N("chart.stack_about", len(c.All), "Shown", len(c.Rows)), p.N("chart.rows_as_table", len(c.All))
}

func (c *SpreadChart) finish(p Page) {
	c.Rows = c.All[:min(comparedDrawn, len(c.All))]
	c.About = p.N("chart.spread_about", len(c.All), "Shown", len(c.Rows))
}
