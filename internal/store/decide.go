package store

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// place is the organization that a change of access happens in.
type place struct {
	organization access.OrgID
	path         access.Path
	zone         string
}

// changeAccess is the first statement of a transaction that changes who sees
// or may do what: it takes the organization's row and moves its revision, so
// that such changes happen one after the other. It then decides again, where
// the asker's organization has moved since the reach was made, and gives the
// reach that holds. organization is an expression that finds the organization's
// id, with its parameters after the realm ($1).
func (t *tx) changeAccess(ctx context.Context, reach access.Reach, organization string, p *params) (place, access.Reach, error) {
	var at place
	var id, path string
	var revision int64
	err := one(ctx, t, `update organization set revision = revision + 1 where realm_id = $1 and organization_id = `+organization+`
		returning organization_id, path, zone, revision`, p.list, &id, &path, &at.zone, &revision)
	if err != nil {
		return place{}, access.Reach{}, err
	}
	at.organization, at.path = access.OrgID(id), access.Path(path)
	if at.organization != reach.Actor().Own() {
		reach, err = t.decideAgain(ctx, reach)
		return at, reach, err
	}
	if revision-1 != reach.Revision() {
		reach, err = t.decide(ctx, reach)
	}
	return at, reach, err
}

// decideAgain is how a write on others' behalf begins that does not itself
// change access: it holds the revision of the asker's organization still until
// the commit, and where it has moved since the reach was made it loads the
// facts and decides anew. A check cannot go stale between form and commit.
func (t *tx) decideAgain(ctx context.Context, reach access.Reach) (access.Reach, error) {
	actor := reach.Actor()
	if actor.Account == "" { // the system's facts do not change
		return reach, nil
	}
	var revision int64
	err := one(ctx, t, `select revision from organization where realm_id = $1 and organization_id = $2`+t.db.dialect.forShare,
		[]any{int64(actor.Realm), string(actor.Own())}, &revision)
	if err != nil {
		return access.Reach{}, err
	}
	if revision == reach.Revision() {
		return reach, nil
	}
	return t.decide(ctx, reach)
}

// decide loads the asker's facts as they are now and asks them the same.
func (t *tx) decide(ctx context.Context, reach access.Reach) (access.Reach, error) {
	actor := reach.Actor()
	if actor.Account == "" {
		return reach, nil
	}
	facts, err := loadFacts(ctx, t, actor.Realm, actor.Account)
	if err != nil {
		return access.Reach{}, err
	}
	again := facts.As(actor).For(reach.Permission(), t.db.now())
	return again, again.For(reach.Permission())
}

// later is an instant no earlier than another: a clock set back must not make
// something end before it began.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
