package mail

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/language"
)

// Words are one letter in one language. {name} stands for the fact of that name.
type Words struct {
	Subject string
	Body    []string // paragraphs; one that is empty once filled is left out
	Button  string   // what the link is called; a letter without one has no link
	Note    string   // in small print, such as how long the link works
	Ignore  string   // what to do if one never asked
}

// Compose writes a letter in the reader's language, or in English where there
// are no words in theirs, as text and as HTML. What the facts say is escaped and
// kept apart from the sentence around it, so that a name in another script
// cannot turn it. The facts are kept with the letter; the link is not, for it
// may be a secret.
func Compose(kind, locale string, words map[language.Tag]Words, facts map[string]string, url string) Message {
	tag, _ := language.Parse(locale)
	w, ok := words[tag]
	if !ok {
		tag, w = language.English, words[language.English]
	}
	plain, apart := fillers(facts)
	v := sheet{
		Language: string(tag), Direction: tag.Direction(), Subject: oneLine(plain.Replace(w.Subject)), Button: apart.Replace(w.Button), URL: url,
		Note: apart.Replace(w.Note), Ignore: apart.Replace(w.Ignore),
	}
	for _, p := range w.Body {
		if p = strings.TrimSpace(apart.Replace(p)); strings.Trim(p, "\u2068\u2069") != "" {
			v.Body = append(v.Body, p)
		}
	}
	return Message{ID: access.NewID(), Kind: kind, Subject: v.Subject, Facts: facts, sheet: &v}.Of(House{})
}

// fillers put facts into a subject as they are, and into sentences isolated.
func fillers(facts map[string]string) (plain, apart *strings.Replacer) {
	var p, a []string
	for name, fact := range facts {
		p = append(p, "{"+name+"}", fact)
		a = append(a, "{"+name+"}", "\u2068"+fact+"\u2069")
	}
	return strings.NewReplacer(p...), strings.NewReplacer(a...)
}

// oneLine keeps a header one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
