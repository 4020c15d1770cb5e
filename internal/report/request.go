package report

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Did narrows to enrollments of which something is true, whatever their state
// is now; lists of learners keep those who have at least one.
type Did string

// The values of the did filter.
const (
	DidAnything Did = ""
	DidStart    Did = "started"
	DidComplete Did = "completed"    // counts in the completion rate: completed or expiring soon
	DidScore    Did = "scored"       // has a score that counts in the mean
	DidCount    Did = "counted"      // neither withdrawn nor waived: what rates and means are over
	DidActive   Did = "active"       // any activity within the period (SPEC 4.1: participated)
	DidFinish   Did = "completed_in" // completed within the period, whatever became of it since
	DidBegin    Did = "started_in"   // started within the period
	DidEnroll   Did = "enrolled_in"  // the enrollment began within the period
	DidOverdue  Did = "overdue_on"   // was overdue on the last day of the period
	DidRest     Did = "inactive"     // open, and nothing has happened for InactiveDays
	DidRisk     Did = "at_risk"      // overdue, failed or inactive
)

// The parts of distributions are values of the did filter, too: each bar of a
// chart opens its list. What counts in the rates is in one of the first six,
// and what has a score besides in one of the others.
const (
	DidProgressNone Did = "progress_0"
	DidProgress1    Did = "progress_1_24"
	DidProgress25   Did = "progress_25_49"
	DidProgress50   Did = "progress_50_74"
	DidProgress75   Did = "progress_75_99"
	DidProgressAll  Did = "progress_100"
	DidScoreLow     Did = "score_0_49"
	DidScore50      Did = "score_50_69"
	DidScore70      Did = "score_70_84"
	DidScoreHigh    Did = "score_85_100"
)

var dids = []Did{
	DidAnything, DidStart, DidComplete, DidScore, DidCount, DidActive, DidFinish, DidBegin, DidEnroll, DidOverdue, DidRest, DidRisk,
	DidProgressNone, DidProgress1, DidProgress25, DidProgress50, DidProgress75, DidProgressAll, DidScoreLow, DidScore50, DidScore70, DidScoreHigh,
}

// Dids lists the values of the did filter that narrow.
func Dids() []Did { return slices.Clone(dids[1:]) }

// OfPeriod tells whether the value is about the days of a period.
func (d Did) OfPeriod() bool {
	return slices.Contains([]Did{DidActive, DidFinish, DidBegin, DidEnroll, DidOverdue}, d)
}

// InBand tells whether the value is a part of a distribution, which a chart leads to.
func (d Did) InBand() bool {
	_, ok := bandOf(d)
	return ok
}

// Period is a range of days, both included, in the zone of each learner's
// organization. Its zero value is the last 30 days.
type Period struct{ From, To day.Day }

// defaultPeriod is how many days the zero period has, today included.
const defaultPeriod = 30

// in gives the days of the period for an organization.
func (p Period) in(o *Organization) (from, to day.Day) {
	if p == (Period{}) {
		return o.Today.Add(1 - defaultPeriod), o.Today
	}
	return p.From, p.To
}

// Days tells the period's first and last day for an organization.
func (p Period) Days(o Organization) (from, to day.Day) { return p.in(&o) }

// Request is what is asked of a report: what the table on screen, the file, a
// saved view and an address of the page all hold.
type Request struct {
	Report Key
	Filter Filter
	// Columns are the keys of the columns to show, in the report's own order; the usual ones when empty.
	Columns []string
	// Group gathers the rows by a column; each row then is one of its values with the figures of all rows.
	Group string
	// Sort is the key of a column; empty is the report's own order, by name.
	Sort string
	Desc bool
	// Matrix is what only the training matrix has.
	Matrix MatrixShape
}

// MatrixShape is which columns a matrix has.
type MatrixShape struct {
	Columns ColumnKind
	Pick    []string
}

// Check refuses what the report does not have, naming each field, and gives
// the report.
func (rq Request) Check(reach access.Reach) (Report, error) {
	rep, ok := Find(rq.Report)
	if !ok {
		return Report{}, fault.ErrNotFound
	}
	if err := reach.For(rep.Permission()); err != nil {
		return Report{}, err
	}
	var wrong []fault.Problem
	refuse := func(field, sentence string) { wrong = append(wrong, fault.Problem{Field: field, Sentence: sentence}) }
	carried := rq.fields(rep, reach.Carries())
	has := func(key string) bool { return slices.ContainsFunc(carried, func(f Field) bool { return f.Key == key }) }
	for _, key := range rq.Columns {
		if !has(key) {
			refuse("columns", "This report has no such column, or your access does not show it.")
			break
		}
	}
	if rq.Group != "" && !slices.Contains(rep.groups(reach.Carries()), rq.Group) {
		refuse("group", "This report cannot be gathered by that, or your access does not show it.")
	}
	if rq.Sort != "" && !slices.ContainsFunc(carried, func(f Field) bool { return f.Key == rq.Sort && f.Sorts }) {
		refuse("sort", "This report cannot be put in that order.")
	}
	if !slices.Contains(dids, rq.Filter.Did) {
		refuse("did", "Choose one of the values of this filter.")
	}
	if p := rq.Filter.Period; p != (Period{}) && (p.From == day.None || p.To == day.None || p.From > p.To) {
		refuse("from", "The period needs a first and a last day, the first no later than the last.")
	}
	for _, f := range rq.Filter.named() {
		if !slices.Contains(rep.Filters, f) {
			refuse(f, "This report does not have this filter.")
		}
	}
	if len(wrong) > 0 {
		return Report{}, fault.Invalidf(wrong...)
	}
	return rep, nil
}

// named lists the parameters of the filters that narrow.
func (f Filter) named() (names []string) {
	for name, set := range map[string]bool{
		"q": f.Query != "", "organization": f.Organization != "", "location": f.Location != "", "team": f.Team != "",
		"purchase": f.Purchase != "", "activity": f.Activity != "", "state": f.State != nil, "seat": f.Seat != AnySeat, "did": f.Did != DidAnything,
	} {
		if set {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// groups lists what the rows can be gathered by under an access.
func (r Report) groups(c access.Carries) []string {
	return slices.DeleteFunc(slices.Clone(r.Groups), func(key string) bool {
		return (key == "location" || key == "organization") && !c.Location || key == "status" && !c.LastSeen
	})
}

// GroupsFor lists what the rows can be gathered by under an access.
func (r Report) GroupsFor(reach access.Reach) []string { return r.groups(reach.Carries()) }

// fields lists the columns there are: of the gathered rows, where they are gathered.
func (rq Request) fields(rep Report, c access.Carries) []Field {
	if rq.Group != "" {
		kind := TextKind
		switch rq.Group {
		case "state":
			kind = StateKind
		case "status":
			kind = StatusKind
		}
		return fields([]Field{{Key: rq.Group, Kind: kind, Sorts: true, gathered: true}, {Key: "learners", Kind: CountKind, Sorts: true}}, figures)
	}
	return rep.Carried(c)
}

// Available lists the columns that can be chosen under an access.
func (rq Request) Available(reach access.Reach) []Field {
	rep, _ := Find(rq.Report)
	return rq.fields(rep, reach.Carries())
}

// chosen lists the columns to show: those asked for, else all that are not
// optional. Whoever sees several organizations is told whose each row is (M-256).
func (rq Request) chosen(rep Report, c access.Carries, several bool) []Field {
	return slices.DeleteFunc(rq.fields(rep, c), func(f Field) bool {
		if len(rq.Columns) == 0 {
			return f.Optional && (!several || f.Key != "organization")
		}
		return !slices.Contains(rq.Columns, f.Key)
	})
}

// Row is one row of a report with what its links lead to; ids are empty where
// the row is of no such thing.
type Row struct {
	Learner  access.AccountID
	no       access.LearnerNo
	Activity string // an activity or a program
	Purchase access.PurchaseID
	Group    string // the value of the filter that the gathered row stands for
	Values   []Value
}

// Table is a page of a report.
type Table struct {
	Report     Report
	Columns    []Field
	Rows       []Row
	NextCursor string
	Total      int // rows on all pages
	Learners   int // that meet the filters
	ReachTotal int // that can be seen at all (N-04)
	Carries    access.Carries
	Today      Organization // the actor's own, with its zone and today
	At         time.Time    // when it was read
}
