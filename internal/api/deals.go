package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

// CustomDeal is a deal as lists show it.
type CustomDeal struct {
	ID           license.DealID  `json:"id"`
	ExternalID   *string         `json:"external_id"`
	Name         string          `json:"name"`
	State        string          `json:"state" enum:"draft,active,ended"`
	Company      *string         `json:"company"`
	Buyer        maybe[person]   `json:"buyer" doc:"Null while a draft is for somebody who has no account yet."`
	NewBuyer     maybe[newBuyer] `json:"new_buyer" doc:"Who gets an account when the draft is activated."`
	StartsOn     *string         `json:"starts_on" format:"date"`
	EndsOn       *string         `json:"ends_on" format:"date" doc:"The last day to redeem anything of the deal."`
	Notes        *string         `json:"notes"`
	Reusable     bool            `json:"reusable" doc:"A released seat can be given again."`
	MaxPeople    *int            `json:"max_people" doc:"The most distinct people who may ever have a seat of one purchase."`
	AutoReporter bool            `json:"auto_reporter" doc:"The buyer becomes the License Reporter of each purchase, whatever the organization's switch says."`
	CreatedAt    *time.Time      `json:"created_at"`
	ActivatedAt  *time.Time      `json:"activated_at"`
	EndedAt      *time.Time      `json:"ended_at"`
	Seats        int             `json:"seats" doc:"Of all licenses and purchases."`
	Size         int             `json:"size" doc:"How many licenses or purchases."`
}

// wholeDeal is a deal with what it contains.
type wholeDeal struct {
	CustomDeal
	Licenses  []dealLicense `json:"licenses" nullable:"false" doc:"What a draft is to sell."`
	Purchases []purchase    `json:"purchases" nullable:"false" doc:"What has been sold."`
}

type newBuyer struct {
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	Email      string `json:"email"`
}

type dealLicense struct {
	ID          license.DealLicenseID `json:"id"`
	Product     product               `json:"product"`
	Seats       int                   `json:"seats"`
	RedeemBy    *string               `json:"redeem_by" format:"date" doc:"The last day to redeem."`
	AccessDays  *int                  `json:"access_days" doc:"Days of access from redemption."`
	AccessUntil *string               `json:"access_until" format:"date" doc:"The last day of access for everybody."`
	CompleteBy  *string               `json:"complete_by" format:"date" doc:"The last day by which learners should complete."`
}

// location is where a deal is found (located).
func (d *wholeDeal) location() string { return Prefix + "/custom-deals/" + string(d.ID) }

func aDeal(d license.CustomDeal) CustomDeal {
	out := CustomDeal{
		ID: d.ID, ExternalID: text(d.ExternalID), Name: d.Name, State: string(d.State), Company: text(d.Company), Buyer: aPerson(d.Buyer),
		StartsOn: date(d.StartsOn), EndsOn: date(d.EndsOn), Notes: text(d.Notes), Reusable: d.Plan.Reusable, MaxPeople: positive(d.Plan.MaxPeople),
		AutoReporter: d.AutoReporter, CreatedAt: at(d.CreatedAt), ActivatedAt: at(d.ActivatedAt), EndedAt: at(d.EndedAt), Seats: d.Seats, Size: d.Size,
	}
	if d.NewBuyer.Email != "" {
		out.NewBuyer = some(newBuyer{GivenName: d.NewBuyer.Name.Given, FamilyName: d.NewBuyer.Name.Family, Email: d.NewBuyer.Email})
	}
	return out
}

func aWholeDeal(d license.CustomDeal) *wholeDeal {
	return &wholeDeal{
		CustomDeal: aDeal(d), Purchases: list(d.Purchases, aPurchase),
		Licenses: list(d.Licenses, func(l license.DealLicense) dealLicense {
			out := dealLicense{
				ID: l.ID, Product: product{ID: string(l.Product.ID), ExternalID: text(l.Product.ExternalID), Title: l.Product.Title, Kind: "activity"}, Seats: l.Seats,
				RedeemBy: date(l.Terms.RedeemBy), AccessDays: positive(l.Terms.AccessDays), AccessUntil: date(l.Terms.AccessUntil), CompleteBy: date(l.Terms.CompleteBy),
			}
			if l.Product.Program {
				out.Product.Kind = "program"
			}
			return out
		}),
	}
}

type dealsInput struct {
	Window
	Q     string `query:"q" maxLength:"200" doc:"Part of the deal's, the company's or the buyer's name."`
	State string `query:"state" enum:"draft,active,ended" doc:"Only deals in this state."`
}

func (a *API) listDeals(ctx context.Context, reach access.Reach, in *dealsInput) (*page[CustomDeal], error) {
	found, err := a.ask.Licenses.CustomDeals(ctx, reach, license.DealQuery{Q: in.Q, State: license.DealState(in.State), Cursor: license.Cursor(in.Cursor), Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &page[CustomDeal]{Items: list(found.Items, aDeal), NextCursor: text(found.Next), Total: found.Total}, nil
}

type dealInput struct {
	ID string `path:"id" doc:"Of the deal."`
}

func (a *API) openDeal(ctx context.Context, reach access.Reach, in *dealInput) (*wholeDeal, error) {
	found, err := a.ask.Licenses.CustomDeal(ctx, reach, license.DealID(in.ID))
	if err != nil {
		return nil, err
	}
	return aWholeDeal(found), nil
}

type newDealInput struct{ Body newDealBody }

type newDealBody struct {
	Name         string           `json:"name" maxLength:"1000"`
	ExternalID   string           `json:"external_id,omitempty" maxLength:"200"`
	Company      string           `json:"company,omitempty" maxLength:"1000" doc:"A label that gathers purchases; it gives no access."`
	BuyerID      access.AccountID `json:"buyer_id,omitempty" maxLength:"200" doc:"Somebody who has an account; else give a name and an address."`
	GivenName    string           `json:"given_name,omitempty" maxLength:"1000" doc:"Of a new buyer, who gets an account when the deal is activated."`
	FamilyName   string           `json:"family_name,omitempty" maxLength:"1000"`
	Email        string           `json:"email,omitempty" maxLength:"1000" doc:"An address that has an account is that account."`
	StartsOn     string           `json:"starts_on,omitempty" format:"date" doc:"The first day on which the deal can be activated."`
	EndsOn       string           `json:"ends_on,omitempty" format:"date" doc:"The last day to redeem anything of the deal."`
	Notes        string           `json:"notes,omitempty" maxLength:"20000"`
	Reusable     bool             `json:"reusable,omitempty" doc:"A released seat can be given again; else it is used up."`
	MaxPeople    int              `json:"max_people,omitempty" doc:"The most distinct people who may ever have a seat of one purchase; for reusable seats."`
	AutoReporter *bool            `json:"auto_reporter,omitempty" doc:"Without it, what the organization's switch says at this moment."`
	Licenses     []newLicenseBody `json:"licenses" maxItems:"100" nullable:"false"`
}

type newLicenseBody struct {
	ProductID   string `json:"product_id" maxLength:"200" doc:"An activity or a program of the organization."`
	Seats       int    `json:"seats" doc:"At least one."`
	RedeemBy    string `json:"redeem_by,omitempty" format:"date" doc:"The last day to redeem."`
	AccessDays  int    `json:"access_days,omitempty" doc:"Days of access from redemption."`
	AccessUntil string `json:"access_until,omitempty" format:"date" doc:"The last day of access for everybody. With both, whichever comes first."`
	CompleteBy  string `json:"complete_by,omitempty" format:"date" doc:"The last day by which learners should complete."`
}

func (a *API) createDeal(ctx context.Context, reach access.Reach, in *newDealInput) (*wholeDeal, error) {
	b := in.Body
	n := license.NewDeal{
		Name: b.Name, ExternalID: b.ExternalID, Company: b.Company, Notes: b.Notes, Plan: license.Plan{Reusable: b.Reusable, MaxPeople: b.MaxPeople},
		Buyer: license.Buyer{Account: b.BuyerID, Name: account.Name{Given: b.GivenName, Family: b.FamilyName}, Email: b.Email},
	}
	var problems []fault.Problem
	n.StartsOn, problems = aDay("starts_on", b.StartsOn, problems)
	n.EndsOn, problems = aDay("ends_on", b.EndsOn, problems)
	for i, l := range b.Licenses {
		terms, err := termsOf(l.RedeemBy, l.AccessUntil, l.CompleteBy)
		problems = append(problems, license.OfLicense(i, fault.Fields(err))...)
		terms.AccessDays = l.AccessDays
		n.Licenses = append(n.Licenses, license.NewLicense{Product: content.ProductID(l.ProductID), Seats: l.Seats, Terms: terms})
	}
	if len(problems) > 0 {
		return nil, fault.Invalidf(problems...)
	}
	if b.AutoReporter != nil {
		n.AutoReporter = *b.AutoReporter
	} else {
		setup, err := a.ask.Licenses.DealSetup(ctx, reach)
		if err != nil {
			return nil, err
		}
		n.AutoReporter = setup.AutoReporter
	}
	id, err := a.ask.Licenses.CreateDeal(ctx, reach, n)
	if err != nil {
		return nil, err
	}
	return a.dealAfter(ctx, id)
}

// aDay reads a day of a body; an empty one is none.
func aDay(field, text string, problems []fault.Problem) (day.Day, []fault.Problem) {
	if text == "" {
		return day.None, problems
	}
	d, err := day.Parse(text)
	if err != nil {
		return day.None, append(problems, fault.Problem{Field: field, Sentence: "Use a day such as 2026-01-31."})
	}
	return d, problems
}

// dealAfter answers with a deal as it has become, as who changed it sees it.
func (a *API) dealAfter(ctx context.Context, id license.DealID) (*wholeDeal, error) {
	found, err := a.ask.Licenses.CustomDeal(ctx, server.VisitOf(ctx).Reach(access.DealView), id)
	if err != nil {
		return nil, err
	}
	return aWholeDeal(found), nil
}

// whatever is the revision that any deal is at: a program says by its key, not
// by a revision, that it means one request.
const whatever = -1

func (a *API) activateDeal(ctx context.Context, reach access.Reach, in *dealInput) (*wholeDeal, error) {
	if err := a.ask.Licenses.ActivateDeal(ctx, reach, license.DealID(in.ID), whatever); err != nil {
		return nil, err
	}
	return a.dealAfter(ctx, license.DealID(in.ID))
}

func (a *API) endDeal(ctx context.Context, reach access.Reach, in *dealInput) (*wholeDeal, error) {
	if err := a.ask.Licenses.EndDeal(ctx, reach, license.DealID(in.ID), whatever); err != nil {
		return nil, err
	}
	return a.dealAfter(ctx, license.DealID(in.ID))
}
