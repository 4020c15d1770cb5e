package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// jsonLines writes one JSON object a line, its members in the order of the columns. Days and instants are ISO 8601,
// percentages are numbers of percent, decimals keep their places, and an empty cell is null.
type jsonLines struct {
	to     io.Writer
	heads  [][]byte // `{"id":`, `,"name":` and so on
	buffer []byte
	err    error
}

func newJSONLines(to io.Writer, sheet Sheet) (*jsonLines, error) {
	w := &jsonLines{to: to, buffer: make([]byte, 0, flushAt+flushAt/4)}
	seen := map[string]bool{}
	for i, c := range sheet.Columns {
		key := c.Key
		if key == "" {
			key = c.Name
		}
		if seen[key] {
			return nil, fmt.Errorf("table: two columns have the key %q", key)
		}
		seen[key] = true
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		w.heads = append(w.heads, append(appendJSONText([]byte{before}, key), ':'))
	}
	return w, nil
}

func (w *jsonLines) Row(cells ...Cell) error {
	if w.err != nil {
		return w.err
	}
	if err := checkWidth(len(cells), len(w.heads)); err != nil {
		return err
	}
	b := w.buffer
	for i := range cells {
		b = append(b, w.heads[i]...)
		switch c := &cells[i]; c.kind {
		case kindEmpty:
			b = append(b, "null"...)
		case kindText:
			b = appendJSONText(b, c.text)
		case kindDay, kindInstant:
			b = append(b, '"')
			b = c.appendPlain(b)
			b = append(b, '"')
		default:
			b = c.appendPlain(b)
		}
	}
	w.buffer = append(b, "}\n"...)
	if len(w.buffer) >= flushAt {
		return w.flush()
	}
	return nil
}

func (w *jsonLines) flush() error {
	if w.err == nil {
		_, w.err = w.to.Write(w.buffer)
		w.buffer = w.buffer[:0]
	}
	return w.err
}

func (w *jsonLines) Close() error { return w.flush() }

func appendJSONText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendSpecialJSONText(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendSpecialJSONText(b []byte, s string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string into memory cannot fail
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}
