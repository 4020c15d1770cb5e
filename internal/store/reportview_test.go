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
	"github.com/ambit-lms/ambit/internal/transcript"
)

// TestSavedViews: a view is its owner's; a shared one is read by everybody who
// may open the report, each with their own learners and columns.
func TestSavedViews(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		views, reports := report.NewViews(w.db, w.now), report.NewService(w.db, w.now)
		reach := func(who access.AccountID) access.Reach { return w.reach(t, who, access.ReportView) }
		state := transcript.NotStarted
		rq := report.Request{
			Report: report.EnrollmentsReport, Columns: []string{"learner", "location", "state"}, Sort: "learner", Desc: true,
			Filter: report.Filter{Query: "name", State: &state},
		}
		saved, err := views.Save(t.Context(), reach("admin"), report.View{Name: "  Not   begun ", Shared: true, Request: rq})
		if err != nil || saved.ID == "" || saved.Name != "Not begun" {
			t.Fatalf("%+v, %v", saved, err)
		}
		if _, err := views.Save(t.Context(), reach("admin"), report.View{Name: "My own", Request: enrollments}); err != nil {
			t.Fatal(err)
		}
		list := func(who access.AccountID) (names []string) {
			t.Helper()
			all, err := views.List(t.Context(), reach(who), report.EnrollmentsReport)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range all {
				names = append(names, fmt.Sprintf("%s %t %t %s", v.Name, v.Shared, v.Mine, v.Owner))
			}
			return names
		}
		if got := list("admin"); !slices.Equal(got, []string{"My own false true admin name", "Not begun true true admin name"}) {
			t.Errorf("the owner's: %q", got)
		}
		if got := list("buyer"); !slices.Equal(got, []string{"Not begun true false admin name"}) {
			t.Errorf("a reporter's: %q", got)
		}
		if got := list("south-admin"); len(got) > 0 {
			t.Errorf("another organization's: %q", got)
		}
		// The same view, and each sees their own learners.
		v, err := views.Find(t.Context(), reach("buyer"), report.EnrollmentsReport, saved.ID)
		if err != nil || !slices.Equal(v.Dropped, []string{"location"}) || !slices.Equal(v.Request.Columns, []string{"learner", "state"}) || !v.Request.Desc || *v.Request.Filter.State != state {
			t.Fatalf("fitted: %+v, %v", v, err)
		}
		for who, want := range map[access.AccountID]int{"buyer": 3, "admin": 5} {
			v, err := views.Find(t.Context(), reach(who), report.EnrollmentsReport, saved.ID)
			if err != nil {
				t.Fatal(err)
			}
			got, err := reports.Table(t.Context(), reach(who), v.Request, 0, "")
			if err != nil || got.Learners != want {
				t.Errorf("%s sees %d learners, want %d: %v", who, got.Learners, want, err)
			}
		}
		// A filter that names what the reader cannot see finds nobody.
		bolt, err := views.Save(t.Context(), reach("admin"), report.View{Name: "bolt", Shared: true, Request: report.Request{Report: report.EnrollmentsReport, Filter: report.Filter{Purchase: "bolt"}}})
		if err != nil {
			t.Fatal(err)
		}
		v, err = views.Find(t.Context(), reach("buyer"), report.EnrollmentsReport, bolt.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := reports.Table(t.Context(), reach("buyer"), v.Request, 0, ""); err != nil || got.Total != 0 {
			t.Errorf("a purchase of somebody else's shows %d rows: %v", got.Total, err)
		}
		// Only its owner changes it, and nobody has two of a name.
		for _, tt := range []struct {
			who  access.AccountID
			view report.View
			want fault.Kind
		}{
			{"admin", report.View{Name: "NOT begun", Request: enrollments}, fault.Invalid},
			{"admin", report.View{ID: bolt.ID, Name: "not begun", Request: enrollments}, fault.Invalid},
			{"admin", report.View{Name: " ", Request: enrollments}, fault.Invalid},
			{"admin", report.View{Name: strings.Repeat("x", 81), Request: enrollments}, fault.Invalid},
			{"admin", report.View{Name: "large", Request: report.Request{Report: report.EnrollmentsReport, Filter: report.Filter{Query: strings.Repeat("x", 9000)}}}, fault.Invalid},
			{"admin", report.View{Name: "wrong", Request: report.Request{Report: report.EnrollmentsReport, Columns: []string{"salary"}}}, fault.Invalid},
			{"admin", report.View{ID: bolt.ID, Name: "moved", Request: report.Request{Report: report.LearnersReport}}, fault.NotFound},
			{"buyer", report.View{ID: saved.ID, Name: "mine now", Request: enrollments}, fault.NotFound},
			{"ann", report.View{Name: "no access", Request: enrollments}, fault.Forbidden},
		} {
			if _, err := views.Save(t.Context(), reach(tt.who), tt.view); fault.KindOf(err) != tt.want || err == nil {
				t.Errorf("%s saves %+.80v: %v", tt.who, tt.view, err)
			}
		}
		if err := views.Delete(t.Context(), reach("buyer"), report.EnrollmentsReport, saved.ID); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("a reader deletes: %v", err)
		}
		saved.Shared = false
		if _, err := views.Save(t.Context(), reach("admin"), saved); err != nil {
			t.Fatal(err)
		}
		if _, err := views.Find(t.Context(), reach("buyer"), report.EnrollmentsReport, saved.ID); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("not shared any more: %v", err)
		}
		if err := views.Delete(t.Context(), reach("admin"), report.EnrollmentsReport, saved.ID); err != nil {
			t.Fatal(err)
		}
		got := w.db.Texts(t, `select action from audit_event where subject_kind = 'report_view' and subject_id = $1 order by action`, string(saved.ID))
		if !slices.Equal(got, []string{"report_view.changed", "report_view.deleted", "report_view.saved"}) {
			t.Errorf("the audit says %q", got)
		}
	})
}

func TestAHundredViewsAreEnough(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		views, reach := report.NewViews(w.db, w.now), w.reach(t, "admin", access.ReportView)
		if _, err := views.Save(t.Context(), reach, report.View{Name: "one", Request: enrollments}); err != nil {
			t.Fatal(err)
		}
		w.db.Write(t, `insert into report_view (realm_id, view_id, organization_id, account_id, report, name, name_folded, shared, request_json, created_at, updated_at)
			select v.realm_id, a.account_id || b.account_id, v.organization_id, v.account_id, v.report, a.account_id || b.account_id, a.account_id || b.account_id, v.shared, v.request_json, 0, 0
			from report_view v cross join account a cross join account b where a.learner * 13 + b.learner < 113`)
		var n int
		w.db.Read(t, `select count(*) from report_view`, nil, &n)
		if n < 99 {
			t.Fatalf("only %d", n)
		}
		for i := n; i < 100; i++ {
			if _, err := views.Save(t.Context(), reach, report.View{Name: fmt.Sprint(i), Request: enrollments}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := views.Save(t.Context(), reach, report.View{Name: "one more", Request: enrollments}); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("one more: %v", err)
		}
	})
}
