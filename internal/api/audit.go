package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
)

type auditInput struct {
	From    string           `query:"from" maxLength:"40" doc:"From this instant on, as in 2026-03-01T00:00:00Z."`
	Until   string           `query:"until" maxLength:"40" doc:"Before this instant."`
	Actor   access.AccountID `query:"actor" maxLength:"200" doc:"Id of the account that did it."`
	Action  string           `query:"action" maxLength:"200" doc:"As in reporter.appointed; with a dot at its end, as in reporter., all of a kind."`
	Kind    string           `query:"subject_kind" maxLength:"200" doc:"What kind of thing it was done to, as in purchase."`
	Subject string           `query:"subject" maxLength:"200" doc:"Id of what it was done to."`
	Person  access.AccountID `query:"person" maxLength:"200" doc:"Id of an account that did it, that it was done to, or that it names."`
	Request string           `query:"request" maxLength:"200" doc:"Id of the request it was done in."`
	Limit   int              `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor  string           `query:"cursor" maxLength:"2000" doc:"next_cursor of the page before; nothing for the first page."`
}

type auditPage struct {
	Items []auditEvent `json:"items" nullable:"false" doc:"The latest first."`
	Next  *string      `json:"next_cursor"`
}

type auditEvent struct {
	ID           string     `json:"id"`
	At           *time.Time `json:"at"`
	Organization auditName  `json:"organization"`
	Actor        auditName  `json:"actor" doc:"Without an id where a part of Ambit did it."`
	Inside       auditName  `json:"inside" doc:"The client organization that the actor worked in; without an id in their own."`
	System       *string    `json:"system" doc:"The part of Ambit that did it."`
	TokenID      *string    `json:"token_id" doc:"The API token that spoke for the actor."`
	Action       string     `json:"action"`
	Subject      auditName  `json:"subject"`
	Before       told       `json:"before" doc:"What was; hidden stands for what the asker may not see."`
	After        told       `json:"after" doc:"What is; hidden stands for what the asker may not see."`
	Reason       *string    `json:"reason"`
	RequestID    *string    `json:"request_id"`
}

type auditName struct {
	Kind   *string `json:"kind"`
	ID     *string `json:"id"`
	Name   *string `json:"name"`
	Hidden bool    `json:"hidden" doc:"The asker may not see who or what this is."`
}

func (a *API) listAuditEvents(ctx context.Context, reach access.Reach, in *auditInput) (*auditPage, error) {
	q := audit.Query{
		Actor: in.Actor, Action: in.Action, Kind: in.Kind, Subject: in.Subject, Person: in.Person, Request: in.Request, Limit: in.Limit, Cursor: in.Cursor,
	}
	for _, asked := range []struct {
		field, text string
		into        *time.Time
	}{{"from", in.From, &q.From}, {"until", in.Until, &q.Until}} {
		if asked.text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, asked.text)
		if err != nil {
			return nil, fault.Field(asked.field, "This is not an instant, as in 2026-03-31T08:00:00Z.")
		}
		*asked.into = t
	}
	found, err := a.ask.Audit.Events(ctx, reach, q)
	if err != nil {
		return nil, err
	}
	return &auditPage{Next: text(found.Next), Items: list(found.Items, anEvent)}, nil
}

func anEvent(e audit.Entry) auditEvent {
	return auditEvent{
		ID: e.ID, At: at(e.At), Organization: anAuditName(e.Organization), Actor: anAuditName(e.Actor), Inside: anAuditName(e.Inside), System: text(e.System), TokenID: text(e.Token),
		Action: e.Action, Subject: anAuditName(e.Subject), Before: told{e.Before}, After: told{e.After}, Reason: text(e.Reason), RequestID: text(e.RequestID),
	}
}

func anAuditName(n audit.Name) auditName {
	return auditName{Kind: text(n.Kind), ID: text(n.ID), Name: text(n.Name), Hidden: n.Hidden}
}

// told is what an event says of what was or is: whatever its action keeps, or nothing.
type told struct{ value any }

// MarshalJSON writes it as it was kept.
func (t told) MarshalJSON() ([]byte, error) { return json.Marshal(t.value) }

// Schema tells that it can be anything, also nothing.
func (told) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{{}, {Type: "null"}}}
}
