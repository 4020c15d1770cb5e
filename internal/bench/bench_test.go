package bench

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

func options(t *testing.T, engine string) Options {
	return Options{
		Settings: config.Settings{DB: storetest.Address(t, engine), Listen: "127.0.0.1:8080", SessionIdle: time.Hour, SessionLimit: time.Hour},
		Learners: 200, Enrollments: 2000, Keep: t.TempDir(), Match: "learner", Users: []int{2}, Cell: time.Millisecond, Progress: io.Discard, Now: time.Now,
	}
}

// TestEverythingIsMeasured runs every part on both engines, and once more over
// the school that was kept. All pages are in the script of package cli.
func TestEverythingIsMeasured(t *testing.T) {
	if underRace {
		t.Skip("skipped: every part takes too long under the race detector; make proofs runs them")
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			first, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if first.Engine.Name != engine || first.Engine.Version == "" || first.Failed() != 0 {
				t.Errorf("engine %v, %d calls failed", first.Engine, first.Failed())
			}
			if seen := first.People; len(seen) != 4 || seen[0].Learners != 50 || seen[1].Learners != 100 || seen[3].Learners < 200 {
				t.Errorf("people see %v", seen)
			}
			for _, who := range []string{"sees-50", "sees-5000", "sees-fifth", "sees-all"} {
				for _, name := range []string{"/o/{organization}/users/{learner}", "/api/v1/learners", "/api/v1/learners/{id}"} {
					for _, users := range o.Users {
						if c, ok := find(first.Pages, name, who, users); !ok || c.Calls < users || c.Bytes == 0 || c.P50 > c.P95 || c.P95 > c.P99 || c.P99 > c.Max || c.Max == 0 {
							t.Errorf("%s as %s with %d users: %+v", name, who, users, c)
						}
					}
				}
			}
			if len(first.Writes) != 3*len(o.Users) || len(first.Decisions) != 4 || len(first.Sums) != 4*len(o.Users) {
				t.Errorf("%d writes, %d decisions, %d sums", len(first.Writes), len(first.Decisions), len(first.Sums))
			}
			for _, f := range first.Files {
				if f.Rows == 0 || f.Bytes == 0 || f.RowsPerSecond == 0 {
					t.Errorf("file %+v", f)
				}
			}
			if len(first.Files) != len(wanted) || len(first.Beside) != 2 {
				t.Errorf("%d files, %d beside page loads", len(first.Files), len(first.Beside))
			}
			o.Only = []Part{Imports}
			again, err := Run(t.Context(), o)
			if err != nil || again.Import != first.Import {
				t.Errorf("over the kept school: %v, import %v, want %v", err, again.Import, first.Import)
			}
		})
	}
}

// TestADatabaseInUseIsLeftAlone covers one with an organization, whatever a
// folder remembers, and one that was never kept.
func TestADatabaseInUseIsLeftAlone(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			o.Only = []Part{Imports}
			a, err := app.Open(t.Context(), o.Settings, time.Now, quiet())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if _, _, err := a.Accounts.Found(t.Context(), org.New{Slug: slug, Name: "Not a crowd"}, "ada@example.org"); err != nil {
				t.Fatal(err)
			}
			refused := func(what string) {
				t.Helper()
				if _, err := Run(t.Context(), o); !errors.Is(err, ErrInUse) {
					t.Errorf("%s: %v, want %v", what, err, ErrInUse)
				}
				held, err := a.Organizations.List(t.Context())
				if err != nil || len(held) != 1 || held[0].Name != "Not a crowd" {
					t.Errorf("%s: the database holds %v, %v", what, held, err)
				}
			}
			refused("never kept")
			other := options(t, engine)
			other.Only, other.Keep = o.Only, o.Keep
			if _, err := Run(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			refused("with the note of another database")
			o.Keep = ""
			refused("without a folder")
		})
	}
}

func TestLoad(t *testing.T) {
	calls := make([]int, 3)
	timing, err := load(t.Context(), 3, 20*time.Millisecond, func(_ context.Context, user int) error {
		calls[user]++
		switch {
		case user == 1:
			return errBusy
		case user == 2 && calls[2] == 1:
			return errors.New("a page is broken")
		}
		return nil
	})
	if err == nil || timing.Failed != 1 || timing.Refused != calls[1] || timing.Calls != calls[0]+calls[2]-1 || timing.Users != 3 {
		t.Errorf("load() = %+v, %v after %v calls", timing, err, calls)
	}
}

// TestQuantiles: the nearest rank, in milliseconds.
func TestQuantiles(t *testing.T) {
	var took []time.Duration
	for ms := 100; ms > 0; ms-- {
		took = append(took, time.Duration(ms)*time.Millisecond)
	}
	for _, tt := range []struct{ share, want float64 }{{.5, 50}, {.95, 95}, {.99, 99}, {1, 100}} {
		if got := quantile(slices.Clone(took), tt.share); got != tt.want {
			t.Errorf("quantile(%v) = %v, want %v", tt.share, got, tt.want)
		}
	}
	if got := quantile(nil, .5); got != 0 {
		t.Errorf("quantile of nothing = %v", got)
	}
	if got := quantile(took[:3], .99); got != 100 && got != 3 {
		t.Errorf("p99 of three = %v, want the slowest", got)
	}
}

func TestRound(t *testing.T) {
	for _, tt := range []struct{ v, want float64 }{{0, 0}, {0.0123456, 0.0123}, {1.2345, 1.23}, {12.345, 12.3}, {1234.5, 1235}, {123456, 123456}} {
		if got := round(tt.v); got != tt.want {
			t.Errorf("round(%v) = %v, want %v", tt.v, got, tt.want)
		}
	}
}

// TestMarkdown: a figure over its aim stands out, one below does not.
func TestMarkdown(t *testing.T) {
	page := func(who string, p99 float64) Call {
		return Call{Name: "/o/{organization}/users", Kind: "page", Who: who, Timing: Timing{Users: 1, P50: 1, P99: p99}}
	}
	var out strings.Builder
	WriteMarkdown(&out, []Result{{
		Engine: Engine{"postgres", "15"}, Crowd: Crowd{100_000, 5_000_000, 200},
		Pages: []Call{page("sees-50", 10.1), page("sees-all", 300)},
	}})
	for _, want := range []string{"PostgreSQL 15, 100,000 learners", "| `/users` | **1 / 10.1** | | | 1 / 300 |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestTheSinkKeepsTheFirstStatus: an early hint is none.
func TestTheSinkKeepsTheFirstStatus(t *testing.T) {
	s := &sink{header: http.Header{}}
	s.WriteHeader(http.StatusEarlyHints)
	if _, err := s.Write([]byte("body")); err != nil || s.status != http.StatusOK || s.size != 4 {
		t.Errorf("status %d, size %d, %v", s.status, s.size, err)
	}
}
