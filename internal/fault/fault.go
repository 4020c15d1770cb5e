// Package fault says what can go wrong in words a user may read. A fault has
// a kind, which the server turns into a status code, and a sentence; causes
// are wrapped around it with %w and stay in the log.
package fault

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what sort of failure it is; the zero value is Internal.
type Kind uint8

// The kinds, each answered by one status code (see package server).
const (
	Internal        Kind = iota // nobody's business but the operator's: 500
	Invalid                     // the input is wrong, a field says how: 422
	Unauthenticated             // nobody is signed in: 401
	Forbidden                   // the permission is missing: 403
	NotFound                    // absent or out of reach, the same: 404
	Conflict                    // a rule of the domain forbids it now: 409
	LimitReached                // a counted thing is used up: 409
	TooMany                     // asked too often: 429
	TooLarge                    // the input is larger than we take: 413
	Unavailable                 // try again later: 503
)

// String names the kind for logs and problem documents.
func (k Kind) String() string {
	return [...]string{
		"internal", "invalid", "unauthenticated", "forbidden", "not-found", "conflict",
		"limit-reached", "too-many-requests", "too-large", "unavailable",
	}[k]
}

// Problem is one wrong field and the sentence that says how to mend it.
type Problem struct {
	Field    string `json:"field"`
	Sentence string `json:"detail"`
}

// Error is a failure with a kind and a sentence for the user.
type Error struct {
	kind     Kind
	sentence string
	problems []Problem
	retry    time.Duration
}

// New makes a fault of a kind; the sentence is shown to users as it is.
func New(kind Kind, sentence string) *Error { return &Error{kind: kind, sentence: sentence} }

// Field makes an Invalid fault that points at one field.
func Field(field, sentence string) *Error {
	return Invalidf(Problem{Field: field, Sentence: sentence})
}

// Invalidf makes an Invalid fault that points at every wrong field at once.
func Invalidf(problems ...Problem) *Error {
	sentence := "Some of the input cannot be used."
	if len(problems) == 1 {
		sentence = problems[0].Sentence
	}
	return &Error{kind: Invalid, sentence: sentence, problems: problems}
}

// After makes a TooMany fault that may be tried again after the wait.
func After(wait time.Duration, sentence string) *Error {
	return &Error{kind: TooMany, sentence: sentence, retry: wait}
}

// With puts numbers into the sentence, for its {1}, {2} and so on.
func (e *Error) With(numbers ...int) *Error {
	said := *e
	said.problems = slices.Clone(e.problems)
	for i, n := range numbers {
		mark, number := "{"+strconv.Itoa(i+1)+"}", strconv.Itoa(n)
		said.sentence = strings.ReplaceAll(said.sentence, mark, number)
		for k := range said.problems {
			said.problems[k].Sentence = strings.ReplaceAll(said.problems[k].Sentence, mark, number)
		}
	}
	return &said
}

// Error gives the sentence, so that a fault can be returned as any error.
func (e *Error) Error() string { return e.sentence }

// Is makes two faults of the same kind and sentence equal for errors.Is.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.kind == e.kind && other.sentence == e.sentence
}

// KindOf tells the kind of the nearest fault in the chain; Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.kind
	}
	return Internal
}

// Sentence tells what the user may read; a plain apology when err is no fault.
func Sentence(err error) string {
	var e *Error
	if errors.As(err, &e) && e.kind != Internal {
		return e.sentence
	}
	return "Something went wrong on our side. It has been noted; please try again."
}

// Fields lists the wrong fields of an Invalid fault.
func Fields(err error) []Problem {
	var e *Error
	if errors.As(err, &e) {
		return e.problems
	}
	return nil
}

// RetryAfter tells how long to wait before trying again; zero when that is not said.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.retry
	}
	return 0
}

// ErrNotFound is the one answer for what is absent and what lies outside a person's access (M-010).
var ErrNotFound = New(NotFound, "Not found, or not in your access.")

// ErrForbidden is the answer to everybody who lacks a permission, for every id alike.
var ErrForbidden = New(Forbidden, "Your access does not include this.")

// ErrUnauthenticated asks for a sign-in.
var ErrUnauthenticated = New(Unauthenticated, "Please sign in.")
