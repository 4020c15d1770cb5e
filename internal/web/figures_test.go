package web

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

func englishPage(t *testing.T) Page {
	t.Helper()
	catalogue, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	return framed(samplePage(catalogue, nil, language.English, ""), "", "")
}

// TestOverviewFigures holds each figure, and the list that has the same number.
func TestOverviewFigures(t *testing.T) {
	p := englishPage(t)
	o := sampleSums(report.Months, 12)
	r := httptest.NewRequest("GET", "/o/northwind/reports", nil)
	r.SetPathValue("organization", "northwind")
	to := listsOf(r, report.Filter{Purchase: "p1", Location: "oslo", Period: report.Period{From: 100, To: 129}})
	const kept = "?from=1970-04-11&location=oslo&purchase=p1&to=1970-05-10"
	for i, tt := range []struct{ id, value, note, list string }{
		{"learners", "1,284", "", "/o/northwind/reports/learners" + kept},
		{"invited", "14", "seats of 7 purchases", "/o/northwind/users/invited?purchase=p1"},
		{"redeemed", "212", "the access of 9 has ended", "/o/northwind/reports/licenses?purchase=p1"},
		{"started", "2,573", "of 2,620 enrollments", "/o/northwind/reports/enrollments?did=started&" + kept[1:]},
		{"completed", "2,171", "of 2,620 enrollments", "/o/northwind/reports/enrollments?did=completed&" + kept[1:]},
		{"rate", "82.9%", "2,171 of 2,620", "/o/northwind/reports/enrollments?did=counted&" + kept[1:]},
		{"progress", "89%", "over 2,620 enrollments", "/o/northwind/reports/enrollments?did=counted&" + kept[1:]},
		{"score", "87", "of 100 points", "/o/northwind/reports/enrollments?did=scored&" + kept[1:]},
		{"time", "3,630 h", "2 h 49 min per learner", "/o/northwind/reports/enrollments?did=counted&" + kept[1:]},
		{"participation", "68.3%", "877 of 1,284", "/o/northwind/reports/learners?did=active&" + kept[1:]},
		{"overdue", "47", "of 2,620 enrollments", "/o/northwind/reports/enrollments?" + kept[1:strings.Index(kept, "&to")] + "&state=overdue" + kept[strings.Index(kept, "&to"):]},
	} {
		f := p.overviewFigures(o, to, true)[i]
		if f.ID != tt.id || f.Value != tt.value || f.Note != tt.note || string(f.To) != tt.list || f.About == "" {
			t.Errorf("%s: %q, %q, %q, %s\nwant %q, %q, %s", tt.id, f.ID, f.Value, f.Note, f.To, tt.value, tt.note, tt.list)
		}
	}
}

// TestFiguresOfNobody: what cannot be made of anything is a dash, not a zero,
// and seats appear only for those who see purchases.
func TestFiguresOfNobody(t *testing.T) {
	p := englishPage(t)
	for _, f := range p.overviewFigures(report.Overview{}, lists{slug: "n"}, false) {
		want, known := map[string]string{"learners": "0", "started": "0", "completed": "0", "rate": "–", "progress": "–", "score": "–", "time": "0 min", "participation": "–", "overdue": "0"}[f.ID]
		if !known || f.Value != want {
			t.Errorf("%s is %q, want %q", f.ID, f.Value, want)
		}
	}
}

func TestDashboardTrend(t *testing.T) {
	p := englishPage(t)
	for _, tt := range []struct {
		now, before int
		want        string
		up          bool
	}{
		{241, 229, "+12", true}, {3, 1203, "\u22121,200", false}, {7, 7, "", false},
	} {
		list := p.dashboardFigures(report.Overview{Finished: tt.now, FinishedBefore: tt.before, Today: report.Organization{Windows: transcript.DefaultWindows}}, lists{slug: "n"})
		got := list[len(list)-1]
		switch {
		case tt.want == "" && got.Trend == nil:
		case got.Trend == nil || got.Trend.Text != tt.want || got.Trend.Up != tt.up:
			t.Errorf("%d after %d: %+v", tt.now, tt.before, got.Trend)
		}
		for _, f := range list[:len(list)-1] {
			if f.Trend != nil {
				t.Errorf("%s tells a change that nobody knows", f.ID)
			}
		}
	}
}

// TestPlaces tells how many learners are in none of the places that are shown.
func TestPlaces(t *testing.T) {
	p := englishPage(t)
	place := func(id string, learners int) report.LocationFigure {
		return report.LocationFigure{Named: report.Named{ID: id, Name: id}, Learners: learners, Work: sampleSum(learners, 0, 0, 0)}
	}
	for _, tt := range []struct {
		learners int
		places   []report.LocationFigure
		want     string
	}{
		{9, nil, ""},
		{16, []report.LocationFigure{place("no", 9), place("de", 7)}, "no 9 /o/n/reports/progress?location=no, de 7 /o/n/reports/progress?location=de"},
		{11, []report.LocationFigure{place("no", 9)}, "no 9 /o/n/reports/progress?location=no, Elsewhere 2 "},
	} {
		var out []string
		for _, r := range p.places(report.Overview{Learners: tt.learners, Places: tt.places}, lists{slug: "n"}) {
			out = append(out, r.Name+" "+p.Number(r.Learners)+" "+string(r.To))
		}
		if got := strings.Join(out, ", "); got != tt.want {
			t.Errorf("%d learners: %s, want %s", tt.learners, got, tt.want)
		}
	}
}

func TestSumsFilter(t *testing.T) {
	const today = day.Day(20_000)
	for _, tt := range []struct {
		query string
		want  report.Filter
	}{
		{"", report.Filter{}},
		{"q=+ana+&purchase=p&team=t&location=l&organization=o", report.Filter{Query: "ana", Purchase: "p", Team: "t", Location: "l", Organization: "o"}},
		{"state=overdue&seat=ended&activity=a&did=started", report.Filter{}}, // of lists, not of sums
		{"to=1970-05-10", report.Filter{Period: report.Period{From: 100, To: 129}}},
		{"from=1970-04-11", report.Filter{Period: report.Period{From: 100, To: today}}},
	} {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := sumsFilter(query, today); err != nil || got != tt.want {
			t.Errorf("%q: %+v, %v", tt.query, got, err)
		}
	}
	if _, err := sumsFilter(url.Values{"from": {"yesterday"}}, today); err == nil {
		t.Error("yesterday is no day")
	}
}

// TestStepsChart names months on the axis where they begin.
func TestStepsChart(t *testing.T) {
	p := englishPage(t)
	first := day.Date(2025, 10, 20)
	var series []report.StepFigure
	for i := range 5 {
		series = append(series, report.StepFigure{From: first.Add(7 * i), To: first.Add(7*i + 6), Begun: i, Finished: 10 * i, Erased: i / 4})
	}
	c := p.stepsChart(series, report.Weeks)
	var labels, notes []string
	for _, s := range c.Steps {
		labels, notes = append(labels, s.Label), append(notes, s.Note)
	}
	if got := strings.Join(labels, "|"); got != "||Nov||" {
		t.Errorf("labels %s", got)
	}
	if strings.Join(notes, "") != "1" || c.Notes == "" || !strings.HasPrefix(c.About, "100 completions") {
		t.Errorf("notes %q under %q: %s", notes, c.Notes, c.About)
	}
}
