package web

import (
	"net/url"

	"github.com/a-h/templ"
)

// Tally says how much of what a reader can see a list shows.
type Tally struct {
	Found   int // that pass the filters
	All     int // that the reader can see
	Invited int // invitations, counted apart
}

// Pager leads through a list that pages by key: there is a first page and a
// next one, and the browser knows the way back.
type Pager struct {
	First, Next templ.SafeURL
}

// Option is one choice of a filter.
type Option struct {
	Value, Label string
	Chosen       bool
}

// Choice is a filter with a list of options; the first, empty one means all.
type Choice struct {
	Name    string // of the parameter
	Label   string // in words
	All     string // the option that does not filter
	Options []Option
	Pick    templ.SafeURL // where one is picked from a long list; the options are then what is chosen alone
}

// Chosen is the label of the option in force, empty for none.
func (c Choice) Chosen() string {
	for _, option := range c.Options {
		if option.Chosen {
			return option.Label
		}
	}
	return ""
}

// Filters is the bar above a list. Every filter lives in the address.
type Filters struct {
	Action     templ.SafeURL
	Search     string
	Searchless bool     // there is nothing to search in
	Hint       string   // what the search looks into, where it is not names and addresses
	Choices    []Choice // only what the reader's access carries
	Picks      *Picks
	More       []Choice // those that are asked for less often, behind a button
	Period     *Period
	Keep       url.Values // parameters that the bar does not own and carries along
}

// Period is a filter by a range of days, as fields of a form have them.
type Period struct {
	From, To string
	Words    string // the range in force, empty for none
}

// Picks chooses several of a long list, such as the activities of the matrix.
type Picks struct {
	Name, Label string
	Options     []Option
}

// Count is how many are chosen.
func (p Picks) Count() int {
	n := 0
	for _, option := range p.Options {
		if option.Chosen {
			n++
		}
	}
	return n
}

// shown is what the filter says now.
func (c Choice) shown() string {
	if chosen := c.Chosen(); chosen != "" {
		return chosen
	}
	return c.All
}

// Value is the value in force, empty for none.
func (c Choice) Value() string {
	for _, option := range c.Options {
		if option.Chosen {
			return option.Value
		}
	}
	return ""
}

// Active tells whether anything is filtered.
func (f Filters) Active() bool {
	if f.Search != "" || (f.Picks != nil && f.Picks.Count() > 0) {
		return true
	}
	for _, c := range f.Choices {
		if c.Chosen() != "" {
			return true
		}
	}
	return f.moreInForce() > 0
}

// moreInForce counts what is chosen behind the button.
func (f Filters) moreInForce() int {
	n := 0
	for _, c := range f.More {
		if c.Chosen() != "" {
			n++
		}
	}
	if f.Period != nil && f.Period.Words != "" {
		n++
	}
	return n
}

func (f Filters) searchHint(p Page) string {
	if f.Hint != "" {
		return f.Hint
	}
	return p.T("list.search_hint")
}

// Cleared is the address of the list without filters.
func (f Filters) Cleared() templ.SafeURL {
	if len(f.Keep) == 0 {
		return f.Action
	}
	return f.Action + templ.SafeURL("?"+f.Keep.Encode())
}

// Faults are the sentences of a refused form, by field; the empty field is
// about the form as a whole.
type Faults map[string]string

// with adds a query to an address.
func with(address templ.SafeURL, pairs ...string) templ.SafeURL {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return address
	}
	return address + templ.SafeURL("?"+values.Encode())
}
