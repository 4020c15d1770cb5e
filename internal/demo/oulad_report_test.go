package demo_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/naive"
	"github.com/ambit-lms/ambit/internal/demo/openuni"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/surface"
	"github.com/ambit-lms/ambit/internal/table"
)

// ofReports are the columns of every report that the files of a bundle say
// something of. Ids are Ambit's own, and instants are compared elsewhere.
var ofReports = map[report.Key][]string{
	report.LearnersReport:    {"learner", "email", "external_id", "purchases", "enrolled", "completed"},
	report.EnrollmentsReport: {"learner", "email", "external_id", "purchases", "activity", "kind", "state", "progress", "score", "enrolled_on", "started_on", "due_on", "days_late", "completed_on", "valid_until", "last_active_on", "minutes_spent"},
	report.ProgressReport:    append([]string{"external_id", "last_active_on"}, allFigures...),
	report.CompletionReport:  {"external_id", "enrolled", "completed", "completion_rate", "started_in_period", "completed_in_period", "participated", "last_active_on"},
	report.ActivitiesReport:  append([]string{"activity", "kind", "learners"}, allFigures...),
	report.ProgramsReport:    {"program", "activities", "learners", "enrolled", "not_started", "in_progress", "due_soon", "overdue", "failed", "completed", "expires_soon", "expired", "waived", "withdrawn", "completion_rate", "mean_progress"},
	report.DueReport:         {"external_id", "purchases", "activity", "state", "progress", "due_on", "days_late", "enrolled_on", "started_on", "last_active_on"},
	report.LicensesReport:    append([]string{"company", "product", "seats", "pending", "redeemed", "free", "ended", "redeem_by", "reporter", "learners"}, allFigures...),
}

var allFigures = []string{
	"enrolled", "not_started", "in_progress", "due_soon", "overdue", "failed", "completed", "expires_soon", "expired", "waived", "withdrawn", "started",
	"completion_rate", "mean_progress", "mean_score", "minutes_spent",
}

// sheetOneIn is of how many reporters one has every report read back from a
// spreadsheet, which takes longer than all the rest.
const sheetOneIn = 12

// everyReport compares every report with the files of the bundle: over all of
// a reporter's purchases and by each, on screen and as files.
func (c *comparison) everyReport(facts access.Facts, id string, purchases []string, nth int) {
	today := openuni.Today.String()
	each := []string{""}
	if len(purchases) > 1 { // of one purchase alone they are the same learners
		each = append(each, purchases...)
	}
	for key := range ofReports {
		for _, p := range each {
			asked := naive.Asked{Seen: purchases, Of: purchases, Day: today}
			rq := report.Request{Report: key, Columns: inOrder(key)}
			if p != "" {
				asked.Of, rq.Filter.Purchase = []string{p}, p
			}
			columns, rows := c.onScreen(facts, rq)
			want := c.school.Rows(string(key), asked)
			c.sameRows(id, rq, columns, rows, want)
			if p == "" {
				c.asFiles(facts, id, rq, columns, rows, nth%sheetOneIn == 0)
			}
		}
	}
}

// inOrder gives the columns in the report's own order.
func inOrder(key report.Key) (out []string) {
	rep, _ := report.Find(key)
	for _, f := range rep.Columns {
		if slices.Contains(ofReports[key], f.Key) {
			out = append(out, f.Key)
		}
	}
	return out
}

// onScreen reads all pages of a report.
func (c *comparison) onScreen(facts access.Facts, rq report.Request) ([]report.Field, []report.Row) {
	var rows []report.Row
	cursor := ""
	for {
		page, err := c.reports.Table(c.Context(), facts.For(access.ReportView, c.now), rq, 200, cursor)
		if err != nil {
			c.Fatalf("%+v: %v", rq, err)
		}
		rows = append(rows, page.Rows...)
		if cursor = page.NextCursor; cursor == "" {
			if len(rows) != page.Total {
				c.Errorf("%+v: %d rows on all pages, told %d", rq, len(rows), page.Total)
			}
			return page.Columns, rows
		}
	}
}

// sameRows compares rows whatever their order.
func (c *comparison) sameRows(id string, rq report.Request, columns []report.Field, rows []report.Row, want []naive.Row) {
	got := make([]string, len(rows))
	for i, r := range rows {
		cells := make([]string, len(columns))
		for n, f := range columns {
			cells[n] = f.Key + "=" + plain(f.Key, r.Values[n])
		}
		got[i] = strings.Join(cells, "|")
	}
	expected := make([]string, len(want))
	for i, r := range want {
		cells := make([]string, len(columns))
		for n, f := range columns {
			cells[n] = f.Key + "=" + r[f.Key]
		}
		expected[i] = strings.Join(cells, "|")
	}
	slices.Sort(got)
	slices.Sort(expected)
	c.seen["rows of "+string(rq.Report)] += len(rows)
	for i := range max(len(got), len(expected)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(expected) {
			w = expected[i]
		}
		if g != w {
			c.Errorf("%s, %s %s: row %d is\n%s, want\n%s", id, rq.Report, rq.Filter.Purchase, i+1, g, w)
			return
		}
	}
}

// plain writes a value the way a program would read it.
func plain(key string, v report.Value) string {
	switch {
	case v.IsEmpty():
		return ""
	case key == "purchases": // the files say nothing of which came first
		names := strings.Split(v.Text, "; ")
		slices.Sort(names)
		return strings.Join(names, "; ")
	}
	switch v.Kind {
	case report.TextKind, report.StatusKind, report.SortKind:
		return v.Text
	case report.PercentKind:
		return strconv.FormatFloat(float64(v.Number)/10, 'f', 1, 64)
	case report.PointsKind:
		return strconv.FormatFloat(float64(v.Number)/100, 'f', 2, 64)
	case report.DayKind:
		return v.Day().String()
	case report.StateKind:
		return v.State().String()
	case report.YesNoKind:
		return strconv.FormatBool(v.Number != 0)
	}
	return strconv.FormatInt(v.Number, 10)
}

// asFiles makes a report into files and holds them against the screen.
func (c *comparison) asFiles(facts access.Facts, id string, rq report.Request, columns []report.Field, rows []report.Row, sheet bool) {
	visitor := surface.Visitor{Realm: c.home.Realm, Account: c.account[id], Name: id, Organization: c.home.ID, Slug: c.home.Slug, Title: c.home.Name, Zone: "Europe/London"}
	formats := []table.Format{table.CSV, table.JSONLines}
	if sheet {
		formats = append(formats, table.XLSX)
	}
	for _, format := range formats {
		file, err := surface.MakeFile(c.Context(), c.subject(), visitor, facts, rq, format)
		if err != nil {
			c.Fatalf("%s, %s as %s: %v", id, rq.Report, format, err)
		}
		if where, got, want := file.Differs(columns, rows, day.ZoneOr("Europe/London")); where != "" {
			c.Errorf("%s, %s as %s, %s: %s, on screen %s", id, rq.Report, format, where, got, want)
		}
		c.seen[string(format)+" files"]++
	}
}

// subject is what is asked, for package surface.
func (c *comparison) subject() surface.Subject {
	return surface.Subject{
		Tables: c.db, Holdings: c.db, Reports: c.reports, Now: c.now,
		Runs: func(kept report.RunStore) *report.Runs {
			return report.NewRuns(c.reports, kept, c.words, report.RunSettings{AtOnce: 1 << 40}, func() time.Time { return c.now })
		},
	}
}

// everySurface lets package surface compare a few reporters and one of every
// other role with the rows of the database.
func (c *comparison) everySurface() {
	found, err := surface.Compare(c.Context(), c.subject(), surface.Limits{Sample: 2, Rows: 100, Pick: func(n int) int { return n / 2 }, Sheets: func() bool { return false }})
	if err != nil {
		c.Fatal(err)
	}
	for _, d := range found.Differences {
		c.Errorf("%s (%s), %s: got %s; the rows say %s", d.Account, d.Role, d.Surface, d.Got, d.Expected)
	}
	for _, line := range found.Roles {
		c.seen["surfaces of "+line.Role] += line.Surfaces
	}
	c.seen["people of package surface"] += found.Compared
}
