// Package app puts Ambit together: it opens the store, gives each service what
// it asks for, and collects the routes of pages and API into one server. It is
// the only package that reads the settings.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/once"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/team"
	"github.com/ambit-lms/ambit/internal/web"
)

// App is an assembled Ambit: the services that pages, API and command line share.
type App struct {
	Accounts      *account.Service
	Organizations *org.Service
	Reports       *report.Service
	Runs          *report.Runs
	Views         *report.Views
	Takings       *report.Takings
	Licenses      *license.Service
	Acts          *bulk.Service
	Requests      *once.Service
	Learning      *learning.Service
	Content       *content.Service
	Locations     *location.Service
	Management    *management.Service
	Roles         *management.Roles
	Groups        *management.Groups
	Policies      *management.Policies
	Rosters       *roster.Service
	Teams         *team.Service
	Redemptions   *license.Redemptions
	Invitations   *invitation.Service
	Outbox        *mail.Outbox
	Mail          *mail.Log
	Audit         *audit.Service
	Store         *store.DB

	words     *language.Catalogue
	answering *atomic.Int64  // how many requests are being answered
	people    web.DemoPeople // in the demonstration only
	settings  config.Settings
	now       func() time.Time
	log       *slog.Logger
}

// Open checks the settings, opens the database, brings it to this version and
// builds the services. Whoever opens an App closes it.
func Open(ctx context.Context, settings config.Settings, now func() time.Time, log *slog.Logger) (*App, error) {
	a, err := assemble(ctx, settings, now, log)
	if err != nil {
		return nil, err
	}
	if err := a.Store.Migrate(ctx); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// assemble does all of that but the migration.
func assemble(ctx context.Context, settings config.Settings, now func() time.Time, log *slog.Logger) (*App, error) {
	if err := settings.Check(); err != nil {
		return nil, err
	}
	words, err := language.Load()
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	db, err := store.Open(ctx, settings.DB, now)
	if err != nil {
		return nil, err
	}
	reports := report.NewService(db, now)
	licenses := license.NewService(db, license.Settings{PublicURL: settings.PublicURL().String()}, now)
	accounts := account.NewService(db, account.Settings{
		PublicURL: settings.PublicURL().String(), IdleLimit: settings.SessionIdle, SessionLimit: settings.SessionLimit,
	}, now)
	locations := location.NewService(db)
	teams := team.NewService(db, now)
	learns := learning.NewService(db)
	invitations := invitation.NewService(db, accounts, invitation.Settings{PublicURL: settings.PublicURL().String()}, now)
	answering := new(atomic.Int64)
	return &App{
		Accounts:      accounts,
		Organizations: org.NewService(db, now),
		Reports:       reports,
		Runs:          report.NewRuns(reports, db, words, report.RunSettings{Version: Build().Version, Answering: answering.Load}, now),
		Views:         report.NewViews(db, now),
		Takings:       report.NewTakings(reports, db),
		Licenses:      licenses,
		Redemptions:   license.NewRedemptions(db, accounts, license.Settings{PublicURL: settings.PublicURL().String()}, now),
		Invitations:   invitations,
		Acts:          bulk.NewService(db, now, slices.Concat(license.Acts(licenses), location.Acts(locations), team.Acts(teams), learning.Acts(learns), invitation.Acts(invitations))...),
		Requests:      once.NewService(db, now),
		Learning:      learns,
		Content:       content.NewService(db),
		Locations:     locations,
		Management:    management.NewService(db, now),
		Roles:         management.NewRoles(db),
		Groups:        management.NewGroups(db),
		Policies:      management.NewPolicies(db),
		Rosters:       roster.NewService(db),
		Teams:         teams,
		Outbox:        mail.NewOutbox(db),
		Audit:         audit.NewService(db),
		Mail:          mail.NewLog(db, rewriting(settings.PublicURL().String(), licenses, invitations)),
		Store:         db,
		words:         words, answering: answering, settings: settings, now: now, log: log,
	}, nil
}

// Close ends the connections to the database.
func (a *App) Close() error { return a.Store.Close() }
