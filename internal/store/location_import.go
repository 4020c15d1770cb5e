package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/org"
)

// PlanLocations tells what ImportLocations would do now.
func (db *DB) PlanLocations(ctx context.Context, reach access.Reach, sheet location.Sheet) (bulk.Plan, error) {
	var plan bulk.Plan
	err := db.view(ctx, func(q querier) error {
		o, err := organizationOf(ctx, q, reach.Actor().Realm, reach.Actor().Organization)
		if err != nil {
			return err
		}
		before, err := beforeImport(ctx, q, reach, o)
		plan = location.ImportPlan(before.Plan(sheet))
		return err
	})
	return plan, err
}

// beforeImport reads what an import into the asker's organization finds.
func beforeImport(ctx context.Context, q querier, reach access.Reach, o org.Organization) (location.Before, error) {
	if !o.Locations {
		return location.Before{}, location.ErrOff
	}
	out := location.Before{Top: holdsAll(reach, o.Path), Hierarchies: o.Hierarchies}
	var err error
	if out.Types, err = typesOf(ctx, q, o.Realm, o.ID); err != nil {
		return out, err
	}
	out.Known, err = collect(ctx, q, `select `+locationColumns+fromLocation+`l.organization_id = $2 order by l.path`,
		[]any{int64(o.Realm), string(o.ID)}, func(row *sql.Rows) (location.Known, error) {
			var r locationRow
			err := r.into()(row)
			k := location.Known{Place: r.Place, Open: holdsAll(reach, r.Path)}
			k.Editable, _ = reach.CoversThing(access.Thing{Place: r.Path})
			return k, err
		})
	return out, err
}

// broughtIn is what taking an import back needs.
type broughtIn struct {
	Added   []location.ID     `json:"added"`
	Changed []broughtInChange `json:"changed"`
}

type broughtInChange struct {
	ID     location.ID   `json:"id"`
	Before location.Edit `json:"before"`
	After  location.Edit `json:"after"`
}

// ImportLocations does what a confirmed act says, in one transaction. Nobody is
// placed at what it adds, so that nobody's sight changes.
func (db *DB) ImportLocations(ctx context.Context, reach access.Reach, sheet location.Sheet, act bulk.Act) (bulk.Act, error) {
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
		steps := before.Plan(sheet)
		plan := location.ImportPlan(steps)
		if err := act.Still(plan); err != nil {
			return err
		}
		in := locationImport{tx: t, organization: o, actor: actor, act: act.ID}
		if err := in.add(ctx, before, location.ParentsFirst(steps)); err != nil {
			return err
		}
		if err := in.edit(ctx, steps); err != nil {
			return err
		}
		if err := t.auditAll(ctx, actor, in.events); err != nil {
			return err
		}
		done, err = t.finishAct(ctx, actor, act, plan, in.undo)
		return err
	})
	return done, err
}

// locationImport is an import on its way.
type locationImport struct {
	*tx
	organization org.Organization
	actor        access.Actor
	act          bulk.ID
	undo         broughtIn
	events       []audit.Event
}

// importSaid is what audit events of an import say besides.
type importSaid struct {
	saidOf
	Act bulk.ID `json:"import"`
}

func (i *locationImport) tell(action string, id location.ID, before, after any) {
	i.events = append(i.events, audit.Event{Organization: i.organization.ID, Action: action, SubjectKind: "location", SubjectID: string(id), Before: before, After: after})
}

// add writes the new locations, parents first.
func (i *locationImport) add(ctx context.Context, before location.Before, steps []location.Step) error {
	if len(steps) == 0 {
		return nil
	}
	var no int64
	if err := one(ctx, i, `update realm set nodes = nodes + $1 where realm_id = $2 returning nodes`, []any{int64(len(steps)), int64(i.organization.Realm)}, &no); err != nil {
		return err
	}
	no -= int64(len(steps))
	type made struct {
		id   location.ID
		path access.Path
	}
	known, fresh := map[location.ID]access.Path{"": i.organization.Path}, map[string]made{}
	for _, k := range before.Known {
		known[k.ID] = k.Path
	}
	now := i.db.now().UnixMicro()
	var rows, places [][]any
	for _, s := range steps {
		no++
		up := made{id: s.Below, path: known[s.Below]}
		if s.Under != "" {
			up = fresh[s.Under]
		}
		here := made{location.ID(access.NewID()), up.path.Location(no)}
		fresh[s.Line.ID] = here
		rows = append(rows, []any{
			int64(i.organization.Realm), string(here.id), string(i.organization.ID), orNull(up.id), string(here.path), s.Edit.Name, fold.Text(s.Edit.Name),
			orNull(s.Edit.ExternalID), orNull(s.Edit.Type), now,
		})
		places = append(places, []any{int64(i.organization.Realm), string(here.id), now, orNull(up.id)})
		i.undo.Added = append(i.undo.Added, here.id)
		i.tell("location.added", here.id, nil, importSaid{saidOf{s.Edit.Name, s.Edit.ExternalID, s.Edit.Type, up.id}, i.act})
	}
	err := i.insert(ctx, "location", `realm_id, location_id, organization_id, parent_id, path, name, name_folded, external_id, type_id, created_at`, rows)
	if breaks(err, ruleUnique, "external_id") {
		return location.ErrIDTaken
	}
	if err != nil {
		return err
	}
	return i.insert(ctx, "location_place", `realm_id, location_id, from_at, parent_id`, places)
}

// edit gives locations that there are their new names and types.
func (i *locationImport) edit(ctx context.Context, steps []location.Step) error {
	for _, s := range steps {
		if s.Result != location.LineChanged {
			continue
		}
		if err := i.call(ctx, i.organization.Realm, s.At, s.Edit); err != nil {
			return err
		}
		i.undo.Changed = append(i.undo.Changed, broughtInChange{s.At, s.Was, s.Edit})
		i.tell("location.changed", s.At, saidOf{s.Was.Name, s.Was.ExternalID, s.Was.Type, ""}, importSaid{saidOf{s.Edit.Name, s.Edit.ExternalID, s.Edit.Type, ""}, i.act})
	}
	return nil
}

// call writes what a location is called, and of which type it is.
func (t *tx) call(ctx context.Context, realm access.RealmID, id location.ID, e location.Edit) error {
	_, err := t.exec(ctx, `update location set name = $1, name_folded = $2, external_id = $3, type_id = $4 where realm_id = $5 and location_id = $6`,
		e.Name, fold.Text(e.Name), orNull(e.ExternalID), orNull(e.Type), int64(realm), string(id))
	if breaks(err, ruleUnique, "external_id") {
		return location.ErrIDTaken
	}
	return err
}

// auditAll writes the events of a change of many things.
func (t *tx) auditAll(ctx context.Context, actor access.Actor, events []audit.Event) error {
	for _, e := range events {
		if err := t.audit(ctx, actor, e); err != nil {
			return err
		}
	}
	return nil
}
