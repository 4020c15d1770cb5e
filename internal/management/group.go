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
