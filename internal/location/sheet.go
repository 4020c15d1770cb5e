package location

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/table"
)

// MostLines is the longest file of locations that is taken at once.
const MostLines = 50_000

// Line is a location as a file names it.
type Line struct {
	No     int    `json:"no"` // where it stands in the file
	ID     string `json:"id"` // external id, or Ambit's of one without
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"` // an id likewise; empty: at the top
	Type   string `json:"type,omitempty"`   // by name
}

// Sheet is a file of locations. A column that the file has not is not said
// anything about: what there is keeps its parent and its type.
type Sheet struct {
	Lines   []Line `json:"lines"`
	Parents bool   `json:"parents"` // there is a column of parents
	Types   bool   `json:"types"`   // and one of types
}

// Columns are what an export of locations holds and an import reads, in this order.
func Columns() []string { return []string{"id", "parent_id", "name", "type"} }

// calledAlso are names by which other programs head the same columns.
var calledAlso = map[string][]string{
	"id":        {"id", "external_id"},
	"parent_id": {"parent_id", "parent", "parent_external_id"},
	"name":      {"name"},
	"type":      {"type", "level"},
}

// Why a file cannot be read at all.
var (
	errNoTable   = fault.Field("file", "This file cannot be read as a table. Save it as CSV, with the names of the columns in the first line.")
	errNoColumns = fault.Field("file", "The first line must name the columns id and name; parent_id and type are understood besides.")
	errNoLines   = fault.Field("file", "There are no locations in this file.")
	errTooMany   = fault.Field("file", "Use at most 50,000 locations at a time.")
	errNoLine    = fault.Field("file", "Line {1} of the file cannot be read. It should have as many cells as there are columns.")
)

// ReadSheet reads a file of locations. What is wrong with single lines is told
// by the plan.
func ReadSheet(raw []byte) (Sheet, error) {
	rows, err := table.NewReader(bytes.NewReader(raw), table.Options{})
	if err != nil {
		return Sheet{}, errNoTable
	}
	at := map[string]int{}
	for column, names := range calledAlso {
		at[column] = -1
		for _, name := range names {
			if at[column] < 0 {
				at[column] = rows.Index(name)
			}
		}
	}
	if at["id"] < 0 || at["name"] < 0 {
		return Sheet{}, errNoColumns
	}
	sheet := Sheet{Parents: at["parent_id"] >= 0, Types: at["type"] >= 0}
	for {
		row, err := rows.Next()
		var wrong *table.Error
		switch {
		case errors.Is(err, io.EOF) && len(sheet.Lines) == 0:
			return Sheet{}, errNoLines
		case errors.Is(err, io.EOF):
			return sheet, nil
		case errors.As(err, &wrong):
			return Sheet{}, errNoLine.With(wrong.Line)
		case err != nil:
			return Sheet{}, errNoTable
		case len(sheet.Lines) == MostLines:
			return Sheet{}, errTooMany
		}
		cell := func(column string) string { return strings.TrimSpace(row.At(at[column])) }
		sheet.Lines = append(sheet.Lines, Line{No: row.Line, ID: cell("id"), Name: cell("name"), Parent: cell("parent_id"), Type: cell("type")})
	}
}
