package transcript

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
)

// today is an arbitrary day of these tests.
const today = day.Day(20000)

func entry(change func(*Entry)) Entry {
	e := Empty(1)
	e.Enrolled = today - 100
	change(&e)
	return e
}

func TestStateIsTheFirstLineThatHolds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Entry)
		want   State
	}{
		{"nothing happened", func(e *Entry) {}, NotStarted},
		{"withdrawn today beats completed", func(e *Entry) { e.Outcome, e.OutcomeOn, e.Completed = OutcomeWithdrawn, today, today-5 }, Withdrawn},
		{"withdrawn tomorrow is not yet", func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWithdrawn, today+1 }, NotStarted},
		{"waived", func(e *Entry) { e.Outcome, e.OutcomeOn, e.Due = OutcomeWaived, today-1, today-9 }, Waived},
		{"valid until yesterday", func(e *Entry) { e.Completed, e.ValidUntil = today-50, today-1 }, Expired},
		{"valid until today", func(e *Entry) { e.Completed, e.ValidUntil = today-50, today }, ExpiresSoon},
		{"valid for 30 days", func(e *Entry) { e.Completed, e.ValidUntil = today-50, today+30 }, ExpiresSoon},
		{"valid for 31 days", func(e *Entry) { e.Completed, e.ValidUntil = today-50, today+31 }, Completed},
		{"completed today beats failed", func(e *Entry) { e.Completed, e.Outcome, e.OutcomeOn = today, OutcomeFailed, today-9 }, Completed},
		{"completed tomorrow is not yet", func(e *Entry) { e.Completed, e.Started = today+1, today-3 }, InProgress},
		{"failed beats overdue", func(e *Entry) { e.Due, e.Outcome, e.OutcomeOn = today-9, OutcomeFailed, today-1 }, Failed},
		{"due yesterday", func(e *Entry) { e.Due = today - 1 }, Overdue},
		{"due today", func(e *Entry) { e.Due = today }, DueSoon},
		{"due in 7 days", func(e *Entry) { e.Due, e.Progress = today+7, 50 }, DueSoon},
		{"due in 8 days", func(e *Entry) { e.Due, e.Progress = today+8, 50 }, InProgress},
		{"started", func(e *Entry) { e.Started = today }, InProgress},
		{"enrolled tomorrow", func(e *Entry) { e.Enrolled, e.Progress = today+1, 10 }, NotEnrolled},
		{"enrolled tomorrow, failed today", func(e *Entry) { e.Enrolled, e.Outcome, e.OutcomeOn = today+1, OutcomeFailed, today }, NotEnrolled},
		{"completed before the enrollment", func(e *Entry) { e.Enrolled, e.Completed = today+1, today-1 }, Completed},
		{"withdrawn before the enrollment", func(e *Entry) { e.Enrolled, e.Outcome, e.OutcomeOn = today+1, OutcomeWithdrawn, today }, Withdrawn},
		{"last source ended before it was late", func(e *Entry) { e.Due, e.Until, e.Progress = today-3, today-20, 30 }, InProgress},
	} {
		e := entry(tt.change)
		if got := e.On(today, DefaultWindows); got != tt.want {
			t.Errorf("%s: On() = %s, want %s", tt.name, got, tt.want)
		}
	}
}

// someEntries draws entries with any combination of fields.
func someEntries(t *rapid.T) []Entry {
	optional := rapid.Custom(func(t *rapid.T) day.Day {
		if rapid.Bool().Draw(t, "none") {
			return day.None
		}
		return day.Day(rapid.IntRange(-7000, 55000).Draw(t, "day"))
	})
	// As they nearly always are, and whatever they may be.
	gap := rapid.OneOf(rapid.IntRange(1, 200), rapid.IntRange(1, 100000))
	minutes := rapid.OneOf(rapid.Uint32Range(0, 300), rapid.Uint32Range(16000, 17000), rapid.Uint32())
	n := rapid.IntRange(0, 40).Draw(t, "n")
	var out []Entry
	activity := access.ActivityNo(0)
	for range n {
		activity += access.ActivityNo(gap.Draw(t, "gap"))
		e := Entry{
			Activity: activity, Enrolled: optional.Draw(t, "e"), Started: optional.Draw(t, "s"), Completed: optional.Draw(t, "c"),
			Due: optional.Draw(t, "d"), ValidUntil: optional.Draw(t, "v"), Until: optional.Draw(t, "u"), LastActive: optional.Draw(t, "l"),
			OutcomeOn: optional.Draw(t, "oo"), Outcome: Outcome(rapid.IntRange(0, 3).Draw(t, "o")),
			Progress: uint8(rapid.IntRange(0, 100).Draw(t, "p")), Score: int32(rapid.IntRange(-1, 10000).Draw(t, "sc")),
			Minutes: minutes.Draw(t, "m"),
		}
		out = append(out, e)
	}
	return out
}

func TestDecodeGivesWhatWasEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := someEntries(t)
		got, err := Decode(Encode(want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzDecodeNeverPanics(f *testing.F) {
	f.Add(Encode([]Entry{entry(func(e *Entry) { e.Score = 100 })}))
	f.Add([]byte{1, 5, 255, 255})
	f.Fuzz(func(t *testing.T, record []byte) {
		entries, err := Decode(record)
		if err == nil && len(record) > 0 && len(entries) > len(record) {
			t.Errorf("%d entries out of %d bytes", len(entries), len(record))
		}
	})
}

func TestProgramDerivesFromItsRequiredActivities(t *testing.T) {
	done := func(on, valid day.Day) Entry {
		return entry(func(e *Entry) { e.Started, e.Completed, e.ValidUntil, e.Progress = on-5, on, valid, 100 })
	}
	for _, tt := range []struct {
		name     string
		entries  []Entry
		want     State
		progress uint8
	}{
		{"none enrolled", nil, NotEnrolled, 0},
		{"one of two done", []Entry{done(today-10, day.None), entry(func(e *Entry) {})}, InProgress, 50},
		{"one done, one not enrolled", []Entry{done(today-10, day.None)}, InProgress, 50},
		{"both done", []Entry{done(today-10, day.None), done(today-1, day.None)}, Completed, 100},
		{"one expires", []Entry{done(today-10, today+3), done(today-1, day.None)}, ExpiresSoon, 100},
		{"an open one is late, a done one's due day does not matter", []Entry{
			entry(func(e *Entry) { e.Completed, e.Due, e.Progress = today-1, today-20, 100 }),
			entry(func(e *Entry) { e.Due = today - 2 }),
		}, Overdue, 50},
		{"one failed", []Entry{done(today-10, day.None), entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeFailed, today })}, Failed, 50},
		{"one waived, the other done", []Entry{entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWaived, today }), done(today-1, day.None)}, Completed, 100},
		{"all waived", []Entry{
			entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWaived, today-1 }),
			entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWaived, today }),
		}, Waived, 0},
		{"one waived, one withdrawn", []Entry{
			entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWaived, today-1 }),
			entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWithdrawn, today }),
		}, Withdrawn, 0},
		{"one withdrawn, the other not enrolled", []Entry{entry(func(e *Entry) { e.Outcome, e.OutcomeOn = OutcomeWithdrawn, today })}, NotEnrolled, 0},
	} {
		for i := range tt.entries {
			tt.entries[i].Activity = access.ActivityNo(i + 1)
		}
		got := Program([]access.ActivityNo{1, 2}, Finder(tt.entries), today)
		if state := got.On(today, DefaultWindows); state != tt.want || got.Progress != tt.progress {
			t.Errorf("%s: %s at %d %%, want %s at %d %%", tt.name, state, got.Progress, tt.want, tt.progress)
		}
	}
}

// BenchmarkSumOfTranscripts adds up a thousand learners of whom no two did the
// same: what cannot be foreseen is what costs.
func BenchmarkSumOfTranscripts(b *testing.B) {
	draw := rand.New(rand.NewPCG(1, 2))
	var records [][]byte
	total := 0
	for range 1000 {
		var entries []Entry
		for no := access.ActivityNo(1); no <= 200; no++ {
			if draw.IntN(4) > 0 {
				continue
			}
			e := Empty(no)
			e.Enrolled = today - day.Day(draw.IntN(400))
			if draw.IntN(3) > 0 {
				e.Started = e.Enrolled + day.Day(draw.IntN(20))
				e.LastActive = e.Started + day.Day(draw.IntN(20))
				e.Progress, e.Minutes = uint8(draw.IntN(100)), uint32(draw.IntN(300))
				if draw.IntN(2) > 0 {
					e.Completed, e.Progress, e.Score = e.LastActive, 100, int32(draw.IntN(10000))
				}
			}
			if draw.IntN(3) == 0 {
				e.Due = e.Enrolled + day.Day(draw.IntN(90))
			}
			entries = append(entries, e)
			total++
		}
		records = append(records, Encode(entries))
	}
	sums := make([]Sum, 201)
	for b.Loop() {
		for _, record := range records {
			r := Read(record)
			for e := (Entry{}); r.Next(&e); {
				sums[e.Activity].Add(&e, e.On(today, DefaultWindows))
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(total), "ns/enrollment")
}
