package api_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// noon is when everything here is asked.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// north is a small school. Carl of Acme bought the program Office (Excel and
// Word) and reports on Ann, Ben and Cam; Bert of Bolt bought Excel, nobody
// reports on his Bob and Cam. Ann learns Rust too, which nobody bought; Lone
// learns by herself. Pia and Pit have not answered their invitations.
var north = fstest.MapFS{
	"locations.csv": file("id,parent_id,name", "eu,,Europe", "de,eu,Germany"),
	"people.csv": file("id,email,given_name,family_name,location_id,role,status",
		"ada,ada@north.example,Ada,Admin,,Organization Administrator,active",
		"otto,otto@north.example,Otto,Only,,Organization Administrator (Reports Only),",
		"carl,carl@acme.example,Carl,Contact,eu,,", "bert,bert@bolt.example,Bert,Buyer,,,",
		"ann,ann@acme.example,Ann,One,de,,", "ben,ben@acme.example,Ben,Two,eu,,", "cam,cam@example.org,Cam,Both,,,",
		"bob,bob@bolt.example,Bob,Three,de,,", "lone,lone@example.org,Lone,Self,de,,"),
	"activities.csv":         file("id,title,kind,minutes", "excel,Excel,course,90", "word,Word,course,", "rust,Rust,link,"),
	"programs.csv":           file("id,title", "office,Office"),
	"program_activities.csv": file("program_id,activity_id,position,required", "office,excel,1,true", "office,word,2,true"),
	"teams.csv":              file("id,name,owner_id", "sales,Sales,ada"),
	"team_members.csv":       file("team_id,person_id", "sales,ann"),
	"purchases.csv": file("id,product_id,buyer_id,company,seats,purchased_at,reporter_id",
		"p-acme,office,carl,Acme,5,2026-01-05,carl", "p-bolt,excel,bert,Bolt,3,2026-01-06,"),
	"seats.csv": file("purchase_id,person_id,email,assigned_at,redeemed_at,state",
		"p-acme,ann,,2026-01-05,2026-01-08,redeemed", "p-acme,ben,,2026-01-06,2026-01-08,redeemed", "p-acme,cam,,2026-01-07,2026-01-08,redeemed",
		"p-acme,,pia@acme.example,2026-02-01,,pending", "p-bolt,bob,,2026-01-07,2026-01-08,redeemed",
		"p-bolt,cam,,2026-01-07,2026-01-08,redeemed", "p-bolt,,pit@bolt.example,2026-02-02,,pending"),
	"enrollments.csv": file("person_id,activity_id,enrolled_at,started_at,completed_at,due_on,progress,score,minutes_spent,outcome,outcome_on",
		"ann,excel,2026-01-08,2026-01-09T08:00:00Z,2026-01-20T10:00:00Z,,100,87.5,95,,", "ann,rust,2026-01-08,2026-01-09T08:00:00Z,,,30,,,,",
		"ben,excel,2026-01-08,2026-01-10T08:00:00Z,,2026-02-15,40,,20,,", "bob,excel,2026-01-08,,,,,,,withdrawn,2026-02-01",
		"lone,word,2026-01-08,,,2026-03-05,,,,,"),
}

func file(lines ...string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
}

// school is a running Ambit with north in it, and who asks by which token.
type school struct {
	testing.TB
	*app.App
	http   *httptest.Server
	in     org.Organization
	tokens map[string]string
	ids    map[string]string // of accounts and purchases, by external id
}

// inSchool runs a test in a fresh school on each engine.
func inSchool(t *testing.T, test func(s *school)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(open(t, storetest.Address(t, engine))) })
	}
}

func open(t testing.TB, address string) *school {
	settings := config.Settings{
		DB: address, Listen: "127.0.0.1:8080", SMTPPort: 587, SMTPTLS: "starttls", SessionIdle: time.Hour, SessionLimit: time.Hour, LogLevel: "info", LogFormat: "text",
	}
	causes := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := app.Open(t.Context(), settings, func() time.Time { return noon }, causes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	s := &school{TB: t, App: a, tokens: map[string]string{}, ids: map[string]string{}}
	founded, _, err := a.Accounts.Found(t.Context(), org.New{Slug: "north", Name: "North", Zone: "Europe/Berlin", Locale: "en"}, "ada@north.example")
	if err != nil {
		t.Fatal(err)
	}
	s.in = founded.Organization
	if _, err := a.Rosters.Import(t.Context(), s.operator(roster.Permission), s.in.ID, north, roster.Options{}); err != nil {
		t.Fatal(err)
	}
	handler, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s.http = httptest.NewServer(handler)
	t.Cleanup(s.http.Close)
	s.learnIDs()
	return s
}

// learnIDs asks for them as the administrator would.
func (s *school) learnIDs() {
	for _, path := range []string{"/learners", "/purchases", "/activities"} {
		for _, item := range ask[struct{ Items []named }](s, "ada", path).Items {
			s.ids[item.ExternalID] = item.ID
		}
	}
}

type named struct {
	ID         string
	ExternalID string `json:"external_id"`
}

func (s *school) operator(p access.Permission) access.Reach { return account.AsOperator(s.in, p, noon) }

// token is the API token of a person, by external id; "ada, reading" is ada's read-only one.
func (s *school) token(who string) string {
	if s.tokens[who] == "" {
		person, reading := strings.CutSuffix(who, ", reading")
		for _, row := range strings.Split(string(north["people.csv"].Data), "\n") {
			if cells := strings.Split(row, ","); cells[0] == person {
				_, secret, err := s.Accounts.TokenFor(s.Context(), s.operator(access.AccountSession), s.in.ID, cells[1], "test", reading)
				if err != nil {
					s.Fatal(err)
				}
				s.tokens[who] = secret
			}
		}
	}
	return s.tokens[who]
}

// send asks an operation and checks the answer against the document. Names of
// people, purchases and activities in braces stand for their ids.
func (s *school) send(who, method, path string, body string) (status int, p problem, raw string) {
	s.Helper()
	for name, id := range s.ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
		body = strings.ReplaceAll(body, "<"+name+">", id)
	}
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	return send(s.TB, s.http, s.token(who), method, "/api/v1"+path, reader)
}

// ask gets a page that must be there.
func ask[T any](s *school, who, path string) T {
	s.Helper()
	var out T
	status, _, raw := s.send(who, http.MethodGet, path, "")
	if status != http.StatusOK {
		s.Fatalf("%s as %s: %d %s", path, who, status, raw)
	}
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		s.Fatal(err)
	}
	return out
}

// refused checks that an operation answers with a status, naming fields.
func (s *school) refused(who, method, path, body string, want int, fields ...string) {
	s.Helper()
	status, p, raw := s.send(who, method, path, body)
	if status != want || len(fields) > 0 && strings.Join(p.fields(), " ") != strings.Join(fields, " ") {
		s.Errorf("%s %s as %s: %d %v, want %d %v: %s", method, path, who, status, p.fields(), want, fields, raw)
	}
}
