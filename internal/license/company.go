package license

import (
	"context"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
)

// Company sums up the purchases of one company. A company is a label on
// purchases: it gives no access to anybody.
type Company struct {
	Name      string // as the newest purchase spells it
	Purchases int
	Seats     int
	Over      int
	Pending   int
	Redeemed  int
	Spent     int
	// Reported counts the purchases that have a reporter.
	Reported int
}

// Free is how many seats are left in all.
func (c Company) Free() int { return c.Seats + c.Over - c.Pending - c.Redeemed - c.Spent }

// Company sums up a company by its name, however it is spelled.
func (s *Service) Company(ctx context.Context, reach access.Reach, name string) (Company, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return Company{}, err
	}
	return s.store.Company(ctx, reach, name)
}

// Companies lists names of companies that hold part of a text, for forms and filters.
func (s *Service) Companies(ctx context.Context, reach access.Reach, query CandidateQuery) ([]string, error) {
	if err := reach.For(access.LicenseView); err != nil {
		return nil, err
	}
	return s.store.Companies(ctx, reach, query)
}

func itoa(n int) string { return strconv.Itoa(n) }
