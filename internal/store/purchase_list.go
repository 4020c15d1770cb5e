package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// Purchases lists a page of the purchases of a reach, the newest first. The
// rows of the page are found first and filled then, so that what is counted for
// each is counted for no others.
func (db *DB) Purchases(ctx context.Context, reach access.Reach, query license.PurchaseQuery) (license.PurchasePage, error) {
	var page license.PurchasePage
	realm := int64(reach.Actor().Realm)
	err := db.view(ctx, func(q querier) error {
		list, err := cursorsOf(ctx, q, reach, "purchases", []any{query.Q, query.State, query.Company, query.Product, query.Reporter})
		if err != nil {
			return err
		}
		p := with(realm, reach.At().UnixMicro())
		where, err := db.narrowPurchases(ctx, q, reach, query, p)
		if err != nil {
			return err
		}
		if err := one(ctx, q, `select count(*)`+fromPurchase+where, p.list, &page.Total); err != nil {
			return err
		}
		after, err := rowAfter(list, string(query.Cursor))
		if err != nil {
			return err
		}
		if !after.none {
			where += " and (p.purchased_at, p.purchase_id) < (" + p.put(after.at) + ", " + p.put(after.id) + ")"
		}
		ids, err := collect(ctx, q, `select p.purchase_id`+fromPurchase+where+" order by p.purchased_at desc, p.purchase_id desc limit "+p.put(query.Size()+1), p.list,
			func(row *sql.Rows) (id string, err error) { return id, row.Scan(&id) })
		if err != nil || len(ids) == 0 {
			return err
		}
		p = with(realm, reach.At().UnixMicro())
		page.Items, err = collect(ctx, q, `select `+purchaseColumns+fromPurchase+`p.purchase_id in `+in(p, ids)+" order by p.purchased_at desc, p.purchase_id desc",
			p.list, scanPurchase(reach.At()))
		if err == nil && len(page.Items) > query.Size() {
			page.Items = page.Items[:query.Size()]
			last := page.Items[len(page.Items)-1]
			page.Next = license.Cursor(list.After(strconv.FormatInt(last.PurchasedAt.UnixMicro(), 10), string(last.ID)))
		}
		return err
	})
	return page, err
}

// narrowPurchases is the condition of the reach and of a query.
func (db *DB) narrowPurchases(ctx context.Context, q querier, reach access.Reach, query license.PurchaseQuery, p *params) (string, error) {
	where := visiblePurchase(reach, p)
	if text := fold.Text(query.Q); text != "" {
		part := p.put(text)
		has := db.dialect.contains
		where += " and (" + has("p.company_folded", part) + " or " + has("pr.title_folded", part) + " or " + has("b.search_text", part) + ")"
	}
	if query.Company != "" {
		where += " and p.company_folded = " + p.put(fold.Text(query.Company))
	}
	if query.Product != "" {
		where += " and p.product_id = " + p.put(string(query.Product))
	}
	switch query.Reporter {
	case license.AnyReporter:
	case license.WithoutReporter:
		where += " and r.account_id is null"
	case license.ReporterAbsent:
		where += " and r.account_id is not null and r.last_seen_at is null"
	case license.ReporterWaiting:
		where += " and p.reporter_waiting_at is not null"
	default:
		where += " and 1 = 0"
	}
	if query.State == "" {
		return where, nil
	}
	today, err := todayOf(ctx, q, reach, p)
	return where + " and " + stateOf(today) + " = " + p.put(string(query.State)), err
}

// todayOf is an expression for the day that it is in the zone of organization o.
func todayOf(ctx context.Context, q querier, reach access.Reach, p *params) (string, error) {
	zones, err := collect(ctx, q, `select distinct zone from organization where realm_id = $1`, []any{int64(reach.Actor().Realm)},
		func(row *sql.Rows) (zone string, err error) { return zone, row.Scan(&zone) })
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString("case o.zone")
	for _, zone := range zones {
		fmt.Fprintf(&out, " when %s then %d", p.put(zone), day.Of(reach.At(), day.ZoneOr(zone)))
	}
	fmt.Fprintf(&out, " else %d end", day.Of(reach.At(), time.UTC))
	return out.String(), nil
}

// stateOf says license.Purchase.StateOn in SQL.
func stateOf(today string) string {
	return `(select case
		when n.last < n.today then 'ended'
		when p.redeem_by < n.today or p.access_until < n.today then 'closed'
		when p.seats + p.seats_over <= p.seats_used then 'full'
		else 'open' end
		from (select ` + today + ` as today, case
			when p.redeem_by is null or p.access_days is null then p.access_until
			when p.access_until < p.redeem_by + p.access_days then p.access_until
			else p.redeem_by + p.access_days end as last) n)`
}

// cursorsOf makes the cursors of a list, bound to its viewer and what narrows it.
func cursorsOf(ctx context.Context, q querier, reach access.Reach, kind string, narrowed any) (cursor.List, error) {
	key, err := cursorKey(ctx, q)
	return cursor.Of(key, reach, kind, narrowed), err
}

// position is the row that a page goes on after: an instant and an id.
type position struct {
	at   int64
	id   string
	none bool
}

// rowAfter reads a cursor of a list that is sorted by an instant and an id.
func rowAfter(list cursor.List, text string) (position, error) {
	keys, err := list.Keys(text)
	if err != nil || keys == nil {
		return position{none: true}, err
	}
	if len(keys) != 2 {
		return position{}, cursor.ErrForeign
	}
	at, err := strconv.ParseInt(keys[0], 10, 64)
	if err != nil {
		return position{}, cursor.ErrForeign
	}
	return position{at: at, id: keys[1]}, nil
}
