package web

import (
	"context"
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/server"
)

// accountAct is something that is asked about before it is done with an
// account: what it says, and how it is done with a reason.
type accountAct struct {
	name             string // in the address
	title, says, act string // message keys
	reason, needed   bool   // whether it takes a reason, and must have one
	severe           bool
	done             Done
	leave            bool                         // nothing is left to go back to
	may              func(*account.Managed) error // what is in the way of it; nil: nothing
	do               func(ctx context.Context, reach access.Reach, id account.ID, reason string) error
}

// Each is the same two steps: a page that says what happens, and the act.

func (p *Pages) suspending() accountAct {
	return accountAct{
		name: "suspend", title: "people.suspend_title", says: "people.suspend_text", act: "people.suspend_name", reason: true, severe: true,
		done: DoneAccountSuspended, may: (*account.Managed).MaySuspend, do: p.Accounts.Suspend,
	}
}

func (p *Pages) reactivating() accountAct {
	return accountAct{
		name: "reactivate", title: "people.reactivate_title", says: "people.reactivate_text", act: "people.reactivate_name", reason: true,
		done: DoneAccountOpened, may: (*account.Managed).MayReinstate, do: p.Accounts.Reinstate,
	}
}

func (p *Pages) deleting() accountAct {
	return accountAct{
		name: "delete", title: "people.delete_title", says: "people.delete_text", act: "people.delete_name", reason: true, needed: true, severe: true,
		done: DoneAccountDeleted, leave: true, may: (*account.Managed).MayDelete, do: p.Accounts.Delete,
	}
}

func (p *Pages) resetting() accountAct {
	return accountAct{
		name: "reset", title: "people.reset_title", says: "people.reset_text", act: "people.reset_name", done: DoneResetSent, may: (*account.Managed).MayReset,
		do: func(ctx context.Context, reach access.Reach, id account.ID, _ string) error {
			return p.Accounts.SendReset(ctx, reach, id)
		},
	}
}

func (p *Pages) signingOut() accountAct {
	return accountAct{
		name: "sessions", title: "people.sessions_title", says: "people.sessions_text", act: "people.sessions_name", severe: true, done: DoneSessionsEnded,
		do: func(ctx context.Context, reach access.Reach, id account.ID, _ string) error {
			return p.Accounts.EndSessions(ctx, reach, id)
		},
	}
}

func (p *Pages) uninviting() accountAct {
	return accountAct{
		name: "revoke", title: "people.revoke_title", says: "people.revoke_text", act: "people.revoke_name", reason: true, severe: true,
		done: DoneAccountSuspended, may: (*account.Managed).MayRevoke, do: p.Accounts.RevokeInvitation,
	}
}

func (p *Pages) suspendForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.askAccountAct(w, r, reach, p.suspending())
}

func (p *Pages) suspendAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doAccountAct(w, r, reach, p.suspending())
}

func (p *Pages) reactivateForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.askAccountAct(w, r, reach, p.reactivating())
}

func (p *Pages) reactivateAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doAccountAct(w, r, reach, p.reactivating())
}

func (p *Pages) deleteForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.askAccountAct(w, r, reach, p.deleting())
}

func (p *Pages) deleteAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doAccountAct(w, r, reach, p.deleting())
}

func (p *Pages) resetMailForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.askAccountAct(w, r, reach, p.resetting())
}

func (p *Pages) sendReset(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doAccountAct(w, r, reach, p.resetting())
}

func (p *Pages) sessionsForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.askAccountAct(w, r, reach, p.signingOut())
}

func (p *Pages) endSessions(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doAccountAct(w, r, reach, p.signingOut())
}

func (p *Pages) revokeInvitationForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.askAccountAct(w, r, reach, p.uninviting())
}

func (p *Pages) revokeInvitation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.doAccountAct(w, r, reach, p.uninviting())
}

func (p *Pages) askAccountAct(w http.ResponseWriter, r *http.Request, reach access.Reach, act accountAct) error {
	m, err := p.toChange(r, reach)
	if err == nil && act.may != nil {
		err = act.may(&m)
	}
	if err != nil {
		return err
	}
	return p.showAccountAct(w, r, http.StatusOK, m, act, "", nil)
}

func (p *Pages) showAccountAct(w http.ResponseWriter, r *http.Request, status int, m account.Managed, act accountAct, reason string, wrong error) error {
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T(act.title, "Name", m.Name)
	v := AccountActView{
		Back: here(r, "users", string(m.ID)), BackTo: m.Name, Action: here(r, "users", string(m.ID), act.name),
		Text: page.T(act.says, "Name", m.Name, "Organization", m.Organization.Name), Button: page.T(act.act, "Name", m.Name),
		AskReason: act.reason, Needed: act.needed, Severe: act.severe, Reason: reason,
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, AccountAct(page, v))
}

func (p *Pages) doAccountAct(w http.ResponseWriter, r *http.Request, reach access.Reach, act accountAct) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id := access.AccountID(r.PathValue("learner"))
	if err := act.do(r.Context(), reach, id, form.Get("reason")); err != nil {
		m, failed := p.toChange(r, reach)
		if failed != nil || !refused(err) {
			return err
		}
		return p.showAccountAct(w, r, http.StatusUnprocessableEntity, m, act, form.Get("reason"), err)
	}
	to := here(r, "users", string(id))
	if act.leave {
		to = here(r, "users")
	}
	return see(w, r, with(to, "done", string(act.done)))
}

func (p *Pages) inviteAgain(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := access.AccountID(r.PathValue("learner"))
	if err := p.Accounts.InviteAgain(r.Context(), reach, id); err != nil {
		return err
	}
	return see(w, r, with(here(r, "users", string(id)), "done", string(DoneAccountInvited)))
}

func (p *Pages) deletedAccounts(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	found, err := p.Accounts.Deleted(r.Context(), reach, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.users")
	v := DeletedView{Tabs: page.usersTabs(), Pages: pages(r, here(r, "users", "deleted"), found.Next)}
	v.Tally.All = page.Shell.Learners
	for _, gone := range found.Items {
		row := DeletedRow{
			Name: gone.Name, Email: gone.Email, Location: gone.LocationName, At: gone.At, By: gone.By, Reason: gone.Reason,
			Restore: here(r, "users", "deleted", string(gone.ID), "restore"),
		}
		switch {
		case row.By == "" && gone.System != "":
			row.By = page.T("audit.system", "Name", gone.System)
		case row.By == "":
			row.By = page.T("audit.somebody")
		}
		v.Rows = append(v.Rows, row)
	}
	return show(w, r, http.StatusOK, DeletedUsers(page, v))
}

func (p *Pages) restoreAccount(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := access.AccountID(r.PathValue("learner"))
	if err := p.Accounts.Restore(r.Context(), reach, id, ""); err != nil {
		return err
	}
	return see(w, r, with(here(r, "users", string(id)), "done", string(DoneAccountRestored)))
}
