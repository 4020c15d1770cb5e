package team

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/table"
)

var errUnreadable = fault.Field("people", "This file cannot be read as text. Save it as CSV or as plain text.")

// ReadPeople reads a pasted list, or a file with columns: of each line its
// address, or else what stands first in it, an external id. In a file whose
// first line names columns, the one with addresses or ids is read.
func ReadPeople(raw []byte) ([]Wanted, error) {
	decoded, err := table.Decode(bytes.NewReader(raw))
	if err == nil {
		raw, err = io.ReadAll(decoded)
	}
	if err != nil || bytes.IndexByte(raw, 0) >= 0 {
		return nil, errUnreadable
	}
	text := strings.ToValidUTF8(string(raw), "\uFFFD")
	var out []Wanted
	column := -1
	first := true
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		cells := cellsOf(line)
		if !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
			continue
		}
		if first {
			first = false
			if column = headingOf(cells); column >= 0 {
				continue
			}
		}
		for _, said := range saidIn(cells, column) {
			out = append(out, Wanted{Text: said})
		}
		if len(out) > MostAtOnce {
			return nil, ErrTooMany
		}
	}
	if len(out) == 0 {
		return nil, fault.Field("people", "Enter at least one e-mail address or external id.")
	}
	return out, nil
}

// cellsOf cuts a line into what stands between separators.
func cellsOf(line string) []string {
	cells := strings.Split(strings.NewReplacer(";", ",", "\t", ",").Replace(line), ",")
	for i, c := range cells {
		cells[i] = strings.Trim(c, " \"'\u00a0\u200b\u2068\u2069\ufeff")
	}
	return cells
}

// headings name a column of addresses or ids, in the languages of Ambit.
var headings = []string{
	"email", "e-mail", "mail", "email address", "e-mail address", "e-mail-adresse", "البريد الإلكتروني",
	"external_id", "external id", "id", "person_id", "learner_id", "externe id", "externe kennung", "المعرّف الخارجي",
}

func headingOf(cells []string) int {
	return slices.IndexFunc(cells, func(c string) bool { return slices.Contains(headings, strings.ToLower(c)) })
}

// saidIn finds whom a line names.
func saidIn(cells []string, column int) []string {
	var addresses []string
	for _, c := range cells {
		if at := addressIn(c); at != "" {
			addresses = append(addresses, at)
		}
	}
	switch {
	case len(addresses) > 0:
		return addresses
	case column >= 0 && (column >= len(cells) || cells[column] == ""):
		return nil
	case column >= 0:
		return []string{short(cells[column])}
	}
	i := slices.IndexFunc(cells, func(c string) bool { return c != "" })
	return []string{short(cells[i])}
}

// addressIn finds an address in what address books write: Ann <ann@a.example>.
func addressIn(cell string) string {
	for word := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(" <>()[]|\"'", r) }) {
		if word = strings.TrimRight(word, ".:"); strings.ContainsRune(word, '@') {
			return short(strings.TrimPrefix(word, "mailto:"))
		}
	}
	return ""
}

// short keeps what is shown again to a length; nothing longer names anybody.
func short(text string) string {
	if r := []rune(text); len(r) > 320 {
		return string(r[:320])
	}
	return text
}
