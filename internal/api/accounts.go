package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

// managedAccount is an account as those see it who look after it.
type managedAccount struct {
	ID          access.AccountID `json:"id"`
	ExternalID  *string          `json:"external_id"`
	GivenName   string           `json:"given_name"`
	FamilyName  string           `json:"family_name"`
	Name        string           `json:"name"`
	Email       *string          `json:"email"`
	Status      string           `json:"status" enum:"invited,active,suspended"`
	Role        access.RoleKey   `json:"role" doc:"Key of the base role."`
	Location    maybe[place]     `json:"location"`
	Locale      *string          `json:"locale" doc:"Null: the organization's."`
	TimeZone    *string          `json:"time_zone" doc:"Null: the organization's."`
	HasPassword bool             `json:"has_password"`
	InvitedAt   *time.Time       `json:"invited_at" doc:"When the last invitation was asked for."`
	LastSeen    *time.Time       `json:"last_seen"`
	CreatedAt   *time.Time       `json:"created_at"`
	Version     string           `json:"version" doc:"Of what an edit changes; give it back to edit only if nobody else has."`
	Above       bool             `json:"above" doc:"The person stands above the asker, who can change nothing about them."`
	Offered     []access.RoleKey `json:"roles_offered" nullable:"false" doc:"Base roles that the asker may give them where they are."`
}

// location is where an account is found (located).
func (m *managedAccount) location() string { return Prefix + "/accounts/" + string(m.ID) }

func aManagedAccount(m account.Managed) *managedAccount {
	out := &managedAccount{
		ID: m.ID, ExternalID: text(m.ExternalID), GivenName: m.GivenName, FamilyName: m.FamilyName, Name: m.Name, Email: text(m.Email),
		Status: string(m.Status), Role: m.BaseRole, Locale: text(m.Locale), TimeZone: text(m.Zone), HasPassword: m.HasPassword,
		InvitedAt: at(m.InvitedAt), LastSeen: at(m.LastSeen), CreatedAt: at(m.CreatedAt), Version: m.Version(), Above: m.Above,
		Offered: list(m.Offered, func(r access.Role) access.RoleKey { return r.Key }),
	}
	if m.Location != "" {
		out.Location = some(place{ID: string(m.Location), Name: m.LocationName})
	}
	return out
}

type accountInput struct {
	ID string `path:"id" doc:"Of the account."`
}

func (a *API) openAccount(ctx context.Context, reach access.Reach, in *accountInput) (*managedAccount, error) {
	m, err := a.ask.Accounts.Managed(ctx, reach, access.AccountID(in.ID))
	if err != nil {
		return nil, err
	}
	return aManagedAccount(m), nil
}

type newAccountInput struct{ Body newAccountBody }

// NameFields is what somebody is called; one of the two suffices.
type NameFields struct {
	GivenName  string `json:"given_name,omitempty" maxLength:"400"`
	FamilyName string `json:"family_name,omitempty" maxLength:"400"`
}

type newAccountBody struct {
	NameFields
	Email      string            `json:"email,omitempty" maxLength:"254" doc:"Without one the person cannot sign in."`
	ExternalID string            `json:"external_id,omitempty" maxLength:"800"`
	LocationID access.LocationID `json:"location_id,omitempty" maxLength:"200" doc:"A location in the asker's access; without one the person is placed at none."`
	Role       access.RoleKey    `json:"role,omitempty" maxLength:"100" doc:"Key of a base role, not above the asker's own; student without one."`
	Locale     string            `json:"locale,omitempty" maxLength:"100"`
	TimeZone   string            `json:"time_zone,omitempty" maxLength:"100"`
	Invite     bool              `json:"invite,omitempty" doc:"Sends a letter, and opens the account once its reader has followed the link; asks for invite.platform, too. Without it the account is open at once."`
}

func (a *API) createAccount(ctx context.Context, reach access.Reach, in *newAccountInput) (*managedAccount, error) {
	n := account.New{
		Organization: server.VisitOf(ctx).Account.Organization.ID,
		Name:         account.Name{Given: in.Body.GivenName, Family: in.Body.FamilyName}, Email: in.Body.Email, ExternalID: in.Body.ExternalID,
		Location: in.Body.LocationID, Role: in.Body.Role, Locale: in.Body.Locale, Zone: in.Body.TimeZone,
	}
	if in.Body.Invite {
		n.Status = account.Invited
	}
	made, err := a.ask.Accounts.Create(ctx, reach, n)
	if err != nil {
		return nil, err
	}
	return a.reread(ctx, made.ID)
}

// reread opens an account after a change, by whatever lets the asker look after
// it; where nothing does any more, the answer is its id alone.
func (a *API) reread(ctx context.Context, id access.AccountID) (*managedAccount, error) {
	for _, permission := range account.LookingAfter() {
		reach := server.VisitOf(ctx).Reach(permission)
		if reach.IsEmpty() {
			continue
		}
		m, err := a.ask.Accounts.Managed(ctx, reach, id)
		if err == nil {
			return aManagedAccount(m), nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	}
	return &managedAccount{ID: id, Offered: []access.RoleKey{}}, nil
}

type editAccountInput struct {
	ID   string `path:"id" doc:"Of the account."`
	Body editAccountBody
}

type editAccountBody struct {
	NameFields
	Email      string `json:"email,omitempty" maxLength:"254" doc:"With another address the account belongs to whoever signs in with that one."`
	ExternalID string `json:"external_id,omitempty" maxLength:"800"`
	Locale     string `json:"locale,omitempty" maxLength:"100" doc:"Without one: the organization's."`
	TimeZone   string `json:"time_zone,omitempty" maxLength:"100" doc:"Without one: the organization's."`
	Version    string `json:"version,omitempty" maxLength:"64" doc:"Of the account that the edit was made from: it is refused where it is another by now. Without it nobody is asked."`
}

func (a *API) editAccount(ctx context.Context, reach access.Reach, in *editAccountInput) (*managedAccount, error) {
	id := access.AccountID(in.ID)
	err := a.ask.Accounts.Edit(ctx, reach, id, account.Edit{
		Name: account.Name{Given: in.Body.GivenName, Family: in.Body.FamilyName}, Email: in.Body.Email, ExternalID: in.Body.ExternalID,
		Locale: in.Body.Locale, Zone: in.Body.TimeZone, Version: in.Body.Version,
	})
	if err != nil {
		return nil, err
	}
	return a.reread(ctx, id)
}

// Changes that move who sees whom are looked at first.

type previewBaseRoleInput struct {
	ID   string         `path:"id" doc:"Of the account."`
	Role access.RoleKey `query:"role" maxLength:"100" required:"true" doc:"Key of the base role."`
}

func (a *API) previewBaseRole(ctx context.Context, reach access.Reach, in *previewBaseRoleInput) (*effect, error) {
	found, err := a.ask.Management.PreviewRole(ctx, reach, access.AccountID(in.ID), in.Role)
	if err != nil {
		return nil, err
	}
	out := anEffect(found)
	return &out, nil
}

type baseRoleInput struct {
	ID   string `path:"id" doc:"Of the account."`
	Body baseRoleBody
}

type baseRoleBody struct {
	Role   access.RoleKey `json:"role" maxLength:"100" doc:"Key of the base role."`
	Reason string         `json:"reason,omitempty" maxLength:"2000"`
	Seen   string         `json:"seen,omitempty" maxLength:"100" doc:"Of the preview: the change is refused (409) where it would do something else by now."`
}

func (a *API) changeBaseRole(ctx context.Context, reach access.Reach, in *baseRoleInput) (*managedAccount, error) {
	id := access.AccountID(in.ID)
	if err := a.ask.Accounts.ChangeRoleSeen(ctx, reach, id, in.Body.Role, in.Body.Reason, in.Body.Seen); err != nil {
		return nil, err
	}
	return a.reread(ctx, id)
}

type previewPlaceInput struct {
	ID         string            `path:"id" doc:"Of the account."`
	LocationID access.LocationID `query:"location_id" maxLength:"200" doc:"Without one: at no location."`
}

func (a *API) previewPlace(ctx context.Context, reach access.Reach, in *previewPlaceInput) (*effect, error) {
	found, err := a.ask.Management.PreviewPlace(ctx, reach, access.AccountID(in.ID), in.LocationID)
	if err != nil {
		return nil, err
	}
	out := anEffect(found)
	return &out, nil
}

type accountPlaceInput struct {
	ID   string `path:"id" doc:"Of the account."`
	Body accountPlaceBody
}

type accountPlaceBody struct {
	LocationID access.LocationID `json:"location_id,omitempty" maxLength:"200" doc:"Without one: at no location."`
	Reason     string            `json:"reason,omitempty" maxLength:"2000"`
	Seen       string            `json:"seen,omitempty" maxLength:"100" doc:"Of the preview: the move is refused (409) where it would do something else by now."`
}

func (a *API) moveAccount(ctx context.Context, reach access.Reach, in *accountPlaceInput) (*managedAccount, error) {
	id := access.AccountID(in.ID)
	if err := a.ask.Accounts.Move(ctx, reach, id, in.Body.LocationID, in.Body.Reason, in.Body.Seen); err != nil {
		return nil, err
	}
	return a.reread(ctx, id)
}
