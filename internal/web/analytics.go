package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

// AnalyticsView is what every part of the analytics in Report Center begins
// with: the parts, the days they are about, whom, and how to take it away.
type AnalyticsView struct {
	Title   string // of the part
	Filters Filters
	Tabs    []TabLink
	Range   RangeView
	Tally   Tally
	// From to To is the period; Before is the one that stands beside it.
	From, To, BeforeFrom, BeforeTo day.Day
	At                             time.Time
	Downloads                      []DownloadView
}

// TabLink leads to a part of a page.
type TabLink struct {
	Label string
	To    templ.SafeURL
	Here  bool
}

// RangeView chooses the days that figures are about.
type RangeView struct {
	Spans    []TabLink
	Custom   bool
	From, To string // of the fields
	Words    string // the days in force
	Action   templ.SafeURL
	State    url.Values // what else is in the address
}

// DownloadView is a report to take away as a file, narrowed as the page is.
type DownloadView struct {
	Name, About string
	Run         templ.SafeURL
	State       url.Values
}

// Comparing tells whether another period stands beside.
func (v AnalyticsView) Comparing() bool { return v.BeforeFrom != day.None && v.BeforeTo != day.None }

// span is a choice of days up to today.
type span struct {
	days int
	key  string // its message
}

var spans = []span{{1, "analytics.today"}, {7, "analytics.week"}, {30, "analytics.month"}, {90, "analytics.quarter"}}

// usualSpan needs no word in an address.
const usualSpan = 30

// daysOf reads the range of an address: days up to today, or a first and a last
// day, which win. Custom tells that they were chosen one by one.
func daysOf(query url.Values, today day.Day) (period report.Period, days int, err error) {
	if query.Get("from") != "" || query.Get("to") != "" {
		period, err = periodOf(query, today)
		return period, 0, err
	}
	switch text := query.Get("days"); text {
	case "", strconv.Itoa(usualSpan):
		return report.Period{}, usualSpan, nil
	default:
		n, err := strconv.Atoi(text)
		if err != nil || !slices.ContainsFunc(spans, func(s span) bool { return s.days == n }) {
			return period, 0, fault.Field("days", "Choose 1, 7, 30 or 90 days, or a first and a last day.")
		}
		return report.Period{From: today.Add(1 - n), To: today}, n, nil
	}
}

// analyticsState is what stays the same from part to part, as an address says it.
func analyticsState(f report.Filter, days int) url.Values {
	out := queryOf(report.Request{Report: report.EnrollmentsReport, Filter: f})
	if days > 0 {
		out.Del("from")
		out.Del("to")
	}
	if days > 0 && days != usualSpan {
		out.Set("days", strconv.Itoa(days))
	}
	return out
}

// tabAddress is where a part of the analytics is.
func tabAddress(r *http.Request, tab report.Tab) templ.SafeURL {
	if tab == "" {
		return here(r, "reports")
	}
	return here(r, "reports", "analytics", string(tab))
}

// rangeOf offers the ranges, each keeping what else is in the address.
func (p Page) rangeOf(action templ.SafeURL, state url.Values, days int, period report.Period) RangeView {
	v := RangeView{Action: action, Custom: days == 0, From: period.From.String(), To: period.To.String(), State: url.Values{}}
	v.Words = p.Days(period.From, period.To)
	for name, values := range state {
		if name != "from" && name != "to" && name != "days" {
			v.State[name] = values
		}
	}
	for _, s := range spans {
		to := url.Values{}
		for name, values := range v.State {
			to[name] = values
		}
		if s.days != usualSpan {
			to.Set("days", strconv.Itoa(s.days))
		}
		v.Spans = append(v.Spans, TabLink{Label: p.T(s.key), To: addressWith(action, to), Here: s.days == days})
	}
	return v
}

// Days writes a range of days, both included, as shortly as can be.
func (p Page) Days(from, to day.Day) string {
	switch {
	case from == to:
		return p.Day(to)
	case from.Time().Year() == to.Time().Year():
		return p.T("analytics.from_to", "From", p.DayOfMonth(from), "To", p.Day(to))
	}
	return p.T("analytics.from_to", "From", p.Day(from), "To", p.Day(to))
}
