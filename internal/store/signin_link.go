package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
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
		if err := t.witness(ctx, signingIn, identityEvent{"password.set", identity, nil}); err != nil {
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
