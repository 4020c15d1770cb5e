package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) licenses(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceLicenses, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.licenses")
	query := r.URL.Query()
	asked := license.PurchaseQuery{
		Q: query.Get("q"), State: license.State(query.Get("state")), Company: query.Get("company"), Product: content.ProductID(query.Get("product")),
		Reporter: license.ReporterFilter(query.Get("reporter")), Cursor: license.Cursor(query.Get("cursor")),
	}
	found, err := p.Licenses.Purchases(r.Context(), reach, asked)
	if err != nil {
		return err
	}
	action := here(r, "licenses")
	v := LicensesView{Filters: Filters{Action: action, Search: asked.Q, Hint: page.T("licenses.search_hint")}, Pages: pages(r, action, string(found.Next)), Count: found.Total}
	if v.Filters.Choices, v.Filters.More, err = p.purchaseChoices(page, r, asked); err != nil {
		return err
	}
	if page.Can(access.LicenseSell) {
		v.Sell = here(r, "licenses", "buy")
	}
	if page.Can(access.OrganizationConfigure) {
		v.Setup = here(r, "licenses", "setup")
	}
	if v.Waiting, err = p.waiting(r); err != nil {
		return err
	}
	for _, purchase := range found.Items {
		v.Rows = append(v.Rows, purchaseRowOf(purchase))
	}
	return show(w, r, http.StatusOK, Licenses(page, v))
}

func purchaseRowOf(p license.Purchase) PurchaseRow {
	return PurchaseRow{
		ID: string(p.ID), Product: p.Product.Title, Company: p.Company, Buyer: p.Buyer.Name, PurchasedAt: p.PurchasedAt,
		Seats: p.Seats, Redeemed: p.Redeemed, Pending: p.Pending, Spent: p.Spent, Free: p.Free, Reporter: p.Reporter.Name, Ended: p.State == license.Ended,
		State: p.State, RedeemBy: p.Terms.RedeemBy, AccessUntil: p.Terms.AccessUntil, AccessDays: p.Terms.AccessDays,
		ReporterNew: p.ReporterNew, Waiting: !p.WaitingSince.IsZero(),
	}
}

// purchaseChoices are the filters of the list: how a purchase stands and who
// reports at hand, company and product behind the button.
func (p *Pages) purchaseChoices(page Page, r *http.Request, asked license.PurchaseQuery) (choices, more []Choice, err error) {
	states := Choice{Name: "state", Label: page.T("field.state"), All: page.T("filter.all_states")}
	for _, s := range []license.State{license.Open, license.Full, license.Closed, license.Ended} {
		states.Options = append(states.Options, Option{Value: string(s), Label: page.T(purchaseStateKey(s)), Chosen: s == asked.State})
	}
	reporters := Choice{Name: "reporter", Label: page.T("licenses.reporter"), All: page.T("licenses.any_reporter")}
	for _, f := range []struct {
		value license.ReporterFilter
		key   string
	}{
		{license.WithoutReporter, "licenses.without_reporter"}, {license.ReporterAbsent, "licenses.reporter_absent"}, {license.ReporterWaiting, "licenses.reporter_waiting"},
	} {
		reporters.Options = append(reporters.Options, Option{Value: string(f.value), Label: page.T(f.key), Chosen: f.value == asked.Reporter})
	}
	names, err := p.companiesKnown(r)
	if err != nil {
		return nil, nil, err
	}
	companies := Choice{Name: "company", Label: page.T("licenses.company"), All: page.T("licenses.any_company")}
	if asked.Company != "" && !slices.Contains(names, asked.Company) {
		names = append(names, asked.Company)
	}
	for _, name := range names {
		companies.Options = append(companies.Options, Option{Value: name, Label: name, Chosen: name == asked.Company})
	}
	more = []Choice{companies}
	if sells := server.VisitOf(r.Context()).Reach(access.LicenseSell); !sells.IsEmpty() {
		offered, err := p.Licenses.Offerings(r.Context(), sells)
		if err != nil {
			return nil, nil, err
		}
		products := Choice{Name: "product", Label: page.T("licenses.product"), All: page.T("licenses.any_product")}
		for _, o := range offered {
			products.Options = append(products.Options, Option{Value: string(o.ID), Label: o.Title, Chosen: o.ID == asked.Product})
		}
		more = append(more, products)
	}
	return []Choice{states, reporters}, more, nil
}

// purchaseStateKey is the message of a state.
func purchaseStateKey(s license.State) string {
	switch s {
	case license.Full:
		return "licenses.state_full"
	case license.Closed:
		return "licenses.state_closed"
	case license.Ended:
		return "licenses.ended"
	}
	return "licenses.state_open"
}

func (p *Pages) purchase(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := license.PurchaseID(r.PathValue("purchase"))
	purchase, err := p.Licenses.Purchase(r.Context(), reach, id)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLicenses, purchase.Product.Title)
	if err != nil {
		return err
	}
	seats, err := p.seatsView(page, r, reach, purchase)
	if err != nil {
		return err
	}
	reporter, err := p.reporterPanel(r, reach, id)
	if err != nil {
		return err
	}
	visit := server.VisitOf(r.Context())
	v := PurchaseView{
		PurchaseRow: purchaseRowOf(purchase), Deal: purchase.Deal.Name, CompleteBy: purchase.Terms.CompleteBy, Reusable: purchase.Reusable, MaxPeople: purchase.MaxPeople,
		Given: seats, Panels: []templ.Component{reporter},
	}
	if purchase.Deal.ID != "" && seesOthers(visit.Reach(access.DealView)) {
		v.DealTo = here(r, "deals", string(purchase.Deal.ID))
	}
	if seesOthers(visit.Reach(access.LicenseSell)) {
		v.Edit = here(r, "licenses", string(id), "edit")
	}
	if seesOthers(visit.Reach(access.LearnerView)) {
		v.Learners = with(here(r, "users"), "purchase", string(id))
		if visit.Can(access.TeamCreate) && purchase.Redeemed > 0 {
			v.Team = here(r, "teams")
		}
	}
	if seesOthers(visit.Reach(access.MatrixView)) {
		v.Matrix = with(here(r, "matrix"), "purchase", string(id))
	}
	if err := p.addImpact(r, string(id), &v); err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Purchase(page, v))
}

// addImpact sums up what the purchase's learners did, for those who may read reports.
func (p *Pages) addImpact(r *http.Request, id string, v *PurchaseView) error {
	reach := server.VisitOf(r.Context()).Reach(access.ReportView)
	if reach.IsEmpty() {
		return nil
	}
	sums, err := p.Reports.Dashboard(r.Context(), reach, report.Filter{Purchase: id})
	if err != nil {
		return err
	}
	v.Impact.Rate, v.Impact.Rated = sums.All.CompletionRate()
	v.Impact.Complete = sums.All.Done()
	v.Impact.Started = sums.All.Started()
	for _, c := range sums.ByActivity {
		v.Activities = append(v.Activities, c.Column.Title)
	}
	return nil
}
