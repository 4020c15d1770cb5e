package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/org"
)

// SwitchLocations turns the feature on and off, unless somebody's role depends on it.
func (db *DB) SwitchLocations(ctx context.Context, reach access.Reach, to location.Settings) ([]location.Holder, error) {
	actor := reach.Actor()
	var held []location.Holder
	err := db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		o, err := organizationOf(ctx, t, actor.Realm, at.organization)
		if err != nil {
			return err
		}
		from := location.Settings{Locations: o.Locations, Hierarchies: o.Hierarchies}
		if from == to {
			return nil
		}
		roles, err := depending(ctx, t, o, from, to, t.db.now(), shownHolders)
		if err != nil {
			return err
		}
		held = nil
		for _, d := range roles {
			held = append(held, d.Holder)
		}
		if len(held) > 0 {
			return location.ErrHeld
		}
		return t.switchLocations(ctx, actor, o, from, to)
	})
	return held, err
}

func (t *tx) switchLocations(ctx context.Context, actor access.Actor, o org.Organization, from, to location.Settings) error {
	if _, err := t.exec(ctx, `update organization set locations_enabled = $1, hierarchies_enabled = $2 where realm_id = $3 and organization_id = $4`,
		to.Locations, to.Hierarchies, int64(actor.Realm), string(o.ID)); err != nil {
		return err
	}
	return t.audit(ctx, actor, audit.Event{
		Organization: o.ID, Action: "organization.locations_switched", SubjectKind: "organization", SubjectID: string(o.ID),
		Before: map[string]bool{"locations": from.Locations, "hierarchies": from.Hierarchies},
		After:  map[string]bool{"locations": to.Locations, "hierarchies": to.Hierarchies},
	})
}

// shownHolders is how many of those in the way are listed.
const shownHolders = 200

// dependent is a role that needs what is switched off.
type dependent struct {
	location.Holder
	grant string
	group access.GroupID // who holds it, where it is no account
	base  bool           // it follows from the account's base role
	at    access.Path
}

// depending lists the roles that need what is switched off (M-231, M-232).
func depending(ctx context.Context, q querier, o org.Organization, from, to location.Settings, now time.Time, most int) ([]dependent, error) {
	where := ""
	switch {
	case from.Locations && !to.Locations:
		where = `g.node_kind = 'location'`
	case from.Hierarchies && !to.Hierarchies:
		where = `g.role in ('` + string(access.MultipleLocation) + `', '` + string(access.TwinOf(access.MultipleLocation)) + `')`
	default:
		return nil, nil
	}
	return collect(ctx, q, `select g.grant_id, coalesce(g.group_id, ''), g.follows_home, coalesce(g.account_id, ''), coalesce(a.name, ag.name, ''), g.role, coalesce(cr.name, ''), coalesce(l.name, ''), coalesce(l.path, '')
		from role_grant g
		left join account a on a.realm_id = g.realm_id and a.account_id = g.account_id
		left join acting_group ag on ag.realm_id = g.realm_id and ag.group_id = g.group_id
		left join custom_role cr on cr.realm_id = g.realm_id and cr.role_id = g.role
		left join location l on l.realm_id = g.realm_id and l.location_id = g.node_location_id
		where g.realm_id = $1 and g.organization_id = $2 and `+where+` and g.ended_at is null and (g.until_at is null or g.until_at > $3)
		order by a.name_folded, g.grant_id limit $4`, []any{int64(o.Realm), string(o.ID), now.UnixMicro(), most}, func(row *sql.Rows) (dependent, error) {
		var d dependent
		var group, account, role, custom, path string
		err := row.Scan(&d.grant, &group, &d.base, &account, &d.Name, &role, &custom, &d.Place, &path)
		d.group, d.Account, d.at = access.GroupID(group), access.AccountID(account), access.Path(path)
		preset, known := access.Preset(access.RoleKey(role))
		if !known {
			preset = access.Role{Key: access.RoleKey(role), Name: custom}
		}
		d.Role = preset
		return d, err
	})
}
