package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// ReporterCandidates lists who could become the reporter of a purchase today,
// the buyer first and then by name (M-023 to M-026).
func (db *DB) ReporterCandidates(ctx context.Context, reach access.Reach, id license.PurchaseID, query license.CandidateQuery) ([]license.Candidate, error) {
	var out []license.Candidate
	err := db.view(ctx, func(q querier) error {
		p := with(int64(reach.Actor().Realm), string(id))
		var buyer, zone string
		if err := one(ctx, q, `select p.buyer_id, o.zone from purchase p
			join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
			where p.realm_id = $1 and p.purchase_id = $2 and `+visiblePurchase(reach, p), p.list, &buyer, &zone); err != nil {
			return err
		}
		p = with(int64(reach.Actor().Realm), string(id), int64(day.Of(reach.At(), day.ZoneOr(zone))), buyer)
		search := ""
		if text := fold.Text(query.Q); text != "" {
			search = " and " + db.dialect.contains("a.search_text", p.put(text))
		}
		var err error
		out, err = collect(ctx, q, `select a.account_id, a.name, coalesce(a.email, ''), coalesce(s.state, ''), s.access_until from account a
			left join seat s on s.realm_id = a.realm_id and s.account_id = a.account_id and s.purchase_id = $2
				and s.state = 'redeemed' and (s.access_until is null or s.access_until >= $3)
			where a.realm_id = $1 and a.status in ('active', 'invited') and a.account_id in (
				select l.account_id from seat l where l.realm_id = $1 and l.purchase_id = $2 and l.state = 'redeemed' and (l.access_until is null or l.access_until >= $3)
				union all select b.buyer_id from purchase b where b.realm_id = $1 and b.purchase_id = $2)`+search+`
			order by case when a.account_id = $4 then 0 else 1 end, a.name_folded, a.account_id limit `+p.put(query.Size()), p.list,
			func(row *sql.Rows) (license.Candidate, error) {
				c := license.Candidate{Active: true}
				var account, seat string
				var until sql.NullInt64
				err := row.Scan(&account, &c.Name, &c.Email, &seat, &until)
				c.Account, c.Buyer = access.AccountID(account), account == buyer
				c.Seat, c.AccessUntil = license.SeatState(seat), aDay(until)
				return c, err
			})
		return err
	})
	return out, err
}
