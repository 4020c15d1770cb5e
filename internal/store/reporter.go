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
func (db *DB) AppointReporter(ctx context.Context, reach access.Reach, id license.PurchaseID, a license.Appoint) error {
	return db.changeReporter(ctx, reach, id, func(c *reporterChange) error {
		var err error
		if c.standing.To, err = c.candidate(ctx, a.To); err != nil {
			return err
		}
		if c.held.account == a.To {
			return errNothingToDo
		}
		if a.Instead != nil && *a.Instead != c.held.account {
			return license.ErrReporterChanged
		}
		if err := c.standing.Appoint(); err != nil {
			return err
		}
		return c.appoint(ctx)
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
		if err := c.audit(ctx, "reporter.revoked", nil, ""); err != nil {
			return err
		}
		return c.tell(ctx, license.Parting(license.LetterRevoked, c.held.account, c.buyer), c.held.name, "")
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
		c, err := t.reporterChange(ctx, reach.Actor(), at, id, func(p *params) string {
			return visibleThing(decided, thing{
				place:    "(select o.path from organization o where o.realm_id = purchase.realm_id and o.organization_id = purchase.organization_id)",
				purchase: "purchase_id", owner: "buyer_id",
			}, p)
		})
		if err != nil {
			return err
		}
		_, c.standing.Owned = decided.CoversThing(access.Thing{Place: at.path, Purchase: id, Owner: c.buyer})
		return do(c)
	})
	return unlessNothing(err)
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
	name    string
	from    time.Time
}

// reporterChange begins a change: the caller holds the organization's row. It
// takes the purchase's, so that its seats stay as they are, and reads who is
// the reporter. which is the condition that the purchase may be changed.
func (t *tx) reporterChange(ctx context.Context, actor access.Actor, at place, id license.PurchaseID, which func(p *params) string) (*reporterChange, error) {
	c := &reporterChange{tx: t, actor: actor, purchase: id, place: at, at: t.db.now().UTC().Truncate(time.Microsecond)}
	c.standing.Today = day.Of(c.at, day.ZoneOr(at.zone))
	p := with(int64(actor.Realm), string(id))
	var buyer string
	if err := one(ctx, t, `update purchase set seats_used = seats_used where realm_id = $1 and purchase_id = $2 and `+which(p)+` returning buyer_id`, p.list, &buyer); err != nil {
		return nil, err
	}
	c.buyer = access.AccountID(buyer)
	var account string
	var from int64
	var until sql.NullInt64
	err := one(ctx, t, `select g.grant_id, g.account_id, a.name, g.from_at, g.until_at from role_grant g
		join account a on a.realm_id = g.realm_id and a.account_id = g.account_id
		where g.realm_id = $1 and g.purchase_id = $2 and g.role = 'license_reporter' and g.ended_at is null`,
		[]any{int64(actor.Realm), string(id)}, &c.held.grant, &account, &c.held.name, &from, &until)
	if errors.Is(err, fault.ErrNotFound) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	c.held.account, c.held.from = access.AccountID(account), time.UnixMicro(from).UTC()
	if until.Valid && !instant(until).After(c.at) {
		if err := c.end(ctx, instant(until), "expired"); err != nil {
			return nil, err
		}
		c.held = heldRole{}
	}
	c.standing.Reporter = c.held.account
	return c, nil
}

// anyPurchase is the condition of a purchase that the caller has found in its own right.
func anyPurchase(*params) string { return "1 = 1" }

// candidate reads what decides whether an account can become the reporter. An
// account that does not exist in the organization is nobody's candidate.
func (c *reporterChange) candidate(ctx context.Context, to access.AccountID) (license.Candidate, error) {
	return candidateOf(ctx, c.tx, c.actor.Realm, c.place.organization, c.purchase, c.buyer, to)
}

func candidateOf(ctx context.Context, q querier, realm access.RealmID, organization access.OrgID, purchase license.PurchaseID, buyer, to access.AccountID) (license.Candidate, error) {
	who := license.Candidate{Person: license.Person{Account: to}, Buyer: to == buyer, AccessUntil: day.None}
	var status, seat string
	var until sql.NullInt64
	// A person has at most one seat that counts; of others the latest gives the reason.
	err := one(ctx, q, `select a.name, coalesce(a.email, ''), a.status, coalesce(s.state, ''), s.access_until from account a
		left join seat s on s.realm_id = a.realm_id and s.purchase_id = $1
			and (s.account_id = a.account_id or (s.account_id is null and s.email_folded <> '' and s.email_folded = a.email_folded))
		where a.realm_id = $2 and a.account_id = $3 and a.organization_id = $4
		order by case s.state when 'redeemed' then 0 when 'pending' then 1 else 2 end, s.assigned_at desc limit 1`,
		[]any{string(purchase), int64(realm), string(to), string(organization)}, &who.Name, &who.Email, &status, &seat, &until)
	if errors.Is(err, fault.ErrNotFound) {
		return who, nil
	}
	who.Active, who.Seat, who.AccessUntil = status == "active" || status == "invited", license.SeatState(seat), aDay(until)
	return who, err
}

// appoint gives the role to the candidate, whom the rules allow, in place of
// who holds it. An automatic appointment that waited is settled by it.
func (c *reporterChange) appoint(ctx context.Context) error {
	action, to := "reporter.appointed", c.standing.To
	if c.held.grant != "" {
		action = "reporter.transferred"
		if err := c.end(ctx, c.at, action); err != nil {
			return err
		}
	}
	// After the end: who loses the last managing role makes room for who gets it.
	if err := c.roomForManager(ctx, c.actor.Realm, c.place.organization, to.Account); err != nil {
		return err
	}
	if err := c.begin(ctx, to); err != nil {
		return err
	}
	if err := c.audit(ctx, action, &license.Appointment{Purchase: c.purchase, Reporter: to.Account, From: c.at}, ""); err != nil {
		return err
	}
	return c.tell(ctx, license.Arriving(c.held.account, to.Account, c.buyer), to.Name, c.held.name)
}

// end ends the grant that is held.
func (c *reporterChange) end(ctx context.Context, at time.Time, reason string) error {
	_, err := c.exec(ctx, `update role_grant set ended_at = $1, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
		later(at, c.held.from).UnixMicro(), byWhom(c.actor), reason, int64(c.actor.Realm), c.held.grant)
	return err
}

// begin gives the role to somebody.
func (c *reporterChange) begin(ctx context.Context, to license.Candidate) error {
	from := later(c.at, c.held.from) // where the clock was set back: not before the other's end
	if _, err := c.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, role, node_kind, purchase_id, extent, from_at, follows_home, given_by, reason)
		values ($1, $2, $3, $4, 'license_reporter', 'purchase', $5, 'here', $6, $7, $8, '')`,
		int64(c.actor.Realm), access.NewID(), string(c.place.organization), string(to.Account), string(c.purchase), from.UnixMicro(), false, byWhom(c.actor)); err != nil {
		return err
	}
	if _, err := c.exec(ctx, `update purchase set reporter_waiting_at = null where realm_id = $1 and purchase_id = $2 and reporter_waiting_at is not null`,
		int64(c.actor.Realm), string(c.purchase)); err != nil {
		return err
	}
	return c.dateReporters(ctx, c.actor.Realm, c.place.organization, c.purchase)
}

// audit writes what the change was.
func (c *reporterChange) audit(ctx context.Context, action string, after *license.Appointment, reason string) error {
	e := audit.Event{Organization: c.place.organization, Action: action, SubjectKind: "purchase", SubjectID: string(c.purchase), Reason: reason}
	if c.held.grant != "" {
		e.Before = license.Appointment{Purchase: c.purchase, Reporter: c.held.account, From: c.held.from}
	}
	if after != nil {
		e.After = *after
	}
	return c.tx.audit(ctx, c.actor, e)
}
