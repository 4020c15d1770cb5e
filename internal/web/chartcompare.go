package web

import "github.com/a-h/templ"

// StackChart says of each thing how its parts stand to each other: every bar
// is as long as the next, so that shares can be compared. Parts differ by
// colour and by pattern.
type StackChart struct {
	ID, Title, About string
	Heading          string // of the table's first column
	Parts            []StackPart
	Rows             []StackRow // those that are drawn
	All              []StackRow // every one, for the table
	TableName        string     // what the way to the table says
	Empty, Next      string
}

// StackPart is a part of every bar.
type StackPart struct {
	Name, Class string
}

// StackRow is one bar: as many values as there are parts.
type StackRow struct {
	Name   string
	To     templ.SafeURL
	Values []int
	Note   string // at its end
}

func (r StackRow) total() int {
	n := 0
	for _, v := range r.Values {
		n += v
	}
	return n
}

// pieces are the parts of a bar that can be seen, in percent from where it begins.
func (r StackRow) pieces(mirrored bool) []piece {
	var out []piece
	at, all := 0.0, float64(r.total())
	for i, v := range r.Values {
		if v == 0 {
			continue
		}
		wide := 100 * float64(v) / all
		left := at
		if mirrored {
			left = 100 - at - wide
		}
		out = append(out, piece{part: i, left: left, wide: wide})
		at += wide
	}
	return out
}

type piece struct {
	part       int
	left, wide float64
}

// said is what a bar shows under the pointer.
func (c StackChart) said(p Page, r StackRow) string {
	out := r.Name + ": "
	first := true
	for i, v := range r.Values {
		if v == 0 {
			continue
		}
		if !first {
			out += p.T("list.comma")
		}
		out += c.Parts[i].Name + " " + p.Number(v)
		first = false
	}
	return out
}

// SpreadChart compares how long things take: of each the middle half as a bar,
// with the median in it.
type SpreadChart struct {
	ID, Title, About string
	Heading          string
	Rows             []SpreadRow // those that are drawn
	All              []SpreadRow
	Empty, Next      string
}

// SpreadRow is one of them, in days.
type SpreadRow struct {
	Name                   string
	To                     templ.SafeURL
	Low, First, Mid, Third int // the shortest, and the quartiles
	High                   int
	Count                  int
}

// top is the last day of the axis.
func (c SpreadChart) grid() []int {
	most := 0
	for _, r := range c.Rows {
		most = max(most, r.Third)
	}
	return ticks(most)
}

// beyond is where a number of days stands, in percent from where bars begin;
// what lies beyond the axis stands at its end.
func beyond(days, top int, mirrored bool) float64 {
	x := 0.0
	if top > 0 {
		x = min(100*float64(days)/float64(top), 100)
	}
	if mirrored {
		x = 100 - x
	}
	return x
}

// box is the bar of the middle half.
func (r SpreadRow) box(top int, mirrored bool) (left, wide float64) {
	a, b := beyond(r.First, top, mirrored), beyond(r.Third, top, mirrored)
	if a > b {
		a, b = b, a
	}
	if b-a < 1 {
		a = min(max(a-0.5, 0), 99)
		return a, 1
	}
	return a, b - a
}

// rail is the line from the shortest to the longest.
func (r SpreadRow) rail(top int, mirrored bool) (from, to float64) {
	return beyond(r.Low, top, mirrored), beyond(r.High, top, mirrored)
}

// said is what a row shows under the pointer.
func (r SpreadRow) said(p Page) string {
	return r.Name + ": " + p.N("chart.median_days", r.Mid) + p.T("list.comma") + p.T("chart.half_between", "From", r.First, "To", r.Third)
}

// Spark is a small line without an axis, beside its number.
type Spark struct {
	Values []int
	Said   string
}

// share is how much of all there is, and nothing of nothing.
func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// stackStep is from one stacked bar to the next, in pixels.
const stackStep = 38

// gridAnchor keeps the first and the last label of an axis inside.
func gridAnchor(i, n int) string {
	switch i {
	case 0:
		return "start"
	case n - 1:
		return "end"
	}
	return "middle"
}
