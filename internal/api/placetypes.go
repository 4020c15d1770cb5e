package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/server"
)

// addLocationTypes registers the operations about the levels of the tree and the switches of the feature.
func (a *API) addLocationTypes() {
	get(a, "/location-types", access.LocationView, a.listLocationTypes, "Lists the types of locations, the topmost level first")
	create(a, "/location-types", access.OrganizationConfigure, a.addLocationType, "Adds a type as the lowest level")
	put(a, "/location-types/{id}", access.OrganizationConfigure, a.editLocationType, "Renames a type and says what it needs directly above")
	remove(a, "/location-types/{id}", access.OrganizationConfigure, a.removeLocationType, "Removes a type that nothing uses")
	get(a, "/location-settings", access.LocationView, a.locationSettings, "Tells whether the organization uses locations, and locations below locations")
	put(a, "/location-settings", access.OrganizationConfigure, a.switchLocations, "Switches locations and hierarchies; refused while roles depend on what is switched off")
}

// LocationType is a level of the tree.
type LocationType struct {
	ID       location.TypeID `json:"id"`
	Name     string          `json:"name"`
	Level    int             `json:"level" doc:"1 is the topmost."`
	Requires *string         `json:"requires_id" doc:"The type that a location directly above must have; null: any of a higher level."`
	Places   int             `json:"locations" doc:"Locations of this type."`
}

func aLocationType(t location.Type) LocationType {
	return LocationType{ID: t.ID, Name: t.Name, Level: t.Level, Requires: text(t.Requires), Places: t.Places}
}

type locationTypes struct {
	Items []LocationType `json:"items" nullable:"false"`
}

func (a *API) listLocationTypes(ctx context.Context, reach access.Reach, _ *none) (*locationTypes, error) {
	found, err := a.ask.Locations.Types(ctx, reach)
	if err != nil {
		return nil, err
	}
	return &locationTypes{list(found, aLocationType)}, nil
}

// LocationTypeFields is what is said of a type of location.
type LocationTypeFields struct {
	Name     string          `json:"name" maxLength:"200" doc:"At most 100 characters."`
	Requires location.TypeID `json:"requires_id,omitempty" maxLength:"200" doc:"Id of a type of a higher level."`
}

type newTypeInput struct{ Body LocationTypeFields }

func (a *API) addLocationType(ctx context.Context, reach access.Reach, in *newTypeInput) (*LocationType, error) {
	id, err := a.ask.Locations.AddType(ctx, reach, location.NewType(in.Body))
	if err != nil {
		return nil, err
	}
	return a.typeAfter(ctx, id)
}

// typeAfter answers with a type as it has become.
func (a *API) typeAfter(ctx context.Context, id location.TypeID) (*LocationType, error) {
	types, err := a.ask.Locations.Types(ctx, server.VisitOf(ctx).Reach(access.LocationView))
	if err != nil {
		return nil, err
	}
	found, known := types.Find(id)
	if !known {
		return nil, fault.ErrNotFound
	}
	out := aLocationType(found)
	return &out, nil
}

type typeInput struct {
	ID location.TypeID `path:"id" doc:"Of the type."`
}

type editTypeInput struct {
	ID   location.TypeID `path:"id" doc:"Of the type."`
	Body LocationTypeFields
}

func (a *API) editLocationType(ctx context.Context, reach access.Reach, in *editTypeInput) (*LocationType, error) {
	if err := a.ask.Locations.EditType(ctx, reach, in.ID, location.NewType(in.Body)); err != nil {
		return nil, err
	}
	return a.typeAfter(ctx, in.ID)
}

func (a *API) removeLocationType(ctx context.Context, reach access.Reach, in *typeInput) (*none, error) {
	return &none{}, a.ask.Locations.RemoveType(ctx, reach, in.ID)
}

// LocationSettings are the switches of the feature.
type LocationSettings struct {
	Locations   bool `json:"locations"`
	Hierarchies bool `json:"hierarchies" doc:"Locations below locations; there are none without locations."`
}

func (a *API) locationSettings(ctx context.Context, reach access.Reach, _ *none) (*LocationSettings, error) {
	found, err := a.ask.Locations.Settings(ctx, reach)
	out := LocationSettings(found)
	return &out, err
}

type switchInput struct{ Body LocationSettings }

func (a *API) switchLocations(ctx context.Context, reach access.Reach, in *switchInput) (*LocationSettings, error) {
	if _, err := a.ask.Locations.Switch(ctx, reach, location.Settings(in.Body)); err != nil {
		return nil, err
	}
	return a.locationSettings(ctx, server.VisitOf(ctx).Reach(access.LocationView), nil)
}
