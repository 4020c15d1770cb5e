package web

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		most int
		want []int
	}{
		{-3, []int{0, 1}},
		{0, []int{0, 1}},
		{1, []int{0, 1}},
		{3, []int{0, 1, 2, 3}},
		{5, []int{0, 1, 2, 3, 4, 5}},
		{6, []int{0, 2, 4, 6}},
		{7, []int{0, 2, 4, 6, 8}},
		{11, []int{0, 5, 10, 15}},
		{26, []int{0, 10, 20, 30}},
		{143, []int{0, 50, 100, 150}},
		{100, []int{0, 20, 40, 60, 80, 100}},
		{101, []int{0, 50, 100, 150}},
		{84_213, []int{0, 20_000, 40_000, 60_000, 80_000, 100_000}},
	} {
		if got := ticks(tt.most); !slices.Equal(got, tt.want) {
			t.Errorf("ticks(%d) = %v, want %v", tt.most, got, tt.want)
		}
	}
}

// TestTicksHoldEveryValue tries every size: never more than six lines, the last
// at or above the value, all as far apart.
func TestTicksHoldEveryValue(t *testing.T) {
	for most := 1; most < 30_000; most += 1 + most/50 {
		got := ticks(most)
		last := got[len(got)-1]
		if len(got) > 6 || last < most || got[0] != 0 || last-most >= got[1] {
			t.Errorf("ticks(%d) = %v", most, got)
		}
		for i := 1; i < len(got); i++ {
			if got[i]-got[i-1] != got[1] {
				t.Errorf("ticks(%d) = %v: not as far apart", most, got)
			}
		}
	}
}

func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		values     []int
		top        int
		mirrored   bool
		line, area string
	}{
		{nil, 1, false, "", ""},
		{[]int{4}, 5, false, "M50 20", ""},
		{[]int{0, 5, 10}, 10, false, "M0 100L50 50L100 0", "M0 100L50 50L100 0L100 100L0 100Z"},
		{[]int{0, 5, 10}, 10, true, "M100 100L50 50L0 0", "M100 100L50 50L0 0L0 100L100 100Z"},
		{[]int{1, 1, 2, 0}, 3, false, "M0 66.67L33.33 66.67L66.67 33.33L100 100", "M0 66.67L33.33 66.67L66.67 33.33L100 100L100 100L0 100Z"},
		{[]int{1, 2}, 0, false, "M0 100L100 100", "M0 100L100 100L100 100L0 100Z"},
	} {
		if got := linePath(tt.values, tt.top, tt.mirrored); got != tt.line {
			t.Errorf("line of %v: %s, want %s", tt.values, got, tt.line)
		}
		if got := areaPath(tt.values, tt.top, tt.mirrored); got != tt.area {
			t.Errorf("area of %v: %s, want %s", tt.values, got, tt.area)
		}
	}
}

// TestPathsStayInside draws random-looking values: no point leaves the box.
func TestPathsStayInside(t *testing.T) {
	number := regexp.MustCompile(`-?[\d.]+`)
	for n := range 40 {
		values := make([]int, n+2)
		for i := range values {
			values[i] = (i*i*31 + n*17) % 997
		}
		grid := ticks(greatest(values))
		for _, found := range number.FindAllString(areaPath(values, grid[len(grid)-1], n%2 == 0), -1) {
			if at, err := strconv.ParseFloat(found, 64); err != nil || at < 0 || at > 100 {
				t.Fatalf("%v: %s lies outside", values, found)
			}
		}
	}
}

func TestBars(t *testing.T) {
	for _, tt := range []struct {
		value, most int
		mirrored    bool
		width, from float64
	}{
		{0, 0, false, 0, 0},
		{0, 10, false, 0, 0},
		{5, 10, false, 50, 0},
		{5, 10, true, 50, 50},
		{10, 10, true, 100, 0},
		{1, 100_000, false, .5, 0},
	} {
		w := width(tt.value, tt.most)
		if w != tt.width || from(w, tt.mirrored) != tt.from {
			t.Errorf("%d of %d: %v from %v, want %v from %v", tt.value, tt.most, w, from(w, tt.mirrored), tt.width, tt.from)
		}
	}
}

func TestClipped(t *testing.T) {
	for _, tt := range []struct {
		name string
		room int
		want string
	}{
		{"", 4, ""},
		{"Fire safety", 11, "Fire safety"},
		{"Fire safety", 10, "Fire safe…"},
		{"Fire safety", 6, "Fire…"},
		{"Überprüfung", 5, "Über…"},
		{"陈伟的课程", 10, "陈伟的课程"},
		{"陈伟的课程", 8, "陈伟的…"},
		{"Fire   ", 4, "Fire   "},
	} {
		if got := clipped(tt.name, tt.room); got != tt.want {
			t.Errorf("clipped(%q, %d) = %q, want %q", tt.name, tt.room, got, tt.want)
		}
	}
}

// TestHitsCoverThePlot: each spot of the drawing belongs to exactly one step.
func TestHitsCoverThePlot(t *testing.T) {
	for _, mirrored := range []bool{false, true} {
		for n := 1; n < 30; n++ {
			sum := 0.0
			for i := range n {
				x, wide := hit(i, n, mirrored)
				if x < -1e-9 || x+wide > 100+1e-9 || wide <= 0 {
					t.Errorf("step %d of %d: %v wide at %v", i, n, wide, x)
				}
				sum += wide
			}
			if math.Abs(sum-100) > 1e-6 {
				t.Errorf("%d steps cover %v%%", n, sum)
			}
		}
	}
}

func TestSparse(t *testing.T) {
	steps := []ChartStep{{Label: "Jan"}, {}, {Label: "Feb"}, {}, {}, {Label: "Mar"}}
	var kept []string
	for i, s := range steps {
		if s.Label != "" && !sparse(steps, i) {
			kept = append(kept, s.Label)
		}
	}
	if fmt.Sprint(kept) != "[Jan Mar]" {
		t.Errorf("a narrow window keeps %v", kept)
	}
}
