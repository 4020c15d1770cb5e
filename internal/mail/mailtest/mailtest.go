// Package mailtest holds the words of letters to what every letter has to be.
package mailtest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Complete fails where a letter lacks a language, or says in one less than in
// another or names other facts, and where a fact that people typed would be read as markup.
func Complete(t *testing.T, letters map[string]map[language.Tag]mail.Words) {
	t.Helper()
	for kind, words := range letters {
		english := parts(words[language.English])
		if english["subject"] == "" || english["body"] == "" {
			t.Errorf("%s has no subject or no text in English", kind)
		}
		for _, tag := range language.Tags() {
			w, ok := words[tag]
			if !ok {
				t.Errorf("%s is not there in %s", kind, tag)
				continue
			}
			for name, said := range parts(w) {
				if (said == "") != (english[name] == "") {
					t.Errorf("%s in %s: %s is %q, in English %q", kind, tag, name, said, english[name])
				}
				if got, want := facts(said), facts(english[name]); !slices.Equal(got, want) {
					t.Errorf("%s in %s: %s names %v, in English %v", kind, tag, name, got, want)
				}
			}
			escaped(t, kind, tag, words)
		}
	}
}

func escaped(t *testing.T, kind string, tag language.Tag, words map[language.Tag]mail.Words) {
	t.Helper()
	filled := map[string]string{}
	for _, text := range parts(words[tag]) {
		for _, name := range facts(text) {
			filled[strings.Trim(name, "{}")] = `<i>"x" & y</i>`
		}
	}
	m := mail.Compose(kind, string(tag), words, filled, "https://lms.example/page")
	if strings.Contains(m.HTML, "<i>") || placeholder.MatchString(m.Subject+m.Text+m.HTML) {
		t.Errorf("%s in %s:\n%s\n%s\n%s", kind, tag, m.Subject, m.Text, m.HTML)
	}
}

func parts(w mail.Words) map[string]string {
	return map[string]string{"subject": w.Subject, "body": strings.Join(w.Body, "\n"), "button": w.Button, "note": w.Note, "ignore": w.Ignore}
}

// facts are the placeholders of a text, each once.
func facts(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(text, -1))))
}
