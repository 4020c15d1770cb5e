package account

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ChangeRole gives an account another base role; the grant of the old one ends
// in the same transaction. The last active Organization Administrator stays one.
func (s *Service) ChangeRole(ctx context.Context, reach access.Reach, id ID, to access.RoleKey, reason string) error {
	return s.ChangeRoleSeen(ctx, reach, id, to, reason, "")
}

// ChangeRoleSeen does so for somebody who has looked at what it changes
// (management.PreviewRole); where that is another by now nothing happens.
func (s *Service) ChangeRoleSeen(ctx context.Context, reach access.Reach, id ID, to access.RoleKey, reason, seen string) error {
	if err := reach.For(access.AccountRole); err != nil {
		return err
	}
	if role, ok := access.Preset(to); !ok || role.Rank == 0 {
		return fault.Field("role", "Choose a base role.")
	}
	reason, err := reasonFor(reason, false)
	if err != nil {
		return err
	}
	return s.store.ChangeRole(ctx, reach, id, to, reason, seen)
}

// Move places somebody at another location of their organization, or at none.
// Both where they are and where they go have to lie in the asker's access
// (M-244, Q-22). A base role for a location goes with them, so it has to
// be one that the asker could give there. seen is what management.PreviewPlace
// said, if anybody looked; where that is another by now nothing happens.
func (s *Service) Move(ctx context.Context, reach access.Reach, id ID, to access.LocationID, reason, seen string) error {
	if err := reach.For(access.AccountMove); err != nil {
		return err
	}
	reason, err := reasonFor(reason, false)
	if err != nil {
		return err
	}
	return s.store.MoveAccount(ctx, reach, id, to, reason, seen)
}

// Suspend shuts an account from its next request on. Its License Reporter
// grants end with it (M-055); everything else is there again when it is reinstated.
func (s *Service) Suspend(ctx context.Context, reach access.Reach, id ID, reason string) error {
	return s.changeStatus(ctx, reach, id, Suspended, reason)
}

// Reinstate opens a suspended account again. Whoever was invited and has not
// come yet is invited again, and needs a new letter.
func (s *Service) Reinstate(ctx context.Context, reach access.Reach, id ID, reason string) error {
	return s.changeStatus(ctx, reach, id, Active, reason)
}

func (s *Service) changeStatus(ctx context.Context, reach access.Reach, id ID, to Status, reason string) error {
	if err := reach.For(access.AccountEdit); err != nil {
		return err
	}
	reason, err := reasonFor(reason, false)
	if err != nil {
		return err
	}
	return s.store.ChangeStatus(ctx, reach, id, to, reason)
}

// IsAdministrator tells whether a base role keeps an organization in hands:
// one of these must be left, active, in every organization that has one.
func IsAdministrator(role access.RoleKey) bool {
	return role == access.OrganizationAdministrator || role == access.MasterAdministrator
}
