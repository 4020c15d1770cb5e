package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// BeginRun begins another attempt at a run that waits or works; what an
// earlier one wrote is gone, and whatever it still writes is refused.
func (db *DB) BeginRun(ctx context.Context, realm access.RealmID, id report.RunID) (report.Run, report.Making, error) {
	var run report.Run
	m := report.Making{Realm: realm, Run: id}
	err := db.change(ctx, func(t *tx) error {
		now := db.now().UnixMicro()
		err := one(ctx, t, `update report_run set state = 'running', attempt = attempt + 1, row_count = 0, started_at = $1, touched_at = $1
			where realm_id = $2 and run_id = $3 and state in ('waiting', 'running') returning attempt`, []any{now, int64(realm), string(id)}, &m.Attempt)
		if err != nil {
			return over(err)
		}
		if err := t.dropParts(ctx, realm, id); err != nil {
			return err
		}
		run, err = findRun(ctx, t, `r.realm_id = $1 and r.run_id = $2`, with(int64(realm), string(id)))
		return err
	})
	return run, m, err
}

// over tells an attempt whose run is not found that it is not its business any more.
func over(err error) error {
	if errors.Is(err, fault.ErrNotFound) {
		return report.ErrRunOver
	}
	return err
}

// whileMaking changes the row of an attempt's run, or tells that it is over.
func (t *tx) whileMaking(ctx context.Context, m report.Making, set string, values ...any) error {
	p := with(values...)
	n, err := t.exec(ctx, `update report_run set `+set+` where realm_id = `+p.put(int64(m.Realm))+` and run_id = `+p.put(string(m.Run))+
		` and attempt = `+p.put(m.Attempt)+` and state = 'running'`, p.list...)
	if err == nil && n == 0 {
		return report.ErrRunOver
	}
	return err
}

// DescribeRun notes what is known with the first row.
func (db *DB) DescribeRun(ctx context.Context, m report.Making, f report.RunFile) error {
	var lists [3]string
	for i, v := range []any{f.Columns, f.Places, f.Filters} {
		text, err := asJSON(v)
		if err != nil {
			return err
		}
		lists[i] = text
	}
	return db.change(ctx, func(t *tx) error {
		return t.whileMaking(ctx, m, `expected = $1, learners = $2, reach_total = $3, columns_json = $4, places_json = $5, filters_json = $6, about = $7, touched_at = $8`,
			f.Expected, f.Learners, f.ReachTotal, lists[0], lists[1], lists[2], f.About, db.now().UnixMicro())
	})
}

// noteEvery is how often the rows of a run are counted anew for whoever waits.
const noteEvery = time.Second

// NoteRun tells whether to go on, and now and then notes how many rows are
// written: looking costs a reader only, noting makes a writer of it.
func (db *DB) NoteRun(ctx context.Context, m report.Making, rows int) error {
	var touched int64
	err := one(ctx, db.read, `select touched_at from report_run where realm_id = $1 and run_id = $2 and attempt = $3 and state = 'running'`,
		[]any{int64(m.Realm), string(m.Run), m.Attempt}, &touched)
	if err != nil || db.now().Before(time.UnixMicro(touched).Add(noteEvery)) {
		return over(err)
	}
	return db.change(ctx, func(t *tx) error {
		return t.whileMaking(ctx, m, `row_count = $1, touched_at = $2`, rows, db.now().UnixMicro())
	})
}

// AddRunPart keeps a part of the file.
func (db *DB) AddRunPart(ctx context.Context, m report.Making, rows int, part report.RunPart) error {
	return db.change(ctx, func(t *tx) error {
		if err := t.whileMaking(ctx, m, `row_count = $1, touched_at = $2`, rows, db.now().UnixMicro()); err != nil {
			return err
		}
		_, err := t.exec(ctx, `insert into report_part (realm_id, run_id, part_no, size, packed) values ($1, $2, $3, $4, $5)`,
			int64(m.Realm), string(m.Run), part.No, part.Size, part.Packed)
		return err
	})
}

// EndRun ends the attempt; of a run that is not done the parts are deleted.
func (db *DB) EndRun(ctx context.Context, m report.Making, end report.RunEnd) error {
	return db.change(ctx, func(t *tx) error {
		now := db.now().UnixMicro()
		err := t.whileMaking(ctx, m, `state = $1, why = $2, row_count = $3, bytes = $4, sha256 = $5, expires_at = $6, finished_at = $7, touched_at = $7`,
			string(end.State), end.Why, end.Rows, end.Bytes, orNull(end.SHA256), micros(end.ExpiresAt), now)
		if err != nil {
			return err
		}
		run, err := findRun(ctx, t, `r.realm_id = $1 and r.run_id = $2`, with(int64(m.Realm), string(m.Run)))
		if err != nil {
			return err
		}
		if end.State != report.RunDone {
			if err := t.closeRun(ctx, m.Realm, m.Run, end.State); err != nil {
				return err
			}
		}
		actor := access.Actor{Realm: run.Realm, Account: run.Account, Organization: run.Organization}
		var own access.OrgID
		if err := one(ctx, t, `select organization_id from report_run where realm_id = $1 and run_id = $2`, []any{int64(m.Realm), string(m.Run)}, &own); err != nil {
			return err
		}
		if own != run.Organization { // it was asked for inside a client
			actor.Master = own
		}
		return t.auditRun(ctx, actor, &run, ended[end.State], outcome(&run))
	})
}

// ended names in the audit how a run ended.
var ended = map[report.RunState]string{
	report.RunDone: "report.exported", report.RunFailed: "report.failed", report.RunStopped: "report.stopped",
}

// SweepRuns deletes files that were kept long enough, and ends runs that
// nothing has worked on since an instant, or nothing will.
func (db *DB) SweepRuns(ctx context.Context, idle time.Time, why string) error {
	for more := true; more; {
		err := db.change(ctx, func(t *tx) error {
			now := db.now().UnixMicro()
			// A few at a time, so that nobody waits long for the one who writes.
			list, err := collect(ctx, t, `select `+runColumns+` from report_run r
				where (r.state = 'done' and r.expires_at <= $1) or (r.state = 'running' and r.touched_at <= $2)
					or (r.state = 'waiting' and r.touched_at <= $2 and not exists (select 1 from job j where j.kind = 'report.run'
						and j.done_at is null and j.failed_at is null and j.payload = '{"run":"' || r.run_id || '"}')) order by r.realm_id, r.run_id limit 20`,
				[]any{now, idle.UnixMicro()}, func(row *sql.Rows) (report.Run, error) { return scanRun(row.Scan) })
			if err != nil {
				return err
			}
			for i := range list {
				if err := t.sweepRun(ctx, &list[i], why); err != nil {
					return err
				}
			}
			more = len(list) == 20
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) sweepRun(ctx context.Context, run *report.Run, why string) error {
	state, action := report.RunExpired, "report.expired"
	if run.State.Open() {
		state, action = report.RunFailed, "report.failed"
		if _, err := t.exec(ctx, `update report_run set why = $1 where realm_id = $2 and run_id = $3`, why, int64(run.Realm), string(run.ID)); err != nil {
			return err
		}
	}
	if err := t.closeRun(ctx, run.Realm, run.ID, state); err != nil {
		return err
	}
	return t.auditRun(ctx, access.Actor{Realm: run.Realm, System: "report-sweep"}, run, action, outcome(run))
}
