package learning

import (
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Change holds the values that stood until an instant, when something about
// an enrollment changed. Changes are only ever appended.
type Change struct {
	ChangedAt    time.Time
	StartedAt    time.Time
	CompletedAt  time.Time
	LastActiveAt time.Time
	DueOn        day.Day
	ValidUntil   day.Day
	OutcomeOn    day.Day
	Outcome      transcript.Outcome
	Progress     int
	Score        int32
	Minutes      int
}

// Before keeps the values of an enrollment that is about to change.
func Before(e Enrollment, at time.Time) Change {
	return Change{
		ChangedAt: at, StartedAt: e.StartedAt, CompletedAt: e.CompletedAt, LastActiveAt: e.LastActiveAt,
		DueOn: e.DueOn, ValidUntil: e.ValidUntil, OutcomeOn: e.OutcomeOn, Outcome: e.Outcome,
		Progress: e.Progress, Score: e.Score, Minutes: e.Minutes,
	}
}

// AsOf gives the enrollment as it was at a past instant: the values that stood
// before the earliest change after it, without what had not happened by then.
// The changes may come in any order. What later edits say stays out (I-27).
func AsOf(e Enrollment, changes []Change, at time.Time) Enrollment {
	var next *Change
	for i, c := range changes {
		if c.ChangedAt.After(at) && (next == nil || c.ChangedAt.Before(next.ChangedAt)) {
			next = &changes[i]
		}
	}
	if next != nil {
		e.StartedAt, e.CompletedAt, e.LastActiveAt = next.StartedAt, next.CompletedAt, next.LastActiveAt
		e.DueOn, e.ValidUntil, e.OutcomeOn, e.Outcome = next.DueOn, next.ValidUntil, next.OutcomeOn, next.Outcome
		e.Progress, e.Score, e.Minutes = next.Progress, next.Score, next.Minutes
	}
	if e.StartedAt.After(at) {
		e.StartedAt = time.Time{}
	}
	if e.LastActiveAt.After(at) {
		e.LastActiveAt = time.Time{}
	}
	if e.CompletedAt.After(at) {
		e.CompletedAt, e.ValidUntil = time.Time{}, day.None
	}
	return e
}
