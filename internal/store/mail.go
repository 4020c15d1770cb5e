package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

var _ mail.Store = (*DB)(nil)

const letterColumns = `mail_id, coalesce(realm_id, 0), coalesce(organization_id, ''), kind, recipient, subject, body_text, body_html,
	created_at, run_at, sent_at, failed_at, attempt, last_error`

// letterRow reads letterColumns.
type letterRow struct {
	l                         mail.Letter
	created, due, sent, ended sql.NullInt64
}

func (r *letterRow) into() []any {
	return []any{
		&r.l.ID, &r.l.Realm, &r.l.Organization, &r.l.Kind, &r.l.To, &r.l.Subject, &r.l.Text, &r.l.HTML,
		&r.created, &r.due, &r.sent, &r.ended, &r.l.Attempt, &r.l.LastError,
	}
}

func (r *letterRow) letter() mail.Letter {
	r.l.Created, r.l.Due, r.l.Sent, r.l.Failed = instant(r.created), instant(r.due), instant(r.sent), instant(r.ended)
	return r.l
}

// ClaimLetter takes the letter that is due the longest and holds it for a lease.
func (db *DB) ClaimLetter(ctx context.Context, lease time.Duration) (mail.Letter, bool, error) {
	due := func(now string) string {
		return `from mail where run_at <= ` + now + ` and locked_until <= ` + now + ` and sent_at is null and failed_at is null`
	}
	now := db.now()
	var waiting int
	if err := one(ctx, db.read, `select count(*) from (select 1 `+due("$1")+` limit 1) as waiting`, []any{now.UnixMicro()}, &waiting); err != nil || waiting == 0 {
		return mail.Letter{}, false, err
	}
	var r letterRow
	err := db.change(ctx, func(t *tx) error {
		if err := one(ctx, t, `update mail set locked_until = $1, attempt = attempt + 1
			where mail_id = (select mail_id `+due("$2")+` order by run_at, mail_id limit 1`+db.dialect.skipLocked+`) returning `+letterColumns,
			[]any{now.Add(lease).UnixMicro(), now.UnixMicro()}, r.into()...); err != nil || r.l.Organization == "" {
			return err
		}
		var err error
		r.l.House, err = house(ctx, t, r.l.Realm, r.l.Organization)
		return err
	})
	if errors.Is(err, fault.ErrNotFound) {
		return mail.Letter{}, false, nil // somebody was faster
	}
	return r.letter(), err == nil, err
}

// LetterSent notes that a letter is out and forgets its text.
func (db *DB) LetterSent(ctx context.Context, l mail.Letter) error {
	return db.noteLetter(ctx, l, `sent_at = $1, failed_at = null, body_text = '', body_html = '', last_error = ''`, db.now().UnixMicro())
}

// RetryLetter lets a letter wait until an instant.
func (db *DB) RetryLetter(ctx context.Context, l mail.Letter, runAt time.Time, reason string) error {
	return db.noteLetter(ctx, l, `run_at = $1, last_error = $2`, runAt.UnixMicro(), reason)
}

// FailLetter gives a letter up. What it asked somebody to is told that it did not arrive.
func (db *DB) FailLetter(ctx context.Context, l mail.Letter, reason string) error {
	return db.change(ctx, func(t *tx) error {
		n, err := t.noteLetter(ctx, l, `failed_at = $1, last_error = $2`, db.now().UnixMicro(), reason)
		if err != nil || n == 0 {
			return err
		}
		return t.bounce(ctx, l.ID)
	})
}

// noteLetter writes down how an attempt ended, unless another has begun.
func (db *DB) noteLetter(ctx context.Context, l mail.Letter, set string, values ...any) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.noteLetter(ctx, l, set, values...)
		return err
	})
}

func (t *tx) noteLetter(ctx context.Context, l mail.Letter, set string, values ...any) (int64, error) {
	p := with(values...)
	return t.exec(ctx, `update mail set `+set+`, locked_until = 0 where mail_id = `+p.put(l.ID)+` and attempt = `+p.put(l.Attempt), p.list...)
}

// Letters lists the outbox, the latest first.
func (db *DB) Letters(ctx context.Context, q mail.Query) ([]mail.Letter, error) {
	p := with()
	where := `1 = 1`
	if q.Waiting {
		where += ` and sent_at is null and failed_at is null`
	}
	if q.After != "" {
		after := p.put(q.After)
		where += ` and (created_at, mail_id) < (select created_at, mail_id from mail where mail_id = ` + after + `)`
	}
	return collect(ctx, db.read, `select `+letterColumns+` from mail where `+where+` order by created_at desc, mail_id desc limit `+p.put(q.Limit), p.list,
		func(row *sql.Rows) (mail.Letter, error) {
			var r letterRow
			err := row.Scan(r.into()...)
			return r.letter(), err
		})
}
