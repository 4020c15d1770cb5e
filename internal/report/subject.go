package report

import (
	"strings"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// subject is what one row is about; what the row is not about is nil.
type subject struct {
	learner  *Learner
	org      *Organization
	column   *Column
	entry    *transcript.Entry
	state    transcript.State
	work     *work
	learners int
	purchase *Purchase
	group    Value
}

// work is what somebody, or several people, did in several activities.
type work struct {
	sum             transcript.Sum
	begun, finished int // in the period
	active          bool
	last            day.Day
}

func newWork() work { return work{last: day.None} }

// add counts one enrollment; the period decides what is recent.
func (w *work) add(e *transcript.Entry, state transcript.State, from, to day.Day) {
	w.sum.Add(e, state)
	if within(e.Started, e, from, to) {
		w.begun++
	}
	if within(e.Completed, e, from, to) {
		w.finished++
	}
	w.active = w.active || active(e, from, to)
	w.last = max(w.last, e.LastActive)
}

// merge adds what was counted apart.
func (w *work) merge(o *work) {
	w.sum.Merge(&o.sum)
	w.begun += o.begun
	w.finished += o.finished
	w.active = w.active || o.active
	w.last = max(w.last, o.last)
}

// valueOf says what stands in each column, by its key.
var valueOf = map[string]func(*subject) Value{
	"learner":     func(s *subject) Value { return textValue(s.learner.Name) },
	"email":       func(s *subject) Value { return textValue(s.learner.Email) },
	"external_id": func(s *subject) Value { return textValue(s.learner.ExternalID) },
	"learner_id":  func(s *subject) Value { return textValue(string(s.learner.ID)) },
	"organization": func(s *subject) Value {
		if s.learner.Home == "" { // not carried by what shows this learner
			return Value{}
		}
		return textValue(s.org.Name)
	},
	"location":  func(s *subject) Value { return textValue(s.learner.Location) },
	"purchases": func(s *subject) Value { return textValue(purchasesOf(s.learner)) },
	"status": func(s *subject) Value {
		if s.learner.Status == "" {
			return Value{}
		}
		return Value{Kind: StatusKind, Text: s.learner.Status}
	},
	"last_seen": func(s *subject) Value { return instantValue(s.learner.LastSeen) },
	"created":   func(s *subject) Value { return instantValue(s.learner.CreatedAt) },

	"activity":       func(s *subject) Value { return textValue(s.column.Title) },
	"activity_id":    func(s *subject) Value { return textValue(s.column.ID) },
	"program":        func(s *subject) Value { return textValue(s.column.Title) },
	"program_id":     func(s *subject) Value { return textValue(s.column.ID) },
	"activities":     func(s *subject) Value { return countValue(len(s.column.Required)) },
	"kind":           func(s *subject) Value { return Value{Kind: SortKind, Text: s.column.Kind} },
	"state":          func(s *subject) Value { return Value{Kind: StateKind, Number: int64(s.state)} },
	"progress":       func(s *subject) Value { return Value{Kind: PercentKind, Number: int64(s.entry.Progress) * 10} },
	"score":          scoreOf,
	"enrolled_on":    func(s *subject) Value { return dayValue(s.entry.Enrolled) },
	"started_on":     func(s *subject) Value { return dayValue(s.entry.Started) },
	"due_on":         func(s *subject) Value { return dayValue(s.entry.Due) },
	"days_late":      daysLate,
	"completed_on":   func(s *subject) Value { return dayValue(s.entry.Completed) },
	"valid_until":    func(s *subject) Value { return dayValue(s.entry.ValidUntil) },
	"last_active_on": lastActive,
	"minutes_spent":  minutesSpent,

	"learners":            func(s *subject) Value { return countValue(s.learners) },
	"enrolled":            func(s *subject) Value { return countValue(s.work.sum.Enrolled()) },
	"not_started":         inState(transcript.NotStarted),
	"in_progress":         inState(transcript.InProgress),
	"due_soon":            inState(transcript.DueSoon),
	"overdue":             inState(transcript.Overdue),
	"failed":              inState(transcript.Failed),
	"completed":           func(s *subject) Value { return countValue(s.work.sum.Done()) },
	"expires_soon":        inState(transcript.ExpiresSoon),
	"expired":             inState(transcript.Expired),
	"waived":              inState(transcript.Waived),
	"withdrawn":           inState(transcript.Withdrawn),
	"started":             func(s *subject) Value { return countValue(s.work.sum.Started()) },
	"completion_rate":     func(s *subject) Value { return percentValue(s.work.sum.CompletionRate()) },
	"mean_progress":       func(s *subject) Value { mean, ok := s.work.sum.MeanProgress(); return percentValue(mean/100, ok) },
	"mean_score":          func(s *subject) Value { return pointsValue(s.work.sum.MeanScore()) },
	"started_in_period":   func(s *subject) Value { return countValue(s.work.begun) },
	"completed_in_period": func(s *subject) Value { return countValue(s.work.finished) },
	"participated":        func(s *subject) Value { return yesNo(s.work.active) },

	"company":     func(s *subject) Value { return textValue(s.purchase.Company) },
	"product":     func(s *subject) Value { return textValue(s.purchase.Product) },
	"purchase_id": func(s *subject) Value { return textValue(string(s.purchase.ID)) },
	"purchased":   func(s *subject) Value { return instantValue(s.purchase.PurchasedAt) },
	"seats":       func(s *subject) Value { return countValue(s.purchase.Seats) },
	"pending":     func(s *subject) Value { return countValue(s.purchase.Pending) },
	"redeemed":    func(s *subject) Value { return countValue(s.purchase.Redeemed) },
	"free":        func(s *subject) Value { return countValue(s.purchase.Seats - s.purchase.Pending - s.purchase.Redeemed) },
	"ended":       func(s *subject) Value { return countValue(s.purchase.Ended) },
	"redeem_by":   func(s *subject) Value { return dayValue(s.purchase.RedeemBy) },
	"reporter":    func(s *subject) Value { return textValue(s.purchase.Reporter) },
}

func inState(state transcript.State) func(*subject) Value {
	return func(s *subject) Value { return countValue(s.work.sum.Count[state]) }
}

func scoreOf(s *subject) Value {
	if s.entry.Score < 0 {
		return Value{}
	}
	return Value{Kind: PointsKind, Number: int64(s.entry.Score)}
}

// daysLate is how many days have gone by since the due day; below zero there is time left.
func daysLate(s *subject) Value {
	if s.entry.Due == day.None || s.state != transcript.Overdue && s.state != transcript.DueSoon {
		return Value{}
	}
	on := s.org.Today
	if s.entry.Until != day.None {
		on = min(on, s.entry.Until)
	}
	return Value{Kind: DaysKind, Number: int64(on - s.entry.Due)}
}

func lastActive(s *subject) Value {
	if s.entry != nil {
		return dayValue(s.entry.LastActive)
	}
	return dayValue(s.work.last)
}

func minutesSpent(s *subject) Value {
	if s.entry != nil {
		return Value{Kind: MinutesKind, Number: int64(s.entry.Minutes)}
	}
	return Value{Kind: MinutesKind, Number: s.work.sum.Minutes()}
}

// purchasesOf names the purchases of a learner that the asker sees, each once.
func purchasesOf(l *Learner) string {
	names := make([]string, 0, len(l.Purchases))
	for _, h := range l.Purchases {
		name := h.Product
		if h.Company != "" {
			name = h.Company + ": " + h.Product
		}
		names = append(names, name)
	}
	return strings.Join(names, "; ")
}

// values fills in a row.
func (s *subject) values(columns []Field) []Value {
	return s.fill(make([]Value, 0, len(columns)), columns)
}

// fill is values in a place of the caller's.
func (s *subject) fill(out []Value, columns []Field) []Value {
	for i := range columns {
		out = append(out, s.value(&columns[i]))
	}
	return out
}

// value is what stands in one column; the first column of gathered rows is what they are gathered by.
func (s *subject) value(f *Field) Value {
	if f.gathered {
		return s.group
	}
	return f.of(s)
}
