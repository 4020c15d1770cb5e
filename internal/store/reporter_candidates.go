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
// the buyer first and then by name (M-023 to M-026), and after them those who
// cannot yet: pending invitations, told by nothing but the typed address.
func (db *DB) ReporterCandidates(ctx context.Context, reach access.Reach, id license.PurchaseID, query license.CandidateQuery) ([]license.Candidate, error) {
	var out []license.Candidate
	err := db.view(ctx, func(q querier) error {
		v, err := viewReporter(ctx, q, reach, id)
		if err != nil {
			return err
		}
		if out, err = v.eligible(ctx, db.dialect, query); err != nil || len(out) >= query.Size() {
			return err
		}
		pending, err := v.pending(ctx, db.dialect, query, query.Size()-len(out))
		out = append(out, pending...)
		return err
	})
	return out, err
}

func (v *reporterView) eligible(ctx context.Context, d dialect, query license.CandidateQuery) ([]license.Candidate, error) {
	p := with(int64(v.reach.Actor().Realm), string(v.now.Purchase), int64(v.today))
	search := ""
	if text := fold.Text(query.Q); text != "" {
		search = " and " + d.contains("a.search_text", p.put(text))
	}
	return collect(ctx, v, `select a.account_id, a.name, coalesce(a.email, ''), coalesce(s.state, ''), s.access_until from account a
		left join seat s on s.realm_id = a.realm_id and s.account_id = a.account_id and s.purchase_id = $2
			and s.state = 'redeemed' and (s.access_until is null or s.access_until >= $3)
		where a.realm_id = $1 and a.status in ('active', 'invited') and a.account_id in (
			select l.account_id from seat l where l.realm_id = $1 and l.purchase_id = $2 and l.state = 'redeemed' and (l.access_until is null or l.access_until >= $3)
			union all select b.buyer_id from purchase b where b.realm_id = $1 and b.purchase_id = $2)`+search+`
		order by case when a.account_id = `+p.put(string(v.now.Buyer.Account))+` then 0 else 1 end, a.name_folded, a.account_id limit `+p.put(query.Size()), p.list,
		func(row *sql.Rows) (license.Candidate, error) {
			c := license.Candidate{Active: true}
			var account, seat string
			var until sql.NullInt64
			err := row.Scan(&account, &c.Name, &c.Email, &seat, &until)
			c.Account, c.Buyer = access.AccountID(account), access.AccountID(account) == v.now.Buyer.Account
			c.Seat, c.AccessUntil = license.SeatState(seat), aDay(until)
			return c, err
		})
}

func (v *reporterView) pending(ctx context.Context, d dialect, query license.CandidateQuery, limit int) ([]license.Candidate, error) {
	p := with(int64(v.reach.Actor().Realm), string(v.now.Purchase), string(v.now.Buyer.Account), fold.Email(v.now.Buyer.Email))
	search := ""
	if text := fold.Text(query.Q); text != "" {
		search = " and " + d.contains("s.email_folded", p.put(text))
	}
	return collect(ctx, v, `select s.email from seat s where s.realm_id = $1 and s.purchase_id = $2 and s.state = 'pending' and s.email <> ''
			and s.account_id is distinct from $3 and s.email_folded <> $4`+search+`
		order by s.email_folded, s.seat_id limit `+p.put(limit), p.list, func(row *sql.Rows) (license.Candidate, error) {
		c := license.Candidate{Active: true, Seat: license.Pending, AccessUntil: day.None}
		return c, row.Scan(&c.Email)
	})
}
