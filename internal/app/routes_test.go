package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/server"
)

// TestEveryRouteAsksForAccess walks the route table: every route × signed out
// and roles of the ladder × ids in reach, unknown and malformed. What is
// expected comes from the role, not from the code that decides.
func TestEveryRouteAsksForAccess(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		s, err := a.Handler()
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Table()) < 15 {
			t.Fatalf("only %d routes", len(s.Table()))
		}
		_, admin := founded(t, a, "northwind", "ada@example.org")
		roles := []access.RoleKey{access.Student, access.Purchaser, access.TwinOf(access.OrganizationAdministrator), access.OrganizationAdministrator}
		cookies := map[access.RoleKey]string{}
		for _, role := range roles {
			cookies[role] = "ambit=" + signedIn(t, a, admin, role)
		}
		for _, route := range s.Table() {
			if route.Permission == access.Public {
				continue
			}
			for _, id := range []string{string(admin.Account.ID), "unknown", "%00", "..%2f..", "%ff"} {
				out := answerOf(s, route, id, "")
				want := http.StatusUnauthorized
				if route.Kind == server.Page {
					want = http.StatusSeeOther
				}
				if out.Code != want || strings.Contains(out.Body.String(), "Ada") {
					t.Errorf("%s with id %s, signed out: %d, want %d", route.Pattern, id, out.Code, want)
				}
				for _, key := range roles {
					expect(t, s, route, id, key, cookies[key])
				}
			}
		}
	})
}

// expect asks a route as somebody of a base role. Without the permission every
// id gets 403; with it none does, and nothing breaks.
func expect(t *testing.T, s *server.Server, route server.Route, id string, key access.RoleKey, cookie string) {
	t.Helper()
	role, _ := access.Preset(key)
	p := route.Permission
	// A Purchaser's permissions are those at a purchase, of which there is none here.
	holds := p == access.SelfView || p == access.SelfEdit || p == access.SignedIn || role.Rank > 2 && role.Any.Has(p)
	if ends := strings.HasSuffix(route.Path(), "/signout") || strings.Contains(route.Path(), "/sessions"); ends {
		return // it would sign the asker out; the web package tests these
	}
	out := answerOf(s, route, id, cookie)
	if (out.Code == http.StatusForbidden) == holds || out.Code == http.StatusUnauthorized || out.Code >= 500 {
		t.Errorf("%s with id %s, as %s: %d; permission held: %v", route.Pattern, id, key, out.Code, holds)
	}
	if !holds && strings.Contains(out.Body.String(), "Ada") {
		t.Errorf("%s with id %s, as %s: the refusal names somebody: %s", route.Pattern, id, key, out.Body)
	}
	if !strings.HasPrefix(out.Header().Get("Content-Security-Policy"), "default-src 'none'") || out.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s, as %s: security headers are missing", route.Pattern, key)
	}
	if cache := out.Header().Get("Cache-Control"); cache != "no-store" {
		t.Errorf("%s, as %s: Cache-Control %q", route.Pattern, key, cache)
	}
}

// signedIn makes an account of a base role and gives the secret of its session.
func signedIn(t *testing.T, a *App, admin account.Membership, role access.RoleKey) string {
	t.Helper()
	facts, err := a.Store.Facts(t.Context(), admin.Account.Realm, admin.Account.ID)
	if err != nil {
		t.Fatal(err)
	}
	made, err := a.Accounts.Create(t.Context(), facts.For(access.AccountCreate, time.Now()), account.New{
		Organization: admin.Organization.ID, Name: account.Name{Given: "Sam", Family: string(role)}, Email: string(role) + "@example.org", Role: role,
	})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := a.Accounts.Open(t.Context(), made.Identity, account.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return opened.Token
}

// answerOf asks a route with one id in every place of its path.
func answerOf(s *server.Server, route server.Route, id, cookie string) *httptest.ResponseRecorder {
	path := strings.NewReplacer("{organization}", "northwind", "{$}", "", "...}", "}").Replace(route.Path())
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + id + path[to+1:]
	}
	r := httptest.NewRequest(route.Method(), path, nil)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}
