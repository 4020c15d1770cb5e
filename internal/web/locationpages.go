package web

import (
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
		route("GET /o/{organization}/places", access.SelfView, p.places),
		route("GET /o/{organization}/locations/export", access.LocationView, p.exportLocations),
		route("GET /o/{organization}/locations/import", access.LocationEdit, p.importLocations),
		{Pattern: "POST /o/{organization}/locations/import", Permission: access.LocationEdit, Handle: p.previewImport, Body: importBody, Rate: server.Heavy},
		route("POST /o/{organization}/locations/setup/convert", access.OrganizationConfigure, p.convertHolders),
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
	list func(location.Query) (location.Page, error)
}

// lists reads the locations of the organization by a reach.
func (p *Pages) lists(r *http.Request, reach access.Reach) func(location.Query) (location.Page, error) {
	return func(q location.Query) (location.Page, error) { return p.Locations.List(r.Context(), reach, q) }
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
	settings, err := p.Locations.Settings(r.Context(), reach)
	if err != nil {
		return err
	}
	v := LocationsView{Off: true}
	if settings.Locations {
		if v, err = p.browse(r, page, open, browsing{
			base: here(r, "locations"), open: func(id location.ID) templ.SafeURL { return here(r, "locations", string(id)) }, in: id, list: p.lists(r, reach),
		}); err != nil {
			return err
		}
		v.Export = here(r, "locations", "export")
	}
	if page.Can(access.LocationEdit) && !v.Off {
		v.Add, v.Import = with(here(r, "locations", "new"), "in", string(id)), here(r, "locations", "import")
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
func (p *Pages) browse(r *http.Request, page Page, open *location.Details, b browsing) (LocationsView, error) {
	plain, query, _ := strings.Cut(string(b.base), "?")
	v := LocationsView{Search: r.URL.Query().Get("q"), SearchAt: b.base, Tree: TreeView{Label: page.T("nav.locations")}}
	v.SearchKeep, _ = url.ParseQuery(query) // what we wrote ourselves
	if strings.TrimSpace(v.Search) != "" {
		found, err := b.list(location.Query{Q: v.Search, Limit: 50, Cursor: r.URL.Query().Get("cursor")})
		v.Searching, v.Pages = true, pages(r, templ.SafeURL(plain), found.Next)
		for _, f := range found.Items {
			trail := f.Trail
			if f.Client != "" {
				trail = append([]location.Named{{Name: f.Client}}, trail...)
			}
			v.Found = append(v.Found, FoundPlace{Name: f.Name, Trail: trailOf(trail), ExternalID: f.ExternalID, To: b.open(f.ID)})
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
	var err error
	v.Tree.Level, err = treeLevel("", b.base, way, b, r.URL.Query().Get("cursor"))
	return v, err
}

// treeLevel reads what lies directly below a location, and on the way to the
// one that is open also what lies below that. A page that goes on is one of the
// deepest level; the levels above show their beginning and what is open.
func treeLevel(below location.ID, at templ.SafeURL, way []location.Named, b browsing, cursor string) (TreeLevel, error) {
	q := location.Query{Below: below}
	if len(way) == 0 {
		q.Cursor = cursor
	}
	found, err := b.list(q)
	if err != nil {
		return TreeLevel{}, err
	}
	level := TreeLevel{Last: len(way) == 0}
	on := -1
	for _, f := range found.Items {
		row := TreeRow{ID: string(f.ID), Name: f.Name, Type: f.TypeName, Client: f.Client, To: b.open(f.ID), Close: at, Here: f.ID == b.in, Children: f.Children}
		if len(way) > 0 && f.ID == way[0].ID {
			on = len(level.Rows)
		}
		level.Rows = append(level.Rows, row)
	}
	if len(way) > 0 && on < 0 { // it stands further on in a long level
		on = len(level.Rows)
		level.Rows = append(level.Rows, TreeRow{ID: string(way[0].ID), Name: way[0].Name, To: b.open(way[0].ID), Close: at, Here: way[0].ID == b.in, Children: 1})
	}
	if on >= 0 {
		row := &level.Rows[on]
		if row.Below, err = treeLevel(way[0].ID, row.To, way[1:], b, cursor); err != nil {
			return TreeLevel{}, err
		}
		row.Open = len(row.Below.Rows) > 0
		if !row.Open { // nothing lies below it, and its own level is the last that is open
			row.Children, level.Last = 0, true
		}
	}
	if found.Next != "" {
		level.More = withMore(at, "cursor", found.Next)
	}
	return level, nil
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
