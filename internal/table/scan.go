package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// scanner splits text into records. encoding/csv is not used because it normalizes line ends inside of cells, stops
// at the first stray quote and has no limits.
type scanner struct {
	from   io.Reader
	window []byte // read but not yet scanned
	spare  []byte // what window is filled from
	ended  error  // why from gives no more

	separator byte
	limits    Limits
	line      int // of the next byte

	record []byte // the cells of the current record, one after the other
	ends   []int
	fields []string
	begin  int   // the line the record begins on
	quoted bool  // the record has a quoted cell, so it is not blank
	final  error // nothing can be read after this
}

const windowBytes = 64 << 10

func newScanner(from io.Reader, limits Limits) *scanner {
	return &scanner{from: from, spare: make([]byte, windowBytes), separator: ',', limits: limits, line: 1}
}

// fill reads on when the window is used up, and tells whether there is anything to scan.
func (s *scanner) fill() bool {
	for tries := 0; len(s.window) == 0 && s.ended == nil; tries++ {
		var n int
		n, s.ended = s.from.Read(s.spare)
		s.window = s.spare[:n]
		if n == 0 && s.ended == nil && tries == 100 {
			s.ended = io.ErrNoProgress
		}
	}
	return len(s.window) > 0
}

// chooseSeparator looks at the first line: a "sep=" line as Excel writes it, else whatever occurs most outside of quotes.
func (s *scanner) chooseSeparator() error {
	// The first line is looked at, not taken, so it must be in the window as a whole or as far as that goes.
	n, err := io.ReadFull(s.from, s.spare)
	s.window = s.spare[:n]
	if err != nil {
		s.ended = err
		if errors.Is(err, io.ErrUnexpectedEOF) {
			s.ended = io.EOF
		}
	}
	blank := bytes.TrimLeft(s.window, "\r\n")
	if rest, ok := bytes.CutPrefix(blank, []byte("sep=")); ok && len(rest) > 1 && (rest[1] == '\r' || rest[1] == '\n') {
		s.separator = rest[0]
		s.line += bytes.Count(s.window[:len(s.window)-len(blank)], []byte("\n")) + 1
		s.window = bytes.TrimPrefix(bytes.TrimPrefix(rest[1:], []byte("\r")), []byte("\n"))
		if bytes.IndexByte([]byte(",;\t"), s.separator) < 0 {
			return &Error{Line: 1, Reason: "The columns must be separated by commas, semicolons or tabs."}
		}
		return nil
	}
	s.separator = mostFrequent(blank)
	return nil
}

func mostFrequent(text []byte) byte {
	var count [256]int
	inside := false
	for _, c := range text {
		if c == '"' {
			inside = !inside
		} else if (c == '\n' || c == '\r') && !inside {
			break
		} else if !inside {
			count[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte(";\t") {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// next scans one record into fields. Its faults are *Error values; after one that leaves final nil the next record can be read.
func (s *scanner) next() error {
	if s.final != nil {
		return io.EOF
	}
	s.record, s.ends, s.begin, s.quoted = s.record[:0], s.ends[:0], s.line, false
	if !s.fill() {
		return s.stop(s.ended)
	}
	for {
		more, err := s.field()
		if err != nil {
			return err
		}
		s.ends = append(s.ends, len(s.record))
		if !more {
			break
		}
		if len(s.ends) == s.limits.Columns {
			return s.skip(fmt.Sprintf("The row has more than %d cells.", s.limits.Columns))
		}
	}
	if s.ended != nil && !errors.Is(s.ended, io.EOF) && len(s.window) == 0 {
		return s.stop(s.ended) // a record that was cut off by a failure is no record
	}
	if bytes.IndexByte(s.record, 0) >= 0 || !utf8.Valid(s.record) {
		return &Error{Line: s.begin, Reason: notUTF8}
	}
	all := string(s.record) // one allocation a record; the fields share it
	s.fields = s.fields[:0]
	start := 0
	for _, end := range s.ends {
		s.fields = append(s.fields, all[start:end])
		start = end
	}
	return nil
}

const notUTF8 = `The line is not UTF-8 text. Save the file as "CSV UTF-8".`

// stop ends the file for good. A failure of the decoder is a fault of the file; other failures are handed on as they are.
func (s *scanner) stop(err error) error {
	s.final = err
	var fault *Error
	if errors.As(err, &fault) {
		return &Error{Line: s.line, Reason: fault.Reason}
	}
	return err
}

// field scans one cell and tells whether another one follows in the same record.
func (s *scanner) field() (more bool, err error) {
	start := len(s.record)
	if s.fill() && s.window[0] == '"' {
		s.quoted = true
		s.window = s.window[1:]
		if err := s.inQuotes(start); err != nil {
			return false, err
		}
		if s.fill() && s.window[0] != s.separator && s.window[0] != '\r' && s.window[0] != '\n' {
			return false, s.skip("A quotation mark ends a cell in the middle. Double each one that belongs to the text.")
		}
	}
	for s.fill() {
		i := 0
		for i < len(s.window) && s.window[i] != s.separator && s.window[i] != '\n' && s.window[i] != '\r' {
			i++
		}
		s.record = append(s.record, s.window[:i]...)
		if len(s.record)-start > s.limits.FieldBytes {
			return false, s.skip(fmt.Sprintf("A cell is longer than %d bytes.", s.limits.FieldBytes))
		}
		if i == len(s.window) {
			s.window = nil
			continue
		}
		end := s.window[i]
		s.window = s.window[i+1:]
		if end == s.separator {
			return true, nil
		}
		s.endLine(end)
		return false, nil
	}
	return false, nil
}

// inQuotes scans up to the closing quote. Without one there is no telling where the next row begins.
func (s *scanner) inQuotes(start int) error {
	opened := s.line
	for s.fill() {
		i := bytes.IndexByte(s.window, '"')
		part := s.window
		if i >= 0 {
			part = part[:i]
		}
		s.record = append(s.record, part...)
		s.line += bytes.Count(part, []byte("\n"))
		if len(s.record)-start > s.limits.FieldBytes {
			s.final = io.EOF
			return &Error{Line: opened, Reason: fmt.Sprintf("A cell in quotation marks is longer than %d bytes. Perhaps it is not closed.", s.limits.FieldBytes)}
		}
		if i < 0 {
			s.window = nil
			continue
		}
		s.window = s.window[i+1:]
		if !s.fill() || s.window[0] != '"' {
			return nil
		}
		s.record = append(s.record, '"')
		s.window = s.window[1:]
	}
	if !errors.Is(s.ended, io.EOF) {
		return s.stop(s.ended)
	}
	s.final = io.EOF
	return &Error{Line: opened, Reason: "A cell in quotation marks is not closed before the end of the file."}
}

// endLine counts a line and takes the second half of a CR LF.
func (s *scanner) endLine(end byte) {
	s.line++
	if end == '\r' && s.fill() && s.window[0] == '\n' {
		s.window = s.window[1:]
	}
}

// skip passes over the rest of a faulty line.
func (s *scanner) skip(reason string) error {
	fault := &Error{Line: s.begin, Reason: reason}
	for s.fill() {
		i := bytes.IndexAny(s.window, "\r\n")
		if i < 0 {
			s.window = nil
			continue
		}
		end := s.window[i]
		s.window = s.window[i+1:]
		s.endLine(end)
		break
	}
	return fault
}

// blank tells whether the record has nothing in any cell, as spreadsheet programs leave behind below a table.
func (s *scanner) blank() bool { return len(s.record) == 0 && !s.quoted }
