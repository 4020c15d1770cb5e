package license

import (
	"context"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Store is what the package asks of the database. Each write is one whole
// change and decides by the rules of this package under its locks.
type Store interface {
	PurchaseStore
	SeatStore
	ReporterStore
}

// PurchaseStore reads purchases.
type PurchaseStore interface {
	Purchases(ctx context.Context, reach access.Reach, query PurchaseQuery) (PurchasePage, error)
	Purchase(ctx context.Context, reach access.Reach, id PurchaseID) (Purchase, error)
}

// SeatStore keeps the seats of purchases.
type SeatStore interface {
	Seats(ctx context.Context, reach access.Reach, id PurchaseID, query SeatQuery) (SeatPage, error)
}

// ReporterStore keeps who is the reporter of a purchase.
type ReporterStore interface {
	ReporterCandidates(ctx context.Context, reach access.Reach, id PurchaseID, query CandidateQuery) ([]Candidate, error)
	AppointReporter(ctx context.Context, reach access.Reach, id PurchaseID, to access.AccountID) error
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

// Seats lists the seat assignments of a purchase in the order they were made.
func (s *Service) Seats(ctx context.Context, reach access.Reach, id PurchaseID, query SeatQuery) (SeatPage, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return SeatPage{}, err
	}
	return s.store.Seats(ctx, reach, id, query)
}

// Candidates lists who could become the reporter of a purchase now: the buyer,
// and people with a redeemed seat that has not ended; nobody else (M-023).
func (s *Service) Candidates(ctx context.Context, reach access.Reach, id PurchaseID, query CandidateQuery) ([]Candidate, error) {
	if err := reach.For(access.ReporterAssign); err != nil {
		return nil, err
	}
	return s.store.ReporterCandidates(ctx, reach, id, query)
}

// AssignReporter makes somebody the one reporter of a purchase; who held the
// role loses it in the same instant. Naming who holds it already changes nothing.
func (s *Service) AssignReporter(ctx context.Context, reach access.Reach, id PurchaseID, to access.AccountID) error {
	if err := reach.For(access.ReporterAssign); err != nil {
		return err
	}
	if strings.TrimSpace(string(to)) == "" {
		return fault.Field("account_id", "Choose who becomes the reporter.")
	}
	return s.store.AppointReporter(ctx, reach, id, to)
}

// RevokeReporter leaves the purchase without a reporter; where there is none it
// changes nothing. Other access of the person stays (M-047).
func (s *Service) RevokeReporter(ctx context.Context, reach access.Reach, id PurchaseID) error {
	if err := reach.For(access.ReporterAssign); err != nil {
		return err
	}
	return s.store.EndReporter(ctx, reach, id)
}
