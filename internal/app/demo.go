package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/web"
)

// ErrNotDemo keeps the demonstration, where a click signs in, away from a
// database of real people.
var ErrNotDemo = fault.New(fault.Conflict, "This database holds something else than the demonstration. Name another one with --db.")

// Demo serves Northwind Academy, whose people one can be with a click. The
// school is set up where the database is empty.
func Demo(ctx context.Context, settings config.Settings, now func() time.Time, log *slog.Logger, out io.Writer) error {
	return run(ctx, settings, now, log, func(a *App) readying {
		a.people = demoPeople{a}
		return func(ctx context.Context, front *server.Front, handler http.Handler) error {
			if err := a.demonstrate(ctx); err != nil {
				return err
			}
			a.open(front, handler)
			fmt.Fprintf(out, "%s is open. Choose who you are at\n%s\n", demo.Academy.Name, a.settings.PublicURL())
			return nil
		}
	})
}

// demonstrate sets the school up, unless it is there already.
func (a *App) demonstrate(ctx context.Context) error {
	if err := a.Store.Migrate(ctx); err != nil {
		return err
	}
	services := demo.Services{
		Organizations: a.Organizations, Rosters: a.Rosters, Licenses: a.Licenses, Redemptions: a.Redemptions, Management: a.Management,
		Roles: a.Roles, Groups: a.Groups, Policies: a.Policies, Teams: a.Teams, Accounts: a.Accounts, Locations: a.Locations, Directory: a.Store, Now: a.now,
	}
	loaded, err := demo.IsLoaded(ctx, services)
	if err != nil || loaded {
		return err
	}
	organizations, err := a.Organizations.List(ctx)
	if err != nil {
		return err
	}
	if len(organizations) > 0 {
		return ErrNotDemo
	}
	return demo.Load(ctx, services, demo.Seed)
}

// demoPeople are those of the demonstration's sign-in page.
type demoPeople struct{ app *App }

var _ web.DemoPeople = demoPeople{}

// View tells the people's stories in a language.
func (d demoPeople) View(tag language.Tag) *web.DemoView {
	v := &web.DemoView{Organization: demo.Academy.Name, Sources: demo.Sources()}
	for _, p := range demo.People() {
		told := p.Told[string(tag)]
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Key != string(p.Group) {
			v.Groups = append(v.Groups, web.DemoGroup{Key: string(p.Group)})
		}
		group := &v.Groups[len(v.Groups)-1]
		group.People = append(group.People, web.DemoPerson{Account: p.Key, Name: p.Name, Role: p.Role, Story: told.Story, Try: told.Try[:]})
	}
	return v
}

// Identity finds whom a person signs in as.
func (d demoPeople) Identity(ctx context.Context, person string) (account.IdentityID, string, error) {
	all := demo.People()
	i := slices.IndexFunc(all, func(p demo.Persona) bool { return p.Key == person })
	if i < 0 {
		return "", "", fault.ErrNotFound
	}
	identity, err := d.app.Store.IdentityByEmail(ctx, fold.Email(all[i].Email))
	return identity.ID, all[i].Organization, err
}
