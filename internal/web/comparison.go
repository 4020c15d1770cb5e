package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/report"
)

// ComparisonTable stands things side by side by what their learners do.
type ComparisonTable struct {
	Heading string // of the first column
	Rows    []ComparedRow
	Total   *ComparedRow // everybody in any of them, each once
	// Took shows the median of the days a completion took, Trend a line of completions.
	Took, Trend bool
}

// ComparedRow is one of them.
type ComparedRow struct {
	Name, Note string
	To         templ.SafeURL // leads on; empty where there is nothing below
	Mine       bool
	Learners   ComparedCell
	Rate       float64
	Rated      bool
	RateTo     templ.SafeURL
	Active     ComparedCell
	Finished   ComparedCell
	Overdue    ComparedCell
	AtRisk     ComparedCell
	Took       string
	Spark      Spark
}

// Percent is the rate in whole percent, for the bar beside the number.
func (r ComparedRow) Percent() int { return int(r.Rate * 100) }

// ComparedCell is a number with the list behind it and how it has changed.
type ComparedCell struct {
	Value string
	To    templ.SafeURL
	Trend *Trend
	Said  string // the number of the period before
}

// compared fills a row with what a group of learners did; at leads to the list
// of a measure, among them alone.
func (p Page) compared(name string, g *report.Group, at func(report.Measure) templ.SafeURL) ComparedRow {
	row := ComparedRow{
		Name:     name,
		Learners: ComparedCell{Value: p.Number(g.Learners), To: at(report.Learners)},
		Active:   p.changed(g.Active, at(report.ActiveOnes)),
		Finished: p.changed(g.Finished, at(report.Finished)),
		Overdue:  p.changed(g.Overdue, at(report.OverdueThen)),
		AtRisk:   ComparedCell{Value: p.Number(g.AtRisk), To: at(report.AtRiskOnes)},
		RateTo:   at(report.CompletedOnes),
	}
	if row.Overdue.Trend != nil {
		row.Overdue.Trend.LessIsBetter = true
	}
	row.Rate, row.Rated = g.Work.CompletionRate()
	return row
}

func (p Page) changed(c report.Change, to templ.SafeURL) ComparedCell {
	return ComparedCell{Value: p.Number(c.Now), To: to, Trend: p.trendOf(c), Said: p.T("analytics.before", "Count", c.Before)}
}
