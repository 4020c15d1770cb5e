// Package server holds the one table of routes and everything that stands
// around each of them: who asks (session or token), what they get (a Reach),
// limits, security headers, and failures turned into status codes. A route
// that declares no permission stops the program at start.
//
// It knows nothing of pages, operations or the database: it authenticates
// through interfaces that it declares itself (authority.go).
package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Options are what a server is made of; all but Pages and Trusted are needed.
type Options struct {
	Routes    []Route
	Authority Authority
	Pages     FailurePages // shows failures of pages; plain text without it
	Now       func() time.Time
	Log       *slog.Logger
	PublicURL *url.URL       // where people reach this installation
	Trusted   []netip.Prefix // proxies whose X-Forwarded-For is believed
	Answering *atomic.Int64  // counts the requests that are being answered, where anybody wants to know
}

// Server answers every request that a route of its table matches.
type Server struct {
	routes    []Route
	authority Authority
	pages     FailurePages
	now       func() time.Time
	log       *slog.Logger
	answering *atomic.Int64
	cookie    Cookie
	https     bool
	trusted   []netip.Prefix
	origins   *http.CrossOriginProtection
	busy      *busy
	mux       *http.ServeMux
}

// New builds a server, or names everything that is wrong with the table.
func New(o Options) (*Server, error) {
	if err := check(o.Routes); err != nil {
		return nil, err
	}
	s := &Server{
		authority: o.Authority, pages: o.Pages, now: o.Now, log: o.Log, trusted: o.Trusted,
		cookie: CookieFor(o.PublicURL), https: o.PublicURL.Scheme == "https",
		origins: http.NewCrossOriginProtection(), busy: newBusy(), mux: http.NewServeMux(),
		answering: o.Answering,
	}
	if s.answering == nil {
		s.answering = new(atomic.Int64)
	}
	// A proxy may speak to us under another host name than people use.
	if err := s.origins.AddTrustedOrigin(o.PublicURL.Scheme + "://" + o.PublicURL.Host); err != nil {
		return nil, fmt.Errorf("public URL: %w", err)
	}
	for _, route := range o.Routes {
		route = route.withDefaults()
		s.routes = append(s.routes, route)
		s.mux.Handle(route.Pattern, s.handler(route))
	}
	return s, nil
}

// Table lists every route, as the documents and the matrix test read it.
func (s *Server) Table() []Route { return append([]Route(nil), s.routes...) }

// ServeHTTP answers one request: headers, recovery and the log line are the
// same for every route, also for what matches none.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.answering.Add(1)
	defer s.answering.Add(-1)
	begun := time.Now() // measures how long it took; decisions use the injected clock
	v := &Visit{RequestID: access.NewID(), Address: s.clientAddress(r), Now: s.now(), kind: kindOf(r.URL.Path), pattern: "unmatched"}
	r = r.WithContext(withVisit(r.Context(), v))
	w, end := squeeze(w, r)
	defer end()
	out := &answer{ResponseWriter: w}
	s.commonHeaders(out.Header(), v.RequestID)
	defer func() {
		if trouble := recover(); trouble != nil {
			if err, is := trouble.(error); is && errors.Is(err, http.ErrAbortHandler) {
				panic(trouble)
			}
			s.fail(out, r, v, panicked(trouble))
		}
		s.logLine(r, v, out.code(), time.Since(begun))
	}()
	if err := s.origins.Check(r); err != nil {
		s.fail(out, r, v, errors.Join(errOtherSite, err))
		return
	}
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.unmatched(out, r, v)
		return
	}
	s.mux.ServeHTTP(out, r)
}

var errOtherSite = fault.New(fault.Forbidden, "This request came from another site and was refused.")

// handler is one route with its guard around it.
func (s *Server) handler(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := VisitOf(r.Context())
		v.kind, v.pattern, v.permission = route.Kind, route.Pattern, route.Permission
		if err := s.serve(w, r, route, v); err != nil {
			s.fail(w, r, v, err)
		}
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, route Route, v *Visit) error {
	reach, err := s.guard(r, route, v)
	if err != nil {
		return err
	}
	if err := route.readable(r); err != nil {
		return err
	}
	if r.ContentLength > route.Body {
		return errTooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, route.Body)
	if route.Rate == Heavy {
		release, err := s.busy.enter(v)
		if err != nil {
			return err
		}
		defer release()
	}
	route.Cache.write(w.Header())
	return route.Handle(w, r, reach)
}

// unmatched answers what no route matches: 404, or 405 where another method would.
func (s *Server) unmatched(w http.ResponseWriter, r *http.Request, v *Visit) {
	probe := &probe{header: http.Header{}}
	h, _ := s.mux.Handler(r)
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		s.fail(w, r, v, errMethod)
		return
	}
	s.fail(w, r, v, fault.ErrNotFound)
}

// logLine is the one line a request leaves: no names, no addresses, no query.
func (s *Server) logLine(r *http.Request, v *Visit, status int, took time.Duration) {
	level := slog.LevelInfo
	if v.kind == Asset {
		level = slog.LevelDebug
	}
	s.log.Log(r.Context(), level, "request", "id", v.RequestID, "actor", string(v.Account.ID),
		"route", v.pattern, "method", r.Method, "status", status, "took", took)
}
