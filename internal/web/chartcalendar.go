package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/report"
)

// CalendarChart shows day by day, in weeks from Monday on, how many there were.
type CalendarChart struct {
	ID, Title, About string
	Days             []CalendarDay
}

// CalendarDay is one day of it.
type CalendarDay struct {
	Day   day.Day
	Count int
	To    templ.SafeURL
}

// weeks is how many columns it takes.
func (c CalendarChart) weeks() int {
	if len(c.Days) == 0 {
		return 0
	}
	return c.week(len(c.Days)-1) + 1
}

// week is the column of a day.
func (c CalendarChart) week(i int) int { return (weekdayOf(c.Days[0].Day) + i) / 7 }

// deep says in five steps how many there were against the busiest day.
func (c CalendarChart) deep(i int) int {
	most := 0
	for _, d := range c.Days {
		most = max(most, d.Count)
	}
	if most == 0 || c.Days[i].Count == 0 {
		return 0
	}
	return min(1+4*c.Days[i].Count/(most+1), 4)
}

// calendarRow is from one weekday to the next, in pixels.
const calendarRow = 26

// calendarOf is who took part on each day.
func (p Page) calendarOf(days []report.TimeStep, to func(report.Period) templ.SafeURL) CalendarChart {
	c := CalendarChart{ID: "calendar", Title: p.T("analytics.calendar"), About: p.N("analytics.calendar_about", len(days))}
	for i := range days {
		c.Days = append(c.Days, CalendarDay{Day: days[i].Period.From, Count: days[i].Now.Active, To: to(days[i].Period)})
	}
	return c
}

// weekdayShort is the name of a weekday where there is little room.
func (p Page) weekdayShort(i int) string {
	return [7]string{p.T("weekday.mon"), p.T("weekday.tue"), p.T("weekday.wed"), p.T("weekday.thu"), p.T("weekday.fri"), p.T("weekday.sat"), p.T("weekday.sun")}[i]
}
