package content

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/fault"
)

// What an entry of the library may be at most, the same as in a roster bundle.
const (
	longestTitle = 300
	longestURL   = 2000
	longestID    = 200
	mostMinutes  = 10_000_000
	mostParts    = 200
)

// NewActivity is what somebody says about an activity.
type NewActivity struct {
	ExternalID   string
	Title        string
	URL          string
	Minutes      int // zero: not said
	SelfComplete bool
}

func (n NewActivity) tidy() NewActivity {
	n.ExternalID, n.Title, n.URL = strings.TrimSpace(n.ExternalID), strings.TrimSpace(n.Title), strings.TrimSpace(n.URL)
	return n
}

// Check tells whether the activity can be as it is said, where it was so before.
func (n NewActivity) Check(before Activity) error { return n.check(before) }

func (n NewActivity) check(before Activity) error {
	wrong := named(n.ExternalID, n.Title)
	wrong = append(wrong, n.wrongAddress(before)...)
	if n.Minutes < 0 || n.Minutes > mostMinutes {
		wrong = append(wrong, fault.Problem{Field: "minutes", Sentence: "Enter how many minutes it takes, or nothing."})
	}
	return problems(wrong)
}

// wrongAddress tells what is wrong with the address. One that an import brought
// may stay what it is; a course or an event needs none.
func (n NewActivity) wrongAddress(before Activity) []fault.Problem {
	if n.URL == before.URL && n.URL != "" || n.URL == "" && before.Kind != Link {
		return nil
	}
	u, err := url.Parse(n.URL)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil:
		return []fault.Problem{{Field: "url", Sentence: "Enter an address that begins with https://."}}
	case utf8.RuneCountInString(n.URL) > longestURL:
		return []fault.Problem{{Field: "url", Sentence: "This address is too long."}}
	}
	return nil
}

// NewProgram is what somebody says about a program.
type NewProgram struct {
	ExternalID string
	Title      string
	Parts      []NewPart // in the program's order
	// Enroll gives what is added also to the people who hold a seat already.
	Enroll bool
}

// NewPart is an activity that a program is to have.
type NewPart struct {
	Activity ProductID
	Required bool
}

func (n NewProgram) tidy() NewProgram {
	n.ExternalID, n.Title = strings.TrimSpace(n.ExternalID), strings.TrimSpace(n.Title)
	return n
}

func (n NewProgram) check() error {
	wrong := named(n.ExternalID, n.Title)
	seen := make(map[ProductID]bool, len(n.Parts))
	for _, part := range n.Parts {
		if seen[part.Activity] {
			wrong = append(wrong, fault.Problem{Field: "activities", Sentence: "An activity can stand in a program only once."})
			break
		}
		seen[part.Activity] = true
	}
	switch {
	case len(n.Parts) == 0:
		wrong = append(wrong, fault.Problem{Field: "activities", Sentence: "Choose at least one activity."})
	case len(n.Parts) > mostParts:
		wrong = append(wrong, fault.Problem{Field: "activities", Sentence: "A program can have up to 200 activities."})
	}
	return problems(wrong)
}

// named tells what is wrong with the names of an entry.
func named(external, title string) (wrong []fault.Problem) {
	switch {
	case title == "":
		wrong = append(wrong, fault.Problem{Field: "title", Sentence: "Enter a title."})
	case utf8.RuneCountInString(title) > longestTitle || !plain(title):
		wrong = append(wrong, fault.Problem{Field: "title", Sentence: "Use a title of up to 300 characters in one line."})
	}
	if utf8.RuneCountInString(external) > longestID || !plain(external) {
		wrong = append(wrong, fault.Problem{Field: "external_id", Sentence: "Use an id of up to 200 characters in one line."})
	}
	return wrong
}

// plain tells whether a text is one line of characters that can be seen.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func problems(wrong []fault.Problem) error {
	if len(wrong) == 0 {
		return nil
	}
	return fault.Invalidf(wrong...)
}
