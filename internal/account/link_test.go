package account_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

func TestInstallation(t *testing.T) {
	empty(t, func(w *world) {
		first, _, err := w.accounts.FirstLink(w.Context())
		if err != nil || !strings.HasPrefix(first.URL, publicURL+"/setup/") {
			w.Fatalf("FirstLink() = %+v, %v", first, err)
		}
		link, isEmpty, err := w.accounts.FirstLink(w.Context())
		if err != nil || !isEmpty {
			w.Fatal(isEmpty, err)
		}
		_, err = w.accounts.OpenLink(w.Context(), secretOf(first))
		w.want("the link before", err, fault.NotFound)
		in := account.InstallationInput{}
		_, _, err = w.accounts.CompleteInstallation(w.Context(), secretOf(link), in, nobody)
		if w.want("without anything", err, fault.Invalid); len(fault.Fields(err)) != 5 {
			w.Errorf("wrong fields = %v, want slug, name, given_name, email, password", fault.Fields(err))
		}
		in = account.InstallationInput{
			Organization: org.New{Slug: "northwind", Name: "Northwind"}, Name: account.Name{Given: "Ann"}, Email: "ann@example.com", Password: password,
		}
		worked, failures := atOnce(4, func() error {
			_, _, err := w.accounts.CompleteInstallation(w.Context(), secretOf(link), in, nobody)
			return err
		})
		if worked != 1 {
			w.Errorf("%d of 4 at once set Ambit up, want 1: %v", worked, failures)
		}
		for _, err := range failures {
			w.want("CompleteInstallation", err, fault.NotFound)
		}
		if _, isEmpty, err = w.accounts.FirstLink(w.Context()); isEmpty || err != nil {
			w.Errorf("FirstLink() of a full Ambit = %v, %v", isEmpty, err)
		}
		opened := w.signIn("ann@example.com")
		m, err := w.accounts.Resolve(w.Context(), opened.Session.Identity, "northwind")
		if err != nil || m.Account.BaseRole != access.OrganizationAdministrator || m.Account.Learner != 1 || m.Organization.Path != access.Root {
			w.Errorf("Resolve() = %+v, %v", m, err)
		}
	})
}

func TestInstallationLinkIsOverOnceThereIsAnOrganization(t *testing.T) {
	empty(t, func(w *world) {
		link, _, err := w.accounts.FirstLink(w.Context())
		w.want("FirstLink", err, fine)
		_, _, err = w.accounts.Found(w.Context(), org.New{Slug: "northwind", Name: "Northwind"}, "ann@example.com")
		w.want("Found", err, fine)
		_, _, err = w.accounts.CompleteInstallation(w.Context(), secretOf(link), account.InstallationInput{
			Organization: org.New{Slug: "mine", Name: "Mine"}, Name: account.Name{Given: "Mallory"}, Email: "mallory@example.com", Password: password,
		}, nobody)
		w.want("CompleteInstallation", err, fault.Conflict)
		if n := w.count(`select count(*) from organization`); n != 1 {
			w.Errorf("there are %d organizations, want 1", n)
		}
	})
}

func TestFoundingInvitesTheAdministrator(t *testing.T) {
	empty(t, func(w *world) {
		m, link, err := w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Fabrikam", MayHaveClients: true}, "Meg@example.com")
		w.want("Found", err, fine)
		if m.Account.Status != account.Invited || m.Account.BaseRole != access.MasterAdministrator {
			w.Errorf("Found() = %+v", m.Account)
		}
		_, _, err = w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Other"}, "x@example.com")
		w.want("a slug twice", err, fault.Invalid)
		kept, err := w.accounts.OpenLink(w.Context(), secretOf(link))
		if err != nil || kept.Kind != account.SetupLink || kept.Identity.Email != "Meg@example.com" || kept.Membership.Organization.Slug != "fabrikam" {
			w.Errorf("OpenLink() = %+v, %v", kept, err)
		}
		operator := account.AsOperator(m.Organization, access.AccountSession, w.clock.now())
		newer, err := w.accounts.LinkFor(w.Context(), operator, m.Organization.ID, "MEG@example.com")
		w.want("LinkFor", err, fine)
		_, err = w.accounts.OpenLink(w.Context(), secretOf(link))
		w.want("the lost link", err, fault.NotFound)
		w.clock.pass(24*time.Hour - time.Microsecond)
		in := account.SetupInput{Name: account.Name{Given: "Meg", Family: "Øst"}, Password: password}
		opened, m, err := w.accounts.CompleteSetup(w.Context(), secretOf(newer), in, nobody)
		if err != nil || m.Account.Status != account.Active || m.Account.Name != "Meg Øst" || opened.Token == "" {
			w.Fatalf("CompleteSetup() = %+v, %v", m.Account, err)
		}
		_, _, err = w.accounts.CompleteSetup(w.Context(), secretOf(newer), in, nobody)
		w.want("the link twice", err, fault.NotFound)
		w.signIn("meg@example.com")
		if got := w.count(`select count(*) from account where name_folded = 'meg ost' and search_text like '%meg@example.com%'`); got != 1 {
			w.Error("the name is not folded for search")
		}
	})
}

func TestSetupLinkNeverSetsThePasswordOfSomebodyWhoHasOne(t *testing.T) {
	each(t, func(w *world) {
		m, link, err := w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Fabrikam"}, "ann@example.com")
		w.want("Found", err, fine)
		if m.Account.Identity != w.admin.Identity {
			w.Fatal("one address has two identities")
		}
		name := account.Name{Given: "Ann"}
		_, _, err = w.accounts.CompleteSetup(w.Context(), secretOf(link), account.SetupInput{Name: name, Password: "a new password"}, nobody)
		w.want("with a password of the link holder's own", err, fault.Invalid)
		_, _, err = w.accounts.CompleteSetup(w.Context(), secretOf(link), account.SetupInput{Name: name, Password: password}, nobody)
		w.want("with the one that Ann has", err, fine)
		opened := w.signIn("ann@example.com")
		list, err := w.accounts.Accounts(w.Context(), opened.Session.Identity)
		if err != nil || len(list) != 2 || list[0].Organization.Slug != "fabrikam" {
			w.Errorf("Accounts() = %v, %v, want Fabrikam and Northwind", list, err)
		}
	})
}

func TestResetAnswersAndWorksTheSameForEveryAddress(t *testing.T) {
	each(t, func(w *world) {
		for _, email := range []string{"ann@example.com", "nobody@example.com"} {
			w.want("RequestReset("+email+")", w.accounts.RequestReset(w.Context(), email, nobody), fine)
		}
		if got := w.letters(); len(got) != 1 || secretIn(got[0]) == "" {
			w.Fatalf("letters = %q, want one to Ann with a link at the public URL", got)
		}
		// The address that nobody has costs the same row, which opens nothing.
		if n := w.count(`select count(*) from sign_in_link where kind = 'password'`); n != 2 {
			w.Errorf("%d links were kept, want 2", n)
		}
		w.want("an address that is none", w.accounts.RequestReset(w.Context(), "ann", nobody), fault.Invalid)
	})
}

func TestResetLinkWorksOnce(t *testing.T) {
	each(t, func(w *world) {
		before := w.signIn("ann@example.com")
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ann@example.com", nobody), fine)
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ann@example.com", nobody), fine)
		letters := w.letters()
		secret, other := secretIn(letters[0]), secretIn(letters[1])
		w.want("with 7 characters", w.accounts.SetPassword(w.Context(), secret, "1234567"), fault.Invalid)
		worked, failures := atOnce(6, func() error { return w.accounts.SetPassword(w.Context(), secret, "another password") })
		if worked != 1 {
			w.Errorf("%d of 6 at once set a password, want 1", worked)
		}
		for _, err := range failures {
			if !errors.Is(err, account.ErrLink) {
				w.Errorf("SetPassword() = %v, want %v", err, account.ErrLink)
			}
		}
		_, err := w.accounts.Authenticate(w.Context(), before.Token)
		w.want("a session from before", err, fault.Unauthenticated)
		w.want("the other link", w.accounts.SetPassword(w.Context(), other, "a third password"), fault.NotFound)
		_, err = w.accounts.SignIn(w.Context(), "ann@example.com", password, nobody)
		w.want("the old password", err, fault.Unauthenticated)
		_, err = w.accounts.SignIn(w.Context(), "ann@example.com", "another password", nobody)
		w.want("the new password", err, fine)
	})
}

func TestResetLinkIsShortLived(t *testing.T) {
	each(t, func(w *world) {
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ann@example.com", nobody), fine)
		secret := secretIn(w.letters()[0])
		w.clock.pass(time.Hour - time.Microsecond)
		_, err := w.accounts.OpenLink(w.Context(), secret)
		w.want("just before its hour is over", err, fine)
		w.clock.pass(time.Microsecond)
		_, err = w.accounts.OpenLink(w.Context(), secret)
		w.want("after its hour", err, fault.NotFound)
		w.want("SetPassword", w.accounts.SetPassword(w.Context(), secret, "another password"), fault.NotFound)
		for _, wrong := range []string{"", "x", strings.ToUpper(secret)} {
			w.want("SetPassword("+wrong+")", w.accounts.SetPassword(w.Context(), wrong, "another password"), fault.NotFound)
		}
	})
}

func TestLinksAreForOneThing(t *testing.T) {
	each(t, func(w *world) {
		_, setup, err := w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Fabrikam"}, "meg@example.com")
		w.want("Found", err, fine)
		w.want("a setup link as one for a password", w.accounts.SetPassword(w.Context(), secretOf(setup), password), fault.NotFound)
		_, _, err = w.accounts.CompleteInstallation(w.Context(), secretOf(setup), account.InstallationInput{}, nobody)
		w.want("a setup link as that of an installation", err, fault.NotFound)
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ann@example.com", nobody), fine)
		_, _, err = w.accounts.CompleteSetup(w.Context(), secretIn(w.letters()[0]), account.SetupInput{}, nobody)
		w.want("a link for a password as one for a setup", err, fault.NotFound)
	})
}

func TestInvitation(t *testing.T) {
	each(t, func(w *world) {
		create := func(email string, status account.Status) account.Account {
			a, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{
				Organization: w.home.ID, Name: account.Name{Given: "P"}, Email: email, Status: status, Locale: "en",
			})
			w.want("Create", err, fine)
			return a
		}
		invited, active, gone := create("invited@example.com", account.Invited), create("active@example.com", account.Active), create("gone@example.com", account.Suspended)
		for id, a := range map[string]account.Account{"job1": invited, "job2": active, "job3": w.admin, "job4": gone} {
			for range 2 { // a job may run twice
				w.want("Invite", w.accounts.Invite(w.Context(), id, account.Invitation{Realm: a.Realm, Account: a.ID}), fine)
			}
		}
		w.want("Invite nobody", w.accounts.Invite(w.Context(), "job5", account.Invitation{Realm: 1, Account: "x"}), fine)
		text := map[string]string{}
		rows, err := w.raw.QueryContext(w.Context(), `select mail_id, body_text from mail`)
		w.want("mail", err, fine)
		defer rows.Close()
		for rows.Next() {
			var id, body string
			w.want("mail", rows.Scan(&id, &body), fine)
			text[id] = body
		}
		w.want("mail", rows.Err(), fine)
		if len(text) != 3 {
			w.Fatalf("%d letters, want 3", len(text))
		}
		if body := text["job3"]; strings.Contains(body, account.ResetPath) || !strings.Contains(body, publicURL+"/o/northwind\n") || !strings.Contains(body, "Zugang") && !strings.Contains(body, "Anmeldung") {
			w.Errorf("the letter to somebody with a password:\n%s", body)
		}
		w.want("an active account's password", w.accounts.SetPassword(w.Context(), secretIn(text["job2"]), password), fine)
		w.signIn("active@example.com")
		_, m, err := w.accounts.CompleteSetup(w.Context(), secretIn(text["job1"]), account.SetupInput{Name: account.Name{Given: "Ida"}, Password: password}, nobody)
		if err != nil || m.Account.Status != account.Active {
			w.Errorf("CompleteSetup() = %+v, %v", m.Account, err)
		}
	})
}

func TestFirstPasswordByMailAcceptsWhatWaits(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{
			Organization: w.home.ID, Name: account.Name{Given: "Ida"}, Email: "ida@example.com", Status: account.Invited,
		})
		w.want("Create", err, fine)
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ida@example.com", nobody), fine)
		w.want("SetPassword", w.accounts.SetPassword(w.Context(), secretIn(w.letters()[0]), password), fine)
		opened := w.signIn("ida@example.com")
		_, err = w.accounts.Resolve(w.Context(), opened.Session.Identity, "northwind")
		w.want("Resolve", err, fine)

		// Somebody who has a password accepts each further account by its own link.
		_, _, err = w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Fabrikam"}, "ida@example.com")
		w.want("Found", err, fine)
		w.clock.pass(time.Second)
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ida@example.com", nobody), fine)
		w.want("SetPassword", w.accounts.SetPassword(w.Context(), secretIn(w.letters()[1]), password), fine)
		_, err = w.accounts.Resolve(w.Context(), opened.Session.Identity, "fabrikam")
		w.want("Resolve", err, fault.NotFound)
	})
}
