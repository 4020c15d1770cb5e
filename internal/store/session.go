package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

// sessionColumns are those of scanSession; the last two are the shortest limits
// that an organization has set in which the person works.
const sessionColumns = `s.session_id, s.identity_id, i.email, s.created_at, s.used_at, s.expires_at, s.user_agent, s.address, ` +
	`(select min(o.session_idle_minutes) ` + ownOrganizations + `), (select min(o.session_total_hours) ` + ownOrganizations + `)`

const ownOrganizations = `from account a join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
	where a.identity_id = s.identity_id and a.status = 'active' and o.status = 'active'`

func scanSession(scan func(...any) error) (account.Session, error) {
	var s account.Session
	var created, used, expires, idle, total sql.NullInt64
	err := scan(&s.ID, &s.Identity, &s.Email, &created, &used, &expires, &s.Client.Agent, &s.Client.Address, &idle, &total)
	s.IdleLimit, s.TotalLimit = time.Duration(idle.Int64)*time.Minute, time.Duration(total.Int64)*time.Hour
	s.CreatedAt, s.UsedAt, s.ExpiresAt = instant(created), instant(used), instant(expires)
	return s, err
}

// OpenSession begins a session.
func (db *DB) OpenSession(ctx context.Context, s account.Session, tokenHash string) error {
	return db.change(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `insert into session (session_id, token_hash, identity_id, created_at, used_at, expires_at, user_agent, address)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(s.ID), tokenHash, string(s.Identity), s.CreatedAt.UnixMicro(), s.UsedAt.UnixMicro(), s.ExpiresAt.UnixMicro(), s.Client.Agent, s.Client.Address); err != nil {
			return err
		}
		return t.witness(ctx, themselves, identityEvent{"session.opened", s.Identity, map[string]any{"session": s.ID}})
	})
}

// SessionByToken finds a session, also one that has run its time.
func (db *DB) SessionByToken(ctx context.Context, tokenHash string) (account.Session, error) {
	return scanSession(func(into ...any) error {
		return one(ctx, db.read, `select `+sessionColumns+` from session s join identity i on i.identity_id = s.identity_id where s.token_hash = $1`, []any{tokenHash}, into...)
	})
}

// UseSession notes that a session is in use.
func (db *DB) UseSession(ctx context.Context, id account.SessionID) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update session set used_at = $1 where session_id = $2 and used_at < $1`, db.now().UnixMicro(), string(id))
		return err
	})
}

// CloseSession ends the session of a token.
func (db *DB) CloseSession(ctx context.Context, tokenHash string) error {
	return db.change(ctx, func(t *tx) error {
		var id account.IdentityID
		var session account.SessionID
		err := one(ctx, t, `delete from session where token_hash = $1 returning identity_id, session_id`, []any{tokenHash}, &id, &session)
		if errors.Is(err, fault.ErrNotFound) {
			return nil // over already
		}
		if err != nil {
			return err
		}
		return t.witness(ctx, themselves, identityEvent{"session.ended", id, map[string]any{"session": session}})
	})
}

// Sessions lists where an identity is signed in.
func (db *DB) Sessions(ctx context.Context, id account.IdentityID, usedSince time.Time) ([]account.Session, error) {
	return collect(ctx, db.read, `select `+sessionColumns+` from session s join identity i on i.identity_id = s.identity_id
		where s.identity_id = $1 and s.used_at > $2 and s.expires_at > $3 order by s.used_at desc, s.session_id limit 200`,
		[]any{string(id), usedSince.UnixMicro(), db.now().UnixMicro()},
		func(row *sql.Rows) (account.Session, error) { return scanSession(row.Scan) })
}

// EndSession ends one session of an identity.
func (db *DB) EndSession(ctx context.Context, actor access.Actor, id account.IdentityID, session account.SessionID) error {
	return db.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `delete from session where identity_id = $1 and session_id = $2`, string(id), string(session))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.ErrNotFound
		}
		return t.witness(ctx, actor, identityEvent{"session.ended", id, map[string]any{"session": session}})
	})
}

// EndOtherSessions ends every session of an identity but one.
func (db *DB) EndOtherSessions(ctx context.Context, actor access.Actor, id account.IdentityID, keep account.SessionID) error {
	return db.change(ctx, func(t *tx) error { return t.endSessions(ctx, actor, id, keep) })
}

// endSessions ends the sessions of an identity, but for one where keep names it.
func (t *tx) endSessions(ctx context.Context, actor access.Actor, id account.IdentityID, keep account.SessionID) error {
	ended, err := collect(ctx, t, `delete from session where identity_id = $1 and session_id <> $2 returning session_id`, []any{string(id), string(keep)},
		func(row *sql.Rows) (account.SessionID, error) {
			var s account.SessionID
			return s, row.Scan(&s)
		})
	if err != nil {
		return err
	}
	for _, s := range ended {
		if err := t.witness(ctx, actor, identityEvent{"session.ended", id, map[string]any{"session": s}}); err != nil {
			return err
		}
	}
	return nil
}
