package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
)

var _ content.Store = (*DB)(nil)

// activityColumns are read by scanActivity; ac is activity, pr its product.
const activityColumns = `ac.activity, pr.product_id, coalesce(pr.external_id, ''), pr.organization_id, pr.title, ac.kind, coalesce(ac.minutes, 0), coalesce(ac.url, ''), ac.self_complete`

func scanActivity(row *sql.Rows) (content.Activity, error) {
	var a content.Activity
	var id, organization, kind string
	err := row.Scan(&a.No, &id, &a.ExternalID, &organization, &a.Title, &kind, &a.Minutes, &a.URL, &a.SelfComplete)
	a.ID, a.Organization, a.Kind = content.ProductID(id), access.OrgID(organization), content.Kind(kind)
	return a, err
}

// organizationsOf is the condition that an organization (under the alias o)
// holds learners or teams of the reach. Purchases are left out: of their
// organization one sees the product and no more.
func organizationsOf(r access.Reach, o string, p *params) string {
	var any []string
	for _, b := range r.Blocks() {
		switch {
		case b.Own, b.Self != "", b.Purchase != "":
		case b.Team != "":
			any = append(any, fmt.Sprintf("%s.path = %s", o, p.put(string(b.Grant().Node.Path))))
		default:
			any = append(any, fmt.Sprintf("(%[1]s.path >= %[2]s and %[1]s.path < %[3]s)", o, p.put(string(b.Lo.OrganizationPath())), p.put(string(b.Hi))))
		}
	}
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")"
}

// Activities lists the activities that some block of the reach shows, by title.
func (db *DB) Activities(ctx context.Context, reach access.Reach) ([]content.Activity, error) {
	var bought []access.ActivityNo
	for _, b := range reach.Blocks() {
		if !b.Own {
			bought = append(bought, b.Activities...)
		}
	}
	p := with(int64(reach.Actor().Realm))
	return collect(ctx, db.read, `select `+activityColumns+` from product pr
		join activity ac on ac.realm_id = pr.realm_id and ac.activity_id = pr.product_id
		join organization o on o.realm_id = pr.realm_id and o.organization_id = pr.organization_id
		where pr.realm_id = $1 and (`+organizationsOf(reach, "o", p)+` or ac.activity in `+inNumbers(unique(bought))+`)
		order by pr.title_folded, pr.product_id`, p.list, scanActivity)
}

// Programs lists the programs that a block of the reach shows whole, by title.
func (db *DB) Programs(ctx context.Context, reach access.Reach) ([]content.Program, error) {
	blocks := slices.DeleteFunc(reach.Blocks(), func(b access.Block) bool { return b.Own || b.Self != "" })
	p := with(int64(reach.Actor().Realm))
	var paths []string
	for _, b := range blocks {
		if b.Purchase != "" {
			paths = append(paths, string(b.Grant().Node.Path))
		}
	}
	var all []content.Program
	var where []access.Path
	err := each(ctx, db.read, `select pr.product_id, coalesce(pr.external_id, ''), pr.organization_id, o.path, pr.title, pa.activity, pa.required from product pr
		join organization o on o.realm_id = pr.realm_id and o.organization_id = pr.organization_id
		join program_activity pa on pa.realm_id = pr.realm_id and pa.program_id = pr.product_id and pa.until_at is null
		where pr.realm_id = $1 and (`+organizationsOf(reach, "o", p)+` or o.path in `+in(p, unique(paths))+`)
		order by pr.title_folded, pr.product_id, pa.position, pa.activity`, p.list, func(row *sql.Rows) error {
		var id, external, organization, path, title string
		var part content.Part
		if err := row.Scan(&id, &external, &organization, &path, &title, &part.Activity, &part.Required); err != nil {
			return err
		}
		if last := len(all) - 1; last < 0 || string(all[last].ID) != id {
			all = append(all, content.Program{ID: content.ProductID(id), ExternalID: external, Organization: access.OrgID(organization), Title: title})
			where = append(where, access.Path(path))
		}
		program := &all[len(all)-1]
		program.Parts = append(program.Parts, part)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []content.Program
	for i, program := range all {
		if slices.ContainsFunc(blocks, func(b access.Block) bool { return program.WholeIn(b, where[i]) }) {
			out = append(out, program)
		}
	}
	return out, nil
}
