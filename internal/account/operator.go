package account

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// The methods of this file are for the person who runs Ambit, at its command
// line. They hand out ways into other people's accounts, so a reach of a person
// never suffices; one made by AsOperator does.

// AsOperator is the reach of the person who runs Ambit over one organization.
func AsOperator(o org.Organization, p access.Permission, now time.Time) access.Reach {
	return access.System(org.Operator, o.Realm, o.Path, p).For(p, now)
}

func operator(reach access.Reach) error {
	if err := reach.For(access.AccountSession); err != nil {
		return err
	}
	if reach.Actor().System == "" {
		return fault.ErrForbidden
	}
	return nil
}

// FirstLink makes the link to the first page of an empty Ambit; false where
// there is an organization already. A link made before is no longer any good.
func (s *Service) FirstLink(ctx context.Context) (Link, bool, error) {
	link, kept := s.newLink(InstallationLink, setupTime)
	empty, err := s.store.KeepInstallationLink(ctx, kept)
	return link, empty, err
}

// Found creates the master organization of a new realm and invites its first
// administrator; the link is for that person. No realm exists yet, so there is
// no reach to take.
func (s *Service) Found(ctx context.Context, n org.New, email string) (Membership, Link, error) {
	organization, err := n.Organization(s.now())
	problems := fault.Fields(err)
	email, err = CheckEmail("admin", email)
	if problems = append(problems, fault.Fields(err)...); len(problems) > 0 {
		return Membership{}, Link{}, fault.Invalidf(problems...)
	}
	link, kept := s.newLink(SetupLink, setupTime)
	f := Founding{Organization: organization, Email: email, Role: founder(organization)}
	m, err := s.store.Found(ctx, access.Actor{System: org.Operator}, f, kept)
	return m, link, err
}

// LinkFor makes a new link for somebody whose own was lost: to set up an
// invited account, or to set a password for another one.
func (s *Service) LinkFor(ctx context.Context, reach access.Reach, o access.OrgID, email string) (Link, error) {
	if err := operator(reach); err != nil {
		return Link{}, err
	}
	m, err := s.store.MembershipByEmail(ctx, reach.Actor().Realm, o, fold.Email(email))
	if err != nil {
		return Link{}, err
	}
	if m.Account.Status != Active && m.Account.Status != Invited || m.Account.Identity == "" {
		return Link{}, fault.New(fault.Conflict, "This account is "+string(m.Account.Status)+"; it can have no link.")
	}
	link, kept := s.linkTo(m, setupTime)
	return link, s.store.KeepLink(ctx, kept, nil)
}

// TokenFor makes an API token for somebody's account. Its text is told once.
func (s *Service) TokenFor(ctx context.Context, reach access.Reach, o access.OrgID, email, name string, readOnly bool) (Token, string, error) {
	if err := operator(reach); err != nil {
		return Token{}, "", err
	}
	m, err := s.store.MembershipByEmail(ctx, reach.Actor().Realm, o, fold.Email(email))
	if err != nil {
		return Token{}, "", err
	}
	return s.createToken(ctx, reach.Actor(), m.Account, name, readOnly)
}

// TokensFor lists somebody's API tokens.
func (s *Service) TokensFor(ctx context.Context, reach access.Reach, o access.OrgID, email string) ([]Token, error) {
	if err := operator(reach); err != nil {
		return nil, err
	}
	m, err := s.store.MembershipByEmail(ctx, reach.Actor().Realm, o, fold.Email(email))
	if err != nil {
		return nil, err
	}
	return s.store.Tokens(ctx, m.Account.Realm, m.Account.ID)
}

// RevokeTokenFor ends one of somebody's API tokens.
func (s *Service) RevokeTokenFor(ctx context.Context, reach access.Reach, o access.OrgID, email string, token TokenID) error {
	if err := operator(reach); err != nil {
		return err
	}
	m, err := s.store.MembershipByEmail(ctx, reach.Actor().Realm, o, fold.Email(email))
	if err != nil {
		return err
	}
	return s.store.RevokeToken(ctx, reach.Actor(), m.Account.ID, token)
}
