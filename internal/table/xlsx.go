package table

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// What a sheet can hold, by the file format's own definition.
const (
	sheetRows    = 1_048_576
	sheetColumns = 16_384
	cellUnits    = 32_767 // UTF-16 units of text
)

// measured is how many rows are looked at to choose the widths of the columns.
const measured = 200

// xlsxWriter writes through excelize's stream, which keeps big sheets in temporary files. Cells are typed: texts stay
// texts, days and instants are real dates, percentages real percentages. An instant shows its offset from UTC, which
// a spreadsheet's dates cannot carry. What a spreadsheet cannot hold exactly as a number is written as text.
type xlsxWriter struct {
	to     io.Writer
	sheet  Sheet
	rows   int // a sheet holds, the header included
	file   *excelize.File
	stream *excelize.StreamWriter
	styles map[string]int
	head   [][]Cell // the first rows, until the widths are chosen
	row    int      // last one written in the current sheet
	tabs   int
	values []any           // of a row
	made   []excelize.Cell // that they point to
	err    error
}

func newXLSX(to io.Writer, sheet Sheet, rows int) (*xlsxWriter, error) {
	if len(sheet.Columns) > sheetColumns {
		return nil, fmt.Errorf("table: a spreadsheet has at most %d columns", sheetColumns)
	}
	w := &xlsxWriter{to: to, sheet: sheet, rows: rows, file: excelize.NewFile(), styles: map[string]int{}}
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newZip(to) })
	return w, nil
}

// newZip packs a workbook straight into where it goes, instead of the memory
// that excelize offers for the whole of it. It packs quickly rather than well.
func newZip(to io.Writer) *zip.Writer {
	z := zip.NewWriter(to)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return z
}

func (w *xlsxWriter) Row(cells ...Cell) error {
	if err := checkWidth(len(cells), len(w.sheet.Columns)); err != nil {
		return err
	}
	if w.err == nil && w.stream == nil {
		w.head = append(w.head, append([]Cell(nil), cells...))
		if len(w.head) < measured {
			return nil
		}
		w.writeHead()
		return w.err
	}
	w.write(cells)
	return w.err
}

// Close writes the file and removes the temporary ones.
func (w *xlsxWriter) Close() error {
	if w.err == nil && w.stream == nil {
		w.writeHead()
	}
	if w.err == nil {
		w.err = w.stream.Flush()
	}
	if w.err == nil && w.sheet.Tabs != nil {
		for _, tab := range w.sheet.Tabs() {
			w.addTab(tab)
		}
	}
	if w.err == nil {
		w.err = w.file.Write(io.Discard) // all of it goes through newZip
	}
	return errors.Join(w.err, w.file.Close())
}

func (w *xlsxWriter) writeHead() {
	w.nextSheet()
	for _, cells := range w.head {
		w.write(cells)
	}
}

func (w *xlsxWriter) write(cells []Cell) {
	if w.err == nil && w.row == w.rows {
		if w.err = w.stream.Flush(); w.err == nil {
			w.nextSheet()
		}
	}
	w.put(w.filled(cells))
}

func (w *xlsxWriter) put(values []any) {
	if w.err == nil {
		w.row++
		w.err = w.stream.SetRow("A"+strconv.Itoa(w.row), values)
	}
}

// nextSheet begins a sheet with its header, which stays in sight.
func (w *xlsxWriter) nextSheet() {
	name := tabName(w.sheet.Name, w.tabs)
	if w.tabs == 0 {
		w.err = w.file.SetSheetName("Sheet1", name)
	} else {
		_, w.err = w.file.NewSheet(name)
	}
	w.tabs++
	w.row = 0
	if w.err == nil && w.sheet.RightToLeft {
		w.err = w.file.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &w.sheet.RightToLeft})
	}
	if w.err == nil {
		w.stream, w.err = w.file.NewStreamWriter(name)
	}
	// Backwards, because excelize puts each column in front of those before, and Excel wants them in order.
	for i, width := range slices.Backward(w.widths()) {
		if w.err == nil {
			w.err = w.stream.SetColWidth(i+1, i+1, width)
		}
	}
	if w.err == nil {
		w.err = w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	header := w.style("header", &excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49})
	values := make([]any, len(w.sheet.Columns))
	for i, c := range w.sheet.Columns {
		values[i] = excelize.Cell{StyleID: header, Value: fit(c.Name)}
	}
	w.put(values)
}

// addTab writes a small sheet beside the table; its first column is a heading.
func (w *xlsxWriter) addTab(tab Tab) {
	name := w.freeName(tab.Name)
	if w.err == nil {
		_, w.err = w.file.NewSheet(name)
	}
	if w.err == nil && w.sheet.RightToLeft {
		w.err = w.file.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &w.sheet.RightToLeft})
	}
	if w.err == nil {
		w.stream, w.err = w.file.NewStreamWriter(name)
	}
	if w.err == nil {
		w.err = w.stream.SetColWidth(1, 2, 40)
	}
	w.row = 0
	for _, cells := range tab.Rows {
		w.put(w.filled(cells))
	}
	if w.err == nil {
		w.err = w.stream.Flush()
	}
}

// freeName is a tab's name that no sheet has yet.
func (w *xlsxWriter) freeName(name string) string {
	free := tabName(name, 0)
	for n := 1; w.err == nil; n++ {
		at, err := w.file.GetSheetIndex(free)
		if w.err = err; at < 0 {
			break
		}
		free = tabName(name, n)
	}
	return free
}

// widths gives each column room for what its first rows hold, within reason.
func (w *xlsxWriter) widths() []float64 {
	widths := make([]float64, len(w.sheet.Columns))
	for i, c := range w.sheet.Columns {
		longest := utf8.RuneCountInString(c.Name)
		for _, row := range w.head {
			switch c := row[i]; c.kind {
			case kindText:
				longest = max(longest, utf8.RuneCountInString(c.text))
			default:
				longest = max(longest, len(c.appendPlain(nil)))
			}
		}
		widths[i] = float64(min(max(longest+2, 8), 60))
	}
	return widths
}

// style returns the number of a style, making it on first use.
func (w *xlsxWriter) style(name string, style *excelize.Style) int {
	id, ok := w.styles[name]
	if !ok && w.err == nil {
		id, w.err = w.file.NewStyle(style)
		w.styles[name] = id
	}
	return id
}

func (w *xlsxWriter) numberStyle(format string) int {
	if id, ok := w.styles[format]; ok {
		return id
	}
	return w.style(format, &excelize.Style{CustomNumFmt: &format})
}

// tabName is a name that spreadsheet programs accept, numbered from the second sheet on.
func tabName(name string, tab int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, " "))
	name = strings.TrimSpace(name)
	if name == "" {
		name = "Table"
	}
	number := ""
	if tab > 0 {
		number = " " + strconv.Itoa(tab+1)
	}
	return strings.TrimSpace(cut(name, excelize.MaxSheetNameLength-len(number))) + number
}

// fit shortens a text to what a cell can hold, and shows that it did.
func fit(s string) string {
	if len(s) <= cellUnits || cut(s, cellUnits) == s {
		return s
	}
	return cut(s, cellUnits-1) + "…"
}

// cut keeps at most so many UTF-16 units of a text, in which spreadsheets count.
func cut(s string, units int) string {
	for i, r := range s {
		if units -= utf16.RuneLen(r); units < 0 {
			return s[:i]
		}
	}
	return s
}
