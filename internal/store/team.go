package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/team"
)

var _ team.Store = (*DB)(nil)

// teamThing is where statements about teams have them: t, in organization o.
var teamThing = thing{place: "o.path", team: "t.team_id", owner: "t.owner_id"}

// selectTeams reads teams (t) with their organization (o) and owner (w). The
// owner is named, and members are counted, as far as people covers them.
func selectTeams(people access.Reach, p *params) string {
	owner := visible(people, "w", p)
	all := wholeOrganizations(people, "o.path", p)
	some := visible(people, "a", p)
	const members = `(select count(*) from team_member m where m.realm_id = $1 and m.team_id = t.team_id and m.until_at is null`
	return `select t.team_id, coalesce(t.external_id, ''), t.organization_id, o.name, o.path, o.zone, t.name, t.name_folded, coalesce(t.owner_id, ''),
			case when ` + owner + ` then w.name else '' end, t.created_at,
			case when ` + all + ` then ` + members + `)
				else ` + members + ` and exists (select 1 from account a where a.realm_id = m.realm_id and a.account_id = m.account_id and ` + some + `)) end
		from team t
		join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
		left join account w on w.realm_id = t.realm_id and w.account_id = t.owner_id and w.status <> 'erased'
		where t.realm_id = $1 and `
}

// wholeOrganizations is the condition that a reach covers everybody of the
// organization at a path. Members of a team are of its organization, so there
// they need not be looked at one by one.
func wholeOrganizations(reach access.Reach, path string, p *params) string {
	var any []string
	for _, r := range seenBy(reach).ranges {
		any = append(any, fmt.Sprintf("(%[1]s >= %[2]s and %[1]s || 'o' <= %[3]s)", path, p.put(r.lo), p.put(r.hi)))
	}
	return either(any)
}

func scanTeam(row *sql.Rows) (team.Team, error) {
	var t team.Team
	var id, organization, path, zone, owner string
	var created int64
	err := row.Scan(&id, &t.ExternalID, &organization, &t.OrganizationName, &path, &zone, &t.Name, &t.Folded, &owner, &t.OwnerName, &created, &t.Members)
	t.ID, t.Organization, t.Path, t.Zone, t.Owner = access.TeamID(id), access.OrgID(organization), access.Path(path), day.ZoneOr(zone), access.AccountID(owner)
	t.CreatedAt = time.UnixMicro(created).UTC()
	return t, err
}

// Teams lists teams of the reach, the asker's own first, then by name.
func (db *DB) Teams(ctx context.Context, reach, people access.Reach, q team.Query, after team.Position, limit int) (list []team.Team, total int, err error) {
	err = db.view(ctx, func(tx querier) error {
		realm, me := int64(reach.Actor().Realm), string(reach.Actor().Account)
		where := func(p *params) string {
			out := `t.ended_at is null and ` + visibleThing(reach, teamThing, p)
			if q.Mine {
				out += ` and t.owner_id = ` + p.put(me)
			}
			for _, word := range strings.Fields(fold.Text(q.Q)) {
				out += ` and ` + db.dialect.contains("t.name_folded", p.put(word))
			}
			return out
		}
		p := with(realm)
		if err := one(ctx, tx, `select count(*) from team t join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
			where t.realm_id = $1 and `+where(p), p.list, &total); err != nil {
			return err
		}
		p = with(realm)
		query := selectTeams(people, p) + where(p)
		if after.ID != "" {
			theirs := 0
			if after.Theirs {
				theirs = 1
			}
			query += ` and (case when t.owner_id = ` + p.put(me) + ` then 0 else 1 end, t.name_folded, t.team_id) > (` + p.put(theirs) + `, ` + p.put(after.Folded) + `, ` + p.put(string(after.ID)) + `)`
		}
		query += ` order by case when t.owner_id = ` + p.put(me) + ` then 0 else 1 end, t.name_folded, t.team_id limit ` + p.put(limit)
		list, err = collect(ctx, tx, query, p.list, scanTeam)
		return err
	})
	return list, total, err
}

// Team finds a team of the reach.
func (db *DB) Team(ctx context.Context, reach, people access.Reach, id access.TeamID) (team.Team, error) {
	return readTeam(ctx, db.read, reach, people, id, `t.ended_at is null`)
}

func readTeam(ctx context.Context, q querier, reach, people access.Reach, id access.TeamID, which string) (team.Team, error) {
	p := with(int64(reach.Actor().Realm))
	query := selectTeams(people, p) + `t.team_id = ` + p.put(string(id)) + ` and ` + which + ` and ` + visibleThing(reach, teamThing, p)
	found, err := collect(ctx, q, query, p.list, scanTeam)
	if err == nil && len(found) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return team.Team{}, err
	}
	return found[0], nil
}
