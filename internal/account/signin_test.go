package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

func TestSignIn(t *testing.T) {
	each(t, func(w *world) {
		w.add("no.password@example.com", access.Student)
		for _, tt := range []struct{ name, email, password string }{
			{"wrong password", "ann@example.com", "wrong password"},
			{"no such address", "nobody@example.com", password},
			{"no password yet", "no.password@example.com", password},
			{"no password yet, none given", "no.password@example.com", ""},
			{"no address", "", ""},
			{"longer than any password", "ann@example.com", string(make([]byte, 5000))},
		} {
			_, err := w.accounts.SignIn(w.Context(), tt.email, tt.password, nobody)
			// One value for all, so that no field and no word can differ.
			if !errors.Is(err, account.ErrSignIn) || err.Error() != account.ErrSignIn.Error() || len(fault.Fields(err)) > 0 {
				w.Errorf("%s: SignIn() = %v, want %v", tt.name, err, account.ErrSignIn)
			}
		}
		opened := w.signIn("  ANN@example.COM ")
		session, err := w.accounts.Authenticate(w.Context(), opened.Token)
		if err != nil || session.Identity != w.admin.Identity || session.Client != nobody {
			w.Errorf("Authenticate() = %+v, %v", session, err)
		}
		if n := w.count(`select count(*) from session where token_hash = '` + opened.Token + `'`); n != 0 {
			w.Error("the token itself stands in the database")
		}
		for _, token := range []string{"", "x", opened.Token + "x", string(session.ID)} {
			_, err := w.accounts.Authenticate(w.Context(), token)
			w.want("Authenticate("+token+")", err, fault.Unauthenticated)
		}
	})
}

func TestAnyClientCanSignIn(t *testing.T) {
	each(t, func(w *world) {
		for _, agent := range []string{"", "\xff\xfe browser", strings.Repeat("é", 10_000)} {
			_, err := w.accounts.SignIn(w.Context(), "ann@example.com", password, account.Client{Address: "unknown", Agent: agent})
			w.want(fmt.Sprintf("SignIn with agent %.20q", agent), err, fine)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(w *world) {
		t := w.T
		for _, tt := range []struct {
			name  string
			until func(w *world, o account.Opened)
			want  fault.Kind
		}{
			{"just before the idle limit", func(w *world, _ account.Opened) { w.clock.pass(8*time.Hour - time.Second) }, fine},
			{"at the idle limit", func(w *world, _ account.Opened) { w.clock.pass(8 * time.Hour) }, fault.Unauthenticated},
			{"used all the time until the absolute limit", func(w *world, o account.Opened) {
				for range 30*4 - 1 {
					w.clock.pass(6 * time.Hour)
					if _, err := w.accounts.Authenticate(w.Context(), o.Token); err != nil {
						w.Fatal(err)
					}
				}
				w.clock.pass(6*time.Hour - time.Second)
			}, fine},
			{"a second later", func(w *world, o account.Opened) {
				for range 30 * 4 {
					w.clock.pass(6 * time.Hour)
					_, _ = w.accounts.Authenticate(w.Context(), o.Token)
				}
			}, fault.Unauthenticated},
			{"after signing out", func(w *world, o account.Opened) { w.want("SignOut", w.accounts.SignOut(w.Context(), o.Token), fine) }, fault.Unauthenticated},
		} {
			opened, err := w.accounts.Open(t.Context(), w.admin.Identity, nobody)
			if err != nil {
				t.Fatal(err)
			}
			tt.until(w, opened)
			_, err = w.accounts.Authenticate(t.Context(), opened.Token)
			w.want(tt.name+": Authenticate()", err, tt.want)
		}
	})
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	each(t, func(w *world) {
		opened := w.signIn("ann@example.com")
		used := func() time.Time {
			s, err := w.accounts.Authenticate(w.Context(), opened.Token)
			if err != nil {
				w.Fatal(err)
			}
			return s.UsedAt
		}
		w.clock.pass(59 * time.Second)
		used()
		if got := used(); !got.Equal(begin) {
			w.Errorf("after 59 seconds used at %v, want %v", got, begin)
		}
		w.clock.pass(time.Second)
		used()
		if got, want := used(), begin.Add(time.Minute); !got.Equal(want) {
			w.Errorf("after a minute used at %v, want %v", got, want)
		}
	})
}

func TestOwnSessions(t *testing.T) {
	each(t, func(w *world) {
		other := w.signedUp("ben@example.com", access.Student)
		here, there, bens := w.signIn("ann@example.com"), w.signIn("ann@example.com"), w.signIn("ben@example.com")
		view, edit := w.reach(w.admin.ID, access.SelfView), w.reach(w.admin.ID, access.SelfEdit)
		list, err := w.accounts.Sessions(w.Context(), view)
		if err != nil || len(list) != 3 { // the installation's too
			w.Fatalf("Sessions() = %v, %v, want three", list, err)
		}
		w.want("EndSession of somebody else", w.accounts.EndSession(w.Context(), edit, bens.Session.ID), fault.NotFound)
		w.want("EndSession of one's own", w.accounts.EndSession(w.Context(), edit, there.Session.ID), fine)
		w.want("EndSession twice", w.accounts.EndSession(w.Context(), edit, there.Session.ID), fault.NotFound)
		w.want("EndOtherSessions", w.accounts.EndOtherSessions(w.Context(), edit, here.Session.ID), fine)
		if list, _ := w.accounts.Sessions(w.Context(), view); len(list) != 1 || list[0].ID != here.Session.ID {
			w.Errorf("Sessions() = %v, want only the one at hand", list)
		}
		if list, _ := w.accounts.Sessions(w.Context(), w.reach(other.ID, access.SelfView)); len(list) != 1 {
			w.Errorf("somebody else has %d sessions, want 1", len(list))
		}
		if _, err := w.accounts.Sessions(w.Context(), edit); err == nil {
			w.Error("Sessions() took a reach for another permission")
		}
	})
}

func TestTriesAreLimitedByAddress(t *testing.T) {
	each(t, func(w *world) {
		w.clock.pass(time.Hour)
		for _, tt := range []struct {
			name string
			try  func(i int) error
			kind fault.Kind
		}{
			{"sign-in", func(i int) error {
				_, err := w.accounts.SignIn(w.Context(), "Nobody@example.com", "wrong", account.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
				return err
			}, fault.Unauthenticated},
			{"reset", func(i int) error {
				return w.accounts.RequestReset(w.Context(), "nobody@example.com", account.Client{Address: fmt.Sprintf("203.0.113.%d", i)})
			}, fine},
		} {
			for i := range 10 {
				w.want(fmt.Sprintf("%s %d", tt.name, i+1), tt.try(i), tt.kind)
				w.clock.pass(time.Second)
			}
			err := tt.try(10)
			w.want(tt.name+" 11", err, fault.TooMany)
			// The first try leaves the window 15 minutes after it was made, 10 seconds ago.
			if got, want := fault.RetryAfter(err), 15*time.Minute-10*time.Second; got != want {
				w.Errorf("%s: RetryAfter = %v, want %v", tt.name, got, want)
			}
			w.clock.pass(15*time.Minute - 10*time.Second - time.Microsecond)
			w.want(tt.name+" just too early", tt.try(11), fault.TooMany)
			w.clock.pass(time.Microsecond)
			w.want(tt.name+" again", tt.try(12), tt.kind)
			w.want(tt.name+" but once", tt.try(13), fault.TooMany)
		}
	})
}

func TestTriesAreLimitedByClient(t *testing.T) {
	each(t, func(w *world) {
		w.clock.pass(time.Hour)
		try := func(i int, from string) error {
			return w.accounts.RequestReset(w.Context(), fmt.Sprintf("person%d@example.com", i), account.Client{Address: from})
		}
		for i := range 50 { // of one customer's IPv6 network
			w.want(fmt.Sprintf("reset %d", i+1), try(i, fmt.Sprintf("2001:db8:1:2::%x", i+1)), fine)
		}
		w.want("reset 51", try(50, "2001:db8:1:2:ffff::1"), fault.TooMany)
		w.want("reset from the next network", try(51, "2001:db8:1:3::1"), fine)
	})
}

func TestTriesAtOnceAreCountedOneByOne(t *testing.T) {
	empty(t, func(w *world) {
		buckets := []account.Bucket{{Key: "a", Limit: 10}, {Key: "b", Limit: 50}}
		worked, failures := atOnce(40, func() error {
			wait, err := w.db.CountTry(w.Context(), buckets, time.Minute)
			if err == nil && wait > 0 {
				err = fault.After(wait, "")
			}
			return err
		})
		if worked != 10 {
			w.Errorf("%d of 40 tries at once were let through, want 10", worked)
		}
		for _, err := range failures {
			w.want("CountTry", err, fault.TooMany)
		}
		// Refused tries are counted nowhere, else a stranger could fill a client's bucket.
		if n := w.count(`select coalesce(sum(tries), 0) from attempt where bucket = 'b' and window_at > 0`); n != 10 {
			w.Errorf("%d tries are counted, want 10", n)
		}
	})
}

func TestPasswordChange(t *testing.T) {
	each(t, func(w *world) {
		here, there := w.signIn("ann@example.com"), w.signIn("ann@example.com")
		edit := w.reach(w.admin.ID, access.SelfEdit)
		change := func(present, next string) error {
			return w.accounts.ChangePassword(w.Context(), edit, here.Session.ID, present, next)
		}
		w.want("with a wrong present one", change("wrong password", "another password"), fault.Invalid)
		w.want("with 7 characters", change(password, "1234567"), fault.Invalid)
		w.want("with 8 characters of any kind", change(password, "ßßßß    "), fine)
		_, err := w.accounts.Authenticate(w.Context(), there.Token)
		w.want("the other session", err, fault.Unauthenticated)
		_, err = w.accounts.Authenticate(w.Context(), here.Token)
		w.want("the session at hand", err, fine)
		_, err = w.accounts.SignIn(w.Context(), "ann@example.com", password, nobody)
		w.want("the old password", err, fault.Unauthenticated)
		for range 8 {
			w.want("guessing", change("wrong password", "another password"), fault.Invalid)
		}
		w.want("guessing on", change("wrong password", "another password"), fault.TooMany)
	})
}

func TestResolveEndsWithTheAccount(t *testing.T) {
	each(t, func(w *world) {
		ben := w.signedUp("ben@example.com", access.Student)
		opened := w.signIn("ben@example.com")
		open := func(want fault.Kind) {
			w.Helper()
			s, err := w.accounts.Authenticate(w.Context(), opened.Token)
			w.want("Authenticate()", err, fine)
			_, err = w.accounts.Resolve(w.Context(), s.Identity, "northwind")
			w.want("Resolve()", err, want)
			list, err := w.accounts.Accounts(w.Context(), s.Identity)
			if err != nil || (len(list) == 1) != (want == fine) {
				w.Errorf("Accounts() = %d, %v, want %v", len(list), err, want)
			}
		}
		open(fine)
		_, err := w.accounts.Resolve(w.Context(), ben.Identity, "elsewhere")
		w.want("Resolve of another organization", err, fault.NotFound)
		w.want("Suspend", w.accounts.Suspend(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, "left"), fine)
		open(fault.NotFound)
		w.want("Reinstate", w.accounts.Reinstate(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, "back"), fine)
		open(fine)
		w.exec(`update organization set status = 'suspended'`)
		open(fault.Forbidden)                                                   // it says why, to its own people
		w.exec(`update organization set status = 'active', expires_on = 20514`) // 2026-03-02, that very day
		open(fine)
		w.clock.pass(15 * time.Hour) // midnight in Berlin
		opened = w.signIn("ben@example.com")
		open(fault.Forbidden)
	})
}

func TestSweepRemovesOnlyWhatHasRunOut(t *testing.T) {
	each(t, func(w *world) {
		w.clock.pass(24 * time.Hour)
		w.signIn("ann@example.com")
		w.want("RequestReset", w.accounts.RequestReset(w.Context(), "ann@example.com", nobody), fine)
		w.want("Sweep", w.accounts.Sweep(w.Context()), fine)
		for query, want := range map[string]int{
			`select count(*) from session`:                     1, // the installation's was idle
			`select count(*) from sign_in_link`:                2, // the installation's stays a day to say that it was used
			`select count(*) from attempt`:                     8, // 4 buckets with one try each
			`select count(*) from attempt where window_at > 0`: 4,
			`select count(*) from mail where sent_at is null`:  1,
		} {
			if got := w.count(query); got != want {
				w.Errorf("%s = %d, want %d", query, got, want)
			}
		}
		w.clock.pass(48 * time.Hour)
		w.want("Sweep", w.accounts.Sweep(w.Context()), fine)
		for _, table := range []string{"session", "sign_in_link", "attempt"} {
			if n := w.count(`select count(*) from ` + table); n != 0 {
				w.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}
