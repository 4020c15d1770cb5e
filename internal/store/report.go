package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

var _ report.Store = (*DB)(nil)

// Report opens a source of reports on one snapshot.
func (db *DB) Report(ctx context.Context, do func(report.Source) error) error {
	return db.view(ctx, func(q querier) error { return do(&reportSource{querier: q, db: db}) })
}

// reportSource reads what reports are made of within one read transaction.
type reportSource struct {
	querier
	db *DB
}

// Organizations lists those whose learners the reach holds, the actor's own first.
func (s *reportSource) Organizations(ctx context.Context, reach access.Reach) ([]report.Organization, error) {
	actor := reach.Actor()
	p := with(int64(actor.Realm), string(actor.Organization))
	where := "organization_id = $2"
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own {
			where += " or (path >= " + p.put(string(b.Lo.OrganizationPath())) + " and path < " + p.put(string(b.Hi)) + ")"
		}
	}
	return collect(ctx, s, `select organization_id, path, name, zone, due_soon_days, expires_soon_days from organization
		where realm_id = $1 and (`+where+`) order by case when organization_id = $2 then 0 else 1 end, path`, p.list,
		func(row *sql.Rows) (report.Organization, error) {
			var o report.Organization
			var zone string
			err := row.Scan(&o.ID, &o.Path, &o.Name, &zone, &o.Windows.DueSoon, &o.Windows.ExpiresSoon)
			o.Zone = day.ZoneOr(zone)
			return o, err
		})
}

// Resolve looks up the ids of a filter, Ambit's or the customer's own. What is
// unknown or lies in another organization makes the answer empty.
func (s *reportSource) Resolve(ctx context.Context, reach access.Reach, f report.Filter) (report.Criteria, error) {
	c := report.Criteria{Query: fold.Search(f.Query), Seat: f.Seat}
	actor := reach.Actor()
	find := func(query, id string, into ...any) error {
		rows, err := s.QueryContext(ctx, query, int64(actor.Realm), id, string(actor.Organization))
		if err != nil {
			return translate(err)
		}
		defer rows.Close()
		if !rows.Next() {
			c.Nobody = true
			return rows.Err()
		}
		return rows.Scan(into...)
	}
	if f.Location != "" {
		if err := find(`select path from location where realm_id = $1 and (location_id = $2 or (external_id = $2 and organization_id = $3)) order by case when location_id = $2 then 0 else 1 end limit 1`, f.Location, &c.LocationPath); err != nil {
			return c, err
		}
	}
	if f.Team != "" {
		if err := find(`select team_id from team where realm_id = $1 and ended_at is null and (team_id = $2 or (external_id = $2 and organization_id = $3)) order by case when team_id = $2 then 0 else 1 end limit 1`, f.Team, &c.Team); err != nil {
			return c, err
		}
	}
	if f.Purchase != "" {
		part := report.Part{Until: day.None}
		var product string
		if err := find(`select purchase_id, product_id from purchase where realm_id = $1 and (purchase_id = $2 or (external_id = $2 and organization_id = $3)) order by case when purchase_id = $2 then 0 else 1 end limit 1`, f.Purchase, &part.Purchase, &product); err != nil || c.Nobody {
			return c, err
		}
		grants := []access.Grant{{Node: access.Node{Kind: access.AtPurchase, Product: product}}}
		if err := withProducts(ctx, s, actor.Realm, grants); err != nil {
			return c, err
		}
		part.Activities = grants[0].Node.Activities
		c.Purchase = &part
	}
	return c, nil
}

// wide gives the condition that an account (alias a) is seen entirely: by place
// or by team. It is "1 = 0" where the reach has no such block that the criteria leave.
func wide(reach access.Reach, c report.Criteria, p *params) string {
	var any []string
	for _, b := range reach.Blocks() {
		switch {
		case b.Own || b.Purchase != "":
		case b.Self != "":
			any = append(any, "a.account_id = "+p.put(string(b.Self)))
		case b.Team != "":
			if c.LocationPath == "" && (c.Team == "" || c.Team == b.Team) {
				any = append(any, "a.learner in (select m.learner from team_member m where m.realm_id = $1 and m.until_at is null and m.team_id = "+p.put(string(b.Team))+")")
			}
		default:
			lo, hi := string(b.Lo), string(b.Hi)
			if c.LocationPath != "" { // the part of the subtree that the block holds
				l, h := access.Within.Range(c.LocationPath)
				lo, hi = max(lo, string(l)), min(hi, string(h))
			}
			if lo < hi {
				any = append(any, "(a.home >= "+p.put(lo)+" and a.home < "+p.put(hi)+")")
			}
		}
	}
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")"
}

// narrowed adds what the criteria ask of an account (alias a).
func (s *reportSource) narrowed(c report.Criteria, p *params) string {
	where := " and a.status <> 'erased'"
	for _, word := range strings.Fields(c.Query) {
		where += " and " + s.db.dialect.contains("a.search_text", p.put(word))
	}
	if c.Learners != nil {
		where += " and a.learner in " + inNumbers(c.Learners)
	}
	return where
}

// ofTeam narrows accounts that are seen by place to a team.
func ofTeam(c report.Criteria, p *params) string {
	if c.Team == "" {
		return ""
	}
	return " and a.learner in (select tm.learner from team_member tm where tm.realm_id = $1 and tm.until_at is null and tm.team_id = " + p.put(string(c.Team)) + ")"
}

// purchasesOf lists the purchase blocks of a reach that the criteria leave.
func purchasesOf(reach access.Reach, c report.Criteria) (out []report.Part) {
	if c.LocationPath != "" || c.Team != "" {
		return nil // a purchase block carries neither
	}
	for _, b := range reach.Blocks() {
		if b.Purchase == "" || b.Own || c.Purchase != nil && c.Purchase.Purchase != b.Purchase {
			continue
		}
		out = append(out, report.Part{Purchase: b.Purchase, Activities: b.Activities, Until: day.None})
	}
	return out
}

// matching is the condition that an account (alias a) meets the reach and the
// criteria, by whatever block.
func (s *reportSource) matching(reach access.Reach, c report.Criteria, orgs []report.Organization, p *params) string {
	if c.Nobody {
		return "1 = 0"
	}
	var any []string
	if w := wide(reach, c, p); w != "1 = 0" {
		w += ofTeam(c, p)
		if c.Purchase != nil {
			w += " and " + heldSeats([]report.Part{*c.Purchase}, c, orgs, p)
		} else {
			w += bySeat(c, orgs, p)
		}
		any = append(any, "("+w+")")
	}
	if parts := purchasesOf(reach, c); len(parts) > 0 {
		any = append(any, heldSeats(parts, c, orgs, p))
	}
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")" + s.narrowed(c, p)
}

// Count counts the learners of the reach that meet the criteria.
func (s *reportSource) Count(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) (int, error) {
	p := with(int64(reach.Actor().Realm))
	n := 0
	err := one(ctx, s, `select count(*) from account a where a.realm_id = $1 and `+s.matching(reach, c, orgs, p), p.list, &n)
	return n, err
}

// Select lists the learners by number with what may be seen of each.
func (s *reportSource) Select(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) (report.Selection, error) {
	sel := report.Selection{Organizations: orgs}
	if c.Nobody {
		return sel, nil
	}
	parts := purchasesOf(reach, c)
	if c.Purchase == nil {
		if err := s.selectWide(ctx, reach, c, orgs, &sel); err != nil {
			return sel, err
		}
	} else {
		// Whoever sees learners by place sees this purchase's part of them.
		if err := s.selectNarrow(ctx, reach, c, orgs, []report.Part{*c.Purchase}, true, &sel); err != nil {
			return sel, err
		}
	}
	if len(parts) > 0 {
		if err := s.selectNarrow(ctx, reach, c, orgs, parts, false, &sel); err != nil {
			return sel, err
		}
	}
	return sel, nil
}

func (s *reportSource) selectWide(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, sel *report.Selection) error {
	for i, org := range orgs {
		p := with(int64(reach.Actor().Realm))
		where := wide(reach, c, p)
		if where == "1 = 0" {
			return nil
		}
		lo, hi := access.Within.Range(org.Path)
		where += " and a.home >= " + p.put(string(lo)) + " and a.home < " + p.put(string(hi)) + ofTeam(c, p) + bySeat(c, orgs[i:i+1], p) + s.narrowed(c, p)
		var list sql.NullString
		if err := one(ctx, s, `select `+s.db.dialect.listOf("a.learner")+` from account a where a.realm_id = $1 and `+where, p.list, &list); err != nil {
			return err
		}
		if learners := numbers(list.String); len(learners) > 0 {
			sel.Wide = append(sel.Wide, report.Segment{Organization: i, Learners: learners})
		}
	}
	return nil
}

// numbers reads a list that dialect.listOf gathered, ascending.
func numbers(list string) []access.LearnerNo {
	if list == "" {
		return nil
	}
	out := make([]access.LearnerNo, 0, strings.Count(list, ",")+1)
	for len(list) > 0 {
		text, rest, _ := strings.Cut(list, ",")
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			break
		}
		out, list = append(out, access.LearnerNo(n)), rest
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// selectNarrow adds the learners of purchases who are not in the selection yet.
func (s *reportSource) selectNarrow(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, parts []report.Part, placed bool, sel *report.Selection) error {
	byPurchase := make(map[access.PurchaseID][]access.ActivityNo, len(parts))
	p := with(int64(reach.Actor().Realm))
	ids := make([]access.PurchaseID, len(parts))
	for i, part := range parts {
		byPurchase[part.Purchase], ids[i] = part.Activities, part.Purchase
	}
	where := "s.realm_id = $1 and s.state = 'redeemed' and s.purchase_id in " + in(p, ids) + seatCondition(p, seatsOf(c.Seat), orgs) + s.narrowed(c, p)
	if placed {
		where += " and " + wide(reach, c, p) + ofTeam(c, p)
	}
	already := func(l access.LearnerNo) bool {
		return slices.ContainsFunc(sel.Wide, func(w report.Segment) bool {
			_, ok := slices.BinarySearch(w.Learners, l)
			return ok
		})
	}
	// The blocks of one learner stand together; a learner may already be there by place.
	first := len(sel.Narrow)
	known := map[access.LearnerNo]int{}
	for i, m := range sel.Narrow {
		known[m.Learner] = i
	}
	err := each(ctx, s, `select s.learner, s.purchase_id, s.redeemed_at, s.access_until, s.organization_id from seat s
		join account a on a.realm_id = s.realm_id and a.account_id = s.account_id
		where `+where+` order by s.learner, s.purchase_id`, p.list, func(row *sql.Rows) error {
		var l access.LearnerNo
		var purchase access.PurchaseID
		var org access.OrgID
		var redeemed, until sql.NullInt64
		if err := row.Scan(&l, &purchase, &redeemed, &until, &org); err != nil {
			return err
		}
		if already(l) {
			return nil
		}
		at := max(slices.IndexFunc(orgs, func(o report.Organization) bool { return o.ID == org }), 0)
		part := report.Part{Purchase: purchase, Activities: byPurchase[purchase], Since: day.Of(instant(redeemed), orgs[at].Zone), Until: aDay(until)}
		if i, ok := known[l]; ok {
			if i >= first || !slices.ContainsFunc(sel.Narrow[i].Parts, func(x report.Part) bool { return x.Purchase == purchase }) {
				sel.Narrow[i].Parts = append(sel.Narrow[i].Parts, part)
			}
			return nil
		}
		known[l] = len(sel.Narrow)
		sel.Narrow = append(sel.Narrow, report.Member{Learner: l, Organization: at, Parts: []report.Part{part}})
		return nil
	})
	slices.SortFunc(sel.Narrow, func(a, b report.Member) int { return int(int64(a.Learner) - int64(b.Learner)) })
	return err
}

// EntriesAsOf gives the learners' entries as they stood at the end of a day.
func (s *reportSource) EntriesAsOf(ctx context.Context, reach access.Reach, learners []access.LearnerNo, d day.Day) (map[access.LearnerNo][]transcript.Entry, error) {
	return entriesAsOf(ctx, s, reach.Actor().Realm, learners, d)
}
