package web

import (
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// overviewFigures are the figures of an overview, in the words of their
// definitions; each leads to a list with the same number.
func (p Page) overviewFigures(o report.Overview, to lists, seesPeople bool) []Figure {
	w := &o.Work
	of := p.N("overview.of_enrollments", w.Counted())
	out := []Figure{{
		ID: "learners", Icon: "users", Label: p.T("overview.learners"), Value: p.Number(o.Learners),
		About: p.T("overview.learners_about"), To: to.report(report.LearnersReport),
	}}
	if o.Seats.Purchases > 0 {
		out = append(out, p.seatFigures(o.Seats, to, seesPeople)...)
	}
	return append(out,
		Figure{
			ID: "started", Icon: "player-play", Label: p.T("overview.started"), Value: p.Number(w.Started()), Note: of,
			About: p.T("overview.started_about"), To: to.report(report.EnrollmentsReport, "did", string(report.DidStart)),
		},
		Figure{
			ID: "completed", Icon: "circle-check", Label: p.T("overview.completed"), Value: p.Number(w.Done()), Note: of,
			About: p.T("overview.completed_about"), To: to.report(report.EnrollmentsReport, "did", string(report.DidComplete)),
		},
		p.rateFigure(w, to),
		p.progressFigure(w, to),
		p.scoreFigure(w, to),
		p.timeFigure(o, to),
		p.participationFigure(o, to),
		p.overdueFigure(w, to),
	)
}

func (p Page) seatFigures(seats report.SeatFigures, to lists, seesPeople bool) []Figure {
	invited := Figure{
		ID: "invited", Icon: "mail", Label: p.T("overview.invited"), Value: p.Number(seats.Invited),
		Note: p.N("overview.of_purchases", seats.Purchases), About: p.T("overview.invited_about"), To: to.seats("reports", string(report.LicensesReport)),
	}
	if seesPeople {
		invited.To = to.seats("users", "invited")
	}
	redeemed := Figure{
		ID: "redeemed", Icon: "license", Label: p.T("overview.redeemed"), Value: p.Number(seats.Redeemed),
		Note: p.N("overview.of_purchases", seats.Purchases), About: p.T("overview.redeemed_about"), To: to.seats("reports", string(report.LicensesReport)),
	}
	if seats.Ended > 0 {
		redeemed.Note = p.N("overview.ended", seats.Ended)
	}
	return []Figure{invited, redeemed}
}

func (p Page) rateFigure(w *transcript.Sum, to lists) Figure {
	rate, ok := w.CompletionRate()
	return Figure{
		ID: "rate", Icon: "chart-bar", Label: p.T("overview.rate"), Value: p.known(p.Percent(rate), ok),
		Note:  p.T("users.ratio", "Completed", w.Done(), "Enrolled", w.Counted()),
		About: p.T("overview.rate_about"), To: to.report(report.EnrollmentsReport, "did", string(report.DidCount)),
	}
}

func (p Page) progressFigure(w *transcript.Sum, to lists) Figure {
	mean, ok := w.MeanProgress()
	return Figure{
		ID: "progress", Icon: "activity", Label: p.T("overview.progress"), Value: p.known(p.Percent(mean/100), ok), Note: p.N("overview.over_enrollments", w.Counted()),
		About: p.T("overview.progress_about"), To: to.report(report.EnrollmentsReport, "did", string(report.DidCount)),
	}
}

func (p Page) scoreFigure(w *transcript.Sum, to lists) Figure {
	mean, ok := w.MeanScore()
	return Figure{
		ID: "score", Icon: "certificate", Label: p.T("overview.score"), Value: p.known(p.Decimal(mean), ok), Note: p.T("overview.points"),
		About: p.T("overview.score_about"), To: to.report(report.EnrollmentsReport, "did", string(report.DidScore)),
	}
}

func (p Page) timeFigure(o report.Overview, to lists) Figure {
	minutes := int(o.Work.Minutes())
	f := Figure{
		ID: "time", Icon: "clock", Label: p.T("field.time_spent"), Value: p.LongTime(minutes),
		About: p.T("overview.time_about"), To: to.report(report.EnrollmentsReport, "did", string(report.DidCount)),
	}
	if o.Learners > 0 {
		f.Note = p.T("overview.time_each", "Time", p.Duration(minutes/o.Learners))
	}
	return f
}

// LongTime is a sum of minutes; whole hours where there are many.
func (p Page) LongTime(minutes int) string {
	if minutes >= 100*60 {
		return p.T("duration.hours", "Hours", minutes/60)
	}
	return p.Duration(minutes)
}

func (p Page) participationFigure(o report.Overview, to lists) Figure {
	share := 0.0
	if o.Learners > 0 {
		share = float64(o.Active) / float64(o.Learners)
	}
	return Figure{
		ID: "participation", Icon: "users", Label: p.T("overview.participation"), Value: p.known(p.Percent(share), o.Learners > 0),
		Note:  p.T("users.ratio", "Completed", o.Active, "Enrolled", o.Learners),
		About: p.T("overview.participation_about", "From", p.Day(o.From), "To", p.Day(o.To)), To: to.report(report.LearnersReport, "did", string(report.DidActive)),
	}
}

func (p Page) overdueFigure(w *transcript.Sum, to lists) Figure {
	return Figure{
		ID: "overdue", Icon: "alert-triangle", Label: p.T("overview.overdue"), Value: p.Number(w.Count[transcript.Overdue]), Note: p.N("overview.of_enrollments", w.Counted()),
		About: p.T("overview.overdue_about"), To: to.report(report.EnrollmentsReport, "state", transcript.Overdue.String()),
	}
}

// known is a figure, or a dash where there is nothing to make it of.
func (p Page) known(value string, ok bool) string {
	if !ok {
		return "–"
	}
	return value
}
