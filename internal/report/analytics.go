package report

import (
	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
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
