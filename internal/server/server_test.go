package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// school is an authority of four people: Rita reports on a purchase of
// Northwind and did so for another, Otto administers Northwind and learns at
// Fabrikam, Nele lost her access, Sam only learns.
type school struct {
	factsLoaded int
	broken      error
}

var northwind = server.Organization{ID: "org1", Slug: "northwind", Name: "Northwind", Locale: "en", Zone: "Europe/Berlin"}

func (s *school) Session(_ context.Context, secret string) (server.Session, error) {
	if s.broken != nil {
		return server.Session{}, s.broken
	}
	if who, ok := strings.CutPrefix(secret, "cookie-"); ok {
		return server.Session{ID: "session-" + who, Identity: who}, nil
	}
	return server.Session{}, fault.ErrUnauthenticated
}

func (s *school) Token(_ context.Context, secret string) (server.Token, error) {
	if who, ok := strings.CutPrefix(secret, "token-"); ok {
		name, readOnly := strings.CutSuffix(who, "-readonly")
		return server.Token{ID: "t-" + who, ReadOnly: readOnly, Account: account(name, northwind)}, nil
	}
	return server.Token{}, fault.ErrUnauthenticated
}

func account(who string, at server.Organization) server.Account {
	return server.Account{Realm: 1, ID: access.AccountID(who), Name: who, Organization: at}
}

func (s *school) Account(ctx context.Context, identity, slug string) (server.Account, error) {
	if !utf8.ValidString(slug) || strings.Contains(slug, "\x00") {
		return server.Account{}, errors.New("no database takes this text")
	}
	all, _ := s.Accounts(ctx, identity)
	for _, a := range all {
		if a.Organization.Slug == slug {
			return a, nil
		}
	}
	return server.Account{}, fault.ErrNotFound
}

func (s *school) Accounts(_ context.Context, identity string) ([]server.Account, error) {
	switch identity {
	case "homeless":
		return nil, nil
	case "otto":
		return []server.Account{
			account("otto", northwind),
			account("otto2", server.Organization{ID: "org2", Slug: "fabrikam", Name: "Fabrikam"}),
		}, nil
	}
	return []server.Account{account(identity, northwind)}, nil
}

// Client lets Mona, whose access goes beyond Northwind, work in its clients;
// one of them has ended.
func (s *school) Client(_ context.Context, of server.Account, slug string) (server.Account, error) {
	clients := map[string]server.Organization{
		"contoso": {ID: "org3", Slug: "contoso", Name: "Contoso", Path: access.Root.Organization(3)},
		"gone":    {ID: "org4", Slug: "gone", Name: "Gone", Path: access.Root.Organization(4), Ended: true},
	}
	client, known := clients[slug]
	if of.Name != "mona" || !known {
		return server.Account{}, fault.ErrNotFound
	}
	own := of.Organization
	of.Own, of.Organization = &own, client
	return of, nil
}

func (s *school) Facts(_ context.Context, realm access.RealmID, id access.AccountID) (access.Facts, error) {
	s.factsLoaded++
	reporter, _ := access.Preset(access.LicenseReporter)
	administrator, _ := access.Preset(access.OrganizationAdministrator)
	master, _ := access.Preset(access.MasterAdministrator)
	purchase := access.Node{Kind: access.AtPurchase, ID: "p1", Path: access.Root, Label: "Excel for Contoso"}
	grants := map[access.AccountID][]access.Grant{
		"rita": {{Role: reporter, Node: purchase}},
		"otto": {{Role: administrator, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Within}},
		"mona": {{Role: master, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Beyond}},
		"nele": {
			{Role: reporter, Node: access.Node{Kind: access.AtPurchase, Label: "Older"}, Until: noon.Add(-48 * time.Hour)},
			{Role: reporter, Node: purchase, Until: noon.Add(time.Hour), Ended: noon.Add(-time.Hour)},
			{Role: reporter, Node: access.Node{Kind: access.AtPurchase, Label: "Later"}, From: noon.Add(time.Hour)},
		},
	}[id]
	return access.NewFacts(access.Actor{Realm: realm, Account: id}, 1, grants), nil
}

// pages shows failures in a form that tests can read.
type pages struct{ seen *server.Failure }

func (p pages) Failed(w http.ResponseWriter, _ *http.Request, f server.Failure) error {
	*p.seen = f
	w.WriteHeader(f.Status)
	_, err := w.Write([]byte("page: " + f.Sentence))
	return err
}

type fixture struct {
	*server.Server
	school *school
	log    *bytes.Buffer
	failed *server.Failure
}

func build(t *testing.T, public string, extra ...server.Route) fixture {
	t.Helper()
	routes := append([]server.Route{
		{Pattern: "GET /signin", Permission: access.Public, Handle: says("signin")},
		{Pattern: "GET /choose", Permission: access.SignedIn, Handle: says("choose")},
		{Pattern: "GET /o/{organization}/users", Permission: access.LearnerView, Handle: says("users")},
		{Pattern: "GET /o/{organization}/users/{learner}", Permission: access.LearnerView, Handle: says("learner")},
		{Pattern: "POST /o/{organization}/users", Permission: access.AccountCreate, Handle: says("created")},
		{Pattern: "GET /o/{organization}/learning", Permission: access.SelfView, Handle: says("learning")},
		{Pattern: "GET /o/{organization}/matrix", Permission: access.MatrixView, Handle: says("matrix"), Repeats: []string{"state"}},
		{Pattern: "GET /api/v1/learners", Permission: access.LearnerView, Kind: server.API, Handle: says("api")},
		{Pattern: "PUT /api/v1/enrollments", Permission: access.EnrollmentEdit, Kind: server.API, Body: 64, Handle: read},
		{Pattern: "GET /api/v1/openapi.json", Permission: access.Public, Kind: server.API, Cache: server.Revalidate, Handle: says("{}")},
		{Pattern: "GET /static/{file...}", Permission: access.Public, Kind: server.Asset, Cache: server.Immutable, Handle: says("asset")},
	}, extra...)
	u, err := url.Parse(public)
	if err != nil {
		t.Fatal(err)
	}
	f := fixture{school: &school{}, log: &bytes.Buffer{}, failed: &server.Failure{}}
	f.Server, err = server.New(server.Options{
		Routes: routes, Authority: f.school, Pages: pages{f.failed}, Now: func() time.Time { return noon },
		Log: slog.New(slog.NewJSONHandler(f.log, nil)), PublicURL: u, Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func says(text string) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		v := server.VisitOf(r.Context())
		_, err := w.Write([]byte(text + " for " + string(v.Account.ID) + " from " + v.Address + " reach " + reach.Permission().String()))
		return err
	}
}

func read(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	var into any
	return json.NewDecoder(r.Body).Decode(&into)
}

func (f fixture) ask(method, target string, headers ...string) *httptest.ResponseRecorder {
	return f.send(httptest.NewRequest(method, "http://ambit.test"+target, nil), headers...)
}

func (f fixture) send(r *http.Request, headers ...string) *httptest.ResponseRecorder {
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func TestRoutesWithoutPermissionStopTheProgram(t *testing.T) {
	_, err := server.New(server.Options{
		PublicURL: &url.URL{Scheme: "http", Host: "x"},
		Routes: []server.Route{
			{Pattern: "GET /one", Handle: says("")},
			{Pattern: "GET /two", Handle: says(""), Permission: 200},
			{Pattern: "GET /three", Permission: access.Public},
			{Pattern: "GET /four", Permission: access.Public, Handle: says("")},
			{Pattern: "GET /four", Permission: access.Public, Handle: says("")},
			{Pattern: "/five", Permission: access.Public, Handle: says("")},
			{Pattern: "GET /six/{a}/x", Permission: access.Public, Handle: says("")},
			{Pattern: "GET /six/y/{b}", Permission: access.Public, Handle: says("")},
			{Pattern: "GET /api/seven", Permission: access.Public, Handle: says("")},
			{Pattern: "GET /eight", Permission: access.LearnerView, Handle: says("")},
			{Pattern: "GET /nine", Permission: access.SignedIn, Handle: says(""), Kind: server.Asset},
		},
	})
	if err == nil {
		t.Fatal("New() accepted the table")
	}
	for _, want := range []string{
		`"GET /one" declares no permission`, `"GET /two" declares a permission that does not exist`,
		`"GET /three" has no handler`, `"GET /four" is there twice`, `"/five" needs a method`, `"GET /six/y/{b}": `,
		`"GET /api/seven": operations`, `"GET /eight" asks for learner.view but names no organization`, `"GET /nine": an asset is public`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v\n does not name %s", err, want)
		}
	}
}

func TestGuard(t *testing.T) {
	const reportsOn, learns, admin = "ambit=cookie-rita", "ambit=cookie-sam", "ambit=cookie-otto"
	for _, tt := range []struct {
		name, ask string
		headers   []string
		status    int
		sees      string
	}{
		{"public page, signed out", "GET /signin", nil, 200, "signin for  "},
		{"public page, stale cookie", "GET /signin", []string{"Cookie", "ambit=gone"}, 200, "signin"},
		{"asset", "GET /static/a.css", nil, 200, "asset"},
		{"signed out", "GET /o/northwind/users", nil, 303, ""},
		{"signed out, API", "GET /api/v1/learners", nil, 401, "unauthenticated"},
		{"chooser signed out", "GET /choose", nil, 303, ""},
		{"chooser", "GET /choose", []string{"Cookie", learns}, 200, "choose"},
		{"permission held", "GET /o/northwind/users", []string{"Cookie", reportsOn}, 200, "users for rita"},
		{"permission missing", "GET /o/northwind/users", []string{"Cookie", learns}, 403, "page: Your access does not include this."},
		{"missing, any id", "GET /o/northwind/users/unknown", []string{"Cookie", learns}, 403, "page: Your access"},
		{"missing, malformed id", "GET /o/northwind/users/%00", []string{"Cookie", learns}, 403, "page: Your access"},
		{"oneself", "GET /o/northwind/learning", []string{"Cookie", learns}, 200, "learning for sam"},
		{"write refused", "POST /o/northwind/users", []string{"Cookie", reportsOn}, 403, "page"},
		{"other organization", "GET /o/fabrikam/users", []string{"Cookie", reportsOn}, 404, "page: Not found"},
		{"unknown organization", "GET /o/nowhere/users", []string{"Cookie", reportsOn}, 404, "page: Not found"},
		{"second account", "GET /o/fabrikam/learning", []string{"Cookie", admin}, 200, "for otto2"},
		{"tokens open no page", "GET /o/northwind/users", []string{"Authorization", "Bearer token-rita"}, 303, ""},
		{"token", "GET /api/v1/learners", []string{"Authorization", "Bearer token-rita"}, 200, "api for rita"},
		{"token, scheme in any case", "GET /api/v1/learners", []string{"Authorization", "bearer token-rita"}, 200, "api for rita"},
		{"wrong token is not helped by a cookie", "GET /api/v1/learners", []string{"Authorization", "Bearer x", "Cookie", reportsOn}, 401, ""},
		{"other scheme", "GET /api/v1/learners", []string{"Authorization", "Basic cml0YTp4"}, 401, ""},
		{"two tokens", "GET /api/v1/learners", []string{"Authorization", "Bearer token-rita", "Authorization", "Bearer token-otto"}, 401, ""},
		{"token and its organization", "GET /api/v1/learners", []string{"Authorization", "Bearer token-rita", "Ambit-Organization", "northwind"}, 200, "api"},
		{"token and another organization", "GET /api/v1/learners", []string{"Authorization", "Bearer token-rita", "Ambit-Organization", "fabrikam"}, 404, ""},
		{"read-only token reads", "GET /api/v1/learners", []string{"Authorization", "Bearer token-otto-readonly"}, 200, "api"},
		{"read-only token writes", "PUT /api/v1/enrollments", []string{"Authorization", "Bearer token-otto-readonly"}, 403, "forbidden"},
		{"session at the API", "GET /api/v1/learners", []string{"Cookie", reportsOn}, 200, "api for rita"},
		{"session with several accounts", "GET /api/v1/learners", []string{"Cookie", admin}, 422, `"field":"Ambit-Organization"`},
		{"and one named", "GET /api/v1/learners", []string{"Cookie", admin, "Ambit-Organization", "northwind"}, 200, "api for otto"},
		{"and a strange one named", "GET /api/v1/learners", []string{"Cookie", admin, "Ambit-Organization", "nowhere"}, 404, ""},
		{"client of the own organization", "GET /o/contoso/users", []string{"Cookie", "ambit=cookie-mona"}, 200, "users for mona"},
		{"client, writing", "POST /o/contoso/users", []string{"Cookie", "ambit=cookie-mona"}, 200, "created for mona"},
		{"client, without access beyond", "GET /o/contoso/users", []string{"Cookie", admin}, 404, "page: Not found"},
		{"client that is none", "GET /o/nowhere/users", []string{"Cookie", "ambit=cookie-mona"}, 404, "page: Not found"},
		{"client that has ended, reading", "GET /o/gone/users", []string{"Cookie", "ambit=cookie-mona"}, 200, "users for mona"},
		{"client that has ended, writing", "POST /o/gone/users", []string{"Cookie", "ambit=cookie-mona"}, 403, "page: Your access"},
		{"token in a client", "GET /api/v1/learners", []string{"Authorization", "Bearer token-mona", "Ambit-Organization", "contoso"}, 200, "api for mona"},
		{"session without account", "GET /api/v1/learners", []string{"Cookie", "ambit=cookie-homeless"}, 403, ""},
		{"unknown path", "GET /nothing", nil, 404, "page: Not found"},
		{"unknown operation", "GET /api/v1/nothing", nil, 404, `"type":"urn:ambit:problem:not-found"`},
		{"parameter twice", "GET /o/northwind/users?q=a&q=b", []string{"Cookie", reportsOn}, 422, ""},
		{"parameter that repeats", "GET /o/northwind/matrix?state=a&state=b", []string{"Cookie", reportsOn}, 200, "matrix"},
		{"query that cannot be read", "GET /o/northwind/users?q=%zz", []string{"Cookie", reportsOn}, 422, ""},
		{"id that cannot be read", "GET /o/northwind/users/%00", []string{"Cookie", reportsOn}, 404, ""},
		{"id in broken UTF-8", "GET /o/northwind/users/%ff", []string{"Cookie", reportsOn}, 404, ""},
		{"organization that cannot be read", "GET /o/%00/users", []string{"Cookie", reportsOn}, 404, ""},
		{"organization in broken UTF-8 at the API", "GET /api/v1/learners", []string{"Cookie", reportsOn, "Ambit-Organization", "\xff"}, 404, ""},
		{"text that cannot be read", "GET /o/northwind/users?q=%00", []string{"Cookie", reportsOn}, 422, ""},
		{"parameter that cannot be read", "GET /o/northwind/users?%ff=1", []string{"Cookie", reportsOn}, 422, ""},
		{"permission before the query", "GET /o/northwind/users?q=a&q=b", []string{"Cookie", learns}, 403, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			method, target, _ := strings.Cut(tt.ask, " ")
			w := build(t, "http://ambit.test").ask(method, target, tt.headers...)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.sees) {
				t.Errorf("%s = %d %s, want %d with %q", tt.ask, w.Code, w.Body, tt.status, tt.sees)
			}
		})
	}
}

func TestFactsAreLoadedOnceARequest(t *testing.T) {
	f := build(t, "http://ambit.test")
	for i := 1; i <= 3; i++ {
		f.ask("GET", "/o/northwind/users", "Cookie", "ambit=cookie-rita")
		if f.school.factsLoaded != i {
			t.Errorf("after %d requests facts were loaded %d times", i, f.school.factsLoaded)
		}
	}
}

func TestSignInComesBack(t *testing.T) {
	f := build(t, "http://ambit.test")
	for _, tt := range []struct {
		method, target string
		headers        []string
		header, want   string
	}{
		{"GET", "/o/northwind/users?q=a%20b", nil, "Location", "/signin?next=%2Fo%2Fnorthwind%2Fusers%3Fq%3Da%2520b"},
		{"POST", "/o/northwind/users", []string{"Referer", "http://ambit.test/o/northwind/matrix"}, "Location", "/signin?next=%2Fo%2Fnorthwind%2Fmatrix"},
		{"POST", "/o/northwind/users", []string{"Referer", "http://evil.test/o/x"}, "Location", "/signin"},
		{"GET", "/o/northwind/users", []string{"HX-Request", "true", "HX-Current-URL", "http://ambit.test/o/northwind/users?page=2"}, "HX-Redirect", "/signin?next=%2Fo%2Fnorthwind%2Fusers%3Fpage%3D2"},
	} {
		if got := f.ask(tt.method, tt.target, tt.headers...).Header().Get(tt.header); got != tt.want {
			t.Errorf("%s %s leads to %q, want %q", tt.method, tt.target, got, tt.want)
		}
	}
}

func TestSafeNext(t *testing.T) {
	for next, want := range map[string]string{
		"/o/a/users?q=1": "/o/a/users?q=1", "/": "/", "": "/", "//evil.test": "/", `/\evil.test`: "/", "https://evil.test": "/",
		"/\t/evil.test": "/", "/%2f%2fevil.test": "/", "javascript:alert(1)": "/", "/%5c%5cevil.test": "/", "/signin?next=/signin": "/",
		"/" + strings.Repeat("a", 3000): "/", "o/a": "/",
	} {
		if got := server.SafeNext(next); got != want {
			t.Errorf("SafeNext(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	f := build(t, "http://ambit.test")
	w := f.ask("DELETE", "/o/northwind/users")
	if got := w.Header().Get("Allow"); w.Code != 405 || got != "GET, HEAD, POST" {
		t.Errorf("DELETE = %d, Allow %q", w.Code, got)
	}
	if w := f.ask("HEAD", "/signin"); w.Code != 200 {
		t.Errorf("HEAD = %d", w.Code)
	}
	if w := f.ask("OPTIONS", "/api/v1/learners"); w.Code != 405 || w.Header().Get("Content-Type") != server.ProblemType {
		t.Errorf("OPTIONS of an operation = %d %s", w.Code, w.Header().Get("Content-Type"))
	}
}

func TestEndedAccessIsTold(t *testing.T) {
	f := build(t, "http://ambit.test")
	if w := f.ask("GET", "/o/northwind/users", "Cookie", "ambit=cookie-nele"); w.Code != 403 {
		t.Fatalf("status %d", w.Code)
	}
	if e := f.failed.Ended; e == nil || e.Label != "Excel for Contoso" || !e.At.Equal(noon.Add(-time.Hour)) || e.Role.Key != access.LicenseReporter {
		t.Errorf("Ended = %+v", e)
	}
	f.ask("GET", "/o/northwind/users", "Cookie", "ambit=cookie-sam")
	if f.failed.Ended != nil {
		t.Errorf("Ended for somebody who never had access = %+v", f.failed.Ended)
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	f := build(t, "https://learn.test")
	admin := []string{"Cookie", "__Host-ambit=cookie-otto"}
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"own page", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"other site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"}, 403},
		{"other site, old browser", []string{"Origin", "https://evil.test"}, 403},
		{"public name behind a proxy", []string{"Origin", "https://learn.test"}, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if w := f.ask("POST", "/o/northwind/users", append(tt.headers, admin...)...); w.Code != tt.want {
				t.Errorf("= %d %s, want %d", w.Code, w.Body, tt.want)
			}
		})
	}
}

func TestBodyLimit(t *testing.T) {
	f := build(t, "http://ambit.test")
	big := `"` + strings.Repeat("x", 100) + `"`
	for _, known := range []bool{true, false} {
		r := httptest.NewRequest("PUT", "http://ambit.test/api/v1/enrollments", strings.NewReader(big))
		if !known {
			r.ContentLength = -1
		}
		if w := f.send(r, "Authorization", "Bearer token-otto"); w.Code != 413 {
			t.Errorf("length known %v: %d %s", known, w.Code, w.Body)
		}
	}
	fits := httptest.NewRequest("PUT", "http://ambit.test/api/v1/enrollments", strings.NewReader(`"x"`))
	if w := f.send(fits, "Authorization", "Bearer token-otto"); w.Code != 200 {
		t.Errorf("small body: %d %s", w.Code, w.Body)
	}
}

func TestFormsHoldText(t *testing.T) {
	f := build(t, "http://ambit.test", server.Route{
		Pattern: "POST /form", Permission: access.Public, Handle: func(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
			form, err := server.Form(r)
			if err == nil {
				_, err = w.Write([]byte(form.Get("name")))
			}
			return err
		},
	})
	for body, want := range map[string]int{"name=Ann": 200, "name=%00": 422, "name=%ff": 422, "name=%zz": 422, "name=" + strings.Repeat("x", 1<<20): 413} {
		r := httptest.NewRequest("POST", "http://ambit.test/form?name=query", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w := f.send(r); w.Code != want || want == 200 && w.Body.String() != "Ann" {
			t.Errorf("%.20s = %d %s, want %d", body, w.Code, w.Body, want)
		}
	}
}

func TestFailures(t *testing.T) {
	secret := errors.New("disk sda1 of Ann")
	fails := func(err error) server.Route {
		return server.Route{Pattern: "GET /fails", Permission: access.Public, Handle: func(http.ResponseWriter, *http.Request, access.Reach) error { return err }}
	}
	for _, tt := range []struct {
		name   string
		err    error
		status int
		header string
	}{
		{"unclassified", secret, 500, ""},
		{"field", fault.Field("seats", "Enter at least one seat."), 422, ""},
		{"conflict", fault.New(fault.Conflict, "No."), 409, ""},
		{"limit", fault.New(fault.LimitReached, "No."), 409, ""},
		{"wait", fault.After(1500*time.Millisecond, "Wait."), 429, "2"},
		{"unavailable", errors.Join(fault.New(fault.Unavailable, "Later."), secret), 503, ""},
		{"too late", context.DeadlineExceeded, 503, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := build(t, "http://ambit.test", fails(tt.err))
			w := f.ask("GET", "/fails")
			if w.Code != tt.status || w.Header().Get("Retry-After") != tt.header {
				t.Errorf("= %d, Retry-After %q; want %d, %q", w.Code, w.Header().Get("Retry-After"), tt.status, tt.header)
			}
			if strings.Contains(w.Body.String(), "sda1") {
				t.Errorf("the cause went out: %s", w.Body)
			}
			if inLog := strings.Count(f.log.String(), "request failed"); (tt.status >= 500) != (inLog == 1) {
				t.Errorf("status %d was logged as a failure %d times", tt.status, inLog)
			}
			if id := w.Header().Get("X-Request-Id"); !strings.Contains(f.log.String(), id) {
				t.Errorf("log does not hold the request id %s: %s", id, f.log)
			}
		})
	}
}

func TestPanicIsAnApology(t *testing.T) {
	f := build(t, "http://ambit.test", server.Route{
		Pattern: "GET /api/v1/panic", Permission: access.Public, Kind: server.API,
		Handle: func(http.ResponseWriter, *http.Request, access.Reach) error { panic("of Ann") },
	})
	w := f.ask("GET", "/api/v1/panic")
	var p server.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if w.Code != 500 || p.Status != 500 || p.Type != "urn:ambit:problem:internal" || p.RequestID == "" || strings.Contains(p.Detail, "Ann") {
		t.Errorf("= %d %+v", w.Code, p)
	}
	if !strings.Contains(f.log.String(), "server_test.go") {
		t.Errorf("the log does not tell where it happened: %s", f.log)
	}
}

func TestHalfAnAnswerBreaksTheConnection(t *testing.T) {
	f := build(t, "http://ambit.test", server.Route{
		Pattern: "GET /half", Permission: access.Public,
		Handle: func(w http.ResponseWriter, _ *http.Request, _ access.Reach) error {
			w.Write([]byte("half"))
			return errors.New("gone")
		},
	})
	defer func() {
		if err, is := recover().(error); !is || !errors.Is(err, http.ErrAbortHandler) {
			t.Error("the connection was not broken off")
		}
	}()
	f.ask("GET", "/half")
}

func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		public, target string
		hsts           bool
		cache          string
	}{
		{"http://ambit.test", "/signin", false, "no-store"},
		{"https://ambit.test", "/signin", true, "no-store"},
		{"https://ambit.test", "/static/x.css", true, "public, max-age=31536000, immutable"},
		{"https://ambit.test", "/api/v1/openapi.json", true, "no-cache"},
		{"https://ambit.test", "/nothing", true, "no-store"},
		{"https://ambit.test", "/api/v1/learners", true, "no-store"},
	} {
		h := build(t, tt.public).ask("GET", tt.target).Header()
		if (h.Get("Strict-Transport-Security") != "") != tt.hsts || h.Get("Cache-Control") != tt.cache {
			t.Errorf("%s%s: HSTS %q, Cache-Control %q", tt.public, tt.target, h.Get("Strict-Transport-Security"), h.Get("Cache-Control"))
		}
		for name, part := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()", "X-Request-Id": "",
		} {
			if got := h.Get(name); got == "" || !strings.Contains(got, part) || strings.Contains(got, "unsafe") {
				t.Errorf("%s%s: %s = %q", tt.public, tt.target, name, got)
			}
		}
	}
}

func TestLogLine(t *testing.T) {
	f := build(t, "http://ambit.test")
	f.ask("GET", "/o/northwind/users/secretid?q=ann@example.org", "Cookie", "ambit=cookie-rita")
	line := f.log.String()
	if strings.Count(line, "\n") != 1 {
		t.Errorf("not one line: %s", line)
	}
	for _, want := range []string{`"actor":"rita"`, `"route":"GET /o/{organization}/users/{learner}"`, `"status":200`, `"took":`} {
		if !strings.Contains(line, want) {
			t.Errorf("%s lacks %s", line, want)
		}
	}
	for _, secret := range []string{"ann@", "192.0.2.1", "secretid", "cookie-rita"} {
		if strings.Contains(line, secret) {
			t.Errorf("%s tells %s", line, secret)
		}
	}
}

func TestClientAddress(t *testing.T) {
	f := build(t, "http://ambit.test")
	for _, tt := range []struct{ peer, forwarded, want string }{
		{"192.0.2.7:999", "", "192.0.2.7"},
		{"192.0.2.7:999", "203.0.113.9", "192.0.2.7"},
		{"10.1.1.1:999", "203.0.113.9", "203.0.113.9"},
		{"10.1.1.1:999", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
		{"10.1.1.1:999", "1.1.1.1, 203.0.113.9, 10.2.2.2", "203.0.113.9"},
		{"10.1.1.1:999", "nonsense", "10.1.1.1"},
		{"10.1.1.1:999", "", "10.1.1.1"},
		{"[::ffff:192.0.2.7]:999", "", "192.0.2.7"},
		{"[2001:db8::1]:999", "203.0.113.9", "2001:db8::1"},
	} {
		r := httptest.NewRequest("GET", "http://ambit.test/signin", nil)
		r.RemoteAddr = tt.peer
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if w := f.send(r); !strings.Contains(w.Body.String(), "from "+tt.want+" ") {
			t.Errorf("%s forwarding %q = %s, want %s", tt.peer, tt.forwarded, w.Body, tt.want)
		}
	}
}

func TestCookie(t *testing.T) {
	for public, want := range map[string]string{
		"http://127.0.0.1:8080": "ambit=s; Path=/; HttpOnly; SameSite=Lax",
		"https://learn.test":    "__Host-ambit=s; Path=/; HttpOnly; Secure; SameSite=Lax",
	} {
		u, _ := url.Parse(public)
		w := httptest.NewRecorder()
		server.CookieFor(u).Set(w, "s", time.Time{})
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("%s: %s, want %s", public, got, want)
		}
	}
}

func TestHeavyRoutesAreLimitedPerPerson(t *testing.T) {
	inside, leave := make(chan bool), make(chan bool)
	f := build(t, "http://ambit.test", server.Route{
		Pattern: "GET /o/{organization}/file", Permission: access.SelfView, Rate: server.Heavy,
		Handle: func(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
			inside <- true
			<-leave
			return nil
		},
	})
	f.log.Grow(1 << 16)
	done := make(chan int)
	for range 4 {
		go func() { done <- f.ask("GET", "/o/northwind/file", "Cookie", "ambit=cookie-sam").Code }()
		<-inside
	}
	if w := f.ask("GET", "/o/northwind/file", "Cookie", "ambit=cookie-sam"); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a fifth at once = %d", w.Code)
	}
	go func() { done <- f.ask("GET", "/o/northwind/file", "Cookie", "ambit=cookie-rita").Code }()
	<-inside
	close(leave)
	for range 5 {
		if code := <-done; code != 200 {
			t.Errorf("within the limit = %d", code)
		}
	}
	go func() { <-inside }()
	if w := f.ask("GET", "/o/northwind/file", "Cookie", "ambit=cookie-sam"); w.Code != 200 {
		t.Errorf("after they ended = %d", w.Code)
	}
}
