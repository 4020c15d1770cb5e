package api

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
)

// addAccounts is the part of the table that looks after accounts.
func (a *API) addAccounts() {
	create(a, "/accounts", access.AccountCreate, a.createAccount, "Adds a person, with an invitation by letter or without")
	get(a, "/accounts/deleted", access.AccountDelete, a.listDeleted, "Lists the deleted accounts in the asker's access, the latest first")
	get(a, "/accounts/{id}", access.AccountEdit, a.openAccount, "Opens an account that the asker looks after")
	put(a, "/accounts/{id}", access.AccountEdit, a.editAccount, "Edits an account that does not stand above the asker")
	remove(a, "/accounts/{id}", access.AccountDelete, a.deleteAccount, "Deletes an account; what its person has done stays")
	create(a, "/accounts/{id}/restore", access.AccountDelete, a.restoreAccount, "Restores a deleted account, as a Student's")
	get(a, "/accounts/{id}/role/preview", access.AccountRole, a.previewBaseRole, "Tells who would gain and who would lose sight of whom with another base role")
	put(a, "/accounts/{id}/role", access.AccountRole, a.changeBaseRole, "Gives an account another base role")
	get(a, "/accounts/{id}/location/preview", access.AccountMove, a.previewPlace, "Tells who would gain and who would lose sight of whom if a person moved")
	put(a, "/accounts/{id}/location", access.AccountMove, a.moveAccount, "Places a person at another location in the asker's access")
	create(a, "/accounts/{id}/suspend", access.AccountEdit, a.suspendAccount, "Suspends an account, from its next request on")
	create(a, "/accounts/{id}/reactivate", access.AccountEdit, a.reactivateAccount, "Opens a suspended account again")
	create(a, "/accounts/{id}/invitation", access.InvitePlatform, a.inviteAccount, "Sends the invitation of an account that nobody signs in to yet")
	remove(a, "/accounts/{id}/invitation", access.InvitePlatform, a.revokeInvitation, "Revokes an open invitation; the account is suspended")
	remove(a, "/accounts/{id}/sessions", access.AccountSession, a.endSessions, "Signs a person out everywhere, and ends the account's API tokens")
	create(a, "/accounts/{id}/password-reset", access.AccountSession, a.sendReset, "Mails a person a link for a new password")
}

type actInput struct {
	ID   string `path:"id" doc:"Of the account."`
	Body reasonBody
}

type reasonBody struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Stands in the audit log."`
}

func (a *API) suspendAccount(ctx context.Context, reach access.Reach, in *actInput) (*managedAccount, error) {
	if err := a.ask.Accounts.Suspend(ctx, reach, access.AccountID(in.ID), in.Body.Reason); err != nil {
		return nil, err
	}
	return a.reread(ctx, access.AccountID(in.ID))
}

func (a *API) reactivateAccount(ctx context.Context, reach access.Reach, in *actInput) (*managedAccount, error) {
	if err := a.ask.Accounts.Reinstate(ctx, reach, access.AccountID(in.ID), in.Body.Reason); err != nil {
		return nil, err
	}
	return a.reread(ctx, access.AccountID(in.ID))
}

func (a *API) restoreAccount(ctx context.Context, reach access.Reach, in *actInput) (*managedAccount, error) {
	if err := a.ask.Accounts.Restore(ctx, reach, access.AccountID(in.ID), in.Body.Reason); err != nil {
		return nil, err
	}
	return a.reread(ctx, access.AccountID(in.ID))
}

func (a *API) inviteAccount(ctx context.Context, reach access.Reach, in *accountInput) (*managedAccount, error) {
	if err := a.ask.Accounts.InviteAgain(ctx, reach, access.AccountID(in.ID)); err != nil {
		return nil, err
	}
	return a.reread(ctx, access.AccountID(in.ID))
}

func (a *API) sendReset(ctx context.Context, reach access.Reach, in *accountInput) (*managedAccount, error) {
	if err := a.ask.Accounts.SendReset(ctx, reach, access.AccountID(in.ID)); err != nil {
		return nil, err
	}
	return a.reread(ctx, access.AccountID(in.ID))
}

type removalInput struct {
	ID     string `path:"id" doc:"Of the account."`
	Reason string `query:"reason" maxLength:"2000" doc:"Stands in the audit log; to delete, it has to be said."`
}

func (a *API) deleteAccount(ctx context.Context, reach access.Reach, in *removalInput) (*none, error) {
	return &none{}, a.ask.Accounts.Delete(ctx, reach, access.AccountID(in.ID), in.Reason)
}

func (a *API) revokeInvitation(ctx context.Context, reach access.Reach, in *removalInput) (*none, error) {
	return &none{}, a.ask.Accounts.RevokeInvitation(ctx, reach, access.AccountID(in.ID), in.Reason)
}

func (a *API) endSessions(ctx context.Context, reach access.Reach, in *accountInput) (*none, error) {
	return &none{}, a.ask.Accounts.EndSessions(ctx, reach, access.AccountID(in.ID))
}

type deletedInput struct {
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next_cursor of the page before."`
}

type deletedAccount struct {
	ID       access.AccountID `json:"id"`
	Name     string           `json:"name"`
	Email    *string          `json:"email" doc:"Which it had; others can have it now."`
	Location *string          `json:"location" doc:"By name."`
	At       *time.Time       `json:"deleted_at"`
	By       *string          `json:"deleted_by" doc:"By name; null where the asker does not see who it was."`
	Reason   *string          `json:"reason"`
}

type deletedPage struct {
	Items      []deletedAccount `json:"items" nullable:"false"`
	NextCursor *string          `json:"next_cursor"`
}

func (a *API) listDeleted(ctx context.Context, reach access.Reach, in *deletedInput) (*deletedPage, error) {
	found, err := a.ask.Accounts.Deleted(ctx, reach, in.Cursor)
	if err != nil {
		return nil, err
	}
	return &deletedPage{NextCursor: text(found.Next), Items: list(found.Items, func(g account.Gone) deletedAccount {
		return deletedAccount{ID: g.ID, Name: g.Name, Email: text(g.Email), Location: text(g.LocationName), At: at(g.At), By: text(g.By), Reason: text(g.Reason)}
	})}, nil
}
