package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlaceClients is the entry of the client organizations in the navigation.
const PlaceClients Place = "clients"

// What was done to a client.
const (
	DoneClientCreated Done = "client-created"
	DoneClient        Done = "client"
)

// clientRoutes are the pages of the client organizations, for their master.
func (p *Pages) clientRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	return []server.Route{
		route("GET /o/{organization}/clients", access.ClientView, p.clients),
		route("GET /o/{organization}/clients/new", access.ClientEdit, p.newClient),
		route("POST /o/{organization}/clients", access.ClientEdit, p.createClient),
		route("GET /o/{organization}/clients/{client}", access.ClientView, p.client),
		route("POST /o/{organization}/clients/{client}", access.ClientEdit, p.saveClient),
		route("GET /o/{organization}/clients/{client}/edit", access.ClientEdit, p.editClient),
		route("GET /o/{organization}/clients/{client}/suspend", access.ClientEdit, p.beforeClientStep(StepSuspend)),
		route("POST /o/{organization}/clients/{client}/suspend", access.ClientEdit, p.clientStep(StepSuspend)),
		route("GET /o/{organization}/clients/{client}/reopen", access.ClientEdit, p.beforeClientStep(StepReopen)),
		route("POST /o/{organization}/clients/{client}/reopen", access.ClientEdit, p.clientStep(StepReopen)),
		route("GET /o/{organization}/clients/{client}/end", access.ClientEdit, p.beforeClientStep(StepEnd)),
		route("POST /o/{organization}/clients/{client}/end", access.ClientEdit, p.clientStep(StepEnd)),
	}
}

func (p *Pages) clients(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceClients, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.clients")
	query := r.URL.Query()
	state := org.Standing(query.Get("state"))
	choice := Choice{Name: "state", Label: page.T("field.state"), All: page.T("clients.all_states")}
	known := state == ""
	for _, s := range []ClientStanding{ClientOpen, ClientSuspended, ClientExpired, ClientEnded} {
		choice.Options = append(choice.Options, Option{Value: string(s), Label: page.T(clientStandingKey(s)), Chosen: string(s) == string(state)})
		known = known || string(s) == string(state)
	}
	if !known {
		return fault.Field("state", "Choose one of the states.")
	}
	found, err := p.Organizations.Clients(r.Context(), reach, org.ClientQuery{Q: query.Get("q"), Status: state, Cursor: query.Get("cursor")})
	if err != nil {
		return err
	}
	action := here(r, "clients")
	v := ClientsView{
		Filters: Filters{Action: action, Search: query.Get("q"), Hint: page.T("clients.search_hint"), Choices: []Choice{choice}},
		Pages:   pages(r, action, found.Next), Count: found.Total, Edit: page.Can(access.ClientEdit),
	}
	now := server.VisitOf(r.Context()).Now
	for i := range found.Items {
		c := &found.Items[i]
		v.Rows = append(v.Rows, clientRowOf(c, day.Of(now, c.TimeZone())))
	}
	return show(w, r, http.StatusOK, Clients(page, v))
}

func clientRowOf(c *org.Client, today day.Day) ClientRow {
	return ClientRow{
		ID: string(c.ID), Name: c.Name, ClientID: c.ClientID, Above: c.Above, Slug: c.Slug, Standing: ClientStanding(c.Standing(today)), ExpiresOn: c.ExpiresOn,
		People: c.People, Administrators: c.Administrators, Places: c.Places, Clients: c.Clients, Seats: c.Seats, Taken: c.Taken,
	}
}

// standingSays is what it means that a client is not open.
func (p Page) standingSays(s ClientStanding) string {
	switch s {
	case ClientSuspended:
		return p.T("clients.is_suspended")
	case ClientExpired:
		return p.T("clients.is_expired")
	default:
		return p.T("clients.is_ended")
	}
}

// knownClient reads a client of the address, for looking at it or about to change it.
func (p *Pages) knownClient(r *http.Request) (org.Client, error) {
	return p.Organizations.Client(r.Context(), server.VisitOf(r.Context()).Reach(access.ClientView), org.ID(r.PathValue("client")))
}

func (p *Pages) client(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	c, err := p.knownClient(r)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceClients, c.Name)
	if err != nil {
		return err
	}
	v := ClientView{
		ClientRow: clientRowOf(&c, day.Of(server.VisitOf(r.Context()).Now, c.TimeZone())), Reason: c.StatusReason, Since: c.StatusAt, CreatedAt: c.CreatedAt,
		Zone: c.Zone, Locale: c.Locale, MayHaveClients: c.MayHaveClients, Work: OrganizationPath(c.Slug, "dashboard"), Edit: page.Can(access.ClientEdit),
	}
	if name, known := ownNames[language.Tag(c.Locale)]; known {
		v.Locale = name
	}
	if c.Status == org.Active {
		v.Reason = "" // of a time that is over
	}
	return show(w, r, http.StatusOK, Client(page, v))
}

func (p *Pages) newClient(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	at := server.VisitOf(r.Context()).Account.Organization
	form := url.Values{"time_zone": {at.Zone}, "locale": {at.Locale}}
	return p.showClientForm(w, r, ClientFormView{New: true}, form, nil)
}

// showClientForm shows the form, after a refusal with its sentences.
func (p *Pages) showClientForm(w http.ResponseWriter, r *http.Request, v ClientFormView, form url.Values, refusal error) error {
	page, err := p.framed(r, PlaceClients, "")
	if err != nil {
		return err
	}
	page.Title, v.Action, v.Back = page.T("clients.new"), here(r, "clients"), here(r, "clients")
	if v.New {
		v.Zones, v.Locales = zoneOptions(form.Get("time_zone")), localeOptions(form.Get("locale"))
	} else {
		id := r.PathValue("client")
		page.Title, v.Action, v.Back = page.T("clients.edit"), here(r, "clients", id), here(r, "clients", id)
	}
	status := http.StatusOK
	if refusal != nil {
		v.Faults, status = page.FaultsOf(refusal), http.StatusUnprocessableEntity
	}
	return show(w, r, status, ClientForm(page, v))
}

// clientForm is the form as it was filled in.
func clientForm(form url.Values) ClientFormView {
	return ClientFormView{
		Name: form.Get("name"), Slug: form.Get("slug"), ClientID: form.Get("client_id"), ExpiresOn: form.Get("expires_on"), MayHaveClients: form.Get("may_have_clients") == "yes",
		Version: form.Get("version"), GivenName: form.Get("given_name"), FamilyName: form.Get("family_name"), Email: form.Get("email"),
	}
}

// lastDay reads the last day of a client; none where nothing was entered.
func lastDay(text string) (day.Day, error) {
	d, err := day.Parse(text)
	if err != nil {
		return day.None, fault.Field("expires_on", "Use a day such as 2026-01-31.")
	}
	return d, nil
}

func (p *Pages) createClient(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	v := clientForm(form)
	v.New = true
	until, err := lastDay(v.ExpiresOn)
	var made account.Membership
	if err == nil {
		made, err = p.Accounts.FoundClient(r.Context(), reach, reach.Actor().Organization, org.New{
			Slug: v.Slug, Name: v.Name, Zone: form.Get("time_zone"), Locale: form.Get("locale"), MayHaveClients: v.MayHaveClients, ClientID: v.ClientID, ExpiresOn: until,
		}, account.Name{Given: v.GivenName, Family: v.FamilyName}, v.Email)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.showClientForm(w, r, v, form, err)
	}
	return see(w, r, with(here(r, "clients", string(made.Organization.ID)), "done", string(DoneClientCreated)))
}

func (p *Pages) editClient(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	c, err := p.knownClient(r)
	if err != nil {
		return err
	}
	return p.showClientForm(w, r, clientForm(saidOfClient(&c)), nil, nil)
}

// saidOfClient is a client as a form would send it.
func saidOfClient(c *org.Client) url.Values {
	may := ""
	if c.MayHaveClients {
		may = "yes"
	}
	return url.Values{"name": {c.Name}, "client_id": {c.ClientID}, "expires_on": {c.ExpiresOn.String()}, "may_have_clients": {may}, "version": {c.ClientVersion()}}
}

func (p *Pages) saveClient(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, v := org.ID(r.PathValue("client")), clientForm(form)
	until, err := lastDay(v.ExpiresOn)
	if err == nil {
		var held []org.Holder
		_, held, err = p.Organizations.ChangeClient(r.Context(), reach, id, org.ClientChange{Name: &v.Name, ClientID: &v.ClientID, ExpiresOn: &until, MayHaveClients: &v.MayHaveClients, Version: v.Version})
		for _, h := range held {
			v.Holders = append(v.Holders, h.Name)
		}
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		if errors.Is(err, org.ErrStale) {
			is, failed := p.knownClient(r)
			if failed != nil {
				return failed
			}
			page := p.plain(r)
			v.Version, v.Stale = is.ClientVersion(), page.stale(v.changeable(page), saidOfClient(&is), form)
		}
		return p.showClientForm(w, r, v, form, err)
	}
	return see(w, r, with(here(r, "clients", string(id)), "done", string(DoneClient)))
}
