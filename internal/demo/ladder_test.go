package demo_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestTheLadderStands loads the school and asks for what the pages of clients,
// roles and access are to show: nobody has to make it up first.
func TestTheLadderStands(t *testing.T) {
	db, s := loaded(t)
	who := func(slug, email string) (access.AccountID, func(access.Permission) access.Reach) {
		t.Helper()
		o, err := s.Organizations.BySlug(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		m, err := db.MembershipByEmail(t.Context(), o.Realm, o.ID, fold.Email(email))
		if err != nil {
			t.Fatal(email, err)
		}
		facts, err := db.Facts(t.Context(), o.Realm, m.Account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return m.Account.ID, func(p access.Permission) access.Reach { return facts.For(p, noon()) }
	}
	_, andrew := who("northwind", "andrew.fuller@northwind.example")
	_, steven := who("northwind", "steven.buchanan@northwind.example")
	coach, noor := who("northwind", "noor.haddad@northwind.example")

	clients, err := s.Organizations.Clients(t.Context(), andrew(access.ClientView), org.ClientQuery{})
	if err != nil || len(clients.Items) != 2 || clients.Items[0].ClientID != "NW-ERNSH" || clients.Items[0].ExpiresOn.IsNone() || clients.Items[1].Brand.Accent == "" {
		t.Errorf("clients: %+v, %v", clients, err)
	}
	if !steven(access.ClientView).IsEmpty() {
		t.Error("an organization's administrator lists clients")
	}
	types, err := s.Locations.Types(t.Context(), steven(access.LocationView))
	if err != nil || len(types) != 4 {
		t.Errorf("types of places: %+v, %v", types, err)
	}
	sorted := 0
	for below := location.ID(""); ; sorted++ { // down the first way there is
		places, err := s.Locations.List(t.Context(), steven(access.LocationView), location.Query{Below: below})
		if err != nil {
			t.Fatal(err)
		}
		if len(places.Items) == 0 {
			break
		}
		for _, place := range places.Items {
			if place.TypeName != types[sorted].Name {
				t.Errorf("%s is a %q, want a %s", place.Name, place.TypeName, types[sorted].Name)
			}
		}
		below = places.Items[0].ID
	}
	if sorted == 0 {
		t.Error("there are no places")
	}

	roles, err := s.Roles.List(t.Context(), steven(access.RoleView))
	if err != nil || len(roles.Custom) != 1 || roles.Custom[0].People != 1 || roles.Custom[0].Version != 2 {
		t.Errorf("roles: %+v, %v", roles.Custom, err)
	}
	ending, err := s.Management.EndingSoon(t.Context(), steven(access.GrantEdit), "")
	if err != nil || len(ending.Items) != 1 || ending.Items[0].ID != coach || ending.Items[0].Grant.Reason == "" {
		t.Errorf("access that ends soon: %+v, %v", ending, err)
	}
	reports := report.NewService(db, noon)
	all := func(reach access.Reach) int {
		t.Helper()
		n, err := reports.ReachTotal(t.Context(), reach)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if few, many := all(noor(access.LearnerView)), all(steven(access.LearnerView)); few == 0 || 5*few > many {
		t.Errorf("the coach sees %d of %d learners, want those of France", few, many)
	}
	if !noor(access.ReportExport).IsEmpty() {
		t.Error("the coach takes reports away")
	}

	gone, err := s.Accounts.Deleted(t.Context(), steven(access.AccountDelete), "")
	if err != nil || len(gone.Items) != 1 || gone.Items[0].Reason == "" || gone.Items[0].Name != "Petra Winkler" {
		t.Errorf("deleted people: %+v, %v", gone, err)
	}
	guesses, err := audit.NewService(db).Events(t.Context(), steven(access.AuditView), audit.Query{Action: "session.refused"})
	if err != nil || len(guesses.Items) != 1 || guesses.Items[0].Subject.Name != "Steven Buchanan" {
		t.Errorf("guesses: %+v, %v", guesses, err)
	}

	for _, p := range demo.People() {
		if p.Organization == "" {
			continue
		}
		id, _ := who(p.Organization, p.Email)
		if p.Group == demo.OfClients {
			if _, err := s.Management.Viewers(t.Context(), andrew(access.AccessExplain), id); err != nil {
				t.Errorf("the master does not see %s: %v", p.Name, err)
			}
		}
	}
}
