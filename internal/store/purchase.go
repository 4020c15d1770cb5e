package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/license"
)

var _ license.Store = (*DB)(nil)

// visiblePurchase is the condition that the purchase p of the organization o
// lies in the reach.
func visiblePurchase(reach access.Reach, p *params) string {
	return visibleThing(reach, thing{place: "o.path", purchase: "p.purchase_id", owner: "p.buyer_id"}, p)
}

// fromPurchase is what purchaseColumns and their conditions are read from; the
// instant that decides who is the reporter is $2.
const fromPurchase = ` from purchase p
	join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
	join product pr on pr.realm_id = p.realm_id and pr.product_id = p.product_id
	join account b on b.realm_id = p.realm_id and b.account_id = p.buyer_id
	left join deal d on d.realm_id = p.realm_id and d.deal_id = p.deal_id
	left join role_grant g on g.realm_id = p.realm_id and g.purchase_id = p.purchase_id and g.role = 'license_reporter'
		and g.ended_at is null and (g.until_at is null or g.until_at > $2)
	left join account r on r.realm_id = g.realm_id and r.account_id = g.account_id
	where p.realm_id = $1 and `

const purchaseColumns = `p.purchase_id, coalesce(p.external_id, ''), p.organization_id, o.zone, p.company,
	pr.product_id, coalesce(pr.external_id, ''), pr.title, pr.kind,
	b.account_id, b.name, coalesce(b.email, ''), coalesce(r.account_id, ''), coalesce(r.name, ''), coalesce(r.email, ''),
	r.account_id is not null and r.last_seen_at is null, p.reporter_waiting_at,
	p.seats, p.seats_over, p.seats_used, p.seats_spent, p.reusable, coalesce(p.max_people, 0),
	(select count(*) from seat s where s.realm_id = $1 and s.purchase_id = p.purchase_id and s.state = 'pending'),
	p.purchased_at, p.redeem_by, coalesce(p.access_days, 0), p.access_until, p.complete_by,
	coalesce(d.deal_id, ''), coalesce(d.external_id, ''), coalesce(d.name, '')`

// scanPurchase reads purchaseColumns; the state is that of an instant.
func scanPurchase(now time.Time) func(row *sql.Rows) (license.Purchase, error) {
	return func(row *sql.Rows) (license.Purchase, error) {
		var p license.Purchase
		var id, organization, zone, product, kind, buyer, reporter, deal string
		var used int
		var purchased int64
		var redeemBy, until, complete, waiting sql.NullInt64
		err := row.Scan(&id, &p.ExternalID, &organization, &zone, &p.Company, &product, &p.Product.ExternalID, &p.Product.Title, &kind,
			&buyer, &p.Buyer.Name, &p.Buyer.Email, &reporter, &p.Reporter.Name, &p.Reporter.Email, &p.ReporterNew, &waiting,
			&p.Seats, &p.Over, &used, &p.Spent, &p.Reusable, &p.MaxPeople, &p.Pending, &purchased, &redeemBy, &p.Terms.AccessDays, &until, &complete,
			&deal, &p.Deal.ExternalID, &p.Deal.Name)
		p.ID, p.Organization, p.Deal.ID = license.PurchaseID(id), access.OrgID(organization), license.DealID(deal)
		p.Product.ID, p.Product.Program = content.ProductID(product), kind == "program"
		p.Buyer.Account, p.Reporter.Account = access.AccountID(buyer), access.AccountID(reporter)
		p.Redeemed, p.Free = used-p.Pending-p.Spent, p.Seats+p.Over-used
		p.PurchasedAt, p.Terms.RedeemBy, p.Terms.AccessUntil = time.UnixMicro(purchased).UTC(), aDay(redeemBy), aDay(until)
		p.Terms.CompleteBy, p.WaitingSince = aDay(complete), instant(waiting)
		p.State = p.StateOn(day.Of(now, day.ZoneOr(zone)))
		return p, err
	}
}

// Purchase reads one purchase of a reach.
func (db *DB) Purchase(ctx context.Context, reach access.Reach, id license.PurchaseID) (license.Purchase, error) {
	p := with(int64(reach.Actor().Realm), reach.At().UnixMicro(), string(id))
	found, err := collect(ctx, db.read, `select `+purchaseColumns+fromPurchase+`p.purchase_id = $3 and `+visiblePurchase(reach, p), p.list, scanPurchase(reach.At()))
	if err != nil {
		return license.Purchase{}, err
	}
	if len(found) == 0 {
		return license.Purchase{}, fault.ErrNotFound
	}
	return found[0], nil
}
