package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// chosenBy reads a filter of Users and finds whom it means.
func (p *Pages) chosenBy(r *http.Request, query url.Values, most int) ([]access.AccountID, int, error) {
	filter, err := filterOf(query)
	if err != nil {
		return nil, 0, err
	}
	filter.Activity = query.Get("activity")
	if server.VisitOf(r.Context()).Can(access.AccountEdit) && learnersOf(r).Carries().Location {
		filter.Role, filter.Status = access.RoleKey(query.Get("role")), query.Get("status")
	}
	return p.Reports.Chosen(r.Context(), learnersOf(r), server.VisitOf(r.Context()).Reach(access.EnrollmentView), filter, most)
}

// newTeam is the form for a new team: from nothing, or of all whom a filter of
// Users finds.
func (p *Pages) newTeam(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showNewTeam(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (p *Pages) showNewTeam(w http.ResponseWriter, r *http.Request, status int, said url.Values, wrong error) error {
	page, err := p.framed(r, PlaceTeams, "")
	if err != nil {
		return err
	}
	page.Title = page.T("team.add")
	v := TeamFormView{Action: here(r, "teams"), Back: here(r, "teams"), Name: said.Get("name"), Button: page.T("team.add")}
	if said.Get("all") != "" {
		_, total, err := p.chosenBy(r, said, 1)
		if err != nil {
			return err
		}
		v.Keep, v.Intro = filterFields(said), page.N("team.of_filter", total)
		v.Keep.Set("all", "yes")
		v.Back = with(here(r, "users")) + "?" + asURL(filterFields(said))
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, TeamForm(page, v))
}

// createTeam makes a team, in one step also of a purchase's people.
func (p *Pages) createTeam(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	draft := team.Draft{Name: form.Get("name")}
	if form.Get("all") != "" {
		if draft.People, _, err = p.chosenBy(r, form, team.MostAtOnce+1); err != nil {
			return err
		}
	}
	made, err := p.Teams.Create(r.Context(), reach, learnersOf(r), draft)
	if err != nil && refused(err) {
		return p.showNewTeam(w, r, http.StatusUnprocessableEntity, form, err)
	}
	if err != nil {
		return err
	}
	to := here(r, "teams", string(made.ID))
	if !team.Covers(server.VisitOf(r.Context()).Reach(access.TeamView), team.Team{ID: made.ID, Path: reach.Actor().Home.OrganizationPath(), Owner: reach.Actor().Account}) {
		to = here(r, "teams") // who makes teams need not be let into them
	}
	return see(w, r, with(to, "done", string(DoneTeam)))
}

func (p *Pages) editTeam(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showEditTeam(w, r, http.StatusOK, reach, "", nil)
}

func (p *Pages) showEditTeam(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, name string, wrong error) error {
	t, page, head, err := p.openedTeam(r, reach)
	if err != nil {
		return err
	}
	page.Title = page.T("team.rename_title", "Name", t.Name)
	v := TeamFormView{Action: head.Page, Back: head.Page, Trail: t.Name, Name: t.Name, Button: page.T("team.rename")}
	if wrong != nil {
		v.Name, v.Faults = name, page.FaultsOf(wrong)
	}
	return show(w, r, status, TeamForm(page, v))
}

func (p *Pages) renameTeam(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := access.TeamID(r.PathValue("team"))
	if err := p.Teams.Rename(r.Context(), reach, id, form.Get("name")); err != nil {
		if refused(err) {
			return p.showEditTeam(w, r, http.StatusUnprocessableEntity, reach, form.Get("name"), err)
		}
		return err
	}
	return see(w, r, with(here(r, "teams", string(id)), "done", string(DoneTeam)))
}

// addToTeam lets one choose from one's learners, paste a list or take a file.
func (p *Pages) addToTeam(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showAddToTeam(w, r, http.StatusOK, reach, "", nil)
}

func (p *Pages) showAddToTeam(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, pasted string, wrong error) error {
	t, page, head, err := p.openedTeam(r, reach)
	if err != nil {
		return err
	}
	page.Title = page.T("team.add_title", "Name", t.Name)
	v := TeamAddView{Team: t.Name, Back: head.Page, Action: head.Add, Pasted: pasted}
	if people := learnersOf(r); !people.IsEmpty() {
		query := r.URL.Query()
		filter, err := filterOf(query)
		if err != nil {
			return err
		}
		filter.Activity = query.Get("activity")
		found, err := p.Reports.Learners(r.Context(), people, report.LearnerQuery{
			Filter: filter, States: server.VisitOf(r.Context()).Reach(access.EnrollmentView), Cursor: query.Get("cursor"), Limit: 25,
		})
		if err != nil {
			return err
		}
		v.Tally = Tally{Found: found.Total, All: found.ReachTotal}
		v.Pages, v.Keep, v.Most = pages(r, head.Add, found.NextCursor), filterFields(query), found.Total > team.MostAtOnce
		if v.Filters, err = p.filterBar(r, page, people, head.Add); err != nil {
			return err
		}
		if err := p.addCandidates(r, t, found.Items, &v); err != nil {
			return err
		}
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, TeamAdd(page, v))
}

// addCandidates lists learners with who of them is in the team already.
func (p *Pages) addCandidates(r *http.Request, t team.Team, found []report.Learner, v *TeamAddView) error {
	ids := make([]access.AccountID, len(found))
	for i, l := range found {
		ids[i] = l.ID
	}
	in := map[access.AccountID][]team.Membership{}
	if reach := server.VisitOf(r.Context()).Reach(access.TeamView); !reach.IsEmpty() && len(ids) > 0 {
		var err error
		if in, err = p.Teams.Of(r.Context(), reach, learnersOf(r), ids...); err != nil {
			return err
		}
	}
	for _, l := range found {
		row := TeamMemberRow{ID: string(l.ID), Name: l.Name, Email: l.Email, Location: l.Location}
		row.Member = slices.ContainsFunc(in[l.ID], func(m team.Membership) bool { return m.ID == t.ID && m.Until.IsZero() })
		v.Rows = append(v.Rows, row)
		v.Located = v.Located || l.Location != ""
	}
	return nil
}

// previewTeamAdd shows what adding people would do: those who were chosen, all
// whom a filter finds, or those of a list.
func (p *Pages) previewTeamAdd(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := r.PathValue("team")
	if _, err := p.Teams.Open(r.Context(), reach, learnersOf(r), access.TeamID(id)); err != nil {
		return err
	}
	in, pasted, err := p.wanted(r)
	if err == nil {
		err = p.beginAct(w, r, team.AddAct, id, in)
	}
	if err != nil && refused(err) {
		return p.showAddToTeam(w, r, http.StatusUnprocessableEntity, reach, pasted, err)
	}
	return err
}

// wanted reads whom a form names.
func (p *Pages) wanted(r *http.Request) (in team.Input, pasted string, err error) {
	if isList(r) {
		var raw []byte
		if pasted, raw, err = listOf(r, "people"); err != nil {
			return in, pasted, err
		}
		in.People, err = team.ReadPeople(raw)
		return in, pasted, err
	}
	form, err := server.Form(r)
	if err != nil {
		return in, "", err
	}
	if form.Get("all") != "" {
		ids, _, err := p.chosenBy(r, form, team.MostAtOnce+1)
		return team.Chosen(ids), "", err
	}
	return chosenIn(form), "", nil
}

func chosenIn(form url.Values) team.Input {
	var ids []access.AccountID
	for _, id := range form["person"] {
		ids = append(ids, access.AccountID(id))
	}
	return team.Chosen(ids)
}

func (p *Pages) previewTeamRemove(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	err = p.beginAct(w, r, team.RemoveAct, r.PathValue("team"), chosenIn(form))
	if err != nil && refused(err) {
		return p.showTeam(w, r, http.StatusUnprocessableEntity, server.VisitOf(r.Context()).Reach(access.TeamView), err)
	}
	return err
}

func (p *Pages) previewTeamEnd(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.beginAct(w, r, team.EndAct, r.PathValue("team"), team.Input{})
}

// teamActWords is what the pages say about acts on teams.
func teamActWords(kind bulk.Kind) actWords {
	words := actWords{
		place: PlaceTeams, title: "team.act_add", subject: "team.person",
		preview: func(p Page, a bulk.Act) string { return p.N("team.add_preview", a.Plan.Effective()) },
		done:    func(p Page, a bulk.Act) string { return p.N("team.add_done", a.Plan.Effective()) },
		confirm: func(p Page, a bulk.Act) string { return p.N("team.add_confirm", a.Plan.Effective()) },
		undo:    func(p Page, a bulk.Act) string { return p.N("team.add_undo", a.Plan.Effective()) },
		figures: []actFact{{team.FigureDone, "team.figure_added"}, {team.FigureLeftOut, "team.figure_left_out"}},
		results: map[string]string{
			team.LineAdded: "team.line_added", team.LineMember: "team.line_member", team.LineUnknown: "team.line_unknown", team.LineTwice: "team.line_twice",
			team.LineMore: "team.line_more", team.LineRemoved: "team.line_removed", team.LineNoMember: "team.line_no_member", team.LineEnded: "team.line_ended",
			team.LineTakenBack: "team.line_taken_back", team.LineKept: "team.line_kept",
		},
		back: func(p Page, a bulk.Act) ActLink {
			return ActLink{Label: p.T("team.back"), To: p.Path("teams", a.Subject)}
		},
	}
	switch kind {
	case team.RemoveAct:
		words.title = "team.act_remove"
		words.preview = func(p Page, a bulk.Act) string { return p.N("team.remove_preview", a.Plan.Effective()) }
		words.done = func(p Page, a bulk.Act) string { return p.N("team.remove_done", a.Plan.Effective()) }
		words.confirm = func(p Page, a bulk.Act) string { return p.N("team.remove_confirm", a.Plan.Effective()) }
		words.undo = func(p Page, a bulk.Act) string { return p.N("team.remove_undo", a.Plan.Effective()) }
		words.figures = []actFact{{team.FigureDone, "team.figure_removed"}, {team.FigureLeftOut, "team.figure_left_out"}}
	case team.EndAct:
		words.title, words.subject = "team.act_end", "team.one"
		words.preview = func(p Page, _ bulk.Act) string { return p.T("team.end_preview") }
		words.done = func(p Page, _ bulk.Act) string { return p.T("team.end_done") }
		words.confirm = func(p Page, a bulk.Act) string { return p.T("team.end_confirm", "Name", teamNamed(a)) }
		words.undo = func(p Page, a bulk.Act) string { return p.T("team.end_undo", "Name", teamNamed(a)) }
		words.figures = []actFact{{team.FigureMembers, "team.members"}}
		words.back = func(p Page, a bulk.Act) ActLink {
			if a.State == bulk.Done {
				return ActLink{Label: p.T("nav.teams"), To: p.Path("teams")}
			}
			return ActLink{Label: teamNamed(a), To: p.Path("teams", a.Subject)}
		}
	}
	return words
}

// teamNamed is the name of the team that an act ends.
func teamNamed(a bulk.Act) string {
	if len(a.Plan.Lines) == 0 {
		return strconv.Quote(a.Subject)
	}
	return a.Plan.Lines[0].Subject
}
