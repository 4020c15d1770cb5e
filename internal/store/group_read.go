package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
)

var _ management.PolicyStore = (*DB)(nil)

// ground is the organization whose groups and policies the asker works on.
type ground struct {
	organization access.OrgID
	path         access.Path
	zone         *time.Location
}

// groundOf finds it: groups and policies stand at the place of their
// organization, and whoever reaches less than that has none of them.
func groundOf(ctx context.Context, q querier, reach access.Reach) (ground, error) {
	id, path, err := roleGround(ctx, q, reach)
	if err != nil {
		return ground{}, err
	}
	var zone string
	err = one(ctx, q, `select zone from organization where realm_id = $1 and organization_id = $2`, []any{int64(reach.Actor().Realm), string(id)}, &zone)
	return ground{id, path, day.ZoneOr(zone)}, err
}

// groupsWhere lists groups of an organization ($3), with how many people are in
// them at an instant ($1), or will be, and how many policies they hold.
func groupsWhere(ctx context.Context, q querier, where string, args ...any) ([]management.Group, error) {
	return collect(ctx, q, `select g.group_id, g.organization_id, g.name, coalesce(g.system_key, ''), g.created_at, g.ended_at,
			(select count(distinct m.account_id) from group_member m join account a on a.realm_id = m.realm_id and a.account_id = m.account_id and a.status <> 'erased'
				where m.realm_id = g.realm_id and m.group_id = g.group_id and (m.until_at is null or m.until_at > $1)),
			(select count(*) from policy_holder h join policy p on p.realm_id = h.realm_id and p.policy_id = h.policy_id and p.ended_at is null
				where h.realm_id = g.realm_id and h.holder_kind = 'group' and h.holder_id = g.group_id and h.until_at is null)
		from acting_group g where g.realm_id = $2 and g.organization_id = $3 `+where+`
		order by case when g.ended_at is null then 0 else 1 end, case when g.system_key is null then 1 else 0 end, g.name_folded, g.group_id`, args,
		func(row *sql.Rows) (management.Group, error) {
			var g management.Group
			var created, ended sql.NullInt64
			err := row.Scan(&g.ID, &g.Organization, &g.Name, &g.System, &created, &ended, &g.Members, &g.Policies)
			g.Created, g.Ended = instant(created), instant(ended)
			return g, err
		})
}

// Groups lists the groups of the asker's organization.
func (db *DB) Groups(ctx context.Context, reach access.Reach) ([]management.Group, error) {
	var out []management.Group
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err == nil {
			out, err = groupsWhere(ctx, q, "", reach.At().UnixMicro(), int64(reach.Actor().Realm), string(at.organization))
		}
		return err
	})
	return out, err
}

// PolicyGroups lists the groups that can hold a policy.
func (db *DB) PolicyGroups(ctx context.Context, reach access.Reach) ([]management.Group, error) {
	var out []management.Group
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err == nil {
			out, err = groupsWhere(ctx, q, "and g.ended_at is null", reach.At().UnixMicro(), int64(reach.Actor().Realm), string(at.organization))
		}
		return err
	})
	return out, err
}

// groupIn finds one group of an organization, ended or not.
func groupIn(ctx context.Context, q querier, realm access.RealmID, organization access.OrgID, id access.GroupID, now time.Time) (management.Group, error) {
	found, err := groupsWhere(ctx, q, "and g.group_id = $4", now.UnixMicro(), int64(realm), string(organization), string(id))
	if err != nil {
		return management.Group{}, err
	}
	if len(found) == 0 {
		return management.Group{}, fault.ErrNotFound
	}
	return found[0], nil
}

// membersShown is how many members a group names.
const membersShown = 500

// OpenGroup finds a group of the asker's organization, with who is in it, who
// was, and what it gives.
func (db *DB) OpenGroup(ctx context.Context, reach access.Reach, id access.GroupID) (management.GroupDetails, error) {
	var out management.GroupDetails
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		realm := reach.Actor().Realm
		if out.Group, err = groupIn(ctx, q, realm, at.organization, id, reach.At()); err != nil {
			return err
		}
		out.Zone = at.zone
		if out.Given, err = groupGifts(ctx, q, realm, id, reach.At()); err != nil {
			return err
		}
		if out.Managers, err = managers(ctx, q, realm, at.organization, reach.At().UnixMicro()); err != nil {
			return err
		}
		p := with(int64(realm), string(id))
		shown := `select a.account_id, a.name, coalesce(a.email, ''), m.from_at, m.until_at from group_member m
			join account a on a.realm_id = m.realm_id and a.account_id = m.account_id and a.status <> 'erased'
			where m.realm_id = $1 and m.group_id = $2 and ` + visible(reach, "a", p)
		now := p.put(reach.At().UnixMicro())
		limit := p.put(membersShown)
		live := shown + ` and (m.until_at is null or m.until_at > ` + now + `) order by a.name_folded, a.account_id, m.from_at limit ` + limit
		if out.Members, err = collect(ctx, q, live, p.list, scanGroupMember); err != nil {
			return err
		}
		named := map[access.AccountID]bool{}
		for _, m := range out.Members {
			named[m.ID] = true
		}
		out.Others = out.Group.Members - len(named)
		out.Past, err = collect(ctx, q, shown+` and m.until_at <= `+now+` and m.until_at > m.from_at order by m.until_at desc, a.account_id limit `+limit, p.list, scanGroupMember)
		return err
	})
	return out, err
}

func scanGroupMember(row *sql.Rows) (management.GroupMember, error) {
	var m management.GroupMember
	var from, until sql.NullInt64
	err := row.Scan(&m.ID, &m.Name, &m.Email, &from, &until)
	m.From, m.Until = instant(from), instant(until)
	return m, err
}

// groupGifts lists what a group gives, by which policies.
func groupGifts(ctx context.Context, q querier, realm access.RealmID, id access.GroupID, now time.Time) ([]management.GroupGift, error) {
	held, err := liveRows(ctx, q, `g.group_id = $2`, "$3", int64(realm), string(id), now.UnixMicro())
	if err != nil {
		return nil, err
	}
	type named struct{ name, system string }
	names := map[access.PolicyID]named{}
	if err := each(ctx, q, `select p.policy_id, p.name, coalesce(p.system_key, '') from policy p where p.realm_id = $1 and p.policy_id in (
			select g.policy_id from role_grant g where g.realm_id = $1 and g.group_id = $2 and g.policy_id is not null)`,
		[]any{int64(realm), string(id)}, func(row *sql.Rows) error {
			var id access.PolicyID
			var n named
			err := row.Scan(&id, &n.name, &n.system)
			names[id] = n
			return err
		}); err != nil {
		return nil, err
	}
	out := make([]management.GroupGift, len(held))
	for i, g := range held {
		g.GivenBy, g.Reason = "", ""
		out[i] = management.GroupGift{Policy: g.Policy, Name: names[g.Policy].name, System: names[g.Policy].system, Grant: g}
	}
	return out, nil
}

// giveable is the condition that an account (a) can be given something in an organization.
func giveable(p *params, organization access.OrgID, reach access.Reach) string {
	return `a.organization_id = ` + p.put(string(organization)) + ` and a.status in ('active', 'invited') and ` + visible(reach, "a", p)
}

func scanPerson(row *sql.Rows) (management.Person, error) {
	var out management.Person
	err := row.Scan(&out.ID, &out.Name, &out.Email)
	return out, err
}

const namedPerson = `select a.account_id, a.name, coalesce(a.email, '') from account a where a.realm_id = $1 and `

// FindPeople finds people of the asker's organization, by name or address.
func (db *DB) FindPeople(ctx context.Context, reach access.Reach, text string, limit int) ([]management.Person, error) {
	var out []management.Person
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		p := with(int64(reach.Actor().Realm))
		where := giveable(p, at.organization, reach)
		part := p.put(fold.Text(text))
		where += ` and (` + db.dialect.contains("a.name_folded", part) + ` or ` + db.dialect.contains("lower(coalesce(a.email, ''))", part) + `)`
		out, err = collect(ctx, q, namedPerson+where+` order by a.name_folded, a.account_id limit `+p.put(limit), p.list, scanPerson)
		return err
	})
	return out, err
}

// PeopleHere names those of the ids who can be given something in the asker's organization.
func (db *DB) PeopleHere(ctx context.Context, reach access.Reach, ids []access.AccountID) ([]management.Person, error) {
	var out []management.Person
	err := db.view(ctx, func(q querier) error {
		at, err := groundOf(ctx, q, reach)
		if err != nil {
			return err
		}
		out, err = peopleHere(ctx, q, reach, at.organization, ids)
		return err
	})
	return out, err
}

func peopleHere(ctx context.Context, q querier, reach access.Reach, organization access.OrgID, ids []access.AccountID) ([]management.Person, error) {
	p := with(int64(reach.Actor().Realm))
	where := giveable(p, organization, reach)
	return collect(ctx, q, namedPerson+where+` and a.account_id in `+in(p, ids)+` order by a.name_folded, a.account_id`, p.list, scanPerson)
}
