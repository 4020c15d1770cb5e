package api

import (
	"cmp"
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// addRoles registers the operations about roles.
func (a *API) addRoles() {
	get(a, "/permissions", access.RoleView, a.listPermissions, "Lists every permission, with what it lets one do")
	get(a, "/roles", access.RoleView, a.listRoles, "Lists the roles of the organization, custom ones first")
	create(a, "/roles", access.RoleEdit, a.addRole, "Makes a custom role that gives no more than the asker has")
	get(a, "/roles/{id}", access.RoleView, a.openRole, "Opens one role: what it gives, who holds it, and every version of it")
	create(a, "/roles/{id}/preview", access.RoleEdit, a.weighRole, "Tells how many people an edit of a role would give or take which permission, over how many learners")
	put(a, "/roles/{id}", access.RoleEdit, a.editRole, "Writes the next version of a custom role")
	get(a, "/roles/{id}/end", access.RoleEdit, a.weighRoleEnd, "Tells what the end of a role would take from whom")
	remove(a, "/roles/{id}", access.RoleEdit, a.endRole, "Ends a custom role with all access by it")
}

type permissions struct {
	Items []permission `json:"items" nullable:"false"`
}

type permission struct {
	ID        string   `json:"id"`
	Means     string   `json:"means" doc:"What it lets one do."`
	Writes    bool     `json:"writes" doc:"Whether it changes anything."`
	Reporting bool     `json:"reporting" doc:"Whether Reports Only roles may hold it."`
	NodeKinds []string `json:"node_kinds" nullable:"false" doc:"The kinds of place where it means something."`
	Ownable   bool     `json:"ownable" doc:"Whether a role can give it over only what its holder owns."`
}

func (a *API) listPermissions(_ context.Context, _ access.Reach, _ *none) (*permissions, error) {
	return &permissions{Items: list(management.Grantable().List(), func(p access.Permission) permission {
		out := permission{ID: p.String(), Means: p.Means(), Writes: p.Writes(), Reporting: p.Reporting(), Ownable: management.Ownable().Has(p), NodeKinds: []string{}}
		for _, kind := range management.NodeKinds() {
			if p.GrantableAt(kind) {
				out.NodeKinds = append(out.NodeKinds, string(kind))
			}
		}
		return out
	})}, nil
}

// RoleFields is what one says of a custom role.
type RoleFields struct {
	Name        string   `json:"name" maxLength:"1000"`
	Description string   `json:"description,omitempty" maxLength:"2000"`
	Permissions []string `json:"permissions" maxItems:"200" nullable:"false" doc:"Over everything where it is held."`
	Own         []string `json:"own_permissions,omitempty" maxItems:"200" doc:"Over only what its holder owns there."`
	NodeKinds   []string `json:"node_kinds" maxItems:"20" nullable:"false" doc:"Where it can be given: organization, location, purchase, team."`
	ReportsOnly bool     `json:"reports_only,omitempty" doc:"It gives permissions for reports only."`
}

func (b RoleFields) draft() (management.RoleDraft, error) {
	d := management.RoleDraft{Name: b.Name, Description: b.Description, ReportsOnly: b.ReportsOnly}
	for _, kind := range b.NodeKinds {
		d.Nodes = append(d.Nodes, access.NodeKind(kind))
	}
	for _, part := range []struct {
		ids   []string
		field string
		into  *access.Set
	}{{b.Permissions, "permissions", &d.Any}, {b.Own, "own_permissions", &d.Own}} {
		for _, id := range part.ids {
			p, err := access.ParsePermission(id)
			if err != nil {
				return d, fault.Field(part.field, "There is no such permission.")
			}
			*part.into |= access.SetOf(p)
		}
	}
	return d, nil
}

// roleSaid is a role as answers have it.
type roleSaid struct {
	ID          access.RoleKey `json:"id" doc:"Key of a role that Ambit comes with, id of a custom one."`
	Name        string         `json:"name"`
	Description *string        `json:"description"`
	Custom      bool           `json:"custom"`
	Fixed       bool           `json:"fixed" doc:"Given by its own rules; no base for another role."`
	ReportsOnly bool           `json:"reports_only"`
	Permissions []string       `json:"permissions" nullable:"false"`
	Own         []string       `json:"own_permissions" nullable:"false"`
	NodeKinds   []string       `json:"node_kinds" nullable:"false" doc:"Where it can be given."`
	People      int            `json:"people" doc:"Who hold it in the organization, or will."`
	Version     *int           `json:"version"`
	ChangedAt   *time.Time     `json:"changed_at"`
	EndedAt     *time.Time     `json:"ended_at"`
}

func kindsOf(kinds []access.NodeKind) []string {
	return list(kinds, func(k access.NodeKind) string { return string(k) })
}

func aRole(r access.Role, people int) roleSaid {
	return roleSaid{
		ID: r.Key, Name: r.Name, Fixed: r.Fixed, ReportsOnly: r.ReportsOnly, NodeKinds: kindsOf(r.Nodes), People: people,
		Permissions: list(r.Any.List(), access.Permission.String), Own: list(r.Own.List(), access.Permission.String),
	}
}

func aCustomRole(c management.CustomRole) roleSaid {
	out := aRole(c.Whole(c.ID), c.People)
	out.Custom, out.Description, out.Version, out.ChangedAt, out.EndedAt = true, text(c.Description), positive(c.Version), at(c.Changed), at(c.Ended)
	return out
}

type rolePage struct {
	Items []roleSaid `json:"items" nullable:"false"`
}

func (a *API) listRoles(ctx context.Context, reach access.Reach, _ *none) (*rolePage, error) {
	found, err := a.ask.Roles.List(ctx, reach)
	if err != nil {
		return nil, err
	}
	out := list(found.Custom, aCustomRole)
	for _, s := range found.System {
		out = append(out, aRole(s.Role, s.People))
	}
	return &rolePage{Items: out}, nil
}

type roleInput struct {
	ID access.RoleKey `path:"id" maxLength:"200" doc:"Key of a role that Ambit comes with, id of a custom one."`
}

type openedRole struct {
	Role     roleSaid      `json:"role"`
	Versions []roleVersion `json:"versions" nullable:"false" doc:"Of a custom role, the latest first."`
	Holders  []roleHolder  `json:"holders" nullable:"false" doc:"A page of those who hold it and whom the asker sees, by name: at most 100 people, each with all places that they hold it at."`
	Next     *string       `json:"next_cursor" doc:"For the next page of those who hold it."`
	Others   int           `json:"others" doc:"Those who hold it whom the asker does not see."`
}

type roleVersion struct {
	Version     int        `json:"version"`
	At          *time.Time `json:"at"`
	By          *string    `json:"by" doc:"Id of whoever wrote it; null where a part of Ambit did, or somebody whom the asker may not ask about."`
	ByName      *string    `json:"by_name"`
	Reason      *string    `json:"reason"`
	Name        string     `json:"name"`
	Description *string    `json:"description"`
	ReportsOnly bool       `json:"reports_only"`
	Permissions []string   `json:"permissions" nullable:"false"`
	Own         []string   `json:"own_permissions" nullable:"false"`
	NodeKinds   []string   `json:"node_kinds" nullable:"false"`
}

type roleHolder struct {
	Person person     `json:"person"`
	At     node       `json:"at"`
	Extent *string    `json:"extent" doc:"here, within or beyond; null where the place is no part of the tree."`
	Group  *string    `json:"group" doc:"The group it is held through."`
	From   *time.Time `json:"from"`
	Until  *time.Time `json:"until"`
}

type openRoleInput struct {
	ID     access.RoleKey `path:"id" maxLength:"200" doc:"Key of a role that Ambit comes with, id of a custom one."`
	Cursor string         `query:"cursor" maxLength:"2000" doc:"The next_cursor of the page before."`
}

func (a *API) openRole(ctx context.Context, reach access.Reach, in *openRoleInput) (*openedRole, error) {
	found, err := a.ask.Roles.OpenFrom(ctx, reach, in.ID, in.Cursor)
	if err != nil {
		return nil, err
	}
	out := &openedRole{Role: aRole(found.Role, found.People), Next: text(found.Next), Others: found.Others}
	if found.Custom != nil {
		out.Role = aCustomRole(*found.Custom)
	}
	out.Versions = list(found.Versions, func(v management.RoleVersion) roleVersion {
		return roleVersion{
			Version: v.Version, At: at(v.At), By: text(v.By.ID), ByName: text(cmp.Or(v.By.Name, v.By.System)), Reason: text(v.Reason), Name: v.Name, Description: text(v.Description),
			ReportsOnly: v.ReportsOnly, Permissions: list(v.Any.List(), access.Permission.String), Own: list(v.Own.List(), access.Permission.String), NodeKinds: kindsOf(v.Nodes),
		}
	})
	out.Holders = list(found.Holders, func(h management.RoleHolder) roleHolder {
		w := aWay(management.Way{Grant: h.Grant})
		return roleHolder{Person: somebody(h.Person), At: w.At, Extent: w.Extent, Group: w.Group, From: w.From, Until: w.Until}
	})
	return out, nil
}

type newRoleInput struct{ Body RoleFields }

// madeRole is a role that was made.
type madeRole struct {
	ID access.RoleKey `json:"id"`
}

func (r *madeRole) location() string { return Prefix + "/roles/" + string(r.ID) }

func (a *API) addRole(ctx context.Context, reach access.Reach, in *newRoleInput) (*madeRole, error) {
	d, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	id, err := a.ask.Roles.Add(ctx, reach, d)
	if err != nil {
		return nil, err
	}
	return &madeRole{ID: id}, nil
}

// roleEffect is what a change of a role does to those who hold it.
type roleEffect struct {
	Version int                `json:"version" doc:"Of the role as it is."`
	Changes []permissionChange `json:"changes" nullable:"false" doc:"Permissions that somebody gains or loses."`
	Sight   effect             `json:"sight" doc:"Who sees whom by it, person by person."`
	Seen    string             `json:"seen" doc:"Stands for all of this. Whoever makes the change says with it what they have looked at."`
}

type permissionChange struct {
	Permission string  `json:"permission"`
	Gains      reached `json:"gains"`
	Loses      reached `json:"loses"`
}

type reached struct {
	People   int `json:"people"`
	Learners int `json:"learners" doc:"Over whom, each once; of what one owns there are none."`
}

func aRoleEffect(e management.RoleEffect) *roleEffect {
	return &roleEffect{Version: e.Role.Version, Sight: anEffect(e.Sight), Seen: e.Seen, Changes: list(e.Changes, func(c management.PermissionChange) permissionChange {
		return permissionChange{Permission: c.Permission.String(), Gains: reached(c.Gains), Loses: reached(c.Loses)}
	})}
}

type weighRoleInput struct {
	ID   access.RoleKey `path:"id" maxLength:"200" doc:"Of a custom role."`
	Body RoleFields
}

func (a *API) weighRole(ctx context.Context, reach access.Reach, in *weighRoleInput) (*roleEffect, error) {
	d, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	found, err := a.ask.Roles.Preview(ctx, reach, in.ID, d)
	if err != nil {
		return nil, err
	}
	return aRoleEffect(found), nil
}

type editRoleInput struct {
	ID   access.RoleKey `path:"id" maxLength:"200" doc:"Of a custom role."`
	Body editRoleBody
}

type editRoleBody struct {
	RoleFields
	Version int    `json:"version" doc:"The version that was looked at; where there is a later one the edit is refused (409)."`
	Seen    string `json:"seen,omitempty" maxLength:"200" doc:"What the preview said; not needed where nobody gains or loses anything."`
	Reason  string `json:"reason,omitempty" maxLength:"2000" doc:"Stands in the versions and in the audit log."`
}

func (a *API) editRole(ctx context.Context, reach access.Reach, in *editRoleInput) (*none, error) {
	d, err := in.Body.draft()
	if err != nil {
		return nil, err
	}
	return &none{}, a.ask.Roles.Edit(ctx, reach, in.ID, management.RoleEdit{RoleDraft: d, Version: in.Body.Version, Seen: in.Body.Seen, Reason: in.Body.Reason})
}

func (a *API) weighRoleEnd(ctx context.Context, reach access.Reach, in *roleInput) (*roleEffect, error) {
	found, err := a.ask.Roles.PreviewEnd(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	return aRoleEffect(found), nil
}

type endRoleInput struct {
	ID     access.RoleKey `path:"id" maxLength:"200" doc:"Of a custom role."`
	Seen   string         `query:"seen" maxLength:"200" doc:"What the preview said; not needed where nobody holds the role."`
	Reason string         `query:"reason" maxLength:"2000" doc:"Stands in the audit log."`
}

func (a *API) endRole(ctx context.Context, reach access.Reach, in *endRoleInput) (*none, error) {
	return &none{}, a.ask.Roles.End(ctx, reach, in.ID, management.RoleEdit{Seen: in.Seen, Reason: in.Reason})
}
