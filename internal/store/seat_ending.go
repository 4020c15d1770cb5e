package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

// SeatEnding tells what the release of a redeemed seat would end, and what stays.
func (db *DB) SeatEnding(ctx context.Context, reach access.Reach, id license.PurchaseID, seat license.SeatID) (license.Ending, error) {
	var out license.Ending
	err := db.view(ctx, func(q querier) error {
		at, err := findSeatPlace(ctx, q, reach, id)
		if err != nil {
			return err
		}
		purchase, _, err := readSold(ctx, q, reach, id)
		if err != nil {
			return err
		}
		held, err := readSeat(ctx, q, reach.Actor().Realm, id, seat)
		if err != nil {
			return err
		}
		out = license.Ending{Seat: held.Seat, Spent: !purchase.reusable, CanReassign: purchase.reusable && purchase.over == 0 || purchase.free > 0}
		out.Seat.State = held.StateOn(at.today)
		if held.State != license.Redeemed {
			return nil
		}
		if err := holderOf(ctx, q, reach.Actor().Realm, held.account, &out.Seat.Holder); err != nil {
			return err
		}
		if err := endingActivities(ctx, q, reach, held, &out); err != nil {
			return err
		}
		if held.account == purchase.buyer {
			return nil
		}
		var grant string
		err = one(ctx, q, `select grant_id from role_grant where realm_id = $1 and purchase_id = $2 and account_id = $3 and role = 'license_reporter' and ended_at is null`,
			[]any{int64(reach.Actor().Realm), string(id), string(held.account)}, &grant)
		if errors.Is(err, fault.ErrNotFound) {
			return nil
		}
		out.Reporter = err == nil
		return err
	})
	return out, err
}

func holderOf(ctx context.Context, q querier, realm access.RealmID, id access.AccountID, into *license.Person) error {
	into.Account = id
	return one(ctx, q, `select name, coalesce(email, '') from account where realm_id = $1 and account_id = $2`, []any{int64(realm), string(id)}, &into.Name, &into.Email)
}

// endingActivities sorts what a seat gives into what only it gives now and what
// another source gives as well.
func endingActivities(ctx context.Context, q querier, reach access.Reach, held aSeat, into *license.Ending) error {
	return each(ctx, q, `select x.activity, p.product_id, p.title, exists (select 1 from enrollment_source o
				where o.realm_id = x.realm_id and o.learner = x.learner and o.activity = x.activity and not (o.kind = 'seat' and o.ref = x.ref)
				and o.from_at <= $1 and (o.until_at is null or o.until_at > $1))
		from enrollment_source x
		join activity a on a.realm_id = x.realm_id and a.activity = x.activity
		join product p on p.realm_id = a.realm_id and p.product_id = a.activity_id
		where x.realm_id = $2 and x.learner = $3 and x.kind = 'seat' and x.ref = $4 and (x.until_at is null or x.until_at > $1)
		order by p.title_folded, x.activity`,
		[]any{reach.At().UnixMicro(), int64(reach.Actor().Realm), int64(held.learner), string(held.ID)}, func(row *sql.Rows) error {
			var a license.Activity
			var id string
			var stays bool
			err := row.Scan(&a.No, &id, &a.Title, &stays)
			a.ID = content.ProductID(id)
			if stays {
				into.Stays = append(into.Stays, a)
			} else {
				into.Ends = append(into.Ends, a)
			}
			return err
		})
}
