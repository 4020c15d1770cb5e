package api

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
)

type newActivityInput struct{ Body newActivityBody }

type newActivityBody struct {
	Title        string `json:"title" maxLength:"1000"`
	URL          string `json:"url" maxLength:"4000" doc:"Where it is opened; begins with https://."`
	Minutes      int    `json:"minutes,omitempty" doc:"How long it takes."`
	SelfComplete bool   `json:"self_complete,omitempty" doc:"Learners may mark it as done themselves."`
	ExternalID   string `json:"external_id,omitempty" maxLength:"1000"`
}

// madeProduct is what was put into the library.
type madeProduct struct {
	ID content.ProductID `json:"id" doc:"What licenses are sold of."`
}

func (a *API) addActivity(ctx context.Context, reach access.Reach, in *newActivityInput) (*madeProduct, error) {
	b := in.Body
	id, err := a.ask.Content.AddActivity(ctx, reach, content.NewActivity{Title: b.Title, URL: b.URL, Minutes: b.Minutes, SelfComplete: b.SelfComplete, ExternalID: b.ExternalID})
	if err != nil {
		return nil, err
	}
	return &madeProduct{ID: id}, nil
}

type newProgramInput struct{ Body newProgramBody }

type newProgramBody struct {
	Title      string        `json:"title" maxLength:"1000"`
	ExternalID string        `json:"external_id,omitempty" maxLength:"1000"`
	Activities []programPart `json:"activities" maxItems:"200" nullable:"false" doc:"In the program's order."`
}

type programPart struct {
	ID       content.ProductID `json:"id" maxLength:"200" doc:"Of an activity."`
	Required bool              `json:"required,omitempty" doc:"The program is complete when all required activities are; where none is, when all are."`
}

func (a *API) addProgram(ctx context.Context, reach access.Reach, in *newProgramInput) (*madeProduct, error) {
	n := content.NewProgram{Title: in.Body.Title, ExternalID: in.Body.ExternalID}
	for _, part := range in.Body.Activities {
		n.Parts = append(n.Parts, content.NewPart{Activity: part.ID, Required: part.Required})
	}
	id, err := a.ask.Content.AddProgram(ctx, reach, n)
	if err != nil {
		return nil, err
	}
	return &madeProduct{ID: id}, nil
}
