package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/crowd"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// The size of the crowd: AMBIT_BENCH_LEARNERS and AMBIT_BENCH_ENROLLMENTS, as
// in 100000 and 5000000; small by default, so that the benchmarks always work.
// AMBIT_BENCH_DIR keeps the SQLite database for the next run; the one that
// AMBIT_BENCH_POSTGRES names is used and kept likewise.
func crowdSize() crowd.Size {
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return otherwise
	}
	return crowd.Size{
		Learners: number("AMBIT_BENCH_LEARNERS", 2000), Enrollments: number("AMBIT_BENCH_ENROLLMENTS", 40_000), Activities: 200,
		Today: day.Of(time.Now(), time.UTC),
	}
}

func crowdAddress(b *testing.B, engine string, size crowd.Size) string {
	if kept := os.Getenv("AMBIT_BENCH_POSTGRES"); engine == "postgres" && kept != "" {
		return kept
	}
	dir := os.Getenv("AMBIT_BENCH_DIR")
	if engine != "sqlite" || dir == "" {
		return storetest.Address(b, engine)
	}
	return filepath.Join(dir, fmt.Sprintf("crowd-%d-%d.db", size.Learners, size.Enrollments))
}

// openCrowd opens a database with the crowd in it, importing it where it is not
// there yet; how long that took is reported by BenchmarkImport's line.
func openCrowd(b *testing.B, engine string) (*App, *server.Server) {
	b.Helper()
	size := crowdSize()
	a, err := Open(b.Context(), settings(crowdAddress(b, engine, size)), time.Now, quiet())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { a.Close() })
	if _, err := a.Organizations.BySlug(b.Context(), "crowd"); err != nil {
		importCrowd(b, a, size)
	}
	s, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	return a, s
}

func importCrowd(b *testing.B, a *App, size crowd.Size) {
	b.Helper()
	m, _, err := a.Accounts.Found(b.Context(), org.New{Slug: "crowd", Name: "Crowd"}, "founder@crowd.example")
	if err != nil {
		b.Fatal(err)
	}
	reach := access.System("bench", m.Account.Realm, m.Organization.Path, roster.Permission).For(roster.Permission, time.Now())
	start := time.Now()
	summary, err := roster.NewService(a.Store).Import(b.Context(), reach, m.Organization.ID, size.Bundle(), roster.Options{})
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.Logf("%s: imported %d rows in %s, %.0f rows/s, %d MiB from the system", a.Store.Engine(), summary.Rows(), took.Round(time.Millisecond), float64(summary.Rows())/took.Seconds(), memory.Sys>>20)
}

// BenchmarkPages measures what the server needs for a page, from the request to
// the last byte, for each width of sight; p50 and p99 in milliseconds.
func BenchmarkPages(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			a, s := openCrowd(b, engine)
			for _, who := range []string{crowd.SeesFifty, crowd.SeesMany, crowd.SeesFifth, crowd.SeesAll} {
				cookie := crowdSession(b, a, who)
				for _, page := range []string{"users", "matrix", "matrix/totals", "users?q=gar", "users?state=overdue"} {
					b.Run(who+"/"+page, func(b *testing.B) {
						percentiles(b, func() {
							r := httptest.NewRequest(http.MethodGet, "/o/crowd/"+page, nil)
							r.Header.Set("Cookie", cookie)
							w := httptest.NewRecorder()
							s.ServeHTTP(w, r)
							if w.Code != http.StatusOK {
								b.Fatalf("%d: %.200s", w.Code, w.Body)
							}
						})
					})
				}
			}
		})
	}
}

// BenchmarkSums measures adding up all activities over everybody one sees.
func BenchmarkSums(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			a, _ := openCrowd(b, engine)
			for _, who := range []string{crowd.SeesFifty, crowd.SeesMany, crowd.SeesFifth, crowd.SeesAll} {
				m := crowdMember(b, a, who)
				facts, err := a.Store.Facts(b.Context(), m.Account.Realm, m.Account.ID)
				if err != nil {
					b.Fatal(err)
				}
				b.Run(who, func(b *testing.B) {
					percentiles(b, func() {
						if _, err := a.Reports.Dashboard(b.Context(), facts.For(access.ReportView, time.Now()), report.Filter{}); err != nil {
							b.Fatal(err)
						}
					})
				})
			}
		})
	}
}

func crowdMember(b *testing.B, a *App, who string) account.Membership {
	b.Helper()
	identity, err := a.Store.IdentityByEmail(b.Context(), who+"@crowd.example")
	if err != nil {
		b.Fatal(err)
	}
	m, err := a.Accounts.Resolve(b.Context(), identity.ID, "crowd")
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func crowdSession(b *testing.B, a *App, who string) string {
	b.Helper()
	opened, err := a.Accounts.Open(b.Context(), crowdMember(b, a, who).Account.Identity, account.Client{Address: "192.0.2.1"})
	if err != nil {
		b.Fatal(err)
	}
	return "ambit=" + opened.Token
}

// percentiles runs f and reports its 50th and 99th percentile in milliseconds.
func percentiles(b *testing.B, f func()) {
	f() // the first look fills caches of the engine
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		f()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(int(share*float64(len(took))), len(took)-1)].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
}
