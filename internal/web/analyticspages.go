package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// analyticsRoutes are the parts of the analytics beside the overview.
func (p *Pages) analyticsRoutes() []server.Route {
	part := func(name string, handle server.Handler) server.Route {
		return server.Route{Pattern: "GET /o/{organization}/reports/analytics/" + name, Permission: access.ReportView, Handle: countingOnce(handle), Rate: server.Heavy}
	}
	return []server.Route{
		part(string(report.UsersTab), p.userAnalytics),
		part(riskPart, p.risks),
		part(string(report.ActivitiesTab), p.activityAnalytics),
		part(string(report.ProgramsTab), p.programAnalytics),
		part(string(report.TeamsTab), p.teamAnalytics),
		part(string(report.LocationsTab), p.locationAnalytics),
		part(string(report.ParticipationTab), p.participationAnalytics),
	}
}

// analyticsAsk is what an address of the analytics asks for, and how it is
// said in the address of the next part.
type analyticsAsk struct {
	filter report.Filter
	days   int // of the range that ends today; 0 for one with a first and a last day
	state  url.Values
}

// analyticsAsked reads it.
func analyticsAsked(r *http.Request) (analyticsAsk, error) {
	query := r.URL.Query()
	today := today(server.VisitOf(r.Context()))
	f, err := sumsFilter(url.Values{"q": query["q"], "location": query["location"], "team": query["team"], "purchase": query["purchase"], "organization": query["organization"]}, today)
	if err != nil {
		return analyticsAsk{}, err
	}
	f.Activity = query.Get("activity")
	ask := analyticsAsk{}
	if f.Period, ask.days, err = daysOf(query, today); err != nil {
		return ask, err
	}
	ask.filter, ask.state = f, analyticsState(f, ask.days)
	return ask, nil
}

// analyticsOf begins a part of the analytics: everything that the parts share.
func (p *Pages) analyticsOf(r *http.Request, page Page, reach access.Reach, tab report.Tab, ask analyticsAsk, frame report.Frame) (AnalyticsView, error) {
	visit := server.VisitOf(r.Context())
	action := tabAddress(r, tab)
	v := AnalyticsView{
		Title: page.tabName(tab), Tally: Tally{Found: frame.Learners, All: frame.ReachTotal}, At: visit.Now,
		From: frame.Period.From, To: frame.Period.To, BeforeFrom: frame.Before.From, BeforeTo: frame.Before.To,
		Range: page.rangeOf(action, ask.state, ask.days, frame.Period),
	}
	v.Tabs = append(v.Tabs, TabLink{Label: page.tabName(""), To: addressWith(tabAddress(r, ""), ask.state), Here: tab == ""})
	for _, t := range report.Tabs(reach, visit.Reach(access.TeamList)) {
		v.Tabs = append(v.Tabs, TabLink{Label: page.tabName(t), To: addressWith(tabAddress(r, t), ask.state), Here: tab == t})
	}
	if visit.Can(access.ReportExport) {
		v.Downloads = page.downloadsOf(r, ask.filter)
	}
	var err error
	v.Filters, err = p.analyticsBar(r, page, reach, action, ask)
	return v, err
}

// analyticsBar narrows every part alike.
func (p *Pages) analyticsBar(r *http.Request, page Page, reach access.Reach, action templ.SafeURL, ask analyticsAsk) (Filters, error) {
	choices, err := p.Reports.Choices(r.Context(), reach)
	if err != nil {
		return Filters{}, err
	}
	f, err := p.sumsBar(r, page, choices.Facets, reach, action)
	if err != nil {
		return f, err
	}
	if len(choices.Activities) > 0 {
		f.Choices = append(f.Choices, page.ActivityFilter(options(choices.Activities, ask.filter.Activity)))
	}
	for _, name := range []string{"days", "from", "to"} {
		if value := ask.state.Get(name); value != "" {
			f.Keep.Set(name, value)
		}
	}
	return f, nil
}

// downloadsOf are the three reports that say in a file what the analytics show.
func (p Page) downloadsOf(r *http.Request, f report.Filter) []DownloadView {
	var out []DownloadView
	for _, d := range []struct {
		key         report.Key
		name, about string
	}{
		{report.EnrollmentsReport, "analytics.file_enrollment", "analytics.file_enrollment_about"},
		{report.ProgressReport, "analytics.file_progress", "analytics.file_progress_about"},
		{report.CompletionReport, "analytics.file_participation", "analytics.file_participation_about"},
	} {
		state := queryOf(report.Request{Report: d.key, Filter: f})
		out = append(out, DownloadView{Name: p.T(d.name), About: p.T(d.about), Run: here(r, "reports", string(d.key), "runs"), State: state})
	}
	return out
}

// tabName names a part of the analytics.
func (p Page) tabName(tab report.Tab) string {
	switch tab {
	case report.UsersTab:
		return p.T("nav.users")
	case report.ActivitiesTab:
		return p.T("analytics.activities")
	case report.ProgramsTab:
		return p.T("analytics.programs")
	case report.TeamsTab:
		return p.T("analytics.teams")
	case report.LocationsTab:
		return p.T("nav.locations")
	case report.ParticipationTab:
		return p.T("overview.participation")
	}
	return p.T("overview.title")
}

// listAt is where the rows behind a figure are.
func listAt(r *http.Request, l report.List) templ.SafeURL {
	return reportAddress(r, report.Request{Report: l.Report, Filter: l.Filter})
}

// trendOf is how a figure has changed; nothing where it has not.
func (p Page) trendOf(c report.Change) *Trend {
	if c.Now == c.Before {
		return nil
	}
	return &Trend{Text: p.signed(c.Now - c.Before), Up: c.Now > c.Before}
}
