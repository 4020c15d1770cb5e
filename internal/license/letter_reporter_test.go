package license

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/language"
)

// TestReporterLettersAreWhole: every letter has words in every language, and
// says nothing but what it is given.
func TestReporterLettersAreWhole(t *testing.T) {
	facts := map[string]string{
		"organization": "Northwind", "product": "Git", "company": "Ernst <b>Handel</b>", "person": "Klara\r\nBcc: x@example.org", "before": "Roland", "count": "7", "limit": "8",
	}
	hole := regexp.MustCompile(`\{[a-z]+\}`)
	for _, kind := range []string{
		LetterAppointed, LetterNamed, LetterReplaced, LetterTransferred, LetterRevoked, LetterSeatEnded, LetterWithdrawn, LetterLeft, LetterAccountEnded, LetterLimit,
	} {
		for _, tag := range language.Tags() {
			w, ok := reporterWords[kind][tag]
			if !ok || w.Subject == "" || len(w.Body) == 0 || w.Button == "" {
				t.Errorf("%s has no words in %s", kind, tag)
				continue
			}
			m := WriteReporterLetter(kind, string(tag), facts, "https://lms.example/o/n")
			if hole.MatchString(m.Subject+m.Text+m.HTML) || strings.ContainsAny(m.Subject, "\r\n") || strings.Contains(m.HTML, "<b>Handel") || !strings.Contains(m.Text, "https://lms.example/o/n") {
				t.Errorf("%s in %s:\n%s\n%s", kind, tag, m.Subject, m.Text)
			}
		}
	}
	if len(reporterWords) != 10 {
		t.Errorf("%d kinds have words", len(reporterWords))
	}
}
