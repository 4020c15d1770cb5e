package store

import (
	"context"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// PreviewBaseRole works out what another base role of somebody would change.
func (db *DB) PreviewBaseRole(ctx context.Context, reach access.Reach, id access.AccountID, to access.RoleKey) (management.Effect, error) {
	var out management.Effect
	err := db.view(ctx, func(q querier) error {
		m, err := inCare(ctx, q, reach, id)
		if err != nil {
			return err
		}
		if err := notAbove(ctx, q, reach, m); err != nil {
			return err
		}
		if _, err := mayTake(ctx, q, reach, m, to); err != nil {
			return err
		}
		out, err = weighRole(ctx, q, reach, m.Account, m.Organization, to)
		return err
	})
	return out, err
}

// mayTake tells whether the asker may give somebody a base role where they are.
func mayTake(ctx context.Context, q querier, reach access.Reach, m account.Membership, to access.RoleKey) (access.Role, error) {
	role, _ := access.Preset(to)
	if err := roleFits(ctx, q, m.Organization, role, m.Account.Location); err != nil {
		return role, err
	}
	return role, account.MayGive(reach, role, account.NodeOf(role, m.Organization.Path, m.Account.Home))
}

// weighRole weighs it for a change that was checked.
func weighRole(ctx context.Context, q querier, reach access.Reach, a account.Account, o org.Organization, to access.RoleKey) (management.Effect, error) {
	facts, err := loadFacts(ctx, q, a.Realm, a.ID)
	if err != nil {
		return management.Effect{}, err
	}
	ends := func(g access.Grant) bool { return g.FollowsHome || g.Role.Key == access.Purchaser }
	after := management.Instead(facts, ends)
	role, _ := access.Preset(to)
	if len(role.Nodes) > 0 && role.Key != access.Purchaser && a.Status == account.Active {
		node := access.Node{Kind: role.Nodes[0], Path: account.NodeOf(role, o.Path, a.Home)}
		after = management.Instead(facts, ends, access.Grant{Holder: a.ID, Role: role, Node: node, Extent: role.Extent, From: reach.At(), FollowsHome: true})
	}
	effect, err := weighSight(ctx, q, reach, []management.Held{{Before: facts, After: after}})
	effect.Sign("role", string(a.ID), string(to))
	return effect, err
}

// PreviewPlace works out what placing somebody elsewhere would change.
func (db *DB) PreviewPlace(ctx context.Context, reach access.Reach, id access.AccountID, to access.LocationID) (management.Effect, error) {
	var out management.Effect
	err := db.view(ctx, func(q querier) error {
		m, err := inCare(ctx, q, reach, id)
		if err != nil {
			return err
		}
		if err := notAbove(ctx, q, reach, m); err != nil {
			return err
		}
		home, err := mayPlace(ctx, q, reach, m.Account, m.Organization, to)
		if err != nil {
			return err
		}
		out, err = weighMove(ctx, q, reach, m.Account, to, home)
		return err
	})
	return out, err
}

// weighMove weighs it for a move that was checked: who sees the person, and
// whom the person sees by a base role that goes with them.
func weighMove(ctx context.Context, q querier, reach access.Reach, a account.Account, to access.LocationID, home access.Path) (management.Effect, error) {
	before, err := placementOf(ctx, q, a.Realm, a.ID, a.Home, a.Learner)
	if err != nil {
		return management.Effect{}, err
	}
	after := before
	after.Home = home
	effect, err := weighPlacing(ctx, q, reach, before, after)
	if err != nil {
		return effect, err
	}
	facts, err := loadFacts(ctx, q, a.Realm, a.ID)
	if err != nil {
		return effect, err
	}
	moved := movedTo(facts, home)
	own, err := weighSight(ctx, q, reach, []management.Held{{Before: facts, After: moved}})
	if sees(reach, facts, before) && !sees(reach, moved, before) && sees(reach, moved, after) {
		own.Spare(a.ID, a.Name) // who is counted among those left behind, and comes along
	}
	effect.Add(own)
	effect.Sign("place", string(a.ID), string(to))
	return effect, err
}

// sees tells whether somebody with these facts sees a learner placed there.
func sees(asker access.Reach, f access.Facts, at access.Placement) bool {
	return slices.ContainsFunc(management.Sight(), func(p access.Permission) bool { return f.For(p, asker.At()).Covers(at) })
}

// movedTo is facts of somebody who is placed elsewhere: what follows their home has its place there.
func movedTo(f access.Facts, home access.Path) access.Facts {
	grants := slices.Clone(f.Grants())
	for i := range grants {
		if grants[i].FollowsHome && grants[i].Node.Kind == access.AtLocation {
			grants[i].Node.Path = home
		}
	}
	actor := f.Actor()
	actor.Home = home
	return access.NewFacts(actor, 0, grants)
}
