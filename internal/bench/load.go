package bench

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// mostUsers is how many may ask at once.
const mostUsers = 1024

// patience is how long after its time a measurement waits for the last answer.
const patience = 10 * time.Second

// A slow call is measured for longer, so that its percentiles are of more than
// a handful: until there are so many calls, or so many times the length is over.
const (
	fewCalls  = 20
	longerFor = 5
)

// errBusy says that a call was refused because its account has several running.
var errBusy = errors.New("refused: busy")

// busyPause is how long a refused user waits before asking again.
const busyPause = 20 * time.Millisecond

// tally is what one user saw.
type tally struct {
	took                    []time.Duration
	refused, failed, cutOff int
	wrong                   error
}

// load lets users call until the time is over, each the next as soon as the
// one before is answered, and each at least once. The error is that of one
// failed call; the timing counts all of them.
func load(ctx context.Context, users int, length time.Duration, call func(ctx context.Context, user int) error) (Timing, error) {
	ctx, cancel := context.WithTimeout(ctx, longerFor*length+patience)
	defer cancel()
	tallies := make([]tally, users)
	var calls atomic.Int64
	var asking sync.WaitGroup
	begun := time.Now()
	goOn := func() bool {
		passed := time.Since(begun)
		return passed < length || calls.Load() < fewCalls && passed < longerFor*length
	}
	for user := range users {
		asking.Go(func() {
			tallies[user].ask(ctx, goOn, func() error {
				calls.Add(1)
				return call(ctx, user)
			})
		})
	}
	asking.Wait()
	return gather(tallies, time.Since(begun))
}

func (t *tally) ask(ctx context.Context, goOn func() bool, call func() error) {
	for first := true; first || goOn(); first = false {
		begun := time.Now()
		err := call()
		took := time.Since(begun)
		switch {
		case ctx.Err() != nil:
			t.cutOff++
			t.took = append(t.took, took)
			return
		case errors.Is(err, errBusy):
			t.refused++
			time.Sleep(busyPause)
		case err != nil:
			t.failed++
			t.wrong = err
		default:
			t.took = append(t.took, took)
		}
	}
}

func gather(tallies []tally, took time.Duration) (Timing, error) {
	out := Timing{Users: len(tallies), Seconds: round(took.Seconds())}
	var all []time.Duration
	var wrong error
	for _, t := range tallies {
		all = append(all, t.took...)
		out.Refused += t.refused
		out.Failed += t.failed
		out.CutOff += t.cutOff
		if t.wrong != nil {
			wrong = t.wrong
		}
	}
	out.Calls = len(all)
	out.PerSecond = round(float64(out.Calls-out.CutOff) / took.Seconds())
	out.P50, out.P95, out.P99, out.Max = quantile(all, .5), quantile(all, .95), quantile(all, .99), quantile(all, 1)
	return out, wrong
}

// quantile is in milliseconds; it sorts what it is given.
func quantile(took []time.Duration, share float64) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	at := int(math.Ceil(share*float64(len(took)))) - 1
	return round(float64(took[max(at, 0)].Microseconds()) / 1000)
}

// round keeps three digits, and all of those before the point.
func round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	places := math.Pow(10, max(0, 2-math.Floor(math.Log10(math.Abs(v)))))
	return math.Round(v*places) / places
}
