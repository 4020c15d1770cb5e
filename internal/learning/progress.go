package learning

import (
	"context"
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// MaxBatch is how many items of progress are taken at once.
const MaxBatch = 1000

// Progress is what another system tells about one enrollment. Absent facts
// (zero times, nil numbers) leave what is known.
type Progress struct {
	Learner     string // id or external id
	Activity    string // id or external id
	OccurredAt  time.Time
	StartedAt   time.Time
	CompletedAt time.Time
	Progress    *int   // 0…100
	Score       *int32 // hundredths of a point, 0…10000
	Minutes     *int
}

// Status is what became of one item.
type Status string

// The answers to one item.
const (
	Recorded Status = "ok"
	NotFound Status = "not_found" // not enrolled or out of reach: the same answer
	Stale    Status = "stale"     // something that happened later is known already
	Invalid  Status = "invalid"
)

// Result answers one item, in the order of the items.
type Result struct {
	Status   Status
	Problems []fault.Problem // of an invalid item
}

// Problems names every field of the item that cannot be used, at an instant.
func (p Progress) Problems(now time.Time) []fault.Problem {
	var out []fault.Problem
	wrong := func(bad bool, field, sentence string) {
		if bad {
			out = append(out, fault.Problem{Field: field, Sentence: sentence})
		}
	}
	// Clocks of other systems may run a little ahead.
	later := func(t time.Time) bool { return t.After(now.Add(5 * time.Minute)) }
	wrong(p.Learner == "", "learner", "Name the learner by id or external id.")
	wrong(p.Activity == "", "activity", "Name the activity by id or external id.")
	wrong(p.OccurredAt.IsZero(), "occurred_at", "Say when this happened.")
	wrong(tooEarly(p.OccurredAt) || later(p.OccurredAt), "occurred_at", "Use an instant between 1950 and now.")
	wrong(tooEarly(p.StartedAt) || later(p.StartedAt), "started_at", "Use an instant between 1950 and now.")
	wrong(tooEarly(p.CompletedAt) || later(p.CompletedAt), "completed_at", "Use an instant between 1950 and now.")
	wrong(!p.StartedAt.IsZero() && !p.CompletedAt.IsZero() && p.CompletedAt.Before(p.StartedAt), "completed_at", "Nothing can be completed before it was started.")
	wrong(p.Progress != nil && (*p.Progress < 0 || *p.Progress > 100), "progress", "Use a whole number from 0 to 100.")
	wrong(p.Score != nil && (*p.Score < 0 || *p.Score > 10000), "score", "Use a number from 0 to 100.")
	wrong(p.Minutes != nil && (*p.Minutes < 0 || *p.Minutes > 10_000_000), "minutes_spent", "Use a whole number of minutes from 0.")
	return out
}

func tooEarly(t time.Time) bool { return !t.IsZero() && t.Year() < 1950 }

// Apply gives the enrollment after an item that is newer than what is known.
// A completion, and a start, once known, are never taken back.
func (p Progress) Apply(e Enrollment) Enrollment {
	if !p.StartedAt.IsZero() {
		e.StartedAt = stored(p.StartedAt)
	}
	if p.Progress != nil {
		e.Progress = *p.Progress
	}
	if p.Score != nil {
		e.Score = *p.Score
	}
	if p.Minutes != nil {
		e.Minutes = *p.Minutes
	}
	if !p.CompletedAt.IsZero() {
		e.CompletedAt = stored(p.CompletedAt)
	}
	if !e.CompletedAt.IsZero() && (p.Progress != nil || !p.CompletedAt.IsZero()) {
		e.Progress = 100 // what is completed is done, whatever a later attempt says
	}
	if stored(p.OccurredAt).After(e.LastActiveAt) {
		e.LastActiveAt = stored(p.OccurredAt)
	}
	return e
}

// stored is an instant as it is kept: whole microseconds.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Record takes progress from elsewhere, up to MaxBatch items, and answers each.
func (s *Service) Record(ctx context.Context, reach access.Reach, items []Progress) ([]Result, error) {
	if err := reach.For(access.EnrollmentEdit); err != nil {
		return nil, err
	}
	if len(items) > MaxBatch {
		return nil, fault.New(fault.TooLarge, fmt.Sprintf("Send at most %d items at once.", MaxBatch))
	}
	results := make([]Result, len(items))
	var good []Progress
	var at []int // where each good item stands
	for i, item := range items {
		if problems := item.Problems(reach.At()); len(problems) > 0 {
			results[i] = Result{Status: Invalid, Problems: problems}
			continue
		}
		good, at = append(good, item), append(at, i)
	}
	if len(good) == 0 {
		return results, nil
	}
	answers, err := s.store.RecordProgress(ctx, reach, good)
	if err != nil {
		return nil, err
	}
	for i, answer := range answers {
		results[at[i]] = Result{Status: answer}
	}
	return results, nil
}
