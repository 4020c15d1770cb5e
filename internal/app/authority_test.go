package app

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// settings are the defaults of the command line over a fresh database.
func settings(db string) config.Settings {
	return config.Settings{
		DB: db, Listen: "127.0.0.1:0", SMTPTLS: "starttls", SessionIdle: 8 * time.Hour, SessionLimit: 720 * time.Hour, LogLevel: "error", LogFormat: "text",
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// each opens Ambit over a fresh database of each engine.
func each(t *testing.T, test func(t *testing.T, a *App)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			a, err := Open(t.Context(), settings(storetest.Address(t, engine)), time.Now, quiet())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			test(t, a)
		})
	}
}

// founded creates an organization and signs its administrator in.
func founded(t *testing.T, a *App, slug, email string) (account.Opened, account.Membership) {
	t.Helper()
	_, link, err := a.Accounts.Found(t.Context(), org.New{Slug: slug, Name: slug}, email)
	if err != nil {
		t.Fatal(err)
	}
	secret := link.URL[len(link.URL)-52:]
	opened, m, err := a.Accounts.CompleteSetup(t.Context(), secret, account.SetupInput{
		Name: account.Name{Given: "Ada", Family: "Admin"}, Password: "correct horse battery",
	}, account.Client{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	return opened, m
}

// guarded is a server of two routes with the real authority.
func guarded(t *testing.T, a *App) func(path string, headers ...string) int {
	t.Helper()
	fine := func(w http.ResponseWriter, _ *http.Request, _ access.Reach) error {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	s, err := server.New(server.Options{
		Routes: []server.Route{
			{Pattern: "GET /o/{organization}/users", Permission: access.LearnerView, Handle: fine},
			{Pattern: "GET /api/v1/learners", Permission: access.LearnerView, Kind: server.API, Handle: fine},
			{Pattern: "PUT /api/v1/enrollments", Permission: access.EnrollmentEdit, Kind: server.API, Handle: fine},
		},
		Authority: authority{a.Accounts, a.Organizations, a.Store, a.now}, Now: time.Now, Log: quiet(), PublicURL: a.settings.PublicURL(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(path string, headers ...string) int {
		method := http.MethodGet
		if path == "/api/v1/enrollments" {
			method = http.MethodPut
		}
		r := httptest.NewRequest(method, path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
}

func TestSessionsAndTokensEndOnTheNextRequest(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		opened, m := founded(t, a, "northwind", "ada@example.org")
		founded(t, a, "fabrikam", "frida@example.org")
		ask := guarded(t, a)
		expect := func(when string, want int, path string, headers ...string) {
			t.Helper()
			if got := ask(path, headers...); got != want {
				t.Errorf("%s: %s = %d, want %d", when, path, got, want)
			}
		}
		cookie := []string{"Cookie", "ambit=" + opened.Token}
		expect("signed in", 204, "/o/northwind/users", cookie...)
		expect("signed in", 404, "/o/fabrikam/users", cookie...)
		expect("signed in", 404, "/o/nowhere/users", cookie...)
		expect("signed in", 204, "/api/v1/learners", cookie...)

		facts, err := a.Store.Facts(t.Context(), m.Account.Realm, m.Account.ID)
		if err != nil {
			t.Fatal(err)
		}
		edit := facts.For(access.SelfEdit, time.Now())
		token, secret, err := a.Accounts.CreateToken(t.Context(), edit, "test", true)
		if err != nil {
			t.Fatal(err)
		}
		bearer := []string{"Authorization", "Bearer " + secret}
		expect("token", 204, "/api/v1/learners", bearer...)
		expect("read-only token", 403, "/api/v1/enrollments", bearer...)
		expect("token at a page", 303, "/o/northwind/users", bearer...)
		if err := a.Accounts.RevokeToken(t.Context(), edit, token.ID); err != nil {
			t.Fatal(err)
		}
		expect("token revoked", 401, "/api/v1/learners", bearer...)

		if err := a.Accounts.EndSession(t.Context(), edit, opened.Session.ID); err != nil {
			t.Fatal(err)
		}
		expect("session ended", 303, "/o/northwind/users", cookie...)
		expect("session ended", 401, "/api/v1/learners", cookie...)
	})
}

func TestOpenRefusesUnsafeSettings(t *testing.T) {
	s := settings(storetest.Address(t, "sqlite"))
	s.Listen = ":8080"
	if _, err := Open(context.Background(), s, time.Now, quiet()); err == nil {
		t.Error("Ambit opened for everybody without a public URL")
	}
}
