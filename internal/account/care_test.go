package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

func TestAnInvitationIsSentAgainAndRevoked(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		invite := func(by account.ID, at access.LocationID) (account.Account, error) {
			return w.accounts.Create(w.Context(), w.reach(by, access.AccountCreate), account.New{
				Organization: w.home.ID, Name: account.Name{Given: "Ben"}, Email: "ben@example.com", Status: account.Invited, Location: at,
			})
		}
		ben, err := invite(local.ID, "berlin")
		w.want("Create", err, fine)
		waiting := func(want int) {
			w.Helper()
			if n := w.count(`select count(*) from job where kind = 'account.invite' and done_at is null`); n != want {
				w.Errorf("%d invitations wait, want %d", n, want)
			}
		}
		waiting(1)
		send := func(job string) string {
			w.Helper()
			before := len(w.letters())
			w.want("Invite", w.accounts.Invite(w.Context(), job, account.Invitation{Realm: w.home.Realm, Account: ben.ID}), fine)
			all := w.letters()
			if len(all) != before+1 {
				w.Fatalf("%d letters after %d", len(all), before)
			}
			for _, letter := range all {
				if secret := secretIn(letter); secret != "" {
					if _, err := w.accounts.OpenLink(w.Context(), secret); err == nil {
						return secret
					}
				}
			}
			return ""
		}
		first := send("job1")
		w.clock.pass(time.Minute)
		w.want("InviteAgain", w.accounts.InviteAgain(w.Context(), w.reach(local.ID, access.InvitePlatform), ben.ID), fine)
		waiting(2)
		second := send("job2")
		_, err = w.accounts.OpenLink(w.Context(), first)
		w.want("the first link", err, fault.NotFound)
		w.want("RevokeInvitation", w.accounts.RevokeInvitation(w.Context(), w.reach(local.ID, access.InvitePlatform), ben.ID, "not needed"), fine)
		_, err = w.accounts.OpenLink(w.Context(), second)
		w.want("the link of a revoked invitation", err, fault.NotFound)
		w.want("RevokeInvitation twice", w.accounts.RevokeInvitation(w.Context(), w.reach(local.ID, access.InvitePlatform), ben.ID, ""), fault.Conflict)
		w.want("InviteAgain after it", w.accounts.InviteAgain(w.Context(), w.reach(local.ID, access.InvitePlatform), ben.ID), fault.Conflict)
		w.want("Reinstate", w.accounts.Reinstate(w.Context(), w.reach(local.ID, access.AccountEdit), ben.ID, ""), fine)
		if m, _ := w.db.Membership(w.Context(), w.home.Realm, ben.ID); m.Account.Status != account.Invited {
			w.Errorf("whoever has not come yet is %s", m.Account.Status)
		}
		third := send("job3")
		_, m, err := w.accounts.CompleteSetup(w.Context(), third, account.SetupInput{Name: account.Name{Given: "Ben"}, Password: password}, nobody)
		if err != nil || m.Account.Status != account.Active {
			w.Errorf("CompleteSetup() = %+v, %v", m.Account, err)
		}
		w.want("InviteAgain of somebody who signs in", w.accounts.InviteAgain(w.Context(), w.reach(local.ID, access.InvitePlatform), ben.ID), fault.Conflict)
		w.want("RevokeInvitation of somebody who came", w.accounts.RevokeInvitation(w.Context(), w.reach(local.ID, access.InvitePlatform), ben.ID, ""), fault.Conflict)
		w.want("by somebody without access", w.accounts.InviteAgain(w.Context(), w.reach(ben.ID, access.InvitePlatform), ben.ID), fault.Forbidden)
	})
}

func TestAPasswordIsSetByItsOwnerOnly(t *testing.T) {
	each(t, func(w *world) {
		w.places()
		local := w.put("local@example.com", access.LocalAdministrator, "berlin")
		ben := w.signedUp("ben@example.com", access.Student)
		w.want("Move", w.accounts.Move(w.Context(), w.reach(w.admin.ID, access.AccountMove), ben.ID, "berlin", "", ""), fine)
		send := func(by, who account.ID) error {
			return w.accounts.SendReset(w.Context(), w.reach(by, access.AccountSession), who)
		}
		before := len(w.letters())
		w.want("out of reach", send(local.ID, w.admin.ID), fault.NotFound)
		w.want("without access", send(ben.ID, ben.ID), fault.Forbidden)
		w.want("SendReset", send(local.ID, ben.ID), fine)
		letters := w.letters()
		if len(letters) != before+1 {
			w.Fatalf("%d letters, want %d", len(letters), before+1)
		}
		letter := letters[len(letters)-1]
		if n := w.count(`select count(*) from mail where kind = 'password.offered' and recipient = 'ben@example.com'`); n != 1 || !strings.Contains(letter, "Northwind Academy") {
			w.Errorf("%d letters to Ben: %s", n, letter)
		}
		opened := w.signIn("ben@example.com")
		w.want("SetPassword", w.accounts.SetPassword(w.Context(), secretIn(letter), "another password"), fine)
		_, err := w.accounts.Authenticate(w.Context(), opened.Token)
		w.want("a session of the old password", err, fault.Unauthenticated)
		nameless, err := w.accounts.Create(w.Context(), w.reach(w.admin.ID, access.AccountCreate), account.New{Organization: w.home.ID, Name: account.Name{Given: "No Address"}})
		w.want("Create", err, fine)
		w.want("to somebody without an address", send(w.admin.ID, nameless.ID), fault.Conflict)
		w.want("Suspend", w.accounts.Suspend(w.Context(), w.reach(local.ID, access.AccountEdit), ben.ID, ""), fine)
		w.want("to somebody suspended", send(local.ID, ben.ID), fault.Conflict)
	})
}

func TestEndingSessionsSignsOutEverywhere(t *testing.T) {
	each(t, func(w *world) {
		ben := w.signedUp("ben@example.com", access.Student)
		opened, ann := w.signIn("ben@example.com"), w.signIn("ann@example.com")
		_, secret, err := w.accounts.CreateToken(w.Context(), w.reach(ben.ID, access.SelfEdit), "mine", false)
		w.want("CreateToken", err, fine)
		w.want("without access", w.accounts.EndSessions(w.Context(), w.reach(ben.ID, access.AccountSession), w.admin.ID), fault.Forbidden)
		w.want("EndSessions", w.accounts.EndSessions(w.Context(), w.reach(w.admin.ID, access.AccountSession), ben.ID), fine)
		_, err = w.accounts.Authenticate(w.Context(), opened.Token)
		w.want("a session", err, fault.Unauthenticated)
		_, err = w.accounts.AuthenticateToken(w.Context(), secret)
		w.want("a token", err, fault.Unauthenticated)
		_, err = w.accounts.Authenticate(w.Context(), ann.Token)
		w.want("somebody else's session", err, fine)
		if n := w.count(`select count(*) from audit_event where action = 'account.sessions_ended' and subject_id = '` + string(ben.ID) + `'`); n != 1 {
			w.Errorf("%d events, want 1", n)
		}
	})
}
