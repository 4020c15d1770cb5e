package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/location"
)

// TakeLocationsBack takes an import back: what it added and nothing has come to
// since is retired, and its id is free again; what it renamed and nobody has
// changed since gets its name and type back.
func (db *DB) TakeLocationsBack(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error) {
	var undo broughtIn
	if err := json.Unmarshal(act.Undo, &undo); err != nil {
		return bulk.Act{}, fmt.Errorf("undo of act %s: %w", act.ID, err)
	}
	actor := reach.Actor()
	var done bulk.Act
	err := db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		o, err := organizationOf(ctx, t, actor.Realm, at.organization)
		if err != nil {
			return err
		}
		before, err := beforeImport(ctx, t, fresh, o)
		if err != nil {
			return err
		}
		back := importBack{locationImport: locationImport{tx: t, organization: o, actor: actor, act: act.ID}, known: map[location.ID]location.Known{}, types: before.Types}
		for _, k := range before.Known {
			back.known[k.ID] = k
		}
		if err := back.retire(ctx, undo.Added); err != nil {
			return err
		}
		if err := back.restore(ctx, undo.Changed); err != nil {
			return err
		}
		if err := t.auditAll(ctx, actor, back.events); err != nil {
			return err
		}
		done, err = t.undoAct(ctx, actor, act, back.plan)
		return err
	})
	return done, err
}

// importBack is an import that is being taken back.
type importBack struct {
	locationImport
	known map[location.ID]location.Known
	types location.Types
	plan  bulk.Plan
}

func (b *importBack) line(k location.Known, id location.ID, ok bool) {
	l := bulk.Line{Subject: k.Name, Result: location.LineKept, OK: ok}
	if l.Subject == "" {
		l.Subject = string(id)
	}
	if k.ExternalID != "" {
		l.Subject += " · " + k.ExternalID
	}
	if ok {
		l.Result = location.LineTakenBack
	}
	b.plan.Lines = append(b.plan.Lines, l)
}

// retire takes added locations out of use, the deepest first, as far as they are empty.
func (b *importBack) retire(ctx context.Context, added []location.ID) error {
	busy, err := b.busy(ctx)
	if err != nil {
		return err
	}
	left := map[location.ID]int{}
	for _, k := range b.known {
		if k.RetiredAt.IsZero() {
			left[k.Parent]++
		}
	}
	deepest := slices.Clone(added)
	slices.SortStableFunc(deepest, func(x, y location.ID) int { return cmp.Compare(len(b.known[y].Path), len(b.known[x].Path)) })
	var gone []location.ID
	kept := map[location.ID]bool{}
	for _, id := range deepest {
		k := b.known[id]
		if k.Editable && k.RetiredAt.IsZero() && !busy[id] && left[id] == 0 {
			gone = append(gone, id)
			left[k.Parent]--
			b.tell("location.retired", id, saidOf{k.Name, k.ExternalID, k.Type, k.Parent}, map[string]bulk.ID{"import_undone": b.act})
		} else {
			kept[id] = true
		}
	}
	for _, id := range added {
		b.line(b.known[id], id, !kept[id])
	}
	for chunk := range slices.Chunk(gone, 400) {
		p := with(b.db.now().UnixMicro(), int64(b.organization.Realm))
		if _, err := b.exec(ctx, `update location set retired_at = $1, external_id = null where realm_id = $2 and location_id in `+in(p, chunk), p.list...); err != nil {
			return err
		}
	}
	return nil
}

// busy tells at which locations of the organization somebody is placed or holds a role.
func (b *importBack) busy(ctx context.Context) (map[location.ID]bool, error) {
	out := map[location.ID]bool{}
	err := each(ctx, b, `select a.location_id from account a where a.realm_id = $1 and a.organization_id = $2 and a.location_id is not null and a.status <> 'erased' group by a.location_id
		union select l.location_id from role_grant g join location l on l.realm_id = g.realm_id and l.location_id = g.node_location_id
			where g.realm_id = $1 and l.organization_id = $2 and g.ended_at is null and (g.until_at is null or g.until_at > $3)
		union select x.node_id from policy_place x where x.realm_id = $1 and x.node_kind = 'location' and (x.until_at is null or x.until_at > $3)`,
		[]any{int64(b.organization.Realm), string(b.organization.ID), b.db.now().UnixMicro()}, func(row *sql.Rows) error {
			var id string
			err := row.Scan(&id)
			out[location.ID(id)] = true
			return err
		})
	return out, err
}

// restore gives locations back what they were called before the import, the
// last one first.
func (b *importBack) restore(ctx context.Context, changed []broughtInChange) error {
	for _, c := range slices.Backward(changed) {
		k := b.known[c.ID]
		ok := k.Editable && k.RetiredAt.IsZero() && location.Edit{Name: k.Name, ExternalID: k.ExternalID, Type: k.Type} == c.After
		if ok && c.Before.Type != c.After.Type {
			ok = b.types.Fits(c.Before.Type, b.known[k.Parent].Type, k.Parent == "")
			for _, child := range b.known {
				ok = ok && (child.Parent != k.ID || !child.RetiredAt.IsZero() || b.types.Fits(child.Type, c.Before.Type, false))
			}
		}
		b.line(k, c.ID, ok)
		if !ok {
			continue
		}
		if err := b.call(ctx, b.organization.Realm, c.ID, c.Before); err != nil {
			return err
		}
		b.tell("location.changed", c.ID, saidOf{c.After.Name, c.After.ExternalID, c.After.Type, ""}, importSaid{saidOf{c.Before.Name, c.Before.ExternalID, c.Before.Type, ""}, b.act})
		k.Name, k.ExternalID, k.Type = c.Before.Name, c.Before.ExternalID, c.Before.Type
		b.known[k.ID] = k
	}
	return nil
}
