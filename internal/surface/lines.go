package surface

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

func accountID(s string) access.AccountID { return access.AccountID(s) }

// lines makes every row of a report, in the order that was asked for.
func (a *about) lines() []line {
	var out []line
	switch {
	case a.rq.Group == "purchase", a.rq.Report == report.LicensesReport:
		out = a.ofPurchases()
	case a.rq.Group == "activity", a.rq.Group == "state":
		out = a.gatheredEntries()
	case a.rq.Group != "":
		out = a.gatheredLearners()
	case a.rq.Report == report.ActivitiesReport, a.rq.Report == report.ProgramsReport:
		out = a.ofColumns()
	default:
		out = a.ofLearners()
	}
	if a.rq.Sort != "" {
		a.sort(out)
	}
	return out
}

// sort puts rows in the order of a column: those without a value last, equal
// ones as they were.
func (a *about) sort(rows []line) {
	slices.SortStableFunc(rows, func(x, y line) int {
		c := 0
		vx, vy := x.values[a.rq.Sort], y.values[a.rq.Sort]
		switch {
		case vx.IsEmpty() || vy.IsEmpty():
			return cmp.Compare(flag(vx.IsEmpty()), flag(vy.IsEmpty()))
		case x.names > 0 && a.rq.Sort == "learner":
			c = cmp.Compare(x.names, y.names)
		case x.titles > 0 && a.rq.Sort == "activity":
			c = cmp.Compare(x.titles, y.titles)
		default:
			c = cmp.Or(cmp.Compare(vx.Number, vy.Number), strings.Compare(fold.Text(vx.Text), fold.Text(vy.Text)))
		}
		if a.rq.Desc {
			c = -c
		}
		return c
	})
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ofLearners makes a row of every learner, or of everything each is enrolled
// in; of rows that nobody wants the values of, only what they are about.
func (a *about) ofLearners() (out []line) {
	enough := func() bool { return a.most > 0 && a.rq.Sort == "" && len(out) >= a.most }
	for i, r := range a.list {
		switch {
		case byRows(a.rq.Report):
			a.entries(r, func(col column, s standing) {
				if !a.isRow(r, s) {
					return
				}
				row := line{id: string(r.id) + " " + col.id, names: i + 1, titles: 1}
				if col.program == nil {
					row.titles = a.titles[col.activity.no] + 1
				}
				if !enough() {
					row.values = map[string]report.Value{}
					a.ofPerson(row.values, r)
					ofStanding(row.values, col, s)
				}
				out = append(out, row)
			})
		case enough():
			out = append(out, line{id: string(r.id), names: i + 1})
		default:
			v := map[string]report.Value{}
			a.ofPerson(v, r)
			ofWork(v, a.workOf(r))
			out = append(out, line{id: string(r.id), values: v, names: i + 1})
		}
	}
	return out
}

// ofColumns makes a row of every activity or program, over everybody of whom it is seen.
func (a *about) ofColumns() (out []line) {
	for _, col := range a.columns {
		if (col.program != nil) != (a.rq.Report == report.ProgramsReport) {
			continue
		}
		w, learners := newWork(), 0
		for _, r := range a.list {
			if s, shows := col.expect(r); shows {
				learners++
				w.tally.add(s)
			}
		}
		v := map[string]report.Value{}
		ofStanding(v, col, nothing)
		ofWork(v, w)
		v["learners"] = number(report.CountKind, learners)
		if col.program != nil {
			v["program"], v["program_id"], v["activities"] = text(col.program.title), text(col.id), number(report.CountKind, len(col.program.derivesFrom()))
		}
		out = append(out, line{id: col.id, values: v})
	}
	return out
}

// heap gathers rows.
type heap struct {
	line
	work     *work
	learners map[*person]bool
}

func newHeap(id, column string, value report.Value) *heap {
	return &heap{line{id: id, values: map[string]report.Value{column: value}}, newWork(), map[*person]bool{}}
}

// finish gives the rows of heaps that hold anybody.
func finish(heaps []*heap) (out []line) {
	for _, h := range heaps {
		if len(h.learners) > 0 {
			ofWork(h.values, h.work)
			h.values["learners"] = number(report.CountKind, len(h.learners))
			out = append(out, h.line)
		}
	}
	return out
}

// gatheredEntries gathers enrollments by activity or by state.
func (a *about) gatheredEntries() []line {
	var heaps []*heap
	at := map[string]*heap{}
	add := func(id string, v report.Value) {
		at[id] = newHeap(id, a.rq.Group, v)
		heaps = append(heaps, at[id])
	}
	if a.rq.Group == "state" {
		for s := range transcript.States {
			add(s.String(), number(report.StateKind, int(s)))
		}
	} else {
		for _, col := range a.columns {
			v := map[string]report.Value{}
			ofStanding(v, col, nothing)
			add(col.id, v["activity"])
		}
	}
	for _, r := range a.list {
		from, to := period(a.w.Filter, r.org)
		a.entries(r, func(col column, s standing) {
			if !a.isRow(r, s) {
				return
			}
			id := col.id
			if a.rq.Group == "state" {
				id = s.state
			}
			at[id].work.add(s, from, to)
			at[id].learners[r.person] = true
		})
	}
	return finish(heaps)
}

// gatheredLearners gathers learners by place, organization or status; those of
// whom the sight carries no such thing stand first, in a group without a value.
func (a *about) gatheredLearners() []line {
	at := map[string]*heap{}
	order := map[*heap]string{}
	none := newHeap("", a.rq.Group, report.Value{})
	heaps := []*heap{none}
	for _, r := range a.list {
		h := none
		if a.seesPlace(a.s, r.person) {
			id, name, place := r.org.id, text(r.org.name), r.org.path
			switch l := a.locations[r.location]; {
			case a.rq.Group == "status":
				id, name, place = r.status, report.Value{Kind: report.StatusKind, Text: r.status}, r.status
			case a.rq.Group == "location" && l != nil:
				id, name, place = l.id, text(l.name), l.path
			}
			if at[id] == nil {
				at[id] = newHeap(id, a.rq.Group, name)
				heaps = append(heaps, at[id])
			}
			h = at[id]
			order[h] = place
		}
		if !byRows(a.rq.Report) {
			h.learners[r.person] = true
		}
		from, to := period(a.w.Filter, r.org)
		a.entries(r, func(_ column, s standing) {
			if !byRows(a.rq.Report) || a.isRow(r, s) {
				h.learners[r.person] = true
				h.work.add(s, from, to)
			}
		})
	}
	slices.SortStableFunc(heaps, func(x, y *heap) int { return strings.Compare(order[x], order[y]) })
	return finish(heaps)
}

// ofPurchases tells of every purchase in the sight what came of it, over its
// holders among the learners and the activities of its product.
func (a *about) ofPurchases() (out []line) {
	var shown []*purchase
	for _, p := range a.purchases {
		if a.showsPurchase(a.who, a.s, p) && (a.export == nil || a.showsPurchase(a.who, a.export, p)) && (a.w.purchase == nil || a.w.purchase == p) && !a.w.nobody {
			shown = append(shown, p)
		}
	}
	slices.SortFunc(shown, func(x, y *purchase) int { return cmp.Or(y.bought.Compare(x.bought), strings.Compare(y.id, x.id)) })
	holders := a.holders(shown)
	for _, p := range shown {
		h := newHeap(p.id, a.rq.Group, text(titled(p)))
		for _, part := range holders[p] {
			if !byRows(a.rq.Report) {
				h.learners[part.person] = true
			}
			from, to := period(a.w.Filter, part.org)
			a.entries(part, func(col column, s standing) {
				if col.of(p) && (!byRows(a.rq.Report) || a.isRow(part, s)) {
					h.learners[part.person] = true
					h.work.add(s, from, to)
				}
			})
		}
		if a.rq.Group != "" && len(h.learners) == 0 {
			continue
		}
		a.ofPurchase(h.values, p)
		ofWork(h.values, h.work)
		h.values["learners"] = number(report.CountKind, len(h.learners))
		out = append(out, h.line)
	}
	return out
}

// of tells whether a purchase holds the column, or something that it is made of.
func (col column) of(p *purchase) bool {
	if col.program == nil {
		return slices.Contains(p.activities, col.activity.no)
	}
	return slices.ContainsFunc(col.program.derivesFrom(), func(no access.ActivityNo) bool { return slices.Contains(p.activities, no) })
}

// holders lists of each purchase the learners who hold a seat of it, live or
// ended as the filter asks, with what all the purchases show of them. Of a
// purchase that is seen only by its place, the learner must be seen by place or team.
func (a *about) holders(purchases []*purchase) map[*purchase][]*shown {
	own := map[*purchase]bool{}
	placed := map[*person]bool{}
	for _, at := range a.s.whole() {
		if at.kind == access.AtPurchase {
			own[a.purchases[at.id]] = a.w.location == nil && len(a.w.teams) == 0
			continue
		}
		for _, p := range a.of(at) {
			placed[p] = placed[p] || a.narrowed(at, p, a.w)
		}
	}
	out := map[*purchase][]*shown{}
	for _, r := range a.list {
		seen := &shown{person: r.person}
		for _, h := range r.seats {
			if slices.Contains(purchases, h.purchase) && (own[h.purchase] || placed[r.person]) {
				seen.add(h.purchase, a.w.Seat)
			}
		}
		for i, p := range seen.parts {
			if !slices.ContainsFunc(seen.parts[:i], func(x part) bool { return x.purchase == p.purchase }) {
				out[p.purchase] = append(out[p.purchase], seen)
			}
		}
	}
	return out
}
