package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/team"
)

// memberColumns are a member (account a, membership m) with the place where
// people shows it (location l).
func memberColumns(people access.Reach, p *params) string {
	placed := sight{selves: seenBy(people).selves, ranges: seenBy(people).ranges}
	return `a.account_id, coalesce(a.external_id, ''), a.name, a.name_folded, coalesce(a.email, ''), case when ` + placed.of("a", p) + ` then coalesce(l.name, '') else '' end,
		a.status, m.from_at, m.until_at`
}

const memberTables = `team_member m
	join account a on a.realm_id = m.realm_id and a.account_id = m.account_id and a.status <> 'erased'
	left join location l on l.realm_id = a.realm_id and l.location_id = a.location_id`

func scanMember(row *sql.Rows, before ...any) (m team.Member, err error) {
	var id string
	var from int64
	var until sql.NullInt64
	err = row.Scan(append(before, &id, &m.ExternalID, &m.Name, &m.Folded, &m.Email, &m.Location, &m.Status, &from, &until)...)
	m.ID, m.From, m.Until = access.AccountID(id), time.UnixMicro(from).UTC(), instant(until)
	return m, err
}

// TeamMembers lists members of a team of the reach, those whom people covers.
func (db *DB) TeamMembers(ctx context.Context, reach, people access.Reach, id access.TeamID, q team.MemberQuery, after team.MemberPosition, limit int) (list []team.Member, total int, err error) {
	err = db.view(ctx, func(tx querier) error {
		if _, err := readTeam(ctx, tx, reach, people, id, `t.ended_at is null`); err != nil {
			return err
		}
		where := func(p *params) string {
			out := ` where m.realm_id = $1 and m.team_id = ` + p.put(string(id)) + ` and ` + visible(people, "a", p)
			if !q.Past {
				out += ` and m.until_at is null`
			}
			for _, word := range strings.Fields(fold.Text(q.Q)) {
				out += ` and ` + db.dialect.contains("a.search_text", p.put(word))
			}
			return out
		}
		realm := int64(reach.Actor().Realm)
		p := with(realm)
		if err := one(ctx, tx, `select count(*) from `+memberTables+where(p), p.list, &total); err != nil {
			return err
		}
		p = with(realm)
		query := `select ` + memberColumns(people, p) + ` from ` + memberTables + where(p)
		switch {
		case after.ID == "":
		case q.Past:
			query += ` and (m.from_at, a.account_id) < (` + p.put(after.From.UnixMicro()) + `, ` + p.put(string(after.ID)) + `)`
		default:
			query += ` and (a.name_folded, a.account_id) > (` + p.put(after.Folded) + `, ` + p.put(string(after.ID)) + `)`
		}
		order := ` order by a.name_folded, a.account_id`
		if q.Past {
			order = ` order by m.from_at desc, a.account_id desc`
		}
		list, err = collect(ctx, tx, query+order+` limit `+p.put(limit), p.list, func(row *sql.Rows) (team.Member, error) { return scanMember(row) })
		return err
	})
	return list, total, err
}

// TeamsOf tells which teams of the reach some people are in and were in.
func (db *DB) TeamsOf(ctx context.Context, reach, people access.Reach, ids []access.AccountID) (map[access.AccountID][]team.Membership, error) {
	out := map[access.AccountID][]team.Membership{}
	for chunk := range slices.Chunk(ids, 400) {
		p := with(int64(reach.Actor().Realm))
		if err := each(ctx, db.read, `select m.account_id, t.team_id, coalesce(t.external_id, ''), t.name, t.organization_id, m.from_at, m.until_at
			from team_member m
			join team t on t.realm_id = m.realm_id and t.team_id = m.team_id and t.ended_at is null
			join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
			join account a on a.realm_id = m.realm_id and a.account_id = m.account_id and a.status <> 'erased'
			where m.realm_id = $1 and m.account_id in `+in(p, chunk)+` and `+visible(people, "a", p)+` and `+visibleThing(reach, teamThing, p)+`
			order by case when m.until_at is null then 0 else 1 end, t.name_folded, t.team_id, m.from_at desc`, p.list, func(row *sql.Rows) error {
			var m team.Membership
			var account, id, organization string
			var from int64
			var until sql.NullInt64
			err := row.Scan(&account, &id, &m.ExternalID, &m.Name, &organization, &from, &until)
			m.ID, m.Organization, m.From, m.Until = access.TeamID(id), access.OrgID(organization), time.UnixMicro(from).UTC(), instant(until)
			out[access.AccountID(account)] = append(out[access.AccountID(account)], m)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EachMembership yields who is and was in the teams of the reach, or in one of
// them, by the names of teams and members; of the members those whom people covers.
func (db *DB) EachMembership(ctx context.Context, reach, people access.Reach, id access.TeamID, do func(team.Team, team.Member) error) error {
	return db.view(ctx, func(q querier) error {
		if id != "" {
			if _, err := readTeam(ctx, q, reach, people, id, `t.ended_at is null`); err != nil {
				return err
			}
		}
		p := with(int64(reach.Actor().Realm))
		query := `select t.team_id, coalesce(t.external_id, ''), t.name, t.organization_id, ` + memberColumns(people, p) + ` from ` + memberTables + `
			join team t on t.realm_id = m.realm_id and t.team_id = m.team_id and t.ended_at is null
			join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
			where m.realm_id = $1 and ` + visible(people, "a", p) + ` and ` + visibleThing(reach, teamThing, p)
		if id != "" {
			query += ` and m.team_id = ` + p.put(string(id))
		}
		return each(ctx, q, query+` order by t.name_folded, t.team_id, a.name_folded, a.account_id, m.from_at`, p.list, func(row *sql.Rows) error {
			var t team.Team
			var of, organization string
			m, err := scanMember(row, &of, &t.ExternalID, &t.Name, &organization)
			if err != nil {
				return err
			}
			t.ID, t.Organization = access.TeamID(of), access.OrgID(organization)
			return do(t, m)
		})
	})
}
