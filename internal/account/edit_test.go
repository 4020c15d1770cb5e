package account_test

import (
	"fmt"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

// put creates somebody at a location by the administrator.
func (w *world) put(email string, role access.RoleKey, at access.LocationID) account.Account {
	w.Helper()
	a, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{
		Organization: w.home.ID, Name: account.Name{Given: "Person", Family: email}, Email: email, Role: role, Location: at,
	})
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// places are Berlin with Mitte below it, and Paris.
func (w *world) places() {
	w.Helper()
	w.locate("berlin", "", access.Root.Location(2))
	w.locate("mitte", "berlin", access.Root.Location(2).Location(3))
	w.locate("paris", "", access.Root.Location(4))
}

// give writes a role over the whole organization that follows nobody's home.
func (w *world) give(id account.ID, role access.RoleKey) {
	w.Helper()
	w.exec(fmt.Sprintf(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, extent, from_at, follows_home, given_by, reason)
		values (%d, '%s', '%s', '%s', '%s', 'organization', '%s', 'within', 0, (1 = 0), '', '')`, w.home.Realm, access.NewID(), w.home.ID, id, role, w.home.ID))
}

func TestAdministratorsEditThoseWhoAreNotAboveThem(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		several := w.put("several@example.com", access.MultipleLocation, "berlin")
		ben := w.put("ben@example.com", access.Student, "berlin")
		far := w.put("far@example.com", access.Student, "paris")
		manager := w.put("manager@example.com", access.Student, "berlin")
		w.give(manager.ID, access.ListUsers)
		for _, tt := range []struct {
			name    string
			by, who account.ID
			want    fault.Kind
		}{
			{"a student of their own", local.ID, ben.ID, fine},
			{"themselves", local.ID, local.ID, fine},
			{"somebody of a higher role", local.ID, several.ID, fault.Forbidden},
			{"somebody of the same place with a role over everything", local.ID, manager.ID, fault.Forbidden},
			{"somebody elsewhere", local.ID, far.ID, fault.NotFound},
			{"somebody without access", ben.ID, far.ID, fault.Forbidden},
			{"the organization's administrator: anybody", w.admin.ID, manager.ID, fine},
		} {
			who, err := w.db.Membership(w.Context(), w.home.Realm, tt.who)
			if err != nil {
				w.Fatal(err)
			}
			a := who.Account
			edit := account.Edit{Name: account.Name{Given: "New", Family: "Name"}, Email: a.Email, ExternalID: "X-" + string(tt.who[:4]), Locale: "de", Zone: "Asia/Tokyo"}
			w.want(tt.name, w.accounts.Edit(w.Context(), w.reach(tt.by, access.AccountEdit), tt.who, edit), tt.want)
			who, _ = w.db.Membership(w.Context(), w.home.Realm, tt.who)
			if changed := who.Account.Name == "New Name" && who.Account.Zone == "Asia/Tokyo" && who.Account.ExternalID == edit.ExternalID; tt.want == fine && !changed {
				w.Errorf("%s: %+v", tt.name, who.Account)
			}
			if tt.want != fine && who.Account.Zone == "Asia/Tokyo" {
				w.Errorf("%s was changed", tt.name)
			}
		}
		if n := w.count(`select count(*) from audit_event where action = 'account.edited'`); n != 3 {
			w.Errorf("%d events, want 3", n)
		}
		if n := w.count(`select count(*) from audit_event where action = 'account.edited' and (after_json like '%New%' or after_json like '%example.com%')`); n != 0 {
			w.Error("names or addresses stand in the log")
		}
	})
}

func TestAnotherAddressIsAnotherSignIn(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		ben := w.signedUp("ben@example.com", access.Student)
		w.want("Move", w.accounts.Move(w.Context(), w.reach(w.admin.ID, access.AccountMove), ben.ID, "berlin", "", ""), fine)
		_, secret, err := w.accounts.CreateToken(w.Context(), w.reach(ben.ID, access.SelfEdit), "mine", false)
		w.want("CreateToken", err, fine)
		readdress := func(by, who account.ID, email string) error {
			return w.accounts.Edit(w.Context(), w.reach(by, access.AccountEdit), who, account.Edit{Name: account.Name{Given: "Ben"}, Email: email})
		}
		w.want("an address that somebody has", readdress(local.ID, ben.ID, "ANN@example.com"), fault.Invalid)
		w.want("one's own address", readdress(local.ID, local.ID, "other@example.com"), fault.Invalid)
		w.want("only spelled otherwise", readdress(local.ID, ben.ID, "Ben@Example.com"), fine)
		if _, err := w.accounts.AuthenticateToken(w.Context(), secret); err != nil {
			w.Errorf("the token ended with nothing but a spelling: %v", err)
		}
		told := func(to string) int {
			return w.count(`select count(*) from mail where kind = 'account.readdressed' and recipient = '` + to + `'`)
		}
		if n := told("ben@example.com") + told("Ben@Example.com"); n != 0 {
			w.Errorf("%d letters about nothing but a spelling", n)
		}
		w.want("another address", readdress(local.ID, ben.ID, "ben@acme.example"), fine)
		if old, other := told("Ben@Example.com"), told("ben@acme.example"); old != 1 || other != 0 {
			w.Errorf("%d letters to the old address and %d to the new one, want 1 and 0", old, other)
		}
		_, err = w.accounts.AuthenticateToken(w.Context(), secret)
		w.want("the token of the old sign-in", err, fault.Unauthenticated)
		opened := w.signIn("ben@example.com")
		left, err := w.accounts.Accounts(w.Context(), opened.Session.Identity)
		if err != nil || len(left) != 0 {
			w.Errorf("the old sign-in still opens %v, %v", left, err)
		}

		// Whoever has the new address has all that the account holds, so it must be the editor's to give.
		w.exec(fmt.Sprintf(`insert into product (realm_id, product_id, organization_id, kind, title, title_folded, created_at) values (%d, 'p', '%s', 'activity', 'P', 'p', 0)`, w.home.Realm, w.home.ID))
		w.exec(fmt.Sprintf(`insert into purchase (realm_id, purchase_id, organization_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used, purchased_at, created_at)
			values (%d, 'one', '%s', 'p', '%s', '', '', 5, 0, 0, 0, 0)`, w.home.Realm, w.home.ID, ben.ID))
		w.want("the address of a buyer", readdress(local.ID, ben.ID, "thief@example.com"), fault.Forbidden)
		w.want("the buyer's name", readdress(local.ID, ben.ID, "ben@acme.example"), fine)
		w.want("Suspend", w.accounts.Suspend(w.Context(), w.reach(local.ID, access.AccountEdit), ben.ID, ""), fine)
		w.want("the address of a suspended buyer", readdress(local.ID, ben.ID, "thief@example.com"), fault.Forbidden)
		w.want("by the organization's administrator", readdress(w.admin.ID, ben.ID, "ben@new.example"), fine)
		w.want("no address", readdress(w.admin.ID, ben.ID, ""), fine)
		if n := w.count(`select count(*) from account where account_id = '` + string(ben.ID) + `' and identity_id is null and email_folded is null`); n != 1 {
			w.Error("the account still has a sign-in")
		}
	})
}

// TestASecondEditorOfAPersonIsTold: an edit made from what somebody else has
// changed meanwhile undoes nothing of theirs.
func TestASecondEditorOfAPersonIsTold(t *testing.T) {
	each(t, func(w *world) {
		ben := w.put("ben@example.com", access.Student, "")
		reach := w.reach(w.admin.ID, access.AccountEdit)
		opened, err := w.accounts.Managed(w.Context(), reach, ben.ID)
		w.want("Managed", err, fine)
		edit := account.Edit{Name: account.Name{Given: "Benjamin"}, Email: ben.Email, ExternalID: "E-1", Version: opened.Version()}
		w.want("the first", w.accounts.Edit(w.Context(), reach, ben.ID, edit), fine)
		second := account.Edit{Name: account.Name{Given: "Ben"}, Email: ben.Email, Version: opened.Version()}
		w.want("the second", w.accounts.Edit(w.Context(), reach, ben.ID, second), fault.Conflict)
		now, err := w.accounts.Managed(w.Context(), reach, ben.ID)
		if w.want("Managed", err, fine); now.GivenName != "Benjamin" || now.ExternalID != "E-1" || now.Version() == opened.Version() {
			w.Errorf("the first edit is gone: %+v", now.Account)
		}
		second.Version = now.Version()
		w.want("the second once more", w.accounts.Edit(w.Context(), reach, ben.ID, second), fine)
	})
}

func TestOnlyRolesWhoseConditionsHoldAreOffered(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		several := w.put("several@example.com", access.MultipleLocation, "berlin")
		ben := w.put("ben@example.com", access.Student, "berlin")
		keys := func(roles []access.Role) string {
			var out string
			for _, r := range roles {
				out += " " + string(r.Key)
			}
			return out
		}
		twin := func(k access.RoleKey) string { return " " + string(k) + " " + string(access.TwinOf(k)) }
		student := " " + string(access.Student)
		for _, tt := range []struct {
			name            string
			by, who         account.ID
			here, somewhere string
		}{
			{"local", local.ID, ben.ID, student + twin(access.LocalAdministrator), student + twin(access.LocalAdministrator)},
			{
				"several", several.ID, ben.ID,
				student + twin(access.LocalAdministrator) + twin(access.MultipleLocation), student + twin(access.LocalAdministrator) + twin(access.MultipleLocation),
			},
			{
				"organization", w.admin.ID, w.admin.ID, // placed nowhere
				student + twin(access.OrganizationAdministrator),
				student + twin(access.LocalAdministrator) + twin(access.MultipleLocation) + twin(access.OrganizationAdministrator),
			},
			{"local, of somebody above", local.ID, several.ID, "", student + twin(access.LocalAdministrator)},
		} {
			m, err := w.accounts.Managed(w.Context(), w.reach(tt.by, access.AccountRole), tt.who)
			w.want(tt.name, err, fine)
			if got := keys(m.Offered); got != tt.here || m.Above != (tt.here == "") {
				w.Errorf("%s is offered%s (above: %v), want%s", tt.name, got, m.Above, tt.here)
			}
			places, err := w.accounts.Places(w.Context(), w.reach(tt.by, access.AccountCreate), w.home.ID)
			w.want(tt.name, err, fine)
			if got := keys(places.Roles); got != tt.somewhere {
				w.Errorf("%s is offered for somebody new%s, want%s", tt.name, got, tt.somewhere)
			}
		}
		w.exec(`update organization set hierarchies_enabled = (1 = 0)`)
		places, err := w.accounts.Places(w.Context(), w.reach(w.admin.ID, access.AccountCreate), w.home.ID)
		if got := keys(places.Roles); err != nil || got != student+twin(access.LocalAdministrator)+twin(access.OrganizationAdministrator) {
			w.Errorf("without hierarchies%s, %v", got, err)
		}
		w.exec(`update organization set locations_enabled = (1 = 0)`)
		places, err = w.accounts.Places(w.Context(), w.reach(w.admin.ID, access.AccountCreate), w.home.ID)
		if got := keys(places.Roles); err != nil || got != student+twin(access.OrganizationAdministrator) {
			w.Errorf("without locations%s, %v", got, err)
		}
		w.want("ChangeRole to what is not offered", w.accounts.ChangeRole(w.Context(), w.reach(w.admin.ID, access.AccountRole), ben.ID, access.LocalAdministrator, ""), fault.Invalid)
	})
}
