package store

import (
	"context"
	"slices"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// mostConverted is how many roles are converted at once.
const mostConverted = 10_000

// roleConversion is what switching something off does to those whose roles
// depend on it, worked out at one moment.
type roleConversion struct {
	querier
	reach    access.Reach
	o        org.Organization
	from, to location.Settings
	roles    []dependent
	grants   map[string][]access.Grant // as their holders hold them, by id
	plan     bulk.Plan
}

// PlanConversion tells what ConvertRoles would do now.
func (db *DB) PlanConversion(ctx context.Context, reach access.Reach, to location.Settings) (bulk.Plan, error) {
	var plan bulk.Plan
	err := db.view(ctx, func(q querier) error {
		actor := reach.Actor()
		o, err := organizationOf(ctx, q, actor.Realm, actor.Organization)
		if err != nil {
			return err
		}
		c, err := db.planConversion(ctx, q, reach, o, to)
		plan = c.plan
		return err
	})
	return plan, err
}

func (db *DB) planConversion(ctx context.Context, q querier, reach access.Reach, o org.Organization, to location.Settings) (roleConversion, error) {
	c := roleConversion{querier: q, reach: reach, o: o, from: location.Settings{Locations: o.Locations, Hierarchies: o.Hierarchies}, to: to, grants: map[string][]access.Grant{}}
	if covered, _ := reach.CoversThing(access.Thing{Place: o.Path}); !covered {
		return c, fault.ErrNotFound
	}
	var err error
	if c.roles, err = depending(ctx, q, o, c.from, to, db.now(), mostConverted); err != nil {
		return c, err
	}
	if err := c.load(ctx); err != nil {
		return c, err
	}
	return c, c.weigh(ctx)
}

// load reads the roles as those who hold them have them.
func (c *roleConversion) load(ctx context.Context) error {
	for chunk := range slices.Chunk(c.roles, 400) {
		var ids []string
		for _, d := range chunk {
			ids = append(ids, d.grant)
		}
		p := with(int64(c.o.Realm))
		found, err := grants(ctx, c, "role_grant g", `g.grant_id in `+in(p, ids), p)
		if err != nil {
			return err
		}
		for _, g := range found {
			c.grants[string(g.ID)] = append(c.grants[string(g.ID)], g)
		}
	}
	return nil
}

// becomes is what becomes of a role.
func (c *roleConversion) becomes(d dependent) string {
	switch {
	case c.to.Locations:
		return location.BecomesLocal
	case d.base:
		return location.BecomesStudent
	}
	return location.RoleEnds
}

// local is the role that stays possible without hierarchies.
func local(key access.RoleKey) access.RoleKey {
	if key == access.TwinOf(access.MultipleLocation) {
		return access.TwinOf(access.LocalAdministrator)
	}
	return access.LocalAdministrator
}

// mayTouch tells whether the asker may end a role: one that they could give.
func (c *roleConversion) mayTouch(d dependent) bool {
	if d.base {
		return account.MayGive(c.reach.With(access.AccountRole), d.Role, d.at) == nil
	}
	return !slices.ContainsFunc(c.grants[d.grant], func(g access.Grant) bool { return management.MayHandOn(c.reach.With(access.GrantEdit), g) != nil })
}

// weigh writes the plan: a line for each role, with whom its holder no longer sees.
func (c *roleConversion) weigh(ctx context.Context) error {
	ending := map[string]bool{}
	var holders []access.AccountID
	blocked := false
	for _, d := range c.roles {
		ending[d.grant] = true
		blocked = blocked || !c.mayTouch(d)
		for _, g := range c.grants[d.grant] {
			if !slices.Contains(holders, g.Holder) {
				holders = append(holders, g.Holder)
			}
		}
	}
	people, err := factsOfSome(ctx, c, c.o.Realm, holders, account.Active)
	if err != nil {
		return err
	}
	var changes []management.Held
	for _, f := range people {
		var begin []access.Grant
		for _, g := range f.Grants() {
			if ending[string(g.ID)] && c.to.Locations {
				g.Role, _ = access.Preset(local(g.Role.Key))
				g.Extent = access.Here
				begin = append(begin, g)
			}
		}
		changes = append(changes, management.Held{Before: f, After: management.Instead(f, func(g access.Grant) bool { return ending[string(g.ID)] }, begin...)})
	}
	effect, err := weighSight(ctx, c, c.reach, changes)
	if err != nil {
		return err
	}
	loses := map[access.AccountID]int{}
	for _, s := range effect.Changed {
		loses[s.ID] = s.Loses
	}
	c.plan.Facts = map[string]int{"roles": len(c.roles), "people": len(effect.Changed) + effect.Others}
	for _, d := range c.roles {
		line := bulk.Line{Subject: d.Name, Result: c.becomes(d), OK: !blocked, Detail: map[string]string{"role": string(d.Role.Key), "place": d.Place}}
		if _, known := access.Preset(d.Role.Key); !known {
			line.Detail["role"] = d.Role.Name // of a custom role; the others have their names in each language
		}
		if n := loses[d.Account]; n > 0 {
			line.Detail["loses"] = strconv.Itoa(n)
			delete(loses, d.Account) // told once
		}
		switch {
		case !c.mayTouch(d):
			line.Result = location.NotYours
		case blocked:
			line.Result = location.Waits
		}
		c.plan.Lines = append(c.plan.Lines, line)
	}
	return nil
}

// ConvertRoles does what a confirmed act says, and switches off what is in no
// role's way any more.
func (db *DB) ConvertRoles(ctx context.Context, reach access.Reach, to location.Settings, act bulk.Act) (bulk.Act, error) {
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
		c, err := db.planConversion(ctx, t, fresh, o, to)
		if err != nil {
			return err
		}
		if err := act.Still(c.plan); err != nil {
			return err
		}
		if c.plan.Effective() < len(c.roles) {
			return location.ErrHeld
		}
		for _, d := range c.roles {
			if err := t.convert(ctx, actor, c, d); err != nil {
				return err
			}
		}
		if c.from != to {
			if err := t.switchLocations(ctx, actor, o, c.from, to); err != nil {
				return err
			}
		}
		done, err = t.finishAct(ctx, actor, act, c.plan, nil)
		return err
	})
	return done, err
}

// convertedReason is why these roles ended.
const convertedReason = "locations switched off"

// convert gives one holder the role that stays possible, or none.
func (t *tx) convert(ctx context.Context, actor access.Actor, c roleConversion, d dependent) error {
	if d.base {
		m, err := membership(ctx, t, `where a.realm_id = $1 and a.account_id = $2`, int64(c.o.Realm), string(d.Account))
		if err != nil {
			return err
		}
		role := access.Student
		if c.to.Locations {
			role = local(d.Role.Key)
		}
		return t.changeBaseRole(ctx, actor, m.Account, role, convertedReason)
	}
	now := t.db.now().UnixMicro()
	if _, err := t.exec(ctx, `update role_grant set ended_at = case when from_at > $1 then from_at else $1 end, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
		now, byWhom(actor), convertedReason, int64(c.o.Realm), d.grant); err != nil {
		return err
	}
	after := map[string]any{}
	if c.to.Locations {
		role := local(d.Role.Key)
		if _, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, group_id, role, node_kind, node_location_id, extent, from_at, until_at, follows_home, policy_id, given_by, reason)
			select realm_id, cast($1 as text), organization_id, account_id, group_id, cast($2 as text), node_kind, node_location_id, cast($3 as text), ended_at, until_at, follows_home, policy_id, cast($4 as text), cast($5 as text)
			from role_grant where realm_id = $6 and grant_id = $7`, access.NewID(), string(role), access.Here.String(), byWhom(actor), convertedReason, int64(c.o.Realm), d.grant); err != nil {
			return err
		}
		after["role"] = role
	}
	kind, id := "account", string(d.Account)
	if d.group != "" {
		kind, id = "group", string(d.group)
	}
	return t.audit(ctx, actor, audit.Event{
		Organization: c.o.ID, Action: "grant.converted", SubjectKind: kind, SubjectID: id,
		Before: map[string]any{"role": d.Role.Key, "place": d.Place}, After: after, Reason: convertedReason,
	})
}
