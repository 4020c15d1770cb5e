package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

// InvitationJob is the kind of job that tells one person of their account by
// letter. Its payload is an Invitation; whoever creates accounts enqueues it.
const InvitationJob = "account.invite"

// Invitation names the account that a letter is about.
type Invitation struct {
	Realm   access.RealmID `json:"realm"`
	Account ID             `json:"account"`
}

// Invite does an InvitationJob: it mails a link to accept the account or to set
// a first password, and to somebody who signs in already the address to do so.
// The letter has the job's id, so that a second run posts no second letter.
func (s *Service) Invite(ctx context.Context, job string, to Invitation) error {
	m, err := s.store.Membership(ctx, to.Realm, to.Account)
	if errors.Is(err, fault.ErrNotFound) {
		return nil // gone meanwhile
	}
	if err != nil || m.Account.Identity == "" {
		return err
	}
	identity, err := s.store.IdentityOf(ctx, to.Realm, to.Account)
	if err != nil {
		return err
	}
	address := func(letter mail.Message) *mail.Message {
		letter.ID, letter.To = job, identity.Email
		letter.Realm, letter.Organization = to.Realm, m.Organization.ID
		letter.About, letter.Recipient = mail.About{Kind: "account", ID: string(to.Account)}, to.Account
		return &letter
	}
	switch {
	case m.Account.Status == Active && identity.PasswordHash != "":
		url := strings.TrimSuffix(s.settings.PublicURL, "/") + "/o/" + m.Organization.Slug
		return s.store.PostLetter(ctx, *address(accessLetter(m.Locale(), m.Organization.Name, url)))
	case m.Account.Status == Active, m.Account.Status == Invited:
		link, kept := s.linkTo(m, inviteTime)
		return s.store.KeepLink(ctx, kept, address(invitationLetter(m.Locale(), m.Organization.Name, link.URL)))
	}
	return nil // suspended or erased meanwhile
}

// linkTo makes the link that somebody needs next: to accept their account, or
// to set a password for it.
func (s *Service) linkTo(m Membership, lasts time.Duration) (Link, NewLink) {
	kind := PasswordLink
	if m.Account.Status == Invited {
		kind = SetupLink
	}
	link, kept := s.newLink(kind, lasts)
	kept.Realm, kept.Account, kept.Identity = m.Account.Realm, m.Account.ID, m.Account.Identity
	return link, kept
}
