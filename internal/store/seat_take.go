package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// TakeSeat gives the asker a seat of a purchase whose seats they hand out: the
// one that is offered to them already, or a free one, assigned and redeemed in
// the same instant.
func (db *DB) TakeSeat(ctx context.Context, reach access.Reach, id license.PurchaseID) (license.Accepted, error) {
	actor := reach.Actor()
	done := license.Accepted{Account: actor.Account}
	err := db.changeSight(ctx, reach, id, func(c *seatChange) error {
		var err error
		if done.Seat, err = c.ownSeat(ctx); err != nil {
			return err
		}
		held := offeredSeat{purchase: id, organization: c.purchase.organization, product: c.purchase.product, zone: c.zone, terms: c.purchase.terms}
		done.Until, err = c.bindSeat(ctx, actor, held, redemption{seat: done.Seat, account: actor.Account, at: c.at, learner: actor.Learner}, nil)
		return err
	})
	return done, err
}

// ownSeat finds the asker's pending seat, or assigns a free one. They need no letter for it.
func (c *seatChange) ownSeat(ctx context.Context) (license.SeatID, error) {
	realm, id := int64(c.actor.Realm), string(c.purchase.id)
	offered, err := collect(ctx, c.tx, `select s.seat_id from seat s where s.realm_id = $1 and s.purchase_id = $2 and `+offeredTo,
		[]any{realm, id, string(c.actor.Account)}, func(row *sql.Rows) (license.SeatID, error) {
			var seat license.SeatID
			err := row.Scan(&seat)
			return seat, err
		})
	if err != nil || len(offered) > 0 {
		return first(offered), err
	}
	known, err := knowPeople(ctx, c.tx, c.reach, &c.purchase, []license.Invitee{{Account: c.actor.Account}})
	if err != nil {
		return "", err
	}
	if err := c.purchase.room(c.today(), known.counted).Assign(known.people)[0].Refusal(); err != nil {
		return "", err
	}
	seat, me := license.SeatID(access.NewID()), known.people[0]
	if _, err := c.exec(ctx, `update purchase set seats_used = seats_used + 1 where realm_id = $1 and purchase_id = $2`, realm, id); err != nil {
		return "", err
	}
	if _, err := c.exec(ctx, `insert into seat (realm_id, seat_id, organization_id, purchase_id, account_id, email, email_folded, state, assigned_at, assigned_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9)`,
		realm, string(seat), string(c.purchase.organization), id, string(c.actor.Account), me.Email, me.Folded, c.at.UnixMicro(), c.by()); err != nil {
		return "", err
	}
	moved, _ := license.Moved(seat, "", license.Pending)
	return seat, c.ledger(ctx, c.actor, c.purchase.id, c.at, moved)
}

// first is the first of a list, or the zero value.
func first[T any](list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[0]
}

// HoldsSeat tells whether the asker has a live seat of a purchase, pending ones not counted.
func (db *DB) HoldsSeat(ctx context.Context, reach access.Reach, id license.PurchaseID) (bool, error) {
	var n int
	err := one(ctx, db.read, `select count(*) from seat where realm_id = $1 and purchase_id = $2 and account_id = $3 and state = 'redeemed'`,
		[]any{int64(reach.Actor().Realm), string(id), string(reach.Actor().Account)}, &n)
	return n > 0, err
}
