package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// fromDeal is what dealColumns and their conditions are read from. Company and
// buyer of a deal that came with an import are those of its first purchase.
const fromDeal = ` from deal d
	join organization o on o.realm_id = d.realm_id and o.organization_id = d.organization_id
	left join purchase f on f.realm_id = d.realm_id and f.purchase_id = (select x.purchase_id from purchase x
		where x.realm_id = d.realm_id and x.deal_id = d.deal_id order by x.purchased_at, x.purchase_id limit 1)
	left join account b on b.realm_id = d.realm_id and b.account_id = coalesce(d.buyer_id, f.buyer_id)
	where d.realm_id = $1 and `

const dealColumns = `d.deal_id, coalesce(d.external_id, ''), d.organization_id, d.name, coalesce(nullif(d.company, ''), f.company, ''),
	coalesce(b.account_id, ''), coalesce(b.name, ''), coalesce(b.email, ''), d.buyer_email, d.buyer_given, d.buyer_family,
	d.state, d.starts_on, d.ends_on, d.notes, d.reusable, coalesce(d.max_people, 0), d.auto_reporter, d.revision, d.created_at, d.activated_at, d.ended_at,
	(select count(*) from deal_license l where l.realm_id = d.realm_id and l.deal_id = d.deal_id and l.purchase_id is null),
	(select coalesce(sum(l.seats), 0) from deal_license l where l.realm_id = d.realm_id and l.deal_id = d.deal_id and l.purchase_id is null),
	(select count(*) from purchase x where x.realm_id = d.realm_id and x.deal_id = d.deal_id),
	(select coalesce(sum(x.seats), 0) from purchase x where x.realm_id = d.realm_id and x.deal_id = d.deal_id)`

func scanDeal(row *sql.Rows) (license.CustomDeal, error) {
	var d license.CustomDeal
	var id, organization, buyer, state string
	var starts, ends, activated, ended sql.NullInt64
	var created int64
	var more, moreSeats int
	err := row.Scan(&id, &d.ExternalID, &organization, &d.Name, &d.Company, &buyer, &d.Buyer.Name, &d.Buyer.Email,
		&d.NewBuyer.Email, &d.NewBuyer.Name.Given, &d.NewBuyer.Name.Family,
		&state, &starts, &ends, &d.Notes, &d.Plan.Reusable, &d.Plan.MaxPeople, &d.AutoReporter, &d.Revision, &created, &activated, &ended,
		&d.Size, &d.Seats, &more, &moreSeats)
	d.ID, d.Organization, d.State, d.Buyer.Account = license.DealID(id), access.OrgID(organization), license.DealState(state), access.AccountID(buyer)
	d.StartsOn, d.EndsOn, d.CreatedAt = aDay(starts), aDay(ends), time.UnixMicro(created).UTC()
	d.ActivatedAt, d.EndedAt = instant(activated), instant(ended)
	d.Size, d.Seats = d.Size+more, d.Seats+moreSeats
	return d, err
}

// visibleDeal is the condition that a deal belongs to the asker's organization, and that lies in the reach.
func visibleDeal(reach access.Reach, p *params) string {
	return "d.organization_id = " + p.put(string(reach.Actor().Organization)) + " and " + visibleThing(reach, thing{place: "o.path"}, p)
}

// CustomDeals lists a page of the deals of the asker's organization, the newest first.
func (db *DB) CustomDeals(ctx context.Context, reach access.Reach, query license.DealQuery) (license.DealPage, error) {
	var page license.DealPage
	p := with(int64(reach.Actor().Realm))
	where := visibleDeal(reach, p)
	if q := fold.Text(query.Q); q != "" {
		part := p.put(q)
		has := db.dialect.contains
		where += " and (" + has("d.name_folded", part) + " or " + has("coalesce(nullif(d.company_folded, ''), f.company_folded, '')", part) +
			" or " + has("coalesce(b.search_text, d.buyer_email)", part) + ")"
	}
	today, err := db.todayOf(ctx, db.read, reach)
	if err != nil {
		return page, err
	}
	switch query.State {
	case "":
	case license.DealActive:
		where += " and d.state = 'active' and (d.ends_on is null or d.ends_on >= " + p.put(int64(today)) + ")"
	case license.DealEnded:
		where += " and (d.state = 'ended' or d.state = 'active' and d.ends_on < " + p.put(int64(today)) + ")"
	default:
		where += " and d.state = " + p.put(string(query.State))
	}
	count, total := `select count(*)`+fromDeal+where, *p
	list, err := cursorsOf(ctx, db.read, reach, "deals", []any{query.Q, query.State})
	if err != nil {
		return page, err
	}
	after, err := rowAfter(list, string(query.Cursor))
	if err != nil {
		return page, err
	}
	if !after.none {
		where += " and (d.created_at, d.deal_id) < (" + p.put(after.at) + ", " + p.put(after.id) + ")"
	}
	where += " order by d.created_at desc, d.deal_id desc limit " + p.put(query.Size()+1)
	err = db.view(ctx, func(q querier) error {
		if err := one(ctx, q, count, total.list, &page.Total); err != nil {
			return err
		}
		var err error
		page.Items, err = collect(ctx, q, `select `+dealColumns+fromDeal+where, p.list, scanDeal)
		return err
	})
	if err == nil && len(page.Items) > query.Size() {
		page.Items = page.Items[:query.Size()]
		last := page.Items[len(page.Items)-1]
		page.Next = license.Cursor(list.After(strconv.FormatInt(last.CreatedAt.UnixMicro(), 10), string(last.ID)))
	}
	for i := range page.Items {
		page.Items[i].State = page.Items[i].StateOn(today)
	}
	return page, err
}

// todayOf is the present day in the asker's organization.
func (db *DB) todayOf(ctx context.Context, q querier, reach access.Reach) (day.Day, error) {
	var zone string
	err := one(ctx, q, `select zone from organization where realm_id = $1 and organization_id = $2`,
		[]any{int64(reach.Actor().Realm), string(reach.Actor().Organization)}, &zone)
	return day.Of(reach.At(), day.ZoneOr(zone)), err
}

// CustomDeal reads one deal with what it contains.
func (db *DB) CustomDeal(ctx context.Context, reach access.Reach, id license.DealID) (license.CustomDeal, error) {
	var out license.CustomDeal
	err := db.view(ctx, func(q querier) error {
		var err error
		if out, err = dealWith(ctx, q, reach, id); err != nil {
			return err
		}
		today, err := db.todayOf(ctx, q, reach)
		out.State = out.StateOn(today)
		return err
	})
	return out, err
}

// dealWith reads a deal of the reach as it is stored, with what it contains.
func dealWith(ctx context.Context, q querier, reach access.Reach, id license.DealID) (license.CustomDeal, error) {
	realm := int64(reach.Actor().Realm)
	p := with(realm, string(id))
	found, err := collect(ctx, q, `select `+dealColumns+fromDeal+`d.deal_id = $2 and `+visibleDeal(reach, p), p.list, scanDeal)
	if err != nil {
		return license.CustomDeal{}, err
	}
	if len(found) == 0 {
		return license.CustomDeal{}, fault.ErrNotFound
	}
	d := found[0]
	d.Licenses, err = collect(ctx, q, `select l.license_id, pr.product_id, coalesce(pr.external_id, ''), pr.title, pr.kind, l.seats, l.redeem_by, coalesce(l.access_days, 0), l.access_until, l.complete_by
		from deal_license l join product pr on pr.realm_id = l.realm_id and pr.product_id = l.product_id
		where l.realm_id = $1 and l.deal_id = $2 and l.purchase_id is null order by l.position`, []any{realm, string(id)}, scanDealLicense)
	if err != nil {
		return d, err
	}
	d.Purchases, err = collect(ctx, q, `select `+purchaseColumns+fromPurchase+`p.deal_id = $3 order by p.purchased_at, p.purchase_id`,
		[]any{realm, reach.At().UnixMicro(), string(id)}, scanPurchase(reach.At()))
	return d, err
}

func scanDealLicense(row *sql.Rows) (license.DealLicense, error) {
	var l license.DealLicense
	var id, product, kind string
	var redeemBy, until, complete sql.NullInt64
	err := row.Scan(&id, &product, &l.Product.ExternalID, &l.Product.Title, &kind, &l.Seats, &redeemBy, &l.Terms.AccessDays, &until, &complete)
	l.ID, l.Product.ID, l.Product.Program = license.DealLicenseID(id), content.ProductID(product), kind == "program"
	l.Terms.RedeemBy, l.Terms.AccessUntil, l.Terms.CompleteBy = aDay(redeemBy), aDay(until), aDay(complete)
	return l, err
}

// DealSetup reads what somebody needs to know who makes a deal.
func (db *DB) DealSetup(ctx context.Context, reach access.Reach) (license.DealSetup, error) {
	var out license.DealSetup
	offered, err := db.Offerings(ctx, reach)
	if err != nil {
		return out, err
	}
	for _, o := range offered {
		out.Products = append(out.Products, o.Product)
	}
	if out.Today, err = db.todayOf(ctx, db.read, reach); err != nil {
		return out, err
	}
	err = one(ctx, db.read, `select auto_reporter from organization where realm_id = $1 and organization_id = $2`,
		[]any{int64(reach.Actor().Realm), string(reach.Actor().Organization)}, &out.AutoReporter)
	return out, err
}

// DealStart tells what activating a draft would do.
func (db *DB) DealStart(ctx context.Context, reach access.Reach, id license.DealID) (license.DealStart, error) {
	var out license.DealStart
	err := db.view(ctx, func(q querier) error {
		var err error
		if out.CustomDeal, err = dealWith(ctx, q, reach, id); err != nil {
			return err
		}
		today, err := db.todayOf(ctx, q, reach)
		if err != nil {
			return err
		}
		if out.Refused = notDraft(out.State); out.Refused == nil {
			out.Refused = out.Startable(today)
		}
		out.Known = out.Buyer
		actor := reach.Actor()
		status := string(account.Active)
		if out.Known.IsNobody() { // the address may have got an account since
			var known string
			err = one(ctx, q, `select account_id, name, coalesce(email, ''), status from account where realm_id = $1 and organization_id = $2 and email_folded = $3 and status <> 'erased'`,
				[]any{int64(actor.Realm), string(out.Organization), fold.Email(out.NewBuyer.Email)}, &known, &out.Known.Name, &out.Known.Email, &status)
			out.Known.Account = access.AccountID(known)
		} else {
			err = one(ctx, q, `select status from account where realm_id = $1 and account_id = $2`, []any{int64(actor.Realm), string(out.Known.Account)}, &status)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if out.Refused == nil && status != string(account.Active) && status != string(account.Invited) {
			out.Refused = license.ErrBuyerSuspended
		}
		now := reach.At().UnixMicro()
		if out.Managers, err = managers(ctx, q, actor.Realm, out.Organization, now); err != nil || !out.AutoReporter || out.Managers.Room() == nil {
			return err
		}
		var counts bool
		err = one(ctx, q, `select exists (select 1 from (`+managersOf+`) held where held.account_id = $4)`,
			[]any{int64(actor.Realm), string(out.Organization), now, string(out.Known.Account)}, &counts)
		out.Waits = !counts
		return err
	})
	return out, err
}

// notDraft is why a deal in a state cannot be activated; nil: it is a draft.
func notDraft(s license.DealState) error {
	switch s {
	case license.DealActive:
		return license.ErrDealActive
	case license.DealEnded:
		return license.ErrDealEnded
	}
	return nil
}
