package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// shareRow says with whom a team is shared, and as what.
func (p Page) shareRow(t team.Team, s team.Share, now time.Time) ShareRow {
	row := ShareRow{With: p.target(s.With), As: p.sharedAs(s.Role), Last: s.LastDay(), ByPolicy: s.ByPolicy}
	if s.With.Kind == team.Group {
		row.People = p.N("team.group_people", s.With.People)
	}
	if s.From.After(now) {
		row.Begins = s.From
	}
	if s.Ends {
		row.End = p.Path("teams", string(t.ID), "share", string(s.Grant), "end")
	}
	return row
}

// target names a person or a group, as far as the reader may know them.
func (p Page) target(t team.Target) string {
	switch {
	case t.Name == "" && t.Kind == team.Group:
		return p.T("team.some_group")
	case t.Name == "":
		return p.T("roles.somebody")
	}
	return t.Name
}

// sharedAs says what a team is shared as.
func (p Page) sharedAs(role access.Role) string {
	switch role.Key {
	case access.TeamReader:
		return p.T("team.as_reader")
	case access.TeamEditor:
		return p.T("team.as_editor")
	case access.TeamAnalyst:
		return p.T("team.as_analyst")
	}
	return p.RoleName(role)
}

// sharingOf reads what a form says.
func sharingOf(form url.Values) (team.Sharing, error) {
	kind, id, _ := strings.Cut(form.Get("to"), ":")
	s := team.Sharing{Kind: team.TargetKind(kind), To: id, Role: access.RoleKey(form.Get("role")), From: day.None, Until: day.None, Reason: form.Get("reason")}
	for name, into := range map[string]*day.Day{"from": &s.From, "until": &s.Until} {
		if text := strings.TrimSpace(form.Get(name)); text != "" {
			var err error
			if *into, err = day.Parse(text); err != nil {
				return s, fault.Field(name, "Choose a day.")
			}
		}
	}
	return s, nil
}

// shareTeamForm lets one pick with whom, say as what, and then look at what
// that would change.
func (p *Pages) shareTeamForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	query := r.URL.Query()
	if query.Get("look") == "" {
		return p.showShareForm(w, r, http.StatusOK, reach, query, nil)
	}
	s, err := sharingOf(query)
	if err == nil {
		var preview team.SharePreview
		if preview, err = p.Teams.PreviewShare(r.Context(), reach, access.TeamID(r.PathValue("team")), s); err == nil {
			return p.showSharing(w, r, http.StatusOK, preview, query, nil)
		}
	}
	if refusedAccess(err) {
		return p.showShareForm(w, r, http.StatusUnprocessableEntity, reach, query, err)
	}
	return err
}

func (p *Pages) showShareForm(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, said url.Values, wrong error) error {
	t, page, head, err := p.openedTeam(r, reach)
	if err != nil {
		return err
	}
	found, err := p.Teams.Targets(r.Context(), reach, t.ID, said.Get("q"))
	if err != nil {
		return err
	}
	page.Title = page.T("team.share_title", "Name", t.Name)
	v := ShareFormView{
		Team: t.Name, Back: head.Page, Action: head.Share, Search: said.Get("q"), From: said.Get("from"), Until: said.Get("until"), Reason: said.Get("reason"),
	}
	for _, target := range found {
		o := ShareOption{Value: string(target.Kind) + ":" + target.ID, Name: page.target(target), Note: target.Email}
		if target.Kind == team.Group {
			o.Note = page.N("team.group_people", target.People)
		}
		o.Chosen = o.Value == said.Get("to")
		v.Targets = append(v.Targets, o)
	}
	for _, key := range team.SharedRoles() {
		role, _ := access.Preset(key)
		grant := access.Grant{Role: role, Extent: access.Here, Node: access.Node{Kind: access.AtTeam, ID: string(t.ID), Path: t.Path, Owner: t.Owner}}
		if management.MayHandOn(reach, grant) == nil {
			v.Roles = append(v.Roles, ShareOption{Value: string(key), Name: page.sharedAs(role), Note: page.sharedHint(key), Chosen: string(key) == said.Get("role")})
		}
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, ShareForm(page, v))
}

func (p Page) sharedHint(key access.RoleKey) string {
	switch key {
	case access.TeamEditor:
		return p.T("team.as_editor_hint")
	case access.TeamAnalyst:
		return p.T("team.as_analyst_hint")
	}
	return p.T("team.as_reader_hint")
}

// showSharing shows what sharing would change, with the button that does it.
func (p *Pages) showSharing(w http.ResponseWriter, r *http.Request, status int, preview team.SharePreview, said url.Values, wrong error) error {
	page, err := p.framed(r, PlaceTeams, "")
	if err != nil {
		return err
	}
	name := page.target(preview.Share.With)
	page.Title = page.T("team.share_title", "Name", preview.Team.Name)
	v := ShareChangeView{
		Team: preview.Team.Name, TeamTo: here(r, "teams", string(preview.Team.ID)), Action: here(r, "teams", string(preview.Team.ID), "share"),
		Intro:  page.T("team.share_intro", "Team", preview.Team.Name, "Name", name, "As", page.sharedAs(preview.Share.Role)),
		Button: page.T("team.share_with", "Name", name), Sight: page.sightView(preview.Effect), Managers: Managers(preview.Managers), Keep: url.Values{"seen": {preview.Effect.Seen}},
	}
	var back []string
	for _, field := range []string{"to", "role", "from", "until", "reason"} {
		v.Keep.Set(field, said.Get(field))
		back = append(back, field, said.Get(field))
	}
	v.Back = with(v.Action, append(back, "q", preview.Share.With.Name)...)
	if first := day.Of(preview.Share.From, preview.Team.Zone); first > day.Of(server.VisitOf(r.Context()).Now, preview.Team.Zone) {
		v.Sight.Hint = page.T("grant.from_then", "When", page.Day(first))
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, ShareChange(page, v))
}

// shareTeam does what was looked at. Where that has changed meanwhile it is shown again.
func (p *Pages) shareTeam(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := access.TeamID(r.PathValue("team"))
	s, err := sharingOf(form)
	if err == nil {
		_, err = p.Teams.Share(r.Context(), reach, id, s, form.Get("seen"))
	}
	switch {
	case errors.Is(err, management.ErrUnseen):
		preview, failed := p.Teams.PreviewShare(r.Context(), reach, id, s)
		if failed != nil {
			return failed
		}
		return p.showSharing(w, r, http.StatusConflict, preview, form, err)
	case err != nil && refusedAccess(err):
		return p.showShareForm(w, r, http.StatusUnprocessableEntity, reach, form, err)
	case err != nil:
		return err
	}
	return see(w, r, with(here(r, "teams", string(id)), "done", string(DoneTeamShared)))
}

func (p *Pages) endTeamShareForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showShareEnd(w, r, http.StatusOK, reach, nil)
}

func (p *Pages) showShareEnd(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, wrong error) error {
	grant := r.PathValue("grant")
	preview, err := p.Teams.PreviewShareEnd(r.Context(), reach, access.TeamID(r.PathValue("team")), access.GrantID(grant))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceTeams, "")
	if err != nil {
		return err
	}
	name, at := page.target(preview.Share.With), here(r, "teams", string(preview.Team.ID))
	page.Title = page.T("team.unshare_title", "Name", preview.Team.Name)
	v := ShareChangeView{
		Team: preview.Team.Name, TeamTo: at, Back: at, Action: templ.SafeURL(r.URL.Path), Ending: true,
		Intro:  page.T("team.unshare_intro", "Team", preview.Team.Name, "Name", name, "As", page.sharedAs(preview.Share.Role)),
		Button: page.T("team.unshare"), Sight: page.sightView(preview.Effect), Keep: url.Values{"seen": {preview.Effect.Seen}},
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, ShareChange(page, v))
}

func (p *Pages) endTeamShare(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := r.PathValue("team")
	err = p.Teams.EndShare(r.Context(), reach, access.TeamID(id), access.GrantID(r.PathValue("grant")), form.Get("seen"))
	if errors.Is(err, management.ErrUnseen) {
		return p.showShareEnd(w, r, http.StatusConflict, reach, err)
	}
	if err != nil {
		return err
	}
	return see(w, r, with(here(r, "teams", id), "done", string(DoneTeamUnshared)))
}
