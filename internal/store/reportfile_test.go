package store_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

var update = flag.Bool("update", false, "write the golden files")

// fileWorld adds to the world what files can get wrong: a name that is a
// formula, dates, scores, every kind of value.
func (w *world) fileWorld(t *testing.T) {
	t.Helper()
	w.db.Write(t, `update account set name = '=HYPERLINK("http://x")', name_folded = '=hyperlink' where account_id = 'ben'`)
	w.db.Write(t, `update account set last_seen_at = $1, created_at = $2 where account_id = 'ann'`, w.now().Add(-90*time.Minute).UnixMicro(), w.now().Add(-99*24*time.Hour).UnixMicro())
	w.db.Write(t, `insert into location (realm_id, location_id, organization_id, path, name, name_folded, created_at) values (1, 'house', 'north', 'o000001l000003', '-Haus; "A"', 'haus', 0)`)
	w.db.Write(t, `insert into location_place (realm_id, location_id, from_at) values (1, 'house', 0)`)
	w.db.Write(t, `update realm set nodes = 3`)
	w.db.Write(t, `update account set location_id = 'house', home = 'o000001l000003' where account_id in ('ann', 'ben')`)
	w.db.Write(t, `update account_home set location_id = 'house' where account_id in ('ann', 'ben')`)
	for _, e := range []struct {
		who              access.AccountID
		activity         int
		progress, score  int
		started, minutes int // days ago
		completed        any
	}{{"ann", 1, 100, 8750, 20, 95, w.now().Add(-5 * 24 * time.Hour).UnixMicro()}, {"ann", 2, 45, 5, 3, 12, nil}, {"ben", 1, 7, 10000, 2, 3, nil}} {
		w.db.Write(t, `update enrollment set progress = $1, score = $2, started_at = $3, last_active_at = $3, minutes_spent = $4, completed_at = $5, due_on = $6 where activity = $7 and learner = $8`,
			e.progress, e.score, w.now().Add(-time.Duration(e.started)*24*time.Hour).UnixMicro(), e.minutes, e.completed, int64(day.Of(w.now(), w.berlin))+int64(e.activity*3-5), e.activity, int64(w.learners[e.who]))
	}
	w.pack(t, "ann", "ben")
}

// TestFilesOfEveryReport writes every report in every format, and some in every
// language, and holds them to golden files, and the formats to each other, cell by cell.
func TestFilesOfEveryReport(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "ann")
		w.fileWorld(t)
		runs := w.runs(t, report.RunSettings{}, nil)
		var golden bytes.Buffer
		for _, locale := range []string{"en", "de", "ar"} {
			w.db.Write(t, `update account set locale = $1 where account_id in ('master', 'ann')`, locale)
			for _, rep := range report.Catalogue() {
				if locale != "en" && !slices.Contains([]report.Key{report.LearnersReport, report.EnrollmentsReport, report.LicensesReport, report.MatrixReport}, rep.Key) {
					continue // what differs by language stands in these
				}
				rq := report.Request{Report: rep.Key}
				for _, c := range rep.Columns {
					if !strings.HasSuffix(c.Key, "_id") || c.Key == "external_id" {
						rq.Columns = append(rq.Columns, c.Key)
					}
				}
				if rep.Key == report.EnrollmentsReport || rep.Key == report.MatrixReport {
					rq.Filter = report.Filter{Purchase: "acme"}
				}
				who := access.AccountID("master")
				if rep.Key == report.OwnReport {
					who = "ann"
				}
				var files [3]string
				for i, format := range []table.Format{table.CSV, table.XLSX, table.JSONLines} {
					run := w.start(t, runs, who, rq, format)
					if run.State != report.RunDone {
						t.Fatalf("%s as %s: %+v", rep.Key, format, run)
					}
					var err error
					if files[i], err = w.fetch(t, runs, who, run.ID); err != nil {
						t.Fatal(err)
					}
				}
				book := openBook(t, files[1])
				fmt.Fprintf(&golden, "== %s in %s\n%s-- spreadsheet\n%s", rep.Key, locale, strings.ReplaceAll(files[0], "\r\n", "\n"), book.spelled(t))
				if locale == "en" {
					fmt.Fprintf(&golden, "-- lines\n%s", files[2])
				}
				sameCells(t, string(rep.Key)+" in "+locale, files[0], book, files[2])
			}
		}
		path := filepath.Join("testdata", "files.txt")
		if *update {
			if err := os.WriteFile(path, golden.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := firstLineApart(golden.String(), string(want)); diff != "" {
			t.Errorf("testdata/files.txt differs (go test -update writes it): %s", diff)
		}
	})
}

func firstLineApart(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %q\nwant %q", i+1, g[min(i, len(g)-1)], w[min(i, len(w)-1)])
		}
	}
	return ""
}

// book is a spreadsheet as a spreadsheet program reads it.
type book struct {
	file *excelize.File
	tabs []string
}

func openBook(t *testing.T, raw string) book {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return book{f, f.GetSheetList()}
}

// spelled tells what stands in the sheets beside the table, with the colours of cells; the
// run's number differs each time and is left out.
func (b book) spelled(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for i, tab := range b.tabs {
		view, err := b.file.GetSheetView(tab, 0)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "tab %q, right to left %t\n", tab, view.RightToLeft != nil && *view.RightToLeft)
		if i == 0 {
			continue // its cells are held against the other formats
		}
		rows, err := b.file.GetRows(tab)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			style, err := b.file.GetCellStyle(tab, "A"+strconv.Itoa(y+1))
			if err != nil {
				t.Fatal(err)
			}
			of, err := b.file.GetStyle(style)
			if err != nil {
				t.Fatal(err)
			}
			if len(row) == 2 && len(row[1]) == 26 && !strings.ContainsRune(row[1], ' ') {
				row[1] = "(its number)"
			}
			fmt.Fprintf(&out, "%s %v\n", strings.Join(row, " | "), of.Fill.Color)
		}
	}
	return out.String()
}

// sameCells holds the rows of the three formats against each other: what is a
// percentage, a day or an instant in one is the same in the others.
func sameCells(t *testing.T, name, asCSV string, b book, asLines string) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(asCSV, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := b.file.GetRows(b.tabs[0])
	if err != nil {
		t.Fatal(err)
	}
	objects := strings.Split(strings.TrimSpace(asLines), "\n")
	if asLines == "" {
		objects = nil
	}
	if len(lines) != len(rows) || len(lines) != len(objects)+1 || len(lines) < 2 {
		t.Fatalf("%s: %d rows, %d, and %d", name, len(lines)-1, len(rows)-1, len(objects))
	}
	for y, line := range lines {
		var values []any
		if y > 0 {
			values = ordered(t, objects[y-1])
		}
		for x, text := range line {
			text = table.Unguard(text)
			sheet := ""
			if x < len(rows[y]) {
				sheet = rows[y][x]
			}
			if at, ok := strings.CutSuffix(sheet, " +00:00"); ok {
				sheet = at // how this library shows any offset
			}
			if strings.TrimSuffix(sheet, "%") != strings.TrimSuffix(spaced(text), "%") {
				t.Errorf("%s, row %d, column %d: CSV %q, spreadsheet %q", name, y, x, text, sheet)
			}
			if y > 0 && !sameValue(values[x], strings.TrimSuffix(text, "%"), lines[0][x]) {
				t.Errorf("%s, row %d, column %d: CSV %q, JSON %v", name, y, x, text, values[x])
			}
		}
	}
}

// spaced writes an instant as the spreadsheet shows it, without the offset from
// UTC, which is part of the number's format (see package table).
func spaced(text string) string {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.Format(time.DateTime)
	}
	return text
}

// ordered reads the values of a JSON object in their order.
func ordered(t *testing.T, line string) []any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	var out []any
	for i := 0; ; i++ {
		token, err := d.Token()
		if err != nil {
			return out
		}
		if _, brace := token.(json.Delim); !brace && i%2 == 0 {
			out = append(out, token)
		}
	}
}

// sameValue tells whether a JSON value is what a CSV field says; codes and
// yes or no are words there.
func sameValue(v any, text, _ string) bool {
	switch v := v.(type) {
	case nil:
		return text == ""
	case json.Number:
		return v.String() == text
	case bool:
		return text != ""
	case string:
		return v == text || codes[v] && text != "" && text != v
	}
	return false
}

var codes = map[string]bool{
	"active": true, "suspended": true, "course": true, "not_enrolled": true, "not_started": true, "in_progress": true, "due_soon": true, "overdue": true,
	"failed": true, "completed": true, "expires_soon": true, "expired": true, "waived": true, "withdrawn": true,
}
