package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// ledger writes what happened to a purchase's seats. The caller holds the
// purchase's row, so that the lines are numbered one after the other.
func (t *tx) ledger(ctx context.Context, actor access.Actor, id license.PurchaseID, at time.Time, entries ...license.Entry) error {
	by := string(actor.Account)
	if by == "" {
		by = actor.System
	}
	var last int
	if err := one(ctx, t, `select coalesce(max(no), 0) from seat_ledger where realm_id = $1 and purchase_id = $2`, []any{int64(actor.Realm), string(id)}, &last); err != nil {
		return err
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = []any{
			int64(actor.Realm), string(id), last + 1 + i, at.UnixMicro(), string(e.Movement), orNull(e.Seat), e.Seats, e.Pending, e.Redeemed, e.Spent, by,
		}
	}
	return t.insert(ctx, "seat_ledger", `realm_id, purchase_id, no, at, movement, seat_id, seats, pending, redeemed, spent, actor`, rows)
}

// SeatLedger lists the movements of a purchase's seats, the newest first, each
// with the balance after it, and sums them up by movement.
func (db *DB) SeatLedger(ctx context.Context, reach access.Reach, id license.PurchaseID, query license.LedgerQuery) (license.LedgerPage, error) {
	page := license.LedgerPage{Times: map[license.Movement]int{}}
	err := db.view(ctx, func(q querier) error {
		at, err := findSeatPlace(ctx, q, reach, id)
		if err != nil {
			return err
		}
		if err := sumLedger(ctx, q, reach.Actor().Realm, id, &page); err != nil {
			return err
		}
		p := with(int64(reach.Actor().Realm), string(id))
		before := ""
		if query.Before > 0 {
			before = ` where l.no < ` + p.put(query.Before)
		}
		page.Items, err = collect(ctx, q, `select l.no, l.at, l.movement, coalesce(l.seat_id, ''), l.seats, l.pending, l.redeemed, l.spent,
				l.all_seats, l.all_pending, l.all_redeemed, l.all_spent,
				l.actor, coalesce(b.account_id, ''), coalesce(b.name, ''), coalesce(b.email, ''),
				case when `+hiddenWhile(at)+` then '' else coalesce(s.email, '') end, coalesce(a.account_id, ''), coalesce(a.name, ''), coalesce(a.email, '')
			from (select m.*, sum(seats) over w as all_seats, sum(pending) over w as all_pending, sum(redeemed) over w as all_redeemed, sum(spent) over w as all_spent
				from seat_ledger m where m.realm_id = $1 and m.purchase_id = $2 window w as (order by m.no)) l
			left join seat s on s.realm_id = l.realm_id and s.seat_id = l.seat_id
			left join account a on a.realm_id = s.realm_id and a.account_id = s.account_id and s.redeemed_at is not null
			left join account b on b.realm_id = l.realm_id and b.account_id = l.actor`+before+` order by l.no desc limit `+p.put(query.Size()+1), p.list, scanLedger)
		return err
	})
	if err == nil && len(page.Items) > query.Size() {
		page.Items = page.Items[:query.Size()]
		page.Next = page.Items[len(page.Items)-1].No
	}
	return page, err
}

// hiddenWhile is the condition that a seat's address is not told.
func hiddenWhile(at seatPlace) string {
	if at.hidden {
		return "s.redeemed_at is null"
	}
	return "1 = 0"
}

func scanLedger(row *sql.Rows) (license.LedgerLine, error) {
	var l license.LedgerLine
	var at int64
	var movement, seat, actor, by, holder string
	err := row.Scan(&l.No, &at, &movement, &seat, &l.Seats, &l.Pending, &l.Redeemed, &l.Spent,
		&l.Balance.Seats, &l.Balance.Pending, &l.Balance.Redeemed, &l.Balance.Spent,
		&actor, &by, &l.By.Name, &l.By.Email, &l.Email, &holder, &l.Holder.Name, &l.Holder.Email)
	l.At, l.Movement, l.Seat = time.UnixMicro(at).UTC(), license.Movement(movement), license.SeatID(seat)
	l.By.Account, l.Holder.Account = access.AccountID(by), access.AccountID(holder)
	if by == "" {
		l.System = actor
	}
	return l, err
}

// sumLedger answers why so many seats are left.
func sumLedger(ctx context.Context, q querier, realm access.RealmID, id license.PurchaseID, page *license.LedgerPage) error {
	if err := one(ctx, q, `select seats_over from purchase where realm_id = $1 and purchase_id = $2`, []any{int64(realm), string(id)}, &page.Over); err != nil {
		return err
	}
	sums := map[license.Movement]license.Entry{}
	err := each(ctx, q, `select movement, count(*), sum(seats), sum(pending), sum(redeemed), sum(spent) from seat_ledger
		where realm_id = $1 and purchase_id = $2 group by movement`, []any{int64(realm), string(id)}, func(row *sql.Rows) error {
		var movement string
		var times int
		var e license.Entry
		err := row.Scan(&movement, &times, &e.Seats, &e.Pending, &e.Redeemed, &e.Spent)
		e.Movement = license.Movement(movement)
		sums[e.Movement] = e
		page.Times[e.Movement] = times
		page.Total += times
		page.Balance.Seats += e.Seats
		page.Balance.Pending += e.Pending
		page.Balance.Redeemed += e.Redeemed
		page.Balance.Spent += e.Spent
		return err
	})
	for _, m := range license.Movements() {
		if e, ok := sums[m]; ok {
			page.Sums = append(page.Sums, e)
		}
	}
	return err
}
