package store

import (
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// visible is the one place where a reach becomes SQL: the condition that a row
// of account (under the alias a) is a learner of the reach. Its meaning is
// access.Reach.Covers, seats live and ended by date alike; an empty reach is a
// condition that never holds. The caller has put the realm as $1.
func visible(r access.Reach, a string, p *params) string { return seenBy(r).of(a, p) }

// sight is the blocks of a reach that hold learners, by kind. Reports narrow
// it (report.go) before it becomes a condition; nothing ever widens it.
type sight struct {
	selves    []access.AccountID
	ranges    []pathRange
	teams     []access.TeamID
	purchases []access.PurchaseID
	// dated narrows which redeemed seats count, under the alias s; all of them where it is nil.
	dated func(p *params) string
}

// pathRange is a half-open part of the tree.
type pathRange struct{ lo, hi string }

func seenBy(r access.Reach) (s sight) {
	for _, b := range r.Blocks() {
		switch {
		case b.Own:
		case b.Self != "":
			s.selves = append(s.selves, b.Self)
		case b.Purchase != "":
			s.purchases = append(s.purchases, b.Purchase)
		case b.Team != "":
			s.teams = append(s.teams, b.Team)
		default:
			s.ranges = append(s.ranges, pathRange{string(b.Lo), string(b.Hi)})
		}
	}
	return s
}

func (s sight) empty() bool { return s.onlyPurchases() && len(s.purchases) == 0 }

// onlyPurchases tells whether nobody is seen entirely, by place or by team.
func (s sight) onlyPurchases() bool { return len(s.selves)+len(s.ranges)+len(s.teams) == 0 }

// of is the condition for accounts that are found by something else: teams and
// seats are looked up for each of them. The empty text added to an id keeps
// the engines from going through all seats of a purchase for one learner, the
// offset keeps PostgreSQL from beginning with the seats after all.
func (s sight) of(a string, p *params) string {
	any := s.placed(a, p)
	if len(s.teams) > 0 {
		any = append(any, "exists (select 1 from team_member m where m.realm_id = $1 and m.learner = "+a+".learner and m.until_at is null and m.team_id || '' in "+in(p, s.teams)+oneIsEnough)
	}
	if len(s.purchases) > 0 {
		any = append(any, "exists (select 1 from seat s where s.realm_id = $1 and s.learner = "+a+".learner and s.state = 'redeemed' and s.purchase_id || '' in "+
			in(p, s.purchases)+s.onDates(p)+oneIsEnough)
	}
	return either(any)
}

const oneIsEnough = " limit 1 offset 0)"

// from is the same condition where accounts are found by it: teams and seats
// are listed first.
func (s sight) from(a string, p *params) string {
	any := s.placed(a, p)
	if len(s.teams) > 0 {
		any = append(any, a+".learner in (select m.learner from team_member m where m.realm_id = $1 and m.until_at is null and m.team_id in "+in(p, s.teams)+")")
	}
	if len(s.purchases) > 0 {
		any = append(any, a+".learner in (select s.learner from seat s where "+s.held(p)+")")
	}
	return either(any)
}

// held is the condition that a row of seat (under the alias s) makes its
// learner seen by a purchase.
func (s sight) held(p *params) string {
	return "s.realm_id = $1 and s.state = 'redeemed' and s.purchase_id in " + in(p, s.purchases) + s.onDates(p)
}

func (s sight) onDates(p *params) string {
	if s.dated == nil {
		return ""
	}
	return s.dated(p)
}

// placed are the conditions on the row of account itself.
func (s sight) placed(a string, p *params) (any []string) {
	for _, id := range s.selves {
		any = append(any, a+".account_id = "+p.put(string(id)))
	}
	for _, r := range s.ranges {
		any = append(any, fmt.Sprintf("(%[1]s.home >= %[2]s and %[1]s.home < %[3]s)", a, p.put(r.lo), p.put(r.hi)))
	}
	return any
}

func either(any []string) string {
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")"
}

// thing says where a statement has what is not a learner: column expressions,
// empty where it has no such thing.
type thing struct{ place, purchase, team, owner string }

// visibleThing is the same for what is not a learner. Its meaning is
// access.Reach.CoversThing.
func visibleThing(r access.Reach, t thing, p *params) string {
	var any []string
	for _, b := range r.Blocks() {
		var c string
		switch {
		case b.Self != "", b.Own && (t.owner == "" || r.Actor().Account == ""):
			continue
		case b.Purchase != "":
			if t.purchase == "" {
				continue
			}
			c = t.purchase + " = " + p.put(string(b.Purchase))
		case b.Team != "":
			if t.team == "" {
				continue
			}
			c = t.team + " = " + p.put(string(b.Team))
		default:
			c = fmt.Sprintf("(%[1]s >= %[2]s and %[1]s < %[3]s)", t.place, p.put(string(b.Lo)), p.put(string(b.Hi)))
		}
		if b.Own {
			c = "(" + c + " and " + t.owner + " = " + p.put(string(r.Actor().Account)) + ")"
		}
		any = append(any, c)
	}
	return either(any)
}
