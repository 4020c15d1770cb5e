package store_test

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// enrollment is a participation in days, as known on one of them.
type enrollment struct {
	on, begin, end                            day.Day // end: last day of the last source
	started, completed, due, valid, outcomeOn day.Day
	outcome                                   string
	progress, score                           int
}

// on reads the participation as it was known at the end of a day.
func (p *participation) on(d day.Day, c *campus) enrollment {
	at := c.endOf(d)
	f := p.now
	for _, b := range slices.Backward(p.before) {
		if b.until.After(at) {
			f = b.facts
		}
	}
	e := enrollment{
		on: d, begin: day.None, end: day.None, started: c.dayOf(f.started, at), completed: c.dayOf(f.completed, at), due: f.due, valid: f.valid,
		outcomeOn: f.outcomeOn, outcome: f.outcome, progress: f.progress, score: f.score,
	}
	if f.completed.After(at) {
		e.valid = day.None
	}
	open := false
	for _, k := range p.kept {
		if k.from.After(at) {
			continue
		}
		if from := day.Of(k.from, c.zone); e.begin == day.None || from < e.begin {
			e.begin = from
		}
		if k.until.IsZero() {
			open = true
		} else {
			e.end = max(e.end, day.Of(k.until.Add(-time.Microsecond), c.zone))
		}
	}
	if open {
		e.end = day.None
	}
	if d == c.today { // what lies ahead is known, too
		e.started, e.completed, e.valid = day.Of(f.started, c.zone), day.Of(f.completed, c.zone), f.valid
		e.begin, e.end = p.interval(c)
	}
	return e
}

// interval is from the first day of the first source to the last of the last.
func (p *participation) interval(c *campus) (begin, end day.Day) {
	begin, end = day.None, day.None
	open := false
	for _, k := range p.kept {
		if from := day.Of(k.from, c.zone); begin == day.None || from < begin {
			begin = from
		}
		open = open || k.until.IsZero()
		if !k.until.IsZero() {
			end = max(end, day.Of(k.until.Add(-time.Microsecond), c.zone))
		}
	}
	if open {
		end = day.None
	}
	return begin, end
}

func (c *campus) endOf(d day.Day) time.Time { return d.Add(1).Start(c.zone).Add(-time.Microsecond) }

// dayOf is the day of what had happened by then.
func (c *campus) dayOf(t, by time.Time) day.Day {
	if t.After(by) {
		return day.None
	}
	return day.Of(t, c.zone)
}

// state reads the table of 4.1 from the top.
func (e enrollment) state(c *campus) string {
	d := e.on
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
	case by(e.completed) && e.valid != day.None && int(e.valid-d) <= c.expiresSoon:
		return "expires_soon"
	case by(e.completed):
		return "completed"
	case !by(e.begin):
		return "not_enrolled"
	case e.outcome == "failed" && by(e.outcomeOn):
		return "failed"
	case e.due != day.None && e.due < d:
		return "overdue"
	case e.due != day.None && int(e.due-d) <= c.dueSoon:
		return "due_soon"
	case by(e.started) || e.progress > 0:
		return "in_progress"
	}
	return "not_started"
}

// inProgram derives a learner's standing in a program from the activities that
// it is made of, all of which show, leaving out the waived and the withdrawn.
func (s *drawn) inProgram(row *shown, required []access.ActivityNo) standing {
	c := s.orgs[row.Organization]
	sum := enrollment{on: c.today, begin: day.None, end: day.None, started: day.None, completed: day.None, due: day.None, valid: day.None, outcomeOn: day.None, score: -1}
	first := func(into *day.Day, d day.Day) {
		if *into == day.None || d != day.None && d < *into {
			*into = d
		}
	}
	left, done, waived, withdrawn, progress, scored, score := 0, 0, 0, 0, 0, 0, 0
	open, goneOn := false, day.None
	for _, no := range required {
		p := row.did[no]
		if p == nil {
			left++
			continue
		}
		on := p.on(row.asOf(s, no), c)
		if on.on < c.today && (on.end == day.None || on.end > on.on) {
			on.end = on.on
		}
		switch on.state(c) {
		case "waived":
			waived++
			goneOn = max(goneOn, on.outcomeOn)
			continue
		case "withdrawn":
			withdrawn++
			goneOn = max(goneOn, on.outcomeOn)
			continue
		}
		left++
		progress += on.progress
		if on.score >= 0 {
			scored, score = scored+1, score+on.score
		}
		if on.end == day.None {
			open = true
		} else {
			sum.end = max(sum.end, on.end)
		}
		first(&sum.begin, on.begin)
		first(&sum.started, on.started)
		until := on.on
		if on.end != day.None {
			until = min(until, on.end)
		}
		if on.completed != day.None && on.completed <= until {
			done++
			sum.completed = max(sum.completed, on.completed)
			first(&sum.valid, on.valid)
			continue
		}
		first(&sum.due, on.due)
		if on.outcome == "failed" && on.outcomeOn <= until {
			sum.outcome, sum.outcomeOn = "failed", max(sum.outcomeOn, on.outcomeOn)
		}
	}
	if open {
		sum.end = day.None
	}
	if done < left {
		sum.completed, sum.valid = day.None, day.None
	}
	if left > 0 {
		sum.progress = progress / left
	}
	if scored > 0 {
		sum.score = score / scored
	}
	out := standing{sum.state(c), sum.progress, sum.score, sum.due, sum.completed, sum.begin}
	if sum.begin != day.None {
		out.enrolled = row.since(s, sum.begin, required...)
	}
	switch {
	case left == 0 && waived > 0 && withdrawn == 0:
		out.state = "waived"
	case left == 0 && withdrawn > 0:
		out.state = "withdrawn"
	}
	return out
}
