package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
)

// seatChange is one change of a purchase's seats under way. Its row is held, so
// that nobody else counts or moves them meanwhile.
type seatChange struct {
	*tx
	place    place        // of the purchase's organization, where its row is held too
	actor    access.Actor // with request and token, which facts loaded anew do not have
	reach    access.Reach // as it holds now
	at       time.Time
	zone     *time.Location
	purchase soldPurchase
}

// soldPurchase is what decides about the seats of a purchase.
type soldPurchase struct {
	id           license.PurchaseID
	organization access.OrgID
	product      string
	buyer        access.AccountID
	free         int
	over         int
	reusable     bool
	maxPeople    int
	terms        license.Terms
}

// changeSeats runs a change of seats that alters nobody's sight. It decides
// again whether the asker may before it takes the purchase's row.
func (db *DB) changeSeats(ctx context.Context, reach access.Reach, id license.PurchaseID, do func(c *seatChange) error) error {
	return db.change(ctx, func(t *tx) error {
		decided, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		c, err := t.holdSeats(ctx, reach.Actor(), decided, id)
		if err != nil {
			return err
		}
		return do(c)
	})
}

// changeSight runs a change of seats that alters who sees whom: it takes the
// organization's row first, as every such change does.
func (db *DB) changeSight(ctx context.Context, reach access.Reach, id license.PurchaseID, do func(c *seatChange) error) error {
	return db.change(ctx, func(t *tx) error {
		p := with(int64(reach.Actor().Realm), string(id))
		at, decided, err := t.changeAccess(ctx, reach, `(select organization_id from purchase where realm_id = $1 and purchase_id = $2)`, p)
		if err != nil {
			return err
		}
		c, err := t.holdSeats(ctx, reach.Actor(), decided, id)
		if err != nil {
			return err
		}
		c.place = at
		return do(c)
	})
}

// holdSeats takes the row that seats compete for, where it lies in the reach.
func (t *tx) holdSeats(ctx context.Context, actor access.Actor, reach access.Reach, id license.PurchaseID) (*seatChange, error) {
	c := &seatChange{tx: t, actor: actor, reach: reach, at: t.db.now().UTC().Truncate(time.Microsecond), purchase: soldPurchase{id: id}}
	p := with(int64(actor.Realm), string(id))
	var organizationID, buyer, zone string
	var redeemBy, until sql.NullInt64
	var seats, used int
	err := one(ctx, t, `update purchase set seats_used = seats_used where realm_id = $1 and purchase_id = $2 and `+visibleThing(reach, thing{
		place:    "(select o.path from organization o where o.realm_id = purchase.realm_id and o.organization_id = purchase.organization_id)",
		purchase: "purchase_id", owner: "buyer_id",
	}, p)+` returning organization_id, product_id, buyer_id, seats, seats_over, seats_used, reusable, coalesce(max_people, 0), redeem_by, coalesce(access_days, 0), access_until`,
		p.list, &organizationID, &c.purchase.product, &buyer, &seats, &c.purchase.over, &used, &c.purchase.reusable, &c.purchase.maxPeople,
		&redeemBy, &c.purchase.terms.AccessDays, &until)
	if err != nil {
		return nil, err
	}
	if err := one(ctx, t, `select zone from organization where realm_id = $1 and organization_id = $2`, []any{int64(actor.Realm), organizationID}, &zone); err != nil {
		return nil, err
	}
	c.zone = day.ZoneOr(zone)
	c.purchase.organization, c.purchase.buyer = access.OrgID(organizationID), access.AccountID(buyer)
	c.purchase.free = seats + c.purchase.over - used
	c.purchase.terms.RedeemBy, c.purchase.terms.AccessUntil = aDay(redeemBy), aDay(until)
	return c, nil
}

// room is what is left for new assignments; counted is how many distinct people have had a seat.
func (p *soldPurchase) room(today day.Day, counted int) license.Room {
	r := license.Room{Closed: !p.terms.Redeemable(today), Free: p.free, People: -1}
	if p.maxPeople > 0 {
		r.People = max(p.maxPeople-counted, 0)
	}
	return r
}

func (c *seatChange) today() day.Day { return day.Of(c.at, c.zone) }

// by names the actor in rows.
func (c *seatChange) by() string {
	if c.actor.Account == "" {
		return c.actor.System
	}
	return string(c.actor.Account)
}
