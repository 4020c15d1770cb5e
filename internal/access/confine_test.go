package access_test

import (
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// TestInsideAClientNothingElseIsReached holds every kind of grant of a master
// against a client, its places, its own client, and what is not its.
func TestInsideAClientNothingElseIsReached(t *testing.T) {
	now := time.Unix(1000, 0)
	client := access.Root.Organization(2)
	sibling := access.Root.Organization(3)
	preset := func(key access.RoleKey) access.Role {
		role, _ := access.Preset(key)
		return role
	}
	at := func(role access.RoleKey, path access.Path, extent access.Extent) access.Grant {
		return access.Grant{Role: preset(role), Node: access.Node{Kind: access.AtOrganization, Path: path}, Extent: extent}
	}
	purchase := access.Grant{Role: preset(access.LicenseReporter), Node: access.Node{Kind: access.AtPurchase, ID: "p", Path: access.Root}}
	for _, tt := range []struct {
		name   string
		grants []access.Grant
		sees   []access.Path
	}{
		{"master", []access.Grant{at(access.MasterAdministrator, access.Root, access.Beyond)}, []access.Path{client, client.Location(9), client.Organization(7), client.Organization(7).Location(8)}},
		{"twin", []access.Grant{at(access.TwinOf(access.MasterAdministrator), access.Root, access.Beyond)}, []access.Path{client, client.Location(9), client.Organization(7), client.Organization(7).Location(8)}},
		{"organization administrator of the master", []access.Grant{at(access.OrganizationAdministrator, access.Root, access.Within)}, nil},
		{"somebody of a sibling", []access.Grant{at(access.MasterAdministrator, sibling, access.Beyond)}, nil},
		{"reporter of a purchase of the master", []access.Grant{purchase}, nil},
		{"both", []access.Grant{purchase, at(access.OrganizationAdministrator, access.Root, access.Within), at(access.MasterAdministrator, access.Root, access.Beyond)}, []access.Path{client, client.Location(9), client.Organization(7), client.Organization(7).Location(8)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := access.NewFacts(access.Actor{Realm: 1, Account: "ada", Organization: "master"}, 1, tt.grants)
			facts := home.Inside("client", client)
			if facts.Holds(now) != (tt.sees != nil) {
				t.Errorf("Holds() = %v", facts.Holds(now))
			}
			seen := map[access.Path]bool{}
			for _, path := range tt.sees {
				seen[path] = true
			}
			for _, path := range []access.Path{
				access.Root, access.Root.Location(5), client, client.Location(9), client.Organization(7), client.Organization(7).Location(8), sibling, sibling.Location(6),
			} {
				reach := facts.For(access.ReportView, now)
				if got := reach.Covers(access.Placement{Account: "x", Home: path, Purchases: []access.PurchaseID{"p"}}); got != seen[path] {
					t.Errorf("sees somebody at %s: %v, want %v", path, got, seen[path])
				}
				if got, _ := reach.CoversThing(access.Thing{Place: path, Purchase: "p"}); got != seen[path] {
					t.Errorf("sees a thing at %s: %v, want %v", path, got, seen[path])
				}
			}
			if actor := facts.Actor(); actor.Own() != "master" || actor.Organization != "client" || actor.Inside() != "client" {
				t.Errorf("actor = %+v", actor)
			}
			again := home.As(facts.Actor())
			if !again.For(access.ReportView, now).SameBlocks(facts.For(access.ReportView, now)) || again.Actor() != facts.Actor() {
				t.Errorf("facts that were loaded again differ: %+v", again.Actor())
			}
			if plain := home.As(home.Actor()); plain.Actor() != home.Actor() || plain.Actor().Inside() != "" {
				t.Errorf("at home: %+v", plain.Actor())
			}
			if home.For(access.SelfView, now).IsEmpty() || facts.For(access.SelfView, now).IsEmpty() {
				t.Error("nobody loses themselves")
			}
		})
	}
}
