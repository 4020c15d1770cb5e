package web

import (
	"net/http"
	"net/url"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// PlaceTeams is the tab of the teams in Management.
const PlaceTeams Place = "teams"

// What the pages of teams report as done.
const (
	DoneTeam         Done = "team"
	DoneTeamShared   Done = "team-shared"
	DoneTeamUnshared Done = "team-unshared"
)

// teamRoutes are the pages of the teams.
func (p *Pages) teamRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	const teams, one = " /o/{organization}/teams", " /o/{organization}/teams/{team}"
	return []server.Route{
		route("GET"+teams, access.TeamList, p.teams),
		route("GET"+teams+"/new", access.TeamCreate, p.newTeam),
		route("POST"+teams, access.TeamCreate, p.createTeam),
		{Pattern: "GET" + teams + "/memberships", Permission: access.TeamView, Handle: p.memberships, Rate: server.Heavy},
		route("GET"+one, access.TeamView, p.team),
		route("GET"+one+"/history", access.TeamView, p.teamHistory),
		route("GET"+one+"/edit", access.TeamEdit, p.editTeam),
		route("POST"+one, access.TeamEdit, p.renameTeam),
		route("GET"+one+"/add", access.TeamEdit, p.addToTeam),
		{Pattern: "POST" + one + "/add", Permission: access.TeamEdit, Handle: p.previewTeamAdd, Body: peopleBody, Rate: server.Heavy},
		route("POST"+one+"/remove", access.TeamEdit, p.previewTeamRemove),
		route("POST"+one+"/end", access.TeamEdit, p.previewTeamEnd),
		{Pattern: "GET" + one + "/memberships", Permission: access.TeamView, Handle: p.memberships, Rate: server.Heavy},
		route("GET"+one+"/share", access.TeamShare, p.shareTeamForm),
		route("POST"+one+"/share", access.TeamShare, p.shareTeam),
		route("GET"+one+"/share/{grant}/end", access.TeamShare, p.endTeamShareForm),
		route("POST"+one+"/share/{grant}/end", access.TeamShare, p.endTeamShare),
	}
}

// learnersOf is whom the visitor may know of: whose names and numbers are told
// on pages of teams.
func learnersOf(r *http.Request) access.Reach {
	return server.VisitOf(r.Context()).Reach(access.LearnerView)
}

// teams lists them, one's own first.
func (p *Pages) teams(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	query := r.URL.Query()
	q := team.Query{Q: query.Get("q"), Mine: query.Get("whose") == "mine", Cursor: query.Get("cursor")}
	found, err := p.Teams.List(r.Context(), reach, learnersOf(r), q)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceTeams, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.teams")
	visit, action := server.VisitOf(r.Context()), here(r, "teams")
	v := TeamsView{Pages: pages(r, action, found.Next), Count: found.Total, Filters: Filters{Action: action, Search: q.Q, Hint: page.T("team.search_hint")}}
	if visit.Can(access.TeamCreate) {
		v.Add = here(r, "teams", "new")
		v.Filters.Choices = []Choice{{Name: "whose", Label: page.T("team.whose"), All: page.T("team.everybodys"), Options: []Option{{Value: "mine", Label: page.T("team.mine"), Chosen: q.Mine}}}}
	}
	if visit.Can(access.ReportExport) && visit.Can(access.TeamView) {
		v.CSV, v.XLSX = here(r, "teams", "memberships"), with(here(r, "teams", "memberships"), "format", "xlsx")
	}
	for _, t := range found.Items {
		row := page.teamRow(visit, t)
		v.Elsewhere = v.Elsewhere || row.Organization != ""
		v.Rows = append(v.Rows, row)
	}
	return show(w, r, http.StatusOK, Teams(page, v))
}

func (p Page) teamRow(visit *server.Visit, t team.Team) TeamRow {
	row := TeamRow{Name: t.Name, Owner: p.teamOwner(visit, t), Mine: mine(visit, t), Members: t.Members, Created: t.CreatedAt}
	if team.Covers(visit.Reach(access.TeamView), t) {
		row.To = p.Path("teams", string(t.ID))
	}
	row.ReadOnly = !team.Covers(visit.Reach(access.TeamEdit), t)
	if t.Organization != visit.Facts.Actor().Organization {
		row.Organization = t.OrganizationName
	}
	return row
}

func mine(visit *server.Visit, t team.Team) bool {
	return t.Owner != "" && t.Owner == visit.Facts.Actor().Account
}

// teamOwner names the owner as far as the reader may know them.
func (p Page) teamOwner(visit *server.Visit, t team.Team) string {
	if mine(visit, t) {
		return p.T("team.you")
	}
	return t.OwnerName
}

// openedTeam finds a team and begins its page.
func (p *Pages) openedTeam(r *http.Request, reach access.Reach) (team.Team, Page, TeamHead, error) {
	t, err := p.Teams.Open(r.Context(), reach, learnersOf(r), access.TeamID(r.PathValue("team")))
	if err != nil {
		return t, Page{}, TeamHead{}, err
	}
	page, err := p.framed(r, PlaceTeams, t.Name)
	visit := server.VisitOf(r.Context())
	at := func(parts ...string) []string { return append([]string{"teams", string(t.ID)}, parts...) }
	head := TeamHead{TeamRow: page.teamRow(visit, t), Page: here(r, at()...), History: here(r, at("history")...)}
	edits := visit.Reach(access.TeamEdit)
	if team.Covers(edits, t) {
		head.Add, head.Edit = here(r, at("add")...), here(r, at("edit")...)
		head.Remove = here(r, at("remove")...)
		if team.MayEnd(edits, t) == nil {
			head.End = here(r, at("end")...)
		}
	}
	if team.Covers(visit.Reach(access.TeamShare), t) {
		head.Share = here(r, at("share")...)
	}
	if visit.Can(access.ReportExport) {
		head.CSV, head.XLSX = here(r, at("memberships")...), with(here(r, at("memberships")...), "format", "xlsx")
	}
	for _, link := range []struct {
		permission access.Permission
		title      string
		path       string
	}{
		{access.LearnerView, "team.see_users", "users"}, {access.ReportView, "team.see_reports", "reports"}, {access.MatrixView, "team.see_matrix", "matrix"},
	} {
		if seesOthers(visit.Reach(link.permission)) {
			head.Links = append(head.Links, ActLink{page.T(link.title), with(here(r, link.path), "team", string(t.ID))})
		}
	}
	if visit.Can(access.EnrollmentEdit) {
		enroll := with(here(r, "enroll"), "all", "yes", "team", string(t.ID), "from", "teams/"+string(t.ID))
		head.Links = append(head.Links, ActLink{page.T("team.enroll"), enroll + "&do=enroll"}, ActLink{page.T("team.withdraw"), enroll + "&do=withdraw"})
	}
	return t, page, head, err
}

// team shows who is in a team now, and for whoever may share it with whom it is.
func (p *Pages) team(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showTeam(w, r, http.StatusOK, reach, nil)
}

func (p *Pages) showTeam(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, wrong error) error {
	t, page, head, err := p.openedTeam(r, reach)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	found, err := p.Teams.Members(r.Context(), reach, learnersOf(r), t.ID, team.MemberQuery{Q: query.Get("q"), Cursor: query.Get("cursor")})
	if err != nil {
		return err
	}
	v := TeamView{
		TeamHead: head, Filters: Filters{Action: head.Page, Search: query.Get("q")}, Pages: pages(r, head.Page, found.Next), Count: found.Total,
	}
	for _, m := range found.Items {
		v.Rows = append(v.Rows, page.memberRow(m))
		v.Located = v.Located || m.Location != ""
	}
	if head.Share != "" {
		shares, err := p.Teams.Shares(r.Context(), server.VisitOf(r.Context()).Reach(access.TeamShare), t.ID)
		if err != nil {
			return err
		}
		for _, s := range shares {
			v.Shares = append(v.Shares, page.shareRow(t, s, server.VisitOf(r.Context()).Now))
		}
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, Team(page, v))
}

func (p Page) memberRow(m team.Member) TeamMemberRow {
	row := TeamMemberRow{ID: string(m.ID), Name: m.Name, Email: m.Email, Location: m.Location, From: m.From, Until: m.Until}
	if p.Can(access.LearnerView) {
		row.To = p.Path("users", row.ID)
	}
	if m.Status != "active" {
		row.Status = p.AccountStatus(m.Status)
	}
	return row
}

// teamHistory shows everybody who ever was in a team, with dates.
func (p *Pages) teamHistory(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	t, page, head, err := p.openedTeam(r, reach)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	found, err := p.Teams.Members(r.Context(), reach, learnersOf(r), t.ID, team.MemberQuery{Q: query.Get("q"), Past: true, Cursor: query.Get("cursor")})
	if err != nil {
		return err
	}
	v := TeamView{TeamHead: head, Past: true, Filters: Filters{Action: head.History, Search: query.Get("q")}, Pages: pages(r, head.History, found.Next), Count: found.Total}
	for _, m := range found.Items {
		v.Rows = append(v.Rows, page.memberRow(m))
	}
	return show(w, r, http.StatusOK, Team(page, v))
}

// teamsOf fills in which teams a learner is and was in: with a way to those
// that the visitor may open.
func (p *Pages) teamsOf(r *http.Request, page Page, id access.AccountID, names []string) ([]LearnerTeam, error) {
	var out []LearnerTeam
	known := map[string]bool{}
	if reach := server.VisitOf(r.Context()).Reach(access.TeamView); !reach.IsEmpty() {
		found, err := p.Teams.Of(r.Context(), reach, learnersOf(r), id)
		if err != nil {
			return nil, err
		}
		for _, m := range found[id] {
			known[m.Name] = true
			out = append(out, LearnerTeam{Name: m.Name, To: page.Path("teams", string(m.ID)), From: m.From, Until: m.Until})
		}
	}
	for _, name := range names {
		if !known[name] {
			out = append(out, LearnerTeam{Name: name})
		}
	}
	return out, nil
}

// addTeams adds to rows of learners which teams they are in, of those that the
// visitor may open.
func (p *Pages) addTeams(r *http.Request, rows []LearnerRow) error {
	reach := server.VisitOf(r.Context()).Reach(access.TeamView)
	if reach.IsEmpty() || len(rows) == 0 {
		return nil
	}
	ids := make([]access.AccountID, len(rows))
	for i := range rows {
		ids[i] = access.AccountID(rows[i].ID)
	}
	found, err := p.Teams.Of(r.Context(), reach, learnersOf(r), ids...)
	for i := range rows {
		for _, m := range found[ids[i]] {
			if m.Until.IsZero() {
				rows[i].Teams = append(rows[i].Teams, m.Name)
			}
		}
	}
	return err
}

// filterFields are the filters of an address, as hidden fields of a form carry them.
func filterFields(query url.Values) url.Values {
	out := url.Values{}
	for _, name := range []string{"q", "location", "team", "purchase", "seat", "state", "activity", "role", "status"} {
		if value := query.Get(name); value != "" {
			out.Set(name, value)
		}
	}
	return out
}
