package table

import (
	"unicode"
	"unicode/utf8"
)

// Guard makes a text safe to open in a spreadsheet program: one that would be taken for a formula gets an apostrophe
// in front. Unguard takes exactly that apostrophe away again, so Unguard(Guard(s)) is s for every s.
func Guard(s string) string {
	if misleads(s) {
		return "'" + s
	}
	return s
}

// Unguard undoes Guard.
func Unguard(s string) string {
	if len(s) > 1 && s[0] == '\'' && misleads(s[1:]) {
		return s[1:]
	}
	return s
}

// misleads tells whether a spreadsheet program could take the text for a formula. Apostrophes in front are looked
// through, so that an already guarded text is guarded once more and comes back whole. So are spaces and marks nobody
// sees, because some programs drop them before they look.
func misleads(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch c {
			case '=', '+', '-', '@', '\t', '\r', '\n':
				return true
			case '\'', ' ':
				i++
				continue
			}
			if c >= ' ' && c != 0x7f {
				return false
			}
			i++ // some other control character
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '＝', '＋', '－', '＠', '−': // full-width, and the true minus sign
			return true
		}
		if !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Cc) {
			return false
		}
		i += size
	}
	return false
}
