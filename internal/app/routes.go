package app

import (
	"fmt"

	"github.com/ambit-lms/ambit/internal/api"
	"github.com/ambit-lms/ambit/internal/server"
)

// Handler is the server with every route of Ambit. A route that declares no
// permission is an error, and every one of them is named.
func (a *App) Handler() (*server.Server, error) {
	operations, err := api.New(api.Services{
		Accounts: a.Accounts, Reports: a.Reports, Content: a.Content, Learning: a.Learning, Licenses: a.Licenses, Management: a.Management,
	})
	if err != nil {
		return nil, fmt.Errorf("operations: %w", err)
	}
	return server.New(server.Options{
		Routes: operations.Routes(), Authority: authority{a.Accounts, a.Store},
		Now: a.now, Log: a.log, PublicURL: a.settings.PublicURL(), Trusted: a.settings.Proxies(),
	})
}
