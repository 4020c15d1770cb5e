package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

type saleInput struct {
	Body saleBody
}

type saleBody struct {
	ProductID   string           `json:"product_id" maxLength:"200" doc:"An activity or a program of the organization."`
	Seats       int              `json:"seats" doc:"At least one."`
	Company     string           `json:"company,omitempty" maxLength:"1000" doc:"A label that gathers purchases; it gives no access."`
	BuyerID     access.AccountID `json:"buyer_id,omitempty" maxLength:"200" doc:"Somebody who has an account; else give a name and an address."`
	GivenName   string           `json:"given_name,omitempty" maxLength:"1000" doc:"Of a new buyer, who is invited by letter."`
	FamilyName  string           `json:"family_name,omitempty" maxLength:"1000"`
	Email       string           `json:"email,omitempty" maxLength:"1000" doc:"An address that has an account is that account."`
	RedeemBy    string           `json:"redeem_by,omitempty" format:"date" doc:"The last day to redeem."`
	AccessDays  int              `json:"access_days,omitempty" doc:"Days of access from redemption."`
	AccessUntil string           `json:"access_until,omitempty" format:"date" doc:"The last day of access for everybody. With both, whichever comes first."`
	CompleteBy  string           `json:"complete_by,omitempty" format:"date" doc:"The last day by which learners should complete: the due day of their enrollments."`
}

// sell makes a purchase and answers it as the seller sees it.
func (a *API) sell(ctx context.Context, reach access.Reach, in *saleInput) (*purchase, error) {
	b := in.Body
	terms, err := termsOf(b.RedeemBy, b.AccessUntil, b.CompleteBy)
	if err != nil {
		return nil, err
	}
	terms.AccessDays = b.AccessDays
	id, err := a.ask.Licenses.Sell(ctx, reach, license.Sale{
		Product: content.ProductID(b.ProductID), Seats: b.Seats, Company: b.Company, Terms: terms,
		Buyer: license.Buyer{Account: b.BuyerID, Name: account.Name{Given: b.GivenName, Family: b.FamilyName}, Email: b.Email},
	})
	if err != nil {
		return nil, err
	}
	// Sellers see what they sold.
	found, err := a.ask.Licenses.Purchase(ctx, server.VisitOf(ctx).Reach(access.LicenseView), id)
	if err != nil {
		return nil, err
	}
	out := aPurchase(found)
	return &out, nil
}

// location is where a purchase is found (located).
func (p *purchase) location() string { return Prefix + "/purchases/" + string(p.ID) }

// termsOf reads the days of a purchase; an empty one is none.
func termsOf(redeemBy, accessUntil, completeBy string) (license.Terms, error) {
	var t license.Terms
	var problems []fault.Problem
	for _, f := range []struct {
		field, text string
		into        *day.Day
	}{{"redeem_by", redeemBy, &t.RedeemBy}, {"access_until", accessUntil, &t.AccessUntil}, {"complete_by", completeBy, &t.CompleteBy}} {
		*f.into = day.None
		if f.text == "" {
			continue
		}
		d, err := day.Parse(f.text)
		if err != nil {
			problems = append(problems, fault.Problem{Field: f.field, Sentence: "Use a day such as 2026-01-31."})
			continue
		}
		*f.into = d
	}
	if len(problems) > 0 {
		return t, fault.Invalidf(problems...)
	}
	return t, nil
}
