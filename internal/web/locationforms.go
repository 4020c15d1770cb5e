package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
)

// viewLocations is the reach by which a page for editors reads the tree.
func viewLocations(r *http.Request) access.Reach {
	return server.VisitOf(r.Context()).Reach(access.LocationView)
}

func (p *Pages) newLocation(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showLocationForm(w, r, http.StatusOK, LocationFormView{New: true, Parent: r.URL.Query().Get("in")}, "")
}

// showLocationForm shows the form; of a new location where there is none in the address.
func (p *Pages) showLocationForm(w http.ResponseWriter, r *http.Request, status int, v LocationFormView, kind location.TypeID) error {
	page, err := p.framed(r, PlaceLocations, "")
	if err != nil {
		return err
	}
	id := r.PathValue("location")
	page.Title, v.Action, v.Back = page.T("location.add"), here(r, "locations"), here(r, "locations")
	if !v.New {
		if _, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(id)); err != nil {
			return err
		}
		page.Title, v.Action, v.Back = page.T("location.edit"), here(r, "locations", id), here(r, "locations", id)
	} else if v.Parent != "" {
		above, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(v.Parent))
		if err != nil {
			return err
		}
		v.ParentName, v.Back = above.Name, here(r, "locations", v.Parent)
	}
	types, err := p.Locations.Types(r.Context(), viewLocations(r))
	if err != nil {
		return err
	}
	v.Types = page.typeOptions(types, kind, page.T("location.no_type"))
	return show(w, r, status, LocationForm(page, v))
}

// typeOptions are types to choose from, after the choice of none.
func (p Page) typeOptions(types location.Types, chosen location.TypeID, none string) []Option {
	out := []Option{{Label: none}}
	for _, t := range types {
		out = append(out, Option{Value: string(t.ID), Label: t.Name, Chosen: t.ID == chosen})
	}
	return out
}

func (p *Pages) addLocation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	n := location.New{Name: form.Get("name"), ExternalID: form.Get("external_id"), Parent: location.ID(form.Get("parent")), Type: location.TypeID(form.Get("type"))}
	id, err := p.Locations.Add(r.Context(), reach, n)
	if err != nil {
		if !refused(err) {
			return err
		}
		v := LocationFormView{New: true, Parent: string(n.Parent), Name: n.Name, ExternalID: n.ExternalID, Faults: p.plain(r).FaultsOf(err)}
		return p.showLocationForm(w, r, http.StatusUnprocessableEntity, v, n.Type)
	}
	return see(w, r, with(here(r, "locations", string(id)), "done", string(DoneLocation)))
}

func (p *Pages) editLocation(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	d, err := p.Locations.Open(r.Context(), viewLocations(r), location.ID(r.PathValue("location")))
	if err != nil {
		return err
	}
	return p.showLocationForm(w, r, http.StatusOK, LocationFormView{Name: d.Name, ExternalID: d.ExternalID}, d.Type)
}

func (p *Pages) saveLocation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := location.ID(r.PathValue("location"))
	e := location.Edit{Name: form.Get("name"), ExternalID: form.Get("external_id"), Type: location.TypeID(form.Get("type"))}
	if err := p.Locations.Edit(r.Context(), reach, id, e); err != nil {
		if !refused(err) {
			return err
		}
		v := LocationFormView{Name: e.Name, ExternalID: e.ExternalID, Faults: p.plain(r).FaultsOf(err)}
		return p.showLocationForm(w, r, http.StatusUnprocessableEntity, v, e.Type)
	}
	return see(w, r, with(here(r, "locations", string(id)), "done", string(DoneLocation)))
}

func (p *Pages) retireLocation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := location.ID(r.PathValue("location"))
	if err := p.Locations.Retire(r.Context(), reach, id); err != nil {
		return err
	}
	return see(w, r, with(here(r, "locations", string(id)), "done", string(DoneLocation)))
}

func (p *Pages) locationSetup(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	return p.showLocationSetup(w, r, nil, nil, nil)
}

// showLocationSetup shows the switches as they are, or as somebody wanted them
// and could not have them, and the types.
func (p *Pages) showLocationSetup(w http.ResponseWriter, r *http.Request, wanted *location.Settings, held []location.Holder, wrong error) error {
	page, err := p.framed(r, PlaceLocations, "")
	if err != nil {
		return err
	}
	page.Title = page.T("location.setup")
	reach, status := viewLocations(r), http.StatusOK
	now, err := p.Locations.Settings(r.Context(), reach)
	if err != nil {
		return err
	}
	if wanted != nil {
		now = *wanted
	}
	types, err := p.Locations.Types(r.Context(), reach)
	if err != nil {
		return err
	}
	v := LocationSetupView{
		Back: here(r, "locations"), Locations: now.Locations, Hierarchies: now.Hierarchies,
		Above: page.typeOptions(types, "", page.T("location.requires_nothing")),
	}
	for _, h := range held {
		v.Holders = append(v.Holders, HolderRow{Name: h.Name, Role: page.RoleName(h.Role), Place: h.Place})
	}
	for i, t := range types {
		v.Types = append(v.Types, TypeRow{
			ID: string(t.ID), Name: t.Name, Level: t.Level, Places: t.Places, Unused: t.Places == 0,
			Above: page.typeOptions(types[:i], t.Requires, page.T("location.requires_nothing")),
		})
	}
	if wrong != nil {
		v.Faults, status = page.FaultsOf(wrong), http.StatusUnprocessableEntity
	}
	return show(w, r, status, LocationSetup(page, v))
}

func (p *Pages) switchLocations(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	to := location.Settings{Locations: form.Get("locations") != "", Hierarchies: form.Get("hierarchies") != ""}
	held, err := p.Locations.Switch(r.Context(), reach, to)
	if errors.Is(err, location.ErrHeld) {
		return p.showLocationSetup(w, r, &to, held, err)
	}
	return p.setupDone(w, r, err)
}

// setupDone leads back to the setup, with the reason where it was refused.
func (p *Pages) setupDone(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.showLocationSetup(w, r, nil, nil, err)
	}
	return see(w, r, with(here(r, "locations", "setup"), "done", string(DoneLocation)))
}

func typeOf(form url.Values) location.NewType {
	return location.NewType{Name: form.Get("name"), Requires: location.TypeID(form.Get("requires"))}
}

func (p *Pages) addLocationType(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	_, err = p.Locations.AddType(r.Context(), reach, typeOf(form))
	return p.setupDone(w, r, err)
}

func (p *Pages) saveLocationType(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	types, err := p.Locations.Types(r.Context(), viewLocations(r))
	if err != nil {
		return err
	}
	id := location.TypeID(r.PathValue("type"))
	if _, known := types.Find(id); !known {
		return fault.ErrNotFound
	}
	return p.setupDone(w, r, p.Locations.EditType(r.Context(), reach, id, typeOf(form)))
}

func (p *Pages) removeLocationType(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.setupDone(w, r, p.Locations.RemoveType(r.Context(), reach, location.TypeID(r.PathValue("type"))))
}
