package account

import (
	"context"
	"errors"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// RequestReset mails a link for a new password to an address, if anybody signs
// in with it. The answer, and the work done before it, is the same if not.
func (s *Service) RequestReset(ctx context.Context, email string, c Client) error {
	address, err := CheckEmail("email", email)
	if err != nil {
		return err
	}
	if err := s.try(ctx, "reset", fold.Email(address), c); err != nil {
		return err
	}
	identity, err := s.store.IdentityByEmail(ctx, fold.Email(address))
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	memberships, err := s.store.Memberships(ctx, identity.ID)
	if err != nil {
		return err
	}
	link, kept := s.newLink(PasswordLink, resetTime)
	letter := resetLetter(speaks(memberships), link.URL)
	if kept.Identity = identity.ID; identity.ID == "" {
		return s.store.KeepLink(ctx, kept, nil)
	}
	letter.To = identity.Email
	return s.store.KeepLink(ctx, kept, &letter)
}

// speaks guesses the language of somebody with several accounts.
func speaks(memberships []Membership) string {
	for _, m := range memberships {
		if m.Account.Status == Active {
			return m.Locale()
		}
	}
	if len(memberships) > 0 {
		return memberships[0].Locale()
	}
	return ""
}

// SetPassword uses up a link, sets the password it is for and ends all
// sessions of that identity.
func (s *Service) SetPassword(ctx context.Context, secret, password string) error {
	if _, err := s.openLink(ctx, secret, PasswordLink); err != nil {
		return err
	}
	if err := checkPassword("password", password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return spent(s.store.SpendPasswordLink(ctx, digest(secret), hash))
}
