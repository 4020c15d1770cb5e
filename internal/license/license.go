// Package license is about license purchases: what was bought, its seats and
// who holds them, and the one License Reporter of a purchase. What the learners
// did with their seats is package learning's; who sees them is decided in access.
package license

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
)

// PurchaseID and the other ids of what the package owns; access knows the purchase's.
type (
	PurchaseID = access.PurchaseID
	SeatID     string
	DealID     string
)

// Product is what a purchase is of: an activity, or a program with all of its.
type Product struct {
	ID         content.ProductID
	ExternalID string
	Title      string
	Program    bool
}

// Person is somebody named on a purchase; its zero value is nobody.
type Person struct {
	Account access.AccountID
	Name    string
	Email   string
}

// IsNobody tells whether there is no such person.
func (p Person) IsNobody() bool { return p.Account == "" }

// Deal is the custom deal that contains a purchase; its zero value is none.
type Deal struct {
	ID         DealID
	ExternalID string
	Name       string
}

// Terms say how long seats can be redeemed, and how long a redeemed one gives access.
type Terms struct {
	RedeemBy    day.Day // last day to redeem
	AccessDays  int     // days of access from redemption; zero: no such limit
	AccessUntil day.Day // last day of access for everybody
	// CompleteBy is the last day by which learners should complete: the due day
	// of the enrollments that redeeming a seat makes.
	CompleteBy day.Day
}

// Redeemable tells whether a seat can still be assigned and redeemed on a day.
func (t Terms) Redeemable(d day.Day) bool {
	return (t.RedeemBy.IsNone() || d <= t.RedeemBy) && (t.AccessUntil.IsNone() || d <= t.AccessUntil)
}

// LastDayToRedeem is the last day on which a seat can be assigned or redeemed;
// None where there is none.
func (t Terms) LastDayToRedeem() day.Day {
	if t.RedeemBy.IsNone() || !t.AccessUntil.IsNone() && t.AccessUntil < t.RedeemBy {
		return t.AccessUntil
	}
	return t.RedeemBy
}

// LastDay is the last day of access of a seat that was redeemed on a day:
// whichever of the two limits comes first; None where there is neither.
func (t Terms) LastDay(redeemed day.Day) day.Day {
	if t.AccessDays == 0 {
		return t.AccessUntil
	}
	last := redeemed.Add(t.AccessDays)
	if !t.AccessUntil.IsNone() && t.AccessUntil < last {
		return t.AccessUntil
	}
	return last
}

// State is how a purchase stands on a day. It is computed, never stored.
type State string

// The states of a purchase.
const (
	Open   State = "open"   // seats are free to assign
	Full   State = "full"   // every seat is assigned or redeemed
	Closed State = "closed" // the last day to redeem is over; access goes on
	Ended  State = "ended"  // nobody can have access any more
)

// Purchase is N seats of a product for a buyer.
// Seats + Over = Pending + Redeemed + Spent + Free (I-09).
type Purchase struct {
	ID           PurchaseID
	ExternalID   string
	Organization access.OrgID
	Product      Product
	Buyer        Person
	Company      string // a label; it gives no access
	Seats        int
	Over         int // redeemed seats beyond what is paid for, until resolved
	Pending      int
	Redeemed     int
	Spent        int // redeemed and released where that uses them up
	Free         int
	Reusable     bool // a released seat goes back to the free ones
	MaxPeople    int  // most distinct people that may ever have a seat; zero: no limit
	PurchasedAt  time.Time
	Terms        Terms
	Deal         Deal
	Reporter     Person // nobody: none is appointed
	// ReporterNew tells that the reporter has never signed in.
	ReporterNew bool
	// WaitingSince is when an automatic appointment met the manager limit; zero: none did.
	WaitingSince time.Time
	State        State
}

// StateOn tells how the purchase stands on a day of its organization.
func (p Purchase) StateOn(d day.Day) State {
	last := p.Terms.AccessUntil
	if !p.Terms.RedeemBy.IsNone() && p.Terms.AccessDays > 0 {
		last = p.Terms.LastDay(p.Terms.RedeemBy)
	}
	switch {
	case !last.IsNone() && last < d:
		return Ended
	case !p.Terms.Redeemable(d):
		return Closed
	case p.Free <= 0:
		return Full
	}
	return Open
}

// SeatState is where a seat assignment stands.
type SeatState string

// The states of a seat assignment; Expired is computed from a redeemed one's last day.
const (
	Pending  SeatState = "pending"
	Redeemed SeatState = "redeemed"
	Released SeatState = "released"
	Revoked  SeatState = "revoked"
	Expired  SeatState = "expired"
)

// Seat is one seat assignment; a free seat is none. Of a pending one only the
// typed address is told, never the account that may stand behind it.
type Seat struct {
	ID          SeatID
	Holder      Person // nobody until it is redeemed
	Email       string // as it was typed
	State       SeatState
	AssignedAt  time.Time
	RedeemedAt  time.Time
	EndedAt     time.Time
	AccessUntil day.Day   // last day of access; None: no end
	SentAt      time.Time // the latest invitation; zero: none was sent
	Letters     int       // invitations so far
	Spent       bool      // released, and used up by it
	Mine        bool      // the asker's own, redeemed or waiting for them
}

// StateOn tells how the seat stands on a day of its organization.
func (s Seat) StateOn(d day.Day) SeatState {
	if s.State == Redeemed && !s.AccessUntil.IsNone() && s.AccessUntil < d {
		return Expired
	}
	return s.State
}
