package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ambit-lms/ambit/internal/demo/crowd"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
)

// Page loads come at a fixed pace, whether or not those before are answered:
// people do not slow down because a file is being written. They are those of
// the two reporters, and leave most of two cores idle.
const (
	besidePerSecond = 20
	besideCells     = 5 // how many times a cell's time is measured without a file, and at least with one
)

// beside measures what a file of a fifth of all enrollments does to page loads.
func (b *bench) beside(ctx context.Context) error {
	loads, err := b.loads(ctx)
	if err != nil {
		return err
	}
	for _, format := range []table.Format{table.CSV, table.XLSX} {
		b.say("page loads beside enrollments as %s", format)
		alone, err := b.paced(ctx, loads, after(besideCells*b.Cell))
		if err != nil {
			return err
		}
		made, with, err := b.during(ctx, loads, format)
		if err != nil {
			return err
		}
		side := Side{File: made, PagesPerSecond: besidePerSecond, AloneP95: quantile(alone, .95), BesideP95: quantile(with, .95)}
		if side.AloneP95 > 0 {
			side.MovedPercent = round(100 * (side.BesideP95/side.AloneP95 - 1))
		}
		b.result.Beside = append(b.result.Beside, side)
	}
	return nil
}

// during loads pages while a file is made, again and again until it was
// measured for long enough; the figures of the file are those of the last one.
func (b *bench) during(ctx context.Context, loads []func(context.Context) error, format table.Format) (made File, took []time.Duration, err error) {
	done := make(chan struct{})
	var failed error
	go func() {
		defer close(done)
		for begun := time.Now(); failed == nil && time.Since(begun) < besideCells*b.Cell; {
			made, failed = b.file(ctx, b.person(crowd.SeesFifth), report.EnrollmentsReport, format)
		}
	}()
	took, err = b.paced(ctx, loads, done)
	<-done
	if failed != nil {
		err = failed
	}
	return made, took, err
}

// loads are the pages of the two reporters, in turn.
func (b *bench) loads(ctx context.Context) (out []func(context.Context) error, err error) {
	for _, name := range []string{crowd.SeesFifty, crowd.SeesMany} {
		p := b.person(name)
		targets, _ := b.targets(ctx, p)
		for _, t := range targets {
			if t.kind == server.Page {
				out = append(out, func(ctx context.Context) error { return b.get(ctx, p, 0, t) })
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s and %s can open no page", crowd.SeesFifty, crowd.SeesMany)
	}
	return out, nil
}

// paced loads pages at the fixed pace until it is over, and tells how long
// each took from when it was due.
func (b *bench) paced(ctx context.Context, loads []func(context.Context) error, over <-chan struct{}) (took []time.Duration, err error) {
	var mu sync.Mutex
	var loading sync.WaitGroup
	tick := time.NewTicker(time.Second / besidePerSecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			loading.Wait()
			return took, ctx.Err()
		case <-over:
			loading.Wait()
			return took, err
		case due := <-tick.C:
			loading.Go(func() {
				failed := loads[n%len(loads)](ctx)
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(due))
				if failed != nil && !errors.Is(failed, errBusy) { // an answer too, if a slow one
					err = failed
				}
			})
		}
	}
}

// after is closed when a time is over.
func after(length time.Duration) <-chan struct{} {
	over := make(chan struct{})
	time.AfterFunc(length, func() { close(over) })
	return over
}
