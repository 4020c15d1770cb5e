package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// spotOf reads a place from an address: "location:ID".
func spotOf(text string) management.Spot {
	kind, id, _ := strings.Cut(text, ":")
	return management.Spot{Kind: access.NodeKind(kind), ID: id}
}

func spotText(s management.Spot) string { return string(s.Kind) + ":" + s.ID }

// givingOf reads what a form says.
func givingOf(to string, form url.Values) (management.Giving, error) {
	g := management.Giving{
		To: access.AccountID(to), Role: access.RoleKey(form.Get("role")), At: spotOf(form.Get("place")), From: day.None, Until: day.None, Reason: form.Get("reason"),
		Extent: access.ParseExtent(form.Get("extent")),
	}
	if role, preset := access.Preset(g.Role); form.Get("extent") == "" || preset && role.Rank > 0 {
		g.Usual = true // a role of the ladder goes as far as it goes
	}
	var wrong []fault.Problem
	for name, into := range map[string]*day.Day{"from": &g.From, "until": &g.Until} {
		if text := strings.TrimSpace(form.Get(name)); text != "" {
			var err error
			if *into, err = day.Parse(text); err != nil {
				wrong = append(wrong, fault.Problem{Field: name, Sentence: "Choose a day."})
			}
		}
	}
	if len(wrong) > 0 {
		return g, fault.Invalidf(wrong...)
	}
	return g, nil
}

// giveForm lets one pick a place, say which role there, and then look at what
// that would change.
func (p *Pages) giveForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	query, to := r.URL.Query(), r.PathValue("learner")
	if learner := query.Get("for"); learner != "" && query.Get("place") == "" {
		place, err := p.Management.GrantPlaceOf(r.Context(), reach, access.AccountID(to), access.AccountID(learner))
		if err == nil {
			query.Set("place", spotText(place.Spot))
		}
	}
	if query.Get("place") == "" {
		return p.pickGrantPlace(w, r, reach)
	}
	if query.Get("look") == "" {
		return p.showGiveForm(w, r, http.StatusOK, reach, query, nil)
	}
	g, err := givingOf(to, query)
	if err != nil {
		return p.showGiveForm(w, r, http.StatusUnprocessableEntity, reach, query, err)
	}
	preview, err := p.Management.PreviewGiving(r.Context(), reach, g)
	if err != nil {
		if !refusedAccess(err) {
			return err
		}
		return p.showGiveForm(w, r, http.StatusUnprocessableEntity, reach, query, err)
	}
	return p.showGiving(w, r, http.StatusOK, preview, query, nil)
}

// refusedAccess tells whether a form is shown again with the reason.
func refusedAccess(err error) bool {
	return refused(err) || fault.KindOf(err) == fault.LimitReached || errors.Is(err, management.ErrGiveMore) || errors.Is(err, management.ErrGiveSelf)
}

// holder names who gets access, as far as the visitor may ask about them.
func (p *Pages) holder(r *http.Request) (management.Person, error) {
	held, err := p.Management.Holdings(r.Context(), server.VisitOf(r.Context()).Reach(access.AccessExplain), access.AccountID(r.PathValue("learner")))
	return held.Person, err
}

func (p *Pages) pickGrantPlace(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	to := r.PathValue("learner")
	person, err := p.holder(r)
	if err != nil {
		return err
	}
	found, err := p.Management.GrantPlaces(r.Context(), reach, person.ID, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("grant.give_title", "Name", person.Name)
	v := GrantPlacesView{ID: to, Name: person.Name, Action: here(r, "users", to, "access", "give"), Search: r.URL.Query().Get("q")}
	for _, place := range found {
		v.Places = append(v.Places, GrantPlaceRow{
			Name: place.Name, Kind: page.kindOf(place.Kind), Within: place.Within,
			To: with(v.Action, "place", spotText(place.Spot), "role", r.URL.Query().Get("role")),
		})
	}
	return show(w, r, http.StatusOK, GrantPlaces(page, v))
}

func (p *Pages) showGiveForm(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, said url.Values, wrong error) error {
	to := r.PathValue("learner")
	person, err := p.holder(r)
	if err != nil {
		return err
	}
	place, roles, err := p.Management.RolesAt(r.Context(), reach, person.ID, spotOf(said.Get("place")))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("grant.give_title", "Name", person.Name)
	v := GiveView{
		ID: to, Name: person.Name, Action: here(r, "users", to, "access", "give"), Place: place.Name, PlaceKind: page.kindOf(place.Kind), Within: place.Within,
		Spot: spotText(place.Spot), From: said.Get("from"), Until: said.Get("until"), Reason: said.Get("reason"), None: len(roles) == 0,
	}
	v.Another = v.Action
	var extents []access.Extent
	for _, role := range roles {
		v.Roles = append(v.Roles, GiveRole{
			Key: string(role.Key), Name: page.RoleName(role), May: page.mayOf(role), Chosen: string(role.Key) == said.Get("role") || len(roles) == 1,
		})
		if role.Rank == 0 {
			extents = place.Extents(role)
		}
	}
	for _, e := range extents {
		g := access.Grant{Node: access.Node{Kind: place.Kind}, Extent: e}
		v.Extents = append(v.Extents, Option{Value: e.String(), Label: page.extent(g), Chosen: e.String() == said.Get("extent")})
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, Give(page, v))
}

// mayOf says what a role lets one do with learners, or else all that it gives.
func (p Page) mayOf(role access.Role) []string {
	all := role.Any | role.Own
	may := p.May(all)
	if len(may) == 0 {
		for _, permission := range all.List() {
			may = append(may, p.PermissionName(permission))
		}
	}
	return may
}

// showGiving shows what giving would change, with the button that does it.
func (p *Pages) showGiving(w http.ResponseWriter, r *http.Request, status int, preview management.GivingPreview, said url.Values, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	to := string(preview.To.ID)
	page.Title = page.T("grant.give_title", "Name", preview.To.Name)
	v := AccessChangeView{
		ID: to, Name: preview.To.Name, Action: here(r, "users", to, "access"), Access: page.holding(server.VisitOf(r.Context()), preview.Holding),
		Button: page.T("grant.give_to", "Name", preview.To.Name), Sight: page.sightView(preview.Effect), Hidden: map[string]string{"seen": preview.Effect.Seen},
	}
	back := []string{}
	for _, name := range []string{"place", "role", "extent", "from", "until", "reason"} {
		v.Hidden[name] = said.Get(name)
		back = append(back, name, said.Get(name))
	}
	v.Back = with(here(r, "users", to, "access", "give"), back...)
	first := day.Of(preview.Holding.Grant.From, preview.Holding.Zone)
	if first > day.Of(server.VisitOf(r.Context()).Now, preview.Holding.Zone) {
		v.Sight.Hint = page.T("grant.from_then", "When", page.Day(first))
	} else {
		v.Access.Later, v.Access.Since = false, time.Time{} // at once
	}
	v.Managers = Managers(preview.Managers)
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, AccessChange(page, v))
}

// give does what was looked at. Where that has changed meanwhile it is shown again.
func (p *Pages) give(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	to := r.PathValue("learner")
	g, err := givingOf(to, form)
	if err == nil {
		_, err = p.Management.Give(r.Context(), reach, g, form.Get("seen"))
	}
	switch {
	case errors.Is(err, management.ErrUnseen):
		preview, failed := p.Management.PreviewGiving(r.Context(), reach, g)
		if failed != nil {
			return failed
		}
		return p.showGiving(w, r, http.StatusConflict, preview, form, err)
	case err != nil && refusedAccess(err):
		return p.showGiveForm(w, r, http.StatusUnprocessableEntity, reach, form, err)
	case err != nil:
		return err
	}
	return see(w, r, with(here(r, "users", to, "access"), "done", string(DoneGiven)))
}
