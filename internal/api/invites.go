package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/server"
)

// addInvitations registers the invitations to the platform, to activities and
// to programs, each with its own right.
func (a *API) addInvitations() {
	for _, of := range []struct {
		path, to string
		kind     invitation.Kind
	}{
		{"/invitations/platform", "the platform", invitation.Platform},
		{"/invitations/activities", "activities", invitation.Activity},
		{"/invitations/programs", "programs", invitation.Program},
	} {
		p := of.kind.Permission()
		get(a, of.path, p, a.listInvites, "Lists the invitations to "+of.to+", the newest first")
		if of.kind == invitation.Platform {
			post(a, of.path, p, a.inviteToPlatform, "Invites people to "+of.to+", each with a letter")
		} else {
			post(a, of.path, p, a.inviteToProduct, "Invites people to "+of.to+", each with a letter")
		}
		create(a, of.path+"/{id}/resend", p, a.resendInvite, "Sends an invitation to "+of.to+" again")
		remove(a, of.path+"/{id}", p, a.revokeInvite, "Takes an invitation to "+of.to+" back that was not accepted")
	}
}

type invitesInput struct {
	Window
	State string `query:"state" enum:"pending,bounced,accepted,revoked,expired" doc:"Only those."`
	Q     string `query:"q" maxLength:"200" doc:"Looks into addresses and names."`
}

type invites = page[invite]

// invite is an invitation as its inviters see it.
type invite struct {
	ID         invitation.ID `json:"id"`
	Email      string        `json:"email"`
	Name       *string       `json:"name" doc:"As it was typed."`
	ProductID  *string       `json:"product_id"`
	Title      *string       `json:"title" doc:"Of the activity or program."`
	Location   *string       `json:"location" doc:"Where a new account is placed."`
	State      string        `json:"state" enum:"pending,bounced,accepted,revoked,expired"`
	CreatedAt  time.Time     `json:"created_at"`
	SentAt     time.Time     `json:"sent_at" doc:"Of the last letter."`
	Letters    int           `json:"letters"`
	ExpiresAt  time.Time     `json:"expires_at"`
	AcceptedAt *time.Time    `json:"accepted_at"`
	AccountID  *string       `json:"account_id" doc:"That accepted, where the asker can see it."`
	InvitedBy  *string       `json:"invited_by" doc:"By name, where the asker can see them."`
}

func (a *API) listInvites(ctx context.Context, reach access.Reach, in *invitesInput) (*invites, error) {
	found, err := a.ask.Invitations.List(ctx, reach, server.VisitOf(ctx).Reach(access.LearnerView), invitation.Query{State: invitation.State(in.State), Q: in.Q, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &invites{Total: found.Total, NextCursor: text(found.Next)}
	out.Items = list(found.Items, func(i invitation.Invitation) invite {
		return invite{
			ID: i.ID, Email: i.Email, Name: text(i.Name), ProductID: text(i.Product), Title: text(i.Title), Location: text(i.Location), State: string(i.State),
			CreatedAt: i.CreatedAt, SentAt: i.SentAt, Letters: i.Letters, ExpiresAt: i.ExpiresAt, AcceptedAt: at(i.AcceptedAt), AccountID: text(i.Account), InvitedBy: text(i.InvitedBy),
		}
	})
	return out, nil
}

type invitePerson struct {
	Email      string `json:"email" maxLength:"254"`
	GivenName  string `json:"given_name,omitempty" maxLength:"100"`
	FamilyName string `json:"family_name,omitempty" maxLength:"100"`
	Language   string `json:"language,omitempty" enum:"en,de,ar" doc:"Of the letter."`
}

type platformInput struct{ Body platformBody }

type platformBody struct {
	People     []invitePerson    `json:"people" minItems:"1" maxItems:"1000" nullable:"false"`
	LocationID access.LocationID `json:"location_id,omitempty" maxLength:"200" doc:"Where new accounts are placed; without it in the organization itself."`
	Language   string            `json:"language,omitempty" enum:"en,de,ar" doc:"Of letters to people without an account."`
}

type productInput struct{ Body productBody }

type productBody struct {
	ProductID  content.ProductID `json:"product_id" maxLength:"200"`
	People     []invitePerson    `json:"people" minItems:"1" maxItems:"1000" nullable:"false"`
	LocationID access.LocationID `json:"location_id,omitempty" maxLength:"200" doc:"Where new accounts are placed; without it in the organization itself."`
	Language   string            `json:"language,omitempty" enum:"en,de,ar" doc:"Of letters to people without an account."`
}

// inviteAnswer is what came of each line of a list.
type inviteAnswer struct {
	Items   []inviteLine `json:"items" nullable:"false" doc:"One for each of the people, in their order."`
	Invited int          `json:"invited" doc:"How many were sent a letter."`
}

type inviteLine struct {
	Email  string  `json:"email"`
	Result string  `json:"result" enum:"invited,here,enrolled,pending,twice,no_address,no_name,suspended"`
	ID     *string `json:"id" doc:"Of the invitation."`
}

func (a *API) inviteToPlatform(ctx context.Context, reach access.Reach, in *platformInput) (*inviteAnswer, error) {
	return a.inviteAll(ctx, reach, productBody{People: in.Body.People, LocationID: in.Body.LocationID, Language: in.Body.Language})
}

func (a *API) inviteToProduct(ctx context.Context, reach access.Reach, in *productInput) (*inviteAnswer, error) {
	return a.inviteAll(ctx, reach, in.Body)
}

func (a *API) inviteAll(ctx context.Context, reach access.Reach, body productBody) (*inviteAnswer, error) {
	asked := invitation.Inviting{Product: body.ProductID, Location: body.LocationID, Locale: body.Language}
	for _, p := range body.People {
		asked.People = append(asked.People, invitation.Person{Email: p.Email, Given: p.GivenName, Family: p.FamilyName, Locale: p.Language})
	}
	lines, err := a.ask.Invitations.Invite(ctx, reach, server.VisitOf(ctx).Reach(access.LearnerView), asked)
	if err != nil {
		return nil, err
	}
	out := &inviteAnswer{Items: list(lines, func(l invitation.Line) inviteLine {
		return inviteLine{Email: l.Email, Result: l.Result, ID: text(l.ID)}
	})}
	for _, l := range lines {
		if l.Result == invitation.LineInvited {
			out.Invited++
		}
	}
	return out, nil
}

type inviteID struct {
	ID string `path:"id" doc:"Of the invitation."`
}

func (a *API) resendInvite(ctx context.Context, reach access.Reach, in *inviteID) (*none, error) {
	return &none{}, a.ask.Invitations.Resend(ctx, reach, invitation.ID(in.ID))
}

func (a *API) revokeInvite(ctx context.Context, reach access.Reach, in *inviteID) (*none, error) {
	return &none{}, a.ask.Invitations.Revoke(ctx, reach, invitation.ID(in.ID))
}
