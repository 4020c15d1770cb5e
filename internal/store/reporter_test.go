package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// assign appoints as the service does, with access asked for anew.
func (w *world) assign(tb testing.TB, by access.AccountID, id license.PurchaseID, to access.AccountID) error {
	tb.Helper()
	return license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).AssignReporter(tb.Context(), w.reach(tb, by, access.ReporterAssign), id, to)
}

func (w *world) revoke(tb testing.TB, by access.AccountID, id license.PurchaseID) error {
	tb.Helper()
	return license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).RevokeReporter(tb.Context(), w.reach(tb, by, access.ReporterAssign), id)
}

func (w *world) mustAssign(tb testing.TB, by access.AccountID, id license.PurchaseID, to access.AccountID) {
	tb.Helper()
	if err := w.assign(tb, by, id, to); err != nil {
		tb.Fatalf("%s appoints %s to %s: %v", by, to, id, err)
	}
}

func TestOneReporterPerPurchase(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.move(time.Second)
		w.mustAssign(t, "admin", "acme", "ben")
		if got := w.reporter(t, "acme"); got != "ben" {
			t.Errorf("the reporter is %q, want ben", got)
		}
		if !w.reach(t, "ann", access.MatrixView).IsEmpty() {
			t.Error("ann still sees the matrix")
		}
		var open, gap int64
		w.db.Read(t, `select count(*) from role_grant where purchase_id = 'acme' and ended_at is null`, nil, &open)
		w.db.Read(t, `select n.from_at - o.ended_at from role_grant o join role_grant n on n.account_id = 'ben' and n.role = o.role where o.account_id = 'ann' and o.role = 'license_reporter'`, nil, &gap)
		if open != 1 || gap != 0 {
			t.Errorf("%d hold the role, %d µs between them", open, gap)
		}
	})
}

func TestOnePersonMayReportOnManyPurchases(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "admin", "bolt", "ann")
		if got := len(w.reach(t, "ann", access.MatrixView).Blocks()); got != 2 {
			t.Errorf("%d blocks, want 2", got)
		}
	})
}

func TestWhoCanBecomeReporter(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		list, err := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).Candidates(t.Context(), w.reach(t, "admin", access.ReporterAssign), "acme", license.CandidateQuery{})
		if err != nil {
			t.Fatal(err)
		}
		var offered []access.AccountID
		var greyed []string
		for _, c := range list {
			if reason := c.Eligible(day.Of(w.now(), w.berlin)); reason == nil {
				offered = append(offered, c.Account)
			} else if errors.Is(reason, license.ErrPendingSeat) && c.Account == "" && c.Name == "" { // nobody behind the address is told
				greyed = append(greyed, c.Email)
			}
		}
		if want := []string{"pia@example.org"}; !slices.Equal(greyed, want) {
			t.Errorf("greyed %v, want %v", greyed, want)
		}
		if want := []access.AccountID{"buyer", "ann", "ben"}; !slices.Equal(offered, want) {
			t.Errorf("offered %v, want %v", offered, want)
		}
		for _, tt := range []struct {
			to   access.AccountID
			want error
		}{
			{"buyer", nil},
			{"ann", nil},
			{"ben", nil},
			{"pia", license.ErrPendingSeat},
			{"old", license.ErrSeatEnded},
			{"gone", license.ErrSeatEnded},
			{"sue", license.ErrSuspended},
			{"eve", license.ErrNotEligible},
			{"other", license.ErrNotEligible}, // bought something else
			{"admin", license.ErrNotEligible},
			{"south-ann", license.ErrNotEligible},
			{"nobody", license.ErrNotEligible},
		} {
			if err := w.assign(t, "admin", "acme", tt.to); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.to, err, tt.want)
			}
			if eligible := slices.Contains(offered, tt.to); eligible != (tt.want == nil) {
				t.Errorf("%s: offered %t", tt.to, eligible)
			}
		}
		if err := w.assign(t, "admin", "acme", " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("nobody named: %v", err)
		}
	})
}

func TestPendingSeatCannotReport(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `update seat set account_id = null where seat_id = 'acme-pia'`) // only the address is known
		if err := w.assign(t, "admin", "acme", "pia"); !errors.Is(err, license.ErrPendingSeat) {
			t.Fatalf("pending: %v", err)
		}
		w.redeem(t, "acme", "pia", w.now())
		w.mustAssign(t, "admin", "acme", "pia") // the moment they redeem (M-025)
	})
}

func TestBuyerMayMoveButNotAppoint(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		if err := w.assign(t, "buyer", "acme", "ann"); !errors.Is(err, license.ErrNoneToMove) {
			t.Fatalf("there is none yet: %v", err)
		}
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "buyer", "acme", "ben")   // between two others (M-040)
		w.mustAssign(t, "buyer", "acme", "buyer") // back, without a seat (M-041)
		w.mustAssign(t, "buyer", "acme", "ann")   // and on again (M-044)
		if err := w.assign(t, "buyer", "acme", "pia"); !errors.Is(err, license.ErrPendingSeat) {
			t.Errorf("a pending one: %v", err)
		}
		if err := w.assign(t, "buyer", "acme", "old"); !errors.Is(err, license.ErrSeatEnded) {
			t.Errorf("an ended one: %v", err)
		}
		if err := w.revoke(t, "buyer", "acme"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the buyer revokes: %v", err)
		}
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		if err := w.assign(t, "buyer", "acme", "buyer"); !errors.Is(err, license.ErrNoneToMove) {
			t.Errorf("after an administrator's revocation: %v", err)
		}
	})
}

func TestReporterCannotTransfer(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		for _, to := range []access.AccountID{"ben", "ann", "nobody"} {
			if err := w.assign(t, "ann", "acme", to); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("to %s: %v", to, err)
			}
		}
		if err := w.revoke(t, "ann", "acme"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("revoke: %v", err)
		}
		if _, err := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now).Purchases(t.Context(), w.reach(t, "ann", access.LicenseView), license.PurchaseQuery{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the role gives no buyer's rights (M-043): %v", err)
		}
	})
}

func TestRevokedIsGoneOnTheNextFacts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		if w.reach(t, "ann", access.LearnerView).IsEmpty() {
			t.Fatal("appointed and sees nothing")
		}
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		for _, p := range []access.Permission{access.LearnerView, access.MatrixView, access.ReportView, access.ReportExport, access.EnrollmentView} {
			if !w.reach(t, "ann", p).IsEmpty() {
				t.Errorf("%s is left", p)
			}
		}
		if w.reach(t, "ann", access.SelfView).IsEmpty() {
			t.Error("own learning is gone too (M-047)")
		}
		if got := w.reporter(t, "acme"); got != "" {
			t.Errorf("the purchase still names %s", got)
		}
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Errorf("revoking nobody: %v", err)
		}
		w.mustAssign(t, "admin", "acme", "ben") // M-048
	})
}

func TestOutOfReachIsNotFound(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		for _, tt := range []struct {
			by   access.AccountID
			id   license.PurchaseID
			want fault.Kind
		}{
			{"admin", "unknown", fault.NotFound},
			{"south-admin", "acme", fault.NotFound}, // of a client organization (I-18)
			{"other", "acme", fault.NotFound},       // bought another
			{"eve", "acme", fault.Forbidden},        // holds nothing: 403 for every id
			{"eve", "unknown", fault.Forbidden},
			{"sue", "acme", fault.Forbidden},
		} {
			if err := w.assign(t, tt.by, tt.id, "ben"); fault.KindOf(err) != tt.want {
				t.Errorf("%s appoints for %s: %v, want %s", tt.by, tt.id, err, tt.want)
			}
			if err := w.revoke(t, tt.by, tt.id); fault.KindOf(err) != tt.want {
				t.Errorf("%s revokes for %s: %v, want %s", tt.by, tt.id, err, tt.want)
			}
		}
		if got := w.reporter(t, "acme"); got != "ann" {
			t.Errorf("the reporter is %q now", got)
		}
		w.mustAssign(t, "master", "acme", "ben")
	})
}

func TestAppointingAgainChangesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		count := func() (revision, events int64) {
			w.db.Read(t, `select revision from organization where organization_id = 'north'`, nil, &revision)
			w.db.Read(t, `select count(*) from audit_event`, nil, &events)
			return revision, events
		}
		revision, events := count()
		w.mustAssign(t, "admin", "acme", "ann")
		if r, e := count(); r != revision || e != events {
			t.Errorf("revision %d → %d, events %d → %d", revision, r, events, e)
		}
	})
}

func TestEveryAppointmentIsAudited(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.move(time.Second)
		w.mustAssign(t, "buyer", "acme", "ben")
		w.move(time.Second)
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ action, actor, before, after string }{
			{"reporter.appointed", "admin", "", `"reporter":"ann"`},
			{"reporter.transferred", "buyer", `"reporter":"ann"`, `"reporter":"ben"`},
			{"reporter.revoked", "admin", `"reporter":"ben"`, ""},
		} {
			var n int64
			w.db.Read(t, `select count(*) from audit_event where action = $1 and actor_id = $2 and subject_id = 'acme' and organization_id = 'north' and before_json like $3 and after_json like $4`,
				[]any{tt.action, tt.actor, like(tt.before), like(tt.after)}, &n)
			if n != 1 {
				t.Errorf("%d events %s of %s", n, tt.action, tt.actor)
			}
		}
	})
}

func like(part string) string {
	if part == "" {
		return ""
	}
	return "%" + part + "%"
}

// Who lost the right between the page and the commit is refused, though the
// reach they come with was good.
func TestAStaleReachIsDecidedAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		admin, buyer, master := w.reach(t, "admin", access.ReporterAssign), w.reach(t, "buyer", access.ReporterAssign), w.reach(t, "master", access.ReporterAssign)
		w.db.Write(t, `update role_grant set ended_at = $1 where grant_id = 'base-admin'`, w.now().UnixMicro())
		w.db.Write(t, `update account set base_role = 'student' where account_id = 'admin'`)
		w.db.Write(t, `update organization set revision = revision + 1 where organization_id = 'north'`)
		licenses := license.NewService(w.db, license.Settings{PublicURL: "https://lms.example"}, w.now)
		if err := licenses.AssignReporter(t.Context(), admin, "acme", "ben"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a former administrator appoints: %v", err)
		}
		if err := licenses.RevokeReporter(t.Context(), admin, "acme"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a former administrator revokes: %v", err)
		}
		if err := licenses.AssignReporter(t.Context(), buyer, "acme", "ben"); err != nil {
			t.Errorf("who still may is not kept out: %v", err)
		}
		if err := licenses.AssignReporter(t.Context(), master, "acme", "ann"); err != nil {
			t.Errorf("who still may is not kept out: %v", err)
		}
	})
}

func TestAnExpiredReporterIsClosedFirst(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		until := w.now().Add(time.Hour)
		w.db.Write(t, `update role_grant set until_at = $1 where role = 'license_reporter'`, until.UnixMicro())
		w.move(2 * time.Hour)
		if got := w.reporter(t, "acme"); got != "" {
			t.Errorf("%s is over and still named", got)
		}
		if err := w.assign(t, "buyer", "acme", "ben"); !errors.Is(err, license.ErrNoneToMove) {
			t.Errorf("the buyer moves a role that is over: %v", err)
		}
		w.mustAssign(t, "admin", "acme", "ben")
		var ended int64
		w.db.Read(t, `select ended_at from role_grant where role = 'license_reporter' and account_id = 'ann'`, nil, &ended)
		if ended != until.UnixMicro() {
			t.Errorf("ended at %d, want its planned end %d", ended, until.UnixMicro())
		}
	})
}
