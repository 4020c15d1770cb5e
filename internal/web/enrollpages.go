package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// enrollRoutes are the form from which people are enrolled and withdrawn.
func (p *Pages) enrollRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/enroll", Permission: access.EnrollmentEdit, Handle: countingOnce(p.enrollForm), Repeats: []string{"person", "product"}},
		{Pattern: "POST /o/{organization}/enroll", Permission: access.EnrollmentEdit, Handle: countingOnce(p.previewEnrolling), Rate: server.Heavy},
	}
}

// listFields are the fields of a filter of Users, which a selection of all that
// meet it carries along.
var listFields = []string{"q", "state", "purchase", "seat", "location", "team", "activity", "role", "status"}

// usersFilter reads the filter of the list of people.
func usersFilter(visit *server.Visit, reach access.Reach, query url.Values) (filter report.Filter, keeps bool, err error) {
	if filter, err = filterOf(query); err != nil {
		return filter, false, err
	}
	filter.Activity = query.Get("activity")
	keeps = visit.Can(access.AccountEdit) && reach.Carries().Location
	if keeps {
		filter.Role, filter.Status = access.RoleKey(query.Get("role")), query.Get("status")
	}
	return filter, keeps, nil
}

// selection is what can be done from a list of people, for whoever may.
func (p *Pages) selection(r *http.Request, found int) *SelectionView {
	if !server.VisitOf(r.Context()).Can(access.EnrollmentEdit) {
		return nil
	}
	v := &SelectionView{Enroll: here(r, "enroll"), Found: found, Most: learning.MostPeople}
	for _, name := range listFields {
		if value := r.URL.Query().Get(name); value != "" {
			v.Keep = append(v.Keep, FormField{Name: name, Value: value})
		}
	}
	return v
}

// chosenPeople gives the people that a form names one by one, or all that meet
// its filter.
func (p *Pages) chosenPeople(r *http.Request, form url.Values) ([]access.AccountID, error) {
	var out []access.AccountID
	if form.Get("all") == "" {
		for _, id := range form["person"] {
			out = append(out, access.AccountID(id))
		}
		return out, nil
	}
	visit := server.VisitOf(r.Context())
	reach := visit.Reach(access.LearnerView)
	filter, _, err := usersFilter(visit, reach, form)
	if err != nil {
		return nil, err
	}
	for cursor := ""; ; {
		found, err := p.Reports.Learners(r.Context(), reach, report.LearnerQuery{Filter: filter, States: visit.Reach(access.EnrollmentView), Limit: 200, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		if found.Total > learning.MostPeople {
			return nil, learning.ErrTooMany
		}
		for _, l := range found.Items {
			out = append(out, l.ID)
		}
		if cursor = found.NextCursor; cursor == "" {
			return out, nil
		}
	}
}

func (p *Pages) enrollForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showEnroll(w, r, http.StatusOK, r.URL.Query(), nil)
}

// mostTicks is how many activities and programs the form shows at once.
const mostTicks = 200

func (p *Pages) showEnroll(w http.ResponseWriter, r *http.Request, status int, form url.Values, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	visit := server.VisitOf(r.Context())
	v := EnrollView{Action: here(r, "enroll"), Withdraw: form.Get("do") == "withdraw", Find: form.Get("find"), CompleteBy: form.Get("complete_by")}
	v.Back = page.beganOn(form.Get("from"))
	page.Title = page.T("enroll.enroll_title")
	if v.Withdraw {
		page.Title = page.T("enroll.withdraw_title")
	}
	people, err := p.chosenPeople(r, form)
	switch {
	case err != nil && refused(err):
		v.Faults = page.FaultsOf(err)
	case err != nil:
		return err
	case len(people) == 0:
		_, none := learning.Enrolling{Products: []content.ProductID{"any"}}.Check()
		v.Faults = page.FaultsOf(none)
	default:
		if v.Who, err = p.whoIsChosen(r, page, people); err != nil {
			return err
		}
		query := learning.OfferQuery{Q: v.Find, Limit: mostTicks}
		if v.Withdraw {
			query.Of = people
		}
		offers, total, err := p.Learning.Offered(r.Context(), visit.Reach(access.EnrollmentEdit), query)
		if err != nil {
			return err
		}
		v.Total = total
		for _, o := range offers {
			tick := OfferTick{ID: string(o.ID), Title: o.Title, Chosen: slices.Contains(form["product"], string(o.ID))}
			if tick.Kind = page.KindName(string(o.Kind)); o.Program {
				tick.Kind = page.N("enroll.program", o.Size)
			}
			v.Offers = append(v.Offers, tick)
		}
	}
	for _, name := range append([]string{"do", "from", "all", "person"}, listFields...) {
		for _, value := range form[name] {
			if value != "" {
				v.Keep = append(v.Keep, FormField{Name: name, Value: value})
			}
		}
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, Enroll(page, v))
}

// whoIsChosen names a single person, and counts several.
func (p *Pages) whoIsChosen(r *http.Request, page Page, people []access.AccountID) (string, error) {
	if len(people) > 1 {
		return page.N("enroll.chosen", len(people)), nil
	}
	visit := server.VisitOf(r.Context())
	card, err := p.Reports.Learner(r.Context(), visit.Reach(access.LearnerView), visit.Reach(access.EnrollmentView), people[0])
	if errors.Is(err, fault.ErrNotFound) || errors.Is(err, fault.ErrForbidden) {
		return page.N("enroll.chosen", 1), nil
	}
	return card.Name, err
}

// previewEnrolling shows what the act would do to each.
func (p *Pages) previewEnrolling(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	in, kind := learning.Enrolling{}, learning.EnrollAct
	if form.Get("do") == "withdraw" {
		kind = learning.WithdrawAct
	}
	in.People, err = p.chosenPeople(r, form)
	for _, id := range form["product"] {
		in.Products = append(in.Products, content.ProductID(id))
	}
	if text := form.Get("complete_by"); text != "" && err == nil && kind == learning.EnrollAct {
		if in.CompleteBy, err = day.Parse(text); err != nil {
			err = fault.Field("complete_by", "Use a day such as 2026-01-31.")
		}
	}
	if err == nil {
		in, err = in.Check()
	}
	if err == nil {
		err = p.beginAct(w, r, kind, form.Get("from"), in)
	}
	if err != nil && refused(err) {
		return p.showEnroll(w, r, http.StatusUnprocessableEntity, form, err)
	}
	return err
}

// beganOn is the page that an act on people was begun on: that of a person, of
// a team, or the list.
func (p Page) beganOn(from string) ActLink {
	of, id, ok := strings.Cut(from, "/")
	switch {
	case ok && of == "users" && id != "":
		return ActLink{Label: p.T("enroll.back_person"), To: p.Path("users", id)}
	case ok && of == "teams" && id != "":
		return ActLink{Label: p.T("enroll.back_team"), To: p.Path("teams", id)}
	}
	return ActLink{Label: p.T("nav.users"), To: p.Path("users")}
}

// enrollActWords is what the pages say about enrolling, withdrawActWords about its opposite.
func enrollActWords() actWords {
	w := peopleActWords("enroll.enroll_title", func(p Page, n int) string { return p.N("enroll.preview_enroll", n) },
		func(p Page, n int) string { return p.N("enroll.done_enroll", n) })
	w.confirm = func(p Page, a bulk.Act) string { return p.N("enroll.confirm_enroll", a.Plan.Effective()) }
	return w
}

func withdrawActWords() actWords {
	w := peopleActWords("enroll.withdraw_title", func(p Page, n int) string { return p.N("enroll.preview_withdraw", n) },
		func(p Page, n int) string { return p.N("enroll.done_withdraw", n) })
	w.confirm = func(p Page, a bulk.Act) string { return p.N("enroll.confirm_withdraw", a.Plan.Effective()) }
	return w
}

func peopleActWords(title string, preview, done func(Page, int) string) actWords {
	return actWords{
		place: PlaceUsers, title: title, subject: "enroll.people",
		preview: func(p Page, a bulk.Act) string { return preview(p, a.Plan.Effective()) },
		done:    func(p Page, a bulk.Act) string { return done(p, a.Plan.Effective()) },
		undo:    func(p Page, a bulk.Act) string { return p.N("enroll.undo", a.Plan.Effective()) },
		figures: []actFact{{"people", "enroll.figure_people"}, {"lines", "enroll.figure_lines"}, {"left", "enroll.figure_left"}},
		results: map[string]string{
			learning.LineEnrolled: "enroll.line_enrolled", learning.LineRenewed: "enroll.line_renewed", learning.LineAlready: "enroll.line_already",
			learning.LineWithdrawn: "enroll.line_withdrawn", learning.LineEnded: "enroll.line_ended", learning.LineKept: "enroll.line_kept",
			learning.LineOnlyKept: "enroll.line_only_kept", learning.LineNotEnrolled: "enroll.line_not_enrolled",
			learning.LineNobody: "enroll.line_nobody", learning.LineNotActive: "enroll.line_suspended", learning.LineElsewhere: "enroll.line_elsewhere",
			learning.LineEmpty: "enroll.line_empty", learning.LineTakenBack: "enroll.line_taken_back", learning.LineStays: "enroll.line_stays",
		},
		detail: enrollDetail,
		back:   func(p Page, a bulk.Act) ActLink { return p.beganOn(a.Subject) },
	}
}

// enrollDetail says what a line is about, and what keeps it.
func enrollDetail(p Page, l bulk.Line) string {
	said := []string{l.Detail["product"]}
	if l.Detail["of"] != "" {
		said = append(said, p.T("enroll.some_of", "Changed", l.Detail["changed"], "Of", l.Detail["of"]))
	}
	for _, k := range learning.KeepersOf(l) {
		said = append(said, p.keptBy(k))
	}
	return strings.Join(said, " · ")
}

// keptBy says what keeps an enrollment.
func (p Page) keptBy(k learning.Keeper) string {
	switch {
	case k.Kind == learning.FromSeat && k.Name != "":
		return p.T("enroll.by_seat_of", "Name", k.Name)
	case k.Kind == learning.FromSeat:
		return p.T("enroll.by_seat")
	case k.Kind == learning.FromAssignment:
		return p.T("enroll.by_assignment")
	case k.Kind == learning.FromContentGrant:
		return p.T("enroll.by_content_grant")
	case k.Kind == learning.ByHand && k.Name != "":
		return p.T("enroll.by_program", "Name", k.Name)
	case k.Kind == learning.ByImport:
		return p.T("enroll.by_import")
	}
	return p.T("enroll.by_hand")
}

// enrollLinks lead from a person's page to enrolling and withdrawing them.
func enrollLinks(r *http.Request, id string) (enroll, withdraw templ.SafeURL) {
	if !server.VisitOf(r.Context()).Can(access.EnrollmentEdit) {
		return "", ""
	}
	at := func(do string) templ.SafeURL {
		return with(here(r, "enroll"), "do", do, "person", id, "from", "users/"+id)
	}
	return at("enroll"), at("withdraw")
}
