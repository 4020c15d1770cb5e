package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

// TestARunLives goes through what can become of files: too many at once,
// cancelled while they wait, work and are done, kept long enough, lost with
// the process that made them.
func TestARunLives(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		waits, runs := w.runs(t, report.RunSettings{AtOnce: -1}, nil), w.runs(t, report.RunSettings{Part: 200}, nil)
		self := w.self(t, "admin")
		state := func(id report.RunID, want report.RunState) report.Run {
			t.Helper()
			run, err := runs.Run(t.Context(), self, id)
			if err != nil || run.State != want || want != report.RunDone && w.parts(t, id) > 0 || run.State.Open() != run.FinishedAt.IsZero() {
				t.Fatalf("%+v with %d parts, %v; want %s", run, w.parts(t, id), err, want)
			}
			return run
		}
		// Three may wait or work, and no fourth.
		var waiting [3]report.Run
		for i := range waiting {
			waiting[i] = w.start(t, waits, "admin", enrollments, table.CSV)
			w.move(time.Second)
		}
		for _, service := range []*report.Runs{waits, runs} {
			if _, err := service.Start(t.Context(), self, w.asks(t, "admin"), enrollments, table.CSV); fault.KindOf(err) != fault.LimitReached {
				t.Errorf("a fourth: %v", err)
			}
		}
		if _, err := waits.Start(t.Context(), w.self(t, "master"), w.asks(t, "master"), enrollments, table.CSV); err != nil {
			t.Errorf("somebody else's first: %v", err)
		}
		// One is cancelled while it waits: its job finds nothing to do.
		if err := runs.Cancel(t.Context(), self, waiting[0].ID); err != nil {
			t.Fatal(err)
		}
		state(waiting[0].ID, report.RunCancelled)
		w.work(t, runs)
		state(waiting[0].ID, report.RunCancelled)
		w.audited(t, waiting[0], "report.asked", "report.cancelled")
		// One is cancelled while it works.
		var cancelling *report.Runs
		cancelling = w.runs(t, report.RunSettings{Look: 2, Part: 200}, func(rows int) {
			if rows == 4 {
				if err := cancelling.Cancel(t.Context(), self, waiting[1].ID); err != nil {
					t.Error(err)
				}
			}
		})
		w.work(t, cancelling)
		state(waiting[1].ID, report.RunCancelled)
		// One's process ends after some parts: the next attempt begins anew.
		dying, die := context.WithCancel(t.Context())
		j, found, err := w.db.ClaimJob(t.Context(), []string{report.RunJob}, time.Minute)
		if err != nil || !found {
			t.Fatal(err)
		}
		if err := w.runs(t, report.RunSettings{Look: 2, Part: 200}, func(rows int) {
			if w.move(2 * time.Second); rows == 4 {
				die()
			}
		}).Do(dying, j); !errors.Is(err, context.Canceled) {
			t.Errorf("a process that ends: %v", err)
		}
		if half, err := runs.Run(t.Context(), self, waiting[2].ID); err != nil || half.State != report.RunRunning || half.Rows != 4 || half.Done() <= 0 || half.Done() >= 1 {
			t.Errorf("half made: %+v, %v", half, err)
		}
		if _, err := w.fetch(t, runs, "admin", waiting[2].ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("half made and fetched: %v", err)
		}
		w.move(2 * time.Minute)
		w.work(t, runs) // the lease is over
		done := state(waiting[2].ID, report.RunDone)
		file, err := w.fetch(t, runs, "admin", done.ID)
		if err != nil || strings.Count(file, "\r\n") != done.Rows+1 || done.Rows < 10 {
			t.Errorf("made again: %d bytes of %+v: %v", len(file), done, err)
		}
		w.isSound(t)
		// Deleted by its owner: what it was stays known.
		if err := runs.Cancel(t.Context(), self, done.ID); err != nil {
			t.Fatal(err)
		}
		state(done.ID, report.RunExpired)
		if _, err := w.fetch(t, runs, "admin", done.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("deleted and fetched: %v", err)
		}
		if m, known, err := runs.Verify(t.Context(), done.SHA256); err != nil || !known || m.State != report.RunExpired || m.Rows != done.Rows {
			t.Errorf("deleted and verified: %+v %t %v", m, known, err)
		}
		w.audited(t, done, "report.asked", "report.exported", "report.fetched", "report.deleted")
		// Kept for seven days, and not a moment longer, whether swept or not.
		kept := w.start(t, runs, "admin", enrollments, table.CSV)
		w.move(7*24*time.Hour - time.Second)
		if err := runs.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		state(kept.ID, report.RunDone)
		w.move(time.Second)
		if _, err := w.fetch(t, runs, "admin", kept.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second too late: %v", err)
		}
		// What a process left behind that was never a job's ends too.
		left := w.start(t, waits, "admin", enrollments, table.CSV)
		w.db.Write(t, `update report_run set state = 'running', touched_at = $1 where run_id = $2`, w.now().Add(-2*time.Hour).UnixMicro(), string(left.ID))
		// So does one that waits for a job which is not there any more; others wait on.
		lost, patient := w.start(t, waits, "admin", enrollments, table.CSV), w.start(t, waits, "admin", enrollments, table.CSV)
		w.db.Write(t, `update job set failed_at = 1 where payload like $1`, "%"+string(lost.ID)+"%")
		w.move(2 * time.Hour)
		if err := runs.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		state(lost.ID, report.RunFailed)
		state(patient.ID, report.RunWaiting)
		state(kept.ID, report.RunExpired)
		if run := state(left.ID, report.RunFailed); run.Why == "" {
			t.Error("it does not say why")
		}
		w.audited(t, kept, "report.asked", "report.exported", "report.expired")
	})
}

// TestRunsAreListedInPages lists the newest first, and each once.
func TestRunsAreListedInPages(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		runs := w.runs(t, report.RunSettings{}, nil)
		first := w.start(t, runs, "ann", report.Request{Report: report.OwnReport}, table.JSONLines)
		w.db.Write(t, `insert into report_run (realm_id, run_id, organization_id, account_id, person, company, report, request_json, format, state, attempt, row_count, expected,
				learners, reach_total, columns_json, places_json, filters_json, bytes, zone, locale, why, created_at, touched_at)
			select r.realm_id, 'run-' || a.account_id || '-' || b.account_id, r.organization_id, r.account_id, r.person, r.company, r.report, r.request_json, r.format, 'cancelled', 1, 0, 0,
				0, 0, '[]', '[]', '[]', 0, '', '', '', r.created_at + a.learner, r.touched_at from report_run r cross join account a cross join account b`)
		seen, last := map[report.RunID]bool{}, time.Time{}
		for cursor, more := "", true; more; {
			page, err := runs.List(t.Context(), w.self(t, "ann"), cursor)
			if err != nil || page.Total != 170 || len(page.Items) > 50 {
				t.Fatalf("%d of %d, %v", len(page.Items), page.Total, err)
			}
			for _, run := range page.Items {
				if seen[run.ID] || !last.IsZero() && run.CreatedAt.After(last) {
					t.Errorf("%s stands twice or too late", run.ID)
				}
				seen[run.ID], last = true, run.CreatedAt
			}
			cursor, more = page.NextCursor, page.NextCursor != ""
		}
		if len(seen) != 170 || !seen[first.ID] {
			t.Errorf("%d were listed", len(seen))
		}
		for _, cursor := range []string{"x", "MTIz", "bm8gbnVtYmVy"} {
			if _, err := runs.List(t.Context(), w.self(t, "ann"), cursor); fault.KindOf(err) != fault.Invalid {
				t.Errorf("cursor %q: %v", cursor, err)
			}
		}
	})
}

// TestWhoMayStartAFile: both permissions are needed, and a report that there is.
func TestWhoMayStartAFile(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		runs := w.runs(t, report.RunSettings{}, nil)
		without := func(out access.Permission) report.Asks {
			return func(p access.Permission) access.Reach {
				if p == out {
					return access.Reach{}
				}
				return w.reach(t, "buyer", p)
			}
		}
		for _, tt := range []struct {
			name   string
			asks   report.Asks
			rq     report.Request
			format table.Format
		}{
			{"without a permission to read", without(access.ReportView), enrollments, table.CSV},
			{"without a permission to take away", without(access.ReportExport), enrollments, table.CSV},
			{"an unknown report", w.asks(t, "buyer"), report.Request{Report: "secrets"}, table.CSV},
			{"an unknown format", w.asks(t, "buyer"), enrollments, "exe"},
			{"a column that a reporter does not have", w.asks(t, "buyer"), report.Request{Report: report.EnrollmentsReport, Columns: []string{"location"}}, table.CSV},
			{"a filter that a reporter does not have", w.asks(t, "buyer"), report.Request{Report: report.EnrollmentsReport, Filter: report.Filter{Team: "crew"}}, table.CSV},
			{"a learner", w.asks(t, "ann"), enrollments, table.CSV},
		} {
			if run, err := runs.Start(t.Context(), w.self(t, "buyer"), tt.asks, tt.rq, tt.format); err == nil {
				t.Errorf("%s: %+v", tt.name, run)
			}
		}
		if n := len(w.db.Texts(t, `select run_id from report_run`)); n > 0 {
			t.Errorf("%d runs were kept", n)
		}
	})
}

// TestTwoStartAtOnce: the limit holds when requests race.
func TestTwoStartAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		waits := w.runs(t, report.RunSettings{AtOnce: -1}, nil)
		self, asks := w.self(t, "admin"), w.before(t, "admin")
		var racing sync.WaitGroup
		for range 8 {
			racing.Go(func() {
				if _, err := waits.Start(context.Background(), self, asks, enrollments, table.CSV); err != nil && fault.KindOf(err) != fault.LimitReached {
					t.Error(err)
				}
			})
		}
		racing.Wait()
		if n := len(w.db.Texts(t, `select run_id from report_run where state = 'waiting'`)); n != 3 {
			t.Errorf("%d wait", n)
		}
		if n := len(w.db.Texts(t, `select job_id from job where kind = 'report.run'`)); n != 3 {
			t.Errorf("%d jobs", n)
		}
	})
}
