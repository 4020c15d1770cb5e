package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
)

// grantHolder is somebody who is given access, or loses some.
type grantHolder struct {
	management.Person
	actor  access.Actor
	status string
	zone   *time.Location
	within access.Path // the path of their organization
}

// grantHolderOf finds a person of the reach.
func grantHolderOf(ctx context.Context, q querier, reach access.Reach, id access.AccountID) (grantHolder, error) {
	realm := reach.Actor().Realm
	h := grantHolder{actor: access.Actor{Realm: realm, Account: id}}
	p := with(int64(realm), string(id))
	var organization, home, zone, path string
	err := one(ctx, q, `select a.account_id, a.name, coalesce(a.email, ''), a.status, a.organization_id, a.home, o.zone, o.path from account a
		join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
		where a.realm_id = $1 and a.account_id = $2 and a.status <> 'erased' and `+visible(reach, "a", p), p.list,
		&h.ID, &h.Name, &h.Email, &h.status, &organization, &home, &zone, &path)
	h.actor.Organization, h.actor.Home, h.zone, h.within = access.OrgID(organization), access.Path(home), day.ZoneOr(zone), access.Path(path)
	return h, err
}

// facts is what the holder holds, also while their account is not active yet.
func (h grantHolder) facts(ctx context.Context, q querier) (access.Facts, error) {
	held, err := heldBySome(ctx, q, h.actor.Realm, []access.AccountID{h.ID})
	return access.NewFacts(h.actor, 0, held[h.ID]), err
}

// Holdings reads everything that a person of the reach holds and held, also
// while their account is suspended.
func (db *DB) Holdings(ctx context.Context, reach access.Reach, id access.AccountID) (management.Person, *time.Location, []access.Grant, error) {
	var h grantHolder
	var held map[access.AccountID][]access.Grant
	err := db.view(ctx, func(q querier) error {
		var err error
		if h, err = grantHolderOf(ctx, q, reach, id); err != nil {
			return err
		}
		held, err = heldBySome(ctx, q, h.actor.Realm, []access.AccountID{id})
		return err
	})
	return h.Person, h.zone, held[id], err
}

// grantPlaces selects places of one kind, with their organization under o and
// what they are in; and what they are called, folded, to be searched by.
var grantPlaces = []struct{ kind, query, folded, seen string }{
	{string(access.AtOrganization), `select 'organization', o.organization_id, o.name, coalesce(m.name, ''), o.path, ` + grantPlaceOf + `
		left join organization m on m.realm_id = o.realm_id and m.organization_id = o.parent_id where `, "o.name_folded", "o.path"},
	{string(access.AtLocation), `select 'location', l.location_id, l.name, coalesce(m.name, o.name), l.path, ` + grantPlaceOf + `
		join location l on l.realm_id = o.realm_id and l.organization_id = o.organization_id and l.retired_at is null
		left join location m on m.realm_id = l.realm_id and m.location_id = l.parent_id where o.locations_enabled and `, "l.name_folded", "l.path"},
	{string(access.AtTeam), `select 'team', t.team_id, t.name, o.name, o.path, ` + grantPlaceOf + `
		join team t on t.realm_id = o.realm_id and t.organization_id = o.organization_id and t.ended_at is null where `, "t.name_folded", "o.path"},
	{string(access.AtPurchase), `select 'purchase', u.purchase_id, u.company || ' · ' || pr.title, o.name, o.path, ` + grantPlaceOf + `
		join purchase u on u.realm_id = o.realm_id and u.organization_id = o.organization_id
		join product pr on pr.realm_id = u.realm_id and pr.product_id = u.product_id where `, "lower(u.company || ' ' || pr.title)", "o.path"},
}

const grantPlaceOf = `o.organization_id, o.locations_enabled, o.hierarchies_enabled, o.may_have_clients from organization o`

func scanGrantPlace(row *sql.Rows) (p management.GrantPlace, err error) {
	var kind, path, organization string
	err = row.Scan(&kind, &p.ID, &p.Name, &p.Within, &path, &organization, &p.Locations, &p.Hierarchies, &p.MayHaveClients)
	p.Kind, p.Path, p.Organization = access.NodeKind(kind), access.Path(path), access.OrgID(organization)
	p.Hierarchies = p.Hierarchies && p.Locations
	return p, err
}

// placesOfEach is how many places of each kind a search finds.
const placesOfEach = 20

// grantPlacesFor lists places in the reach where somebody can be given access:
// in their own organization or in a client of it (I-18), teams and purchases in
// their own alone. narrow adds a condition to the one kind that it is about.
func grantPlacesFor(ctx context.Context, q querier, reach access.Reach, h grantHolder, narrow func(i int, p *params) string) ([]management.GrantPlace, error) {
	var out []management.GrantPlace
	lo, hi := access.Beyond.Range(h.within)
	for i, of := range grantPlaces {
		p := with(int64(reach.Actor().Realm))
		more := narrow(i, p)
		if more == "" {
			continue
		}
		where := `o.realm_id = $1` + more
		switch access.NodeKind(of.kind) {
		case access.AtTeam, access.AtPurchase:
			where += ` and o.organization_id = ` + p.put(string(h.actor.Organization))
		default:
			where += ` and ` + of.seen + ` >= ` + p.put(string(lo)) + ` and ` + of.seen + ` < ` + p.put(string(hi))
		}
		where += ` and ` + visibleThing(reach, thing{place: of.seen}, p)
		found, err := collect(ctx, q, of.query+where+` order by length(`+of.seen+`), 3, 2 limit `+p.put(placesOfEach), p.list, scanGrantPlace)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// GrantPlaces finds places by their names.
func (db *DB) GrantPlaces(ctx context.Context, reach access.Reach, to access.AccountID, text string) ([]management.GrantPlace, error) {
	var out []management.GrantPlace
	err := db.view(ctx, func(q querier) error {
		h, err := grantHolderOf(ctx, q, reach, to)
		if err != nil {
			return err
		}
		out, err = grantPlacesFor(ctx, q, reach, h, func(i int, p *params) string {
			if text == "" {
				return ` and 1 = 1`
			}
			return ` and ` + db.dialect.contains(grantPlaces[i].folded, p.put(fold.Text(text)))
		})
		return err
	})
	return out, err
}

// GrantPlace finds one place, and the roles that there are in the organization
// of who is given access.
func (db *DB) GrantPlace(ctx context.Context, reach access.Reach, to access.AccountID, at management.Spot) (management.GrantPlace, []access.Role, error) {
	var place management.GrantPlace
	var roles []access.Role
	err := db.view(ctx, func(q querier) error {
		h, err := grantHolderOf(ctx, q, reach, to)
		if err != nil {
			return err
		}
		if place, err = grantPlaceFor(ctx, q, reach, h, at); err != nil {
			return err
		}
		roles, err = rolesFor(ctx, q, h, at.Kind)
		return err
	})
	return place, roles, err
}

func grantPlaceFor(ctx context.Context, q querier, reach access.Reach, h grantHolder, at management.Spot) (management.GrantPlace, error) {
	ids := map[string]string{
		string(access.AtOrganization): "o.organization_id", string(access.AtLocation): "l.location_id", string(access.AtTeam): "t.team_id", string(access.AtPurchase): "u.purchase_id",
	}
	found, err := grantPlacesFor(ctx, q, reach, h, func(i int, p *params) string {
		if kind := grantPlaces[i].kind; kind == string(at.Kind) {
			return ` and ` + ids[kind] + ` = ` + p.put(at.ID)
		}
		return ""
	})
	if err != nil || len(found) == 0 {
		return management.GrantPlace{}, cmp.Or[error](err, management.ErrGivePlace)
	}
	return found[0], nil
}

// GrantPlaceOf finds the place where a learner of the reach is.
func (db *DB) GrantPlaceOf(ctx context.Context, reach access.Reach, to, learner access.AccountID) (management.GrantPlace, error) {
	var found []management.GrantPlace
	err := db.view(ctx, func(q querier) error {
		h, err := grantHolderOf(ctx, q, reach, to)
		if err != nil {
			return err
		}
		l, err := grantHolderOf(ctx, q, reach, learner)
		if err != nil {
			return err
		}
		found, err = grantPlacesFor(ctx, q, reach, h, func(i int, p *params) string {
			if kind := access.NodeKind(grantPlaces[i].kind); kind == access.AtTeam || kind == access.AtPurchase {
				return ""
			}
			return ` and ` + grantPlaces[i].seen + ` = ` + p.put(string(l.actor.Home))
		})
		if err == nil && len(found) == 0 {
			err = management.ErrGivePlace
		}
		return err
	})
	if err != nil {
		return management.GrantPlace{}, err
	}
	return found[0], nil
}

// rolesFor lists the roles that somebody of an organization can hold at a kind of place.
func rolesFor(ctx context.Context, q querier, h grantHolder, kind access.NodeKind) ([]access.Role, error) {
	roles := access.Presets()
	custom, err := customRoles(ctx, q, h.actor.Realm, h.actor.Organization)
	for _, c := range custom {
		if c.Ended.IsZero() {
			roles = append(roles, c.Role(c.ID, kind))
		}
	}
	return roles, err
}

// grantOf finds some access of a person in the reach, with who holds it. What a
// group gives is held by nobody alone and is not found.
func grantOf(ctx context.Context, q querier, reach access.Reach, id access.GrantID) (grantHolder, access.Grant, error) {
	found, err := grants(ctx, q, "role_grant g", `g.grant_id = $2 and g.account_id is not null`, with(int64(reach.Actor().Realm), string(id)))
	if err != nil {
		return grantHolder{}, access.Grant{}, err
	}
	if len(found) == 0 {
		return grantHolder{}, access.Grant{}, fault.ErrNotFound
	}
	h, err := grantHolderOf(ctx, q, reach, found[0].Holder)
	return h, found[0], err
}

// GrantsEnding lists access given by hand that ends before an instant, the first to end first.
func (db *DB) GrantsEnding(ctx context.Context, reach access.Reach, before time.Time, after management.GrantPosition, limit int) ([]management.EndingGrant, error) {
	var out []management.EndingGrant
	err := db.view(ctx, func(q querier) error {
		realm := int64(reach.Actor().Realm)
		start := max(db.now().UnixMicro(), 0)
		if !after.Until.IsZero() {
			start = max(start, after.Until.UnixMicro())
		}
		p := with(realm, start, string(after.ID), before.UnixMicro())
		holders := map[access.GrantID]management.EndingGrant{}
		var ids []access.GrantID
		if err := each(ctx, q, `select g.grant_id, a.account_id, a.name, coalesce(a.email, ''), o.zone from role_grant g
			join account a on a.realm_id = g.realm_id and a.account_id = g.account_id and a.status in ('active', 'invited')
			join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
			where g.realm_id = $1 and (g.until_at, g.grant_id) > ($2, $3) and g.until_at <= $4 and `+givenByHand+` and `+visible(reach, "a", p)+`
			order by g.until_at, g.grant_id limit `+p.put(limit), p.list, func(row *sql.Rows) error {
			var e management.EndingGrant
			var id, zone string
			err := row.Scan(&id, &e.ID, &e.Name, &e.Email, &zone)
			e.Zone = day.ZoneOr(zone)
			ids = append(ids, access.GrantID(id))
			holders[access.GrantID(id)] = e
			return err
		}); err != nil || len(ids) == 0 {
			return err
		}
		p = with(realm)
		found, err := grants(ctx, q, "role_grant g", `g.grant_id in `+in(p, ids), p)
		for _, g := range found {
			e := holders[g.ID]
			e.Grant = g
			out = append(out, e)
		}
		slices.SortFunc(out, func(a, b management.EndingGrant) int {
			return cmp.Or(a.Grant.Until.Compare(b.Grant.Until), cmp.Compare(a.Grant.ID, b.Grant.ID))
		})
		return err
	})
	return out, err
}

// givenByHand is the condition that a row of role_grant, under the alias g, is
// open access that somebody was given by hand (management.ByHand).
const givenByHand = `g.ended_at is null and g.account_id is not null and g.policy_id is null and not g.follows_home and g.role <> '` + string(access.LicenseReporter) + `'`
