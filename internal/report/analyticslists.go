package report

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// List is where the rows behind a figure are: as many as the figure says.
type List struct {
	Report Key
	Filter Filter
}

// Measure is what a figure counts.
type Measure string

// The measures. Those of a period are about its days, all others about today.
const (
	Learners      Measure = "learners"     // learners that meet the filters
	Enrollments   Measure = "enrollments"  // every enrollment, whatever its state
	CountedOnes   Measure = "counted"      // those that rates and means are over
	StartedOnes   Measure = "started"      // of them, begun
	CompletedOnes Measure = "completed"    // of them, completed and still valid
	ScoredOnes    Measure = "scored"       // of them, with a score
	OverdueOnes   Measure = "overdue"      // overdue today
	Joined        Measure = "enrolled_in"  // enrollments that began in the period
	ActiveOnes    Measure = "active"       // learners that took part in the period
	Begun         Measure = "started_in"   // enrollments that were started in the period
	Finished      Measure = "completed_in" // enrollments that were completed in the period
	OverdueThen   Measure = "overdue_on"   // enrollments that were overdue on the last day of the period
	AtRiskOnes    Measure = "at_risk"      // learners with anything that asks for attention
	FailingOnes   Measure = "failed"       // learners with a failed enrollment
	LateOnes      Measure = "late"         // learners with an overdue enrollment
	InactiveOnes  Measure = "inactive"     // learners with an open enrollment that rests
)

var measures = map[Measure]struct {
	report Key
	did    Did
	state  transcript.State
}{
	Learners: {report: LearnersReport}, Enrollments: {report: EnrollmentsReport},
	CountedOnes: {report: EnrollmentsReport, did: DidCount}, StartedOnes: {report: EnrollmentsReport, did: DidStart},
	CompletedOnes: {report: EnrollmentsReport, did: DidComplete}, ScoredOnes: {report: EnrollmentsReport, did: DidScore},
	OverdueOnes: {report: EnrollmentsReport, state: transcript.Overdue},
	Joined:      {report: EnrollmentsReport, did: DidEnroll}, ActiveOnes: {report: LearnersReport, did: DidActive},
	Begun: {report: EnrollmentsReport, did: DidBegin}, Finished: {report: EnrollmentsReport, did: DidFinish},
	OverdueThen: {report: EnrollmentsReport, did: DidOverdue},
	AtRiskOnes:  {report: LearnersReport, did: DidRisk}, InactiveOnes: {report: LearnersReport, did: DidRest},
	FailingOnes: {report: LearnersReport, state: transcript.Failed}, LateOnes: {report: LearnersReport, state: transcript.Overdue},
}

// List is where the rows behind a measure are, in the period of the frame.
func (f Frame) List(m Measure) List {
	what := measures[m]
	out := List{Report: what.report, Filter: f.Filter}
	out.Filter.Did = what.did
	if what.state != transcript.NotEnrolled {
		out.Filter.State = &what.state
	}
	return out
}

// Band is the list behind a part of a distribution.
func (f Frame) Band(b Band) List {
	return List{Report: EnrollmentsReport, Filter: f.Filter}.Doing(b.Did)
}

// During is the same list for another period, such as the one before or a step.
func (l List) During(p Period) List { l.Filter.Period = p; return l }

// Doing is the same list of those of whom something is true.
func (l List) Doing(d Did) List { l.Filter.Did = d; return l }

// Activity is the same list in one activity or program.
func (l List) Activity(id string) List { l.Filter.Activity = id; return l }

// Team is the same list of the members of one team, or of several.
func (l List) Team(ids ...access.TeamID) List { l.Filter.Team = TeamsFilter(ids...); return l }

// Location is the same list of those at a location and all below it.
func (l List) Location(id string) List { l.Filter.Location = id; return l }

// Organization is the same list of one organization's learners.
func (l List) Organization(id access.OrgID) List { l.Filter.Organization = string(id); return l }
