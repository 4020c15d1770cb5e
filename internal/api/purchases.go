package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/license"
)

type purchase struct {
	ID          license.PurchaseID `json:"id"`
	ExternalID  *string            `json:"external_id"`
	Product     product            `json:"product"`
	Buyer       maybe[person]      `json:"buyer"`
	Company     *string            `json:"company"`
	Seats       int                `json:"seats"`
	Pending     int                `json:"pending"`
	Redeemed    int                `json:"redeemed"`
	Spent       int                `json:"spent" doc:"Seats that were redeemed and released, which uses them up."`
	Free        int                `json:"free"`
	Over        int                `json:"over" doc:"Redeemed seats beyond those paid for."`
	PurchasedAt *time.Time         `json:"purchased_at"`
	RedeemBy    *string            `json:"redeem_by" format:"date" doc:"The last day to redeem."`
	AccessDays  *int               `json:"access_days" doc:"Days of access from redemption."`
	AccessUntil *string            `json:"access_until" format:"date" doc:"The last day of access for everybody."`
	CompleteBy  *string            `json:"complete_by" format:"date" doc:"The last day by which learners should complete."`
	Deal        maybe[deal]        `json:"deal"`
	Reporter    maybe[person]      `json:"reporter" doc:"The one License Reporter; null where none is appointed."`
	// ReporterPending tells why there is none although there should be.
	ReporterPending *string `json:"reporter_pending" enum:"limit_reached" doc:"Set where the buyer should have become the reporter and the manager limit was reached."`
	State           string  `json:"state" enum:"open,full,closed,ended"`
}

type product struct {
	ID         string  `json:"id"`
	ExternalID *string `json:"external_id"`
	Title      string  `json:"title"`
	Kind       string  `json:"kind" enum:"activity,program"`
}

type deal struct {
	ID         license.DealID `json:"id"`
	ExternalID *string        `json:"external_id"`
	Name       string         `json:"name"`
}

type seat struct {
	ID          license.SeatID `json:"id"`
	State       string         `json:"state" enum:"pending,redeemed,released,revoked,expired"`
	Holder      maybe[person]  `json:"holder" doc:"Null until the seat is redeemed."`
	Email       *string        `json:"email" doc:"The address as it was typed."`
	AssignedAt  *time.Time     `json:"assigned_at"`
	RedeemedAt  *time.Time     `json:"redeemed_at"`
	EndedAt     *time.Time     `json:"ended_at"`
	AccessUntil *string        `json:"access_until" format:"date" doc:"The last day of access."`
	SentAt      *time.Time     `json:"sent_at" doc:"The latest invitation."`
	Letters     int            `json:"letters" doc:"Invitations so far."`
	Spent       bool           `json:"spent" doc:"Released, which used it up."`
}

func aSeat(s license.Seat) seat {
	return seat{
		ID: s.ID, State: string(s.State), Holder: aPerson(s.Holder), Email: text(s.Email), AssignedAt: at(s.AssignedAt),
		RedeemedAt: at(s.RedeemedAt), EndedAt: at(s.EndedAt), AccessUntil: date(s.AccessUntil), SentAt: at(s.SentAt), Letters: s.Letters, Spent: s.Spent,
	}
}

func aPurchase(p license.Purchase) purchase {
	out := purchase{
		ID: p.ID, ExternalID: text(p.ExternalID), Buyer: aPerson(p.Buyer), Company: text(p.Company),
		Product: product{ID: string(p.Product.ID), ExternalID: text(p.Product.ExternalID), Title: p.Product.Title, Kind: "activity"},
		Seats:   p.Seats, Pending: p.Pending, Redeemed: p.Redeemed, Spent: p.Spent, Free: p.Free, Over: p.Over, PurchasedAt: at(p.PurchasedAt),
		RedeemBy: date(p.Terms.RedeemBy), AccessDays: positive(p.Terms.AccessDays), AccessUntil: date(p.Terms.AccessUntil), CompleteBy: date(p.Terms.CompleteBy),
		Reporter: aPerson(p.Reporter), State: string(p.State),
	}
	if p.Product.Program {
		out.Product.Kind = "program"
	}
	if !p.WaitingSince.IsZero() {
		out.ReporterPending = text("limit_reached")
	}
	if p.Deal.ID != "" {
		out.Deal = some(deal{ID: p.Deal.ID, ExternalID: text(p.Deal.ExternalID), Name: p.Deal.Name})
	}
	return out
}

func aPerson(p license.Person) maybe[person] {
	if p.IsNobody() {
		return maybe[person]{}
	}
	return some(person{ID: p.Account, Name: p.Name, Email: text(p.Email)})
}

type purchasesInput struct {
	Window
	Q        string `query:"q" maxLength:"200" doc:"Part of the company's, the product's or the buyer's name."`
	State    string `query:"state" enum:"open,full,closed,ended" doc:"How the purchase stands today."`
	Company  string `query:"company" maxLength:"200" doc:"Name of the company, however it is spelled."`
	Product  string `query:"product" maxLength:"200" doc:"Id of the product."`
	Reporter string `query:"reporter" enum:"none,never_signed_in,waiting" doc:"none: there is no reporter; never_signed_in: there is one, who has never signed in; waiting: the manager limit was reached."`
}

func (a *API) listPurchases(ctx context.Context, reach access.Reach, in *purchasesInput) (*page[purchase], error) {
	found, err := a.ask.Licenses.Purchases(ctx, reach, license.PurchaseQuery{
		Q: in.Q, State: license.State(in.State), Company: in.Company, Product: content.ProductID(in.Product), Reporter: license.ReporterFilter(in.Reporter),
		Cursor: license.Cursor(in.Cursor), Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &page[purchase]{Items: list(found.Items, aPurchase), NextCursor: text(found.Next), Total: found.Total}, nil
}

type purchaseInput struct {
	ID string `path:"id" doc:"Of the purchase."`
}

func (a *API) openPurchase(ctx context.Context, reach access.Reach, in *purchaseInput) (*purchase, error) {
	found, err := a.ask.Licenses.Purchase(ctx, reach, license.PurchaseID(in.ID))
	if err != nil {
		return nil, err
	}
	out := aPurchase(found)
	return &out, nil
}

type seatsInput struct {
	Window
	ID string `path:"id" doc:"Of the purchase."`
}

func (a *API) listSeats(ctx context.Context, reach access.Reach, in *seatsInput) (*page[seat], error) {
	found, err := a.ask.Licenses.Seats(ctx, reach, license.PurchaseID(in.ID), license.SeatQuery{Cursor: license.Cursor(in.Cursor), Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &page[seat]{NextCursor: text(found.Next), Total: found.Total, Items: list(found.Items, aSeat)}, nil
}
