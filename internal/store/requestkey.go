package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/once"
)

var _ once.Store = (*DB)(nil)

// ClaimRequest takes a key for its first request. A claim that ran out before
// its work was done is taken over; the one that held it can commit no more.
func (db *DB) ClaimRequest(ctx context.Context, c once.Claim, oldest time.Time) (*once.Answer, error) {
	var answer *once.Answer
	err := db.change(ctx, func(t *tx) error {
		answer = nil
		if _, err := t.exec(ctx, `delete from request_key where realm_id = $1 and account_id = $2 and request_key = $3 and created_at < $4`,
			int64(c.Realm), string(c.Account), c.Key, oldest.UnixMicro()); err != nil {
			return err
		}
		made, err := t.exec(ctx, `insert into request_key (realm_id, account_id, request_key, operation, body_hash, created_at, claimed_until, committed)
			values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
			int64(c.Realm), string(c.Account), c.Key, c.Operation, c.BodyHash, c.At.UnixMicro(), c.Until.UnixMicro(), false)
		if err != nil || made == 1 {
			return err
		}
		var operation, hash, location, body string
		var until int64
		var committed bool
		var status sql.NullInt64
		if err := one(ctx, t, `select operation, body_hash, claimed_until, committed, status, location, coalesce(answer, '') from request_key
			where realm_id = $1 and account_id = $2 and request_key = $3`, []any{int64(c.Realm), string(c.Account), c.Key},
			&operation, &hash, &until, &committed, &status, &location, &body); err != nil {
			return err
		}
		switch {
		case operation != c.Operation || hash != c.BodyHash:
			return once.ErrUsed
		case status.Valid:
			answer = &once.Answer{Status: int(status.Int64), Location: location, Body: body}
			return nil
		case until > c.At.UnixMicro():
			return once.ErrRunning
		case committed:
			return once.ErrLost
		}
		taken, err := t.exec(ctx, `update request_key set claimed_until = $1 where realm_id = $2 and account_id = $3 and request_key = $4 and claimed_until = $5 and not committed`,
			c.Until.UnixMicro(), int64(c.Realm), string(c.Account), c.Key, until)
		if err == nil && taken == 0 {
			err = once.ErrRunning
		}
		return err
	})
	return answer, err
}

// markDone notes in the transaction of a request's work that it is done. Whose
// claim was taken over meanwhile does not commit.
func (t *tx) markDone(ctx context.Context) error {
	c := once.ClaimOf(ctx)
	if c == nil {
		return nil
	}
	marked, err := t.exec(ctx, `update request_key set committed = $1 where realm_id = $2 and account_id = $3 and request_key = $4 and claimed_until = $5`,
		true, int64(c.Realm), string(c.Account), c.Key, c.Until.UnixMicro())
	if err == nil && marked == 0 {
		err = once.ErrTakenOut
	}
	return err
}

// AnswerRequest keeps the answer to a request whose work is done.
func (db *DB) AnswerRequest(ctx context.Context, c once.Claim, a once.Answer) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update request_key set committed = $1, status = $2, location = $3, answer = $4
			where realm_id = $5 and account_id = $6 and request_key = $7 and claimed_until = $8`,
			true, a.Status, a.Location, a.Body, int64(c.Realm), string(c.Account), c.Key, c.Until.UnixMicro())
		return err
	})
}

// DropRequest forgets a claim whose work failed. Where part of it was
// committed the key stays, and nobody waits for its answer any longer.
func (db *DB) DropRequest(ctx context.Context, c once.Claim) error {
	return db.change(ctx, func(t *tx) error {
		which := []any{int64(c.Realm), string(c.Account), c.Key, c.Until.UnixMicro()}
		if _, err := t.exec(ctx, `delete from request_key where realm_id = $1 and account_id = $2 and request_key = $3 and claimed_until = $4 and not committed`, which...); err != nil {
			return err
		}
		_, err := t.exec(ctx, `update request_key set claimed_until = $1 where realm_id = $2 and account_id = $3 and request_key = $4 and claimed_until = $5 and status is null`,
			c.At.UnixMicro(), int64(c.Realm), string(c.Account), c.Key, c.Until.UnixMicro())
		return err
	})
}

// SweepRequests forgets keys of long ago.
func (db *DB) SweepRequests(ctx context.Context, oldest time.Time) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `delete from request_key where created_at < $1`, oldest.UnixMicro())
		return err
	})
}
