// Package learning is about taking part: enrollments with their sources, the
// facts of progress, and each learner's own training. It does not decide who
// sees them (access) and adds nothing up (report).
package learning

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// SourceKind says what keeps an enrollment.
type SourceKind string

// The kinds of source (I-11).
const (
	FromSeat         SourceKind = "seat"
	FromAssignment   SourceKind = "assignment"
	FromContentGrant SourceKind = "content_grant"
	ByHand           SourceKind = "hand"
	ByImport         SourceKind = "import"
)

// Enrollment is one learner's participation in one activity, with its facts as
// instants. The zero time and day.None mean that something has not happened.
type Enrollment struct {
	Activity     access.ActivityNo
	EnrolledAt   time.Time
	StartedAt    time.Time
	CompletedAt  time.Time
	LastActiveAt time.Time
	DueOn        day.Day
	ValidUntil   day.Day
	OutcomeOn    day.Day
	Outcome      transcript.Outcome
	Progress     int   // 0…100
	Score        int32 // hundredths of a point, or transcript.NoScore
	Minutes      int
	// From is the begin of the earliest source, Until the end of the last; the zero time: one is open.
	From, Until time.Time
}

// Entry gives the transcript entry: days of the learner's organization.
func (e Enrollment) Entry(zone *time.Location) transcript.Entry {
	from := e.From
	if from.IsZero() {
		from = e.EnrolledAt
	}
	until := day.None
	if !e.Until.IsZero() { // the instant is the first one outside
		until = day.Of(e.Until.Add(-time.Microsecond), zone)
	}
	return transcript.Entry{
		Activity: e.Activity, Enrolled: day.Of(from, zone), Started: day.Of(e.StartedAt, zone), Completed: day.Of(e.CompletedAt, zone),
		Due: e.DueOn, ValidUntil: e.ValidUntil, Until: until, LastActive: day.Of(e.LastActiveAt, zone),
		Outcome: e.Outcome, OutcomeOn: e.OutcomeOn, Progress: uint8(e.Progress), Score: e.Score, Minutes: uint32(e.Minutes),
	}
}
