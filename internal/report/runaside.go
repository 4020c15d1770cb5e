package report

import (
	"context"
	"runtime"
	"time"
)

// aside lets people go first who wait for an answer, where the owner of a long
// file does not: whoever makes the file asks it every now and then, and it
// comes back when nobody waits any more. The nil one never waits.
type aside struct {
	answering func() int64
	busyUntil time.Time // it waited in vain, and does not wait again before
}

// How long a file steps aside at most, how often it looks whether it may go
// on, and how long it goes on when there is always somebody: it gets on.
const (
	asideFor  = 100 * time.Millisecond
	asideLook = time.Millisecond
	asideRest = 50 * time.Millisecond
)

// aside is one for a goroutine that makes a long file.
func (r *Runs) aside() *aside { return &aside{answering: r.settings.Answering} }

// step waits while requests are being answered, but never for long.
func (a *aside) step(ctx context.Context) {
	if a == nil || a.answering == nil || a.answering() == 0 {
		return
	}
	if time.Now().Before(a.busyUntil) {
		runtime.Gosched() // an answer waits for a core many times over, once for each question to the database
		return
	}
	for range asideFor / asideLook {
		select {
		case <-ctx.Done():
			return
		case <-time.After(asideLook):
		}
		if a.answering() == 0 {
			return
		}
	}
	a.busyUntil = time.Now().Add(asideRest)
}
