package transcript

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/day"
)

// TestOverdueDaysAreThoseOnWhichItWas: the days that are told at once are the
// days on which the state is overdue.
func TestOverdueDaysAreThoseOnWhichItWas(t *testing.T) {
	near := rapid.Custom(func(t *rapid.T) day.Day {
		if rapid.IntRange(0, 2).Draw(t, "none") == 0 {
			return day.None
		}
		return today + day.Day(rapid.IntRange(-6, 6).Draw(t, "days"))
	})
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			Activity: 1, Enrolled: near.Draw(t, "e"), Started: near.Draw(t, "s"), Completed: near.Draw(t, "c"), Due: near.Draw(t, "d"),
			ValidUntil: near.Draw(t, "v"), Until: near.Draw(t, "u"), OutcomeOn: near.Draw(t, "oo"), Outcome: Outcome(rapid.IntRange(0, 3).Draw(t, "o")),
		}
		from, until := e.OverdueDays()
		for d := today - 9; d < today+9; d++ {
			was := e.On(d, DefaultWindows) == Overdue
			if was != (from <= d && d < until) {
				t.Fatalf("on %s it is %s, and overdue from %s until %s", d, e.On(d, DefaultWindows), from, until)
			}
			if was {
				found++
			}
		}
	})
	if found == 0 {
		t.Error("nothing was ever overdue")
	}
}
