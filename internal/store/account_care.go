package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/mail"
)

// SendReset keeps a link for a new password and posts it to the address that
// the person of an account signs in with.
func (db *DB) SendReset(ctx context.Context, reach access.Reach, id account.ID, compose func(account.Membership) (account.NewLink, mail.Message, error)) error {
	return db.change(ctx, func(t *tx) error {
		m, err := t.careFor(ctx, reach, id)
		if err != nil {
			return err
		}
		if m.Account.Identity == "" {
			return account.ErrNoAddress
		}
		link, letter, err := compose(m)
		if err != nil {
			return err
		}
		if err := one(ctx, t, `select email from identity where identity_id = $1`, []any{string(m.Account.Identity)}, &letter.To); err != nil {
			return err
		}
		link.Identity = m.Account.Identity
		if err := t.keepLink(ctx, link); err != nil {
			return err
		}
		if err := t.post(ctx, letter); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{Organization: m.Organization.ID, Action: "account.reset_sent", SubjectKind: "account", SubjectID: string(id)})
	})
}

// EndAccountSessions ends the sessions of an account's person and its API tokens.
func (db *DB) EndAccountSessions(ctx context.Context, reach access.Reach, id account.ID) error {
	return db.change(ctx, func(t *tx) error {
		m, err := t.careFor(ctx, reach, id)
		if err != nil {
			return err
		}
		if m.Account.Identity != "" {
			if err := t.endSessions(ctx, reach.Actor(), m.Account.Identity, ""); err != nil {
				return err
			}
		}
		if err := t.endTokens(ctx, reach.Actor(), m.Account); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{Organization: m.Organization.ID, Action: "account.sessions_ended", SubjectKind: "account", SubjectID: string(id)})
	})
}

// InviteAccount asks for another letter of an invitation. An active account
// that nobody has a password for yet can be written to, too.
func (db *DB) InviteAccount(ctx context.Context, reach access.Reach, id account.ID) error {
	return db.change(ctx, func(t *tx) error {
		m, err := t.careFor(ctx, reach, id)
		if err != nil {
			return err
		}
		if m.Account.Identity == "" {
			return account.ErrNoAddress
		}
		var hasPassword bool
		if err := one(ctx, t, `select password_hash is not null from identity where identity_id = $1`, []any{string(m.Account.Identity)}, &hasPassword); err != nil {
			return err
		}
		switch {
		case m.Account.Status == account.Active && hasPassword:
			return account.ErrSignsIn
		case m.Account.Status == account.Suspended:
			return account.ErrNotInvited
		}
		if err := t.inviteByMail(ctx, m.Account.Realm, id); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{Organization: m.Organization.ID, Action: "account.invited", SubjectKind: "account", SubjectID: string(id)})
	})
}

// RevokeInvitation suspends an account that was invited and ends its link.
func (db *DB) RevokeInvitation(ctx context.Context, reach access.Reach, id account.ID, reason string) error {
	return db.change(ctx, func(t *tx) error {
		a, _, _, err := t.touchAccount(ctx, reach, id)
		if err != nil {
			return err
		}
		if a.Status != account.Invited {
			return account.ErrNotInvited
		}
		if err := t.endWaysIn(ctx, reach.Actor(), a); err != nil {
			return err
		}
		return t.changeStatus(ctx, reach.Actor(), a, account.Suspended, reason)
	})
}
