package report

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
)

// How many learners a worker is handed at a time, and from how many on a walk
// is worth more than one worker.
const (
	spreadBatch = 250
	spreadFrom  = 1000
)

// errGivenUp ends a walk of which a worker has met an error.
var errGivenUp = errors.New("a worker has given up")

// spread is each with as many workers as there are cores. begin makes one: it
// adds up in something of its own, and the caller adds those together, so what
// comes out must not depend on who saw which learner. begin is called by the
// caller's goroutine, what it makes by the worker's.
func (q *question) spread(ctx context.Context, sel *Selection, begin func() func(*view) error) error {
	workers := runtime.GOMAXPROCS(0)
	if workers == 1 || sel.Len() < spreadFrom {
		return q.each(ctx, sel, begin())
	}
	batches, used := make(chan []view, workers), make(chan []view, 2*workers)
	failures := make([]error, workers)
	var failed atomic.Bool
	var group sync.WaitGroup
	for n := range workers {
		do := begin()
		group.Go(func() {
			for batch := range batches {
				for i := range batch {
					if failed.Load() {
						break
					}
					if failures[n] = do(&batch[i]); failures[n] != nil {
						failed.Store(true)
					}
				}
				select {
				case used <- batch[:0]:
				default:
				}
			}
		})
	}
	batch := make([]view, 0, spreadBatch)
	err := q.each(ctx, sel, func(v *view) error {
		if batch = append(batch, *v); len(batch) < spreadBatch {
			return nil
		}
		batches <- batch
		select {
		case batch = <-used:
		default:
			batch = make([]view, 0, spreadBatch)
		}
		if failed.Load() {
			return errGivenUp
		}
		return nil
	})
	batches <- batch
	close(batches)
	group.Wait()
	for _, failure := range failures {
		if failure != nil {
			return failure
		}
	}
	return err
}
