package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// teamGrants lists the access that there is at a team, by hand, group or
// policy, now or later, for each of its holders.
func teamGrants(ctx context.Context, q querier, realm access.RealmID, id access.TeamID, now int64) ([]access.Grant, error) {
	p := with(int64(realm))
	return grants(ctx, q, "role_grant g", `g.team_id = `+p.put(string(id))+` and g.ended_at is null and (g.until_at is null or g.until_at > `+p.put(now)+`)`, p)
}

// teamWatchers loads what those hold who have some access at a team.
func teamWatchers(ctx context.Context, q querier, realm access.RealmID, held []access.Grant) ([]access.Facts, error) {
	var ids []access.AccountID
	for _, g := range held {
		ids = append(ids, g.Holder)
	}
	slices.Sort(ids)
	return factsOfSome(ctx, q, realm, slices.Compact(ids), account.Active, account.Invited)
}

// weighMembers works out who sees whom newly, or no longer, when people join or
// leave a team. Nobody is told that they come into their own sight.
func weighMembers(ctx context.Context, q querier, asker access.Reach, of team.Team, held []access.Grant, people []access.AccountID, join bool) (management.Effect, error) {
	var effect management.Effect
	watchers, err := teamWatchers(ctx, q, asker.Actor().Realm, held)
	if err != nil || len(people) == 0 {
		return effect, err
	}
	w := &sightWeighing{querier: q, asker: asker, by: management.Sight()}
	var changes []management.Held
	for _, f := range watchers {
		if slices.Contains(w.seen(f).teams, of.ID) {
			changes = append(changes, management.Held{Before: f, After: f})
		}
	}
	known, err := w.people(ctx, changes)
	if err != nil {
		return effect, err
	}
	for _, c := range changes {
		besides := w.seen(c.Before)
		besides.teams = slices.DeleteFunc(besides.teams, func(id access.TeamID) bool { return id == of.ID })
		holder := c.Before.Actor().Account
		found, err := w.among(ctx, slices.DeleteFunc(slices.Clone(people), func(id access.AccountID) bool { return id == holder }), besides, join)
		switch person, told := known[holder]; {
		case err != nil:
			return effect, err
		case found.Gains+found.Loses == 0:
		case told:
			found.Person = person
			effect.Changed = append(effect.Changed, found)
		default:
			effect.Others++
		}
	}
	effect.Sort()
	return effect, nil
}

// among counts by place those of some people whom a sight does not show.
func (w *sightWeighing) among(ctx context.Context, people []access.AccountID, not sight, join bool) (out management.Sighted, err error) {
	var at sightPlaces
	add := func(s *management.SightAt, n int) { s.Loses += n }
	total, sample := &out.Loses, &out.LosesSample
	if join {
		add = func(s *management.SightAt, n int) { s.Gains += n }
		total, sample = &out.Gains, &out.GainsSample
	}
	for chunk := range slices.Chunk(people, 400) {
		n, some, err := w.counted(ctx, func(p *params) string {
			where := `a.realm_id = $1 and a.status <> 'erased' and a.account_id in ` + in(p, chunk)
			if !not.empty() {
				where += ` and not ` + not.from("a", p)
			}
			return where
		}, &at, add)
		if err != nil {
			return out, err
		}
		*total += n
		*sample = append(*sample, some...)
	}
	slices.Sort(*sample)
	*sample = (*sample)[:min(len(*sample), sampled)]
	out.Organizations, out.Locations, err = at.named(ctx, w, w.asker)
	return out, err
}

// weighTeamEnd works out who sees whom no longer when a team is deleted.
func weighTeamEnd(ctx context.Context, q querier, asker access.Reach, of team.Team, held []access.Grant) (management.Effect, error) {
	watchers, err := teamWatchers(ctx, q, asker.Actor().Realm, held)
	if err != nil {
		return management.Effect{}, err
	}
	var changes []management.Held
	for _, f := range watchers {
		changes = append(changes, management.Held{Before: f, After: management.Instead(f, func(g access.Grant) bool {
			return g.Node.Kind == access.AtTeam && g.Node.ID == string(of.ID)
		})})
	}
	return weighSight(ctx, q, asker, changes)
}

// handedOn is what access at a team lets its holders see of members: whoever
// adds somebody must have all of it over them (I-06, Q-16).
func handedOn(held []access.Grant) []access.Permission {
	var all access.Set
	for _, g := range held {
		all |= g.Role.Any
	}
	return slices.DeleteFunc(all.List(), func(p access.Permission) bool {
		return !p.GrantableAt(access.AtTeam) || p != access.LearnerView && !p.Reporting()
	})
}

// wholly finds those of some people of whom a reach shows everything: by place
// or by a team, as a purchase shows only its own activities.
func wholly(ctx context.Context, q querier, reach access.Reach, ids []access.AccountID) (map[access.AccountID]bool, error) {
	by := seenBy(reach)
	by.purchases = nil
	out := map[access.AccountID]bool{}
	if by.empty() {
		return out, nil
	}
	for chunk := range slices.Chunk(ids, 400) {
		p := with(int64(reach.Actor().Realm))
		if err := each(ctx, q, `select a.account_id from account a where a.realm_id = $1 and a.account_id in `+in(p, chunk)+` and `+by.of("a", p), p.list, func(row *sql.Rows) error {
			var id string
			err := row.Scan(&id)
			out[access.AccountID(id)] = true
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
