package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// riskPart is the page of all learners at risk.
const riskPart = "at-risk"

// userAnalytics is about everybody who meets the filters.
func (p *Pages) userAnalytics(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	found, err := p.Reports.UserAnalytics(r.Context(), reach, ask.filter)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "") // after the answer whose count the badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.reports")
	head, err := p.analyticsOf(r, page, reach, report.UsersTab, ask, found.Frame)
	if err != nil {
		return err
	}
	v := UserAnalyticsView{Empty: found.Empty}
	if found.Empty == "" || found.Empty == report.NothingHappens {
		v = page.userAnalyticsView(found, func(l report.List) templ.SafeURL { return listAt(r, l) })
		v.RiskTo = addressWith(here(r, "reports", "analytics", riskPart), ask.state)
		v.Risk = page.riskRowsOf(r, found.Risk)
	}
	return show(w, r, http.StatusOK, UserAnalytics(page, head, v))
}

// userAnalyticsView puts the figures into charts.
func (p Page) userAnalyticsView(a report.UserAnalytics, at func(report.List) templ.SafeURL) UserAnalyticsView {
	v := UserAnalyticsView{Empty: a.Empty}
	in := func(m report.Measure) templ.SafeURL { return at(a.List(m)) }
	v.Measures = []MeasureChart{
		p.measure(a.Frame, a.Series, a.Step, "joined", "analytics.joined", "analytics.joined_about", a.All.Joined, in(report.Joined), func(c report.Counts) int { return c.Joined }),
		p.measure(a.Frame, a.Series, a.Step, "active", "analytics.active", "analytics.active_about", a.All.Active, in(report.ActiveOnes), func(c report.Counts) int { return c.Active }),
		p.measure(a.Frame, a.Series, a.Step, "finished", "analytics.finished", "analytics.finished_about", a.All.Finished, in(report.Finished), func(c report.Counts) int { return c.Finished }),
		p.measure(a.Frame, a.Series, a.Step, "overdue", "analytics.overdue", "analytics.overdue_about", a.All.Overdue, in(report.OverdueThen), func(c report.Counts) int { return c.Overdue }),
	}
	if late := v.Measures[3].Figure.Trend; late != nil {
		late.LessIsBetter = true
	}
	v.Funnel = p.funnelOf(&a.All.Work, in)
	v.Progress = p.bandsOf("progress", a.Progress, func(b report.Band) templ.SafeURL { return at(a.Band(b)) })
	if mean, ok := a.All.Work.MeanProgress(); ok {
		v.Progress.Note = p.T("analytics.mean", "Mean", p.Percent(mean/100))
	}
	v.Score = p.bandsOf("score", a.Score, func(b report.Band) templ.SafeURL { return at(a.Band(b)) })
	if mean, ok := a.All.Work.MeanScore(); ok {
		v.Score.Note = p.T("analytics.mean", "Mean", p.Decimal(mean))
	}
	v.Took, v.AtRisk = a.Took, a.All.AtRisk
	v.TookTo = in(report.Finished)
	v.Risks = []Figure{
		{ID: "at-risk", Icon: "users", Label: p.T("analytics.at_risk"), Value: p.Number(a.All.AtRisk), Note: p.T("users.ratio", "Completed", a.All.AtRisk, "Enrolled", a.All.Learners), About: p.T("analytics.at_risk_about"), To: in(report.AtRiskOnes)},
		{ID: "late", Icon: "hourglass", Label: p.T("analytics.late"), Value: p.Number(a.Late), Note: p.T("users.ratio", "Completed", a.Late, "Enrolled", a.All.Learners), About: p.T("analytics.late_about"), To: in(report.LateOnes)},
		{ID: "failing", Icon: "alert-triangle", Label: p.T("analytics.failing"), Value: p.Number(a.Failing), Note: p.T("users.ratio", "Completed", a.Failing, "Enrolled", a.All.Learners), About: p.T("analytics.failing_about"), To: in(report.FailingOnes)},
		{ID: "inactive", Icon: "clock", Label: p.T("analytics.inactive"), Value: p.Number(a.Inactive), Note: p.T("users.ratio", "Completed", a.Inactive, "Enrolled", a.All.Learners), About: p.N("analytics.inactive_about", report.InactiveDays), To: in(report.InactiveOnes)},
	}
	return v
}

// risks is the page of all learners at risk, the most urgent first.
func (p *Pages) risks(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	ask, err := analyticsAsked(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	found, err := p.Reports.AtRisk(r.Context(), reach, report.RiskQuery{Filter: ask.filter, Risk: report.Risk(query.Get("risk")), Cursor: query.Get("cursor")})
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceReports, "")
	if err != nil {
		return err
	}
	page.Title = page.T("analytics.at_risk")
	action := here(r, "reports", "analytics", riskPart)
	bar, err := p.analyticsBar(r, page, reach, action, ask)
	if err != nil {
		return err
	}
	kinds := Choice{Name: "risk", Label: page.T("analytics.reason"), All: page.T("analytics.any_reason")}
	for _, risk := range []report.Risk{report.RiskOverdue, report.RiskFailed, report.RiskInactive} {
		kinds.Options = append(kinds.Options, Option{Value: string(risk), Label: page.riskName(risk), Chosen: string(risk) == query.Get("risk")})
	}
	bar.Choices = append([]Choice{kinds}, bar.Choices...)
	v := RisksView{
		Back: addressWith(tabAddress(r, report.UsersTab), ask.state), Filters: bar, Tally: Tally{Found: found.Learners, All: found.ReachTotal},
		Rows: page.riskRowsOf(r, found.Items), Total: found.Total, Pages: pages(r, action, found.NextCursor), At: server.VisitOf(r.Context()).Now,
		Empty: found.Empty,
	}
	return show(w, r, http.StatusOK, Risks(page, v))
}

// riskName names a reason for which somebody asks for attention.
func (p Page) riskName(risk report.Risk) string {
	switch risk {
	case report.RiskOverdue:
		return p.T("analytics.risk_overdue")
	case report.RiskFailed:
		return p.T("analytics.risk_failed")
	default:
		return p.T("analytics.risk_inactive")
	}
}

// riskRowsOf says of each learner at risk why.
func (p Page) riskRowsOf(r *http.Request, list []report.RiskRow) []RiskRow {
	opens := server.VisitOf(r.Context()).Can(access.LearnerView)
	out := make([]RiskRow, len(list))
	for i := range list {
		l := &list[i]
		row := RiskRow{Name: l.Learner.Name, Location: l.Learner.Location}
		if opens {
			row.To = here(r, "users", string(l.Learner.ID))
		} else {
			row.To = addressWith(here(r, "reports", string(report.EnrollmentsReport)), url.Values{"q": {l.Learner.Email}})
		}
		for _, reason := range l.Reasons {
			why := RiskReason{Name: p.riskName(reason.Risk), Activity: reason.Activity.Title, Since: reason.Since, More: reason.Count - 1}
			switch reason.Risk {
			case report.RiskOverdue:
				why.State, why.Text = Overdue, p.N("analytics.days_late", reason.Days)
			case report.RiskFailed:
				why.State, why.Text = Failed, p.N("analytics.days_ago", reason.Days)
			default:
				why.State, why.Text = DueSoon, p.N("analytics.days_still", reason.Days)
			}
			row.Reasons = append(row.Reasons, why)
		}
		out[i] = row
	}
	return out
}
