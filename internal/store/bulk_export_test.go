package store

import (
	"context"
	"encoding/json"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
)

// RenameCompany is a kind of act of a test's own: it gives every purchase of a
// company another label, and takes that back.
type RenameCompany struct{ DB *DB }

// Kind names it.
func (RenameCompany) Kind() bulk.Kind { return "test.rename" }

func (RenameCompany) plan(ctx context.Context, q querier, realm access.RealmID, from string) (bulk.Plan, error) {
	rows, err := q.QueryContext(ctx, `select purchase_id from purchase where realm_id = $1 and company = $2 order by purchase_id`, int64(realm), from)
	if err != nil {
		return bulk.Plan{}, err
	}
	defer rows.Close()
	var plan bulk.Plan
	for rows.Next() {
		l := bulk.Line{Result: "renamed", OK: true}
		if err := rows.Scan(&l.Subject); err != nil {
			return plan, err
		}
		plan.Lines = append(plan.Lines, l)
	}
	plan.Facts = map[string]int{"purchases": len(plan.Lines)}
	return plan, rows.Err()
}

// Plan lists the purchases of the company.
func (h RenameCompany) Plan(ctx context.Context, asks bulk.Asks, subject string, _ json.RawMessage) (bulk.Plan, error) {
	reach := asks(access.LicenseView)
	if err := reach.For(access.LicenseView); err != nil {
		return bulk.Plan{}, err
	}
	return h.plan(ctx, h.DB.read, reach.Actor().Realm, subject)
}

// Do renames them.
func (h RenameCompany) Do(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	actor := asks(access.LicenseView).Actor()
	var to string
	if err := json.Unmarshal(act.Input, &to); err != nil {
		return act, err
	}
	var done bulk.Act
	err := h.DB.change(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `update realm set nodes = nodes where realm_id = $1`, int64(actor.Realm)); err != nil {
			return err // one after the other
		}
		plan, err := h.plan(ctx, t, actor.Realm, act.Subject)
		if err != nil {
			return err
		}
		if err := act.Still(plan); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update purchase set company = $1 where realm_id = $2 and company = $3`, to, int64(actor.Realm), act.Subject); err != nil {
			return err
		}
		done, err = t.finishAct(ctx, actor, act, plan, to)
		return err
	})
	return done, err
}

// Undo gives them their old label back.
func (h RenameCompany) Undo(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	actor := asks(access.LicenseView).Actor()
	var to string
	if err := json.Unmarshal(act.Undo, &to); err != nil {
		return act, err
	}
	var undone bulk.Act
	err := h.DB.change(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `update purchase set company = $1 where realm_id = $2 and company = $3`, act.Subject, int64(actor.Realm), to); err != nil {
			return err
		}
		var err error
		undone, err = t.undoAct(ctx, actor, act, act.Plan)
		return err
	})
	return undone, err
}
