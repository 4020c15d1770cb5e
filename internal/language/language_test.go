package language

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read gives the raw messages of a language: key to text, or to plural forms.
func read(t *testing.T, tag Tag) map[string]json.RawMessage {
	t.Helper()
	files, err := fs.Glob(messages, "messages/*."+string(tag)+".json")
	if err != nil || len(files) == 0 {
		t.Fatal("no messages", err)
	}
	out := map[string]json.RawMessage{}
	for _, file := range files {
		raw, err := messages.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string]json.RawMessage{}
		if err := json.Unmarshal(raw, &of); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		subject, _, _ := strings.Cut(filepath.Base(file), ".")
		for key, text := range of {
			if _, twice := out[key]; twice {
				t.Errorf("%s: %q stands twice", file, key)
			}
			if prefix, _, _ := strings.Cut(key, "."); prefix != subject && subject != "general" {
				t.Errorf("%s: %q belongs elsewhere", file, key)
			}
			out[key] = text
		}
	}
	return out
}

// TestEveryKeyInEveryLanguage holds the messages and the code together: no key
// that is said is missing anywhere, and none is kept that nobody says.
func TestEveryKeyInEveryLanguage(t *testing.T) {
	said, quoted := keysInCode(t)
	if len(said) < 100 {
		t.Fatalf("found only %d keys in the code: is the search broken?", len(said))
	}
	for _, tag := range Tags() {
		known := read(t, tag)
		for key, where := range said {
			if _, ok := known[key]; !ok {
				t.Errorf("%s: %q is said in %s and has no message", tag, key, where)
			}
		}
		for key := range known {
			if !quoted[key] {
				t.Errorf("%s: nobody says %q", tag, key)
			}
		}
		for key := range read(t, English) {
			if _, ok := known[key]; !ok {
				t.Errorf("%s: %q is missing", tag, key)
			}
		}
	}
}

// keysInCode finds the keys handed to T and N, and everything quoted that may be one.
func keysInCode(t *testing.T) (said map[string]string, quoted map[string]bool) {
	t.Helper()
	call := regexp.MustCompile(`\.(?:T|N)\("([^"]+)"`)
	literal := regexp.MustCompile(`"([a-z_]+(?:\.[a-z0-9_]+)+)"`)
	said, quoted = map[string]string{}, map[string]bool{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source := strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go")
		if !source || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if uses := strings.Contains(string(text), "Printer") || strings.Contains(name, "web"); uses {
			for _, m := range call.FindAllStringSubmatch(string(text), -1) {
				said[m[1]] = name
			}
		}
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			quoted[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return said, quoted
}

// TestPluralsAreComplete asks for every form that the language's grammar has,
// and for the same values in each language.
func TestPluralsAreComplete(t *testing.T) {
	forms := map[Tag][]string{English: {"one", "other"}, German: {"one", "other"}, Arabic: {"few", "many", "one", "other", "two", "zero"}}
	value := regexp.MustCompile(`{{\.(\w+)}}`)
	names := func(text string) string {
		set := map[string]bool{}
		for _, m := range value.FindAllStringSubmatch(text, -1) {
			set[m[1]] = true
		}
		var out []string
		for name := range set {
			out = append(out, name)
		}
		sort.Strings(out)
		return strings.Join(out, " ")
	}
	english := read(t, English)
	for _, tag := range Tags() {
		for key, raw := range read(t, tag) {
			if got, want := names(string(raw)), names(string(english[key])); got != want {
				t.Errorf("%s: %q speaks of %q, English of %q", tag, key, got, want)
			}
			if !strings.HasPrefix(string(raw), "{") {
				continue
			}
			var plural map[string]string
			if err := json.Unmarshal(raw, &plural); err != nil {
				t.Fatalf("%s: %q: %v", tag, key, err)
			}
			var has []string
			for name := range plural {
				has = append(has, name)
			}
			sort.Strings(has)
			if strings.Join(has, " ") != strings.Join(forms[tag], " ") {
				t.Errorf("%s: %q has the forms %v, want %v", tag, key, has, forms[tag])
			}
		}
	}
}

// TestForbiddenWords keeps the words of the design off the pages.
func TestForbiddenWords(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)\b(grants?|granted|scopes?|reach|nodes?|extents?|principals?)\b`)
	for key, raw := range read(t, English) {
		if word := forbidden.FindString(string(raw)); word != "" {
			t.Errorf("%q says %q", key, word)
		}
	}
}

func TestPlurals(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		tag  Tag
		n    int
		want string
	}{
		{English, 1, "1 learner"},
		{English, 1284, "1,284 learners"},
		{German, 1284, "1.284 Lernende"},
		{Arabic, 0, "لا متعلّمين"},
		{Arabic, 1, "متعلّم واحد"},
		{Arabic, 2, "متعلّمان"},
		{Arabic, 5, "5 متعلّمين"},
		{Arabic, 11, "11 متعلّمًا"},
		{Arabic, 100, "100 متعلّم"},
		{Arabic, 1284, "1,284 متعلّمًا"},
	} {
		if got := c.Printer(tt.tag, nil).N("list.learners", tt.n); got != tt.want {
			t.Errorf("%s %d: %q, want %q", tt.tag, tt.n, got, tt.want)
		}
	}
}

func TestChoose(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		account, organization, accepted string
		want                            Tag
	}{
		{"ar", "de", "en", Arabic},
		{"", "de-AT", "ar", German},
		{"", "", "fr, ar-EG;q=0.8, en;q=0.5", Arabic},
		{"", "", "de-CH", German},
		{"xx", "", "de", German},
		{"", "", "tlh", English},
		{"", "", ";;;", English},
		{"", "", "", English},
	} {
		if got := c.Choose(tt.account, tt.organization, tt.accepted); got != tt.want {
			t.Errorf("Choose(%q, %q, %q) = %s, want %s", tt.account, tt.organization, tt.accepted, got, tt.want)
		}
	}
}

func TestFigures(t *testing.T) {
	c := load(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, 11, 4, 23, 30, 0, 0, time.UTC)
	d := day.Date(2025, time.November, 4)
	en, de, ar := c.Printer(English, berlin), c.Printer(German, berlin), c.Printer(Arabic, berlin)
	const nbsp = "\u00a0"
	for _, tt := range []struct{ what, got, want string }{
		{"share", en.Percent(.864), "86.4%"},
		{"share in German", de.Percent(.864), "86,4" + nbsp + "%"},
		{"almost all", en.Percent(.9999), "99.9%"},
		{"almost none", en.Percent(.00001), "0.1%"},
		{"all", en.Percent(1), "100%"},
		{"none", en.Percent(0), "0%"},
		{"thousands", en.Number(1234567), "1,234,567"},
		{"below zero", en.Number(-1200), "\u22121,200"},
		{"German", de.Number(1234), "1.234"},
		{"score", en.Decimal(84.26), "84.3"},
		{"whole score", de.Decimal(84), "84"},
		{"decimal", de.Decimal(7.5), "7,5"},
		{"day", en.Day(d), "4" + nbsp + "Nov" + nbsp + "2025"},
		{"day in German", de.Day(d), "4." + nbsp + "Nov." + nbsp + "2025"},
		{"day in Arabic", ar.Day(d), "4" + nbsp + "نوفمبر" + nbsp + "2025"},
		{"no day", en.Day(day.None), ""},
		{"instant", en.Instant(at), "5" + nbsp + "Nov" + nbsp + "2025, 00:30" + nbsp + "CET"},
		{"no instant", en.Instant(time.Time{}), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

// TestNamesAreIsolated: a name of the other direction cannot turn the sentence.
func TestNamesAreIsolated(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		tag  Tag
		name string
		want bool
	}{{English, "Ann", false}, {English, "فريد", true}, {Arabic, "Ann", true}, {Arabic, "فريد", false}} {
		got := strings.Contains(c.Printer(tt.tag, nil).T("demo.sign_in_as", "Name", tt.name), "\u2068"+tt.name+"\u2069")
		if got != tt.want {
			t.Errorf("%s, %s: isolated %v, want %v", tt.tag, tt.name, got, tt.want)
		}
	}
}
