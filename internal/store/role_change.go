package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
)

// saidOfRole is what audit events of custom roles say.
type saidOfRole struct {
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Permissions []string          `json:"permissions,omitempty"`
	Own         []string          `json:"own_permissions,omitempty"`
	Nodes       []access.NodeKind `json:"node_kinds,omitempty"`
	ReportsOnly bool              `json:"reports_only"`
	Gains       map[string]int    `json:"gains,omitempty"` // people by permission
	Loses       map[string]int    `json:"loses,omitempty"`
}

func saidOfDraft(d management.RoleDraft) saidOfRole {
	names := func(s access.Set) (out []string) {
		for _, p := range s.List() {
			out = append(out, p.String())
		}
		return out
	}
	return saidOfRole{Name: d.Name, Description: d.Description, Permissions: names(d.Any), Own: names(d.Own), Nodes: d.Nodes, ReportsOnly: d.ReportsOnly}
}

// weighed adds what the change does to those who hold the role.
func (s saidOfRole) weighed(e management.RoleEffect) saidOfRole {
	s.Gains, s.Loses = map[string]int{}, map[string]int{}
	for _, c := range e.Changes {
		if c.Gains.People > 0 {
			s.Gains[c.Permission.String()] = c.Gains.People
		}
		if c.Loses.People > 0 {
			s.Loses[c.Permission.String()] = c.Loses.People
		}
	}
	return s
}

func (t *tx) auditRole(ctx context.Context, actor access.Actor, o access.OrgID, action string, key access.RoleKey, before, after any, reason string) error {
	return t.audit(ctx, actor, audit.Event{Organization: o, Action: action, SubjectKind: "role", SubjectID: string(key), Before: before, After: after, Reason: reason})
}

// AddRole makes a role that gives no more than its maker has in the organization.
func (db *DB) AddRole(ctx context.Context, reach access.Reach, d management.RoleDraft) (access.RoleKey, error) {
	actor, key := reach.Actor(), access.RoleKey(access.NewID())
	return key, db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		if err := mayMake(fresh, at.path, d.Whole(key)); err != nil {
			return err
		}
		anyOf, own, nodes := storedRole(d)
		_, err = t.exec(ctx, `insert into custom_role (realm_id, role_id, organization_id, name, name_folded, description, any_permissions, own_permissions, node_kinds, reports_only, created_at, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`, int64(actor.Realm), string(key), string(at.organization), d.Name, fold.Text(d.Name), d.Description,
			anyOf, own, nodes, d.ReportsOnly, t.db.now().UnixMicro())
		switch {
		case breaks(err, ruleUnique, "custom_role_name", "name_folded"):
			return management.ErrRoleName
		case err != nil:
			return err
		}
		if err := t.keepVersion(ctx, actor, key, 1, d, ""); err != nil {
			return err
		}
		return t.auditRole(ctx, actor, at.organization, "role.created", key, nil, saidOfDraft(d), "")
	})
}

// mayMake tells whether the asker has at the organization all that a role gives (I-06).
func mayMake(reach access.Reach, at access.Path, role access.Role) error {
	if management.MayHandOn(reach, access.Grant{Role: role, Node: access.Node{Path: at}, Extent: access.Here}) != nil {
		return management.ErrRoleMoreThanOwn
	}
	return nil
}

// keepVersion writes down what a role gives from now on, and who said so.
func (t *tx) keepVersion(ctx context.Context, actor access.Actor, key access.RoleKey, version int, d management.RoleDraft, reason string) error {
	anyOf, own, nodes := storedRole(d)
	_, err := t.exec(ctx, `insert into custom_role_version (realm_id, role_id, version, name, description, any_permissions, own_permissions, node_kinds, reports_only, at, written_by, reason)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, int64(actor.Realm), string(key), int64(version), d.Name, d.Description, anyOf, own, nodes, d.ReportsOnly,
		t.db.now().UnixMicro(), byWhom(actor), reason)
	return err
}

// EditRole writes the next version of a role.
func (db *DB) EditRole(ctx context.Context, reach access.Reach, key access.RoleKey, e management.RoleEdit) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		now, effect, err := t.changeRole(ctx, reach, key, e)
		if err != nil {
			return err
		}
		if now.Version != e.Version {
			return management.ErrRoleChanged
		}
		if now.Same(e.RoleDraft) {
			return nil
		}
		if err := effect.Confirmed(e.Seen); err != nil {
			return err
		}
		anyOf, own, nodes := storedRole(e.RoleDraft)
		_, err = t.exec(ctx, `update custom_role set name = $1, name_folded = $2, description = $3, any_permissions = $4, own_permissions = $5, node_kinds = $6, reports_only = $7, version = $8
			where realm_id = $9 and role_id = $10`, e.Name, fold.Text(e.Name), e.Description, anyOf, own, nodes, e.ReportsOnly, int64(now.Version+1), int64(actor.Realm), string(key))
		switch {
		case breaks(err, ruleUnique, "custom_role_name", "name_folded"):
			return management.ErrRoleName
		case err != nil:
			return err
		}
		if err := t.keepVersion(ctx, actor, key, now.Version+1, e.RoleDraft, e.Reason); err != nil {
			return err
		}
		return t.auditRole(ctx, actor, now.Organization, "role.changed", key, saidOfDraft(now.RoleDraft), saidOfDraft(e.RoleDraft).weighed(effect), e.Reason)
	})
}

// EndRole ends a role with every grant of it; what it was stays readable.
func (db *DB) EndRole(ctx context.Context, reach access.Reach, key access.RoleKey, e management.RoleEdit) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		now, effect, err := t.changeRole(ctx, reach, key, e)
		if err != nil {
			return err
		}
		if err := effect.Confirmed(e.Seen); err != nil {
			return err
		}
		at := t.db.now().UnixMicro()
		for _, change := range []struct {
			query string
			args  []any
		}{
			{
				`update role_grant set ended_at = case when from_at > $1 then from_at else $1 end, ended_by = $2, ended_reason = 'the role ended' where realm_id = $3 and role = $4 and ended_at is null`,
				[]any{at, byWhom(actor), int64(actor.Realm), string(key)},
			},
			{`update policy set ended_at = $1 where realm_id = $2 and role = $3 and ended_at is null`, []any{at, int64(actor.Realm), string(key)}},
			{`update custom_role set ended_at = $1 where realm_id = $2 and role_id = $3`, []any{at, int64(actor.Realm), string(key)}},
		} {
			if _, err := t.exec(ctx, change.query, change.args...); err != nil {
				return err
			}
		}
		return t.auditRole(ctx, actor, now.Organization, "role.ended", key, saidOfDraft(now.RoleDraft), saidOfRole{Name: now.Name, ReportsOnly: now.ReportsOnly}.weighed(effect), e.Reason)
	})
}

// changeRole begins a change of a role: it takes the row of its organization,
// and of every other in which somebody holds it, so that what their holders
// asked for before is decided again. Then it weighs the change.
func (t *tx) changeRole(ctx context.Context, reach access.Reach, key access.RoleKey, e management.RoleEdit) (management.CustomRole, management.RoleEffect, error) {
	realm := reach.Actor().Realm
	none := func(err error) (management.CustomRole, management.RoleEffect, error) {
		return management.CustomRole{}, management.RoleEffect{}, err
	}
	at, fresh, err := t.changeAccess(ctx, reach, `(select organization_id from custom_role where realm_id = $1 and role_id = $2)`, with(int64(realm), string(key)))
	if err != nil {
		return none(err)
	}
	if _, err := t.exec(ctx, `update organization set revision = revision + 1 where realm_id = $1 and organization_id <> $2
			and organization_id in (select g.organization_id from role_grant g where g.realm_id = $1 and g.role = $3 and g.ended_at is null)`,
		int64(realm), string(at.organization), string(key)); err != nil {
		return none(err)
	}
	effect, err := t.db.weighRole(ctx, t, fresh, key, e.RoleDraft)
	return effect.Role, effect, err
}

// liveGrantsOf lists the grants of a role that count now or will, once each,
// whoever holds them.
func liveGrantsOf(ctx context.Context, q querier, realm access.RealmID, key access.RoleKey, now int64) ([]access.Grant, error) {
	return collect(ctx, q, `select g.node_kind, coalesce(n.path, l.path, h.path), g.extent from role_grant g
		join organization h on h.realm_id = g.realm_id and h.organization_id = g.organization_id
		left join organization n on n.realm_id = g.realm_id and n.organization_id = g.node_organization_id
		left join location l on l.realm_id = g.realm_id and l.location_id = g.node_location_id
		where g.realm_id = $1 and g.role = $2 and g.ended_at is null and (g.until_at is null or g.until_at > $3)`, []any{int64(realm), string(key), now}, func(row *sql.Rows) (access.Grant, error) {
		var kind, path, extent string
		err := row.Scan(&kind, &path, &extent)
		return access.Grant{Node: access.Node{Kind: access.NodeKind(kind), Path: access.Path(path)}, Extent: access.ParseExtent(extent)}, err
	})
}
