// Package language says things in the reader's language: messages and plurals,
// numbers, dates and instants, and the direction of writing. Pages and letters
// take a Printer from it; it knows nothing of either.
package language

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	xlanguage "golang.org/x/text/language"
)

// Tag names a language Ambit speaks.
type Tag string

// The languages, each complete.
const (
	English Tag = "en"
	German  Tag = "de"
	Arabic  Tag = "ar"
)

// Tags lists the languages, the fallback first.
func Tags() []Tag { return []Tag{English, German, Arabic} }

// Name is the language's name in itself, as a chooser shows it.
func (t Tag) Name() string {
	switch t {
	case German:
		return "Deutsch"
	case Arabic:
		return "العربية"
	default:
		return "English"
	}
}

// Direction is rtl or ltr, as HTML writes it.
func (t Tag) Direction() string {
	if t == Arabic {
		return "rtl"
	}
	return "ltr"
}

// Parse finds the language of a locale such as de, de-AT or ar_EG.
func Parse(locale string) (Tag, bool) {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-")
	for _, t := range Tags() {
		if base == string(t) {
			return t, true
		}
	}
	return English, false
}

//go:embed messages/*.json sentences/*.json
var messages embed.FS

// Catalogue holds the messages of all languages.
type Catalogue struct {
	bundle    *i18n.Bundle
	matcher   xlanguage.Matcher
	sentences map[Tag]map[string]string // by the English sentence
}

// Load reads the embedded messages: for each language a file per subject, with
// the keys that begin with it; general has the subjects of a few keys.
func Load() (*Catalogue, error) {
	bundle := i18n.NewBundle(xlanguage.English)
	tags := make([]xlanguage.Tag, 0, len(Tags()))
	sentences := map[Tag]map[string]string{}
	for _, t := range Tags() {
		files, err := fs.Glob(messages, "messages/*."+string(t)+".json")
		if err != nil {
			return nil, fmt.Errorf("find messages in %s: %w", t, err)
		}
		for _, file := range files {
			if _, err := bundle.LoadMessageFileFS(messages, file); err != nil {
				return nil, fmt.Errorf("read %s: %w", file, err)
			}
		}
		tags = append(tags, xlanguage.Make(string(t)))
		if t == English {
			continue // the sentences are written in it
		}
		said, err := readSentences(t)
		if err != nil {
			return nil, err
		}
		sentences[t] = said
	}
	return &Catalogue{bundle: bundle, matcher: xlanguage.NewMatcher(tags), sentences: sentences}, nil
}

func readSentences(t Tag) (map[string]string, error) {
	files, err := fs.Glob(messages, "sentences/*."+string(t)+".json")
	if err != nil {
		return nil, fmt.Errorf("find sentences in %s: %w", t, err)
	}
	said := map[string]string{}
	for _, file := range files {
		raw, err := messages.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		if err := json.Unmarshal(raw, &said); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return said, nil
}

// Choose picks the language for a reader: their account's locale, else the
// organization's, else what the browser accepts, else English.
func (c *Catalogue) Choose(account, organization, accepted string) Tag {
	for _, locale := range []string{account, organization} {
		if t, ok := Parse(locale); ok {
			return t
		}
	}
	wanted, _, err := xlanguage.ParseAcceptLanguage(accepted)
	if err != nil {
		return English
	}
	if _, index, confidence := c.matcher.Match(wanted...); confidence > xlanguage.No {
		return Tags()[index]
	}
	return English
}

// Printer speaks one language to a reader in one time zone.
func (c *Catalogue) Printer(tag Tag, zone *time.Location) *Printer {
	if zone == nil {
		zone = time.UTC
	}
	return &Printer{
		localizer: i18n.NewLocalizer(c.bundle, string(tag)),
		tag:       tag, zone: zone, form: forms(tag), said: map[saying]string{}, sentences: c.sentences[tag],
	}
}
