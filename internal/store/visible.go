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
func visible(r access.Reach, a string, p *params) string {
	var any []string
	var purchases []access.PurchaseID
	var teams []access.TeamID
	for _, b := range r.Blocks() {
		switch {
		case b.Own:
		case b.Self != "":
			any = append(any, fmt.Sprintf("%s.account_id = %s", a, p.put(string(b.Self))))
		case b.Purchase != "":
			purchases = append(purchases, b.Purchase)
		case b.Team != "":
			teams = append(teams, b.Team)
		default:
			any = append(any, fmt.Sprintf("(%[1]s.home >= %[2]s and %[1]s.home < %[3]s)", a, p.put(string(b.Lo)), p.put(string(b.Hi))))
		}
	}
	if len(purchases) > 0 {
		any = append(any, fmt.Sprintf("%s.learner in (select s.learner from seat s where s.realm_id = $1 and s.state = 'redeemed' and s.purchase_id in %s)",
			a, in(p, purchases)))
	}
	if len(teams) > 0 {
		any = append(any, fmt.Sprintf("%s.learner in (select m.learner from team_member m where m.realm_id = $1 and m.until_at is null and m.team_id in %s)", a, in(p, teams)))
	}
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
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")"
}
