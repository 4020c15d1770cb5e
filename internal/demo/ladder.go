package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// The people of the ladder who are no staff, by address.
const (
	coachEmail  = "noor.haddad@northwind.example"
	onLeave     = "jean.fournier@example.org"
	leftEmail   = "petra.winkler@example.org"
	masterEmail = "andrew.fuller@northwind.example"
)

// ladder does what a school with clients and administrators on every rung has
// behind it: clients with a name and a look of their own, a role that was made
// here and is held for a while, and people who left.
func (s Services) ladder(ctx context.Context, master org.Organization, clients []org.Organization) error {
	l := ladder{trade{Services: s, at: master}, clients}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"name the clients", l.nameClients},
		{"look like oneself", l.looks},
		{"sort places into levels", l.levels},
		{"make a role and give it", l.coach},
		{"suspend and delete", l.leavers},
		{"guess a password", l.guesses},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// ladder is the school's organizations and roles while they are set up.
type ladder struct {
	trade
	clients []org.Organization
}

// nameClients gives each client the master's own id; the contract with one of
// them runs out within the year.
func (l ladder) nameClients(ctx context.Context) error {
	_, master, err := l.who(ctx, masterEmail)
	if err != nil {
		return err
	}
	for i, c := range l.clients {
		id := "NW-" + clients[i].company
		change := org.ClientChange{ClientID: &id}
		if i == 0 {
			last := day.Of(l.Now(), c.TimeZone()).Add(300)
			change.ExpiresOn = &last
		}
		if _, _, err := l.Organizations.ChangeClient(ctx, master(access.ClientEdit), c.ID, change); err != nil {
			return fmt.Errorf("%s: %w", c.Slug, err)
		}
	}
	return nil
}

// looks gives the school an address and each client its own color and sender.
func (l ladder) looks(ctx context.Context) error {
	for _, look := range []struct {
		of                                      org.Organization
		address, accent, accentDark, from, back string
	}{
		{l.at, "Northwind Academy\n14 Garrett Hill\nLondon SW1 8JR", "", "", "Northwind Academy", "learning@northwind.example"},
		{l.clients[0], "Ernst Handel\nKirchgasse 6\n8010 Graz", "#9d174d", "#f9a8d4", "Ernst Handel Lernen", "lernen@ernsh.example"},
		{l.clients[1], "Save-a-lot Markets\n187 Suffolk Ln.\nBoise, ID 83720", "#1d4ed8", "#93c5fd", "Save-a-lot Training", "training@savea.example"},
	} {
		change := org.Settings{Address: &look.address, Sender: &look.from, ReplyTo: &look.back}
		if look.accent != "" {
			change.Accent, change.AccentDark = &look.accent, &look.accentDark
		}
		if _, err := l.Organizations.Set(ctx, l.system(look.of, access.OrganizationConfigure), look.of.ID, change); err != nil {
			return fmt.Errorf("%s: %w", look.of.Slug, err)
		}
	}
	return nil
}

// levels makes the types of places, each below the one before it, and says of
// every place which it is.
func (l ladder) levels(ctx context.Context) error {
	var types []location.TypeID
	var above location.TypeID
	for _, name := range []string{"Region", "Country", "Subdivision", "City"} {
		_, administrator, err := l.who(ctx, sellerEmail)
		if err != nil {
			return err
		}
		if above, err = l.Locations.AddType(ctx, administrator(access.OrganizationConfigure), location.NewType{Name: name, Requires: above}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		types = append(types, above)
	}
	return l.sortBelow(ctx, "", types)
}

// sortBelow gives the places directly below one the first of the types, and
// those below them the next ones: a place is sorted before what stands in it.
func (l ladder) sortBelow(ctx context.Context, below location.ID, types []location.TypeID) error {
	if len(types) == 0 {
		return nil
	}
	_, administrator, err := l.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	from := location.Query{Below: below}
	for {
		page, err := l.Locations.List(ctx, administrator(access.LocationView), from)
		if err != nil {
			return err
		}
		for _, place := range page.Items {
			if err := l.Locations.Edit(ctx, administrator(access.LocationEdit), place.ID, location.Edit{Name: place.Name, ExternalID: place.ExternalID, Type: types[0]}); err != nil {
				return fmt.Errorf("%s: %w", place.Name, err)
			}
			if err := l.sortBelow(ctx, place.ID, types[1:]); err != nil {
				return err
			}
		}
		if from.Cursor = page.Next; from.Cursor == "" {
			return nil
		}
	}
}

// coach makes a role of the school's own, writes it once more, and lends it to
// somebody for France until the end of the month after next.
func (l ladder) coach(ctx context.Context) error {
	_, administrator, err := l.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	draft := management.RoleDraft{
		Name: "Course Coach", Description: "Follows how the learners of a country get on, and talks to them.",
		Any: access.SetOf(access.LearnerView, access.DashboardView, access.MatrixView), Nodes: []access.NodeKind{access.AtLocation},
	}
	role, err := l.Roles.Add(ctx, administrator(access.RoleEdit), draft)
	if err != nil {
		return err
	}
	draft.Any |= access.SetOf(access.ReportView)
	if _, administrator, err = l.who(ctx, sellerEmail); err != nil { // a role is a change of access
		return err
	}
	if err := l.Roles.Edit(ctx, administrator(access.RoleEdit), role, management.RoleEdit{
		RoleDraft: draft, Version: 1, Reason: "Coaches asked for the list of who is late.",
	}); err != nil {
		return err
	}
	coach, _, err := l.who(ctx, coachEmail)
	if err != nil {
		return err
	}
	if _, administrator, err = l.who(ctx, sellerEmail); err != nil {
		return err
	}
	places, err := l.Management.GrantPlaces(ctx, administrator(access.GrantEdit), coach.ID, "France")
	if err != nil {
		return err
	}
	today := day.Of(l.Now(), l.at.TimeZone())
	for _, place := range places {
		if place.Kind != access.AtLocation || place.Name != "France" {
			continue
		}
		giving := management.Giving{
			To: coach.ID, Role: role, At: place.Spot, Extent: access.Within, From: day.None, Until: today.Add(21), Reason: "Stands in for a colleague on leave.",
		}
		preview, err := l.Management.PreviewGiving(ctx, administrator(access.GrantEdit), giving)
		if err != nil {
			return err
		}
		_, err = l.Management.Give(ctx, administrator(access.GrantEdit), giving, preview.Effect.Seen)
		return err
	}
	return fault.ErrNotFound
}

// leavers suspends somebody and deletes somebody else, each with the reason.
func (l ladder) leavers(ctx context.Context) error {
	for _, leaver := range []struct {
		email, reason string
		permission    access.Permission
		end           func(context.Context, access.Reach, account.ID, string) error
	}{
		{onLeave, "On leave until spring.", access.AccountEdit, l.Accounts.Suspend},
		{leftEmail, "Left the company.", access.AccountDelete, l.Accounts.Delete},
	} {
		_, administrator, err := l.who(ctx, sellerEmail)
		if err != nil {
			return err
		}
		gone, _, err := l.who(ctx, leaver.email)
		if err != nil {
			return err
		}
		if err := leaver.end(ctx, administrator(leaver.permission), gone.ID, leaver.reason); err != nil {
			return fmt.Errorf("%s: %w", leaver.email, err)
		}
	}
	return nil
}

// guesses has somebody try to sign in as the school's administrator, which the
// audit log tells.
func (l ladder) guesses(ctx context.Context) error {
	_, err := l.Accounts.SignIn(ctx, sellerEmail, "northwind", account.Client{Address: "203.0.113.7", Agent: "curl"})
	if err == nil || !errors.Is(err, account.ErrSignIn) {
		return fmt.Errorf("a wrong password: %w", err)
	}
	return nil
}
