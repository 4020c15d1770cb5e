package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
)

func TestTokens(t *testing.T) {
	each(t, func(w *world) {
		ben := w.add("ben@example.com", access.Student)
		view, edit := w.reach(ben.ID, access.SelfView), w.reach(ben.ID, access.SelfEdit)
		_, _, err := w.accounts.CreateToken(w.Context(), edit, " \n", false)
		w.want("a token without a name", err, fault.Invalid)
		token, secret, err := w.accounts.CreateToken(w.Context(), edit, "nightly", true)
		if err != nil || !strings.HasPrefix(secret, "ambit_") || len(secret) < 50 {
			w.Fatalf("CreateToken() = %q, %v", secret, err)
		}
		if n := w.count(`select count(*) from api_token where secret_hash like '%` + secret[6:] + `%'`); n != 0 {
			w.Error("the token itself stands in the database")
		}
		got, err := w.accounts.AuthenticateToken(w.Context(), secret)
		if err != nil || got.Account.ID != ben.ID || !got.ReadOnly || got.Token != token.ID || got.Organization.Slug != "northwind" {
			w.Errorf("AuthenticateToken() = %+v, %v", got, err)
		}
		for _, wrong := range []string{"", secret[6:], secret + "a", "ambit_", "ambit_" + string(token.ID)} {
			_, err := w.accounts.AuthenticateToken(w.Context(), wrong)
			w.want("AuthenticateToken("+wrong+")", err, fault.Unauthenticated)
		}
		w.clock.pass(59 * time.Second)
		_, _ = w.accounts.AuthenticateToken(w.Context(), secret)
		list, err := w.accounts.Tokens(w.Context(), view)
		if err != nil || len(list) != 1 || !list[0].UsedAt.Equal(begin) {
			w.Errorf("Tokens() = %+v, %v, want one, used at %v", list, err, begin)
		}
		w.clock.pass(time.Second)
		_, _ = w.accounts.AuthenticateToken(w.Context(), secret)
		if list, _ = w.accounts.Tokens(w.Context(), view); !list[0].UsedAt.Equal(begin.Add(time.Minute)) {
			w.Errorf("used at %v after a minute", list[0].UsedAt)
		}
		w.want("RevokeToken of somebody else", w.accounts.RevokeToken(w.Context(), w.reach(w.admin.ID, access.SelfEdit), token.ID), fault.NotFound)
		w.want("RevokeToken", w.accounts.RevokeToken(w.Context(), edit, token.ID), fine)
		w.want("RevokeToken twice", w.accounts.RevokeToken(w.Context(), edit, token.ID), fault.NotFound)
		_, err = w.accounts.AuthenticateToken(w.Context(), secret)
		w.want("a revoked token", err, fault.Unauthenticated)
		for _, action := range []string{"token.created", "token.revoked"} {
			if n := w.count(`select count(*) from audit_event where action = '` + action + `' and actor_id = '` + string(ben.ID) + `' and organization_id is not null`); n != 1 {
				w.Errorf("%d events %s, want 1", n, action)
			}
		}
		if n := w.count(`select count(*) from audit_event where after_json like '%ambit\_%' escape '\'`); n != 0 {
			w.Error("a token's text stands in the log")
		}
	})
}

func TestTokenEndsWithItsOwner(t *testing.T) {
	each(t, func(w *world) {
		ben := w.add("ben@example.com", access.Student)
		operator := account.AsOperator(w.home, access.AccountSession, w.clock.now())
		_, secret, err := w.accounts.TokenFor(w.Context(), operator, w.home.ID, "ben@example.com", "sync", false)
		w.want("TokenFor", err, fine)
		works := func(want fault.Kind) {
			w.Helper()
			_, err := w.accounts.AuthenticateToken(w.Context(), secret)
			w.want("AuthenticateToken()", err, want)
		}
		works(fine)
		w.want("Suspend", w.accounts.Suspend(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, ""), fine)
		works(fault.Unauthenticated)
		_, _, err = w.accounts.TokenFor(w.Context(), operator, w.home.ID, "ben@example.com", "sync", false)
		w.want("TokenFor somebody suspended", err, fault.Conflict)
		w.want("Reinstate", w.accounts.Reinstate(w.Context(), w.reach(w.admin.ID, access.AccountEdit), ben.ID, ""), fine)
		works(fine)
		w.exec(`update organization set status = 'suspended'`)
		works(fault.Unauthenticated)
	})
}

func TestTokenCannotMakeItselfLastLonger(t *testing.T) {
	each(t, func(w *world) {
		token, secret, err := w.accounts.CreateToken(w.Context(), w.reach(w.admin.ID, access.SelfEdit), "leaked", false)
		w.want("CreateToken", err, fine)
		other, _, err := w.accounts.CreateToken(w.Context(), w.reach(w.admin.ID, access.SelfEdit), "other", false)
		w.want("CreateToken", err, fine)
		if _, err := w.accounts.AuthenticateToken(w.Context(), secret); err != nil {
			w.Fatal(err)
		}
		actor := access.Actor{Realm: w.home.Realm, Account: w.admin.ID, Token: string(token.ID)}
		view, edit := access.NewFacts(actor, 0, nil).For(access.SelfView, w.clock.now()), access.NewFacts(actor, 0, nil).For(access.SelfEdit, w.clock.now())
		_, _, err = w.accounts.CreateToken(w.Context(), edit, "child", false)
		w.want("CreateToken by a token", err, fault.Forbidden)
		_, err = w.accounts.Sessions(w.Context(), view)
		w.want("Sessions by a token", err, fault.Forbidden)
		w.want("ChangePassword by a token", w.accounts.ChangePassword(w.Context(), edit, "", password, "another password"), fault.Forbidden)
		w.want("RevokeToken of another", w.accounts.RevokeToken(w.Context(), edit, other.ID), fault.Forbidden)
		w.want("RevokeToken of itself", w.accounts.RevokeToken(w.Context(), edit, token.ID), fine)
	})
}

func TestOnlyTheOperatorMakesWaysIntoOtherAccounts(t *testing.T) {
	each(t, func(w *world) {
		w.add("ben@example.com", access.Student)
		// An Organization Administrator has account.session, and that is not enough.
		admin := w.reach(w.admin.ID, access.AccountSession)
		w.want("the administrator's reach", admin.For(access.AccountSession), fine)
		_, err := w.accounts.LinkFor(w.Context(), admin, w.home.ID, "ben@example.com")
		w.want("LinkFor", err, fault.Forbidden)
		_, _, err = w.accounts.TokenFor(w.Context(), admin, w.home.ID, "ben@example.com", "x", true)
		w.want("TokenFor", err, fault.Forbidden)
		_, err = w.accounts.TokensFor(w.Context(), admin, w.home.ID, "ben@example.com")
		w.want("TokensFor", err, fault.Forbidden)
		w.want("RevokeTokenFor", w.accounts.RevokeTokenFor(w.Context(), admin, w.home.ID, "ben@example.com", "x"), fault.Forbidden)
	})
}
