package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

// addClients is the operations about client organizations. To work in one, the
// header Ambit-Organization names it.
func (a *API) addClients() {
	get(a, "/clients", access.ClientView, a.listClients, "Lists the clients of the asker's organization and theirs, by name")
	create(a, "/clients", access.ClientEdit, a.createClient, "Creates a client and invites its first administrator by letter")
	get(a, "/clients/{id}", access.ClientView, a.openClient, "Opens one client with how large it is")
	put(a, "/clients/{id}", access.ClientEdit, a.changeClient, "Changes what a master decides about a client")
	create(a, "/clients/{id}/suspend", access.ClientEdit, a.suspendClient, "Shuts a client: nobody of it can work in it from the next request on")
	create(a, "/clients/{id}/reopen", access.ClientEdit, a.reopenClient, "Opens a suspended client again")
	create(a, "/clients/{id}/end", access.ClientEdit, a.endClient, "Shuts a client for good; what was done in it can be read and not changed")
}

// client is a client organization as its master sees it.
type client struct {
	ID             access.OrgID `json:"id"`
	Slug           string       `json:"slug" doc:"As it stands in addresses, and in the header Ambit-Organization."`
	Name           string       `json:"name"`
	ClientID       *string      `json:"client_id" doc:"The master's own id of it."`
	ParentID       access.OrgID `json:"parent_id" doc:"The organization that it is a client of; it never changes."`
	Status         string       `json:"status" enum:"active,suspended,ended"`
	Standing       string       `json:"standing" enum:"active,suspended,expired,ended" doc:"What status and last day come to today."`
	StatusReason   *string      `json:"status_reason"`
	StatusAt       *time.Time   `json:"status_at"`
	ExpiresOn      *string      `json:"expires_on" format:"date" doc:"The last day on which its people can work in it."`
	MayHaveClients bool         `json:"may_have_clients"`
	Zone           string       `json:"time_zone"`
	Locale         string       `json:"locale"`
	CreatedAt      *time.Time   `json:"created_at"`
	Version        string       `json:"version" doc:"Of what a master decides about it; give it back to change that only if nobody else has."`
	People         int          `json:"people" doc:"Active and invited accounts."`
	Administrators int          `json:"administrators" doc:"Active Organization and Master Administrators."`
	Locations      int          `json:"locations"`
	Clients        int          `json:"clients" doc:"Organizations directly below it."`
	Seats          int          `json:"seats" doc:"Bought."`
	SeatsTaken     int          `json:"seats_taken" doc:"Of these pending, redeemed or used up."`
}

// location is where a client is found (located).
func (c *client) location() string { return Prefix + "/clients/" + string(c.ID) }

func aClient(ctx context.Context) func(org.Client) client {
	now := server.VisitOf(ctx).Now
	return func(c org.Client) client {
		return client{
			ID: c.ID, Slug: c.Slug, Name: c.Name, ClientID: text(c.ClientID), ParentID: c.Parent, Status: string(c.Status),
			Standing: string(c.Standing(day.Of(now, c.TimeZone()))), StatusReason: text(c.StatusReason), StatusAt: at(c.StatusAt), ExpiresOn: date(c.ExpiresOn),
			MayHaveClients: c.MayHaveClients, Zone: c.Zone, Locale: c.Locale, CreatedAt: at(c.CreatedAt), Version: c.ClientVersion(),
			People: c.People, Administrators: c.Administrators, Locations: c.Places, Clients: c.Clients, Seats: c.Seats, SeatsTaken: c.Taken,
		}
	}
}

type clientsInput struct {
	Window
	Q        string `query:"q" maxLength:"200" doc:"Part of the name, the short name or the client ID."`
	Standing string `query:"standing" enum:"active,suspended,expired,ended" doc:"Only clients that stand so."`
}

func (a *API) listClients(ctx context.Context, reach access.Reach, in *clientsInput) (*page[client], error) {
	found, err := a.ask.Organizations.Clients(ctx, reach, org.ClientQuery{Q: in.Q, Status: org.Standing(in.Standing), Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &page[client]{Items: list(found.Items, aClient(ctx)), NextCursor: text(found.Next), Total: found.Total}, nil
}

type clientInput struct {
	ID string `path:"id" doc:"Of the client."`
}

func (a *API) openClient(ctx context.Context, reach access.Reach, in *clientInput) (*client, error) {
	found, err := a.ask.Organizations.Client(ctx, reach, org.ID(in.ID))
	if err != nil {
		return nil, err
	}
	out := aClient(ctx)(found)
	return &out, nil
}

// clientAfter answers with a client as it has become.
func (a *API) clientAfter(ctx context.Context, id org.ID) (*client, error) {
	return a.openClient(ctx, server.VisitOf(ctx).Reach(access.ClientView), &clientInput{ID: string(id)})
}

type newClientInput struct{ Body newClientBody }

type newClientBody struct {
	Slug           string `json:"slug" maxLength:"200" doc:"2 to 40 small letters, digits and hyphens; it cannot be changed."`
	Name           string `json:"name" maxLength:"1000"`
	ClientID       string `json:"client_id,omitempty" maxLength:"200" doc:"A letter, then letters, digits, full stops, hyphens and underscores; 40 at most."`
	Zone           string `json:"time_zone,omitempty" maxLength:"100" doc:"As in Europe/Berlin; UTC if not given."`
	Locale         string `json:"locale,omitempty" maxLength:"100" doc:"As in de; en if not given."`
	ExpiresOn      string `json:"expires_on,omitempty" format:"date" doc:"The last day on which its people can work in it."`
	MayHaveClients bool   `json:"may_have_clients,omitempty" doc:"Its first administrator is then a Master Administrator."`
	GivenName      string `json:"given_name" maxLength:"1000" doc:"Of its first administrator."`
	FamilyName     string `json:"family_name" maxLength:"1000"`
	Email          string `json:"email" maxLength:"1000"`
}

func (a *API) createClient(ctx context.Context, reach access.Reach, in *newClientInput) (*client, error) {
	b := in.Body
	until, problems := aDay("expires_on", b.ExpiresOn, nil)
	if len(problems) > 0 {
		return nil, fault.Invalidf(problems...)
	}
	made, err := a.ask.Accounts.FoundClient(ctx, reach, reach.Actor().Organization, org.New{
		Slug: b.Slug, Name: b.Name, Zone: b.Zone, Locale: b.Locale, MayHaveClients: b.MayHaveClients, ClientID: b.ClientID, ExpiresOn: until,
	}, account.Name{Given: b.GivenName, Family: b.FamilyName}, b.Email)
	if err != nil {
		return nil, err
	}
	return a.clientAfter(ctx, made.Organization.ID)
}

type clientChangeInput struct {
	ID   string `path:"id" doc:"Of the client."`
	Body clientChangeBody
}

type clientChangeBody struct {
	Name           string `json:"name" maxLength:"1000"`
	ClientID       string `json:"client_id" maxLength:"200" doc:"Empty: none."`
	ExpiresOn      string `json:"expires_on" maxLength:"10" doc:"The last day on which its people can work in it; empty: no end."`
	MayHaveClients bool   `json:"may_have_clients"`
	Version        string `json:"version,omitempty" maxLength:"64" doc:"Of the client that the change was made from: it is refused where it is another by now. Without it nobody is asked."`
}

func (a *API) changeClient(ctx context.Context, reach access.Reach, in *clientChangeInput) (*client, error) {
	until, problems := aDay("expires_on", in.Body.ExpiresOn, nil)
	if len(problems) > 0 {
		return nil, fault.Invalidf(problems...)
	}
	id := org.ID(in.ID)
	if _, _, err := a.ask.Organizations.ChangeClient(ctx, reach, id, org.ClientChange{
		Name: &in.Body.Name, ClientID: &in.Body.ClientID, ExpiresOn: &until, MayHaveClients: &in.Body.MayHaveClients, Version: in.Body.Version,
	}); err != nil {
		return nil, err
	}
	return a.clientAfter(ctx, id)
}

type clientStepInput struct {
	ID   string `path:"id" doc:"Of the client."`
	Body clientStepBody
}

type clientStepBody struct {
	Reason string `json:"reason" maxLength:"1000" doc:"It stands in the audit log. Only opening again needs none."`
}

func (a *API) suspendClient(ctx context.Context, reach access.Reach, in *clientStepInput) (*client, error) {
	if _, err := a.ask.Organizations.Suspend(ctx, reach, org.ID(in.ID), in.Body.Reason); err != nil {
		return nil, err
	}
	return a.clientAfter(ctx, org.ID(in.ID))
}

func (a *API) reopenClient(ctx context.Context, reach access.Reach, in *clientStepInput) (*client, error) {
	if _, err := a.ask.Organizations.Reopen(ctx, reach, org.ID(in.ID), in.Body.Reason); err != nil {
		return nil, err
	}
	return a.clientAfter(ctx, org.ID(in.ID))
}

func (a *API) endClient(ctx context.Context, reach access.Reach, in *clientStepInput) (*client, error) {
	if _, err := a.ask.Organizations.End(ctx, reach, org.ID(in.ID), in.Body.Reason); err != nil {
		return nil, err
	}
	return a.clientAfter(ctx, org.ID(in.ID))
}
