package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

var _ account.Store = (*DB)(nil)

// IdentityByEmail finds the one identity of a folded address.
func (db *DB) IdentityByEmail(ctx context.Context, folded string) (account.Identity, error) {
	var i account.Identity
	err := one(ctx, db.read, `select identity_id, email, coalesce(password_hash, '') from identity where email_folded = $1`, []any{folded}, &i.ID, &i.Email, &i.PasswordHash)
	return i, err
}

// IdentityByID finds an identity.
func (db *DB) IdentityByID(ctx context.Context, id account.IdentityID) (account.Identity, error) {
	var i account.Identity
	err := one(ctx, db.read, `select identity_id, email, coalesce(password_hash, '') from identity where identity_id = $1`, []any{string(id)}, &i.ID, &i.Email, &i.PasswordHash)
	return i, err
}

// IdentityOf finds the identity that an account is linked to.
func (db *DB) IdentityOf(ctx context.Context, realm access.RealmID, id account.ID) (account.Identity, error) {
	var i account.Identity
	err := one(ctx, db.read, `select i.identity_id, i.email, coalesce(i.password_hash, '') from account a join identity i on i.identity_id = a.identity_id
		where a.realm_id = $1 and a.account_id = $2`, []any{int64(realm), string(id)}, &i.ID, &i.Email, &i.PasswordHash)
	return i, err
}

// identityFor finds the identity of an address or makes one without a password.
// The statement changes the row in both cases, so that two accounts created at
// once for one new address share it.
func (t *tx) identityFor(ctx context.Context, email string) (account.Identity, error) {
	i := account.Identity{Email: email}
	err := one(ctx, t, `insert into identity (identity_id, email, email_folded, created_at) values ($1, $2, $3, $4)
		on conflict (email_folded) do update set email_folded = excluded.email_folded
		returning identity_id, email, coalesce(password_hash, '')`,
		[]any{access.NewID(), email, fold.Email(email), t.db.now().UnixMicro()}, &i.ID, &i.Email, &i.PasswordHash)
	return i, err
}

// ReplaceHash stores the same password under newer parameters.
func (db *DB) ReplaceHash(ctx context.Context, id account.IdentityID, old, hash string) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update identity set password_hash = $1 where identity_id = $2 and password_hash = $3`, hash, string(id), old)
		return err
	})
}

// ChangePassword sets another password, unless it was changed meanwhile, and
// ends every session but the one it is done in.
func (db *DB) ChangePassword(ctx context.Context, actor access.Actor, id account.IdentityID, old, hash string, keep account.SessionID) error {
	return db.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `update identity set password_hash = $1 where identity_id = $2 and password_hash = $3`, hash, string(id), old)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.ErrNotFound
		}
		if err := t.witness(ctx, actor, identityEvent{"password.changed", id, nil}); err != nil {
			return err
		}
		if err := t.endPasswordLinks(ctx, id); err != nil {
			return err
		}
		return t.endSessions(ctx, actor, id, keep)
	})
}
