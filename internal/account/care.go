package account

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

// offeredResetTime is how long a link for a new password works that somebody
// else asked for: its reader may not sit before their mail.
const offeredResetTime = 24 * time.Hour

// ErrNotInvited refuses what is about an invitation that is not open.
var ErrNotInvited = fault.New(fault.Conflict, "This person has no open invitation.")

// ErrSignsIn refuses to invite somebody who signs in already.
var ErrSignsIn = fault.New(fault.Conflict, "This person signs in already and needs no invitation.")

// SendReset mails a link for a new password to the person of an account. Only
// they get it: nobody learns or sets another's password.
func (s *Service) SendReset(ctx context.Context, reach access.Reach, id ID) error {
	if err := reach.For(access.AccountSession); err != nil {
		return err
	}
	if err := s.count(ctx, Bucket{Key: "reset account " + string(id), Limit: triesPerAddress}); err != nil {
		return err
	}
	return s.store.SendReset(ctx, reach, id, func(m Membership) (NewLink, mail.Message, error) {
		if m.Account.Status != Active {
			return NewLink{}, mail.Message{}, ErrNotActive
		}
		link, kept := s.newLink(PasswordLink, offeredResetTime)
		letter := offeredResetLetter(m.Locale(), m.Organization.Name, link.URL)
		letter.Realm, letter.Organization = m.Account.Realm, m.Organization.ID
		letter.About, letter.Recipient = mail.About{Kind: "account", ID: string(id)}, id
		return kept, letter, nil
	})
}

// EndSessions signs the person of an account out everywhere, and ends the
// account's API tokens.
func (s *Service) EndSessions(ctx context.Context, reach access.Reach, id ID) error {
	if err := reach.For(access.AccountSession); err != nil {
		return err
	}
	return s.store.EndAccountSessions(ctx, reach, id)
}

// InviteAgain sends the platform invitation of an account that nobody has
// signed in to yet; an earlier link no longer works then.
func (s *Service) InviteAgain(ctx context.Context, reach access.Reach, id ID) error {
	if err := reach.For(access.InvitePlatform); err != nil {
		return err
	}
	if err := s.count(ctx, Bucket{Key: "invite account " + string(id), Limit: triesPerAddress}); err != nil {
		return err
	}
	return s.store.InviteAccount(ctx, reach, id)
}

// RevokeInvitation takes back an invitation that was not accepted: its link no
// longer works and the account is suspended.
func (s *Service) RevokeInvitation(ctx context.Context, reach access.Reach, id ID, reason string) error {
	if err := reach.For(access.InvitePlatform); err != nil {
		return err
	}
	reason, err := reasonFor(reason, false)
	if err != nil {
		return err
	}
	return s.store.RevokeInvitation(ctx, reach, id, reason)
}
