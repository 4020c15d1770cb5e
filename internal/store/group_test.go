package store_test

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestMembersOfLearnerManagersGetItsRolesAtOnce adds people to the group that an
// organization came with: nothing else is needed for their access (M-110 to M-113).
func TestMembersOfLearnerManagersGetItsRolesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		accounts := account.NewService(db, account.Settings{PublicURL: "https://learn.example.org"}, time.Now)
		groups := management.NewService(db, time.Now)
		orgs := org.NewService(db, time.Now)
		here, there := found(t, orgs, "northwind"), found(t, orgs, "fabrikam")
		create := func(o org.Organization, email string, role access.RoleKey) account.Account {
			t.Helper()
			a, err := accounts.Create(t.Context(), account.AsOperator(o, access.AccountCreate, time.Now()), account.New{
				Organization: o.ID, Name: account.Name{Given: email, Family: "Test"}, Email: email, Role: role,
			})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		admin, member := create(here, "ada@example.org", access.OrganizationAdministrator), create(here, "mo@example.org", "")
		stranger := create(there, "stan@example.org", "")
		facts := func(a account.Account) access.Facts {
			t.Helper()
			f, err := db.Facts(t.Context(), a.Realm, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		reach := facts(admin).For(access.GroupEdit, time.Now())
		group, err := groups.SystemGroup(t.Context(), reach, here.ID, management.LearnerManagers)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := groups.SystemGroup(t.Context(), reach, there.ID, management.LearnerManagers); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the group of another organization: %v", err)
		}
		own := account.AsOperator(there, access.GroupEdit, time.Now())
		for _, tt := range []struct {
			name  string
			reach access.Reach
			who   account.Account
			want  fault.Kind
		}{
			{"without the permission", facts(member).For(access.GroupEdit, time.Now()), member, fault.Forbidden},
			{"from another organization", own, member, fault.NotFound},
			{"somebody of another organization", reach, stranger, fault.Invalid},
		} {
			if err := groups.AddMembers(t.Context(), tt.reach, group, []access.AccountID{tt.who.ID}); fault.KindOf(err) != tt.want {
				t.Errorf("%s: AddMembers() = %v, want %v", tt.name, err, tt.want)
			}
		}
		if facts(member).Can(access.LearnerView, time.Now()) {
			t.Fatal("access before membership")
		}
		for range 2 { // the second time changes nothing
			if err := groups.AddMembers(t.Context(), reach, group, []access.AccountID{member.ID, member.ID}); err != nil {
				t.Fatal(err)
			}
		}
		held := facts(member)
		for _, p := range []access.Permission{access.DashboardView, access.MatrixView, access.LearnerView, access.TeamList, access.TeamView, access.TeamCreate, access.ReportExport} {
			if !held.Can(p, time.Now()) {
				t.Errorf("a learner manager cannot %s", p)
			}
		}
		for _, p := range []access.Permission{access.InvitePlatform, access.AccountEdit, access.LicenseView, access.GroupEdit} {
			if held.Can(p, time.Now()) {
				t.Errorf("a learner manager can %s", p)
			}
		}
		if n := len(held.Grants()); n != len(access.LearnerManagement()) {
			t.Errorf("%d grants after two times, want %d", n, len(access.LearnerManagement()))
		}
	})
}

func found(t *testing.T, orgs *org.Service, slug string) org.Organization {
	t.Helper()
	o, err := orgs.Found(t.Context(), org.New{Slug: slug, Name: slug})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestNobodyHandsOnMoreThanTheyHave keeps I-06 for groups.
func TestNobodyHandsOnMoreThanTheyHave(t *testing.T) {
	preset := func(key access.RoleKey) access.Role { r, _ := access.Preset(key); return r }
	at := access.Root
	reach := access.NewFacts(access.Actor{Account: "ada"}, 0, []access.Grant{{
		Role: preset(access.OrganizationAdministrator), Node: access.Node{Kind: access.AtOrganization, Path: at}, Extent: access.Within,
	}}).For(access.GroupEdit, time.Now())
	for _, tt := range []struct {
		name  string
		grant access.Grant
		may   bool
	}{
		{"list users over the organization", access.Grant{Role: preset(access.ListUsers), Node: access.Node{Path: at}, Extent: access.Within}, true},
		{"create teams, with what is own to it", access.Grant{Role: preset(access.CreateTeams), Node: access.Node{Path: at}, Extent: access.Here}, true},
		{"list users over the clients too", access.Grant{Role: preset(access.ListUsers), Node: access.Node{Path: at}, Extent: access.Beyond}, false},
		{"the master's permissions", access.Grant{Role: preset(access.MasterAdministrator), Node: access.Node{Path: at}, Extent: access.Within}, false},
		{"another organization", access.Grant{Role: preset(access.ListUsers), Node: access.Node{Path: at.Organization(7)}, Extent: access.Here}, false},
	} {
		if err := management.MayHandOn(reach, tt.grant); (err == nil) != tt.may {
			t.Errorf("%s: MayHandOn() = %v", tt.name, err)
		}
	}
}
