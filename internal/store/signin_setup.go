package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
)

// acceptAll makes the accounts active that waited for their person, in the
// order of their keys so that two of these never wait for each other.
func (t *tx) acceptAll(ctx context.Context, identity account.IdentityID) error {
	waiting, err := collect(ctx, t, `select `+accountColumns+` from account a where a.identity_id = $1 and a.status = 'invited' order by a.realm_id, a.organization_id`,
		[]any{string(identity)}, func(row *sql.Rows) (account.Account, error) {
			var r accountRow
			err := row.Scan(r.into()...)
			return r.account(), err
		})
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if err := t.accept(ctx, a.Realm, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// accept makes an invited account active; fault.ErrNotFound where it is not invited.
func (t *tx) accept(ctx context.Context, realm access.RealmID, id account.ID) error {
	var organization access.OrgID
	if err := one(ctx, t, `update organization set revision = revision + 1 where realm_id = $1 and organization_id = `+whoIs+` returning organization_id`,
		[]any{int64(realm), string(id)}, &organization); err != nil {
		return err
	}
	n, err := t.exec(ctx, `update account set status = 'active' where realm_id = $1 and account_id = $2 and status = 'invited'`, int64(realm), string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.ErrNotFound
	}
	return t.audit(ctx, access.Actor{Realm: realm, Account: id}, audit.Event{
		Organization: organization, Action: "account.accepted", SubjectKind: "account", SubjectID: string(id),
		Before: map[string]any{"status": account.Invited}, After: map[string]any{"status": account.Active},
	})
}

// errPasswordMeanwhile tells that an identity got its password after the page was opened.
var errPasswordMeanwhile = fault.New(fault.Conflict, "A password was set for this address a moment ago. Open the link again and use it.")

// SpendSetupLink makes the account of a link active under a name.
func (db *DB) SpendSetupLink(ctx context.Context, tokenHash string, name account.Name, hash string) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		realm, id, identity, err := t.spend(ctx, tokenHash, account.SetupLink)
		if err != nil {
			return err
		}
		if err := t.accept(ctx, realm, id); err != nil {
			return err
		}
		if _, err := t.rename(ctx, realm, id, name); err != nil {
			return err
		}
		if hash != "" {
			if err := t.firstPassword(ctx, identity, hash); err != nil {
				return err
			}
		}
		m, err = membership(ctx, t, `where a.realm_id = $1 and a.account_id = $2`, int64(realm), string(id))
		return err
	})
	return m, err
}

// firstPassword sets the password of an identity that has none. Whoever has one
// keeps it, whatever link they come by.
func (t *tx) firstPassword(ctx context.Context, id account.IdentityID, hash string) error {
	n, err := t.exec(ctx, `update identity set password_hash = $1 where identity_id = $2 and password_hash is null`, hash, string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return errPasswordMeanwhile
	}
	if err := t.endPasswordLinks(ctx, id); err != nil {
		return err
	}
	return t.witness(ctx, signingIn, identityEvent{"password.set", id, nil})
}

// SpendInstallationLink creates the first organization and its administrator.
func (db *DB) SpendInstallationLink(ctx context.Context, tokenHash string, f account.Founding, hash string) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		if _, _, _, err := t.spend(ctx, tokenHash, account.InstallationLink); err != nil {
			return err
		}
		var err error
		if m, err = t.found(ctx, access.Actor{System: "setup"}, f, account.Active, true); err != nil {
			return err
		}
		return t.firstPassword(ctx, m.Account.Identity, hash)
	})
	return m, err
}

// Found creates the master organization of a new realm with an invited administrator.
func (db *DB) Found(ctx context.Context, actor access.Actor, f account.Founding, link account.NewLink) (account.Membership, error) {
	var m account.Membership
	err := db.change(ctx, func(t *tx) error {
		var err error
		if m, err = t.found(ctx, actor, f, account.Invited, false); err != nil {
			return err
		}
		kept := link
		kept.Realm, kept.Account, kept.Identity = m.Account.Realm, m.Account.ID, m.Account.Identity
		return t.keepLink(ctx, kept)
	})
	return m, err
}

func (t *tx) found(ctx context.Context, actor access.Actor, f account.Founding, status account.Status, first bool) (account.Membership, error) {
	o, err := t.foundOrganization(ctx, actor, f.Organization, first)
	if errors.Is(err, errNotEmpty) {
		return account.Membership{}, account.ErrSetUp
	}
	if err != nil {
		return account.Membership{}, err
	}
	actor.Realm = o.Realm
	a, err := t.createAccount(ctx, actor, o, account.New{Organization: o.ID, Name: f.Name, Email: f.Email, Role: f.Role, Status: status}, o.Path)
	return account.Membership{Account: a, Organization: o}, err
}
