package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
)

// What was done with somebody's account.
const (
	DoneAccountAdded     Done = "account-added"
	DoneAccountInvited   Done = "account-invited"
	DoneAccountEdited    Done = "account-edited"
	DoneAccountRole      Done = "account-role"
	DoneAccountMoved     Done = "account-moved"
	DoneAccountSuspended Done = "account-suspended"
	DoneAccountOpened    Done = "account-opened"
	DoneAccountDeleted   Done = "account-deleted"
	DoneAccountRestored  Done = "account-restored"
	DoneResetSent        Done = "reset-sent"
	DoneSessionsEnded    Done = "sessions-ended"
)

// accountRoutes are the pages on which administrators look after accounts.
func (p *Pages) accountRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	return []server.Route{
		route("GET /o/{organization}/pressing", access.AccountEdit, p.pressing),
		route("GET /o/{organization}/users/new", access.AccountCreate, p.newAccount),
		route("POST /o/{organization}/users", access.AccountCreate, p.createAccount),
		route("GET /o/{organization}/users/deleted", access.AccountDelete, p.deletedAccounts),
		route("POST /o/{organization}/users/deleted/{learner}/restore", access.AccountDelete, p.restoreAccount),
		route("GET /o/{organization}/users/{learner}/edit", access.AccountEdit, p.editAccount),
		route("POST /o/{organization}/users/{learner}/edit", access.AccountEdit, p.saveAccount),
		route("GET /o/{organization}/users/{learner}/role", access.AccountRole, p.baseRoleForm),
		route("POST /o/{organization}/users/{learner}/role", access.AccountRole, p.changeBaseRole),
		route("GET /o/{organization}/users/{learner}/location", access.AccountMove, p.placeForm),
		route("POST /o/{organization}/users/{learner}/location", access.AccountMove, p.moveAccount),
		route("GET /o/{organization}/users/{learner}/suspend", access.AccountEdit, p.suspendForm),
		route("POST /o/{organization}/users/{learner}/suspend", access.AccountEdit, p.suspendAccount),
		route("GET /o/{organization}/users/{learner}/reactivate", access.AccountEdit, p.reactivateForm),
		route("POST /o/{organization}/users/{learner}/reactivate", access.AccountEdit, p.reactivateAccount),
		route("GET /o/{organization}/users/{learner}/delete", access.AccountDelete, p.deleteForm),
		route("POST /o/{organization}/users/{learner}/delete", access.AccountDelete, p.deleteAccount),
		route("GET /o/{organization}/users/{learner}/reset", access.AccountSession, p.resetMailForm),
		route("POST /o/{organization}/users/{learner}/reset", access.AccountSession, p.sendReset),
		route("GET /o/{organization}/users/{learner}/sessions", access.AccountSession, p.sessionsForm),
		route("POST /o/{organization}/users/{learner}/sessions", access.AccountSession, p.endSessions),
		route("POST /o/{organization}/users/{learner}/invite", access.InvitePlatform, p.inviteAgain),
		route("GET /o/{organization}/users/{learner}/revoke", access.InvitePlatform, p.revokeInvitationForm),
		route("POST /o/{organization}/users/{learner}/revoke", access.InvitePlatform, p.revokeInvitation),
	}
}

// managing is the visitor's reach for looking after accounts: by the first
// permission of that kind that they have.
func managing(v *server.Visit) access.Reach {
	for _, permission := range account.LookingAfter() {
		if reach := v.Reach(permission); !reach.IsEmpty() {
			return reach
		}
	}
	return access.Reach{}
}

// toChange opens the account of the address for a form that changes it. Whoever
// would be refused in the end is refused here, with the same sentence.
func (p *Pages) toChange(r *http.Request, reach access.Reach) (account.Managed, error) {
	return p.Accounts.ManagedForChange(r.Context(), reach, access.AccountID(r.PathValue("learner")))
}

// addAccount adds what those see who look after the learner's account.
func (p *Pages) addAccount(r *http.Request, page Page, id access.AccountID, v *LearnerView) error {
	reach := managing(server.VisitOf(r.Context()))
	if reach.IsEmpty() {
		return nil
	}
	m, err := p.Accounts.Managed(r.Context(), reach, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil // seen through something that does not let one look after them
	}
	if err != nil {
		return err
	}
	panel := page.accountPanel(server.VisitOf(r.Context()), m)
	v.Account = &panel
	return nil
}

// accountPanel is an account with what its reader may do with it.
func (p Page) accountPanel(visit *server.Visit, m account.Managed) AccountPanel {
	role, _ := access.Preset(m.BaseRole)
	v := AccountPanel{
		Role: p.RoleName(role), Status: p.AccountStatus(string(m.Status)), Quiet: m.Status != account.Active, ExternalID: m.ExternalID, Location: m.LocationName,
		Above: m.Above, Self: m.Self, SignsIn: m.HasPassword, HasAddress: m.Identity != "",
	}
	if m.Status == account.Invited {
		v.Invited = m.InvitedAt
	}
	to := func(permission access.Permission, when bool, act string) templ.SafeURL {
		covered, _ := visit.Reach(permission).CoversThing(access.Thing{Place: m.Home})
		if m.Above || !when || !covered {
			return ""
		}
		return p.Path("users", string(m.ID), act)
	}
	suspended, invited := m.Status == account.Suspended, m.Status == account.Invited
	v.Edit = to(access.AccountEdit, true, "edit")
	v.ChangeRole = to(access.AccountRole, len(m.Offered) > 1, "role")
	v.Move = to(access.AccountMove, m.Organization.Locations && severalPlaces(visit.Reach(access.AccountMove)), "location")
	v.Suspend = to(access.AccountEdit, !m.Self && m.Status == account.Active, "suspend")
	v.Reactivate = to(access.AccountEdit, suspended, "reactivate")
	v.Delete = to(access.AccountDelete, !m.Self, "delete")
	v.Reset = to(access.AccountSession, !m.Self && m.HasPassword && m.Status == account.Active, "reset")
	v.EndSessions = to(access.AccountSession, !m.Self && m.HasPassword, "sessions")
	v.Invite = to(access.InvitePlatform, m.Identity != "" && (invited || m.Status == account.Active && !m.HasPassword), "invite")
	v.Revoke = to(access.InvitePlatform, invited, "revoke")
	return v
}

// severalPlaces tells whether a reach is more than one location.
func severalPlaces(reach access.Reach) bool {
	blocks := reach.Blocks()
	return len(blocks) > 1 || len(blocks) == 1 && blocks[0].Grant().Extent != access.Here
}

// usersTabs leads between the lists of Users.
func (p Page) usersTabs() UsersTabs {
	tabs := UsersTabs{Learners: p.Path("users"), Invited: p.Path("users", "invited")}
	if p.Can(access.AccountDelete) {
		tabs.Deleted = p.Path("users", "deleted")
	}
	return tabs
}

// RoleFilter is the choice of a base role.
func (p Page) RoleFilter(chosen access.RoleKey) Choice {
	return Choice{Name: "role", Label: p.T("field.role"), All: p.T("people.all_roles"), Options: p.roleOptions(access.BaseRoles(), chosen)}
}

// StatusFilter is the choice of an account's status.
func (p Page) StatusFilter(chosen string) Choice {
	c := Choice{Name: "status", Label: p.T("people.status"), All: p.T("people.all_statuses")}
	for _, s := range []account.Status{account.Active, account.Invited, account.Suspended} {
		c.Options = append(c.Options, Option{Value: string(s), Label: p.AccountStatus(string(s)), Chosen: string(s) == chosen})
	}
	return c
}

// accountNotice is the sentence for what was done with somebody's account.
func (p Page) accountNotice(what Done) (Notice, bool) {
	says, ok := map[Done]string{
		DoneAccountAdded:     "done.account_added",
		DoneAccountInvited:   "done.account_invited",
		DoneAccountEdited:    "done.account_edited",
		DoneAccountRole:      "done.account_role",
		DoneAccountMoved:     "done.account_moved",
		DoneAccountSuspended: "done.account_suspended",
		DoneAccountOpened:    "done.account_opened",
		DoneAccountDeleted:   "done.account_deleted",
		DoneAccountRestored:  "done.account_restored",
		DoneResetSent:        "done.reset_sent",
		DoneSessionsEnded:    "done.sessions_ended",
	}[what]
	if !ok {
		return Notice{}, false
	}
	return Notice{Text: p.T(says)}, true
}
