package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestRequestsLiveInAddresses: what an address says is read, and written back
// the same, so that links, views and forms all mean one list.
func TestRequestsLiveInAddresses(t *testing.T) {
	for _, tt := range []struct{ report, query, want string }{
		{"enrollments", "", ""},
		{"enrollments", "q=+anna+&state=overdue&sort=-due_on", "q=anna&sort=-due_on&state=overdue"},
		{"enrollments", "columns=learner&columns=state&columns=learner", "columns=learner%2Cstate"},
		{"enrollments", "columns=,learner,,state", "columns=learner%2Cstate"},
		{"learners", "group=location&activity=a1&did=active&from=2026-03-01&to=2026-03-31", "activity=a1&did=active&from=2026-03-01&group=location&to=2026-03-31"},
		{"completion", "from=2026-03-31&to=2026-03-01", "from=2026-03-01&to=2026-03-31"},
		{"completion", "from=2025-11-01", "from=2025-11-01&to=2025-11-21"},
		{"completion", "from=2026-11-01", "from=2026-11-01&to=2026-11-01"},
		{"completion", "to=2026-03-30", "from=2026-03-01&to=2026-03-30"},
		{"matrix", "columns=programs&activity=a&activity=b", "activity=a&activity=b&columns=programs"},
		{"matrix", "columns=activities&q=x", "q=x"},
	} {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		rq, err := requestOf(query, report.Key(tt.report), sampleDay)
		if err != nil {
			t.Errorf("%s: %v", tt.query, err)
			continue
		}
		if got := queryOf(rq).Encode(); got != tt.want {
			t.Errorf("%s?%s is %q, want %q", tt.report, tt.query, got, tt.want)
		}
	}
	for _, query := range []url.Values{{"from": {"yesterday"}}, {"to": {"2026-02-30"}}, {"state": {"asleep"}}} {
		if _, err := requestOf(query, report.DueReport, sampleDay); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v: %v", query, err)
		}
	}
}

func FuzzRequests(f *testing.F) {
	f.Add("enrollments", "q=anna&state=overdue&columns=learner,state&sort=-state&from=2026-01-01")
	f.Add("matrix", "columns=programs&activity=a&activity=b")
	f.Add("due", "sort=--x&group=%00&columns=%2C")
	f.Fuzz(func(t *testing.T, key, text string) {
		query, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		rq, err := requestOf(query, report.Key(key), sampleDay)
		if err != nil {
			return
		}
		again, err := requestOf(queryOf(rq), report.Key(key), sampleDay)
		if err != nil {
			t.Fatalf("%q reads as %+v, which is written as what is refused: %v", text, rq, err)
		}
		if rq.Sort == "" {
			rq.Desc = false
		}
		if !reflect.DeepEqual(queryOf(rq), queryOf(again)) || again.Sort != rq.Sort || again.Desc != rq.Desc {
			t.Fatalf("%q reads as %+v and then as %+v", text, rq, again)
		}
	})
}

// TestFilesAreHashedAsTheyArrive: a file counts more than what was typed, and a
// form without one is about the typed hash.
func TestFilesAreHashedAsTheyArrive(t *testing.T) {
	file := strings.Repeat("a row of a report\r\n", 10_000)
	whole := sha256.Sum256([]byte(file))
	for _, tt := range []struct{ name, file, typed, want string }{
		{"a file", file, "", hex.EncodeToString(whole[:])},
		{"a file and a hash", file, "8f", hex.EncodeToString(whole[:])},
		{"a hash", "", "8f8f", "8f8f"},
		{"nothing", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			part, err := form.CreateFormFile("file", "report.csv")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := part.Write([]byte(tt.file)); err != nil {
				t.Fatal(err)
			}
			if err := form.WriteField("sha256", tt.typed); err != nil {
				t.Fatal(err)
			}
			if err := form.Close(); err != nil {
				t.Fatal(err)
			}
			whole := body.String()
			r := httptest.NewRequest("POST", "/verify", strings.NewReader(whole))
			r.Header.Set("Content-Type", form.FormDataContentType())
			if got, err := sumOf(r); err != nil || got != tt.want {
				t.Errorf("%q, %v, want %q", got, err, tt.want)
			}
			r = httptest.NewRequest("POST", "/verify", strings.NewReader(whole[:len(whole)/2]))
			r.Header.Set("Content-Type", form.FormDataContentType())
			if _, err := sumOf(r); fault.KindOf(err) != fault.Invalid {
				t.Errorf("half a form: %v", err)
			}
		})
	}
}

// TestFiguresLeadToWhatTheyCount: a figure of an activity or a purchase opens
// the enrollments that it counts, narrowed like the report.
func TestFiguresLeadToWhatTheyCount(t *testing.T) {
	row := report.Row{Activity: "a1"}
	count := report.Value{Kind: report.CountKind, Number: 3}
	for _, tt := range []struct {
		name   string
		filter report.Filter
		field  string
		value  report.Value
		row    report.Row
		want   string
	}{
		{"overdue ones", report.Filter{Location: "l"}, "overdue", count, row, "/reports/enrollments?activity=a1&location=l&state=overdue"},
		{"completed ones", report.Filter{}, "completed", count, row, "/reports/enrollments?activity=a1&did=completed"},
		{"learners", report.Filter{}, "learners", count, row, "/reports/learners?activity=a1"},
		{"nothing to open", report.Filter{}, "overdue", report.Value{Kind: report.CountKind}, row, ""},
		{"narrowed to learners otherwise", report.Filter{Did: report.DidActive}, "overdue", count, row, ""},
		{"seats of a purchase", report.Filter{}, "redeemed", count, report.Row{Purchase: "p1"}, "/reports/learners?purchase=p1"},
		{"a learner's figures stand on their card", report.Filter{}, "overdue", count, report.Row{Learner: "l1"}, ""},
	} {
		c := cells{rq: report.Request{Report: report.ActivitiesReport, Filter: tt.filter}, lists: "/reports"}
		if got := c.behind(false, report.Field{Key: tt.field, Kind: report.CountKind}, tt.value, tt.row); string(got) != tt.want {
			t.Errorf("%s leads to %q, want %q", tt.name, got, tt.want)
		}
	}
	grouped := cells{rq: report.Request{Report: report.DueReport, Group: "state", Columns: []string{"overdue"}, Filter: report.Filter{Team: "t"}}, lists: "/reports"}
	if got := grouped.behind(true, report.Field{Key: "state"}, report.Value{Kind: report.StateKind}, report.Row{Group: "overdue"}); got != "/reports/due?state=overdue&team=t" {
		t.Errorf("a group leads to %q", got)
	}
}
