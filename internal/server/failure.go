package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// statuses says with which code each kind of failure is answered.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.LimitReached:    http.StatusConflict,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// StatusOf is the status code an error is answered with.
func StatusOf(err error) int {
	var size *http.MaxBytesError
	switch {
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed
	case errors.As(err, &size):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return statuses[fault.KindOf(err)]
}

var (
	errMethod   = fault.New(fault.NotFound, "This address does not take that method.")
	errTooLarge = fault.New(fault.TooLarge, "This is larger than can be taken.")
)

// Failure is what a page or a problem document tells about an error.
type Failure struct {
	Status    int
	Kind      fault.Kind
	Sentence  string // for the user
	Problems  []fault.Problem
	RequestID string
	// Ended is the access of that kind which the visitor lost last, for a page
	// that can say so and lead to one's own learning; nil when there was none.
	Ended *Ended
	// Err is the whole chain. It is logged already and must not be shown.
	Err error
}

// Ended tells which access is over and since when.
type Ended struct {
	Label string // of the place
	Role  access.Role
	At    time.Time
}

// FailurePages shows the failure of a page. Headers are set; it writes the status and the page.
type FailurePages interface {
	Failed(w http.ResponseWriter, r *http.Request, f Failure) error
}

// fail answers an error, once: the cause goes into the log with the request's
// id, the sentence to the user.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, v *Visit, err error) {
	f := Failure{
		Status: StatusOf(err), Kind: fault.KindOf(err), Sentence: fault.Sentence(err),
		Problems: fault.Fields(err), RequestID: v.RequestID, Err: err,
	}
	switch f.Status {
	case http.StatusRequestEntityTooLarge:
		f.Kind, f.Sentence = fault.TooLarge, errTooLarge.Error()
	case http.StatusForbidden:
		f.Ended = lastEnded(v)
	}
	if f.Status >= 500 && r.Context().Err() == nil {
		s.log.LogAttrs(r.Context(), slog.LevelError, "request failed",
			slog.String("id", v.RequestID), slog.String("route", v.pattern), slog.Any("cause", err))
	}
	if begun, ok := w.(*answer); ok && begun.status != 0 {
		// Half an answer is out already: breaking the connection is the only honest end.
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Disposition")
	h.Del("ETag")
	if wait := fault.RetryAfter(err); wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	if v.kind == API {
		s.problem(w, f)
		return
	}
	s.failedPage(w, r, v, f)
}

func (s *Server) failedPage(w http.ResponseWriter, r *http.Request, v *Visit, f Failure) {
	if f.Status == http.StatusUnauthorized && v.kind == Page {
		toSignIn(w, r)
		return
	}
	if s.pages != nil && v.kind == Page {
		err := s.pages.Failed(w, r, f)
		if err == nil {
			return
		}
		s.log.ErrorContext(r.Context(), "failure page failed", "id", v.RequestID, "cause", err)
	}
	if begun, ok := w.(*answer); ok && begun.status != 0 {
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(f.Status)
	fmt.Fprintln(w, f.Sentence)
}

// lastEnded finds the access with the route's permission that ended last.
func lastEnded(v *Visit) *Ended {
	var last *Ended
	for _, g := range v.Facts.Grants() {
		at := endOf(g)
		if g.Valid(v.Now) || at.IsZero() || at.After(v.Now) || (last != nil && at.Before(last.At)) {
			continue
		}
		if role := g.Role; role.Any.Has(v.permission) || role.Own.Has(v.permission) {
			last = &Ended{Label: g.Node.Label, Role: role, At: at}
		}
	}
	return last
}

// endOf is when a grant stopped to count: the earliest of its ends.
func endOf(g access.Grant) time.Time {
	ends := []time.Time{g.Ended, g.Until}
	if g.Via != nil {
		ends = append(ends, g.Via.Until)
	}
	var first time.Time
	for _, end := range ends {
		if !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	return first
}

func panicked(trouble any) error { return fmt.Errorf("panic: %v\n%s", trouble, debug.Stack()) }
