package surface

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// standing is how a learner stands in an activity or a program, as it is told.
type standing struct {
	state                                  string
	enrolled, until                        day.Day
	started, completed, due, valid, active day.Day
	progress, score, minutes               int
	outcome                                string
	outcomeOn                              day.Day
	on                                     day.Day // the day it was asked about
}

// nothing is the standing of who is not enrolled.
var nothing = standing{
	state: "not_enrolled", enrolled: day.None, until: day.None, started: day.None, completed: day.None, due: day.None, valid: day.None, active: day.None, score: -1,
}

// state reads the table of SPEC 4.1 from the top, for a day.
func (e *enrollment) state(d day.Day, o *organization) string {
	if e.end != day.None && e.end < d { // the last source has ended: the state of that day stays
		d = e.end
	}
	by := func(x day.Day) bool { return x != day.None && x <= d }
	switch {
	case e.outcome == "withdrawn" && by(e.outcomeOn):
		return "withdrawn"
	case e.outcome == "waived" && by(e.outcomeOn):
		return "waived"
	case by(e.completed) && e.valid != day.None && e.valid < d:
		return "expired"
	case by(e.completed) && e.valid != day.None && int(e.valid-d) <= o.expiresSoon:
		return "expires_soon"
	case by(e.completed):
		return "completed"
	case !by(e.begin):
		return "not_enrolled"
	case e.outcome == "failed" && by(e.outcomeOn):
		return "failed"
	case e.due != day.None && e.due < d:
		return "overdue"
	case e.due != day.None && int(e.due-d) <= o.dueSoon:
		return "due_soon"
	case by(e.started) || e.progress > 0:
		return "in_progress"
	}
	return "not_started"
}

// entry gives the enrollment as it is seen: as it stands now, or up to the last
// day of the seat that shows it. ok is false where there is none.
func (r *shown) entry(no access.ActivityNo) (e enrollment, ok bool) {
	found := r.find(no)
	if found == nil {
		return e, false
	}
	d := r.asOf(no)
	if d == r.org.today {
		return *found, true
	}
	e = r.past.on(r.person, no, d)
	if e.end == day.None || e.end > d {
		e.end = d
	}
	return e, true
}

// on tells what was known at the end of a day: the values before the first
// change after it, and the sources that had begun.
func (h *past) on(p *person, no access.ActivityNo, d day.Day) enrollment {
	at := d.Add(1).Start(p.org.zone).Add(-time.Microsecond)
	f := h.now[no]
	for _, b := range slices.Backward(h.before[no]) {
		if b.until.After(at) {
			f = b.facts
		}
	}
	by := func(t time.Time) day.Day {
		if t.After(at) {
			return day.None
		}
		return p.on(t)
	}
	e := enrollment{
		activity: no, begin: day.None, end: day.None, started: by(f.started), completed: by(f.completed), active: by(f.active),
		due: f.due, valid: f.valid, outcome: f.outcome, outcomeOn: f.outcomeOn, progress: f.progress, score: f.score, minutes: f.minutes,
	}
	if f.completed.After(at) {
		e.valid = day.None
	}
	for _, s := range h.sources[no] {
		if !s.from.After(at) {
			e.keep(p, s)
		}
	}
	if e.end == open {
		e.end = day.None
	}
	return e
}

// cell tells how a learner stands in an activity that shows.
func (r *shown) cell(no access.ActivityNo) standing {
	e, ok := r.entry(no)
	if !ok {
		return nothing
	}
	out := standing{
		state: e.state(r.org.today, r.org), started: e.started, completed: e.completed, due: e.due, valid: e.valid, active: e.active,
		progress: int(e.progress), score: int(e.score), minutes: int(e.minutes), outcome: e.outcome, outcomeOn: e.outcomeOn, on: r.org.today,
	}
	out.enrolled, out.until = r.dates(e.begin, e.end, no)
	return out
}

// cells lists the learner's standing in every activity that shows and that they are enrolled in.
func (r *shown) cells(do func(no access.ActivityNo, s standing)) {
	for i := range r.did {
		if no := r.did[i].activity; r.shows(no) {
			if s := r.cell(no); s.state != "not_enrolled" {
				do(no, s)
			}
		}
	}
}

// inProgram derives the standing in a program from what it is made of, all of
// which shows, leaving out what was waived or withdrawn (SPEC 4.1).
func (r *shown) inProgram(p *program) standing {
	sum := enrollment{begin: day.None, end: day.None, started: day.None, completed: day.None, due: day.None, valid: day.None, active: day.None, outcomeOn: day.None, score: -1}
	first := func(into *day.Day, d day.Day) {
		if *into == day.None || d != day.None && d < *into {
			*into = d
		}
	}
	left, done, waived, withdrawn, progress, scored, score := 0, 0, 0, 0, 0, 0, 0
	endless := false
	for _, no := range p.derivesFrom() {
		e, ok := r.entry(no)
		if !ok {
			left++
			continue
		}
		switch e.state(r.org.today, r.org) {
		case "waived":
			waived++
			continue
		case "withdrawn":
			withdrawn++
			continue
		}
		left++
		progress += int(e.progress)
		sum.minutes += e.minutes
		if e.score >= 0 {
			scored, score = scored+1, score+int(e.score)
		}
		endless = endless || e.end == day.None
		sum.end, sum.active = max(sum.end, e.end), max(sum.active, e.active)
		first(&sum.begin, e.begin)
		first(&sum.started, e.started)
		until := r.org.today
		if e.end != day.None {
			until = min(until, e.end)
		}
		if e.completed != day.None && e.completed <= until {
			done++
			sum.completed = max(sum.completed, e.completed)
			first(&sum.valid, e.valid)
			continue
		}
		first(&sum.due, e.due)
		if e.outcome == "failed" && e.outcomeOn <= until {
			sum.outcome, sum.outcomeOn = "failed", max(sum.outcomeOn, e.outcomeOn)
		}
	}
	if endless {
		sum.end = day.None
	}
	if done < left {
		sum.completed, sum.valid = day.None, day.None
	}
	if left > 0 {
		sum.progress = uint8(progress / left)
	}
	if scored > 0 {
		sum.score = int32(score / scored)
	}
	out := standing{
		state: sum.state(r.org.today, r.org), started: sum.started, completed: sum.completed, due: sum.due, valid: sum.valid, active: sum.active,
		progress: int(sum.progress), score: int(sum.score), minutes: int(sum.minutes), outcome: sum.outcome, outcomeOn: sum.outcomeOn, on: r.org.today,
	}
	switch {
	case left == 0 && waived > 0 && withdrawn == 0:
		out.state = "waived"
	case left == 0 && withdrawn > 0:
		out.state = "withdrawn"
	}
	out.enrolled, out.until = r.dates(sum.begin, sum.end, p.derivesFrom()...)
	return out
}
