package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/management"
)

// weighSight works out who gains and who loses sight of whom when what people
// hold changes. Learners stay where they are; where somebody moves, see
// weighPlacing. Without permissions it is about every kind of sight, else about
// what these cover. Whoever holds the same before and after costs one look.
func weighSight(ctx context.Context, q querier, asker access.Reach, changes []management.Held, by ...access.Permission) (management.Effect, error) {
	if len(by) == 0 {
		by = management.Sight()
	}
	w := &sightWeighing{querier: q, asker: asker, by: by, known: map[string]management.Sighted{}, crossed: map[access.Path]bool{}}
	var effect management.Effect
	people, err := w.people(ctx, changes)
	if err != nil {
		return effect, err
	}
	for _, change := range changes {
		found, err := w.one(ctx, change)
		if err != nil {
			return effect, err
		}
		if found.Gains+found.Loses == 0 {
			continue
		}
		person, known := people[change.Before.Actor().Account]
		if !known {
			effect.Others++
			continue
		}
		found.Person = person
		effect.Changed = append(effect.Changed, found)
	}
	effect.Sort()
	effect.Crosses, err = w.crosses(ctx)
	return effect, err
}

// sightWeighing is the work of weighSight.
type sightWeighing struct {
	querier
	asker   access.Reach
	by      []access.Permission
	known   map[string]management.Sighted // by what comes and goes
	crossed map[access.Path]bool          // organizations beyond the holder's own that come into sight
}

// people names those whom the asker may know.
func (w *sightWeighing) people(ctx context.Context, changes []management.Held) (map[access.AccountID]management.Person, error) {
	out := map[access.AccountID]management.Person{}
	for chunk := range slices.Chunk(changes, 400) {
		var ids []access.AccountID
		for _, c := range chunk {
			ids = append(ids, c.Before.Actor().Account)
		}
		found, err := peopleOf(ctx, w, w.asker, ids)
		if err != nil {
			return nil, err
		}
		for id, person := range found {
			out[id] = person
		}
	}
	return out, nil
}

// one weighs what changes for one person.
func (w *sightWeighing) one(ctx context.Context, change management.Held) (management.Sighted, error) {
	before, after := w.seen(change.Before), w.seen(change.After)
	gained, lost := after.less(before), before.less(after)
	if err := w.cross(ctx, change.After.Actor().Home.OrganizationPath(), gained); err != nil {
		return management.Sighted{}, err
	}
	key := fmt.Sprintf("%v %v %v %v", gained, before, lost, after)
	if found, known := w.known[key]; known {
		return found, nil
	}
	var out management.Sighted
	var at sightPlaces
	var err error
	if out.Gains, out.GainsSample, err = w.beyond(ctx, gained, before, &at, func(s *management.SightAt, n int) { s.Gains += n }); err != nil {
		return out, err
	}
	if out.Loses, out.LosesSample, err = w.beyond(ctx, lost, after, &at, func(s *management.SightAt, n int) { s.Loses += n }); err != nil {
		return out, err
	}
	out.Organizations, out.Locations, err = at.named(ctx, w, w.asker)
	w.known[key] = out
	return out, err
}

// seen is everybody whom somebody sees by any of the permissions.
func (w *sightWeighing) seen(f access.Facts) sight {
	var out sight
	for _, p := range w.by {
		s := seenBy(f.For(p, w.asker.At()))
		out.selves, out.ranges = append(out.selves, s.selves...), append(out.ranges, s.ranges...)
		out.teams, out.purchases = append(out.teams, s.teams...), append(out.purchases, s.purchases...)
	}
	return out.less(sight{})
}

// less is what a sight has besides what another has entirely, each block once.
func (s sight) less(o sight) sight {
	var out sight
	for _, id := range s.selves {
		if !slices.Contains(o.selves, id) && !slices.Contains(out.selves, id) {
			out.selves = append(out.selves, id)
		}
	}
	for i, r := range s.ranges {
		inside := func(wide pathRange) bool { return wide.lo <= r.lo && r.hi <= wide.hi }
		wider := func(wide pathRange) bool { return inside(wide) && wide != r }
		if !slices.ContainsFunc(o.ranges, inside) && !slices.ContainsFunc(s.ranges, wider) && !slices.Contains(s.ranges[:i], r) {
			out.ranges = append(out.ranges, r)
		}
	}
	for _, id := range s.teams {
		if !slices.Contains(o.teams, id) && !slices.Contains(out.teams, id) {
			out.teams = append(out.teams, id)
		}
	}
	for _, id := range s.purchases {
		if !slices.Contains(o.purchases, id) && !slices.Contains(out.purchases, id) {
			out.purchases = append(out.purchases, id)
		}
	}
	return out
}

// beyond counts by place whom one sight shows and another does not, and names
// some of those whom the asker sees too.
func (w *sightWeighing) beyond(ctx context.Context, shown, not sight, at *sightPlaces, add func(*management.SightAt, int)) (total int, sample []string, err error) {
	if shown.empty() {
		return 0, nil, nil
	}
	return w.counted(ctx, func(p *params) string {
		out := `a.realm_id = $1 and a.status <> 'erased' and ` + shown.from("a", p)
		if !not.empty() {
			out += ` and not ` + not.from("a", p)
		}
		return out
	}, at, add)
}

// counted counts by place the accounts (a) of a condition, and names some.
func (w *sightWeighing) counted(ctx context.Context, where func(*params) string, at *sightPlaces, add func(*management.SightAt, int)) (total int, sample []string, err error) {
	p := with(int64(w.asker.Actor().Realm))
	if err := each(ctx, w, `select a.home, count(*) from account a where `+where(p)+` group by a.home`, p.list, func(row *sql.Rows) error {
		var home string
		var n int
		err := row.Scan(&home, &n)
		total += n
		at.add(access.Path(home), n, add)
		return err
	}); err != nil || total == 0 {
		return total, nil, err
	}
	// Whom the asker may know: by what also lets them see learners.
	p = with(int64(w.asker.Actor().Realm))
	condition := where(p) + ` and ` + visible(w.asker.With(access.LearnerView), "a", p)
	sample, err = collect(ctx, w, `select a.name from account a where `+condition+` order by a.name_folded, a.account_id limit `+p.put(sampled), p.list,
		func(row *sql.Rows) (name string, err error) {
			err = row.Scan(&name)
			return name, err
		})
	return total, sample, err
}

// heldBySome reads everything that some people hold. What products contain is
// not read: it makes no difference to whom one sees.
func heldBySome(ctx context.Context, q querier, realm access.RealmID, holders []access.AccountID) (map[access.AccountID][]access.Grant, error) {
	p := with(int64(realm))
	these := in(p, holders)
	from := `(select d.realm_id, d.grant_id from role_grant d where d.realm_id = $1 and d.account_id in ` + these + `
		union select d.realm_id, d.grant_id from role_grant d where d.realm_id = $1 and d.group_id in (
			select x.group_id from group_member x where x.realm_id = $1 and x.account_id in ` + these + `)) held cross join role_grant g`
	found, err := grants(ctx, q, from, `g.realm_id = held.realm_id and g.grant_id = held.grant_id and (g.account_id in `+these+` or m.account_id in `+these+`)`, p)
	if err != nil {
		return nil, err
	}
	p = with(int64(realm))
	bought, err := boughtBy(ctx, q, realm, `p.buyer_id in `+in(p, holders), p)
	out := map[access.AccountID][]access.Grant{}
	for _, g := range append(found, bought...) {
		out[g.Holder] = append(out[g.Holder], g)
	}
	return out, err
}

// factsOfSome loads the facts of those of some people whose accounts are of one
// of the statuses, for weighSight. It is no way to decide: products are left out.
func factsOfSome(ctx context.Context, q querier, realm access.RealmID, ids []access.AccountID, status account.Status, more ...account.Status) ([]access.Facts, error) {
	statuses := append([]account.Status{status}, more...)
	var out []access.Facts
	for chunk := range slices.Chunk(ids, 400) {
		held, err := heldBySome(ctx, q, realm, chunk)
		if err != nil {
			return nil, err
		}
		p := with(int64(realm))
		found, err := collect(ctx, q, `select a.account_id, a.organization_id, a.home from account a where a.realm_id = $1 and a.account_id in `+in(p, chunk)+`
			and a.status in `+in(p, statuses)+` order by a.account_id`, p.list, func(row *sql.Rows) (access.Facts, error) {
			var id, organization, home string
			err := row.Scan(&id, &organization, &home)
			actor := access.Actor{Realm: realm, Account: access.AccountID(id), Organization: access.OrgID(organization), Home: access.Path(home)}
			return access.NewFacts(actor, 0, held[actor.Account]), err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
