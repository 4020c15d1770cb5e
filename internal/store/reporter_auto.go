package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// autoReporter makes the buyer the reporter of a purchase in the transaction
// that sells it (M-014, M-020). The caller holds the organization's row
// (changeAccess). At the manager limit the purchase stays as valid as it is and
// waits for an administrator, who is told (M-052): a limit never fails a sale
// (I-22). Where there is a reporter already, or the buyer's account is not
// active, nothing happens.
func (t *tx) autoReporter(ctx context.Context, actor access.Actor, at place, purchase license.PurchaseID, buyer access.AccountID) error {
	c, err := t.reporterChange(ctx, actor, at, purchase, anyPurchase)
	if err != nil || c.held.grant != "" {
		return err
	}
	if c.standing.To, err = c.candidate(ctx, buyer); err != nil {
		return err
	}
	if !c.standing.To.Buyer || !c.standing.Allows() {
		return nil
	}
	full := t.roomForManager(ctx, actor.Realm, at.organization, buyer)
	if fault.KindOf(full) == fault.LimitReached {
		return c.wait(ctx)
	}
	if full != nil {
		return full
	}
	return c.appoint(ctx)
}

// wait notes that the appointment of the buyer met the limit.
func (c *reporterChange) wait(ctx context.Context) error {
	changed, err := c.exec(ctx, `update purchase set reporter_waiting_at = $1 where realm_id = $2 and purchase_id = $3 and reporter_waiting_at is null`,
		c.at.UnixMicro(), int64(c.actor.Realm), string(c.purchase))
	if err != nil || changed == 0 {
		return err
	}
	if err := c.audit(ctx, "reporter.waiting", &license.Appointment{Purchase: c.purchase, Reporter: c.buyer, From: c.at}, "manager limit reached"); err != nil {
		return err
	}
	return c.tell(ctx, []license.ReporterLetter{{Kind: license.LetterLimit, Administrators: true}}, c.standing.To.Name, "")
}
