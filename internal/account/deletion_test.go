package account_test

import (
	"fmt"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

func TestDeletingTakesTheAccessAndLeavesWhatWasDone(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		several := w.put("several@example.com", access.MultipleLocation, "berlin")
		ben := w.signedUp("ben@example.com", access.TwinOf(access.OrganizationAdministrator))
		opened := w.signIn("ben@example.com")
		_, secret, err := w.accounts.CreateToken(w.Context(), w.reach(ben.ID, access.SelfEdit), "mine", false)
		w.want("CreateToken", err, fine)
		remove := func(by, who account.ID, reason string) error {
			return w.accounts.Delete(w.Context(), w.reach(by, access.AccountDelete), who, reason)
		}
		w.want("without a reason", remove(w.admin.ID, ben.ID, " "), fault.Invalid)
		w.want("somebody above", remove(local.ID, several.ID, "left"), fault.Forbidden)
		w.want("somebody out of reach", remove(local.ID, ben.ID, "left"), fault.NotFound)
		w.want("oneself", remove(local.ID, local.ID, "left"), fault.Conflict)
		w.want("the last administrator, by themselves", remove(w.admin.ID, w.admin.ID, "left"), fault.Conflict)
		w.want("Delete", remove(w.admin.ID, ben.ID, "left the company"), fine)
		w.want("Delete twice", remove(w.admin.ID, ben.ID, "left the company"), fault.NotFound)

		_, err = w.accounts.AuthenticateToken(w.Context(), secret)
		w.want("a token of theirs", err, fault.Unauthenticated)
		_, err = w.accounts.Resolve(w.Context(), opened.Session.Identity, "northwind")
		w.want("an open session of theirs", err, fault.NotFound)
		if !w.reach(ben.ID, access.MatrixView).IsEmpty() {
			w.Error("they still see somebody")
		}
		id := string(ben.ID)
		for query, want := range map[string]int{
			`select count(*) from role_grant where ended_at is null and account_id = '` + id + `'`:                                                                                        0,
			`select count(*) from account where status = 'erased' and deleted_at is not null and deleted_reason = 'left the company' and name <> '' and account_id = '` + id + `'`:        1,
			`select count(*) from audit_event where action = 'account.deleted' and reason = 'left the company' and actor_id = '` + string(w.admin.ID) + `' and subject_id = '` + id + `'`: 1,
			`select count(*) from audit_event where action = 'token.revoked'`:                                                                                                             1,
		} {
			if got := w.count(query); got != want {
				w.Errorf("%s = %d, want %d", query, got, want)
			}
		}
		page, err := w.accounts.Deleted(w.Context(), w.reach(w.admin.ID, access.AccountDelete), "")
		if err != nil || len(page.Items) != 1 || page.Items[0].Email != "ben@example.com" || page.Items[0].By != "Ann Ångström" || page.Items[0].Reason != "left the company" {
			w.Errorf("Deleted() = %+v, %v", page, err)
		}
		if page, err = w.accounts.Deleted(w.Context(), w.reach(local.ID, access.AccountDelete), ""); err != nil || len(page.Items) != 0 {
			w.Errorf("a Local Administrator sees %+v, %v: nobody of theirs was deleted", page, err)
		}

		// The address is free, and whoever has it next is somebody else.
		again := w.add("ben@example.com", access.Student)
		restore := func(by account.ID) error {
			return w.accounts.Restore(w.Context(), w.reach(by, access.AccountDelete), ben.ID, "")
		}
		w.want("Restore to an address that is taken", restore(w.admin.ID), fault.Conflict)
		w.want("Restore out of reach", restore(local.ID), fault.NotFound)
		w.want("Delete", remove(w.admin.ID, again.ID, "a mistake"), fine)
		w.want("Restore", restore(w.admin.ID), fine)
		w.want("Restore twice", restore(w.admin.ID), fault.NotFound)
		m, err := w.accounts.Resolve(w.Context(), opened.Session.Identity, "northwind")
		if err != nil || m.Account.ID != ben.ID || m.Account.BaseRole != access.Student {
			w.Errorf("restored to %+v, %v, want a Student", m.Account, err)
		}
		if !w.reach(ben.ID, access.MatrixView).IsEmpty() {
			w.Error("what they held came back by itself")
		}
	})
}

func TestDeletingLetsGoOfSeats(t *testing.T) {
	each(t, func(w *world) {
		ben := w.add("ben@example.com", access.Student)
		w.exec(fmt.Sprintf(`insert into product (realm_id, product_id, organization_id, kind, title, title_folded, created_at) values (%d, 'p', '%s', 'activity', 'P', 'p', 0)`, w.home.Realm, w.home.ID))
		for i, state := range []string{"redeemed", "pending"} {
			purchase := fmt.Sprintf("purchase%d", i)
			w.exec(fmt.Sprintf(`insert into purchase (realm_id, purchase_id, organization_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used, purchased_at, created_at)
				values (%d, '%s', '%s', 'p', '%s', '', '', 5, 0, 1, 0, 0)`, w.home.Realm, purchase, w.home.ID, w.admin.ID))
			redeemed := "null"
			if state == "redeemed" {
				redeemed = "0"
			}
			w.exec(fmt.Sprintf(`insert into seat (realm_id, seat_id, organization_id, purchase_id, account_id, learner, email, email_folded, state, assigned_at, redeemed_at)
				values (%d, 's%d', '%s', '%s', '%s', %d, 'ben@example.com', 'ben@example.com', '%s', 0, %s)`, w.home.Realm, i, w.home.ID, purchase, ben.ID, ben.Learner, state, redeemed))
		}
		w.want("Delete", w.accounts.Delete(w.Context(), w.reach(w.admin.ID, access.AccountDelete), ben.ID, "left"), fine)
		if n := w.count(`select count(*) from seat where state = 'redeemed' and account_id = '` + string(ben.ID) + `' and email = 'ben@example.com' and email_folded = ''`); n != 1 {
			w.Error("the seat that was used does not stay used")
		}
		if n := w.count(`select count(*) from seat where state = 'pending' and account_id is null and email_folded = 'ben@example.com'`); n != 1 {
			w.Error("the invitation is not left to whoever has the address")
		}
	})
}

// Of two administrators who delete or suspend each other at once one is left.
func TestTwoAdministratorsNeverLeaveNone(t *testing.T) {
	each(t, func(w *world) {
		ben := w.add("ben@example.com", access.OrganizationAdministrator)
		people := []account.ID{w.admin.ID, ben.ID}
		acts := []func(by, who account.ID) error{
			func(by, who account.ID) error {
				return w.accounts.Suspend(w.Context(), w.reach(by, access.AccountEdit), who, "")
			},
			func(by, who account.ID) error {
				return w.accounts.ChangeRole(w.Context(), w.reach(by, access.AccountRole), who, access.Student, "")
			},
		}
		for round := range 12 {
			turns := make(chan int, 2)
			turns <- 0
			turns <- 1
			_, failures := atOnce(2, func() error {
				i := <-turns
				return acts[(round+i)%2](people[i], people[1-i])
			})
			if left := w.count(`select count(*) from account where base_role = 'organization_administrator' and status = 'active'`); left != 1 {
				w.Fatalf("round %d: %d administrators are left: %v", round, left, failures)
			}
			for _, id := range people {
				system := func(p access.Permission) access.Reach { return account.AsOperator(w.home, p, w.clock.now()) }
				w.want("restoring the role", w.accounts.ChangeRole(w.Context(), system(access.AccountRole), id, access.OrganizationAdministrator, ""), fine)
				if m, _ := w.db.Membership(w.Context(), w.home.Realm, id); m.Account.Status == account.Suspended {
					w.want("opening it again", w.accounts.Reinstate(w.Context(), system(access.AccountEdit), id, ""), fine)
				}
			}
		}
		turns := make(chan int, 2)
		turns <- 0
		turns <- 1
		worked, failures := atOnce(2, func() error {
			i := <-turns
			return w.accounts.Delete(w.Context(), w.reach(people[i], access.AccountDelete), people[1-i], "no longer needed")
		})
		if left := w.count(`select count(*) from account where base_role = 'organization_administrator' and status = 'active'`); worked != 1 || left != 1 {
			w.Errorf("%d of 2 worked, %d administrators are left: %v", worked, left, failures)
		}
	})
}
