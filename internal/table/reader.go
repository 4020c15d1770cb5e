package table

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Limits bound what a file may ask for. A zero field means the default.
type Limits struct {
	FieldBytes int // in one cell; 64 KiB by default
	Columns    int // 1,000 by default
	Rows       int // 20,000,000 by default
}

func (l Limits) orDefaults() Limits {
	if l.FieldBytes <= 0 {
		l.FieldBytes = 64 << 10
	}
	if l.Columns <= 0 {
		l.Columns = 1000
	}
	if l.Rows <= 0 {
		l.Rows = 20_000_000
	}
	return l
}

// Options say what a reader expects.
type Options struct {
	Known    []string // the columns the caller understands; all others are told by Unknown
	Required []string // columns without which there is no use in reading
	Limits   Limits
}

// Error is a fault of the file itself, at a line and perhaps in a column.
type Error struct {
	Line   int    // counted from 1 as an editor does; 0 where the fault is the whole file's
	Column string // the header's name, where it is known
	Reason string // a sentence for the person who made the file
}

// Error says where and why.
func (e *Error) Error() string {
	where := ""
	if e.Line > 0 {
		where = fmt.Sprintf("line %d: ", e.Line)
	}
	if e.Column != "" {
		where += e.Column + ": "
	}
	return where + e.Reason
}

// Reader reads a CSV file row by row in constant memory. It takes UTF-8 with or without a byte-order mark and UTF-16
// with one; commas, semicolons or tabs; any line ends; and it undoes the guard that the CSV writer puts on texts.
// It returns faults and never panics, whatever the file holds.
type Reader struct {
	scan    *scanner
	limits  Limits
	names   []string
	index   map[string]int
	unknown []string
	rows    int
	row     Row
	done    bool
}

// Row is one row of a file. It is good until the next one is read; the texts taken from it stay good.
type Row struct {
	Line   int // the line it begins on
	fields []string
	index  map[string]int
}

// At returns the text in the column with that index, and nothing where the index is negative (a column that is absent).
func (r *Row) At(index int) string {
	if index < 0 || index >= len(r.fields) {
		return ""
	}
	return r.fields[index]
}

// Get returns the text in the named column, and nothing where the column is absent.
func (r *Row) Get(name string) string {
	if i, ok := r.index[fold(name)]; ok {
		return r.fields[i]
	}
	return ""
}

// NewReader reads the header. All that is wrong with it is told in one joined error of *Error values.
func NewReader(from io.Reader, options Options) (*Reader, error) {
	text, err := Decode(from)
	if err != nil {
		return nil, err
	}
	r := &Reader{limits: options.Limits.orDefaults(), index: map[string]int{}}
	r.scan = newScanner(text, r.limits)
	if err := r.scan.chooseSeparator(); err != nil {
		return nil, err
	}
	for {
		err := r.scan.next()
		if errors.Is(err, io.EOF) {
			return nil, &Error{Reason: "The file is empty. Its first line must name the columns."}
		}
		if err != nil {
			return nil, err
		}
		if !r.scan.blank() {
			break
		}
	}
	if err := r.readHeader(options); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Reader) readHeader(options Options) error {
	var faults []error
	fault := func(column, reason string) {
		faults = append(faults, &Error{Line: r.scan.begin, Column: column, Reason: reason})
	}
	names := slices.Clone(r.scan.fields)
	// Spreadsheet programs leave empty columns at the end.
	for len(names) > 0 && strings.TrimSpace(names[len(names)-1]) == "" {
		names = names[:len(names)-1]
	}
	for i, name := range names {
		name = strings.TrimSpace(Unguard(name))
		names[i] = name
		key := fold(name)
		if _, twice := r.index[key]; name == "" {
			fault("", fmt.Sprintf("Column %d has no name.", i+1))
		} else if twice {
			fault(name, "The column occurs twice.")
		}
		r.index[key] = i
	}
	r.names = names
	for _, name := range options.Required {
		if !r.Has(name) {
			fault(name, "The column is missing.")
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(options.Known, func(k string) bool { return fold(k) == fold(name) }) &&
			!slices.ContainsFunc(options.Required, func(k string) bool { return fold(k) == fold(name) }) {
			r.unknown = append(r.unknown, name)
		}
	}
	r.row.index = r.index
	return errors.Join(faults...)
}

// fold makes names of columns comparable: letter case and ways of writing an accent do not matter.
func fold(name string) string {
	return cases.Fold().String(norm.NFC.String(strings.TrimSpace(name)))
}

// Columns returns the names in the header, in their order.
func (r *Reader) Columns() []string { return slices.Clone(r.names) }

// Unknown returns the columns that the options do not name.
func (r *Reader) Unknown() []string { return slices.Clone(r.unknown) }

// Has tells whether the file has a column.
func (r *Reader) Has(name string) bool { return r.Index(name) >= 0 }

// Index returns the place of a column for Row.At, and -1 where the file has none of that name.
func (r *Reader) Index(name string) int {
	if i, ok := r.index[fold(name)]; ok {
		return i
	}
	return -1
}

// Next returns the next row that holds anything, and io.EOF after the last one. An *Error concerns one row or ends
// the file; either way Next may be called again, and says io.EOF when there is nothing more to be had.
func (r *Reader) Next() (*Row, error) {
	for !r.done {
		err := r.scan.next()
		if err != nil {
			r.done = r.scan.final != nil
			return nil, err
		}
		if r.scan.blank() {
			continue
		}
		if r.rows++; r.rows > r.limits.Rows {
			r.done = true
			return nil, &Error{Line: r.scan.begin, Reason: fmt.Sprintf("The file has more than %d rows. Split it.", r.limits.Rows)}
		}
		if err := r.fit(); err != nil {
			return nil, err
		}
		return &r.row, nil
	}
	return nil, io.EOF
}

// Rows ranges over the rows and faults that Next returns.
func (r *Reader) Rows() iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) || !yield(row, err) {
				return
			}
		}
	}
}

// fit turns what was scanned into the row. A row that is too short is a fault even where the missing cells could be
// empty: that is what a file looks like that was cut off.
func (r *Reader) fit() error {
	fields := r.scan.fields
	want := len(r.names)
	extra := slices.ContainsFunc(fields[min(want, len(fields)):], func(s string) bool { return s != "" })
	if extra || len(fields) < want {
		return &Error{Line: r.scan.begin, Reason: fmt.Sprintf("The row has %d cells, but the header names %d columns.", len(fields), want)}
	}
	for i, s := range fields {
		if s != "" && s[0] == '\'' {
			fields[i] = Unguard(s)
		}
	}
	r.row.Line, r.row.fields = r.scan.begin, fields[:want]
	return nil
}
