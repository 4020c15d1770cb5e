package web

import (
	"slices"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
)

// TestWhereManagementStands (M-104, M-115): under Tenant Settings for who
// configures the organization, as an entry of its own for others who manage,
// nowhere for the rest; its parts stand nowhere else, but for Users.
func TestWhereManagementStands(t *testing.T) {
	holds := func(keys ...access.RoleKey) func(access.Permission) bool {
		var all access.Set
		for _, key := range keys {
			role, _ := access.Preset(key)
			all |= role.Any
		}
		return all.Has
	}
	for _, tt := range []struct {
		name    string
		can     func(access.Permission) bool
		manages bool
		group   string // where Management stands
		tabs    []Place
		roles   bool // Roles are an entry of the navigation
	}{
		{"an administrator", holds(access.OrganizationAdministrator), true, "nav.settings", []Place{PlaceUsers, PlaceGroups, PlaceRoles, PlacePolicies, PlaceTeams}, false},
		{"a learner manager", holds(access.LearnerManagement()...), true, "", []Place{PlaceUsers, PlaceTeams}, false},
		{"who reads one team", holds(access.TeamReader), true, "", []Place{PlaceUsers, PlaceTeams}, false},
		{"a License Reporter", holds(access.LicenseReporter), false, "none", nil, false},
		{"who sees roles of a location", holds(access.OrganizationAdministrator), false, "none", nil, true},
	} {
		shell := &Shell{Can: tt.can, Manages: tt.manages, Current: PlaceRoles}
		where, roles, users := "none", false, false
		for _, group := range shell.Navigation() {
			for _, e := range group.places {
				if e.place == PlaceManagement {
					where = group.title
					if !shell.marked(e) {
						t.Errorf("%s: the entry is not marked on one of its tabs", tt.name)
					}
				}
				roles, users = roles || e.place == PlaceRoles, users || e.place == PlaceUsers
			}
		}
		if where != tt.group || roles != tt.roles || users != tt.can(access.LearnerView) {
			t.Errorf("%s: Management stands in %q, roles %v, users %v", tt.name, where, roles, users)
		}
		var tabs []Place
		for _, e := range shell.managementParts() {
			tabs = append(tabs, e.place)
		}
		if tt.manages && !slices.Equal(tabs, tt.tabs) {
			t.Errorf("%s: tabs %v, want %v", tt.name, tabs, tt.tabs)
		}
	}
}
