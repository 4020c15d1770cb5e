package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
)

// policyPlan is a policy as it is to be, and what that changes, worked out at one moment.
type policyPlan struct {
	management.PolicyEffect
	ground
	before       policyRow // without an id: there is none yet
	from, until  time.Time
	begin, ended []access.Grant // as their groups or people hold them
}

// planPolicy checks what a policy is to be and weighs it; d nil: it is to end.
func (db *DB) planPolicy(ctx context.Context, q querier, reach access.Reach, id access.PolicyID, d *management.PolicyDraft) (*policyPlan, error) {
	at, err := groundOf(ctx, q, reach)
	if err != nil {
		return nil, err
	}
	plan := &policyPlan{ground: at}
	var now []access.Grant
	if id != "" {
		if plan.before, err = onePolicy(ctx, q, reach, at, "and p.policy_id = $3", string(id)); err != nil {
			return nil, err
		}
		if !plan.before.Ended.IsZero() {
			return nil, management.ErrPolicyEnded
		}
		if now, err = liveRows(ctx, q, `g.policy_id = $2`, "$3", int64(reach.Actor().Realm), string(id), reach.At().UnixMicro()); err != nil {
			return nil, err
		}
	}
	if err := handsOn(reach, now); err != nil {
		return nil, err
	}
	plan.Policy = plan.before.Policy
	var wanted []access.Grant
	switch {
	case d == nil && plan.before.System != "":
		return nil, management.ErrPolicySystem
	case d == nil:
		plan.Policy.Places, plan.Policy.Groups, plan.Policy.People = nil, nil, nil
	default:
		if wanted, err = plan.want(ctx, q, reach, *d); err != nil {
			return nil, err
		}
	}
	plan.differ(now, wanted)
	if err := plan.weigh(ctx, q, reach); err != nil {
		return nil, err
	}
	plan.Begins, plan.Ends = len(plan.begin), len(plan.ended)
	plan.Managers, err = managers(ctx, q, reach.Actor().Realm, at.organization, reach.At().UnixMicro())
	return plan, err
}

// want works out every grant of the policy as it is to be.
func (p *policyPlan) want(ctx context.Context, q querier, reach access.Reach, d management.PolicyDraft) ([]access.Grant, error) {
	realm := reach.Actor().Realm
	if p.before.System != "" { // only who holds it changes
		d.Name, d.Role, d.Places, d.From, d.Until = p.before.Name, p.before.Role, p.before.Places, p.before.From, p.before.Until
	}
	if err := p.date(reach, d); err != nil {
		return nil, err
	}
	if err := p.hold(ctx, q, reach, d); err != nil {
		return nil, err
	}
	p.Policy.PolicyDraft, p.Policy.At = d, nil
	roles, err := rolesForPolicies(ctx, q, realm, p.organization, d.Role)
	if err != nil {
		return nil, err
	}
	var places []access.Grant
	for _, place := range d.Places {
		found, err := grantPlaceFor(ctx, q, reach, p.holderHere(realm), place.Spot)
		if err != nil {
			return nil, management.ErrPolicyPlace
		}
		role := roles(place.Kind)
		if !management.ForPolicies(role) || !found.Offers(role) || !slices.Contains(found.Extents(role), place.Extent) {
			return nil, management.ErrPolicyRole
		}
		g := access.Grant{
			Role: role, Extent: place.Extent, From: p.from, Until: p.until,
			Node: access.Node{Kind: found.Kind, ID: found.ID, Path: found.Path, Label: found.Name},
		}
		if err := management.MayHandOn(reach, g); err != nil {
			return nil, err
		}
		places = append(places, g)
		p.Policy.At = append(p.Policy.At, management.PolicyAt{PolicyPlace: place, Name: found.Name, Within: found.Within})
	}
	if p.Policy.Gives, err = wholeRole(ctx, q, realm, p.organization, d.Role); err != nil {
		return nil, err
	}
	var out []access.Grant
	for _, g := range places {
		for _, id := range d.Groups {
			g.Via, g.Holder = &access.Via{Group: id}, ""
			out = append(out, g)
		}
		for _, id := range d.People {
			g.Via, g.Holder = nil, id
			out = append(out, g)
		}
	}
	return out, nil
}

// rolesForPolicies finds a role as it is at a kind of place.
func rolesForPolicies(ctx context.Context, q querier, realm access.RealmID, organization access.OrgID, key access.RoleKey) (func(access.NodeKind) access.Role, error) {
	if preset, ok := access.Preset(key); ok {
		return func(access.NodeKind) access.Role { return preset }, nil
	}
	custom, err := customRoles(ctx, q, realm, organization)
	i := slices.IndexFunc(custom, func(c management.CustomRole) bool { return c.ID == key && c.Ended.IsZero() })
	if err != nil || i < 0 {
		return func(access.NodeKind) access.Role { return access.Role{Key: key} }, err
	}
	return func(kind access.NodeKind) access.Role { return custom[i].Role(key, kind) }, nil
}

// date works out from when to when the policy counts; days that are as they
// were may lie in the past.
func (p *policyPlan) date(reach access.Reach, d management.PolicyDraft) error {
	check := management.Giving{From: d.From, Until: d.Until}
	if p.before.ID != "" && d.From == p.before.From {
		check.From = day.None
	}
	var err error
	if p.from, p.until, err = check.Dates(reach.At(), p.zone); err != nil {
		return err
	}
	if start := instant(p.before.begins); p.before.ID != "" && d.From == p.before.From && start.After(p.from) {
		p.from = start
	}
	return nil
}

// hold finds who is to hold the policy.
func (p *policyPlan) hold(ctx context.Context, q querier, reach access.Reach, d management.PolicyDraft) error {
	p.Policy.Holders, p.Policy.Hidden = nil, 0
	groups, err := groupsWhere(ctx, q, "and g.ended_at is null", reach.At().UnixMicro(), int64(reach.Actor().Realm), string(p.organization))
	if err != nil {
		return err
	}
	for _, id := range d.Groups {
		i := slices.IndexFunc(groups, func(g management.Group) bool { return g.ID == id })
		if i < 0 {
			return management.ErrPolicyGroup
		}
		g := groups[i]
		p.Policy.Holders = append(p.Policy.Holders, management.PolicyHolder{Group: g.ID, Name: g.Name, System: g.System, Members: g.Members})
	}
	// Who has held it until now may be suspended meanwhile.
	added := slices.DeleteFunc(slices.Clone(d.People), func(id access.AccountID) bool { return slices.Contains(p.before.People, id) })
	found, err := peopleHere(ctx, q, reach, p.organization, added)
	if err != nil {
		return err
	}
	if len(found) < len(added) {
		return management.ErrPolicyPeople
	}
	people, err := namesOf(ctx, q, reach, d.People)
	for _, person := range people {
		p.Policy.Holders = append(p.Policy.Holders, management.PolicyHolder{Account: person.ID, Name: person.Name, Email: person.Email})
	}
	p.Policy.Hidden = len(d.People) - len(people)
	return err
}

// differ tells what of the present grants stays. Where the days or the role
// change nothing does.
func (p *policyPlan) differ(now, wanted []access.Grant) {
	begins := p.Policy.From
	same := func(a, b access.Grant) bool {
		via := func(g access.Grant) access.GroupID {
			if g.Via == nil {
				return ""
			}
			return g.Via.Group
		}
		return begins == p.before.From && a.Until.Equal(b.Until) && a.Role.Key == b.Role.Key && a.Holder == b.Holder && via(a) == via(b) &&
			a.Node.Kind == b.Node.Kind && a.Node.ID == b.Node.ID && a.Extent == b.Extent
	}
	for _, g := range now {
		if !slices.ContainsFunc(wanted, func(w access.Grant) bool { return same(g, w) }) {
			p.ended = append(p.ended, g)
		}
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(now, func(g access.Grant) bool { return same(g, w) }) {
			p.begin = append(p.begin, w)
		}
	}
}

// weigh works out what changes for everybody who holds what begins or ends.
func (p *policyPlan) weigh(ctx context.Context, q querier, reach access.Reach) error {
	realm := reach.Actor().Realm
	var groups []access.GroupID
	var people []access.AccountID
	for _, g := range append(slices.Clone(p.begin), p.ended...) {
		if g.Via != nil {
			groups = append(groups, g.Via.Group)
		} else {
			people = append(people, g.Holder)
		}
	}
	slices.Sort(groups)
	groups = slices.Compact(groups)
	in := map[access.GroupID][]access.AccountID{}
	for _, group := range groups {
		members, err := membersOf(ctx, q, realm, []access.GroupID{group}, reach.At())
		if err != nil {
			return err
		}
		in[group], people = members, append(people, members...)
	}
	slices.Sort(people)
	people = slices.Compact(people)
	holds := func(g access.Grant, id access.AccountID) bool {
		return g.Via == nil && g.Holder == id || g.Via != nil && slices.Contains(in[g.Via.Group], id)
	}
	if self := reach.Actor().Account; self != "" && slices.ContainsFunc(p.begin, func(g access.Grant) bool { return holds(g, self) }) {
		return management.ErrGiveSelf
	}
	before, err := factsToWeigh(ctx, q, realm, people)
	if err != nil {
		return err
	}
	held := make([]management.Held, len(before))
	for i, f := range before {
		var begin []access.Grant
		for _, g := range p.begin {
			if holds(g, f.Actor().Account) {
				g.Via, g.From, g.Until = nil, reach.At(), time.Time{} // what begins later is shown as it will be
				begin = append(begin, g)
			}
		}
		held[i] = management.Held{Before: f, After: management.Instead(f, func(g access.Grant) bool {
			return slices.ContainsFunc(p.ended, func(e access.Grant) bool { return e.ID == g.ID })
		}, begin...)}
	}
	if p.Effect, err = weighSight(ctx, q, reach, held); err != nil {
		return err
	}
	p.Effect.Sign("policy", string(p.before.ID), fmt.Sprint(p.before.Version), fmt.Sprintf("%+v", p.Policy.PolicyDraft), fmt.Sprint(people))
	return nil
}
