package management

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// LearnerManagers is the key of the group that every organization comes with:
// its members get what access.LearnerManagement lists (M-110, M-111).
const LearnerManagers = "learner_managers"

// SystemGroup finds a group that an organization came with, by its key.
func (s *Service) SystemGroup(ctx context.Context, reach access.Reach, organization access.OrgID, key string) (access.GroupID, error) {
	if err := reach.For(access.GroupEdit); err != nil {
		return "", err
	}
	return s.store.SystemGroup(ctx, reach, organization, key)
}

// AddMembers puts people of its organization into a group. That is all that is
// needed for them to get what the group gives, from their next request on
// (M-112, M-113). Who is a member already stays one; with somebody who is not
// there nothing is changed.
func (s *Service) AddMembers(ctx context.Context, reach access.Reach, group access.GroupID, people []access.AccountID) error {
	if err := reach.For(access.GroupEdit); err != nil {
		return err
	}
	if len(people) == 0 {
		return fault.Field("people", "Choose who becomes a member.")
	}
	return s.store.AddMembers(ctx, reach, group, slices.Compact(slices.Sorted(slices.Values(people))))
}

// ErrMoreThanOwn refuses to hand on by a group what the asker does not have (I-06).
var ErrMoreThanOwn = fault.New(fault.Forbidden, "This group gives more than your access includes.")

// MayHandOn tells whether the asker may give others what a grant of a group
// says: some grant of their own covers all of its place and has every
// permission of its role.
func MayHandOn(reach access.Reach, g access.Grant) error {
	if reach.Actor().System != "" {
		return nil // named pieces of the system are given their places by us
	}
	if g.Node.Kind == access.AtPurchase || g.Node.Kind == access.AtTeam {
		g.Extent = access.Within // whoever holds a seat or is in a team can be anywhere in its organization
	}
	lo, hi := g.Extent.Range(g.Node.Path)
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own && b.Lo <= lo && hi <= b.Hi && (g.Role.Any|g.Role.Own).Without(b.Grant().Role.Any) == 0 {
			return nil
		}
	}
	return ErrMoreThanOwn
}
