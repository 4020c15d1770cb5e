package app

import (
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/api"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/web"
)

// Handler is the server with every route of Ambit. A route that declares no
// permission is an error, and every one of them is named.
func (a *App) Handler() (*server.Server, error) {
	return a.handler(authority{a.Accounts, a.Organizations, a.Store, a.now})
}

// handler is that with somebody else who tells who asks.
func (a *App) handler(who server.Authority) (*server.Server, error) {
	operations, err := api.New(api.Services{
		Accounts: a.Accounts, Reports: a.Reports, Runs: a.Runs, Content: a.Content, Learning: a.Learning, Licenses: a.Licenses, Redemptions: a.Redemptions, Invitations: a.Invitations, Management: a.Management, Roles: a.Roles, Teams: a.Teams, Groups: a.Groups, Policies: a.Policies, Audit: a.Audit,
		Requests: a.Requests, Organizations: a.Organizations, Locations: a.Locations,
	})
	if err != nil {
		return nil, fmt.Errorf("operations: %w", err)
	}
	pages, err := web.New(web.Services{
		Accounts: a.Accounts, Reports: a.Reports, Runs: a.Runs, Views: a.Views, Takings: a.Takings,
		Licenses: a.Licenses, Acts: a.Acts, Requests: a.Requests, Locations: a.Locations, Organizations: a.Organizations, Learning: a.Learning, Management: a.Management, Roles: a.Roles, Teams: a.Teams, Groups: a.Groups, Policies: a.Policies, Content: a.Content,
		Redemptions: a.Redemptions, Invitations: a.Invitations, Mail: a.Mail, Audit: a.Audit,
	}, a.words, server.CookieFor(a.settings.PublicURL()), a.people)
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	reference, err := pages.ReferenceRoutes(operations.Document(), api.Prefix+"/openapi.json")
	if err != nil {
		return nil, fmt.Errorf("page about the operations: %w", err)
	}
	return server.New(server.Options{
		Routes: slices.Concat(pages.Routes(), reference, operations.Routes()), Authority: who, Pages: pages,
		Now: a.now, Log: a.log, PublicURL: a.settings.PublicURL(), Trusted: a.settings.Proxies(), Answering: a.answering,
	})
}
