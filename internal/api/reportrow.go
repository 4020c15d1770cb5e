package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// row is one row of a report: an object with the keys of the columns.
type row struct {
	columns []report.Field
	values  []report.Value
}

// MarshalJSON writes the values in the order of the columns.
func (r row) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range r.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(plainValue(r.values[i]))
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Key, err)
		}
		fmt.Fprintf(&b, "%q:%s", c.Key, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainValue is a value as JSON has it: the same as in a file of JSON lines.
func plainValue(v report.Value) any {
	switch v.Kind {
	case report.NoValue:
		return nil
	case report.CountKind, report.MinutesKind, report.DaysKind:
		return v.Number
	case report.PercentKind:
		return math.Round(float64(v.Number)) / 10
	case report.PointsKind:
		return math.Round(float64(v.Number)) / 100
	case report.DayKind:
		return v.Day().String()
	case report.InstantKind:
		return v.Instant().Format(time.RFC3339)
	case report.StateKind:
		return v.State().String()
	case report.YesNoKind:
		return v.Number != 0
	}
	return v.Text
}

// kindName is the kind of a column as the API says it.
func kindName(k report.Kind) string {
	return [...]string{
		report.NoValue: "text", report.TextKind: "text", report.CountKind: "count", report.PercentKind: "percent", report.PointsKind: "points",
		report.MinutesKind: "minutes", report.DaysKind: "days", report.DayKind: "day", report.InstantKind: "instant", report.StateKind: "state",
		report.StatusKind: "status", report.SortKind: "kind", report.YesNoKind: "yes_no",
	}[k]
}

// rowSchema is the name of the schema of rows among the document's components.
const rowSchema = "ReportRow"

// Schema tells every column that rows of any report can have. None of them is
// in every row: that depends on the report and on what was chosen.
func (row) Schema(r huma.Registry) *huma.Schema {
	ref := &huma.Schema{Ref: "#/components/schemas/" + rowSchema}
	if r.Map()[rowSchema] != nil {
		return ref
	}
	all := &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{},
		Description: "The columns of one report, out of those of all reports.",
	}
	for key, kind := range columnKinds() {
		all.Properties[key] = &huma.Schema{AnyOf: []*huma.Schema{kindSchema(kind), {Type: "null"}}}
	}
	r.Map()[rowSchema] = all
	return ref
}

// explainColumns says in the document what each column means.
func explainColumns(schemas map[string]*huma.Schema, words *language.Catalogue) {
	english := words.Printer(language.English, time.UTC)
	for key, s := range schemas[rowSchema].Properties {
		s.Description = english.ColumnMeans(key)
	}
}

// columnKinds gives the kind of each column of each report.
func columnKinds() map[string]report.Kind {
	out := map[string]report.Kind{}
	for _, rep := range report.Catalogue() {
		for _, f := range rep.Columns {
			out[f.Key] = f.Kind
		}
		for _, group := range rep.Groups {
			if _, known := out[group]; !known {
				out[group] = report.TextKind
			}
		}
	}
	return out
}

// kindSchema says what values of a kind look like.
func kindSchema(k report.Kind) *huma.Schema {
	within := func(t string, low, high float64) *huma.Schema {
		return &huma.Schema{Type: t, Minimum: &low, Maximum: &high}
	}
	switch k {
	case report.CountKind, report.MinutesKind:
		low := 0.0
		return &huma.Schema{Type: huma.TypeInteger, Minimum: &low}
	case report.DaysKind:
		return &huma.Schema{Type: huma.TypeInteger}
	case report.PercentKind, report.PointsKind:
		return within(huma.TypeNumber, 0, 100)
	case report.DayKind:
		return &huma.Schema{Type: huma.TypeString, Format: "date"}
	case report.InstantKind:
		return &huma.Schema{Type: huma.TypeString, Format: "date-time"}
	case report.YesNoKind:
		return &huma.Schema{Type: huma.TypeBoolean}
	case report.StateKind:
		return &huma.Schema{Type: huma.TypeString, Enum: stateNames()}
	}
	return &huma.Schema{Type: huma.TypeString}
}

func stateNames() (names []any) {
	for s := transcript.NotEnrolled; s < transcript.States; s++ {
		names = append(names, s.String())
	}
	return names
}
