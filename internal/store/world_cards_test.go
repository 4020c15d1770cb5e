package store_test

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// cards: one learner, one cell, opened by id: the same that the lists show.
func (a *asking) cards(actor *learner, facts access.Facts) {
	people, did, matrix := facts.For(access.LearnerView, a.Now), facts.For(access.EnrollmentView, a.Now), facts.For(access.MatrixView, a.Now)
	for _, l := range a.learners {
		a.card(actor, people, did, l)
		if matrix.IsEmpty() {
			continue
		}
		for _, c := range a.activities {
			detail, err := a.reports.Cell(a.ctx, matrix, l.ID, c.id)
			row, is := a.opened(matrix, l)
			for _, seat := range []string{"", "ended"} { // an activity may show by an ended seat only
				if is && !row.shows(c.no) || !is {
					row, is = a.row(matrix, l, seat)
				}
			}
			is = is && row.shows(c.no) && slices.Contains(a.columnsOf(matrix, wanted{}), c)
			if is != (err == nil) || !is && fault.KindOf(err) != fault.NotFound {
				a.Errorf("%s opens %s in %s: %v, want %v", actor.ID, l.ID, c.id, err, is)
			} else if is && detail.Row.State.String() != a.cell(&row, c.no).state {
				a.Errorf("%s opens %s in %s: %s, want %s", actor.ID, l.ID, c.id, detail.Row.State, a.cell(&row, c.no).state)
			}
		}
	}
}

// row finds a learner in the list of a reach.
func (a *asking) row(r access.Reach, l *learner, seat string) (shown, bool) {
	rows := a.drawn.list(r, wanted{seat: seat})
	i := slices.IndexFunc(rows, func(s shown) bool { return s.ID == l.ID })
	if i < 0 {
		return shown{}, false
	}
	return rows[i], true
}

// opened is what a card shows: by live seats, else up to the day the last one ended.
func (a *asking) opened(r access.Reach, l *learner) (shown, bool) {
	if row, ok := a.row(r, l, ""); ok {
		return row, true
	}
	return a.row(r, l, "ended")
}

func (a *asking) card(actor *learner, people, did access.Reach, l *learner) {
	card, err := a.reports.Learner(a.ctx, people, did, l.ID)
	switch {
	case people.IsEmpty():
		if fault.KindOf(err) != fault.Forbidden {
			a.Errorf("%s opens %s without permission: %v", actor.ID, l.ID, err)
		}
		return
	case !a.Sees(actor.ID, access.LearnerView, l.ID):
		if fault.KindOf(err) != fault.NotFound {
			a.Errorf("%s opens %s out of reach: %v", actor.ID, l.ID, err)
		}
		return
	case err != nil:
		a.Fatalf("%s opens %s: %v", actor.ID, l.ID, err)
	}
	a.count("opened card", true)
	a.heldSeats(actor, people, card.Learner)
	got := map[access.ActivityNo]string{}
	for _, r := range card.Rows {
		got[r.Column.No] = r.State.String()
	}
	if row, ok := a.opened(did, l); ok {
		for _, c := range a.activities {
			want := ""
			if state := a.cell(&row, c.no).state; row.shows(c.no) && state != "not_enrolled" {
				want = state
			}
			if got[c.no] != want {
				a.Errorf("%s opens %s: %s is %q, want %q", actor.ID, l.ID, c.id, got[c.no], want)
			}
		}
	} else if len(got) > 0 {
		a.Errorf("%s opens %s and sees %v", actor.ID, l.ID, got)
	}
}
