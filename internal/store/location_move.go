package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/org"
)

// PreviewMove works out what moving a location would change.
func (db *DB) PreviewMove(ctx context.Context, reach access.Reach, id, parent location.ID) (location.Effect, error) {
	return db.preview(ctx, reach, id, func(ctx context.Context, q querier, o org.Organization, place location.Found) (*treeChange, error) {
		return planMove(ctx, q, reach, o, place, parent)
	})
}

// PreviewMerge works out what merging a location into another would change.
func (db *DB) PreviewMerge(ctx context.Context, reach access.Reach, id, into location.ID) (location.Effect, error) {
	return db.preview(ctx, reach, id, func(ctx context.Context, q querier, o org.Organization, place location.Found) (*treeChange, error) {
		return planMerge(ctx, q, reach, o, place, into)
	})
}

func (db *DB) preview(ctx context.Context, reach access.Reach, id location.ID, plan func(context.Context, querier, org.Organization, location.Found) (*treeChange, error)) (location.Effect, error) {
	var out location.Effect
	err := db.view(ctx, func(q querier) error {
		place, err := locationIn(ctx, q, reach, id)
		if err != nil {
			return err
		}
		o, err := organizationOf(ctx, q, reach.Actor().Realm, place.Organization)
		if err != nil {
			return err
		}
		if place, err = openLocation(ctx, q, reach, o, id); err != nil {
			return err
		}
		c, err := plan(ctx, q, o, place)
		if err == nil {
			out = c.effect
		}
		return err
	})
	return out, err
}

// planMove checks a move and weighs it.
func planMove(ctx context.Context, q querier, reach access.Reach, o org.Organization, place location.Found, parent location.ID) (*treeChange, error) {
	above, up, err := newParent(ctx, q, reach, o, parent, location.ErrTargetGone)
	if err != nil {
		return nil, err
	}
	c := newTreeChange(q, reach, place, above, up)
	c.rewrite = location.Rewrite{Old: place.Path, New: up + location.Segment(place.Path)}
	switch {
	case !holdsAll(reach, place.Path):
		return nil, fault.ErrNotFound
	case c.rewrite.Moves(up):
		return nil, location.ErrCircle
	case place.Parent == parent:
		return nil, location.ErrThere
	}
	types, err := typesOf(ctx, q, o.Realm, o.ID)
	if err != nil {
		return nil, err
	}
	if err := fits(types, place.Type, above); err != nil {
		return nil, err
	}
	return c.worked(ctx, "move")
}

// planMerge checks a merge and weighs it.
func planMerge(ctx context.Context, q querier, reach access.Reach, o org.Organization, place location.Found, into location.ID) (*treeChange, error) {
	successor, err := openLocation(ctx, q, reach, o, into)
	if kind := fault.KindOf(err); err != nil && (kind == fault.NotFound || kind == fault.Conflict) {
		return nil, location.ErrTargetGone
	}
	if err != nil {
		return nil, err
	}
	c := newTreeChange(q, reach, place, &successor, successor.Path)
	c.rewrite = location.Rewrite{Old: place.Path, New: successor.Path}
	switch {
	case !holdsAll(reach, place.Path):
		return nil, fault.ErrNotFound
	case !holdsAll(reach, successor.Path):
		return nil, location.ErrTargetGone
	case c.rewrite.Moves(successor.Path):
		return nil, location.ErrCircle
	}
	types, err := typesOf(ctx, q, o.Realm, o.ID)
	if err != nil {
		return nil, err
	}
	if err := childrenFit(ctx, q, types, o.Realm, place.ID, successor.Type); err != nil {
		return nil, err
	}
	var below int
	if err := one(ctx, q, `select count(*) from location where realm_id = $1 and parent_id = $2 and retired_at is null`, []any{int64(o.Realm), string(place.ID)}, &below); err != nil {
		return nil, err
	}
	if below > 0 && !o.Hierarchies {
		return nil, location.ErrFlat
	}
	return c.worked(ctx, "merge")
}

func newTreeChange(q querier, reach access.Reach, place location.Found, target *location.Found, to access.Path) *treeChange {
	c := &treeChange{querier: q, reach: reach, to: to, weighed: map[access.AccountID]weighed{}}
	c.effect.Place = place
	if target != nil {
		c.effect.Target = *target
	}
	from, into := top(place), top(c.effect.Target)
	if from != into && into.ID != "" {
		c.effect.Crossing = [2]string{from.Name, into.Name}
	}
	return c
}

// top is the part of the top level that a location lies in, as far as it is seen.
func top(f location.Found) location.Named {
	if len(f.Trail) > 0 {
		return f.Trail[0]
	}
	return location.Named{ID: f.ID, Name: f.Name}
}

// worked checks the depth, weighs the change and signs what is to be seen.
func (c *treeChange) worked(ctx context.Context, kind string) (*treeChange, error) {
	lo, hi := access.Within.Range(c.rewrite.Old)
	var longest int
	if err := one(ctx, c, `select coalesce(max(length(path)), 0) from location where realm_id = $1 and path >= $2 and path < $3`,
		[]any{int64(c.reach.Actor().Realm), string(lo), string(hi)}, &longest); err != nil {
		return nil, err
	}
	deepest := c.rewrite.New.Depth() + (longest-len(c.rewrite.Old))/len(access.Root)
	if deepest > location.Deepest {
		return nil, location.ErrTooDeep
	}
	if err := c.weigh(ctx); err != nil {
		return nil, err
	}
	c.effect.Sign(kind)
	return c, nil
}

// MoveLocation moves a location with everything below it.
func (db *DB) MoveLocation(ctx context.Context, reach access.Reach, id, parent location.ID, seen string) error {
	return db.change(ctx, func(t *tx) error {
		o, place, fresh, err := t.changeLocation(ctx, reach, id)
		if err != nil {
			return err
		}
		c, err := planMove(ctx, t, fresh, o, place, parent)
		if err != nil {
			return err
		}
		if err := c.effect.Confirmed(seen); err != nil {
			return err
		}
		if err := t.reparent(ctx, o, `l.location_id = $2`, id, parent); err != nil {
			return err
		}
		if err := t.rewritePaths(ctx, o.Realm, c.rewrite, false); err != nil {
			return err
		}
		return t.auditLocation(ctx, reach.Actor(), o.ID, "location.moved", id, saidOf{Name: place.Name, Parent: place.Parent}, c.said(saidOf{Name: place.Name, Parent: parent}))
	})
}

// MergeLocation puts everything that is at a location under its successor.
func (db *DB) MergeLocation(ctx context.Context, reach access.Reach, id, into location.ID, seen string) error {
	return db.change(ctx, func(t *tx) error {
		o, place, fresh, err := t.changeLocation(ctx, reach, id)
		if err != nil {
			return err
		}
		c, err := planMerge(ctx, t, fresh, o, place, into)
		if err != nil {
			return err
		}
		if err := c.effect.Confirmed(seen); err != nil {
			return err
		}
		now := t.db.now()
		if err := t.reparent(ctx, o, `l.parent_id = $2`, id, into); err != nil {
			return err
		}
		if err := t.rewritePaths(ctx, o.Realm, c.rewrite, true); err != nil {
			return err
		}
		if err := t.rehome(ctx, o.Realm, id, into, c.rewrite.New, now); err != nil {
			return err
		}
		followed, err := t.regrant(ctx, reach.Actor(), o.Realm, id, into, "merged into "+c.effect.Target.Name, now)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update location set retired_at = $1, merged_into = $2 where realm_id = $3 and location_id = $4`,
			now.UnixMicro(), string(into), int64(o.Realm), string(id)); err != nil {
			return err
		}
		after := c.said(saidOf{Name: c.effect.Target.Name})
		after.Into, after.Grants = into, followed
		return t.auditLocation(ctx, reach.Actor(), o.ID, "location.merged", id, saidOf{place.Name, place.ExternalID, place.Type, place.Parent}, after)
	})
}

// treeSaid is what audit events of moves and merges say: also whose sight changed.
type treeSaid struct {
	saidOf
	Into   location.ID              `json:"into,omitempty"`
	Grants int                      `json:"roles,omitempty"`
	People int                      `json:"people"`
	Places int                      `json:"locations"`
	Gained map[access.AccountID]int `json:"gained,omitempty"`
	Lost   map[access.AccountID]int `json:"lost,omitempty"`
	Others int                      `json:"others,omitempty"`
}

func (c *treeChange) said(s saidOf) treeSaid {
	out := treeSaid{saidOf: s, People: c.effect.People, Places: c.effect.Places, Others: c.effect.Others, Gained: map[access.AccountID]int{}, Lost: map[access.AccountID]int{}}
	for _, changed := range c.effect.Changed {
		if changed.Gains > 0 {
			out.Gained[changed.Account] = changed.Gains
		}
		if changed.Loses > 0 {
			out.Lost[changed.Account] = changed.Loses
		}
	}
	return out
}

// reparent puts the locations of a condition (on location l, with $2) directly
// below another, or at the top, and keeps where they lay until now.
func (t *tx) reparent(ctx context.Context, o org.Organization, which string, id, parent location.ID) error {
	now := t.db.now().UnixMicro()
	for _, change := range []struct {
		query string
		args  []any
	}{
		{`update location_place set until_at = $3 where realm_id = $1 and until_at is null and location_id in (select l.location_id from location l where l.realm_id = $1 and ` + which + `)`, []any{now}},
		{`insert into location_place (realm_id, location_id, from_at, parent_id) select l.realm_id, l.location_id, cast($3 as bigint), cast($4 as text) from location l where l.realm_id = $1 and ` + which + `
			on conflict (realm_id, location_id, from_at) do update set parent_id = excluded.parent_id, until_at = null`, []any{now, orNull(parent)}},
		{`update location as l set parent_id = $3 where l.realm_id = $1 and ` + which, []any{orNull(parent)}},
	} {
		if _, err := t.exec(ctx, change.query, append([]any{int64(o.Realm), string(id)}, change.args...)...); err != nil {
			return err
		}
	}
	return nil
}

// rewritePaths gives what is at and below a place its new paths, people too;
// with below only what is below.
func (t *tx) rewritePaths(ctx context.Context, realm access.RealmID, r location.Rewrite, below bool) error {
	lo, hi := access.Within.Range(r.Old)
	from := ">="
	if below {
		from = ">"
	}
	rest := strconv.Itoa(len(r.Old) + 1)
	for _, statement := range []string{
		`update location set path = cast($1 as text) || substr(path, ` + rest + `) where realm_id = $2 and path ` + from + ` $3 and path < $4`,
		`update account set home = cast($1 as text) || substr(home, ` + rest + `) where realm_id = $2 and home ` + from + ` $3 and home < $4`,
	} {
		if _, err := t.exec(ctx, statement, string(r.New), int64(realm), string(lo), string(hi)); err != nil {
			return err
		}
	}
	return nil
}

// rehome places the people of a location at its successor.
func (t *tx) rehome(ctx context.Context, realm access.RealmID, id, into location.ID, home access.Path, now time.Time) error {
	for _, change := range []struct {
		query string
		args  []any
	}{
		{`update account_home set until_at = $3 where realm_id = $1 and until_at is null and account_id in (select a.account_id from account a where a.realm_id = $1 and a.location_id = $2)`, []any{now.UnixMicro()}},
		{`insert into account_home (realm_id, account_id, from_at, location_id) select a.realm_id, a.account_id, cast($3 as bigint), cast($4 as text) from account a where a.realm_id = $1 and a.location_id = $2
			on conflict (realm_id, account_id, from_at) do update set location_id = excluded.location_id, until_at = null`, []any{now.UnixMicro(), string(into)}},
		{`update account set location_id = $3, home = $4 where realm_id = $1 and location_id = $2`, []any{string(into), string(home)}},
	} {
		if _, err := t.exec(ctx, change.query, append([]any{int64(realm), string(id)}, change.args...)...); err != nil {
			return err
		}
	}
	return nil
}

// regrant lets the roles at a location follow to its successor, and counts
// them: the old ones end, with the reason, and the same ones begin there.
func (t *tx) regrant(ctx context.Context, actor access.Actor, realm access.RealmID, id, into location.ID, reason string, now time.Time) (int, error) {
	open, err := collect(ctx, t, `select grant_id from role_grant where realm_id = $1 and node_location_id = $2 and ended_at is null and (until_at is null or until_at > $3) order by grant_id`,
		[]any{int64(realm), string(id), now.UnixMicro()}, func(row *sql.Rows) (grant string, err error) {
			err = row.Scan(&grant)
			return grant, err
		})
	if err != nil {
		return 0, err
	}
	for _, grant := range open {
		if _, err := t.exec(ctx, `update role_grant set ended_at = case when from_at > $1 then from_at else $1 end, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
			now.UnixMicro(), byWhom(actor), reason, int64(realm), grant); err != nil {
			return 0, err
		}
		if _, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, group_id, role, node_kind, node_location_id, extent, from_at, until_at, follows_home, policy_id, given_by, reason)
			select realm_id, cast($1 as text), organization_id, account_id, group_id, role, node_kind, cast($2 as text), extent, ended_at, until_at, follows_home, policy_id, given_by, reason
			from role_grant where realm_id = $3 and grant_id = $4`, access.NewID(), string(into), int64(realm), grant); err != nil {
			return 0, err
		}
	}
	for _, query := range []string{
		`insert into policy_place (realm_id, policy_id, node_kind, node_id, extent, from_at, until_at) select x.realm_id, x.policy_id, x.node_kind, cast($3 as text), x.extent, cast($4 as bigint), x.until_at from policy_place x
			where x.realm_id = $1 and x.node_kind = 'location' and x.node_id = $2 and (x.until_at is null or x.until_at > $4)
			on conflict (realm_id, policy_id, node_kind, node_id, from_at) do update set until_at = excluded.until_at`,
		`update policy_place set until_at = $4 where realm_id = $1 and node_kind = 'location' and node_id = $2 and $3 = $3 and (until_at is null or until_at > $4)`,
	} {
		if _, err := t.exec(ctx, query, int64(realm), string(id), string(into), now.UnixMicro()); err != nil {
			return 0, err
		}
	}
	return len(open), nil
}
