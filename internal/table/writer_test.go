package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "write the golden files")

// everything is a table with each kind of cell and the texts that spreadsheets get wrong.
func everything(t testing.TB) (Sheet, [][]Cell) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	sheet := Sheet{Name: "Learners: all/ended", Columns: []Column{
		{Name: "Name", Key: "name"},
		{Name: "Minutes", Key: "minutes"},
		{Name: "Score", Key: "score"},
		{Name: "Progress", Key: "progress"},
		{Name: "Due", Key: "due_on"},
		{Name: "Last active", Key: "last_active_at"},
		{Name: "Required", Key: "required"},
		{Name: "=1+1"},
	}}
	row := func(name string, minutes, score, progress int64, day int32, at time.Time, required bool, last Cell) []Cell {
		return []Cell{Text(name), Int(minutes), Decimal(score, 2), Percent(progress, 1), Day(day), Instant(at), Bool(required), last}
	}
	winter, summer := time.Date(2026, 1, 31, 23, 59, 59, 0, berlin), time.Date(2026, 7, 1, 12, 0, 0, 0, berlin)
	return sheet, [][]Cell{
		row("Ann", 5, 9950, 1000, 20454, winter, true, Text("plain")),
		row("=HYPERLINK(\"http://x\")", -5, -5, 0, -1, summer, false, Text("+49 30 1234")),
		row("Núñez; Łucja \"Lu\"", 0, 0, 455, 11016, winter.UTC(), true, Text("two\r\nlines, here")),
		row("'t Hooft", 1<<60, 1<<60, 1<<60, 1<<30, time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC), false, Text("'=already guarded")),
		row(" ＝SUM(A1)", 999999999999999, 7, 3, 0, summer, true, Text("_x0041_ & <b>")),
		row("محمد", 3, 100, 999, 61, winter, true, Text("00042")),
		{Empty(), Empty(), Empty(), Empty(), Empty(), Empty(), Empty(), Text("1e5")},
	}
}

func write(t testing.TB, w Writer, err error, rows [][]Cell) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range rows {
		if err := w.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func written(t testing.TB, format Format, sheet Sheet, rows [][]Cell) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(format, &out, sheet)
	write(t, w, err, rows)
	return out.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it):\n%s", name, got)
	}
}

func TestGoldenFiles(t *testing.T) {
	sheet, rows := everything(t)
	golden(t, "everything.csv", written(t, CSV, sheet, rows))
	golden(t, "everything.jsonl", written(t, JSONLines, sheet, rows))
	golden(t, "everything.xlsx.txt", dump(t, written(t, XLSX, sheet, rows)))
}

// dump spells out what a spreadsheet program finds in a file: type, stored value and number format.
func dump(t *testing.T, file []byte) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	for _, tab := range f.GetSheetList() {
		panes, err := f.GetPanes(tab)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "tab %q, frozen rows %d\n", tab, panes.YSplit)
		rows, err := f.GetRows(tab)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				stored, _ := f.GetCellValue(tab, at, excelize.Options{RawCellValue: true})
				kind, _ := f.GetCellType(tab, at)
				if formula, _ := f.GetCellFormula(tab, at); formula != "" {
					t.Errorf("%s is the formula %s", at, formula)
				}
				fmt.Fprintf(&out, "%s\t%d\t%q\t%s\n", at, kind, stored, numberFormat(t, f, tab, at))
			}
		}
	}
	return out.Bytes()
}

func numberFormat(t *testing.T, f *excelize.File, tab, at string) string {
	t.Helper()
	id, err := f.GetCellStyle(tab, at)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if style.CustomNumFmt != nil {
		return *style.CustomNumFmt
	}
	return fmt.Sprint(style.NumFmt)
}

func TestJSONLinesAreJSON(t *testing.T) {
	sheet, rows := everything(t)
	for i, line := range strings.Split(strings.TrimSpace(string(written(t, JSONLines, sheet, rows))), "\n") {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil || len(object) != len(sheet.Columns) {
			t.Errorf("line %d: %v, %d members, want %d: %s", i+1, err, len(object), len(sheet.Columns), line)
		}
	}
	if _, err := NewWriter(JSONLines, &bytes.Buffer{}, Sheet{Columns: []Column{{Name: "a"}, {Name: "b", Key: "a"}}}); err == nil {
		t.Error("two columns of one key are accepted")
	}
}

// Another reader than ours must find the same cells in our files.
func TestCSVIsReadByOthers(t *testing.T) {
	sheet, rows := everything(t)
	file := bytes.TrimPrefix(written(t, CSV, sheet, rows), []byte(byteOrderMark))
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Name", "Ann", "'=HYPERLINK(\"http://x\")", "Núñez; Łucja \"Lu\"", "'t Hooft", "' ＝SUM(A1)", "محمد", ""} {
		if got := records[i][0]; got != want {
			t.Errorf("row %d begins with %q, want %q", i, got, want)
		}
	}
	if got := records[0][7]; got != "'=1+1" {
		t.Errorf("a header that is a formula is written as %q", got)
	}
	if got := records[2][1]; got != "-5" {
		t.Errorf("the number -5 is written as %q", got)
	}
}

func TestSpreadsheetContinuesOnFurtherSheets(t *testing.T) {
	var out bytes.Buffer
	w, err := newXLSX(&out, Sheet{Name: "Long", Columns: []Column{{Name: "n"}}, RightToLeft: true}, 301)
	var rows [][]Cell
	for n := range 700 {
		rows = append(rows, []Cell{Int(int64(n))})
	}
	write(t, w, err, rows)
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, tab := range []string{"Long", "Long 2", "Long 3"} {
		got, err := f.GetRows(tab)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(301, 701-300*i); len(got) != want || got[0][0] != "n" || got[1][0] != fmt.Sprint(300*i) {
			t.Errorf("%s: %d rows from %v, want %d from %d", tab, len(got), got[1], want, 300*i)
		}
		if view, err := f.GetSheetView(tab, 0); err != nil || view.RightToLeft == nil || !*view.RightToLeft {
			t.Errorf("%s does not run from right to left: %v", tab, err)
		}
	}
}

func TestSheetNamesAreAccepted(t *testing.T) {
	for _, tt := range []struct {
		name string
		tab  int
		want string
	}{
		{"", 0, "Table"},
		{"a/b:c", 1, "a b c 2"},
		{strings.Repeat("x", 40), 0, strings.Repeat("x", 31)},
		{strings.Repeat("x", 40), 11, strings.Repeat("x", 28) + " 12"},
		{strings.Repeat("😀", 20), 0, strings.Repeat("😀", 15)},
		{"'quoted'", 0, "quoted"},
	} {
		if got := tabName(tt.name, tt.tab); got != tt.want {
			t.Errorf("tabName(%q, %d) = %q, want %q", tt.name, tt.tab, got, tt.want)
		}
	}
}

func TestLongTextIsVisiblyCut(t *testing.T) {
	got := fit(strings.Repeat("ä", cellUnits+5))
	if want := strings.Repeat("ä", cellUnits-1) + "…"; got != want {
		t.Errorf("fit() keeps %d bytes and ends with %q", len(got), got[len(got)-3:])
	}
	if whole := strings.Repeat("ä", cellUnits); fit(whole) != whole {
		t.Error("a text that fits is cut")
	}
}

type full struct{}

var errFull = errors.New("disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWritersTellFailures(t *testing.T) {
	for _, format := range []Format{CSV, XLSX, JSONLines} {
		t.Run(string(format), func(t *testing.T) {
			w, err := NewWriter(format, full{}, Sheet{Columns: []Column{{Name: "a"}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Row(Int(1), Int(2)); err == nil {
				t.Error("a row that is too long is accepted")
			}
			if err := w.Row(Int(1)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); !errors.Is(err, errFull) {
				t.Errorf("Close() = %v, want %v", err, errFull)
			}
		})
	}
	if _, err := NewWriter(CSV, full{}, Sheet{}); err == nil {
		t.Error("a table without columns is accepted")
	}
	if _, err := NewWriter("pdf", full{}, Sheet{Columns: []Column{{Name: "a"}}}); err == nil {
		t.Error("an unknown format is accepted")
	}
}

func TestParseFormat(t *testing.T) {
	for _, f := range []Format{CSV, XLSX, JSONLines} {
		if got, ok := ParseFormat(string(f)); !ok || got != f || f.MediaType() == "application/octet-stream" {
			t.Errorf("ParseFormat(%q) = %q, %v with media type %s", f, got, ok, f.MediaType())
		}
	}
	if f, ok := ParseFormat("exe"); ok || f.MediaType() != "application/octet-stream" {
		t.Error("exe is a format")
	}
}
