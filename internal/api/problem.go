package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/fault"
)

var (
	errTooLarge  = fault.New(fault.TooLarge, "This is larger than can be taken.")
	errNotRead   = fault.New(fault.Invalid, "The body could not be read to its end.")
	errNoBody    = fault.Field("body", "A body is needed.")
	errMediaType = fault.Field("Content-Type", "Send JSON, with Content-Type: application/json.")
)

// refuse keeps what huma found wrong with a request for the server, which
// answers it the way it answers every other failure.
func refuse(ctx huma.Context, _ string, body any) (any, error) {
	x := exchangeOf(ctx.Context())
	if found, wrong := body.(*huma.ErrorModel); wrong && x.failure == nil {
		x.failure = failure(*found, x.reading)
	}
	return body, nil
}

// failure is what huma found as a fault of ours. Rejected values are never sent back.
func failure(found huma.ErrorModel, reading error) error {
	var size *http.MaxBytesError
	switch {
	case errors.As(reading, &size), found.Status == http.StatusRequestEntityTooLarge:
		return errTooLarge
	case reading != nil:
		return errors.Join(errNotRead, reading)
	case found.Status >= http.StatusInternalServerError:
		return fmt.Errorf("huma: %w", &found)
	case len(found.Errors) == 0:
		return errNoBody
	}
	return fault.Invalidf(problems(found.Errors)...)
}

func problems(details []*huma.ErrorDetail) []fault.Problem {
	var out []fault.Problem
	for _, d := range details {
		p := fault.Problem{Field: field(d.Location), Sentence: sentence(d.Message)}
		if name, missing := strings.CutPrefix(d.Message, "expected required property "); missing {
			name = strings.TrimSuffix(name, " to be present")
			p = fault.Problem{Field: strings.TrimPrefix(field(d.Location)+"."+name, "body."), Sentence: "This is needed."}
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b fault.Problem) int { return strings.Compare(a.Field, b.Field) })
	return slices.Compact(out)
}

// field is the name of what is wrong, without the part of the request it stands in.
func field(location string) string {
	if _, name, found := strings.Cut(location, "."); found {
		return name
	}
	return location
}

// sentences say in our words what huma says in its own.
var sentences = map[string]string{
	"unknown query parameter":                  "There is no such parameter here.",
	"unexpected property":                      "There is no such field here.",
	"invalid integer":                          "Use a whole number.",
	"expected integer":                         "Use a whole number.",
	"expected number":                          "Use a number.",
	"expected string":                          "Use a text.",
	"expected array":                           "Use a list.",
	"expected object":                          "Use an object.",
	"expected string to be RFC 3339 date-time": "Use an instant such as 2026-01-31T08:00:00Z.",
	"expected string to be RFC 3339 date":      "Use a day such as 2026-01-31.",
	"required query parameter is missing":      "This is needed.",
}

// sentence words a message of huma's; what follows a colon may repeat the
// rejected value and is left out.
func sentence(message string) string {
	if ours, known := sentences[message]; known {
		return ours
	}
	if unicode.IsUpper(firstOf(message)) {
		return message // our own already
	}
	message, _, _ = strings.Cut(message, ": ")
	first, size := utf8.DecodeRuneInString(message)
	return string(unicode.ToUpper(first)) + message[size:] + "."
}

func firstOf(text string) rune {
	first, _ := utf8.DecodeRuneInString(text)
	return first
}
