package web

import "github.com/a-h/templ"

// MeasureChart is one figure of a period with its way through it, and through
// the period before.
type MeasureChart struct {
	Figure Figure
	Way    TimeChart
}

// ColumnChart stands things side by side by how many there are of each: a
// distribution, or the days of a week.
type ColumnChart struct {
	ID, Title, About string
	Heading, Amount  string // of the table's columns
	Note             string // beside the title, such as the mean
	Empty, Next      string // why there is nothing, and what to do
	Columns          []ChartColumn
}

// ChartColumn is one of them.
type ChartColumn struct {
	Label string // below it
	Name  string // in full
	Count int
	To    templ.SafeURL // the list behind it
	// Strong columns are those that the eye should meet first.
	Strong bool
}

// total is how many there are in all columns.
func (c ColumnChart) total() int {
	n := 0
	for _, column := range c.Columns {
		n += column.Count
	}
	return n
}

// greatest is what the highest column stands for.
func (c ColumnChart) greatest() int {
	most := 0
	for _, column := range c.Columns {
		most = max(most, column.Count)
	}
	return most
}

// slot is where column i of n stands, in percent of the width: its left side,
// and how wide it is.
func slot(i, n int, mirrored bool) (left, wide float64) {
	wide = 100 / float64(max(n, 1))
	if mirrored {
		i = n - 1 - i
	}
	return wide * float64(i), wide
}

// columnFill is the part of a slot that is drawn.
const columnFill = 0.72

// columnHeight of the plot in pixels, and the room above for the number.
const (
	columnHeight = 156
	columnTop    = 20
)

// rise is how high a column is, in pixels; whatever is above zero can be seen.
func rise(count, most int) float64 {
	if most <= 0 || count <= 0 {
		return 0
	}
	return max(columnHeight*float64(count)/float64(most), 2)
}

// said is what a column shows under the pointer.
func (c ColumnChart) said(p Page, column ChartColumn) string {
	out := column.Name + ": " + p.Number(column.Count)
	if all := c.total(); all > 0 {
		out += " (" + p.Percent(float64(column.Count)/float64(all)) + ")"
	}
	return out
}

// FunnelChart follows those who began through its steps.
type FunnelChart struct {
	ID, Title, About string
	Steps            []FunnelStep
}

// FunnelStep is one of them, with how many of the first step it still has.
type FunnelStep struct {
	Name, About string
	Count       int
	To          templ.SafeURL
	Note        string // its share of the step before
}

// first is how many there were in the beginning.
func (c FunnelChart) first() int {
	if len(c.Steps) == 0 {
		return 0
	}
	return c.Steps[0].Count
}

// stands is how high a step stands in a box of 100.
func (c FunnelChart) stands(i int) float64 {
	if c.first() == 0 {
		return 0
	}
	return 100 * float64(c.Steps[i].Count) / float64(c.first())
}

// Of the width of a funnel, in percent, what one of so many steps takes; the
// rest lies between them.
func (c FunnelChart) stepWidth() float64 { return 72 / float64(max(len(c.Steps), 1)) }

// stepBox is where the column of a step begins, and how wide it is.
func (c FunnelChart) stepBox(i int, mirrored bool) (left, wide float64) {
	wide = c.stepWidth()
	if n := len(c.Steps); n > 1 {
		left = float64(i) * (100 - wide) / float64(n-1)
	}
	if mirrored {
		left = 100 - left - wide
	}
	return left, wide
}

// betweenPath joins step i to the next, in a box of 100 by 100.
func (c FunnelChart) betweenPath(i int, mirrored bool) string {
	x0, wide := c.stepBox(i, mirrored)
	x1, _ := c.stepBox(i+1, mirrored)
	if x0 += wide; mirrored {
		x0, x1 = x0-wide, x1+wide
	}
	return "M" + short(x0) + " 100L" + short(x0) + " " + short(100-c.stands(i)) + "L" + short(x1) + " " + short(100-c.stands(i+1)) + "L" + short(x1) + " 100Z"
}
