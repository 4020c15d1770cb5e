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
	}
	return true
}

// keeps tells whether state and did of the filter both hold of an enrollment.
func (f Filter) keeps(e *transcript.Entry, state transcript.State, o *Organization) bool {
	return (f.State == nil || state == *f.State) && f.did(e, state, o)
}
