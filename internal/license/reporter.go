package license

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Why somebody cannot become the reporter of a purchase, or cannot say who does.
var (
	ErrPendingSeat     = fault.New(fault.Conflict, "This person's seat is pending. They can become the reporter once they have redeemed it.")
	ErrSeatEnded       = fault.New(fault.Conflict, "This person's seat has ended, so they cannot become the reporter.")
	ErrNotEligible     = fault.New(fault.Conflict, "Only the buyer or a learner who has redeemed a seat can become the reporter.")
	ErrSuspended       = fault.New(fault.Conflict, "This person's account is not active, so they cannot become the reporter.")
	ErrNoneToMove      = fault.New(fault.Conflict, "This purchase has no reporter. Only an administrator can appoint one; after that you can transfer the role.")
	ErrReporterChanged = fault.New(fault.Conflict, "Somebody else has become the reporter meanwhile. Look at it again before you change it.")
	ErrBuyerRevokes    = fault.New(fault.Forbidden, "Only administrators can revoke the reporter role. You can transfer it to somebody else.")
)

// Candidate is a person who could become the reporter of a purchase, or could not and why.
type Candidate struct {
	Person
	Buyer  bool
	Active bool      // the account is not suspended or erased
	Seat   SeatState // of this purchase; empty: none was ever assigned
	// AccessUntil is the last day of the redeemed seat.
	AccessUntil day.Day
}

// Eligible tells whether the candidate may become the reporter on a day
// (I-08): the buyer, or who holds a redeemed seat that has not ended.
func (c Candidate) Eligible(today day.Day) error {
	seat := Seat{State: c.Seat, AccessUntil: c.AccessUntil}.StateOn(today)
	switch {
	case !c.Buyer && c.Seat == "":
		return ErrNotEligible // also for people who do not exist: nobody learns who does
	case !c.Active:
		return ErrSuspended
	case c.Buyer || seat == Redeemed:
		return nil
	case seat == Pending:
		return ErrPendingSeat
	}
	return ErrSeatEnded
}

// Appoint says who becomes the reporter of a purchase.
type Appoint struct {
	To access.AccountID
	// Instead is who the asker was shown as the reporter, empty for nobody; where
	// it is set and somebody else holds the role by now, nothing is changed.
	Instead *access.AccountID
}

// Standing is what decides about an appointment, read while nobody else can change it.
type Standing struct {
	Today    day.Day
	Reporter access.AccountID // who holds the role now; empty: nobody
	// Owned tells that the asker reaches the purchase only by having bought it.
	Owned bool
	To    Candidate
}

// Appoint tells whether the candidate may be appointed. Administrators appoint
// anybody eligible; the buyer only moves an existing role (M-039 to M-044).
func (s Standing) Appoint() error {
	if s.Owned && s.Reporter == "" {
		return ErrNoneToMove
	}
	return s.To.Eligible(s.Today)
}

// Allows tells whether it has nothing against the appointment.
func (s Standing) Allows() bool { return s.Appoint() == nil }

// Revoke tells whether the role may be taken away without a successor.
func (s Standing) Revoke() error {
	if s.Owned {
		return ErrBuyerRevokes
	}
	return nil
}

// HistoryEnd is when a reporter who is not the buyer stops reading: so many
// months after the last day of their own seat.
func HistoryEnd(last day.Day, months int, zone *time.Location) time.Time {
	return last.Add(1).Start(zone).AddDate(0, months, 0)
}

// Appointment is one person's time as the reporter of a purchase, for the audit.
type Appointment struct {
	Purchase PurchaseID       `json:"purchase"`
	Reporter access.AccountID `json:"reporter"`
	From     time.Time        `json:"from"`
}
