package account

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// FoundClient creates a client organization below one in the reach, and
// invites its first administrator by letter; without one nobody could work in
// it but its master. Whoever invites must hold all that this person gets.
func (s *Service) FoundClient(ctx context.Context, reach access.Reach, parent access.OrgID, n org.New, name Name, email string) (Membership, error) {
	if err := reach.For(access.ClientEdit); err != nil {
		return Membership{}, err
	}
	o, err := n.Organization(s.now())
	problems := fault.Fields(err)
	name, wrong := name.check()
	problems = append(problems, wrong...)
	email, err = CheckEmail("email", email)
	if problems = append(problems, fault.Fields(err)...); len(problems) > 0 {
		return Membership{}, fault.Invalidf(problems...)
	}
	o.Parent = parent
	return s.store.FoundClient(ctx, reach, Founding{Organization: o, Name: name, Email: email, Role: founder(o)})
}
