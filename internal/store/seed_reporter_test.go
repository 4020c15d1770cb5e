package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// The tests of this file read like the sentences that they hold the product to;
// docs/seeds.md has them all.

// "A Buyer can transfer the License Reporter role to another user who has an
// active license, between users, or back to themselves."
func TestBuyerMayTakeTheRoleBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.mustAssign(t, "buyer", "acme", "ann")
		w.mustAssign(t, "buyer", "acme", "ben")
		w.mustAssign(t, "buyer", "acme", "buyer")
		if got := w.reporter(t, "acme"); got != "buyer" {
			t.Errorf("the reporter is %q", got)
		}
	})
}

// "This permission is exclusive to the Buyer (and Admins). If a Buyer transfers
// the role to another user, that user does not gain permission to transfer it further."
func TestWhoGotTheRoleCannotHandItOn(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		w.mustAssign(t, "buyer", "acme", "ann")
		for _, to := range []access.AccountID{"ben", "buyer", "ann"} {
			if err := w.assign(t, "ann", "acme", to); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("ann hands the role to %s: %v", to, err)
			}
		}
		if got := w.reporter(t, "acme"); got != "ann" {
			t.Errorf("the reporter is %q", got)
		}
	})
}

// "Only admins can assign or revoke the role."
func TestBuyerCannotUndoARevocation(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		for _, to := range []access.AccountID{"buyer", "ann"} {
			if err := w.assign(t, "buyer", "acme", to); !errors.Is(err, license.ErrNoneToMove) {
				t.Errorf("the buyer appoints %s: %v", to, err)
			}
		}
		if got := w.reporter(t, "acme"); got != "" {
			t.Errorf("%s reports again", got)
		}
	})
}

// "the user loses access to reports immediately and becomes a simple learner"
func TestRevokedReporterIsASimpleLearner(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.move(time.Second)
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		for _, p := range access.Permissions() {
			if held := !w.reach(t, "ann", p).IsEmpty(); held != (p == access.SelfView || p == access.SelfEdit) {
				t.Errorf("%s: %t", p, held)
			}
		}
	})
}

// "Permissions for the license reporter are fixed"
func TestReporterRoleIsFixed(t *testing.T) {
	role, ok := access.Preset(access.LicenseReporter)
	if !ok || !role.Fixed || role.Own != 0 {
		t.Errorf("%+v", role)
	}
	want := access.SetOf(access.LearnerView, access.EnrollmentView, access.MatrixView, access.ReportView, access.ReportExport, access.ReportSchedule)
	if role.Any != want {
		t.Errorf("the role permits %v", role.Any.List())
	}
	for _, p := range role.Any.List() {
		if p.Writes() && p != access.ReportSchedule { // a delivery of one's own reports
			t.Errorf("%s changes something", p)
		}
	}
	// A row of custom_role under the fixed role's key changes nothing: the preset decides.
	inWorld(t, func(t *testing.T, w *world) {
		w.db.Write(t, `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at)
			values (1, 'license_reporter', 'north', 'More', 'more', '', 'account.edit learner.view', '', 'purchase', $1, 0)`, false)
		w.mustAssign(t, "admin", "acme", "ann")
		if !w.reach(t, "ann", access.AccountEdit).IsEmpty() || w.reach(t, "ann", access.ReportView).IsEmpty() {
			t.Error("the role was edited")
		}
	})
}

// "A license reporter counts toward your manager/collaborator limits"
func TestReporterCountsTowardTheManagerLimit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		before := w.managers(t).Count
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "admin", "bolt", "ann")
		if got := w.managers(t).Count; got != before+1 {
			t.Errorf("%d count, before %d", got, before)
		}
	})
}
