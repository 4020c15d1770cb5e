package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// seatPlace is the purchase that seats are listed of, as the asker sees it.
type seatPlace struct {
	today             day.Day
	assigns, releases bool // what the asker may do there
	hidden            bool // the addresses of pending seats are not for the asker
}

// seatPlace finds the purchase in the reach. Addresses that wait are hidden,
// where the organization hides them, from all who cannot assign seats there.
func findSeatPlace(ctx context.Context, q querier, reach access.Reach, id license.PurchaseID) (seatPlace, error) {
	var zone string
	var s seatPlace
	p := with(int64(reach.Actor().Realm), string(id))
	assigns, releases := visiblePurchase(reach.With(access.SeatAssign), p), visiblePurchase(reach.With(access.SeatRelease), p)
	err := one(ctx, q, `select o.zone, o.hide_pending, `+assigns+`, `+releases+` from purchase p
		join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		where p.realm_id = $1 and p.purchase_id = $2 and `+visiblePurchase(reach, p), p.list, &zone, &s.hidden, &s.assigns, &s.releases)
	s.hidden = s.hidden && !s.assigns
	s.today = day.Of(reach.At(), day.ZoneOr(zone))
	return s, err
}

const seatColumns = `s.seat_id, coalesce(a.account_id, ''), coalesce(a.name, ''), coalesce(a.email, ''), s.email, s.state,
	s.assigned_at, s.redeemed_at, s.ended_at, s.access_until, s.sent_at, s.letters, s.spent, `

// fromSeats joins who redeemed: an account is told from then on.
const fromSeats = ` from seat s left join account a on a.realm_id = s.realm_id and a.account_id = s.account_id and s.redeemed_at is not null
	where s.realm_id = $1 and s.purchase_id = $2`

// Seats lists a page of a purchase's seat assignments in the order they were made.
func (db *DB) Seats(ctx context.Context, reach access.Reach, id license.PurchaseID, query license.SeatQuery) (license.SeatPage, error) {
	var page license.SeatPage
	err := db.view(ctx, func(q querier) error {
		at, err := findSeatPlace(ctx, q, reach, id)
		if err != nil {
			return err
		}
		page.Hidden, page.Assigns, page.Releases = at.hidden, at.assigns, at.releases
		p := with(int64(reach.Actor().Realm), string(id))
		where := db.narrowSeats(query, at, p)
		if err := one(ctx, q, `select count(*)`+fromSeats+where, p.list, &page.Total); err != nil {
			return err
		}
		list, err := cursorsOf(ctx, q, reach, "seats", []any{id, query.Q, query.State})
		if err != nil {
			return err
		}
		after, err := rowAfter(list, string(query.Cursor))
		if err != nil {
			return err
		}
		// The columns come first in the statement, and so would their parameter: it is put before.
		p = with(int64(reach.Actor().Realm), string(id))
		mine := p.put(string(reach.Actor().Account))
		where = db.narrowSeats(query, at, p)
		if !after.none {
			where += " and (s.assigned_at, s.seat_id) > (" + p.put(after.at) + ", " + p.put(after.id) + ")"
		}
		page.Items, err = collect(ctx, q, `select `+seatColumns+`s.account_id is not null and s.account_id = `+mine+fromSeats+where+
			` order by s.assigned_at, s.seat_id limit `+p.put(query.Size()+1), p.list, at.scan)
		if err == nil && len(page.Items) > query.Size() {
			page.Items = page.Items[:query.Size()]
			last := page.Items[len(page.Items)-1]
			page.Next = license.Cursor(list.After(strconv.FormatInt(last.AssignedAt.UnixMicro(), 10), string(last.ID)))
		}
		return err
	})
	return page, err
}

// narrowSeats is the condition of a query. A search never finds what it must not show.
func (db *DB) narrowSeats(query license.SeatQuery, at seatPlace, p *params) string {
	where := ""
	switch query.State {
	case "":
	case license.Expired:
		where += " and s.state = 'redeemed' and s.access_until < " + p.put(int64(at.today))
	case license.Redeemed:
		where += " and s.state = 'redeemed' and (s.access_until is null or s.access_until >= " + p.put(int64(at.today)) + ")"
	default:
		where += " and s.state = " + p.put(string(query.State))
	}
	if q := fold.Text(query.Q); q != "" {
		part := p.put(q)
		address := db.dialect.contains("s.email_folded", part)
		if at.hidden {
			address = "(s.redeemed_at is not null and " + address + ")"
		}
		where += " and (" + address + " or " + db.dialect.contains("coalesce(a.search_text, '')", part) + ")"
	}
	return where
}

func (at seatPlace) scan(row *sql.Rows) (license.Seat, error) {
	var s license.Seat
	var id, account, state string
	var assigned int64
	var redeemed, ended, until, sent sql.NullInt64
	err := row.Scan(&id, &account, &s.Holder.Name, &s.Holder.Email, &s.Email, &state, &assigned, &redeemed, &ended, &until, &sent, &s.Letters, &s.Spent, &s.Mine)
	s.ID, s.Holder.Account, s.State = license.SeatID(id), access.AccountID(account), license.SeatState(state)
	s.AssignedAt, s.RedeemedAt, s.EndedAt, s.AccessUntil = time.UnixMicro(assigned).UTC(), instant(redeemed), instant(ended), aDay(until)
	s.SentAt, s.State = instant(sent), s.StateOn(at.today)
	if at.hidden && s.RedeemedAt.IsZero() {
		s.Email = ""
	}
	return s, err
}

// Seat reads one seat of a purchase of the reach.
func (db *DB) Seat(ctx context.Context, reach access.Reach, id license.PurchaseID, seat license.SeatID) (license.Seat, error) {
	var out license.Seat
	err := db.view(ctx, func(q querier) error {
		at, err := findSeatPlace(ctx, q, reach, id)
		if err != nil {
			return err
		}
		p := with(int64(reach.Actor().Realm), string(id))
		mine := p.put(string(reach.Actor().Account))
		found, err := collect(ctx, q, `select `+seatColumns+`s.account_id is not null and s.account_id = `+mine+fromSeats+` and s.seat_id = `+p.put(string(seat)), p.list, at.scan)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.ErrNotFound
		}
		out = found[0]
		return nil
	})
	return out, err
}
