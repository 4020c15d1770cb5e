package names

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Addresses gives each person an address of their own.
type Addresses struct{ used map[string]bool }

// NewAddresses starts with none in use.
func NewAddresses() *Addresses { return &Addresses{used: map[string]bool{}} }

// For makes a free address at a domain out of a name. A name that has no Latin
// letters, or whose address is taken, gets a pronounceable word instead, never a number.
func (a *Addresses) For(n Name, domain string) string {
	given, family := latin(n.Given), latin(n.Family)
	local := strings.Trim(given+"."+family, ".")
	if given == "" || family == "" {
		local = word(len(a.used))
	}
	for a.used[local+"@"+domain] {
		local = strings.Trim(given+"."+word(len(a.used)), ".")
	}
	a.used[local+"@"+domain] = true
	return local + "@" + domain
}

// Take says that an address is in use.
func (a *Addresses) Take(address string) { a.used[address] = true }

var ligatures = strings.NewReplacer(
	"ß", "ss", "æ", "ae", "ø", "o", "œ", "oe", "ł", "l", "đ", "d", "ı", "i", "ð", "d", "þ", "th",
)

// latin keeps the ASCII letters of a name in lower case, accents dropped; a
// name that is not all Latin gives nothing.
func latin(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(ligatures.Replace(strings.ToLower(name))) {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case unicode.IsLetter(r):
			return ""
		}
	}
	return b.String()
}

// word spells a number in syllables; different numbers are different words.
func word(n int) string {
	const consonants, vowels = "bdfghjklmnprstvz", "aiou"
	var b strings.Builder
	for n += 64 * 64; n > 0; n /= 64 {
		b.WriteByte(consonants[n%16])
		b.WriteByte(vowels[n/16%4])
	}
	return b.String()
}
