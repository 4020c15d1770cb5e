package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
)

// Seats lists a page of a purchase's seat assignments in the order they were
// made. Who stands behind one is told from its redemption on.
func (db *DB) Seats(ctx context.Context, reach access.Reach, id license.PurchaseID, query license.SeatQuery) (license.SeatPage, error) {
	var page license.SeatPage
	err := db.view(ctx, func(q querier) error {
		p := with(int64(reach.Actor().Realm), string(id))
		var zone string
		if err := one(ctx, q, `select o.zone, (select count(*) from seat s where s.realm_id = $1 and s.purchase_id = $2) from purchase p
			join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
			where p.realm_id = $1 and p.purchase_id = $2 and `+visiblePurchase(reach, p), p.list, &zone, &page.Total); err != nil {
			return err
		}
		today := day.Of(reach.At(), day.ZoneOr(zone))
		p = with(int64(reach.Actor().Realm), string(id))
		after := ""
		if query.Cursor != "" {
			at, seat, err := query.Cursor.Row()
			if err != nil {
				return err
			}
			after = " and (s.assigned_at, s.seat_id) > (" + p.put(at.UnixMicro()) + ", " + p.put(seat) + ")"
		}
		var err error
		page.Items, err = collect(ctx, q, `select s.seat_id, coalesce(a.account_id, ''), coalesce(a.name, ''), coalesce(a.email, ''), s.email, s.state,
				s.assigned_at, s.redeemed_at, s.ended_at, s.access_until
			from seat s left join account a on a.realm_id = s.realm_id and a.account_id = s.account_id and s.redeemed_at is not null
			where s.realm_id = $1 and s.purchase_id = $2`+after+` order by s.assigned_at, s.seat_id limit `+p.put(query.Size()+1), p.list,
			func(row *sql.Rows) (license.Seat, error) { return scanSeat(row, today) })
		return err
	})
	if err == nil && len(page.Items) > query.Size() {
		page.Items = page.Items[:query.Size()]
		last := page.Items[len(page.Items)-1]
		page.Next = license.CursorAfter(last.AssignedAt, string(last.ID))
	}
	return page, err
}

func scanSeat(row *sql.Rows, today day.Day) (license.Seat, error) {
	var s license.Seat
	var id, account, state string
	var assigned int64
	var redeemed, ended, until sql.NullInt64
	err := row.Scan(&id, &account, &s.Holder.Name, &s.Holder.Email, &s.Email, &state, &assigned, &redeemed, &ended, &until)
	s.ID, s.Holder.Account, s.State = license.SeatID(id), access.AccountID(account), license.SeatState(state)
	s.AssignedAt, s.RedeemedAt, s.EndedAt, s.AccessUntil = time.UnixMicro(assigned).UTC(), instant(redeemed), instant(ended), aDay(until)
	s.State = s.StateOn(today)
	return s, err
}

// ledger writes what happened to a purchase's seats. The caller holds the
// purchase's row, so that the lines are numbered one after the other.
func (t *tx) ledger(ctx context.Context, actor access.Actor, id license.PurchaseID, at time.Time, entries ...license.Entry) error {
	by := string(actor.Account)
	if by == "" {
		by = actor.System
	}
	for _, e := range entries {
		if _, err := t.exec(ctx, `insert into seat_ledger (realm_id, purchase_id, no, at, movement, seat_id, seats, pending, redeemed, actor)
			values ($1, $2, (select coalesce(max(l.no), 0) + 1 from seat_ledger l where l.realm_id = $1 and l.purchase_id = $2), $3, $4, $5, $6, $7, $8, $9)`,
			int64(actor.Realm), string(id), at.UnixMicro(), string(e.Movement), orNull(e.Seat), e.Seats, e.Pending, e.Redeemed, by); err != nil {
			return err
		}
	}
	return nil
}
