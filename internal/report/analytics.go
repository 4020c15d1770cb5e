package report

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Tab is a part of the analytics of Report Center.
type Tab string

// The tabs, besides the overview that stands before them.
const (
	UsersTab         Tab = "users"
	ActivitiesTab    Tab = "activities"
	ProgramsTab      Tab = "programs"
	TeamsTab         Tab = "teams"
	LocationsTab     Tab = "locations"
	ParticipationTab Tab = "participation"
)

// Tabs lists what an access carries: whoever sees people by what they bought
// has neither teams nor locations, and the names of teams are only for those
// who may list teams.
func Tabs(reach, teams access.Reach) []Tab {
	carries := reach.Carries()
	out := []Tab{UsersTab, ActivitiesTab, ProgramsTab}
	if carries.Team && !teams.IsEmpty() {
		out = append(out, TeamsTab)
	}
	if carries.Location {
		out = append(out, LocationsTab)
	}
	return append(out, ParticipationTab)
}

// Emptiness is why there is nothing to show; empty where there is something.
type Emptiness string

// The reasons, each for whom those before do not hold.
const (
	NobodyInReach  Emptiness = "reach"       // the access holds no learners
	NobodyFound    Emptiness = "filter"      // nobody meets the filters
	NoEnrollments  Emptiness = "enrollments" // nobody is enrolled in anything
	NothingHappens Emptiness = "period"      // nothing happened in the period or the one before
)

// Frame is what every tab begins with.
type Frame struct {
	// Filter is what was asked for, with the days of its period written out.
	Filter Filter
	Period Period
	Before Period // as many days, just before
	// Learners meet the filters; ReachTotal can be seen at all (N-04).
	Learners, ReachTotal int
	Empty                Emptiness
	Today                Organization // the actor's own
	Carries              access.Carries
}

// Change is a figure of the period and of the one before.
type Change struct{ Now, Before int }

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

// Counts is what happened in some time; Overdue stands for its last day.
type Counts struct {
	Joined   int // enrollments that began
	Active   int // learners that took part
	Begun    int // enrollments that were started
	Finished int // enrollments that were completed
	Overdue  int // enrollments that were overdue at the end
}

// TimeStep is one step of a series with the same step of the period before.
// Past counts hold also what people did whose identity was erased since (I-21);
// Erased is how much of it is theirs: lists leave it out.
type TimeStep struct {
	Period, Before  Period
	Now, Then       Counts
	Erased, Earlier Counts // of Now, and of Then
}

// Band is a part of a distribution over enrollments, both ends included.
type Band struct {
	Did      Did
	From, To int // percent of progress, or points
	Count    int
}

// Durations tells how many days completions took, from the day of the
// enrollment on. Whoever completed before being enrolled is not measured.
type Durations struct {
	Measured                        int
	Quartile, Median, UpperQuartile int
	Shortest, Longest               int
}

// Group is what some learners did together: a team, a place, everybody.
type Group struct {
	Learners                        int
	Work                            transcript.Sum
	Joined, Active, Begun, Finished Change
	Overdue                         Change // at the end of each period
	AtRisk                          int    // learners
}

// UserAnalytics is about everybody who meets the filters.
type UserAnalytics struct {
	Frame
	All      Group
	Step     Step // of the series: Days, Weeks (seven days up to the last of the period) or Months (calendar months)
	Series   []TimeStep
	Progress []Band // over enrollments that count
	Score    []Band // over those of them with a score
	Took     Durations
	// Late, Failing and Inactive are learners; somebody may be all three.
	Late, Failing, Inactive int
	// Risk is the most urgent of those at risk; AtRisk lists all of them.
	Risk []RiskRow
}

// Risk is why a learner asks for attention.
type Risk string

// The risks, the most urgent first.
const (
	AnyRisk      Risk = ""
	RiskOverdue  Risk = "overdue"
	RiskFailed   Risk = "failed"
	RiskInactive Risk = "inactive"
)

// InactiveDays is for how many days nothing has happened in an open enrollment
// that counts as inactive.
const InactiveDays = 30

// RiskRow is one learner at risk.
type RiskRow struct {
	Learner Learner
	Reasons []RiskReason // the most urgent first
}

// RiskReason is one reason with the enrollment that makes it most urgent.
type RiskReason struct {
	Risk     Risk
	Count    int // enrollments
	Activity Column
	Since    day.Day // the due day, the day of the failure, or of the last activity
	Days     int     // from then to today
}

// RiskQuery asks for a page of the learners at risk, the most urgent first:
// the longest overdue, then failed ones, then those inactive for longest.
type RiskQuery struct {
	Filter Filter
	Risk   Risk // any when empty
	Limit  int  // 50 when zero, 200 at most
	Cursor string
}

// RiskPage is a page of the learners at risk.
type RiskPage struct {
	Frame
	Items      []RiskRow
	NextCursor string
	Total      int
}

// ActivityAnalytics is about each activity that somebody is enrolled in, by title.
type ActivityAnalytics struct {
	Frame
	Activities []ActivityGroup
}

// ActivityGroup is one activity, or program, over its learners.
type ActivityGroup struct {
	Column Column
	Group
	Took Durations
}

// ProgramAnalytics is about each program that somebody is enrolled in, by title.
type ProgramAnalytics struct {
	Frame
	Programs []ActivityGroup
}

// TeamQuery asks for teams side by side, one's own first, then by name.
type TeamQuery struct {
	Filter Filter
	Search string // a part of the name
	Mine   bool   // only those that the asker owns
	Limit  int    // 20 when zero, 50 at most
	Cursor string
}

// TeamAnalytics is about teams as they are today.
type TeamAnalytics struct {
	Frame
	Teams      []TeamGroup
	NextCursor string
	Total      int // teams on all pages
	// Together is everybody in at least one of these teams, each once.
	Together Group
	Steps    []Period // of the trends
}

// TeamGroup is one team over those of its members that meet the filters.
type TeamGroup struct {
	ID    access.TeamID
	Name  string
	Owner string // name
	Mine  bool
	Group
	Trend []int // completions in each step
}

// LocationAnalytics is about the places of one level of the tree, each with all
// below it, the largest first.
type LocationAnalytics struct {
	Frame
	// Within is the location whose places these are; empty at the top.
	Within Named
	Places []PlaceGroup
	More   int // places beyond those that are shown
	// Others are the learners in none of these places: placed above them, or seen without a place.
	Others Group
	// Organizations are those of the learners, where there are several.
	Organizations []OrganizationGroup
}

// PlaceGroup is one place with all below it.
type PlaceGroup struct {
	Named
	Deeper bool // somebody is placed below it
	Group
}

// OrganizationGroup is one organization's learners.
type OrganizationGroup struct {
	Organization Organization
	Group
}

// ParticipationAnalytics is about who took part when.
type ParticipationAnalytics struct {
	Frame
	All    Group
	Step   Step
	Series []TimeStep
	// Days are the days of the period, where it has no more than a quarter of a year.
	Days []TimeStep
	// Weekdays adds up, from Monday on, how many learners took part on each day.
	Weekdays [7]int
}

// analyticsDays is how long a period of analytics may be.
const analyticsDays = 5*365 + 1

// framed checks a filter of analytics and writes out the days of its period:
// those of the asker's own organization.
func (s *Service) framed(ctx context.Context, src Source, reach access.Reach, f Filter) (Frame, error) {
	var out Frame
	if f.State != nil || f.Did != DidAnything {
		return out, fault.Field("state", "Analytics are about every state. Open the list behind a figure to narrow it to one.")
	}
	orgs, err := src.Organizations(ctx, reach)
	if err != nil {
		return out, err
	}
	out.Today, out.Carries = orgs[0], reach.Carries()
	out.Today.Today = day.Of(s.now(), out.Today.Zone)
	from, to := f.Period.in(&out.Today)
	length := int(to-from) + 1
	switch {
	case from == day.None || to == day.None || length < 1:
		return out, fault.Field("from", "The period needs a first and a last day, the first no later than the last.")
	case length > analyticsDays:
		return out, fault.Field("from", "Choose a period of five years at most.")
	}
	out.Period = Period{from, to}
	out.Before = Period{from.Add(-length), from.Add(-1)}
	f.Period = out.Period
	out.Filter = f
	return out, nil
}
