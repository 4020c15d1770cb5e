package surface

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

// formats makes a report into every kind of file and compares each with the
// rows that it is made of, which were compared with the table before.
func (c *comparison) formats(name string, rq report.Request, head report.Head, rows []report.Row) error {
	if c.Runs == nil || c.who.status != "active" {
		return nil
	}
	for _, format := range []table.Format{table.CSV, table.JSONLines, table.XLSX} {
		if format == table.XLSX && (len(rows) > c.spreadsheet() || c.asked >= len(report.Catalogue()) || c.Sheets != nil && !c.Sheets()) {
			continue // a spreadsheet takes ten times as long to read as to write
		}
		at := fmt.Sprintf("%s as %s", name, format)
		file, err := MakeFile(c.ctx, c.Subject, c.visitor(), c.facts, rq, format)
		if done, err := c.refused(at, sight{{}}, err); done {
			if err != nil {
				return err
			}
			continue
		}
		c.same(at+", rows, learners", fmt.Sprint(file.Run.Rows, file.Run.Learners, file.Run.ReachTotal), fmt.Sprint(len(rows), head.Learners, head.ReachTotal))
		c.surfaces++
		if where, got, want := file.Differs(head.Columns, rows, c.who.org.zone); where != "" {
			c.differ(at+", "+where, got, want)
		}
	}
	return nil
}

// spreadsheet is up to how many rows a spreadsheet is read back.
func (c *comparison) spreadsheet() int {
	if c.Rows > 0 {
		return c.Rows
	}
	return 5000
}

// File is a report's file, read back.
type File struct {
	Run    report.Run
	Format table.Format
	Rows   [][]string // below the header
}

// MakeFile makes a report into a file as Ambit does, in memory, and reads it
// back the way other programs would.
func MakeFile(ctx context.Context, s Subject, as Visitor, facts access.Facts, rq report.Request, format table.Format) (File, error) {
	k := &kept{subject: s, visitor: as}
	asks := func(p access.Permission) access.Reach { return facts.For(p, s.Now) }
	if _, err := s.Runs(k).Start(ctx, asks(access.SelfView), asks, rq, format); err != nil {
		return File{}, err
	}
	if k.run.State != report.RunDone {
		return File{}, fmt.Errorf("the file is %s: %s", k.run.State, k.run.Why)
	}
	rows, err := decode(format, k.file.Bytes())
	if err != nil {
		err = fmt.Errorf("the file cannot be read: %w", err)
	}
	return File{Run: k.run, Format: format, Rows: rows}, err
}

// Differs compares a file with the rows that a table showed, value by value:
// where the first difference is, and both values; nothing where there is none.
func (f File) Differs(columns []report.Field, rows []report.Row, zone *time.Location) (where, got, want string) {
	if len(f.Rows) != len(rows) {
		return "rows in it", strconv.Itoa(len(f.Rows)), strconv.Itoa(len(rows))
	}
	words := map[string]string{} // what a code is called in this file; and back, after a mark
	for i, row := range rows {
		for n, column := range columns {
			raw := ""
			if n < len(f.Rows[i]) {
				raw = f.Rows[i][n]
			}
			if !reads(f.Format, raw, row.Values[n], zone, words) {
				return fmt.Sprintf("row %d (%s), %s", i+1, rowID(row), column.Key), said(column.Key, report.Value{Kind: report.TextKind, Text: raw}), said(column.Key, row.Values[n])
			}
		}
	}
	return "", "", ""
}

// reads tells whether a file's text says a value.
func reads(format table.Format, raw string, v report.Value, zone *time.Location, words map[string]string) bool {
	sheet := format == table.XLSX
	number := func(want float64, text string) bool {
		n, err := strconv.ParseFloat(raw, 64)
		return err == nil && math.Abs(n-want) < 1e-9 && (sheet || raw == text)
	}
	switch v.Kind {
	case report.NoValue:
		return raw == ""
	case report.TextKind:
		return raw == v.Text
	case report.CountKind, report.MinutesKind, report.DaysKind:
		return raw == strconv.FormatInt(v.Number, 10)
	case report.PercentKind:
		if sheet {
			return number(float64(v.Number)/1000, "")
		}
		percent := fmt.Sprintf("%d.%d", v.Number/10, v.Number%10)
		return format == table.CSV && raw == percent+"%" || format == table.JSONLines && raw == percent
	case report.PointsKind:
		return number(float64(v.Number)/100, fmt.Sprintf("%d.%02d", v.Number/100, v.Number%100))
	case report.DayKind:
		if sheet {
			return number(float64(v.Number)+epoch, "")
		}
		return raw == day.Day(v.Number).String()
	case report.InstantKind:
		t := time.UnixMicro(v.Number).In(zone)
		if sheet {
			_, offset := t.Zone()
			n, err := strconv.ParseFloat(raw, 64)
			return err == nil && math.Abs((n-epoch)*86400-float64(t.Unix()+int64(offset))) < 1
		}
		return raw == t.Format(time.RFC3339)
	}
	return word(format, raw, v, words)
}

// epoch is 1970-01-01 in the days of a spreadsheet.
const epoch = 25569

// word compares a code: JSON lines have it as it is, other files one word for each.
func word(format table.Format, raw string, v report.Value, words map[string]string) bool {
	code := v.Text
	switch v.Kind {
	case report.StateKind:
		code = v.State().String()
	case report.YesNoKind:
		code = strconv.FormatBool(v.Number != 0)
	}
	if format == table.JSONLines {
		return raw == code
	}
	kind := fmt.Sprint(v.Kind, " ")
	if known, is := words[kind+code]; is {
		return known == raw
	}
	if _, taken := words[kind+"= "+raw]; taken || raw == "" {
		return false
	}
	words[kind+code], words[kind+"= "+raw] = raw, code
	return true
}

// decode reads the rows of a file as texts, by other programs' readers.
func decode(format table.Format, file []byte) ([][]string, error) {
	switch format {
	case table.CSV:
		return decodeCSV(file)
	case table.JSONLines:
		return decodeLines(file)
	}
	return decodeSheet(file)
}

func decodeCSV(file []byte) ([][]string, error) {
	text, marked := bytes.CutPrefix(file, []byte("\ufeff"))
	if !marked {
		return nil, fmt.Errorf("no byte order mark")
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("no header: %w", err)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = table.Unguard(row[i])
		}
	}
	return rows[1:], nil
}

// decodeLines reads objects with their values in the order they stand in.
func decodeLines(file []byte) (rows [][]string, err error) {
	d := json.NewDecoder(bytes.NewReader(file))
	d.UseNumber()
	var row []string
	name := true // whether a name comes next, or its value
	for {
		token, err := d.Token()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '}' {
				rows = append(rows, row)
			}
			row, name = []string{}, true
			continue
		case nil:
			row = append(row, "")
		default:
			if !name {
				row = append(row, fmt.Sprint(v))
			}
		}
		name = !name
	}
}

func decodeSheet(file []byte) ([][]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // temporary files of its own
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("no header: %w", err)
	}
	return rows[1:], nil
}
