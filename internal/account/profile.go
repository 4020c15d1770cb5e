package account

import (
	"context"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
)

// Profile is what a person may change about themselves.
type Profile struct {
	Name   Name
	Locale string // empty: the organization's
	Zone   string // empty: the organization's
}

// Profile shows the asker their own account.
func (s *Service) Profile(ctx context.Context, reach access.Reach) (Membership, error) {
	if err := reach.For(access.SelfView); err != nil {
		return Membership{}, err
	}
	return s.store.Membership(ctx, reach.Actor().Realm, reach.Actor().Account)
}

// EditProfile changes the asker's own name, language and time zone.
func (s *Service) EditProfile(ctx context.Context, reach access.Reach, p Profile) error {
	if err := reach.For(access.SelfEdit); err != nil {
		return err
	}
	var problems []fault.Problem
	p.Name, problems = p.Name.check()
	if p.Locale, p.Zone, problems = checkPlace(p.Locale, p.Zone, problems); len(problems) > 0 {
		return fault.Invalidf(problems...)
	}
	return s.store.EditProfile(ctx, reach, p)
}

// checkPlace checks a person's language and time zone; empty is the organization's.
func checkPlace(locale, zone string, problems []fault.Problem) (string, string, []fault.Problem) {
	if locale != "" {
		tag, err := org.CheckLocale("locale", locale)
		locale, problems = tag, append(problems, fault.Fields(err)...)
	}
	if zone != "" {
		problems = append(problems, fault.Fields(org.CheckZone("time_zone", zone))...)
	}
	return locale, zone, problems
}

// ChangePassword replaces the asker's password, who has to know the present
// one, and ends their other sessions.
func (s *Service) ChangePassword(ctx context.Context, reach access.Reach, keep SessionID, present, password string) error {
	identity, err := s.self(ctx, reach, access.SelfEdit)
	if err != nil {
		return err
	}
	if err := checkPassword("password", password); err != nil {
		return err
	}
	if err := s.count(ctx, Bucket{Key: "password " + string(identity.ID), Limit: triesPerAddress}); err != nil {
		return err
	}
	ok, _, err := s.hasher.verify(ctx, identity.PasswordHash, present)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Field("current_password", "This is not your present password.")
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.store.ChangePassword(ctx, reach.Actor(), identity.ID, identity.PasswordHash, hash, keep)
	if errors.Is(err, fault.ErrNotFound) {
		return fault.Field("current_password", "Your password was changed a moment ago. Please enter the new one.")
	}
	return err
}
