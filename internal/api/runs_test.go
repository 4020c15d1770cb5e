package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/job"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

type run struct {
	ID, Report, Format, State string
	Filters                   map[string]string
	Columns                   []string
	Rows, Learners            int
	ReachTotal                int `json:"reach_total"`
	Bytes                     *int64
	SHA256                    *string
	Why                       *string
}

// start has a file made, which is done when it is answered.
func (s *school) start(who, path, body string) run {
	s.Helper()
	status, _, raw := s.send(who, http.MethodPost, path, body)
	var out run
	if err := json.Unmarshal([]byte(raw), &out); err != nil || status != http.StatusCreated || out.State != "done" {
		s.Fatalf("%s as %s: %d %s", path, who, status, raw)
	}
	return out
}

// get asks with a token or a session and gives the whole answer.
func (s *school) get(path string, sign func(*http.Request)) (*http.Response, []byte) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.http.URL+"/api/v1"+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	sign(r)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") == "application/json" {
		isDescribed(s.TB, r, res, body)
	}
	return res, body
}

func (s *school) byToken(who string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+s.token(who)) }
}

// Each format holds the same rows, and what is known of the file is true of it.
func checkFiles(s *school) {
	for _, tt := range []struct {
		who, path, body, kind string
		rows                  int
		holds, lacks          []string
	}{
		{"carl", "/reports/learners/runs", `{"format":"csv"}`, "text/csv", 3, []string{"Ann One", "Ben Two", "Cam Both"}, []string{"Bob", "Lone"}},
		{"carl", "/reports/learners/runs", `{"format":"jsonl"}`, "application/jsonl", 3, []string{`"learner":"Ann One"`}, []string{"Bob", "Lone"}},
		{"carl", "/reports/learners/runs", `{"format":"xlsx"}`, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 3, nil, nil},
		{"ada", "/reports/enrollments/runs", `{"format":"jsonl","filters":{"activity":"excel"},"sort":"-learner"}`, "application/jsonl", 4, []string{"Bob Three"}, []string{"Rust"}},
		{"ada", "/reports/enrollments/runs", `{"format":"jsonl","group":"state"}`, "application/jsonl", 6, []string{`"state":"overdue"`}, []string{"Ann"}},
		{"ada", "/reports/matrix/runs", `{"format":"csv","matrix":"programs"}`, "text/csv", 9, []string{"Office"}, []string{"Rust"}},
		{"ann", "/reports/own/runs", `{"format":"jsonl"}`, "application/jsonl", 3, []string{"Excel", "Rust", "Word"}, []string{"Ann"}},
	} {
		made := s.start(tt.who, tt.path, tt.body)
		res, body := s.get("/report-runs/"+made.ID+"/file", s.byToken(tt.who))
		sum := sha256.Sum256(body)
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), tt.kind) || made.Rows != tt.rows {
			s.Errorf("%s %s: %d %s, %d rows", tt.path, tt.body, res.StatusCode, res.Header.Get("Content-Type"), made.Rows)
		}
		if *made.SHA256 != hex.EncodeToString(sum[:]) || *made.Bytes != int64(len(body)) || res.ContentLength != int64(len(body)) {
			s.Errorf("%s %s: %d bytes with %x, told %d with %s", tt.path, tt.body, len(body), sum, *made.Bytes, *made.SHA256)
		}
		if want := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"; res.Header.Get("Repr-Digest") != want {
			s.Errorf("%s %s: digest %s, want %s", tt.path, tt.body, res.Header.Get("Repr-Digest"), want)
		}
		if disposition := res.Header.Get("Content-Disposition"); !strings.HasPrefix(disposition, "attachment; filename=") || !strings.Contains(disposition, made.Report+"-") {
			s.Errorf("%s: %s", tt.path, disposition)
		}
		for _, text := range tt.holds {
			if !strings.Contains(string(body), text) {
				s.Errorf("%s %s lacks %q: %s", tt.path, tt.body, text, body)
			}
		}
		for _, text := range tt.lacks {
			if strings.Contains(string(body), text) {
				s.Errorf("%s %s holds %q: %s", tt.path, tt.body, text, body)
			}
		}
	}
}

// The rows of an answer are the lines of the file in JSON.
func checkRowsAreTheLinesOfTheFile(s *school) {
	for _, key := range []string{"learners", "enrollments", "progress", "completion", "activities", "programs", "due", "licenses"} {
		var lines []string
		cursor := ""
		for {
			page := ask[struct {
				Items      []json.RawMessage
				NextCursor *string `json:"next_cursor"`
				Total      int
			}](s, "ada", "/reports/"+key+"?limit=2"+cursor)
			for _, item := range page.Items {
				lines = append(lines, sameJSON(s, item))
			}
			if page.NextCursor == nil {
				if len(lines) != page.Total {
					s.Errorf("%s: %d rows of %d", key, len(lines), page.Total)
				}
				break
			}
			cursor = "&cursor=" + *page.NextCursor
		}
		made := s.start("ada", "/reports/"+key+"/runs", `{"format":"jsonl"}`)
		_, body := s.get("/report-runs/"+made.ID+"/file", s.byToken("ada"))
		var inFile []string
		for line := range strings.Lines(string(body)) {
			inFile = append(inFile, sameJSON(s, []byte(line)))
		}
		if !slices.Equal(lines, inFile) {
			s.Errorf("%s: rows\n%s\nlines\n%s", key, strings.Join(lines, "\n"), strings.Join(inFile, "\n"))
		}
	}
}

// sameJSON writes an object so that equal ones are equal texts: 87.50 is
// 87.5, and an instant is one wherever its clock stands.
func sameJSON(s *school, raw []byte) string {
	var values map[string]any
	if err := json.Unmarshal(raw, &values); err != nil {
		s.Fatalf("%v in %s", err, raw)
	}
	for key, value := range values {
		if text, is := value.(string); is {
			if at, err := time.Parse(time.RFC3339, text); err == nil {
				values[key] = at.UTC().String()
			}
		}
	}
	out, _ := json.Marshal(values)
	return string(out)
}

func checkRunsAreOnesOwn(s *school) {
	made := s.start("carl", "/reports/learners/runs", `{"format":"csv"}`)
	for _, path := range []string{"", "/file"} {
		for _, other := range []string{"ada", "bert", "ann"} {
			s.refused(other, "GET", "/report-runs/"+made.ID+path, "", http.StatusNotFound)
		}
	}
	s.refused("ada", "DELETE", "/report-runs/"+made.ID, "", http.StatusNotFound)
	s.refused("carl", "GET", "/report-runs/"+made.ID+"/file?x=1", "", http.StatusUnprocessableEntity, "x")
	if list := ask[struct{ Items []run }](s, "bert", "/report-runs"); len(list.Items) != 0 {
		s.Errorf("bert has %d runs", len(list.Items))
	}
	if status, _, _ := s.send("carl", "DELETE", "/report-runs/"+made.ID, ""); status != http.StatusNoContent {
		s.Errorf("deleting answers %d", status)
	}
	s.refused("carl", "GET", "/report-runs/"+made.ID+"/file", "", http.StatusConflict)
	if gone := ask[run](s, "carl", "/report-runs/"+made.ID); gone.State != "expired" || gone.Bytes != nil || gone.SHA256 == nil {
		s.Errorf("after it was deleted: %+v", gone)
	}
}

func checkReadOnlyTokensStartNothing(s *school) {
	for _, path := range []string{"/reports/own/runs", "/reports/learners/runs", "/reports/matrix/runs"} {
		s.refused("ada, reading", "POST", path, `{"format":"csv"}`, http.StatusForbidden)
	}
	made := s.start("ada", "/reports/learners/runs", `{"format":"csv"}`)
	s.refused("ada, reading", "DELETE", "/report-runs/"+made.ID, "", http.StatusForbidden)
	if res, _ := s.get("/report-runs/"+made.ID+"/file", s.byToken("ada, reading")); res.StatusCode != http.StatusOK {
		s.Errorf("reading a file with a read-only token: %d", res.StatusCode)
	}
}

func checkRunsThatCannotBe(s *school) {
	for _, tt := range []struct {
		who, path, body string
		status          int
		fields          []string
	}{
		{"ada", "/reports/nothing/runs", `{"format":"csv"}`, 404, nil},
		{"ada", "/reports/own%2fx/runs", `{"format":"csv"}`, 404, nil},
		{"carl", "/reports/learners/runs", `{"format":"pdf"}`, 422, []string{"format"}},
		{"carl", "/reports/learners/runs", `{}`, 422, []string{"format"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","filter":{}}`, 422, []string{"filter"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","filters":{"state":"x"}}`, 422, []string{"filters.state"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","filters":{"reach":"x"}}`, 422, []string{"filters.reach"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","filters":{"location":"eu"}}`, 422, []string{"location"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","columns":["location"]}`, 422, []string{"columns"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","filters":{"from":"2026-01-01"}}`, 422, []string{"to"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","filters":{"from":"2026-02-01","to":"2026-01-01"}}`, 422, []string{"from"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","format":"xlsx"}`, 422, []string{"body"}},
		{"carl", "/reports/learners/runs", `{"format":"csv","matrix":"programs"}`, 422, []string{"matrix"}},
		{"bert", "/reports/learners/runs", `{"format":"csv"}`, 403, nil},
		{"ann", "/reports/matrix/runs", `{"format":"csv"}`, 403, nil},
		{"ann", "/reports/own/runs", `{"format":"csv","filters":{"team":"sales"}}`, 422, []string{"team"}},
	} {
		s.refused(tt.who, "POST", tt.path, tt.body, tt.status, tt.fields...)
	}
	for path, want := range map[string]int{"/reports/matrix": 404, "/reports/nothing": 404, "/reports/LEARNERS": 404, "/reports/own%20": 404} {
		s.refused("ada", "GET", path, "", want)
	}
	s.refused("ann", "GET", "/reports/learners", "", http.StatusForbidden)
	s.refused("carl", "GET", "/overview?by_location=true", "", http.StatusUnprocessableEntity, "by_location")
	s.refused("carl", "GET", "/reports/learners?from=2026-01-01", "", http.StatusUnprocessableEntity, "to")
	s.refused("carl", "GET", "/reports/learners?sort=email", "", http.StatusUnprocessableEntity, "sort")
}

// The same request with the same key starts nothing, also when both come at once.
func checkKeysStartOnce(s *school) {
	post := func(who, path, key, body string) (int, string, string) {
		r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.http.URL+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			s.Error(err)
			return 0, "", ""
		}
		s.byToken(who)(r)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			s.Error(err)
			return 0, "", ""
		}
		defer res.Body.Close()
		var out struct {
			run
			problem
		}
		raw, _ := io.ReadAll(res.Body)
		isDescribed(s.TB, r, res, raw)
		if err := json.Unmarshal(raw, &out); err != nil {
			s.Errorf("%v in %s", err, raw)
		}
		if res.StatusCode == http.StatusCreated && res.Header.Get("Location") != "/api/v1/report-runs/"+out.ID {
			s.Errorf("it is at %s", res.Header.Get("Location"))
		}
		return res.StatusCode, out.ID, strings.Join(out.fields(), " ")
	}
	const path, body = "/reports/learners/runs", `{"format":"csv","filters":{"q":"ann"}}`
	s.token("ada")
	s.token("carl")
	var together sync.WaitGroup
	ids := make([]string, 4)
	for i := range ids {
		together.Go(func() { _, ids[i], _ = post("ada", path, "at-once", body) })
	}
	together.Wait()
	if slices.Sort(ids); ids[0] == "" || len(slices.Compact(slices.Clone(ids))) != 1 {
		s.Errorf("four at once started %q", ids)
	}
	for _, tt := range []struct {
		name, who, path, key, body string
		status                     int
		same                       bool
		fields                     string
	}{
		{"again", "ada", path, "at-once", body, 201, true, ""},
		{"written otherwise", "ada", path, "at-once", `{"filters": {"q": "ann"}, "format": "csv"}`, 201, true, ""},
		{"another format", "ada", path, "at-once", `{"format":"jsonl","filters":{"q":"ann"}}`, 422, false, "Idempotency-Key"},
		{"another filter", "ada", path, "at-once", `{"format":"csv"}`, 422, false, "Idempotency-Key"},
		{"another report", "ada", "/reports/progress/runs", "at-once", body, 422, false, "Idempotency-Key"},
		{"somebody else", "carl", path, "at-once", body, 201, false, ""},
		{"another key", "ada", path, "another", body, 201, false, ""},
		{"a key that is no text", "ada", path, "\u202eolleh", body, 422, false, "Idempotency-Key"},
		{"a key too long", "ada", path, strings.Repeat("k", 201), body, 422, false, "Idempotency-Key"},
	} {
		status, id, fields := post(tt.who, tt.path, tt.key, tt.body)
		if status != tt.status || (id == ids[0]) != tt.same || fields != tt.fields {
			s.Errorf("%s: %d %s %s", tt.name, status, id, fields)
		}
	}
	asks := s.asksOf("ada")
	ann := report.Request{Report: report.LearnersReport, Filter: report.Filter{Query: "ann"}}
	at := func(after time.Duration) report.RunID {
		got, err := s.runsAt(noon.Add(after), report.RunSettings{}).StartOnce(s.Context(), asks(access.SelfView), asks, ann, table.CSV, "kept")
		if err != nil {
			s.Error(err)
		}
		return got.ID
	}
	first := at(0)
	if same := at(23 * time.Hour); same != first {
		s.Error("a key is forgotten within a day")
	}
	if other := at(25 * time.Hour); other == first {
		s.Error("a key is kept for more than a day")
	}
}

// Whatever a reporter has begun or finished is out of their hands at the first
// request after they were revoked: with the session and the token they had,
// and with a link that somebody else was given.
func TestRevokedReportersHaveNoFiles(t *testing.T) {
	inSchool(t, func(s *school) {
		done := s.start("carl", "/reports/learners/runs", `{"format":"csv"}`)
		own := s.start("carl", "/reports/own/runs", `{"format":"csv"}`)
		cookie := s.session("carl")
		ways := map[string]func(*http.Request){"token": s.byToken("carl"), "session": func(r *http.Request) {
			r.AddCookie(cookie)
			r.Header.Set(server.OrganizationHeader, "north")
		}}
		for way, sign := range ways {
			if res, _ := s.get("/report-runs/"+done.ID+"/file", sign); res.StatusCode != http.StatusOK {
				t.Fatalf("before, by %s: %d", way, res.StatusCode)
			}
		}
		s.refused("bert", "GET", "/report-runs/"+done.ID+"/file", "", http.StatusNotFound) // was sent the link
		waiting, running := s.waitingRun("carl"), s.waitingRun("carl")
		if _, _, err := s.Store.BeginRun(s.Context(), s.in.Realm, running); err != nil {
			t.Fatal(err)
		}
		if got := ask[run](s, "carl", "/report-runs/"+string(running)); got.State != "running" {
			t.Errorf("a run that has begun: %+v", got)
		}
		if status, _, raw := s.send("ada", "DELETE", "/purchases/{p-acme}/reporter", ""); status != http.StatusNoContent {
			t.Fatalf("revoking: %d %s", status, raw)
		}
		for way, sign := range ways {
			if res, body := s.get("/report-runs/"+done.ID+"/file", sign); res.StatusCode != http.StatusForbidden || strings.Contains(string(body), "Ann") {
				t.Errorf("a finished file by %s: %d %s", way, res.StatusCode, body)
			}
			if res, body := s.get("/reports/learners", sign); res.StatusCode != http.StatusForbidden {
				t.Errorf("rows by %s: %d %s", way, res.StatusCode, body)
			}
			if res, _ := s.get("/report-runs/"+own.ID+"/file", sign); res.StatusCode != http.StatusOK {
				t.Errorf("one's own by %s: %d", way, res.StatusCode)
			}
		}
		s.refused("carl", "POST", "/reports/learners/runs", `{"format":"csv"}`, http.StatusForbidden)
		s.refused("bert", "GET", "/report-runs/"+done.ID+"/file", "", http.StatusNotFound)

		// Those that waited or ran find on their turn that nothing may come out.
		for _, id := range []report.RunID{waiting, running} {
			file := "/report-runs/" + string(id) + "/file"
			s.refused("carl", "GET", file, "", http.StatusConflict)
			if err := s.work(id); err != nil {
				t.Fatal(err)
			}
			if got := ask[run](s, "carl", "/report-runs/"+string(id)); got.State != "stopped" || got.Why == nil || got.Bytes != nil {
				t.Errorf("a run that was not done: %+v", got)
			}
			s.refused("carl", "GET", file, "", http.StatusConflict)
		}
	})
}

// asksOf gives what somebody gets now.
func (s *school) asksOf(who string) report.Asks {
	return func(p access.Permission) access.Reach {
		facts, err := s.Store.Facts(s.Context(), s.in.Realm, access.AccountID(s.ids[who]))
		if err != nil {
			s.Fatal(err)
		}
		return facts.For(p, noon)
	}
}

// runsAt makes files at an instant.
func (s *school) runsAt(at time.Time, settings report.RunSettings) *report.Runs {
	words, err := language.Load()
	if err != nil {
		s.Fatal(err)
	}
	return report.NewRuns(s.Reports, s.Store, words, settings, func() time.Time { return at })
}

// patient makes files whose owners do not wait for them.
func (s *school) patient() *report.Runs { return s.runsAt(noon, report.RunSettings{AtOnce: 1}) }

// waitingRun asks for a file that a worker is to make.
func (s *school) waitingRun(who string) report.RunID {
	s.Helper()
	asks := s.asksOf(who)
	made, err := s.patient().Start(s.Context(), asks(access.SelfView), asks, report.Request{Report: report.LearnersReport}, table.CSV)
	if err != nil || made.State != report.RunWaiting {
		s.Fatalf("%+v, %v", made, err)
	}
	return made.ID
}

// work is a worker's turn at a run.
func (s *school) work(id report.RunID) error {
	payload, err := json.Marshal(report.RunRef{Run: id})
	if err != nil {
		return err
	}
	return s.patient().Do(s.Context(), job.Job{Realm: s.in.Realm, Kind: report.RunJob, Payload: payload, Attempt: 1})
}
