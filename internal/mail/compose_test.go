package mail

import (
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/language"
)

var words = map[language.Tag]Words{
	language.English: {
		Subject: "{who} gave you {what}", Body: []string{"{who} gives you {what}.", "{remark}", "See you."},
		Button: "Take it", Note: "Until {day}.", Ignore: "Unknown? Ignore this.",
	},
	language.Arabic: {Subject: "{who}: {what}", Body: []string{"{what} من {who}."}, Button: "خذ", Note: "{day}", Ignore: "تجاهل"},
}

func TestALetterIsEscapedAndKeepsNamesApart(t *testing.T) {
	const url = "https://lms.example/redeem/abc?a=1&b=2"
	m := Compose("seat.invitation", "ar-EG", words, map[string]string{"who": `<b>"Norðr" & Co</b>`, "what": "Git\nBcc: x@y.example", "day": "1 May"}, url)
	for _, want := range []string{`lang="ar" dir="rtl"`, `href="https://lms.example/redeem/abc?a=1&amp;b=2"`, "&lt;b&gt;", "\u2068&lt;b&gt;"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("the HTML has no %q:\n%s", want, m.HTML)
		}
	}
	if strings.Contains(m.HTML, "<b>") || strings.ContainsAny(m.Subject, "\r\n") || !strings.Contains(m.Subject, `<b>"Norðr" & Co</b>: Git Bcc: x@y.example`) {
		t.Errorf("subject %q, HTML:\n%s", m.Subject, m.HTML)
	}
	if !strings.Contains(m.Text, "\n"+url+"\n") || strings.Contains(m.Text, "{") || len(m.ID) != 26 || m.Kind != "seat.invitation" {
		t.Errorf("letter %q of kind %q:\n%s", m.ID, m.Kind, m.Text)
	}
}

func TestALetterInALanguageThatWeDoNotSpeakIsInEnglish(t *testing.T) {
	m := Compose("k", "xx", words, map[string]string{"who": "Ann", "what": "a book", "day": "1 May", "remark": ""}, "https://lms.example")
	if want := "\u2068Ann\u2069 gives you \u2068a book\u2069.\n\nSee you.\n\nhttps://lms.example\n\nUntil \u20681 May\u2069.\nUnknown? Ignore this.\n"; m.Text != want {
		t.Errorf("text = %q, want %q", m.Text, want)
	}
	if !strings.Contains(m.HTML, `lang="en" dir="ltr"`) {
		t.Error(m.HTML)
	}
}

func TestALetterWithoutALinkHasNoButton(t *testing.T) {
	m := Compose("k", "en", words, map[string]string{"who": "Ann", "what": "a book", "day": "1 May"}, "")
	if strings.Contains(m.HTML, "<a ") || strings.Contains(m.Text, "http") {
		t.Errorf("%s\n%s", m.Text, m.HTML)
	}
}

func TestFactsAreKeptAndLinksAreNot(t *testing.T) {
	m := Compose("k", "en", words, map[string]string{"who": "Ann"}, "https://lms.example/redeem/secret")
	if m.Facts["who"] != "Ann" || len(m.Facts) != 1 {
		t.Errorf("facts = %v", m.Facts)
	}
}
