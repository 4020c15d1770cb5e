package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// reportFilters offers the filters that the report has and the access carries.
func (p *Pages) reportFilters(r *http.Request, page Page, reach access.Reach, rep report.Report, rq report.Request) (Filters, error) {
	choices, err := p.Reports.Choices(r.Context(), reach)
	if err != nil {
		return Filters{}, err
	}
	f := Filters{Action: here(r, "reports", string(rep.Key)), Search: rq.Filter.Query, Searchless: !slices.Contains(rep.Filters, "q")}
	state := queryOf(rq)
	f.Keep = map[string][]string{}
	for _, name := range []string{"columns", "group", "sort"} {
		if v := state.Get(name); v != "" {
			f.Keep[name] = []string{v}
		}
	}
	offered := func(name string, list []report.Named) bool {
		return len(list) > 0 && slices.Contains(rep.Filters, name)
	}
	if slices.Contains(rep.Filters, "state") {
		f.Choices = append(f.Choices, page.StateFilter(state.Get("state")))
	}
	if offered("purchase", choices.Purchases) {
		f.Choices = append(f.Choices, page.PurchaseFilter(options(choices.Purchases, rq.Filter.Purchase)))
	}
	if offered("organization", choices.Organizations) {
		f.Choices = append(f.Choices, page.OrganizationFilter(options(choices.Organizations, rq.Filter.Organization)))
	}
	if slices.Contains(rep.Filters, "location") {
		places, err := p.locationChoice(r, page, reach, choices.Facets, f.Action, rq.Filter.Location)
		if err != nil {
			return f, err
		}
		f.Choices = append(f.Choices, places...)
	}
	if offered("activity", choices.Activities) {
		f.Choices = append(f.Choices, page.ActivityFilter(options(choices.Activities, rq.Filter.Activity)))
	}
	if offered("team", choices.Teams) && reach.Carries().Team {
		f.More = append(f.More, page.TeamFilter(options(choices.Teams, rq.Filter.Team)))
	}
	if offered("seat", choices.Purchases) {
		f.More = append(f.More, page.SeatFilter(string(rq.Filter.Seat)))
	}
	if slices.Contains(rep.Filters, "did") {
		f.More = append(f.More, page.DidFilter(rq.Filter.Did))
	}
	if rep.Periods || slices.Contains(rep.Filters, "did") {
		f.Period = page.periodFilter(rq.Filter.Period)
	}
	return f, nil
}

func (p Page) periodFilter(period report.Period) *Period {
	out := &Period{}
	if period != (report.Period{}) {
		out.From, out.To = period.From.String(), period.To.String()
		out.Words = p.T("filter.period_from_to", "From", p.Day(period.From), "To", p.Day(period.To))
	}
	return out
}

// OrganizationFilter is the choice of an organization, for those who see several.
func (p Page) OrganizationFilter(options []Option) Choice {
	return Choice{Name: "organization", Label: p.Parameter("organization"), All: p.T("filter.all_organizations"), Options: options}
}

// DidFilter is the choice of what was done, whatever the state is now.
func (p Page) DidFilter(chosen report.Did) Choice {
	c := Choice{Name: "did", Label: p.Parameter("did"), All: p.T("filter.did_any")}
	for _, did := range report.Dids() {
		if did.InBand() && did != chosen {
			continue // charts lead to those
		}
		c.Options = append(c.Options, Option{Value: string(did), Label: p.Did(string(did)), Chosen: did == chosen})
	}
	return c
}

// shapeOf offers the columns and groupings that the access has.
func shapeOf(page Page, reach access.Reach, rep report.Report, rq report.Request, shown []report.Field) ReportShape {
	s := ReportShape{
		Columns: Picks{Name: "columns", Label: page.T("reports.columns")},
		Group:   Choice{Name: "group", Label: page.T("reports.group"), All: page.T("reports.group_none")},
	}
	for _, f := range rq.Available(reach) {
		s.Columns.Options = append(s.Columns.Options, Option{
			Value: f.Key, Label: page.Column(f.Key),
			Chosen: slices.ContainsFunc(shown, func(o report.Field) bool { return o.Key == f.Key }),
		})
	}
	for _, key := range rep.GroupsFor(reach) {
		s.Group.Options = append(s.Group.Options, Option{Value: key, Label: page.Column(key), Chosen: key == rq.Group})
	}
	return s
}

// columnsOf are the columns that are shown, each with the way to sort by it.
func columnsOf(page Page, fields []report.Field, rq report.Request, action templ.SafeURL) []ReportColumn {
	out := make([]ReportColumn, len(fields))
	for i, f := range fields {
		c := ReportColumn{Key: f.Key, Name: page.Column(f.Key), About: page.ColumnMeans(f.Key), Number: isNumber(f.Kind)}
		if f.Sorts && action != "" {
			to := rq
			to.Sort, to.Desc = f.Key, c.Number // the largest first
			if rq.Sort == f.Key {
				c.Sorted, to.Desc = "ascending", !rq.Desc
				if rq.Desc {
					c.Sorted = "descending"
				}
			}
			c.Sort = addressWith(action, queryOf(to))
		}
		out[i] = c
	}
	return out
}

// takeOf is how the visitor may take the list away.
func takeOf(r *http.Request, rep report.Report, rq report.Request) ReportTake {
	visit := server.VisitOf(r.Context())
	if !visit.Can(rep.ExportPermission()) {
		return ReportTake{}
	}
	key, state := string(rep.Key), queryOf(rq)
	t := ReportTake{Run: here(r, "reports", key, "runs"), Print: addressWith(here(r, "reports", key, "print"), state)}
	if slices.Contains(rep.Filters, "q") {
		t.Addresses = addressWith(here(r, "reports", key, "addresses"), state, "columns", "group", "sort")
	}
	return t
}
