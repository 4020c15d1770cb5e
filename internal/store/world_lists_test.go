package store_test

import (
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// lists asks for learners, matrix, sums and files: unfiltered, and under some filters.
func (a *asking) lists(actor *learner, facts access.Facts) {
	people, matrix, sums := facts.For(access.LearnerView, a.Now), facts.For(access.MatrixView, a.Now), facts.For(access.ReportView, a.Now)
	filters := []wanted{{}}
	for range filtersPerPerson {
		filters = append(filters, a.drawFilter(actor))
	}
	for i, w := range filters {
		a.standings(actor, facts.For(access.EnrollmentView, a.Now), w, a.list(actor, people, facts.For(access.EnrollmentView, a.Now), w))
		a.matrix(actor, matrix, facts.For(access.ReportExport, a.Now), w, i%2 == 1)
		a.dashboard(actor, sums, w)
	}
}

// drawFilter draws one or two things to narrow by, in the actor's reach or not.
func (a *asking) drawFilter(actor *learner) wanted {
	var w wanted
	for range 1 + a.rng.IntN(2) {
		switch a.rng.IntN(9) {
		case 0:
			words := oneOf(a.drawn, [2]string{"ÁSH", "ash"}, [2]string{"zajac", "zajac"}, [2]string{"P1@", "p1@"}, [2]string{"x-0", "x-0"}, [2]string{"α", "α"}, [2]string{"nn a", ""})
			if w.word, w.plain = words[0], words[1]; w.plain == "" {
				w.word, w.plain = "ann", "ann"
			}
		case 1, 2:
			if len(a.Purchases) > 0 {
				w.purchase = oneOf(a.drawn, a.Purchases...).ID
			}
		case 3:
			if len(a.Teams) > 0 {
				w.team = oneOf(a.drawn, a.Teams...).ID
			}
		case 4:
			if len(a.Locations) > 0 {
				w.location = oneOf(a.drawn, a.Locations...).ID
			}
		case 5:
			w.activity = oneOf(a.drawn, a.orgs[actor.Organization].activities...)
		case 6, 7:
			w.seat = oneOf(a.drawn, "live", "ended", "ended")
		case 8:
			w.state = transcript.State(a.rng.IntN(int(transcript.States))).String()
		}
	}
	return w
}

// filter says it as a request does, by the customer's own ids half of the time.
func (a *asking) filter(actor *learner, w wanted) report.Filter {
	f := report.Filter{Query: w.word, Location: string(w.location), Team: string(w.team), Purchase: string(w.purchase), Seat: report.Seat(w.seat)}
	if w.purchase != "" && a.sold[w.purchase].Organization == actor.Organization && a.rng.IntN(2) == 0 {
		f.Purchase = a.sold[w.purchase].external
	}
	if w.activity != nil {
		f.Activity = w.activity.id
	}
	if w.state != "" {
		state, _ := transcript.ParseState(w.state)
		f.State = &state
	}
	return f
}

// answered tells whether there is an answer to compare: a missing permission
// is refused, and so is a filter that no block carries.
func (a *asking) answered(actor *learner, r access.Reach, w wanted, err error) bool {
	switch {
	case r.IsEmpty():
		if fault.KindOf(err) != fault.Forbidden {
			a.Errorf("%s without permission: %v", actor.ID, err)
		}
	case !a.carried(r, w):
		a.count("refused filter", true)
		if fault.KindOf(err) != fault.Invalid {
			a.Errorf("%s, a filter that no block carries: %v", actor.ID, err)
		}
	case err != nil:
		a.Fatalf("%s, %+v: %v", actor.ID, w, err)
	default:
		return true
	}
	return false
}

// list: all pages together are the list, without a gap or anybody twice; the
// counts are its length and that of the reach.
func (a *asking) list(actor *learner, r, states access.Reach, w wanted) (got []report.Learner) {
	q := report.LearnerQuery{Filter: a.filter(actor, w), States: states, Limit: 1 + a.rng.IntN(3)}
	want := a.standing(r, states, w)
	for {
		page, err := a.reports.Learners(a.ctx, r, q)
		if !r.IsEmpty() && states.IsEmpty() && a.carried(r, w) && w.asksStates() {
			a.count("refused state", true)
			if fault.KindOf(err) != fault.Invalid {
				a.Errorf("%s narrows people by what they do not see of them: %v", actor.ID, err)
			}
			return nil
		}
		if !a.answered(actor, r, w, err) {
			return nil
		}
		if page.Total != len(want) || page.ReachTotal != a.reachTotal(r) {
			a.Errorf("%s, %+v: %d of %d learners, want %d of %d", actor.ID, w, page.Total, page.ReachTotal, len(want), a.reachTotal(r))
		}
		if got = append(got, page.Items...); len(got) > len(want) {
			break
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			break
		}
	}
	a.sameLearners(actor, r, w, got, want)
	return got
}

// standings: what the list says of each learner is the sum of what shows, by
// the reach for enrollments, which need not be that of the list.
func (a *asking) standings(actor *learner, r access.Reach, w wanted, listed []report.Learner) {
	got, err := a.reports.Standings(a.ctx, r, a.filter(actor, w), listed)
	if err != nil {
		a.Fatal(err)
	}
	rows := a.drawn.list(r, wanted{purchase: w.purchase, seat: w.seat})
	for _, l := range listed {
		var want tally
		if i := slices.IndexFunc(rows, func(s shown) bool { return s.ID == l.ID }); i >= 0 {
			for _, no := range a.taken(rows[i].learner) {
				if rows[i].shows(no) {
					want.add(a.cell(&rows[i], no))
				}
			}
		}
		if stands := got[l.No].Sum; !want.is(stands) {
			a.Errorf("%s, %+v: %s stands at %v, want %v", actor.ID, w, l.ID, stands.Count, want.count)
		}
	}
}

func (a *asking) reachTotal(r access.Reach) int {
	n := 0
	for _, l := range a.learners {
		if r.Covers(a.Placement(l.ID)) {
			n++
		}
	}
	return n
}

func (a *asking) sameLearners(actor *learner, r access.Reach, w wanted, got []report.Learner, want []shown) {
	if len(got) != len(want) {
		a.Errorf("%s, %s %+v: %d learners on all pages, want %d", actor.ID, r.Permission(), w, len(got), len(want))
		return
	}
	a.count("narrowed away", len(want) < a.reachTotal(r))
	for i, l := range got {
		row := want[i]
		if l.ID != row.ID {
			a.Errorf("%s, %s %+v: row %d is %s, want %s", actor.ID, r.Permission(), w, i, l.ID, row.ID)
			continue
		}
		a.count("listed", true)
		a.count("ended seat", w.seat == "ended")
		byPlace := slices.ContainsFunc(r.Blocks(), func(b access.Block) bool {
			home := a.Placement(l.ID).Home
			return !b.Own && b.IsRange() && b.Lo <= home && home < b.Hi
		})
		// A block of a purchase carries no place; a team's neither.
		if (l.LocationID != "") != (byPlace && row.Location != "") || byPlace && l.LocationID != row.Location || !byPlace && (l.Status != "" || l.Home != "" || !l.CreatedAt.IsZero()) {
			a.Errorf("%s sees of %s the place %q and the status %q; by place: %v", actor.ID, l.ID, l.LocationID, l.Status, byPlace)
		}
		if l.Name != row.name || l.Email != row.email || l.ExternalID != row.external {
			a.Errorf("%s sees %s as %s, %s, %s", actor.ID, l.ID, l.Name, l.Email, l.ExternalID)
		}
		a.heldSeats(actor, r, l)
		fmt.Fprintln(&a.said, actor.ID, w.word, w.purchase, w.team, w.location, w.seat, w.state, "lists", l.ID, len(l.Purchases))
	}
}

// heldSeats: of a learner's purchases only those of the reach are named, unless
// the learner is seen entirely.
func (a *asking) heldSeats(actor *learner, r access.Reach, l report.Learner) {
	at := a.Placement(l.ID)
	entirely := slices.ContainsFunc(r.Blocks(), func(b access.Block) bool {
		return !b.Own && (b.IsRange() && b.Lo <= at.Home && at.Home < b.Hi || b.Team != "" && slices.Contains(at.Teams, b.Team))
	})
	var want []access.PurchaseID
	for _, id := range at.Purchases {
		if entirely || slices.ContainsFunc(r.Blocks(), func(b access.Block) bool { return !b.Own && b.Purchase == id }) {
			want = append(want, id)
		}
	}
	var got []access.PurchaseID
	for _, h := range l.Purchases {
		got = append(got, h.Purchase)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		a.Errorf("%s sees of %s the purchases %v, want %v", actor.ID, l.ID, got, want)
	}
}

// dashboard: the sums are those of the cells.
func (a *asking) dashboard(actor *learner, r access.Reach, w wanted) {
	d, err := a.reports.Dashboard(a.ctx, r, a.filter(actor, w))
	if !a.answered(actor, r, w, err) {
		return
	}
	rows, columns := a.drawn.list(r, w), a.columnsOf(r, w)
	if d.Total != len(rows) || d.ReachTotal != a.reachTotal(r) || len(d.ByActivity) != len(columns) {
		a.Errorf("%s, %+v: the dashboard is over %d of %d learners in %d activities, want %d of %d in %d", actor.ID, w, d.Total, d.ReachTotal, len(d.ByActivity), len(rows), a.reachTotal(r), len(columns))
		return
	}
	var all tally
	for i, c := range columns {
		var sum tally
		for j := range rows {
			if rows[j].shows(c.no) {
				cell := a.cell(&rows[j], c.no)
				sum.add(cell)
				all.add(cell)
			}
		}
		if d.ByActivity[i].Column.ID != c.id || !sum.is(d.ByActivity[i].Sum) {
			a.Errorf("%s, %+v: %s sums to %v, want %v", actor.ID, w, c.id, d.ByActivity[i].Sum.Count, sum.count)
		}
		fmt.Fprintln(&a.said, actor.ID, "sums", c.id, d.ByActivity[i].Sum.Count)
	}
	if all.count[transcript.NotEnrolled] = 0; !all.is(d.All) {
		a.Errorf("%s, %+v: all sums to %v, want %v", actor.ID, w, d.All.Count, all.count)
	}
}

// tally adds cells up by the words of 4.1.
type tally struct {
	count                            [transcript.States]int
	counted, progress, scored, score int
}

func (t *tally) add(c standing) {
	state, _ := transcript.ParseState(c.state)
	t.count[state]++
	if c.state == "not_enrolled" || c.state == "withdrawn" || c.state == "waived" {
		return
	}
	t.counted++
	t.progress += c.progress
	if c.score >= 0 {
		t.scored, t.score = t.scored+1, t.score+c.score
	}
}

// is tells whether a sum says the same: counts, completion rate and means.
func (t *tally) is(s transcript.Sum) bool {
	same := func(got float64, ok bool, sum, n int, per float64) bool {
		return ok == (n > 0) && (n == 0 || abs(got-float64(sum)/per/float64(n)) < 1e-9)
	}
	rate, hasRate := s.CompletionRate()
	progress, hasProgress := s.MeanProgress()
	score, hasScore := s.MeanScore()
	return s.Count == t.count && same(rate, hasRate, t.count[transcript.Completed]+t.count[transcript.ExpiresSoon], t.counted, 1) &&
		same(progress, hasProgress, t.progress, t.counted, 1) && same(score, hasScore, t.score, t.scored, 100)
}

func abs(x float64) float64 { return max(x, -x) }
