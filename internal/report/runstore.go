package report

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// RunJob is the kind of job that makes a file whose owner does not wait for it.
const RunJob = "report.run"

// RunRef is the payload of that job.
type RunRef struct {
	Run RunID `json:"run"`
}

// Making is one attempt at a file. Whatever it writes is refused as soon as
// the run was cancelled or another attempt has begun.
type Making struct {
	Realm   access.RealmID
	Run     RunID
	Attempt int
}

// ErrRunOver tells an attempt that its run is not its business any more.
var ErrRunOver = fault.New(fault.Conflict, "This file is not being made any more.")

// RunFile is what is known of a file once its first row is written.
type RunFile struct {
	Expected, Learners, ReachTotal int
	Columns, Places                []string
	Filters                        []Setting
	About                          []byte // whom it is about, and what of each; see about.go
}

// RunPart is a part of a file, compressed; Size is what it was before.
type RunPart struct {
	No     int
	Size   int
	Packed []byte
}

// RunEnd is how a run ended.
type RunEnd struct {
	State     RunState
	Why       string
	Rows      int
	Bytes     int64
	SHA256    string
	ExpiresAt time.Time
}

// RunPosition is where a page of runs ended.
type RunPosition struct {
	At  time.Time
	Run RunID
}

// RunStore keeps runs and their files. Methods that take a reach take the
// owner's own (self.view): nobody else's run is found.
type RunStore interface {
	ExportStore
	// AddRun keeps a new run, with its job where it waits, and gives it with what it was told of its
	// owner. It refuses one more than most that wait or work. Where the owner has started one with the
	// same key since the run's KeySince, it gives that one and adds none.
	AddRun(ctx context.Context, self access.Reach, run Run, most int) (Run, error)
	// Runs lists the owner's, the newest first, and counts them.
	Runs(ctx context.Context, self access.Reach, after RunPosition, limit int) ([]Run, int, error)
	// FindRun finds one of them.
	FindRun(ctx context.Context, self access.Reach, id RunID) (Run, error)
	// CancelRun ends a run that waits or works, and deletes the file of one that is done.
	CancelRun(ctx context.Context, self access.Reach, id RunID) error

	// BeginRun begins another attempt at a run that waits or works; what an earlier one wrote is gone.
	BeginRun(ctx context.Context, realm access.RealmID, id RunID) (Run, Making, error)
	// DescribeRun notes what is known with the first row.
	DescribeRun(ctx context.Context, m Making, f RunFile) error
	// NoteRun tells whether to go on, and now and then notes how many rows are written.
	NoteRun(ctx context.Context, m Making, rows int) error
	// AddRunPart keeps a copy of a part of the file.
	AddRunPart(ctx context.Context, m Making, rows int, part RunPart) error
	// EndRun ends the attempt; of a run that is not done the parts are deleted.
	EndRun(ctx context.Context, m Making, end RunEnd) error

	// RunAbout reads whom a file is about.
	RunAbout(ctx context.Context, self access.Reach, id RunID) ([]byte, error)
	// FetchRun notes that the owner fetches a file.
	FetchRun(ctx context.Context, self access.Reach, id RunID) error
	// RunPart reads a part of a file that can be fetched.
	RunPart(ctx context.Context, self access.Reach, id RunID, no int) (RunPart, error)

	// RunBySum finds the latest run whose file had a hash.
	RunBySum(ctx context.Context, sum string) (Run, error)
	// SweepRuns deletes files that were kept long enough, and ends runs that nothing has worked on since an instant.
	SweepRuns(ctx context.Context, idle time.Time, why string) error

	// Standing loads what an account holds now in the organization that a file was asked for in, its own
	// or a client of it, and tells whether the account can be worked in.
	Standing(ctx context.Context, realm access.RealmID, account access.AccountID, at access.OrgID) (access.Facts, bool, error)
}
