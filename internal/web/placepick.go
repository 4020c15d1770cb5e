package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
)

// locationChoice is the filter by location of the list at an address: a choice
// among few, or a link to the tree where there are many; nothing where the
// access carries no locations.
func (p *Pages) locationChoice(r *http.Request, page Page, reach access.Reach, facets report.Facets, action templ.SafeURL, chosen string) ([]Choice, error) {
	if !facets.HaveLocations() || !reach.Carries().Location {
		return nil, nil
	}
	var place report.Named
	if chosen != "" {
		var err error
		if place, err = p.Reports.Place(r.Context(), reach, chosen); err != nil {
			return nil, err
		}
	}
	choice := page.LocationFilter(options(facets.Locations, place.ID))
	if !facets.ManyLocations {
		return []Choice{choice}, nil
	}
	kept := r.URL.Query()
	kept.Del("location")
	kept.Del("cursor")
	choice.Pick = with(here(r, "places"), "by", reach.Permission().String(), "list", strings.Trim(strings.TrimPrefix(string(action), string(here(r))), "/"), "keep", kept.Encode())
	if place.ID != "" {
		choice.Options = []Option{{Value: place.ID, Label: place.Name, Chosen: true}}
	}
	return []Choice{choice}, nil
}

// listings are the permissions whose lists a location narrows.
func listings() []access.Permission {
	return []access.Permission{access.LearnerView, access.ReportView, access.MatrixView, access.DashboardView}
}

var listPath = regexp.MustCompile(`^[a-z0-9-]+(/[a-z0-9-]+)*$`)

// places is the tree of locations to narrow a list to one of: the list is named
// in the address, with what else narrows it.
func (p *Pages) places(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	query, visit := r.URL.Query(), server.VisitOf(r.Context())
	at := slices.IndexFunc(listings(), func(a access.Permission) bool { return a.String() == query.Get("by") })
	kept, err := url.ParseQuery(query.Get("keep"))
	if at < 0 || err != nil || !listPath.MatchString(query.Get("list")) {
		return fault.ErrNotFound
	}
	reach := visit.Reach(listings()[at])
	page, err := p.framed(r, "", "")
	if err != nil {
		return err
	}
	page.Title = page.T("location.pick_title")
	list := here(r, strings.Split(query.Get("list"), "/")...)
	base := with(here(r, "places"), "by", query.Get("by"), "list", query.Get("list"), "keep", query.Get("keep"))
	back := func(id string) templ.SafeURL {
		if kept.Del("location"); id != "" {
			kept.Set("location", id)
		}
		return addressWith(list, kept)
	}
	v := PlaceChoiceView{
		Back: back(""), BackTo: page.T("location.back_to_list"), Ask: page.T("location.pick_ask"), Heading: page.T("field.location"),
		Top: back(""), TopLabel: page.T("filter.all_locations"), Action: page.T("location.pick"),
	}
	var open *location.Details
	id := location.ID(query.Get("at"))
	if id != "" {
		found, err := p.Locations.Picked(r.Context(), reach, id)
		if err != nil {
			return err
		}
		open, v.Chosen, v.Choose = &found, found.Name, back(string(id))
	}
	v.Browser, err = p.browse(r, page, open, browsing{
		base: base, in: id, open: func(id location.ID) templ.SafeURL { return withMore(base, "at", string(id)) },
		list: func(q location.Query) (location.Page, error) { return p.Locations.Pick(r.Context(), reach, q) },
	})
	if err != nil {
		return err
	}
	return show(w, r, http.StatusOK, PlaceChoice(page, v))
}
