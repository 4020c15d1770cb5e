package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/demo/crowd"
	"github.com/ambit-lms/ambit/internal/job"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

// wanted are the files: enrollments in every format and for every width of
// sight, and the matrix as wide as a region.
var wanted = []struct {
	report report.Key
	format table.Format
	who    string
}{
	{report.EnrollmentsReport, table.CSV, crowd.SeesFifty},
	{report.EnrollmentsReport, table.CSV, crowd.SeesMany},
	{report.EnrollmentsReport, table.CSV, crowd.SeesFifth},
	{report.EnrollmentsReport, table.XLSX, crowd.SeesFifth},
	{report.EnrollmentsReport, table.JSONLines, crowd.SeesFifth},
	{report.EnrollmentsReport, table.CSV, crowd.SeesAll},
	{report.ProgressReport, table.CSV, crowd.SeesAll},
	{report.MatrixReport, table.CSV, crowd.SeesFifth},
	{report.MatrixReport, table.XLSX, crowd.SeesFifth},
	{report.MatrixReport, table.JSONLines, crowd.SeesFifth},
}

// files are written to the end, each for one person.
func (b *bench) files(ctx context.Context) error {
	for _, f := range wanted {
		b.say("%s as %s for %s", f.report, f.format, f.who)
		made, err := b.file(ctx, b.person(f.who), f.report, f.format)
		if err != nil {
			return fmt.Errorf("%s as %s for %s: %w", f.report, f.format, f.who, err)
		}
		b.result.Files = append(b.result.Files, made)
	}
	return nil
}

func (b *bench) person(name string) person {
	for _, p := range b.people {
		if p.name == name {
			return p
		}
	}
	return person{}
}

// file makes one file as a worker does, with everything around it (access
// asked again on the way, hash, parts kept in the database), fetches it, and
// throws it away.
func (b *bench) file(ctx context.Context, p person, key report.Key, format table.Format) (File, error) {
	asks := p.asks(b.Now())
	self := asks(access.SelfView)
	memory := watchMemory()
	begun := time.Now()
	run, err := b.app.Runs.Start(ctx, self, asks, report.Request{Report: key}, format)
	if err == nil && run.State.Open() {
		run, err = b.work(ctx, self, run)
	}
	took := time.Since(begun).Seconds()
	peak := memory.stop()
	if err != nil {
		return File{}, err
	}
	if run.State != report.RunDone {
		return File{}, fmt.Errorf("the file is %s: %s", run.State, run.Why)
	}
	begun = time.Now()
	if err := b.app.Runs.File(ctx, self, asks, run.ID, func(report.Run) error { return nil }, io.Discard); err != nil {
		return File{}, err
	}
	fetched := time.Since(begun).Seconds()
	return File{
		Report: string(key), Format: string(format), Who: p.name, Rows: run.Rows, Bytes: run.Bytes,
		Seconds: round(took), RowsPerSecond: round(float64(run.Rows) / took), FetchSeconds: round(fetched), PeakMemoryMiB: peak,
	}, b.app.Runs.Cancel(ctx, self, run.ID)
}

// work does the job of a long file in this process.
func (b *bench) work(ctx context.Context, self access.Reach, run report.Run) (report.Run, error) {
	payload, err := json.Marshal(report.RunRef{Run: run.ID})
	if err != nil {
		return run, err
	}
	if err := b.app.Runs.Do(ctx, job.Job{Realm: run.Realm, Kind: report.RunJob, Payload: payload, Attempt: 1}); err != nil {
		return run, err
	}
	return b.app.Runs.Run(ctx, self, run.ID)
}
