package license

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Assigning is to whom seats go, how they are told, and the confirmed bulk act
// that this is, if it is one.
type Assigning struct {
	People []Invitee
	Invite Invite
	Act    *bulk.Act
	Reason string // for the end of the seat that is given to somebody else
}

// Assigned is what came of a list, one line each.
type Assigned struct {
	Lines []AssignedLine
	Act   bulk.Act // as it was done, where it was one
}

// AssignedLine is what came of one invitee.
type AssignedLine struct {
	Invitee
	Result SeatResult
	Seat   SeatID // where one was assigned
}

// Ending says what the end of a redeemed seat would take away.
type Ending struct {
	Seat Seat
	// Ends are the activities that only this seat gives; Stays those that
	// something else gives as well. What was learned stays known either way.
	Ends, Stays []Activity
	Spent       bool // the seat is used up by it: it does not become free
	Reporter    bool // the holder is the reporter and not the buyer, so that role ends
	CanReassign bool // the seat, or another one, can then be given to somebody else
}

// Activity is an activity by name.
type Activity struct {
	No    access.ActivityNo
	ID    content.ProductID
	Title string
}

// Seats lists the seat assignments of a purchase in the order they were made.
func (s *Service) Seats(ctx context.Context, reach access.Reach, id PurchaseID, query SeatQuery) (SeatPage, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return SeatPage{}, err
	}
	return s.store.Seats(ctx, reach, id, query)
}

// Seat gives one seat assignment of a purchase.
func (s *Service) Seat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID) (Seat, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return Seat{}, err
	}
	return s.store.Seat(ctx, reach, id, seat)
}

// SeatLedger lists every movement of a purchase's seats and sums them up (N-09).
func (s *Service) SeatLedger(ctx context.Context, reach access.Reach, id PurchaseID, query LedgerQuery) (LedgerPage, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return LedgerPage{}, err
	}
	return s.store.SeatLedger(ctx, reach, id, query)
}

// AssignSeat offers a seat to one person, or says why not.
func (s *Service) AssignSeat(ctx context.Context, reach access.Reach, id PurchaseID, to Invitee) (SeatID, error) {
	done, err := s.AssignSeats(ctx, reach, id, []Invitee{to})
	if err != nil {
		return "", err
	}
	return done.Lines[0].Seat, done.Lines[0].Result.Refusal()
}

// AssignSeats offers seats to many people at once. Those whom it refuses are in
// the answer with the reason; the others have their seat and their letter.
func (s *Service) AssignSeats(ctx context.Context, reach access.Reach, id PurchaseID, people []Invitee) (Assigned, error) {
	if err := reach.For(access.SeatAssign); err != nil {
		return Assigned{}, err
	}
	if err := checkPeople(people); err != nil {
		return Assigned{}, err
	}
	return s.store.AssignSeats(ctx, reach, id, Assigning{People: people, Invite: s.invite})
}

func checkPeople(people []Invitee) error {
	switch {
	case len(people) == 0:
		return fault.Field("people", "Enter at least one e-mail address.")
	case len(people) > MostAtOnce:
		return TooManyPeople()
	}
	return nil
}

// ResendSeat sends a pending seat's invitation again, with a link of its own.
func (s *Service) ResendSeat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID) error {
	if err := reach.For(access.SeatAssign); err != nil {
		return err
	}
	return s.store.ResendSeat(ctx, reach, id, seat, s.invite)
}

// RevokeSeat takes a pending seat back; it becomes free.
func (s *Service) RevokeSeat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID, reason string) error {
	if err := reach.For(access.SeatAssign); err != nil {
		return err
	}
	reason, err := checkReason(reason)
	if err != nil {
		return err
	}
	return s.store.RevokeSeat(ctx, reach, id, seat, reason)
}

// SeatEnding tells, before a redeemed seat is released, what that would end.
func (s *Service) SeatEnding(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID) (Ending, error) {
	if err := reach.For(access.SeatRelease); err != nil {
		return Ending{}, err
	}
	return s.store.SeatEnding(ctx, reach, id, seat)
}

// ReleaseSeat ends a redeemed seat: what only it gave ends in that instant.
// Whether it becomes free again is for the purchase's plan to say.
func (s *Service) ReleaseSeat(ctx context.Context, reach access.Reach, id PurchaseID, seat SeatID, reason string) error {
	if err := reach.For(access.SeatRelease); err != nil {
		return err
	}
	reason, err := checkReason(reason)
	if err != nil {
		return err
	}
	return s.store.ReleaseSeat(ctx, reach, id, seat, reason)
}

// EndSeat ends a seat as its state asks for: a pending one is revoked, a
// redeemed one released.
func (s *Service) EndSeat(ctx context.Context, asks func(access.Permission) access.Reach, id PurchaseID, seat SeatID, reason string) error {
	found, err := s.Seat(ctx, asks(access.LicenseView), id, seat)
	if err != nil {
		return err
	}
	if found.State != Redeemed && found.State != Expired {
		return s.RevokeSeat(ctx, asks(access.SeatAssign), id, seat, reason)
	}
	release := asks(access.SeatRelease)
	if release.IsEmpty() {
		return ErrSeatTaken
	}
	return s.ReleaseSeat(ctx, release, id, seat, reason)
}

// ReassignSeat ends a seat and gives one to somebody else in the same instant,
// where the plan gives the seat back or another one is free.
func (s *Service) ReassignSeat(ctx context.Context, asks func(access.Permission) access.Reach, id PurchaseID, seat SeatID, to Invitee, reason string) (SeatID, error) {
	assign := asks(access.SeatAssign)
	if err := assign.For(access.SeatAssign); err != nil {
		return "", err
	}
	reason, err := checkReason(reason)
	if err != nil {
		return "", err
	}
	done, err := s.store.ReassignSeat(ctx, assign, asks(access.SeatRelease), id, seat, Assigning{People: []Invitee{to}, Invite: s.invite, Reason: reason})
	if err != nil {
		return "", err
	}
	return done.Lines[0].Seat, nil
}

func checkReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > 500 {
		return "", fault.Field("reason", "Use at most 500 characters.")
	}
	return reason, nil
}
