package web

import (
	"cmp"
	"slices"

	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// placesShown is how many locations the dashboard has room for.
const placesShown = 7

// dashboardFigures are the figures of the dashboard. A change is told only of
// completions: what was done on a day is known exactly afterwards, while nobody
// can tell how many were overdue a month ago without asking every past day.
func (p Page) dashboardFigures(o report.Overview, to lists) []Figure {
	w := &o.Work
	expiring := w.Count[transcript.ExpiresSoon]
	finished := Figure{
		ID: "finished", Icon: "circle-check", Label: p.T("dashboard.finished"), Value: p.Number(o.Finished),
		Note: p.N("dashboard.before", o.FinishedBefore), About: p.T("dashboard.finished_about", "From", p.Day(o.From), "To", p.Day(o.To)),
		To: to.report(report.EnrollmentsReport, "did", string(report.DidFinish)),
	}
	if change := o.Finished - o.FinishedBefore; change != 0 {
		finished.Trend = &Trend{Text: p.signed(change), Up: change > 0}
	}
	learners := Figure{
		ID: "learners", Icon: "users", Label: p.T("dashboard.learners_seen"), Value: p.Number(o.Learners),
		About: p.T("overview.learners_about"), To: to.report(report.LearnersReport),
	}
	if o.Learners != o.ReachTotal {
		learners.Note = p.N("list.of_yours", o.ReachTotal, "Found", o.Learners)
	}
	return []Figure{
		learners,
		p.rateFigure(w, to),
		p.overdueFigure(w, to),
		{
			ID: "expiring", Icon: "hourglass", Label: p.N("dashboard.expiring", o.Today.Windows.ExpiresSoon), Value: p.Number(expiring),
			Note: p.N("overview.of_enrollments", w.Counted()), About: p.N("dashboard.expiring_about", o.Today.Windows.ExpiresSoon),
			To: to.report(report.EnrollmentsReport, "state", transcript.ExpiresSoon.String()),
		},
		finished,
	}
}

// signed writes a change with its sign.
func (p Page) signed(n int) string {
	if n > 0 {
		return "+" + p.Number(n)
	}
	return p.Number(n)
}

// places rolls the figures of homes up to one level of the tree: the first that
// tells places apart. A row then is what the filter by that location finds.
func (p Page) places(o report.Overview, tree []report.Named, to lists) []PlaceRow {
	sums := rolledUp(o.ByLocation, tree)
	var shown []int
	for depth := 0; depth <= deepest(tree) && len(shown) < 2; depth++ {
		var level []int
		for i, n := range tree {
			if n.Depth == depth && sums[i].Learners > 0 {
				level = append(level, i)
			}
		}
		if len(level) > 0 {
			shown = level
		}
	}
	slices.SortStableFunc(shown, func(a, b int) int { return cmp.Compare(sums[b].Learners, sums[a].Learners) })
	elsewhere := 0
	for _, f := range o.ByLocation {
		elsewhere += f.Learners
	}
	var out []PlaceRow
	for _, i := range shown[:min(placesShown, len(shown))] {
		row := PlaceRow{Name: tree[i].Name, To: to.report(report.ProgressReport, "location", tree[i].ID), Learners: sums[i].Learners}
		row.Rate, row.Rated = sums[i].Work.CompletionRate()
		out = append(out, row)
		elsewhere -= row.Learners
	}
	if elsewhere > 0 {
		out = append(out, PlaceRow{Name: p.T("dashboard.elsewhere"), Learners: elsewhere})
	}
	return out
}

func deepest(tree []report.Named) int {
	depth := 0
	for _, n := range tree {
		depth = max(depth, n.Depth)
	}
	return depth
}

// rolledUp adds to each location of a tree what its descendants have. The tree
// is in order: each location is followed by those below it.
func rolledUp(figures []report.LocationFigure, tree []report.Named) []report.LocationFigure {
	own := make(map[string]*report.LocationFigure, len(figures))
	for i := range figures {
		own[figures[i].ID] = &figures[i]
	}
	out := make([]report.LocationFigure, len(tree))
	var above []int // the location and those above it
	for i, n := range tree {
		for len(above) > 0 && tree[above[len(above)-1]].Depth >= n.Depth {
			above = above[:len(above)-1]
		}
		above = append(above, i)
		if f := own[n.ID]; f != nil && n.ID != "" {
			for _, j := range above {
				out[j].Learners += f.Learners
				out[j].Work.Merge(&f.Work)
			}
		}
	}
	return out
}
