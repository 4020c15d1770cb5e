package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// ChangePurchase gives a purchase of the reach another number of seats or other
// terms. Seats in use are never taken away by it.
func (db *DB) ChangePurchase(ctx context.Context, reach access.Reach, id license.PurchaseID, c license.Change) error {
	return db.change(ctx, func(t *tx) error {
		fresh, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		realm := int64(reach.Actor().Realm)
		var before license.Purchase
		var organization, zone string
		var used int
		var redeemBy, until, complete sql.NullInt64
		p := with(realm, string(id))
		if err := one(ctx, t, `update purchase set seats_used = seats_used where realm_id = $1 and purchase_id = $2 and `+visibleThing(fresh, thing{
			place:    "(select o.path from organization o where o.realm_id = purchase.realm_id and o.organization_id = purchase.organization_id)",
			purchase: "purchase_id", owner: "buyer_id",
		}, p)+` returning organization_id, seats, seats_over, seats_used, company, redeem_by, coalesce(access_days, 0), access_until, complete_by,
			(select o.zone from organization o where o.realm_id = purchase.realm_id and o.organization_id = purchase.organization_id)`, p.list,
			&organization, &before.Seats, &before.Over, &used, &before.Company, &redeemBy, &before.Terms.AccessDays, &until, &complete, &zone); err != nil {
			return err
		}
		before.Terms.RedeemBy, before.Terms.AccessUntil, before.Terms.CompleteBy = aDay(redeemBy), aDay(until), aDay(complete)
		if c.Was != "" && c.Was != before.Edition() {
			return license.ErrPurchaseEdited
		}
		after := license.Purchase{Seats: c.Seats, Company: c.Company, Terms: c.Terms}
		if after.Edition() == before.Edition() {
			return nil
		}
		if err := changedDays(before.Terms, c.Terms).On(day.Of(db.now(), day.ZoneOr(zone))); err != nil {
			return err
		}
		if c.Seats < used && c.Seats < before.Seats {
			return license.ErrSeatsInUse.With(used)
		}
		// What was over is paid for once there are enough seats.
		over := max(0, min(before.Over, used-c.Seats))
		now := db.now().UTC().Truncate(time.Microsecond)
		if _, err := t.exec(ctx, `update purchase set seats = $1, seats_over = $2, company = $3, company_folded = $4, redeem_by = $5, access_days = $6, access_until = $7, complete_by = $8
			where realm_id = $9 and purchase_id = $10`,
			c.Seats, over, c.Company, fold.Text(c.Company), dayOrNull(c.Terms.RedeemBy), numberOrNull(c.Terms.AccessDays), dayOrNull(c.Terms.AccessUntil),
			dayOrNull(c.Terms.CompleteBy), realm, string(id)); err != nil {
			return err
		}
		if c.Seats != before.Seats {
			if err := t.ledger(ctx, reach.Actor(), id, now, license.Entry{Movement: license.SeatsChanged, Seats: c.Seats - before.Seats}); err != nil {
				return err
			}
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: access.OrgID(organization), Action: "purchase.changed", SubjectKind: "purchase", SubjectID: string(id),
			Before: said(before), After: said(after),
		})
	})
}

// changedDays leaves of the new terms the days that are new: one that is over
// may stay as it is.
func changedDays(before, after license.Terms) license.Terms {
	if before.RedeemBy == after.RedeemBy {
		after.RedeemBy = day.None
	}
	if before.AccessUntil == after.AccessUntil {
		after.AccessUntil = day.None
	}
	if before.CompleteBy == after.CompleteBy {
		after.CompleteBy = day.None
	}
	return after
}

// said is what the audit keeps of what can be changed.
func said(p license.Purchase) map[string]any {
	out := map[string]any{"seats": p.Seats, "company": p.Company}
	termsInto(out, p.Terms)
	return out
}
