package table

import (
	"io"
	"strings"
	"unicode/utf8"
)

// flushAt is how much of a file is collected before it goes on.
const flushAt = 64 << 10

// byteOrderMark tells Excel that a file is UTF-8; without it, it guesses the local code page.
const byteOrderMark = "\ufeff"

type csvWriter struct {
	to      io.Writer
	columns int
	buffer  []byte
	err     error
}

func newCSV(to io.Writer, sheet Sheet) (*csvWriter, error) {
	w := &csvWriter{to: to, columns: len(sheet.Columns), buffer: make([]byte, 0, flushAt+flushAt/4)}
	w.buffer = append(w.buffer, byteOrderMark...)
	for i, c := range sheet.Columns {
		if i > 0 {
			w.buffer = append(w.buffer, ',')
		}
		w.buffer = appendCSVText(w.buffer, c.Name)
	}
	w.buffer = append(w.buffer, "\r\n"...)
	return w, nil
}

func (w *csvWriter) Row(cells ...Cell) error {
	if w.err != nil {
		return w.err
	}
	if err := checkWidth(len(cells), w.columns); err != nil {
		return err
	}
	b := w.buffer
	for i := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		switch c := &cells[i]; c.kind {
		case kindEmpty:
		case kindText:
			b = appendCSVText(b, c.text)
		case kindPercent:
			b = append(c.appendPlain(b), '%')
		default:
			b = c.appendPlain(b)
		}
	}
	if len(cells) == 1 && (len(b) == 0 || b[len(b)-1] == '\n') {
		b = append(b, `""`...) // an empty line would be no row
	}
	w.buffer = append(b, "\r\n"...)
	if len(w.buffer) >= flushAt {
		return w.flush()
	}
	return nil
}

func (w *csvWriter) flush() error {
	if w.err == nil {
		_, w.err = w.to.Write(w.buffer)
		w.buffer = w.buffer[:0]
	}
	return w.err
}

func (w *csvWriter) Close() error { return w.flush() }

// csvSpecial marks the bytes of a text that need a second look. Semicolons and tabs are among them because
// a program that expects those as separators must still see one field.
var csvSpecial = func() (t [256]bool) {
	for _, c := range "\x00\",;\t\r\n" {
		t[c] = true
	}
	for c := utf8.RuneSelf; c < 256; c++ {
		t[c] = true
	}
	return t
}()

func appendCSVText(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	special := s[0] == ' ' || s[len(s)-1] == ' '
	for i := 0; i < len(s) && !special; i++ {
		special = csvSpecial[s[i]]
	}
	if !special {
		if misleads(s) {
			b = append(b, '\'')
		}
		return append(b, s...)
	}
	return appendSpecialCSVText(b, s)
}

func appendSpecialCSVText(b []byte, s string) []byte {
	s = strings.ToValidUTF8(s, "\ufffd")
	// No program takes a zero byte in a text file well.
	s = strings.ReplaceAll(s, "\x00", "\ufffd")
	guard := misleads(s)
	if s[0] != ' ' && s[len(s)-1] != ' ' && !strings.ContainsAny(s, "\",;\t\r\n") {
		if guard {
			b = append(b, '\'')
		}
		return append(b, s...)
	}
	b = append(b, '"')
	if guard {
		b = append(b, '\'')
	}
	for {
		quote := strings.IndexByte(s, '"')
		if quote < 0 {
			break
		}
		b = append(b, s[:quote+1]...)
		b = append(b, '"')
		s = s[quote+1:]
	}
	b = append(b, s...)
	return append(b, '"')
}
