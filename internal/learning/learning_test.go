package learning

import (
	"errors"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func enrolled(change func(e *Enrollment)) Enrollment {
	e := Enrollment{Activity: 1, EnrolledAt: noon.Add(-time.Hour), From: noon.Add(-time.Hour), DueOn: day.None, ValidUntil: day.None, OutcomeOn: day.None, Score: transcript.NoScore}
	change(&e)
	return e
}

func TestWhatOneMayDoOneself(t *testing.T) {
	link := content.Activity{URL: "https://learn.example.org/a"}
	byHand := content.Activity{SelfComplete: true}
	open := enrolled(func(*Enrollment) {})
	ended := enrolled(func(e *Enrollment) { e.Until = noon })
	for _, tt := range []struct {
		name             string
		activity         content.Activity
		enrollment       Enrollment
		launch, complete error
	}{
		{"a link", link, open, nil, ErrNotByOneself},
		{"done by oneself", byHand, open, ErrNothingToRun, nil},
		{"access ends now", link, ended, ErrAccessEnded, ErrAccessEnded},
		{"no source at all", byHand, enrolled(func(e *Enrollment) { e.From = time.Time{} }), ErrAccessEnded, ErrAccessEnded},
		{"not yet", link, enrolled(func(e *Enrollment) { e.From = noon.Add(time.Hour) }), ErrAccessEnded, ErrAccessEnded},
		{"withdrawn", byHand, enrolled(func(e *Enrollment) { e.Outcome, e.OutcomeOn = transcript.OutcomeWithdrawn, 20000 }), ErrWithdrawn, ErrWithdrawn},
		{"a script", content.Activity{URL: "javascript:alert(1)"}, open, ErrNothingToRun, ErrNotByOneself},
		{"a path", content.Activity{URL: "//example.org"}, open, ErrNothingToRun, ErrNotByOneself},
	} {
		s := Standing{Activity: tt.activity, Enrollment: tt.enrollment}
		if _, err := s.Launch(noon); !same(err, tt.launch) {
			t.Errorf("%s: launch %v, want %v", tt.name, err, tt.launch)
		}
		if _, err := s.Complete(noon); !same(err, tt.complete) {
			t.Errorf("%s: complete %v, want %v", tt.name, err, tt.complete)
		}
	}
}

func same(a, b error) bool { return errors.Is(a, b) }

func TestCompletionIsNeverTakenBack(t *testing.T) {
	done := enrolled(func(e *Enrollment) { e.StartedAt, e.CompletedAt, e.Progress = noon, noon, 100 })
	ten := 10
	got := Progress{OccurredAt: noon.Add(time.Hour), Progress: &ten}.Apply(done)
	if got.CompletedAt.IsZero() || got.Progress != 100 || got.StartedAt.IsZero() {
		t.Errorf("after a later attempt: %+v", got)
	}
	again, err := Standing{Activity: content.Activity{SelfComplete: true}, Enrollment: done}.Complete(noon.Add(time.Hour))
	if err != nil || again != done {
		t.Errorf("marking it as done again: %+v, %v", again, err)
	}
}

func TestProgressNamesEachWrongField(t *testing.T) {
	n, score := 101, int32(10001)
	for field, p := range map[string]Progress{
		"learner":       {Activity: "a", OccurredAt: noon},
		"activity":      {Learner: "l", OccurredAt: noon},
		"occurred_at":   {Learner: "l", Activity: "a", OccurredAt: noon.Add(time.Hour)},
		"started_at":    {Learner: "l", Activity: "a", OccurredAt: noon, StartedAt: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)},
		"completed_at":  {Learner: "l", Activity: "a", OccurredAt: noon, StartedAt: noon, CompletedAt: noon.Add(-time.Hour)},
		"progress":      {Learner: "l", Activity: "a", OccurredAt: noon, Progress: &n},
		"score":         {Learner: "l", Activity: "a", OccurredAt: noon, Score: &score},
		"minutes_spent": {Learner: "l", Activity: "a", OccurredAt: noon, Minutes: func() *int { n := -1; return &n }()},
	} {
		problems := p.Problems(noon)
		if len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: %v", field, problems)
		}
	}
	if problems := (Progress{Learner: "l", Activity: "a", OccurredAt: noon}).Problems(noon); len(problems) > 0 {
		t.Errorf("a good one: %v", problems)
	}
}

// The values as of an instant are those before the earliest later change,
// whatever order the changes are given in.
func TestAsOfTakesTheEarliestLaterChange(t *testing.T) {
	at := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	now := enrolled(func(e *Enrollment) { e.Progress, e.CompletedAt, e.StartedAt, e.LastActiveAt = 100, at(9), at(1), at(9) })
	changes := []Change{ // progress was 0 until 2, 30 until 5, 70 until 9
		Before(enrolled(func(e *Enrollment) { e.Progress, e.StartedAt = 70, at(1) }), at(9)),
		Before(enrolled(func(e *Enrollment) {}), at(2)),
		Before(enrolled(func(e *Enrollment) { e.Progress, e.StartedAt = 30, at(1) }), at(5)),
	}
	for _, tt := range []struct {
		hour, progress     int
		started, completed bool
	}{{0, 0, false, false}, {1, 0, false, false}, {2, 30, true, false}, {4, 30, true, false}, {5, 70, true, false}, {9, 100, true, true}, {99, 100, true, true}} {
		got := AsOf(now, changes, at(tt.hour))
		if got.Progress != tt.progress || !got.StartedAt.IsZero() != tt.started || !got.CompletedAt.IsZero() != tt.completed {
			t.Errorf("as of %d h: %+v", tt.hour, got)
		}
	}
	if got := AsOf(now, nil, at(3)); !got.CompletedAt.IsZero() || !got.LastActiveAt.IsZero() || got.StartedAt.IsZero() {
		t.Errorf("without changes, what came later is still told: %+v", got)
	}
}
