package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/team"
)

var _ team.Store = (*DB)(nil)

// Teams lists the teams of a reach by name.
func (db *DB) Teams(ctx context.Context, reach access.Reach) ([]team.Team, error) {
	p := with(int64(reach.Actor().Realm))
	return collect(ctx, db.read, `select t.team_id, coalesce(t.external_id, ''), t.organization_id, t.name, coalesce(t.owner_id, ''), coalesce(w.name, ''), t.created_at,
			(select count(*) from team_member m where m.realm_id = $1 and m.team_id = t.team_id and m.until_at is null)
		from team t
		join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
		left join account w on w.realm_id = t.realm_id and w.account_id = t.owner_id
		where t.realm_id = $1 and t.ended_at is null and `+visibleThing(reach, thing{place: "o.path", team: "t.team_id", owner: "t.owner_id"}, p)+`
		order by t.name_folded, t.team_id`, p.list, func(row *sql.Rows) (team.Team, error) {
		var t team.Team
		var id, organization, owner string
		var created int64
		err := row.Scan(&id, &t.ExternalID, &organization, &t.Name, &owner, &t.OwnerName, &created, &t.Members)
		t.ID, t.Organization, t.Owner = access.TeamID(id), access.OrgID(organization), access.AccountID(owner)
		t.CreatedAt = time.UnixMicro(created).UTC()
		return t, err
	})
}
