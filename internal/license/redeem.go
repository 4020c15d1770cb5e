package license

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

// Why a seat is not redeemed.
var (
	ErrOfferLink    = fault.New(fault.NotFound, "This link is not known. Copy it whole from the letter, or ask for a new one.")
	ErrRedeemed     = fault.New(fault.Conflict, "This seat has been redeemed already. Please sign in.")
	ErrOfferEnded   = fault.New(fault.Conflict, "This invitation was taken back. Ask the person who sent it.")
	ErrOfferShut    = fault.New(fault.Conflict, "Your account here is not active, so the seat cannot be redeemed. Ask an administrator of the organization.")
	ErrOrganization = fault.New(fault.Conflict, "This organization is closed at the moment.")
	ErrOtherAddress = fault.New(fault.Conflict, "This link went to another address than the one of the account that the seat is for. Ask for a new invitation.")
	ErrNotYours     = fault.New(fault.Forbidden, "This seat is for somebody else. Sign in as the person whose address it was sent to.")
)

// Offer is a seat as its invited person sees it before accepting: who gives
// it, for what and until when, and who will see their progress in it.
type Offer struct {
	Seat  Seat
	Terms Terms
	Today day.Day // in the organization's zone

	Realm        access.RealmID
	Organization access.OrgID
	Slug         string
	School       string // the organization's name
	Open         bool   // people can work in the organization now

	Purchase   PurchaseID
	Product    Product
	Activities []string // titles, of a program
	Company    string
	Buyer      string
	BuyerSees  bool   // the buyer is Purchaser, or the reporter
	Reporter   string // by name; empty: none is appointed

	For account.Guest
}

// Stands tells why the offer cannot be accepted any more; nil: it can.
func (o Offer) Stands() error {
	switch {
	case o.Seat.State == Redeemed || o.Seat.State == Expired:
		return ErrRedeemed
	case o.Seat.State != Pending:
		return ErrOfferEnded
	case !o.Open:
		return ErrOrganization
	case !o.Terms.Redeemable(o.Today):
		return ErrRedeemOver
	case o.For.Status == account.Suspended || o.For.Status == account.Erased:
		return ErrOfferShut
	}
	return nil
}

// StandsFor tells the same to a visitor who came by the link.
func (o Offer) StandsFor(visitor account.IdentityID) error {
	if err := o.Stands(); err != nil {
		return err
	}
	switch o.WayOf(visitor) {
	case account.AsSomebodyElse:
		return ErrNotYours
	case account.BySignIn:
		if !o.For.HasPassword {
			return ErrOtherAddress
		}
	}
	return nil
}

// LastDay is the last day to redeem; None: there is none.
func (o Offer) LastDay() day.Day {
	if o.Terms.RedeemBy.IsNone() || !o.Terms.AccessUntil.IsNone() && o.Terms.AccessUntil < o.Terms.RedeemBy {
		return o.Terms.AccessUntil
	}
	return o.Terms.RedeemBy
}

// WayOf tells how a visitor goes on; visitor is empty where nobody is signed in.
func (o Offer) WayOf(visitor account.IdentityID) account.Way { return o.For.WayOf(visitor) }

// Redemption is what is asked of the store: which pending seat, and who says
// they are the person it was offered to.
type Redemption struct {
	Link    string             // the digest of a link's secret, or
	Seat    SeatID             // a seat offered to the asker
	Visitor account.IdentityID // who has proven to be signed in; empty: the link alone speaks
	Name    account.Name       // of a new account
	Hash    string             // of a first password
	// Letter writes to the buyer. It is called within the transaction.
	Letter func(Redeeming) mail.Message
}

// Accepted is a redeemed seat.
type Accepted struct {
	Seat     SeatID
	Account  access.AccountID
	Identity account.IdentityID
	Slug     string
	Until    day.Day // the last day of access; None: no end
}

// RedeemStore keeps the redeeming of seats. Each write is one transaction; of
// two that redeem the same seat one wins.
type RedeemStore interface {
	// OfferByLink finds an offer by the digest of its link's secret, also one that was accepted or ended.
	OfferByLink(ctx context.Context, digest string) (Offer, error)
	// Offers lists the pending seats that are offered to the asker.
	Offers(ctx context.Context, reach access.Reach) ([]Offer, error)
	// RedeemByLink redeems for whoever holds a link; with it come the account and the
	// sign-in that the person lacks.
	RedeemByLink(ctx context.Context, r Redemption) (Accepted, error)
	// RedeemOwn redeems, for an account that exists, a seat offered to it.
	RedeemOwn(ctx context.Context, reach access.Reach, r Redemption) (Accepted, error)
	// TakeSeat assigns a free seat of a purchase to the asker and redeems it.
	TakeSeat(ctx context.Context, reach access.Reach, id PurchaseID) (Accepted, error)
	// HoldsSeat tells whether the asker has redeemed a seat of a purchase that did not end.
	HoldsSeat(ctx context.Context, reach access.Reach, id PurchaseID) (bool, error)
	// DueReminders lists pending seats that a reminder may be due for.
	DueReminders(ctx context.Context, now time.Time, after string, limit int) ([]Reminder, error)
	// PostReminder keeps a link and posts its letter, unless the seat is pending no more or the letter was posted.
	PostReminder(ctx context.Context, r Reminder, digest string, letter mail.Message) error
}

// Redemptions lets people accept seats, and reminds them of those they have not.
type Redemptions struct {
	store    RedeemStore
	accounts *account.Service
	settings Settings
	now      func() time.Time
}

// NewRedemptions makes the service. It asks package account for all that has
// to do with passwords.
func NewRedemptions(store RedeemStore, accounts *account.Service, settings Settings, now func() time.Time) *Redemptions {
	return &Redemptions{store: store, accounts: accounts, settings: settings, now: now}
}

// digest is what is kept of a link's secret, as somebody gives it.
func digest(secret string) string { return SeatLinkHash(strings.TrimSpace(secret)) }

// Open tells what stands behind a link. Whoever holds its secret may know, so
// it takes no reach; ErrOfferLink where there is no such link.
func (s *Redemptions) Open(ctx context.Context, secret string) (Offer, error) {
	o, err := s.store.OfferByLink(ctx, digest(secret))
	if errors.Is(err, fault.ErrNotFound) {
		err = ErrOfferLink
	}
	return o, err
}

// Newcomer is what somebody says of themselves on the page behind a link.
type Newcomer struct {
	Name     account.Name
	Password string // a new one, or the one they sign in with
}

// Redeem accepts the seat behind a link for the visitor who is signed in, or,
// where nobody is, for the person whom the password proves or who chooses their
// first one. The session it gives is empty for those who have one. It takes no
// reach: the link's secret is what is shown.
func (s *Redemptions) Redeem(ctx context.Context, secret string, visitor account.IdentityID, in Newcomer, c account.Client) (Accepted, account.Opened, error) {
	r, way, err := s.prepare(ctx, secret, visitor, in, c)
	if err != nil {
		return Accepted{}, account.Opened{}, err
	}
	done, err := s.store.RedeemByLink(ctx, r)
	if err != nil || way == account.AsSignedIn {
		return done, account.Opened{}, err
	}
	opened, err := s.accounts.Open(ctx, done.Identity, c)
	return done, opened, err
}

// prepare finds out who redeems, before anything is changed.
func (s *Redemptions) prepare(ctx context.Context, secret string, visitor account.IdentityID, in Newcomer, c account.Client) (Redemption, account.Way, error) {
	o, err := s.Open(ctx, secret)
	if err != nil {
		return Redemption{}, "", err
	}
	if err := o.StandsFor(visitor); err != nil {
		return Redemption{}, "", err
	}
	way := o.WayOf(visitor)
	r := Redemption{Link: digest(secret), Visitor: visitor, Letter: s.redeemedLetter}
	if o.For.Account == "" || way == account.ByFirstPassword {
		if r.Name, r.Hash, err = s.accounts.Introduce(ctx, in.Name, in.Password, way == account.ByFirstPassword); err != nil {
			return r, way, err
		}
	}
	if way == account.BySignIn {
		r.Visitor = o.For.Identity
		err = s.accounts.Prove(ctx, o.For.Identity, in.Password, c)
	}
	return r, way, err
}

// Offers lists what is offered to the asker and can be accepted.
func (s *Redemptions) Offers(ctx context.Context, reach access.Reach) ([]Offer, error) {
	if err := reach.For(access.SelfView); err != nil {
		return nil, err
	}
	all, err := s.store.Offers(ctx, reach)
	if err != nil {
		return nil, err
	}
	var open []Offer
	for _, o := range all {
		if o.Stands() == nil {
			open = append(open, o)
		}
	}
	return open, nil
}

// Accept redeems a seat offered to the asker: by its id, or by a link that was
// sent to them. What is offered to others does not exist for them.
func (s *Redemptions) Accept(ctx context.Context, reach access.Reach, seat SeatID, secret string) (Accepted, error) {
	if err := reach.For(access.SelfEdit); err != nil {
		return Accepted{}, err
	}
	r := Redemption{Seat: seat, Letter: s.redeemedLetter}
	switch {
	case (seat == "") == (secret == ""):
		return Accepted{}, fault.Field("seat_id", "Name a seat that is offered to you, or give the token of its link.")
	case secret != "":
		r.Link = digest(secret)
	}
	return s.store.RedeemOwn(ctx, reach, r)
}

// Take gives the asker, who answers for a purchase, one of its free seats at once.
func (s *Redemptions) Take(ctx context.Context, reach access.Reach, id PurchaseID) (Accepted, error) {
	if err := reach.For(access.SeatAssign); err != nil {
		return Accepted{}, err
	}
	return s.store.TakeSeat(ctx, reach, id)
}

// Holds tells whether the asker has redeemed a seat of a purchase themselves.
func (s *Redemptions) Holds(ctx context.Context, reach access.Reach, id PurchaseID) (bool, error) {
	if err := reach.For(access.SelfView); err != nil {
		return false, err
	}
	return s.store.HoldsSeat(ctx, reach, id)
}
