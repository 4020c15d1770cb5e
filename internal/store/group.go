package store

import (
	"context"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
)

// enrollmentsPolicy is the name of the ready policy by which a group enrolls and withdraws.
const enrollmentsPolicy = "Learner management: enrollments"

// foundLearnerManagers gives a new organization the group Learner managers and
// the policies of its roles over the whole organization (M-110, M-111).
func (t *tx) foundLearnerManagers(ctx context.Context, actor access.Actor, o org.Organization) error {
	const name = "Learner managers"
	realm, group, now := int64(o.Realm), access.NewID(), o.CreatedAt.UnixMicro()
	if _, err := t.exec(ctx, `insert into acting_group (realm_id, group_id, organization_id, name, name_folded, system_key, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		realm, group, string(o.ID), name, fold.Text(name), management.LearnerManagers, now); err != nil {
		return err
	}
	for _, key := range append(access.LearnerManagement(), access.ManageEnrollments) {
		role, _ := access.Preset(key)
		policy, called := access.NewID(), role.Name
		if key == access.ManageEnrollments {
			called = enrollmentsPolicy
		}
		if _, err := t.exec(ctx, `insert into policy (realm_id, policy_id, organization_id, name, name_folded, role, system_key, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			realm, policy, string(o.ID), called, fold.Text(called), string(key), string(key), now); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `insert into policy_place (realm_id, policy_id, node_kind, node_id, extent, from_at) values ($1, $2, $3, $4, $5, $6)`,
			realm, policy, string(access.AtOrganization), string(o.ID), access.Within.String(), now); err != nil {
			return err
		}
		if key == access.ManageEnrollments {
			continue // there from the start, and held by whom somebody attaches it to
		}
		if _, err := t.exec(ctx, `insert into policy_holder (realm_id, policy_id, holder_kind, holder_id, from_at) values ($1, $2, 'group', $3, $4)`,
			realm, policy, group, now); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, group_id, role, node_kind, node_organization_id, extent, from_at, follows_home, policy_id, given_by, reason)
			values ($1, $2, $3, $4, $5, $6, $3, $7, $8, $9, $10, $11, $12)`,
			realm, access.NewID(), string(o.ID), group, string(key), string(access.AtOrganization), access.Within.String(), now, false, policy, byWhom(actor), "came with the organization"); err != nil {
			return err
		}
	}
	return t.audit(ctx, actor, audit.Event{
		Organization: o.ID, Action: "group.created", SubjectKind: "group", SubjectID: group,
		After: map[string]any{"name": name, "roles": access.LearnerManagement()},
	})
}

// SystemGroup finds a group that an organization in the reach came with.
func (db *DB) SystemGroup(ctx context.Context, reach access.Reach, organization access.OrgID, key string) (access.GroupID, error) {
	p := with(int64(reach.Actor().Realm), string(organization), key)
	var id string
	err := one(ctx, db.read, `select ag.group_id from acting_group ag
		join organization o on o.realm_id = ag.realm_id and o.organization_id = ag.organization_id
		where ag.realm_id = $1 and ag.organization_id = $2 and ag.system_key = $3 and ag.ended_at is null and `+
		visibleThing(reach, thing{place: "o.path"}, p), p.list, &id)
	return access.GroupID(id), err
}

// AddMembers puts people into a group of an organization in the reach, all or nobody.
func (db *DB) AddMembers(ctx context.Context, reach access.Reach, group access.GroupID, people []access.AccountID) error {
	realm := reach.Actor().Realm
	return db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, `(select organization_id from acting_group where realm_id = $1 and group_id = $2 and ended_at is null)`, with(int64(realm), string(group)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		if err := t.mayHandOn(ctx, fresh, realm, group); err != nil {
			return err
		}
		manages, err := t.manages(ctx, realm, group)
		if err != nil {
			return err
		}
		var added []access.AccountID
		for _, id := range people {
			if manages {
				if err := t.roomForManager(ctx, realm, at.organization, id); err != nil {
					return err
				}
			}
			joined, err := t.join(ctx, realm, at.organization, group, id)
			if err != nil {
				return err
			}
			if joined {
				added = append(added, id)
			}
		}
		if len(added) == 0 {
			return nil
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: at.organization, Action: "group.members_added", SubjectKind: "group", SubjectID: string(group),
			After: map[string]any{"members": added},
		})
	})
}

// mayHandOn looks at everything that the group gives.
func (t *tx) mayHandOn(ctx context.Context, reach access.Reach, realm access.RealmID, group access.GroupID) error {
	held, err := liveRows(ctx, t, `g.group_id = $2`, "$3", int64(realm), string(group), t.db.now().UnixMicro())
	if err != nil {
		return err
	}
	return handsOn(reach, held)
}

// handsOn tells whether the asker may give, or take away, each of some grants (I-06).
func handsOn(reach access.Reach, held []access.Grant) error {
	for _, g := range held {
		if err := management.MayHandOn(reach, g); err != nil {
			return err
		}
	}
	return nil
}

// liveRows reads rows of role_grant that count or will, each as its group or
// its person holds it: whoever is in the group makes no difference.
func liveRows(ctx context.Context, q querier, where, now string, args ...any) ([]access.Grant, error) {
	return collect(ctx, q, `select g.grant_id, coalesce(g.account_id, ''), g.role, coalesce(cr.name, ''), coalesce(cr.any_permissions, ''), coalesce(cr.own_permissions, ''),
			coalesce(cr.node_kinds, ''), cr.reports_only, cr.ended_at, g.node_kind, coalesce(g.node_organization_id, g.node_location_id, g.purchase_id, g.team_id),
			coalesce(n.path, l.path, h.path), coalesce(n.name, l.name, t.name, pu.company, ''), coalesce(t.owner_id, pu.buyer_id, ''), coalesce(pu.product_id, ''),
			g.extent, g.from_at, g.until_at, g.ended_at, g.follows_home, coalesce(g.policy_id, ''), g.given_by, g.reason,
			coalesce(g.group_id, ''), coalesce(ag.name, ''), g.from_at, g.ended_at
		from role_grant g
		join organization h on h.realm_id = g.realm_id and h.organization_id = g.organization_id
		left join organization n on n.realm_id = g.realm_id and n.organization_id = g.node_organization_id
		left join location l on l.realm_id = g.realm_id and l.location_id = g.node_location_id
		left join purchase pu on pu.realm_id = g.realm_id and pu.purchase_id = g.purchase_id
		left join team t on t.realm_id = g.realm_id and t.team_id = g.team_id and t.ended_at is null
		left join acting_group ag on ag.realm_id = g.realm_id and ag.group_id = g.group_id
		left join custom_role cr on cr.realm_id = g.realm_id and cr.role_id = g.role
		where g.realm_id = $1 and `+where+` and g.ended_at is null and (g.until_at is null or g.until_at > `+now+`) and (g.team_id is null or t.team_id is not null)
		order by g.from_at, g.grant_id`, args, scanGrant)
}

// join makes somebody of the organization a member; false where they are one.
func (t *tx) join(ctx context.Context, realm access.RealmID, organization access.OrgID, group access.GroupID, id access.AccountID) (bool, error) {
	now := t.db.now().UnixMicro()
	var member bool
	err := one(ctx, t, `select exists (select 1 from group_member m where m.realm_id = a.realm_id and m.group_id = $2 and m.account_id = a.account_id
			and (m.until_at is null or m.until_at > $3))
		from account a where a.realm_id = $1 and a.account_id = $4 and a.organization_id = $5 and a.status <> 'erased'`,
		[]any{int64(realm), string(group), now, string(id), string(organization)}, &member)
	if errors.Is(err, fault.ErrNotFound) {
		return false, management.ErrNotOurs
	}
	if err != nil || member {
		return false, err
	}
	_, err = t.exec(ctx, `insert into group_member (realm_id, organization_id, group_id, account_id, from_at) values ($1, $2, $3, $4, $5)
		on conflict (realm_id, group_id, account_id, from_at) do update set until_at = null`,
		int64(realm), string(organization), string(group), string(id), now)
	return true, err
}
