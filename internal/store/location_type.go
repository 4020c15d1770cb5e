package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/location"
)

// LocationTypes lists the types of the asker's organization.
func (db *DB) LocationTypes(ctx context.Context, reach access.Reach) (location.Types, error) {
	return typesOf(ctx, db.read, reach.Actor().Realm, reach.Actor().Organization)
}

func typesOf(ctx context.Context, q querier, realm access.RealmID, organization access.OrgID) (location.Types, error) {
	return collect(ctx, q, `select y.type_id, y.name, y.level, coalesce(y.requires_id, ''), coalesce(n.places, 0) from location_type y
		left join (select l.type_id, count(*) as places from location l where l.realm_id = $1 and l.organization_id = $2 and l.retired_at is null and l.type_id is not null
			group by l.type_id) n on n.type_id = y.type_id
		where y.realm_id = $1 and y.organization_id = $2 order by y.level`, []any{int64(realm), string(organization)}, func(row *sql.Rows) (location.Type, error) {
		var y location.Type
		var id, requires string
		err := row.Scan(&id, &y.Name, &y.Level, &requires, &y.Places)
		y.ID, y.Requires = location.TypeID(id), location.TypeID(requires)
		return y, err
	})
}

// changeTypes begins a change of the types of the asker's organization.
func (t *tx) changeTypes(ctx context.Context, reach access.Reach) (location.Types, error) {
	actor := reach.Actor()
	at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
	if err != nil {
		return nil, err
	}
	if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
		return nil, fault.ErrNotFound
	}
	return typesOf(ctx, t, actor.Realm, actor.Organization)
}

func (t *tx) auditType(ctx context.Context, actor access.Actor, action string, id location.TypeID, before, after any) error {
	return t.audit(ctx, actor, audit.Event{Organization: actor.Organization, Action: action, SubjectKind: "location_type", SubjectID: string(id), Before: before, After: after})
}

// typeSaid is what audit events of types say.
type typeSaid struct {
	Name     string          `json:"name"`
	Requires location.TypeID `json:"requires,omitempty"`
}

// AddLocationType adds a level below the others.
func (db *DB) AddLocationType(ctx context.Context, reach access.Reach, n location.NewType) (location.TypeID, error) {
	actor, id := reach.Actor(), location.TypeID(access.NewID())
	return id, db.change(ctx, func(t *tx) error {
		types, err := t.changeTypes(ctx, reach)
		if err != nil {
			return err
		}
		if err := types.Required("", n.Requires); err != nil {
			return err
		}
		level := 1
		if len(types) > 0 {
			level = types[len(types)-1].Level + 1
		}
		_, err = t.exec(ctx, `insert into location_type (realm_id, type_id, organization_id, level, name, name_folded, requires_id) values ($1, $2, $3, $4, $5, $6, $7)`,
			int64(actor.Realm), string(id), string(actor.Organization), level, n.Name, fold.Text(n.Name), orNull(n.Requires))
		switch {
		case breaks(err, ruleUnique, "name"):
			return location.ErrTypeTaken
		case err != nil:
			return err
		}
		return t.auditType(ctx, actor, "location_type.added", id, nil, typeSaid{n.Name, n.Requires})
	})
}

// EditLocationType renames a type and changes what it needs above it; every
// location of it has to fit.
func (db *DB) EditLocationType(ctx context.Context, reach access.Reach, id location.TypeID, n location.NewType) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		types, err := t.changeTypes(ctx, reach)
		if err != nil {
			return err
		}
		before, known := types.Find(id)
		if !known {
			return fault.ErrNotFound
		}
		if err := types.Required(id, n.Requires); err != nil {
			return err
		}
		var misfits bool
		if n.Requires != "" {
			if err := one(ctx, t, `select exists (select 1 from location l left join location u on u.realm_id = l.realm_id and u.location_id = l.parent_id
				where l.realm_id = $1 and l.organization_id = $2 and l.type_id = $3 and l.retired_at is null and coalesce(u.type_id, '') <> $4)`,
				[]any{int64(actor.Realm), string(actor.Organization), string(id), string(n.Requires)}, &misfits); err != nil {
				return err
			}
		}
		if misfits {
			return location.ErrTypeParent
		}
		_, err = t.exec(ctx, `update location_type set name = $1, name_folded = $2, requires_id = $3 where realm_id = $4 and type_id = $5`,
			n.Name, fold.Text(n.Name), orNull(n.Requires), int64(actor.Realm), string(id))
		switch {
		case breaks(err, ruleUnique, "name"):
			return location.ErrTypeTaken
		case err != nil:
			return err
		}
		return t.auditType(ctx, actor, "location_type.changed", id, typeSaid{before.Name, before.Requires}, typeSaid{n.Name, n.Requires})
	})
}

// RemoveLocationType removes a type that no location and no other type uses.
func (db *DB) RemoveLocationType(ctx context.Context, reach access.Reach, id location.TypeID) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		types, err := t.changeTypes(ctx, reach)
		if err != nil {
			return err
		}
		before, known := types.Find(id)
		if !known {
			return fault.ErrNotFound
		}
		var used int
		err = one(ctx, t, `select (select count(*) from location where realm_id = $1 and type_id = $2) + (select count(*) from location_type where realm_id = $1 and requires_id = $2)`,
			[]any{int64(actor.Realm), string(id)}, &used)
		if err == nil && used > 0 {
			err = location.ErrTypeUsed
		}
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `delete from location_type where realm_id = $1 and type_id = $2`, int64(actor.Realm), string(id)); err != nil {
			return err
		}
		return t.auditType(ctx, actor, "location_type.removed", id, typeSaid{before.Name, before.Requires}, nil)
	})
}

// fits checks a location's type against the one it lies directly below.
func fits(types location.Types, kind location.TypeID, above *location.Found) error {
	if _, known := types.Find(kind); kind != "" && !known {
		return location.ErrTypeUnknown
	}
	var up location.TypeID
	if above != nil {
		up = above.Type
	}
	if !types.Fits(kind, up, above == nil) {
		return location.ErrTypeParent
	}
	return nil
}

// childrenFit checks the types of what lies directly below a location against
// the type that will be above them.
func childrenFit(ctx context.Context, q querier, types location.Types, realm access.RealmID, parent location.ID, above location.TypeID) error {
	kinds, err := collect(ctx, q, `select distinct coalesce(type_id, '') from location where realm_id = $1 and parent_id = $2 and retired_at is null`,
		[]any{int64(realm), string(parent)}, func(row *sql.Rows) (location.TypeID, error) {
			var id string
			err := row.Scan(&id)
			return location.TypeID(id), err
		})
	if err == nil && slices.ContainsFunc(kinds, func(kind location.TypeID) bool { return !types.Fits(kind, above, false) }) {
		err = location.ErrTypeChildren
	}
	return err
}
