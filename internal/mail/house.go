package mail

import (
	"bytes"
	htmltemplate "html/template"
	"strings"
)

// House is the organization that a letter comes from, as its reader sees it.
// The zero one is the installation itself.
type House struct {
	Name    string
	Address string // lines of text; empty: letters have no foot
	Accent  string // colour of the button; empty: Ambit's
	Ink     string // colour of the words on it
	Sender  string // the name beside the sender's address; empty: Name
	ReplyTo string // empty: answers go to the sender
}

// from is the name beside the sender's address.
func (h House) from() string {
	if h.Sender != "" {
		return h.Sender
	}
	return h.Name
}

// lines is what stands at the foot of a letter.
func (h House) lines() []string {
	if h.Address == "" {
		return nil
	}
	return append([]string{h.Name}, strings.Split(h.Address, "\n")...)
}

// sheet is what a letter says, before it is dressed.
type sheet struct {
	Language, Direction, Subject, Button, URL, Note, Ignore string
	Body                                                    []string
}

// Of gives the letter the colours and the foot of the house that it comes
// from. One that was not composed here stays as it is.
func (m Message) Of(h House) Message {
	if m.sheet == nil {
		return m
	}
	v := struct {
		sheet
		Accent, Ink string
		Foot        []string
	}{*m.sheet, "#1f4fd8", "#ffffff", h.lines()}
	if h.Accent != "" {
		v.Accent, v.Ink = h.Accent, h.Ink
	}
	var html bytes.Buffer
	if err := page.Execute(&html, v); err != nil {
		panic(err) // the template is ours and writes to memory
	}
	m.HTML, m.Text = html.String(), m.sheet.text(v.Foot)
	return m
}

func (s *sheet) text(foot []string) string {
	text := strings.Join(s.Body, "\n\n") + "\n"
	if s.URL != "" && s.Button != "" {
		text += "\n" + s.URL + "\n"
	}
	if end := strings.TrimSpace(s.Note + "\n" + s.Ignore); end != "" {
		text += "\n" + end + "\n"
	}
	if len(foot) > 0 {
		text += "\n-- \n" + strings.Join(foot, "\n") + "\n"
	}
	return text
}

var page = htmltemplate.Must(htmltemplate.New("letter").Parse(`<!doctype html>
<html lang="{{.Language}}" dir="{{.Direction}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;background:#f6f7f9;color:#1a1d23;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #e3e6ea;border-top:4px solid {{.Accent}};border-radius:10px">
{{range .Body}}<p style="margin:0 0 20px">{{.}}</p>
{{end}}{{if and .URL .Button}}<p style="margin:0 0 20px"><a href="{{.URL}}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:{{.Accent}};color:{{.Ink}};text-decoration:none">{{.Button}}</a></p>
<p style="margin:0 0 20px;font-size:13px;word-break:break-all" dir="ltr">{{.URL}}</p>
{{end}}<p style="margin:0;font-size:13px;color:#5a6270">{{.Note}} {{.Ignore}}</p>
{{if .Foot}}<p style="margin:20px 0 0;padding-top:16px;border-top:1px solid #e3e6ea;font-size:13px;color:#5a6270">{{range $i, $line := .Foot}}{{if $i}}<br>{{end}}<bdi>{{$line}}</bdi>{{end}}</p>
{{end}}</div>
</body>
</html>
`))
