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
	k.learners++
	var active [2]bool
	var late, failing, inactive bool
	a.entries(r, func(_ column, s standing) {
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
	})
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
	var out strings.Builder
	for _, did := range report.Dids() {
		if !did.InBand() {
			continue
		}
		n := 0
		for _, r := range a.list {
			a.entries(r, func(_ column, s standing) { n += flag(s.counts() && s.inBand(string(did))) })
		}
		fmt.Fprintf(&out, "%s %d, ", did, n)
	}
	return out.String()
}

// stepsSame recounts a series, and that its steps leave no day out. What people
// did who were erased since is no row of a list: it is taken off.
func (c *comparison) stepsSame(name string, a *about, f report.Filter, steps []report.TimeStep) {
	now, before := c.periods(f)
	next, nextBefore := now.From, before.From
	var got, want []string
	for _, step := range steps {
		if step.Period.From != next || step.Before.From != nextBefore {
			c.differ(name+", steps", fmt.Sprint(step.Period.From, step.Before.From), fmt.Sprint(next, nextBefore))
			return
		}
		next, nextBefore = step.Period.To.Add(1), step.Before.To.Add(1)
		got = append(got, fmt.Sprint(step.Period.From, ": ", less(step.Now, step.Erased), ", before ", less(step.Then, step.Earlier)))
		want = append(want, fmt.Sprint(step.Period.From, ": ", stepOf(a, step.Period), ", before ", stepOf(a, step.Before)))
	}
	c.same(name+", last step", fmt.Sprint(next, nextBefore), fmt.Sprint(now.To.Add(1), before.To.Add(1)))
	c.rows(name+", over time", got, want)
}

func less(c, o report.Counts) report.Counts {
	return report.Counts{Joined: c.Joined - o.Joined, Active: c.Active - o.Active, Begun: c.Begun - o.Begun, Finished: c.Finished - o.Finished, Overdue: c.Overdue - o.Overdue}
}

// stepOf counts what happened in some days.
func stepOf(a *about, p report.Period) (out report.Counts) {
	for _, r := range a.list {
		active := false
		a.entries(r, func(_ column, s standing) {
			out.Joined += flag(s.within(s.enrolled, p.From, p.To))
			out.Begun += flag(s.within(s.started, p.From, p.To))
			out.Finished += flag(s.within(s.completed, p.From, p.To))
			out.Overdue += flag(s.wasOverdue(p.To, r.org))
			active = active || s.tookPart(p.From, p.To)
		})
		out.Active += flag(active)
	}
	return out
}

// columnTabs recounts each activity and each program over its learners.
func (c *comparison) columnTabs(f report.Filter) error {
	reach := c.facts.For(access.ReportView, c.Now)
	s := c.sight(c.who, access.ReportView)
	activities, err := c.Reports.ActivityAnalytics(c.ctx, reach, f)
	name := spelled("analytics of activities", f)
	if done, err := c.refusedTab(name, s, f, err); done {
		return err
	}
	c.groupsSame(name, report.ActivitiesReport, f, activities.Activities)
	programs, err := c.Reports.ProgramAnalytics(c.ctx, reach, f)
	name = spelled("analytics of programs", f)
	if done, err := c.refusedTab(name, s, f, err); done {
		return err
	}
	c.groupsSame(name, report.ProgramsReport, f, programs.Programs)
	return nil
}

func (c *comparison) groupsSame(name string, key report.Key, f report.Filter, groups []report.ActivityGroup) {
	a := c.about(c.who, c.sight(c.who, access.ReportView), report.Request{Report: key, Filter: f})
	var got, want []string
	for _, g := range groups {
		got = append(got, fmt.Sprint(g.Column.ID, ": ", groupText(g.Group), "; ", g.Took))
	}
	for _, col := range a.columns {
		one := folk{}
		one.now, one.before = c.periods(f)
		only := *a
		only.columns, only.titles = []column{col}, nil
		for _, r := range a.list {
			if s, shows := col.expect(r); shows && s.state != "not_enrolled" {
				one.learner(&only, r)
			}
		}
		if one.learners > 0 {
			want = append(want, fmt.Sprint(col.id, ": ", one.String(), "; ", one.durations()))
		}
	}
	c.rows(name, got, want)
}

// teamTab recounts the first teams by the filter by each, and all by those.
func (c *comparison) teamTab(f report.Filter) error {
	name := spelled("analytics of teams", f)
	s, lists := c.sight(c.who, access.ReportView), c.sight(c.who, access.TeamList)
	got, err := c.Reports.TeamAnalytics(c.ctx, c.facts.For(access.ReportView, c.Now), c.facts.For(access.TeamList, c.Now), report.TeamQuery{Filter: f, Limit: groupsRecounted})
	if len(s) == 0 || len(lists) == 0 {
		c.same(name+" without permission", fault.KindOf(err) == fault.Forbidden, true)
		return nil
	}
	if done, err := c.refusedTab(name, s, f, err); done {
		return err
	}
	w := c.look(c.who, f)
	total := 0
	for _, t := range c.teams {
		asked := !w.nobody && len(w.teams) == 0 || slices.Contains(w.teams, t.id)
		total += flag(asked && !w.nobody && c.listsTeam(lists, t) && c.showsTeam(s, t))
	}
	c.same(name+", teams", got.Total, total)
	var ids []access.TeamID
	for _, t := range got.Teams {
		of := c.teams[string(t.ID)]
		if of == nil || !c.listsTeam(lists, of) || !c.showsTeam(s, of) {
			c.differ(name+", a team", string(t.ID), "not to be listed")
			continue
		}
		ids = append(ids, t.ID)
		c.same(name+", team "+string(t.ID)+", mine", t.Mine, of.owner == string(c.who.id))
		c.same(name+", team "+string(t.ID), groupText(t.Group), c.recounted(f, func(f *report.Filter) { f.Team = string(t.ID) }))
		done := 0
		for _, n := range t.Trend {
			done += n
		}
		c.same(name+", team "+string(t.ID)+", trend", done, t.Finished.Now)
	}
	if len(ids) > 0 {
		c.same(name+", together", groupText(got.Together), c.recounted(f, func(f *report.Filter) { f.Team = report.TeamsFilter(ids...) }))
	}
	return nil
}

// recounted counts those whom a filter finds once it is changed.
func (c *comparison) recounted(f report.Filter, change func(*report.Filter)) *folk {
	narrow := f
	change(&narrow)
	return c.folkOf(c.about(c.who, c.sight(c.who, access.ReportView), report.Request{Report: report.ProgressReport, Filter: narrow}), f)
}

// listsTeam tells whether a sight holds a team itself.
func (c *comparison) listsTeam(s sight, t *team) bool {
	return slices.ContainsFunc(s, func(at place) bool {
		if at.own && t.owner != string(c.who.id) {
			return false
		}
		switch at.kind {
		case access.AtTeam:
			return at.id == t.id
		case access.AtOrganization, access.AtLocation:
			return c.inside(at, t.org, "")
		}
		return false
	})
}

// showsTeam tells whether a sight shows members of a team: by the team, or by a
// place in its organization or above.
func (c *comparison) showsTeam(s sight, t *team) bool {
	return slices.ContainsFunc(s.whole(), func(at place) bool {
		switch at.kind {
		case access.AtTeam:
			return at.id == t.id
		case access.AtOrganization:
			return at.id == t.org || c.inside(at, t.org, "")
		case access.AtLocation:
			return c.locations[at.id] != nil && c.locations[at.id].org == t.org || c.inside(at, t.org, "")
		}
		return false
	})
}

// locationTab recounts the first places by the filter by each, and that
// everybody is in one of them or among the others.
func (c *comparison) locationTab(f report.Filter) error {
	name := spelled("analytics of locations", f)
	s := c.sight(c.who, access.ReportView)
	got, err := c.Reports.LocationAnalytics(c.ctx, c.facts.For(access.ReportView, c.Now), f)
	if len(s) > 0 && !s.byPlace() {
		c.same(name+" without places", fault.KindOf(err) == fault.Invalid, true)
		return nil
	}
	if done, err := c.refusedTab(name, s, f, err); done {
		return err
	}
	everybody := got.Others.Learners
	for i, p := range got.Places {
		everybody += p.Learners
		if i < groupsRecounted {
			c.same(name+", place "+p.ID, groupText(p.Group), c.recounted(f, func(f *report.Filter) { f.Location = p.ID }))
		}
	}
	if got.More == 0 {
		c.same(name+", learners", everybody, got.Learners)
	}
	for _, o := range got.Organizations[:min(len(got.Organizations), groupsRecounted)] {
		c.same(name+", organization "+string(o.Organization.ID), groupText(o.Group), c.recounted(f, func(f *report.Filter) { f.Organization = string(o.Organization.ID) }))
	}
	return nil
}

func (c *comparison) participationTab(f report.Filter) error {
	name := spelled("analytics of participation", f)
	s := c.sight(c.who, access.ReportView)
	got, err := c.Reports.ParticipationAnalytics(c.ctx, c.facts.For(access.ReportView, c.Now), f)
	if done, err := c.refusedTab(name, s, f, err); done {
		return err
	}
	a := c.about(c.who, s, report.Request{Report: report.ProgressReport, Filter: f})
	c.same(name, groupText(got.All), c.folkOf(a, f))
	c.stepsSame(name, a, f, got.Series)
	if got.Days == nil {
		return nil
	}
	c.stepsSame(name+", days", a, f, got.Days)
	var weekdays [7]int
	for _, d := range got.Days {
		weekdays[(d.Period.From.Time().Weekday()+6)%7] += d.Now.Active
	}
	c.same(name+", weekdays", got.Weekdays, weekdays)
	return nil
}

// riskList compares the learners at risk, page after page, with the reasons.
func (c *comparison) riskList(f report.Filter) error {
	name := spelled("learners at risk", f)
	s := c.sight(c.who, access.ReportView)
	q := report.RiskQuery{Filter: f, Limit: 200}
	if c.Page != nil {
		q.Limit = c.Page()
	}
	a := c.about(c.who, s, report.Request{Report: report.ProgressReport, Filter: f})
	type row struct {
		key  [4]int
		text string
	}
	var rows []row
	for _, r := range a.list {
		if x, at := c.risks(a, r); at {
			rows = append(rows, row(x))
		}
	}
	slices.SortFunc(rows, func(x, y row) int { return slices.Compare(x.key[:], y.key[:]) })
	most := c.atMost(len(rows))
	var got, want []string
	for {
		page, err := c.Reports.AtRisk(c.ctx, c.facts.For(access.ReportView, c.Now), q)
		if done, err := c.refusedTab(name, s, f, err); done {
			return err
		}
		if q.Cursor == "" {
			c.same(name+", total", page.Total, len(rows))
		}
		for _, item := range page.Items {
			text := string(item.Learner.ID)
			for _, why := range item.Reasons {
				text += fmt.Sprint(" ", why.Risk, " ", why.Count, " ", why.Days)
			}
			got = append(got, text)
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" || len(got) > most {
			break
		}
	}
	for _, r := range rows[:most] {
		want = append(want, r.text)
	}
	if most < len(rows) {
		got = got[:min(most, len(got))]
	}
	c.rows(name, got, want)
	return nil
}

// risks says why a learner is at risk, and where they stand in the list: by
// the most urgent reason, the days of it, then their number.
func (c *comparison) risks(a *about, r *shown) (out struct {
	key  [4]int
	text string
}, at bool) {
	reasons := []report.Risk{report.RiskOverdue, report.RiskFailed, report.RiskInactive}
	var counts, days [3]int
	a.entries(r, func(_ column, s standing) {
		on := s.on
		if s.until != day.None && s.until < on {
			on = s.until
		}
		for i, held := range []bool{s.state == "overdue", s.state == "failed", s.rests()} {
			if !held {
				continue
			}
			since := []day.Day{s.due, s.outcomeOn, max(s.enrolled, s.started, s.active)}[i]
			if n := int(on - since); counts[i] == 0 || n > days[i] {
				days[i] = n
			}
			counts[i]++
		}
	})
	out.text = string(r.id)
	for i, n := range counts {
		if n == 0 {
			continue
		}
		if !at {
			out.key = [4]int{i, -max(days[i], 0), int(r.no)}
		}
		at = true
		out.text += fmt.Sprint(" ", reasons[i], " ", n, " ", days[i])
	}
	return out, at
}
