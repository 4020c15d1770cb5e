package store_test

import (
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/day"
)

// This file says a second time, over plain structs and from the specification
// alone, what a list under a filter shows, and how an enrollment stands (4.1).

// wanted is a filter, by the ids of the world; empty parts narrow nothing.
type wanted struct {
	word     string // as somebody types it
	plain    string // the same, folded by hand
	purchase access.PurchaseID
	team     access.TeamID
	location access.LocationID
	activity *activity
	state    string
	seat     string // live, ended
}

// shown is a learner of a list with what is shown of them.
type shown struct {
	*learner
	all   bool   // everything, as it stands now
	parts []part // else the activities of purchases
}

// part is a purchase's sight of a learner; over is the last day where it is past.
type part struct {
	purchase   access.PurchaseID
	activities []access.ActivityNo
	over       day.Day
}

// carried tells whether some block can be asked for the filter's location and team.
func (s *drawn) carried(r access.Reach, w wanted) bool {
	location, team := false, false
	for _, b := range r.Blocks() {
		location = location || !b.Own && b.IsRange()
		team = team || !b.Own && (b.IsRange() || b.Team != "")
	}
	return (w.location == "" || location) && (w.team == "" || team)
}

// asksStates tells whether a filter is about what learners do.
func (w wanted) asksStates() bool { return w.activity != nil || w.state != "" }

// standing gives the people of a reach who meet a filter, as far as another
// one shows what they do.
func (s *drawn) standing(r, states access.Reach, w wanted) []shown {
	if !w.asksStates() {
		return s.list(r, w)
	}
	do := s.list(states, wanted{purchase: w.purchase, seat: w.seat, activity: w.activity, state: w.state})
	w.activity, w.state = nil, ""
	return slices.DeleteFunc(s.list(r, w), func(row shown) bool {
		return !slices.ContainsFunc(do, func(d shown) bool { return d.ID == row.ID })
	})
}

// list gives the learners of reach ∩ filter in order of name.
func (s *drawn) list(r access.Reach, w wanted) []shown {
	var out []shown
	for _, l := range s.learners {
		row := shown{learner: l}
		for _, b := range r.Blocks() {
			if b.Own {
				continue
			}
			if b.Purchase != "" {
				if w.location == "" && w.team == "" && (w.purchase == "" || w.purchase == b.Purchase) {
					row.add(s, b.Purchase, w.seat)
				}
				continue
			}
			if !s.inBlock(b, l, w) {
				continue
			}
			switch {
			case w.purchase != "":
				row.add(s, w.purchase, w.seat)
			case w.seat == "" || slices.ContainsFunc(l.seats, func(h *seat) bool { return s.counts(l, h, w.seat) }):
				row.all = true
			}
		}
		if !row.all && len(row.parts) == 0 || !strings.Contains(strings.Join([]string{l.folded, l.email, strings.ToLower(l.external)}, "\n"), w.plain) {
			continue
		}
		if s.meets(row, w) {
			out = append(out, row)
		}
	}
	slices.SortFunc(out, func(a, b shown) int {
		if a.folded != b.folded {
			return strings.Compare(a.folded, b.folded)
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return out
}

// inBlock tells whether a block of the tree or a team holds the learner, within
// the filter's location and team; a team block knows no location and no other team.
func (s *drawn) inBlock(b access.Block, l *learner, w wanted) bool {
	at := s.Placement(l.ID)
	if b.Team != "" {
		return w.location == "" && (w.team == "" || w.team == b.Team) && slices.Contains(at.Teams, b.Team)
	}
	if at.Home < b.Lo || at.Home >= b.Hi || w.team != "" && !slices.Contains(at.Teams, w.team) {
		return false
	}
	below := oracle.Place{Kind: access.AtLocation, Node: string(w.location), Extent: access.Within}
	return w.location == "" || s.Inside(below, l.Organization, l.Location)
}

// counts tells whether a seat is one of those asked for: live unless ended ones are.
func (s *drawn) counts(l *learner, held *seat, asked string) bool {
	if held.State != oracle.Redeemed {
		return false
	}
	over := held.until != day.None && held.until < s.orgs[l.Organization].today
	return over == (asked == "ended")
}

func (row *shown) add(s *drawn, purchase access.PurchaseID, asked string) {
	for _, held := range row.seats {
		if held.purchase != purchase || !s.counts(row.learner, held, asked) || slices.ContainsFunc(row.parts, func(p part) bool { return p.purchase == purchase }) {
			continue
		}
		p := part{purchase: purchase, activities: s.sold[purchase].activities, over: day.None}
		if asked == "ended" {
			p.over = held.until
		}
		row.parts = append(row.parts, p)
	}
}

// shows tells whether the activity is seen of the learner.
func (row *shown) shows(no access.ActivityNo) bool {
	return row.all || slices.ContainsFunc(row.parts, func(p part) bool { return slices.Contains(p.activities, no) })
}

// asOf is the day until which the activity is seen: today, or the last day of
// the seat that shows it, the later one where there are two.
func (row *shown) asOf(s *drawn, no access.ActivityNo) day.Day {
	if row.all || len(row.parts) == 0 || row.parts[0].over == day.None {
		return s.orgs[row.Organization].today
	}
	last := day.None
	for _, p := range row.parts {
		if slices.Contains(p.activities, no) {
			last = max(last, p.over)
		}
	}
	return last
}

// meets tells whether the learner's states are those asked for.
func (s *drawn) meets(row shown, w wanted) bool {
	if w.activity != nil {
		if !row.shows(w.activity.no) {
			return false
		}
		state := s.cell(&row, w.activity.no).state
		return w.state == "" && state != "not_enrolled" || state == w.state
	}
	if w.state == "" {
		return true
	}
	enrolled := false
	for _, a := range s.activities {
		if !row.shows(a.no) {
			continue
		}
		state := s.cell(&row, a.no).state
		if state == w.state && state != "not_enrolled" {
			return true
		}
		enrolled = enrolled || state != "not_enrolled"
	}
	return w.state == "not_enrolled" && !enrolled
}

// standing is what a cell says.
type standing struct {
	state           string
	progress, score int
	due, completed  day.Day
	enrolled        day.Day // a purchase tells only of its own redemption
}

// since is when the learner was enrolled as far as it is told: where purchases
// show it, when the first of their seats was redeemed.
func (row *shown) since(s *drawn, begin day.Day, activities ...access.ActivityNo) day.Day {
	if row.all {
		return begin
	}
	first := day.None
	for _, p := range row.parts {
		for _, held := range row.seats {
			if held.purchase != p.purchase || held.State != oracle.Redeemed || !slices.ContainsFunc(activities, func(no access.ActivityNo) bool { return slices.Contains(p.activities, no) }) {
				continue
			}
			if on := day.Of(held.Redeemed, s.orgs[row.Organization].zone); first == day.None || on < first {
				first = on
			}
		}
	}
	return first
}

// cell tells how a learner stands in an activity that shows.
func (s *drawn) cell(row *shown, no access.ActivityNo) standing {
	p := row.did[no]
	if p == nil {
		return standing{state: "not_enrolled", score: -1, due: day.None, completed: day.None, enrolled: day.None}
	}
	on := p.on(row.asOf(s, no), s.orgs[row.Organization])
	return standing{on.state(s.orgs[row.Organization]), on.progress, on.score, on.due, on.completed, row.since(s, on.begin, no)}
}

// columnsOf lists the activities that some block shows, narrowed by the filter.
func (s *drawn) columnsOf(r access.Reach, w wanted) []*activity {
	var out []*activity
	for _, a := range s.activities {
		sees := slices.ContainsFunc(r.Blocks(), func(b access.Block) bool {
			switch {
			case b.Own:
				return false
			case b.Purchase != "":
				return slices.Contains(s.sold[b.Purchase].activities, a.no)
			case b.Team != "":
				return s.Team(b.Team).Organization == a.org
			}
			return s.touches(b, a.org)
		})
		if sees && (w.activity == nil || w.activity == a) && (w.purchase == "" || slices.Contains(s.sold[w.purchase].activities, a.no)) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *activity) int {
		if a.folded != b.folded {
			return strings.Compare(a.folded, b.folded)
		}
		return strings.Compare(a.id, b.id)
	})
	return out
}

// touches tells whether a range holds the organization or a location of it.
func (s *drawn) touches(b access.Block, org access.OrgID) bool {
	in := func(p access.Path) bool { return b.Lo <= p && p < b.Hi }
	return in(s.OrganizationPath(org)) || slices.ContainsFunc(s.Locations, func(l oracle.Location) bool {
		return l.Organization == org && in(s.LocationPath(l.ID))
	})
}

// programsOf lists the programs of which some blocks together show all that they derive from.
func (s *drawn) programsOf(r access.Reach, w wanted) []*program {
	seen := map[access.ActivityNo]bool{}
	for _, a := range s.columnsOf(r, wanted{}) {
		seen[a.no] = true
	}
	var out []*program
	for _, p := range s.programs {
		ok := w.activity == nil
		for _, no := range p.derivesFrom() {
			ok = ok && seen[no] && (w.purchase == "" || slices.Contains(s.sold[w.purchase].activities, no))
		}
		if ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *program) int {
		if a.folded != b.folded {
			return strings.Compare(a.folded, b.folded)
		}
		return strings.Compare(a.id, b.id)
	})
	return out
}
