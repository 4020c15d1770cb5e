// Package table reads and writes tables as files: CSV in and out, XLSX and JSON lines out. It is the only place that
// knows how a spreadsheet program can be misled, and guards against it. It knows nothing of learners or reports.
package table

import (
	"errors"
	"fmt"
	"io"
)

// Format is a kind of file that a table can be written as.
type Format string

// The formats; their values are also the file name extensions.
const (
	CSV       Format = "csv"
	XLSX      Format = "xlsx"
	JSONLines Format = "jsonl"
)

// MediaType is what the Content-Type of a download says.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSONLines:
		return "application/jsonl; charset=utf-8"
	}
	return "application/octet-stream"
}

// ParseFormat recognizes a format by its name.
func ParseFormat(name string) (Format, bool) {
	switch f := Format(name); f {
	case CSV, XLSX, JSONLines:
		return f, true
	}
	return "", false
}

// Column is one column of a table to be written.
type Column struct {
	Name string // what people read at the top
	Key  string // the name in JSON lines; the same as Name when empty
}

// Sheet describes the table to be written.
type Sheet struct {
	Name        string // the tab in a spreadsheet
	Columns     []Column
	RightToLeft bool // the first column stands at the right, as readers of Arabic or Hebrew expect
	// Tabs are further sheets of a spreadsheet, asked for after the last row; other formats have none.
	Tabs func() []Tab
}

// Tab is a small sheet beside the table, such as one that says what the file is.
type Tab struct {
	Name string
	Rows [][]Cell
}

// Writer takes a table row by row. The file is whole only after Close has returned without an error.
type Writer interface {
	// Row writes one row, with a cell for each column.
	Row(cells ...Cell) error
	// Close finishes the file. It does not close what the file is written to.
	Close() error
}

// NewWriter begins a file of the given format.
func NewWriter(format Format, to io.Writer, sheet Sheet) (Writer, error) {
	if len(sheet.Columns) == 0 {
		return nil, errors.New("table: a sheet needs at least one column")
	}
	switch format {
	case CSV:
		return newCSV(to, sheet)
	case XLSX:
		return newXLSX(to, sheet, sheetRows)
	case JSONLines:
		return newJSONLines(to, sheet)
	}
	return nil, fmt.Errorf("table: unknown format %q", string(format))
}

func checkWidth(cells, columns int) error {
	if cells != columns {
		return fmt.Errorf("table: a row of %d cells in a table of %d columns", cells, columns)
	}
	return nil
}
