package management_test

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

func preset(t *testing.T, key access.RoleKey) access.Role {
	t.Helper()
	role, ok := access.Preset(key)
	if !ok {
		t.Fatalf("there is no %s", key)
	}
	return role
}

// TestEachPermissionIsHandedOnByWhoHasIt (I-06): a role may be handed on whose
// permissions lie in several grants, if each of them covers all of the place;
// the act itself must be the giver's there, too.
func TestEachPermissionIsHandedOnByWhoHasIt(t *testing.T) {
	const elsewhere = access.Root + "l000009"
	at := access.Node{Kind: access.AtOrganization, ID: "o", Path: access.Root}
	place := access.Node{Kind: access.AtLocation, ID: "l", Path: elsewhere}
	holds := func(node access.Node, extent access.Extent, ps ...access.Permission) access.Grant {
		return access.Grant{Role: access.Role{Key: "r", Any: access.SetOf(ps...)}, Node: node, Extent: extent}
	}
	reader := access.Role{Key: "reader", Any: access.SetOf(access.ReportView, access.ReportExport)}
	for _, tt := range []struct {
		name  string
		held  []access.Grant
		given access.Grant
		may   bool
	}{
		{"in one grant", []access.Grant{holds(at, access.Within, access.GrantEdit, access.ReportView, access.ReportExport)}, access.Grant{Role: reader, Node: at, Extent: access.Within}, true},
		{"in three grants", []access.Grant{
			holds(at, access.Within, access.GrantEdit), holds(at, access.Within, access.ReportView), holds(at, access.Within, access.ReportExport),
		}, access.Grant{Role: reader, Node: at, Extent: access.Within}, true},
		{"one of them only at a location", []access.Grant{
			holds(at, access.Within, access.GrantEdit), holds(at, access.Within, access.ReportView), holds(place, access.Within, access.ReportExport),
		}, access.Grant{Role: reader, Node: at, Extent: access.Within}, false},
		{"there, at that location", []access.Grant{
			holds(at, access.Within, access.GrantEdit), holds(at, access.Within, access.ReportView), holds(place, access.Within, access.ReportExport),
		}, access.Grant{Role: reader, Node: place, Extent: access.Within}, true},
		{"without one of them", []access.Grant{holds(at, access.Within, access.GrantEdit), holds(at, access.Within, access.ReportView)}, access.Grant{Role: reader, Node: at, Extent: access.Here}, false},
		{"where the act is not the giver's", []access.Grant{
			holds(place, access.Within, access.GrantEdit), holds(at, access.Within, access.ReportView, access.ReportExport),
		}, access.Grant{Role: reader, Node: at, Extent: access.Within}, false},
		{"by a grant that has ended", []access.Grant{
			holds(at, access.Within, access.GrantEdit, access.ReportView),
			{Role: reader, Node: at, Extent: access.Within, Ended: time.Unix(1, 0)},
		}, access.Grant{Role: reader, Node: at, Extent: access.Within}, false},
		{"at a purchase, which stands for everybody", []access.Grant{
			holds(at, access.Within, access.GrantEdit), holds(access.Node{Kind: access.AtPurchase, ID: "p", Path: access.Root}, access.Here, access.ReportView, access.ReportExport),
		}, access.Grant{Role: reader, Node: access.Node{Kind: access.AtPurchase, ID: "p", Path: access.Root}}, false},
	} {
		reach := access.NewFacts(access.Actor{Account: "ada"}, 0, tt.held).For(access.GrantEdit, time.Now())
		if err := management.MayHandOn(reach, tt.given); (err == nil) != tt.may {
			t.Errorf("%s: MayHandOn() = %v", tt.name, err)
		}
	}
}

// TestWhoOwnsATeamSharesIt: a learner manager hands on what is about their own
// team and what they see of everybody, nothing of another's team, and nothing
// they do not see.
func TestWhoOwnsATeamSharesIt(t *testing.T) {
	at := access.Node{Kind: access.AtOrganization, ID: "o", Path: access.Root}
	manager := func(keys ...access.RoleKey) access.Reach {
		var held []access.Grant
		for _, key := range keys {
			held = append(held, access.Grant{Role: preset(t, key), Node: at, Extent: access.Within})
		}
		return access.NewFacts(access.Actor{Account: "ida"}, 0, held).For(access.TeamShare, time.Now())
	}
	team := func(owner access.AccountID, key access.RoleKey) access.Grant {
		return access.Grant{Role: preset(t, key), Node: access.Node{Kind: access.AtTeam, ID: "t", Path: access.Root, Owner: owner}}
	}
	sharing := access.Grant{Role: access.Role{Key: "r", Any: access.SetOf(access.TeamShare, access.TeamView)}, Node: access.Node{Kind: access.AtTeam, ID: "t", Path: access.Root}}
	for _, tt := range []struct {
		name  string
		reach access.Reach
		given access.Grant
		may   bool
	}{
		{"own team, to read", manager(access.LearnerManagement()...), team("ida", access.TeamReader), true},
		{"own team, to edit", manager(access.LearnerManagement()...), team("ida", access.TeamEditor), true},
		{"own team, with its figures", manager(access.LearnerManagement()...), team("ida", access.TeamAnalyst), true},
		{"own team, with figures that one has not", manager(access.CreateTeams, access.ListUsers), team("ida", access.TeamAnalyst), false},
		{"own team, with names that one has not", manager(access.CreateTeams), team("ida", access.TeamReader), false},
		{"another's team", manager(access.LearnerManagement()...), team("bo", access.TeamReader), false},
		{"a team without an owner", manager(access.LearnerManagement()...), team("", access.TeamReader), false},
		{
			"who only has it shared hands on what is about the team", access.NewFacts(access.Actor{Account: "ida"}, 0, []access.Grant{sharing}).For(access.TeamShare, time.Now()),
			access.Grant{Role: access.Role{Any: access.SetOf(access.TeamView)}, Node: sharing.Node},
			true,
		},
		{
			"and not more than that", access.NewFacts(access.Actor{Account: "ida"}, 0, []access.Grant{sharing}).For(access.TeamShare, time.Now()),
			access.Grant{Role: access.Role{Any: access.SetOf(access.TeamView, access.TeamEdit)}, Node: sharing.Node},
			false,
		},
		{
			"nor at another team", access.NewFacts(access.Actor{Account: "ida"}, 0, []access.Grant{sharing}).For(access.TeamShare, time.Now()),
			access.Grant{Role: access.Role{Any: access.SetOf(access.TeamView)}, Node: access.Node{Kind: access.AtTeam, ID: "u", Path: access.Root}},
			false,
		},
	} {
		if err := management.MayHandOn(tt.reach, tt.given); (err == nil) != tt.may {
			t.Errorf("%s: MayHandOn() = %v", tt.name, err)
		}
	}
}
