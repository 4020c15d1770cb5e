package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// newRole is an empty form, or one that begins with what another role gives.
func (p *Pages) newRole(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	d := management.RoleDraft{Nodes: []access.NodeKind{access.AtOrganization, access.AtLocation}}
	from := access.RoleKey(r.URL.Query().Get("from"))
	if from == "" {
		return p.showRoleForm(w, r, http.StatusOK, "", 0, d, nil)
	}
	found, err := p.Roles.Open(r.Context(), server.VisitOf(r.Context()).Reach(access.RoleView), from)
	if err != nil {
		return err
	}
	base, ok := management.Base(found.Role)
	if found.Custom != nil {
		base, ok = found.Custom.RoleDraft, true
	}
	if !ok {
		return fault.ErrNotFound
	}
	page := p.plain(r)
	base.Name = page.T("roles.clone_of", "Name", page.RoleName(found.Role))
	offered, err := p.Roles.Offered(r.Context(), server.VisitOf(r.Context()).Reach(access.RoleEdit))
	if err != nil {
		return err
	}
	base.Any, base.Own = base.Any&offered, base.Own&offered
	return p.showRoleForm(w, r, http.StatusOK, "", 0, base, nil)
}

// showRoleForm shows what is to be said of a role; of a new one without a key.
func (p *Pages) showRoleForm(w http.ResponseWriter, r *http.Request, status int, key access.RoleKey, version int, d management.RoleDraft, wrong error) error {
	page, err := p.framed(r, PlaceRoles, "")
	if err != nil {
		return err
	}
	offered, err := p.Roles.Offered(r.Context(), server.VisitOf(r.Context()).Reach(access.RoleEdit))
	if err != nil {
		return err
	}
	v := RoleFormView{
		New: key == "", Action: here(r, "roles"), Back: here(r, "roles"), Name: d.Name, Description: d.Description, ReportsOnly: d.ReportsOnly, Version: version,
		Groups: page.permissions(d.Any, d.Own, offered),
	}
	page.Title = page.T("roles.add")
	if !v.New {
		page.Title, v.Action, v.Back = page.T("roles.edit_title", "Name", d.Name), roleTrail(r, key), roleTrail(r, key)
	}
	for _, kind := range management.NodeKinds() {
		v.Nodes = append(v.Nodes, Option{Value: string(kind), Label: page.NodeKindName(kind), Chosen: slices.Contains(d.Nodes, kind)})
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, RoleForm(page, v))
}

// draftOf reads a role from a form.
func draftOf(form url.Values) (management.RoleDraft, error) {
	d := management.RoleDraft{Name: form.Get("name"), Description: form.Get("description"), ReportsOnly: form.Get("reports_only") != ""}
	for _, kind := range form["nodes"] {
		d.Nodes = append(d.Nodes, access.NodeKind(kind))
	}
	for _, part := range []struct {
		ids  []string
		into *access.Set
	}{{form["permissions"], &d.Any}, {form["own"], &d.Own}} {
		for _, id := range part.ids {
			permission, err := access.ParsePermission(id)
			if err != nil {
				return d, fault.Field("permissions", "There is no such permission.")
			}
			*part.into |= access.SetOf(permission)
		}
	}
	return d, nil
}

// refusedRole tells whether a failure is one that the form of a role shows.
func refusedRole(err error) bool {
	return refused(err) || errors.Is(err, management.ErrRoleMoreThanOwn)
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, management.ErrRoleMoreThanOwn):
		return http.StatusForbidden
	case fault.KindOf(err) == fault.Conflict:
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

func (p *Pages) addRole(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	d, err := draftOf(form)
	var key access.RoleKey
	if err == nil {
		key, err = p.Roles.Add(r.Context(), reach, d)
	}
	if err != nil {
		if !refusedRole(err) {
			return err
		}
		return p.showRoleForm(w, r, statusOf(err), "", 0, d, err)
	}
	return see(w, r, with(roleTrail(r, key), "done", string(DoneRole)))
}

func (p *Pages) editRole(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	role, err := p.editable(r)
	if err != nil {
		return err
	}
	return p.showRoleForm(w, r, http.StatusOK, role.ID, role.Version, role.RoleDraft, nil)
}

// saveRole shows first what an edit changes for those who hold the role, and
// saves what was looked at.
func (p *Pages) saveRole(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	key := access.RoleKey(r.PathValue("role"))
	if _, err := p.editable(r); err != nil {
		return err
	}
	version, _ := strconv.Atoi(form.Get("version")) // what is no number is no version there is
	d, err := draftOf(form)
	if form.Get("step") == "again" && err == nil {
		return p.showRoleForm(w, r, http.StatusOK, key, version, d, nil)
	}
	edit := management.RoleEdit{RoleDraft: d, Version: version, Seen: form.Get("seen"), Reason: form.Get("reason")}
	var effect management.RoleEffect
	if err == nil && edit.Seen == "" {
		effect, err = p.Roles.Preview(r.Context(), reach, key, d)
		if err == nil && !effect.Harmless() {
			return p.showRoleEffect(w, r, http.StatusOK, effect, edit, nil)
		}
	}
	if err == nil {
		err = p.Roles.Edit(r.Context(), reach, key, edit)
	}
	switch {
	case errors.Is(err, management.ErrUnseen):
		if effect, again := p.Roles.Preview(r.Context(), reach, key, d); again == nil {
			return p.showRoleEffect(w, r, http.StatusConflict, effect, edit, err)
		}
		return err
	case err != nil && refusedRole(err):
		return p.showRoleForm(w, r, statusOf(err), key, version, d, err)
	case err != nil:
		return err
	}
	return see(w, r, with(roleTrail(r, key), "done", string(DoneRole)))
}

// previewRoleEnd shows what the end of a role takes from whom.
func (p *Pages) previewRoleEnd(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showRoleEnd(w, r, http.StatusOK, "", nil)
}

func (p *Pages) showRoleEnd(w http.ResponseWriter, r *http.Request, status int, reason string, wrong error) error {
	role, err := p.editable(r)
	if err != nil {
		return err
	}
	effect, err := p.Roles.PreviewEnd(r.Context(), server.VisitOf(r.Context()).Reach(access.RoleEdit), role.ID)
	if err != nil {
		return err
	}
	return p.showRoleEffect(w, r, status, effect, management.RoleEdit{Version: role.Version, Reason: reason}, wrong)
}

func (p *Pages) endRole(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	key := access.RoleKey(r.PathValue("role"))
	if _, err := p.editable(r); err != nil {
		return err
	}
	err = p.Roles.End(r.Context(), reach, key, management.RoleEdit{Seen: form.Get("seen"), Reason: form.Get("reason")})
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.showRoleEnd(w, r, statusOf(err), form.Get("reason"), err)
	}
	return see(w, r, with(roleTrail(r, key), "done", string(DoneRoleEnded)))
}

// showRoleEffect shows who gains and loses what; without a name in it, the edit is the end.
func (p *Pages) showRoleEffect(w http.ResponseWriter, r *http.Request, status int, e management.RoleEffect, edit management.RoleEdit, wrong error) error {
	page, err := p.framed(r, PlaceRoles, "")
	if err != nil {
		return err
	}
	key := e.Role.ID
	v := RoleEffectView{
		Back: roleTrail(r, key), Action: roleTrail(r, key), Intro: page.T("roles.effect_intro"), Confirm: page.T("roles.confirm"),
		Seen: e.Seen, Reason: edit.Reason, Draft: draftFields(edit), Sight: page.sightView(e.Sight),
	}
	page.Title = page.T("roles.effect_title", "Name", e.Role.Name)
	if v.Ending = edit.Name == ""; v.Ending {
		page.Title, v.Intro, v.Confirm = page.T("roles.end_title", "Name", e.Role.Name), page.T("roles.end_intro"), page.T("roles.end_confirm")
		v.Action, v.Draft = here(r, "roles", string(key), "end"), nil
	}
	for _, c := range e.Changes {
		v.Rows = append(v.Rows, PermissionChangeRow{Name: page.PermissionName(c.Permission), Gains: c.Gains, Loses: c.Loses})
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, RoleEffect(page, v))
}

// draftFields is an edit as its form has it.
func draftFields(e management.RoleEdit) []FormField {
	out := []FormField{{"name", e.Name}, {"description", e.Description}, {"version", strconv.Itoa(e.Version)}}
	if e.ReportsOnly {
		out = append(out, FormField{"reports_only", "yes"})
	}
	for _, kind := range e.Nodes {
		out = append(out, FormField{"nodes", string(kind)})
	}
	for _, permission := range e.Any.List() {
		out = append(out, FormField{"permissions", permission.String()})
	}
	for _, permission := range e.Own.List() {
		out = append(out, FormField{"own", permission.String()})
	}
	return out
}
