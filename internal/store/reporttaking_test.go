package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestTakings: what leaves on paper or as addresses is what a file would hold,
// and who took it stands in the audit.
func TestTakings(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		takings := report.NewTakings(report.NewService(w.db, w.now), w.db)
		reach := func(who access.AccountID) (view, export access.Reach) {
			return w.reach(t, who, access.ReportView), w.reach(t, who, access.ReportExport)
		}
		noted := func(action string) []string {
			return w.db.Texts(t, `select actor_id || ' ' || subject_id || ' ' || after_json from audit_event where action = $1 order by at, event_id`, action)
		}
		view, export := reach("admin")
		printed, err := takings.Print(t.Context(), view, export, report.Request{Report: report.LearnersReport}, 2)
		if err != nil || !printed.More || len(printed.Rows) != 2 || printed.Head.ReachTotal != 11 || printed.Rows[0].Values[0].Text == printed.Rows[1].Values[0].Text {
			t.Errorf("printed %+v, %v", printed.Rows, err)
		}
		if got := noted("report.printed"); len(got) != 1 || !strings.HasPrefix(got[0], "admin learners ") || !strings.Contains(got[0], `"rows":2`) {
			t.Errorf("noted %q", got)
		}
		for _, tt := range []struct {
			who   access.AccountID
			key   report.Key
			limit int
			want  int // addresses; below zero: too many
		}{
			{"admin", report.LearnersReport, 100, 11},
			{"admin", report.ActivitiesReport, 100, 11},
			{"admin", report.LearnersReport, 2, -1},
			{"buyer", report.LearnersReport, 3, 3},
			{"buyer", report.EnrollmentsReport, 3, 3},
		} {
			t.Run(fmt.Sprint(tt.who, tt.key, tt.limit), func(t *testing.T) {
				before := len(noted("report.addresses"))
				view, export := reach(tt.who)
				got, err := takings.Addresses(t.Context(), view, export, report.Request{Report: tt.key}, tt.limit)
				if err != nil || got.Over != (tt.want < 0) || len(got.List) != max(tt.want, 0) {
					t.Fatalf("%+v, %v", got, err)
				}
				each := slices.Clone(got.List)
				slices.Sort(each)
				if len(slices.Compact(each)) != len(got.List) || slices.ContainsFunc(got.List, func(s string) bool { return !strings.Contains(s, "@") }) {
					t.Errorf("addresses %q", got.List)
				}
				if after := len(noted("report.addresses")); after-before != min(len(got.List), 1) {
					t.Errorf("%d events more", after-before)
				}
			})
		}
		view, export = reach("admin")
		if _, err := takings.Addresses(t.Context(), view, export, report.Request{Report: report.LicensesReport}, 10); !errors.Is(err, report.ErrNoAddresses) {
			t.Errorf("addresses of purchases: %v", err)
		}
		if _, err := takings.Addresses(t.Context(), view, w.reach(t, "ann", access.ReportExport), report.Request{Report: report.LearnersReport}, 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("addresses without export: %v", err)
		}
		if _, err := takings.Print(t.Context(), w.reach(t, "ann", access.ReportView), export, report.Request{Report: report.LearnersReport}, 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("paper without sight: %v", err)
		}
	})
}
