package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

var _ management.RoleStore = (*DB)(nil)

// customRole is what a row of custom_role says, as it is stored.
type customRole struct {
	name, description, anyOf, own, nodes string
	reportsOnly                          sql.NullBool
	ended                                sql.NullInt64
}

// draft reads it; unknown permissions and kinds of node give nothing.
func (c customRole) draft() management.RoleDraft {
	d := management.RoleDraft{
		Name: c.name, Description: c.description, Any: permissionSet(c.anyOf), Own: permissionSet(c.own), ReportsOnly: c.reportsOnly.Bool,
	}
	for _, kind := range management.NodeKinds() {
		if slices.Contains(strings.Fields(c.nodes), string(kind)) {
			d.Nodes = append(d.Nodes, kind)
		}
	}
	return d
}

// at is what it gives at a kind of node now.
func (c customRole) at(key access.RoleKey, kind access.NodeKind) access.Role {
	if c.ended.Valid {
		return access.Role{Key: key, Name: c.name}
	}
	return c.draft().Role(key, kind)
}

// storedRole is how a draft is stored.
func storedRole(d management.RoleDraft) (anyOf, own, nodes string) {
	kinds := make([]string, len(d.Nodes))
	for i, kind := range d.Nodes {
		kinds[i] = string(kind)
	}
	return permissionList(d.Any), permissionList(d.Own), strings.Join(kinds, " ")
}

func permissionList(s access.Set) string {
	var ids []string
	for _, p := range s.List() {
		ids = append(ids, p.String())
	}
	return strings.Join(ids, " ")
}

const roleColumns = `cr.role_id, cr.organization_id, cr.version, coalesce(v.at, cr.created_at), cr.name, cr.description, cr.any_permissions, cr.own_permissions, cr.node_kinds, cr.reports_only, cr.ended_at`

const roleTables = `custom_role cr left join custom_role_version v on v.realm_id = cr.realm_id and v.role_id = cr.role_id and v.version = cr.version`

func scanRole(row *sql.Rows) (management.CustomRole, error) {
	var r management.CustomRole
	var id, organization string
	var c customRole
	var changed sql.NullInt64
	err := row.Scan(&id, &organization, &r.Version, &changed, &c.name, &c.description, &c.anyOf, &c.own, &c.nodes, &c.reportsOnly, &c.ended)
	r.RoleDraft, r.ID, r.Organization, r.Changed, r.Ended = c.draft(), access.RoleKey(id), access.OrgID(organization), instant(changed), instant(c.ended)
	return r, err
}

// customRoles lists the roles that an organization made, those in use by name and then the ended ones.
func customRoles(ctx context.Context, q querier, realm access.RealmID, id access.OrgID) ([]management.CustomRole, error) {
	return collect(ctx, q, `select `+roleColumns+` from `+roleTables+` where cr.realm_id = $1 and cr.organization_id = $2
		order by case when cr.ended_at is null then 0 else 1 end, cr.name_folded, cr.role_id`, []any{int64(realm), string(id)}, scanRole)
}

// RoleGround finds the organization whose roles the asker works on: the roles of
// one stand at its place, and whoever reaches less than that has none of them.
func (db *DB) RoleGround(ctx context.Context, reach access.Reach) (access.OrgID, access.Path, error) {
	return roleGround(ctx, db.read, reach)
}

func roleGround(ctx context.Context, q querier, reach access.Reach) (access.OrgID, access.Path, error) {
	p := with(int64(reach.Actor().Realm), string(reach.Actor().Organization))
	var id, path string
	err := one(ctx, q, `select o.organization_id, o.path from organization o where o.realm_id = $1 and o.organization_id = $2 and `+
		visibleThing(reach, thing{place: "o.path"}, p), p.list, &id, &path)
	return access.OrgID(id), access.Path(path), err
}

// Roles lists what there is to give in the asker's organization, and how many hold it.
func (db *DB) Roles(ctx context.Context, reach access.Reach) (management.RoleList, error) {
	var out management.RoleList
	err := db.view(ctx, func(q querier) error {
		organization, _, err := roleGround(ctx, q, reach)
		if err != nil {
			return err
		}
		realm := reach.Actor().Realm
		if out.Custom, err = customRoles(ctx, q, realm, organization); err != nil {
			return err
		}
		held := map[access.RoleKey]int{}
		if err := each(ctx, q, `select x.role, count(*) from (`+holding(`g.organization_id = $2`, `$3`)+`) x group by x.role`,
			[]any{int64(realm), string(organization), reach.At().UnixMicro()}, func(row *sql.Rows) error {
				var key string
				var n int
				err := row.Scan(&key, &n)
				held[access.RoleKey(key)] = n
				return err
			}); err != nil {
			return err
		}
		for i := range out.Custom {
			out.Custom[i].People = held[out.Custom[i].ID]
		}
		for _, preset := range access.Presets() {
			out.System = append(out.System, management.SystemRole{Role: preset, People: held[preset.Key]})
		}
		return nil
	})
	return out, err
}

// holding lists who holds roles, or will, each once for each role: by grants (g)
// of a condition, directly or as a member of a group.
func holding(where, now string) string {
	live := ` and (g.ended_at is null or g.ended_at > ` + now + `) and (g.until_at is null or g.until_at > ` + now + `)`
	exists := ` join account a on a.realm_id = g.realm_id and a.status <> 'erased' and a.account_id = `
	return `select g.role, g.account_id from role_grant g` + exists + `g.account_id where g.realm_id = $1 and ` + where + live + `
		union select g.role, m.account_id from role_grant g
			join acting_group ag on ag.realm_id = g.realm_id and ag.group_id = g.group_id and ag.ended_at is null
			join group_member m on m.realm_id = g.realm_id and m.group_id = g.group_id and (m.until_at is null or m.until_at > ` + now + `)` + exists + `m.account_id
			where g.realm_id = $1 and ` + where + live
}

// Role finds a role of the asker's organization, or one that Ambit comes with,
// with those who hold it there.
func (db *DB) Role(ctx context.Context, reach access.Reach, key access.RoleKey, after access.AccountID, holders int) (management.RoleDetails, error) {
	var out management.RoleDetails
	err := db.view(ctx, func(q querier) error {
		organization, _, err := roleGround(ctx, q, reach)
		if err != nil {
			return err
		}
		realm := reach.Actor().Realm
		preset, known := access.Preset(key)
		if out.Role = preset; !known {
			role, err := roleIn(ctx, q, realm, organization, key)
			if err != nil {
				return err
			}
			out.Custom, out.Role = &role, role.Whole(key)
			if out.Versions, err = roleVersions(ctx, q, realm, key); err != nil {
				return err
			}
		}
		return holdersOf(ctx, q, reach, organization, key, after, holders, &out)
	})
	return out, err
}

// roleIn finds a custom role of an organization, ended or not.
func roleIn(ctx context.Context, q querier, realm access.RealmID, organization access.OrgID, key access.RoleKey) (management.CustomRole, error) {
	found, err := collect(ctx, q, `select `+roleColumns+` from `+roleTables+` where cr.realm_id = $1 and cr.organization_id = $2 and cr.role_id = $3`,
		[]any{int64(realm), string(organization), string(key)}, scanRole)
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return management.CustomRole{}, err
	}
	return found[0], nil
}

func roleVersions(ctx context.Context, q querier, realm access.RealmID, key access.RoleKey) ([]management.RoleVersion, error) {
	return collect(ctx, q, `select v.version, v.name, v.description, v.any_permissions, v.own_permissions, v.node_kinds, v.reports_only, v.at, v.written_by, v.reason
		from custom_role_version v where v.realm_id = $1 and v.role_id = $2 order by v.version desc`, []any{int64(realm), string(key)}, func(row *sql.Rows) (management.RoleVersion, error) {
		var v management.RoleVersion
		var c customRole
		var at sql.NullInt64
		err := row.Scan(&v.Version, &c.name, &c.description, &c.anyOf, &c.own, &c.nodes, &c.reportsOnly, &at, &v.By.ID, &v.Reason)
		v.RoleDraft, v.At = c.draft(), instant(at)
		return v, err
	})
}

// holdersOf names some of those who hold a role in an organization, or will,
// whom the asker sees, from after one of them on; all of them are counted.
func holdersOf(ctx context.Context, q querier, reach access.Reach, organization access.OrgID, key access.RoleKey, after access.AccountID, most int, out *management.RoleDetails) error {
	realm, now := int64(reach.Actor().Realm), reach.At().UnixMicro()
	p := with(realm, string(organization), now, string(key))
	of := holding(`g.organization_id = $2 and g.role = $4`, `$3`)
	named := visible(reach, "a", p)
	seen := 0
	if err := one(ctx, q, `select count(*) from (`+of+`) x join account a on a.realm_id = $1 and a.account_id = x.account_id where `+named, p.list, &seen); err != nil {
		return err
	}
	if after != "" {
		named += ` and (a.name_folded, a.account_id) > (select b.name_folded, b.account_id from account b where b.realm_id = $1 and b.account_id = ` + p.put(string(after)) + `)`
	}
	people := map[access.AccountID]management.Person{}
	var ids []access.AccountID
	if err := each(ctx, q, `select a.account_id, a.name, coalesce(a.email, '') from (`+of+`) x join account a on a.realm_id = $1 and a.account_id = x.account_id
		where `+named+` order by a.name_folded, a.account_id limit `+p.put(most), p.list, func(row *sql.Rows) error {
		var person management.Person
		err := row.Scan(&person.ID, &person.Name, &person.Email)
		people[person.ID], ids = person, append(ids, person.ID)
		return err
	}); err != nil {
		return err
	}
	if err := one(ctx, q, `select count(*) from (`+of+`) x`, []any{realm, string(organization), now, string(key)}, &out.People); err != nil {
		return err
	}
	if out.Custom != nil {
		out.Custom.People = out.People
	}
	out.Others = out.People - seen
	p = with(realm)
	where := `g.role = ` + p.put(string(key)) + ` and g.organization_id = ` + p.put(string(organization)) + ` and (g.account_id in ` + in(p, ids) + ` or m.account_id in ` + in(p, ids) + `)
		and g.ended_at is null and (g.until_at is null or g.until_at > ` + p.put(now) + `)`
	held, err := grants(ctx, q, "role_grant g", where, p)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for _, g := range held {
			if g.Holder == id && (g.Via == nil || g.Via.Until.IsZero() || g.Via.Until.After(reach.At())) {
				g.GivenBy, g.Reason = "", ""
				out.Holders = append(out.Holders, management.RoleHolder{Person: people[id], Grant: g})
			}
		}
	}
	return nil
}
