package surface

import (
	"fmt"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
)

// overview compares every figure of the overview, and its months.
func (c *comparison) overview() error {
	const name = "overview"
	s := c.sight(c.who, access.ReportView)
	o, err := c.Reports.Overview(c.ctx, c.facts.For(access.ReportView, c.Now), report.OverviewQuery{})
	if done, err := c.refused(name, s, err); done {
		return err
	}
	a := c.about(c.who, s, report.Request{Report: report.ProgressReport})
	c.same(name+", learners", fmt.Sprint(o.Learners, " of ", o.ReachTotal), fmt.Sprint(len(a.list), " of ", c.reach(s)))
	c.same(name+", seats", o.Seats, c.seatFigures(s))
	all, before := newWork(), newWork()
	took := 0
	byActivity := map[string]*tally{}
	months := c.months()
	for _, r := range a.list {
		from, to := period(a.w.Filter, r.org)
		mine := newWork()
		for _, col := range a.columns {
			cell, shows := col.expect(r)
			if !shows {
				continue
			}
			if byActivity[col.id] == nil {
				byActivity[col.id] = &tally{}
			}
			byActivity[col.id].add(cell)
			if cell.state == "not_enrolled" {
				continue
			}
			all.add(cell, from, to)
			mine.add(cell, from, to)
			before.add(cell, from-(to-from)-1, from-1)
			months.add(cell)
		}
		took += flag(mine.active)
	}
	c.same(name+", work", sumText(&o.Work), &all.tally)
	c.same(name+", who took part", o.Active, took)
	c.same(name+", begun and finished", fmt.Sprint(o.Begun, o.Finished, o.BegunBefore, o.FinishedBefore), fmt.Sprint(all.begun, all.finished, before.begun, before.finished))
	var got, want []string
	for i := range o.ByActivity {
		got = append(got, o.ByActivity[i].Column.ID+": "+sumText(&o.ByActivity[i].Sum))
	}
	for _, col := range a.columns {
		if t := byActivity[col.id]; t != nil && t.enrolled() > 0 {
			want = append(want, col.id+": "+t.String())
		}
	}
	c.rows(name+", by activity", got, want)
	for _, p := range c.people {
		if p.status == "erased" {
			return nil // the past holds what they did, too (I-21), and the rows of a list do not
		}
	}
	got = nil
	for _, step := range o.Series {
		got = append(got, fmt.Sprint(step.From, " to ", step.To, ": ", step.Begun, " begun, ", step.Finished, " finished"))
	}
	c.rows(name+", by month", got, months.told())
	return nil
}

// seatFigures counts the seats of the purchases that a sight shows.
func (c *comparison) seatFigures(s sight) (f report.SeatFigures) {
	for _, p := range c.purchases {
		if !c.showsPurchase(c.who, s, p) {
			continue
		}
		f.Purchases++
		for _, h := range p.assigned {
			switch h.state {
			case "pending":
				f.Invited++
			case "redeemed":
				f.Redeemed++
				f.Ended += flag(h.ended())
			}
		}
	}
	return f
}

// month is one of the last twelve, the present one up to today.
type month struct {
	from, to        day.Day
	begun, finished int
}

type months []month

func (c *comparison) months() months {
	today := c.who.org.today.Time()
	out := make(months, 12)
	for i := range out {
		first := time.Date(today.Year(), today.Month()-time.Month(11-i), 1, 0, 0, 0, 0, time.UTC)
		out[i] = month{from: day.Of(first, time.UTC), to: day.Of(first.AddDate(0, 1, -1), time.UTC)}
	}
	out[11].to = c.who.org.today
	return out
}

func (m months) add(s standing) {
	for i := range m {
		m[i].begun += flag(s.within(s.started, m[i].from, m[i].to))
		m[i].finished += flag(s.within(s.completed, m[i].from, m[i].to))
	}
}

func (m months) told() []string {
	out := make([]string, len(m))
	for i, x := range m {
		out[i] = fmt.Sprint(x.from, " to ", x.to, ": ", x.begun, " begun, ", x.finished, " finished")
	}
	return out
}
