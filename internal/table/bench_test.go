package table

import (
	"bytes"
	"io"
	"testing"
	"time"
)

func tenColumns() (Sheet, []Cell) {
	var sheet Sheet
	for _, name := range []string{"id", "name", "email", "location", "activity", "state", "progress", "score", "due", "completed"} {
		sheet.Columns = append(sheet.Columns, Column{Name: name})
	}
	return sheet, []Cell{
		Text("8a7f3k2m9q"), Text("María Fernández"), Text("maria@example.com"), Text("Northwind / Europe / Spain"), Text("Safety at work, part 1"),
		Text("completed"), Percent(1000, 1), Decimal(8750, 2), Day(int32(20454)), Instant(time.Unix(1767225600, 0).UTC()),
	}
}

func benchmarkWriter(b *testing.B, format Format) {
	sheet, cells := tenColumns()
	w, err := NewWriter(format, io.Discard, sheet)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Row(cells...); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWriteCSV(b *testing.B)       { benchmarkWriter(b, CSV) }
func BenchmarkWriteXLSX(b *testing.B)      { benchmarkWriter(b, XLSX) }
func BenchmarkWriteJSONLines(b *testing.B) { benchmarkWriter(b, JSONLines) }

func BenchmarkReadCSV(b *testing.B) {
	sheet, cells := tenColumns()
	const rows = 10_000
	var many [][]Cell
	for range rows {
		many = append(many, cells)
	}
	file := written(b, CSV, sheet, many)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(file), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
}
