package surface

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// Compare holds everything that people are shown against what the rows say.
// People change things meanwhile: whoever is found to differ is compared once
// more with rows read anew, and only what differs again is told.
func Compare(ctx context.Context, s Subject, l Limits) (Result, error) {
	out := Result{Roles: []RoleLine{}, Differences: []Difference{}}
	realms, err := s.Tables.Realms(ctx)
	if err != nil {
		return out, err
	}
	for _, realm := range realms {
		m, err := Read(ctx, s.Tables, realm, s.Now)
		if err != nil {
			return out, fmt.Errorf("read the rows of realm %d: %w", realm, err)
		}
		if err := m.compare(ctx, s, l, &out); err != nil {
			return out, err
		}
	}
	slices.SortFunc(out.Roles, func(a, b RoleLine) int {
		return cmp.Or(cmp.Compare(rank(a.Role), rank(b.Role)), strings.Compare(a.Role, b.Role))
	})
	return out, nil
}

// rank is a role's place among the presets; roles of one's own making come last.
func rank(key string) int {
	i := slices.IndexFunc(access.Presets(), func(r access.Role) bool { return string(r.Key) == key })
	if i < 0 {
		return len(access.Presets())
	}
	return i
}

// compare looks at the people of one realm.
func (m *Model) compare(ctx context.Context, s Subject, l Limits, out *Result) error {
	holders := m.holders()
	chosen := m.choose(holders, l)
	out.Holders += len(holders)
	out.Learners += len(m.people)
	out.Enrollments += m.enrollments
	var again []*person
	first := map[*person]*comparison{}
	for i, who := range chosen {
		if l.Until != nil && l.Until() {
			out.Stopped = true
			break
		}
		c, err := m.compareOne(ctx, s, l, who)
		if err != nil {
			return err
		}
		if first[who] = c; len(c.differences) > 0 {
			again = append(again, who)
		} else {
			out.take(c)
		}
		if l.Progress != nil {
			l.Progress(i+1, len(chosen))
		}
	}
	if len(again) == 0 {
		return nil
	}
	fresh, err := Read(ctx, s.Tables, m.realm, s.Now)
	if err != nil {
		return err
	}
	for _, who := range again {
		second := first[who]
		if now := fresh.byID[who.id]; now != nil {
			if second, err = fresh.compareOne(ctx, s, l, now); err != nil {
				return err
			}
			second.keep(first[who])
		}
		out.take(second)
	}
	return nil
}

// compareOne compares all surfaces of one person.
func (m *Model) compareOne(ctx context.Context, s Subject, l Limits, who *person) (*comparison, error) {
	c := &comparison{Model: m, Subject: s, Limits: l, ctx: ctx, who: who, role: m.leading(who), lists: map[string][]*shown{}}
	var err error
	if c.facts, err = s.Holdings.Facts(ctx, m.realm, who.id); err != nil {
		return nil, err
	}
	for _, look := range []func() error{c.badge, c.users, c.cards, c.matrices, c.sums, c.overview, c.analytics, c.reports, c.pages, c.api} {
		if err := look(); err != nil {
			return nil, err
		}
	}
	return c, ctx.Err()
}

// comparison is one person's surfaces against the rows.
type comparison struct {
	*Model
	Subject
	Limits
	ctx         context.Context
	who         *person
	role        string
	facts       access.Facts
	lists       map[string][]*shown // by sight and filter
	asked       int                 // requests of reports so far
	surfaces    int
	learners    int
	differences []Difference
}

// same compares one thing that a surface says.
func (c *comparison) same(surface string, got, want any) bool {
	c.surfaces++
	g, w := fmt.Sprint(got), fmt.Sprint(want)
	if g == w {
		return true
	}
	c.differ(surface, g, w)
	return false
}

func (c *comparison) differ(surface, got, want string) {
	const most = 400
	c.differences = append(c.differences, Difference{
		Realm: c.realm, Account: c.who.id, Role: c.role, Surface: surface, Expected: want[:min(len(want), most)], Got: got[:min(len(got), most)],
	})
}

// rows compares rows in their order, each told as one text that begins with an id.
func (c *comparison) rows(surface string, got, want []string) bool {
	c.surfaces++
	for i := range max(len(got), len(want)) {
		g, w := "nothing more", "nothing more"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			c.differ(fmt.Sprintf("%s, row %d", surface, i+1), g, w)
			return false
		}
	}
	return true
}

// refused compares an answer to somebody without permission; done tells that
// there is nothing more to compare.
func (c *comparison) refused(surface string, s sight, err error) (done bool, failed error) {
	switch {
	case len(s) == 0:
		c.same(surface+" without permission", fault.KindOf(err) == fault.Forbidden, true)
		return true, nil
	case err == nil:
		return false, nil
	}
	return true, c.failed(surface, err)
}

// failed notes that a surface gave no answer; only what ended the whole
// comparison is an error.
func (c *comparison) failed(surface string, err error) error {
	if c.ctx.Err() != nil {
		return err
	}
	c.differ(surface, "an error: "+err.Error(), "an answer")
	return nil
}

// keep leaves only what differed before, too.
func (c *comparison) keep(before *comparison) {
	c.differences = slices.DeleteFunc(c.differences, func(d Difference) bool {
		return !slices.ContainsFunc(before.differences, func(b Difference) bool { return b.Surface == d.Surface })
	})
}

// take adds a person's comparison to the result.
func (r *Result) take(c *comparison) {
	r.Compared++
	i := slices.IndexFunc(r.Roles, func(l RoleLine) bool { return l.Role == c.role })
	if i < 0 {
		i = len(r.Roles)
		r.Roles = append(r.Roles, RoleLine{Role: c.role})
	}
	line := &r.Roles[i]
	line.People++
	line.Learners += c.learners
	line.Surfaces += c.surfaces
	line.Differences += len(c.differences)
	room := named - len(r.Differences)
	r.Differences = append(r.Differences, c.differences[:min(room, len(c.differences))]...)
	r.More += max(0, len(c.differences)-room)
}

// holders lists everybody whose roles show them others, by number.
func (m *Model) holders() []*person {
	var out []*person
	for _, p := range m.people {
		if slices.ContainsFunc(management.Sight(), func(perm access.Permission) bool { return len(m.sight(p, perm)) > 0 }) {
			out = append(out, p)
		}
	}
	return out
}

// choose takes one person of every role, one who holds nothing, and a sample of the others.
func (m *Model) choose(holders []*person, l Limits) []*person {
	var chosen, rest []*person
	known := map[string]bool{}
	for _, p := range holders {
		if role := m.leading(p); l.Sample == 0 || !known[role] {
			known[role] = true
			chosen = append(chosen, p)
			continue
		}
		rest = append(rest, p)
	}
	for _, p := range m.people {
		if p.status == "active" && !slices.Contains(holders, p) {
			chosen = append(chosen, p) // a learner, who must see only themselves
			break
		}
	}
	for range min(l.Sample, len(rest)) {
		i := 0
		if l.Pick != nil {
			i = l.Pick(len(rest))
		}
		chosen = append(chosen, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return chosen
}

// leading is the role that a person is counted under: the highest of the
// ladder that shows them others, else what they hold besides.
func (m *Model) leading(p *person) string {
	best, at := string(access.Student), -1
	for _, h := range m.holdings()[p.id] {
		place := rank(string(h.role.Key))
		switch {
		case h.role.Key == access.Buyer || h.role.Key == access.Student:
			continue // everybody learns, and buying shows nobody
		case h.role.Rank > 0:
			place += 1000 * h.role.Rank
		}
		if place > at {
			best, at = string(h.role.Key), place
		}
	}
	return best
}
