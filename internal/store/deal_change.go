package store

import (
	"context"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// CreateDeal writes a draft in the asker's organization.
func (db *DB) CreateDeal(ctx context.Context, reach access.Reach, n license.NewDeal) (license.DealID, error) {
	id := license.DealID(access.NewID())
	err := db.change(ctx, func(t *tx) error {
		at, err := t.library(ctx, reach)
		if err != nil {
			return err
		}
		if err := t.dealBuyer(ctx, reach.Actor(), at, &n.Buyer); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `insert into deal (realm_id, deal_id, organization_id, name, state, created_at) values ($1, $2, $3, '', 'draft', $4)`,
			int64(reach.Actor().Realm), string(id), string(at.organization), t.db.now().UnixMicro()); err != nil {
			return err
		}
		if err := t.writeDeal(ctx, reach.Actor(), at, id, n); err != nil {
			return err
		}
		return t.auditDeal(ctx, reach.Actor(), at, id, "deal.created", nil, whatIsDealt(n))
	})
	return id, err
}

// EditDeal changes a draft that still is as it was at a revision.
func (db *DB) EditDeal(ctx context.Context, reach access.Reach, id license.DealID, revision int64, n license.NewDeal) error {
	return db.change(ctx, func(t *tx) error {
		at, err := t.library(ctx, reach)
		if err != nil {
			return err
		}
		state, err := t.holdDeal(ctx, reach.Actor(), at, id, revision)
		if err == nil {
			err = notDraft(state)
		}
		if err != nil {
			return err
		}
		before, err := dealWith(ctx, t, reach, id)
		if err != nil {
			return err
		}
		if err := t.dealBuyer(ctx, reach.Actor(), at, &n.Buyer); err != nil {
			return err
		}
		if err := t.writeDeal(ctx, reach.Actor(), at, id, n); err != nil {
			return err
		}
		return t.auditDeal(ctx, reach.Actor(), at, id, "deal.changed", whatIsDealt(draftOf(before)), whatIsDealt(n))
	})
}

// holdDeal takes a deal's row and moves its revision, so that of two who change
// the deal the second is told. A negative revision is any.
func (t *tx) holdDeal(ctx context.Context, actor access.Actor, at place, id license.DealID, revision int64) (license.DealState, error) {
	var state string
	var was int64
	if err := one(ctx, t, `update deal set revision = revision + 1 where realm_id = $1 and deal_id = $2 and organization_id = $3 returning state, revision - 1`,
		[]any{int64(actor.Realm), string(id), string(at.organization)}, &state, &was); err != nil {
		return "", err
	}
	if revision >= 0 && revision != was {
		return license.DealState(state), license.ErrDealEdited
	}
	return license.DealState(state), nil
}

// dealBuyer finds the account of who buys; somebody without one is named.
func (t *tx) dealBuyer(ctx context.Context, actor access.Actor, at place, b *license.Buyer) error {
	where, value := "account_id = $3", string(b.Account)
	if b.Account == "" {
		where, value = "email_folded = $3", fold.Email(b.Email)
	}
	var id, status string
	err := one(ctx, t, `select account_id, status from account where realm_id = $1 and organization_id = $2 and status <> 'erased' and `+where,
		[]any{int64(actor.Realm), string(at.organization), value}, &id, &status)
	switch {
	case errors.Is(err, fault.ErrNotFound) && b.Account != "":
		return license.ErrNoBuyer
	case errors.Is(err, fault.ErrNotFound):
		name, err := account.CheckName(b.Name)
		if err != nil {
			return err
		}
		b.Name = name
		return nil
	case err != nil:
		return err
	case status == string(account.Suspended):
		return license.ErrBuyerSuspended
	}
	*b = license.Buyer{Account: access.AccountID(id)}
	return nil
}

// writeDeal makes a draft what it is said to be.
func (t *tx) writeDeal(ctx context.Context, actor access.Actor, at place, id license.DealID, n license.NewDeal) error {
	realm := int64(actor.Realm)
	_, err := t.exec(ctx, `update deal set name = $1, name_folded = $2, external_id = $3, company = $4, company_folded = $5, buyer_id = $6, buyer_email = $7,
			buyer_given = $8, buyer_family = $9, starts_on = $10, ends_on = $11, notes = $12, reusable = $13, max_people = $14, auto_reporter = $15
		where realm_id = $16 and deal_id = $17`,
		n.Name, fold.Text(n.Name), orNull(n.ExternalID), n.Company, fold.Text(n.Company), orNull(n.Buyer.Account), n.Buyer.Email,
		n.Buyer.Name.Given, n.Buyer.Name.Family, dayOrNull(n.StartsOn), dayOrNull(n.EndsOn), n.Notes, n.Plan.Reusable, numberOrNull(n.Plan.MaxPeople), n.AutoReporter,
		realm, string(id))
	if breaks(err, ruleUnique, "external_id") {
		return fault.Field("external_id", "Another deal has this id.")
	}
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `delete from deal_license where realm_id = $1 and deal_id = $2 and purchase_id is null`, realm, string(id)); err != nil {
		return err
	}
	for i, l := range n.Licenses {
		if err := t.addLicense(ctx, actor, at, id, i, l, ""); err != nil {
			return err
		}
	}
	return nil
}

// addLicense writes one license of a deal; with a purchase it is sold already.
func (t *tx) addLicense(ctx context.Context, actor access.Actor, at place, id license.DealID, position int, l license.NewLicense, purchase license.PurchaseID) error {
	_, err := t.exec(ctx, `insert into deal_license (realm_id, deal_id, license_id, organization_id, position, product_id, seats, redeem_by, access_days, access_until, complete_by, purchase_id)
		select $1, $2, $3, pr.organization_id, $4, pr.product_id, $5, $6, $7, $8, $9, $10 from product pr where pr.realm_id = $1 and pr.product_id = $11 and pr.organization_id = $12`,
		int64(actor.Realm), string(id), access.NewID(), position, l.Seats, dayOrNull(l.Terms.RedeemBy), numberOrNull(l.Terms.AccessDays), dayOrNull(l.Terms.AccessUntil),
		dayOrNull(l.Terms.CompleteBy), orNull(purchase), string(l.Product), string(at.organization))
	if err != nil {
		return err
	}
	var there int
	if err := one(ctx, t, `select count(*) from deal_license where realm_id = $1 and deal_id = $2 and position = $3`,
		[]any{int64(actor.Realm), string(id), position}, &there); err != nil {
		return err
	}
	if there == 0 {
		return fault.Invalidf(license.OfLicense(position, fault.Fields(license.ErrNoProduct))...)
	}
	return nil
}

func (t *tx) auditDeal(ctx context.Context, actor access.Actor, at place, id license.DealID, action string, before, after any) error {
	return t.audit(ctx, actor, audit.Event{Organization: at.organization, Action: action, SubjectKind: "deal", SubjectID: string(id), Before: before, After: after})
}

// whatIsDealt is what the audit keeps of a draft; of a new buyer no name and no address.
func whatIsDealt(n license.NewDeal) map[string]any {
	out := map[string]any{"name": n.Name, "company": n.Company, "auto_reporter": n.AutoReporter}
	if n.Buyer.Account != "" {
		out["buyer"] = n.Buyer.Account
	}
	for name, d := range map[string]day.Day{"starts_on": n.StartsOn, "ends_on": n.EndsOn} {
		if !d.IsNone() {
			out[name] = d.String()
		}
	}
	if n.Plan.Reusable {
		out["reusable"], out["max_people"] = true, n.Plan.MaxPeople
	}
	var licenses []map[string]any
	for _, l := range n.Licenses {
		one := map[string]any{"product": l.Product, "seats": l.Seats}
		termsInto(one, l.Terms)
		licenses = append(licenses, one)
	}
	out["licenses"] = licenses
	return out
}

// draftOf is what a draft says.
func draftOf(d license.CustomDeal) license.NewDeal {
	n := license.NewDeal{
		Name: d.Name, ExternalID: d.ExternalID, Company: d.Company, Buyer: license.Buyer{Account: d.Buyer.Account}, StartsOn: d.StartsOn, EndsOn: d.EndsOn,
		Notes: d.Notes, Plan: d.Plan, AutoReporter: d.AutoReporter,
	}
	for _, l := range d.Licenses {
		n.Licenses = append(n.Licenses, license.NewLicense{Product: l.Product.ID, Seats: l.Seats, Terms: l.Terms})
	}
	return n
}
