package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/job"
	"github.com/ambit-lms/ambit/internal/report"
)

// How often things are done that nobody waits for.
const (
	sweepEvery = time.Hour       // sessions, links and counted tries that have run out
	mailEvery  = 5 * time.Second // the outbox
)

// runner knows every kind of job, and what is done again and again.
func (a *App) runner() (*job.Runner, error) {
	r := job.NewRunner(a.Store, job.Settings{}, a.now, a.log)
	r.Handle(account.InvitationJob, func(ctx context.Context, j job.Job) error {
		var to account.Invitation
		if err := json.Unmarshal(j.Payload, &to); err != nil {
			return fmt.Errorf("payload: %w", err)
		}
		return a.Accounts.Invite(ctx, j.ID, to)
	})
	r.HandleLong(report.RunJob, a.Runs.Do)
	r.Every("sweep", sweepEvery, a.Accounts.Sweep)
	r.Every("report files", sweepEvery, a.Runs.Sweep)
	r.Every("reminders", sweepEvery, a.Redemptions.Remind)
	r.Every("ending access", sweepEvery, func(ctx context.Context) error { return a.Management.Warn(ctx, a.roleName) })
	r.Every("acts", sweepEvery, a.Acts.Sweep)
	r.Every("requests", sweepEvery, a.Requests.Sweep)
	sender, err := a.sender()
	if errors.Is(err, ErrNoMailServer) {
		return r, nil // letters wait in the outbox
	}
	if err != nil {
		return nil, err
	}
	r.Every("mail", mailEvery, sender.Deliver)
	return r, nil
}

// work does jobs until ctx ends; what has begun then has as long to end as requests have.
func (a *App) work(ctx context.Context, r *job.Runner) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx)
	}()
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	select {
	case <-ended:
	case <-time.After(stopTime):
		a.log.Warn("jobs under way were cut off; they will run again", "after", stopTime)
	}
}

// stopTime is how long a stop may take.
const stopTime = 10 * time.Second
