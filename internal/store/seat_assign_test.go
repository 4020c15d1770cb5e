package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

func (w *world) licenses() *license.Service {
	return license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
}

func addresses(list ...string) (out []license.Invitee) {
	for _, a := range list {
		out = append(out, license.Invitee{Email: a})
	}
	return out
}

// sell makes a purchase of a program with so many seats.
func (w *world) sell(t testing.TB, id license.PurchaseID, seats int) {
	w.purchase(t, id, "program", "buyer", seats, w.now())
}

// give assigns seats to a list as somebody and gives the results.
func (w *world) give(t testing.TB, who access.AccountID, id license.PurchaseID, people ...license.Invitee) []license.SeatResult {
	t.Helper()
	done, err := w.licenses().AssignSeats(t.Context(), w.reach(t, who, access.SeatAssign), id, people)
	if err != nil {
		t.Fatal(err)
	}
	var out []license.SeatResult
	for _, l := range done.Lines {
		if (l.Seat != "") != (l.Result == license.ResultAssigned) {
			t.Errorf("%+v", l)
		}
		out = append(out, l.Result)
	}
	return out
}

// counts reads a purchase as its page shows it: seats, pending, redeemed, spent, free.
func (w *world) counts(t testing.TB, id license.PurchaseID) [5]int {
	t.Helper()
	p, err := w.licenses().Purchase(t.Context(), w.reach(t, "admin", access.LicenseView), id)
	if err != nil {
		t.Fatal(err)
	}
	return [5]int{p.Seats, p.Pending, p.Redeemed, p.Spent, p.Free}
}

func (w *world) seatOf(t testing.TB, id license.PurchaseID, address string) license.SeatID {
	t.Helper()
	var seat string
	w.db.Read(t, `select seat_id from seat where purchase_id = $1 and email = $2 order by assigned_at desc limit 1`, []any{string(id), address}, &seat)
	return license.SeatID(seat)
}

// TestSeatsAreAssignedOnceToEachPerson tells of a list line by line.
func TestSeatsAreAssignedOnceToEachPerson(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 6)
		w.give(t, "buyer", "deal", addresses("Old@Example.com", "eve@example.org")...)
		// Ben redeemed by another address than his account's.
		w.give(t, "buyer", "deal", addresses("ben@home.example")...)
		w.db.Write(t, `update seat set account_id = 'ben' where email = 'ben@home.example'`)
		got := w.give(t, "buyer", "deal", addresses(
			"new@example.com", "NEW@example.com", "old@EXAMPLE.com", "EVE@example.org", "ben@example.org", "ben@home.example", "not an address", "", "pia@example.org", "third@example.com", "late@example.com")...)
		want := []license.SeatResult{
			license.ResultAssigned, license.ResultTwice, license.ResultHasSeat, license.ResultHasSeat, license.ResultHasSeat, license.ResultHasSeat,
			license.ResultNoAddress, license.ResultNoAddress, license.ResultAssigned, license.ResultAssigned, license.ResultNoSeat,
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if got, want := w.counts(t, "deal"), [5]int{6, 6, 0, 0, 0}; got != want {
			t.Errorf("%v, want %v", got, want)
		}
		// By account: an administrator can name whom they see, the buyer only themselves.
		w.sell(t, "more", 9)
		people := []license.Invitee{{Account: "ann"}, {Email: "ann@example.org"}, {Account: "south-ann"}, {Account: "nobody"}, {Account: "buyer"}}
		if got := w.give(t, "buyer", "more", people...); !slices.Equal(got, []license.SeatResult{license.ResultNobody, license.ResultAssigned, license.ResultNobody, license.ResultNobody, license.ResultAssigned}) {
			t.Errorf("the buyer: %v", got)
		}
		people = append(people, license.Invitee{Account: "pia"}, license.Invitee{Email: "PIA@example.org"})
		if got := w.give(t, "admin", "more", people...); !slices.Equal(got, []license.SeatResult{
			license.ResultHasSeat, license.ResultTwice, license.ResultNobody, license.ResultNobody, license.ResultHasSeat, license.ResultAssigned, license.ResultTwice,
		}) {
			t.Errorf("the administrator: %v", got)
		}
	})
}

// TestNothingIsAssignedAfterTheLastDay holds the day in the organization's zone.
func TestNothingIsAssignedAfterTheLastDay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 5)
		w.db.Write(t, `update purchase set redeem_by = $1 where purchase_id = 'deal'`, int64(day.Of(w.now(), w.berlin)))
		midnight := day.Of(w.now(), w.berlin).Add(1).Start(w.berlin)
		w.move(midnight.Sub(w.now()) - time.Second)
		if got := w.give(t, "buyer", "deal", addresses("a@example.com")...); got[0] != license.ResultAssigned {
			t.Error(got)
		}
		w.move(time.Second)
		if got := w.give(t, "buyer", "deal", addresses("b@example.com")...); got[0] != license.ResultClosed {
			t.Error(got)
		}
		err := w.licenses().ResendSeat(t.Context(), w.reach(t, "buyer", access.SeatAssign), "deal", w.seatOf(t, "deal", "a@example.com"))
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("sent again: %v", err)
		}
	})
}

// TestReusableSeatsGoRoundAmongSoManyPeople: released seats come back, but only
// so many distinct people ever get one.
func TestReusableSeatsGoRoundAmongSoManyPeople(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 2)
		w.db.Write(t, `update purchase set reusable = $1, max_people = 3 where purchase_id = 'deal'`, true)
		w.give(t, "buyer", "deal", addresses("ann@example.org", "pia@example.org")...)
		revoke := func(address string) {
			t.Helper()
			if err := w.licenses().RevokeSeat(t.Context(), w.reach(t, "buyer", access.SeatAssign), "deal", w.seatOf(t, "deal", address), ""); err != nil {
				t.Fatal(err)
			}
		}
		redeemAndRelease := func(who access.AccountID) {
			t.Helper()
			seat := w.seatOf(t, "deal", string(who)+"@example.org")
			if err := w.db.RedeemSeat(t.Context(), w.actor(who), seat, who, w.now()); err != nil {
				t.Fatal(err)
			}
			w.move(time.Hour)
			if err := w.licenses().ReleaseSeat(t.Context(), w.reach(t, "admin", access.SeatRelease), "deal", seat, "left"); err != nil {
				t.Fatal(err)
			}
		}
		revoke("pia@example.org") // counts for nobody: she never had it
		redeemAndRelease("ann")
		if got, want := w.counts(t, "deal"), [5]int{2, 0, 0, 0, 2}; got != want {
			t.Errorf("%v, want %v", got, want)
		}
		w.give(t, "buyer", "deal", addresses("ben@example.org")...)
		redeemAndRelease("ben")
		// Ann may come back; of two new people one finds room.
		if got := w.give(t, "buyer", "deal", addresses("ann@example.org", "x@example.com")...); !slices.Equal(got, []license.SeatResult{license.ResultAssigned, license.ResultAssigned}) {
			t.Error(got)
		}
		redeemAndRelease("ann")
		if got := w.give(t, "buyer", "deal", addresses("y@example.com")...); got[0] != license.ResultTooMany {
			t.Error(got)
		}
		revoke("x@example.com")
		if got := w.give(t, "buyer", "deal", addresses("y@example.com")...); got[0] != license.ResultAssigned {
			t.Error(got)
		}
	})
}

// TestInvitationLettersGoOutWithTheSeats reads them in the outbox.
func TestInvitationLettersGoOutWithTheSeats(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 5)
		w.db.Write(t, `update purchase set redeem_by = $1, company = 'Acme & Sons' where purchase_id = 'deal'`, int64(day.Of(w.now(), w.berlin)+30))
		w.db.Write(t, `update organization set locale = 'de' where organization_id = 'north'`)
		w.db.Write(t, `update account set locale = 'ar' where account_id = 'eve'`)
		w.give(t, "buyer", "deal", addresses("new@example.com", "eve@example.org")...)
		for address, words := range map[string][]string{
			"new@example.com": {"Einladung zu Program", "buyer name", "Acme & Sons", "north", "1.\u00a0Apr.\u00a02026", "https://lms.example/redeem/"},
			"eve@example.org": {"دعوة إلى Program", "buyer name", "1\u00a0أبريل\u00a02026", "https://lms.example/redeem/"},
		} {
			var subject, text, about, facts string
			w.db.Read(t, `select subject, body_text, about_id, facts_json from mail where recipient = $1 and kind = 'seat.invitation'`, []any{address}, &subject, &text, &about, &facts)
			for _, word := range words {
				if !strings.Contains(subject+text, word) {
					t.Errorf("to %s: no %q in %s\n%s", address, word, subject, text)
				}
			}
			_, secret, _ := strings.Cut(text, license.RedeemPath)
			secret, _, _ = strings.Cut(secret, "\n")
			var links int
			w.db.Read(t, `select count(*) from seat_link where token_hash = $1 and seat_id = $2`, []any{license.SeatLinkHash(secret), about}, &links)
			if links != 1 || license.SeatID(about) != w.seatOf(t, "deal", address) || strings.Contains(facts, secret) {
				t.Errorf("to %s: link %q of seat %s, %d kept; facts %s", address, secret, about, links, facts)
			}
		}
	})
}

// TestAnInvitationIsSentAgainNowAndThen with a link of its own.
func TestAnInvitationIsSentAgainNowAndThen(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 5)
		w.give(t, "buyer", "deal", addresses("new@example.com")...)
		seat := w.seatOf(t, "deal", "new@example.com")
		resend := func() error {
			return w.licenses().ResendSeat(t.Context(), w.reach(t, "buyer", access.SeatAssign), "deal", seat)
		}
		if err := resend(); fault.KindOf(err) != fault.TooMany {
			t.Errorf("at once: %v", err)
		}
		w.move(10 * time.Minute)
		if err := resend(); err != nil {
			t.Error(err)
		}
		var letters, links, counted int
		w.db.Read(t, `select count(*), (select count(*) from seat_link), (select letters from seat where email = 'new@example.com') from mail where kind = 'seat.invitation'`, nil, &letters, &links, &counted)
		if letters != 2 || links != 2 || counted != 2 {
			t.Errorf("%d letters, %d links, %d counted", letters, links, counted)
		}
		if err := w.licenses().RevokeSeat(t.Context(), w.reach(t, "buyer", access.SeatAssign), "deal", seat, ""); err != nil {
			t.Fatal(err)
		}
		w.move(10 * time.Minute)
		if err := resend(); fault.KindOf(err) != fault.Conflict {
			t.Errorf("after it was revoked: %v", err)
		}
		var waiting int
		w.db.Read(t, `select count(*) from mail where kind = 'seat.invitation' and failed_at is null`, nil, &waiting)
		if waiting != 0 {
			t.Errorf("%d letters of a revoked seat still wait to go out", waiting)
		}
	})
}

// TestOnlyTheBuyerAndAdministratorsAssign: nobody else finds the purchase, and
// the buyer finds no other one.
func TestOnlyTheBuyerAndAdministratorsAssign(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.redeem(t, "acme", "pia", w.now())
		w.mustAssign(t, "admin", "acme", "ann")
		for _, tt := range []struct {
			who  access.AccountID
			id   license.PurchaseID
			want fault.Kind
		}{
			{"ann", "acme", fault.Forbidden}, // the reporter
			{"eve", "acme", fault.Forbidden},
			{"buyer", "bolt", fault.NotFound},
			{"other", "acme", fault.NotFound},
			{"south-admin", "acme", fault.NotFound},
			{"admin", "none", fault.NotFound},
		} {
			_, err := w.licenses().AssignSeat(t.Context(), w.reach(t, tt.who, access.SeatAssign), tt.id, license.Invitee{Email: "x@example.com"})
			if fault.KindOf(err) != tt.want {
				t.Errorf("%s on %s: %v", tt.who, tt.id, err)
			}
		}
		// A reach that was made before the purchase went to another buyer is decided again.
		w.sell(t, "deal", 5)
		reach := w.reach(t, "buyer", access.SeatAssign)
		w.db.Write(t, `update purchase set buyer_id = 'other' where purchase_id = 'deal'`)
		if _, err := w.licenses().AssignSeat(t.Context(), reach, "deal", license.Invitee{Email: "x@example.com"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a former buyer: %v", err)
		}
	})
}

// TestAThousandSeatsTakeFewStatements holds the count that the benchmark tells.
func TestAThousandSeatsTakeFewStatements(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sell(t, "deal", 1000)
		people := make([]license.Invitee, 1000)
		for i := range people {
			people[i].Email = fmt.Sprintf("Person%d@Example.com", i)
		}
		n := w.db.Statements(t, func() {
			if got := w.give(t, "buyer", "deal", people...); slices.Contains(got, license.ResultNoSeat) || got[999] != license.ResultAssigned {
				t.Error(got)
			}
		})
		if n >= 1000 {
			t.Errorf("%d statements", n)
		}
		t.Log(n, "statements")
		if got, want := w.counts(t, "deal"), [5]int{1000, 1000, 0, 0, 0}; got != want {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
