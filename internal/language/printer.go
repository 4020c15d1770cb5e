package language

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/unicode/bidi"
)

// Printer writes messages and figures for one reader. It belongs to one
// request: it remembers what it said, so that a table of three thousand cells
// words each state once, and must not be shared between goroutines.
type Printer struct {
	localizer *i18n.Localizer
	tag       Tag
	zone      *time.Location
	form      form
	said      map[saying]string
	sentences map[string]string
}

// saying is a message without values; n is -1 without a plural.
type saying struct {
	key string
	n   int
}

// Tag is the printer's language.
func (p *Printer) Tag() Tag { return p.tag }

// Zone is the reader's time zone.
func (p *Printer) Zone() *time.Location { return p.zone }

// T says the message of a key. Pairs are the names and values it speaks of:
// T("access.lost", "Place", "Ernst Handel").
func (p *Printer) T(key string, pairs ...any) string {
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: p.data(pairs)}
	if len(pairs) > 0 {
		return p.say(config, key)
	}
	return p.once(saying{key, -1}, config)
}

// N says the message of a key in the plural form of n; the message writes the
// number as {{.Count}}.
func (p *Printer) N(key string, n int, pairs ...any) string {
	data := p.data(pairs)
	data["Count"] = p.Number(n)
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n}
	if len(pairs) > 0 {
		return p.say(config, key)
	}
	return p.once(saying{key, n}, config)
}

func (p *Printer) once(what saying, config *i18n.LocalizeConfig) string {
	text, ok := p.said[what]
	if !ok {
		text = p.say(config, what.key)
		p.said[what] = text
	}
	return text
}

// Sentence says a sentence that is written in English where it arises, such as
// that of a fault, in the reader's language.
func (p *Printer) Sentence(english string) string {
	if said, ok := p.sentences[english]; ok {
		return said
	}
	// With the numbers taken out (see fault.Error.With), and put in again.
	var numbers []string
	bare := digits.ReplaceAllStringFunc(english, func(n string) string {
		numbers = append(numbers, n)
		return "{" + strconv.Itoa(len(numbers)) + "}"
	})
	said, ok := p.sentences[bare]
	if !ok {
		return english
	}
	for i, n := range numbers {
		value, err := strconv.Atoi(n)
		if err == nil {
			n = p.Number(value)
		}
		said = strings.ReplaceAll(said, "{"+strconv.Itoa(i+1)+"}", n)
	}
	return said
}

var digits = regexp.MustCompile(`[0-9]+`)

func (p *Printer) say(config *i18n.LocalizeConfig, key string) string {
	said, err := p.localizer.Localize(config)
	if err != nil && said == "" {
		// A test holds every key in every language, so a reader never meets
		// this; a key is still better than an empty button.
		return key
	}
	return said
}

// data makes the values of a message; text of unknown direction is isolated,
// so that a name cannot turn the sentence around it.
func (p *Printer) data(pairs []any) map[string]any {
	data := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			name = fmt.Sprint(pairs[i])
		}
		switch value := pairs[i+1].(type) {
		case string:
			data[name] = p.isolate(value)
		case int:
			data[name] = p.Number(value)
		default:
			data[name] = value
		}
	}
	return data
}

// isolate wraps text whose direction differs from the printer's in the marks
// that bdi stands for in HTML.
func (p *Printer) isolate(text string) string {
	foreign := func(r rune) bool {
		properties, _ := bidi.LookupRune(r)
		rightToLeft := properties.Class() == bidi.R || properties.Class() == bidi.AL
		return unicode.IsLetter(r) && rightToLeft != (p.tag.Direction() == "rtl")
	}
	if strings.IndexFunc(text, foreign) < 0 {
		return text
	}
	return "\u2068" + text + "\u2069"
}
