package mail

import (
	"bytes"
	htmltemplate "html/template"
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
	v := struct {
		Language, Direction, Subject, Button, URL, Note, Ignore string
		Body                                                    []string
	}{
		Language: string(tag), Direction: tag.Direction(), Subject: oneLine(plain.Replace(w.Subject)), Button: apart.Replace(w.Button), URL: url,
		Note: apart.Replace(w.Note), Ignore: apart.Replace(w.Ignore),
	}
	for _, p := range w.Body {
		if p = strings.TrimSpace(apart.Replace(p)); strings.Trim(p, "\u2068\u2069") != "" {
			v.Body = append(v.Body, p)
		}
	}
	text := strings.Join(v.Body, "\n\n") + "\n"
	if url != "" && v.Button != "" {
		text += "\n" + url + "\n"
	}
	if end := strings.TrimSpace(v.Note + "\n" + v.Ignore); end != "" {
		text += "\n" + end + "\n"
	}
	var html bytes.Buffer
	if err := page.Execute(&html, v); err != nil {
		panic(err) // the template is ours and writes to memory
	}
	return Message{ID: access.NewID(), Kind: kind, Subject: v.Subject, Text: text, HTML: html.String(), Facts: facts}
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

var page = htmltemplate.Must(htmltemplate.New("letter").Parse(`<!doctype html>
<html lang="{{.Language}}" dir="{{.Direction}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;background:#f6f7f9;color:#1a1d23;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #e3e6ea;border-radius:10px">
{{range .Body}}<p style="margin:0 0 20px">{{.}}</p>
{{end}}{{if and .URL .Button}}<p style="margin:0 0 20px"><a href="{{.URL}}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f4fd8;color:#ffffff;text-decoration:none">{{.Button}}</a></p>
<p style="margin:0 0 20px;font-size:13px;word-break:break-all" dir="ltr">{{.URL}}</p>
{{end}}<p style="margin:0;font-size:13px;color:#5a6270">{{.Note}} {{.Ignore}}</p>
</div>
</body>
</html>
`))
