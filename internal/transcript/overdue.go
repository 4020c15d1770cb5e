package transcript

import (
	"math"

	"github.com/ambit-lms/ambit/internal/day"
)

// OverdueDays tells from which day on the enrollment was overdue, and from
// which on no longer: it was on exactly those days d for which On gives Overdue,
// from ≤ d < until. Both are the same where it never was.
func (e *Entry) OverdueDays() (from, until day.Day) {
	const ever = day.Day(math.MaxInt32)
	if e.Due == day.None || e.Enrolled == day.None {
		return 0, 0
	}
	from, until = max(e.Due+1, e.Enrolled), ever
	if e.Completed != day.None {
		until = e.Completed
	}
	if e.Outcome != NoOutcome {
		until = min(until, e.OutcomeOn)
	}
	if e.Until != day.None {
		if from > e.Until {
			return 0, 0
		}
		if until > e.Until {
			until = ever // as it stood on the last day it stays
		}
	}
	if until <= from {
		return 0, 0
	}
	return from, until
}
