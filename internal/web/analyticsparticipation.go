package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// participationAnalytics is about who took part when.
func (p *Pages) participationAnalytics(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	found, err := p.Reports.ParticipationAnalytics(r.Context(), reach, ask.filter)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.reports")
	head, err := p.analyticsOf(r, page, reach, report.ParticipationTab, ask, found.Frame)
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, ParticipationAnalytics(page, head, page.participationView(found, func(l report.List) templ.SafeURL { return listAt(r, l) })))
}

// participationView puts the figures into charts.
func (p Page) participationView(a report.ParticipationAnalytics, at func(report.List) templ.SafeURL) ParticipationView {
	in := func(m report.Measure) templ.SafeURL { return at(a.List(m)) }
	v := ParticipationView{Empty: a.Empty}
	took := share(a.All.Active.Now, a.All.Learners)
	v.Figures = []Figure{
		{ID: "took-part", Icon: "users", Label: p.T("overview.participation"), Value: p.known(p.Percent(took), a.All.Learners > 0), Note: p.T("users.ratio", "Completed", a.All.Active.Now, "Enrolled", a.All.Learners), About: p.T("overview.participation_about", "From", p.Day(a.Period.From), "To", p.Day(a.Period.To)), To: in(report.ActiveOnes)},
		{ID: "joined", Icon: "plus", Label: p.T("analytics.joined"), Value: p.Number(a.All.Joined.Now), Note: p.T("analytics.before", "Count", a.All.Joined.Before), About: p.T("analytics.joined_about"), To: in(report.Joined), Trend: p.trendOf(a.All.Joined)},
		{ID: "begun", Icon: "player-play", Label: p.T("analytics.begun"), Value: p.Number(a.All.Begun.Now), Note: p.T("analytics.before", "Count", a.All.Begun.Before), About: p.T("analytics.begun_about"), To: in(report.Begun), Trend: p.trendOf(a.All.Begun)},
		{ID: "finished", Icon: "circle-check", Label: p.T("analytics.finished"), Value: p.Number(a.All.Finished.Now), Note: p.T("analytics.before", "Count", a.All.Finished.Before), About: p.T("analytics.finished_about"), To: in(report.Finished), Trend: p.trendOf(a.All.Finished)},
	}
	v.Active = p.measure(a.Frame, a.Series, a.Step, "active", "analytics.active", "analytics.active_about", a.All.Active, in(report.ActiveOnes), func(c report.Counts) int { return c.Active })
	v.Active.Way.Height = plotHeight
	v.Weekdays = ColumnChart{
		ID: "weekdays", Title: p.T("analytics.weekdays"), Heading: p.T("chart.weekday"), Amount: p.T("analytics.active"), About: p.T("analytics.weekdays_about"),
		Empty: p.T("chart.nothing"), Next: p.T("analytics.nothing_next"),
	}
	most := 0
	for _, n := range a.Weekdays {
		most = max(most, n)
	}
	for i, name := range p.weekdays() {
		v.Weekdays.Columns = append(v.Weekdays.Columns, ChartColumn{Label: p.weekdayShort(i), Name: name, Count: a.Weekdays[i], Strong: most > 0 && a.Weekdays[i] == most})
	}
	if len(a.Days) > 1 {
		v.Calendar = p.calendarOf(a.Days, func(s report.Period) templ.SafeURL { return at(a.List(report.ActiveOnes).During(s)) })
	}
	return v
}
