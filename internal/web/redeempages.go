package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

// redeemRoutes are the pages behind a seat's link, and those about one's own seats and purchases.
func (p *Pages) redeemRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET " + license.RedeemPath + "{token}", Permission: access.Public, Handle: p.redeemForm},
		{Pattern: "POST " + license.RedeemPath + "{token}", Permission: access.Public, Handle: p.redeem, Rate: server.Guessing},
		{Pattern: "POST " + license.RedeemPath + "{token}/switch", Permission: access.Public, Handle: p.redeemSwitch},
		{Pattern: "POST /o/{organization}/me/offers/{seat}/accept", Permission: access.SelfEdit, Handle: p.acceptOffer},
		{Pattern: "GET /o/{organization}/my-licenses", Permission: access.LicenseView, Handle: countingOnce(p.myLicenses)},
		{Pattern: "GET /o/{organization}/my-licenses/{purchase}", Permission: access.LicenseView, Handle: countingOnce(p.myLicense)},
		{Pattern: "POST /o/{organization}/my-licenses/{purchase}/take", Permission: access.SeatAssign, Handle: p.takeSeat},
	}
}

// redeemForm is the page behind a seat's link.
func (p *Pages) redeemForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	offer, err := p.Redemptions.Open(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return p.showRedeem(w, r, http.StatusOK, offer, account.Name{}, nil)
}

// showRedeem shows what is offered and what is asked, or why it cannot be accepted.
func (p *Pages) showRedeem(w http.ResponseWriter, r *http.Request, status int, offer license.Offer, name account.Name, refusal error) error {
	page := p.plain(r)
	visitor := account.IdentityID(server.VisitOf(r.Context()).Identity)
	v := redeemView(offer, templ.SafeURL(license.RedeemPath+url.PathEscape(r.PathValue("token"))))
	page.Title = page.T("redeem.title", "Product", offer.Product.Title)
	switch err := offer.StandsFor(visitor); {
	case offer.WayOf(visitor) == account.AsSomebodyElse && offer.Stands() == nil:
		v.Way = string(account.AsSomebodyElse)
		accounts, err := p.Accounts.Accounts(r.Context(), visitor)
		if err != nil {
			return err
		}
		for _, m := range accounts {
			v.Visitor = m.Account.Email
		}
	case err != nil:
		v.Closed = page.Sentence(fault.Sentence(err))
	default:
		v.Way = string(offer.WayOf(visitor))
		v.AskName = offer.For.Account == "" || v.Way == string(account.ByFirstPassword)
		v.GivenName, v.FamilyName = offer.For.Name.Given, offer.For.Name.Family
	}
	if refusal != nil {
		v.Faults, v.GivenName, v.FamilyName = page.FaultsOf(refusal), name.Given, name.Family
	}
	return show(w, r, status, Redeem(page, v))
}

func redeemView(o license.Offer, action templ.SafeURL) RedeemView {
	v := RedeemView{
		Action: action, School: o.School, Product: o.Product.Title, Activities: o.Activities, Company: o.Company, Buyer: o.Buyer,
		LastDay: o.LastDay(), AccessDays: o.Terms.AccessDays, AccessUntil: o.Terms.AccessUntil, Email: o.Seat.Email, Reporter: o.Reporter,
	}
	if o.BuyerSees && o.Buyer != o.Reporter {
		v.Purchaser = o.Buyer
	}
	if o.Seat.State == license.Redeemed || o.Seat.State == license.Expired {
		v.UsedAt = o.Seat.RedeemedAt
	}
	return v
}

// redeem accepts a seat by its link.
func (p *Pages) redeem(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	in := license.Newcomer{Name: account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")}, Password: form.Get("password")}
	visitor := account.IdentityID(server.VisitOf(r.Context()).Identity)
	done, opened, err := p.Redemptions.Redeem(r.Context(), r.PathValue("token"), visitor, in, client(r))
	if err != nil {
		if !refused(err) && fault.KindOf(err) != fault.Forbidden {
			return err
		}
		offer, again := p.Redemptions.Open(r.Context(), r.PathValue("token"))
		if again != nil {
			return again
		}
		status := http.StatusUnprocessableEntity
		if fault.KindOf(err) != fault.Invalid {
			status = http.StatusConflict
		}
		return p.showRedeem(w, r, status, offer, in.Name, err)
	}
	next := with(OrganizationPath(done.Slug, "me"), "done", string(DoneSeat))
	if opened.Token == "" {
		return see(w, r, next)
	}
	return p.begin(w, r, opened, string(next))
}

// redeemSwitch signs somebody else out and comes back to the link.
func (p *Pages) redeemSwitch(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	if err := p.endCurrent(r); err != nil {
		return err
	}
	p.cookie.Clear(w)
	return see(w, r, templ.SafeURL(license.RedeemPath+url.PathEscape(r.PathValue("token"))))
}

// acceptOffer accepts a seat that is offered to oneself.
func (p *Pages) acceptOffer(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if _, err := p.Redemptions.Accept(r.Context(), reach, license.SeatID(r.PathValue("seat")), ""); err != nil {
		return err
	}
	return see(w, r, with(here(r, "me"), "done", string(DoneSeat)))
}

// offersOf is what is offered to the visitor, for their own page.
func (p *Pages) offersOf(r *http.Request, self access.Reach) ([]OfferRow, error) {
	offers, err := p.Redemptions.Offers(r.Context(), self)
	if err != nil {
		return nil, err
	}
	rows := make([]OfferRow, len(offers))
	for i, o := range offers {
		v := redeemView(o, here(r, "me", "offers", string(o.Seat.ID), "accept"))
		rows[i] = OfferRow{
			Accept: v.Action, Product: v.Product, Giver: v.giver(), LastDay: v.LastDay, Reporter: v.Reporter, Purchaser: v.Purchaser,
		}
	}
	return rows, nil
}
