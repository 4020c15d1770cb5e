package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) newDeal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	setup, err := p.Licenses.DealSetup(r.Context(), reach)
	if err != nil {
		return err
	}
	// The organization's switch is where the deal's own choice begins.
	v := DealFormView{AutoReporter: setup.AutoReporter, Company: r.URL.Query().Get("company"), Licenses: make([]DealLicenseForm, 1)}
	return p.showDealForm(w, r, http.StatusOK, reach, v)
}

// showDealForm shows the form of a deal; of a new one where there is none in the address.
func (p *Pages) showDealForm(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, v DealFormView) error {
	setup, err := p.Licenses.DealSetup(r.Context(), reach)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceDeals, "")
	if err != nil {
		return err
	}
	page.Title, v.Action, v.Back = page.T("deals.new"), here(r, "deals"), here(r, "deals")
	if id := r.PathValue("deal"); id != "" {
		page.Title, v.Action, v.Back = page.T("deals.edit"), here(r, "deals", id), here(r, "deals", id)
	}
	v.Products = []Option{{Label: page.T("deals.choose")}}
	for _, product := range setup.Products {
		v.Products = append(v.Products, Option{Value: string(product.ID), Label: product.Title})
	}
	return show(w, r, status, DealForm(page, v))
}

func (p *Pages) createDeal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	v := dealForm(form)
	if step := form.Get("step"); step != "" {
		return p.showDealForm(w, r, http.StatusOK, reach, v.after(step))
	}
	n, err := v.deal()
	var id license.DealID
	if err == nil {
		id, err = p.Licenses.CreateDeal(r.Context(), reach, n)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		v.Faults = p.plain(r).FaultsOf(err)
		return p.showDealForm(w, r, http.StatusUnprocessableEntity, reach, v)
	}
	return see(w, r, with(here(r, "deals", string(id)), "done", string(DoneDealSaved)))
}

func (p *Pages) editDeal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.knownDeal(r)
	if err != nil {
		return err
	}
	return p.showDealForm(w, r, http.StatusOK, reach, formOfDeal(d))
}

func (p *Pages) saveDeal(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	d, err := p.knownDeal(r)
	if err != nil {
		return err
	}
	v := dealForm(form)
	v.Active = d.State != license.DealDraft
	if step := form.Get("step"); step != "" {
		return p.showDealForm(w, r, http.StatusOK, reach, v.after(step))
	}
	n, err := v.deal()
	switch {
	case err != nil:
	case v.Active:
		err = p.Licenses.ExtendDeal(r.Context(), reach, d.ID, max(v.Revision, 0), license.DealExtension{Name: n.Name, Notes: n.Notes, Licenses: n.Licenses})
	default:
		err = p.Licenses.EditDeal(r.Context(), reach, d.ID, max(v.Revision, 0), n)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		page := p.plain(r)
		if errors.Is(err, license.ErrDealEdited) { // what was typed stays, beside what the other has made of it
			now := page.dealViewOf(d)
			v.Now, v.Revision = &now, d.Revision
		}
		v.Faults = page.FaultsOf(err)
		return p.showDealForm(w, r, http.StatusUnprocessableEntity, reach, v)
	}
	return see(w, r, with(here(r, "deals", string(d.ID)), "done", string(DoneDealSaved)))
}

// formOfDeal is the form as a deal fills it in; of an active one it begins without licenses.
func formOfDeal(d license.CustomDeal) DealFormView {
	v := DealFormView{
		Revision: d.Revision, Active: d.State != license.DealDraft, Name: d.Name, ExternalID: d.ExternalID, Company: d.Company,
		StartsOn: dateField(d.StartsOn), EndsOn: dateField(d.EndsOn), BuyerID: string(d.Buyer.Account), BuyerWas: d.Buyer.Email, Email: d.Buyer.Email,
		Notes: d.Notes, Reusable: d.Plan.Reusable, MaxPeople: numberField(d.Plan.MaxPeople), AutoReporter: d.AutoReporter,
	}
	if d.Buyer.IsNobody() {
		v.Email, v.GivenName, v.FamilyName = d.NewBuyer.Email, d.NewBuyer.Name.Given, d.NewBuyer.Name.Family
	}
	for _, l := range d.Licenses {
		v.Licenses = append(v.Licenses, DealLicenseForm{
			Product: string(l.Product.ID), Seats: numberField(l.Seats), RedeemBy: dateField(l.Terms.RedeemBy), AccessDays: numberField(l.Terms.AccessDays),
			AccessUntil: dateField(l.Terms.AccessUntil), CompleteBy: dateField(l.Terms.CompleteBy),
		})
	}
	return v
}

// dealForm shows a form again as it was sent.
func dealForm(form url.Values) DealFormView {
	v := DealFormView{
		Revision: revisionOf(form), Name: form.Get("name"), ExternalID: form.Get("external_id"), Company: form.Get("company"),
		StartsOn: form.Get("starts_on"), EndsOn: form.Get("ends_on"), BuyerID: form.Get("buyer_id"), BuyerWas: form.Get("buyer_was"),
		Email: form.Get("email"), GivenName: form.Get("given_name"), FamilyName: form.Get("family_name"), Notes: form.Get("notes"),
		Reusable: form.Get("reusable") != "", MaxPeople: form.Get("max_people"), AutoReporter: form.Get("auto_reporter") != "",
	}
	for i := 0; form.Has(licenseField(i, "product_id")); i++ {
		of := func(field string) string { return strings.TrimSpace(form.Get(licenseField(i, field))) }
		v.Licenses = append(v.Licenses, DealLicenseForm{
			Product: of("product_id"), Seats: of("seats"), RedeemBy: of("redeem_by"), AccessDays: of("access_days"), AccessUntil: of("access_until"), CompleteBy: of("complete_by"),
		})
	}
	return v
}

// after is the form after one of its buttons: a license was added or taken out.
func (v DealFormView) after(step string) DealFormView {
	what, at, _ := strings.Cut(step, " ")
	switch i, err := strconv.Atoi(at); {
	case what == "add":
		v.Licenses = append(v.Licenses, DealLicenseForm{})
	case what == "drop" && err == nil && i >= 0 && i < len(v.Licenses):
		v.Licenses = slices.Delete(v.Licenses, i, i+1)
	}
	return v
}

// deal is what the form says; what is no date or number is named.
func (v DealFormView) deal() (license.NewDeal, error) {
	var read fieldReader
	n := license.NewDeal{
		Name: v.Name, ExternalID: v.ExternalID, Company: v.Company, Notes: v.Notes, AutoReporter: v.AutoReporter,
		StartsOn: read.day("starts_on", v.StartsOn), EndsOn: read.day("ends_on", v.EndsOn),
		Plan:  license.Plan{Reusable: v.Reusable, MaxPeople: read.number("max_people", v.MaxPeople)},
		Buyer: license.Buyer{Email: v.Email, Name: account.Name{Given: v.GivenName, Family: v.FamilyName}},
	}
	if v.BuyerID != "" && strings.EqualFold(strings.TrimSpace(v.Email), v.BuyerWas) {
		n.Buyer = license.Buyer{Account: access.AccountID(v.BuyerID)}
	}
	for i, l := range v.Licenses {
		n.Licenses = append(n.Licenses, license.NewLicense{
			Product: content.ProductID(l.Product), Seats: read.number(licenseField(i, "seats"), l.Seats),
			Terms: license.Terms{
				RedeemBy: read.day(licenseField(i, "redeem_by"), l.RedeemBy), AccessDays: read.number(licenseField(i, "access_days"), l.AccessDays),
				AccessUntil: read.day(licenseField(i, "access_until"), l.AccessUntil), CompleteBy: read.day(licenseField(i, "complete_by"), l.CompleteBy),
			},
		})
	}
	return n, read.err()
}

// fieldReader reads fields that are more than text and keeps what is wrong with them.
type fieldReader struct{ wrong []fault.Problem }

func (f *fieldReader) day(name, text string) day.Day {
	if strings.TrimSpace(text) == "" {
		return day.None
	}
	d, err := day.Parse(strings.TrimSpace(text))
	if err != nil {
		f.wrong = append(f.wrong, fault.Problem{Field: name, Sentence: "Enter a day, as in 2026-03-31."})
		return day.None
	}
	return d
}

func (f *fieldReader) number(name, text string) int {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		f.wrong = append(f.wrong, fault.Problem{Field: name, Sentence: "Enter a whole number."})
	}
	return n
}

func (f *fieldReader) err() error {
	if len(f.wrong) == 0 {
		return nil
	}
	return fault.Invalidf(f.wrong...)
}

// dateField and numberField are how days and numbers stand in the fields of a form.
func dateField(d day.Day) string {
	if d.IsNone() {
		return ""
	}
	return d.String()
}

func numberField(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
