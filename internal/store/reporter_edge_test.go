package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// race lets everybody act at once, again and again. Nobody may be told anything
// but success, a conflict or that the limit is reached.
func (w *world) race(t *testing.T, acts func(round int) []func() error, after func(round int)) {
	t.Helper()
	for round := range seatRounds {
		var racing sync.WaitGroup
		start := make(chan struct{})
		offered := acts(round)
		for i := range seatRacers {
			racing.Go(func() {
				<-start
				if err := offered[i%len(offered)](); err != nil && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.LimitReached {
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		close(start)
		racing.Wait()
		if after(round); t.Failed() {
			return
		}
	}
	w.isSound(t)
}

// again gives somebody a redeemed seat anew.
func (w *world) again(tb testing.TB, id license.SeatID, purchase license.PurchaseID, who access.AccountID) {
	tb.Helper()
	w.db.Write(tb, `insert into seat (realm_id, seat_id, organization_id, purchase_id, account_id, email, email_folded, state, assigned_at)
		values (1, $1, 'north', $2, $3, $4, $4, 'pending', $5)`, string(id), string(purchase), string(who), string(who)+"@example.org", w.now().UnixMicro())
	w.db.Write(tb, `update purchase set seats_used = seats_used + 1 where purchase_id = $1`, string(purchase))
	moved, _ := license.Moved(id, "", license.Pending)
	if err := w.db.Ledger(tb.Context(), w.actor("admin"), purchase, w.now(), moved); err != nil {
		tb.Fatal(err)
	}
	if err := w.db.RedeemSeat(tb.Context(), w.actor(who), id, who, w.now()); err != nil {
		tb.Fatal(err)
	}
}

// TestAppointAgainstReleaseOfTheSeat: whatever comes first, nobody without a
// seat reports in the end (I-08, M-056).
func TestAppointAgainstReleaseOfTheSeat(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `update purchase set reusable = $1 where purchase_id = 'acme'`, true)
		w.release(t, "admin", "acme", "acme-ben")
		licenses := w.licenses()
		var appointed atomic.Int64
		w.race(t, func(round int) []func() error {
			seat := license.SeatID(fmt.Sprintf("ben-%d", round))
			w.again(t, seat, "acme", "ben")
			assign, release := w.reach(t, "admin", access.ReporterAssign), w.reach(t, "master", access.SeatRelease)
			appoint := func() error {
				err := licenses.AssignReporter(context.Background(), assign, "acme", "ben")
				if err == nil {
					appointed.Add(1)
				}
				return err
			}
			return []func() error{appoint, appoint, func() error {
				return licenses.ReleaseSeat(context.Background(), release, "acme", seat, "left")
			}, appoint}
		}, func(round int) {
			if got := w.reporter(t, "acme"); got != "" {
				t.Errorf("round %d: %s reports without a seat", round, got)
			}
		})
		if appointed.Load() == 0 {
			t.Error("nobody was ever appointed: this was no race")
		}
	})
}

// TestManagerLimitAtItsEdge: one place is left and several people are appointed
// at once, for different purchases (I-22).
func TestManagerLimitAtItsEdge(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limit(t, 3)
		licenses := w.licenses()
		w.race(t, func(int) []func() error {
			for _, id := range []license.PurchaseID{"acme", "bolt"} {
				if err := w.revoke(t, "admin", id); err != nil {
					t.Fatal(err)
				}
			}
			one, two := w.reach(t, "admin", access.ReporterAssign), w.reach(t, "master", access.ReporterAssign)
			appoint := func(reach access.Reach, id license.PurchaseID, to access.AccountID) func() error {
				return func() error { return licenses.AssignReporter(context.Background(), reach, id, to) }
			}
			return []func() error{appoint(one, "acme", "ann"), appoint(two, "bolt", "other"), appoint(two, "acme", "ben"), appoint(one, "bolt", "ann")}
		}, func(round int) {
			if n := w.counted(t); n != 3 {
				t.Errorf("round %d: %d people hold a managing role, want all 3 places taken", round, n)
			}
		})
	})
}

// TestAutomaticAgainstTheLimit: two sales and an appointment by hand meet at
// the last place. No sale fails, and whoever finds no place waits (M-052).
func TestAutomaticAgainstTheLimit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limit(t, 3)
		licenses := w.licenses()
		var waited atomic.Int64
		w.race(t, func(int) []func() error {
			for _, id := range []license.PurchaseID{"acme", "bolt"} {
				if err := w.revoke(t, "admin", id); err != nil {
					t.Fatal(err)
				}
			}
			w.db.Write(t, `update purchase set reporter_waiting_at = null`)
			sell, assign := w.reach(t, "admin", access.LicenseSell), w.reach(t, "master", access.ReporterAssign)
			auto := func(id license.PurchaseID, buyer access.AccountID) func() error {
				return func() error {
					if err := w.db.AutoReporter(context.Background(), sell, id, buyer); err != nil {
						return fmt.Errorf("a sale fails: %w", fault.New(fault.Internal, err.Error()))
					}
					return nil
				}
			}
			return []func() error{auto("acme", "buyer"), auto("bolt", "other"), func() error {
				return licenses.AssignReporter(context.Background(), assign, "acme", "ann")
			}}
		}, func(round int) {
			if n := w.counted(t); n != 3 {
				t.Errorf("round %d: %d people hold a managing role, want 3", round, n)
			}
			var neither, both, waiting int
			w.db.Read(t, `select count(*) filter (where g.grant_id is null and p.reporter_waiting_at is null), count(*) filter (where g.grant_id is not null and p.reporter_waiting_at is not null),
				count(*) filter (where p.reporter_waiting_at is not null)
				from purchase p left join role_grant g on g.purchase_id = p.purchase_id and g.role = 'license_reporter' and g.ended_at is null`, nil, &neither, &both, &waiting)
			if waited.Add(int64(waiting)); neither+both > 0 {
				t.Errorf("round %d: %d purchases neither have a reporter nor wait, %d do both", round, neither, both)
			}
		})
		if waited.Load() == 0 {
			t.Error("nothing ever waited: this was no race for a place")
		}
	})
}
