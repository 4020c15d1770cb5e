package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
)

// An identity stands outside the realms, yet what happens to it concerns every
// organization in which it is somebody. Its events stand in the log of each of
// these, about the account it has there; those of an identity that is nobody
// anywhere stand outside the organizations.

// identityEvent is something that happened to a sign-in identity.
type identityEvent struct {
	action   string
	identity account.IdentityID
	after    map[string]any
}

var (
	// signingIn is the actor of what happens before it is known who somebody is.
	signingIn = access.Actor{System: "sign-in"}
	// themselves is whoever has just proven to be an identity.
	themselves = access.Actor{}
)

// known is an account of an identity.
type known struct {
	realm        access.RealmID
	organization access.OrgID
	account      access.AccountID
}

// witness writes an event into the log of each organization that it concerns.
func (t *tx) witness(ctx context.Context, actor access.Actor, e identityEvent) error {
	all, err := collect(ctx, t, `select realm_id, organization_id, account_id from account where identity_id = $1 and (status = 'active' or $2) order by realm_id, account_id`,
		[]any{string(e.identity), e.action != "session.opened"}, // a session opens nothing to whom one is not active
		func(row *sql.Rows) (k known, err error) {
			return k, row.Scan(&k.realm, &k.organization, &k.account)
		})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		if actor == themselves {
			actor = signingIn
		}
		return t.audit(ctx, actor, audit.Event{Action: e.action, SubjectKind: "identity", SubjectID: string(e.identity), After: e.after})
	}
	own := actor == themselves
	for _, k := range all {
		own = own || k.realm == actor.Realm && k.account == actor.Account
	}
	for _, k := range all {
		by := access.Actor{Realm: k.realm, Account: k.account, RequestID: actor.RequestID}
		switch {
		case own:
		case actor.System == "" && actor.Realm == k.realm: // an administrator
			by = actor
		default: // nobody of another realm is named
			by.Account, by.System = "", signingIn.System
		}
		if err := t.audit(ctx, by, audit.Event{Organization: k.organization, Action: e.action, SubjectKind: "account", SubjectID: string(k.account), After: e.after}); err != nil {
			return err
		}
	}
	return nil
}

// NoteRefusal notes that somebody gave a wrong password. It writes as much for
// an address that nobody has, so that the answer takes as long; which address
// that was is kept nowhere.
func (db *DB) NoteRefusal(ctx context.Context, id account.IdentityID, network string) error {
	return db.change(ctx, func(t *tx) error {
		return t.witness(ctx, signingIn, identityEvent{"session.refused", id, map[string]any{"network": network}})
	})
}
