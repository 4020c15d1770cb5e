package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// barsDrawn is how many activities the chart shows; its table has all.
const barsDrawn = 12

// sumsFilter reads what figures and charts are narrowed by.
func sumsFilter(query url.Values, today day.Day) (report.Filter, error) {
	f, err := filterOf(url.Values{"q": query["q"], "location": query["location"], "team": query["team"], "purchase": query["purchase"]})
	if err != nil {
		return f, err
	}
	f.Organization = query.Get("organization")
	f.Period, err = periodOf(query, today)
	return f, err
}

// lists leads from a figure to the list behind it, which is narrowed alike.
type lists struct {
	slug string
	keep url.Values
}

// listsOf keeps the filters of a page.
func listsOf(r *http.Request, f report.Filter) lists {
	keep := url.Values{}
	for name, value := range map[string]string{
		"q": f.Query, "organization": f.Organization, "location": f.Location, "team": f.Team, "purchase": f.Purchase, "activity": f.Activity,
	} {
		if value != "" {
			keep.Set(name, value)
		}
	}
	if f.Period != (report.Period{}) {
		keep.Set("from", f.Period.From.String())
		keep.Set("to", f.Period.To.String())
	}
	return lists{slug: r.PathValue("organization"), keep: keep}
}

// report is the address of a report with more filters.
func (l lists) report(key report.Key, pairs ...string) templ.SafeURL {
	query := url.Values{}
	for name, values := range l.keep {
		query[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return addressWith(OrganizationPath(l.slug, "reports", string(key)), query)
}

// seats is the address of a list of seats, which has the filter by purchase alone.
func (l lists) seats(parts ...string) templ.SafeURL {
	query := url.Values{}
	if purchase := l.keep.Get("purchase"); purchase != "" {
		query.Set("purchase", purchase)
	}
	return addressWith(OrganizationPath(l.slug, parts...), query)
}

// sumsBar is the bar above figures: whom they are about.
func (p *Pages) sumsBar(r *http.Request, page Page, facets report.Facets, reach access.Reach, action templ.SafeURL) (Filters, error) {
	query := r.URL.Query()
	f := Filters{Action: action, Search: query.Get("q"), Keep: url.Values{}}
	if len(facets.Purchases) > 0 {
		f.Choices = append(f.Choices, page.PurchaseFilter(options(facets.Purchases, query.Get("purchase"))))
	}
	places, err := p.locationChoice(r, page, reach, facets, action, query.Get("location"))
	if err != nil {
		return f, err
	}
	f.Choices = append(f.Choices, places...)
	if len(facets.Teams) > 0 && reach.Carries().Team {
		f.Choices = append(f.Choices, page.TeamFilter(options(facets.Teams, query.Get("team"))))
	}
	if organization := query.Get("organization"); organization != "" {
		f.Keep.Set("organization", organization)
	}
	return f, nil
}

// summed is the answer behind the head of Report Center: one walk over the learners.
func (p *Pages) summed(r *http.Request, reach access.Reach) (report.Overview, analyticsAsk, error) {
	ask, err := analyticsAsked(r)
	if err != nil {
		return report.Overview{}, ask, err
	}
	o, err := p.Reports.Overview(r.Context(), reach, report.OverviewQuery{Filter: ask.filter})
	return o, ask, err
}

// overview makes the head of Report Center.
func (p *Pages) overview(r *http.Request, page Page, reach access.Reach, o report.Overview, ask analyticsAsk) (OverviewView, error) {
	frame := report.Frame{Learners: o.Learners, ReachTotal: o.ReachTotal, Period: report.Period{From: o.From, To: o.To}, Before: report.Period{From: day.None, To: day.None}}
	head, err := p.analyticsOf(r, page, reach, "", ask, frame)
	if err != nil {
		return OverviewView{}, err
	}
	to := listsOf(r, ask.filter)
	v := OverviewView{
		Head: head, Figures: page.overviewFigures(o, to, server.VisitOf(r.Context()).Can(access.LearnerView)),
		Steps: page.stepsChart(o.Series, report.Months), Activities: page.activitiesChart(o.ByActivity, to),
	}
	v.Steps.Height = beside(v.Activities)
	return v, nil
}

// stepsChart draws what was started and completed in each step of time.
func (p Page) stepsChart(series []report.StepFigure, step report.Step) TimeChart {
	c := TimeChart{
		ID: "steps", Title: p.T("chart.per_month"), Unit: p.T("chart.month"),
		First: ChartLine{Name: p.T("chart.completions")}, Second: ChartLine{Name: p.T("chart.starts")},
	}
	if step == report.Weeks {
		c.Title, c.Unit = p.T("chart.per_week"), p.T("chart.week")
	}
	total, erased := 0, 0
	for i, s := range series {
		shown := ChartStep{Label: p.Month(s.From), Name: p.MonthOfYear(s.From)}
		if step == report.Weeks {
			shown.Name = p.T("chart.week_of", "Day", p.Day(s.From))
			if i == 0 || p.Month(series[i-1].From) == p.Month(s.From) {
				shown.Label = "" // a month is named where its first whole week stands
			}
		}
		if s.Erased > 0 {
			shown.Note = p.Number(s.Erased)
		}
		c.Steps = append(c.Steps, shown)
		c.First.Values = append(c.First.Values, s.Finished)
		c.Second.Values = append(c.Second.Values, s.Begun)
		total, erased = total+s.Finished, erased+s.Erased
	}
	if erased > 0 {
		c.Notes = p.T("chart.erased")
	}
	if len(series) > 0 {
		c.About = p.N("chart.steps_about", total, "From", p.Day(series[0].From), "To", p.Day(series[len(series)-1].To))
	}
	return c
}

// activitiesChart compares the activities by how many have completed them.
func (p Page) activitiesChart(list []report.ActivityFigure, to lists) BarChart {
	c := BarChart{ID: "activities", Title: p.T("chart.by_activity")}
	for i := range list {
		a := &list[i]
		bar := Bar{Name: a.Column.Title, Done: a.Sum.Done(), Of: a.Sum.Counted(), Recent: a.Finished}
		bar.Rate, bar.Rated = a.Sum.CompletionRate()
		bar.To = to.report(report.EnrollmentsReport, "activity", a.Column.ID, "did", string(report.DidComplete))
		c.All = append(c.All, bar)
	}
	slices.SortStableFunc(c.All, func(a, b Bar) int { return cmp.Or(cmp.Compare(b.Done, a.Done), cmp.Compare(b.Of, a.Of)) })
	c.Bars = c.All[:min(barsDrawn, len(c.All))]
	c.About = p.N("chart.activities_about", len(c.All), "Shown", len(c.Bars))
	return c
}
