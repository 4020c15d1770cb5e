package license

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
)

// Store is what the package asks of the database. Each write is one whole
// change and decides by the rules of this package under its locks.
type Store interface {
	PurchaseStore
	SetupStore
	DealStore
	SeatStore
	ReporterStore
}

// PurchaseStore keeps purchases.
type PurchaseStore interface {
	Purchases(ctx context.Context, reach access.Reach, query PurchaseQuery) (PurchasePage, error)
	Purchase(ctx context.Context, reach access.Reach, id PurchaseID) (Purchase, error)
	Sell(ctx context.Context, reach access.Reach, sale Sale) (PurchaseID, error)
	ChangePurchase(ctx context.Context, reach access.Reach, id PurchaseID, c Change) error
	Offerings(ctx context.Context, reach access.Reach) ([]Offering, error)
	Buyers(ctx context.Context, reach access.Reach, query CandidateQuery) ([]Person, error)
	Company(ctx context.Context, reach access.Reach, name string) (Company, error)
	Companies(ctx context.Context, reach access.Reach, query CandidateQuery) ([]string, error)
	History(ctx context.Context, reach access.Reach, id PurchaseID, after Cursor) (HistoryPage, error)
}

// SeatStore keeps the seats of purchases.
type SeatStore interface {
	Seats(ctx context.Context, reach access.Reach, id PurchaseID, query SeatQuery) (SeatPage, error)
	Seat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID) (Seat, error)
	SeatLedger(ctx context.Context, reach access.Reach, id PurchaseID, query LedgerQuery) (LedgerPage, error)
	// PlanSeats tells what AssignSeats would do.
	PlanSeats(ctx context.Context, reach access.Reach, id PurchaseID, people []Invitee) (bulk.Plan, error)
	AssignSeats(ctx context.Context, reach access.Reach, id PurchaseID, a Assigning) (Assigned, error)
	// TakeSeatsBack revokes those seats of a bulk act that are still pending.
	TakeSeatsBack(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error)
	ResendSeat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID, invite Invite) error
	RevokeSeat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID, reason string) error
	SeatEnding(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID) (Ending, error)
	ReleaseSeat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID, reason string) error
	// ReassignSeat ends a seat and gives it to somebody else; release is empty
	// for those who can only do so while it is pending.
	ReassignSeat(ctx context.Context, assign, release access.Reach, id PurchaseID, seat SeatID, a Assigning) (Assigned, error)
}

// ReporterStore keeps who is the reporter of a purchase.
type ReporterStore interface {
	ReporterCandidates(ctx context.Context, reach access.Reach, id PurchaseID, query CandidateQuery) ([]Candidate, error)
	ReporterNow(ctx context.Context, reach access.Reach, id PurchaseID) (ReporterNow, error)
	PreviewAppointment(ctx context.Context, reach access.Reach, id PurchaseID, to access.AccountID) (AppointmentPreview, error)
	PreviewRevocation(ctx context.Context, reach access.Reach, id PurchaseID) (RevocationPreview, error)
	ReportersWaiting(ctx context.Context, reach access.Reach) (Waiting, error)
	AppointReporter(ctx context.Context, reach access.Reach, id PurchaseID, a Appoint) error
	EndReporter(ctx context.Context, reach access.Reach, id PurchaseID) error
}

// Settings are what letters need to know.
type Settings struct {
	PublicURL string // where people open Ambit, as in https://lms.example
}

// Service holds the rules of purchases, their seats and their reporters.
// Pages, API, imports and jobs all come through here.
type Service struct {
	store    Store
	settings Settings
	now      func() time.Time
}

// NewService makes the service over a store.
func NewService(store Store, settings Settings, now func() time.Time) *Service {
	return &Service{store: store, settings: settings, now: now}
}

// Purchases lists the purchases that the asker may see, the newest first.
func (s *Service) Purchases(ctx context.Context, reach access.Reach, query PurchaseQuery) (PurchasePage, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return PurchasePage{}, err
	}
	return s.store.Purchases(ctx, reach, query)
}

// Purchase gives one purchase that the asker may see.
func (s *Service) Purchase(ctx context.Context, reach access.Reach, id PurchaseID) (Purchase, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return Purchase{}, err
	}
	return s.store.Purchase(ctx, reach, id)
}
