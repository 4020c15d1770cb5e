package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
)

var _ bulk.Store = (*DB)(nil)

// AddAct keeps a preview.
func (db *DB) AddAct(ctx context.Context, self access.Reach, act bulk.Act) error {
	plan, err := json.Marshal(act.Plan)
	if err != nil {
		return fmt.Errorf("plan of an act: %w", err)
	}
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `insert into bulk_act (realm_id, act_id, organization_id, account_id, kind, subject_id, input_json, plan_json, state, created_at, expires_at, inside_id)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			int64(self.Actor().Realm), string(act.ID), string(self.Actor().Own()), string(act.Account), string(act.Kind), act.Subject,
			string(act.Input), string(plan), string(act.State), act.CreatedAt.UnixMicro(), act.ExpiresAt.UnixMicro(), orNull(self.Actor().Inside()))
		return err
	})
}

// ownAct is the condition that an act is the asker's own, made where they ask
// now: $1 to $3.
const ownAct = ` where realm_id = $1 and account_id = $2 and coalesce(inside_id, '') = $3`

const actColumns = `act_id, coalesce(inside_id, organization_id), account_id, kind, subject_id, input_json, plan_json, coalesce(undo_json, ''), coalesce(undone_json, ''), state,
	created_at, expires_at, done_at, undo_until, undone_at`

func scanAct(scan func(...any) error) (bulk.Act, error) {
	var a bulk.Act
	var id, organization, account, kind, state, input, plan, undo, undone string
	var created, expires int64
	var done, until, back sql.NullInt64
	if err := scan(&id, &organization, &account, &kind, &a.Subject, &input, &plan, &undo, &undone, &state, &created, &expires, &done, &until, &back); err != nil {
		return a, err
	}
	a.ID, a.Organization, a.Account, a.Kind, a.State = bulk.ID(id), access.OrgID(organization), access.AccountID(account), bulk.Kind(kind), bulk.State(state)
	a.Input, a.Undo = json.RawMessage(input), json.RawMessage(undo)
	a.CreatedAt, a.ExpiresAt = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	a.DoneAt, a.UndoUntil, a.UndoneAt = instant(done), instant(until), instant(back)
	for text, into := range map[string]*bulk.Plan{plan: &a.Plan, undone: &a.TakenBack} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return a, fmt.Errorf("plan of act %s: %w", id, err)
		}
	}
	return a, nil
}

// Act gives one of the asker's own acts.
func (db *DB) Act(ctx context.Context, self access.Reach, id bulk.ID) (bulk.Act, error) {
	found, err := collect(ctx, db.read, `select `+actColumns+` from bulk_act`+ownAct+` and act_id = $4`,
		[]any{int64(self.Actor().Realm), string(self.Actor().Account), string(self.Actor().Inside()), string(id)}, func(row *sql.Rows) (bulk.Act, error) { return scanAct(row.Scan) })
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return bulk.Act{}, err
	}
	return found[0], nil
}

// Acts lists the asker's own acts, the newest first.
func (db *DB) Acts(ctx context.Context, self access.Reach, query bulk.Query) ([]bulk.Act, error) {
	p := with(int64(self.Actor().Realm), string(self.Actor().Account), string(self.Actor().Inside()))
	where := ownAct
	if query.Kind != "" {
		where += ` and kind = ` + p.put(string(query.Kind))
	}
	if query.Subject != "" {
		where += ` and subject_id = ` + p.put(query.Subject)
	}
	return collect(ctx, db.read, `select `+actColumns+` from bulk_act`+where+` order by created_at desc, act_id desc limit `+p.put(query.Size()), p.list,
		func(row *sql.Rows) (bulk.Act, error) { return scanAct(row.Scan) })
}

// SweepActs removes previews that ran out, and acts that were done long ago.
func (db *DB) SweepActs(ctx context.Context, before, doneBefore time.Time) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `delete from bulk_act where (state = 'previewed' and expires_at < $1) or (state <> 'previewed' and done_at < $2)`,
			before.UnixMicro(), doneBefore.UnixMicro())
		return err
	})
}

// finishAct marks an act as done in the transaction that does it: plan is what
// was done, undo what taking it back needs (nil: it cannot be). An act that was
// confirmed already, that is not the actor's or that ran out stops the transaction.
func (t *tx) finishAct(ctx context.Context, actor access.Actor, act bulk.Act, plan bulk.Plan, undo any) (bulk.Act, error) {
	now := t.db.now().UTC().Truncate(time.Microsecond)
	act.Plan, act.State, act.DoneAt = plan, bulk.Done, now
	raw, err := json.Marshal(plan)
	if err != nil {
		return act, fmt.Errorf("plan of an act: %w", err)
	}
	if undo != nil {
		if act.Undo, err = json.Marshal(undo); err != nil {
			return act, fmt.Errorf("undo of an act: %w", err)
		}
		act.UndoUntil = now.Add(bulk.UndoFor)
	}
	changed, err := t.exec(ctx, `update bulk_act set state = 'done', plan_json = $1, undo_json = $2, done_at = $3, undo_until = $4
		where realm_id = $5 and account_id = $6 and act_id = $7 and state = 'previewed' and expires_at > $3`,
		string(raw), orNull(string(act.Undo)), now.UnixMicro(), micros(act.UndoUntil), int64(actor.Realm), string(actor.Account), string(act.ID))
	if err == nil && changed == 0 {
		err = bulk.ErrDone
	}
	return act, err
}

// undoAct marks an act as taken back in the transaction that does it; result
// says what came of each line.
func (t *tx) undoAct(ctx context.Context, actor access.Actor, act bulk.Act, result bulk.Plan) (bulk.Act, error) {
	now := t.db.now().UTC().Truncate(time.Microsecond)
	act.TakenBack, act.State, act.UndoneAt = result, bulk.Undone, now
	raw, err := json.Marshal(result)
	if err != nil {
		return act, fmt.Errorf("undone plan of an act: %w", err)
	}
	changed, err := t.exec(ctx, `update bulk_act set state = 'undone', undone_json = $1, undone_at = $2
		where realm_id = $3 and account_id = $4 and act_id = $5 and state = 'done' and undo_until > $2`,
		string(raw), now.UnixMicro(), int64(actor.Realm), string(actor.Account), string(act.ID))
	if err == nil && changed == 0 {
		err = bulk.ErrUndone
	}
	return act, err
}
