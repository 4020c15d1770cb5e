package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/org"
)

// holdsAll tells whether one part of a reach holds a place with everything
// below it: who changes a tree must see all that they change.
func holdsAll(reach access.Reach, place access.Path) bool {
	lo, hi := access.Within.Range(place)
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own && b.Lo <= lo && hi <= b.Hi {
			return true
		}
	}
	return false
}

// changeLocation begins a change of one location: it takes the row of its
// organization, and finds it in what the asker may change now.
func (t *tx) changeLocation(ctx context.Context, reach access.Reach, id location.ID) (org.Organization, location.Found, access.Reach, error) {
	realm := reach.Actor().Realm
	at, fresh, err := t.changeAccess(ctx, reach, `(select organization_id from location where realm_id = $1 and location_id = $2)`, with(int64(realm), string(id)))
	if err != nil {
		return org.Organization{}, location.Found{}, fresh, err
	}
	o, err := organizationOf(ctx, t, realm, at.organization)
	if err != nil {
		return o, location.Found{}, fresh, err
	}
	found, err := openLocation(ctx, t, fresh, o, id)
	return o, found, fresh, err
}

// openLocation finds a location that is in use, in an organization that uses locations.
func openLocation(ctx context.Context, q querier, reach access.Reach, o org.Organization, id location.ID) (location.Found, error) {
	found, err := locationIn(ctx, q, reach, id)
	switch {
	case err != nil:
		return found, err
	case found.Organization != o.ID:
		return found, fault.ErrNotFound
	case !o.Locations:
		return found, location.ErrOff
	case !found.RetiredAt.IsZero():
		return found, location.ErrRetired
	}
	return found, nil
}

// saidOf is what audit events of locations say.
type saidOf struct {
	Name       string          `json:"name"`
	ExternalID string          `json:"external_id,omitempty"`
	Type       location.TypeID `json:"type,omitempty"`
	Parent     location.ID     `json:"parent,omitempty"`
}

func (t *tx) auditLocation(ctx context.Context, actor access.Actor, o access.OrgID, action string, id location.ID, before, after any) error {
	return t.audit(ctx, actor, audit.Event{Organization: o, Action: action, SubjectKind: "location", SubjectID: string(id), Before: before, After: after})
}

// AddLocation creates a location in the asker's organization.
func (db *DB) AddLocation(ctx context.Context, reach access.Reach, n location.New) (location.ID, error) {
	actor, id := reach.Actor(), location.ID(access.NewID())
	return id, db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		o, err := organizationOf(ctx, t, actor.Realm, at.organization)
		if err != nil {
			return err
		}
		above, up, err := newParent(ctx, t, fresh, o, n.Parent, location.ErrNoParent)
		if err != nil {
			return err
		}
		if up.Depth() >= location.Deepest {
			return location.ErrTooDeep
		}
		types, err := typesOf(ctx, t, actor.Realm, o.ID)
		if err != nil {
			return err
		}
		if err := fits(types, n.Type, above); err != nil {
			return err
		}
		var no int64
		if err := one(ctx, t, `update realm set nodes = nodes + 1 where realm_id = $1 returning nodes`, []any{int64(actor.Realm)}, &no); err != nil {
			return err
		}
		now := t.db.now().UnixMicro()
		_, err = t.exec(ctx, `insert into location (realm_id, location_id, organization_id, parent_id, path, name, name_folded, external_id, type_id, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, int64(actor.Realm), string(id), string(o.ID), orNull(n.Parent), string(up.Location(no)),
			n.Name, fold.Text(n.Name), orNull(n.ExternalID), orNull(n.Type), now)
		switch {
		case breaks(err, ruleUnique, "external_id"):
			return location.ErrIDTaken
		case err != nil:
			return err
		}
		if _, err := t.exec(ctx, `insert into location_place (realm_id, location_id, from_at, parent_id) values ($1, $2, $3, $4)`,
			int64(actor.Realm), string(id), now, orNull(n.Parent)); err != nil {
			return err
		}
		return t.auditLocation(ctx, actor, o.ID, "location.added", id, nil, saidOf{n.Name, n.ExternalID, n.Type, n.Parent})
	})
}

// newParent finds where something is to lie directly below: a location in use,
// or nil for the top. All of it has to lie in the reach, so that what is put
// there stays in the asker's hands.
func newParent(ctx context.Context, q querier, reach access.Reach, o org.Organization, id location.ID, gone error) (*location.Found, access.Path, error) {
	if !o.Locations {
		return nil, "", location.ErrOff
	}
	if id == "" {
		if !holdsAll(reach, o.Path) {
			return nil, "", gone
		}
		return nil, o.Path, nil
	}
	if !o.Hierarchies {
		return nil, "", location.ErrFlat
	}
	found, err := openLocation(ctx, q, reach, o, id)
	if kind := fault.KindOf(err); err != nil && (kind == fault.NotFound || kind == fault.Conflict) || err == nil && !holdsAll(reach, found.Path) {
		return nil, "", gone
	}
	return &found, found.Path, err
}

// EditLocation renames a location.
func (db *DB) EditLocation(ctx context.Context, reach access.Reach, id location.ID, e location.Edit) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		o, found, _, err := t.changeLocation(ctx, reach, id)
		if err != nil {
			return err
		}
		before := saidOf{found.Name, found.ExternalID, found.Type, ""}
		after := saidOf{e.Name, e.ExternalID, e.Type, ""}
		if before == after {
			return nil
		}
		if e.Type != found.Type {
			types, err := typesOf(ctx, t, actor.Realm, o.ID)
			if err != nil {
				return err
			}
			var above *location.Found
			if found.Parent != "" {
				up, err := collect(ctx, t, `select coalesce(type_id, '') from location where realm_id = $1 and location_id = $2`,
					[]any{int64(actor.Realm), string(found.Parent)}, func(row *sql.Rows) (f location.Found, err error) {
						err = row.Scan(&f.Type)
						return f, err
					})
				if err != nil {
					return err
				}
				above = &up[0]
			}
			if err := fits(types, e.Type, above); err != nil {
				return err
			}
			if err := childrenFit(ctx, t, types, actor.Realm, id, e.Type); err != nil {
				return err
			}
		}
		if err := t.call(ctx, actor.Realm, id, e); err != nil {
			return err
		}
		return t.auditLocation(ctx, actor, o.ID, "location.changed", id, before, after)
	})
}

// RetireLocation takes a location out of use that nothing is placed at.
func (db *DB) RetireLocation(ctx context.Context, reach access.Reach, id location.ID) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		o, found, _, err := t.changeLocation(ctx, reach, id)
		if err != nil {
			return err
		}
		now := t.db.now().UnixMicro()
		var people, places, roles int
		if err := one(ctx, t, `select (select count(*) from account a where a.realm_id = $1 and a.location_id = $2 and a.status <> 'erased'),
				(select count(*) from location c where c.realm_id = $1 and c.organization_id = $3 and c.parent_id = $2 and c.retired_at is null),
				(select count(*) from role_grant g where g.realm_id = $1 and g.node_location_id = $2 and g.ended_at is null and (g.until_at is null or g.until_at > $4))
				+ (select count(*) from policy_place x where x.realm_id = $1 and x.node_kind = 'location' and x.node_id = $2 and (x.until_at is null or x.until_at > $4))`,
			[]any{int64(actor.Realm), string(id), string(o.ID), now}, &people, &places, &roles); err != nil {
			return err
		}
		if people+places+roles > 0 {
			return location.ErrInUse.With(people, places, roles)
		}
		if _, err := t.exec(ctx, `update location set retired_at = $1 where realm_id = $2 and location_id = $3`, now, int64(actor.Realm), string(id)); err != nil {
			return err
		}
		return t.auditLocation(ctx, actor, o.ID, "location.retired", id, saidOf{found.Name, found.ExternalID, found.Type, found.Parent}, nil)
	})
}
