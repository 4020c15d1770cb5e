package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// events tells what the log of an organization holds of signing in: who did
// what, to whom.
func (w *world) events(organization org.Organization) []string {
	w.Helper()
	rows, err := w.raw.QueryContext(w.Context(), `select coalesce(b.email, e.actor_system) || ' ' || e.action || ' ' || coalesce(s.email, '') from audit_event e
		left join account b on b.realm_id = e.realm_id and b.account_id = e.actor_id
		left join account s on s.realm_id = e.realm_id and s.account_id = e.subject_id
		where e.organization_id = '`+string(organization.ID)+`' and (e.action like 'session.%' or e.action like 'password.%') order by e.at, e.event_id`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			w.Fatal(err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return out
}

// TestSigningInStandsInEachLog: an identity that is somebody in two
// organizations of two realms leaves its events in both, each about the account
// it has there, and neither names anybody of the other.
func TestSigningInStandsInEachLog(t *testing.T) {
	each(t, func(w *world) {
		other, _, err := w.accounts.Found(w.Context(), org.New{Slug: "fabrikam", Name: "Fabrikam", Zone: "Europe/Berlin", Locale: "de"}, "ann@example.com")
		if err != nil {
			w.Fatal(err)
		}
		w.exec(`update account set status = 'active'`)
		w.signedUp("ben@example.com", access.Student)
		w.exec(`delete from audit_event`) // of how the world was made; nothing but a test can

		step := func() { w.clock.pass(time.Second) }
		_, err = w.accounts.SignIn(w.Context(), "ann@example.com", "guessed", account.Client{Address: "203.0.113.7"})
		w.want("a wrong password", err, fault.Unauthenticated)
		step()
		here := w.signIn("ann@example.com")
		step()
		there := w.signIn("ann@example.com")
		step()
		self := w.reach(w.admin.ID, access.SelfEdit)
		w.want("EndSession", w.accounts.EndSession(w.Context(), self, here.Session.ID), fine)
		step()
		w.want("ChangePassword", w.accounts.ChangePassword(w.Context(), self, there.Session.ID, password, "another horse"), fine)
		step()
		w.want("SignOut", w.accounts.SignOut(w.Context(), there.Token), fine)
		step()
		w.signIn("ben@example.com")

		want := []string{
			"sign-in session.refused Ann@Example.com",
			"Ann@Example.com session.opened Ann@Example.com",
			"Ann@Example.com session.opened Ann@Example.com",
			"Ann@Example.com session.ended Ann@Example.com",
			"Ann@Example.com password.changed Ann@Example.com",
			"Ann@Example.com session.ended Ann@Example.com",
		}
		elsewhere := strings.Split(strings.ReplaceAll(strings.Join(want, "\n"), "Ann@Example.com", "ann@example.com"), "\n")
		got := slices.DeleteFunc(w.events(other.Organization), func(e string) bool { return strings.Contains(e, "password.changed session") })
		// A change of the password ends what else is open: the session of the installation.
		trim := func(all []string) []string {
			return slices.CompactFunc(all, func(a, b string) bool { return a == b && strings.Contains(a, "session.ended") })
		}
		if got = trim(got); !slices.Equal(trim(got), elsewhere) {
			w.Errorf("the other realm's log holds\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(elsewhere, "\n"))
		}
		w.admin.Email = "Ann@Example.com"
		got = trim(w.events(w.home))
		if !slices.Equal(got, append(want, "ben@example.com session.opened ben@example.com")) {
			w.Errorf("the log holds\n%s, want\n%s and Ben", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if n := w.count(`select count(*) from audit_event where organization_id is null`); n != 0 {
			w.Errorf("%d events stand outside the organizations", n)
		}

		// Whoever administers the organization reads it, with where the guess came from.
		page, err := audit.NewService(w.db).Events(w.Context(), w.reach(w.admin.ID, access.AuditView), audit.Query{Action: "session.refused"})
		if err != nil || len(page.Items) != 1 || page.Items[0].Subject.Name != "Ann Ångström" || page.Items[0].Line(page.Items[0].After) != `{"network":"203.0.113.7"}` {
			w.Errorf("the log tells %+v, %v", page.Items, err)
		}
	})
}

// TestGuessesAtNobodyAreNoted: a wrong address is written down as often as a
// wrong password is, so that the answer tells nothing, and without the address.
func TestGuessesAtNobodyAreNoted(t *testing.T) {
	each(t, func(w *world) {
		before := w.count(`select count(*) from audit_event`)
		_, err := w.accounts.SignIn(w.Context(), "nobody@example.net", password, nobody)
		w.want("an unknown address", err, fault.Unauthenticated)
		if n := w.count(`select count(*) from audit_event`); n != before+1 {
			w.Errorf("%d events, want one more than %d", n, before)
		}
		if n := w.count(`select count(*) from audit_event where organization_id is null and action = 'session.refused' and subject_id = '' and after_json not like '%nobody@%'`); n != 1 {
			w.Errorf("%d events tell of the guess, want 1", n)
		}
	})
}

// TestSuspendedPeopleOpenNothing: that somebody signs in to work elsewhere is
// not told where they cannot work any more; that their password is guessed is.
func TestSuspendedPeopleOpenNothing(t *testing.T) {
	each(t, func(w *world) {
		ben := w.signedUp("ben@example.com", access.Student)
		w.want("Suspend", w.accounts.Suspend(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, "left"), fine)
		w.exec(`delete from audit_event`)
		w.signIn("ben@example.com")
		_, err := w.accounts.SignIn(w.Context(), "ben@example.com", "guessed", nobody)
		w.want("a wrong password", err, fault.Unauthenticated)
		if got := w.events(w.home); !slices.Equal(got, []string{"sign-in session.refused ben@example.com"}) {
			w.Errorf("the log holds %q", got)
		}
	})
}
