package web

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"
)

// TimeChart is what happened step by step: one line filled below, and perhaps
// a dashed one to compare it with.
type TimeChart struct {
	ID, Title, About string // the element's id; what it shows, in words
	Unit             string // heading of the table's first column
	Steps            []ChartStep
	First, Second    ChartLine
	// Before tells that the second line is the time before, step beside step.
	Before bool
	// Height of the plot in pixels, where it is not the usual one.
	Height int
	// Notes stand beside the steps in the table, where there is anything to say.
	Notes string // heading of their column; empty without one
}

// ChartStep is one step of time.
type ChartStep struct {
	Label string // on the axis; empty where it would crowd the others
	Name  string // in the table, in full
	Then  string // the step of the time before that stands beside it
	Note  string
}

// ChartLine is the values of the steps under one name.
type ChartLine struct {
	Name   string
	Values []int
}

// BarChart compares things by how much of each is done, the largest first.
type BarChart struct {
	ID, Title, About string
	Bars             []Bar // those with the most, as many as are drawn
	All              []Bar // every one, for the table
}

// Bar is one thing: Done of Of.
type Bar struct {
	Name     string
	To       templ.SafeURL // the list behind Done
	Done, Of int
	Rate     float64
	Rated    bool
	Recent   int // done within the period
}

// Empty tells that nothing happened in any step.
func (c TimeChart) Empty() bool { return greatest(c.First.Values, c.Second.Values) == 0 }

// greatest is what the widest bar stands for.
func (c BarChart) greatest() int {
	most := 0
	for _, b := range c.Bars {
		most = max(most, b.Of, b.Done)
	}
	return most
}

func greatest(lists ...[]int) int {
	most := 0
	for _, values := range lists {
		for _, v := range values {
			most = max(most, v)
		}
	}
	return most
}

// The drawing of a time chart: heights are in pixels, widths in percent of the
// plot, so that it fits every window while its letters keep their size.
const (
	plotTop     = 8   // room for the highest label
	plotBelow   = 28  // room for the labels of the steps
	plotHeight  = 176 // between the first and the last line of the grid
	barStep     = 30  // from one bar to the next
	barBaseline = 13  // of its name
)

// ticks are the lines of the grid for values from 0 to most: at most five
// steps of 1, 2 or 5 times a power of ten, whole numbers, the last at or above most.
func ticks(most int) []int {
	if most <= 0 {
		return []int{0, 1}
	}
	step := 1
	for power := 1; ; power *= 10 {
		found := false
		for _, nice := range []int{1, 2, 5} {
			if step = nice * power; step*5 >= most {
				found = true
				break
			}
		}
		if found {
			break
		}
	}
	var out []int
	for at := 0; ; at += step {
		if out = append(out, at); at >= most {
			return out
		}
	}
}

// across is where step i of n stands, in percent of the width. Time runs in
// the direction of the page.
func across(i, n int, mirrored bool) float64 {
	x := 50.0
	if n > 1 {
		x = 100 * float64(i) / float64(n-1)
	}
	if mirrored {
		x = 100 - x
	}
	return x
}

// level is how far down a value stands, in percent of the height.
func level(value, top int) float64 {
	if top <= 0 {
		return 100
	}
	return 100 - 100*float64(value)/float64(top)
}

// linePath joins the values, in a box of 100 by 100.
func linePath(values []int, top int, mirrored bool) string {
	var b strings.Builder
	for i, v := range values {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(short(across(i, len(values), mirrored)) + " " + short(level(v, top)))
	}
	return b.String()
}

// areaPath is what lies below the line; nothing where there is no line.
func areaPath(values []int, top int, mirrored bool) string {
	if len(values) < 2 {
		return ""
	}
	first, last := short(across(0, len(values), mirrored)), short(across(len(values)-1, len(values), mirrored))
	return linePath(values, top, mirrored) + "L" + last + " 100L" + first + " 100Z"
}

// short writes a coordinate with at most two digits after the point.
func short(x float64) string {
	return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64)
}

func percent(x float64) string { return short(x) + "%" }

func pixels(n int) string { return strconv.Itoa(n) }

// beside is how high a plot is that stands next to bars: as they are, and
// never lower than usual.
func beside(bars BarChart) int { return max(plotHeight, (len(bars.Bars)-2)*barStep+barBaseline) }

// height is that of the plot.
func (c TimeChart) height() int {
	if c.Height > 0 {
		return c.Height
	}
	return plotHeight
}

// down is where a value stands in pixels of the whole drawing.
func (c TimeChart) down(value, top int) string {
	return short(plotTop + float64(c.height())*level(value, top)/100)
}

// width is a bar's share of the greatest, in percent; whatever is above zero can be seen.
func width(value, most int) float64 {
	if most <= 0 || value <= 0 {
		return 0
	}
	return max(100*float64(value)/float64(most), 0.5)
}

// from is where a bar of so many percent begins: at the side where lines begin.
func from(percent float64, mirrored bool) float64 {
	if mirrored {
		return 100 - percent
	}
	return 0
}

// clipped shortens a name to what fits on one line of a narrow window. Signs of
// East Asian scripts are as wide as two others.
func clipped(name string, room int) string {
	used := 0
	for i, r := range name {
		size := 1
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			size = 2
		}
		if used+size > room && strings.TrimSpace(name[i:]) != "" {
			return strings.TrimRightFunc(name[:lastFit(name[:i])], unicode.IsSpace) + "…"
		}
		used += size
	}
	return name
}

// lastFit leaves room for the dots behind a shortened name.
func lastFit(name string) int {
	at := 0
	for i := range name {
		at = i
	}
	return at
}

// hit is the strip of the drawing that belongs to one step: its middle, and
// half the way to those beside it.
func hit(i, n int, mirrored bool) (x, wide float64) {
	if n < 2 {
		return 0, 100
	}
	half := 50 / float64(n-1)
	at := across(i, n, mirrored)
	left, right := max(at-half, 0), min(at+half, 100)
	return left, right - left
}

// sparse tells whether a label on the axis is one of those that a narrow
// window leaves out: every second of them.
func sparse(steps []ChartStep, at int) bool {
	n := 0
	for _, s := range steps[:at] {
		if s.Label != "" {
			n++
		}
	}
	return n%2 == 1
}

// said is what one step shows under the pointer.
func (c TimeChart) said(p Page, i int, step ChartStep) string {
	out := step.Name + ": " + c.First.Name + " " + p.Number(c.First.Values[i])
	if len(c.Second.Values) > 0 {
		out += p.T("list.comma") + c.Second.Name + " " + p.Number(c.Second.Values[i])
	}
	if step.Then != "" {
		out += " (" + step.Then + ")"
	}
	return out
}

// secondClass tells a line to compare with from the time before.
func (c TimeChart) secondClass() string {
	if c.Before {
		return "before"
	}
	return "second"
}

// said is what one bar shows under the pointer: its full name and its rate.
func (b Bar) said(p Page) string {
	out := b.Name + ": " + p.T("users.ratio", "Completed", b.Done, "Enrolled", b.Of)
	if b.Rated {
		out += p.T("list.comma") + p.Percent(b.Rate)
	}
	return out
}
