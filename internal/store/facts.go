package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Facts loads everything that decides an account's access, at one moment: the
// account, its grants (direct, by group, by having bought) and the activities
// of the purchases they name. A suspended account holds nothing, nor does
// anybody of an organization that is suspended or has ended.
func (db *DB) Facts(ctx context.Context, realm access.RealmID, account access.AccountID) (access.Facts, error) {
	var facts access.Facts
	err := db.view(ctx, func(q querier) error {
		var err error
		facts, err = loadFacts(ctx, q, realm, account)
		return err
	})
	return facts, err
}

func loadFacts(ctx context.Context, q querier, realm access.RealmID, account access.AccountID) (access.Facts, error) {
	actor := access.Actor{Realm: realm, Account: account}
	var status, base, organization, home string
	var revision int64
	err := one(ctx, q, `select case when o.status = 'active' then a.status else o.status end, a.base_role, a.learner, a.organization_id, a.home, o.revision
		from account a join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
		where a.realm_id = $1 and a.account_id = $2`, []any{int64(realm), string(account)},
		&status, &base, &actor.Learner, &organization, &home, &revision)
	if err != nil {
		return access.Facts{}, err
	}
	actor.Organization, actor.Home = access.OrgID(organization), access.Path(home)
	if status != "active" {
		return access.NewFacts(actor, revision, nil), nil
	}
	p := with(int64(realm), string(account))
	grants, err := grants(ctx, q, heldBy, isHeld, p)
	if err != nil {
		return access.Facts{}, err
	}
	bought, err := boughtBy(ctx, q, realm, `p.buyer_id = $2`, with(int64(realm), string(account)))
	if err != nil {
		return access.Facts{}, err
	}
	grants = append(grants, bought...)
	if err := withProducts(ctx, q, realm, grants); err != nil {
		return access.Facts{}, err
	}
	return access.NewFacts(actor, revision, grants), nil
}

// heldBy finds the grants that account $2 holds directly or by group. They come
// first, so that a request reads its own grants and not the realm's.
const heldBy = `(select d.realm_id, d.grant_id from role_grant d where d.realm_id = $1 and d.account_id = $2
		union all select d.realm_id, d.grant_id from role_grant d where d.realm_id = $1 and d.group_id in (
			select x.group_id from group_member x where x.realm_id = $1 and x.account_id = $2)) held
		cross join role_grant g`

// isHeld keeps the rows together that heldBy found, in the order that it says
// on both engines, and drops the other members of groups.
const isHeld = `g.realm_id = held.realm_id and g.grant_id = held.grant_id and (g.account_id = $2 or m.account_id = $2)`

// grants reads grants with the places they are made at. Custom roles come with
// what they give there; one that has ended or is not known gives nothing.
func grants(ctx context.Context, q querier, from, where string, p *params) ([]access.Grant, error) {
	return collect(ctx, q, `select g.grant_id, coalesce(g.account_id, m.account_id, ''), g.role, coalesce(cr.name, ''), coalesce(cr.any_permissions, ''), coalesce(cr.own_permissions, ''),
			coalesce(cr.node_kinds, ''), cr.reports_only, cr.ended_at, g.node_kind, coalesce(g.node_organization_id, g.node_location_id, g.purchase_id, g.team_id),
			coalesce(n.path, l.path, h.path), coalesce(n.name, l.name, t.name, pu.company, ''), coalesce(t.owner_id, pu.buyer_id, ''), coalesce(pu.product_id, ''),
			g.extent, g.from_at, g.until_at, g.ended_at, g.follows_home, coalesce(g.policy_id, ''), g.given_by, g.reason,
			coalesce(g.group_id, ''), coalesce(ag.name, ''), m.from_at, m.until_at
		from `+from+`
		join organization h on h.realm_id = g.realm_id and h.organization_id = g.organization_id
		left join organization n on n.realm_id = g.realm_id and n.organization_id = g.node_organization_id
		left join location l on l.realm_id = g.realm_id and l.location_id = g.node_location_id
		left join purchase pu on pu.realm_id = g.realm_id and pu.purchase_id = g.purchase_id
		left join team t on t.realm_id = g.realm_id and t.team_id = g.team_id and t.ended_at is null
		left join acting_group ag on ag.realm_id = g.realm_id and ag.group_id = g.group_id
		left join group_member m on m.realm_id = g.realm_id and m.group_id = g.group_id
		left join custom_role cr on cr.realm_id = g.realm_id and cr.role_id = g.role
		where g.realm_id = $1 and `+where+` and (g.group_id is null or (ag.ended_at is null and m.account_id is not null)) and (g.team_id is null or t.team_id is not null)
		order by g.from_at, g.grant_id`, p.list, scanGrant)
}

func scanGrant(row *sql.Rows) (access.Grant, error) {
	var g access.Grant
	var role, kind, product, extent, group, groupName, path, owner, holder string
	var custom customRole
	var from int64
	var until, ended, memberFrom, memberUntil sql.NullInt64
	err := row.Scan(&g.ID, &holder, &role, &custom.name, &custom.anyOf, &custom.own, &custom.nodes, &custom.reportsOnly, &custom.ended, &kind, &g.Node.ID, &path, &g.Node.Label, &owner, &product,
		&extent, &from, &until, &ended, &g.FollowsHome, &g.Policy, &g.GivenBy, &g.Reason, &group, &groupName, &memberFrom, &memberUntil)
	g.Holder, g.Node.Kind, g.Node.Path, g.Node.Owner = access.AccountID(holder), access.NodeKind(kind), access.Path(path), access.AccountID(owner)
	g.Extent = access.ParseExtent(extent)
	g.From, g.Until, g.Ended = instant(sql.NullInt64{Int64: from, Valid: true}), instant(until), instant(ended)
	g.Node.Product = product
	if group != "" {
		g.Via = &access.Via{Group: access.GroupID(group), Name: groupName, From: instant(memberFrom), Until: instant(memberUntil)}
	}
	var known bool
	if g.Role, known = access.Preset(access.RoleKey(role)); !known {
		g.Role = custom.at(access.RoleKey(role), g.Node.Kind)
	}
	return g, err
}

// permissionSet reads the permissions of a custom role; unknown ones give nothing.
func permissionSet(list string) access.Set {
	var s access.Set
	for _, id := range strings.Fields(list) {
		if p, err := access.ParsePermission(id); err == nil {
			s |= access.SetOf(p)
		}
	}
	return s
}

// boughtBy gives what follows from having bought: the buyer's own permissions,
// and for a Purchaser the sight of the participants.
func boughtBy(ctx context.Context, q querier, realm access.RealmID, where string, p *params) ([]access.Grant, error) {
	buyer, _ := access.Preset(access.Buyer)
	purchaser, _ := access.Preset(access.Purchaser)
	var out []access.Grant
	err := each(ctx, q, `select p.purchase_id, p.buyer_id, p.company, p.product_id, p.purchased_at, o.path, a.base_role
		from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		join account a on a.realm_id = p.realm_id and a.account_id = p.buyer_id and a.status = 'active'
		where p.realm_id = $1 and `+where+` order by p.purchased_at, p.purchase_id`, p.list, func(row *sql.Rows) error {
		var purchase, holder, company, product, path, base string
		var at sql.NullInt64
		if err := row.Scan(&purchase, &holder, &company, &product, &at, &path, &base); err != nil {
			return err
		}
		g := access.Grant{
			Holder: access.AccountID(holder), Role: buyer, From: instant(at), Extent: access.Here,
			Node: access.Node{Kind: access.AtPurchase, ID: purchase, Path: access.Path(path), Label: company, Owner: access.AccountID(holder), Product: product},
		}
		out = append(out, g)
		if access.RoleKey(base) == access.Purchaser {
			g.Role = purchaser
			out = append(out, g)
		}
		return nil
	})
	return out, err
}

// withProducts fills in which activities the purchases' products have now.
func withProducts(ctx context.Context, q querier, realm access.RealmID, grants []access.Grant) error {
	products := map[string][]access.ActivityNo{}
	var ids []string
	for _, g := range grants {
		if g.Node.Kind == access.AtPurchase && !slices.Contains(ids, g.Node.Product) {
			ids = append(ids, g.Node.Product)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	p := with(int64(realm))
	list := in(p, ids)
	err := each(ctx, q, `select activity_id, activity from activity where realm_id = $1 and activity_id in `+list+`
		union all select program_id, activity from program_activity where realm_id = $1 and until_at is null and program_id in `+list, p.list,
		func(row *sql.Rows) error {
			var id string
			var no access.ActivityNo
			err := row.Scan(&id, &no)
			products[id] = append(products[id], no)
			return err
		})
	if err != nil {
		return err
	}
	for id := range products {
		slices.Sort(products[id])
	}
	for i := range grants {
		if grants[i].Node.Kind == access.AtPurchase {
			grants[i].Node.Activities = products[grants[i].Node.Product]
		}
	}
	return nil
}

// GrantsOver lists the grants of anybody in the realm that could lead to a
// learner who is placed there; access.Viewers decides which do. What is held by
// somebody who cannot work now leads to nobody: whose account is not active, or
// whose organization is closed.
func (db *DB) GrantsOver(ctx context.Context, realm access.RealmID, l access.Placement) ([]access.Grant, error) {
	var out []access.Grant
	err := db.view(ctx, func(q querier) error {
		var err error
		out, err = grantsOver(ctx, q, realm, l, db.now())
		return err
	})
	return out, err
}

func grantsOver(ctx context.Context, q querier, realm access.RealmID, l access.Placement, now time.Time) ([]access.Grant, error) {
	closed, err := closedOrganizations(ctx, q, realm, now)
	if err != nil {
		return nil, err
	}
	p := with(int64(realm))
	where := `(n.path in ` + in(p, l.Home.Ancestors()) + ` or l.path in ` + in(p, l.Home.Ancestors()) +
		` or g.purchase_id in ` + in(p, l.Purchases) + ` or g.team_id in ` + in(p, l.Teams) + `)
		and exists (select 1 from account x where x.realm_id = g.realm_id and x.account_id = coalesce(g.account_id, m.account_id) and ` + works("x", closed, p) + `)`
	out, err := grants(ctx, q, "role_grant g", where, p)
	if err != nil {
		return nil, err
	}
	p = with(int64(realm))
	bought, err := boughtBy(ctx, q, realm, `p.purchase_id in `+in(p, l.Purchases)+` and `+works("a", closed, p), p)
	if err != nil {
		return nil, err
	}
	out = append(out, bought...)
	return out, withProducts(ctx, q, realm, out)
}
