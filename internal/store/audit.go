package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
)

var _ audit.Store = (*DB)(nil)

// AuditEvents lists events of the reach, the latest first. Whoever reaches a
// whole organization reads all that stands in its log; whoever reaches a part
// of one reads what is about people and places there.
func (db *DB) AuditEvents(ctx context.Context, reach access.Reach, q audit.Query, after audit.Position, limit int) ([]audit.Record, error) {
	var out []audit.Record
	err := db.view(ctx, func(tx querier) error {
		p := with(int64(reach.Actor().Realm))
		where, err := ofLog(ctx, tx, reach, p)
		if err != nil {
			return err
		}
		where += db.narrowed(q, p)
		if after.ID != "" {
			where += ` and (e.at, e.event_id) < (` + p.put(after.At.UnixMicro()) + `, ` + p.put(after.ID) + `)`
		}
		out, err = collect(ctx, tx, `select e.event_id, e.at, coalesce(e.organization_id, ''), coalesce(e.actor_id, ''), e.actor_system, coalesce(e.token_id, ''),
				e.action, e.subject_kind, e.subject_id, e.before_json, e.after_json, e.reason, e.request_id, coalesce(e.inside_id, '')
			from audit_event e where e.realm_id = $1 and `+where+` order by e.at desc, e.event_id desc limit `+p.put(limit), p.list, scanEvent)
		return err
	})
	return out, err
}

// AuditCount counts events of the reach, and no further than most.
func (db *DB) AuditCount(ctx context.Context, reach access.Reach, q audit.Query, most int) (n int, err error) {
	err = db.view(ctx, func(tx querier) error {
		p := with(int64(reach.Actor().Realm))
		where, err := ofLog(ctx, tx, reach, p)
		if err != nil {
			return err
		}
		where += db.narrowed(q, p)
		return one(ctx, tx, `select count(*) from (select e.event_id from audit_event e where e.realm_id = $1 and `+where+` limit `+p.put(most)+`) x`, p.list, &n)
	})
	return n, err
}

func scanEvent(row *sql.Rows) (audit.Record, error) {
	var r audit.Record
	var at int64
	err := row.Scan(&r.ID, &at, &r.OrganizationID, &r.ActorID, &r.System, &r.Token,
		&r.Action, &r.Subject.Kind, &r.Subject.ID, &r.BeforeJSON, &r.AfterJSON, &r.Reason, &r.RequestID, &r.InsideID)
	r.At = time.UnixMicro(at).UTC()
	return r, err
}

// ofLog is the condition that an event (alias e) lies in the reach.
func ofLog(ctx context.Context, q querier, reach access.Reach, p *params) (string, error) {
	within := with(int64(reach.Actor().Realm))
	type organization struct {
		id   string
		path access.Path
	}
	reached, err := collect(ctx, q, `select o.organization_id, o.path from organization o where o.realm_id = $1 and `+visibleThing(reach, thing{place: "o.path"}, within)+
		` order by o.organization_id`, within.list, func(row *sql.Rows) (o organization, err error) {
		var path string
		err = row.Scan(&o.id, &path)
		o.path = access.Path(path)
		return o, err
	})
	if err != nil {
		return "", err
	}
	var whole []string
	for _, o := range reached {
		if slices.ContainsFunc(reach.Blocks(), func(b access.Block) bool { return wholeOf(b, o.path) }) {
			whole = append(whole, o.id)
		}
	}
	var any []string
	if len(whole) > 0 {
		any = append(any, "e.organization_id in "+in(p, whole))
	}
	if slices.ContainsFunc(reach.Blocks(), func(b access.Block) bool { return !wholeOf(b, b.Lo) }) {
		any = append(any,
			"(e.subject_kind = 'account' and exists (select 1 from account a where a.realm_id = e.realm_id and a.account_id = e.subject_id and "+visible(reach, "a", p)+"))",
			"(e.subject_kind = 'location' and exists (select 1 from location l where l.realm_id = e.realm_id and l.location_id = e.subject_id and "+
				visibleThing(reach, thing{place: "l.path"}, p)+"))")
	}
	return either(any), nil
}

// wholeOf tells whether a block holds all of the organization at a path, with its locations.
func wholeOf(b access.Block, at access.Path) bool {
	_, end := access.Within.Range(at)
	return !b.Own && b.IsRange() && at != "" && at == at.OrganizationPath() && b.Lo <= at && end <= b.Hi
}

// narrowed is what the query asks for.
func (db *DB) narrowed(q audit.Query, p *params) string {
	where := ""
	if !q.From.IsZero() {
		where += " and e.at >= " + p.put(q.From.UnixMicro())
	}
	if !q.Until.IsZero() {
		where += " and e.at < " + p.put(q.Until.UnixMicro())
	}
	if q.Actor != "" {
		where += " and e.actor_id = " + p.put(string(q.Actor))
	}
	if q.Action != "" {
		if last := q.Action[len(q.Action)-1]; last == '.' {
			where += " and e.action >= " + p.put(q.Action) + " and e.action < " + p.put(q.Action[:len(q.Action)-1]+"/")
		} else {
			where += " and e.action = " + p.put(q.Action)
		}
	}
	if q.Quiet {
		area := audit.SignIns[:len(audit.SignIns)-1]
		where += " and (e.action < " + p.put(area+".") + " or e.action >= " + p.put(area+"/") + ")"
	}
	if q.Kind != "" {
		where += " and e.subject_kind = " + p.put(q.Kind)
	}
	if q.Subject != "" {
		where += " and e.subject_id = " + p.put(q.Subject)
	}
	if q.Request != "" {
		where += " and e.request_id = " + p.put(q.Request)
	}
	if q.Person != "" {
		id := p.put(string(q.Person))
		where += " and (e.actor_id = " + id + " or e.subject_id = " + id + " or " + db.dialect.contains("e.before_json", id) + " or " + db.dialect.contains("e.after_json", id) + ")"
	}
	return where
}

// AuditKey reads the key that cursors of the log are signed with.
func (db *DB) AuditKey(ctx context.Context) ([]byte, error) { return cursorKey(ctx, db.read) }

// NoteExport writes into the log that it was taken away, and how it was narrowed.
func (db *DB) NoteExport(ctx context.Context, reach access.Reach, q audit.Query, format string) error {
	actor, after := reach.Actor(), map[string]any{"format": format}
	for field, value := range map[string]string{
		"actor": string(q.Actor), "action": q.Action, "kind": q.Kind, "subject": q.Subject, "account": string(q.Person), "request": q.Request,
	} {
		if value != "" {
			after[field] = value
		}
	}
	if q.Quiet {
		after["action"] = "not " + audit.SignIns
	}
	for field, at := range map[string]time.Time{"from": q.From, "until": q.Until} {
		if !at.IsZero() {
			after[field] = at
		}
	}
	return db.change(ctx, func(t *tx) error {
		return t.audit(ctx, actor, audit.Event{
			Organization: actor.Organization, Action: "audit.exported", SubjectKind: "organization", SubjectID: string(actor.Organization), After: after,
		})
	})
}
