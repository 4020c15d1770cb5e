package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

// Store keeps jobs. A job that is claimed belongs to the claimer until its lease
// ends; the attempt's number tells whether it still does.
type Store interface {
	// ClaimJob takes the job of these kinds that is due the longest; false where none is.
	ClaimJob(ctx context.Context, kinds []string, lease time.Duration) (Job, bool, error)
	// HoldJob makes the lease of a claimed job begin anew; false where it is somebody else's by now.
	HoldJob(ctx context.Context, j Job, lease time.Duration) (bool, error)
	FinishJob(ctx context.Context, j Job) error
	// RetryJob lets the job wait until an instant; FailJob gives it up.
	RetryJob(ctx context.Context, j Job, runAt time.Time, reason string) error
	FailJob(ctx context.Context, j Job, reason string) error
}

// Handler does one job. It may be called again for a job that it has done: the
// process can end between the work and the note that it was done.
type Handler func(ctx context.Context, j Job) error

// Settings of a runner; zero values mean what the comments say.
type Settings struct {
	Poll     time.Duration // how often it looks for work: 1 second
	Lease    time.Duration // how long one attempt may take: 5 minutes
	Attempts int           // how often a job is tried: 12
	Workers  int           // how many jobs are done at once: 2
}

// Runner does jobs until it is stopped.
type Runner struct {
	store    Store
	settings Settings
	now      func() time.Time
	log      *slog.Logger
	handlers map[string]Handler
	long     map[string]bool
	kinds    []string
	periodic []periodic
	wake     chan struct{}
}

type periodic struct {
	name  string
	every time.Duration
	do    func(ctx context.Context) error
}

// NewRunner makes a runner that knows no job yet.
func NewRunner(store Store, settings Settings, now func() time.Time, log *slog.Logger) *Runner {
	orElse := func(d *time.Duration, other time.Duration) {
		if *d == 0 {
			*d = other
		}
	}
	orElse(&settings.Poll, time.Second)
	orElse(&settings.Lease, 5*time.Minute)
	if settings.Attempts == 0 {
		settings.Attempts = 12
	}
	if settings.Workers == 0 {
		settings.Workers = 2
	}
	return &Runner{store: store, settings: settings, now: now, log: log, handlers: map[string]Handler{}, long: map[string]bool{}, wake: make(chan struct{}, 1)}
}

// Handle says how jobs of a kind are done. Jobs of other kinds are left for
// processes that know them.
func (r *Runner) Handle(kind string, h Handler) {
	if _, known := r.handlers[kind]; known {
		panic("two handlers for jobs of kind " + kind)
	}
	r.handlers[kind] = h
	r.kinds = append(r.kinds, kind)
}

// HandleLong is Handle for jobs that can take longer than a lease: it is held
// for as long as the handler works, so that a process that ends still gives
// the job up soon. Where the lease is lost, the handler's context ends.
func (r *Runner) HandleLong(kind string, h Handler) {
	r.Handle(kind, h)
	r.long[kind] = true
}

// Every does something again and again, the first time at once. Several
// processes may do it side by side.
func (r *Runner) Every(name string, every time.Duration, do func(ctx context.Context) error) {
	r.periodic = append(r.periodic, periodic{name, every, do})
}

// Wake makes the runner look for work now rather than at its next poll.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// Run does jobs until the context ends, and then waits for those that have
// begun: they are given the rest of their lease unless they heed the context.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	for range r.settings.Workers {
		all.Go(func() { r.work(ctx) })
	}
	for _, p := range r.periodic {
		all.Go(func() { r.repeat(ctx, p) })
	}
	all.Wait()
}

func (r *Runner) work(ctx context.Context) {
	for {
		for r.One(ctx) {
			r.Wake() // where there was one there may be more for the others too
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-time.After(r.settings.Poll):
		}
	}
}

// One does the next job that is due and tells whether there was any.
func (r *Runner) One(ctx context.Context) bool {
	if ctx.Err() != nil || len(r.kinds) == 0 {
		return false
	}
	j, found, err := r.store.ClaimJob(ctx, r.kinds, r.settings.Lease)
	if err != nil {
		if ctx.Err() == nil {
			r.log.ErrorContext(ctx, "jobs cannot be read", "cause", err)
		}
		return false
	}
	if !found {
		return false
	}
	if err = errCrashing; j.Attempt <= r.settings.Attempts {
		err = r.do(ctx, j)
	}
	// What happened is written down also when the process is being stopped.
	if err = r.note(context.WithoutCancel(ctx), j, err); err != nil {
		r.log.ErrorContext(ctx, "the end of a job was not noted; it will run again", "job", j.ID, "kind", j.Kind, "cause", err)
	}
	return true
}

// errCrashing tells that the process ended during every attempt.
var errCrashing = errors.New("no attempt has come to an end")

// do runs the handler; a panic is a failed attempt, not the end of the process.
func (r *Runner) do(ctx context.Context, j Job) (err error) {
	ctx, cancel := r.leased(ctx, j)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			r.log.ErrorContext(ctx, "a job panicked", "job", j.ID, "kind", j.Kind, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	return r.handlers[j.Kind](ctx, j)
}

// leased gives an attempt the time of its lease; a long one holds it.
func (r *Runner) leased(ctx context.Context, j Job) (context.Context, context.CancelFunc) {
	if !r.long[j.Kind] {
		return context.WithTimeout(ctx, r.settings.Lease)
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for held := time.Now(); ; {
			select {
			case <-ctx.Done():
				return
			case <-time.After(r.settings.Lease / 4):
			}
			ours, err := r.store.HoldJob(ctx, j, r.settings.Lease)
			switch {
			case err == nil && ours:
				held = time.Now()
			case err == nil, time.Since(held) > r.settings.Lease/2:
				cancel() // it is somebody else's, or soon will be
			}
		}
	}()
	return ctx, cancel
}

func (r *Runner) note(ctx context.Context, j Job, err error) error {
	switch {
	case err == nil:
		return r.store.FinishJob(ctx, j)
	case j.Attempt >= r.settings.Attempts:
		r.log.ErrorContext(ctx, "a job was given up", "job", j.ID, "kind", j.Kind, "attempts", j.Attempt, "cause", err)
		return r.store.FailJob(ctx, j, err.Error())
	}
	wait := Backoff(j.Attempt)
	r.log.WarnContext(ctx, "a job failed and will be tried again", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt, "in", wait, "cause", err)
	return r.store.RetryJob(ctx, j, r.now().Add(wait), err.Error())
}

// Backoff is how long to wait after a failed attempt: 10 seconds, then twice as
// long each time up to 6 hours, and up to a quarter more so that what failed
// together does not come back together.
func Backoff(attempt int) time.Duration {
	const longest = 6 * time.Hour
	wait := longest
	if attempt = max(attempt, 1); attempt < 13 {
		wait = min(longest, 10*time.Second<<(attempt-1))
	}
	return wait + rand.N(wait/4)
}

func (r *Runner) repeat(ctx context.Context, p periodic) {
	for ctx.Err() == nil {
		if err := p.do(ctx); err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "something periodic failed", "what", p.name, "cause", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(p.every):
		}
	}
}
