package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlaceLocations is the entry of the locations in the navigation.
const PlaceLocations Place = "locations"

// DoneLocation tells that a location, a type or the feature was changed.
const DoneLocation Done = "location"

// locationRoutes are the pages of the locations.
func (p *Pages) locationRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	return []server.Route{
		route("GET /o/{organization}/locations", access.LocationView, p.locations),
		route("GET /o/{organization}/locations/new", access.LocationEdit, p.newLocation),
		route("POST /o/{organization}/locations", access.LocationEdit, p.addLocation),
		route("GET /o/{organization}/locations/{location}", access.LocationView, p.locations),
		route("GET /o/{organization}/locations/{location}/edit", access.LocationEdit, p.editLocation),
		route("POST /o/{organization}/locations/{location}", access.LocationEdit, p.saveLocation),
		route("GET /o/{organization}/locations/{location}/move", access.LocationEdit, p.previewMove),
		route("POST /o/{organization}/locations/{location}/move", access.LocationEdit, p.moveLocation),
		route("GET /o/{organization}/locations/{location}/merge", access.LocationEdit, p.previewMerge),
		route("POST /o/{organization}/locations/{location}/merge", access.LocationEdit, p.mergeLocation),
		route("POST /o/{organization}/locations/{location}/retire", access.LocationEdit, p.retireLocation),
		route("GET /o/{organization}/locations/setup", access.OrganizationConfigure, p.locationSetup),
		route("POST /o/{organization}/locations/setup", access.OrganizationConfigure, p.switchLocations),
		route("POST /o/{organization}/location-types", access.OrganizationConfigure, p.addLocationType),
		route("POST /o/{organization}/location-types/{type}", access.OrganizationConfigure, p.saveLocationType),
		route("POST /o/{organization}/location-types/{type}/remove", access.OrganizationConfigure, p.removeLocationType),
	}
}

// browsing is how a page shows the tree: which address opens a location there.
type browsing struct {
	base templ.SafeURL                   // without a location open
	open func(location.ID) templ.SafeURL // with one open
	in   location.ID                     // which is
}

// locations is the tree; with a location in the address that one is open.
func (p *Pages) locations(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := location.ID(r.PathValue("location"))
	var open *location.Details
	if id != "" {
		found, err := p.Locations.Open(r.Context(), reach, id)
		if err != nil {
			return err
		}
		open = &found
	}
	page, err := p.framed(r, PlaceLocations, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.locations")
	v, err := p.browse(r, page, reach, open, browsing{
		base: here(r, "locations"), open: func(id location.ID) templ.SafeURL { return here(r, "locations", string(id)) }, in: id,
	})
	if err != nil {
		return err
	}
	if page.Can(access.LocationEdit) && !v.Off {
		v.Add = with(here(r, "locations", "new"), "in", string(id))
	}
	if page.Can(access.OrganizationConfigure) {
		v.Setup = here(r, "locations", "setup")
	}
	if open != nil {
		v.Place = page.placeView(*open)
	}
	return show(w, r, http.StatusOK, Locations(page, v))
}

// browse fills in the tree, or what a search found.
func (p *Pages) browse(r *http.Request, page Page, reach access.Reach, open *location.Details, b browsing) (LocationsView, error) {
	v := LocationsView{Search: r.URL.Query().Get("q"), SearchAt: b.base, Tree: TreeView{Label: page.T("nav.locations")}}
	settings, err := p.Locations.Settings(r.Context(), reach)
	if err != nil || !settings.Locations {
		v.Off = true
		return v, err
	}
	if strings.TrimSpace(v.Search) != "" {
		found, err := p.Locations.List(r.Context(), reach, location.Query{Q: v.Search, Limit: 50, Cursor: r.URL.Query().Get("cursor")})
		v.Searching, v.Pages = true, pages(r, b.base, found.Next)
		for _, f := range found.Items {
			v.Found = append(v.Found, FoundPlace{Name: f.Name, Trail: trailOf(f.Trail), ExternalID: f.ExternalID, To: b.open(f.ID)})
		}
		return v, err
	}
	var way []location.Named
	if open != nil {
		way = append(append(way, open.Trail...), location.Named{ID: open.ID, Name: open.Name})
		if !open.RetiredAt.IsZero() {
			way = open.Trail
		}
	}
	v.Tree.Rows, v.Tree.More, err = p.treeLevel(r.Context(), reach, "", b.base, way, b, r.URL.Query().Get("cursor"))
	return v, err
}

// treeLevel reads what lies directly below a location, and on the way to the
// one that is open also what lies below that. A page that goes on is one of the
// deepest level; the levels above show their beginning and what is open.
func (p *Pages) treeLevel(ctx context.Context, reach access.Reach, below location.ID, at templ.SafeURL, way []location.Named, b browsing, cursor string) ([]TreeRow, templ.SafeURL, error) {
	q := location.Query{Below: below}
	if len(way) == 0 {
		q.Cursor = cursor
	}
	found, err := p.Locations.List(ctx, reach, q)
	if err != nil {
		return nil, "", err
	}
	var rows []TreeRow
	on := -1
	for _, f := range found.Items {
		row := TreeRow{ID: string(f.ID), Name: f.Name, Type: f.TypeName, To: b.open(f.ID), Close: at, Here: f.ID == b.in, Children: f.Children}
		if len(way) > 0 && f.ID == way[0].ID {
			on = len(rows)
		}
		rows = append(rows, row)
	}
	if len(way) > 0 && on < 0 { // it stands further on in a long level
		on = len(rows)
		rows = append(rows, TreeRow{ID: string(way[0].ID), Name: way[0].Name, To: b.open(way[0].ID), Close: at, Here: way[0].ID == b.in, Children: 1})
	}
	if on >= 0 {
		row := &rows[on]
		if row.Rows, row.More, err = p.treeLevel(ctx, reach, way[0].ID, row.To, way[1:], b, cursor); err != nil {
			return nil, "", err
		}
		row.Open = len(row.Rows) > 0
		if !row.Open {
			row.Children = 0
		}
	}
	more := templ.SafeURL("")
	if found.Next != "" {
		more = withMore(at, "cursor", found.Next)
	}
	return rows, more, nil
}

// withMore adds to an address that may have a query already.
func withMore(address templ.SafeURL, name, value string) templ.SafeURL {
	joint := "?"
	if strings.Contains(string(address), "?") {
		joint = "&"
	}
	return address + templ.SafeURL(joint+url.Values{name: {value}}.Encode())
}

func trailOf(trail []location.Named) string {
	names := make([]string, len(trail))
	for i, up := range trail {
		names[i] = up.Name
	}
	return strings.Join(names, " › ")
}

// placeView is a location with what its reader may do.
func (p Page) placeView(d location.Details) *PlaceView {
	id := string(d.ID)
	v := &PlaceView{
		ID: id, Name: d.Name, ExternalID: d.ExternalID, Type: d.TypeName, Here: d.Here, Within: d.Within, Places: d.Places, Grants: d.Grants,
		Retired: !d.RetiredAt.IsZero(),
	}
	for _, up := range d.Trail {
		v.Trail = append(v.Trail, FoundPlace{Name: up.Name, To: p.Path("locations", string(up.ID))})
	}
	if d.MergedInto != "" {
		v.Successor = p.Path("locations", string(d.MergedInto))
	}
	if p.Can(access.LearnerView) && !v.Retired {
		v.People = with(p.Path("users"), "location", id)
	}
	if p.Can(access.LocationEdit) && !v.Retired {
		v.Edit, v.Move, v.Merge = p.Path("locations", id, "edit"), p.Path("locations", id, "move"), p.Path("locations", id, "merge")
		if d.Here+d.Places+d.Grants == 0 {
			v.Retire = p.Path("locations", id, "retire")
		}
	}
	return v
}
