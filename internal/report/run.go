package report

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/table"
)

// RunID names one file that somebody had made.
type RunID string

// RunState says where a run stands.
type RunState string

// The states of a run. Only a done one has a file.
const (
	RunWaiting   RunState = "waiting"   // for a worker
	RunRunning   RunState = "running"   // its rows are being written
	RunDone      RunState = "done"      // its file can be fetched
	RunFailed    RunState = "failed"    // it could not be made
	RunCancelled RunState = "cancelled" // its owner did not want it any more
	RunStopped   RunState = "stopped"   // its owner's access changed meanwhile
	RunExpired   RunState = "expired"   // its file was kept long enough; what it was stays known
)

// Open tells whether the run still waits or works.
func (s RunState) Open() bool { return s == RunWaiting || s == RunRunning }

// Run is a report made into a file: asked for by one person, for that person alone.
type Run struct {
	ID           RunID
	Realm        access.RealmID
	Organization access.OrgID // where it was asked for: the owner's own, or a client that they worked in
	Account      access.AccountID
	// Person and Company are the owner's and their organization's names when it was asked for.
	Person, Company string
	Request         Request
	Format          table.Format
	State           RunState
	Rows            int // written so far
	Expected        int // how many there will be: an estimate until the first row is written
	Learners        int // whom it is about, of ReachTotal who could be seen
	ReachTotal      int
	Columns         []string // keys of the file's columns, once it has begun
	Places          []string // whose learners: names of places, purchases and teams
	Filters         []Setting
	Bytes           int64
	SHA256          string // hexadecimal
	Zone, Locale    string
	CreatedAt       time.Time
	StartedAt       time.Time
	FinishedAt      time.Time
	ExpiresAt       time.Time // until when the file is kept
	Why             string    // a sentence for the owner where the file was not made
	// Key is one of the owner's own, by which they would know the run again; it
	// counts for runs since KeySince. Both are set of new runs only.
	Key      string
	KeySince time.Time
}

// Setting is one filter of a file in words of its owner's language.
type Setting struct {
	Key   string `json:"key"` // the parameter's name
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Done is how much of the file is written, from 0 to 1.
func (r *Run) Done() float64 {
	switch {
	case r.State == RunDone:
		return 1
	case r.Expected <= 0:
		return 0
	}
	return min(float64(r.Rows)/float64(r.Expected), 0.99)
}

// FileName is what the file is called when it is saved.
func (r *Run) FileName() string {
	at := r.CreatedAt
	if zone, err := time.LoadLocation(r.Zone); err == nil {
		at = at.In(zone)
	}
	return string(r.Request.Report) + "-" + at.Format("2006-01-02-1504") + "." + string(r.Format)
}

// RunPage is a page of somebody's own runs, the newest first.
type RunPage struct {
	Items      []Run
	NextCursor string
	Total      int
}

// Asks gives what somebody gets for a permission: the answer of a request, or
// of facts that were loaded again.
type Asks func(access.Permission) access.Reach

// RunSettings are the measures of runs; zero values mean what the comments say.
type RunSettings struct {
	Version string        // of Ambit, for manifests
	AtOnce  int           // up to how many expected rows a file is made while its owner waits: 50,000
	Look    int           // after how many rows access is asked again: 5,000
	Open    int           // how many runs of a person may wait or work at once: 3
	Keep    time.Duration // how long files are kept: 7 days
	// Answering tells how many requests are being answered; a long file steps aside for them. None when nil.
	Answering func() int64
	Part      int // of how many bytes the parts are that a file is kept in: 1 MiB
}

func (s RunSettings) orUsual() RunSettings {
	usual := func(n *int, other int) {
		if *n == 0 {
			*n = other
		}
	}
	usual(&s.AtOnce, 50_000)
	usual(&s.Look, 5_000)
	usual(&s.Open, 3)
	usual(&s.Part, 1<<20)
	if s.Keep == 0 {
		s.Keep = 7 * 24 * time.Hour
	}
	return s
}

// The sentences that a run's owner reads.
var (
	ErrOpenRuns = fault.New(fault.LimitReached, "Three of your files are still being made. Wait until one is done, or cancel one.")
	errNoFile   = fault.New(fault.Conflict, "There is no file to fetch: it was not made, or is not kept any more.")
	errNotYet   = fault.New(fault.Conflict, "This file is still being made.")
)

// Why a file was not made; their sentences stand at the run.
var (
	errAccessChanged = fault.New(fault.Conflict, "Your access changed while this file was made. Make it again to get what you can see now.")
	errNotMade       = fault.New(fault.Unavailable, "This file could not be made. It has been noted; please try again.")
	errRunEnded      = fault.New(fault.Unavailable, "Ambit was stopped while this file was made. Please make it again.")
)
