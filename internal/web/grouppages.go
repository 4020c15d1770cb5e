package web

import (
	"net/http"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlaceGroups is the tab of the groups.
const PlaceGroups Place = "groups"

// What the pages of groups report as done.
const (
	DoneGroup        Done = "group"
	DoneMembersAdded Done = "members-added"
	DoneMemberLeft   Done = "member-left"
	DoneGroupEnded   Done = "group-ended"
	DoneGroupBack    Done = "group-restored"
)

// groupRoutes are the pages of groups.
func (p *Pages) groupRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle), Repeats: []string{"person"}}
	}
	return []server.Route{
		route("GET /o/{organization}/groups", access.GroupView, p.groups),
		route("GET /o/{organization}/groups/new", access.GroupEdit, p.newGroup),
		route("POST /o/{organization}/groups", access.GroupEdit, p.addGroup),
		route("GET /o/{organization}/groups/{group}", access.GroupView, p.group),
		route("GET /o/{organization}/groups/{group}/edit", access.GroupEdit, p.renameGroupForm),
		route("POST /o/{organization}/groups/{group}", access.GroupEdit, p.renameGroup),
		route("GET /o/{organization}/groups/{group}/members", access.GroupEdit, p.pickMembers),
		route("POST /o/{organization}/groups/{group}/members", access.GroupEdit, p.addMembers),
		route("GET /o/{organization}/groups/{group}/change", access.GroupEdit, p.groupChangeForm),
		route("POST /o/{organization}/groups/{group}/change", access.GroupEdit, p.changeGroup),
		route("GET /o/{organization}/groups/{group}/enrollments", access.PolicyEdit, p.enrollingForm),
		route("POST /o/{organization}/groups/{group}/enrollments", access.PolicyEdit, p.switchEnrolling),
	}
}

// GroupCalled names a group; one that the organization came with in the reader's language.
func (p Page) GroupCalled(name, system string) string {
	if system == management.LearnerManagers {
		return p.T("groups.learner_managers")
	}
	return name
}

// groups lists those of the organization.
func (p *Pages) groups(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	found, err := p.Groups.List(r.Context(), reach)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.groups")
	var v GroupsView
	if page.Can(access.GroupEdit) {
		v.Add = here(r, "groups", "new")
	}
	for _, g := range found {
		row := GroupRow{Name: page.GroupCalled(g.Name, g.System), To: here(r, "groups", string(g.ID)), System: g.System != "", Members: g.Members, Policies: g.Policies, At: g.Created}
		if g.Ended.IsZero() {
			v.Rows = append(v.Rows, row)
			continue
		}
		row.At = g.Ended
		v.Ended = append(v.Ended, row)
	}
	return show(w, r, http.StatusOK, Groups(page, v))
}

// openedGroup finds the group of the request, which every page of it begins with.
func (p *Pages) openedGroup(r *http.Request) (management.GroupDetails, error) {
	return p.Groups.Open(r.Context(), server.VisitOf(r.Context()).Reach(access.GroupView), access.GroupID(r.PathValue("group")))
}

// group shows one: what it gives, who is in it, and who was.
func (p *Pages) group(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	page.Title = page.GroupCalled(d.Name, d.System)
	edits, live, id := page.Can(access.GroupEdit), d.Ended.IsZero(), string(d.ID)
	v := GroupView{System: d.System != "", Ended: d.Ended, Gives: page.gifts(d.Given), Count: d.Group.Members, Others: d.Others, Managers: Managers(d.Managers)}
	now := server.VisitOf(r.Context()).Now
	row := func(m management.GroupMember) GroupMemberRow {
		out := GroupMemberRow{Name: m.Name, Email: m.Email, From: m.From, Until: m.Until, Later: m.From.After(now)}
		if page.Can(access.LearnerView) {
			out.To = here(r, "users", string(m.ID))
		}
		return out
	}
	for _, m := range d.Members {
		out := row(m)
		if edits && live {
			out.Remove = with(here(r, "groups", id, "change"), "act", string(management.LeaveGroup), "person", string(m.ID))
		}
		v.Members = append(v.Members, out)
	}
	for _, m := range d.Past {
		v.Past = append(v.Past, row(m))
	}
	switch {
	case edits && live:
		v.Add = here(r, "groups", id, "members")
		if d.System == "" {
			v.Rename, v.End = here(r, "groups", id, "edit"), with(here(r, "groups", id, "change"), "act", string(management.EndGroup))
		}
	case edits:
		v.Back = with(here(r, "groups", id, "change"), "act", string(management.RestoreGroup))
	}
	if live && page.Can(access.PolicyEdit) {
		v.Enrolls = enrolls(d)
		v.Enroll = here(r, "groups", id, "enrollments")
	}
	if page.Can(access.AuditView) {
		v.Events = with(here(r, "audit"), "kind", "group", "subject", id)
	}
	return show(w, r, http.StatusOK, GroupPage(page, v))
}

// enrolls tells whether a group holds the ready policy of enrollments.
func enrolls(d management.GroupDetails) bool {
	return slices.ContainsFunc(d.Given, func(g management.GroupGift) bool { return g.System == string(access.ManageEnrollments) })
}

// gifts says what a group gives, policy by policy.
func (p Page) gifts(given []management.GroupGift) []GiftRow {
	out := make([]GiftRow, len(given))
	for i, g := range given {
		out[i] = GiftRow{
			Policy: p.PolicyCalled(g.Name, g.System), Role: p.RoleName(g.Grant.Role), Place: g.Grant.Node.Label, Extent: p.extent(g.Grant),
			May: p.mayOf(g.Grant.Role), Until: g.Grant.Until,
		}
		if g.Policy == "" {
			out[i].Policy = out[i].Role
		} else if p.Can(access.PolicyView) {
			out[i].To = p.Path("policies", string(g.Policy))
		}
	}
	return out
}

// nameForm is the form of a group's name.
func (p *Pages) nameForm(w http.ResponseWriter, r *http.Request, status int, id, name string, wrong error) error {
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	v := GroupNameView{Name: name, Button: page.T("groups.add"), Action: here(r, "groups"), Back: here(r, "groups")}
	page.Title = page.T("groups.add")
	if id != "" {
		page.Title, v.Button = page.T("groups.rename"), page.T("groups.rename")
		v.Action, v.Back = here(r, "groups", id), here(r, "groups", id)
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, GroupName(page, v))
}

func (p *Pages) newGroup(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.nameForm(w, r, http.StatusOK, "", "", nil)
}

func (p *Pages) addGroup(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, err := p.Groups.Add(r.Context(), reach, form.Get("name"))
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.nameForm(w, r, statusOf(err), "", form.Get("name"), err)
	}
	return see(w, r, with(here(r, "groups", string(id)), "done", string(DoneGroup)))
}

func (p *Pages) renameGroupForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	d, err := p.openedGroup(r)
	switch {
	case err != nil:
		return err
	case d.System != "":
		return management.ErrGroupSystem
	}
	return p.nameForm(w, r, http.StatusOK, string(d.ID), d.Name, nil)
}

func (p *Pages) renameGroup(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	if err := p.Groups.Rename(r.Context(), reach, d.ID, form.Get("name")); err != nil {
		if !refused(err) {
			return err
		}
		return p.nameForm(w, r, statusOf(err), string(d.ID), form.Get("name"), err)
	}
	return see(w, r, with(here(r, "groups", string(d.ID)), "done", string(DoneGroup)))
}
