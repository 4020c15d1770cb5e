// Package places reads the world as a tree of places and cuts from it the part
// that a school needs.
package places

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Place is one node of the tree; Level says what kind (region, country, city, …).
type Place struct{ ID, ParentID, Level, Name string }

// Tree is the whole world, parents before children.
type Tree struct {
	order    []Place
	byID     map[string]Place
	children map[string][]string
}

// Read reads columns id, parent_id, level and name; further columns are left alone.
func Read(r io.Reader) (*Tree, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	t := &Tree{byID: map[string]Place{}, children: map[string][]string{}}
	for _, row := range rows[1:] {
		p := Place{ID: row[0], ParentID: row[1], Level: row[2], Name: norm.NFC.String(row[3])}
		t.order = append(t.order, p)
		t.byID[p.ID] = p
		t.children[p.ParentID] = append(t.children[p.ParentID], p.ID)
	}
	return t, nil
}

// Get finds a place by its id.
func (t *Tree) Get(id string) (Place, bool) {
	p, ok := t.byID[id]
	return p, ok
}

// Children lists the places directly below one.
func (t *Tree) Children(id string) []Place {
	out := make([]Place, 0, len(t.children[id]))
	for _, c := range t.children[id] {
		out = append(out, t.byID[c])
	}
	return out
}

// aliases are the countries and cities that the order book writes otherwise than the tree.
var aliases = map[string]string{
	"uk": "united kingdom", "usa": "united states", "venezuela": "venezuela, bolivarian republic of",
	"mexico d.f.": "mexico city", "munchen": "munich", "torino": "turin", "lisboa": "lisbon",
	"frankfurt a.m.": "frankfurt am main", "bruxelles": "brussels", "geneve": "geneva", "genève": "geneva",
	"kobenhavn": "copenhagen", "warszawa": "warsaw", "reggio emilia": "reggio nell'emilia",
}

// Country finds a country by its name.
func (t *Tree) Country(name string) (Place, bool) {
	want := fold(name)
	for _, p := range t.order {
		if p.Level == "country" && fold(p.Name) == want {
			return p, true
		}
	}
	return Place{}, false
}

// City finds a city in a country, or answers with the country where the tree lacks the city.
func (t *Tree) City(country, name string) (Place, bool) {
	c, ok := t.Country(country)
	if !ok {
		return Place{}, false
	}
	want := fold(name)
	for _, p := range t.Below(c.ID) {
		if p.Level == "city" && fold(p.Name) == want {
			return p, true
		}
	}
	return c, true
}

// Below lists everything below a place, in tree order.
func (t *Tree) Below(id string) []Place {
	var out []Place
	for _, c := range t.Children(id) {
		out = append(append(out, c), t.Below(c.ID)...)
	}
	return out
}

// Path lists a place's ancestors of the given levels and the place itself, outermost first.
func (t *Tree) Path(id string, levels ...string) []Place {
	var out []Place
	for at, ok := t.byID[id]; ok; at, ok = t.byID[at.ParentID] {
		if at.ID == id || slices.Contains(levels, at.Level) {
			out = append(out, at)
		}
	}
	slices.Reverse(out)
	return out
}

// fold makes names comparable: lower case, no accents, one name for each place.
func fold(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), strings.ToLower(name))
	if err != nil {
		plain = strings.ToLower(name)
	}
	if other, ok := aliases[plain]; ok {
		return other
	}
	return plain
}

// Cut collects places so that parents come before children and each stands once;
// a place whose parent's level is not kept hangs from the nearest kept ancestor.
type Cut struct {
	tree   *Tree
	levels []string
	seen   map[string]bool
	places []Place
}

// NewCut starts an empty cut that keeps ancestors of the given levels.
func (t *Tree) NewCut(levels ...string) *Cut {
	return &Cut{tree: t, levels: levels, seen: map[string]bool{}}
}

// Add takes a place and its ancestors into the cut.
func (c *Cut) Add(id string) {
	parent := ""
	for _, p := range c.tree.Path(id, c.levels...) {
		p.ParentID = parent
		if !c.seen[p.ID] {
			c.seen[p.ID] = true
			c.places = append(c.places, p)
		}
		parent = p.ID
	}
}

// Places lists what was taken, parents first.
func (c *Cut) Places() []Place { return c.places }
