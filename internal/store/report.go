package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

var _ report.Store = (*DB)(nil)

// Report opens a source of reports on one snapshot.
func (db *DB) Report(ctx context.Context, do func(report.Source) error) error {
	return db.view(ctx, func(q querier) error {
		return do(&reportSource{querier: q, db: db, counted: map[string]int{}})
	})
}

// reportSource reads what reports are made of within one read transaction.
type reportSource struct {
	querier
	db      *DB
	counted map[string]int // by statement and values: a snapshot answers the same question the same
	at      moment         // what the snapshot sees, once it was asked
	kept    *recalled      // of the realm, from then on
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
	return collect(ctx, s, `select organization_id, slug, path, name, zone, due_soon_days, expires_soon_days from organization
		where realm_id = $1 and (`+where+`) order by case when organization_id = $2 then 0 else 1 end, path`, p.list,
		func(row *sql.Rows) (report.Organization, error) {
			var o report.Organization
			var zone string
			err := row.Scan(&o.ID, &o.Slug, &o.Path, &o.Name, &zone, &o.Windows.DueSoon, &o.Windows.ExpiresSoon)
			o.Zone = day.ZoneOr(zone)
			return o, err
		})
}

// Resolve looks up the ids of a filter, Ambit's or the customer's own. What is
// unknown or lies in another organization makes the answer empty.
func (s *reportSource) Resolve(ctx context.Context, reach access.Reach, f report.Filter) (report.Criteria, error) {
	c := report.Criteria{Query: fold.Search(f.Query), Seat: f.Seat, Role: f.Role, Status: f.Status}
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
		if err := find(whereItWent+`path from way where merged_into is null`, f.Location, &c.LocationPath); err != nil {
			return c, err
		}
	}
	if f.Organization != "" {
		if err := s.resolveOrganization(ctx, reach, f.Organization, &c); err != nil {
			return c, err
		}
	}
	if f.Team != "" {
		if err := s.resolveTeams(ctx, reach, f, &c); err != nil {
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

// EntriesAsOf gives the learners' entries as they stood at the end of a day.
func (s *reportSource) EntriesAsOf(ctx context.Context, reach access.Reach, learners []access.LearnerNo, d day.Day) (map[access.LearnerNo][]transcript.Entry, error) {
	return entriesAsOf(ctx, s, reach.Actor().Realm, learners, d)
}
