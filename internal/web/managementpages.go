package web

import (
	"net/http"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlaceManagement is the entry of the area where people who act are looked
// after: Users, Groups, Roles, Policies and Teams are its tabs (M-104).
const PlaceManagement Place = "management"

// managementTabEntries are the parts of Management, in the order of their tabs.
func managementTabEntries() []placeEntry {
	return []placeEntry{
		{PlaceUsers, "nav.users", "users", "users", access.LearnerView},
		{PlaceGroups, "nav.groups", "users", "groups", access.GroupView},
		{PlaceRoles, "nav.roles", "shield-check", "roles", access.RoleView},
		{PlacePolicies, "nav.policies", "key", "policies", access.PolicyView},
		{PlaceTeams, "nav.teams", "users", "teams", access.TeamList},
	}
}

// managementParts are the tabs that serve this reader.
func (s *Shell) managementParts() []placeEntry {
	return slices.DeleteFunc(managementTabEntries(), func(e placeEntry) bool { return !s.Can(e.permission) })
}

// withManagement adds the entry of Management for who has it: to the settings
// of those who configure the organization, else as a group of its own. What is
// one of its tabs then stands there alone; only Users stays an entry, too.
func (s *Shell) withManagement(groups []placeGroup) []placeGroup {
	if !s.Manages || len(s.managementParts()) == 0 {
		return groups
	}
	entry := placeEntry{PlaceManagement, "nav.management", "shield-check", "management", access.None}
	var out []placeGroup
	placed := false
	for _, group := range groups {
		settings := group.title == "nav.settings"
		group.places = slices.DeleteFunc(group.places, func(e placeEntry) bool { return settings && e.place == PlaceRoles })
		if settings && s.Can(access.OrganizationConfigure) {
			at := 1 + slices.IndexFunc(group.places, func(e placeEntry) bool { return e.place == PlaceSettings })
			group.places, placed = slices.Insert(group.places, at, entry), true
		}
		if len(group.places) > 0 {
			out = append(out, group)
		}
	}
	if !placed {
		after := 1 + slices.IndexFunc(out, func(g placeGroup) bool { return g.title == "nav.people" })
		if after == 0 {
			after = len(out)
		}
		out = slices.Insert(out, after, placeGroup{"", []placeEntry{entry}})
	}
	return out
}

// marked tells whether an entry of the navigation is where the reader is.
func (s *Shell) marked(e placeEntry) bool {
	if e.place == PlaceManagement {
		return s.Current != PlaceUsers && slices.ContainsFunc(managementTabEntries(), func(tab placeEntry) bool { return tab.place == s.Current })
	}
	return e.place == s.Current
}

// manages tells whether the visitor has Management: they may see groups,
// policies, roles or teams of a whole organization, or a team that is shared
// with them. A Local Administrator's teams are those of their learners' cards.
func manages(v *server.Visit) bool {
	for _, permission := range []access.Permission{access.GroupView, access.PolicyView, access.RoleView, access.TeamList} {
		for _, b := range v.Reach(permission).Blocks() {
			if kind := b.Grant().Node.Kind; !b.Own && (kind == access.AtOrganization || kind == access.AtTeam) {
				return true
			}
		}
	}
	return false
}

// managementRoutes are the pages of the area itself.
func (p *Pages) managementRoutes() []server.Route {
	return []server.Route{{Pattern: "GET /o/{organization}/management", Permission: access.SelfView, Handle: p.management}}
}

// management leads to the first part that the visitor may open.
func (p *Pages) management(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	v := server.VisitOf(r.Context())
	if manages(v) {
		for _, tab := range managementTabEntries() {
			if seesOthers(v.Reach(tab.permission)) {
				return see(w, r, here(r, tab.path))
			}
		}
	}
	return see(w, r, here(r))
}
