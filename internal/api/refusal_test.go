package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

// door knows two people by their tokens: an administrator, who holds every
// permission of an organization, and a student, who holds none. The services
// behind these tests are missing, so that a request which should have been
// refused before them ends in a 500.
type door struct{}

func (door) Session(context.Context, string) (server.Session, error) {
	return server.Session{}, fault.ErrUnauthenticated
}

func (door) Token(_ context.Context, secret string) (server.Token, error) {
	account := server.Account{Realm: 1, ID: access.AccountID(secret), Organization: server.Organization{Slug: "north"}}
	switch secret {
	case "administrator", "student":
		return server.Token{ID: secret, Account: account}, nil
	case "read-only":
		account.ID = "administrator"
		return server.Token{ID: secret, ReadOnly: true, Account: account}, nil
	}
	return server.Token{}, fault.ErrUnauthenticated
}

func (door) Account(context.Context, string, string) (server.Account, error) {
	return server.Account{}, fault.ErrNotFound
}

func (door) Client(context.Context, server.Account, string) (server.Account, error) {
	return server.Account{}, fault.ErrNotFound
}

func (door) Accounts(context.Context, string) ([]server.Account, error) { return nil, nil }

func (door) Facts(_ context.Context, realm access.RealmID, id access.AccountID) (access.Facts, error) {
	var grants []access.Grant
	if id == "administrator" {
		role, _ := access.Preset(access.OrganizationAdministrator)
		grants = append(grants, access.Grant{Role: role, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Within})
	}
	return access.NewFacts(access.Actor{Realm: realm, Account: id}, 1, grants), nil
}

func guarded(t *testing.T) *httptest.Server {
	t.Helper()
	public, _ := url.Parse("http://ambit.example")
	s, err := server.New(server.Options{
		Routes: described(t).Routes(), Authority: door{}, Now: time.Now, PublicURL: public, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return h
}

// send asks as whom the token is of and checks that the answer is one the document describes.
func send(t testing.TB, h *httptest.Server, token, method, path string, body io.Reader) (status int, p problem, raw string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodPut || method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 500 {
		t.Errorf("%s %s: %d %s", method, path, res.StatusCode, content)
	}
	if res.StatusCode >= 400 {
		if err := json.Unmarshal(content, &p); err != nil || p.Status != res.StatusCode || p.RequestID != res.Header.Get("X-Request-Id") {
			t.Errorf("%s %s: %d is no problem document: %s", method, path, res.StatusCode, content)
		}
	}
	isDescribed(t, r, res, content)
	return res.StatusCode, p, string(content)
}

type problem struct {
	Type, Title, Detail string
	Status              int
	RequestID           string `json:"request_id"`
	Errors              []struct{ Field, Detail string }
}

func (p problem) fields() []string {
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Field)
	}
	return out
}

func TestRequestsThatCannotBeUsed(t *testing.T) {
	h := guarded(t)
	const reporter, progress = "/api/v1/purchases/p1/reporter", "/api/v1/enrollments"
	item := func(rest string) string {
		return `{"items":[{"learner":"a","activity":"b","occurred_at":"2026-01-31T08:00:00Z"` + rest + `}]}`
	}
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		fields                   []string
	}{
		{"unknown parameter", "GET", "/api/v1/learners?purchse=secret", "", 422, []string{"purchse"}},
		{"unknown parameter of an operation without any", "GET", "/api/v1/activities?q=secret", "", 422, []string{"q"}},
		{"two unknown parameters", "GET", "/api/v1/matrix?a=secret&b=secret", "", 422, []string{"a", "b"}},
		{"a parameter of another case", "GET", "/api/v1/learners?Purchase=secret", "", 422, []string{"Purchase"}},
		{"a parameter twice", "GET", "/api/v1/learners?purchase=p1&purchase=secret", "", 422, []string{"purchase"}},
		{"a limit of nothing", "GET", "/api/v1/learners?limit=0", "", 422, []string{"limit"}},
		{"a limit too high", "GET", "/api/v1/learners?limit=201", "", 422, []string{"limit"}},
		{"a limit that is no number", "GET", "/api/v1/learners?limit=secret", "", 422, []string{"limit"}},
		{"a limit beyond every number", "GET", "/api/v1/learners?limit=99999999999999999999", "", 422, []string{"limit"}},
		{"no such state", "GET", "/api/v1/learners?state=secret", "", 422, []string{"state"}},
		{"no such seat", "GET", "/api/v1/dashboard?seat=secret", "", 422, []string{"seat"}},
		{"no such columns", "GET", "/api/v1/matrix?columns=secret", "", 422, []string{"columns"}},
		{"too long", "GET", "/api/v1/learners?q=" + strings.Repeat("x", 201), "", 422, []string{"q"}},
		{"not UTF-8", "GET", "/api/v1/learners?q=%ff", "", 422, []string{"q"}},
		{"NUL", "GET", "/api/v1/learners?q=a%00b", "", 422, []string{"q"}},
		{"NUL in a name", "GET", "/api/v1/learners?q%00=a", "", 422, []string{"q\x00"}},
		{"unreadable", "GET", "/api/v1/learners?q=%zz", "", 422, nil},
		{"an id that is no text", "GET", "/api/v1/learners/%ff", "", 404, nil},
		{"an id with NUL", "GET", "/api/v1/purchases/a%00b/seats", "", 404, nil},
		{"no actor, no learner", "GET", "/api/v1/access/explain", "", 422, []string{"actor", "learner"}},
		{"no such permission", "GET", "/api/v1/access/explain?actor=a&learner=b&permission=secret", "", 422, []string{"permission"}},
		{"no body", "PUT", reporter, "", 422, []string{"body"}},
		{"no JSON", "PUT", reporter, "secret", 422, []string{"body"}},
		{"more than one JSON", "PUT", reporter, `{"account_id":"a"} {"account_id":"secret"}`, 422, []string{"body"}},
		{"null", "PUT", reporter, `null`, 422, []string{"body"}},
		{"a list", "PUT", reporter, `["secret"]`, 422, []string{"body"}},
		{"nothing named", "PUT", reporter, `{}`, 422, []string{"account_id"}},
		{"another kind of value", "PUT", reporter, `{"account_id":7}`, 422, []string{"account_id"}},
		{"null for a value", "PUT", reporter, `{"account_id":null}`, 422, []string{"account_id"}},
		{"a key twice", "PUT", reporter, `{"account_id":"a","account_id":"secret"}`, 422, []string{"body"}},
		{"a key twice, spelled differently", "PUT", reporter, `{"account_id":"a","Account_ID":"secret"}`, 422, []string{"body"}},
		{"more than was asked for", "PUT", reporter, `{"account_id":"a","realm_id":"secret"}`, 422, []string{"realm_id"}},
		{"NUL in a text", "PUT", reporter, `{"account_id":"a\u0000"}`, 422, []string{"body"}},
		{"not UTF-8 in a text", "PUT", reporter, "{\"account_id\":\"\xff\"}", 422, []string{"body"}},
		{"no items", "PUT", progress, `{"items":[]}`, 422, []string{"items"}},
		{"too many items", "PUT", progress, `{"items":[` + strings.Repeat(`{},`, 1000) + `{}]}`, 422, nil},
		{"an unknown field in an item", "PUT", progress, item(`,"enrolled_at":"2026-01-31T08:00:00Z"`), 422, []string{"items[0].enrolled_at"}},
		{"a state of one's own", "PUT", progress, item(`,"state":"completed"`), 422, []string{"items[0].state"}},
		{"half a percent", "PUT", progress, item(`,"progress":1.5`), 422, []string{"items[0].progress"}},
		{"a day for an instant", "PUT", progress, item(`,"started_at":"2026-01-31"`), 422, []string{"items[0].started_at"}},
		{"a number no machine holds", "PUT", progress, item(`,"score":1e999`), 422, []string{"body"}},
		{"a method that is not there", "POST", reporter, `{"account_id":"a"}`, 405, nil},
		{"an operation that is not there", "GET", "/api/v1/people", "", 404, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, p, raw := send(t, h, "administrator", tt.method, tt.path, strings.NewReader(tt.body))
			if status != tt.status || tt.fields != nil && !slices.Equal(p.fields(), tt.fields) {
				t.Errorf("%d %q, want %d %q: %s", status, p.fields(), tt.status, tt.fields, raw)
			}
			if strings.Contains(raw, "secret") {
				t.Errorf("the answer repeats what was sent: %s", raw)
			}
		})
	}
}

func TestOtherMediaTypesAreRefused(t *testing.T) {
	h := guarded(t)
	for _, media := range []string{"application/cbor", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "+;"} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, h.URL+"/api/v1/purchases/p1/reporter", strings.NewReader(`{"account_id":"a"}`))
		r.Header.Set("Authorization", "Bearer administrator")
		r.Header.Set("Content-Type", media)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", media, res.StatusCode)
		}
	}
}

func TestBodiesHaveALimit(t *testing.T) {
	h := guarded(t)
	const most = 1 << 20
	for _, tt := range []struct {
		name   string
		body   io.Reader
		status int
	}{
		{"at the limit", strings.NewReader(strings.Repeat(" ", most-2) + "{}"), 422},
		{"one byte more", strings.NewReader(strings.Repeat(" ", most-1) + "{}"), 413},
		{"at the limit, of unknown length", io.MultiReader(strings.NewReader(strings.Repeat(" ", most-2) + "{}")), 422},
		{"one byte more, of unknown length", io.MultiReader(strings.NewReader(strings.Repeat(" ", most-1) + "{}")), 413},
		{"far more, of unknown length", io.MultiReader(strings.NewReader(strings.Repeat(" ", 3*most))), 413},
	} {
		if status, _, raw := send(t, h, "administrator", "PUT", "/api/v1/purchases/p1/reporter", tt.body); status != tt.status {
			t.Errorf("%s: %d, want %d: %s", tt.name, status, tt.status, raw)
		}
	}
}

func TestNobodyAnswersWithoutThePermission(t *testing.T) {
	h := guarded(t)
	for _, route := range described(t).Routes() {
		if route.Permission == access.Public {
			continue
		}
		for _, id := range []string{"unknown", "%00", strings.Repeat("x", 3000)} {
			path := strings.NewReplacer("{id}", id, "{report}", id).Replace(route.Path())
			if status, _, _ := send(t, h, "", route.Method(), path, nil); status != http.StatusUnauthorized {
				t.Errorf("%s signed out: %d", route.Pattern, status)
			}
			if status, _, _ := send(t, h, "nonsense", route.Method(), path, nil); status != http.StatusUnauthorized {
				t.Errorf("%s with an unknown token: %d", route.Pattern, status)
			}
			if route.Permission == access.SelfView {
				continue
			}
			if route.Permission != access.SelfEdit { // everybody's own
				if status, _, _ := send(t, h, "student", route.Method(), path+"?nonsense=1", strings.NewReader("nonsense")); status != http.StatusForbidden {
					t.Errorf("%s without the permission: %d", route.Pattern, status)
				}
			}
			if route.Permission.Writes() {
				if status, _, _ := send(t, h, "read-only", route.Method(), path, strings.NewReader("nonsense")); status != http.StatusForbidden {
					t.Errorf("%s with a read-only token: %d", route.Pattern, status)
				}
			}
		}
	}
}

func TestDocumentIsServedToEverybody(t *testing.T) {
	h := guarded(t)
	res, err := http.Get(h.URL + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	content, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/openapi+json" || !bytes.Equal(content, described(t).Document()) {
		t.Errorf("%d %s, %d bytes", res.StatusCode, res.Header.Get("Content-Type"), len(content))
	}
}
