package surface

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// work is what somebody, or several people, did in several activities.
type work struct {
	tally
	begun, finished int // in the period
	active          bool
	last            day.Day
}

func newWork() *work { return &work{last: day.None} }

// add counts one standing; the period decides what is recent.
func (w *work) add(s standing, from, to day.Day) {
	w.tally.add(s)
	if s.within(s.started, from, to) {
		w.begun++
	}
	if s.within(s.completed, from, to) {
		w.finished++
	}
	w.active = w.active || s.tookPart(from, to)
	w.last = max(w.last, s.active)
}

// within tells whether a day lies in a period; what lies after the last day
// that is seen has not happened.
func (s standing) within(d, from, to day.Day) bool {
	return d != day.None && from <= d && d <= to && (s.until == day.None || d <= s.until)
}

// tookPart: any activity within the period (SPEC 4.1).
func (s standing) tookPart(from, to day.Day) bool {
	return s.within(s.active, from, to) || s.within(s.started, from, to) || s.within(s.completed, from, to)
}

// period gives the days of a filter's period where a learner lives: the last
// thirty where none is named.
func period(f report.Filter, o *organization) (from, to day.Day) {
	if f.Period == (report.Period{}) {
		return o.today - 29, o.today
	}
	return f.Period.From, f.Period.To
}

// keeps tells whether state and did of a filter hold of a standing.
func keeps(f report.Filter, s standing, o *organization) bool {
	if f.State != nil && f.State.String() != s.state {
		return false
	}
	from, to := period(f, o)
	enrolled := s.state != "not_enrolled"
	switch f.Did {
	case report.DidStart:
		return s.counts() && s.begun()
	case report.DidComplete:
		return s.state == "completed" || s.state == "expires_soon"
	case report.DidScore:
		return s.counts() && s.score >= 0
	case report.DidCount:
		return s.counts()
	case report.DidActive:
		return enrolled && s.tookPart(from, to)
	case report.DidFinish:
		return enrolled && s.within(s.completed, from, to)
	case report.DidBegin:
		return enrolled && s.within(s.started, from, to)
	case report.DidEnroll:
		return enrolled && s.within(s.enrolled, from, to)
	case report.DidOverdue:
		return enrolled && s.wasOverdue(to, o)
	case report.DidRest:
		return s.rests()
	case report.DidRisk:
		return s.state == "overdue" || s.state == "failed" || s.rests()
	case report.DidAnything:
		return true
	}
	return s.counts() && s.inBand(string(f.Did))
}

// wasOverdue reads the table of SPEC 4.1 for a day that has passed; for any
// other it is as it stands today.
func (s standing) wasOverdue(d day.Day, o *organization) bool {
	if d >= o.today {
		return s.state == "overdue"
	}
	then := enrollment{
		begin: s.enrolled, end: s.until, started: s.started, completed: s.completed, due: s.due, valid: s.valid, outcome: s.outcome, outcomeOn: s.outcomeOn,
		progress: uint8(s.progress),
	}
	return then.state(d, o) == "overdue"
}

// rests: still to be done, and for thirty days nothing has happened.
func (s standing) rests() bool {
	if !slices.Contains([]string{"not_started", "in_progress", "due_soon", "overdue"}, s.state) {
		return false
	}
	d := s.on
	if s.until != day.None && s.until < d {
		d = s.until
	}
	for _, sign := range []day.Day{s.enrolled, s.started, s.active} {
		if sign != day.None && d-sign < 30 {
			return false
		}
	}
	return true
}

// inBand reads a range such as progress_25_49 or score_0_49.
func (s standing) inBand(band string) bool {
	parts := strings.Split(band, "_")
	lo, _ := strconv.Atoi(parts[1])
	hi, _ := strconv.Atoi(parts[len(parts)-1])
	if parts[0] == "progress" {
		return lo <= s.progress && s.progress <= hi
	}
	return s.score >= 100*lo && s.score < 100*hi+100
}

// meets tells whether a learner has a standing that the filter asks for.
func (a *about) meets(r *shown) bool {
	f := a.w.Filter
	switch {
	case f.Activity != "":
		if a.asked == nil {
			return false
		}
		s, shows := a.asked.expect(r)
		return shows && (f.State != nil || s.state != "not_enrolled") && keeps(f, s, r.org)
	case f.State == nil && f.Did == report.DidAnything:
		return true
	}
	enrolled, kept := false, false
	r.cells(func(_ access.ActivityNo, s standing) {
		enrolled = true
		kept = kept || keeps(f, s, r.org)
	})
	if f.State != nil && *f.State == transcript.NotEnrolled {
		return f.Did == report.DidAnything && !enrolled
	}
	return kept
}

// about is what one report is about: the sight, the filter looked up, the
// learners that meet it and the columns that it can tell of.
type about struct {
	*Model
	who     *person
	s       sight
	w       wanted
	rq      report.Request
	asked   *column // the activity or program of the filter, among all that show
	columns []column
	list    []*shown
	titles  map[access.ActivityNo]int // place of an activity among the columns
	most    int                       // how many rows are wanted with their values; all when zero
	export  sight                     // where it is for a file and less may be taken away than seen
}

// about looks a request up.
func (m *Model) about(who *person, s sight, rq report.Request) *about {
	a := &about{Model: m, who: who, s: s, w: m.look(who, rq.Filter), rq: rq}
	activities, programs := m.columns(who, s, wanted{}), m.programsOf(who, s, wanted{})
	for _, x := range activities {
		if a.asked == nil && rq.Filter.Activity != "" && (x.id == rq.Filter.Activity || x.external == rq.Filter.Activity) {
			a.asked = &column{id: x.id, activity: x}
		}
	}
	for _, p := range programs {
		if a.asked == nil && rq.Filter.Activity != "" && (p.id == rq.Filter.Activity || p.external == rq.Filter.Activity) {
			a.asked = &column{id: p.id, program: p}
		}
	}
	for _, x := range m.columns(who, s, a.w) {
		a.columns = append(a.columns, column{id: x.id, activity: x})
	}
	if named := m.programsOf(who, s, a.w); rq.Report == report.ProgramsReport || rq.Filter.Activity != "" && len(named) > 0 {
		a.columns = nil
		for _, p := range named {
			a.columns = append(a.columns, column{id: p.id, program: p})
		}
		if rq.Report != report.ProgramsReport {
			a.columns = a.columns[:1]
		}
	}
	for _, r := range m.list(s, a.w) {
		if a.meets(r) {
			a.list = append(a.list, r)
		}
	}
	return a
}

// entries yields what a learner is enrolled in and the report can tell of, by title.
func (a *about) entries(r *shown, do func(col column, s standing)) {
	if a.titles == nil {
		a.titles = map[access.ActivityNo]int{}
		for i, col := range a.columns {
			if col.program == nil {
				a.titles[col.activity.no] = i
			}
		}
	}
	var at []int // of the columns; most learners are in few of many activities
	for i, col := range a.columns {
		if col.program == nil {
			break // all of them are one or the other
		}
		at = append(at, i)
	}
	for i := range r.did {
		if n, told := a.titles[r.did[i].activity]; told {
			at = append(at, n)
		}
	}
	slices.Sort(at)
	for _, i := range at {
		if s, shows := a.columns[i].expect(r); shows && s.state != "not_enrolled" {
			do(a.columns[i], s)
		}
	}
}

// isRow tells whether a standing is a row of a list of enrollments.
func (a *about) isRow(r *shown, s standing) bool {
	if a.rq.Report == report.DueReport && s.state != "overdue" && s.state != "due_soon" {
		return false
	}
	return keeps(a.w.Filter, s, r.org)
}

// workOf adds up what one learner did.
func (a *about) workOf(r *shown) *work {
	w := newWork()
	from, to := period(a.w.Filter, r.org)
	a.entries(r, func(_ column, s standing) { w.add(s, from, to) })
	return w
}

// byRows tells whether the rows of the report are enrollments.
func byRows(k report.Key) bool {
	return slices.Contains([]report.Key{report.EnrollmentsReport, report.DueReport, report.OwnReport}, k)
}
