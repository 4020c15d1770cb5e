package web

import (
	"github.com/ambit-lms/ambit/internal/day"
)

// State is one of the eleven states of an enrollment, under its written name.
type State string

// The states in the order in which the first that holds is taken.
const (
	Withdrawn   State = "withdrawn"
	Waived      State = "waived"
	Expired     State = "expired"
	ExpiresSoon State = "expires_soon"
	Completed   State = "completed"
	Failed      State = "failed"
	Overdue     State = "overdue"
	DueSoon     State = "due_soon"
	InProgress  State = "in_progress"
	NotStarted  State = "not_started"
	NotEnrolled State = "not_enrolled"
)

// States lists them as legends and filters do: best first, absent last.
func States() []State {
	return []State{Completed, InProgress, DueSoon, Overdue, ExpiresSoon, Expired, Failed, NotStarted, Withdrawn, Waived, NotEnrolled}
}

// stateKey is the message that names a state.
func stateKey(s State) string {
	switch s {
	case Withdrawn:
		return "state.withdrawn"
	case Waived:
		return "state.waived"
	case Expired:
		return "state.expired"
	case ExpiresSoon:
		return "state.expires_soon"
	case Completed:
		return "state.completed"
	case Failed:
		return "state.failed"
	case Overdue:
		return "state.overdue"
	case DueSoon:
		return "state.due_soon"
	case InProgress:
		return "state.in_progress"
	case NotStarted:
		return "state.not_started"
	default:
		return "state.not_enrolled"
	}
}

// stateClass is the class that gives a state its colour and glyph.
func stateClass(s State) string {
	if stateKey(s) == "state.not_enrolled" {
		return "m-not_enrolled"
	}
	return "m-" + string(s)
}

// Standing is what is known of one learner in one activity or program on a day.
type Standing struct {
	State      State
	Progress   int // percent
	Score      float64
	Scored     bool
	Due        day.Day
	ValidUntil day.Day
	On         day.Day // the day that was asked for
}

// brief is the text in a matrix cell, beside the glyph.
func (s Standing) brief(p Page) string {
	switch s.State {
	case InProgress:
		return p.WholePercent(s.Progress)
	case Completed, Failed:
		if s.Scored {
			return p.Decimal(s.Score)
		}
	case Overdue:
		return p.N("state.days_late", int(s.On-s.Due))
	case DueSoon:
		return daysLeft(p, int(s.Due-s.On))
	case ExpiresSoon:
		return daysLeft(p, int(s.ValidUntil-s.On))
	case Expired:
		return p.N("state.days_ago", int(s.On-s.ValidUntil))
	}
	return ""
}

// daysLeft counts down to a last day, which is still a day.
func daysLeft(p Page, days int) string {
	if days == 0 {
		return p.T("state.today")
	}
	return p.N("state.days_left", days)
}

// pressing tells whether a day belongs to the state's words; progress and
// scores have columns of their own.
func (s Standing) pressing() bool {
	switch s.State {
	case Overdue, DueSoon, ExpiresSoon, Expired:
		return true
	}
	return false
}
