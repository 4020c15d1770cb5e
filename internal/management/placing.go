package management

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Placing works out what changes about one person would do to who sees whom;
// the changes themselves are package account's.
type Placing interface {
	PreviewBaseRole(ctx context.Context, reach access.Reach, id access.AccountID, to access.RoleKey) (Effect, error)
	PreviewPlace(ctx context.Context, reach access.Reach, id access.AccountID, to access.LocationID) (Effect, error)
}

// PreviewRole tells whom somebody would see, and whom no longer, with another base role.
func (s *Service) PreviewRole(ctx context.Context, reach access.Reach, id access.AccountID, to access.RoleKey) (Effect, error) {
	if err := reach.For(access.AccountRole); err != nil {
		return Effect{}, err
	}
	if role, ok := access.Preset(to); !ok || role.Rank == 0 {
		return Effect{}, fault.Field("role", "Choose a base role.")
	}
	return s.store.PreviewBaseRole(ctx, reach, id, to)
}

// PreviewPlace tells who would see somebody, and who no longer, at another
// location, and whom they would see by a base role that goes with them.
func (s *Service) PreviewPlace(ctx context.Context, reach access.Reach, id access.AccountID, to access.LocationID) (Effect, error) {
	if err := reach.For(access.AccountMove); err != nil {
		return Effect{}, err
	}
	return s.store.PreviewPlace(ctx, reach, id, to)
}

// Spare takes somebody out of those whom they themselves no longer see: whoever
// moves stays in their own sight.
func (e *Effect) Spare(id access.AccountID, name string) {
	e.Changed = slices.DeleteFunc(e.Changed, func(c Sighted) bool { return c.ID == id && c.Gains == 0 && c.Loses == 1 })
	for i := range e.Changed {
		if c := &e.Changed[i]; c.ID == id {
			c.Loses--
			if at := slices.Index(c.LosesSample, name); at >= 0 {
				c.LosesSample = slices.Delete(slices.Clone(c.LosesSample), at, at+1)
			}
		}
	}
}
