package roster

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/table"
)

// Bundle is a folder of files to be imported.
type Bundle struct {
	files    fs.FS
	present  []*File
	warnings []string
}

// Open looks at what a folder holds. Files that are none of a bundle's are
// left alone and told as warnings.
func Open(files fs.FS) (*Bundle, error) {
	b := &Bundle{files: files}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("open the bundle: %w", err)
	}
	for _, e := range entries {
		known := slices.ContainsFunc(Files(), func(f *File) bool { return f.Name == e.Name() })
		if !known && strings.HasSuffix(strings.ToLower(e.Name()), ".csv") {
			b.warnings = append(b.warnings, fmt.Sprintf("%s is no file of a roster bundle and was not read.", e.Name()))
		}
	}
	for _, f := range Files() {
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == f.Name }) {
			b.present = append(b.present, f)
		}
	}
	if len(b.present) == 0 {
		return nil, ErrNoBundle
	}
	return b, nil
}

// Files lists the files that the bundle has.
func (b *Bundle) Files() []*File { return b.present }

// Has tells whether it has a file.
func (b *Bundle) Has(f *File) bool { return slices.Contains(b.present, f) }

// Warnings are what is odd about the folder.
func (b *Bundle) Warnings() []string { return b.warnings }

// Reader goes through the rows of a file. Rows that cannot be read are faults
// and left out; a cell that cannot be read is a fault and empty.
type Reader struct {
	file   *File
	open   io.Closer
	table  *table.Reader
	faults *Faults
	parse  parser
	at     []int
	row    Row
	out    []any
	rows   int
	err    error
}

// Read begins a file; zone is the organization's. ok is false where its header
// is so wrong that no row can be read, which is then among the faults.
func (b *Bundle) Read(f *File, zone *time.Location, faults *Faults) (r *Reader, ok bool, err error) {
	open, err := b.files.Open(f.Name)
	if err != nil {
		return nil, false, fmt.Errorf("open %s: %w", f.Name, err)
	}
	options := table.Options{}
	for _, c := range f.Columns {
		options.Known = append(options.Known, c.Name)
		if c.Needed {
			options.Required = append(options.Required, c.Name)
		}
	}
	t, err := table.NewReader(open, options)
	if err != nil {
		open.Close()
		return nil, false, tell(f, faults, err)
	}
	for _, name := range t.Unknown() {
		faults.Add(Fault{File: f.Name, Line: 1, Column: name, Reason: "There is no such column in this file."})
	}
	r = &Reader{file: f, open: open, table: t, faults: faults, parse: parser{zone: zone, starts: map[day.Day]int64{}}}
	for _, c := range f.Columns {
		r.at = append(r.at, t.Index(c.Name))
	}
	r.row = Row{file: f, zone: zone, values: make([]any, len(f.Columns)), wrong: make([]bool, len(f.Columns))}
	r.row.tell = func(column, reason string) {
		faults.Add(Fault{File: f.Name, Line: r.row.Line, Column: column, Reason: reason})
	}
	return r, true, nil
}

// tell notes what the table reader found wrong; other failures are handed on.
func tell(f *File, faults *Faults, err error) error {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range several.Unwrap() {
			if err := tell(f, faults, e); err != nil {
				return err
			}
		}
		return nil
	}
	var e *table.Error
	if errors.As(err, &e) {
		faults.Add(Fault{File: f.Name, Line: e.Line, Column: e.Column, Reason: e.Reason})
		return nil
	}
	return fmt.Errorf("read %s: %w", f.Name, err)
}

// Has tells whether the file has a column.
func (r *Reader) Has(column string) bool { return r.at[r.file.index[column]] >= 0 }

// Rows counts the rows so far.
func (r *Reader) Rows() int { return r.rows }

// Line is the line the current row begins on.
func (r *Reader) Line() int { return r.row.Line }

// Err is why Next ended early.
func (r *Reader) Err() error { return r.err }

// Close closes the file.
func (r *Reader) Close() error { return r.open.Close() }

// Wrong lists the columns of the current row whose cells could not be read, as
// ",seats,email,"; nil where all could.
func (r *Reader) Wrong() any {
	var out strings.Builder
	for i, wrong := range r.row.wrong {
		if wrong {
			out.WriteString("," + r.file.Columns[i].Name)
		}
	}
	if out.Len() == 0 {
		return nil
	}
	return out.String() + ","
}

// Values are the cells of the current row, in the order of File.Widths; they
// are good until the next one.
func (r *Reader) Values() []any { return r.out }

// Next reads the next row that names what it is about.
func (r *Reader) Next() bool {
	for {
		row, err := r.table.Next()
		if errors.Is(err, io.EOF) {
			return false
		}
		if err != nil {
			if r.err = tell(r.file, r.faults, err); r.err != nil {
				return false
			}
			continue
		}
		r.rows++
		if r.read(row) {
			return true
		}
	}
}

// read reads the cells of a row; false where a cell is wrong without which the
// row can be about anything.
func (r *Reader) read(row *table.Row) bool {
	r.row.Line = row.Line
	named := true
	for i := range r.file.Columns {
		c := &r.file.Columns[i]
		v, err := r.parse.cell(c, row.At(r.at[i]))
		if err != nil {
			r.row.tell(c.Name, err.Error())
			v = nil
			named = named && !slices.Contains(r.file.Key, c.Name)
		}
		r.row.values[i], r.row.wrong[i] = v, err != nil
	}
	if r.file.check != nil {
		r.file.check(&r.row)
	}
	r.out = append(r.out[:0], r.row.values...)
	if r.file.derive != nil {
		r.out = append(r.out, r.file.derive(&r.row)...)
	}
	return named
}
