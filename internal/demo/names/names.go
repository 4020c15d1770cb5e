// Package names draws people's names in many languages and scripts from lists
// of real given and family names, and makes addresses for them.
package names

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Entry is one name of a list: its language, whether it is a given or a family
// name, and who bears it (female, male or generic).
type Entry struct {
	Locale string
	Family bool
	Sex    string
	Name   string
}

// Name is a person's name in its two parts.
type Name struct{ Given, Family string }

// Pool holds lists of names by language.
type Pool struct {
	given, family map[string]map[string][]string // language → sex → names
}

// Read reads lists in columns locale, kind, sex and name. Middle names and
// names with digits are left out; the rest is put into Unicode normal form C.
func Read(r io.Reader) ([]Entry, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	var out []Entry
	for _, row := range rows[1:] {
		name := strings.Trim(norm.NFC.String(row[3]), " \u200c\u200d")
		if row[1] == "middle_name" || name == "" || strings.ContainsFunc(name, unicode.IsDigit) {
			continue
		}
		out = append(out, Entry{Locale: row[0], Family: row[1] == "last_name", Sex: row[2], Name: name})
	}
	return out, nil
}

// byCountry are the languages that only the lists by country (CC0) have.
var byCountry = map[string]string{"GB": "en", "IE": "en", "US": "en", "IT": "it", "DK": "da", "FI": "fi", "NO": "nb"}

// ReadByCountry takes the popular names of some countries from the two lists by
// country, for languages which the other lists lack.
func ReadByCountry(forenames, surnames io.Reader) ([]Entry, error) {
	var out []Entry
	seen := map[Entry]bool{}
	for _, list := range []struct {
		from              io.Reader
		local, roman, sex int // columns; surnames have no sex
	}{{forenames, 10, 11, 9}, {surnames, 4, 5, -1}} {
		rows, err := csv.NewReader(list.from).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("read names by country: %w", err)
		}
		for _, row := range rows[1:] {
			e := Entry{Locale: byCountry[row[0]], Family: list.sex < 0, Sex: "generic"}
			e.Name = norm.NFC.String(cmp.Or(row[list.local], row[list.roman]))
			if list.sex >= 0 {
				e.Sex = map[string]string{"F": "female", "M": "male"}[row[list.sex]]
			}
			if e.Locale == "" || e.Name == "" || e.Sex == "" || seen[e] || strings.ContainsFunc(e.Name, unicode.IsDigit) {
				continue
			}
			seen[e] = true
			out = append(out, e)
		}
	}
	return out, nil
}

// NewPool sorts names into a pool.
func NewPool(entries []Entry) *Pool {
	p := &Pool{given: map[string]map[string][]string{}, family: map[string]map[string][]string{}}
	for _, e := range entries {
		list := p.given
		if e.Family {
			list = p.family
		}
		if list[e.Locale] == nil {
			list[e.Locale] = map[string][]string{}
		}
		list[e.Locale][e.Sex] = append(list[e.Locale][e.Sex], e.Name)
	}
	return p
}

// Locales lists the languages that have both kinds of names.
func (p *Pool) Locales() []string {
	var out []string
	for locale := range p.given {
		if p.family[locale] != nil {
			out = append(out, locale)
		}
	}
	slices.Sort(out)
	return out
}

// Draw makes up a name in a language; given and family name agree in sex where
// the language tells it.
func (p *Pool) Draw(rng *rand.Rand, locale string) Name {
	sex := []string{"female", "male"}[rng.IntN(2)]
	pick := func(bySex map[string][]string) string {
		list := slices.Concat(bySex[sex], bySex["generic"])
		if len(list) == 0 {
			return ""
		}
		return list[rng.IntN(len(list))]
	}
	return Name{Given: pick(p.given[locale]), Family: pick(p.family[locale])}
}
