package report

import (
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Kind says what the values of a column are and how they are to be shown.
type Kind uint8

// The kinds. The comment names the unit of Value.Number.
const (
	NoValue     Kind = iota // nothing to show
	TextKind                // Value.Text
	CountKind               // whole things
	PercentKind             // tenths of a percent, 0…1000
	PointsKind              // hundredths of a point, 0…10000
	MinutesKind             // minutes
	DaysKind                // days; late ones are above zero
	DayKind                 // day.Day
	InstantKind             // UTC microseconds
	StateKind               // transcript.State
	StatusKind              // Value.Text is an account's status
	SortKind                // Value.Text is an activity's kind, as in "course"
	YesNoKind               // 1 for yes
)

// Value is one typed value of a report; the zero value is an empty one.
type Value struct {
	Kind   Kind
	Number int64
	Text   string
}

// IsEmpty tells whether there is nothing to show.
func (v Value) IsEmpty() bool { return v.Kind == NoValue }

// Day is the value of a DayKind.
func (v Value) Day() day.Day { return day.Day(v.Number) }

// Instant is the value of an InstantKind.
func (v Value) Instant() time.Time { return time.UnixMicro(v.Number).UTC() }

// State is the value of a StateKind.
func (v Value) State() transcript.State { return transcript.State(v.Number) }

func textValue(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: TextKind, Text: s}
}

func countValue(n int) Value { return Value{Kind: CountKind, Number: int64(n)} }

func dayValue(d day.Day) Value {
	if d == day.None {
		return Value{}
	}
	return Value{Kind: DayKind, Number: int64(d)}
}

func instantValue(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{Kind: InstantKind, Number: t.UnixMicro()}
}

func yesNo(b bool) Value {
	if b {
		return Value{Kind: YesNoKind, Number: 1}
	}
	return Value{Kind: YesNoKind}
}

// half rounds half up. What is added to it is more than a quotient of counts
// can be off as a floating-point number, and less than it can be from a half.
const half = 0.5 + 1e-9

// percentValue rounds a share of 0…1 to tenths of a percent, half up. It never
// rounds up to all or down to nothing: 99.96% of a thousand is not everybody.
func percentValue(share float64, ok bool) Value {
	if !ok {
		return Value{}
	}
	tenths := int64(share*1000 + half)
	if share < 1 {
		tenths = min(tenths, 999)
	}
	if share > 0 {
		tenths = max(tenths, 1)
	}
	return Value{Kind: PercentKind, Number: tenths}
}

// pointsValue rounds a mean of 0…100 points to tenths of a point, half up.
func pointsValue(points float64, ok bool) Value {
	if !ok {
		return Value{}
	}
	return Value{Kind: PointsKind, Number: int64(points*10+half) * 10}
}
