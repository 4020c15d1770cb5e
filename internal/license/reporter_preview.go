package license

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
)

// ReporterNow is who reports on a purchase, and what is known of the place.
type ReporterNow struct {
	Purchase PurchaseID
	Today    day.Day // in the organization's zone
	Product  string
	Company  string
	Buyer    Person
	Holder   Person // nobody: none is appointed
	Since    time.Time
	// SeatEnded is the last day of the holder's own seat where that is over:
	// what they read is history, until ReadsUntil. None otherwise.
	SeatEnded  day.Day
	ReadsUntil time.Time
	// Waiting is when an automatic appointment of the buyer met the manager
	// limit; zero: none waits.
	Waiting  time.Time
	Managers management.Managers // of the organization; unknown to the buyer
	Owned    bool                // the asker is the buyer, no administrator
}

// Seen is what somebody sees of a purchase's learners without the role.
type Seen struct {
	Learners int
	Ways     []SeenWay
}

// SeenWay is one way to them, and how many it shows.
type SeenWay struct {
	Grant    access.Grant
	Learners int
}

// Reading is what the role shows: learners now, learners whose access has
// ended, and invitations that are pending.
type Reading struct {
	Learners int
	Ended    int
	Invited  int
	Sample   []string // some of the learners by name
}

// AppointmentPreview is what an appointment would change (N-02).
type AppointmentPreview struct {
	ReporterNow
	To      Candidate
	Refused error // why they cannot be appointed; nil: they can
	Reading Reading
	Sees    Seen // what they see already
	Keeps   Seen // what the present reporter will still see, and why
}

// RevocationPreview is what a revocation would end, and what stays.
type RevocationPreview struct {
	ReporterNow
	Refused error
	Reading Reading
	Keeps   Seen
}

// Waiting are purchases whose automatic appointment waits, the longest first.
type Waiting struct {
	Items    []WaitingReporter
	Managers management.Managers // of the asker's own organization
}

// WaitingReporter is one of them.
type WaitingReporter struct {
	Purchase PurchaseID
	Product  string
	Company  string
	Buyer    Person
	Since    time.Time
}
