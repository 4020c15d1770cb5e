package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// analyticsDays is how long a period of analytics may be.
const analyticsDays = 5*365 + 1

// framed checks a filter of analytics and writes out the days of its period:
// those of the asker's own organization.
func (s *Service) framed(ctx context.Context, src Source, reach access.Reach, f Filter) (Frame, error) {
	var out Frame
	if f.State != nil || f.Did != DidAnything {
		return out, fault.Field("state", "Analytics are about every state. Open the list behind a figure to narrow it to one.")
	}
	orgs, err := src.Organizations(ctx, reach)
	if err != nil {
		return out, err
	}
	out.Today, out.Carries = orgs[0], reach.Carries()
	out.Today.Today = day.Of(s.now(), out.Today.Zone)
	from, to := f.Period.in(&out.Today)
	length := int(to-from) + 1
	switch {
	case from == day.None || to == day.None || length < 1:
		return out, fault.Field("from", "The period needs a first and a last day, the first no later than the last.")
	case length > analyticsDays:
		return out, fault.Field("from", "Choose a period of five years at most.")
	}
	out.Period = Period{from, to}
	out.Before = Period{from.Add(-length), from.Add(-1)}
	f.Period = out.Period
	out.Filter = f
	return out, nil
}
