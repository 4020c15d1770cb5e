package invitation

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/table"
)

// Most is how many people are invited at once.
const Most = 1000

// Columns are those of the file that can be downloaded as a template.
func Columns() []string { return []string{"email", "given_name", "family_name", "language"} }

var (
	errNobody   = fault.Field("people", "Enter at least one e-mail address.")
	errMost     = fault.Field("people", "Use at most 1,000 addresses at a time.")
	errNoText   = fault.Field("people", "This file cannot be read as text. Save it as CSV or as plain text.")
	errLanguage = fault.Field("locale", "Choose one of the languages.")
)

func (p Person) name() string { return account.Name{Given: p.Given, Family: p.Family}.Full() }

// ReadPeople finds people in what somebody pasted or sent as a file: a table
// whose first line names the column email, or a list of addresses with any
// separators, also as an address book writes them. Lines without an address
// stay, so that the preview can say so.
func ReadPeople(raw []byte) ([]Person, error) {
	people, is, err := readTable(raw)
	if !is && err == nil {
		people, err = readList(raw)
	}
	switch {
	case err != nil:
		return nil, err
	case len(people) == 0:
		return nil, errNobody
	case len(people) > Most:
		return nil, errMost
	}
	return people, nil
}

// readTable reads a table with a header; is tells whether it is one.
func readTable(raw []byte) (people []Person, is bool, err error) {
	rows, err := table.NewReader(bytes.NewReader(raw), table.Options{Known: Columns(), Required: []string{"email"}, Limits: table.Limits{FieldBytes: 2000, Columns: 100, Rows: Most + 1}})
	if err != nil {
		return nil, false, nil //nolint:nilerr // what has no such header is a list of addresses
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return people, true, nil
		}
		if len(people) > Most {
			return nil, true, errMost
		}
		var wrong *table.Error
		if errors.As(err, &wrong) {
			return nil, true, fault.Field("people", "A line of the file cannot be read. It should have as many cells as there are columns.")
		}
		if err != nil {
			return nil, true, err
		}
		p := Person{Email: cell(row.Get("email")), Given: cell(row.Get("given_name")), Family: cell(row.Get("family_name"))}
		if tag, ok := language.Parse(cell(row.Get("language"))); ok && row.Get("language") != "" {
			p.Locale = string(tag)
		}
		if p != (Person{}) {
			people = append(people, p)
		}
	}
}

func cell(text string) string { return short(strings.TrimSpace(text)) }

// readList finds the addresses in a text.
func readList(raw []byte) ([]Person, error) {
	decoded, err := table.Decode(bytes.NewReader(raw))
	if err == nil {
		raw, err = io.ReadAll(decoded)
	}
	text := strings.ToValidUTF8(string(raw), "\uFFFD")
	if err != nil || strings.ContainsRune(text, 0) {
		return nil, errNoText
	}
	var out []Person
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\r\n,;\t", r) }) {
		line = strings.TrimSpace(strings.Trim(strings.TrimSpace(line), `"'`))
		if line == "" || slices.Contains([]string{"email", "e-mail", "e-mail address", "email address"}, strings.ToLower(line)) {
			continue
		}
		out = append(out, aPerson(line))
		if len(out) > Most {
			return nil, errMost
		}
	}
	return out, nil
}

// aPerson reads "ann@example.com" and "Ann Example <ann@example.com>".
func aPerson(text string) Person {
	name, rest, bracketed := strings.Cut(text, "<")
	if !bracketed {
		name, rest = "", text
	}
	p := Person{Email: short(strings.TrimPrefix(strings.Trim(rest, " <>()[]"), "mailto:"))}
	if name = strings.Trim(name, ` "'`); name != "" {
		given, family, _ := cutLast(name)
		p.Given, p.Family = short(given), short(family)
	}
	return p
}

// cutLast takes the last word of a name as the family's.
func cutLast(name string) (before, last string, ok bool) {
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return name, "", false
	}
	return strings.TrimSpace(name[:i]), name[i+1:], true
}

// short keeps what a preview repeats readable.
func short(text string) string {
	const most = 254
	if runes := []rune(norm.NFC.String(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// check looks at what is asked for as a whole.
func (in Inviting) check(kind Kind) error {
	var problems []fault.Problem
	add := func(err error) { problems = append(problems, fault.Fields(err)...) }
	if in.Kind != kind {
		return fault.ErrForbidden
	}
	if (in.Kind == Platform) != (in.Product == "") {
		add(ErrNoProduct)
	}
	if _, ok := language.Parse(in.Locale); in.Locale != "" && !ok {
		add(errLanguage)
	}
	switch {
	case len(in.People) == 0:
		add(errNobody)
	case len(in.People) > Most:
		add(errMost)
	}
	if len(problems) > 0 {
		return fault.Invalidf(problems...)
	}
	return nil
}

// Known is what decides about one person of a list, as the store finds it.
type Known struct {
	Email     string // as it is written to; empty: what was typed is no address
	Folded    string
	Account   string // of the address; empty: there is none
	Seen      bool   // the asker may see the account
	Suspended bool
	Enrolled  bool // takes part in all that they are invited to
	Pending   bool // an invitation to the same, at the same place, waits
	Locale    string
}

// Decide tells what comes of each person. What the asker may not see is never
// said: an address with an account elsewhere is invited like one without.
func Decide(in Inviting, known []Known) []Line {
	lines := make([]Line, len(in.People))
	seen := map[string]bool{}
	for i, k := range known {
		lines[i] = Line{Person: in.People[i], Result: LineInvited}
		l := &lines[i]
		_, badName := account.CheckName(account.Name{Given: l.Given, Family: l.Family})
		switch {
		case k.Folded == "":
			l.Result = LineNoAddress
		case l.name() != "" && badName != nil:
			l.Result = LineNoName
		case seen[k.Folded]:
			l.Result = LineTwice
		case k.Pending:
			l.Result = LinePending
		case k.Seen && k.Suspended:
			l.Result = LineSuspended
		case k.Seen && in.Kind == Platform:
			l.Result = LineHere
		case k.Seen && k.Enrolled:
			l.Result = LineEnrolled
		}
		seen[k.Folded] = true
	}
	return lines
}

// Know begins with what a list itself says.
func Know(in Inviting) []Known {
	out := make([]Known, len(in.People))
	for i, p := range in.People {
		if email, err := account.CheckEmail("email", p.Email); err == nil {
			out[i] = Known{Email: email, Folded: fold.Email(email)}
		}
		out[i].Locale = p.Locale
	}
	return out
}
