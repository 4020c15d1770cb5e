package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// errNothingToDo leaves a change without changing anything.
var errNothingToDo = errors.New("nothing to do")

// AppointReporter makes an account the one reporter of a purchase. The grant of
// who held the role and the new one end and begin in the same instant: never
// two, never a gap.
func (db *DB) AppointReporter(ctx context.Context, reach access.Reach, id license.PurchaseID, to access.AccountID) error {
	return db.changeReporter(ctx, reach, id, func(c *reporterChange) error {
		var err error
		if c.standing.To, err = c.candidate(ctx, to); err != nil {
			return err
		}
		if c.held.account == to {
			return errNothingToDo
		}
		if err := c.standing.Appoint(); err != nil {
			return err
		}
		action := "reporter.appointed"
		if c.held.grant != "" {
			action = "reporter.transferred"
			if err := c.end(ctx, c.at, action); err != nil {
				return err
			}
		}
		if err := c.begin(ctx, to); err != nil {
			return err
		}
		return c.audit(ctx, action, &license.Appointment{Purchase: id, Reporter: to, From: c.at})
	})
}

// EndReporter leaves a purchase without a reporter.
func (db *DB) EndReporter(ctx context.Context, reach access.Reach, id license.PurchaseID) error {
	return db.changeReporter(ctx, reach, id, func(c *reporterChange) error {
		if err := c.standing.Revoke(); err != nil {
			return err
		}
		if c.held.grant == "" {
			return errNothingToDo
		}
		if err := c.end(ctx, c.at, "revoked"); err != nil {
			return err
		}
		return c.audit(ctx, "reporter.revoked", nil)
	})
}

// changeReporter is the frame of both: it takes the organization's row and then
// the purchase's, decides again whether the asker may, and closes a grant whose
// planned end is over.
func (db *DB) changeReporter(ctx context.Context, reach access.Reach, id license.PurchaseID, do func(c *reporterChange) error) error {
	err := db.change(ctx, func(t *tx) error {
		p := with(int64(reach.Actor().Realm), string(id))
		at, decided, err := t.changeAccess(ctx, reach, `(select organization_id from purchase where realm_id = $1 and purchase_id = $2)`, p)
		if err != nil {
			return err
		}
		c := &reporterChange{tx: t, actor: reach.Actor(), purchase: id, place: at, at: db.now().UTC().Truncate(time.Microsecond)}
		if err := c.hold(ctx, decided); err != nil {
			return err
		}
		return do(c)
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}

// reporterChange is one change of a purchase's reporter under way.
type reporterChange struct {
	*tx
	actor    access.Actor // with request and token, which facts loaded anew do not have
	purchase license.PurchaseID
	place    place
	at       time.Time
	buyer    access.AccountID
	held     heldRole
	standing license.Standing
}

// heldRole is the open grant of the purchase's reporter; zero: nobody.
type heldRole struct {
	grant   string
	account access.AccountID
	from    time.Time
}

// hold takes the purchase's row, so that its seats stay as they are, and reads
// who is the reporter.
func (c *reporterChange) hold(ctx context.Context, reach access.Reach) error {
	p := with(int64(c.actor.Realm), string(c.purchase))
	var buyer string
	if err := one(ctx, c.tx, `update purchase set seats_used = seats_used where realm_id = $1 and purchase_id = $2 and `+visibleThing(reach, thing{
		place:    "(select o.path from organization o where o.realm_id = purchase.realm_id and o.organization_id = purchase.organization_id)",
		purchase: "purchase_id", owner: "buyer_id",
	}, p)+` returning buyer_id`, p.list, &buyer); err != nil {
		return err
	}
	c.buyer = access.AccountID(buyer)
	c.standing.Today = day.Of(c.at, day.ZoneOr(c.place.zone))
	_, c.standing.Owned = reach.CoversThing(access.Thing{Place: c.place.path, Purchase: c.purchase, Owner: c.buyer})
	var account string
	var from int64
	var until sql.NullInt64
	err := one(ctx, c.tx, `select grant_id, account_id, from_at, until_at from role_grant
		where realm_id = $1 and purchase_id = $2 and role = 'license_reporter' and ended_at is null`,
		[]any{int64(c.actor.Realm), string(c.purchase)}, &c.held.grant, &account, &from, &until)
	if errors.Is(err, fault.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	c.held.account, c.held.from = access.AccountID(account), time.UnixMicro(from).UTC()
	if until.Valid && !instant(until).After(c.at) {
		ended := instant(until)
		if err := c.end(ctx, ended, "expired"); err != nil {
			return err
		}
		c.held = heldRole{}
	}
	c.standing.Reporter = c.held.account
	return nil
}

// candidate reads what decides whether an account can become the reporter. An
// account that does not exist in the organization is nobody's candidate.
func (c *reporterChange) candidate(ctx context.Context, to access.AccountID) (license.Candidate, error) {
	who := license.Candidate{Person: license.Person{Account: to}, Buyer: to == c.buyer, AccessUntil: day.None}
	var status, seat string
	var until sql.NullInt64
	// A person has at most one seat that counts; of others the latest gives the reason.
	err := one(ctx, c.tx, `select a.name, coalesce(a.email, ''), a.status, coalesce(s.state, ''), s.access_until from account a
		left join seat s on s.realm_id = a.realm_id and s.purchase_id = $3
			and (s.account_id = a.account_id or (s.account_id is null and s.email_folded <> '' and s.email_folded = a.email_folded))
		where a.realm_id = $1 and a.account_id = $2 and a.organization_id = $4
		order by case s.state when 'redeemed' then 0 when 'pending' then 1 else 2 end, s.assigned_at desc limit 1`,
		[]any{int64(c.actor.Realm), string(to), string(c.purchase), string(c.place.organization)}, &who.Name, &who.Email, &status, &seat, &until)
	if errors.Is(err, fault.ErrNotFound) {
		return who, nil
	}
	who.Active, who.Seat, who.AccessUntil = status == "active" || status == "invited", license.SeatState(seat), aDay(until)
	return who, err
}

// end ends the grant that is held.
func (c *reporterChange) end(ctx context.Context, at time.Time, reason string) error {
	_, err := c.exec(ctx, `update role_grant set ended_at = $1, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
		later(at, c.held.from).UnixMicro(), c.by(), reason, int64(c.actor.Realm), c.held.grant)
	return err
}

// begin gives the role to an account.
func (c *reporterChange) begin(ctx context.Context, to access.AccountID) error {
	from := later(c.at, c.held.from) // where the clock was set back: not before the other's end
	_, err := c.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, purchase_id, extent, from_at, follows_home, given_by, reason)
		values ($1, $2, $3, $4, 'license_reporter', 'purchase', $5, 'here', $6, $7, $8, '')`,
		int64(c.actor.Realm), access.NewID(), string(c.place.organization), string(to), string(c.purchase), from.UnixMicro(), false, c.by())
	return err
}

// audit writes what the change was.
func (c *reporterChange) audit(ctx context.Context, action string, after *license.Appointment) error {
	e := audit.Event{Organization: c.place.organization, Action: action, SubjectKind: "purchase", SubjectID: string(c.purchase)}
	if c.held.grant != "" {
		e.Before = license.Appointment{Purchase: c.purchase, Reporter: c.held.account, From: c.held.from}
	}
	if after != nil {
		e.After = *after
	}
	return c.tx.audit(ctx, c.actor, e)
}

// by names the actor in the grant's row.
func (c *reporterChange) by() string {
	if c.actor.Account == "" {
		return c.actor.System
	}
	return string(c.actor.Account)
}
