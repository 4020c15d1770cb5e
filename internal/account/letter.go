package account

import (
	"bytes"
	htmltemplate "html/template"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// wording is one letter in one language. {organization} stands for its name.
type wording struct {
	subject string
	body    string
	button  string
	note    string // how long the link works
	ignore  string // what to do if one never asked
}

// The letters of this package, by kind.
const (
	resetLetterKind      = "password.reset"
	invitationLetterKind = "account.invitation"
	accessLetterKind     = "account.access"
)

func resetLetter(locale, url string) mail.Message {
	return render(resetLetterKind, locale, "", url)
}

func invitationLetter(locale, organization, url string) mail.Message {
	return render(invitationLetterKind, locale, organization, url)
}

func accessLetter(locale, organization, url string) mail.Message {
	return render(accessLetterKind, locale, organization, url)
}

// render writes a letter in the reader's language, as text and as HTML.
func render(kind, locale, organization, url string) mail.Message {
	tag, _ := language.Parse(locale) // English where we do not speak it
	w := letters[kind][tag]
	fill := func(text string) string {
		// Isolated, so that a name in another script cannot turn the sentence.
		return strings.ReplaceAll(text, "{organization}", "\u2068"+organization+"\u2069")
	}
	v := struct {
		Language, Direction, Subject, Body, Button, URL, Note, Ignore string
	}{string(tag), tag.Direction(), strings.ReplaceAll(w.subject, "{organization}", organization), fill(w.body), w.button, url, fill(w.note), fill(w.ignore)}
	text := v.Body + "\n\n" + v.URL + "\n\n"
	if v.Note != "" {
		text += v.Note + "\n"
	}
	text += v.Ignore + "\n"
	var html bytes.Buffer
	if err := page.Execute(&html, v); err != nil {
		panic(err) // the template is ours and writes to memory
	}
	return mail.Message{ID: access.NewID(), Kind: kind, Subject: v.Subject, Text: text, HTML: html.String()}
}

var page = htmltemplate.Must(htmltemplate.New("letter").Parse(`<!doctype html>
<html lang="{{.Language}}" dir="{{.Direction}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;background:#f6f7f9;color:#1a1d23;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #e3e6ea;border-radius:10px">
<p style="margin:0 0 20px">{{.Body}}</p>
<p style="margin:0 0 20px"><a href="{{.URL}}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f4fd8;color:#ffffff;text-decoration:none">{{.Button}}</a></p>
<p style="margin:0 0 20px;font-size:13px;word-break:break-all" dir="ltr">{{.URL}}</p>
<p style="margin:0;font-size:13px;color:#5a6270">{{.Note}} {{.Ignore}}</p>
</div>
</body>
</html>
`))
