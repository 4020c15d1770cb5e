package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// Columns lists the activities and programs that some block shows, by title.
func (s *reportSource) Columns(ctx context.Context, reach access.Reach, orgs []report.Organization) (activities, programs []report.Column, err error) {
	p := with(int64(reach.Actor().Realm))
	where := "(ac.activity in " + inNumbers(sold(reach)) + " or pr.organization_id in " + in(p, whole(reach, orgs)) + ")"
	activities, err = collect(ctx, s, `select pr.product_id, coalesce(pr.external_id, ''), pr.title, pr.title_folded, ac.kind, coalesce(ac.minutes, 0), ac.activity
		from activity ac join product pr on pr.realm_id = ac.realm_id and pr.product_id = ac.activity_id
		where ac.realm_id = $1 and `+where+` order by pr.title_folded, pr.product_id`, p.list, func(row *sql.Rows) (report.Column, error) {
		var c report.Column
		err := row.Scan(&c.ID, &c.ExternalID, &c.Title, &c.Folded, &c.Kind, &c.Minutes, &c.No)
		return c, err
	})
	if err != nil {
		return nil, nil, err
	}
	programs, err = s.programs(ctx, reach, orgs, activities)
	return activities, programs, err
}

// sold lists the activities of the purchases that the reach holds.
func sold(reach access.Reach) (nos []access.ActivityNo) {
	for _, b := range reach.Blocks() {
		if !b.Own {
			nos = append(nos, b.Activities...)
		}
	}
	slices.Sort(nos)
	return slices.Compact(nos)
}

// whole lists the organizations of whose learners everything is seen: those in
// a part of the tree, and the actor's own where a team of it is held.
func whole(reach access.Reach, orgs []report.Organization) (ids []access.OrgID) {
	for _, o := range orgs {
		if slices.ContainsFunc(reach.Blocks(), func(b access.Block) bool {
			switch {
			case b.Own || b.Purchase != "":
				return false
			case b.IsRange():
				return b.Lo.OrganizationPath() <= o.Path && o.Path < b.Hi
			}
			return o.ID == reach.Actor().Organization
		}) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// programs lists the programs all of whose required activities are shown;
// where none is required, all of them are.
func (s *reportSource) programs(ctx context.Context, reach access.Reach, orgs []report.Organization, shown []report.Column) ([]report.Column, error) {
	p := with(int64(reach.Actor().Realm))
	ids := make([]access.OrgID, len(orgs))
	for i := range orgs {
		ids[i] = orgs[i].ID
	}
	var found []report.Column
	var optional []access.ActivityNo
	finish := func() {
		if n := len(found); n > 0 && len(found[n-1].Required) == 0 {
			found[n-1].Required = optional
		}
		optional = nil
	}
	err := each(ctx, s, `select pr.product_id, coalesce(pr.external_id, ''), pr.title, pr.title_folded, pa.activity, pa.required
		from product pr join program_activity pa on pa.realm_id = pr.realm_id and pa.program_id = pr.product_id and pa.until_at is null
		where pr.realm_id = $1 and pr.kind = 'program' and pr.organization_id in `+in(p, ids)+`
		order by pr.title_folded, pr.product_id, pa.position, pa.activity`, p.list, func(row *sql.Rows) error {
		c := report.Column{Kind: "program"}
		var no access.ActivityNo
		var required bool
		if err := row.Scan(&c.ID, &c.ExternalID, &c.Title, &c.Folded, &no, &required); err != nil {
			return err
		}
		if n := len(found); n == 0 || found[n-1].ID != c.ID {
			finish()
			found = append(found, c)
		}
		if required {
			found[len(found)-1].Required = append(found[len(found)-1].Required, no)
		} else {
			optional = append(optional, no)
		}
		return nil
	})
	finish()
	if err != nil {
		return nil, err
	}
	seen := make(map[access.ActivityNo]bool, len(shown))
	for _, c := range shown {
		seen[c.No] = true
	}
	return slices.DeleteFunc(found, func(c report.Column) bool {
		return slices.ContainsFunc(c.Required, func(no access.ActivityNo) bool { return !seen[no] })
	}), nil
}
