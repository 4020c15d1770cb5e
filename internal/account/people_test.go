package account_test

import (
	"fmt"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// locate adds a location to the organization, below another or at the top.
func (w *world) locate(id string, parent string, path access.Path) {
	w.Helper()
	above := "null"
	if parent != "" {
		above = "'" + parent + "'"
	}
	w.exec(fmt.Sprintf(`insert into location (realm_id, location_id, organization_id, parent_id, path, name, name_folded, created_at)
		values (%d, '%s', '%s', %s, '%s', '%s', '%s', 0)`, w.home.Realm, id, w.home.ID, above, path, id, id))
}

func TestCreateWritesAllThatComesWithAnAccount(t *testing.T) {
	each(t, func(w *world) {
		w.locate("berlin", "", access.Root.Location(2))
		before := w.count(`select revision from organization`)
		a, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{
			Organization: w.home.ID, Name: account.Name{Given: " José ", Family: "Łuk\u0000asz"}, Email: "Jose@Example.com", ExternalID: "P-7",
			Location: "berlin", Role: access.LocalAdministrator, Locale: "de_at", Zone: "Asia/Tokyo",
		})
		w.want("Create", err, fine)
		if a.Learner != 2 || a.Name != "José Łuk asz" || a.Home != access.Root.Location(2) || a.Locale != "de-AT" {
			w.Errorf("Create() = %+v", a)
		}
		id := string(a.ID)
		for query, want := range map[string]int{
			`select revision from organization`: before + 1,
			`select count(*) from account where search_text like 'jose luk asz%jose@example.com%p-7' and email_folded = 'jose@example.com' and account_id = '` + id + `'`:           1,
			`select count(*) from account_home where until_at is null and location_id = 'berlin' and account_id = '` + id + `'`:                                                     1,
			`select count(*) from role_grant where role = 'local_administrator' and node_location_id = 'berlin' and extent = 'here' and follows_home and account_id = '` + id + `'`: 1,
			`select count(*) from audit_event where action = 'account.created' and actor_id = '` + string(w.admin.ID) + `' and subject_id = '` + id + `'`:                           1,
		} {
			if got := w.count(query); got != want {
				w.Errorf("%s = %d, want %d", query, got, want)
			}
		}
		_, err = w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{Organization: w.home.ID, Name: account.Name{Given: "J"}, Email: "JOSE@example.com"})
		if w.want("the same address", err, fault.Invalid); len(fault.Fields(err)) != 1 || fault.Fields(err)[0].Field != "email" {
			w.Errorf("fields = %v", fault.Fields(err))
		}
		if n := w.count(`select learners from realm`); n != 2 {
			w.Errorf("%d learner numbers were allotted, want 2", n)
		}
	})
}

func TestBaseRolesHaveTheirConditions(t *testing.T) {
	each(t, func(w *world) {
		w.locate("berlin", "", access.Root.Location(2))
		for _, tt := range []struct {
			role     access.RoleKey
			location access.LocationID
			want     fault.Kind
			grants   int
		}{
			{access.Student, "", fine, 0},
			{access.Purchaser, "", fault.Invalid, 0}, // only where a shop is connected (M-204)
			{access.LocalAdministrator, "", fault.Invalid, 0},
			{access.LocalAdministrator, "berlin", fine, 1},
			{access.TwinOf(access.LocalAdministrator), "", fault.Invalid, 0},
			{access.TwinOf(access.MultipleLocation), "berlin", fine, 1},
			{access.OrganizationAdministrator, "berlin", fine, 1},
			{access.TwinOf(access.OrganizationAdministrator), "", fine, 1},
			{access.MasterAdministrator, "", fault.Forbidden, 0}, // above the administrator
			{access.LicenseReporter, "", fault.Invalid, 0},       // no base role
			{"nonsense", "", fault.Invalid, 0},
			{access.Student, "nowhere", fault.Invalid, 0},
		} {
			grants := w.count(`select count(*) from role_grant`)
			_, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{
				Organization: w.home.ID, Name: account.Name{Given: "P"}, Location: tt.location, Role: tt.role,
			})
			w.want(fmt.Sprintf("Create(%s at %q)", tt.role, tt.location), err, tt.want)
			if got := w.count(`select count(*) from role_grant`) - grants; got != tt.grants {
				w.Errorf("%s at %q has %d grants, want %d", tt.role, tt.location, got, tt.grants)
			}
		}
	})
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	each(t, func(w *world) {
		w.locate("berlin", "", access.Root.Location(2))
		w.locate("mitte", "berlin", access.Root.Location(2).Location(3))
		w.locate("paris", "", access.Root.Location(4))
		create := func(by account.ID, role access.RoleKey, at access.LocationID) (account.Account, error) {
			return w.accounts.Create(w.Context(), w.reach(by, access.AccountCreate), account.New{Organization: w.home.ID, Name: account.Name{Given: "P"}, Location: at, Role: role})
		}
		local, err := create(w.admin.ID, access.LocalAdministrator, "berlin")
		w.want("Create", err, fine)
		several, err := create(w.admin.ID, access.MultipleLocation, "berlin")
		w.want("Create", err, fine)
		student, err := create(w.admin.ID, access.Student, "berlin")
		w.want("Create", err, fine)
		for _, tt := range []struct {
			name string
			by   account.ID
			role access.RoleKey
			at   access.LocationID
			want fault.Kind
		}{
			{"local: a student of their own", local.ID, access.Student, "berlin", fine},
			{"local: a colleague", local.ID, access.LocalAdministrator, "berlin", fine},
			{"local: reports only of a colleague", local.ID, access.TwinOf(access.LocalAdministrator), "berlin", fine},
			{"local: somebody above", local.ID, access.MultipleLocation, "berlin", fault.Forbidden},
			{"local: reports only of somebody above", local.ID, access.TwinOf(access.OrganizationAdministrator), "berlin", fault.Forbidden},
			{"local: in a child location", local.ID, access.Student, "mitte", fault.Invalid},
			{"local: elsewhere", local.ID, access.Student, "paris", fault.Invalid},
			{"local: without a location", local.ID, access.Student, "", fault.Invalid},
			{"several: in a child location", several.ID, access.LocalAdministrator, "mitte", fine},
			{"several: elsewhere", several.ID, access.Student, "paris", fault.Invalid},
			{"a student", student.ID, access.Student, "berlin", fault.Forbidden},
		} {
			_, err := create(tt.by, tt.role, tt.at)
			w.want(tt.name, err, tt.want)
		}
		role := func(by, id account.ID, to access.RoleKey) error {
			return w.accounts.ChangeRole(w.Context(), w.reach(by, access.AccountRole), id, to, "test")
		}
		w.want("local: raises a student to a colleague", role(local.ID, student.ID, access.LocalAdministrator), fine)
		w.want("local: touches somebody above", role(local.ID, several.ID, access.Student), fault.Forbidden)
		w.want("local: touches somebody out of reach", role(local.ID, w.admin.ID, access.Student), fault.NotFound)
		w.want("local: touches nobody", role(local.ID, "nobody", access.Student), fault.NotFound)
		w.want("local: raises themselves", role(local.ID, local.ID, access.MultipleLocation), fault.Forbidden)
	})
}

func TestChangingARoleReplacesItsGrant(t *testing.T) {
	each(t, func(w *world) {
		ben := w.add("ben@example.com", access.OrganizationAdministrator)
		stale := w.reach(ben.ID, access.AccountRole)
		change := func(to access.RoleKey) {
			w.Helper()
			w.want("ChangeRole", w.accounts.ChangeRole(w.Context(), w.reach(w.admin.ID, access.AccountRole), ben.ID, to, "reorganized"), fine)
		}
		change(access.Student)
		if !w.reach(ben.ID, access.LearnerView).IsEmpty() {
			w.Error("the old role's grant still counts")
		}
		// A reach that was made before the change must not be good enough after it.
		w.want("ChangeRole with what Ben had", w.accounts.ChangeRole(w.Context(), stale, ben.ID, access.OrganizationAdministrator, ""), fault.Forbidden)
		change(access.TwinOf(access.OrganizationAdministrator))
		if w.reach(ben.ID, access.MatrixView).IsEmpty() || !w.reach(ben.ID, access.AccountEdit).IsEmpty() {
			w.Error("the new role's grant does not count")
		}
		if n := w.count(`select count(*) from audit_event where action = 'account.role_changed' and reason = 'reorganized'`); n != 2 {
			w.Errorf("%d events, want 2", n)
		}
		if n := w.count(`select count(*) from role_grant where account_id = '` + string(ben.ID) + `' and ended_at is not null and ended_by = '` + string(w.admin.ID) + `'`); n != 1 {
			w.Errorf("%d ended grants, want 1", n)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(w *world) {
		role := func(by, id account.ID, to access.RoleKey) error {
			return w.accounts.ChangeRole(w.Context(), w.reach(by, access.AccountRole), id, to, "")
		}
		w.want("demoting the only one", role(w.admin.ID, w.admin.ID, access.Student), fault.Conflict)
		w.want("suspending the only one", w.accounts.Suspend(w.Context(), w.reach(w.admin.ID, access.AccountEdit), w.admin.ID, ""), fault.Conflict)
		ben := w.add("ben@example.com", access.OrganizationAdministrator)
		for range 20 {
			// Each demotes the other at once: exactly one may succeed.
			people := []account.ID{w.admin.ID, ben.ID}
			reaches := []access.Reach{w.reach(w.admin.ID, access.AccountRole), w.reach(ben.ID, access.AccountRole)}
			turns := make(chan int, 2)
			turns <- 0
			turns <- 1
			worked, failures := atOnce(2, func() error {
				i := <-turns
				return w.accounts.ChangeRole(w.Context(), reaches[i], people[1-i], access.Student, "")
			})
			if left := w.count(`select count(*) from account where base_role = 'organization_administrator'`); worked != 1 || left != 1 {
				w.Fatalf("%d of 2 worked, %d administrators are left: %v", worked, left, failures)
			}
			operator := account.AsOperator(w.home, access.AccountRole, w.clock.now())
			for _, id := range people {
				w.want("restoring", w.accounts.ChangeRole(w.Context(), operator, id, access.OrganizationAdministrator, ""), fine)
			}
		}
		w.want("suspending one of two", w.accounts.Suspend(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, ""), fine)
		w.want("demoting the only active one", role(w.admin.ID, w.admin.ID, access.Student), fault.Conflict)
	})
}

func TestSuspendingAReporterEndsTheGrant(t *testing.T) {
	each(t, func(w *world) {
		ben := w.add("ben@example.com", access.TwinOf(access.OrganizationAdministrator))
		realm, home := w.home.Realm, w.home.ID
		w.exec(fmt.Sprintf(`insert into product (realm_id, product_id, organization_id, kind, title, title_folded, created_at) values (%d, 'p', '%s', 'activity', 'P', 'p', 0)`, realm, home))
		for _, id := range []string{"one", "two"} {
			w.exec(fmt.Sprintf(`insert into purchase (realm_id, purchase_id, organization_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used, purchased_at, created_at)
				values (%d, '%s', '%s', 'p', '%s', '', '', 5, 0, 0, 0, 0)`, realm, id, home, w.admin.ID))
			w.exec(fmt.Sprintf(`insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, purchase_id, extent, from_at, follows_home, given_by, reason)
				values (%d, '%s', '%s', '%s', 'license_reporter', 'purchase', '%s', 'here', 0, %s, '', '')`, realm, id, home, ben.ID, id, "(1 = 0)"))
		}
		edit := w.reach(w.admin.ID, access.AccountEdit)
		w.want("Suspend", w.accounts.Suspend(w.Context(), edit, ben.ID, "left"), fine)
		if n := w.count(`select count(*) from role_grant where role = 'license_reporter' and ended_at is null`); n != 0 {
			w.Errorf("%d reporter grants are left", n)
		}
		if n := w.count(`select count(*) from audit_event where action = 'reporter.ended' and subject_kind = 'purchase'`); n != 2 {
			w.Errorf("%d events, want 2", n)
		}
		w.want("Reinstate", w.accounts.Reinstate(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, "back"), fine)
		if n := w.count(`select count(*) from role_grant where role = 'license_reporter' and ended_at is null`); n != 0 {
			w.Error("the reporter grants came back")
		}
		if w.reach(ben.ID, access.MatrixView).IsEmpty() {
			w.Error("the base role did not come back")
		}
	})
}

func TestClientsAreCreatedWithinReach(t *testing.T) {
	empty(t, func(w *world) {
		m, link, err := w.accounts.Found(w.Context(), org.New{Slug: "northwind", Name: "Northwind", MayHaveClients: true}, "ann@example.com")
		w.want("Found", err, fine)
		_, _, err = w.accounts.CompleteSetup(w.Context(), secretOf(link), account.SetupInput{Name: account.Name{Given: "Ann"}, Password: password}, nobody)
		w.want("CompleteSetup", err, fine)
		w.home, w.admin = m.Organization, m.Account
		orgs := org.NewService(w.db, w.clock.now)
		create := func(parent org.ID, slug string) (org.Organization, error) {
			return orgs.CreateClient(w.Context(), w.reach(w.admin.ID, access.ClientEdit), parent, org.New{Slug: slug, Name: "Client " + slug, MayHaveClients: slug == "fabrikam"})
		}
		fabrikam, err := create(w.home.ID, "fabrikam")
		if err != nil || fabrikam.Realm != w.home.Realm || fabrikam.Parent != w.home.ID || fabrikam.Path <= w.home.Path {
			w.Fatalf("CreateClient() = %+v, %v", fabrikam, err)
		}
		below, err := create(fabrikam.ID, "below")
		w.want("a client of a client", err, fine)
		_, err = create(below.ID, "deeper")
		w.want("a client of one that may have none", err, fault.Conflict)
		_, err = create("nowhere", "other")
		w.want("a client of nobody", err, fault.NotFound)
		_, err = create(w.home.ID, "fabrikam")
		w.want("a slug twice", err, fault.Invalid)
		_, err = orgs.CreateClient(w.Context(), w.reach(w.admin.ID, access.ClientEdit), w.home.ID, org.New{Slug: "another", Name: "CLIENT Fabrikam"})
		w.want("a sibling's name twice", err, fault.Invalid)
		list, err := orgs.List(w.Context())
		if err != nil || len(list) != 3 || list[0].Slug != "northwind" || list[1].Slug != "fabrikam" || list[2].Slug != "below" {
			w.Errorf("List() = %v, %v", list, err)
		}
		if n := w.count(`select count(*) from audit_event where action = 'organization.created'`); n != 3 {
			w.Errorf("%d events, want 3", n)
		}
		other, err := orgs.Found(w.Context(), org.New{Slug: "elsewhere", Name: "Elsewhere"})
		if err != nil || other.Realm == w.home.Realm {
			w.Errorf("Found() = %+v, %v, want another realm", other, err)
		}
		_, err = create(other.ID, "stranger")
		w.want("a client of another realm", err, fault.NotFound)
	})
}
