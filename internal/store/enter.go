package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fold"
)

// entering is somebody who comes in by a link that was sent to an address: to a
// seat, or to what they are invited to.
type entering struct {
	realm        access.RealmID
	organization access.OrgID
	location     access.LocationID // of a new account
	email        string            // that the link went to
	guest        account.Guest
	visitor      account.IdentityID // who has proven to be signed in
	name         account.Name       // of a new account
	hash         string             // of a first password
	by           string             // the piece of the system that makes the account

	notYours, otherAddress error
}

// enter finds or makes the account of the link's person. A password is set only
// where the identity has none.
func (t *tx) enter(ctx context.Context, e entering) (account.Account, error) {
	actor := access.Actor{Realm: e.realm, System: e.by}
	who, err := t.accountOf(ctx, actor, e)
	if err != nil {
		return who, err
	}
	if e.visitor != "" && who.Identity != e.visitor {
		return who, e.notYours
	}
	if e.hash == "" {
		return who, nil
	}
	return who, t.firstPassword(ctx, who.Identity, e.hash)
}

func (t *tx) accountOf(ctx context.Context, actor access.Actor, e entering) (account.Account, error) {
	if e.guest.Account == "" {
		in, err := organizationOf(ctx, t, e.realm, e.organization)
		if err != nil {
			return account.Account{}, err
		}
		home, err := homeOf(ctx, t, in, e.location)
		if err != nil {
			return account.Account{}, err
		}
		return t.createAccount(ctx, actor, in, account.New{
			Organization: e.organization, Location: e.location, Name: e.name, Email: e.email, Role: access.Student, Status: account.Active,
		}, home)
	}
	if e.guest.Status == account.Invited {
		if err := t.accept(ctx, e.realm, e.guest.Account); err != nil {
			return account.Account{}, err
		}
	}
	m, err := membership(ctx, t, `where a.realm_id = $1 and a.account_id = $2`, int64(e.realm), string(e.guest.Account))
	if err != nil || m.Account.Identity != "" {
		return m.Account, err
	}
	return t.giveIdentity(ctx, actor, m.Account, e)
}

// giveIdentity lets an account that nobody signs in to be signed in to with the link's address.
func (t *tx) giveIdentity(ctx context.Context, actor access.Actor, a account.Account, e entering) (account.Account, error) {
	if a.Email == "" {
		a.Email = e.email
	}
	identity, err := t.identityFor(ctx, a.Email)
	if err != nil {
		return a, err
	}
	a.Identity = identity.ID
	_, err = t.exec(ctx, `update account set identity_id = $1, email = $2, email_folded = $3, search_text = $4 where realm_id = $5 and account_id = $6 and identity_id is null`,
		string(a.Identity), a.Email, fold.Email(a.Email), account.SearchText(account.Name{Given: a.GivenName, Family: a.FamilyName}, a.Email, a.ExternalID),
		int64(a.Realm), string(a.ID))
	if breaks(err, ruleUnique, "email") {
		return a, e.otherAddress
	}
	if err != nil {
		return a, err
	}
	return a, t.audit(ctx, actor, audit.Event{
		Organization: a.Organization, Action: "account.sign_in_added", SubjectKind: "account", SubjectID: string(a.ID),
	})
}
