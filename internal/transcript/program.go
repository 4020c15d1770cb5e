package transcript

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// Program derives a learner's entry for a program on a day from its required
// activities (all of them where none is required), leaving out what is waived
// or withdrawn on that day. It is never stored (SPEC 4.1). find looks up the
// learner's entry of an activity.
func Program(required []access.ActivityNo, find func(access.ActivityNo) (Entry, bool), d day.Day) Entry {
	out := Empty(0)
	var left, done, progress, scored int
	var score int64
	waived, gone := 0, 0
	goneOn := day.None
	open := false // a source of an activity that is left is open
	for _, activity := range required {
		e, ok := find(activity)
		if !ok {
			left++
			continue
		}
		until := d // an activity whose last source has ended keeps what it was that day
		if e.Until != day.None {
			until = min(until, e.Until)
		}
		if (e.Outcome == OutcomeWaived || e.Outcome == OutcomeWithdrawn) && e.OutcomeOn <= until {
			gone++
			if e.Outcome == OutcomeWaived {
				waived++
			}
			goneOn = max(goneOn, e.OutcomeOn)
			continue
		}
		left++
		if e.Until == day.None {
			open = true
		} else {
			out.Until = max(out.Until, e.Until)
		}
		out.Enrolled = earliest(out.Enrolled, e.Enrolled)
		out.LastActive = max(out.LastActive, e.LastActive)
		out.Minutes += e.Minutes
		progress += int(e.Progress)
		out.Started = earliest(out.Started, e.Started)
		if e.Score >= 0 {
			score += int64(e.Score)
			scored++
		}
		if e.Completed != day.None && e.Completed <= until {
			done++
			out.Completed = max(out.Completed, e.Completed)
			out.ValidUntil = earliest(out.ValidUntil, e.ValidUntil)
			continue
		}
		out.Due = earliest(out.Due, e.Due)
		if e.Outcome == OutcomeFailed && e.OutcomeOn <= until {
			out.Outcome, out.OutcomeOn = OutcomeFailed, max(out.OutcomeOn, e.OutcomeOn)
		}
	}
	if open {
		out.Until = day.None
	}
	if done < left {
		out.Completed, out.ValidUntil = day.None, day.None
	}
	if left > 0 {
		out.Progress = uint8(progress / left)
	}
	if scored > 0 {
		out.Score = int32(score / int64(scored))
	}
	if left == 0 && gone > 0 {
		out.Outcome, out.OutcomeOn = OutcomeWithdrawn, goneOn
		if waived == gone {
			out.Outcome = OutcomeWaived
		}
	}
	return out
}

func earliest(a, b day.Day) day.Day {
	if a == day.None || b != day.None && b < a {
		return b
	}
	return a
}

// Finder makes a lookup for Program over entries sorted by activity.
func Finder(entries []Entry) func(access.ActivityNo) (Entry, bool) {
	return func(a access.ActivityNo) (Entry, bool) {
		i, ok := slices.BinarySearchFunc(entries, a, func(e Entry, a access.ActivityNo) int { return int(int64(e.Activity) - int64(a)) })
		if !ok {
			return Entry{}, false
		}
		return entries[i], true
	}
}
