package license

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Invitee is to whom a seat is to be assigned: an address as it was typed, or
// an account of the organization.
type Invitee struct {
	Email   string           `json:"email,omitempty"`
	Account access.AccountID `json:"account_id,omitempty"`
}

// text is the invitee as somebody wrote it.
func (i Invitee) text() string {
	if i.Email == "" {
		return string(i.Account)
	}
	return i.Email
}

// SeatResult is what came of one invitee.
type SeatResult string

// The results of assigning a seat to somebody.
const (
	ResultAssigned  SeatResult = "assigned"
	ResultHasSeat   SeatResult = "has_seat"    // by this address or another one, pending or redeemed
	ResultNoAddress SeatResult = "no_address"  // nothing that a letter could be sent to
	ResultNobody    SeatResult = "nobody"      // no such account that the asker could name
	ResultTwice     SeatResult = "twice"       // stands further up in the same list
	ResultNoSeat    SeatResult = "no_seat"     // all are in use
	ResultTooMany   SeatResult = "people_full" // the plan's largest number of distinct people is reached
	ResultClosed    SeatResult = "closed"      // the last day to redeem is over
)

// Why a seat cannot be assigned, sent again or ended.
var (
	ErrHasSeat     = fault.New(fault.Conflict, "This person already has a seat of this purchase.")
	ErrNoSeatFree  = fault.New(fault.Conflict, "No seat of this purchase is free.")
	ErrRedeemOver  = fault.New(fault.Conflict, "The last day to redeem a seat of this purchase is over.")
	ErrPeopleFull  = fault.New(fault.Conflict, "As many different people as this purchase allows have had a seat already.")
	ErrSeatPending = fault.New(fault.Conflict, "This seat is still pending. Revoke it instead of releasing it.")
	ErrSeatTaken   = fault.New(fault.Conflict, "This seat has been redeemed. Only administrators can release it.")
	ErrSeatOver    = fault.New(fault.Conflict, "This seat has already ended.")
	ErrNoAddress   = fault.New(fault.Conflict, "This person has no e-mail address to write to.")
	ErrSentJustNow = fault.New(fault.TooMany, "An invitation to this seat was sent less than ten minutes ago. Please wait a little.")
	ErrSentOften   = fault.New(fault.TooMany, "This seat's invitation was sent 20 times already. Check the address, or give the seat to somebody else.")
	ErrNotGiven    = fault.New(fault.Conflict, "A redeemed seat of this purchase is used up, and no other one is free to be given to somebody else.")
)

// Refusal is the result as a refusal of a single assignment; nil where it was assigned.
func (r SeatResult) Refusal() error {
	switch r {
	case ResultAssigned:
		return nil
	case ResultHasSeat, ResultTwice:
		return ErrHasSeat
	case ResultNoSeat:
		return ErrNoSeatFree
	case ResultTooMany:
		return ErrPeopleFull
	case ResultClosed:
		return ErrRedeemOver
	case ResultNobody:
		return fault.Field("account_id", "Nobody in this organization has this id.")
	}
	return fault.Field("email", "Enter an e-mail address such as ann@example.com.")
}

// Known is an invitee together with what is known while nobody can change it.
type Known struct {
	Invitee
	Folded  string // the address in the form that is compared; empty: none
	Name    string // of the account behind the address, if there is one
	Locale  string
	Holds   bool // a live seat of the purchase, by account or by any address
	Counted bool // among the distinct people who had a seat
	Missing bool // an account that does not exist, or that the asker cannot name
}

// key tells people apart: the account, else the address.
func (k Known) key() string {
	if k.Account != "" {
		return "account " + string(k.Account)
	}
	return "address " + k.Folded
}

// Room is what a purchase has left for new assignments.
type Room struct {
	Closed bool // nothing can be assigned any more
	Free   int
	People int // new distinct people that the plan still allows; negative: no limit
}

// Assign decides about a list in its order, so that nobody gets two seats and
// no more are given than there are.
func (r Room) Assign(people []Known) []SeatResult {
	out := make([]SeatResult, len(people))
	seen := make(map[string]bool, len(people))
	for i, k := range people {
		out[i] = r.assign(k, seen)
		if out[i] != ResultAssigned {
			continue
		}
		r.Free--
		if !k.Counted && r.People > 0 {
			r.People--
		}
	}
	return out
}

func (r Room) assign(k Known, seen map[string]bool) SeatResult {
	switch {
	case k.Missing:
		return ResultNobody
	case k.Account == "" && k.Folded == "":
		return ResultNoAddress
	case seen[k.key()]:
		return ResultTwice
	}
	seen[k.key()] = true
	switch {
	case k.Holds:
		return ResultHasSeat
	case r.Closed:
		return ResultClosed
	case r.Free <= 0:
		return ResultNoSeat
	case r.People == 0 && !k.Counted:
		return ResultTooMany
	}
	return ResultAssigned
}

// How often an invitation can be sent again.
const (
	resendAfter = 10 * time.Minute
	mostLetters = 20
)

// Resendable tells whether a pending seat's invitation can be sent again on a
// day and at an instant.
func (s Seat) Resendable(terms Terms, today day.Day, now time.Time) error {
	switch {
	case s.State == Redeemed || s.State == Expired:
		return ErrRedeemed
	case s.State != Pending:
		return ErrSeatOver
	case !terms.Redeemable(today):
		return ErrRedeemOver
	case s.Email == "":
		return ErrNoAddress
	case s.Letters >= mostLetters:
		return ErrSentOften
	case now.Sub(s.SentAt) < resendAfter && !s.SentAt.IsZero():
		return ErrSentJustNow
	}
	return nil
}
