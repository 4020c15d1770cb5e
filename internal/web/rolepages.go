package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlaceRoles is the entry of the roles in the navigation.
const PlaceRoles Place = "roles"

// What the pages of roles report as done.
const (
	DoneRole      Done = "role"
	DoneRoleEnded Done = "role-ended"
)

// roleRoutes are the pages of the roles.
func (p *Pages) roleRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	return []server.Route{
		route("GET /o/{organization}/roles", access.RoleView, p.roles),
		route("GET /o/{organization}/roles/new", access.RoleEdit, p.newRole),
		route("POST /o/{organization}/roles", access.RoleEdit, p.addRole),
		route("GET /o/{organization}/roles/{role}", access.RoleView, p.role),
		route("GET /o/{organization}/roles/{role}/edit", access.RoleEdit, p.editRole),
		route("POST /o/{organization}/roles/{role}", access.RoleEdit, p.saveRole),
		route("GET /o/{organization}/roles/{role}/end", access.RoleEdit, p.previewRoleEnd),
		route("POST /o/{organization}/roles/{role}/end", access.RoleEdit, p.endRole),
	}
}

// roles lists what there is to give.
func (p *Pages) roles(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	list, err := p.Roles.List(r.Context(), reach)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceRoles, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.roles")
	var v RolesView
	if page.Can(access.RoleEdit) {
		v.Add = here(r, "roles", "new")
	}
	for _, c := range list.Custom {
		role := c.Whole(c.ID)
		row := page.roleRow(role, c.People)
		row.Description, row.Changed, row.Ended = c.Description, c.Changed, c.Ended
		if c.Ended.IsZero() {
			v.Custom = append(v.Custom, row)
		} else {
			v.Ended = append(v.Ended, row)
		}
	}
	for _, s := range list.System {
		v.System = append(v.System, page.roleRow(s.Role, s.People))
	}
	return show(w, r, http.StatusOK, Roles(page, v))
}

func (p Page) roleRow(role access.Role, people int) RoleRow {
	return RoleRow{
		Name: p.RoleName(role), To: p.Path("roles", string(role.Key)), ReportsOnly: role.ReportsOnly, Fixed: role.Fixed,
		Places: p.nodeKinds(role.Nodes), Gives: (role.Any | role.Own).Len(), People: people, Uncounted: role.Key == access.Student,
	}
}

// NodeKindName names a kind of place where roles can be given.
func (p Page) NodeKindName(kind access.NodeKind) string {
	switch kind {
	case access.AtOrganization:
		return p.T("roles.at.organization")
	case access.AtLocation:
		return p.T("roles.at.location")
	case access.AtPurchase:
		return p.T("roles.at.purchase")
	case access.AtTeam:
		return p.T("roles.at.team")
	}
	return string(kind)
}

func (p Page) nodeKinds(kinds []access.NodeKind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = p.NodeKindName(kind)
	}
	return strings.Join(names, p.T("list.comma"))
}

// role shows one role: what it gives, who holds it, and how it came to that.
func (p *Pages) role(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	key := access.RoleKey(r.PathValue("role"))
	d, err := p.Roles.OpenFrom(r.Context(), reach, key, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceRoles, "")
	if err != nil {
		return err
	}
	page.Title = page.RoleName(d.Role)
	v := RoleView{
		Places: page.nodeKinds(d.Role.Nodes), ReportsOnly: d.Role.ReportsOnly, Fixed: d.Role.Fixed, People: d.People, Others: d.Others,
		Groups: page.givenBy(d.Role), Holders: page.roleHolders(d.Holders), Pages: pages(r, here(r, "roles", string(key)), d.Next),
	}
	edits := page.Can(access.RoleEdit)
	if _, base := management.Base(d.Role); edits && (base || d.Custom != nil) {
		v.Clone = with(here(r, "roles", "new"), "from", string(key))
	}
	if c := d.Custom; c != nil {
		v.Description, v.People, v.Ended, v.Versions = c.Description, c.People, c.Ended, page.roleVersions(d.Versions)
		if edits && c.Ended.IsZero() {
			v.Edit, v.End = here(r, "roles", string(key), "edit"), here(r, "roles", string(key), "end")
		}
		if page.Can(access.AuditView) {
			v.Events = with(here(r, "audit"), "kind", "role", "subject", string(key))
		}
	}
	return show(w, r, http.StatusOK, Role(page, v))
}

// givenBy is the permissions of a role, by groups.
func (p Page) givenBy(role access.Role) []PermissionGroup {
	var out []PermissionGroup
	for _, group := range p.permissions(role.Any, role.Own, 0) {
		group.Items = slices.DeleteFunc(group.Items, func(item PermissionItem) bool { return !item.Any && !item.Own })
		if len(group.Items) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// permissions is the whole catalogue in words, with what is chosen and what may be.
func (p Page) permissions(anyOf, own, offered access.Set) []PermissionGroup {
	var out []PermissionGroup
	for _, group := range permissionGroups() {
		said := PermissionGroup{Title: p.T(group.title)}
		for _, word := range group.words {
			item := PermissionItem{
				ID: word.permission.String(), Name: p.T(word.name), Any: anyOf.Has(word.permission), Own: own.Has(word.permission),
				Reporting: word.permission.Reporting(), Ownable: management.Ownable().Has(word.permission), Offered: offered.Has(word.permission),
			}
			if word.shows != "" {
				item.Shows = p.T(word.shows)
			}
			said.Items = append(said.Items, item)
		}
		out = append(out, said)
	}
	return out
}

func (p Page) roleHolders(holders []management.RoleHolder) []RoleHolderRow {
	var out []RoleHolderRow
	for _, h := range holders {
		row := RoleHolderRow{Name: h.Name, Email: h.Email, Place: h.Grant.Node.Label, Until: h.Grant.Until}
		if p.Can(access.LearnerView) {
			row.To = p.Path("users", string(h.ID))
		}
		if via := h.Grant.Via; via != nil {
			row.Via = p.T("roles.via", "Group", via.Name)
			if !via.Until.IsZero() && (row.Until.IsZero() || via.Until.Before(row.Until)) {
				row.Until = via.Until
			}
		}
		out = append(out, row)
	}
	return out
}

// roleVersions says of each version what was different in the one before.
func (p Page) roleVersions(versions []management.RoleVersion) []RoleVersionRow {
	var out []RoleVersionRow
	for i, v := range versions {
		row := RoleVersionRow{Number: v.Version, At: v.At, By: p.writer(v.By), Reason: v.Reason}
		if i+1 == len(versions) {
			row.First = true
		} else {
			row.Added, row.Removed, row.Other = p.roleDifference(versions[i+1].RoleDraft, v.RoleDraft)
		}
		out = append(out, row)
	}
	return out
}

// writer names who wrote a version, as far as the reader may know.
func (p Page) writer(by management.Giver) string {
	switch {
	case by.Hidden:
		return p.T("roles.somebody")
	case by.System != "":
		return p.T("audit.system", "Name", by.System)
	}
	return by.Name
}

// roleDifference tells two drafts apart: permissions that came and went, and the rest.
func (p Page) roleDifference(from, to management.RoleDraft) (added, removed, other []string) {
	name := func(set access.Set, own bool) (out []string) {
		for _, permission := range set.List() {
			said := p.PermissionName(permission)
			if own {
				said += " (" + p.T("roles.own") + ")"
			}
			out = append(out, said)
		}
		return out
	}
	added = append(name(to.Any.Without(from.Any), false), name(to.Own.Without(from.Own), true)...)
	removed = append(name(from.Any.Without(to.Any), false), name(from.Own.Without(to.Own), true)...)
	was := func(field, before, after string) {
		if before != after {
			other = append(other, p.T("roles.was", "Field", field, "Before", before, "After", after))
		}
	}
	yes := func(on bool) string {
		if on {
			return p.T("roles.on")
		}
		return p.T("roles.off")
	}
	was(p.T("roles.name"), from.Name, to.Name)
	was(p.T("roles.description"), from.Description, to.Description)
	was(p.T("roles.places"), p.nodeKinds(from.Nodes), p.nodeKinds(to.Nodes))
	was(p.T("roles.reports_only"), yes(from.ReportsOnly), yes(to.ReportsOnly))
	return added, removed, other
}

// roleTrail leads from a page of a role back to it.
func roleTrail(r *http.Request, key access.RoleKey) templ.SafeURL {
	return here(r, "roles", string(key))
}

// editable finds a custom role that is in use.
func (p *Pages) editable(r *http.Request) (management.CustomRole, error) {
	d, err := p.Roles.Open(r.Context(), server.VisitOf(r.Context()).Reach(access.RoleView), access.RoleKey(r.PathValue("role")))
	switch {
	case err != nil:
		return management.CustomRole{}, err
	case d.Custom == nil:
		return management.CustomRole{}, fault.ErrNotFound
	case !d.Custom.Ended.IsZero():
		return management.CustomRole{}, management.ErrRoleEnded
	}
	return *d.Custom, nil
}
