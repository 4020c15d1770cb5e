package store_test

import (
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// set changes settings of north as the operator does.
func (w *world) set(tb testing.TB, change org.Settings) {
	tb.Helper()
	north, err := w.db.OrganizationBySlug(tb.Context(), "north")
	if err != nil {
		tb.Fatal(err)
	}
	reach := account.AsOperator(north, access.OrganizationConfigure, w.now())
	if _, err := org.NewService(w.db, w.now).Set(tb.Context(), reach, "north", change); err != nil {
		tb.Fatal(err)
	}
}

func (w *world) limit(tb testing.TB, n int) {
	tb.Helper()
	w.set(tb, org.Settings{ManagerLimit: &n})
}

// managers tells how many count, as the page of a purchase does.
func (w *world) managers(tb testing.TB) management.Managers {
	tb.Helper()
	now, err := w.licenses().Reporter(tb.Context(), w.reach(tb, "admin", access.ReporterAssign), "acme")
	if err != nil {
		tb.Fatal(err)
	}
	return now.Managers
}

// group makes a group of members with a role over north.
func (w *world) group(tb testing.TB, id string, role access.RoleKey, members ...access.AccountID) {
	tb.Helper()
	w.db.Write(tb, `insert into acting_group (realm_id, group_id, organization_id, name, name_folded, created_at) values (1, $1, 'north', $1, $1, 0)`, id)
	w.db.Write(tb, `insert into role_grant (realm_id, grant_id, organization_id, group_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
		values (1, $1, 'north', $1, $2, 'organization', 'north', 'within', 0, $3, '', '')`, id, string(role), false)
	for _, who := range members {
		w.db.Write(tb, `insert into group_member (realm_id, organization_id, group_id, account_id, from_at) values (1, 'north', $1, $2, 0)`, id, string(who))
	}
}

func TestManagersAreCountedByPerson(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		counts := func(want int, why string) {
			t.Helper()
			if got := w.managers(t).Count; got != want {
				t.Errorf("%s: %d count, want %d", why, got, want)
			}
		}
		counts(2, "the administrators of north, not of its client, and no buyer, student or learner")
		w.mustAssign(t, "admin", "acme", "ann")
		counts(3, "a reporter")
		w.mustAssign(t, "admin", "bolt", "ann")
		counts(3, "the reporter of two purchases, once")
		w.group(t, "viewers", access.AnalyticsViewer, "ann", "eve", "admin")
		counts(4, "who holds a role by a group, and nobody twice")
		w.db.Write(t, `update group_member set until_at = $1 where account_id = 'eve'`, w.now().UnixMicro())
		counts(3, "a membership that is over")
		w.db.Write(t, `update account set base_role = 'purchaser' where account_id = 'other'`)
		counts(3, "a Purchaser")
		if err := w.revoke(t, "admin", "acme"); err != nil {
			t.Fatal(err)
		}
		counts(3, "still the reporter of one")
		w.db.Write(t, `update acting_group set ended_at = $1`, w.now().UnixMicro())
		if err := w.revoke(t, "admin", "bolt"); err != nil {
			t.Fatal(err)
		}
		counts(2, "nothing left")
	})
}

func TestAppointmentOverTheLimitIsRefusedWithCountAndLimit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limit(t, 2)
		err := w.assign(t, "admin", "acme", "ann")
		if fault.KindOf(err) != fault.LimitReached || !strings.Contains(err.Error(), "2 people") || !strings.Contains(err.Error(), "limit is 2") {
			t.Fatalf("over the limit: %v", err)
		}
		if got := w.reporter(t, "acme"); got != "" {
			t.Errorf("and %s reports", got)
		}
		w.seat(t, "acme", "admin", w.now())
		w.redeem(t, "acme", "admin", w.now())
		w.mustAssign(t, "admin", "acme", "admin") // counts already
		if err := w.assign(t, "admin", "acme", "ann"); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("in place of somebody who keeps counting: %v", err)
		}
		w.limit(t, 3)
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "buyer", "acme", "ben") // ann leaves a place
		w.mustAssign(t, "admin", "acme", "buyer")
	})
}

func TestLoweringTheLimitTakesNothingAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.mustAssign(t, "admin", "bolt", "other")
		w.limit(t, 1)
		if got := w.managers(t); got != (management.Managers{Count: 4, Limit: 1}) {
			t.Errorf("%+v", got)
		}
		if w.reach(t, "ann", access.LearnerView).IsEmpty() {
			t.Error("ann lost her access")
		}
		w.mustAssign(t, "admin", "bolt", "ann") // counts already
		if err := w.assign(t, "admin", "acme", "ben"); fault.KindOf(err) != fault.LimitReached {
			t.Errorf("somebody new: %v", err)
		}
		w.limit(t, 0)
		w.mustAssign(t, "admin", "acme", "ben")
	})
}

func TestEveryManagingRoleAsksTheLimit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.group(t, "viewers", access.AnalyticsViewer)
		w.limit(t, 2)
		refused := func(what string, err error) {
			t.Helper()
			if fault.KindOf(err) != fault.LimitReached {
				t.Errorf("%s: %v", what, err)
			}
		}
		accounts := account.NewService(w.db, account.Settings{}, w.now)
		refused("a base role", accounts.ChangeRole(t.Context(), w.reach(t, "master", access.AccountRole), "eve", access.TwinOf(access.OrganizationAdministrator), ""))
		groups := management.NewService(w.db, w.now)
		refused("a group", groups.AddMembers(t.Context(), w.reach(t, "master", access.GroupEdit), "viewers", []access.AccountID{"admin", "eve"}))
		if err := groups.AddMembers(t.Context(), w.reach(t, "master", access.GroupEdit), "viewers", []access.AccountID{"admin"}); err != nil {
			t.Errorf("somebody who counts already: %v", err)
		}
		if err := accounts.ChangeRole(t.Context(), w.reach(t, "master", access.AccountRole), "admin", access.TwinOf(access.OrganizationAdministrator), ""); err != nil {
			t.Errorf("another role of somebody who counts already: %v", err)
		}
		if err := accounts.ChangeRole(t.Context(), w.reach(t, "master", access.AccountRole), "eve", access.Student, ""); err != nil {
			t.Errorf("a role that does not count: %v", err)
		}
		if got := w.counted(t); got != 2 {
			t.Errorf("%d count", got)
		}
	})
}

// counted counts without asking as an administrator.
func (w *world) counted(tb testing.TB) (n int) {
	tb.Helper()
	w.db.Read(tb, `select count(distinct coalesce(g.account_id, m.account_id)) from role_grant g left join group_member m on m.group_id = g.group_id
		where g.ended_at is null and g.organization_id = 'north' and coalesce(g.account_id, m.account_id) is not null`, nil, &n)
	return n
}
