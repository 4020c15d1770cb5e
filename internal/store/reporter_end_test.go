package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/org"
)

func (w *world) release(tb testing.TB, by access.AccountID, id license.PurchaseID, seat license.SeatID) {
	tb.Helper()
	if err := w.licenses().ReleaseSeat(tb.Context(), w.reach(tb, by, access.SeatRelease), id, seat, "left"); err != nil {
		tb.Fatal(err)
	}
}

func (w *world) suspend(tb testing.TB, who access.AccountID) {
	tb.Helper()
	if err := w.db.ChangeStatus(tb.Context(), w.reach(tb, "admin", access.AccountEdit), who, account.Suspended, ""); err != nil {
		tb.Fatal(err)
	}
}

// TestReleasedSeatEndsTheReporter: who leaves stops seeing (M-056, Q-04).
func TestReleasedSeatEndsTheReporter(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "admin", "bolt", "ann")
		w.letters(t, "acme")
		w.move(time.Second)
		w.release(t, "admin", "acme", "acme-ann")
		if got := w.reporter(t, "acme"); got != "" {
			t.Errorf("%s still reports", got)
		}
		if got := w.reporter(t, "bolt"); got != "ann" {
			t.Errorf("of the other purchase %q reports", got)
		}
		got := slices.DeleteFunc(w.letters(t, "acme"), func(l string) bool { return l[:9] != "reporter." })
		if want := []string{"reporter.left admin", "reporter.left buyer", "reporter.left master", "reporter.seat_ended ann"}; !slices.Equal(got, want) {
			t.Errorf("letters %q, want %q", got, want)
		}
		var events int
		w.db.Read(t, `select count(*) from audit_event where action = 'reporter.ended' and subject_id = 'acme' and before_json like '%"reporter":"ann"%'`, nil, &events)
		if events != 1 {
			t.Errorf("%d events", events)
		}
	})
}

// TestTheBuyerNeedsNoSeat: the buyer's own seat may end, the role stays.
func TestTheBuyerNeedsNoSeat(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.seat(t, "acme", "buyer", w.now())
		w.redeem(t, "acme", "buyer", w.now())
		w.mustAssign(t, "admin", "acme", "buyer")
		w.move(time.Second)
		w.release(t, "admin", "acme", "acme-buyer")
		if got := w.reporter(t, "acme"); got != "buyer" {
			t.Errorf("the reporter is %q", got)
		}
	})
}

// TestSuspendedReporterLosesTheRole: the purchase shows no reporter (M-055),
// also for the buyer, and reinstating gives nothing back.
func TestSuspendedReporterLosesTheRole(t *testing.T) {
	for _, who := range []access.AccountID{"ann", "buyer"} {
		inWorld(t, func(t *testing.T, w *world) {
			w.mustAssign(t, "admin", "acme", who)
			w.letters(t, "acme")
			w.suspend(t, who)
			if got := w.reporter(t, "acme"); got != "" {
				t.Errorf("%s still reports", got)
			}
			want := []string{"reporter.account_over admin", "reporter.account_over master"}
			if who != "buyer" { // who is suspended gets no letter
				want = append(want, "reporter.account_over buyer")
			}
			w.told(t, "acme", want...)
			if err := w.db.ChangeStatus(t.Context(), w.reach(t, "admin", access.AccountEdit), who, account.Active, ""); err != nil {
				t.Fatal(err)
			}
			if !w.reach(t, who, access.LearnerView).IsEmpty() {
				t.Error("reinstating gave the role back")
			}
		})
	}
}

// TestExpiredSeatLeavesReadOnlyHistory: a reporter whose seat ended by date
// reads on for the organization's months, flagged, and then counts no more.
func TestExpiredSeatLeavesReadOnlyHistory(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		last := day.Of(w.now(), w.berlin).Add(3)
		w.db.Write(t, `update seat set access_until = $1 where seat_id = 'acme-ann'`, int64(last))
		w.db.Write(t, `update enrollment_source set until_at = $1 where ref = 'acme-ann'`, last.Add(1).Start(w.berlin).UnixMicro())
		w.pack(t, "ann")
		w.mustAssign(t, "admin", "acme", "ann")
		now := func() license.ReporterNow {
			t.Helper()
			found, err := w.licenses().Reporter(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme")
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if got := now(); !got.SeatEnded.IsNone() || got.Managers.Count != 3 {
			t.Errorf("while the seat lives: %+v", got)
		}
		w.move(10 * 24 * time.Hour)
		end := license.HistoryEnd(last, 12, w.berlin)
		if got := now(); got.Holder.Account != "ann" || got.SeatEnded != last || !got.ReadsUntil.Equal(end) || w.reach(t, "ann", access.ReportView).IsEmpty() {
			t.Errorf("after the seat's last day: %+v", got)
		}
		w.move(end.Sub(w.now()) - time.Microsecond)
		if w.reach(t, "ann", access.ReportView).IsEmpty() {
			t.Error("the history ends too early")
		}
		w.move(time.Microsecond)
		if !w.reach(t, "ann", access.ReportView).IsEmpty() {
			t.Error("the history does not end")
		}
		if got := now(); !got.Holder.IsNobody() || got.Managers.Count != 2 {
			t.Errorf("after the history: %+v", got)
		}
		if err := w.assign(t, "buyer", "acme", "ben"); !errors.Is(err, license.ErrNoneToMove) {
			t.Errorf("the buyer moves a role that is over: %v", err)
		}
	})
}

func TestShorterHistoryCountsAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		last := day.Of(w.now(), w.berlin).Add(3)
		w.db.Write(t, `update seat set access_until = $1 where seat_id = 'acme-ann'`, int64(last))
		w.db.Write(t, `update enrollment_source set until_at = $1 where ref = 'acme-ann'`, last.Add(1).Start(w.berlin).UnixMicro())
		w.pack(t, "ann")
		w.mustAssign(t, "admin", "acme", "ann")
		w.move(60 * 24 * time.Hour)
		for _, tt := range []struct {
			months int
			reads  bool
		}{{2, true}, {1, false}, {12, false}} { // what is over does not come back
			w.set(t, org.Settings{HistoryMonths: &tt.months})
			if reads := !w.reach(t, "ann", access.ReportView).IsEmpty(); reads != tt.reads {
				t.Errorf("%d months: reads %t", tt.months, reads)
			}
			w.isSound(t)
		}
	})
}
