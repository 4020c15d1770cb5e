package roster

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
)

// reading is what came of a file: rows in the form that is kept, and faults.
type reading struct {
	rows   [][]any
	header bool // it could be read as far as its rows
	faults []Fault
}

// readAny reads any bytes as a file of a bundle.
func readAny(t *testing.T, f *File, text []byte) reading {
	t.Helper()
	b, err := Open(fstest.MapFS{f.Name: &fstest.MapFile{Data: text}})
	if err != nil {
		t.Fatal(err)
	}
	faults := &Faults{}
	r, ok, err := b.Read(f, berlin, faults)
	if err != nil {
		t.Fatalf("the file cannot be read at all: %v", err)
	}
	out := reading{header: ok}
	if ok {
		defer r.Close()
		for r.Next() {
			out.rows = append(out.rows, slices.Clone(r.Values()))
		}
		if r.Err() != nil {
			t.Fatalf("the file cannot be read on: %v", r.Err())
		}
	}
	var refusal *Refusal
	if errors.As(faults.Refusal(), &refusal) {
		out.faults = refusal.Faults
	}
	return out
}

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

// kept gives a row back as a database would.
func kept(t *testing.T, f *File, row []any) []Value {
	t.Helper()
	out := make([]Value, len(f.Columns))
	for i := range out {
		if err := out[i].Scan(row[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// written is a file with these rows.
func written(t *testing.T, f *File, rows [][]any) []byte {
	t.Helper()
	var text bytes.Buffer
	w := NewWriter(func(string) (io.WriteCloser, error) { return nopCloser{&text}, nil })
	if err := w.Begin(f); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(kept(t, f, row)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// wellTold tells whether a fault says where it is. A line is missing only where
// there is none, a column only where the whole row is meant.
func wellTold(f *File, x Fault, text []byte) bool {
	lines := 1 + bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r"))
	return x.File == f.Name && x.Reason != "" && x.Line >= 0 && x.Line <= lines && !strings.Contains(x.Reason, "%!")
}

// FuzzBundle reads any bytes as any file of a bundle. It gives rows and faults
// that say where they are, never panics and never hangs. A file without a fault,
// written by an export, is read as the same rows again.
func FuzzBundle(f *testing.F) {
	for n, file := range files {
		var header []string
		for _, c := range file.Columns {
			header = append(header, c.Name)
		}
		f.Add(n, []byte(strings.Join(header, ",")+"\n"+strings.Repeat(",", len(header)-1)+"\n"))
		f.Add(n, []byte(strings.Join(header, ";")+"\n"+strings.Repeat("2026-01-01;", len(header)-1)+"x\n"))
	}
	for _, seed := range []struct {
		file, text string
	}{
		{"people", "\ufeffid,email,given_name\r\n1,\"'=1+1\"\"@b.example\",'=HYPERLINK(\"x\")\r\n"},
		{"people", "id,given_name,role,status\n1,''=1,Local Administrator,invited\n2,I\u0307,Purchaser,\n"},
		{"people", "id,given_name\n1,\"two\nlines\"\n"},
		{"people", "id,given_name\n1,\"never closed\n"},
		{"people", "\xff\xfei\x00d\x00\n\x001\x00\n\x00"},
		{"people", "id\n\xff\n\x00\n"},
		{"people", "ID,id,,email\n1,2,3,4\n"},
		{"locations", "id\tname\tparent_id\n\"a\tb\"\tA\ta\n"},
		{"activities", "id,title,kind,minutes,url,self_complete\na,A,course,007,http://[::1]:80/?a=1,YES\nb,B,,10000001,ftp://x,2\n"},
		{"enrollments", "person_id,activity_id,enrolled_at,started_at,completed_at,progress,score,outcome,outcome_on,kept_until\n" +
			"1,a,2026-03-29T02:30,2026-03-29,2026-03-28,100,100.01,waived,,2025-01-01\n1,b,2026-01-01T00:00:00.123456789Z,,,0,.5,,2026-01-01,\n"},
		{"purchases", "id,seats,purchased_at,redeem_by\np,1000001,2120-12-31T23:59:59Z,1949-01-01\n"},
		{"seats", "purchase_id,person_id,email,assigned_at,redeemed_at,ended_at,state\np,1,,2026-02-01,2026-01-01,,pending\np,,a@b.example,,,2026-01-01,\n"},
	} {
		f.Add(slices.IndexFunc(files, func(x *File) bool { return x.Table == seed.file }), []byte(seed.text))
	}
	f.Fuzz(func(t *testing.T, n int, text []byte) {
		file := files[uint(n)%uint(len(files))]
		first := readAny(t, file, text)
		for _, x := range first.faults {
			if !wellTold(file, x, text) {
				t.Errorf("fault %+v", x)
			}
		}
		if !first.header && len(first.faults) == 0 {
			t.Error("a file of which no row can be read has no fault")
		}
		if len(first.faults) > 0 {
			return
		}
		again := written(t, file, first.rows)
		second := readAny(t, file, again)
		if len(second.faults) > 0 || len(second.rows) != len(first.rows) {
			t.Fatalf("%q is read as %d rows of %d, faults %v", again, len(second.rows), len(first.rows), second.faults)
		}
		for i, row := range first.rows {
			if !slices.Equal(row, second.rows[i]) {
				t.Errorf("row %d is %q, want %q", i, second.rows[i], row)
			}
		}
	})
}

// FuzzBundleCell reads any text as a cell of any column: what is read is written
// as a text that is read as the same, and what is wrong has a reason.
func FuzzBundleCell(f *testing.F) {
	for n, text := range []string{
		"", " ", "=1", "'=1", "2026-01-31", "2026-03-29T02:30", "2026-01-31T10:30:00.000001+01:00", "0.1", "100", "9223372036854775808", "true", "NO",
		"Student", "Local Administrator (Reports Only)", "Ann@Example.com", "\"a b\"@example.com", "de-DE-1996", "Europe/Berlin", "../etc", "https://a/?%zz", "e\u0301", "\u0085",
	} {
		f.Add(n, text)
	}
	f.Fuzz(func(t *testing.T, n int, text string) {
		file := files[uint(n)%uint(len(files))]
		p := parser{zone: berlin, starts: map[day.Day]int64{}}
		for i := range file.Columns {
			c := &file.Columns[i]
			v, err := p.cell(c, text)
			if err != nil {
				if told := reason(""); !errors.As(err, &told) || told == "" {
					t.Errorf("%s: %q: %v", c.Name, text, err)
				}
				continue
			}
			if v == nil {
				continue
			}
			row := make([]any, len(file.Widths()))
			for j, other := range file.Columns {
				if other.Needed {
					row[j] = "x"
				}
			}
			row[i] = v
			out := written(t, file, [][]any{row})
			if again := readAny(t, file, out); len(again.rows) != 1 || again.rows[0][i] != v {
				t.Errorf("%s: %q was read as %v, written as %q and read as %v", c.Name, text, v, out, again)
			}
		}
	})
}
