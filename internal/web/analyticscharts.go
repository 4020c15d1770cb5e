package web

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// measure is a figure of the period with its way through it and through the
// period before.
func (p Page) measure(f report.Frame, series []report.TimeStep, step report.Step, id, name, about string, c report.Change, to templ.SafeURL, of func(report.Counts) int) MeasureChart {
	return MeasureChart{
		Figure: Figure{
			ID: id, Label: p.T(name), Value: p.Number(c.Now), Note: p.T("analytics.before", "Count", c.Before), About: p.T(about),
			To: to, Trend: p.trendOf(c),
		},
		Way: p.wayOf(f, series, step, id+"-way", p.T(name), c, of),
	}
}

// wayOf draws one count of each step beside the same step of the period before.
func (p Page) wayOf(f report.Frame, series []report.TimeStep, step report.Step, id, title string, total report.Change, of func(report.Counts) int) TimeChart {
	c := TimeChart{
		ID: id, Title: title, Unit: p.stepUnit(step), Before: true, Height: measureHeight,
		First: ChartLine{Name: p.T("analytics.this_period")}, Second: ChartLine{Name: p.T("analytics.period_before")},
	}
	gone := 0
	for i := range series {
		s := &series[i]
		shown := ChartStep{Name: p.stepName(step, s.Period), Then: p.stepName(step, s.Before)}
		if labelled(i, len(series)) {
			shown.Label = p.DayOfMonth(s.Period.From)
			if step == report.Months {
				shown.Label = p.Month(s.Period.From)
			}
		}
		if n := of(s.Erased); n > 0 {
			shown.Note = p.Number(n)
			gone += n
		}
		c.Steps = append(c.Steps, shown)
		c.First.Values = append(c.First.Values, of(s.Now))
		c.Second.Values = append(c.Second.Values, of(s.Then))
	}
	if gone > 0 {
		c.Notes = p.T("analytics.by_erased")
	}
	c.About = p.T("analytics.way_about", "Now", total.Now, "Days", p.Days(f.Period.From, f.Period.To), "Before", total.Before, "DaysBefore", p.Days(f.Before.From, f.Before.To))
	return c
}

// measureHeight of a plot that stands beside others, in pixels.
const measureHeight = 120

// labelled tells whether a step of so many has a label on the axis: some six of
// them, evenly from the first one on.
func labelled(i, n int) bool {
	every := max((n+5)/6, 1)
	return i%every == 0 && (i == 0 || n-1-i >= every/2 || n-1 == i)
}

func (p Page) stepUnit(step report.Step) string {
	switch step {
	case report.Days:
		return p.T("chart.day")
	case report.Weeks:
		return p.T("chart.week")
	}
	return p.T("chart.month")
}

func (p Page) stepName(step report.Step, of report.Period) string {
	if step == report.Months && of.From.Time().Day() == 1 && of.To.Add(1).Time().Day() == 1 {
		return p.MonthOfYear(of.From)
	}
	return p.Days(of.From, of.To)
}

// funnelOf follows enrollments from the first to the last step.
func (p Page) funnelOf(w *transcript.Sum, to func(report.Measure) templ.SafeURL) FunnelChart {
	c := FunnelChart{ID: "funnel", Title: p.T("analytics.funnel"), Steps: []FunnelStep{
		{Name: p.T("chart.of"), About: p.T("analytics.counted_about"), Count: w.Counted(), To: to(report.CountedOnes), Note: p.T("analytics.all_of_them")},
		{Name: p.T("overview.started"), About: p.T("overview.started_about"), Count: w.Started(), To: to(report.StartedOnes)},
		{Name: p.T("overview.completed"), About: p.T("overview.completed_about"), Count: w.Done(), To: to(report.CompletedOnes)},
	}}
	for i := range c.Steps[1:] {
		if before := c.Steps[i].Count; before > 0 {
			c.Steps[i+1].Note = p.T("analytics.of_step", "Share", p.Percent(share(c.Steps[i+1].Count, before)), "Step", c.Steps[i].Name)
		}
	}
	c.About = p.T("analytics.funnel_says", "Enrolled", w.Counted(), "Started", w.Started(), "Completed", w.Done())
	return c
}

// bandsOf is a distribution.
func (p Page) bandsOf(id string, bands []report.Band, to func(report.Band) templ.SafeURL) ColumnChart {
	c := ColumnChart{ID: id + "-bands", Title: p.T("analytics.progress"), Heading: p.T("field.progress"), Amount: p.T("chart.enrollments"), Empty: p.T("analytics.no_enrollments"), Next: p.T("analytics.no_enrollments_next")}
	if id == "score" {
		c.Title, c.Heading, c.Empty, c.Next = p.T("analytics.score"), p.T("field.score"), p.T("analytics.no_scores"), p.T("analytics.no_scores_next")
	}
	for i, b := range bands {
		label := strconv.Itoa(b.From) + "–" + strconv.Itoa(b.To)
		if b.From == b.To {
			label = strconv.Itoa(b.From)
		}
		label = leftToRight(label)
		name := p.T("analytics.points", "Range", label)
		if id == "progress" {
			name = p.T("analytics.percent", "Range", label)
		}
		c.Columns = append(c.Columns, ChartColumn{Label: label, Name: name, Count: b.Count, To: to(b), Strong: i == len(bands)-1})
	}
	c.About = p.N("analytics.bands_about", c.total())
	return c
}

// workParts are the parts of a bar that says how enrollments stand.
func (p Page) workParts() []StackPart {
	return []StackPart{
		{p.T("state.completed"), "done"},
		{p.T("state.in_progress"), "going"},
		{p.T("state.not_started"), "none"},
		{p.T("state.overdue"), "late"},
		{p.T("analytics.lost"), "lost"},
	}
}

// workValues are the values of those parts: all enrollments that count.
func workValues(w *transcript.Sum) []int {
	return []int{
		w.Done(), w.Count[transcript.InProgress] + w.Count[transcript.DueSoon], w.Count[transcript.NotStarted],
		w.Count[transcript.Overdue], w.Count[transcript.Failed] + w.Count[transcript.Expired],
	}
}

// rateNote is a completion rate at the end of a bar.
func (p Page) rateNote(w *transcript.Sum) string {
	rate, ok := w.CompletionRate()
	if !ok {
		return ""
	}
	return p.T("analytics.rate_of", "Rate", p.Percent(rate), "Count", p.Number(w.Counted()))
}

// spreadRow is how long completions of one activity took.
func spreadRow(name string, to templ.SafeURL, d report.Durations) SpreadRow {
	return SpreadRow{Name: name, To: to, Low: d.Shortest, First: d.Quartile, Mid: d.Median, Third: d.UpperQuartile, High: d.Longest, Count: d.Measured}
}

// weekdays are the days of a week from Monday on, in the reader's words.
func (p Page) weekdays() [7]string {
	return [7]string{p.T("weekday.monday"), p.T("weekday.tuesday"), p.T("weekday.wednesday"), p.T("weekday.thursday"), p.T("weekday.friday"), p.T("weekday.saturday"), p.T("weekday.sunday")}
}

// weekdayOf is the place of a day in its week, Monday being the first.
func weekdayOf(d day.Day) int { return (int(d.Time().Weekday()) + 6) % 7 }

// leftToRight keeps a range of numbers in its order within right-to-left text.
func leftToRight(text string) string { return "\u2066" + text + "\u2069" }
