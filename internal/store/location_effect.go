package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
)

// treeChange is a change of the tree, worked out at one moment.
type treeChange struct {
	querier
	reach   access.Reach
	rewrite location.Rewrite
	to      access.Path // the new parent, or the successor
	effect  location.Effect
	homes   []location.Home
	weighed map[access.AccountID]weighed
}

// namedAtMost is how many people an effect names with samples; more are
// counted with what they gain and lose.
const namedAtMost = 50

// weigh works out who gains and who loses sight of whom. Only roles at a place
// on the old or the new way to the top can make a difference: those below move
// along, and those over the whole organization hold both ends.
func (c *treeChange) weigh(ctx context.Context) error {
	if err := c.countHomes(ctx); err != nil {
		return err
	}
	along, err := c.grantsAlong(ctx)
	if err != nil {
		return err
	}
	if err := c.mayGive(along); err != nil {
		return err
	}
	var holders []access.AccountID
	for _, g := range along {
		if !slices.Contains(holders, g.Holder) {
			holders = append(holders, g.Holder)
		}
	}
	for chunk := range slices.Chunk(holders, 400) {
		if err := c.weighHolders(ctx, chunk); err != nil {
			return err
		}
	}
	c.effect.Sort()
	return c.sample(ctx)
}

// countHomes counts the people whose place changes, and in a merge those of the successor.
func (c *treeChange) countHomes(ctx context.Context) error {
	lo, hi := access.Within.Range(c.rewrite.Old)
	newLo, newHi := access.Within.Range(c.rewrite.New)
	var err error
	c.homes, err = collect(ctx, c, `select a.home, count(*) from account a where a.realm_id = $1 and a.status <> 'erased'
		and ((a.home >= $2 and a.home < $3) or (a.home >= $4 and a.home < $5)) group by a.home order by a.home`,
		[]any{int64(c.reach.Actor().Realm), string(lo), string(hi), string(newLo), string(newHi)}, func(row *sql.Rows) (h location.Home, err error) {
			err = row.Scan(&h.Path, &h.People)
			return h, err
		})
	if err != nil {
		return err
	}
	for _, h := range c.homes {
		if c.rewrite.Moves(h.Path) {
			c.effect.People += h.People
		}
	}
	// The places count even while nobody is there: who comes later is seen by them, too.
	for _, path := range []access.Path{c.rewrite.Old, c.rewrite.New} {
		there := path == c.rewrite.Old || path == c.to // a moved place has no such path yet
		if there && !slices.ContainsFunc(c.homes, func(h location.Home) bool { return h.Path == path }) {
			c.homes = append(c.homes, location.Home{Path: path})
		}
	}
	return one(ctx, c, `select count(*) from location where realm_id = $1 and path >= $2 and path < $3 and retired_at is null`,
		[]any{int64(c.reach.Actor().Realm), string(lo), string(hi)}, &c.effect.Places)
}

// grantsAlong lists the roles that stand, or begin later, at a place on one of the two ways.
func (c *treeChange) grantsAlong(ctx context.Context) ([]access.Grant, error) {
	p := with(int64(c.reach.Actor().Realm))
	ways := append(c.rewrite.Old.Ancestors(), c.to.Ancestors()...)
	from := `(select d.realm_id, d.grant_id from location x join role_grant d on d.realm_id = x.realm_id and d.node_location_id = x.location_id
		where x.realm_id = $1 and x.path in ` + in(p, ways) + `) held cross join role_grant g`
	where := `g.realm_id = held.realm_id and g.grant_id = held.grant_id and g.ended_at is null and (g.until_at is null or g.until_at > ` + p.put(c.reach.At().UnixMicro()) + `)`
	return grants(ctx, c, from, where, p)
}

// mayGive refuses what would give somebody more than the asker has (I-06).
func (c *treeChange) mayGive(along []access.Grant) error {
	asked := map[string]bool{}
	for _, g := range along {
		for _, home := range c.rewrite.Spread(g, c.homes) {
			key := string(g.Role.Key) + " " + string(home)
			if asked[key] {
				continue
			}
			asked[key] = true
			if management.MayHandOn(c.reach, access.Grant{Role: g.Role, Node: access.Node{Path: home}, Extent: access.Here}) != nil {
				return location.ErrMoreThanOwn
			}
		}
	}
	return nil
}

// weighHolders works out what changes for some of the holders.
func (c *treeChange) weighHolders(ctx context.Context, holders []access.AccountID) error {
	realm := c.reach.Actor().Realm
	held, err := heldBySome(ctx, c, realm, holders)
	if err != nil {
		return err
	}
	closed, err := closedOrganizations(ctx, c, realm, c.reach.At())
	if err != nil {
		return err
	}
	p := with(int64(realm))
	named := visible(c.reach, "a", p)
	found, err := collect(ctx, c, `select a.account_id, a.name, a.organization_id, a.home, `+named+` from account a
		where a.realm_id = $1 and a.account_id in `+in(p, holders)+` and `+works("a", closed, p), p.list, func(row *sql.Rows) (weighed, error) {
		var w weighed
		var id, organization, home string
		err := row.Scan(&id, &w.changed.Name, &organization, &home, &w.named)
		w.changed.Account = access.AccountID(id)
		actor := access.Actor{Realm: realm, Account: w.changed.Account, Organization: access.OrgID(organization), Home: access.Path(home)}
		w.viewer.Facts = access.NewFacts(actor, 0, held[w.changed.Account])
		return w, err
	})
	if err != nil {
		return err
	}
	for _, w := range found {
		if err := c.weighOne(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// weighed is one holder while the effect is worked out.
type weighed struct {
	viewer  location.Viewer
	changed location.Changed
	sight   location.Sight
	besides sight // the purchases and teams that show people to the holder
	named   bool  // the asker may know who that is
}

func (c *treeChange) weighOne(ctx context.Context, w weighed) error {
	at := c.reach.At()
	w.sight = c.rewrite.Change(w.viewer, management.Sight(), at, c.homes)
	if w.sight.Gains+w.sight.Loses == 0 {
		return nil
	}
	for _, p := range management.Sight() {
		s := seenBy(w.viewer.Facts.For(p, at))
		w.besides.teams, w.besides.purchases = append(w.besides.teams, s.teams...), append(w.besides.purchases, s.purchases...)
	}
	if !w.besides.empty() {
		var err error
		if w.viewer.Otherwise, err = c.otherwise(ctx, w.besides); err != nil {
			return err
		}
		if w.sight = c.rewrite.Change(w.viewer, management.Sight(), at, c.homes); w.sight.Gains+w.sight.Loses == 0 {
			return nil
		}
	}
	if !w.named {
		c.effect.Others++
		return nil
	}
	w.changed.Gains, w.changed.Loses = w.sight.Gains, w.sight.Loses
	c.effect.Changed = append(c.effect.Changed, w.changed)
	c.weighed[w.changed.Account] = w
	return nil
}

// otherwise counts by home whom purchases and teams show.
func (c *treeChange) otherwise(ctx context.Context, besides sight) (map[access.Path]int, error) {
	lo, hi := access.Within.Range(c.rewrite.Old)
	newLo, newHi := access.Within.Range(c.rewrite.New)
	p := with(int64(c.reach.Actor().Realm), string(lo), string(hi), string(newLo), string(newHi))
	out := map[access.Path]int{}
	err := each(ctx, c, `select a.home, count(*) from account a where a.realm_id = $1 and a.status <> 'erased'
		and ((a.home >= $2 and a.home < $3) or (a.home >= $4 and a.home < $5)) and `+besides.from("a", p)+` group by a.home`, p.list, func(row *sql.Rows) error {
		var home string
		var n int
		err := row.Scan(&home, &n)
		out[access.Path(home)] = n
		return err
	})
	return out, err
}

// sample names some of the people, for those holders who are shown first.
func (c *treeChange) sample(ctx context.Context) error {
	known := map[string][]string{}
	for i := range c.effect.Changed[:min(namedAtMost, len(c.effect.Changed))] {
		changed := &c.effect.Changed[i]
		w := c.weighed[changed.Account]
		for _, part := range []struct {
			homes []access.Path
			into  *[]string
		}{{w.sight.GainsFrom, &changed.GainsSample}, {w.sight.LosesFrom, &changed.LosesSample}} {
			if len(part.homes) == 0 {
				continue
			}
			homes := part.homes[:min(sampledHomes, len(part.homes))]
			key := fmt.Sprint(homes)
			if !w.besides.empty() {
				key += string(changed.Account)
			}
			names, asked := known[key]
			if !asked {
				var err error
				if names, err = c.namesAt(ctx, homes, w.besides); err != nil {
					return err
				}
				known[key] = names
			}
			*part.into = names
		}
	}
	return nil
}

// sampledHomes is at how many homes a sample of people is looked for.
const sampledHomes = 20

func (c *treeChange) namesAt(ctx context.Context, homes []access.Path, besides sight) ([]string, error) {
	p := with(int64(c.reach.Actor().Realm))
	where := `a.home in ` + in(p, homes)
	if !besides.empty() {
		where += ` and not ` + besides.from("a", p)
	}
	return collect(ctx, c, `select a.name from account a where a.realm_id = $1 and a.status <> 'erased' and `+where+` order by a.name_folded, a.account_id limit `+p.put(sampled), p.list,
		func(row *sql.Rows) (name string, err error) {
			err = row.Scan(&name)
			return name, err
		})
}
