// Package team is about teams: sets of learners who are seen together. Being a
// member gives no view of the other members (I-04); who may see a team's
// people is decided in access. People who act together are a group (management).
package team

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Team is a named set of learners of one organization.
type Team struct {
	ID           access.TeamID
	ExternalID   string
	Organization access.OrgID
	Name         string
	Owner        access.AccountID // who created it; empty: nobody any more
	OwnerName    string
	Members      int
	CreatedAt    time.Time
}

// Store is what the package asks of the database.
type Store interface {
	Teams(ctx context.Context, reach access.Reach) ([]Team, error)
}

// Service answers which teams there are.
type Service struct{ store Store }

// NewService makes the service over a store.
func NewService(store Store) *Service { return &Service{store: store} }

// Teams lists the teams that the asker may list, by name.
func (s *Service) Teams(ctx context.Context, reach access.Reach) ([]Team, error) {
	if err := reach.For(access.TeamList); err != nil {
		return nil, err
	}
	return s.store.Teams(ctx, reach)
}

// Resolve finds the teams that a filter names by id or external id. A name
// that leads to no team the asker may list is answered as if it did not exist.
func (s *Service) Resolve(ctx context.Context, reach access.Reach, names []string) ([]access.TeamID, error) {
	teams, err := s.Teams(ctx, reach)
	if err != nil {
		return nil, err
	}
	var out []access.TeamID
	for _, name := range names {
		i := slices.IndexFunc(teams, func(t Team) bool { return string(t.ID) == name })
		if i < 0 {
			i = slices.IndexFunc(teams, func(t Team) bool { return t.ExternalID != "" && t.ExternalID == name })
		}
		if i < 0 {
			return nil, fault.Field("team", "There is no such team, or it is not in your access.")
		}
		out = append(out, teams[i].ID)
	}
	return out, nil
}
