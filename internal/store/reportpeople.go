package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// people is whom a question is about: the blocks of a reach that its criteria
// leave. Of learners in wide everything is seen, of those in bought what their
// purchases hold.
type people struct {
	report.Criteria
	orgs         []report.Organization
	wide, bought sight
	dialect      dialect
}

func (s *reportSource) people(reach access.Reach, c report.Criteria, orgs []report.Organization) people {
	w := people{Criteria: c, orgs: orgs, wide: seenBy(reach), dialect: s.db.dialect}
	if c.Nobody {
		w.wide = sight{}
		return w
	}
	w.bought = w.seats(w.wide.purchases...)
	w.wide.purchases = nil
	if c.LocationPath != "" {
		w.wide.ranges = within(w.wide.ranges, c.LocationPath)
	}
	// A team has no place, a purchase neither place nor team.
	if c.LocationPath != "" || c.Teams != nil {
		w.wide.teams = slices.DeleteFunc(w.wide.teams, func(id access.TeamID) bool { return c.LocationPath != "" || !slices.Contains(c.Teams, id) })
		w.bought = sight{}
	}
	if w.asksAccount() { // neither a team nor a purchase shows how somebody's account stands
		w.wide.teams, w.bought = nil, sight{}
	}
	if c.Purchase != nil {
		w.bought.purchases = only(w.bought.purchases, c.Purchase.Purchase, true)
	}
	return w
}

// seats is the sight of whoever holds a seat of the purchases, live or ended as the criteria say.
func (w *people) seats(purchases ...access.PurchaseID) sight {
	which, orgs := seatsOf(w.Seat), w.orgs
	return sight{purchases: purchases, dated: func(p *params) string { return seatCondition(p, which, orgs) }}
}

// within cuts parts of the tree down to a subtree.
func within(ranges []pathRange, path access.Path) (out []pathRange) {
	lo, hi := access.Within.Range(path)
	for _, r := range ranges {
		if r = (pathRange{max(r.lo, string(lo)), min(r.hi, string(hi))}); r.lo < r.hi {
			out = append(out, r)
		}
	}
	return out
}

// only keeps one of some ids, or none.
func only[T comparable](ids []T, id T, keep bool) []T {
	for _, one := range ids {
		if keep && one == id {
			return []T{id}
		}
	}
	return nil
}

// byOnePurchase tells whether the answer is the holders of one purchase's
// seats, and whether those must also be seen by place or team.
func (w *people) byOnePurchase() (asked, placed bool) {
	return w.Purchase != nil, w.Purchase != nil && w.bought.empty()
}

// entirely is the condition that everything is seen of an account (alias a):
// by place or by team. find is sight.of or sight.from.
func (w *people) entirely(p *params, find func(sight, string, *params) string) string {
	if w.wide.empty() {
		return "1 = 0"
	}
	where := find(w.wide, "a", p)
	if w.Teams != nil {
		where += " and " + sight{teams: w.Teams}.from("a", p)
	}
	if w.Purchase == nil && (w.Seat == report.LiveSeat || w.Seat == report.EndedSeat) {
		where += " and a.learner in (select s.learner from seat s where s.realm_id = $1 and s.state = 'redeemed'" + w.seats().onDates(p) + ")"
	}
	return where
}

// matching is the condition that an account (alias a) is meant, by whatever block.
func (w *people) matching(p *params, find func(sight, string, *params) string) string {
	if w.wide.empty() && w.bought.empty() {
		return "1 = 0"
	}
	var any []string
	asked, placed := w.byOnePurchase()
	switch {
	case placed:
		any = append(any, "("+w.entirely(p, find)+" and "+find(w.seats(w.Purchase.Purchase), "a", p)+")")
	case !asked && !w.wide.empty():
		any = append(any, "("+w.entirely(p, find)+")")
	}
	if !w.bought.empty() {
		any = append(any, find(w.bought, "a", p))
	}
	return either(any) + w.described(p)
}

// described is what the criteria ask of the account (alias a) itself.
func (w *people) described(p *params) string {
	where := " and a.status <> 'erased'"
	if w.Erased {
		where = " and a.status = 'erased'"
	}
	if w.Role != "" {
		where += " and a.base_role = " + p.put(string(w.Role))
	}
	if w.Role != "" && w.Role != access.Student {
		where += " and a.base_role <> 'student'" // what account_by_role is an index of
	}
	if w.Status != "" {
		where += " and a.status = " + p.put(w.Status)
	}
	for _, word := range strings.Fields(w.Query) {
		where += " and " + w.dialect.contains("a.search_text", p.put(word))
	}
	return where
}

// describes tells whether the criteria ask anything of the account itself.
func (w *people) describes() bool { return w.Query != "" || w.Erased || w.asksAccount() }

func (w *people) asksAccount() bool { return w.Role != "" || w.Status != "" }

// accounts gives the accounts (alias a) to begin from, and the condition on
// them: where the learners are known those, else all that match. All other
// joins follow it, and it ends in a condition on the realm.
func (w *people) accounts(p *params, joins string) string {
	if w.Learners == nil {
		return " from account a" + joins + " where a.realm_id = $1 and " + w.matching(p, sight.from)
	}
	return w.given(p) + " cross join account a" + joins + " where a.realm_id = $1 and a.learner = v.learner and " + w.matching(p, sight.of)
}

// given begins a statement from learners that are known (alias v).
func (w *people) given(p *params) string {
	list := inNumbers(w.Learners)
	if len(w.Learners) == 0 {
		list = "()"
	}
	return " from " + w.dialect.these(p.put(list[1:len(list)-1])) + " v"
}

// Count counts the learners of the reach that meet the criteria.
func (s *reportSource) Count(ctx context.Context, reach access.Reach, c report.Criteria, orgs []report.Organization) (int, error) {
	w := s.people(reach, c, orgs)
	asked, placed := w.byOnePurchase()
	p := with(int64(reach.Actor().Realm))
	switch {
	case c.Learners != nil:
		return s.countOnce(ctx, p, `select count(*)`+w.accounts(p, ""))
	case placed && !w.wide.empty():
		return s.countOnce(ctx, p, w.countHolders(w.seats(c.Purchase.Purchase), p, w.entirely(p, sight.of)))
	case asked || w.wide.empty():
		if w.bought.empty() {
			return 0, nil
		}
		return s.countOnce(ctx, p, w.countHolders(w.bought, p, ""))
	}
	n, err := s.countOnce(ctx, p, `select count(*) from account a where a.realm_id = $1 and `+w.entirely(p, sight.from)+w.described(p))
	if err != nil || w.bought.empty() {
		return n, err
	}
	p = with(int64(reach.Actor().Realm))
	more, err := s.countOnce(ctx, p, w.countHolders(w.bought, p, "not ("+w.entirely(p, sight.of)+")"))
	return n + more, err
}

// countHolders counts the learners who hold a seat, and meet a condition on
// their account (alias a) where there is one.
func (w *people) countHolders(holds sight, p *params, where string) string {
	if where == "" && !w.describes() {
		return `select count(distinct s.learner) from seat s where ` + holds.held(p) + notErased
	}
	if where == "" {
		where = "1 = 1"
	}
	return `select count(*) from (select distinct s.learner from seat s where ` + holds.held(p) + `) v cross join account a
		where a.realm_id = $1 and a.learner = v.learner and ` + where + w.described(p)
}

// notErased leaves out the seats of people who were erased, without a look at
// every account: they are few and have an index of their own.
const notErased = ` and s.learner not in (select e.learner from account e where e.realm_id = $1 and e.status = 'erased')`

func (s *reportSource) countOnce(ctx context.Context, p *params, query string) (int, error) {
	key := query + fmt.Sprint(p.list...)
	if n, ok := s.counted[key]; ok {
		return n, nil
	}
	n := 0
	err := one(ctx, s, query, p.list, &n)
	if err == nil {
		s.counted[key] = n
	}
	return n, err
}
