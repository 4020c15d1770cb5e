// Package fold brings names, addresses and what people type into a search box
// into one form each, so that both engines sort and match alike: they compare
// bytes, and all knowledge of scripts is here. Folded text is never shown.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Text is the form that names are sorted, compared and searched by:
// compatibility forms, letter case, accents and surplus spaces are gone.
// Folding twice changes nothing.
func Text(s string) string {
	if plain, ok := ascii(s); ok {
		return plain
	}
	s = cases.Fold().String(norm.NFKC.String(s))
	var out strings.Builder
	out.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if accent(r) {
			continue
		}
		if plain, ok := letters[r]; ok {
			out.WriteString(plain)
			continue
		}
		if unicode.IsSpace(r) {
			r = ' '
		}
		out.WriteRune(r)
	}
	return strings.Join(strings.Fields(norm.NFC.String(out.String())), " ")
}

// ascii folds the many names that need no tables.
func ascii(s string) (string, bool) {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return "", false
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(s)), " "), true
}

// accent tells whether a mark is left out of sorting and search. In Latin,
// Greek and Cyrillic these are the combining accents, in Arabic and Hebrew the
// optional vowel points. Marks of other scripts are letters of their words:
// without its vowel signs a Devanagari or Thai name is another name.
func accent(r rune) bool {
	switch {
	case r >= 0x0300 && r <= 0x036f, // combining diacritical marks
		r >= 0x064b && r <= 0x065f, r == 0x0670, r == 0x0640, // Arabic points, hamza on its carrier, tatweel
		r >= 0x0591 && r <= 0x05bd, r == 0x05bf, r == 0x05c1, r == 0x05c2, r == 0x05c4, r == 0x05c5, r == 0x05c7: // Hebrew points
		return true
	}
	// Invisible marks of direction and joining come with copied text.
	return unicode.Is(unicode.Cf, r)
}

// letters that are accented to the eye but do not decompose, and signs that
// keyboards write in several ways.
var letters = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ĸ': "k",
	'\u2018': "'", '\u2019': "'", '\u02bc': "'", '\u2010': "-", '\u2011': "-", '\u2013': "-",
}

// Email is the form in which two addresses are the same: trimmed, composed,
// lower case. Dots and plus signs stay, since only the provider knows whether
// they matter.
func Email(address string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(address)))
}

// Search is the text that a search looks into: each part folded, one a line, so
// that a match never runs from one part into the next.
func Search(parts ...string) string {
	folded := make([]string, 0, len(parts))
	for _, part := range parts {
		if part = Text(part); part != "" {
			folded = append(folded, part)
		}
	}
	return strings.Join(folded, "\n")
}
