package license

import (
	"errors"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

const today = day.Day(20000)

func TestTermsEndAtWhicheverLimitComesFirst(t *testing.T) {
	for _, tt := range []struct {
		name  string
		terms Terms
		want  day.Day
	}{
		{"no limit", Terms{RedeemBy: day.None, AccessUntil: day.None}, day.None},
		{"days", Terms{RedeemBy: day.None, AccessDays: 10, AccessUntil: day.None}, today + 10},
		{"date", Terms{RedeemBy: day.None, AccessUntil: today + 5}, today + 5},
		{"date before days", Terms{RedeemBy: day.None, AccessDays: 10, AccessUntil: today + 5}, today + 5},
		{"days before date", Terms{RedeemBy: day.None, AccessDays: 10, AccessUntil: today + 50}, today + 10},
	} {
		if got := tt.terms.LastDay(today); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestStateOfAPurchase(t *testing.T) {
	none := Terms{RedeemBy: day.None, AccessUntil: day.None}
	for _, tt := range []struct {
		name  string
		terms Terms
		free  int
		want  State
	}{
		{"seats left", none, 1, Open},
		{"no seat left", none, 0, Full},
		{"last day to redeem", Terms{RedeemBy: today, AccessUntil: day.None}, 1, Open},
		{"day after the last to redeem", Terms{RedeemBy: today - 1, AccessUntil: day.None}, 1, Closed},
		{"last day of access", Terms{RedeemBy: day.None, AccessUntil: today}, 1, Open},
		{"access over", Terms{RedeemBy: day.None, AccessUntil: today - 1}, 1, Ended},
		{"the last redeemed seat still runs", Terms{RedeemBy: today - 10, AccessDays: 10, AccessUntil: day.None}, 1, Closed},
		{"the last redeemed seat is over", Terms{RedeemBy: today - 11, AccessDays: 10, AccessUntil: day.None}, 1, Ended},
	} {
		if got := (Purchase{Terms: tt.terms, Free: tt.free}).StateOn(today); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestAppointmentsFollowTheBuyersRule(t *testing.T) {
	buyer := Candidate{Buyer: true, Active: true, AccessUntil: day.None}
	holder := Candidate{Active: true, Seat: Redeemed, AccessUntil: today}
	pending := Candidate{Active: true, Seat: Pending, AccessUntil: day.None}
	for _, tt := range []struct {
		name     string
		owned    bool
		reporter access.AccountID
		to       Candidate
		want     error
	}{
		{"administrator, none yet", false, "", holder, nil},
		{"administrator, transfer", false, "x", buyer, nil},
		{"buyer, none yet", true, "", holder, ErrNoneToMove},
		{"buyer, none yet, pending", true, "", pending, ErrNoneToMove},
		{"buyer, move", true, "x", holder, nil},
		{"buyer, take back", true, "x", buyer, nil},
		{"buyer whose own seat ended", false, "", Candidate{Buyer: true, Active: true, Seat: Redeemed, AccessUntil: today - 1}, nil},
		{"pending", false, "x", pending, ErrPendingSeat},
		{"revoked", false, "x", Candidate{Active: true, Seat: Revoked, AccessUntil: day.None}, ErrSeatEnded},
		{"ended yesterday", false, "x", Candidate{Active: true, Seat: Redeemed, AccessUntil: today - 1}, ErrSeatEnded},
		{"no seat", false, "x", Candidate{Active: true, AccessUntil: day.None}, ErrNotEligible},
		{"suspended buyer", false, "x", Candidate{Buyer: true, AccessUntil: day.None}, ErrSuspended},
	} {
		got := Standing{Today: today, Reporter: tt.reporter, Owned: tt.owned, To: tt.to}.Appoint()
		if !errors.Is(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEverySeatMovementKeepsTheBalance(t *testing.T) {
	states := []SeatState{"", Pending, Redeemed, Released, Revoked}
	for _, from := range states {
		for _, to := range states {
			e, moves := Moved("s", from, to)
			pending, redeemed := held(from, Pending)+e.Pending, held(from, Redeemed)+e.Redeemed
			if pending != held(to, Pending) || redeemed != held(to, Redeemed) || e.Seats != 0 || moves != (e.Pending != 0 || e.Redeemed != 0) {
				t.Errorf("%q → %q: %+v", from, to, e)
			}
		}
	}
}
