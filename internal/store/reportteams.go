package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// resolveTeams looks up the teams of a filter, all of them at once. One that is
// unknown or has ended makes the answer empty.
func (s *reportSource) resolveTeams(ctx context.Context, reach access.Reach, f report.Filter, c *report.Criteria) error {
	names := f.TeamNames()
	actor := reach.Actor()
	p := with(int64(actor.Realm))
	among := in(p, append(slices.Clone(names), f.Team)) // an id of the customer's own may hold a comma
	own := p.put(string(actor.Organization))
	byName := map[string]access.TeamID{}
	err := each(ctx, s, `select t.team_id, t.external_id, t.organization_id from team t
		where t.realm_id = $1 and t.ended_at is null and (t.team_id in `+among+` or (t.external_id in `+among+` and t.organization_id = `+own+`))`, p.list, func(row *sql.Rows) error {
		var id access.TeamID
		var external sql.NullString
		var org access.OrgID
		if err := row.Scan(&id, &external, &org); err != nil {
			return err
		}
		byName[string(id)] = id
		if external.Valid && org == actor.Organization {
			if _, taken := byName[external.String]; !taken {
				byName[external.String] = id
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if id, whole := byName[f.Team]; whole {
		c.Teams = []access.TeamID{id}
		return nil
	}
	c.Teams = make([]access.TeamID, 0, len(names))
	for _, name := range names {
		id, known := byName[name]
		if c.Nobody = c.Nobody || !known; known && !slices.Contains(c.Teams, id) {
			c.Teams = append(c.Teams, id)
		}
	}
	c.Nobody = c.Nobody || len(names) == 0
	return nil
}

// TeamList lists the teams that the second reach lists and of whose members
// the first one shows any by their place, or by the team itself.
func (s *reportSource) TeamList(ctx context.Context, reach, teams access.Reach, q report.TeamsAsked) ([]report.TeamListed, int, error) {
	actor := reach.Actor()
	p := with(int64(actor.Realm), string(actor.Account))
	var shown []string
	for _, b := range reach.Blocks() {
		switch {
		case b.Own:
		case b.Team != "":
			shown = append(shown, "t.team_id = "+p.put(string(b.Team)))
		case b.IsRange():
			// The team's organization lies in the range, or the range in it.
			shown = append(shown, "(o.path >= "+p.put(string(b.Lo))+" and o.path < "+p.put(string(b.Hi))+")", "o.path = "+p.put(string(b.Lo.OrganizationPath())))
		}
	}
	where := ` from team t join organization o on o.realm_id = t.realm_id and o.organization_id = t.organization_id
		left join account w on w.realm_id = t.realm_id and w.account_id = t.owner_id and w.status <> 'erased'
		where t.realm_id = $1 and t.ended_at is null and ` + either(shown) + ` and ` + visibleThing(teams, thing{place: "o.path", team: "t.team_id", owner: "t.owner_id"}, p)
	const mine = `case when t.owner_id = $2 then '0' else '1' end`
	if q.Mine {
		where += ` and t.owner_id = $2`
	}
	if q.Only != nil {
		where += ` and t.team_id in ` + in(p, q.Only)
	}
	for _, word := range strings.Fields(q.Search) {
		where += ` and ` + s.db.dialect.contains("t.name_folded", p.put(word))
	}
	var total, own int
	if err := one(ctx, s, `select count(case when t.owner_id = $2 then 1 end), count(*)`+where, p.list, &own, &total); err != nil || total == 0 {
		return nil, total, err
	}
	if q.After != (report.Position{}) {
		where += ` and (` + mine + ` || t.name_folded, t.team_id) > (` + p.put(q.After.Folded) + `, ` + p.put(q.After.ID) + `)`
	}
	limit := p.put(int64(q.Limit))
	known := visible(reach, "w", p) // who owns a team is named to those who see the owner
	list, err := collect(ctx, s, `select t.team_id, t.name, t.name_folded, case when `+known+` then w.name else '' end, `+mine+` as first`+where+`
		order by `+mine+` || t.name_folded, t.team_id limit `+limit, p.list, func(row *sql.Rows) (report.TeamListed, error) {
		var t report.TeamListed
		var first string
		err := row.Scan(&t.ID, &t.Name, &t.Folded, &t.Owner, &first)
		t.Mine = first == "0"
		return t, err
	})
	return list, total, err
}

// TeamMembers lists by team those members whom the filter by that team finds:
// in one statement, for whoever puts teams side by side asks for many.
func (s *reportSource) TeamMembers(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization, teams []access.TeamID) (map[access.TeamID][]access.LearnerNo, error) {
	out := make(map[access.TeamID][]access.LearnerNo, len(teams))
	c.Teams = teams
	w := s.people(reach, c, orgs)
	if w.wide.empty() {
		return out, nil
	}
	p := with(int64(reach.Actor().Realm))
	among := in(p, teams)
	seen := w.wide.placed("a", p)
	if len(w.wide.teams) > 0 {
		seen = append(seen, "m.team_id in "+in(p, w.wide.teams)) // who is seen by a team is seen in that one only
	}
	err := each(ctx, s, `select m.team_id, `+s.db.dialect.listOf("m.learner")+` from team_member m
		join account a on a.realm_id = m.realm_id and a.account_id = m.account_id
		where m.realm_id = $1 and m.until_at is null and m.team_id in `+among+` and `+either(seen)+w.described(p)+` group by m.team_id`, p.list, func(row *sql.Rows) error {
		var id access.TeamID
		var list sql.NullString
		if err := row.Scan(&id, &list); err != nil {
			return err
		}
		out[id] = numbers(list.String)
		return nil
	})
	return out, err
}
