package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
)

// policyRow is a policy with the instants it is stored with.
type policyRow struct {
	management.Policy
	begins, ends sql.NullInt64
}

// policiesWhere reads policies of an organization ($2) with their places and holders.
func policiesWhere(ctx context.Context, q querier, reach access.Reach, at ground, where string, args ...any) ([]policyRow, error) {
	realm := int64(reach.Actor().Realm)
	found, err := collect(ctx, q, `select p.policy_id, p.organization_id, p.name, p.role, coalesce(p.system_key, ''), p.version, coalesce(p.changed_at, p.created_at), p.begins_at, p.ends_at, p.ended_at
		from policy p where p.realm_id = $1 and p.organization_id = $2 `+where+`
		order by case when p.ended_at is null then 0 else 1 end, case when p.system_key is null then 0 else 1 end, p.name_folded, p.policy_id`,
		append([]any{realm, string(at.organization)}, args...), func(row *sql.Rows) (policyRow, error) {
			var p policyRow
			var changed, ended sql.NullInt64
			err := row.Scan(&p.ID, &p.Organization, &p.Name, &p.Role, &p.System, &p.Version, &changed, &p.begins, &p.ends, &ended)
			p.Changed, p.Ended = instant(changed), instant(ended)
			p.From, p.Until = day.None, day.None
			if p.begins.Valid {
				p.From = day.Of(instant(p.begins), at.zone)
			}
			if p.ends.Valid {
				p.Until = day.Of(instant(p.ends), at.zone).Add(-1)
			}
			return p, err
		})
	if err != nil || len(found) == 0 {
		return found, err
	}
	index := map[access.PolicyID]*policyRow{}
	var ids []access.PolicyID
	for i := range found {
		index[found[i].ID], ids = &found[i], append(ids, found[i].ID)
		if found[i].Gives, err = wholeRole(ctx, q, reach.Actor().Realm, at.organization, found[i].Role); err != nil {
			return nil, err
		}
	}
	for chunk := range slices.Chunk(ids, 400) {
		if err := policyPlacesOf(ctx, q, realm, chunk, index); err != nil {
			return nil, err
		}
		if err := policyHoldersOf(ctx, q, reach, chunk, index); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// wholeRole is all that a role of an organization can give; one that has ended gives nothing.
func wholeRole(ctx context.Context, q querier, realm access.RealmID, organization access.OrgID, key access.RoleKey) (access.Role, error) {
	if preset, ok := access.Preset(key); ok {
		return preset, nil
	}
	custom, err := roleIn(ctx, q, realm, organization, key)
	if errors.Is(err, fault.ErrNotFound) {
		return access.Role{Key: key, Name: string(key)}, nil
	}
	if !custom.Ended.IsZero() {
		return access.Role{Key: key, Name: custom.Name}, err
	}
	return custom.Whole(key), err
}

// namedSpot reads a place (x.node_kind, x.node_id) with its name, what it is in, and whether it has gone.
const namedSpot = `coalesce(o.name, l.name, t.name, u.company || ' · ' || pr.title, ''), coalesce(lo.name, ''),
		case when o.organization_id is null and (l.location_id is null or l.retired_at is not null) and (t.team_id is null or t.ended_at is not null) and u.purchase_id is null then 1 else 0 end`

const spotTables = `left join organization o on x.node_kind = 'organization' and o.realm_id = x.realm_id and o.organization_id = x.node_id
		left join location l on x.node_kind = 'location' and l.realm_id = x.realm_id and l.location_id = x.node_id
		left join organization lo on lo.realm_id = l.realm_id and lo.organization_id = l.organization_id
		left join team t on x.node_kind = 'team' and t.realm_id = x.realm_id and t.team_id = x.node_id
		left join purchase u on x.node_kind = 'purchase' and u.realm_id = x.realm_id and u.purchase_id = x.node_id
		left join product pr on pr.realm_id = u.realm_id and pr.product_id = u.product_id`

func policyPlacesOf(ctx context.Context, q querier, realm int64, ids []access.PolicyID, index map[access.PolicyID]*policyRow) error {
	p := with(realm)
	return each(ctx, q, `select x.policy_id, x.node_kind, x.node_id, x.extent, `+namedSpot+` from policy_place x `+spotTables+`
		where x.realm_id = $1 and x.policy_id in `+in(p, ids)+` and x.until_at is null order by x.policy_id, 5, x.node_id`, p.list, func(row *sql.Rows) error {
		var id access.PolicyID
		var at management.PolicyAt
		var extent string
		var gone int
		if err := row.Scan(&id, &at.Kind, &at.ID, &extent, &at.Name, &at.Within, &gone); err != nil {
			return err
		}
		at.Extent, at.Gone = access.ParseExtent(extent), gone == 1
		into := index[id]
		into.At = append(into.At, at)
		if !at.Gone {
			into.Places = append(into.Places, at.PolicyPlace)
		}
		return nil
	})
}

func policyHoldersOf(ctx context.Context, q querier, reach access.Reach, ids []access.PolicyID, index map[access.PolicyID]*policyRow) error {
	realm := int64(reach.Actor().Realm)
	p := with(reach.At().UnixMicro(), realm)
	if err := each(ctx, q, `select x.policy_id, g.group_id, g.name, coalesce(g.system_key, ''),
			(select count(distinct m.account_id) from group_member m where m.realm_id = g.realm_id and m.group_id = g.group_id and (m.until_at is null or m.until_at > $1))
		from policy_holder x join acting_group g on x.holder_kind = 'group' and g.realm_id = x.realm_id and g.group_id = x.holder_id and g.ended_at is null
		where x.realm_id = $2 and x.policy_id in `+in(p, ids)+` and x.until_at is null order by x.policy_id, g.name_folded, g.group_id`, p.list, func(row *sql.Rows) error {
		var id access.PolicyID
		var h management.PolicyHolder
		err := row.Scan(&id, &h.Group, &h.Name, &h.System, &h.Members)
		index[id].Holders, index[id].Groups = append(index[id].Holders, h), append(index[id].Groups, h.Group)
		return err
	}); err != nil {
		return err
	}
	p = with()
	seen := visible(reach, "a", p)
	return each(ctx, q, `select x.policy_id, a.account_id, a.name, coalesce(a.email, ''), case when `+seen+` then 1 else 0 end
		from policy_holder x join account a on x.holder_kind = 'account' and a.realm_id = x.realm_id and a.account_id = x.holder_id and a.status <> 'erased'
		where x.realm_id = `+p.put(realm)+` and x.policy_id in `+in(p, ids)+` and x.until_at is null order by x.policy_id, a.name_folded, a.account_id`, p.list, func(row *sql.Rows) error {
		var id access.PolicyID
		var h management.PolicyHolder
		var seen int
		if err := row.Scan(&id, &h.Account, &h.Name, &h.Email, &seen); err != nil {
			return err
		}
		into := index[id]
		into.People = append(into.People, h.Account)
		if seen == 1 {
			into.Holders = append(into.Holders, h)
		} else {
			into.Hidden++
		}
		return nil
	})
}

// Policies lists the policies of the asker's organization.
func (db *DB) Policies(ctx context.Context, reach access.Reach) ([]management.Policy, error) {
	var out []management.Policy
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		found, err := policiesWhere(ctx, q, reach, at, "")
		for _, p := range found {
			out = append(out, p.Policy)
		}
		return err
	})
	return out, err
}

// OpenPolicy finds one of them.
func (db *DB) OpenPolicy(ctx context.Context, reach access.Reach, id access.PolicyID) (management.Policy, error) {
	return db.policyWhere(ctx, reach, "and p.policy_id = $3", string(id))
}

// SystemPolicy finds the one of a key that the organization came with.
func (db *DB) SystemPolicy(ctx context.Context, reach access.Reach, key string) (management.Policy, error) {
	return db.policyWhere(ctx, reach, "and p.system_key = $3", key)
}

func (db *DB) policyWhere(ctx context.Context, reach access.Reach, where, value string) (management.Policy, error) {
	var out management.Policy
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		found, err := onePolicy(ctx, q, reach, at, where, value)
		out = found.Policy
		return err
	})
	return out, err
}

func onePolicy(ctx context.Context, q querier, reach access.Reach, at ground, where, value string) (policyRow, error) {
	found, err := policiesWhere(ctx, q, reach, at, where, value)
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return policyRow{}, err
	}
	return found[0], nil
}

// PolicyRoles lists the roles that a policy of the asker's organization can
// give, and that the asker has there themselves.
func (db *DB) PolicyRoles(ctx context.Context, reach access.Reach) ([]access.Role, error) {
	var out []access.Role
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		custom, err := customRoles(ctx, q, reach.Actor().Realm, at.organization)
		for _, c := range custom {
			if c.Ended.IsZero() {
				out = append(out, c.Whole(c.ID))
			}
		}
		out = append(access.Presets(), out...)
		out = slices.DeleteFunc(out, func(role access.Role) bool {
			return !management.ForPolicies(role) || mayMake(reach, at.path, role) != nil
		})
		return err
	})
	return out, err
}

// holderHere is anybody of an organization, for the places that they can be given something at.
func (g ground) holderHere(realm access.RealmID) grantHolder {
	return grantHolder{actor: access.Actor{Realm: realm, Organization: g.organization}, zone: g.zone, within: g.path}
}

// PolicyPlaces finds places by name that a policy can be about.
func (db *DB) PolicyPlaces(ctx context.Context, reach access.Reach, text string) ([]management.GrantPlace, error) {
	var out []management.GrantPlace
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		out, err = grantPlacesFor(ctx, q, reach, at.holderHere(reach.Actor().Realm), func(i int, p *params) string {
			return ` and ` + db.dialect.contains(grantPlaces[i].folded, p.put(fold.Text(text)))
		})
		return err
	})
	return out, err
}

// NamedPlaces names those of some places that the asker can give something at.
func (db *DB) NamedPlaces(ctx context.Context, reach access.Reach, places []management.PolicyPlace) ([]management.PolicyAt, error) {
	var out []management.PolicyAt
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		for _, place := range places {
			found, err := grantPlaceFor(ctx, q, reach, at.holderHere(reach.Actor().Realm), place.Spot)
			switch {
			case err == nil:
				out = append(out, management.PolicyAt{PolicyPlace: place, Name: found.Name, Within: found.Within})
			case fault.KindOf(err) != fault.Invalid:
				return err
			}
		}
		return nil
	})
	return out, err
}
