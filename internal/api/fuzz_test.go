package api_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// asker asks everything as Carl, by token and by session, on both engines.
type asker struct {
	schools []*school
	doors   []*server.Server
	cookies []*http.Cookie
	paths   []string // of everything that is read, pages and operations
}

func newAsker(f *testing.F) *asker {
	f.Helper()
	a := &asker{}
	for _, engine := range []string{"sqlite", "postgres"} {
		s := open(f, storetest.Address(f, engine))
		door, err := s.Handler()
		if err != nil {
			f.Fatal(err)
		}
		s.token("carl")
		s.ids["run"] = s.start("carl", "/reports/learners/runs", `{"format":"csv"}`).ID
		a.schools, a.doors, a.cookies = append(a.schools, s), append(a.doors, door), append(a.cookies, s.session("carl"))
	}
	for _, route := range a.doors[0].Table() {
		if route.Method() != http.MethodGet || route.Kind == server.Asset {
			continue
		}
		path := strings.NewReplacer(
			"{organization}", "north", "{$}", "", "{learner}", "<ann>", "/learners/{id}", "/learners/<ann>", "/purchases/{id}", "/purchases/<p-acme>",
			"{purchase}", "<p-acme>", "/report-runs/{id}", "/report-runs/<run>", "{run}", "<run>",
		).Replace(route.Path())
		if !strings.Contains(path, "{report}") {
			a.paths = append(a.paths, path)
			continue
		}
		for _, rep := range report.Catalogue() {
			a.paths = append(a.paths, strings.ReplaceAll(path, "{report}", string(rep.Key)))
		}
	}
	slices.Sort(a.paths)
	return a
}

// request asks one engine.
func (a *asker) request(engine int, path, query string) *httptest.ResponseRecorder {
	for name, id := range a.schools[engine].ids {
		path = strings.ReplaceAll(path, "<"+name+">", id)
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.URL.RawQuery = query
	if strings.HasPrefix(path, "/api/v1/") {
		r.Header.Set("Authorization", "Bearer "+a.schools[engine].tokens["carl"])
	} else {
		r.AddCookie(a.cookies[engine])
	}
	out := httptest.NewRecorder()
	a.doors[engine].ServeHTTP(out, r)
	return out
}

// ask asks one engine and checks what is true of every answer to Carl: it is
// no failure of ours, and it tells nothing of those who are not his.
func (a *asker) ask(t *testing.T, engine int, path, query string) *httptest.ResponseRecorder {
	t.Helper()
	out := a.request(engine, path, query)
	if out.Code >= 500 {
		t.Errorf("%s?%s: %d %s", path, query, out.Code, out.Body)
	}
	said, err := url.QueryUnescape(query)
	if err != nil {
		said = query
	}
	for _, other := range []string{"Bob", "Lone", "Bolt", "Rust", "Otto"} {
		if other == "Otto" && (strings.HasSuffix(path, "/me/seen") || strings.HasSuffix(path, "/me/who-sees-me")) {
			continue // he sees Carl, who is told of it there
		}
		repeated := strings.Contains(strings.ToLower(said), strings.ToLower(other)) && !strings.HasPrefix(path, "/api/v1/")
		if strings.Contains(out.Body.String(), other) && !repeated && path != server.ReferencePath && path != "/api/v1/openapi.json" {
			t.Errorf("%s?%s shows Carl %s: %s", path, query, other, out.Body)
		}
	}
	return out
}

// oddValues are what parameters are given that were not thought of.
var oddValues = []string{
	"", "x", "%00", "%ff", "-1", "0", "99999999999999999999", "2026-02-30", "0001-01-01", "9999-12-31", "%25", "_", "'", "%22", "%F0%9D%84%9E", "%E2%80%AE",
	"null", "a%27+or+%271%27=%271", "activities", "programs", "-learner", "learner,learner", ",,,", "overdue", "live",
}

// FuzzParameters gives every page and operation parameters that nobody meant.
func FuzzParameters(f *testing.F) {
	a := newAsker(f)
	names := []string{
		"q", "organization", "location", "team", "purchase", "activity", "state", "seat", "did", "from", "to", "columns", "group", "sort", "cursor", "limit",
		"step", "steps", "by_location", "actor", "learner", "permission", "activities_cursor", "done", "next", "view", "period", "tab", "lang",
	}
	// Each path with a few of the parameters; together every parameter with every value.
	for i := range max(len(a.paths)*3, len(names)*len(oddValues)/2) {
		if i%seedsOneIn > 0 {
			continue
		}
		name, value := names[i%len(names)], oddValues[(i/len(names)*2+i)%len(oddValues)]
		f.Add(uint8(i%len(a.paths)), name+"="+value)
	}
	for i, path := range a.paths {
		if i%seedsOneIn == 0 && (strings.Contains(path, "reports/") || strings.HasSuffix(path, "/overview")) {
			f.Add(uint8(i), "did=active&from=2026-01-01&to=2026-03-31&limit=1")
			f.Add(uint8(i), "from=9999-12-31&to=9999-12-31&did=completed_in")
			f.Add(uint8(i), "group=purchase&sort=-learners&limit=1")
			f.Add(uint8(i), "sort=-completed&columns=learner,completed&state=overdue&activity=excel")
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		if len(query) > 4000 {
			return
		}
		path := a.paths[int(which)%len(a.paths)]
		codes := [2]int{}
		for engine := range a.schools {
			out := a.ask(t, engine, path, query)
			codes[engine] = out.Code
			if out.Code == http.StatusUnprocessableEntity && strings.HasPrefix(path, "/api/v1/") {
				var p problem
				if err := json.Unmarshal(out.Body.Bytes(), &p); err != nil || len(p.Errors) == 0 && p.Detail == "" {
					t.Errorf("%s?%s is refused without a reason: %s", path, query, out.Body)
				}
			}
		}
		if codes[0] != codes[1] {
			t.Errorf("%s?%s: %d on SQLite, %d on PostgreSQL", path, query, codes[0], codes[1])
		}
	})
}

// FuzzCursor gives lists cursors that they did not write. One that cannot be
// used is refused by its name, and none leads out of the access.
func FuzzCursor(f *testing.F) {
	a := newAsker(f)
	lists := []struct{ path, parameter string }{
		{"/api/v1/learners?limit=1", "cursor"},
		{"/api/v1/matrix?limit=1", "cursor"},
		{"/api/v1/matrix?limit=1", "activities_cursor"},
		{"/api/v1/invitations?limit=1", "cursor"},
		{"/api/v1/purchases?limit=1", "cursor"},
		{"/api/v1/purchases/<p-acme>/seats?limit=1", "cursor"},
		{"/api/v1/report-runs?", "cursor"},
		{"/api/v1/reports/own?limit=1", "cursor"},
		{"/api/v1/reports/learners?limit=1", "cursor"},
		{"/api/v1/reports/learners?limit=1&sort=-completed", "cursor"},
		{"/api/v1/reports/learners?limit=1&group=purchase", "cursor"},
		{"/api/v1/reports/enrollments?limit=1", "cursor"},
		{"/api/v1/reports/enrollments?limit=1&sort=due_on", "cursor"},
		{"/api/v1/reports/enrollments?limit=1&group=state", "cursor"},
		{"/api/v1/reports/progress?limit=1", "cursor"},
		{"/api/v1/reports/completion?limit=1&sort=-participated", "cursor"},
		{"/api/v1/reports/due?limit=1", "cursor"},
		{"/api/v1/reports/activities?limit=1", "cursor"},
		{"/api/v1/reports/programs?limit=1&sort=-mean_progress", "cursor"},
		{"/api/v1/reports/licenses?limit=1", "cursor"},
		{"/o/north/users?", "cursor"},
		{"/o/north/matrix?", "cursor"},
		{"/o/north/reports/enrollments?", "cursor"},
		{"/o/north/licenses?", "cursor"},
		{"/o/north/report-runs?", "cursor"},
	}
	encode := base64.RawURLEncoding.EncodeToString
	for i, list := range lists {
		if i%seedsOneIn > 0 {
			continue
		}
		path, query, _ := strings.Cut(list.path, "?")
		real := ""
		var page map[string]any
		if out := a.request(0, path, query); json.Unmarshal(out.Body.Bytes(), &page) == nil {
			real, _ = page[map[string]string{"cursor": "next_cursor", "activities_cursor": "next_activities"}[list.parameter]].(string)
		}
		for _, cursor := range []string{
			real, real + "x", strings.TrimSuffix(real, "A"), "x", "+", ".", real + ".", "\x00", "\xff", encode([]byte("null")), encode([]byte("[]")), encode([]byte(`{"f":"\u0000","i":"x"}`)),
			encode([]byte("1 ")), encode([]byte("9223372036854775807 a")), encode([]byte("-9223372036854775808 a")),
		} {
			f.Add(uint8(i), cursor)
		}
		// The mark of the list with another place in it.
		mark, inside, marked := strings.Cut(real, ".")
		raw, _ := base64.RawURLEncoding.DecodeString(inside)
		if !marked {
			raw, _ = base64.RawURLEncoding.DecodeString(real)
		}
		var parts map[string]any
		if json.Unmarshal(raw, &parts) != nil {
			continue
		}
		for key := range parts {
			for _, value := range []any{"\x00", "zzzz", "𝄞", -1, 1e18, true, a.schools[0].ids["bob"]} {
				changed := map[string]any{}
				for k, v := range parts {
					changed[k] = v
				}
				changed[key] = value
				text, _ := json.Marshal(changed)
				cursor := encode(text)
				if marked {
					cursor = mark + "." + cursor
				}
				f.Add(uint8(i), cursor)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, cursor string) {
		if len(cursor) > 2000 {
			return
		}
		list := lists[int(which)%len(lists)]
		path, query, _ := strings.Cut(list.path, "?")
		for engine := range a.schools {
			out := a.ask(t, engine, path, query+"&"+list.parameter+"="+url.QueryEscape(cursor))
			if out.Code == http.StatusOK || !strings.HasPrefix(path, "/api/v1/") && out.Code == http.StatusUnprocessableEntity {
				continue
			}
			var p problem
			err := json.Unmarshal(out.Body.Bytes(), &p)
			if out.Code != http.StatusUnprocessableEntity || err != nil || fmt.Sprint(p.fields()) != "["+list.parameter+"]" {
				t.Errorf("%s with %s=%q: %d %v %s", path, list.parameter, cursor, out.Code, err, out.Body)
			}
		}
	})
}
