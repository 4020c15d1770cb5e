package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/server"
)

// clientWorld is a master with two clients, a learner in each, asked by
// Ada (Master Administrator), Moe (her Reports Only twin), Ole (Organization
// Administrator of the master) and Carl, who administers Contoso.
type clientWorld struct {
	a       *App
	s       *server.Server
	cookies map[string]string
	contoso org.Organization
	adatum  org.Organization
}

func newClientWorld(t *testing.T, a *App) *clientWorld {
	t.Helper()
	w := &clientWorld{a: a, cookies: map[string]string{}}
	ada := foundedMaster(t, a)
	load := func(o org.Organization, people string) {
		t.Helper()
		reach := access.System("test", o.Realm, o.Path, roster.Permission).For(roster.Permission, time.Now())
		files := fstest.MapFS{"people.csv": {Data: []byte("id,email,given_name,family_name,role\n" + people)}}
		if _, err := roster.NewService(a.Store).Import(t.Context(), reach, o.ID, files, roster.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	load(ada.Organization, "ole,ole@example.org,Ole,Orghand,Organization Administrator\nmoe,moe@example.org,Moe,Mastereye,Master Administrator (Reports Only)\nnora,nora@example.org,Nora,Northling,Student\n")
	for slug, into := range map[string]*org.Organization{"contoso": &w.contoso, "adatum": &w.adatum} {
		made, err := a.Organizations.CreateClient(t.Context(), account.AsOperator(ada.Organization, access.ClientEdit, time.Now()), ada.Organization.ID, org.New{Slug: slug, Name: strings.ToUpper(slug[:1]) + slug[1:]})
		if err != nil {
			t.Fatal(err)
		}
		*into = made
	}
	load(w.contoso, "carl,carl@contoso.example,Carl,Contosohand,Organization Administrator\ncleo,cleo@contoso.example,Cleo,Contosoling,Student\n")
	load(w.adatum, "dana,dana@adatum.example,Dana,Adatumling,Student\n")
	var err error
	if w.s, err = a.Handler(); err != nil {
		t.Fatal(err)
	}
	for who, email := range map[string]string{"ada": "ada@example.org", "moe": "moe@example.org", "ole": "ole@example.org", "carl": "carl@contoso.example"} {
		identity, err := a.Store.IdentityByEmail(t.Context(), email)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := a.Accounts.Open(t.Context(), identity.ID, account.Client{Address: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		w.cookies[who] = opened.Token
	}
	return w
}

func (w *clientWorld) ask(who, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if method == http.MethodPost && !strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	r.Header.Set("Cookie", "ambit="+w.cookies[who])
	out := httptest.NewRecorder()
	w.s.ServeHTTP(out, r)
	return out
}

// TestAMasterWorksInsideAClient: under the client's address, with the master's
// own account, seeing the client's people and nobody else's, with a banner on
// each page; nobody below the master's top does.
func TestAMasterWorksInsideAClient(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newClientWorld(t, a)
		for _, tt := range []struct {
			who, path    string
			status       int
			sees, unseen []string
		}{
			{"ada", "/o/contoso/users", 200, []string{"Contosoling", "You are working in Contoso as Master Administrator of Northwind"}, []string{"Northling", "Adatumling"}},
			{"ada", "/o/contoso/dashboard", 200, []string{"You are working in Contoso"}, []string{"Northling", "Adatumling"}},
			{"ada", "/o/contoso/reports/learners", 200, []string{"Contosoling", "You are working in Contoso"}, []string{"Northling", "Adatumling"}},
			{"ada", "/o/contoso/audit", 200, []string{"You are working in Contoso"}, []string{"Adatum"}},
			{"ada", "/o/contoso/clients", 200, []string{"There are no clients"}, []string{"Adatum"}},
			{"ada", "/o/contoso", 303, nil, nil},
			{"ada", "/o/contoso/profile", 303, nil, nil},
			{"ada", "/o/contoso/me", 303, nil, nil},
			{"ada", "/o/northwind/users", 200, []string{"Northling", "Contosoling", "Adatumling"}, []string{"You are working in"}},
			{"moe", "/o/contoso/reports/learners", 200, []string{"Contosoling", "You are working in Contoso as Master Administrator (Reports Only) of Northwind"}, []string{"Northling", "Adatumling"}},
			{"moe", "/o/contoso/users", 403, nil, []string{"Contosoling"}},
			{"ole", "/o/contoso/users", 404, nil, []string{"Contosoling"}},
			{"ole", "/o/contoso/dashboard", 404, nil, nil},
			{"carl", "/o/contoso/users", 200, []string{"Contosoling"}, []string{"You are working in", "Northling"}},
			{"carl", "/o/northwind/users", 404, nil, nil},
			{"carl", "/o/adatum/users", 404, nil, nil},
			{"carl", "/o/contoso/clients", 403, nil, nil},
		} {
			out := w.ask(tt.who, http.MethodGet, tt.path, "")
			if out.Code != tt.status {
				t.Errorf("%s at %s: %d, want %d\n%.300s", tt.who, tt.path, out.Code, tt.status, out.Body)
			}
			body := strings.NewReplacer("<bdi>", "", "</bdi>", "").Replace(out.Body.String())
			for _, text := range tt.sees {
				if !strings.Contains(body, text) {
					t.Errorf("%s at %s does not see %q", tt.who, tt.path, text)
				}
			}
			for _, text := range tt.unseen {
				if strings.Contains(body, text) {
					t.Errorf("%s at %s sees %q", tt.who, tt.path, text)
				}
			}
		}
		if to := w.ask("ada", http.MethodGet, "/o/contoso/profile", "").Header().Get("Location"); to != "/o/northwind/profile" {
			t.Errorf("the own profile is at %s", to)
		}
		listed := w.ask("ada", http.MethodGet, "/api/v1/learners", "", server.OrganizationHeader, "contoso").Body.String()
		if !strings.Contains(listed, "Contosoling") || strings.Contains(listed, "Northling") || strings.Contains(listed, "Adatumling") {
			t.Errorf("learners at the API: %s", listed)
		}
	})
}

// TestWhatIsDoneInsideAClientStandsInTheLogWithBoth: a file made and a learner
// added there name the actor and the client; the file holds the client's people only.
func TestWhatIsDoneInsideAClientStandsInTheLogWithBoth(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newClientWorld(t, a)
		out := w.ask("ada", http.MethodPost, "/api/v1/reports/learners/runs", `{"format":"csv"}`, server.OrganizationHeader, "contoso")
		var run struct{ ID, State string }
		if err := json.Unmarshal(out.Body.Bytes(), &run); err != nil || out.Code != http.StatusCreated || run.State != "done" {
			t.Fatalf("a file: %d %s", out.Code, out.Body)
		}
		file := w.ask("ada", http.MethodGet, "/o/contoso/report-runs/"+run.ID+"/file", "").Body.String()
		if !strings.Contains(file, "Contosoling") || strings.Contains(file, "Northling") || strings.Contains(file, "Adatumling") {
			t.Errorf("the file: %s", file)
		}
		if got := w.ask("ada", http.MethodGet, "/o/northwind/report-runs/"+run.ID, "").Code; got != http.StatusNotFound {
			t.Errorf("the file of a client at home: %d", got)
		}
		var log struct {
			Items []struct {
				Action               string
				Actor, Inside        struct{ ID, Name *string }
				Organization, Hidden any
			}
		}
		read := func(who, organization string) {
			t.Helper()
			out := w.ask(who, http.MethodGet, "/api/v1/audit-events?action=report.exported", "", server.OrganizationHeader, organization)
			if err := json.Unmarshal(out.Body.Bytes(), &log); err != nil || len(log.Items) != 1 {
				t.Fatalf("the log for %s: %s", who, out.Body)
			}
		}
		read("ada", "contoso")
		if in := log.Items[0].Inside.Name; in == nil || *in != "Contoso" {
			t.Errorf("the event was not inside the client: %+v", log.Items[0])
		}
		if by := log.Items[0].Actor; by.Name == nil || *by.Name != "Ada Foundress" {
			t.Errorf("whoever works inside the client does not read their own name: %+v", by)
		}
		read("carl", "contoso")
		if e := log.Items[0]; e.Actor.Name != nil || e.Actor.ID != nil || e.Inside.Name == nil {
			t.Errorf("the client reads %+v of the master's people", e)
		}
	})
}

// TestClientsByTheirPages goes the way of a master: create, edit, suspend, open
// again, end; the client's people are told why at their next click.
func TestClientsByTheirPages(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newClientWorld(t, a)
		post := func(path string, pairs ...string) *httptest.ResponseRecorder {
			form := url.Values{}
			for i := 0; i < len(pairs); i += 2 {
				form.Set(pairs[i], pairs[i+1])
			}
			return w.ask("ada", http.MethodPost, path, form.Encode())
		}
		if out := post("/o/northwind/clients", "name", "Litware", "slug", "Lit ware"); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "small letters") {
			t.Errorf("a wrong form: %d", out.Code)
		}
		out := post("/o/northwind/clients", "name", "Litware", "slug", "litware", "client_id", "L1", "time_zone", "Europe/Berlin", "locale", "de", "given_name", "Lisa", "family_name", "Lit", "email", "lisa@litware.example", "expires_on", "2040-01-01")
		page := out.Header().Get("Location")
		if out.Code != http.StatusSeeOther || !strings.HasPrefix(page, "/o/northwind/clients/") {
			t.Fatalf("created: %d %s", out.Code, page)
		}
		for _, path := range []string{page, "/o/northwind/clients?q=l1", "/o/northwind/clients?state=active"} {
			if body := w.ask("ada", http.MethodGet, path, "").Body.String(); !strings.Contains(body, "Litware") {
				t.Errorf("%s does not show the client", path)
			}
		}
		contoso := "/o/northwind/clients/" + string(w.contoso.ID)
		if out := post(contoso+"/suspend", "reason", ""); out.Code != http.StatusUnprocessableEntity {
			t.Errorf("suspended without a reason: %d", out.Code)
		}
		if out := post(contoso+"/suspend", "reason", "unpaid"); out.Code != http.StatusSeeOther {
			t.Errorf("suspended: %d", out.Code)
		}
		closed := func(what string) {
			t.Helper()
			if out := w.ask("carl", http.MethodGet, "/o/contoso/users", ""); out.Code != http.StatusForbidden || !strings.Contains(out.Body.String(), what) {
				t.Errorf("the client's own: %d, want 403 with %q", out.Code, what)
			}
			if out := w.ask("carl", http.MethodGet, "/choose", ""); !strings.Contains(out.Body.String(), what) {
				t.Errorf("the choice of organizations does not say %q", what)
			}
		}
		closed("is suspended")
		if out := w.ask("ada", http.MethodGet, "/o/contoso/users", ""); out.Code != http.StatusOK || !strings.Contains(out.Body.String(), "Its own people cannot work in it now") {
			t.Errorf("the master in a suspended client: %d", out.Code)
		}
		if out := post(contoso + "/reopen"); out.Code != http.StatusSeeOther || w.ask("carl", http.MethodGet, "/o/contoso/users", "").Code != http.StatusOK {
			t.Errorf("opened again: %d", out.Code)
		}
		// Two masters have the form open; the second one undoes nothing unseen.
		version := regexp.MustCompile(`name="version" value="([^"]+)"`)
		opened := version.FindStringSubmatch(w.ask("ada", http.MethodGet, contoso+"/edit", "").Body.String())
		if len(opened) != 2 {
			t.Fatal("the form does not say from which version it is filled")
		}
		if out := post(contoso, "name", "Contoso & Co", "client_id", "C9", "expires_on", "", "version", opened[1]); out.Code != http.StatusSeeOther {
			t.Errorf("the first editor: %d", out.Code)
		}
		out = post(contoso, "name", "Contoso Group", "client_id", "", "expires_on", "", "version", opened[1])
		again := version.FindStringSubmatch(out.Body.String())
		if out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "Contoso &amp; Co") || !strings.Contains(out.Body.String(), "C9") || len(again) != 2 || again[1] == opened[1] {
			t.Errorf("the second editor: %d %s", out.Code, out.Body)
		}
		if out := post(contoso, "name", "Contoso Ltd", "client_id", "C1", "expires_on", "2001-01-01", "version", again[1]); out.Code != http.StatusSeeOther {
			t.Errorf("edited: %d", out.Code)
		}
		closed("last day of this organization is over")
		if out := post(contoso+"/end", "reason", "over"); out.Code != http.StatusSeeOther {
			t.Errorf("ended: %d", out.Code)
		}
		closed("has ended")
		if out := w.ask("ada", http.MethodGet, "/o/contoso/users", ""); out.Code != http.StatusOK || !strings.Contains(out.Body.String(), "can be read and not changed") {
			t.Errorf("reading what has ended: %d", out.Code)
		}
		if out := w.ask("ada", http.MethodPost, "/o/contoso/locations", "name=New"); out.Code != http.StatusForbidden {
			t.Errorf("changing what has ended: %d", out.Code)
		}
		if out := post(contoso+"/reopen", "reason", "no"); out.Code != http.StatusUnprocessableEntity {
			t.Errorf("opening what has ended: %d", out.Code)
		}
	})
}

// TestReportsTellOrganizationsApart: whoever sees several has the organization
// as a column and a filter, and the dashboard by organization; others have not (M-256).
func TestReportsTellOrganizationsApart(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newClientWorld(t, a)
		columns := func(who, organization string) string {
			return w.ask(who, http.MethodGet, "/api/v1/reports/learners", "", server.OrganizationHeader, organization).Body.String()
		}
		for _, tt := range []struct {
			who, at string
			several bool
		}{{"ada", "northwind", true}, {"moe", "northwind", true}, {"ole", "northwind", false}, {"ada", "contoso", false}, {"carl", "contoso", false}} {
			if got := strings.Contains(columns(tt.who, tt.at), `"key":"organization"`); got != tt.several {
				t.Errorf("%s at %s has the column: %v", tt.who, tt.at, got)
			}
			body := w.ask(tt.who, http.MethodGet, "/o/"+tt.at+"/reports/learners", "").Body.String()
			if got := strings.Contains(body, `name="organization"`); got != tt.several {
				t.Errorf("%s at %s has the filter: %v", tt.who, tt.at, got)
			}
			body = w.ask(tt.who, http.MethodGet, "/o/"+tt.at+"/dashboard", "").Body.String()
			if got := strings.Contains(body, `href="/o/adatum/dashboard"`); got != tt.several {
				t.Errorf("%s at %s has the panel: %v", tt.who, tt.at, got)
			}
		}
		narrowed := w.ask("moe", http.MethodGet, "/api/v1/reports/learners?organization=contoso", "").Body.String()
		if !strings.Contains(narrowed, "Contosoling") || strings.Contains(narrowed, "Northling") || strings.Contains(narrowed, "Adatumling") {
			t.Errorf("narrowed to a client: %s", narrowed)
		}
	})
}
