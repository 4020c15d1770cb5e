package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/report"
)

var _ report.ViewStore = (*DB)(nil)

// viewsSeen finds the views (alias v) of the actor's organization that are
// their own or shared by somebody who is still there; in a client those that
// people of the same master made in it.
const viewsSeen = `select v.view_id, v.name, v.shared, v.account_id = $2, a.name, v.request_json, v.updated_at from report_view v
	join account a on a.realm_id = v.realm_id and a.account_id = v.account_id
	where v.realm_id = $1 and (v.account_id = $2 or v.shared) and v.organization_id = $3 and coalesce(v.inside_id, '') = $4`

func seenViews(reach access.Reach) *params {
	actor := reach.Actor()
	return with(int64(actor.Realm), string(actor.Account), string(actor.Own()), string(actor.Inside()))
}

func scanView(row *sql.Rows) (report.View, error) {
	var v report.View
	var request string
	var updated int64
	if err := row.Scan(&v.ID, &v.Name, &v.Shared, &v.Mine, &v.Owner, &request, &updated); err != nil {
		return v, err
	}
	v.UpdatedAt = time.UnixMicro(updated).UTC()
	return v, json.Unmarshal([]byte(request), &v.Request)
}

// Views lists the saved views of a report by name.
func (db *DB) Views(ctx context.Context, reach access.Reach, key report.Key) ([]report.View, error) {
	p := seenViews(reach)
	const most = 1000 // of a report in an organization; each person has at most a hundred
	return collect(ctx, db.read, viewsSeen+` and v.report = `+p.put(string(key))+` order by v.name_folded, v.view_id limit `+p.put(most), p.list, scanView)
}

// View finds one of them.
func (db *DB) View(ctx context.Context, reach access.Reach, id report.ViewID) (report.View, error) {
	p := seenViews(reach)
	list, err := collect(ctx, db.read, viewsSeen+` and v.view_id = `+p.put(string(id)), p.list, scanView)
	if err != nil {
		return report.View{}, err
	}
	if len(list) == 0 {
		return report.View{}, fault.ErrNotFound
	}
	return list[0], nil
}

// AddView keeps a new view.
func (db *DB) AddView(ctx context.Context, reach access.Reach, v report.View, limit int) error {
	actor := reach.Actor()
	request, err := asJSON(v.Request)
	if err != nil {
		return err
	}
	return db.change(ctx, func(t *tx) error {
		if _, err := t.decideAgain(ctx, reach); err != nil {
			return err
		}
		p := with(int64(actor.Realm), string(actor.Account))
		// The account's row is held, so that two requests at once are counted one after the other.
		var id string
		if err := one(ctx, t, `select account_id from account where realm_id = $1 and account_id = $2`+t.db.dialect.holdRows, p.list, &id); err != nil {
			return err
		}
		var views int
		if err := one(ctx, t, `select count(*) from report_view where realm_id = $1 and account_id = $2`, p.list, &views); err != nil {
			return err
		}
		if views >= limit {
			return report.ErrViewLimit
		}
		now := v.UpdatedAt.UnixMicro()
		_, err := t.exec(ctx, `insert into report_view (realm_id, view_id, organization_id, account_id, report, name, name_folded, shared, request_json, created_at, updated_at, inside_id)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)`,
			int64(actor.Realm), string(v.ID), string(actor.Own()), string(actor.Account), string(v.Request.Report), v.Name, fold.Text(v.Name), v.Shared, request, now, orNull(actor.Inside()))
		if err != nil {
			return sameName(err)
		}
		return t.auditView(ctx, actor, "report_view.saved", v.ID, nil, &v)
	})
}

func sameName(err error) error {
	if breaks(err, ruleUnique, "report_view") {
		return report.ErrViewName
	}
	return err
}

// ChangeView changes one of the actor's own.
func (db *DB) ChangeView(ctx context.Context, reach access.Reach, v report.View) error {
	actor := reach.Actor()
	request, err := asJSON(v.Request)
	if err != nil {
		return err
	}
	return db.change(ctx, func(t *tx) error {
		if _, err := t.decideAgain(ctx, reach); err != nil {
			return err
		}
		before, err := t.ownView(ctx, actor, v.ID)
		if err != nil {
			return err
		}
		if before.Request.Report != v.Request.Report {
			return fault.ErrNotFound
		}
		_, err = t.exec(ctx, `update report_view set name = $1, name_folded = $2, shared = $3, request_json = $4, updated_at = $5 where realm_id = $6 and view_id = $7`,
			v.Name, fold.Text(v.Name), v.Shared, request, v.UpdatedAt.UnixMicro(), int64(actor.Realm), string(v.ID))
		if err != nil {
			return sameName(err)
		}
		return t.auditView(ctx, actor, "report_view.changed", v.ID, &before, &v)
	})
}

// DeleteView deletes one of the actor's own.
func (db *DB) DeleteView(ctx context.Context, reach access.Reach, id report.ViewID) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		before, err := t.ownView(ctx, actor, id)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `delete from report_view where realm_id = $1 and view_id = $2`, int64(actor.Realm), string(id)); err != nil {
			return err
		}
		return t.auditView(ctx, actor, "report_view.deleted", id, &before, nil)
	})
}

// ownView finds a view of the actor's own and holds it.
func (t *tx) ownView(ctx context.Context, actor access.Actor, id report.ViewID) (report.View, error) {
	v := report.View{ID: id}
	var request string
	err := one(ctx, t, `select name, shared, request_json from report_view where realm_id = $1 and account_id = $2 and view_id = $3`+t.db.dialect.holdRows,
		[]any{int64(actor.Realm), string(actor.Account), string(id)}, &v.Name, &v.Shared, &request)
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(request), &v.Request)
}

func (t *tx) auditView(ctx context.Context, actor access.Actor, action string, id report.ViewID, before, after *report.View) error {
	e := audit.Event{Organization: actor.Organization, Action: action, SubjectKind: "report_view", SubjectID: string(id)}
	said := func(v *report.View) any {
		return map[string]any{"name": v.Name, "shared": v.Shared, "request": v.Request}
	}
	if before != nil {
		e.Before = said(before)
	}
	if after != nil {
		e.After = said(after)
	}
	return t.audit(ctx, actor, e)
}
