package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
)

// tokenColumns are those of tokenRow, of the table under alias k.
const tokenColumns = `k.token_id, k.name, k.read_only, k.created_at, k.used_at, k.ended_at`

// tokenRow reads tokenColumns.
type tokenRow struct {
	t                    account.Token
	created, used, ended sql.NullInt64
}

func (r *tokenRow) into() []any {
	return []any{&r.t.ID, &r.t.Name, &r.t.ReadOnly, &r.created, &r.used, &r.ended}
}

func (r *tokenRow) token() account.Token {
	r.t.CreatedAt, r.t.UsedAt, r.t.EndedAt = instant(r.created), instant(r.used), instant(r.ended)
	return r.t
}

// CreateToken keeps a new API token of an account.
func (db *DB) CreateToken(ctx context.Context, actor access.Actor, n account.NewToken) error {
	return db.change(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `insert into api_token (realm_id, token_id, account_id, name, secret_hash, read_only, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
			int64(n.Account.Realm), string(n.ID), string(n.Account.ID), n.Name, n.Hash, n.ReadOnly, n.CreatedAt.UnixMicro()); err != nil {
			return err
		}
		return t.audit(ctx, actor, audit.Event{
			Organization: n.Account.Organization, Action: "token.created", SubjectKind: "token", SubjectID: string(n.ID),
			After: map[string]any{"account": n.Account.ID, "name": n.Name, "read_only": n.ReadOnly},
		})
	})
}

// Tokens lists the tokens of an account that were not revoked.
func (db *DB) Tokens(ctx context.Context, realm access.RealmID, id account.ID) ([]account.Token, error) {
	return collect(ctx, db.read, `select `+tokenColumns+` from api_token k
		where k.realm_id = $1 and k.account_id = $2 and k.ended_at is null order by k.created_at desc, k.token_id limit 1000`,
		[]any{int64(realm), string(id)}, func(row *sql.Rows) (account.Token, error) {
			var r tokenRow
			err := row.Scan(r.into()...)
			return r.token(), err
		})
}

// RevokeToken ends a token of an account.
func (db *DB) RevokeToken(ctx context.Context, actor access.Actor, id account.ID, token account.TokenID) error {
	return db.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `update api_token set ended_at = $1 where realm_id = $2 and token_id = $3 and account_id = $4 and ended_at is null`,
			db.now().UnixMicro(), int64(actor.Realm), string(token), string(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.ErrNotFound
		}
		m, err := membership(ctx, t, `where a.realm_id = $1 and a.account_id = $2`, int64(actor.Realm), string(id))
		if err != nil {
			return err
		}
		return t.audit(ctx, actor, audit.Event{
			Organization: m.Organization.ID, Action: "token.revoked", SubjectKind: "token", SubjectID: string(token), Before: map[string]any{"account": id},
		})
	})
}

// TokenBySecret finds a token that was not revoked, with its account.
func (db *DB) TokenBySecret(ctx context.Context, hash string) (account.Token, account.Membership, error) {
	var k tokenRow
	var m membershipRow
	err := one(ctx, db.read, `select `+tokenColumns+`, `+accountColumns+`, `+organizationColumns+` from api_token k
		join account a on a.realm_id = k.realm_id and a.account_id = k.account_id
		join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
		where k.secret_hash = $1 and k.ended_at is null`, []any{hash}, append(k.into(), m.into()...)...)
	return k.token(), m.membership(), err
}

// UseToken notes that a token is in use.
func (db *DB) UseToken(ctx context.Context, realm access.RealmID, token account.TokenID) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update api_token set used_at = $1 where realm_id = $2 and token_id = $3 and (used_at is null or used_at < $1)`,
			db.now().UnixMicro(), int64(realm), string(token))
		return err
	})
}
