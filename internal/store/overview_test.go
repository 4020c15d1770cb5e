package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// completed lets somebody complete an activity at an instant.
func (w *world) completed(tb testing.TB, who access.AccountID, activity int, at time.Time) {
	tb.Helper()
	w.db.Write(tb, `update enrollment set progress = 100, started_at = $1, completed_at = $2, last_active_at = $2 where learner = $3 and activity = $4`,
		at.Add(-48*time.Hour).UnixMicro(), at.UnixMicro(), int64(w.learners[who]), activity)
	w.pack(tb, who)
}

// TestRemovalNeverChangesPastCounts (I-21): what somebody completed stays in
// the months of the overview when they are suspended and when their identity
// is erased; the lists of today no longer show an erased person.
func TestRemovalNeverChangesPastCounts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.completed(t, "ann", 1, w.now().Add(-40*24*time.Hour))
		w.completed(t, "ann", 2, w.now().Add(-5*24*time.Hour))
		w.completed(t, "ben", 1, w.now().Add(-5*24*time.Hour))
		reports := report.NewService(w.db, w.now)
		overview := func(who access.AccountID) report.Overview {
			t.Helper()
			o, err := reports.Overview(t.Context(), w.reach(t, who, access.ReportView), report.OverviewQuery{ByLocation: true})
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		past := func(o report.Overview) (counts [][2]int) {
			for _, s := range o.Series {
				counts = append(counts, [2]int{s.Begun, s.Finished})
			}
			return counts
		}
		w.mustAssign(t, "admin", "acme", "buyer")
		for _, who := range []access.AccountID{"admin", "buyer"} {
			before := overview(who)
			if n := before.Finished; n != 2 {
				t.Errorf("%s sees %d completions in 30 days, want 2", who, n)
			}
			if before.Series[len(before.Series)-1].Finished+before.Series[len(before.Series)-2].Finished+before.Series[len(before.Series)-3].Finished != 3 {
				t.Errorf("%s sees the months %v", who, before.Series)
			}
			w.db.Write(t, `update account set status = 'suspended' where account_id = 'ann'`)
			if diff := cmp.Diff(before, overview(who), cmp.AllowUnexported(before.Work), cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
				t.Errorf("suspending ann changes what %s sees:\n%s", who, diff)
			}
			w.db.Write(t, `update account set status = 'erased', name = 'Erased', name_folded = 'erased', search_text = '', email = null, email_folded = null where account_id = 'ann'`)
			after := overview(who)
			if diff := cmp.Diff(past(before), past(after)); diff != "" {
				t.Errorf("erasing ann changes the past that %s sees:\n%s", who, diff)
			}
			if last := after.Series[len(after.Series)-1]; after.Learners != before.Learners-1 || after.ReachTotal != before.ReachTotal-1 || last.Erased+after.Series[len(after.Series)-2].Erased+after.Series[len(after.Series)-3].Erased != 2 {
				t.Errorf("%s sees %d of %d learners after, %d of %d before; months %v", who, after.Learners, after.ReachTotal, before.Learners, before.ReachTotal, after.Series)
			}
			w.db.Write(t, `update account set status = 'active', name = 'ann name', name_folded = 'ann name', search_text = 'ann name', email = 'ann@example.org', email_folded = 'ann@example.org' where account_id = 'ann'`)
		}
	})
}

// TestAnOverviewLeadsToItsLists (N-04): each figure is the total of the list
// behind it.
func TestAnOverviewLeadsToItsLists(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.completed(t, "ann", 1, w.now().Add(-40*24*time.Hour))
		w.completed(t, "ben", 1, w.now().Add(-5*24*time.Hour))
		w.db.Write(t, `update enrollment set progress = 40, score = 5000, minutes_spent = 30 where learner = $1 and activity = 2`, int64(w.learners["ben"]))
		w.db.Write(t, `update enrollment set due_on = $1 where learner = $2 and activity = 3`, 20000, int64(w.learners["ben"]))
		w.pack(t, "ben")
		reports := report.NewService(w.db, w.now)
		for _, who := range []access.AccountID{"admin", "master", "buyer"} {
			reach := w.reach(t, who, access.ReportView)
			o, err := reports.Overview(t.Context(), reach, report.OverviewQuery{})
			if err != nil {
				t.Fatal(err)
			}
			total := func(key report.Key, f report.Filter) int {
				t.Helper()
				table, err := reports.Table(t.Context(), reach, report.Request{Report: key, Filter: f}, 2, "")
				if err != nil {
					t.Fatal(err)
				}
				return table.Total
			}
			for _, tt := range []struct {
				figure    string
				got, want int
			}{
				{"learners", o.Learners, total(report.LearnersReport, report.Filter{})},
				{"enrolled", o.Work.Enrolled(), total(report.EnrollmentsReport, report.Filter{})},
				{"started", o.Work.Started(), total(report.EnrollmentsReport, report.Filter{Did: report.DidStart})},
				{"completed", o.Work.Done(), total(report.EnrollmentsReport, report.Filter{Did: report.DidComplete})},
				{"counted", o.Work.Counted(), total(report.EnrollmentsReport, report.Filter{Did: report.DidCount})},
				{"active", o.Active, total(report.LearnersReport, report.Filter{Did: report.DidActive})},
				{"completed in the period", o.Finished, total(report.EnrollmentsReport, report.Filter{Did: report.DidFinish})},
				{"purchases", o.Seats.Purchases, total(report.LicensesReport, report.Filter{})},
			} {
				if tt.got != tt.want || tt.got == 0 {
					t.Errorf("%s: %s is %d, and %d in its list", who, tt.figure, tt.got, tt.want)
				}
			}
		}
	})
}
