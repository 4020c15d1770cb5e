package account

import (
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/language"
)

func TestLettersAreCompleteInEveryLanguage(t *testing.T) {
	for kind, words := range letters {
		english := words[language.English]
		for _, tag := range language.Tags() {
			w := words[tag]
			for name, pair := range map[string][2]string{
				"subject": {english.subject, w.subject}, "body": {english.body, w.body}, "button": {english.button, w.button},
				"note": {english.note, w.note}, "ignore": {english.ignore, w.ignore},
			} {
				if (pair[0] == "") != (pair[1] == "") {
					t.Errorf("%s in %s: %s is %q, in English %q", kind, tag, name, pair[1], pair[0])
				}
				if strings.Contains(pair[0], "{organization}") != strings.Contains(pair[1], "{organization}") {
					t.Errorf("%s in %s: %s does not name the organization as the English one does", kind, tag, name)
				}
			}
		}
	}
}

func TestLetter(t *testing.T) {
	const url = "https://lms.example.org/reset/abc"
	m := invitationLetter("ar-EG", `<b>"Norðr" & Co</b>`, url)
	if m.ID == "" || m.Kind != "account.invitation" || !strings.Contains(m.Subject, `<b>"Norðr" & Co</b>`) {
		t.Errorf("letter = %+v", m)
	}
	for _, want := range []string{`lang="ar" dir="rtl"`, `href="` + url + `"`, "&lt;b&gt;"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("the HTML has no %q:\n%s", want, m.HTML)
		}
	}
	if strings.Contains(m.HTML, "<b>") || strings.Contains(m.Text, "{") || !strings.Contains(m.Text, "\n"+url+"\n") {
		t.Errorf("text:\n%s\nHTML:\n%s", m.Text, m.HTML)
	}
	if m := resetLetter("xx", url); !strings.Contains(m.Text, "new password") {
		t.Errorf("a language that we do not speak: %q", m.Text)
	}
}
