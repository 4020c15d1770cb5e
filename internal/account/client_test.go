package account_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// masters runs a test in a world whose administrator is a Master Administrator.
func masters(t *testing.T, test func(w *world, orgs *org.Service)) {
	empty(t, func(w *world) {
		m, link, err := w.accounts.Found(w.Context(), org.New{Slug: "northwind", Name: "Northwind", MayHaveClients: true}, "ann@example.com")
		w.want("Found", err, fine)
		_, _, err = w.accounts.CompleteSetup(w.Context(), secretOf(link), account.SetupInput{Name: account.Name{Given: "Ann", Family: "Ahn"}, Password: password}, nobody)
		w.want("CompleteSetup", err, fine)
		w.home, w.admin = m.Organization, m.Account
		test(w, org.NewService(w.db, w.clock.now))
	})
}

// found makes a client with a first administrator.
func (w *world) found(by account.ID, parent org.ID, n org.New, email string) (account.Membership, error) {
	return w.accounts.FoundClient(w.Context(), w.reach(by, access.ClientEdit), parent, n, account.Name{Given: "Carl", Family: "Client"}, email)
}

func TestAMasterFoundsClientsWithTheirFirstAdministrator(t *testing.T) {
	masters(t, func(w *world, orgs *org.Service) {
		m, err := w.found(w.admin.ID, w.home.ID, org.New{Slug: "contoso", Name: "Contoso", ClientID: "C-1", ExpiresOn: day.Date(2026, time.December, 31)}, "carl@contoso.example")
		w.want("FoundClient", err, fine)
		if a := m.Account; a.BaseRole != access.OrganizationAdministrator || a.Status != account.Invited || a.Organization != m.Organization.ID || a.Home != m.Organization.Path {
			w.Errorf("first administrator = %+v", a)
		}
		if n := w.count(`select count(*) from job where kind = 'account.invite'`); n != 1 {
			w.Errorf("%d letters on their way, want 1", n)
		}
		m2, err := w.found(w.admin.ID, w.home.ID, org.New{Slug: "adatum", Name: "Adatum", MayHaveClients: true}, "dana@adatum.example")
		if w.want("one that may have clients", err, fine); m2.Account.BaseRole != access.MasterAdministrator {
			w.Errorf("its first administrator is %s", m2.Account.BaseRole)
		}
		_, err = w.found(w.admin.ID, w.home.ID, org.New{Slug: "third", Name: "Third", ClientID: "c-1"}, "x@example.com")
		w.want("a client ID twice, in other letters", err, fault.Invalid)
		_, err = w.found(w.admin.ID, w.home.ID, org.New{Slug: "third", Name: "Third", ClientID: "1c"}, "")
		if f := fault.Fields(err); len(f) != 2 {
			w.Errorf("wrong fields = %v, want the id and the address", f)
		}
		if n := w.count(`select count(*) from organization`); n != 3 {
			w.Errorf("%d organizations after refusals, want 3", n)
		}
		_, err = w.found(w.admin.ID, m.Organization.ID, org.New{Slug: "below", Name: "Below"}, "x@example.com")
		w.want("below one that may have none", err, fault.Conflict)
	})
}

// TestOnlyItsMasterDecidesAboutAnOrganization: name, id, last day, kind and
// status of a client are its master's; its own administrators, even Master
// Administrators of it, change none of these, and nobody changes a parent.
func TestOnlyItsMasterDecidesAboutAnOrganization(t *testing.T) {
	masters(t, func(w *world, orgs *org.Service) {
		m, err := w.found(w.admin.ID, w.home.ID, org.New{Slug: "contoso", Name: "Contoso", MayHaveClients: true}, "carl@contoso.example")
		w.want("FoundClient", err, fine)
		w.exec(`update account set status = 'active' where email = 'carl@contoso.example'`)
		name, id, until, no := "Contoso Ltd", "C.1_x-2", day.Date(2026, time.June, 30), false
		change := org.ClientChange{Name: &name, ClientID: &id, ExpiresOn: &until}
		master := func() access.Reach { return w.reach(w.admin.ID, access.ClientEdit) }
		own := func() access.Reach { return w.reach(m.Account.ID, access.ClientEdit) }

		_, _, err = orgs.ChangeClient(w.Context(), own(), m.Organization.ID, change)
		w.want("its own Master Administrator", err, fault.NotFound)
		_, err = orgs.Suspend(w.Context(), own(), m.Organization.ID, "no")
		w.want("suspending itself", err, fault.NotFound)
		_, err = orgs.Suspend(w.Context(), master(), w.home.ID, "no")
		w.want("the master itself", err, fault.NotFound)

		now, _, err := orgs.ChangeClient(w.Context(), master(), m.Organization.ID, change)
		if w.want("its master", err, fine); now.Name != name || now.ClientID != id || now.ExpiresOn != until || !now.MayHaveClients {
			w.Errorf("changed = %+v", now)
		}
		if n := w.count(`select count(*) from audit_event where action = 'organization.client_changed'`); n != 1 {
			w.Errorf("%d events, want 1", n)
		}
		_, _, err = orgs.ChangeClient(w.Context(), master(), m.Organization.ID, change)
		w.want("again", err, fine)
		if n := w.count(`select count(*) from audit_event where action = 'organization.client_changed'`); n != 1 {
			w.Errorf("%d events after nothing changed, want 1", n)
		}
		_, held, err := orgs.ChangeClient(w.Context(), master(), m.Organization.ID, org.ClientChange{MayHaveClients: &no})
		if w.want("while somebody is Master Administrator there", err, fault.Invalid); len(held) != 1 || held[0].ID != m.Account.ID {
			w.Errorf("held by %v", held)
		}
		below, err := w.found(m.Account.ID, m.Organization.ID, org.New{Slug: "below", Name: "Below"}, "b@below.example")
		w.want("a client of the client", err, fine)
		_, _, err = orgs.ChangeClient(w.Context(), master(), m.Organization.ID, org.ClientChange{MayHaveClients: &no})
		w.want("while it has clients", err, fault.Invalid)

		page, err := orgs.Clients(w.Context(), w.reach(w.admin.ID, access.ClientView), org.ClientQuery{})
		if err != nil || page.Total != 2 || len(page.Items) != 2 || page.Items[0].ID != below.Organization.ID || page.Items[0].Above != name || page.Items[1].Above != "" || page.Items[1].Clients != 1 || page.Items[1].Administrators != 1 {
			w.Errorf("Clients() = %+v, %v", page, err)
		}
		page, err = orgs.Clients(w.Context(), w.reach(m.Account.ID, access.ClientView), org.ClientQuery{Q: "BELOW"})
		if err != nil || page.Total != 1 || page.Items[0].Above != "" {
			w.Errorf("Clients() of the client = %+v, %v", page, err)
		}
		_, err = orgs.Client(w.Context(), w.reach(m.Account.ID, access.ClientView), m.Organization.ID)
		w.want("oneself as a client", err, fault.NotFound)
		_, err = orgs.Client(w.Context(), w.reach(m.Account.ID, access.ClientView), w.home.ID)
		w.want("one's master as a client", err, fault.NotFound)
		if n := w.count(`select count(*) from organization where parent_id = '` + string(w.home.ID) + `'`); n != 1 {
			w.Errorf("%d direct clients, want 1", n)
		}
	})
}

// TestNoStatementChangesAParent reads the store: what an organization is a
// client of stands in the insert alone.
func TestNoStatementChangesAParent(t *testing.T) {
	files, err := filepath.Glob("../store/*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	update := regexp.MustCompile("(?s)update organization set (.*?)(?: where |`)")
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range update.FindAllSubmatch(text, -1) {
			found++
			if set := string(m[1]); strings.Contains(set, "parent_id") || strings.Contains(set, "path") || strings.Contains(set, "slug") {
				t.Errorf("%s sets %s", name, set)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d statements found: is the search broken?", found)
	}
}

// TestNobodyOfAClosedClientWorksInIt: suspended, expired, ended; what each means
// for sessions, tokens and what people hold, and the way back.
func TestNobodyOfAClosedClientWorksInIt(t *testing.T) {
	masters(t, func(w *world, orgs *org.Service) {
		m, err := w.found(w.admin.ID, w.home.ID, org.New{Slug: "contoso", Name: "Contoso"}, "carl@contoso.example")
		w.want("FoundClient", err, fine)
		w.exec(`update account set status = 'active' where email = 'carl@contoso.example'`)
		id := m.Organization.ID
		master := func() access.Reach { return w.reach(w.admin.ID, access.ClientEdit) }
		works := func(when string, want fault.Kind, holds bool) {
			w.Helper()
			_, err := w.accounts.Resolve(w.Context(), m.Account.Identity, "contoso")
			w.want(when, err, want)
			list, err := w.accounts.Accounts(w.Context(), m.Account.Identity)
			if err != nil || (len(list) == 1) != (want == fine) {
				w.Errorf("%s: Accounts() = %d, %v", when, len(list), err)
			}
			closed, err := w.accounts.Closed(w.Context(), m.Account.Identity)
			if err != nil || (len(closed) == 1) != (want != fine) {
				w.Errorf("%s: Closed() = %d, %v", when, len(closed), err)
			}
			if got := !w.reach(m.Account.ID, access.LearnerView).IsEmpty(); got != holds {
				w.Errorf("%s: holds access: %v, want %v", when, got, holds)
			}
		}
		works("open", fine, true)
		_, err = orgs.Suspend(w.Context(), master(), id, " ")
		w.want("suspending without a reason", err, fault.Invalid)
		o, err := orgs.Suspend(w.Context(), master(), id, "unpaid")
		if w.want("Suspend", err, fine); o.StatusReason != "unpaid" || !o.StatusAt.Equal(w.clock.now()) {
			w.Errorf("suspended = %+v", o)
		}
		works("suspended", fault.Forbidden, false)
		_, err = w.accounts.Resolve(w.Context(), w.admin.Identity, "northwind")
		w.want("the master meanwhile", err, fine)
		_, err = orgs.Reopen(w.Context(), master(), id, "")
		w.want("Reopen", err, fine)
		works("open again", fine, true)

		today := day.Of(w.clock.now(), m.Organization.TimeZone())
		_, _, err = orgs.ChangeClient(w.Context(), master(), id, org.ClientChange{ExpiresOn: &today})
		w.want("a last day", err, fine)
		works("on its last day", fine, true)
		w.clock.pass(24 * time.Hour)
		works("the day after", fault.Forbidden, true)
		page, err := orgs.Clients(w.Context(), w.reach(w.admin.ID, access.ClientView), org.ClientQuery{Status: org.StandsExpired})
		if err != nil || page.Total != 1 {
			w.Errorf("expired clients = %d, %v", page.Total, err)
		}
		if page, err = orgs.Clients(w.Context(), w.reach(w.admin.ID, access.ClientView), org.ClientQuery{Status: org.StandsOpen}); err != nil || page.Total != 0 {
			w.Errorf("open clients = %d, %v", page.Total, err)
		}
		never := day.None
		_, _, err = orgs.ChangeClient(w.Context(), master(), id, org.ClientChange{ExpiresOn: &never})
		w.want("no last day", err, fine)
		works("extended", fine, true)

		_, err = orgs.End(w.Context(), master(), id, "contract over")
		w.want("End", err, fine)
		works("ended", fault.Forbidden, false)
		_, err = orgs.Reopen(w.Context(), master(), id, "")
		w.want("opening what has ended", err, fault.Conflict)
		_, err = w.found(w.admin.ID, w.home.ID, org.New{Slug: "contoso", Name: "Other"}, "x@example.com")
		w.want("its short name again", err, fault.Invalid)
		o, err = orgs.BySlug(w.Context(), "contoso")
		w.want("BySlug", err, fine)
		_, err = orgs.Reopen(w.Context(), account.AsOperator(o, access.ClientEdit, w.clock.now()), id, "by mistake")
		w.want("the person who runs Ambit", err, fine)
		works("back", fine, true)
	})
}
