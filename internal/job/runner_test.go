package job_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/job"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// shop is a database with a queue of jobs, and a clock to turn.
type shop struct {
	*testing.T
	db  *store.DB
	raw *sql.DB
	log bytes.Buffer
	mu  sync.Mutex
	at  time.Time
}

func (s *shop) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *shop) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

func each(t *testing.T, test func(s *shop)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			s := &shop{T: t, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			address, driver := storetest.Address(t, engine), "sqlite"
			s.db = storetest.Open(t, address, s.now)
			if engine == "postgres" {
				driver = "pgx"
			}
			var err error
			if s.raw, err = sql.Open(driver, address); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.raw.Close() })
			test(s)
		})
	}
}

func (s *shop) runner(settings job.Settings) *job.Runner {
	return job.NewRunner(s.db, settings, s.now, slog.New(slog.NewTextHandler(&s.log, nil)))
}

// enqueue puts a job into the queue as the store does in the transaction of its cause.
func (s *shop) enqueue(kind, payload string, runAt time.Time) {
	s.Helper()
	_, err := s.raw.ExecContext(s.Context(), `insert into job (job_id, kind, payload, created_at, run_at, locked_until, attempt, last_error) values ($1, $2, $3, $4, $5, 0, 0, '')`,
		access.NewID(), kind, payload, s.now().UnixMicro(), runAt.UnixMicro())
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) count(where string) int {
	s.Helper()
	var n int
	if err := s.raw.QueryRowContext(s.Context(), `select count(*) from job where `+where).Scan(&n); err != nil {
		s.Fatal(err)
	}
	return n
}

func TestJobsRunWhenDueAndOnce(t *testing.T) {
	each(t, func(s *shop) {
		r := s.runner(job.Settings{})
		var done []string
		r.Handle("greet", func(_ context.Context, j job.Job) error {
			done = append(done, string(j.Payload))
			return nil
		})
		s.enqueue("greet", `"second"`, s.now())
		s.enqueue("greet", `"first"`, s.now().Add(-time.Second))
		s.enqueue("greet", `"later"`, s.now().Add(time.Minute))
		s.enqueue("unknown", `"other"`, s.now())
		for r.One(s.Context()) {
		}
		if got := strings.Join(done, " "); got != `"first" "second"` {
			s.Errorf("done %s", got)
		}
		s.pass(time.Minute)
		for r.One(s.Context()) {
		}
		if got := strings.Join(done, " "); got != `"first" "second" "later"` {
			s.Errorf("done %s", got)
		}
		if n := s.count(`done_at is null and kind = 'unknown' and attempt = 0`); n != 1 {
			s.Error("a job that nobody here knows was touched")
		}
	})
}

func TestFailedJobsAreTriedAgainAndGivenUpLoudly(t *testing.T) {
	each(t, func(s *shop) {
		r := s.runner(job.Settings{Attempts: 3})
		tried := 0
		r.Handle("fail", func(context.Context, job.Job) error {
			if tried++; tried == 2 {
				panic("at the disco")
			}
			return errors.New("no luck")
		})
		s.enqueue("fail", `{}`, s.now())
		for range 3 {
			if !r.One(s.Context()) {
				s.Fatalf("not tried a %dth time", tried+1)
			}
			if r.One(s.Context()) {
				s.Fatal("tried again without a pause")
			}
			s.pass(time.Hour)
		}
		if r.One(s.Context()) || tried != 3 {
			s.Errorf("tried %d times, want 3", tried)
		}
		if n := s.count(`failed_at is not null and last_error = 'no luck'`); n != 1 {
			s.Error("the job was not given up")
		}
		if log := s.log.String(); !strings.Contains(log, "level=ERROR msg=\"a job was given up\"") || !strings.Contains(log, "no luck") || !strings.Contains(log, "at the disco") {
			s.Errorf("log:\n%s", log)
		}
	})
}

func TestOneJobIsNeverDoneByTwo(t *testing.T) {
	each(t, func(s *shop) {
		var done [60]atomic.Int32
		for i := range done {
			s.enqueue("count", string(rune('0'+i)), s.now().Add(-time.Duration(i)*time.Second))
		}
		var all sync.WaitGroup
		for range 6 {
			r := job.NewRunner(s.db, job.Settings{}, s.now, slog.New(slog.DiscardHandler))
			r.Handle("count", func(_ context.Context, j job.Job) error {
				done[j.Payload[0]-'0'].Add(1)
				return nil
			})
			all.Go(func() {
				for r.One(s.Context()) {
				}
			})
		}
		all.Wait()
		// A claimer that lost its race stops early, so a last one takes what is left.
		r := s.runner(job.Settings{})
		r.Handle("count", func(_ context.Context, j job.Job) error {
			done[j.Payload[0]-'0'].Add(1)
			return nil
		})
		for r.One(s.Context()) {
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				s.Errorf("job %d was done %d times", i, n)
			}
		}
	})
}

func TestLeaseThatRanOutIsTakenOver(t *testing.T) {
	each(t, func(s *shop) {
		s.enqueue("slow", `{}`, s.now())
		first, found, err := s.db.ClaimJob(s.Context(), []string{"slow"}, time.Minute)
		if err != nil || !found {
			s.Fatal(found, err)
		}
		if _, found, _ = s.db.ClaimJob(s.Context(), []string{"slow"}, time.Minute); found {
			s.Fatal("claimed twice within its lease")
		}
		s.pass(time.Minute)
		second, found, err := s.db.ClaimJob(s.Context(), []string{"slow"}, time.Minute)
		if err != nil || !found || second.Attempt != 2 {
			s.Fatal(second, found, err)
		}
		// The first comes back late: what it says no longer counts.
		if err := s.db.FinishJob(s.Context(), first); err != nil || s.count(`done_at is not null`) != 0 {
			s.Errorf("a lease that ran out finished the job: %v", err)
		}
		if err := s.db.FinishJob(s.Context(), second); err != nil || s.count(`done_at is not null`) != 1 {
			s.Errorf("the lease at hand did not finish the job: %v", err)
		}
	})
}

func TestRunStopsAfterWhatItHasBegun(t *testing.T) {
	each(t, func(s *shop) {
		defer goleak.VerifyNone(s.T, goleak.IgnoreCurrent())
		r := s.runner(job.Settings{Poll: time.Hour})
		began, finish := make(chan struct{}), make(chan struct{})
		r.Handle("slow", func(context.Context, job.Job) error {
			close(began)
			<-finish
			return nil
		})
		swept := make(chan struct{}, 100)
		r.Every("sweep", time.Millisecond, func(context.Context) error {
			select {
			case swept <- struct{}{}:
			default:
			}
			return nil
		})
		ctx, stop := context.WithCancel(s.Context())
		ended := make(chan struct{})
		go func() {
			r.Run(ctx)
			close(ended)
		}()
		<-swept
		<-swept
		s.enqueue("slow", `{}`, s.now())
		r.Wake()
		<-began
		stop()
		select {
		case <-ended:
			s.Fatal("stopped in the middle of a job")
		case <-time.After(20 * time.Millisecond):
		}
		close(finish)
		<-ended
		if n := s.count(`done_at is not null`); n != 1 {
			s.Error("the job that had begun was not noted as done")
		}
	})
}

func TestBackoffGrowsToSixHours(t *testing.T) {
	for _, tt := range []struct {
		attempt int
		from    time.Duration
	}{{0, 10 * time.Second}, {1, 10 * time.Second}, {2, 20 * time.Second}, {5, 160 * time.Second}, {12, 20480 * time.Second}, {13, 6 * time.Hour}, {1000, 6 * time.Hour}} {
		if got := job.Backoff(tt.attempt); got < tt.from || got > tt.from*5/4 {
			t.Errorf("Backoff(%d) = %v, want %v and at most a quarter more", tt.attempt, got, tt.from)
		}
	}
}
