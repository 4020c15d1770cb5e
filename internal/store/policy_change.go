package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
)

// saidOfPolicy is what audit events of policies say.
type saidOfPolicy struct {
	Name   string             `json:"name"`
	Role   string             `json:"role"` // key of a role that Ambit comes with, name of a custom one
	Places []string           `json:"places,omitempty"`
	Groups []access.GroupID   `json:"holder_groups,omitempty"`
	People []access.AccountID `json:"holders,omitempty"`
	From   string             `json:"from,omitempty"`
	Until  string             `json:"until,omitempty"`
	Gains  int                `json:"gained,omitempty"`
	Loses  int                `json:"lost,omitempty"`
}

func policySaid(p management.Policy) saidOfPolicy {
	out := saidOfPolicy{Name: p.Name, Role: string(p.Role), Groups: p.Groups, People: p.People}
	if _, preset := access.Preset(p.Role); !preset {
		out.Role = p.Gives.Name
	}
	for _, place := range p.Places {
		out.Places = append(out.Places, place.ID)
	}
	if !p.From.IsNone() {
		out.From = p.From.String()
	}
	if !p.Until.IsNone() {
		out.Until = p.Until.String()
	}
	return out
}

func (s saidOfPolicy) weighed(e management.Effect) saidOfPolicy {
	for _, c := range e.Changed {
		s.Gains, s.Loses = s.Gains+c.Gains, s.Loses+c.Loses
	}
	return s
}

func (t *tx) auditPolicy(ctx context.Context, actor access.Actor, o access.OrgID, action string, id access.PolicyID, before, after any, reason string) error {
	return t.audit(ctx, actor, audit.Event{Organization: o, Action: action, SubjectKind: "policy", SubjectID: string(id), Before: before, After: after, Reason: reason})
}

// PreviewPolicy works out what saving a policy would change.
func (db *DB) PreviewPolicy(ctx context.Context, reach access.Reach, id access.PolicyID, d management.PolicyDraft) (management.PolicyEffect, error) {
	return db.previewPolicy(ctx, reach, id, &d)
}

// PreviewPolicyEnd works out what its end would change.
func (db *DB) PreviewPolicyEnd(ctx context.Context, reach access.Reach, id access.PolicyID) (management.PolicyEffect, error) {
	return db.previewPolicy(ctx, reach, id, nil)
}

func (db *DB) previewPolicy(ctx context.Context, reach access.Reach, id access.PolicyID, d *management.PolicyDraft) (management.PolicyEffect, error) {
	var out management.PolicyEffect
	err := db.view(ctx, func(q querier) error {
		plan, err := db.planPolicy(ctx, q, reach, id, d)
		if err == nil {
			out = plan.PolicyEffect
		}
		return err
	})
	return out, err
}

// SavePolicy makes a policy or changes one, with all of its grants.
func (db *DB) SavePolicy(ctx context.Context, reach access.Reach, id access.PolicyID, e management.PolicyEdit) (access.PolicyID, error) {
	actor, made := reach.Actor(), id
	if made == "" {
		made = access.PolicyID(access.NewID())
	}
	return made, unlessNothing(db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeGround(ctx, reach)
		if err != nil {
			return err
		}
		plan, err := db.planPolicy(ctx, t, fresh, id, &e.PolicyDraft)
		switch {
		case err != nil:
			return err
		case id != "" && e.Version != plan.before.Version:
			return management.ErrPolicyChanged
		case id != "" && fmt.Sprintf("%+v", policySaid(plan.before.Policy)) == fmt.Sprintf("%+v", policySaid(plan.Policy)) && len(plan.begin)+len(plan.ended) == 0:
			return errNothingToDo
		}
		if err := plan.Effect.Confirmed(e.Seen); err != nil {
			return err
		}
		if err := t.writePolicy(ctx, actor, made, plan); err != nil {
			return err
		}
		if err := t.stillRoom(ctx, actor.Realm, plan.organization, plan.Managers); err != nil {
			return err
		}
		after := policySaid(plan.Policy).weighed(plan.Effect)
		if id == "" {
			return t.auditPolicy(ctx, actor, plan.organization, "policy.created", made, nil, after, e.Reason)
		}
		return t.auditPolicy(ctx, actor, plan.organization, "policy.changed", made, policySaid(plan.before.Policy), after, e.Reason)
	}))
}

// writePolicy writes a policy as it is to be: its row, its places and holders
// with what has ended of them, and the grants.
func (t *tx) writePolicy(ctx context.Context, actor access.Actor, id access.PolicyID, plan *policyPlan) error {
	realm, now, p := int64(actor.Realm), t.db.now().UnixMicro(), plan.Policy
	var begins any
	if !p.From.IsNone() {
		begins = p.From.Start(plan.zone).UnixMicro()
	}
	var err error
	if plan.before.ID == "" {
		_, err = t.exec(ctx, `insert into policy (realm_id, policy_id, organization_id, name, name_folded, role, created_at, changed_at, begins_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			realm, string(id), string(plan.organization), p.Name, fold.Text(p.Name), string(p.Role), now, now, begins, micros(plan.until))
	} else {
		_, err = t.exec(ctx, `update policy set name = $1, name_folded = $2, role = $3, changed_at = $4, begins_at = $5, ends_at = $6, version = version + 1 where realm_id = $7 and policy_id = $8`,
			p.Name, fold.Text(p.Name), string(p.Role), now, begins, micros(plan.until), realm, string(id))
	}
	if breaks(err, ruleUnique, "policy_name", "name_folded") {
		return management.ErrPolicyName
	}
	if err != nil {
		return err
	}
	if err := t.writePlaces(ctx, realm, id, plan); err != nil {
		return err
	}
	for _, kind := range []struct {
		name        string
		before, now []string
	}{{"group", texts(plan.before.Groups), texts(p.Groups)}, {"account", texts(plan.before.People), texts(p.People)}} {
		for _, holder := range without(kind.before, kind.now) {
			if _, err := t.exec(ctx, `update policy_holder set until_at = case when from_at > $1 then from_at else $1 end where realm_id = $2 and policy_id = $3 and holder_kind = $4 and holder_id = $5 and until_at is null`,
				now, realm, string(id), kind.name, holder); err != nil {
				return err
			}
		}
		for _, holder := range without(kind.now, kind.before) {
			if _, err := t.exec(ctx, `insert into policy_holder (realm_id, policy_id, holder_kind, holder_id, from_at) values ($1, $2, $3, $4, $5)
				on conflict (realm_id, policy_id, holder_kind, holder_id, from_at) do update set until_at = null`, realm, string(id), kind.name, holder, now); err != nil {
				return err
			}
		}
	}
	return t.writePolicyGrants(ctx, actor, id, plan)
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return slices.Contains(taken, v) })
}

// writePlaces ends the places that a policy is no longer about, those that are
// gone too, and begins the new ones.
func (t *tx) writePlaces(ctx context.Context, realm int64, id access.PolicyID, plan *policyPlan) error {
	now := t.db.now().UnixMicro()
	var had []management.PolicyPlace
	for _, at := range plan.before.At {
		had = append(had, at.PolicyPlace)
		if slices.Contains(plan.Policy.Places, at.PolicyPlace) {
			continue
		}
		if _, err := t.exec(ctx, `update policy_place set until_at = case when from_at > $1 then from_at else $1 end where realm_id = $2 and policy_id = $3 and node_kind = $4 and node_id = $5 and until_at is null`,
			now, realm, string(id), string(at.Kind), at.ID); err != nil {
			return err
		}
	}
	for _, place := range plan.Policy.Places {
		if slices.Contains(had, place) {
			continue
		}
		if _, err := t.exec(ctx, `insert into policy_place (realm_id, policy_id, node_kind, node_id, extent, from_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (realm_id, policy_id, node_kind, node_id, from_at) do update set until_at = null, extent = excluded.extent`,
			realm, string(id), string(place.Kind), place.ID, place.Extent.String(), now); err != nil {
			return err
		}
	}
	return nil
}

// writePolicyGrants ends and begins what the plan says.
func (t *tx) writePolicyGrants(ctx context.Context, actor access.Actor, id access.PolicyID, plan *policyPlan) error {
	realm := int64(actor.Realm)
	for _, g := range plan.ended {
		if _, err := t.exec(ctx, `update role_grant set ended_at = $1, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
			later(t.db.now(), g.From).UnixMicro(), byWhom(actor), "", realm, string(g.ID)); err != nil {
			return err
		}
	}
	for _, g := range plan.begin {
		at := map[access.NodeKind]any{g.Node.Kind: g.Node.ID}
		var group, holder any
		if g.Via != nil {
			group = string(g.Via.Group)
		} else {
			holder = string(g.Holder)
		}
		if _, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, group_id, role, node_kind, node_organization_id, node_location_id, purchase_id, team_id,
				extent, from_at, until_at, follows_home, policy_id, given_by, reason)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
			realm, access.NewID(), string(plan.organization), holder, group, string(g.Role.Key), string(g.Node.Kind),
			at[access.AtOrganization], at[access.AtLocation], at[access.AtPurchase], at[access.AtTeam],
			g.Extent.String(), later(g.From, t.db.now()).UnixMicro(), micros(g.Until), false, string(id), byWhom(actor), ""); err != nil {
			return err
		}
	}
	return nil
}

// EndPolicy ends a policy with all of its grants.
func (db *DB) EndPolicy(ctx context.Context, reach access.Reach, id access.PolicyID, e management.PolicyEdit) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeGround(ctx, reach)
		if err != nil {
			return err
		}
		plan, err := db.planPolicy(ctx, t, fresh, id, nil)
		if err != nil {
			return err
		}
		if err := plan.Effect.Confirmed(e.Seen); err != nil {
			return err
		}
		if err := t.writePolicyGrants(ctx, actor, id, plan); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update policy set ended_at = $1 where realm_id = $2 and policy_id = $3`, t.db.now().UnixMicro(), int64(actor.Realm), string(id)); err != nil {
			return err
		}
		return t.auditPolicy(ctx, actor, plan.organization, "policy.ended", id, policySaid(plan.before.Policy).weighed(plan.Effect), nil, e.Reason)
	})
}
