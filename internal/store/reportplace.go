package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// whereItWent finds a location of the organization $3 by Ambit's id or the
// customer's own ($2), and goes on to the one that it was merged into, as often
// as that has happened: whoever kept an address or a view keeps what it showed.
const whereItWent = `with recursive way as (
		select f.location_id, f.path, f.name, f.merged_into, 0 as step from (
			select l.location_id, l.path, l.name, l.merged_into from location l
			where l.realm_id = $1 and (l.location_id = $2 or (l.external_id = $2 and l.organization_id = $3))
			order by case when l.location_id = $2 then 0 else 1 end limit 1) f
		union all
		select n.location_id, n.path, n.name, n.merged_into, w.step + 1 from way w
			join location n on n.realm_id = $1 and n.location_id = w.merged_into where w.step < 1000)
	select `

// Place names the location that a filter means, as far as the reach shows it.
func (s *reportSource) Place(ctx context.Context, reach access.Reach, id string) (report.Named, error) {
	p := with(int64(reach.Actor().Realm), id, string(reach.Actor().Organization))
	seen, ok := rangesOf(reach, "way.path", p)
	if !ok || id == "" {
		return report.Named{}, nil
	}
	found, err := collect(ctx, s, whereItWent+`way.location_id, way.name, way.path from way where way.merged_into is null and (`+seen+`)`, p.list, func(row *sql.Rows) (report.Named, error) {
		var n report.Named
		var path string
		err := row.Scan(&n.ID, &n.Name, &path)
		n.Depth = access.Path(path).Depth()
		return n, err
	})
	if err != nil || len(found) == 0 {
		return report.Named{}, err
	}
	return found[0], nil
}
