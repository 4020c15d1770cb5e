package job_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/job"
)

// TestALongJobHoldsItsLease: as long as a long job works, nobody else takes it,
// however much longer than a lease that is; and who has lost it stops.
func TestALongJobHoldsItsLease(t *testing.T) {
	each(t, func(s *shop) {
		settings := job.Settings{Lease: 200 * time.Millisecond}
		r, other := s.runner(settings), s.runner(settings)
		other.HandleLong("export", func(context.Context, job.Job) error { return errors.New("taken away") })
		until := func(what, where string) {
			s.Helper()
			for end := time.Now().Add(time.Minute); s.count(where) == 0; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(end) {
					s.Fatalf("never: %s", what)
				}
			}
		}
		var ended error
		r.HandleLong("export", func(ctx context.Context, j job.Job) error {
			s.pass(150 * time.Millisecond)
			until("held", `locked_until > `+micros(s.now().Add(100*time.Millisecond)))
			if other.One(ctx) {
				s.Error("another took a job that is held")
			}
			// As after a pause of the whole process: the lease is over, and another attempt began.
			if _, err := s.raw.ExecContext(ctx, `update job set attempt = attempt + 1 where job_id = $1`, j.ID); err != nil {
				s.Error(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
				s.Error("an attempt that lost its lease goes on")
			}
			ended = context.Cause(ctx)
			return ended
		})
		s.enqueue("export", `{}`, s.now())
		if !r.One(s.Context()) || !errors.Is(ended, context.Canceled) {
			s.Errorf("the attempt ended with %v", ended)
		}
		if n := s.count(`attempt = 2 and done_at is null and failed_at is null and last_error = ''`); n != 1 {
			s.Error("the attempt that lost its lease wrote down how it ended")
		}
	})
}

func micros(at time.Time) string { return strconv.FormatInt(at.UnixMicro(), 10) }
