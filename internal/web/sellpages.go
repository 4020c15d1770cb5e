package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/once"
	"github.com/ambit-lms/ambit/internal/server"
)

// sellRoutes are the pages of selling and what belongs to a purchase's own page.
func (p *Pages) sellRoutes() []server.Route {
	page := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	return []server.Route{
		page("GET /o/{organization}/licenses/buy", access.LicenseSell, p.sellForm),
		page("POST /o/{organization}/licenses/buy", access.LicenseSell, p.sell),
		page("GET /o/{organization}/licenses/setup", access.OrganizationConfigure, p.salesSetup),
		page("POST /o/{organization}/licenses/setup", access.OrganizationConfigure, p.saveSalesSetup),
		page("POST /o/{organization}/licenses/setup/apply", access.OrganizationConfigure, p.applySalesSetup),
		page("GET /o/{organization}/licenses/{purchase}/edit", access.LicenseSell, p.editPurchaseForm),
		page("POST /o/{organization}/licenses/{purchase}/edit", access.LicenseSell, p.editPurchase),
		page("GET /o/{organization}/licenses/{purchase}/history", access.LicenseView, p.purchaseHistory),
		page("GET /o/{organization}/companies/{company}", access.LicenseView, p.company),
	}
}

func (p *Pages) sellForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	v := SellView{Company: r.URL.Query().Get("company"), Once: access.NewID()}
	return p.showSell(w, r, http.StatusOK, reach, v, r.URL.Query().Get("product"))
}

// showSell shows the form as it is, or with what a refused one brought.
func (p *Pages) showSell(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, v SellView, product string) error {
	page, err := p.framed(r, PlaceLicenses, "")
	if err != nil {
		return err
	}
	page.Title = page.T("sell.title")
	offered, err := p.Licenses.Offerings(r.Context(), reach)
	if err != nil {
		return err
	}
	v.Products = []Option{{Label: page.T("deals.choose"), Chosen: product == ""}}
	for _, o := range offered {
		v.Products = append(v.Products, Option{Value: string(o.ID), Label: o.Title, Chosen: string(o.ID) == product})
	}
	if v.Companies, err = p.companiesKnown(r); err != nil {
		return err
	}
	if v.Found, err = p.buyersFound(r, reach, v); err != nil {
		return err
	}
	visit := server.VisitOf(r.Context())
	if setup := visit.Reach(access.OrganizationConfigure); seesOthers(setup) {
		said, err := p.Licenses.Setup(r.Context(), setup)
		if err != nil {
			return err
		}
		v.Reports = page.T("sell.reports_not")
		if said.AutoReporter {
			v.Reports = page.T("sell.reports")
		}
	}
	return show(w, r, status, Sell(page, v))
}

// buyersFound are the people whom a search finds, and whoever was chosen before.
func (p *Pages) buyersFound(r *http.Request, reach access.Reach, v SellView) ([]BuyerOption, error) {
	var out []BuyerOption
	if v.Search != "" {
		found, err := p.Licenses.Buyers(r.Context(), reach, license.CandidateQuery{Q: v.Search, Limit: 10})
		if err != nil {
			return nil, err
		}
		for _, who := range found {
			out = append(out, BuyerOption{ID: string(who.Account), Name: who.Name, Email: who.Email})
		}
	}
	return out, nil
}

// companiesKnown are companies to choose from, for those who may see purchases.
func (p *Pages) companiesKnown(r *http.Request) ([]string, error) {
	reach := server.VisitOf(r.Context()).Reach(access.LicenseView)
	if reach.IsEmpty() {
		return nil, nil
	}
	return p.Licenses.Companies(r.Context(), reach, license.CandidateQuery{Limit: 200})
}

// sellViewOf shows a form again as it was sent.
func sellViewOf(form url.Values) SellView {
	return SellView{
		Once: form.Get("once"), Seats: form.Get("seats"), Company: form.Get("company"), Buyer: form.Get("buyer_id"), Search: form.Get("buyer_q"),
		GivenName: form.Get("given_name"), FamilyName: form.Get("family_name"), Email: form.Get("email"),
		RedeemBy: form.Get("redeem_by"), AccessDays: form.Get("access_days"), AccessUntil: form.Get("access_until"), CompleteBy: form.Get("complete_by"),
	}
}

func (p *Pages) sell(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	v := sellViewOf(form)
	if form.Get("step") == "find" {
		v.Searched = true
		return p.showSell(w, r, http.StatusOK, reach, v, form.Get("product_id"))
	}
	to, err := p.sellOnce(r, reach, form)
	if err != nil {
		if !refused(err) {
			return err
		}
		v.Faults = p.plain(r).FaultsOf(err)
		return p.showSell(w, r, http.StatusUnprocessableEntity, reach, v, form.Get("product_id"))
	}
	return see(w, r, to)
}

// sellOnce sells what a form says. The same form sent twice, by a double click
// or by going back, leads to the same purchase.
func (p *Pages) sellOnce(r *http.Request, reach access.Reach, form url.Values) (templ.SafeURL, error) {
	var read fieldReader
	sale := license.Sale{
		Product: content.ProductID(form.Get("product_id")), Seats: read.number("seats", form.Get("seats")), Company: form.Get("company"),
		Buyer: license.Buyer{Account: access.AccountID(form.Get("buyer_id"))}, Terms: read.terms(form),
	}
	if sale.Buyer.Account == "" {
		sale.Buyer = license.Buyer{Name: account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")}, Email: form.Get("email")}
	}
	if err := read.err(); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(form.Encode()))
	rq, err := once.NewRequest("sell "+form.Get("once")+" "+hex.EncodeToString(sum[:8]), "page sell", []byte(form.Encode()))
	if err != nil {
		return "", err
	}
	answer, _, err := p.Requests.Do(r.Context(), reach, rq, func(ctx context.Context) (once.Answer, error) {
		id, err := p.Licenses.Sell(ctx, reach, sale)
		return once.Answer{Status: http.StatusSeeOther, Location: string(with(here(r, "licenses", string(id)), "done", string(DonePurchaseSold)))}, err
	})
	return templ.SafeURL(answer.Location), err
}

// terms reads the fields about time.
func (f *fieldReader) terms(form url.Values) license.Terms {
	return license.Terms{
		RedeemBy: f.day("redeem_by", form.Get("redeem_by")), AccessDays: f.number("access_days", form.Get("access_days")),
		AccessUntil: f.day("access_until", form.Get("access_until")), CompleteBy: f.day("complete_by", form.Get("complete_by")),
	}
}

func (p *Pages) editPurchaseForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showPurchaseEdit(w, r, http.StatusOK, nil, nil)
}

// showPurchaseEdit shows the form as the purchase is, or as a refused one was sent.
func (p *Pages) showPurchaseEdit(w http.ResponseWriter, r *http.Request, status int, form url.Values, faults Faults) error {
	purchase, err := p.seenPurchase(r)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLicenses, "")
	if err != nil {
		return err
	}
	page.Title = page.T("sell.edit_title")
	v := PurchaseEditView{
		ID: string(purchase.ID), About: aboutPurchase(purchase), Was: purchase.Edition(), Seats: numberField(purchase.Seats), Company: purchase.Company,
		Used: purchase.Pending + purchase.Redeemed + purchase.Spent, RedeemBy: dateField(purchase.Terms.RedeemBy), AccessDays: numberField(purchase.Terms.AccessDays),
		AccessUntil: dateField(purchase.Terms.AccessUntil), CompleteBy: dateField(purchase.Terms.CompleteBy), Faults: faults,
	}
	if form != nil {
		v.Seats, v.Company = form.Get("seats"), form.Get("company")
		v.RedeemBy, v.AccessDays, v.AccessUntil, v.CompleteBy = form.Get("redeem_by"), form.Get("access_days"), form.Get("access_until"), form.Get("complete_by")
	}
	if v.Companies, err = p.companiesKnown(r); err != nil {
		return err
	}
	return show(w, r, status, PurchaseEdit(page, v))
}

func (p *Pages) editPurchase(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	var read fieldReader
	c := license.Change{Seats: read.number("seats", form.Get("seats")), Company: form.Get("company"), Terms: read.terms(form), Was: form.Get("was")}
	if err = read.err(); err == nil {
		err = p.Licenses.ChangePurchase(r.Context(), reach, license.PurchaseID(r.PathValue("purchase")), c)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.showPurchaseEdit(w, r, http.StatusUnprocessableEntity, form, p.plain(r).FaultsOf(err))
	}
	return see(w, r, with(here(r, "licenses", r.PathValue("purchase")), "done", string(DonePurchaseChanged)))
}

// seenPurchase is the purchase of the address, as the visitor may see it.
func (p *Pages) seenPurchase(r *http.Request) (license.Purchase, error) {
	reach := server.VisitOf(r.Context()).Reach(access.LicenseView)
	return p.Licenses.Purchase(r.Context(), reach, license.PurchaseID(r.PathValue("purchase")))
}

// aboutPurchase is a purchase in a line.
func aboutPurchase(p license.Purchase) string {
	if p.Company == "" {
		return p.Product.Title
	}
	return p.Product.Title + " · " + p.Company
}
