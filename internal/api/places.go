package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
)

// addLocations registers the operations about the tree of locations.
func (a *API) addLocations() {
	get(a, "/locations", access.LocationView, a.listLocations, "Lists locations: those directly below one, the topmost, or what a search finds")
	create(a, "/locations", access.LocationEdit, a.addLocation, "Adds a location")
	get(a, "/locations/{id}", access.LocationView, a.openLocation, "Opens one location, with how much is placed there")
	put(a, "/locations/{id}", access.LocationEdit, a.editLocation, "Renames a location, and gives it a type and an external id")
	get(a, "/locations/{id}/move", access.LocationEdit, a.previewMove, "Tells who would gain and who would lose sight of whom if a location moved")
	create(a, "/locations/{id}/move", access.LocationEdit, a.moveLocation, "Moves a location with all below it, after the preview was looked at")
	get(a, "/locations/{id}/merge", access.LocationEdit, a.previewMerge, "Tells the same of merging a location into another")
	create(a, "/locations/{id}/merge", access.LocationEdit, a.mergeLocation, "Puts everything at a location under another and retires it")
	create(a, "/locations/{id}/retire", access.LocationEdit, a.retireLocation, "Takes a location out of use that nobody and nothing is placed at")
	a.addLocationTypes()
}

// Location is a location as lists show it.
type Location struct {
	ID         location.ID `json:"id"`
	ExternalID *string     `json:"external_id"`
	Name       string      `json:"name"`
	ParentID   *string     `json:"parent_id" doc:"Null at the top."`
	TypeID     *string     `json:"type_id"`
	TypeName   *string     `json:"type_name"`
	Children   int         `json:"children" doc:"Locations directly below it."`
	Above      []above     `json:"above" nullable:"false" doc:"The way down to it, as far as the asker sees it; lists show it where one searches."`
}

type above struct {
	ID   location.ID `json:"id"`
	Name string      `json:"name"`
}

// WholeLocation is a location with how much is placed there.
type WholeLocation struct {
	Location
	Here       int        `json:"people_here" doc:"People placed at it."`
	Within     int        `json:"people_within" doc:"And below it, as far as the asker sees them."`
	Places     int        `json:"locations_within" doc:"Locations below it, at any depth."`
	Grants     int        `json:"roles" doc:"Roles that name it."`
	RetiredAt  *time.Time `json:"retired_at"`
	MergedInto *string    `json:"merged_into" doc:"The location that took over what was here."`
}

// location is where it is found (located).
func (l *WholeLocation) location() string { return Prefix + "/locations/" + string(l.ID) }

func aLocation(f location.Found) Location {
	return Location{
		ID: f.ID, ExternalID: text(f.ExternalID), Name: f.Name, ParentID: text(f.Parent), TypeID: text(f.Type), TypeName: text(f.TypeName), Children: f.Children,
		Above: list(f.Trail, func(n location.Named) above { return above{n.ID, n.Name} }),
	}
}

type locationsInput struct {
	Below  location.ID `query:"below" maxLength:"200" doc:"Id of the location whose children are listed; the topmost without it."`
	Q      string      `query:"q" maxLength:"200" doc:"Part of the name, or the external id, anywhere in the tree."`
	Limit  int         `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Cursor string      `query:"cursor" maxLength:"2000" doc:"next_cursor of the page before; nothing for the first page."`
}

type locationPage struct {
	Items []Location `json:"items" nullable:"false" doc:"By name."`
	Next  *string    `json:"next_cursor"`
}

func (a *API) listLocations(ctx context.Context, reach access.Reach, in *locationsInput) (*locationPage, error) {
	found, err := a.ask.Locations.List(ctx, reach, location.Query{Below: in.Below, Q: in.Q, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &locationPage{Items: list(found.Items, aLocation), Next: text(found.Next)}, nil
}

type locationInput struct {
	ID location.ID `path:"id" doc:"Of the location."`
}

func (a *API) openLocation(ctx context.Context, reach access.Reach, in *locationInput) (*WholeLocation, error) {
	d, err := a.ask.Locations.Open(ctx, reach, in.ID)
	if err != nil {
		return nil, err
	}
	return &WholeLocation{
		Location: aLocation(d.Found), Here: d.Here, Within: d.Within, Places: d.Places, Grants: d.Grants, RetiredAt: at(d.RetiredAt), MergedInto: text(d.MergedInto),
	}, nil
}

// locationAfter answers with a location as it has become.
func (a *API) locationAfter(ctx context.Context, id location.ID) (*WholeLocation, error) {
	return a.openLocation(ctx, server.VisitOf(ctx).Reach(access.LocationView), &locationInput{id})
}

// LocationFields is what is said of a location.
type LocationFields struct {
	Name       string          `json:"name" maxLength:"200" doc:"At most 100 characters."`
	ExternalID string          `json:"external_id,omitempty" maxLength:"400" doc:"Your own id, at most 200 characters; no other location has it."`
	TypeID     location.TypeID `json:"type_id,omitempty" maxLength:"200"`
}

type newLocationInput struct {
	Body struct {
		LocationFields
		ParentID location.ID `json:"parent_id,omitempty" maxLength:"200" doc:"What it lies directly below; the top without it."`
	}
}

func (a *API) addLocation(ctx context.Context, reach access.Reach, in *newLocationInput) (*WholeLocation, error) {
	b := in.Body
	id, err := a.ask.Locations.Add(ctx, reach, location.New{Name: b.Name, ExternalID: b.ExternalID, Type: b.TypeID, Parent: b.ParentID})
	if err != nil {
		return nil, err
	}
	return a.locationAfter(ctx, id)
}

type editLocationInput struct {
	ID   location.ID `path:"id" doc:"Of the location."`
	Body LocationFields
}

func (a *API) editLocation(ctx context.Context, reach access.Reach, in *editLocationInput) (*WholeLocation, error) {
	b := in.Body
	if err := a.ask.Locations.Edit(ctx, reach, in.ID, location.Edit{Name: b.Name, ExternalID: b.ExternalID, Type: b.TypeID}); err != nil {
		return nil, err
	}
	return a.locationAfter(ctx, in.ID)
}

func (a *API) retireLocation(ctx context.Context, reach access.Reach, in *locationInput) (*WholeLocation, error) {
	if err := a.ask.Locations.Retire(ctx, reach, in.ID); err != nil {
		return nil, err
	}
	return a.locationAfter(ctx, in.ID)
}
