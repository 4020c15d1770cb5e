package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/org"
)

// EditAccount changes what is known of somebody.
func (db *DB) EditAccount(ctx context.Context, reach access.Reach, id account.ID, e account.Edit, tell func(account.Membership) mail.Message) error {
	return db.change(ctx, func(t *tx) error {
		a, o, fresh, err := t.touchAccount(ctx, reach, id)
		if err != nil {
			return err
		}
		if e.Version != "" && e.Version != a.Version() {
			return account.ErrStale
		}
		identity := a.Identity
		moved := fold.Email(e.Email) != fold.Email(a.Email)
		if moved {
			if identity, err = t.readdress(ctx, fresh, a, o, e.Email); err != nil {
				return err
			}
		}
		_, err = t.exec(ctx, `update account set given_name = $1, family_name = $2, name = $3, name_folded = $4, search_text = $5, email = $6, email_folded = $7,
				identity_id = $8, external_id = $9, locale = $10, zone = $11 where realm_id = $12 and account_id = $13`,
			e.Name.Given, e.Name.Family, e.Name.Full(), fold.Text(e.Name.Full()), account.SearchText(e.Name, e.Email, e.ExternalID),
			orNull(e.Email), orNull(fold.Email(e.Email)), orNull(identity), orNull(e.ExternalID), orNull(e.Locale), orNull(e.Zone), int64(a.Realm), string(a.ID))
		if err := taken(err); err != nil {
			return err
		}
		if err := t.tellOfAddress(ctx, account.Membership{Account: a, Organization: o}, moved, tell); err != nil {
			return err
		}
		// Which fields, not what stands in them: erasing a person must not leave their name in the log.
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: a.Organization, Action: "account.edited", SubjectKind: "account", SubjectID: string(a.ID),
			Before: map[string]any{"locale": a.Locale, "zone": a.Zone},
			After: map[string]any{
				"locale": e.Locale, "zone": e.Zone, "name_changed": a.GivenName != e.Name.Given || a.FamilyName != e.Name.Family,
				"email_changed": a.Email != e.Email, "external_id_changed": a.ExternalID != e.ExternalID,
			},
		})
	})
}

// tellOfAddress writes to those whom another address concerns: to the new one
// while the account waits for its first sign-in, or to the old one, which
// opened the account until now.
func (t *tx) tellOfAddress(ctx context.Context, was account.Membership, moved bool, tell func(account.Membership) mail.Message) error {
	switch {
	case !moved:
		return nil
	case was.Account.Status == account.Invited:
		return t.inviteByMail(ctx, was.Account.Realm, was.Account.ID)
	case was.Account.Status == account.Active && was.Account.Email != "":
		return t.post(ctx, tell(was))
	}
	return nil
}

// taken tells in whose way an account's address or id would be.
func taken(err error) error {
	switch {
	case breaks(err, ruleUnique, "email"):
		return fault.Field("email", "Somebody in this organization has this address already.")
	case breaks(err, ruleUnique, "external_id"):
		return fault.Field("external_id", "Somebody in this organization has this id already.")
	}
	return err
}

// readdress finds the sign-in that an account will have, and takes from the
// present one the ways in that it has besides: links and API tokens.
func (t *tx) readdress(ctx context.Context, reach access.Reach, a account.Account, o org.Organization, email string) (account.IdentityID, error) {
	switch {
	case reach.Actor().Account == a.ID:
		return "", account.ErrOwnAddress
	case email == "" && a.Status == account.Invited:
		return "", fault.Field("email", "Somebody without an e-mail address cannot be invited.")
	}
	if err := holdsNoMore(ctx, t, reach, account.Membership{Account: a, Organization: o}); err != nil {
		return "", err
	}
	if err := t.endWaysIn(ctx, reach.Actor(), a); err != nil || email == "" {
		return "", err
	}
	identity, err := t.identityFor(ctx, email)
	return identity.ID, err
}

// endWaysIn ends the links and the API tokens of an account.
func (t *tx) endWaysIn(ctx context.Context, actor access.Actor, a account.Account) error {
	if _, err := t.exec(ctx, `update sign_in_link set used_at = $1 where realm_id = $2 and account_id = $3 and used_at is null`,
		t.db.now().UnixMicro(), int64(a.Realm), string(a.ID)); err != nil {
		return err
	}
	return t.endTokens(ctx, actor, a)
}

// inviteByMail asks for the letter of an invitation and notes when.
func (t *tx) inviteByMail(ctx context.Context, realm access.RealmID, id account.ID) error {
	if _, err := t.exec(ctx, `update account set invited_at = $1 where realm_id = $2 and account_id = $3`, t.db.now().UnixMicro(), int64(realm), string(id)); err != nil {
		return err
	}
	return t.enqueue(ctx, realm, account.InvitationJob, account.Invitation{Realm: realm, Account: id})
}
