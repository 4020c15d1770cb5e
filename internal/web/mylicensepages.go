package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

// myLicenses lists what the visitor bought, whatever else they may see.
func (p *Pages) myLicenses(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceMyLicenses, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.my_licenses")
	action := here(r, "my-licenses")
	v := MyLicensesView{}
	if own := reach.Owned(); !own.IsEmpty() {
		found, err := p.Licenses.Purchases(r.Context(), own, license.PurchaseQuery{Cursor: license.Cursor(r.URL.Query().Get("cursor"))})
		if err != nil {
			return err
		}
		v.Count, v.Pages = found.Total, pages(r, action, string(found.Next))
		for _, purchase := range found.Items {
			v.Rows = append(v.Rows, myLicenseOf(purchase))
		}
	}
	return show(w, r, http.StatusOK, MyLicenses(page, v))
}

func myLicenseOf(p license.Purchase) MyLicense {
	return MyLicense{
		ID: string(p.ID), Product: p.Product.Title, Company: p.Company, PurchasedAt: p.PurchasedAt, Seats: p.Seats, Pending: p.Pending,
		Redeemed: p.Redeemed, Spent: p.Spent, Free: p.Free, RedeemBy: p.Terms.RedeemBy, AccessDays: p.Terms.AccessDays, AccessUntil: p.Terms.AccessUntil,
		State: string(p.State), Reporter: p.Reporter.Name,
	}
}

// myLicense is one purchase for who bought it: seats and people, no progress.
func (p *Pages) myLicense(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	own := reach.Owned()
	if own.IsEmpty() {
		return fault.ErrNotFound
	}
	id := license.PurchaseID(r.PathValue("purchase"))
	purchase, err := p.Licenses.Purchase(r.Context(), own, id)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceMyLicenses, purchase.Product.Title)
	if err != nil {
		return err
	}
	v := MyLicenseView{MyLicense: myLicenseOf(purchase)}
	if v.Panels, err = p.myPanels(r, own, purchase); err != nil {
		return err
	}
	holds, err := p.Redemptions.Holds(r.Context(), server.VisitOf(r.Context()).Reach(access.SelfView), id)
	if err != nil {
		return err
	}
	if open := purchase.State == license.Open || purchase.State == license.Full && purchase.Pending > 0; open && !holds {
		v.Take = here(r, "my-licenses", string(id), "take")
	}
	return show(w, r, http.StatusOK, MyLicensePage(page, v))
}

// takeSeat gives the visitor a seat of their own purchase.
func (p *Pages) takeSeat(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := license.PurchaseID(r.PathValue("purchase"))
	own := reach.Owned()
	if own.IsEmpty() {
		return fault.ErrNotFound
	}
	if _, err := p.Redemptions.Take(r.Context(), own, id); err != nil {
		return err
	}
	return see(w, r, with(here(r, "my-licenses", string(id)), "done", string(DoneSeat)))
}
