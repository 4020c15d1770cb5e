package account

import (
	"context"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// What is here is for whoever holds a link of another package, so it takes no reach.

// Introduce looks at what somebody says of themselves behind such a link: their
// name, and the first password of an identity that has none, of which it gives the hash.
func (s *Service) Introduce(ctx context.Context, name Name, password string, first bool) (Name, string, error) {
	name, problems := name.check()
	if first {
		problems = append(problems, fault.Fields(checkPassword("password", password))...)
	}
	if len(problems) > 0 {
		return Name{}, "", fault.Invalidf(problems...)
	}
	if !first {
		return name, "", nil
	}
	hash, err := s.hasher.hash(ctx, password)
	return name, hash, err
}

// Prove checks the password of one certain identity. A wrong one, and an
// identity without any, are one answer; tries are counted.
func (s *Service) Prove(ctx context.Context, id IdentityID, password string, c Client) error {
	identity, err := s.store.IdentityByID(ctx, id)
	if err != nil {
		return err
	}
	return s.checkPresent(ctx, identity, password, c)
}

// checkPresent asks for the password that an identity signs in with.
func (s *Service) checkPresent(ctx context.Context, identity Identity, password string, c Client) error {
	if err := s.try(ctx, "signin", fold.Email(identity.Email), c); err != nil {
		return err
	}
	ok, err := s.proves(ctx, identity, password)
	if err == nil && !ok {
		err = fault.Field("password", "This is not the password that you sign in with.")
	}
	return err
}
