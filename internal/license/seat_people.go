package license

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/table"
)

// MostAtOnce is the longest list of people that is taken at once.
const MostAtOnce = 5000

// ReadPeople finds the addresses in what somebody pasted or sent as a file: a
// list with any separators, lines as an address book writes them, or a table
// with other columns beside the addresses. Lines in which there is none stay,
// so that the preview can say so, but for the header of a table.
func ReadPeople(raw []byte) ([]Invitee, error) {
	decoded, err := table.Decode(bytes.NewReader(raw))
	if err == nil {
		raw, err = io.ReadAll(decoded)
	}
	if err != nil {
		return nil, fault.Field("people", "This file cannot be read as text. Save it as CSV or as plain text.")
	}
	text := strings.ToValidUTF8(string(raw), "\uFFFD")
	if strings.ContainsRune(text, 0) {
		return nil, fault.Field("people", "This file cannot be read as text. Save it as CSV or as plain text.")
	}
	var out []Invitee
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.TrimSpace(strings.Trim(line, ",;\t\"' ")) == "" {
			continue
		}
		found := addresses(line)
		header := len(out) == 0 && strings.ContainsAny(line, ",;\t")
		if len(found) == 0 && !header && !isHeading(line) {
			found = []string{short(strings.TrimSpace(line))}
		}
		for _, a := range found {
			out = append(out, Invitee{Email: a})
		}
		if len(out) > MostAtOnce {
			return nil, TooManyPeople()
		}
	}
	if len(out) == 0 {
		return nil, fault.Field("people", "Enter at least one e-mail address.")
	}
	return out, nil
}

// TooManyPeople refuses a list that is longer than is taken at once.
func TooManyPeople() error {
	return fault.Field("people", "Use at most 5,000 addresses at a time.")
}

// isHeading tells whether a line is the title of a column of addresses.
func isHeading(line string) bool {
	switch strings.ToLower(strings.Trim(line, " \"'")) {
	case "email", "e-mail", "mail", "email address", "e-mail address", "address", "e-mail-adresse", "البريد الإلكتروني":
		return true
	}
	return false
}

// addresses finds what looks like addresses in a line: whatever holds an @,
// without what address books put around it.
func addresses(line string) (out []string) {
	words := strings.FieldsFuncSeq(line, func(r rune) bool {
		return strings.ContainsRune(" \t,;<>()[]\"'|\u00a0\u200b\u2068\u2069\ufeff", r)
	})
	for word := range words {
		word = strings.TrimRight(word, ".:")
		if len(word) > 7 && strings.EqualFold(word[:7], "mailto:") {
			word = word[7:]
		}
		if strings.ContainsRune(word, '@') {
			out = append(out, short(word))
		}
	}
	return out
}

// short keeps what a preview repeats readable.
func short(text string) string {
	const most = 254
	if runes := []rune(text); len(runes) > most {
		return fmt.Sprintf("%s…", string(runes[:most]))
	}
	return text
}
