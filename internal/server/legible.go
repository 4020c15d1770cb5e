package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/fault"
)

// legible tells whether a text can be stored or looked for at all: no database
// takes broken UTF-8 or NUL.
func legible(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// names are the placeholders of the route's path.
func (route Route) names() []string {
	var out []string
	for part := range strings.SplitSeq(route.Path(), "/") {
		if name, is := strings.CutPrefix(part, "{"); is && part != "{$}" {
			out = append(out, strings.TrimRight(name, ".}"))
		}
	}
	return out
}

// readable refuses what cannot be read in an address. An id like that names
// nothing, so it is not found.
func (route Route) readable(r *http.Request) error {
	for _, name := range route.names() {
		if !legible(r.PathValue(name)) {
			return fault.ErrNotFound
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.New(fault.Invalid, "The address cannot be read.")
	}
	var problems []fault.Problem
	for name, values := range query {
		if len(values) > 1 && !slices.Contains(route.Repeats, name) {
			problems = append(problems, fault.Problem{Field: strings.ToValidUTF8(name, "?"), Sentence: "Give this only once."})
		}
	}
	return refused(append(problems, illegible(query)...))
}

// illegible names the values that cannot be read.
func illegible(values url.Values) []fault.Problem {
	var problems []fault.Problem
	for name, list := range values {
		if !legible(name) || slices.ContainsFunc(list, func(text string) bool { return !legible(text) }) {
			problems = append(problems, fault.Problem{Field: strings.ToValidUTF8(name, "?"), Sentence: "This text cannot be used."})
		}
	}
	return problems
}

// refused is the fault of wrong fields, in the order of their names; nil for none.
func refused(problems []fault.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	slices.SortFunc(problems, func(a, b fault.Problem) int { return strings.Compare(a.Field, b.Field) })
	return fault.Invalidf(problems...)
}
