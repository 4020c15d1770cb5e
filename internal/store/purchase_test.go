package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

func TestPurchasesAreThoseOfTheReach(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
		for _, tt := range []struct {
			who  access.AccountID
			want []license.PurchaseID
		}{
			{"admin", []license.PurchaseID{"bolt", "acme"}}, // the newest first
			{"master", []license.PurchaseID{"bolt", "acme"}},
			{"buyer", []license.PurchaseID{"acme"}},
			{"other", []license.PurchaseID{"bolt"}},
			{"south-admin", nil},
		} {
			page, err := licenses.Purchases(t.Context(), w.reach(t, tt.who, access.LicenseView), license.PurchaseQuery{})
			if err != nil {
				t.Fatal(err)
			}
			var got []license.PurchaseID
			for _, p := range page.Items {
				got = append(got, p.ID)
			}
			if !slices.Equal(got, tt.want) || page.Total != len(tt.want) {
				t.Errorf("%s sees %v of %d, want %v", tt.who, got, page.Total, tt.want)
			}
			for _, id := range []license.PurchaseID{"acme", "bolt", "unknown"} {
				_, err := licenses.Purchase(t.Context(), w.reach(t, tt.who, access.LicenseView), id)
				_, seatsErr := licenses.Seats(t.Context(), w.reach(t, tt.who, access.LicenseView), id, license.SeatQuery{})
				if slices.Contains(tt.want, id) != (err == nil) || err != nil && fault.KindOf(err) != fault.NotFound || fault.KindOf(seatsErr) != fault.KindOf(err) {
					t.Errorf("%s opens %s: %v, its seats: %v", tt.who, id, err, seatsErr)
				}
			}
		}
	})
}

func TestPurchaseCountsItsSeats(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		p, err := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).Purchase(t.Context(), w.reach(t, "admin", access.LicenseView), "acme")
		if err != nil {
			t.Fatal(err)
		}
		if p.Seats != 6 || p.Pending != 1 || p.Redeemed != 4 || p.Free != 1 || p.Seats+p.Over != p.Pending+p.Redeemed+p.Free {
			t.Errorf("%d seats: %d pending, %d redeemed, %d free", p.Seats, p.Pending, p.Redeemed, p.Free)
		}
		if p.Product.Title != "Program" || !p.Product.Program || p.Buyer.Account != "buyer" || p.State != license.Open || !p.Reporter.IsNobody() {
			t.Errorf("%+v", p)
		}
	})
}

func TestPurchasesPageByPage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		licenses, reach := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now), w.reach(t, "admin", access.LicenseView)
		for i, id := range []license.PurchaseID{"c1", "c2", "c3"} { // bought in the same instant
			w.purchase(t, id, "a5", "buyer", 3+i, w.now())
		}
		var got []license.PurchaseID
		query := license.PurchaseQuery{Limit: 2}
		for {
			page, err := licenses.Purchases(t.Context(), reach, query)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page.Items {
				got = append(got, p.ID)
			}
			if page.Total != 5 {
				t.Errorf("total %d, want 5", page.Total)
			}
			if query.Cursor = page.Next; query.Cursor == "" {
				break
			}
		}
		if want := []license.PurchaseID{"c3", "c2", "c1", "bolt", "acme"}; !slices.Equal(got, want) {
			t.Errorf("pages give %v, want %v", got, want)
		}
		for q, want := range map[string]int{"ÁCME": 1, "epsilon": 3, "buyer name": 4, "nothing like it": 0, "%": 0} {
			page, err := licenses.Purchases(t.Context(), reach, license.PurchaseQuery{Q: q, Limit: 1})
			if err != nil || page.Total != want || len(page.Items) != min(want, 1) {
				t.Errorf("%q finds %d (%v), want %d", q, page.Total, err, want)
			}
		}
		if _, err := licenses.Purchases(t.Context(), reach, license.PurchaseQuery{Cursor: "made up"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a made-up cursor: %v", err)
		}
	})
}

func TestSeatsTellNoAccountBehindAPendingOne(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		reach := w.reach(t, "buyer", access.LicenseView)
		got := map[license.SeatID]license.Seat{}
		query := license.SeatQuery{Limit: 4}
		for {
			page, err := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).Seats(t.Context(), reach, "acme", query)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range page.Items {
				got[s.ID] = s
			}
			if page.Total != 6 {
				t.Errorf("total %d, want 6", page.Total)
			}
			if query.Cursor = page.Next; query.Cursor == "" {
				break
			}
		}
		for id, want := range map[license.SeatID]struct {
			state  license.SeatState
			holder access.AccountID
		}{
			"acme-ann": {license.Redeemed, "ann"}, "acme-pia": {license.Pending, ""},
			"acme-old": {license.Expired, "old"}, "acme-gone": {license.Released, "gone"},
		} {
			if s := got[id]; s.State != want.state || s.Holder.Account != want.holder || (want.holder == "") != (s.Holder.Name == "") {
				t.Errorf("%s: %s, %+v", id, s.State, s.Holder)
			}
		}
		if len(got) != 6 {
			t.Errorf("%d seats", len(got))
		}
	})
}

func TestRedeemingASeat(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `update purchase set access_days = 30 where purchase_id = 'bolt'`)
		w.seat(t, "bolt", "eve", w.now())
		w.redeem(t, "bolt", "eve", w.now())
		var until, source, last int64
		w.db.Read(t, `select access_until from seat where seat_id = 'bolt-eve'`, nil, &last)
		w.db.Read(t, `select until_at, from_at from enrollment_source where kind = 'seat' and ref = 'bolt-eve' and activity = 4`, nil, &until, &source)
		today := day.Of(w.now(), w.berlin)
		if day.Day(last) != today.Add(30) || until != today.Add(31).Start(w.berlin).UnixMicro() || source != w.now().UnixMicro() {
			t.Errorf("last day %s, source %d to %d", day.Day(last), source, until)
		}
		again := func(seat license.SeatID, who access.AccountID) fault.Kind {
			return fault.KindOf(w.db.RedeemSeat(t.Context(), w.actor(who), seat, who, w.now()))
		}
		w.seat(t, "acme", "eve", w.now())
		for _, tt := range []struct {
			name string
			seat license.SeatID
			who  access.AccountID
			want fault.Kind
		}{
			{"redeemed already", "bolt-eve", "eve", fault.Conflict},
			{"of somebody else", "acme-pia", "eve", fault.Conflict},
			{"released", "acme-gone", "gone", fault.Conflict},
			{"unknown", "none", "eve", fault.NotFound},
			{"an account of a client", "acme-pia", "south-ann", fault.NotFound},
		} {
			if got := again(tt.seat, tt.who); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
		w.db.Write(t, `update purchase set redeem_by = $1 where purchase_id = 'acme'`, int64(today.Add(-1)))
		if got := again("acme-eve", "eve"); got != fault.Conflict {
			t.Errorf("after the last day to redeem: %s", got)
		}
		w.db.Write(t, `update purchase set redeem_by = $1 where purchase_id = 'acme'`, int64(today))
		w.redeem(t, "acme", "eve", w.now().Add(time.Hour))
	})
}
