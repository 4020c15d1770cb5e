package web

import (
	"math"
	"net/url"
	"testing"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
)

func TestDaysOf(t *testing.T) {
	today := day.Date(2026, 3, 31)
	period := func(from, to day.Day) report.Period { return report.Period{From: from, To: to} }
	for _, tt := range []struct {
		query string
		want  report.Period
		days  int
		kind  fault.Kind
	}{
		{"", report.Period{}, 30, fault.Internal},
		{"days=30", report.Period{}, 30, fault.Internal},
		{"days=1", period(today, today), 1, fault.Internal},
		{"days=7", period(today-6, today), 7, fault.Internal},
		{"days=90", period(today-89, today), 90, fault.Internal},
		{"days=7&from=2026-01-01&to=2026-01-31", period(day.Date(2026, 1, 1), day.Date(2026, 1, 31)), 0, fault.Internal},
		{"from=2026-01-31&to=2026-01-01", period(day.Date(2026, 1, 1), day.Date(2026, 1, 31)), 0, fault.Internal},
		{"from=2026-03-01", period(day.Date(2026, 3, 1), today), 0, fault.Internal},
		{"days=8", report.Period{}, 0, fault.Invalid},
		{"days=soon", report.Period{}, 0, fault.Invalid},
		{"from=yesterday", report.Period{}, 0, fault.Invalid},
	} {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		got, days, err := daysOf(query, today)
		if err != nil || tt.kind != fault.Internal {
			if fault.KindOf(err) != tt.kind || err == nil {
				t.Errorf("%q: %v", tt.query, err)
			}
			continue
		}
		if got != tt.want || days != tt.days {
			t.Errorf("%q: %v, %d days; want %v, %d", tt.query, got, days, tt.want, tt.days)
		}
	}
}

// TestFiltersStayFromPartToPart: what an address narrows by stands in the
// address of the next part, the days as they were chosen.
func TestFiltersStayFromPartToPart(t *testing.T) {
	for _, tt := range []struct {
		filter report.Filter
		days   int
		want   string
	}{
		{report.Filter{}, 30, ""},
		{report.Filter{Query: "ann", Team: "t", Location: "l", Purchase: "p", Activity: "a", Organization: "o"}, 30, "activity=a&location=l&organization=o&purchase=p&q=ann&team=t"},
		{report.Filter{Team: "t", Period: report.Period{From: 100, To: 106}}, 7, "days=7&team=t"},
		{report.Filter{Period: report.Period{From: day.Date(2026, 1, 1), To: day.Date(2026, 1, 31)}}, 0, "from=2026-01-01&to=2026-01-31"},
	} {
		if got := analyticsState(tt.filter, tt.days).Encode(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestSlotsCoverTheWidth: columns stand side by side, without a gap and
// without a cover, in both directions.
func TestSlotsCoverTheWidth(t *testing.T) {
	for _, mirrored := range []bool{false, true} {
		for n := 1; n < 20; n++ {
			taken := 0.0
			for i := range n {
				left, wide := slot(i, n, mirrored)
				at := float64(i)
				if mirrored {
					at = float64(n - 1 - i)
				}
				if math.Abs(left-at*wide) > 1e-9 {
					t.Errorf("column %d of %d begins at %v", i, n, left)
				}
				taken += wide
			}
			if math.Abs(taken-100) > 1e-6 {
				t.Errorf("%d columns take %v%%", n, taken)
			}
		}
	}
}

func TestPiecesFillTheBar(t *testing.T) {
	for _, tt := range []struct {
		values   []int
		mirrored bool
		want     []piece
	}{
		{[]int{0, 0}, false, nil},
		{[]int{1, 0, 3}, false, []piece{{0, 0, 25}, {2, 25, 75}}},
		{[]int{1, 0, 3}, true, []piece{{0, 75, 25}, {2, 0, 75}}},
	} {
		got := StackRow{Values: tt.values}.pieces(tt.mirrored)
		if len(got) != len(tt.want) {
			t.Fatalf("%v: %v", tt.values, got)
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%v: piece %d is %v, want %v", tt.values, i, got[i], tt.want[i])
			}
		}
	}
}

// TestSpreadStaysInside: whatever the days, a bar lies inside and can be seen.
func TestSpreadStaysInside(t *testing.T) {
	for n := range 200 {
		r := SpreadRow{Low: n % 3, First: n % 7, Mid: n%7 + n%11, Third: n%7 + n%11 + n%5, High: 400}
		for _, top := range []int{0, 1, 10, 100} {
			for _, mirrored := range []bool{false, true} {
				left, wide := r.box(top, mirrored)
				if left < 0 || wide < 0.9 || left+wide > 100.001 {
					t.Fatalf("%+v on an axis of %d: %v wide at %v", r, top, wide, left)
				}
			}
		}
	}
}

func TestFunnel(t *testing.T) {
	c := FunnelChart{Steps: []FunnelStep{{Count: 200}, {Count: 100}, {Count: 50}}}
	if left, wide := c.stepBox(0, false); left != 0 || wide != 24 {
		t.Errorf("the first step is %v wide at %v", wide, left)
	}
	if left, wide := c.stepBox(2, false); left+wide != 100 {
		t.Errorf("the last step ends at %v", left+wide)
	}
	if left, wide := c.stepBox(0, true); left+wide != 100 {
		t.Errorf("mirrored, the first step ends at %v", left+wide)
	}
	if got, want := c.betweenPath(0, false), "M24 100L24 0L38 50L38 100Z"; got != want {
		t.Errorf("from the first to the second step: %s, want %s", got, want)
	}
	if got, want := c.betweenPath(0, true), "M76 100L76 0L62 50L62 100Z"; got != want {
		t.Errorf("mirrored: %s, want %s", got, want)
	}
	if (FunnelChart{Steps: []FunnelStep{{}, {}}}).stands(1) != 0 {
		t.Error("a funnel of nobody stands above the floor")
	}
}

func TestLabelledStepsAreFewAndHoldTheFirst(t *testing.T) {
	for n := 1; n < 200; n++ {
		labels := 0
		for i := range n {
			if labelled(i, n) {
				labels++
			}
		}
		if !labelled(0, n) || labels > 7 {
			t.Errorf("%d labels of %d steps", labels, n)
		}
	}
}

func TestCalendarBeginsOnItsWeekday(t *testing.T) {
	var c CalendarChart
	for d := day.Date(2026, 3, 4); d <= day.Date(2026, 3, 31); d++ { // Wednesday to Tuesday
		c.Days = append(c.Days, CalendarDay{Day: d, Count: int(d) % 5})
	}
	if weekdayOf(c.Days[0].Day) != 2 || c.week(4) != 0 || c.week(5) != 1 || c.weeks() != 5 {
		t.Errorf("begins on weekday %d, the first Monday lies in week %d, %d weeks", weekdayOf(c.Days[0].Day), c.week(5), c.weeks())
	}
	for i := range c.Days {
		if deep := c.deep(i); deep < 0 || deep > 4 || (deep == 0) != (c.Days[i].Count == 0) {
			t.Errorf("%d of at most 4 is drawn %d deep", c.Days[i].Count, deep)
		}
	}
}

// TestChangesMeanWhatTheySay: more overdue is bad, fewer is good.
func TestChangesMeanWhatTheySay(t *testing.T) {
	for _, tt := range []struct {
		trend Trend
		want  string
	}{
		{Trend{Up: true}, "up"}, {Trend{}, ""}, {Trend{Up: true, LessIsBetter: true}, "bad"}, {Trend{LessIsBetter: true}, "up"},
	} {
		if got := tt.trend.class(); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.trend, got, tt.want)
		}
	}
}
