package store

import (
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// seats says which seats place a learner in a purchase block.
type seats uint8

const (
	allSeats   seats = iota // live and ended by date: the whole reach
	liveSeats               // the default of lists
	endedSeats              // the filter "Seat: ended"
)

// visible is the one place where a reach becomes SQL: the condition that a row
// of account (under the alias a) is a learner of the reach. Its meaning is
// access.Reach.Covers; an empty reach is a condition that never holds. The
// caller has put the realm as $1.
func visible(r access.Reach, a string, p *params, which seats, today day.Day) string {
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
		any = append(any, fmt.Sprintf("%s.learner in (select s.learner from seat s where s.realm_id = $1 and s.state = 'redeemed' and s.purchase_id in %s%s)",
			a, in(p, purchases), seatCondition(p, which, today)))
	}
	if len(teams) > 0 {
		any = append(any, fmt.Sprintf("%s.learner in (select m.learner from team_member m where m.realm_id = $1 and m.until_at is null and m.team_id in %s)", a, in(p, teams)))
	}
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")"
}

// seatCondition narrows seats under the alias s to live or ended ones.
func seatCondition(p *params, which seats, today day.Day) string {
	switch which {
	case liveSeats:
		return " and (s.access_until is null or s.access_until >= " + p.put(int64(today)) + ")"
	case endedSeats:
		return " and s.access_until < " + p.put(int64(today))
	}
	return ""
}

// visibleThing is the same for what is not a learner: place, purchase, team and
// owner are column expressions, empty where the thing has none. Its meaning is
// access.Reach.CoversThing.
type thing struct{ place, purchase, team, owner string }

func visibleThing(r access.Reach, t thing, p *params) string {
	var any []string
	for _, b := range r.Blocks() {
		var c string
		switch {
		case b.Self != "":
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
			if t.owner == "" || r.Actor().Account == "" {
				continue
			}
			c = "(" + c + " and " + t.owner + " = " + p.put(string(r.Actor().Account)) + ")"
		}
		any = append(any, c)
	}
	if len(any) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(any, " or ") + ")"
}
