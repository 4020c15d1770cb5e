package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// reporterPanel is who reports on a purchase, with what the visitor may do
// about it; nothing for those who appoint nobody there.
func (p *Pages) reporterPanel(r *http.Request, _ access.Reach, id license.PurchaseID) (templ.Component, error) {
	reach := server.VisitOf(r.Context()).Reach(access.ReporterAssign)
	if reach.IsEmpty() {
		return templ.NopComponent, nil
	}
	page := p.plain(r)
	page.Shell = &Shell{Slug: r.PathValue("organization")}
	now, err := p.Licenses.Reporter(r.Context(), reach, id)
	if fault.KindOf(err) == fault.NotFound {
		return templ.NopComponent, nil
	}
	if err != nil {
		return nil, err
	}
	v := reporterView(r, now)
	if v.Holder != "" && !v.Owned {
		ending, err := p.Licenses.PreviewRevocation(r.Context(), reach, id)
		if err != nil {
			return nil, err
		}
		revoke := page.revokeView(r, ending)
		v.Revoke = &revoke
	}
	return ReporterPanel(page, v), nil
}

func reporterView(r *http.Request, now license.ReporterNow) ReporterView {
	assign := here(r, "licenses", string(now.Purchase), "reporter")
	return ReporterView{
		Product: now.Product, Company: now.Company, Holder: now.Holder.Name, Email: now.Holder.Email, Since: now.Since,
		SeatEnded: now.SeatEnded, ReadsUntil: now.ReadsUntil, Buyer: now.Buyer.Name, Waiting: now.Waiting, Owned: now.Owned,
		Managers: Managers(now.Managers), Assign: assign, AppointBuyer: with(assign, "to", string(now.Buyer.Account)),
	}
}

// backFromReporter is where the visitor knows the purchase from.
func backFromReporter(r *http.Request, now license.ReporterNow) templ.SafeURL {
	if now.Owned {
		return here(r, "my-licenses", string(now.Purchase))
	}
	return here(r, "licenses", string(now.Purchase))
}

func reporterPlace(now license.ReporterNow) Place {
	if now.Owned {
		return PlaceMyLicenses
	}
	return PlaceLicenses
}

func readingView(product string, r license.Reading) ReadingView {
	return ReadingView{Product: product, Learners: r.Learners, Ended: r.Ended, Invited: r.Invited, Sample: r.Sample}
}

// seenView says the ways in words; roles that come by one group are one reason.
func (p Page) seenView(seen license.Seen, owned bool) SeenView {
	v := SeenView{Known: !owned}
	told := map[string]bool{}
	for _, w := range seen.Ways {
		reason := p.why(management.Way{Grant: w.Grant})
		if !told[reason] {
			told[reason] = true
			v.Ways = append(v.Ways, SeenWay{Reason: reason, Learners: w.Learners})
		}
	}
	return v
}

func (p Page) revokeView(r *http.Request, ending license.RevocationPreview) RevokeView {
	at := here(r, "licenses", string(ending.Purchase), "reporter", "revoke")
	return RevokeView{
		Holder: ending.Holder.Name, Action: at, Page: at, Back: backFromReporter(r, ending.ReporterNow),
		Reading: readingView(ending.Product, ending.Reading), Keeps: p.seenView(ending.Keeps, ending.Owned),
		IsBuyer: ending.Holder.Account == ending.Buyer.Account,
	}
}

// assignForm leads to a new reporter: who holds the role, the choice, the preview.
func (p *Pages) assignForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	query := r.URL.Query()
	id := license.PurchaseID(r.PathValue("purchase"))
	if to := query.Get("to"); to != "" {
		return p.previewReporter(w, r, http.StatusOK, reach, id, access.AccountID(to), nil)
	}
	now, err := p.Licenses.Reporter(r.Context(), reach, id)
	if err != nil {
		return err
	}
	page, v, err := p.assignPage(r, now)
	if err != nil {
		return err
	}
	if !now.Holder.IsNobody() && query.Get("change") == "" {
		return show(w, r, http.StatusOK, AssignReporter(page, v))
	}
	found, err := p.Licenses.Candidates(r.Context(), reach, id, license.CandidateQuery{Q: query.Get("q"), Limit: 100})
	if err != nil {
		return err
	}
	v.Choice = &ReporterChoice{Search: query.Get("q"), Full: !now.Owned && now.Managers.Room() != nil}
	for _, c := range found {
		v.Choice.People = append(v.Choice.People, page.candidateView(now, c))
	}
	return show(w, r, http.StatusOK, AssignReporter(page, v))
}

func (p *Pages) assignPage(r *http.Request, now license.ReporterNow) (Page, AssignView, error) {
	page, err := p.framed(r, reporterPlace(now), "")
	if err != nil {
		return page, AssignView{}, err
	}
	page.Title = page.T("reporter.assign")
	if now.Owned {
		page.Title = page.T("reporter.transfer_title")
	}
	v := AssignView{ReporterView: reporterView(r, now), Back: backFromReporter(r, now)}
	v.Action = v.Assign
	v.GoOn = with(v.Assign, "change", "1")
	return page, v, nil
}

func (p Page) candidateView(now license.ReporterNow, c license.Candidate) ReporterCandidate {
	v := ReporterCandidate{ID: string(c.Account), Name: c.Name, Email: c.Email}
	reason := c.Eligible(now.Today)
	switch {
	case reason != nil:
		v.Not = p.Sentence(fault.Sentence(reason))
	case c.Account == now.Holder.Account:
		v.Not = p.T("reporter.holds_already")
	case c.Buyer:
		v.As = p.T("reporter.is_buyer")
	case !c.AccessUntil.IsNone():
		v.As = p.T("reporter.seat_until", "Day", p.Day(c.AccessUntil))
	default:
		v.As = p.T("reporter.has_seat")
	}
	return v
}

// previewReporter shows what the appointment changes; wrong is why a first try was refused.
func (p *Pages) previewReporter(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, id license.PurchaseID, to access.AccountID, wrong error) error {
	found, err := p.Licenses.PreviewReporter(r.Context(), reach, id, to)
	if err != nil {
		return err
	}
	page, v, err := p.assignPage(r, found.ReporterNow)
	if err != nil {
		return err
	}
	v.Preview = &ReporterPreview{
		To: found.To.Name, ToID: string(to), Shown: string(found.Holder.Account), Another: v.GoOn,
		Reading: readingView(found.Product, found.Reading), Sees: page.seenView(found.Sees, found.Owned), Keeps: page.seenView(found.Keeps, found.Owned),
		KeepsIsBuyer: found.Holder.Account == found.Buyer.Account,
	}
	if found.Refused == nil && found.Holder.Account == to {
		v.Preview.Refused = page.T("reporter.holds_already")
	}
	if wrong == nil {
		wrong = found.Refused
	}
	if wrong != nil {
		v.Preview.Refused = page.Sentence(fault.Sentence(wrong))
	}
	return show(w, r, status, AssignReporter(page, v))
}

func (p *Pages) assignReporter(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, to := license.PurchaseID(r.PathValue("purchase")), access.AccountID(form.Get("to"))
	if to == "" { // nobody was chosen: once more from the beginning
		return p.assignForm(w, r, reach)
	}
	err = p.Licenses.ConfirmReporter(r.Context(), reach, id, access.AccountID(form.Get("shown")), to)
	if kind := fault.KindOf(err); kind == fault.Conflict || kind == fault.LimitReached {
		return p.previewReporter(w, r, http.StatusConflict, reach, id, to, err)
	}
	if err != nil {
		return err
	}
	now, err := p.Licenses.Reporter(r.Context(), reach, id)
	if err != nil {
		return err
	}
	return see(w, r, with(backFromReporter(r, now), "done", string(DoneReporter)))
}

func (p *Pages) revokeForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showRevoke(w, r, http.StatusOK, reach, nil)
}

func (p *Pages) showRevoke(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, wrong error) error {
	ending, err := p.Licenses.PreviewRevocation(r.Context(), reach, license.PurchaseID(r.PathValue("purchase")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, reporterPlace(ending.ReporterNow), "")
	if err != nil {
		return err
	}
	page.Title = page.T("reporter.revoke")
	if !ending.Holder.IsNobody() {
		page.Title = page.T("reporter.revoke_title", "Name", ending.Holder.Name)
	}
	v := page.revokeView(r, ending)
	if wrong == nil {
		wrong = ending.Refused
	}
	v.Refused = ending.Refused != nil
	if wrong != nil {
		v.Fault = page.Sentence(fault.Sentence(wrong))
	}
	return show(w, r, status, RevokeReporter(page, v))
}

func (p *Pages) revokeReporter(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := license.PurchaseID(r.PathValue("purchase"))
	err := p.Licenses.RevokeReporter(r.Context(), reach, id)
	if fault.KindOf(err) == fault.Conflict {
		return p.showRevoke(w, r, http.StatusConflict, reach, err)
	}
	if err != nil {
		return err
	}
	return see(w, r, with(here(r, "licenses", string(id)), "done", string(DoneReporterRevoked)))
}

// waiting are the appointments that wait for room, for those who can settle them.
func (p *Pages) waiting(r *http.Request) (WaitingView, error) {
	reach := server.VisitOf(r.Context()).Reach(access.ReporterAssign)
	if !seesOthers(reach) {
		return WaitingView{}, nil
	}
	found, err := p.Licenses.WaitingReporters(r.Context(), reach)
	if err != nil {
		return WaitingView{}, err
	}
	v := WaitingView{Managers: Managers(found.Managers)}
	for _, w := range found.Items {
		at := here(r, "licenses", string(w.Purchase))
		v.Items = append(v.Items, WaitingRow{
			Product: w.Product, Company: w.Company, Buyer: w.Buyer.Name, Since: w.Since, To: at,
			Appoint: with(here(r, "licenses", string(w.Purchase), "reporter"), "to", string(w.Buyer.Account)),
		})
	}
	return v, nil
}
