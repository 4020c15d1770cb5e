package surface

import (
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/report"
)

// shown is a learner of a list with what is seen of them.
type shown struct {
	*person
	all   bool   // everything, as it stands now
	parts []part // else what the purchases hold
	also  *shown // what is shown must also be shown there, in a file
}

// part is a purchase's sight of a learner; over is the last day where it is past.
type part struct {
	*seat
	over day.Day
}

// wanted is a filter looked up among the rows.
type wanted struct {
	report.Filter
	nobody       bool
	location     *location
	teams        []string // members of any
	purchase     *purchase
	organization *organization
}

// look finds what a filter names, by Ambit's ids or those of the asker's organization.
func (m *Model) look(who *person, f report.Filter) wanted {
	w := wanted{Filter: f}
	named := func(asked, id, external, org string) bool {
		return id == asked || external != "" && external == asked && org == who.org.id
	}
	if f.Location != "" {
		w.nobody = true
		for _, l := range m.locations {
			if named(f.Location, l.id, l.external, l.org) && (w.location == nil || l.id == f.Location) {
				w.location, w.nobody = l, false
			}
		}
	}
	if f.Team != "" {
		for _, name := range strings.Split(f.Team, ",") {
			var of *team
			for _, t := range m.teams {
				if named(name, t.id, t.external, t.org) && (of == nil || t.id == name) {
					of = t
				}
			}
			if of == nil {
				w.nobody = true
				continue
			}
			w.teams = append(w.teams, of.id)
		}
	}
	if f.Purchase != "" {
		found := false
		for _, p := range m.purchases {
			if named(f.Purchase, p.id, p.external, p.org) && (w.purchase == nil || p.id == f.Purchase) {
				w.purchase, found = p, true
			}
		}
		w.nobody = w.nobody || !found
	}
	if f.Organization != "" {
		found := false
		for _, o := range m.orgs {
			if o.id == f.Organization || o.slug == f.Organization {
				w.organization, found = o, true
			}
		}
		w.nobody = w.nobody || !found
	}
	return w
}

// list gives the learners of sight ∩ filter in order of name, before states are asked about.
func (m *Model) list(s sight, w wanted) []*shown {
	if w.nobody {
		return nil
	}
	rows := map[*person]*shown{}
	at := func(p *person) *shown {
		if rows[p] == nil {
			rows[p] = &shown{person: p}
		}
		return rows[p]
	}
	for _, from := range s.whole() {
		for _, p := range m.of(from) {
			switch {
			case w.organization != nil && p.org != w.organization:
			case from.kind == access.AtPurchase:
				if w.location == nil && len(w.teams) == 0 && (w.purchase == nil || w.purchase.id == from.id) {
					at(p).add(m.purchases[from.id], w.Seat)
				}
			case !m.narrowed(from, p, w):
			case w.purchase != nil:
				at(p).add(w.purchase, w.Seat)
			case w.Seat == report.AnySeat || slices.ContainsFunc(p.seats, func(h *seat) bool { return h.ended() == (w.Seat == report.EndedSeat) }):
				at(p).all = true
			}
		}
	}
	out := make([]*shown, 0, len(rows))
	words := strings.Fields(fold.Search(w.Query))
	for _, row := range rows {
		if !row.all && len(row.parts) == 0 || slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(row.search, word) }) {
			continue
		}
		out = append(out, row)
	}
	byFolded(out, func(r *shown) (string, string) { return r.folded, string(r.id) })
	return out
}

// narrowed tells whether a place of the tree or a team shows the learner
// within the filter's location and team; a team knows no place and no other team.
func (m *Model) narrowed(from place, p *person, w wanted) bool {
	if from.kind == access.AtTeam {
		return w.location == nil && (len(w.teams) == 0 || slices.Contains(w.teams, from.id))
	}
	if len(w.teams) > 0 && !slices.ContainsFunc(p.teams, func(id string) bool { return slices.Contains(w.teams, id) }) {
		return false
	}
	return w.location == nil || m.inside(place{kind: access.AtLocation, id: w.location.id, extent: access.Within}, p.org.id, p.location)
}

// add adds the learner's seats of a purchase: live ones unless ended ones are asked for.
func (r *shown) add(p *purchase, asked report.Seat) {
	for _, h := range r.seats {
		if h.purchase != p || h.ended() != (asked == report.EndedSeat) || slices.ContainsFunc(r.parts, func(x part) bool { return x.seat == h }) {
			continue
		}
		out := part{h, day.None}
		if asked == report.EndedSeat {
			out.over = h.until
		}
		r.parts = append(r.parts, out)
	}
}

// shows tells whether an activity is seen of the learner.
func (r *shown) shows(no access.ActivityNo) bool {
	if r.also != nil && !r.also.shows(no) {
		return false
	}
	return r.all || slices.ContainsFunc(r.parts, func(p part) bool { return slices.Contains(p.purchase.activities, no) })
}

// showsAll tells whether all that a program is made of is seen (M-008).
func (r *shown) showsAll(p *program) bool {
	return !slices.ContainsFunc(p.derivesFrom(), func(no access.ActivityNo) bool { return !r.shows(no) })
}

// asOf is the day until which an activity is seen: today, or the last day of
// the seat that shows it, the later one where there are two.
func (r *shown) asOf(no access.ActivityNo) day.Day {
	if r.all || len(r.parts) == 0 || r.parts[0].over == day.None {
		return r.org.today
	}
	last := day.None
	for _, p := range r.parts {
		if slices.Contains(p.purchase.activities, no) {
			last = max(last, p.over)
		}
	}
	return last
}

// dates are when the learner was enrolled and until when, as far as it is
// told: purchases tell of their own seats only.
func (r *shown) dates(begin, end day.Day, activities ...access.ActivityNo) (since, until day.Day) {
	if r.all || begin == day.None && end == day.None {
		return begin, end
	}
	since, until = day.None, day.None
	endless := false
	for _, p := range r.parts {
		if !slices.ContainsFunc(activities, func(no access.ActivityNo) bool { return slices.Contains(p.purchase.activities, no) }) {
			continue
		}
		if on := r.on(p.redeemed); since == day.None || on < since {
			since = on
		}
		endless = endless || p.until == day.None
		until = max(until, p.until)
	}
	if endless {
		until = day.None
	}
	return since, until
}
