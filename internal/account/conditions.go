package account

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Conditions are what an organization has that base roles depend on (M-230 to M-235).
type Conditions struct {
	Locations   bool
	Hierarchies bool
	Clients     bool // has clients, or may have them
	Shop        bool // a shop is connected that sells its licenses
}

// What stands in the way of a base role.
var (
	errNeedsLocations   = fault.Field("role", "This role needs locations, which this organization does not use.")
	errNeedsHierarchies = fault.Field("role", "This role needs locations below locations, which this organization does not use.")
	errNeedsClients     = fault.Field("role", "This role is for organizations that may have clients.")
	errNeedsShop        = fault.Field("role", "This role is for organizations with a connected shop.")
	ErrNeedsPlace       = fault.Field("location", "This role is for one location: choose which.")
)

// Meet tells whether an organization has what a base role requires. A twin
// requires what its full role does.
func (c Conditions) Meet(role access.RoleKey) error {
	switch fullRole(role) {
	case access.Purchaser:
		if !c.Shop {
			return errNeedsShop
		}
	case access.LocalAdministrator, access.MultipleLocation:
		if !c.Locations {
			return errNeedsLocations
		}
		if !c.Hierarchies && fullRole(role) == access.MultipleLocation {
			return errNeedsHierarchies
		}
	case access.MasterAdministrator:
		if !c.Clients {
			return errNeedsClients
		}
	}
	return nil
}

// Fits tells whether somebody placed at a location, or at none, can have a base
// role in the organization.
func (c Conditions) Fits(role access.Role, location access.LocationID) error {
	if err := c.Meet(role.Key); err != nil {
		return err
	}
	if location == "" && ForLocation(role) {
		return ErrNeedsPlace
	}
	return nil
}

// ForLocation tells whether a base role is for the location of its holder.
func ForLocation(role access.Role) bool {
	return len(role.Nodes) > 0 && role.Nodes[0] == access.AtLocation
}

// NodeOf is the path that a base role's grant is made at.
func NodeOf(role access.Role, organization, home access.Path) access.Path {
	if len(role.Nodes) > 0 && role.Nodes[0] == access.AtOrganization {
		return organization
	}
	return home
}

// fullRole is the administrator role whose Reports Only twin a role is, or the role itself.
func fullRole(key access.RoleKey) access.RoleKey {
	for _, r := range access.BaseRoles() {
		if access.TwinOf(r.Key) == key {
			return r.Key
		}
	}
	return key
}

// Offered lists the base roles that the asker may give to somebody at a home of
// an organization: their conditions hold, and MayGive says yes (M-207). Whoever
// is placed nowhere is offered no role for a location.
func Offered(reach access.Reach, c Conditions, organization, home access.Path) []access.Role {
	var out []access.Role
	for _, role := range access.BaseRoles() {
		if ForLocation(role) && home == organization || c.Meet(role.Key) != nil {
			continue
		}
		if MayGive(reach, role, NodeOf(role, organization, home)) == nil {
			out = append(out, role)
		}
	}
	return out
}

// OfferedSomewhere lists those that the asker may give to somebody new, at one
// place of an organization or another.
func OfferedSomewhere(reach access.Reach, c Conditions, organization access.Path) []access.Role {
	var out []access.Role
	lo, hi := access.Within.Range(organization)
	for _, role := range access.BaseRoles() {
		if c.Meet(role.Key) != nil {
			continue
		}
		for _, b := range reach.Blocks() {
			// A part of the tree that begins above the organization holds all of it.
			at := max(b.Lo, lo)
			if b.IsRange() && !b.Own && at < hi && MayGive(reach, role, NodeOf(role, organization, at)) == nil {
				out = append(out, role)
				break
			}
		}
	}
	return out
}
