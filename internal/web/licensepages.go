package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
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
	found, err := p.Licenses.Purchases(r.Context(), reach, license.PurchaseQuery{Q: query.Get("q"), Cursor: license.Cursor(query.Get("cursor"))})
	if err != nil {
		return err
	}
	action := here(r, "licenses")
	v := LicensesView{Filters: Filters{Action: action, Search: query.Get("q"), Hint: page.T("licenses.search_hint")}, Pages: pages(r, action, string(found.Next)), Count: found.Total}
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
		Seats: p.Seats, Redeemed: p.Redeemed, Pending: p.Pending, Free: p.Free, Reporter: p.Reporter.Name, Ended: p.State == license.Ended,
	}
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
		PurchaseRow: purchaseRowOf(purchase), Deal: purchase.Deal.Name, RedeemBy: purchase.Terms.RedeemBy, AccessDays: purchase.Terms.AccessDays,
		AccessUntil: purchase.Terms.AccessUntil, Given: seats, Panels: []templ.Component{reporter},
	}
	if seesOthers(visit.Reach(access.LearnerView)) {
		v.Learners = with(here(r, "users"), "purchase", string(id))
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
