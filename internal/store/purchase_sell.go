package store

import (
	"context"
	"errors"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/license"
)

// Sell makes a purchase in an organization of the reach.
func (db *DB) Sell(ctx context.Context, reach access.Reach, sale license.Sale) (license.PurchaseID, error) {
	var id license.PurchaseID
	err := db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(reach.Actor().Realm), string(sale.Organization)))
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: at.path}); !covered {
			return fault.ErrNotFound
		}
		if err := sale.Terms.On(day.Of(db.now(), day.ZoneOr(at.zone))); err != nil {
			return err
		}
		id, err = t.sell(ctx, reach.Actor(), at, sale)
		return err
	})
	return id, err
}

// sell writes a purchase with all that comes with one: its first line in the
// ledger, the account of a new buyer with a letter, and the buyer as its
// reporter where the switch or the deal says so, all in the same transaction
// (M-014). The caller holds the organization's row (changeAccess) and has
// checked the asker's reach; the sale is tidy.
func (t *tx) sell(ctx context.Context, actor access.Actor, at place, sale license.Sale) (license.PurchaseID, error) {
	realm, id, now := int64(actor.Realm), license.PurchaseID(access.NewID()), t.db.now().UTC().Truncate(time.Microsecond)
	var product string
	err := one(ctx, t, `select product_id from product where realm_id = $1 and organization_id = $2 and product_id = $3`,
		[]any{realm, string(at.organization), string(sale.Product)}, &product)
	if errors.Is(err, fault.ErrNotFound) {
		return "", license.ErrNoProduct
	}
	if err != nil {
		return "", err
	}
	buyer, err := t.buyer(ctx, actor, at, sale.Buyer)
	if err != nil {
		return "", err
	}
	if sale.Terms.CompleteBy <= 0 { // a day that nobody said
		sale.Terms.CompleteBy = day.None
	}
	if _, err := t.exec(ctx, `insert into purchase (realm_id, purchase_id, organization_id, product_id, buyer_id, company, company_folded, seats, seats_over, seats_used,
			purchased_at, redeem_by, access_days, access_until, complete_by, deal_id, reusable, max_people, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10, $11, $12, $13, $14, $15, $16, $9)`,
		realm, string(id), string(at.organization), product, string(buyer), sale.Company, fold.Text(sale.Company), sale.Seats,
		now.UnixMicro(), dayOrNull(sale.Terms.RedeemBy), numberOrNull(sale.Terms.AccessDays), dayOrNull(sale.Terms.AccessUntil), dayOrNull(sale.Terms.CompleteBy),
		orNull(sale.Deal), sale.Plan.Reusable, numberOrNull(sale.Plan.MaxPeople)); err != nil {
		return "", err
	}
	if err := t.ledger(ctx, actor, id, now, license.Entry{Movement: license.SeatsBought, Seats: sale.Seats}); err != nil {
		return "", err
	}
	if err := t.audit(ctx, actor, audit.Event{
		Organization: at.organization, Action: "purchase.sold", SubjectKind: "purchase", SubjectID: string(id),
		After: whatWasSold(sale, buyer),
	}); err != nil {
		return "", err
	}
	automatic, err := t.reportsAtOnce(ctx, actor.Realm, at.organization, sale.AutoReporter)
	if err != nil || !automatic {
		return id, err
	}
	return id, t.autoReporter(ctx, actor, at, id, buyer)
}

// whatWasSold is what the audit keeps of a sale; names and addresses stay with the account.
func whatWasSold(sale license.Sale, buyer access.AccountID) map[string]any {
	out := map[string]any{"product": sale.Product, "seats": sale.Seats, "company": sale.Company, "buyer": buyer}
	if sale.Deal != "" {
		out["deal"] = sale.Deal
	}
	if sale.Plan.Reusable {
		out["reusable"], out["max_people"] = true, sale.Plan.MaxPeople
	}
	termsInto(out, sale.Terms)
	return out
}

// termsInto adds the terms that were said.
func termsInto(out map[string]any, t license.Terms) {
	for name, d := range map[string]day.Day{"redeem_by": t.RedeemBy, "access_until": t.AccessUntil, "complete_by": t.CompleteBy} {
		if !d.IsNone() {
			out[name] = d.String()
		}
	}
	if t.AccessDays > 0 {
		out["access_days"] = t.AccessDays
	}
}

// buyer finds who buys, or makes them a Student who is invited by letter. An
// address that has an account is that account, however it is spelled.
func (t *tx) buyer(ctx context.Context, actor access.Actor, at place, b license.Buyer) (access.AccountID, error) {
	where, value, missing := `account_id = $3`, string(b.Account), license.ErrNoBuyer
	if b.Account == "" {
		where, value = `email_folded = $3`, fold.Email(b.Email)
	}
	var id, status string
	err := one(ctx, t, `select account_id, status from account where realm_id = $1 and organization_id = $2 and status <> 'erased' and `+where,
		[]any{int64(actor.Realm), string(at.organization), value}, &id, &status)
	switch {
	case errors.Is(err, fault.ErrNotFound) && b.Account != "":
		return "", missing
	case errors.Is(err, fault.ErrNotFound):
		return t.newBuyer(ctx, actor, at, b)
	case err != nil:
		return "", err
	case status == string(account.Suspended):
		return "", license.ErrBuyerSuspended
	}
	return access.AccountID(id), nil
}

func (t *tx) newBuyer(ctx context.Context, actor access.Actor, at place, b license.Buyer) (access.AccountID, error) {
	o, err := organizationOf(ctx, t, actor.Realm, at.organization)
	if err != nil {
		return "", err
	}
	made, err := t.createAccount(ctx, actor, o, account.New{
		Organization: at.organization, Name: b.Name, Email: b.Email, Role: access.Student, Status: account.Invited,
	}, at.path)
	if err != nil {
		return "", err
	}
	return made.ID, t.enqueue(ctx, actor.Realm, account.InvitationJob, account.Invitation{Realm: actor.Realm, Account: made.ID})
}

// reportsAtOnce tells whether the buyer becomes the reporter with the sale.
func (t *tx) reportsAtOnce(ctx context.Context, realm access.RealmID, organization access.OrgID, say license.AutoReporter) (on bool, err error) {
	if say != license.AsSwitched {
		return say == license.AlwaysReport, nil
	}
	err = one(ctx, t, `select auto_reporter from organization where realm_id = $1 and organization_id = $2`, []any{int64(realm), string(organization)}, &on)
	return on, err
}

// numberOrNull stores a count; zero is null.
func numberOrNull(n int) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}
