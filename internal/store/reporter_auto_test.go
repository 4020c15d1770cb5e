package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// auto appoints as a sale does.
func (w *world) auto(tb testing.TB, id license.PurchaseID, buyer access.AccountID) {
	tb.Helper()
	if err := w.db.AutoReporter(tb.Context(), w.reach(tb, "admin", access.LicenseSell), id, buyer); err != nil {
		tb.Fatal(err)
	}
}

// letters lists kind and reader of every letter about a purchase.
func (w *world) letters(tb testing.TB, id license.PurchaseID) []string {
	tb.Helper()
	out := w.db.Texts(tb, `select kind || ' ' || recipient_id from mail where about_kind = 'purchase' and about_id = $1 order by 1`, string(id))
	w.db.Write(tb, `delete from mail`)
	return out
}

func (w *world) told(tb testing.TB, id license.PurchaseID, want ...string) {
	tb.Helper()
	slices.Sort(want)
	if got := w.letters(tb, id); !slices.Equal(got, want) {
		tb.Errorf("letters:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBuyerBecomesReporterWithThePurchase(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.auto(t, "acme", "buyer")
		if got := w.reporter(t, "acme"); got != "buyer" {
			t.Fatalf("the reporter is %q", got)
		}
		if w.reach(t, "buyer", access.ReportView).IsEmpty() {
			t.Error("the next request of the buyer shows nothing (M-016)")
		}
		w.told(t, "acme", "reporter.appointed buyer")
		w.auto(t, "acme", "buyer") // there is one: nothing happens
		w.told(t, "acme")
	})
}

// TestAutomaticAndByHandAreTheSame: both give the identical grant (M-005).
func TestAutomaticAndByHandAreTheSame(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.auto(t, "acme", "buyer")
		w.mustAssign(t, "admin", "bolt", "other")
		const shape = `select distinct role || node_kind || extent || coalesce(until_at, 0) || given_by || reason || from_at from role_grant where role = 'license_reporter'`
		if got := w.db.Texts(t, shape); len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}

func TestAutomaticAppointmentWaitsForRoom(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limit(t, 2)
		w.auto(t, "acme", "buyer")
		if got := w.reporter(t, "acme"); got != "" {
			t.Fatalf("%s reports in spite of the limit", got)
		}
		w.told(t, "acme", "reporter.limit admin", "reporter.limit master")
		w.auto(t, "acme", "buyer") // once
		w.told(t, "acme")
		waiting := func() license.Waiting {
			t.Helper()
			found, err := w.licenses().WaitingReporters(t.Context(), w.reach(t, "admin", access.ReporterAssign))
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if got := waiting(); len(got.Items) != 1 || got.Items[0].Purchase != "acme" || got.Items[0].Buyer.Account != "buyer" || !got.Items[0].Since.Equal(w.now()) || got.Managers.Count != 2 {
			t.Errorf("%+v", got)
		}
		if own, err := w.licenses().WaitingReporters(t.Context(), w.reach(t, "buyer", access.ReporterAssign)); err != nil || len(own.Items) > 0 {
			t.Errorf("the buyer is asked to settle it: %+v, %v", own, err)
		}
		if err := w.assign(t, "admin", "acme", "buyer"); fault.KindOf(err) != fault.LimitReached {
			t.Fatalf("confirmed without room: %v", err)
		}
		if err := w.assign(t, "buyer", "acme", "buyer"); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("confirmed by the buyer: %v", err)
		}
		w.limit(t, 3)
		w.mustAssign(t, "admin", "acme", "buyer")
		if got := waiting(); len(got.Items) != 0 {
			t.Errorf("still waiting: %+v", got)
		}
		w.told(t, "acme", "reporter.appointed buyer")
	})
}

func TestSomebodyElseAppointedSettlesTheWaiting(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limit(t, 2)
		w.auto(t, "acme", "buyer")
		w.limit(t, 3)
		w.mustAssign(t, "admin", "acme", "ann")
		if found, err := w.licenses().WaitingReporters(t.Context(), w.reach(t, "admin", access.ReporterAssign)); err != nil || len(found.Items) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

func TestASuspendedBuyerIsNotAppointed(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `update account set status = 'suspended' where account_id = 'buyer'`)
		w.auto(t, "acme", "buyer")
		if got := w.reporter(t, "acme"); got != "" {
			t.Errorf("%s reports", got)
		}
	})
}
