package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// filterOf reads a list's filter from the address, where every list's state lives.
func filterOf(query url.Values) (report.Filter, error) {
	f := report.Filter{
		Query: strings.TrimSpace(query.Get("q")), Location: query.Get("location"), Team: query.Get("team"),
		Purchase: query.Get("purchase"), Seat: report.Seat(query.Get("seat")),
	}
	if text := query.Get("state"); text != "" {
		state, ok := transcript.ParseState(text)
		if !ok {
			return f, fault.Field("state", "There is no such state.")
		}
		f.State = &state
	}
	return f, nil
}

// filterBar offers the filters that the visitor's access carries.
func (p *Pages) filterBar(r *http.Request, page Page, reach access.Reach, action templ.SafeURL) (Filters, error) {
	facets, err := p.Reports.Facets(r.Context(), reach)
	if err != nil {
		return Filters{}, err
	}
	query := r.URL.Query()
	f := Filters{Action: action, Search: query.Get("q")}
	if reach.Permission() != access.LearnerView || page.Can(access.EnrollmentView) {
		f.Choices = []Choice{page.StateFilter(query.Get("state"))}
	}
	if len(facets.Purchases) > 0 {
		f.Choices = append(f.Choices, page.PurchaseFilter(options(facets.Purchases, query.Get("purchase"))), page.SeatFilter(query.Get("seat")))
	}
	places, err := p.locationChoice(r, page, reach, facets, action, query.Get("location"))
	if err != nil {
		return f, err
	}
	f.Choices = append(f.Choices, places...)
	if len(facets.Teams) > 0 && reach.Carries().Team {
		f.Choices = append(f.Choices, page.TeamFilter(options(facets.Teams, query.Get("team"))))
	}
	return f, nil
}

// options turns names into choices; what lies deeper in a tree stands further in.
func options(named []report.Named, chosen string) []Option {
	out := make([]Option, len(named))
	for i, n := range named {
		out[i] = Option{Value: n.ID, Label: strings.Repeat("\u2003", max(n.Depth-1, 0)) + n.Name, Chosen: n.ID == chosen}
	}
	return out
}

// withPresent is the present address with some parameters replaced or, when empty, left out.
func withPresent(r *http.Request, action templ.SafeURL, pairs ...string) templ.SafeURL {
	query := r.URL.Query()
	query.Del("done")
	for i := 0; i+1 < len(pairs); i += 2 {
		if query.Del(pairs[i]); pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return action
	}
	return action + templ.SafeURL("?"+query.Encode())
}

// pages leads to the first and the next page of a list.
func pages(r *http.Request, action templ.SafeURL, next string) Pager {
	var out Pager
	if r.URL.Query().Get("cursor") != "" {
		out.First = withPresent(r, action, "cursor", "")
	}
	if next != "" {
		out.Next = withPresent(r, action, "cursor", next)
	}
	return out
}

func (p *Pages) users(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	visit := server.VisitOf(r.Context())
	filter, keeps, err := usersFilter(visit, reach, r.URL.Query())
	if err != nil {
		return err
	}
	found, err := p.Reports.Learners(r.Context(), reach, report.LearnerQuery{Filter: filter, States: visit.Reach(access.EnrollmentView), Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	standings, err := p.Reports.Standings(r.Context(), visit.Reach(access.EnrollmentView), filter, found.Items)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "") // after the list, whose count its badge repeats
	if err != nil {
		return err
	}
	page.Title = page.T("nav.users")
	action := here(r, "users")
	v := UsersView{
		Tally:   Tally{Found: found.Total, All: found.ReachTotal, Invited: found.Invited},
		Pages:   pages(r, action, found.NextCursor),
		Columns: LearnerColumns{Email: true, Location: found.Carries.Location, Purchases: true, LastActive: found.Carries.LastSeen},
		Tabs:    page.usersTabs(),
		Select:  p.selection(r, found.Total),
	}
	if visit.Can(access.AccountCreate) {
		v.Add = here(r, "users", "new")
	}
	if v.Filters, err = p.filterBar(r, page, reach, action); err != nil {
		return err
	}
	for _, l := range found.Items {
		v.Rows = append(v.Rows, learnerRowOf(l, standings[l.No], page.Zone()))
	}
	if err := p.addTeams(r, v.Rows); err != nil {
		return err
	}
	if visit.Can(access.TeamCreate) && v.Filters.Active() {
		keep := filterFields(r.URL.Query())
		keep.Set("all", "yes")
		v.Team = here(r, "teams", "new") + "?" + asURL(keep)
	}
	if keeps {
		v.Filters.Choices = append(v.Filters.Choices, page.RoleFilter(filter.Role), page.StatusFilter(filter.Status))
		if err := p.addStandings(r, page, v.Rows); err != nil {
			return err
		}
	}
	return show(w, r, http.StatusOK, Users(page, v))
}

// addStandings adds to rows of people whom the visitor looks after what is out
// of the ordinary about their accounts.
func (p *Pages) addStandings(r *http.Request, page Page, rows []LearnerRow) error {
	ids := make([]access.AccountID, len(rows))
	for i := range rows {
		ids[i] = access.AccountID(rows[i].ID)
	}
	standings, err := p.Accounts.Standings(r.Context(), server.VisitOf(r.Context()).Reach(access.AccountEdit), ids)
	if err != nil {
		return err
	}
	for i := range rows {
		s, known := standings[ids[i]]
		if role, _ := access.Preset(s.Role); known && role.Rank > 1 {
			rows[i].Role = page.RoleName(role)
		}
		if known && s.Status != account.Active {
			rows[i].Status = page.AccountStatus(string(s.Status))
		}
	}
	return nil
}

func learnerRowOf(l report.Learner, s report.Standing, zone *time.Location) LearnerRow {
	row := LearnerRow{
		ID: string(l.ID), Name: l.Name, Email: l.Email, Location: l.Location, LastActive: max(day.Of(l.LastSeen, zone), s.LastActive), SeatEnded: day.None,
		Completed: s.Sum.Done(), Enrolled: s.Sum.Counted(),
	}
	for _, seat := range l.Purchases {
		row.Purchases = append(row.Purchases, seat.Company+" · "+seat.Product)
	}
	if s.Pressing != nil {
		standing := standingOf(s.Pressing.Entry, s.Pressing.State, s.Org.Today)
		row.Attention = &standing
	}
	return row
}

// standingOf shows an entry as it is on a day.
func standingOf(e transcript.Entry, state transcript.State, today day.Day) Standing {
	s := Standing{State: State(state.String()), Progress: int(e.Progress), Due: e.Due, ValidUntil: e.ValidUntil, On: today}
	if e.Until != day.None && e.Until < today {
		s.On = e.Until // the state of the last day of access
	}
	if e.Score >= 0 {
		s.Score, s.Scored = float64(e.Score)/100, true
	}
	return s
}

func (p *Pages) invited(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.users")
	query := r.URL.Query()
	found, err := p.Reports.Invitations(r.Context(), reach, report.InvitationQuery{Purchase: query.Get("purchase"), Cursor: query.Get("cursor"), Limit: 50})
	if err != nil {
		return err
	}
	action := here(r, "users", "invited")
	v := InvitedView{
		Tally: Tally{Found: found.Total, All: page.Shell.Learners, Invited: found.Total}, Pages: pages(r, action, found.NextCursor),
		Tabs: page.usersTabs(), Filters: Filters{Action: action},
	}
	facets, err := p.Reports.Facets(r.Context(), reach)
	if err != nil {
		return err
	}
	if len(facets.Purchases) > 0 {
		v.Filters.Choices = []Choice{page.PurchaseFilter(options(facets.Purchases, query.Get("purchase")))}
	}
	for _, i := range found.Items {
		email := i.Email
		if email == "" {
			email = page.T("invited.hidden")
		}
		v.Rows = append(v.Rows, InvitedRow{Email: email, Purchase: i.Company + " · " + i.Product, AssignedAt: i.AssignedAt})
	}
	return show(w, r, http.StatusOK, Invited(page, v))
}

func (p *Pages) learner(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	visit := server.VisitOf(r.Context())
	card, err := p.Reports.Learner(r.Context(), reach, visit.Reach(access.EnrollmentView), access.AccountID(r.PathValue("learner")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, card.Name)
	if err != nil {
		return err
	}
	v := LearnerView{ID: string(card.ID), Name: card.Name, Email: card.Email, Location: card.Location, LastActive: day.Of(card.LastSeen, page.Zone())}
	var names []string
	for _, team := range card.Teams {
		names = append(names, team.Name)
	}
	if v.Teams, err = p.teamsOf(r, page, card.ID, names); err != nil {
		return err
	}
	for _, row := range card.Rows {
		v.Enrolled++
		if row.State.Done() {
			v.Completed++
		}
		v.LastActive = max(v.LastActive, row.Entry.LastActive)
		out := enrollmentRowOf(page, row, card.Today)
		if visit.Can(access.MatrixView) {
			out.Details = with(here(r, "matrix", "cell"), "learner", v.ID, "activity", row.Column.ID)
		}
		v.Enrollments = append(v.Enrollments, out)
	}
	mayOpen := visit.Reach(access.LicenseView)
	for _, seat := range card.Purchases {
		bought := LearnerPurchase{Label: seat.Company + " · " + seat.Product, Redeemed: seat.RedeemedAt, Until: seat.AccessUntil, Ended: seat.AccessUntil != day.None && seat.AccessUntil < today(visit)}
		if seesOthers(mayOpen) {
			bought.To = here(r, "licenses", string(seat.Purchase))
		}
		v.Purchases = append(v.Purchases, bought)
	}
	v.Enroll, v.Withdraw = enrollLinks(r, v.ID)
	if visit.Can(access.AuditView) {
		v.Events = with(here(r, "audit"), "person", v.ID)
	}
	if err := p.addViewers(r, page, card.ID, &v); err != nil {
		return err
	}
	if err := p.addAccount(r, page, card.ID, &v); err != nil {
		return err
	}
	return show(w, r, http.StatusOK, Learner(page, v))
}

// today is the day in the visitor's organization.
func today(v *server.Visit) day.Day {
	return day.Of(v.Now, day.ZoneOr(v.Account.Organization.Zone))
}

func enrollmentRowOf(page Page, row report.CardRow, org report.Organization) EnrollmentRow {
	return EnrollmentRow{
		Title: row.Column.Title, Kind: page.KindName(row.Column.Kind), Standing: standingOf(row.Entry, row.State, org.Today),
		EnrolledOn: row.Entry.Enrolled, CompletedOn: row.Entry.Completed,
	}
}

// addViewers answers "who can see this learner?" for those who may ask.
func (p *Pages) addViewers(r *http.Request, page Page, id access.AccountID, v *LearnerView) error {
	reach := server.VisitOf(r.Context()).Reach(access.AccessExplain)
	if reach.IsEmpty() {
		return nil
	}
	seen, err := p.Management.Viewers(r.Context(), reach, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil // seen through something that does not let one ask
	}
	if err != nil {
		return err
	}
	v.ShowViewers, v.Why, v.Access = true, here(r, "users", string(id), "why"), here(r, "users", string(id), "access")
	v.MoreViewers = seen.Others
	for _, viewer := range seen.Viewers {
		out := Viewer{Name: viewer.Name}
		for _, way := range viewer.Ways {
			said := ViewerWay{Why: page.why(way), Until: way.Grant.Until}
			if !slices.Contains(out.Ways, said) { // a learner manager sees by several roles of one group
				out.Ways = append(out.Ways, said)
			}
		}
		v.Viewers = append(v.Viewers, out)
	}
	return nil
}
