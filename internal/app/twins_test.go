package app

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// twins are the full roles of the matrix world, each with its Reports Only twin
// at the same place.
var twins = [][2]string{{"local", "localro"}, {"multi", "multiro"}, {"orgadmin", "orgro"}, {"ada", "masterro"}}

// addClient puts a client organization with somebody who learns under the
// master, so that the masters see more than the others.
func (w *matrixWorld) addClient(t *testing.T) {
	t.Helper()
	ada := w.accounts["ada"]
	facts, err := w.a.Store.Facts(t.Context(), ada.Realm, ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	client, err := w.a.Organizations.CreateClient(t.Context(), facts.For(access.ClientEdit, time.Now()), ada.Organization, org.New{Slug: "tailspin", Name: "Tailspin"})
	if err != nil {
		t.Fatal(err)
	}
	bundle := fstest.MapFS{}
	for name, text := range map[string]string{
		"people.csv":      "id,email,given_name,family_name,role\nzoe,zoe@example.org,Zoe,Clientlearner,Student\n",
		"activities.csv":  "id,title,kind\nc1,Gliding,course\n",
		"enrollments.csv": "person_id,activity_id,enrolled_at,progress\nzoe,c1,2024-01-01,70\n",
	} {
		bundle[name] = &fstest.MapFile{Data: []byte(text)}
	}
	system := access.System("test", ada.Realm, client.Path, roster.Permission)
	if _, err := roster.NewService(w.a.Store).Import(t.Context(), system.For(roster.Permission, time.Now()), client.ID, bundle, roster.Options{}); err != nil {
		t.Fatal(err)
	}
	memberships, err := w.a.Accounts.Accounts(t.Context(), w.identity(t, "zoe@example.org"))
	if err != nil || len(memberships) != 1 {
		t.Fatalf("zoe has %d accounts, %v", len(memberships), err)
	}
	w.accounts["zoe"], w.canary["zoe"] = memberships[0].Account, "Clientlearner"
}

// TestATwinSeesExactlyWhatItsFullRoleSees asks both everything that a reporting
// permission opens: every list, count, matrix and report of the API, word for
// word, every file, byte for byte, and who is named on every page (M-205, I-15).
func TestATwinSeesExactlyWhatItsFullRoleSees(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		w.addClient(t)
		for _, pair := range twins {
			t.Run(pair[1], func(t *testing.T) {
				compared := map[server.Kind]int{}
				for _, w.route = range w.s.Table() {
					if w.route.Method() != http.MethodGet || !w.route.Permission.Reporting() {
						continue
					}
					if also, more := asksMore[w.route.Pattern]; more && !also.Reporting() {
						continue // teams are met by those who work with them; a twin reports
					}
					for _, o := range w.objects() {
						full, twin := w.ask(t, pair[0], o.id), w.ask(t, pair[1], o.id)
						if full.Code != twin.Code {
							t.Errorf("%s %s: the full role is answered %d, its twin %d", w.route.Pattern, o.name, full.Code, twin.Code)
						}
						if full, twin := passing.ReplaceAllString(full.Body.String(), ""), passing.ReplaceAllString(twin.Body.String(), ""); w.route.Kind == server.API && full != twin {
							t.Errorf("%s %s: the full role is answered\n%s\nits twin\n%s", w.route.Pattern, o.name, full, twin)
						}
						if full, twin := w.named(pair, full.Body.String()), w.named(pair, twin.Body.String()); !slices.Equal(full, twin) {
							t.Errorf("%s %s: the full role sees %v, its twin %v", w.route.Pattern, o.name, full, twin)
						}
						compared[w.route.Kind]++
					}
				}
				w.sameFiles(t, pair)
				if compared[server.API] < 15 || compared[server.Page] < 10 {
					t.Errorf("only so much was compared: %v", compared)
				}
			})
		}
	})
}

// passing is what differs between any two answers.
var passing = regexp.MustCompile(`"(request_id|next_cursor|as_of)":"[^"]*"`)

// named lists who is named in an answer, but for the two who ask: each page
// greets its visitor.
func (w *matrixWorld) named(but [2]string, body string) []string {
	var out []string
	for id, name := range w.canary {
		if !slices.Contains(but[:], id) && strings.Contains(body, name) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// sameFiles has both make a file of every report.
func (w *matrixWorld) sameFiles(t *testing.T, pair [2]string) {
	t.Helper()
	rows := 0
	for _, rep := range report.Catalogue() {
		if !rep.Permission().Reporting() || !rep.ExportPermission().Reporting() {
			continue
		}
		var files [2]string
		for i, who := range pair {
			started := w.send(t, who, http.MethodPost, "/api/v1/reports/"+string(rep.Key)+"/runs", `{"format": "csv"}`)
			var run struct {
				ID    string
				State string
				Rows  int
			}
			if err := json.Unmarshal(started.Body.Bytes(), &run); err != nil || started.Code >= 300 || run.State != "done" {
				t.Fatalf("%s of %s: %d %s", rep.Key, who, started.Code, started.Body)
			}
			file := w.send(t, who, http.MethodGet, "/api/v1/report-runs/"+run.ID+"/file", "")
			files[i], rows = file.Body.String(), rows+run.Rows
			if file.Code != http.StatusOK {
				t.Errorf("the file of %s of %s: %d", rep.Key, who, file.Code)
			}
		}
		if files[0] != files[1] {
			t.Errorf("%s: the full role's file is\n%s\nits twin's\n%s", rep.Key, files[0], files[1])
		}
	}
	if rows < 10 {
		t.Errorf("all files together have %d rows", rows)
	}
}

// ownThings are the routes by which a twin may write, and what of their own it
// is: own profile, own learning, own exports and saved views (I-14). A new
// route that a twin's permissions open has to be put here, or be refused.
var ownThings = map[string]string{
	"POST /signout":                                               "session",
	"POST /o/{organization}/profile":                              "profile",
	"POST /o/{organization}/profile/password":                     "profile",
	"POST /o/{organization}/profile/sessions/end":                 "sessions",
	"POST /o/{organization}/profile/sessions/{session}/end":       "sessions",
	"POST /o/{organization}/profile/tokens":                       "tokens",
	"POST /o/{organization}/profile/tokens/{token}/revoke":        "tokens",
	"POST /o/{organization}/me/activities/{activity}/done":        "learning",
	"POST /o/{organization}/me/offers/{seat}/accept":              "learning",
	"POST /o/{organization}/me/invitations/{invitation}/accept":   "learning",
	"POST /api/v1/redemptions":                                    "learning",
	"POST /o/{organization}/acts/{act}/confirm":                   "what they began, by its own permission",
	"POST /o/{organization}/acts/{act}/undo":                      "what they began, by its own permission",
	"POST /o/{organization}/me/report/runs":                       "export",
	"POST /o/{organization}/report-runs/{run}/cancel":             "export",
	"POST /o/{organization}/matrix/runs":                          "export",
	"POST /o/{organization}/reports/{report}/runs":                "export",
	"POST /o/{organization}/reports/{report}/views":               "view",
	"POST /o/{organization}/reports/{report}/views/{view}/delete": "view",
	"POST /api/v1/reports/own/runs":                               "export",
	"POST /api/v1/reports/{report}/runs":                          "export",
	"DELETE /api/v1/report-runs/{id}":                             "export",
}

// ownTables are where these leave something; all others must stay as they are.
var ownTables = []string{"session", "report_run", "report_part", "report_view", "report_taking", "api_token", "attempt", "request_key", "bulk_act", "audit_event"}

// TestATwinCanChangeNothing tries every route that writes as every twin, over
// everything there is: each is refused, or about the twin's own things, and
// not a row that is not theirs differs afterwards (I-14).
func TestATwinCanChangeNothing(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			address := storetest.Address(t, engine)
			a, err := Open(t.Context(), settings(address), time.Now, quiet())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Close() })
			w := newMatrixWorld(t, a)
			w.addClient(t)
			before, tried, own := rowsOf(t, engine, address), 0, map[string]bool{}
			for _, pair := range twins {
				for _, w.route = range w.s.Table() {
					if w.route.Method() == http.MethodGet || w.route.Permission == access.Public {
						continue
					}
					held := slices.ContainsFunc(principals, func(p principal) bool { return p.id == pair[1] && p.holds(w.route.Permission) })
					if _, ok := ownThings[w.route.Pattern]; held && !ok {
						t.Errorf("%s: open to %s, and not among their own things", w.route.Pattern, pair[1])
					}
					own[w.route.Pattern] = own[w.route.Pattern] || held
					for _, o := range w.objects() {
						if out := w.ask(t, pair[1], o.id); !held && out.Code != http.StatusForbidden || out.Code >= 500 {
							t.Errorf("%s as %s for %s: %d, want it refused", w.route.Pattern, pair[1], o.name, out.Code)
						}
						tried++
					}
				}
			}
			for pattern := range ownThings {
				if !own[pattern] {
					t.Errorf("%s is said to be open to twins and is not", pattern)
				}
			}
			after := rowsOf(t, engine, address)
			for table, rows := range before {
				if gone := slices.DeleteFunc(slices.Clone(rows), func(r string) bool { return slices.Contains(after[table], r) }); len(gone) > 0 || len(rows) != len(after[table]) {
					t.Errorf("%s had %d rows and has %d; changed: %v", table, len(rows), len(after[table]), gone)
				}
			}
			if len(before) < 20 || len(before["account"]) < 15 || tried < 400 {
				t.Errorf("only %d requests over %d tables", tried, len(before))
			}
		})
	}
}

// rowsOf reads every table but the twins' own. When somebody was last seen is
// no change of theirs.
func rowsOf(t *testing.T, engine, address string) map[string][]string {
	t.Helper()
	driver, dsn, list := "pgx", address, `select table_name from information_schema.tables where table_schema = 'public'`
	if engine == "sqlite" {
		driver, dsn, list = "sqlite", "file:"+address+"?_pragma=busy_timeout(10000)", `select name from sqlite_master where type = 'table'`
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string][]string{}
	for _, table := range read(t, db, list) {
		if name := table[0]; !slices.Contains(ownTables, name) {
			for _, cells := range read(t, db, `select * from `+name) {
				out[name] = append(out[name], strings.Join(cells, "|"))
			}
		}
	}
	return out
}

func read(t *testing.T, db *sql.DB, query string) [][]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, 0, len(columns))
		for i, c := range columns {
			if c != "last_seen_at" {
				line = append(line, fmt.Sprint(cells[i]))
			}
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
