package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// ActivateDeal sells every license of a draft in one transaction. Of two who do
// so at once one finds that the deal is active already.
func (db *DB) ActivateDeal(ctx context.Context, reach access.Reach, id license.DealID, revision int64) error {
	return db.changeDeal(ctx, reach, id, revision, func(c *dealChange) error {
		if err := notDraft(c.deal.State); err != nil {
			return err
		}
		if c.edited {
			return license.ErrDealEdited
		}
		if err := c.deal.Startable(c.today); err != nil {
			return err
		}
		var sold []license.PurchaseID
		for i, l := range c.deal.Licenses {
			purchase, err := c.sellLicense(ctx, i, license.NewLicense{Product: l.Product.ID, Seats: l.Seats, Terms: l.Terms})
			if err != nil {
				return err
			}
			sold = append(sold, purchase)
			if _, err := c.exec(ctx, `update deal_license set purchase_id = $1 where realm_id = $2 and license_id = $3`, string(purchase), int64(c.actor.Realm), string(l.ID)); err != nil {
				return err
			}
		}
		if _, err := c.exec(ctx, `update deal set state = 'active', activated_at = $1, buyer_email = '', buyer_given = '', buyer_family = '',
				buyer_id = (select p.buyer_id from purchase p where p.realm_id = $2 and p.purchase_id = $3)
			where realm_id = $2 and deal_id = $4`, c.db.now().UnixMicro(), int64(c.actor.Realm), string(sold[0]), string(id)); err != nil {
			return err
		}
		return c.auditDeal(ctx, c.actor, c.at, id, "deal.activated", nil, map[string]any{"purchases": sold, "auto_reporter": c.deal.AutoReporter})
	})
}

// ExtendDeal renames an active deal, notes something, and sells what is added.
func (db *DB) ExtendDeal(ctx context.Context, reach access.Reach, id license.DealID, revision int64, e license.DealExtension) error {
	return db.changeDeal(ctx, reach, id, revision, func(c *dealChange) error {
		if c.deal.State == license.DealDraft {
			return license.ErrDealDraft
		}
		if c.edited {
			return license.ErrDealEdited
		}
		if len(e.Licenses) > 0 && c.deal.StateOn(c.today) != license.DealActive {
			return license.ErrDealEnded
		}
		var position int
		if err := one(ctx, c, `select coalesce(max(position), -1) + 1 from deal_license where realm_id = $1 and deal_id = $2`, []any{int64(c.actor.Realm), string(id)}, &position); err != nil {
			return err
		}
		var sold []license.PurchaseID
		for i, l := range e.Licenses {
			purchase, err := c.sellLicense(ctx, i, l)
			if err != nil {
				return err
			}
			sold = append(sold, purchase)
			if err := c.addLicense(ctx, c.actor, c.at, id, position+i, l, purchase); err != nil {
				return err
			}
		}
		if _, err := c.exec(ctx, `update deal set name = $1, name_folded = $2, notes = $3 where realm_id = $4 and deal_id = $5`,
			e.Name, fold.Text(e.Name), e.Notes, int64(c.actor.Realm), string(id)); err != nil {
			return err
		}
		return c.auditDeal(ctx, c.actor, c.at, id, "deal.changed", map[string]any{"name": c.deal.Name}, map[string]any{"name": e.Name, "purchases": sold})
	})
}

// EndDeal closes every purchase of a deal that still could be redeemed: its
// last day to redeem was yesterday. What was redeemed stays as it is.
func (db *DB) EndDeal(ctx context.Context, reach access.Reach, id license.DealID, revision int64) error {
	return db.changeDeal(ctx, reach, id, revision, func(c *dealChange) error {
		switch c.deal.State {
		case license.DealDraft:
			return license.ErrDealDraft
		case license.DealEnded:
			return license.ErrDealEnded
		}
		if c.edited {
			return license.ErrDealEdited
		}
		yesterday := c.today.Add(-1)
		closed, err := collect(ctx, c, `update purchase set redeem_by = $1 where realm_id = $2 and deal_id = $3 and (redeem_by is null or redeem_by > $1)
			returning purchase_id`, []any{int64(yesterday), int64(c.actor.Realm), string(id)}, func(row *sql.Rows) (license.PurchaseID, error) {
			var purchase string
			err := row.Scan(&purchase)
			return license.PurchaseID(purchase), err
		})
		if err != nil {
			return err
		}
		for _, purchase := range closed {
			if err := c.audit(ctx, c.actor, audit.Event{
				Organization: c.at.organization, Action: "purchase.closed", SubjectKind: "purchase", SubjectID: string(purchase),
				After: map[string]any{"redeem_by": yesterday.String(), "deal": id},
			}); err != nil {
				return err
			}
		}
		if _, err := c.exec(ctx, `update deal set state = 'ended', ended_at = $1 where realm_id = $2 and deal_id = $3`, c.db.now().UnixMicro(), int64(c.actor.Realm), string(id)); err != nil {
			return err
		}
		return c.auditDeal(ctx, c.actor, c.at, id, "deal.ended", nil, map[string]any{"purchases": closed})
	})
}

// dealChange is a change of a deal under way, that holds its organization's row
// and then its own.
type dealChange struct {
	*tx
	actor  access.Actor
	at     place
	deal   license.CustomDeal // as it is stored
	today  day.Day
	edited bool // somebody has changed it since the asker looked
}

// changeDeal is the frame of all changes that can make somebody a reporter.
func (db *DB) changeDeal(ctx context.Context, reach access.Reach, id license.DealID, revision int64, do func(c *dealChange) error) error {
	return db.change(ctx, func(t *tx) error {
		actor := reach.Actor()
		at, decided, err := t.changeAccess(ctx, reach, `$2`, with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		if !coversWhole(decided, at) {
			return fault.ErrNotFound
		}
		_, err = t.holdDeal(ctx, actor, at, id, revision)
		c := &dealChange{tx: t, actor: actor, at: at, today: day.Of(t.db.now(), day.ZoneOr(at.zone)), edited: errors.Is(err, license.ErrDealEdited)}
		if err != nil && !c.edited {
			return err
		}
		if c.deal, err = dealWith(ctx, t, reach, id); err != nil {
			return err
		}
		return do(c)
	})
}

// sellLicense makes the purchase that one license of the deal is.
func (c *dealChange) sellLicense(ctx context.Context, i int, l license.NewLicense) (license.PurchaseID, error) {
	sale, err := c.deal.SaleOf(l).Tidy()
	if err == nil {
		err = sale.Terms.On(c.today)
	}
	var id license.PurchaseID
	if err == nil {
		id, err = c.sell(ctx, c.actor, c.at, sale)
	}
	if problems := fault.Fields(err); len(problems) > 0 && problems[0].Field != "buyer_id" {
		return "", fault.Invalidf(license.OfLicense(i, problems)...)
	}
	return id, err
}
