package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/roster"
)

// BenchmarkExport writes the school of BenchmarkImport to files, and tells how
// much memory that takes at most beyond what the import had left.
func BenchmarkExport(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			s := newSchool(b, engine)
			if _, err := s.bring(generated(*importPeople), roster.Options{}); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				// From here on the most memory ever held is counted anew.
				if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
					b.Skip("this machine does not tell a process its memory")
				}
				idle, from := peakMiB(b), time.Now()
				done, err := s.export(b.Context(), filepath.Join(b.TempDir(), "school"))
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				for _, f := range done.Files {
					rows += f.Rows
				}
				b.ReportMetric(float64(rows), "rows")
				b.ReportMetric(float64(rows)/time.Since(from).Seconds(), "rows/s")
				b.ReportMetric(float64(peakMiB(b)-idle), "more-MiB")
			}
		})
	}
}
