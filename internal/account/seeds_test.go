package account_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
)

// "Some roles rely on specific conditions": a test for each line of the seed's
// table, of the role and of its Reports Only twin, over everything that an
// organization can have and lack.

// requires holds a role to one line: it can be had exactly where all of the
// named conditions hold, whatever else does.
func requires(t *testing.T, role access.RoleKey, needs func(account.Conditions) bool) {
	t.Helper()
	for i := range 16 {
		c := account.Conditions{Locations: i&1 > 0, Hierarchies: i&2 > 0, Clients: i&4 > 0, Shop: i&8 > 0}
		for _, key := range []access.RoleKey{role, access.TwinOf(role)} {
			if r, ok := access.Preset(key); ok && (c.Fits(r, "berlin") == nil) != needs(c) {
				t.Errorf("%s with %+v: %v", key, c, c.Fits(r, "berlin"))
			}
		}
	}
}

func TestStudentHasNoConditions(t *testing.T) {
	requires(t, access.Student, func(account.Conditions) bool { return true })
}

func TestPurchaserRequiresTheShop(t *testing.T) {
	requires(t, access.Purchaser, func(c account.Conditions) bool { return c.Shop })
}

func TestLocalAdministratorRequiresLocations(t *testing.T) {
	requires(t, access.LocalAdministrator, func(c account.Conditions) bool { return c.Locations })
	for _, key := range []access.RoleKey{access.LocalAdministrator, access.TwinOf(access.LocalAdministrator)} {
		if r, _ := access.Preset(key); (account.Conditions{Locations: true}).Fits(r, "") == nil {
			t.Errorf("%s can be had without a location of one's own", key)
		}
	}
}

// The seed leaves this line blank; the product that it describes asks for both.
func TestMultipleLocationAdministratorRequiresHierarchies(t *testing.T) {
	requires(t, access.MultipleLocation, func(c account.Conditions) bool { return c.Locations && c.Hierarchies })
}

func TestOrganizationAdministratorHasNoConditions(t *testing.T) {
	requires(t, access.OrganizationAdministrator, func(account.Conditions) bool { return true })
	for _, key := range []access.RoleKey{access.OrganizationAdministrator, access.TwinOf(access.OrganizationAdministrator)} {
		if r, _ := access.Preset(key); (account.Conditions{}).Fits(r, "") != nil {
			t.Errorf("%s needs a location", key)
		}
	}
}

func TestMasterAdministratorRequiresClients(t *testing.T) {
	requires(t, access.MasterAdministrator, func(c account.Conditions) bool { return c.Clients })
}
