package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// Order lists the learners that meet the criteria in order of name.
func (s *reportSource) Order(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) ([]access.LearnerNo, error) {
	n, err := s.expected(ctx, reach, c, orgs)
	if err != nil {
		return nil, err
	}
	if n <= narrowSet || s.people(reach, c, orgs).wide.empty() {
		return s.first(ctx, reach, c, orgs, report.Position{}, n)
	}
	p := with(int64(reach.Actor().Realm))
	w := s.people(reach, c, orgs)
	return collect(ctx, s, `select a.learner from account a where a.realm_id = $1 and `+w.matching(p, sight.of)+` order by a.name_folded, a.account_id`, p.list,
		func(row *sql.Rows) (no access.LearnerNo, err error) {
			err = row.Scan(&no)
			return no, err
		})
}

// placedOnly is the condition that the place of an account (alias a) is
// carried: it is seen by place, or is the asker.
func (w *people) placedOnly(p *params) string {
	by := *w
	by.wide.teams = nil
	if by.wide.empty() {
		return "1 = 0"
	}
	return by.entirely(p, sight.from) + w.described(p)
}

// Homes gathers the learners whose place the reach carries by where they are placed.
func (s *reportSource) Homes(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) ([]report.Home, error) {
	p := with(int64(reach.Actor().Realm))
	w := s.people(reach, c, orgs)
	where := w.placedOnly(p)
	if where == "1 = 0" {
		return nil, nil
	}
	var out []report.Home
	err := each(ctx, s, `select g.home, coalesce(h.location_id, ''), coalesce(h.external_id, ''), coalesce(h.name, ''), g.list
		from (select a.home, `+s.db.dialect.listOf("a.learner")+` as list from account a where a.realm_id = $1 and `+where+` group by a.home) g
		left join location h on h.realm_id = $1 and h.path = g.home order by g.home`, p.list, func(row *sql.Rows) error {
		var h report.Home
		var at access.Path
		var list sql.NullString
		if err := row.Scan(&at, &h.Location.ID, &h.ExternalID, &h.Location.Name, &list); err != nil {
			return err
		}
		h.Path = at
		h.Location.Depth = max(at.Depth()-1, 0)
		h.Organization = slices.IndexFunc(orgs, func(o report.Organization) bool { return o.Path == at.OrganizationPath() })
		h.Learners = numbers(list.String)
		if h.Organization >= 0 {
			out = append(out, h)
		}
		return nil
	})
	return out, err
}

// Locations names those of the reach that stand at some paths.
func (s *reportSource) Locations(ctx context.Context, reach access.Reach, paths []access.Path) (map[access.Path]report.Named, error) {
	p := with(int64(reach.Actor().Realm))
	at := make([]string, len(paths))
	for i, path := range paths {
		at[i] = string(path)
	}
	among := in(p, at)
	seen, ok := rangesOf(reach, "l.path", p)
	if !ok {
		return nil, nil
	}
	out := make(map[access.Path]report.Named, len(paths))
	return out, each(ctx, s, `select l.location_id, l.name, l.path from location l where l.realm_id = $1 and l.path in `+among+` and (`+seen+`)`, p.list, func(row *sql.Rows) error {
		var n report.Named
		var path access.Path
		if err := row.Scan(&n.ID, &n.Name, &path); err != nil {
			return err
		}
		n.Depth = path.Depth()
		out[path] = n
		return nil
	})
}

// Statuses gathers the learners whose status the reach carries by it.
func (s *reportSource) Statuses(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) ([]report.StatusGroup, error) {
	p := with(int64(reach.Actor().Realm))
	w := s.people(reach, c, orgs)
	where := w.placedOnly(p)
	return collect(ctx, s, `select a.status, `+s.db.dialect.listOf("a.learner")+` from account a where a.realm_id = $1 and `+where+` group by a.status order by a.status`, p.list,
		func(row *sql.Rows) (g report.StatusGroup, err error) {
			var list sql.NullString
			err = row.Scan(&g.Status, &list)
			g.Learners = numbers(list.String)
			return g, err
		})
}

// Purchases lists the purchases in the reach, the newest first. What is asked
// of places and teams leaves none: a purchase has neither.
func (s *reportSource) Purchases(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) ([]report.Purchase, error) {
	if c.Nobody {
		return nil, nil
	}
	p := with(int64(reach.Actor().Realm), reach.At().UnixMicro())
	where := visibleThing(reach, thing{place: "o.path", purchase: "pu.purchase_id", owner: "pu.buyer_id"}, p)
	if c.Purchase != nil {
		where += " and pu.purchase_id = " + p.put(string(c.Purchase.Purchase))
	}
	redeemed := "s.state = 'redeemed'"
	ended := "s.state = 'redeemed'" + seatCondition(p, endedSeats, orgs)
	byPlace := seenBy(reach)
	out, err := collect(ctx, s, `select pu.purchase_id, coalesce(pu.external_id, ''), pu.company, pr.title, pr.product_id, coalesce(r.name, ''), o.path,
			pu.purchased_at, pu.redeem_by, pu.seats + pu.seats_over, coalesce(t.pending, 0), coalesce(t.redeemed, 0), coalesce(t.ended, 0)
		from purchase pu
		join organization o on o.realm_id = pu.realm_id and o.organization_id = pu.organization_id
		join product pr on pr.realm_id = pu.realm_id and pr.product_id = pu.product_id
		left join role_grant g on g.realm_id = pu.realm_id and g.purchase_id = pu.purchase_id and g.role = 'license_reporter'
			and g.ended_at is null and (g.until_at is null or g.until_at > $2)
		left join account r on r.realm_id = g.realm_id and r.account_id = g.account_id
		left join (select s.purchase_id, count(case when s.state = 'pending' then 1 end) as pending, count(case when `+redeemed+` then 1 end) as redeemed,
				count(case when `+ended+` then 1 end) as ended
			from seat s where s.realm_id = $1 and s.purchase_id in (select pu.purchase_id from purchase pu
				join organization o on o.realm_id = pu.realm_id and o.organization_id = pu.organization_id where pu.realm_id = $1 and `+where+`)
			group by s.purchase_id) t on t.purchase_id = pu.purchase_id
		where pu.realm_id = $1 and `+where+` order by pu.purchased_at desc, pu.purchase_id desc`, p.list, func(row *sql.Rows) (report.Purchase, error) {
		var b report.Purchase
		var path access.Path
		var product string
		var at, by sql.NullInt64
		err := row.Scan(&b.ID, &b.ExternalID, &b.Company, &b.Product, &product, &b.Reporter, &path, &at, &by, &b.Seats, &b.Pending, &b.Redeemed, &b.Ended)
		b.PurchasedAt, b.RedeemBy = instant(at), aDay(by)
		b.Placed = slices.ContainsFunc(byPlace.ranges, func(r pathRange) bool { return r.lo <= string(path) && string(path) < r.hi })
		b.ProductID = product
		return b, err
	})
	if err != nil {
		return nil, err
	}
	return out, s.withActivities(ctx, reach, out)
}

// withActivities fills in what each purchase's product holds, every product once.
func (s *reportSource) withActivities(ctx context.Context, reach access.Reach, purchases []report.Purchase) error {
	grants := make([]access.Grant, 0, len(purchases))
	of := map[string]int{}
	for _, b := range purchases {
		if _, known := of[b.ProductID]; !known {
			of[b.ProductID] = len(grants)
			grants = append(grants, access.Grant{Node: access.Node{Kind: access.AtPurchase, Product: b.ProductID}})
		}
	}
	if len(grants) == 0 {
		return nil
	}
	if err := withProducts(ctx, s, reach.Actor().Realm, grants); err != nil {
		return err
	}
	for i := range purchases {
		purchases[i].Activities = grants[of[purchases[i].ProductID]].Node.Activities
	}
	return nil
}

// Holders lists the learners of purchases with the part of each that they hold
// a seat of: of a purchase seen by place, those who are seen by place or team
// too; of one that is the asker's by a grant, all.
func (s *reportSource) Holders(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, purchases []report.Purchase) (report.Selection, error) {
	sel := report.Selection{Organizations: orgs}
	w := s.people(reach, c, orgs)
	activities := make(map[access.PurchaseID][]access.ActivityNo, len(purchases))
	var bought, placed []access.PurchaseID
	for _, b := range purchases {
		activities[b.ID] = b.Activities
		if slices.Contains(w.bought.purchases, b.ID) {
			bought = append(bought, b.ID)
		} else if !w.wide.empty() {
			placed = append(placed, b.ID)
		}
	}
	for _, part := range []struct {
		ids    []access.PurchaseID
		placed bool
	}{{bought, false}, {placed, true}} {
		if len(part.ids) == 0 {
			continue
		}
		some := report.Selection{Organizations: orgs}
		by := w
		by.Purchase = nil
		if err := s.selectBought(ctx, reach.Actor().Realm, &by, w.seats(part.ids...), activities, part.placed, &some); err != nil {
			return sel, err
		}
		sel.Narrow = append(sel.Narrow, some.Narrow...)
	}
	if len(bought) > 0 && len(placed) > 0 {
		sel.Narrow = joined(sel.Narrow)
	}
	return sel, nil
}

// joined brings the parts of one learner together.
func joined(members []report.Member) []report.Member {
	slices.SortStableFunc(members, func(a, b report.Member) int { return int(int64(a.Learner) - int64(b.Learner)) })
	out := members[:0]
	for _, m := range members {
		if n := len(out); n > 0 && out[n-1].Learner == m.Learner {
			out[n-1].Parts = append(out[n-1].Parts, m.Parts...)
			continue
		}
		out = append(out, m)
	}
	return out
}

// AnybodyErased tells whether any identity of the realm was erased.
func (s *reportSource) AnybodyErased(ctx context.Context, reach access.Reach) (bool, error) {
	n := 0
	err := one(ctx, s, `select count(*) from (select 1 from account where realm_id = $1 and status = 'erased' limit 1) as e`, []any{int64(reach.Actor().Realm)}, &n)
	return n > 0, err
}

// resolveOrganization narrows to one organization of the tree; together with a
// location of another one it leaves nobody.
func (s *reportSource) resolveOrganization(ctx context.Context, reach access.Reach, id string, c *report.Criteria) error {
	found, err := collect(ctx, s, `select path from organization where realm_id = $1 and (organization_id = $2 or slug = $2) order by case when organization_id = $2 then 0 else 1 end limit 1`,
		[]any{int64(reach.Actor().Realm), id}, func(row *sql.Rows) (path access.Path, err error) {
			err = row.Scan(&path)
			return path, err
		})
	switch {
	case err != nil:
	case len(found) == 0, c.LocationPath != "" && c.LocationPath.OrganizationPath() != found[0]:
		c.Nobody = true
	case c.LocationPath == "":
		c.LocationPath = found[0]
	}
	return err
}
