package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

// KeepLink keeps a link, with the letter that brings it.
func (db *DB) KeepLink(ctx context.Context, link account.NewLink, letter *mail.Message) error {
	return onlyOnce(db.change(ctx, func(t *tx) error {
		if err := t.keepLink(ctx, link); err != nil || letter == nil {
			return err
		}
		return t.post(ctx, *letter)
	}))
}

// PostLetter posts a letter once.
func (db *DB) PostLetter(ctx context.Context, letter mail.Message) error {
	return onlyOnce(db.change(ctx, func(t *tx) error { return t.post(ctx, letter) }))
}

// onlyOnce lets a job that posts a letter run twice: the second letter of one id is
// none, and nor is what would have gone with it.
func onlyOnce(err error) error {
	if breaks(err, ruleUnique, "mail") {
		return nil
	}
	return err
}

// keepLink keeps a link. A new link to set something up ends the lost one; links
// for a password do not, or else anybody could spoil the one that is on its way.
func (t *tx) keepLink(ctx context.Context, link account.NewLink) error {
	if link.Kind == account.SetupLink {
		if _, err := t.exec(ctx, `update sign_in_link set used_at = $1 where kind = 'setup' and realm_id = $2 and account_id = $3 and used_at is null`,
			t.db.now().UnixMicro(), int64(link.Realm), string(link.Account)); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `insert into sign_in_link (token_hash, kind, realm_id, account_id, identity_id, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		link.Hash, string(link.Kind), realmOrNull(link.Realm), orNull(link.Account), orNull(link.Identity), link.Created.UnixMicro(), link.Expires.UnixMicro())
	return err
}

// KeepInstallationLink keeps the link to the first page while there is no realm.
func (db *DB) KeepInstallationLink(ctx context.Context, link account.NewLink) (bool, error) {
	empty := false
	err := db.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `update installation set realms = realms where one = 1 and realms = 0`)
		if empty = n == 1; err != nil || !empty {
			return err
		}
		if _, err := t.exec(ctx, `update sign_in_link set used_at = $1 where kind = 'installation' and used_at is null`, t.db.now().UnixMicro()); err != nil {
			return err
		}
		return t.keepLink(ctx, link)
	})
	return empty, err
}

// LinkByToken finds a link, also one that is spent or too old.
func (db *DB) LinkByToken(ctx context.Context, tokenHash string) (account.KeptLink, error) {
	var k account.KeptLink
	err := db.view(ctx, func(q querier) error {
		var expires, used sql.NullInt64
		var realm int64
		var id account.ID
		if err := one(ctx, q, `select l.kind, l.expires_at, l.used_at, coalesce(l.realm_id, 0), coalesce(l.account_id, ''),
				coalesce(i.identity_id, ''), coalesce(i.email, ''), coalesce(i.password_hash, '')
			from sign_in_link l left join identity i on i.identity_id = l.identity_id where l.token_hash = $1`, []any{tokenHash},
			&k.Kind, &expires, &used, &realm, &id, &k.Identity.ID, &k.Identity.Email, &k.Identity.PasswordHash); err != nil {
			return err
		}
		k.Expires, k.Spent = instant(expires), used.Valid
		if id == "" {
			return nil
		}
		var err error
		k.Membership, err = membership(ctx, q, `where a.realm_id = $1 and a.account_id = $2`, realm, string(id))
		return err
	})
	return k, err
}

// spend uses up a link by changing its row first, so that of two at once only
// one gets further; fault.ErrNotFound where it is no longer any good.
func (t *tx) spend(ctx context.Context, tokenHash string, kind account.LinkKind) (realm access.RealmID, id account.ID, identity account.IdentityID, err error) {
	now := t.db.now().UnixMicro()
	err = one(ctx, t, `update sign_in_link set used_at = $1 where token_hash = $2 and kind = $3 and used_at is null and expires_at > $1
		returning coalesce(realm_id, 0), coalesce(account_id, ''), coalesce(identity_id, '')`, []any{now, tokenHash, string(kind)}, &realm, &id, &identity)
	return realm, id, identity, err
}

// SpendPasswordLink sets a password by a link.
func (db *DB) SpendPasswordLink(ctx context.Context, tokenHash, hash string) error {
	return db.change(ctx, func(t *tx) error {
		_, _, identity, err := t.spend(ctx, tokenHash, account.PasswordLink)
		if err != nil {
			return err
		}
		n, err := t.exec(ctx, `update identity set password_hash = $1 where identity_id = $2 and password_hash is null`, hash, string(identity))
		if err != nil {
			return err
		}
		if first := n == 1; first {
			// The letter proved the address, and there is nothing else to ask for.
			if err := t.acceptAll(ctx, identity); err != nil {
				return err
			}
		} else if _, err := t.exec(ctx, `update identity set password_hash = $1 where identity_id = $2`, hash, string(identity)); err != nil {
			return err
		}
		if err := t.audit(ctx, signingIn, identityEvent("password.set", identity, "")); err != nil {
			return err
		}
		if err := t.endPasswordLinks(ctx, identity); err != nil {
			return err
		}
		return t.endSessions(ctx, signingIn, identity, "")
	})
}

// endPasswordLinks makes every link for a password of the identity useless.
func (t *tx) endPasswordLinks(ctx context.Context, id account.IdentityID) error {
	_, err := t.exec(ctx, `update sign_in_link set used_at = $1 where kind = 'password' and identity_id = $2 and used_at is null`, t.db.now().UnixMicro(), string(id))
	return err
}

// acceptAll makes the accounts active that waited for their person, in the
// order of their keys so that two of these never wait for each other.
func (t *tx) acceptAll(ctx context.Context, identity account.IdentityID) error {
	waiting, err := collect(ctx, t, `select `+accountColumns+` from account a where a.identity_id = $1 and a.status = 'invited' order by a.realm_id, a.organization_id`,
		[]any{string(identity)}, func(row *sql.Rows) (account.Account, error) {
			var r accountRow
			err := row.Scan(r.into()...)
			return r.account(), err
		})
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if err := t.accept(ctx, a.Realm, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// accept makes an invited account active; fault.ErrNotFound where it is not invited.
func (t *tx) accept(ctx context.Context, realm access.RealmID, id account.ID) error {
	var organization access.OrgID
	if err := one(ctx, t, `update organization set revision = revision + 1 where realm_id = $1 and organization_id = `+whoIs+` returning organization_id`,
		[]any{int64(realm), string(id)}, &organization); err != nil {
		return err
	}
	n, err := t.exec(ctx, `update account set status = 'active' where realm_id = $1 and account_id = $2 and status = 'invited'`, int64(realm), string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.ErrNotFound
	}
	return t.audit(ctx, access.Actor{Realm: realm, Account: id}, audit.Event{
		Organization: organization, Action: "account.accepted", SubjectKind: "account", SubjectID: string(id),
		Before: map[string]any{"status": account.Invited}, After: map[string]any{"status": account.Active},
	})
}

// errPasswordMeanwhile tells that an identity got its password after the page was opened.
var errPasswordMeanwhile = fault.New(fault.Conflict, "A password was set for this address a moment ago. Open the link again and use it.")

// SpendSetupLink makes the account of a link active under a name.
func (db *DB) SpendSetupLink(ctx context.Context, tokenHash string, name account.Name, hash string) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		realm, id, identity, err := t.spend(ctx, tokenHash, account.SetupLink)
		if err != nil {
			return err
		}
		if err := t.accept(ctx, realm, id); err != nil {
			return err
		}
		if _, err := t.rename(ctx, realm, id, name); err != nil {
			return err
		}
		if hash != "" {
			if err := t.firstPassword(ctx, identity, hash); err != nil {
				return err
			}
		}
		m, err = membership(ctx, t, `where a.realm_id = $1 and a.account_id = $2`, int64(realm), string(id))
		return err
	})
	return m, err
}

// firstPassword sets the password of an identity that has none. Whoever has one
// keeps it, whatever link they come by.
func (t *tx) firstPassword(ctx context.Context, id account.IdentityID, hash string) error {
	n, err := t.exec(ctx, `update identity set password_hash = $1 where identity_id = $2 and password_hash is null`, hash, string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return errPasswordMeanwhile
	}
	if err := t.endPasswordLinks(ctx, id); err != nil {
		return err
	}
	return t.audit(ctx, signingIn, identityEvent("password.set", id, ""))
}

// SpendInstallationLink creates the first organization and its administrator.
func (db *DB) SpendInstallationLink(ctx context.Context, tokenHash string, f account.Founding, hash string) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		if _, _, _, err := t.spend(ctx, tokenHash, account.InstallationLink); err != nil {
			return err
		}
		var err error
		if m, err = t.found(ctx, access.Actor{System: "setup"}, f, account.Active, true); err != nil {
			return err
		}
		return t.firstPassword(ctx, m.Account.Identity, hash)
	})
	return m, err
}

// Found creates the master organization of a new realm with an invited administrator.
func (db *DB) Found(ctx context.Context, actor access.Actor, f account.Founding, link account.NewLink) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		var err error
		if m, err = t.found(ctx, actor, f, account.Invited, false); err != nil {
			return err
		}
		kept := link
		kept.Realm, kept.Account, kept.Identity = m.Account.Realm, m.Account.ID, m.Account.Identity
		return t.keepLink(ctx, kept)
	})
	return m, err
}

func (t *tx) found(ctx context.Context, actor access.Actor, f account.Founding, status account.Status, first bool) (account.Membership, error) {
	o, err := t.foundOrganization(ctx, actor, f.Organization, first)
	if errors.Is(err, errNotEmpty) {
		return account.Membership{}, account.ErrSetUp
	}
	if err != nil {
		return account.Membership{}, err
	}
	actor.Realm = o.Realm
	a, err := t.createAccount(ctx, actor, o, account.New{Organization: o.ID, Name: f.Name, Email: f.Email, Role: f.Role, Status: status}, o.Path)
	return account.Membership{Account: a, Organization: o}, err
}
