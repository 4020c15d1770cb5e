package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// roleForm lets one choose another base role, and then look at what it changes.
func (p *Pages) baseRoleForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	m, err := p.toChange(r, reach)
	if err != nil {
		return err
	}
	to := r.URL.Query().Get("role")
	if to == "" || access.RoleKey(to) == m.BaseRole {
		return p.showBaseRoles(w, r, http.StatusOK, m, "", nil)
	}
	effect, err := p.Management.PreviewRole(r.Context(), reach, m.ID, access.RoleKey(to))
	if err != nil {
		if !refusedHere(err) {
			return err
		}
		return p.showBaseRoles(w, r, http.StatusUnprocessableEntity, m, to, err)
	}
	return p.showBaseRoleEffect(w, r, http.StatusOK, m, access.RoleKey(to), effect, nil)
}

func (p *Pages) showBaseRoles(w http.ResponseWriter, r *http.Request, status int, m account.Managed, chosen string, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.role_title", "Name", m.Name)
	v := RoleChoiceView{Action: here(r, "users", string(m.ID), "role"), Back: here(r, "users", string(m.ID)), BackTo: m.Name}
	for _, role := range m.Offered {
		v.Roles = append(v.Roles, RoleChoice{
			Key: string(role.Key), Name: page.RoleName(role), Means: page.roleMeans(role.Key), Now: role.Key == m.BaseRole,
			Chosen: string(role.Key) == chosen || chosen == "" && role.Key == m.BaseRole,
		})
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, ChooseRole(page, v))
}

// roleMeans says in a sentence what a base role is for.
func (p Page) roleMeans(key access.RoleKey) string {
	says, ok := map[access.RoleKey]string{
		access.Student:                                  "people.means.student",
		access.Purchaser:                                "people.means.purchaser",
		access.LocalAdministrator:                       "people.means.local",
		access.MultipleLocation:                         "people.means.several",
		access.OrganizationAdministrator:                "people.means.organization",
		access.MasterAdministrator:                      "people.means.master",
		access.TwinOf(access.LocalAdministrator):        "people.means.local_reports",
		access.TwinOf(access.MultipleLocation):          "people.means.several_reports",
		access.TwinOf(access.OrganizationAdministrator): "people.means.organization_reports",
		access.TwinOf(access.MasterAdministrator):       "people.means.master_reports",
	}[key]
	if !ok {
		return ""
	}
	return p.T(says)
}

func (p *Pages) showBaseRoleEffect(w http.ResponseWriter, r *http.Request, status int, m account.Managed, to access.RoleKey, effect management.Effect, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.role_title", "Name", m.Name)
	role, _ := access.Preset(to)
	before, _ := access.Preset(m.BaseRole)
	return p.showChange(w, r, status, page, AccountChangeView{
		Back: here(r, "users", string(m.ID), "role"), BackTo: page.T("people.other_role"), Action: here(r, "users", string(m.ID), "role"), Name: "role", Value: string(to),
		Intro:  page.T("people.role_intro", "Name", m.Name, "From", page.RoleName(before), "To", page.RoleName(role)),
		Button: page.T("people.role_confirm", "Name", m.Name, "To", page.RoleName(role)),
	}, effect, wrong)
}

// showChange shows what a change does to who sees whom, with the form to do it.
func (p *Pages) showChange(w http.ResponseWriter, r *http.Request, status int, page Page, v AccountChangeView, effect management.Effect, wrong error) error {
	v.Sight, v.Seen = page.sightView(effect), effect.Seen
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, AccountChange(page, v))
}

func (p *Pages) changeBaseRole(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, to := access.AccountID(r.PathValue("learner")), access.RoleKey(form.Get("role"))
	err = p.Accounts.ChangeRoleSeen(r.Context(), reach, id, to, form.Get("reason"), form.Get("seen"))
	if err == nil {
		return p.afterChange(w, r, reach, id, DoneAccountRole)
	}
	m, failed := p.toChange(r, reach)
	switch {
	case failed != nil || !refusedHere(err):
		return err
	case errors.Is(err, management.ErrUnseen):
		effect, failed := p.Management.PreviewRole(r.Context(), reach, id, to)
		if failed != nil {
			return failed
		}
		return p.showBaseRoleEffect(w, r, http.StatusConflict, m, to, effect, err)
	}
	return p.showBaseRoles(w, r, http.StatusUnprocessableEntity, m, string(to), err)
}

// afterChange leads to the person, or to the visitor's own start where they
// have just taken away what let them see that page.
func (p *Pages) afterChange(w http.ResponseWriter, r *http.Request, reach access.Reach, id access.AccountID, done Done) error {
	if reach.Actor().Account == id {
		return see(w, r, here(r))
	}
	return see(w, r, with(here(r, "users", string(id)), "done", string(done)))
}

// placeForm lets one choose another location, and then look at what that changes.
func (p *Pages) placeForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	m, err := p.toChange(r, reach)
	if err != nil {
		return err
	}
	to := r.URL.Query().Get("to")
	if to == "" {
		return p.pickForMove(w, r, reach, m, nil)
	}
	effect, err := p.Management.PreviewPlace(r.Context(), reach, m.ID, targetOf(to))
	if err != nil {
		if !refusedHere(err) {
			return err
		}
		return p.pickForMove(w, r, reach, m, err)
	}
	return p.showPlaceEffect(w, r, http.StatusOK, m, to, effect, nil)
}

func (p *Pages) pickForMove(w http.ResponseWriter, r *http.Request, reach access.Reach, m account.Managed, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.move_title", "Name", m.Name)
	if wrong != nil {
		for _, text := range page.FaultsOf(wrong) {
			page.Notices = append(page.Notices, Notice{Text: text, Bad: true})
		}
	}
	base := here(r, "users", string(m.ID), "location")
	var top templ.SafeURL
	role, _ := access.Preset(m.BaseRole)
	if everywhere, _ := reach.CoversThing(access.Thing{Place: m.Organization.Path}); everywhere && m.Location != "" && !account.ForLocation(role) {
		top = with(base, "to", toTop)
	}
	return p.choosePlace(w, r, page, base, page.T("people.move_ask"), here(r, "users", string(m.ID)), func(id string) templ.SafeURL { return with(base, "to", id) }, top)
}

func (p *Pages) showPlaceEffect(w http.ResponseWriter, r *http.Request, status int, m account.Managed, to string, effect management.Effect, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("people.move_title", "Name", m.Name)
	from, target := m.LocationName, page.T("people.no_location")
	if from == "" {
		from = target
	}
	if to != toTop {
		found, err := p.Locations.Open(r.Context(), viewLocations(r), targetOf(to))
		if err != nil {
			return err
		}
		target = found.Name
	}
	return p.showChange(w, r, status, page, AccountChangeView{
		Back: here(r, "users", string(m.ID), "location"), BackTo: page.T("people.other_place"), Action: here(r, "users", string(m.ID), "location"), Name: "to", Value: to,
		Intro: page.T("people.move_intro", "Name", m.Name, "From", from, "To", target), Button: page.T("people.move_confirm", "Name", m.Name, "To", target),
	}, effect, wrong)
}

func (p *Pages) moveAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, to := access.AccountID(r.PathValue("learner")), form.Get("to")
	err = p.Accounts.Move(r.Context(), reach, id, targetOf(to), form.Get("reason"), form.Get("seen"))
	if err == nil {
		return p.afterChange(w, r, reach, id, DoneAccountMoved)
	}
	m, failed := p.toChange(r, reach)
	switch {
	case failed != nil || !refusedHere(err):
		return err
	case errors.Is(err, management.ErrUnseen):
		effect, failed := p.Management.PreviewPlace(r.Context(), reach, id, targetOf(to))
		if failed != nil {
			return failed
		}
		return p.showPlaceEffect(w, r, http.StatusConflict, m, to, effect, err)
	}
	return p.pickForMove(w, r, reach, m, err)
}
