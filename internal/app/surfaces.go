package app

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/surface"
)

// VerifySurfaces compares what people are shown with what the rows of the
// database say (package surface). Like Verify it reads only: nobody is signed
// in, nothing listens, no file is kept. Everything is decided at one instant.
func VerifySurfaces(ctx context.Context, s config.Settings, now func() time.Time, limits surface.Limits) (surface.Result, error) {
	if err := exists(s.DB); err != nil {
		return surface.Result{}, err
	}
	at := now()
	a, err := OpenUnmigrated(ctx, s, func() time.Time { return at }, slog.New(slog.DiscardHandler))
	if err != nil {
		return surface.Result{}, err
	}
	defer a.Close()
	if limits.Pick == nil {
		limits.Pick = rand.IntN
	}
	subject, err := a.surfaces(at)
	if err != nil {
		return surface.Result{}, err
	}
	return surface.Compare(ctx, subject, limits)
}

// surfaces is everything of an App that shows somebody learners.
func (a *App) surfaces(at time.Time) (surface.Subject, error) {
	v := &vouching{Authority: authority{a.Accounts, a.Organizations, a.Store, a.now}, secret: access.NewSecret()}
	handler, err := a.handler(v)
	if err != nil {
		return surface.Subject{}, err
	}
	cookie := server.CookieFor(a.settings.PublicURL())
	return surface.Subject{
		Tables: a.Store, Holdings: a.Store, Reports: a.Reports, Now: at,
		Runs: func(kept report.RunStore) *report.Runs {
			return report.NewRuns(a.Reports, kept, a.words, report.RunSettings{AtOnce: 1 << 40}, a.now)
		},
		Ask: func(ctx context.Context, as surface.Visitor, path string) (int, []byte) {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
			if err != nil {
				return http.StatusBadRequest, nil
			}
			v.visitor = as
			r.AddCookie(&http.Cookie{Name: cookie.Name(), Value: v.secret}) //nolint:gosec // it goes no further than this process
			out := &answered{header: http.Header{}, status: http.StatusOK}
			handler.ServeHTTP(out, r)
			return out.status, out.body.Bytes()
		},
	}, nil
}

// vouching is an authority that takes one secret, made for this process alone,
// for a session of whoever is asked about. The handler behind it never listens.
type vouching struct {
	server.Authority
	secret  string
	visitor surface.Visitor
}

// Session knows the one secret.
func (v *vouching) Session(_ context.Context, secret string) (server.Session, error) {
	if secret != v.secret {
		return server.Session{}, fault.ErrUnauthenticated
	}
	return server.Session{ID: "surfaces", Identity: "surfaces"}, nil
}

// Account is the visitor's, in their own organization, addressed in English so
// that the words of pages can be read.
func (v *vouching) Account(_ context.Context, _, slug string) (server.Account, error) {
	if slug != v.visitor.Slug {
		return server.Account{}, fault.ErrNotFound
	}
	return server.Account{
		Realm: v.visitor.Realm, ID: v.visitor.Account, Name: v.visitor.Name, Locale: "en", Zone: v.visitor.Zone,
		Organization: server.Organization{ID: v.visitor.Organization, Slug: slug, Name: v.visitor.Title, Locale: "en", Zone: v.visitor.Zone},
	}, nil
}

// Accounts is that one account.
func (v *vouching) Accounts(ctx context.Context, identity string) ([]server.Account, error) {
	one, err := v.Account(ctx, identity, v.visitor.Slug)
	return []server.Account{one}, err
}

// answered keeps an answer in memory.
type answered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the answer's.
func (a *answered) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *answered) WriteHeader(status int) { a.status = status }

// Write keeps the body.
func (a *answered) Write(p []byte) (int, error) { return a.body.Write(p) }
