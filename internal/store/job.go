package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/job"
)

var _ job.Store = (*DB)(nil)

// ClaimJob takes the job that is due the longest and holds it for a lease.
func (db *DB) ClaimJob(ctx context.Context, kinds []string, lease time.Duration) (job.Job, bool, error) {
	now := db.now()
	due := func(p *params, now string) string {
		return `from job where run_at <= ` + now + ` and locked_until <= ` + now + ` and done_at is null and failed_at is null and kind in ` + in(p, kinds)
	}
	// Asking first costs a reader only; taking would make a writer of every look.
	p := with(now.UnixMicro())
	var waiting int
	if err := one(ctx, db.read, `select count(*) from (select 1 `+due(p, "$1")+` limit 1) as waiting`, p.list, &waiting); err != nil || waiting == 0 {
		return job.Job{}, false, err
	}
	var j job.Job
	var runAt sql.NullInt64
	var payload string
	err := db.change(ctx, func(t *tx) error {
		p := with(now.Add(lease).UnixMicro(), now.UnixMicro())
		return one(ctx, t, `update job set locked_until = $1, attempt = attempt + 1
			where job_id = (select job_id `+due(p, "$2")+` order by run_at, job_id limit 1`+db.dialect.skipLocked+`)
			returning job_id, coalesce(realm_id, 0), kind, payload, run_at, attempt`, p.list,
			&j.ID, &j.Realm, &j.Kind, &payload, &runAt, &j.Attempt)
	})
	if errors.Is(err, fault.ErrNotFound) {
		return job.Job{}, false, nil // somebody was faster
	}
	j.Payload, j.RunAt = []byte(payload), instant(runAt)
	return j, err == nil, err
}

// HoldJob makes the lease of a claimed job begin anew.
func (db *DB) HoldJob(ctx context.Context, j job.Job, lease time.Duration) (bool, error) {
	held := false
	err := db.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `update job set locked_until = $1 where job_id = $2 and attempt = $3 and done_at is null and failed_at is null`,
			db.now().Add(lease).UnixMicro(), j.ID, j.Attempt)
		held = n == 1
		return err
	})
	return held, err
}

// FinishJob notes that a job was done.
func (db *DB) FinishJob(ctx context.Context, j job.Job) error {
	return db.noteJob(ctx, j, `done_at = $1`, db.now().UnixMicro())
}

// RetryJob lets a job wait until an instant.
func (db *DB) RetryJob(ctx context.Context, j job.Job, runAt time.Time, reason string) error {
	return db.noteJob(ctx, j, `run_at = $1, last_error = $2`, runAt.UnixMicro(), reason)
}

// FailJob gives a job up.
func (db *DB) FailJob(ctx context.Context, j job.Job, reason string) error {
	return db.noteJob(ctx, j, `failed_at = $1, last_error = $2`, db.now().UnixMicro(), reason)
}

// noteJob writes down how an attempt ended, unless its lease had run out and
// somebody else has begun another.
func (db *DB) noteJob(ctx context.Context, j job.Job, set string, values ...any) error {
	return db.change(ctx, func(t *tx) error {
		p := with(values...)
		_, err := t.exec(ctx, `update job set `+set+`, locked_until = 0 where job_id = `+p.put(j.ID)+` and attempt = `+p.put(j.Attempt), p.list...)
		return err
	})
}
