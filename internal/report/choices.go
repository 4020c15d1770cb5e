package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Choices are everything that a report can be filtered by under an access.
type Choices struct {
	Facets
	Organizations []Named // more than one, or none
	Activities    []Named // and programs
}

// Choices lists them.
func (s *Service) Choices(ctx context.Context, reach access.Reach) (Choices, error) {
	var out Choices
	if reach.IsEmpty() {
		return out, fault.ErrForbidden
	}
	err := s.store.Report(ctx, func(src Source) error {
		var err error
		if out.Facets, err = src.Facets(ctx, reach); err != nil {
			return err
		}
		orgs, err := src.Organizations(ctx, reach)
		if err != nil {
			return err
		}
		out.Organizations = nil
		if len(orgs) > 1 && reach.Carries().Location {
			for _, o := range orgs {
				out.Organizations = append(out.Organizations, Named{ID: string(o.ID), Name: o.Name})
			}
		}
		activities, programs, err := src.Columns(ctx, reach, orgs)
		out.Activities = nil
		for _, list := range [][]Column{programs, activities} {
			for _, c := range list {
				out.Activities = append(out.Activities, Named{ID: c.ID, Name: c.Title})
			}
		}
		return err
	})
	return out, err
}
