package account

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// Name is what a person is called. One half may be missing: not everybody has two.
type Name struct{ Given, Family string }

// Full is the name as pages show it.
func (n Name) Full() string { return strings.TrimSpace(n.Given + " " + n.Family) }

const longestName = 100 // characters of each half

// check tidies a name and names what is wrong with it.
func (n Name) check() (Name, []fault.Problem) {
	var problems []fault.Problem
	n.Given, n.Family = tidy(n.Given), tidy(n.Family)
	if n.Full() == "" {
		problems = append(problems, fault.Problem{Field: "given_name", Sentence: "Enter a name."})
	}
	if utf8.RuneCountInString(n.Given) > longestName {
		problems = append(problems, fault.Problem{Field: "given_name", Sentence: "Use at most 100 characters."})
	}
	if utf8.RuneCountInString(n.Family) > longestName {
		problems = append(problems, fault.Problem{Field: "family_name", Sentence: "Use at most 100 characters."})
	}
	return n, problems
}

// CheckName tidies a name that somebody gives to another person.
func CheckName(n Name) (Name, error) {
	n, problems := n.check()
	if len(problems) > 0 {
		return n, fault.Invalidf(problems...)
	}
	return n, nil
}

// tidy composes a text, makes it one line and takes away what cannot be seen.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(text), " ")
}

// SearchText is what a search for people looks into.
func SearchText(name Name, email, externalID string) string {
	return fold.Search(name.Full(), email, externalID)
}

// CheckEmail tidies an address and tells whether a letter could be sent there.
func CheckEmail(field, address string) (string, error) {
	address = norm.NFC.String(strings.TrimSpace(address))
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 || !utf8.ValidString(address) {
		return "", fault.Field(field, "Enter an e-mail address such as ann@example.com.")
	}
	return address, nil
}
