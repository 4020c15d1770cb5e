package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// facetLimit is how many choices a filter offers; a longer list is searched instead.
const facetLimit = 500

// Facets lists what a reach can be filtered by: the purchases, locations and
// teams that its blocks carry.
func (s *reportSource) Facets(ctx context.Context, reach access.Reach) (report.Facets, error) {
	var out report.Facets
	var err error
	if out.Purchases, err = s.facetPurchases(ctx, reach); err != nil {
		return out, err
	}
	if out.Locations, err = s.facetLocations(ctx, reach); err != nil {
		return out, err
	}
	if out.ManyLocations = len(out.Locations) > facetLimit; out.ManyLocations {
		out.Locations = nil
	}
	out.Teams, err = s.facetTeams(ctx, reach)
	return out, err
}

func (s *reportSource) named(ctx context.Context, query string, p *params) ([]report.Named, error) {
	return collect(ctx, s, query+" limit "+fmt.Sprint(facetLimit), p.list, func(row *sql.Rows) (report.Named, error) {
		var n report.Named
		err := row.Scan(&n.ID, &n.Name)
		return n, err
	})
}

func (s *reportSource) facetPurchases(ctx context.Context, reach access.Reach) ([]report.Named, error) {
	p := with(int64(reach.Actor().Realm))
	return s.named(ctx, `select pu.purchase_id, pu.company || ' · ' || pr.title from purchase pu
		join product pr on pr.realm_id = pu.realm_id and pr.product_id = pu.product_id
		join organization o on o.realm_id = pu.realm_id and o.organization_id = pu.organization_id
		where pu.realm_id = $1 and `+visibleThing(reach, thing{place: "o.path", purchase: "pu.purchase_id", owner: "pu.buyer_id"}, p)+`
		order by pu.company_folded, pr.title_folded, pu.purchased_at, pu.purchase_id`, p)
}

// facetLocations lists locations in the order of the tree, one more than a
// filter offers where there are more.
func (s *reportSource) facetLocations(ctx context.Context, reach access.Reach) ([]report.Named, error) {
	p := with(int64(reach.Actor().Realm))
	seen, ok := rangesOf(reach, "l.path", p)
	if !ok {
		return nil, nil
	}
	// Parents stand before their children; a name begins with as many marks as it is deep.
	return collect(ctx, s, `select l.location_id, l.name, l.path from location l where l.realm_id = $1 and l.retired_at is null and (`+seen+`)
		order by l.path limit `+fmt.Sprint(facetLimit+1), p.list, func(row *sql.Rows) (report.Named, error) {
		var n report.Named
		var path access.Path
		err := row.Scan(&n.ID, &n.Name, &path)
		n.Depth = path.Depth()
		return n, err
	})
}

// rangesOf is the condition that a path lies in the parts of the tree that a
// reach is made of; false where it has none.
func rangesOf(reach access.Reach, path string, p *params) (condition string, ok bool) {
	var any []string
	for _, b := range reach.Blocks() {
		if b.IsRange() && !b.Own {
			any = append(any, "("+path+" >= "+p.put(string(b.Lo))+" and "+path+" < "+p.put(string(b.Hi))+")")
		}
	}
	return strings.Join(any, " or "), len(any) > 0
}

func (s *reportSource) facetTeams(ctx context.Context, reach access.Reach) ([]report.Named, error) {
	p := with(int64(reach.Actor().Realm))
	return s.named(ctx, `select t.team_id, t.name from team t
		join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
		where t.realm_id = $1 and t.ended_at is null and `+visibleThing(reach, thing{place: "o.path", team: "t.team_id"}, p)+`
		order by t.name_folded, t.team_id`, p)
}

// Teams lists the teams that a learner is in now, those that the reach carries:
// of a learner seen by place all of them, else those one sees the learner by.
func (s *reportSource) Teams(ctx context.Context, reach access.Reach, learner access.LearnerNo) ([]report.Named, error) {
	p := with(int64(reach.Actor().Realm), int64(learner))
	var shown []string
	for _, b := range reach.Blocks() {
		switch {
		case b.Own:
		case b.Team != "":
			shown = append(shown, "t.team_id = "+p.put(string(b.Team)))
		case b.IsRange():
			shown = append(shown, "(a.home >= "+p.put(string(b.Lo))+" and a.home < "+p.put(string(b.Hi))+")")
		}
	}
	if len(shown) == 0 {
		return nil, nil
	}
	return s.named(ctx, `select t.team_id, t.name from team_member m
		join team t on t.realm_id = m.realm_id and t.team_id = m.team_id and t.ended_at is null
		join account a on a.realm_id = m.realm_id and a.account_id = m.account_id
		where m.realm_id = $1 and m.learner = $2 and m.until_at is null and (`+strings.Join(shown, " or ")+`)
		order by t.name_folded, t.team_id`, p)
}
