package license

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
)

// Setup is what an organization has decided about its sales.
type Setup struct {
	// AutoReporter makes the buyer of a later purchase its reporter at once.
	AutoReporter bool
	// Unreported counts the purchases that have no reporter now.
	Unreported int
	// Managers and ManagerLimit count who has a managing role; a limit of zero is none.
	Managers, ManagerLimit int
}

// Setup tells what the asker's organization has decided.
func (s *Service) Setup(ctx context.Context, reach access.Reach) (Setup, error) {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return Setup{}, err
	}
	return s.store.SalesSetup(ctx, reach)
}

// SwitchAutoReporter decides whether the buyer of a later purchase becomes its
// reporter. Purchases that were made before stay as they are.
func (s *Service) SwitchAutoReporter(ctx context.Context, reach access.Reach, on bool) error {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return err
	}
	return s.store.SwitchAutoReporter(ctx, reach, on)
}

// AppointBuyersAct is the kind of act that makes the buyers of earlier
// purchases their reporters, where there is none.
const AppointBuyersAct bulk.Kind = "reporters.appoint"

// What becomes of a purchase in such an act, and in taking it back.
const (
	BuyerAppointed   = "appointed"
	BuyerOverLimit   = "limit"     // would be one manager too many
	BuyerNotActive   = "suspended" // their account is not active
	BuyerTakenBack   = "taken_back"
	ReporterReplaced = "replaced" // somebody else holds the role by now
)

// Appointed is what taking such an act back needs: the appointments it made.
type Appointed struct {
	Reporters map[PurchaseID]access.AccountID `json:"reporters"`
}

// SetupStore keeps what an organization has decided about its sales.
type SetupStore interface {
	SalesSetup(ctx context.Context, reach access.Reach) (Setup, error)
	SwitchAutoReporter(ctx context.Context, reach access.Reach, on bool) error
	PlanBuyers(ctx context.Context, reach access.Reach) (bulk.Plan, error)
	AppointBuyers(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error)
	TakeBuyersBack(ctx context.Context, reach access.Reach, act bulk.Act, made Appointed) (bulk.Act, error)
}

// appointBuyers is the handler of that act.
type appointBuyers struct{ store SetupStore }

// Kind names it.
func (appointBuyers) Kind() bulk.Kind { return AppointBuyersAct }

// Plan says which buyers would report on what.
func (h appointBuyers) Plan(ctx context.Context, asks bulk.Asks, _ string, _ json.RawMessage) (bulk.Plan, error) {
	reach := asks(access.ReporterAssign)
	if err := mayAppointAll(asks, reach); err != nil {
		return bulk.Plan{}, err
	}
	return h.store.PlanBuyers(ctx, reach)
}

// Do appoints them.
func (h appointBuyers) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.ReporterAssign)
	if err := mayAppointAll(asks, reach); err != nil {
		return bulk.Act{}, err
	}
	return h.store.AppointBuyers(ctx, reach, act)
}

// Undo revokes those appointments that still stand.
func (h appointBuyers) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	reach := asks(access.ReporterAssign)
	if err := mayAppointAll(asks, reach); err != nil {
		return bulk.Act{}, err
	}
	var made Appointed
	if err := json.Unmarshal(act.Undo, &made); err != nil {
		return bulk.Act{}, err
	}
	return h.store.TakeBuyersBack(ctx, reach, act, made)
}

// mayAppointAll asks for the right to set sales up besides that to appoint: a
// buyer has the second, for their own purchases only.
func mayAppointAll(asks bulk.Asks, reach access.Reach) error {
	if err := asks(access.OrganizationConfigure).For(access.OrganizationConfigure); err != nil {
		return err
	}
	return reach.For(access.ReporterAssign)
}

// Happening is one event of a purchase's history, as it was noted.
type Happening struct {
	At     time.Time
	Action string
	By     Person // nobody where System did, or somebody whom the reader is not told of
	Hidden bool   // somebody did whom the reader is not told of
	System string
	Before map[string]any
	After  map[string]any
	Whom   Person // whom it was about, where it was about somebody the reader may know
	Reason string
}

// HistoryPage is a page of a purchase's history, the newest first.
type HistoryPage struct {
	Items []Happening
	Next  Cursor
}

// History lists what happened to a purchase, the newest first.
func (s *Service) History(ctx context.Context, reach access.Reach, id PurchaseID, after Cursor) (HistoryPage, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return HistoryPage{}, err
	}
	return s.store.History(ctx, reach, id, after)
}
