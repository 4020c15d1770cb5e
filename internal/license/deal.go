package license

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// DealStore keeps custom deals. Each write is one whole change.
type DealStore interface {
	CustomDeals(ctx context.Context, reach access.Reach, query DealQuery) (DealPage, error)
	CustomDeal(ctx context.Context, reach access.Reach, id DealID) (CustomDeal, error)
	DealSetup(ctx context.Context, reach access.Reach) (DealSetup, error)
	DealStart(ctx context.Context, reach access.Reach, id DealID) (DealStart, error)
	CreateDeal(ctx context.Context, reach access.Reach, n NewDeal) (DealID, error)
	EditDeal(ctx context.Context, reach access.Reach, id DealID, revision int64, n NewDeal) error
	ExtendDeal(ctx context.Context, reach access.Reach, id DealID, revision int64, e DealExtension) error
	ActivateDeal(ctx context.Context, reach access.Reach, id DealID, revision int64) error
	EndDeal(ctx context.Context, reach access.Reach, id DealID, revision int64) error
}

// DealLicenseID names one license that a deal contains.
type DealLicenseID string

// DealState is how far a custom deal has come.
type DealState string

// The states of a custom deal.
const (
	DealDraft  DealState = "draft"  // can be changed in everything; nothing of it is sold
	DealActive DealState = "active" // its licenses are purchases
	DealEnded  DealState = "ended"  // nothing of it can be assigned or redeemed any more
)

// CustomDeal is a deal with its own terms: one or more license purchases of one
// buyer (M-002).
type CustomDeal struct {
	Deal
	Organization access.OrgID
	Company      string
	Buyer        Person
	NewBuyer     Buyer // of a draft, where nobody with an account buys
	State        DealState
	StartsOn     day.Day
	EndsOn       day.Day // the last day on which anything of it can be redeemed
	Notes        string
	Plan         Plan
	// AutoReporter makes the buyer the reporter of each purchase when the deal
	// takes effect, whatever the organization's switch says (M-020, M-021).
	AutoReporter bool
	Revision     int64 // moves with every change
	CreatedAt    time.Time
	ActivatedAt  time.Time
	EndedAt      time.Time
	Size         int // licenses, or purchases
	Seats        int // of all of them
	// Licenses of a draft, and the purchases that a deal has become, in their
	// order. Both are filled in for a single deal only.
	Licenses  []DealLicense
	Purchases []Purchase
}

// StateOn tells how the deal stands on a day of its organization: the last day
// ends it without anybody doing anything.
func (d CustomDeal) StateOn(today day.Day) DealState {
	if d.State == DealActive && !d.EndsOn.IsNone() && d.EndsOn < today {
		return DealEnded
	}
	return d.State
}

// DealLicense is one license of a draft.
type DealLicense struct {
	ID      DealLicenseID
	Product Product
	Seats   int
	Terms   Terms
}

// DealQuery asks for a page of deals, the newest first.
type DealQuery struct {
	Q      string // looks into names, companies and buyers
	State  DealState
	Cursor Cursor
	Limit  int
}

// Size is the page's size in bounds.
func (q DealQuery) Size() int { return limit(q.Limit) }

// DealPage is a page of deals; Total counts all that the query finds.
type DealPage struct {
	Items []CustomDeal
	Next  Cursor
	Total int
}

// DealSetup is what somebody needs to know who makes a deal.
type DealSetup struct {
	AutoReporter bool // what the organization's switch says, where the deal says nothing
	Products     []Product
	Today        day.Day
}

// DealStart is what activating a draft would do, and whether it can.
type DealStart struct {
	CustomDeal
	Refused error // why it cannot be activated now; nil: it can
	// Known is the account that buys; nobody: one is made for the new buyer.
	Known    Person
	Managers management.Managers
	// Waits tells that the buyer would be the reporter, but for the manager limit (M-052).
	Waits bool
}

// Why a deal cannot be changed as asked.
var (
	ErrDealEdited = fault.New(fault.Conflict, "Somebody else has changed this deal in the meantime. Look at what it says now, then try again.")
	ErrDealActive = fault.New(fault.Conflict, "This deal is active already.")
	ErrDealEnded  = fault.New(fault.Conflict, "This deal has ended.")
	ErrDealDraft  = fault.New(fault.Conflict, "This deal is a draft. Nothing of it has been sold yet.")
	ErrDealEmpty  = fault.Field("licenses", "Add at least one license.")
	ErrDealEarly  = fault.Field("starts_on", "This deal has not started yet. Activate it on its first day, or choose an earlier one.")
	ErrDealLate   = fault.Field("ends_on", "The last day of this deal is over. Choose a later one.")
)

// CustomDeals lists the deals of the asker's organization, the newest first.
func (s *Service) CustomDeals(ctx context.Context, reach access.Reach, query DealQuery) (DealPage, error) {
	if err := reach.For(access.DealView); err != nil {
		return DealPage{}, err
	}
	return s.store.CustomDeals(ctx, reach, query)
}

// CustomDeal gives one deal with its licenses and purchases.
func (s *Service) CustomDeal(ctx context.Context, reach access.Reach, id DealID) (CustomDeal, error) {
	if err := reach.For(access.DealView); err != nil {
		return CustomDeal{}, err
	}
	return s.store.CustomDeal(ctx, reach, id)
}

// DealSetup tells what a new deal begins with and what can be in it.
func (s *Service) DealSetup(ctx context.Context, reach access.Reach) (DealSetup, error) {
	if err := reach.For(access.DealEdit); err != nil {
		return DealSetup{}, err
	}
	return s.store.DealSetup(ctx, reach)
}

// DealStart tells what activating a draft would do: who becomes the reporter of what.
func (s *Service) DealStart(ctx context.Context, reach access.Reach, id DealID) (DealStart, error) {
	if err := reach.For(access.DealEdit); err != nil {
		return DealStart{}, err
	}
	return s.store.DealStart(ctx, reach, id)
}

// CreateDeal writes a draft. Nothing of it is sold before it is activated.
func (s *Service) CreateDeal(ctx context.Context, reach access.Reach, n NewDeal) (DealID, error) {
	if err := reach.For(access.DealEdit); err != nil {
		return "", err
	}
	n, err := n.tidy()
	if err != nil {
		return "", err
	}
	return s.store.CreateDeal(ctx, reach, n)
}

// EditDeal changes everything about a draft, as it was at a revision.
func (s *Service) EditDeal(ctx context.Context, reach access.Reach, id DealID, revision int64, n NewDeal) error {
	if err := reach.For(access.DealEdit); err != nil {
		return err
	}
	n, err := n.tidy()
	if err != nil {
		return err
	}
	return s.store.EditDeal(ctx, reach, id, revision, n)
}

// ExtendDeal changes what an active deal is called and what is noted, and sells
// what is added to it.
func (s *Service) ExtendDeal(ctx context.Context, reach access.Reach, id DealID, revision int64, e DealExtension) error {
	if err := reach.For(access.DealEdit); err != nil {
		return err
	}
	e, err := e.tidy()
	if err != nil {
		return err
	}
	return s.store.ExtendDeal(ctx, reach, id, revision, e)
}

// ActivateDeal makes a purchase of each license of a draft, all of them or
// none. However often it is asked for, it happens once.
func (s *Service) ActivateDeal(ctx context.Context, reach access.Reach, id DealID, revision int64) error {
	if err := reach.For(access.DealEdit); err != nil {
		return err
	}
	return s.store.ActivateDeal(ctx, reach, id, revision)
}

// EndDeal ends an active deal: nothing of it can be assigned or redeemed any
// more. Access that was redeemed stays until its own end.
func (s *Service) EndDeal(ctx context.Context, reach access.Reach, id DealID, revision int64) error {
	if err := reach.For(access.DealEdit); err != nil {
		return err
	}
	return s.store.EndDeal(ctx, reach, id, revision)
}
