package surface

import (
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

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
	by := map[string]*folk{}
	for _, r := range a.list {
		a.entries(r, func(col column, s standing) {
			if by[col.id] == nil {
				by[col.id] = &folk{}
				by[col.id].now, by[col.id].before = c.periods(f)
			}
			by[col.id].add(r, s)
		})
	}
	for _, col := range a.columns {
		if k := by[col.id]; k != nil {
			want = append(want, fmt.Sprint(col.id, ": ", k.String(), "; ", k.durations()))
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
}, at bool,
) {
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
