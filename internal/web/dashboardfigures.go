package web

import (
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

// places are the largest locations with all below them; what they leave is
// those placed above, beside or nowhere.
func (p Page) places(o report.Overview, to lists) []PlaceRow {
	elsewhere := o.Learners
	out := make([]PlaceRow, 0, len(o.Places)+1)
	for i := range o.Places {
		f := &o.Places[i]
		row := PlaceRow{Name: f.Name, To: to.report(report.ProgressReport, "location", f.ID), Learners: f.Learners}
		row.Rate, row.Rated = f.Work.CompletionRate()
		out = append(out, row)
		elsewhere -= f.Learners
	}
	if len(out) > 0 && elsewhere > 0 {
		out = append(out, PlaceRow{Name: p.T("dashboard.elsewhere"), Learners: elsewhere})
	}
	return out
}

// organizationRows are the organizations that the reader sees, the largest
// first, each with the way to its own pages.
func organizationRows(o report.Overview) []PlaceRow {
	var out []PlaceRow
	for i := range o.Organizations {
		f := &o.Organizations[i]
		row := PlaceRow{Name: f.Name, To: OrganizationPath(f.Slug, "dashboard"), Learners: f.Learners}
		row.Rate, row.Rated = f.Work.CompletionRate()
		out = append(out, row)
	}
	return out
}
