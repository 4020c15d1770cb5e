package surface

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// Of how many teams and places the figures are recounted one by one.
const groupsRecounted = 6

// analytics recounts every tab of analytics: as they open, and under a filter
// and a period that somebody might ask for.
func (c *comparison) analytics() error {
	today := c.who.org.today
	filters := []report.Filter{{}}
	if c.Also != nil {
		for _, rq := range c.Also(c.who.id)[:1] {
			f := rq.Filter
			f.State, f.Did, f.Seat, f.Role, f.Status = nil, report.DidAnything, report.AnySeat, "", ""
			if f.Period == (report.Period{}) {
				f.Period = report.Period{From: today.Add(-200), To: today.Add(-3)}
			}
			if rq.Report != report.OwnReport {
				filters = append(filters, f)
			}
		}
	}
	for _, f := range filters {
		for _, look := range []func(report.Filter) error{c.userTab, c.columnTabs, c.teamTab, c.locationTab, c.participationTab, c.riskList} {
			if err := look(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// spelled says a filter in the name of a surface.
func spelled(name string, f report.Filter) string {
	if f == (report.Filter{}) {
		return name
	}
	return fmt.Sprintf("%s (q %q, organization %q, location %q, team %q, purchase %q, activity %q, %s to %s)", name, f.Query, f.Organization, f.Location, f.Team, f.Purchase, f.Activity, f.Period.From, f.Period.To)
}

// folk is what some learners did together, counted one by one.
type folk struct {
	learners, risk                           int
	work                                     tally
	joined, active, begun, finished, overdue [2]int
	late, failing, inactive                  int
	days                                     []int // that completions of the period took
	now, before                              report.Period
}

// periods gives the days that analytics are about, and as many before them.
func (c *comparison) periods(f report.Filter) (now, before report.Period) {
	from, to := period(f, c.who.org)
	length := to - from + 1
	return report.Period{From: from, To: to}, report.Period{From: from - length, To: from - 1}
}

// folkOf counts learners in some columns.
func (c *comparison) folkOf(a *about, f report.Filter) *folk {
	out := &folk{}
	out.now, out.before = c.periods(f)
	for _, r := range a.list {
		out.learner(a, r)
	}
	return out
}

func (k *folk) learner(a *about, r *shown) {
	var all []standing
	a.entries(r, func(_ column, s standing) { all = append(all, s) })
	k.add(r, all...)
}

// add counts a learner with their enrollments.
func (k *folk) add(r *shown, all ...standing) {
	k.learners++
	var active [2]bool
	var late, failing, inactive bool
	for _, s := range all {
		k.work.add(s)
		for i, p := range []report.Period{k.now, k.before} {
			k.joined[i] += flag(s.within(s.enrolled, p.From, p.To))
			k.begun[i] += flag(s.within(s.started, p.From, p.To))
			k.finished[i] += flag(s.within(s.completed, p.From, p.To))
			k.overdue[i] += flag(s.wasOverdue(p.To, r.org))
			active[i] = active[i] || s.tookPart(p.From, p.To)
		}
		late, failing, inactive = late || s.state == "overdue", failing || s.state == "failed", inactive || s.rests()
		if s.within(s.completed, k.now.From, k.now.To) && s.enrolled != day.None && s.enrolled <= s.completed {
			k.days = append(k.days, int(s.completed-s.enrolled))
		}
	}
	for i := range active {
		k.active[i] += flag(active[i])
	}
	k.late, k.failing, k.inactive = k.late+flag(late), k.failing+flag(failing), k.inactive+flag(inactive)
	k.risk += flag(late || failing || inactive)
}

func (k *folk) String() string {
	return fmt.Sprint(k.learners, " learners; ", k.work.String(), "; ", k.joined, k.active, k.begun, k.finished, k.overdue, "; at risk ", k.risk)
}

// groupText says a group of Ambit's as folk does.
func groupText(g report.Group) string {
	pair := func(c report.Change) [2]int { return [2]int{c.Now, c.Before} }
	return fmt.Sprint(g.Learners, " learners; ", sumText(&g.Work), "; ", pair(g.Joined), pair(g.Active), pair(g.Begun), pair(g.Finished), pair(g.Overdue), "; at risk ", g.AtRisk)
}

// durations says the quartiles of the days that completions took.
func (k *folk) durations() report.Durations {
	slices.Sort(k.days)
	n := len(k.days)
	if n == 0 {
		return report.Durations{}
	}
	at := func(quarter int) int { return k.days[(n*quarter+3)/4-1] }
	return report.Durations{Measured: n, Quartile: at(1), Median: at(2), UpperQuartile: at(3), Shortest: k.days[0], Longest: k.days[n-1]}
}

func (c *comparison) userTab(f report.Filter) error {
	name := spelled("analytics of users", f)
	s := c.sight(c.who, access.ReportView)
	got, err := c.Reports.UserAnalytics(c.ctx, c.facts.For(access.ReportView, c.Now), f)
	if done, err := c.refusedTab(name, s, f, err); done {
		return err
	}
	a := c.about(c.who, s, report.Request{Report: report.ProgressReport, Filter: f})
	want := c.folkOf(a, f)
	c.same(name+", learners", fmt.Sprint(got.Learners, " of ", got.ReachTotal), fmt.Sprint(len(a.list), " of ", c.reach(s)))
	c.same(name+", everybody", groupText(got.All), want)
	c.same(name+", at risk", fmt.Sprint(got.Late, got.Failing, got.Inactive), fmt.Sprint(want.late, want.failing, want.inactive))
	c.same(name+", time to completion", got.Took, want.durations())
	c.same(name+", distributions", bandText(got.Progress, got.Score), c.bandsOf(a))
	c.stepsSame(name, a, f, got.Series)
	if c.Ask == nil || f != (report.Filter{}) {
		return nil
	}
	var said struct {
		Learners int `json:"learners"`
		All      struct {
			Active    struct{ Now int } `json:"active"`
			Completed struct{ Now int } `json:"completed"`
			AtRisk    int               `json:"at_risk"`
		} `json:"all"`
	}
	if c.answer("API analytics of users", s, "/api/v1/analytics/users", &said) {
		c.same("API analytics of users", fmt.Sprint(said.Learners, said.All.Active.Now, said.All.Completed.Now, said.All.AtRisk), fmt.Sprint(len(a.list), want.active[0], want.finished[0], want.risk))
	}
	return nil
}

// refusedTab is refused, where what a filter asks for may be refused besides:
// such an answer is right where the sight does not carry it.
func (c *comparison) refusedTab(name string, s sight, f report.Filter, err error) (done bool, failed error) {
	if len(s) > 0 && err != nil && fault.KindOf(err) == fault.Invalid {
		carried := (f.Location == "" && f.Organization == "" || s.byPlace()) && (f.Team == "" || s.byPlace() || s.byTeam())
		c.same(name+", refused", carried, false)
		return true, nil
	}
	return c.refused(name, s, err)
}

func bandText(lists ...[]report.Band) string {
	var out strings.Builder
	for _, list := range lists {
		for _, b := range list {
			fmt.Fprintf(&out, "%s %d, ", b.Did, b.Count)
		}
	}
	return out.String()
}

// bandsOf counts what lies in each part of the distributions.
func (c *comparison) bandsOf(a *about) string {
	counts := map[report.Did]int{}
	for _, r := range a.list {
		a.entries(r, func(_ column, s standing) {
			for _, did := range report.Dids() {
				counts[did] += flag(did.InBand() && s.counts() && s.inBand(string(did)))
			}
		})
	}
	var out strings.Builder
	for _, did := range report.Dids() {
		if did.InBand() {
			fmt.Fprintf(&out, "%s %d, ", did, counts[did])
		}
	}
	return out.String()
}

// stepsSame recounts a series, and that its steps leave no day out. What people
// did who were erased since is no row of a list: it is taken off.
func (c *comparison) stepsSame(name string, a *about, f report.Filter, steps []report.TimeStep) {
	now, before := c.periods(f)
	next, nextBefore := now.From, before.From
	var periods []report.Period
	for _, step := range steps {
		if step.Period.From != next || step.Before.From != nextBefore {
			c.differ(name+", steps", fmt.Sprint(step.Period.From, step.Before.From), fmt.Sprint(next, nextBefore))
			return
		}
		next, nextBefore = step.Period.To.Add(1), step.Before.To.Add(1)
		periods = append(periods, step.Period, step.Before)
	}
	c.same(name+", last step", fmt.Sprint(next, nextBefore), fmt.Sprint(now.To.Add(1), before.To.Add(1)))
	counts := stepsOf(a, periods)
	var got, want []string
	for i, step := range steps {
		got = append(got, fmt.Sprint(step.Period.From, ": ", less(step.Now, step.Erased), ", before ", less(step.Then, step.Earlier)))
		want = append(want, fmt.Sprint(step.Period.From, ": ", counts[2*i], ", before ", counts[2*i+1]))
	}
	c.rows(name+", over time", got, want)
}

func less(c, o report.Counts) report.Counts {
	return report.Counts{Joined: c.Joined - o.Joined, Active: c.Active - o.Active, Begun: c.Begun - o.Begun, Finished: c.Finished - o.Finished, Overdue: c.Overdue - o.Overdue}
}

// stepsOf counts what happened in each of some periods.
func stepsOf(a *about, periods []report.Period) []report.Counts {
	out := make([]report.Counts, len(periods))
	for _, r := range a.list {
		active := make([]bool, len(periods))
		a.entries(r, func(_ column, s standing) {
			for i, p := range periods {
				out[i].Joined += flag(s.within(s.enrolled, p.From, p.To))
				out[i].Begun += flag(s.within(s.started, p.From, p.To))
				out[i].Finished += flag(s.within(s.completed, p.From, p.To))
				out[i].Overdue += flag(s.wasOverdue(p.To, r.org))
				active[i] = active[i] || s.tookPart(p.From, p.To)
			}
		})
		for i := range active {
			out[i].Active += flag(active[i])
		}
	}
	return out
}
