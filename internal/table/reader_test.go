package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// all reads a file to its end and returns its rows and its faults as text.
func all(r *Reader) (rows []string, faults []string) {
	for row, err := range r.Rows() {
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		rows = append(rows, fmt.Sprintf("%d:%s", row.Line, strings.Join(row.fields, "|")))
	}
	return rows, faults
}

func encode16(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestReading(t *testing.T) {
	plain := []string{"2:1|Ann", "3:2|Łucja 😀"}
	for _, tt := range []struct {
		name, file string
		rows       []string
		faults     []string
	}{
		{"commas", "id,name\n1,Ann\n2,Łucja 😀\n", plain, nil},
		{"no line end at the end", "id,name\n1,Ann\n2,Łucja 😀", plain, nil},
		{"CR LF", "id,name\r\n1,Ann\r\n2,Łucja 😀\r\n", plain, nil},
		{"CR", "id,name\r1,Ann\r2,Łucja 😀\r", plain, nil},
		{"semicolons", "id;name\n1;Ann\n2;Łucja 😀\n", plain, nil},
		{"tabs", "id\tname\n1\tAnn\n2\tŁucja 😀\n", plain, nil},
		{"byte-order mark", "\ufeffid,name\n1,Ann\n2,Łucja 😀\n", plain, nil},
		{"UTF-16 little endian", encode16(binary.LittleEndian, "id\tname\n1\tAnn\n2\tŁucja 😀\n"), plain, nil},
		{"UTF-16 big endian", encode16(binary.BigEndian, "id;name\r\n1;Ann\r\n2;Łucja 😀"), plain, nil},
		{"separator line", "sep=;\r\nid;name\r\n1;a,b,c\r\n", []string{"3:1|a,b,c"}, nil},
		{"a separator in a quoted header", "\"id;;;\",name\n1,2\n", []string{"2:1|2"}, nil},
		{"blank lines", "\n\nid,name\n\n1,Ann\n,\n\n", []string{"5:1|Ann"}, nil},
		{"columns without a name at the end", "id,name,,\n1,Ann,,\n2,Ben,,\n", []string{"2:1|Ann", "3:2|Ben"}, nil},
		{"quotes", "id,name\n\"1\",\"Ann \"\"Lu\"\"\r\nSmith, PhD\"\n2,Ben\n", []string{"2:1|Ann \"Lu\"\r\nSmith, PhD", "4:2|Ben"}, nil},
		{"a quote inside of plain text", "id,name\n1,6\" tall\n", []string{"2:1|6\" tall"}, nil},
		{"guards", "id,name\n1,'=1+1\n2,'t Hooft\n", []string{"2:1|=1+1", "3:2|'t Hooft"}, nil},
		{"no rows", "id,name\n", nil, nil},
		{"too short, too long", "id,name\n1\n2,Ben,x\n3,Cem\n", []string{"4:3|Cem"}, []string{
			"line 2: The row has 1 cells, but the header names 2 columns.", "line 3: The row has 3 cells, but the header names 2 columns.",
		}},
		{"not UTF-8", "id,name\n1,M\xfcller\n2,Ben\n", []string{"3:2|Ben"}, []string{"line 2: " + notUTF8}},
		{"zero bytes", "id,name\n1,\x00\n2,Ben\n", []string{"3:2|Ben"}, []string{"line 2: " + notUTF8}},
		{"a quote ends in the middle", "id,name\n1,\"Ann\" x\n2,Ben\n", []string{"3:2|Ben"}, []string{
			"line 2: A quotation mark ends a cell in the middle. Double each one that belongs to the text.",
		}},
		{"a quote never ends", "id,name\n1,Ann\n2,\"Ben\n3,Cem\n", []string{"2:1|Ann"}, []string{
			"line 3: A cell in quotation marks is not closed before the end of the file.",
		}},
		{"half a UTF-16 character", encode16(binary.LittleEndian, "id\n1\n2\n") + "\x00\xd8", []string{"2:1"}, []string{
			"line 4: The text is damaged: half of a UTF-16 character stands alone.",
		}},
		{"half a UTF-16 unit", encode16(binary.LittleEndian, "id\n1\n2") + "\x00", []string{"2:1"}, []string{
			"line 3: The text is damaged: it ends in the middle of a UTF-16 character.",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, from := range map[string]io.Reader{
				"at once": strings.NewReader(tt.file), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.file)),
				"with the end": iotest.DataErrReader(strings.NewReader(tt.file)),
			} {
				r, err := NewReader(from, Options{})
				if err != nil {
					t.Fatal(how, err)
				}
				rows, faults := all(r)
				if !reflect.DeepEqual(rows, tt.rows) || !reflect.DeepEqual(faults, tt.faults) {
					t.Errorf("%s: rows %q, faults %q\nwant rows %q, faults %q", how, rows, faults, tt.rows, tt.faults)
				}
			}
		})
	}
}

// Records must come out the same wherever the border of a read falls.
func TestBordersOfReadsDoNotMatter(t *testing.T) {
	for pad := windowBytes - 40; pad < windowBytes+40; pad++ {
		file := "id,name\r\n1," + strings.Repeat("x", pad) + "\r\n2,\"a\"\"b\r\n\"\r\n3,ü\r\n"
		r, err := NewReader(strings.NewReader(file), Options{Limits: Limits{FieldBytes: 2 * windowBytes}})
		if err != nil {
			t.Fatal(err)
		}
		rows, faults := all(r)
		if len(rows) != 3 || len(faults) != 0 || rows[1] != "3:2|a\"b\r\n" || rows[2] != "5:3|ü" {
			t.Fatalf("with %d bytes in front: %d rows, faults %q", pad, len(rows), faults)
		}
	}
}

func TestHeader(t *testing.T) {
	options := Options{Known: []string{"id", "Name", "straße"}, Required: []string{"id"}}
	r, err := NewReader(strings.NewReader(" ID ,NAME,STRASSE,shoe size\n7,Ann,\"a \",44\n"), options)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Unknown(), []string{"shoe size"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Unknown() = %q, want %q", got, want)
	}
	if got, want := r.Columns(), []string{"ID", "NAME", "STRASSE", "shoe size"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Columns() = %q, want %q", got, want)
	}
	row, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if row.Get("Id") != "7" || row.Get("straße") != "a " || row.Get("email") != "" || row.At(r.Index("email")) != "" || row.At(r.Index("name")) != "Ann" {
		t.Errorf("the row is %q", row.fields)
	}
	for _, tt := range []struct{ name, file, want string }{
		{"empty", "", "The file is empty. Its first line must name the columns."},
		{"only a mark", "\ufeff", "The file is empty. Its first line must name the columns."},
		{"only blank lines", "\r\n\r\n", "The file is empty. Its first line must name the columns."},
		{"twice", "id,Name,name \n", "line 1: name: The column occurs twice."},
		{"without a name", "id,,name\n", "line 1: Column 2 has no name."},
		{"missing", "email\n", "line 1: id: The column is missing."},
		{"several faults", "a,,a\n", "line 1: Column 2 has no name.\nline 1: a: The column occurs twice.\nline 1: id: The column is missing."},
		{"not UTF-8", "id,\xe4\n", "line 1: " + notUTF8},
		{"other separator", "sep=|\nid|name\n", "line 1: The columns must be separated by commas, semicolons or tabs."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := NewReader(strings.NewReader(tt.file), options)
			if err == nil || err.Error() != tt.want || r != nil {
				t.Errorf("NewReader() = %v, want %s", err, tt.want)
			}
			if fault := (*Error)(nil); !errors.As(err, &fault) {
				t.Errorf("NewReader() = %T, want an *Error in it", err)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	limits := Limits{FieldBytes: 4, Columns: 3, Rows: 2}
	for _, tt := range []struct {
		name, file string
		rows       int
		want       []string
	}{
		{"at the limits", "a,b,c\n1234,2,3\n1,2,\"1234\"\n", 2, nil},
		{"a long cell", "a,b\n12345,2\n1,2\n", 1, []string{"line 2: A cell is longer than 4 bytes."}},
		{"a long quoted cell", "a,b\n\"12345\",2\n1,2\n", 0, []string{"line 2: A cell in quotation marks is longer than 4 bytes. Perhaps it is not closed."}},
		{"many cells", "a,b\n1,2,3,4\n1,2\n", 1, []string{"line 2: The row has more than 3 cells."}},
		{"many rows", "a\n1\n2\n3\n4\n", 2, []string{"line 4: The file has more than 2 rows. Split it."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := NewReader(strings.NewReader(tt.file), Options{Limits: limits})
			if err != nil {
				t.Fatal(err)
			}
			rows, faults := all(r)
			if len(rows) != tt.rows || !reflect.DeepEqual(faults, tt.want) {
				t.Errorf("%d rows, faults %q; want %d, %q", len(rows), faults, tt.rows, tt.want)
			}
		})
	}
	if _, err := NewReader(strings.NewReader("a,b,c,d\n"), Options{Limits: limits}); err == nil {
		t.Error("a header past the limit is accepted")
	}
}

// A connection that breaks must never look like the end of the file.
func TestFailureOfTheSourceIsTold(t *testing.T) {
	broken := errors.New("connection reset")
	for _, text := range []string{"id,name\n1,An", "id,name\n1,Ann\n", "id,name\n1,\"An"} {
		r, err := NewReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range r.Rows() {
			last = err
		}
		if !errors.Is(last, broken) {
			t.Errorf("after %q the last error is %v, want %v", text, last, broken)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("after its failure Next() = %v, want EOF", err)
		}
	}
	if _, err := NewReader(iotest.ErrReader(broken), Options{}); !errors.Is(err, broken) {
		t.Errorf("NewReader() = %v, want %v", err, broken)
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"id,name\n1,Ann\n", "\ufeffid;name\r\n1;\"a\"\"b\"\r\n", "\xff\xfei\x00d\x00\n\x001\x00", "\xfe\xff\x00i\x00d", "sep=;\nid\n", "\"", "a,\"b\nc", ",,,\n", "\r\r\n\n",
	} {
		f.Add([]byte(s), 1)
		f.Add([]byte(s), windowBytes)
	}
	f.Fuzz(func(t *testing.T, file []byte, chunk int) {
		from := io.Reader(bytes.NewReader(file))
		if chunk%2 == 1 {
			from = iotest.OneByteReader(from)
		}
		r, err := NewReader(from, Options{Limits: Limits{FieldBytes: 100, Columns: 20, Rows: 1000}})
		if err != nil {
			return
		}
		line, lines := 0, bytes.Count(file, []byte("\n"))+bytes.Count(file, []byte("\r"))+1
		for row, err := range r.Rows() {
			if fault := (*Error)(nil); err != nil && !errors.As(err, &fault) {
				t.Fatalf("reading from memory failed: %v", err)
			}
			if err != nil {
				continue
			}
			if row.Line <= line || row.Line > lines || len(row.fields) != len(r.Columns()) {
				t.Fatalf("a row of %d cells on line %d after line %d of %d", len(row.fields), row.Line, line, lines)
			}
			line = row.Line
		}
	})
}

// What is written comes back, whatever the texts are, except that a text file cannot hold zero bytes and broken UTF-8.
func FuzzRoundTrip(f *testing.F) {
	f.Add("a", "b", "c")
	f.Add("=1", "'=1", "\"")
	f.Add("a\r\nb", "x;y\t", " z ")
	f.Add("", "", "\xff")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		want := []string{a, b, c}
		for i, s := range want {
			want[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
		}
		if len(a)+len(b)+len(c) == 0 {
			return
		}
		file := written(t, CSV, Sheet{Columns: []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}}, [][]Cell{{Text(a), Text(b), Text(c)}})
		r, err := NewReader(bytes.NewReader(file), Options{Limits: Limits{FieldBytes: 1 << 20}})
		if err != nil {
			t.Fatal(err)
		}
		row, err := r.Next()
		if err != nil || !reflect.DeepEqual(row.fields, want) {
			t.Fatalf("%q came back from %q: %v, want %q", row.fields, file, err, want)
		}
	})
}
