package api

import (
	"context"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/server"
)

type invitee struct {
	Email     string           `json:"email,omitempty" maxLength:"254" doc:"An address. It need not have an account."`
	AccountID access.AccountID `json:"account_id,omitempty" maxLength:"200" doc:"The asker, or a learner in their access; instead of an address."`
}

type assignInput struct {
	ID   string `path:"id" doc:"Of the purchase."`
	Body assignBody
}

type assignBody struct {
	Email  string    `json:"email,omitempty" maxLength:"254" doc:"One address; refused where it can have no seat."`
	People []invitee `json:"people,omitempty" maxItems:"5000" doc:"Several people; the answer says of each what came of it."`
}

// assignment is what came of each line of a list.
type assignment struct {
	Items    []assignmentLine `json:"items" nullable:"false" doc:"One for each of the people, in their order."`
	Assigned int              `json:"assigned" doc:"How many were given a seat and a letter."`
}

type assignmentLine struct {
	Email     *string `json:"email"`
	AccountID *string `json:"account_id"`
	Result    string  `json:"result" enum:"assigned,has_seat,no_address,nobody,twice,no_seat,people_full,closed"`
	SeatID    *string `json:"seat_id"`
}

func (a *API) assignSeats(ctx context.Context, reach access.Reach, in *assignInput) (*assignment, error) {
	id := license.PurchaseID(in.ID)
	if in.Body.Email != "" && len(in.Body.People) > 0 {
		return nil, fault.Field("people", "Say either one address or a list of people.")
	}
	if in.Body.Email != "" {
		seat, err := a.ask.Licenses.AssignSeat(ctx, reach, id, license.Invitee{Email: in.Body.Email})
		if err != nil {
			return nil, err
		}
		return &assignment{Assigned: 1, Items: []assignmentLine{{Email: text(in.Body.Email), Result: string(license.ResultAssigned), SeatID: text(seat)}}}, nil
	}
	people := make([]license.Invitee, len(in.Body.People))
	for i, p := range in.Body.People {
		people[i] = license.Invitee{Email: p.Email, Account: p.AccountID}
	}
	done, err := a.ask.Licenses.AssignSeats(ctx, reach, id, people)
	if err != nil {
		return nil, err
	}
	out := &assignment{Items: list(done.Lines, func(l license.AssignedLine) assignmentLine {
		return assignmentLine{Email: text(l.Email), AccountID: text(l.Account), Result: string(l.Result), SeatID: text(l.Seat)}
	})}
	for _, l := range done.Lines {
		if l.Result == license.ResultAssigned {
			out.Assigned++
		}
	}
	return out, nil
}

type seatInput struct {
	ID   string `path:"id" doc:"Of the purchase."`
	Seat string `path:"seat" doc:"Of the seat."`
}

func (a *API) resendSeat(ctx context.Context, reach access.Reach, in *seatInput) (*seat, error) {
	id, which := license.PurchaseID(in.ID), license.SeatID(in.Seat)
	if err := a.ask.Licenses.ResendSeat(ctx, reach, id, which); err != nil {
		return nil, err
	}
	found, err := a.ask.Licenses.Seat(ctx, server.VisitOf(ctx).Reach(access.LicenseView), id, which)
	if err != nil {
		return nil, err
	}
	out := aSeat(found)
	return &out, nil
}

func (a *API) endSeat(ctx context.Context, _ access.Reach, in *seatInput) (*none, error) {
	return &none{}, a.ask.Licenses.EndSeat(ctx, server.VisitOf(ctx).Reach, license.PurchaseID(in.ID), license.SeatID(in.Seat), "")
}

type ledgerInput struct {
	Window
	ID string `path:"id" doc:"Of the purchase."`
}

// ledger is a page of movements, and the sums that answer why so many are left.
type ledger struct {
	Items      []ledgerLine `json:"items" nullable:"false" doc:"The newest first."`
	NextCursor *string      `json:"next_cursor"`
	Total      int          `json:"total"`
	Sums       []ledgerSum  `json:"sums" nullable:"false" doc:"By movement; they add up to the balance."`
	Balance    seatCounts   `json:"balance"`
	Over       int          `json:"over" doc:"Seats in use beyond those paid for; they add to the free ones."`
	Free       int          `json:"free" doc:"As the purchase shows it: the balance's seats less pending, redeemed and spent ones, and over."`
}

type seatCounts struct {
	Seats    int `json:"seats"`
	Pending  int `json:"pending"`
	Redeemed int `json:"redeemed"`
	Spent    int `json:"spent"`
}

type ledgerSum struct {
	Movement string `json:"movement" enum:"bought,changed,assigned,redeemed,released,revoked"`
	Times    int    `json:"times"`
	Seats    int    `json:"seats"`
	Pending  int    `json:"pending"`
	Redeemed int    `json:"redeemed"`
	Spent    int    `json:"spent"`
}

type ledgerLine struct {
	No       int           `json:"no" doc:"Counted from 1 in each purchase."`
	At       time.Time     `json:"at"`
	Movement string        `json:"movement" enum:"bought,changed,assigned,redeemed,released,revoked"`
	SeatID   *string       `json:"seat_id"`
	Email    *string       `json:"email" doc:"Of the seat, as it was typed."`
	Holder   maybe[person] `json:"holder" doc:"Of the seat, once it was redeemed."`
	By       maybe[person] `json:"by" doc:"Null where no person did it."`
	Seats    int           `json:"seats"`
	Pending  int           `json:"pending"`
	Redeemed int           `json:"redeemed"`
	Spent    int           `json:"spent"`
	Balance  seatCounts    `json:"balance" doc:"After this movement."`
}

func seatCountsOf(e license.Entry) seatCounts {
	return seatCounts{e.Seats, e.Pending, e.Redeemed, e.Spent}
}

func (a *API) readLedger(ctx context.Context, reach access.Reach, in *ledgerInput) (*ledger, error) {
	query := license.LedgerQuery{Limit: in.Limit}
	if in.Cursor != "" {
		before, err := strconv.Atoi(in.Cursor)
		if err != nil || before < 1 {
			return nil, fault.Field("cursor", "This is not a cursor of this list.")
		}
		query.Before = before
	}
	found, err := a.ask.Licenses.SeatLedger(ctx, reach, license.PurchaseID(in.ID), query)
	if err != nil {
		return nil, err
	}
	out := &ledger{Total: found.Total, Balance: seatCountsOf(found.Balance), Over: found.Over, Free: found.Free()}
	if found.Next > 0 {
		out.NextCursor = text(strconv.Itoa(found.Next))
	}
	out.Sums = list(found.Sums, func(e license.Entry) ledgerSum {
		return ledgerSum{Movement: string(e.Movement), Times: found.Times[e.Movement], Seats: e.Seats, Pending: e.Pending, Redeemed: e.Redeemed, Spent: e.Spent}
	})
	out.Items = list(found.Items, func(l license.LedgerLine) ledgerLine {
		return ledgerLine{
			No: l.No, At: l.At, Movement: string(l.Movement), SeatID: text(l.Seat), Email: text(l.Email),
			Holder: aPerson(l.Holder), By: aPerson(l.By), Seats: l.Seats, Pending: l.Pending, Redeemed: l.Redeemed, Spent: l.Spent, Balance: seatCountsOf(l.Balance),
		}
	})
	return out, nil
}
