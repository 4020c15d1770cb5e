package table

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestTabsStandBesideTheTable: further sheets come after all of the table's
// own, under names of theirs, and only in spreadsheets.
func TestTabsStandBesideTheTable(t *testing.T) {
	sheet := Sheet{Name: "About", Columns: []Column{{Name: "State", Key: "state"}}, RightToLeft: true, Tabs: func() []Tab {
		return []Tab{{Name: "About", Rows: [][]Cell{{Text("=1+1"), Int(7)}}}, {Name: "Legend", Rows: [][]Cell{{Text("done").On(Green)}, {Text("late").On(Red)}, {Text("odd").On(fills)}}}}
	}}
	rows := [][]Cell{{Text("done").On(Green)}, {Text("late").On(Red)}, {Text("none")}}
	if got := string(written(t, CSV, sheet, rows)); strings.Contains(got, "Legend") || got != "\ufeffState\r\ndone\r\nlate\r\nnone\r\n" {
		t.Errorf("CSV %q", got)
	}
	var out bytes.Buffer
	w, err := newXLSX(&out, sheet, 3) // a header and two rows on a sheet
	write(t, w, err, rows)
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), "|"); got != "About|About 2|About 3|Legend" {
		t.Errorf("sheets %s", got)
	}
	for _, tt := range []struct{ tab, cell, value, fill string }{
		{"About", "A2", "done", "E6F6EC"},
		{"About", "A3", "late", "FDEAEA"},
		{"About 2", "A2", "none", ""},
		{"About 3", "A1", "=1+1", ""},
		{"About 3", "B1", "7", ""},
		{"Legend", "A1", "done", "E6F6EC"},
		{"Legend", "A2", "late", "FDEAEA"},
		{"Legend", "A3", "odd", ""},
	} {
		value, err := f.GetCellValue(tt.tab, tt.cell)
		if err != nil {
			t.Fatal(err)
		}
		id, err := f.GetCellStyle(tt.tab, tt.cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if fill := strings.Join(style.Fill.Color, ""); value != tt.value || fill != tt.fill {
			t.Errorf("%s %s: %q on %q, want %q on %q", tt.tab, tt.cell, value, fill, tt.value, tt.fill)
		}
	}
	for _, tab := range f.GetSheetList() {
		view, err := f.GetSheetView(tab, 0)
		if err != nil || view.RightToLeft == nil || !*view.RightToLeft {
			t.Errorf("%s does not stand from right to left: %v", tab, err)
		}
	}
}
