package report

import (
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// counts tells whether a state is one that rates and means are over (SPEC 4.1).
func counts(s transcript.State) bool {
	return s != transcript.NotEnrolled && s != transcript.Withdrawn && s != transcript.Waived
}

// within tells whether a day of an enrollment lies in a period. What lies
// after the last day that the enrollment is seen up to has not happened.
func within(d day.Day, e *transcript.Entry, from, to day.Day) bool {
	if e.Until != day.None && e.Until < to {
		to = e.Until
	}
	return d != day.None && from <= d && d <= to
}

// active tells whether the learner did anything in the activity within a
// period (SPEC 4.1). It is known from the start, the completion and the last
// activity, so for a period up to today it is exact.
func active(e *transcript.Entry, from, to day.Day) bool {
	return within(e.LastActive, e, from, to) || within(e.Started, e, from, to) || within(e.Completed, e, from, to)
}

// did tells whether the filter holds of an enrollment.
func (f Filter) did(e *transcript.Entry, state transcript.State, o *Organization) bool {
	from, to := f.Period.in(o)
	switch f.Did {
	case DidStart:
		return counts(state) && (e.Started != day.None || e.Progress > 0)
	case DidComplete:
		return state.Done()
	case DidScore:
		return counts(state) && e.Score >= 0
	case DidCount:
		return counts(state)
	case DidActive:
		return state != transcript.NotEnrolled && active(e, from, to)
	case DidFinish:
		return state != transcript.NotEnrolled && within(e.Completed, e, from, to)
	case DidBegin:
		return state != transcript.NotEnrolled && within(e.Started, e, from, to)
	case DidEnroll:
		return state != transcript.NotEnrolled && within(e.Enrolled, e, from, to)
	case DidOverdue:
		return state != transcript.NotEnrolled && overdueOn(to, e, state, o.Today)
	case DidRest:
		return rests(e, state, o.Today)
	case DidRisk:
		return state == transcript.Overdue || state == transcript.Failed || rests(e, state, o.Today)
	}
	if b, ok := bandOf(f.Did); ok {
		return counts(state) && b.holds(e)
	}
	return true
}

// overdueOn tells whether an enrollment was overdue on a day; from today on, as
// it is now.
func overdueOn(d day.Day, e *transcript.Entry, state transcript.State, today day.Day) bool {
	if d >= today {
		return state == transcript.Overdue
	}
	from, until := e.OverdueDays()
	return from <= d && d < until
}

// rests tells whether an enrollment is open and nothing has happened in it for
// InactiveDays. One whose last day has gone is seen as of that day.
func rests(e *transcript.Entry, state transcript.State, today day.Day) bool {
	return isOpen(state) && int(seenOn(e, today)-lastSign(e)) >= InactiveDays
}

// isOpen tells whether there is still something to be done.
func isOpen(s transcript.State) bool {
	return s == transcript.NotStarted || s == transcript.InProgress || s == transcript.DueSoon || s == transcript.Overdue
}

// lastSign is the last day on which anything happened in an enrollment.
func lastSign(e *transcript.Entry) day.Day { return max(e.Enrolled, e.Started, e.LastActive) }

// seenOn is the day as of which an enrollment is seen: today, or its last day.
func seenOn(e *transcript.Entry, today day.Day) day.Day {
	if e.Until != day.None {
		return min(today, e.Until)
	}
	return today
}

// keeps tells whether state and did of the filter both hold of an enrollment.
func (f Filter) keeps(e *transcript.Entry, state transcript.State, o *Organization) bool {
	return (f.State == nil || state == *f.State) && f.did(e, state, o)
}

// bands are the parts of the distributions: of progress, then of scores.
var bands = []Band{
	{Did: DidProgressNone, From: 0, To: 0},
	{Did: DidProgress1, From: 1, To: 24},
	{Did: DidProgress25, From: 25, To: 49},
	{Did: DidProgress50, From: 50, To: 74},
	{Did: DidProgress75, From: 75, To: 99},
	{Did: DidProgressAll, From: 100, To: 100},
	{Did: DidScoreLow, From: 0, To: 49},
	{Did: DidScore50, From: 50, To: 69},
	{Did: DidScore70, From: 70, To: 84},
	{Did: DidScoreHigh, From: 85, To: 100},
}

// progressBands is how many of them are of progress.
const progressBands = 6

func bandOf(d Did) (Band, bool) {
	for _, b := range bands {
		if b.Did == d {
			return b, true
		}
	}
	return Band{}, false
}

// holds tells whether an enrollment that counts lies in the band; of a score,
// what is behind the point does not matter.
func (b Band) holds(e *transcript.Entry) bool {
	for _, p := range bands[:progressBands] {
		if p.Did == b.Did {
			return b.From <= int(e.Progress) && int(e.Progress) <= b.To
		}
	}
	return e.Score >= 0 && b.From <= int(e.Score)/100 && int(e.Score)/100 <= b.To
}
