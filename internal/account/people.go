package account

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// New is what is said when an account is created.
type New struct {
	Organization access.OrgID
	Name         Name
	Email        string // empty: the person cannot sign in
	ExternalID   string
	Location     access.LocationID
	Role         access.RoleKey // empty: Student
	Status       Status         // empty: active; with invited an invitation is mailed
	Locale, Zone string         // empty: the organization's
}

// Create makes an account at a place in the asker's reach. Its learner number,
// its home and the grant of its base role come with it. To invite its person
// takes a role that includes access.InvitePlatform there, too.
func (s *Service) Create(ctx context.Context, reach access.Reach, n New) (Account, error) {
	if err := reach.For(access.AccountCreate); err != nil {
		return Account{}, err
	}
	n, err := n.check()
	if err != nil {
		return Account{}, err
	}
	return s.store.CreateAccount(ctx, reach, n)
}

func (n New) check() (New, error) {
	var problems []fault.Problem
	n.Name, problems = n.Name.check()
	if n.Email != "" {
		email, err := CheckEmail("email", n.Email)
		n.Email, problems = email, append(problems, fault.Fields(err)...)
	}
	if n.Role == "" {
		n.Role = access.Student
	}
	if role, ok := access.Preset(n.Role); !ok || role.Rank == 0 {
		problems = append(problems, fault.Problem{Field: "role", Sentence: "Choose a base role."})
	}
	n.ExternalID, problems = checkExternalID(n.ExternalID, problems)
	if n.Status == "" {
		n.Status = Active
	}
	if n.Status == Erased || n.Status == Deleted || n.Status == Invited && n.Email == "" {
		problems = append(problems, fault.Problem{Field: "status", Sentence: "Somebody without an e-mail address cannot be invited."})
	}
	n.Locale, n.Zone, problems = checkPlace(n.Locale, n.Zone, problems)
	if len(problems) > 0 {
		return New{}, fault.Invalidf(problems...)
	}
	return n, nil
}

// MayGive tells whether the asker may make somebody at a home what a base role
// says, which covers the range at node (I-06): some grant of their own that
// allows it covers all of that range and has every permission of the role, and
// the role stands no higher on the ladder than the asker. The same is asked of
// the role that somebody has before they are touched (M-207).
func MayGive(reach access.Reach, role access.Role, node access.Path) error {
	if reach.Actor().System != "" {
		return nil // named pieces of the system are given their places by us
	}
	rank := 1 // everybody is at least a student
	for _, b := range reach.Blocks() {
		rank = max(rank, b.Grant().Role.Rank)
	}
	if role.Rank > rank {
		return ErrRole
	}
	if len(role.Nodes) == 0 || role.Key == access.Purchaser {
		return nil // gives no grant; a Purchaser's access follows from what they bought
	}
	lo, hi := role.Extent.Range(node)
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own && b.Lo <= lo && hi <= b.Hi && role.Any.Without(b.Grant().Role.Any) == 0 {
			return nil
		}
	}
	return ErrRole
}
