package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// Company sums up the purchases of a company in the reach.
func (db *DB) Company(ctx context.Context, reach access.Reach, name string) (license.Company, error) {
	var c license.Company
	folded := fold.Text(name)
	if folded == "" {
		return c, fault.ErrNotFound
	}
	err := db.view(ctx, func(q querier) error {
		var used int
		p := with(int64(reach.Actor().Realm), reach.At().UnixMicro(), folded)
		where := fromPurchase + `p.company_folded = $3 and ` + visiblePurchase(reach, p)
		if err := one(ctx, q, `select count(*), coalesce(sum(p.seats), 0), coalesce(sum(p.seats_over), 0), coalesce(sum(p.seats_used), 0), coalesce(sum(p.seats_spent), 0), count(r.account_id),
				coalesce(sum((select count(*) from seat s where s.realm_id = $1 and s.purchase_id = p.purchase_id and s.state = 'pending')), 0)`+where,
			p.list, &c.Purchases, &c.Seats, &c.Over, &used, &c.Spent, &c.Reported, &c.Pending); err != nil {
			return err
		}
		if c.Purchases == 0 {
			return fault.ErrNotFound
		}
		c.Redeemed = used - c.Pending - c.Spent
		return one(ctx, q, `select p.company`+where+` order by p.purchased_at desc, p.purchase_id desc limit 1`, p.list, &c.Name)
	})
	return c, err
}

// Companies lists names of companies in the reach that hold part of a text.
func (db *DB) Companies(ctx context.Context, reach access.Reach, query license.CandidateQuery) ([]string, error) {
	p := with(int64(reach.Actor().Realm))
	where := visiblePurchase(reach, p)
	if part := fold.Text(query.Q); part != "" {
		where += " and " + db.dialect.contains("p.company_folded", p.put(part))
	}
	return collect(ctx, db.read, `select min(p.company) from purchase p join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
		where p.realm_id = $1 and p.company_folded <> '' and `+where+` group by p.company_folded order by p.company_folded limit `+p.put(query.Size()), p.list, scanText)
}

func scanText(row *sql.Rows) (text string, err error) { return text, row.Scan(&text) }

// Offerings lists the products of the asker's organization that can be sold.
func (db *DB) Offerings(ctx context.Context, reach access.Reach) ([]license.Offering, error) {
	p := with(int64(reach.Actor().Realm), string(reach.Actor().Organization))
	return collect(ctx, db.read, `select pr.product_id, coalesce(pr.external_id, ''), pr.title, pr.kind,
			case pr.kind when 'program' then (select count(*) from program_activity m where m.realm_id = $1 and m.program_id = pr.product_id and m.until_at is null) else 1 end
		from product pr join organization o on o.realm_id = pr.realm_id and o.organization_id = pr.organization_id
		where pr.realm_id = $1 and pr.organization_id = $2 and `+visibleThing(reach, thing{place: "o.path"}, p)+` order by pr.title_folded, pr.product_id limit 5000`, p.list,
		func(row *sql.Rows) (license.Offering, error) {
			var o license.Offering
			var id, kind string
			err := row.Scan(&id, &o.ExternalID, &o.Title, &kind, &o.Activities)
			o.ID, o.Program = content.ProductID(id), kind == "program"
			return o, err
		})
}

// Buyers finds people of the asker's organization and reach who could buy.
func (db *DB) Buyers(ctx context.Context, reach access.Reach, query license.CandidateQuery) ([]license.Person, error) {
	p := with(int64(reach.Actor().Realm), string(reach.Actor().Organization))
	where := visibleThing(reach, thing{place: "a.home"}, p)
	if part := fold.Text(query.Q); part != "" {
		where += " and " + db.dialect.contains("a.search_text", p.put(part))
	}
	return collect(ctx, db.read, `select a.account_id, a.name, coalesce(a.email, '') from account a
		where a.realm_id = $1 and a.organization_id = $2 and a.status in ('active', 'invited') and `+where+` order by a.name_folded, a.account_id limit `+p.put(query.Size()), p.list,
		func(row *sql.Rows) (license.Person, error) {
			var who license.Person
			var id string
			err := row.Scan(&id, &who.Name, &who.Email)
			who.Account = access.AccountID(id)
			return who, err
		})
}
