package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
)

// grantPlan is access that is to be given or ended, worked out at one moment.
type grantPlan struct {
	management.GivingPreview
	holder grantHolder
}

// planGiving checks what is to be given and weighs it.
func (db *DB) planGiving(ctx context.Context, q querier, reach access.Reach, g management.Giving) (*grantPlan, error) {
	h, err := grantHolderOf(ctx, q, reach, g.To)
	if err != nil {
		return nil, err
	}
	if s := account.Status(h.status); s != account.Active && s != account.Invited {
		return nil, management.ErrGiveInactive
	}
	plan := &grantPlan{holder: h}
	plan.To = h.Person
	if plan.Place, err = grantPlaceFor(ctx, q, reach, h, g.At); err != nil {
		return nil, err
	}
	roles, err := rolesFor(ctx, q, h, g.At.Kind)
	if err != nil {
		return nil, err
	}
	for _, role := range roles {
		if role.Key == g.Role {
			plan.Holding.Grant.Role = role
		}
	}
	plan.Holding.Zone = h.zone
	if plan.Holding.Grant, err = g.Grant(reach, plan.Place, plan.Holding.Grant.Role, h.zone, db.now()); err != nil {
		return nil, err
	}
	if err := notThere(ctx, q, h, plan.Holding.Grant); err != nil {
		return nil, err
	}
	if plan.Managers, err = managers(ctx, q, h.actor.Realm, h.actor.Organization, db.now().UnixMicro()); err != nil {
		return nil, err
	}
	now := plan.Holding.Grant
	now.From = reach.At() // what begins later is shown as it will be
	if err := plan.weigh(ctx, q, reach, func(access.Grant) bool { return false }, now); err != nil {
		return nil, err
	}
	plan.Effect.Sign("give", string(g.To), string(g.Role), string(g.At.Kind), g.At.ID, now.Extent.String(), g.From.String(), g.Until.String())
	return plan, nil
}

// weigh works out what changes for the holder.
func (p *grantPlan) weigh(ctx context.Context, q querier, reach access.Reach, ends func(access.Grant) bool, begin ...access.Grant) error {
	before, err := p.holder.facts(ctx, q)
	if err != nil {
		return err
	}
	p.Effect, err = weighSight(ctx, q, reach, []management.Held{{Before: before, After: management.Instead(before, ends, begin...)}})
	return err
}

// notThere refuses access that somebody holds already.
func notThere(ctx context.Context, q querier, h grantHolder, g access.Grant) error {
	var there bool
	p := with(int64(h.actor.Realm), string(h.ID), string(g.Role.Key), g.Extent.String(), g.From.UnixMicro(), g.Node.ID)
	if err := one(ctx, q, `select exists (select 1 from role_grant g where g.realm_id = $1 and g.account_id = $2 and g.role = $3 and g.extent = $4 and g.ended_at is null
		and (g.until_at is null or g.until_at > $5) and $6 in (g.node_organization_id, g.node_location_id, g.purchase_id, g.team_id))`, p.list, &there); err != nil || !there {
		return err
	}
	return management.ErrGiveThere
}

// PreviewGiving works out what giving somebody access would change.
func (db *DB) PreviewGiving(ctx context.Context, reach access.Reach, g management.Giving) (management.GivingPreview, error) {
	var out management.GivingPreview
	err := db.view(ctx, func(q querier) error {
		plan, err := db.planGiving(ctx, q, reach, g)
		if err == nil {
			out = plan.GivingPreview
		}
		return err
	})
	return out, err
}

// Give gives somebody access.
func (db *DB) Give(ctx context.Context, reach access.Reach, g management.Giving, seen string) (access.GrantID, error) {
	realm := reach.Actor().Realm
	var id access.GrantID
	err := db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeAccess(ctx, reach, whoIs, with(int64(realm), string(g.To)))
		if err != nil {
			return err
		}
		plan, err := db.planGiving(ctx, t, fresh, g)
		if err != nil {
			return err
		}
		if err := plan.Effect.Confirmed(seen); err != nil {
			return err
		}
		if err := t.roomForManager(ctx, realm, plan.holder.actor.Organization, g.To); err != nil {
			return err
		}
		grant := plan.Holding.Grant
		grant.ID = access.GrantID(access.NewID())
		if err := t.writeGrant(ctx, reach.Actor(), plan.holder.actor.Organization, grant); err != nil {
			return err
		}
		id = grant.ID
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: plan.holder.actor.Organization, Action: "grant.given", SubjectKind: "account", SubjectID: string(g.To),
			After: plan.said(), Reason: g.Reason,
		})
	})
	return id, err
}

// writeGrant writes the row of some access that somebody is given by hand.
func (t *tx) writeGrant(ctx context.Context, actor access.Actor, organization access.OrgID, g access.Grant) error {
	at := map[access.NodeKind]any{g.Node.Kind: g.Node.ID}
	_, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, node_organization_id, node_location_id, purchase_id, team_id,
			extent, from_at, until_at, follows_home, given_by, reason)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		int64(actor.Realm), string(g.ID), string(organization), string(g.Holder), string(g.Role.Key), string(g.Node.Kind),
		at[access.AtOrganization], at[access.AtLocation], at[access.AtPurchase], at[access.AtTeam],
		g.Extent.String(), g.From.UnixMicro(), micros(g.Until), false, byWhom(actor), g.Reason)
	return err
}

// grantSaid is what audit events say of access.
type grantSaid struct {
	Role   string `json:"role"` // key of a role that Ambit comes with, name of a custom one
	At     string `json:"at"`   // id of the place
	Extent string `json:"extent,omitempty"`
	From   string `json:"from,omitempty"`
	Until  string `json:"until,omitempty"`
	Gains  int    `json:"gained,omitempty"`
	Loses  int    `json:"lost,omitempty"`
}

func (p *grantPlan) said() grantSaid {
	g := p.Holding.Grant
	out := grantSaid{Role: string(g.Role.Key), At: g.Node.ID, From: day.Of(g.From, p.holder.zone).String()}
	if _, preset := access.Preset(g.Role.Key); !preset {
		out.Role = g.Role.Name
	}
	if g.Node.Kind == access.AtOrganization || g.Node.Kind == access.AtLocation {
		out.Extent = g.Extent.String()
	}
	if last := p.Holding.LastDay(); !last.IsNone() {
		out.Until = last.String()
	}
	for _, c := range p.Effect.Changed {
		out.Gains, out.Loses = out.Gains+c.Gains, out.Loses+c.Loses
	}
	return out
}

// planGrantEnd finds access that is to be ended, and weighs that.
func (db *DB) planGrantEnd(ctx context.Context, q querier, reach access.Reach, id access.GrantID) (*grantPlan, error) {
	h, g, err := grantOf(ctx, q, reach, id)
	if err != nil {
		return nil, err
	}
	plan := &grantPlan{holder: h}
	plan.To, plan.Holding = h.Person, management.Holding{Grant: g, Zone: h.zone}
	plan.Place = management.GrantPlace{Spot: management.Spot{Kind: g.Node.Kind, ID: g.Node.ID}, Name: g.Node.Label, Path: g.Node.Path}
	if err := management.MayEnd(reach, plan.Holding, db.now()); err != nil {
		return nil, err
	}
	if err := plan.weigh(ctx, q, reach, func(held access.Grant) bool { return held.ID == id }); err != nil {
		return nil, err
	}
	plan.Effect.Sign("end", string(id))
	return plan, nil
}

// PreviewGrantEnd works out what ending some access would change.
func (db *DB) PreviewGrantEnd(ctx context.Context, reach access.Reach, id access.GrantID) (management.GivingPreview, error) {
	var out management.GivingPreview
	err := db.view(ctx, func(q querier) error {
		plan, err := db.planGrantEnd(ctx, q, reach, id)
		if err == nil {
			out = plan.GivingPreview
		}
		return err
	})
	return out, err
}

// grantIn finds the organization of the holder of grant $2.
const grantIn = `(select organization_id from role_grant where realm_id = $1 and grant_id = $2)`

// EndGrant takes access away.
func (db *DB) EndGrant(ctx context.Context, reach access.Reach, id access.GrantID, reason, seen string) error {
	realm := int64(reach.Actor().Realm)
	return db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeAccess(ctx, reach, grantIn, with(realm, string(id)))
		if err != nil {
			return err
		}
		plan, err := db.planGrantEnd(ctx, t, fresh, id)
		if err != nil {
			return err
		}
		if err := plan.Effect.Confirmed(seen); err != nil {
			return err
		}
		g := plan.Holding.Grant
		if _, err := t.exec(ctx, `update role_grant set ended_at = $1, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
			later(t.db.now(), g.From).UnixMicro(), byWhom(reach.Actor()), reason, realm, string(id)); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: plan.holder.actor.Organization, Action: "grant.ended", SubjectKind: "account", SubjectID: string(plan.To.ID),
			Before: plan.said(), Reason: reason,
		})
	})
}

// ExtendGrant moves the last day of some access to a later one.
func (db *DB) ExtendGrant(ctx context.Context, reach access.Reach, id access.GrantID, until day.Day) error {
	realm := int64(reach.Actor().Realm)
	return unlessNothing(db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeAccess(ctx, reach, grantIn, with(realm, string(id)))
		if err != nil {
			return err
		}
		h, g, err := grantOf(ctx, t, fresh, id)
		if err != nil {
			return err
		}
		held := management.Holding{Grant: g, Zone: h.zone}
		if err := management.MayExtend(fresh, held, t.db.now(), until); err != nil {
			return err
		}
		if until == held.LastDay() {
			return errNothingToDo
		}
		if _, err := t.exec(ctx, `update role_grant set until_at = $1 where realm_id = $2 and grant_id = $3`,
			until.Add(1).Start(h.zone).UnixMicro(), realm, string(id)); err != nil {
			return err
		}
		before := (&grantPlan{GivingPreview: management.GivingPreview{Holding: held}, holder: h}).said()
		after := before
		after.Until = until.String()
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: h.actor.Organization, Action: "grant.extended", SubjectKind: "account", SubjectID: string(h.ID), Before: before, After: after,
		})
	}))
}
