package transcript

import "github.com/ambit-lms/ambit/internal/day"

// State is what an enrollment is on a day (SPEC 4.1). It is computed from
// dates, never stored.
type State uint8

// The states, from nothing to done; the zero value is not_enrolled.
const (
	NotEnrolled State = iota
	NotStarted
	InProgress
	DueSoon
	Overdue
	Failed
	Completed
	ExpiresSoon
	Expired
	Waived
	Withdrawn
	States // how many there are
)

var stateNames = [States]string{
	"not_enrolled", "not_started", "in_progress", "due_soon", "overdue", "failed",
	"completed", "expires_soon", "expired", "waived", "withdrawn",
}

// String gives the state as the API writes it.
func (s State) String() string { return stateNames[s] }

// ParseState reads what String wrote.
func ParseState(text string) (State, bool) {
	for s, name := range stateNames {
		if name == text {
			return State(s), true
		}
	}
	return NotEnrolled, false
}

// Done tells whether the state counts as completed in a completion rate.
func (s State) Done() bool { return s == Completed || s == ExpiresSoon }

// Windows are an organization's settings of the two windows, in days.
type Windows struct{ DueSoon, ExpiresSoon int }

// DefaultWindows are those of SPEC 4.1.
var DefaultWindows = Windows{DueSoon: 7, ExpiresSoon: 30}

// On tells the state on a day: the first line of the table that holds. An
// enrollment whose last source has ended keeps the state of that day.
func (e *Entry) On(d day.Day, w Windows) State {
	if e.Until != day.None && e.Until < d {
		d = e.Until
	}
	completed := e.Completed != day.None && e.Completed <= d
	switch {
	case e.Outcome == OutcomeWithdrawn && e.OutcomeOn <= d:
		return Withdrawn
	case e.Outcome == OutcomeWaived && e.OutcomeOn <= d:
		return Waived
	case completed && e.ValidUntil != day.None && e.ValidUntil < d:
		return Expired
	case completed && e.ValidUntil != day.None && e.ValidUntil <= d.Add(w.ExpiresSoon):
		return ExpiresSoon
	case completed:
		return Completed
	case e.Enrolled == day.None || e.Enrolled > d:
		return NotEnrolled
	case e.Outcome == OutcomeFailed && e.OutcomeOn <= d:
		return Failed
	case e.Due != day.None && e.Due < d:
		return Overdue
	case e.Due != day.None && e.Due <= d.Add(w.DueSoon):
		return DueSoon
	case e.Started != day.None && e.Started <= d, e.Progress > 0:
		return InProgress
	}
	return NotStarted
}

// Sum adds up states over learners or activities.
type Sum struct {
	Count    [States]int
	progress int
	score    int64
	scored   int
	minutes  int64
	started  int
}

// Add counts one enrollment's state.
func (s *Sum) Add(e *Entry, state State) {
	s.Count[state]++
	if state == NotEnrolled || state == Withdrawn || state == Waived {
		return
	}
	s.progress += int(e.Progress)
	s.minutes += int64(e.Minutes)
	if e.Started != day.None || e.Progress > 0 {
		s.started++
	}
	if e.Score >= 0 {
		s.score += int64(e.Score)
		s.scored++
	}
}

// AddNone counts learners that have no enrollment.
func (s *Sum) AddNone(n int) { s.Count[NotEnrolled] += n }

// Merge adds another sum.
func (s *Sum) Merge(o *Sum) {
	for i := range s.Count {
		s.Count[i] += o.Count[i]
	}
	s.progress += o.progress
	s.score += o.score
	s.scored += o.scored
	s.minutes += o.minutes
	s.started += o.started
}

// Enrolled is all but not_enrolled.
func (s *Sum) Enrolled() int {
	n := 0
	for st := NotStarted; st < States; st++ {
		n += s.Count[st]
	}
	return n
}

// Counted is who is left for rates and means: enrolled − withdrawn − waived.
func (s *Sum) Counted() int { return s.Enrolled() - s.Count[Withdrawn] - s.Count[Waived] }

// Done is how many count as completed.
func (s *Sum) Done() int { return s.Count[Completed] + s.Count[ExpiresSoon] }

// CompletionRate is Done/Counted in 0…1; ok is false where nobody counts.
func (s *Sum) CompletionRate() (rate float64, ok bool) {
	if s.Counted() == 0 {
		return 0, false
	}
	return float64(s.Done()) / float64(s.Counted()), true
}

// MeanProgress is in percent, 0…100; ok is false where nobody counts.
func (s *Sum) MeanProgress() (mean float64, ok bool) {
	if s.Counted() == 0 {
		return 0, false
	}
	return float64(s.progress) / float64(s.Counted()), true
}

// MeanScore is in points, 0…100, over those with a score; ok is false where there is none.
func (s *Sum) MeanScore() (mean float64, ok bool) {
	if s.scored == 0 {
		return 0, false
	}
	return float64(s.score) / 100 / float64(s.scored), true
}

// Started is how many have begun, whatever became of it since.
func (s *Sum) Started() int { return s.started }

// Minutes is the time spent by those who count.
func (s *Sum) Minutes() int64 { return s.minutes }
