package store_test

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/roster"
)

// The size that figures are told for; a smaller one answers faster.
var importPeople = flag.Int("import-people", 100_000, "people of BenchmarkImport; each has fifty enrollments")

const (
	importActivities = 200
	importEach       = 50
)

// BenchmarkImport brings a whole school in and then the same school again.
func BenchmarkImport(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s := newSchool(b, engine)
				b.StartTimer()
				for _, run := range []string{"first", "again"} {
					from := time.Now()
					sum, err := s.bring(generated(*importPeople), roster.Options{})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(sum.Rows())/time.Since(from).Seconds(), run+"-rows/s")
					b.ReportMetric(time.Since(from).Seconds(), run+"-s")
					if sum.IsChange() != (run == "first") {
						b.Errorf("%s: %v", run, sum.Files)
					}
				}
				b.ReportMetric(float64(peakMiB(b)), "peak-MiB")
			}
		})
	}
}

// peakMiB is the most memory that this process has ever held.
func peakMiB(tb testing.TB) (mib int) {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skip("this machine does not tell a process its memory")
	}
	for line := range strings.Lines(string(raw)) {
		if n, err := fmt.Sscanf(line, "VmHWM: %d kB", &mib); n == 1 && err == nil {
			return mib / 1024
		}
	}
	return 0
}

// generated is a folder whose files are made while they are read.
type generated int

func (g generated) Open(name string) (fs.File, error) {
	write, ok := map[string]func(w io.Writer){
		"people.csv": g.people, "activities.csv": g.activities, "enrollments.csv": g.enrollments, "purchases.csv": g.purchases, "seats.csv": g.seats,
	}[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	from, to := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(to, 1<<16)
		write(w)
		to.CloseWithError(w.Flush())
	}()
	return stream{from}, nil
}

func (g generated) ReadDir(string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for _, name := range []string{"activities.csv", "enrollments.csv", "people.csv", "purchases.csv", "seats.csv"} {
		out = append(out, fs.FileInfoToDirEntry(streamInfo(name)))
	}
	return out, nil
}

func (g generated) people(w io.Writer) {
	fmt.Fprintln(w, "id,email,given_name,family_name")
	for n := range int(g) {
		fmt.Fprintf(w, "p%d,person%d@example.com,Given%d,Family%d\n", n, n, n%997, n%9973)
	}
}

func (g generated) activities(w io.Writer) {
	fmt.Fprintln(w, "id,title")
	for n := range importActivities {
		fmt.Fprintf(w, "a%d,Activity %d\n", n, n)
	}
}

// enrollments come in the order of activities, which is no order for the tables.
func (g generated) enrollments(w io.Writer) {
	fmt.Fprintln(w, "person_id,activity_id,enrolled_at,started_at,completed_at,due_on,progress,score,minutes_spent,last_active_at")
	for k := range importEach {
		for n := range int(g) {
			day := 1 + n%28
			fmt.Fprintf(w, "p%d,a%d,2025-%02d-%02d,2025-%02d-%02dT08:00:00Z,2025-12-%02d,2026-01-31,%d,%d.5,%d,2025-12-%02dT10:00:00Z\n",
				n, (n*7+k*3)%importActivities, 1+k%11, day, 1+k%11, day, day, n%101, n%100, n%600, day)
		}
	}
}

func (g generated) purchases(w io.Writer) {
	fmt.Fprintln(w, "id,product_id,buyer_id,company,seats,purchased_at,access_until,reporter_id")
	for n := range int(g)/100 + 1 {
		fmt.Fprintf(w, "u%d,a%d,p%d,Company %d,60,2025-01-01,2026-12-31,p%d\n", n, n%importActivities, n, n, n)
	}
}

func (g generated) seats(w io.Writer) {
	fmt.Fprintln(w, "purchase_id,person_id,assigned_at,redeemed_at,state")
	for n := range int(g) {
		if n%100 < 50 {
			fmt.Fprintf(w, "u%d,p%d,2025-01-01,2025-01-02,redeemed\n", n/100, n)
		}
	}
}

type stream struct{ io.ReadCloser }

func (stream) Stat() (fs.FileInfo, error) { return streamInfo(""), nil }

type streamInfo string

func (i streamInfo) Name() string     { return string(i) }
func (streamInfo) Size() int64        { return 0 }
func (streamInfo) Mode() fs.FileMode  { return 0 }
func (streamInfo) ModTime() time.Time { return time.Time{} }
func (streamInfo) IsDir() bool        { return false }
func (streamInfo) Sys() any           { return nil }
