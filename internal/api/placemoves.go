package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
)

// locationEffect is what a move or a merge does to who sees whom.
type locationEffect struct {
	Location Location        `json:"location"`
	Target   maybe[Location] `json:"target" doc:"The new parent, or the successor; null for the top."`
	People   int             `json:"people" doc:"Who change their place, or its way to the top."`
	Places   int             `json:"locations" doc:"Locations that move along."`
	Crossing []string        `json:"crossing" nullable:"false" doc:"The two parts of the top level between which people move, where there are two."`
	Changed  []resighted     `json:"changed" nullable:"false" doc:"People whose sight changes."`
	Others   int             `json:"others" doc:"People of other organizations whose sight changes, too."`
	Seen     string          `json:"seen" doc:"Stands for all of this. Whoever makes the change says with it what they have looked at."`
}

type resighted struct {
	AccountID   access.AccountID `json:"account_id"`
	Name        string           `json:"name"`
	Gains       int              `json:"gains" doc:"Learners who come into sight."`
	Loses       int              `json:"loses" doc:"Learners who go out of sight."`
	GainsSample []string         `json:"gains_sample" nullable:"false" doc:"Some of them by name."`
	LosesSample []string         `json:"loses_sample" nullable:"false"`
}

func aLocationEffect(e location.Effect, err error) (*locationEffect, error) {
	if err != nil {
		return nil, err
	}
	same := func(s string) string { return s }
	out := &locationEffect{
		Location: aLocation(e.Place), People: e.People, Places: e.Places, Crossing: []string{}, Others: e.Others, Seen: e.Seen,
		Changed: list(e.Changed, func(c location.Changed) resighted {
			return resighted{c.Account, c.Name, c.Gains, c.Loses, list(c.GainsSample, same), list(c.LosesSample, same)}
		}),
	}
	if e.Target.ID != "" {
		out.Target = some(aLocation(e.Target))
	}
	if e.Crossing[1] != "" {
		out.Crossing = e.Crossing[:]
	}
	return out, nil
}

type previewMoveInput struct {
	ID     location.ID `path:"id" doc:"Of the location."`
	Parent location.ID `query:"parent_id" maxLength:"200" doc:"What it is to lie directly below; the top without it."`
}

func (a *API) previewMove(ctx context.Context, reach access.Reach, in *previewMoveInput) (*locationEffect, error) {
	return aLocationEffect(a.ask.Locations.PreviewMove(ctx, reach, in.ID, in.Parent))
}

type moveInput struct {
	ID   location.ID `path:"id" doc:"Of the location."`
	Body struct {
		ParentID location.ID `json:"parent_id,omitempty" maxLength:"200" doc:"What it is to lie directly below; the top without it."`
		Seen     string      `json:"seen,omitempty" maxLength:"200" doc:"From the preview; needed where anybody's sight changes."`
	}
}

func (a *API) moveLocation(ctx context.Context, reach access.Reach, in *moveInput) (*WholeLocation, error) {
	if err := a.ask.Locations.Move(ctx, reach, in.ID, in.Body.ParentID, in.Body.Seen); err != nil {
		return nil, err
	}
	return a.locationAfter(ctx, in.ID)
}

type previewMergeInput struct {
	ID   location.ID `path:"id" doc:"Of the location."`
	Into location.ID `query:"into_id" required:"true" maxLength:"200" doc:"The location that takes over."`
}

func (a *API) previewMerge(ctx context.Context, reach access.Reach, in *previewMergeInput) (*locationEffect, error) {
	return aLocationEffect(a.ask.Locations.PreviewMerge(ctx, reach, in.ID, in.Into))
}

type mergeInput struct {
	ID   location.ID `path:"id" doc:"Of the location."`
	Body struct {
		IntoID location.ID `json:"into_id" maxLength:"200" doc:"The location that takes over."`
		Seen   string      `json:"seen,omitempty" maxLength:"200" doc:"From the preview; needed where anybody's sight changes."`
	}
}

func (a *API) mergeLocation(ctx context.Context, reach access.Reach, in *mergeInput) (*WholeLocation, error) {
	if err := a.ask.Locations.Merge(ctx, reach, in.ID, in.Body.IntoID, in.Body.Seen); err != nil {
		return nil, err
	}
	return a.locationAfter(ctx, in.ID)
}
