package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/report"
)

var _ report.RunStore = (*DB)(nil)

const runColumns = `r.realm_id, r.run_id, coalesce(r.inside_id, r.organization_id), r.account_id, r.person, r.company, r.request_json, r.format, r.state,
	r.row_count, r.expected, r.learners, r.reach_total, r.columns_json, r.places_json, r.filters_json, r.bytes, coalesce(r.sha256, ''),
	r.zone, r.locale, r.why, r.created_at, r.started_at, r.finished_at, r.expires_at`

func scanRun(scan func(into ...any) error) (report.Run, error) {
	var r report.Run
	var realm, created int64
	var request, columns, places, filters string
	var started, finished, expires sql.NullInt64
	if err := scan(&realm, &r.ID, &r.Organization, &r.Account, &r.Person, &r.Company, &request, &r.Format, &r.State,
		&r.Rows, &r.Expected, &r.Learners, &r.ReachTotal, &columns, &places, &filters, &r.Bytes, &r.SHA256,
		&r.Zone, &r.Locale, &r.Why, &created, &started, &finished, &expires); err != nil {
		return r, err
	}
	r.Realm, r.CreatedAt, r.StartedAt, r.FinishedAt, r.ExpiresAt = access.RealmID(realm), time.UnixMicro(created).UTC(), instant(started), instant(finished), instant(expires)
	return r, errors.Join(
		json.Unmarshal([]byte(request), &r.Request), json.Unmarshal([]byte(columns), &r.Columns),
		json.Unmarshal([]byte(places), &r.Places), json.Unmarshal([]byte(filters), &r.Filters),
	)
}

// ofOwner is the condition that a run (alias r) is the actor's own, asked for
// where they ask now; its values begin the parameters.
const ofOwner = `r.realm_id = $1 and r.account_id = $2 and coalesce(r.inside_id, '') = $3`

func owner(self access.Reach) *params {
	actor := self.Actor()
	return with(int64(actor.Realm), string(actor.Account), string(actor.Inside()))
}

// AddRun keeps a new run, with its job where it waits.
func (db *DB) AddRun(ctx context.Context, self access.Reach, run report.Run, most int) (report.Run, error) {
	actor := self.Actor()
	request, err := asJSON(run.Request)
	if err != nil {
		return run, err
	}
	err = db.change(ctx, func(t *tx) error {
		p := with(int64(actor.Realm), string(actor.Account))
		// The account's row is held, so that two requests at once are counted one after the other.
		if err := one(ctx, t, `select organization_id from account where realm_id = $1 and account_id = $2`+t.db.dialect.holdRows, p.list, &run.Organization); err != nil {
			return err
		}
		if err := one(ctx, t, `select a.organization_id, a.name, o.name, coalesce(a.zone, o.zone), coalesce(a.locale, o.locale, '') from account a
			join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
			where a.realm_id = $1 and a.account_id = $2 and a.status = 'active'`, p.list,
			&run.Organization, &run.Person, &run.Company, &run.Zone, &run.Locale); err != nil {
			return err
		}
		if inside := actor.Inside(); inside != "" { // the file is one of the client's, who had it made is not
			if err := one(ctx, t, `select o.organization_id, coalesce(a.zone, o.zone), coalesce(a.locale, o.locale, '') from organization o
				join account a on a.realm_id = o.realm_id and a.account_id = $2
				where o.realm_id = $1 and o.organization_id = $3`, owner(self).list, &run.Organization, &run.Zone, &run.Locale); err != nil {
				return err
			}
		}
		if run.Key != "" {
			earlier, found, err := t.runOfKey(ctx, with(p.list...), &run)
			if err != nil {
				return err
			}
			if found {
				run = earlier
				return nil
			}
		}
		var open int
		if err := one(ctx, t, `select count(*) from report_run r where r.realm_id = $1 and r.account_id = $2 and r.state in ('waiting', 'running')`, p.list, &open); err != nil {
			return err
		}
		if open >= most {
			return report.ErrOpenRuns
		}
		run.Realm, run.Account, run.CreatedAt = actor.Realm, actor.Account, db.now().UTC().Truncate(time.Microsecond)
		started, attempt := any(nil), 0
		if run.State == report.RunRunning {
			run.StartedAt = run.CreatedAt
			started, attempt = micros(run.StartedAt), 1
		}
		if _, err := t.exec(ctx, `insert into report_run (realm_id, run_id, organization_id, account_id, person, company, report, request_json, format, state, attempt,
				row_count, expected, learners, reach_total, columns_json, places_json, filters_json, bytes, zone, locale, why, created_at, started_at, touched_at, request_key, inside_id)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, 0, 0, '[]', '[]', '[]', 0, $13, $14, '', $15, $16, $15, $17, $18)`,
			int64(run.Realm), string(run.ID), string(actor.Own()), string(run.Account), run.Person, run.Company, string(run.Request.Report), request,
			string(run.Format), string(run.State), attempt, run.Expected, run.Zone, run.Locale, run.CreatedAt.UnixMicro(), started, orNull(run.Key), orNull(actor.Inside())); err != nil {
			return err
		}
		if run.State == report.RunWaiting {
			if err := t.enqueue(ctx, run.Realm, report.RunJob, report.RunRef{Run: run.ID}); err != nil {
				return err
			}
		}
		return t.auditRun(ctx, actor, &run, "report.asked", nil)
	})
	return run, err
}

// auditRun writes what became of a run: whose report, of what, and how far it came.
func (t *tx) auditRun(ctx context.Context, actor access.Actor, run *report.Run, action string, more map[string]any) error {
	after := map[string]any{"request": run.Request, "format": run.Format}
	for k, v := range more {
		after[k] = v
	}
	return t.audit(ctx, actor, audit.Event{Organization: run.Organization, Action: action, SubjectKind: "report_run", SubjectID: string(run.ID), After: after})
}

// outcome is what the audit says of a file: who was exported, and which file it was.
func outcome(run *report.Run) map[string]any {
	return map[string]any{"rows": run.Rows, "learners": run.Learners, "reach_total": run.ReachTotal, "columns": run.Columns, "bytes": run.Bytes, "sha256": run.SHA256}
}

// Runs lists the owner's runs, the newest first.
func (db *DB) Runs(ctx context.Context, self access.Reach, after report.RunPosition, limit int) ([]report.Run, int, error) {
	var list []report.Run
	var total int
	err := db.view(ctx, func(q querier) error {
		p := owner(self)
		if err := one(ctx, q, `select count(*) from report_run r where `+ofOwner, p.list, &total); err != nil {
			return err
		}
		where := ofOwner
		if after.Run != "" {
			where += ` and (r.created_at, r.run_id) < (` + p.put(after.At.UnixMicro()) + `, ` + p.put(string(after.Run)) + `)`
		}
		var err error
		list, err = collect(ctx, q, `select `+runColumns+` from report_run r where `+where+` order by r.created_at desc, r.run_id desc limit `+p.put(limit), p.list,
			func(row *sql.Rows) (report.Run, error) { return scanRun(row.Scan) })
		return err
	})
	return list, total, err
}

// FindRun finds one of the owner's runs.
func (db *DB) FindRun(ctx context.Context, self access.Reach, id report.RunID) (report.Run, error) {
	p := owner(self)
	return findRun(ctx, db.read, ofOwner+` and r.run_id = `+p.put(string(id)), p)
}

func findRun(ctx context.Context, q querier, where string, p *params) (report.Run, error) {
	return scanRun(func(into ...any) error {
		return one(ctx, q, `select `+runColumns+` from report_run r where `+where, p.list, into...)
	})
}

// CancelRun ends a run that waits or works, and deletes the file of one that is done.
func (db *DB) CancelRun(ctx context.Context, self access.Reach, id report.RunID) error {
	return db.change(ctx, func(t *tx) error {
		p := owner(self)
		run, err := findRun(ctx, t, ofOwner+` and r.run_id = `+p.put(string(id))+t.db.dialect.holdRows, p)
		if err != nil {
			return err
		}
		state, action := report.RunCancelled, "report.cancelled"
		switch {
		case run.State == report.RunDone:
			state, action = report.RunExpired, "report.deleted" // its manifest can still be verified
		case !run.State.Open():
			return nil
		}
		if err := t.closeRun(ctx, run.Realm, run.ID, state); err != nil {
			return err
		}
		return t.auditRun(ctx, self.Actor(), &run, action, outcome(&run))
	})
}

// closeRun gives a run its last state and takes its file away. Whom a file was
// about is kept where it was one: these people may ask who exported them.
func (t *tx) closeRun(ctx context.Context, realm access.RealmID, id report.RunID, state report.RunState) error {
	now := t.db.now().UnixMicro()
	if _, err := t.exec(ctx, `update report_run set state = $1, finished_at = coalesce(finished_at, $2), touched_at = $2, about = case when state = 'done' then about end
		where realm_id = $3 and run_id = $4`, string(state), now, int64(realm), string(id)); err != nil {
		return err
	}
	return t.dropParts(ctx, realm, id)
}

func (t *tx) dropParts(ctx context.Context, realm access.RealmID, id report.RunID) error {
	_, err := t.exec(ctx, `delete from report_part where realm_id = $1 and run_id = $2`, int64(realm), string(id))
	return err
}

// RunAbout reads whom a file is about.
func (db *DB) RunAbout(ctx context.Context, self access.Reach, id report.RunID) ([]byte, error) {
	p := owner(self)
	var about []byte
	err := one(ctx, db.read, `select r.about from report_run r where `+ofOwner+` and r.state = 'done' and r.run_id = `+p.put(string(id)), p.list, &about)
	return about, err
}

// FetchRun notes that the owner fetches a file.
func (db *DB) FetchRun(ctx context.Context, self access.Reach, id report.RunID) error {
	return db.change(ctx, func(t *tx) error {
		p := owner(self)
		run, err := findRun(ctx, t, ofOwner+` and r.state = 'done' and r.run_id = `+p.put(string(id)), p)
		if err != nil {
			return err
		}
		return t.auditRun(ctx, self.Actor(), &run, "report.fetched", outcome(&run))
	})
}

// RunPart reads a part of a file that can be fetched.
func (db *DB) RunPart(ctx context.Context, self access.Reach, id report.RunID, no int) (report.RunPart, error) {
	p := owner(self)
	part := report.RunPart{No: no}
	err := one(ctx, db.read, `select x.size, x.packed from report_run r join report_part x on x.realm_id = r.realm_id and x.run_id = r.run_id
		where `+ofOwner+` and r.state = 'done' and r.run_id = `+p.put(string(id))+` and x.part_no = `+p.put(no), p.list, &part.Size, &part.Packed)
	return part, err
}

// RunBySum finds the latest run whose file had a hash.
func (db *DB) RunBySum(ctx context.Context, sum string) (report.Run, error) {
	return findRun(ctx, db.read, `r.sha256 = $1 order by r.created_at desc, r.run_id limit 1`, with(sum))
}

// Standing loads what an account holds now where its file was asked for, and
// tells whether it can be worked in.
func (db *DB) Standing(ctx context.Context, realm access.RealmID, account access.AccountID, at access.OrgID) (facts access.Facts, active bool, err error) {
	err = db.view(ctx, func(q querier) error {
		m, err := membership(ctx, q, `where a.realm_id = $1 and a.account_id = $2`, int64(realm), string(account))
		if err != nil {
			return err
		}
		active = m.OpenAt(db.now())
		if facts, err = loadFacts(ctx, q, realm, account); err != nil || at == m.Organization.ID {
			return err
		}
		client, err := organizationOf(ctx, q, realm, at)
		facts = facts.Inside(client.ID, client.Path)
		return err
	})
	return facts, active, err
}
