package roster

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/table"
)

// Value is a cell in the form that is kept: a text, or a number that may stand
// for an instant, a day or a truth. The zero value is an empty cell.
type Value struct {
	Set    bool
	Number int64
	Text   string
}

// Scan takes what a database answers, so that rows are read without knowing
// what their columns are.
func (v *Value) Scan(from any) error {
	*v = Value{Set: from != nil}
	switch from := from.(type) {
	case nil:
	case int64:
		v.Number = from
	case bool:
		if from {
			v.Number = 1
		}
	case string:
		v.Text = from
	case []byte:
		v.Text = string(from)
	default:
		return fmt.Errorf("a cell of a bundle cannot be a %T", from)
	}
	return nil
}

// instantForm is how instants are written: in UTC, and as exact as they are kept.
const instantForm = "2006-01-02T15:04:05.999999Z07:00"

// cell is what is written for a value; what is read back from it is that value.
func (c *Column) cell(v Value) table.Cell {
	if !v.Set {
		return table.Empty()
	}
	switch c.Kind {
	case Instant:
		return table.Text(time.UnixMicro(v.Number).UTC().Format(instantForm))
	case Date:
		return table.Day(day.Day(v.Number))
	case Whole:
		return table.Int(v.Number)
	case Points:
		return table.Decimal(v.Number, 2)
	case Flag:
		return table.Bool(v.Number != 0)
	}
	if c.write != nil {
		return table.Text(c.write(v.Text))
	}
	return table.Text(v.Text)
}

// Writer writes the files of a bundle one after the other.
type Writer struct {
	create  func(name string) (io.WriteCloser, error)
	file    *File
	out     io.WriteCloser
	rows    table.Writer
	cells   []table.Cell
	written []Written
}

// Written counts the rows of a file that was written.
type Written struct {
	File string `json:"file"`
	Rows int    `json:"rows"`
}

// NewWriter makes a writer whose files are made by create.
func NewWriter(create func(name string) (io.WriteCloser, error)) *Writer {
	return &Writer{create: create}
}

// Begin ends the file before and begins the next one, with all of its columns.
func (w *Writer) Begin(f *File) error {
	if err := w.End(); err != nil {
		return err
	}
	sheet := table.Sheet{Name: f.Table}
	for _, c := range f.Columns {
		sheet.Columns = append(sheet.Columns, table.Column{Name: c.Name})
	}
	out, err := w.create(f.Name)
	if err != nil {
		return fmt.Errorf("create %s: %w", f.Name, err)
	}
	rows, err := table.NewWriter(table.CSV, out, sheet)
	if err != nil {
		return errors.Join(err, out.Close())
	}
	w.file, w.out, w.rows, w.cells = f, out, rows, make([]table.Cell, len(f.Columns))
	w.written = append(w.written, Written{File: f.Name})
	return nil
}

// Row writes a row of the file, with a value for each of its columns.
func (w *Writer) Row(values []Value) error {
	if len(values) != len(w.cells) {
		return fmt.Errorf("a row of %d values in %s", len(values), w.file.Name)
	}
	for i := range values {
		w.cells[i] = w.file.Columns[i].cell(values[i])
	}
	if err := w.rows.Row(w.cells...); err != nil {
		return fmt.Errorf("write %s: %w", w.file.Name, err)
	}
	w.written[len(w.written)-1].Rows++
	return nil
}

// End ends the last file, also after a failure; called again it does nothing.
func (w *Writer) End() error {
	if w.out == nil {
		return nil
	}
	err := errors.Join(w.rows.Close(), w.out.Close())
	w.out = nil
	if err != nil {
		return fmt.Errorf("write %s: %w", w.file.Name, err)
	}
	return nil
}

// Written counts what was written, by file.
func (w *Writer) Written() []Written { return w.written }
