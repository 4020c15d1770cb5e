package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/license"
)

// endReporterOf ends the role of an account on a purchase whose seat of it was
// released or revoked, with letters to the person, the buyer and the
// administrators (Q-04, M-056). The caller holds the organization's row
// (changeAccess). It does nothing where the account is not the reporter, or is
// the buyer, who needs no seat.
func (t *tx) endReporterOf(ctx context.Context, actor access.Actor, at place, purchase license.PurchaseID, account access.AccountID, reason string) error {
	c, err := t.reporterChange(ctx, actor, at, purchase, anyPurchase)
	if err != nil || c.held.grant == "" || c.held.account != account || account == c.buyer {
		return err
	}
	if err := c.end(ctx, c.at, reason); err != nil {
		return err
	}
	if err := c.audit(ctx, "reporter.ended", nil, reason); err != nil {
		return err
	}
	return c.tell(ctx, license.Parting(license.LetterSeatEnded, account, c.buyer), c.held.name, "")
}

// endReporting ends every License Reporter grant that an account holds, because
// the account itself is suspended or erased (M-055). Each of these purchases
// stands without a reporter then, and its buyer and the administrators are told.
func (t *tx) endReporting(ctx context.Context, actor access.Actor, a account.Account, reason string) error {
	purchases, err := collect(ctx, t, `select purchase_id from role_grant where realm_id = $1 and account_id = $2 and role = 'license_reporter' and ended_at is null
		order by purchase_id`, []any{int64(a.Realm), string(a.ID)}, func(row *sql.Rows) (license.PurchaseID, error) {
		var id string
		err := row.Scan(&id)
		return license.PurchaseID(id), err
	})
	if err != nil || len(purchases) == 0 {
		return err
	}
	var path, zone string
	if err := one(ctx, t, `select path, zone from organization where realm_id = $1 and organization_id = $2`, []any{int64(a.Realm), string(a.Organization)}, &path, &zone); err != nil {
		return err
	}
	at := place{organization: a.Organization, path: access.Path(path), zone: zone}
	actor.Realm = a.Realm
	for _, id := range purchases {
		c, err := t.reporterChange(ctx, actor, at, id, anyPurchase)
		if err != nil {
			return err
		}
		if c.held.grant == "" {
			continue // its time was over
		}
		if err := c.end(ctx, c.at, reason); err != nil {
			return err
		}
		if err := c.audit(ctx, "reporter.ended", nil, reason); err != nil {
			return err
		}
		told := slices.DeleteFunc(license.Parting(license.LetterAccountEnded, a.ID, c.buyer), func(l license.ReporterLetter) bool { return l.To == a.ID })
		if err := c.tell(ctx, told, c.held.name, ""); err != nil {
			return err
		}
	}
	return nil
}
