package report

import (
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Step is how long the steps of a series are.
type Step string

// The steps; weeks begin on Monday.
const (
	Days   Step = "day"
	Weeks  Step = "week"
	Months Step = "month"
)

// OverviewQuery asks for an overview; its zero value is of everybody, with the
// last twelve months.
type OverviewQuery struct {
	Filter     Filter
	Step       Step // months when empty
	Steps      int  // of the series, the last one being the current: 12 when zero, 60 at most
	ByLocation bool // also sum up by location, where the access carries locations
	Places     int  // also roll the locations up, to at most so many
	// Organizations also rolls them up to the organizations, where there are several, to at most so many.
	Organizations int
}

// Overview sums up what the learners of a reach have done (M-003). Figures of
// people are over learners, figures of work over enrollments; rates and means
// are those of SPEC 4.1.
type Overview struct {
	Learners   int // that meet the filters
	ReachTotal int
	// Seats are those of the purchases in the access.
	Seats SeatFigures
	// Work is over every enrollment that is shown.
	Work transcript.Sum
	// Active is how many learners took part in the period: participation is Active of Learners.
	Active int
	// Begun and Finished are how many enrollments were started and completed in the period, and in the one before.
	Begun, Finished, BegunBefore, FinishedBefore int
	From, To                                     day.Day // the period, in the actor's organization
	ByActivity                                   []ActivityFigure
	ByLocation                                   []LocationFigure
	// Places are locations with all below them, the largest first: what the filter by each finds.
	Places []LocationFigure
	// Organizations are the largest first: what the filter by each finds (M-256).
	Organizations []OrganizationFigure
	Series        []StepFigure
	Today         Organization
}

// SeatFigures counts the seats of purchases.
type SeatFigures struct {
	Purchases int // how many purchases the access holds
	Invited   int // pending
	Redeemed  int // live and ended by date
	Ended     int // of those, ended by date
}

// ActivityFigure is one activity over its learners.
type ActivityFigure struct {
	ColumnSum
	Finished int // completed in the period
}

// OrganizationFigure is the learners of one organization.
type OrganizationFigure struct {
	Organization
	Learners int
	Work     transcript.Sum
}

// LocationFigure is the learners whose home is a location; the one without an
// id is those placed at the organization itself.
type LocationFigure struct {
	Named
	Learners int
	Work     transcript.Sum
}

// StepFigure is what happened in one step of a series. Past counts hold also
// what people did whose identity was erased since (I-21): Erased is how many
// of the completions are theirs.
type StepFigure struct {
	From, To                day.Day // the days of the step, both included
	Begun, Finished, Erased int
}
