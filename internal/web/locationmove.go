package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
)

// treeAct is a move or a merge, as the pages of both go.
type treeAct struct {
	name         string // in the address
	title, ask   string
	intro, crown string
	top          bool // the top is a place to go, too
	preview      func(*http.Request, access.Reach, location.ID, location.ID) (location.Effect, error)
}

func (p *Pages) moving() treeAct {
	return treeAct{
		name: "move", title: "location.move_title", ask: "location.move_ask", intro: "location.move_intro", crown: "location.move_confirm", top: true,
		preview: func(r *http.Request, reach access.Reach, id, to location.ID) (location.Effect, error) {
			return p.Locations.PreviewMove(r.Context(), reach, id, to)
		},
	}
}

func (p *Pages) merging() treeAct {
	return treeAct{
		name: "merge", title: "location.merge_title", ask: "location.merge_ask", intro: "location.merge_intro", crown: "location.merge_confirm",
		preview: func(r *http.Request, reach access.Reach, id, to location.ID) (location.Effect, error) {
			return p.Locations.PreviewMerge(r.Context(), reach, id, to)
		},
	}
}

func (p *Pages) previewMove(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.treeStep(w, r, reach, p.moving())
}

func (p *Pages) previewMerge(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.treeStep(w, r, reach, p.merging())
}

// toTop is what an address says for the top of the tree.
const toTop = "top"

func targetOf(to string) location.ID {
	if to == toTop {
		return ""
	}
	return location.ID(to)
}

// treeStep lets one pick where to, and then look at what that would change.
func (p *Pages) treeStep(w http.ResponseWriter, r *http.Request, reach access.Reach, act treeAct) error {
	to := r.URL.Query().Get("to")
	if to == "" {
		return p.pickPlace(w, r, act, http.StatusOK, nil)
	}
	effect, err := act.preview(r, reach, location.ID(r.PathValue("location")), targetOf(to))
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.pickPlace(w, r, act, http.StatusUnprocessableEntity, err)
	}
	return p.showEffect(w, r, http.StatusOK, act, to, effect, nil)
}

// pickPlace shows the tree to pick from.
func (p *Pages) pickPlace(w http.ResponseWriter, r *http.Request, act treeAct, status int, wrong error) error {
	id, at := r.PathValue("location"), r.URL.Query().Get("at")
	place, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(id))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceLocations, "")
	if err != nil {
		return err
	}
	page.Title = page.T(act.title, "Name", place.Name)
	base := here(r, "locations", id, act.name)
	v := PlaceChoiceView{
		Back: here(r, "locations", id), BackTo: page.T("nav.locations"), Ask: page.T(act.ask), Heading: page.T("location.target"),
		Action: page.T("location.preview"), TopLabel: page.T("location.to_top"),
	}
	if act.top && place.Parent != "" {
		v.Top = with(base, "to", toTop)
	}
	var open *location.Details
	if at != "" {
		found, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(at))
		if err != nil {
			return err
		}
		open, v.Chosen, v.Choose = &found, found.Name, with(base, "to", at)
	}
	v.Browser, err = p.browse(r, page, open, browsing{
		base: base, open: func(id location.ID) templ.SafeURL { return with(base, "at", string(id)) }, in: location.ID(at), list: p.lists(r, viewLocations(r)),
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, PlaceChoice(page, v))
}

func (p *Pages) showEffect(w http.ResponseWriter, r *http.Request, status int, act treeAct, to string, e location.Effect, wrong error) error {
	page, err := p.framed(r, PlaceLocations, "")
	if err != nil {
		return err
	}
	page.Title = page.T(act.title, "Name", e.Place.Name)
	target := e.Target.Name
	if e.Target.ID == "" {
		target = page.T("location.top")
	}
	v := EffectView{
		Back: here(r, "locations", string(e.Place.ID)), Action: here(r, "locations", string(e.Place.ID), act.name), ToID: to, Seen: e.Seen,
		Intro: page.T(act.intro, "Name", e.Place.Name, "To", target), Confirm: page.T(act.crown, "Name", e.Place.Name, "To", target),
		People: e.People, Places: e.Places, Others: e.Others,
	}
	if e.Crossing[1] != "" {
		v.Crossing = page.T("location.crossing", "From", e.Crossing[0], "To", e.Crossing[1])
	}
	for _, c := range e.Changed {
		v.Rows = append(v.Rows, EffectRow{Name: c.Name, Gains: c.Gains, Loses: c.Loses, GainsSample: c.GainsSample, LosesSample: c.LosesSample})
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, Effect(page, v))
}

func (p *Pages) moveLocation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doTreeAct(w, r, reach, p.moving(), p.Locations.Move)
}

func (p *Pages) mergeLocation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doTreeAct(w, r, reach, p.merging(), p.Locations.Merge)
}

// treeDoing is how a service does either.
type treeDoing func(ctx context.Context, reach access.Reach, id, to location.ID, seen string) error

// doTreeAct does what was looked at. Where that has changed meanwhile it is
// shown again, with the reason.
func (p *Pages) doTreeAct(w http.ResponseWriter, r *http.Request, reach access.Reach, act treeAct, do treeDoing) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, to := location.ID(r.PathValue("location")), form.Get("to")
	err = do(r.Context(), reach, id, targetOf(to), form.Get("seen"))
	switch {
	case errors.Is(err, location.ErrUnseen):
		effect, failed := act.preview(r, reach, id, targetOf(to))
		if failed != nil {
			return failed
		}
		return p.showEffect(w, r, http.StatusConflict, act, to, effect, err)
	case err != nil && refused(err):
		return p.pickPlace(w, r, act, http.StatusUnprocessableEntity, err)
	case err != nil:
		return err
	}
	return see(w, r, with(here(r, "locations", string(id)), "done", string(DoneLocation)))
}
