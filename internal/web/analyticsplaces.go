package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// locationAnalytics rolls the learners up to the places of one level.
func (p *Pages) locationAnalytics(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	found, err := p.Reports.LocationAnalytics(r.Context(), reach, ask.filter)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.reports")
	head, err := p.analyticsOf(r, page, reach, report.LocationsTab, ask, found.Frame)
	if err != nil {
		return err
	}
	into := func(id string) templ.SafeURL {
		state := url.Values{}
		for name, values := range ask.state {
			state[name] = values
		}
		if state.Del("location"); id != "" {
			state.Set("location", id)
		}
		return addressWith(tabAddress(r, report.LocationsTab), state)
	}
	v := page.placeAnalyticsView(found, func(l report.List) templ.SafeURL { return listAt(r, l) }, into)
	return show(w, r, http.StatusOK, PlaceAnalytics(page, head, v))
}

// placeAnalyticsView puts places into a chart and a table; into leads to the
// places below one.
func (p Page) placeAnalyticsView(a report.LocationAnalytics, at func(report.List) templ.SafeURL, into func(string) templ.SafeURL) PlaceAnalyticsView {
	v := PlaceAnalyticsView{
		Empty: a.Empty, More: a.More, Top: into(""), Within: a.Within.Name,
		Stack: StackChart{ID: "place-states", Title: p.T("analytics.by_location"), Heading: p.T("field.location"), Parts: p.workParts(), Empty: p.T("analytics.no_enrollments"), Next: p.T("analytics.no_enrollments_next")},
		Table: ComparisonTable{Heading: p.T("field.location")},
	}
	for i := range a.Places {
		g := &a.Places[i]
		in := func(m report.Measure) templ.SafeURL { return at(a.List(m).Location(g.ID)) }
		row := p.compared(g.Name, &g.Group, in)
		if g.Deeper {
			row.To = into(g.ID)
		}
		v.Table.Rows = append(v.Table.Rows, row)
		v.Stack.All = append(v.Stack.All, StackRow{Name: g.Name, To: in(report.CountedOnes), Values: workValues(&g.Work), Note: p.rateNote(&g.Work)})
	}
	v.Stack.finish(p)
	if a.Others.Learners > 0 {
		row := p.compared(p.T("dashboard.elsewhere"), &a.Others, func(report.Measure) templ.SafeURL { return "" })
		row.Note = p.T("analytics.elsewhere_means")
		v.Table.Rows = append(v.Table.Rows, row)
	}
	if len(a.Organizations) > 1 {
		v.Organizations = ComparisonTable{Heading: p.Parameter("organization")}
		for i := range a.Organizations {
			g := &a.Organizations[i]
			row := p.compared(g.Organization.Name, &g.Group, func(m report.Measure) templ.SafeURL {
				return at(a.List(m).Organization(g.Organization.ID))
			})
			v.Organizations.Rows = append(v.Organizations.Rows, row)
		}
	}
	return v
}
