package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) newAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if r.URL.Query().Has("pick") {
		return p.pickForNew(w, r)
	}
	form := typedOfNew(r.URL.Query())
	if !form.Has("given_name") { // nobody has been at the form yet
		form.Set("invite", "yes")
	}
	return p.showNewAccount(w, r, http.StatusOK, reach, form, nil)
}

// typedOfNew is what an address keeps of the form for somebody new while their
// location is chosen from the tree.
func typedOfNew(query url.Values) url.Values {
	kept := url.Values{}
	for _, name := range []string{"given_name", "family_name", "email", "external_id", "role", "locale", "time_zone", "invite", "location"} {
		if query.Has(name) {
			kept.Set(name, query.Get(name))
		}
	}
	return kept
}

// pickForNew lets one choose from the tree where somebody new is placed.
func (p *Pages) pickForNew(w http.ResponseWriter, r *http.Request) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.add")
	form, kept := here(r, "users", "new"), typedOfNew(r.URL.Query())
	back := form + templ.SafeURL("?"+kept.Encode())
	return p.choosePlace(w, r, page, withMore(back, "pick", "yes"), page.T("people.where"), back, func(id string) templ.SafeURL {
		kept.Set("location", id)
		return form + templ.SafeURL("?"+kept.Encode())
	}, "")
}

// choosePlace shows the tree on a page about people; chosen leads on with what was chosen.
func (p *Pages) choosePlace(w http.ResponseWriter, r *http.Request, page Page, base templ.SafeURL, ask string, back templ.SafeURL, chosen func(id string) templ.SafeURL, top templ.SafeURL) error {
	v := PlaceChoiceView{
		Back: back, BackTo: page.T("nav.users"), Ask: ask, Heading: page.T("field.location"), Action: page.T("people.choose_place"),
		Top: top, TopLabel: page.T("people.no_location"),
	}
	var open *location.Details
	at := r.URL.Query().Get("at")
	if at != "" {
		found, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(at))
		if err != nil {
			return err
		}
		open, v.Chosen, v.Choose = &found, found.Name, chosen(at)
	}
	var err error
	v.Browser, err = p.browse(r, page, open, browsing{
		base: base, open: func(id location.ID) templ.SafeURL { return withMore(base, "at", string(id)) }, in: location.ID(at), list: p.lists(r, viewLocations(r)),
	})
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, PlaceChoice(page, v))
}

// showNewAccount shows the form for somebody new, with what was typed.
func (p *Pages) showNewAccount(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, form url.Values, wrong error) error {
	visit := server.VisitOf(r.Context())
	places, err := p.Accounts.Places(r.Context(), reach, visit.Account.Organization.ID)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.add")
	v := page.accountForm(form)
	v.New, v.Action, v.Back = true, here(r, "users"), here(r, "users")
	v.MayInvite, v.Invite = page.Can(access.InvitePlatform), form.Get("invite") != ""
	v.Roles = page.roleOptions(places.Roles, access.RoleKey(form.Get("role")))
	if places.Conditions.Locations {
		if err := p.addPlace(r, form.Get("location"), places.Everywhere, &v); err != nil {
			return err
		}
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, AccountForm(page, v))
}

// addPlace adds where somebody new is placed: what was chosen, or the one
// location there is to choose.
func (p *Pages) addPlace(r *http.Request, id string, everywhere bool, v *AccountFormView) error {
	v.Locations, v.Pick = true, here(r, "users", "new")
	if id == "" && !everywhere {
		found, err := p.Locations.List(r.Context(), viewLocations(r), location.Query{Limit: 2})
		if err != nil {
			return err
		}
		if len(found.Items) == 1 && found.Items[0].Children == 0 {
			id, v.Pick = string(found.Items[0].ID), "" // there is no other
		}
	}
	if id == "" {
		return nil
	}
	chosen, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(id))
	if fault.KindOf(err) == fault.NotFound {
		return nil // the service says so when it is asked
	}
	v.LocationID, v.LocationName = id, chosen.Name
	return err
}

// accountForm fills in what every form of an account has.
func (p Page) accountForm(form url.Values) AccountFormView {
	locale, zone := form.Get("locale"), form.Get("time_zone")
	return AccountFormView{
		GivenName: form.Get("given_name"), FamilyName: form.Get("family_name"), Email: form.Get("email"), ExternalID: form.Get("external_id"),
		Locales: append([]Option{{Label: p.T("profile.as_organization"), Chosen: locale == ""}}, localeOptions(locale)...),
		Zones:   append([]Option{{Label: p.T("profile.as_organization"), Chosen: zone == ""}}, zoneOptions(zone)...),
	}
}

func (p Page) roleOptions(roles []access.Role, chosen access.RoleKey) []Option {
	out := make([]Option, len(roles))
	for i, role := range roles {
		out[i] = Option{Value: string(role.Key), Label: p.RoleName(role), Chosen: role.Key == chosen}
	}
	return out
}

func (p *Pages) createAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	n := account.New{
		Organization: server.VisitOf(r.Context()).Account.Organization.ID,
		Name:         account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")}, Email: form.Get("email"), ExternalID: form.Get("external_id"),
		Location: access.LocationID(form.Get("location")), Role: access.RoleKey(form.Get("role")), Locale: form.Get("locale"), Zone: form.Get("time_zone"),
	}
	done := DoneAccountAdded
	if form.Get("invite") != "" && n.Email != "" {
		n.Status, done = account.Invited, DoneAccountInvited
	}
	made, err := p.Accounts.Create(r.Context(), reach, n)
	if err != nil {
		if !refusedHere(err) {
			return err
		}
		return p.showNewAccount(w, r, http.StatusUnprocessableEntity, reach, form, err)
	}
	return see(w, r, with(here(r, "users", string(made.ID)), "done", string(done)))
}

// refusedHere is refused for forms that also say what the visitor may not do
// with what they typed: a role above their own, say.
func refusedHere(err error) bool {
	kind := fault.KindOf(err)
	return refused(err) || kind == fault.Forbidden || kind == fault.LimitReached
}

func (p *Pages) editAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	m, err := p.toChange(r, reach)
	if err != nil {
		return err
	}
	return p.showAccountForm(w, r, http.StatusOK, m, saidOfAccount(&m), nil)
}

// saidOfAccount is an account as a form would send it.
func saidOfAccount(m *account.Managed) url.Values {
	return url.Values{
		"given_name": {m.GivenName}, "family_name": {m.FamilyName}, "email": {m.Email}, "external_id": {m.ExternalID}, "locale": {m.Locale}, "time_zone": {m.Zone},
		"version": {m.Version()},
	}
}

func (p *Pages) showAccountForm(w http.ResponseWriter, r *http.Request, status int, m account.Managed, form url.Values, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.edit_title", "Name", m.Name)
	v := page.accountForm(form)
	v.Action, v.Back, v.BackTo, v.Self = here(r, "users", string(m.ID), "edit"), here(r, "users", string(m.ID)), m.Name, m.Self
	v.Version = form.Get("version")
	if errors.Is(wrong, account.ErrStale) {
		fields := append(v.fields(page), Input{Name: "locale", Label: page.T("field.locale")}, Input{Name: "time_zone", Label: page.T("field.zone")})
		v.Version, v.Stale = m.Version(), page.stale(fields, saidOfAccount(&m), form)
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, AccountForm(page, v))
}

func (p *Pages) saveAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := access.AccountID(r.PathValue("learner"))
	err = p.Accounts.Edit(r.Context(), reach, id, account.Edit{
		Name: account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")}, Email: form.Get("email"), ExternalID: form.Get("external_id"),
		Locale: form.Get("locale"), Zone: form.Get("time_zone"), Version: form.Get("version"),
	})
	if err != nil {
		m, failed := p.toChange(r, reach)
		if failed != nil || !refusedHere(err) {
			return err
		}
		return p.showAccountForm(w, r, http.StatusUnprocessableEntity, m, form, err)
	}
	return see(w, r, with(here(r, "users", string(id)), "done", string(DoneAccountEdited)))
}
