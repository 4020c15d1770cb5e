package web

import (
	"net/http"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// land leads to where somebody's work begins: a Local Administrator to who is
// late, other administrators and every Reports Only twin to the Dashboard,
// reporters to Report Center (M-033), others who see learners or licenses to
// the first page they have, and everybody else to their own learning.
func (p *Pages) land(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	v := server.VisitOf(r.Context())
	if leading(v).Key == access.LocalAdministrator {
		return see(w, r, here(r, "pressing"))
	}
	for _, to := range []struct {
		permission access.Permission
		path       string
	}{
		{access.DashboardView, "dashboard"},
		{access.ReportView, "reports"},
		{access.MatrixView, "matrix"},
		{access.LearnerView, "users"},
		{access.LicenseView, "licenses"},
	} {
		if seesOthers(v.Reach(to.permission)) {
			return see(w, r, here(r, to.path))
		}
	}
	return see(w, r, here(r, "me"))
}

func (p *Pages) learning(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceLearning, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.learning")
	own, err := p.Learning.Mine(r.Context(), reach)
	if err != nil {
		return err
	}
	offers, err := p.offersOf(r, reach)
	if err != nil {
		return err
	}
	invited, err := p.invitationsToMe(r, reach)
	if err != nil {
		return err
	}
	v := LearningView{Offers: offers, Invited: invited}
	on := today(server.VisitOf(r.Context()))
	for _, o := range own {
		switch o.State {
		case transcript.Overdue:
			v.Overdue++
		case transcript.DueSoon:
			v.DueSoon++
		}
		if o.State.Done() {
			v.Completed++
		}
		v.Activities = append(v.Activities, learningRowOf(r, page, o, on))
	}
	// What is pressing stands first; titles keep their order within.
	slices.SortStableFunc(v.Activities, func(a, b LearningRow) int { return pressure(a.Standing.State) - pressure(b.Standing.State) })
	return show(w, r, http.StatusOK, Learning(page, v))
}

func learningRowOf(r *http.Request, page Page, o learning.Own, on day.Day) LearningRow {
	row := LearningRow{
		ID: string(o.Activity.ID), Title: o.Activity.Title, Kind: page.KindName(string(o.Activity.Kind)), Minutes: o.Activity.Minutes,
		Standing: standingOf(o.Entry, o.State, on), CompletedOn: o.Entry.Completed, SelfComplete: o.MayComplete(),
	}
	row.Program = o.Program()
	if o.Launchable() {
		row.Launch = here(r, "me", "activities", row.ID, "open")
	}
	return row
}

// pressure orders one's own activities: late ones first, finished ones last.
func pressure(s State) int {
	return slices.Index([]State{Overdue, DueSoon, Expired, ExpiresSoon, InProgress, NotStarted, Failed, Completed, Waived, Withdrawn, NotEnrolled}, s)
}

// launch opens an activity in a tab of its own and marks it as started. It is a
// link, because a form may not lead to another site; so a link that another
// site made is not followed.
func (p *Pages) launch(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if from := r.Header.Get("Sec-Fetch-Site"); from == "cross-site" || from == "same-site" {
		return see(w, r, here(r, "me"))
	}
	to, err := p.Learning.Launch(r.Context(), reach, content.ProductID(r.PathValue("activity")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (p *Pages) complete(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if err := p.Learning.Complete(r.Context(), reach, content.ProductID(r.PathValue("activity"))); err != nil {
		return err
	}
	return see(w, r, with(here(r, "me"), "done", string(DoneActivity)))
}

func (p *Pages) ownReport(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceLearning, "")
	if err != nil {
		return err
	}
	page.Title = page.T("learning.report")
	own, err := p.Learning.OwnReport(r.Context(), reach)
	if err != nil {
		return err
	}
	v := OwnReportView{Export: here(r, "me", "report", "runs")}
	on := today(server.VisitOf(r.Context()))
	for _, o := range own {
		row := EnrollmentRow{
			Title: o.Activity.Title, Kind: page.KindName(string(o.Activity.Kind)), Standing: standingOf(o.Entry, o.State, on),
			EnrolledOn: o.Entry.Enrolled, CompletedOn: o.Entry.Completed,
		}
		row.Program = o.Program()
		if o.State.Done() {
			v.Completed++
		}
		v.Rows = append(v.Rows, row)
	}
	return show(w, r, http.StatusOK, OwnReport(page, v))
}
