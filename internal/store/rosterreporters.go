package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/roster"
)

// partReporters ends the role of reporters whose account this import suspended
// (M-055) or whose seat it took (M-056), with the letters that follow, and
// dates the grants of those whose seat has another last day now.
func (i *rosterImport) partReporters(ctx context.Context) error {
	suspended, err := list(ctx, i, `select distinct a.account_id, a.status from role_grant g
		join account a on a.realm_id = g.realm_id and a.account_id = g.account_id and a.status in ('suspended', 'erased')
		where g.realm_id = :realm and g.organization_id = :organization and g.role = 'license_reporter' and g.ended_at is null order by a.account_id`,
		func(row *sql.Rows) (a account.Account, err error) {
			err = row.Scan(&a.ID, &a.Status)
			a.Realm, a.Organization = i.reach.Actor().Realm, i.organization
			return a, err
		})
	if err != nil {
		return err
	}
	for _, a := range suspended {
		if err := i.endReporting(ctx, i.reach.Actor(), a, "account "+string(a.Status)); err != nil {
			return err
		}
	}
	type parting struct {
		purchase license.PurchaseID
		account  access.AccountID
	}
	parted, err := list(ctx, i, `select g.purchase_id, g.account_id from role_grant g
		join purchase p on p.realm_id = g.realm_id and p.purchase_id = g.purchase_id and p.buyer_id <> g.account_id
		where g.realm_id = :realm and g.organization_id = :organization and g.role = 'license_reporter' and g.ended_at is null
			and g.purchase_id in (select purchase_id_ref from staged_seats where changed and was_state = 'redeemed' and final_state <> 'redeemed')
			and not exists (select 1 from seat x where x.realm_id = :realm and x.purchase_id = g.purchase_id and x.account_id = g.account_id and x.state = 'redeemed')
		order by g.purchase_id`, func(row *sql.Rows) (p parting, err error) {
		err = row.Scan(&p.purchase, &p.account)
		return p, err
	})
	if err != nil {
		return err
	}
	at := place{organization: i.organization, path: i.path, zone: i.zone.String()}
	for _, p := range parted {
		if err := i.endReporterOf(ctx, i.reach.Actor(), at, p.purchase, p.account, "seat ended by import"); err != nil {
			return err
		}
	}
	return i.dateReporters(ctx, i.reach.Actor().Realm, i.organization)
}

// countManagers notes who counts toward the manager limit before the bundle is applied.
func (i *rosterImport) countManagers(ctx context.Context) error {
	m, err := managers(ctx, i, i.reach.Actor().Realm, i.organization, i.now.UnixMicro())
	if err != nil || m.Limit == 0 {
		return err
	}
	i.managers, err = i.whoManages(ctx)
	return err
}

func (i *rosterImport) whoManages(ctx context.Context) (map[access.AccountID]bool, error) {
	out := map[access.AccountID]bool{}
	err := each(ctx, i, managersOf, []any{int64(i.reach.Actor().Realm), string(i.organization), i.now.UnixMicro()}, func(row *sql.Rows) error {
		var id string
		err := row.Scan(&id)
		out[access.AccountID(id)] = true
		return err
	})
	return out, err
}

// limitManagers refuses a bundle that makes more managers than there is room
// for (I-22). One that brings no new ones is never refused, however many there are.
func (i *rosterImport) limitManagers(ctx context.Context) error {
	if i.managers == nil {
		return nil
	}
	m, err := managers(ctx, i, i.reach.Actor().Realm, i.organization, i.now.UnixMicro())
	if err != nil || m.Count <= m.Limit {
		return err
	}
	after, err := i.whoManages(ctx)
	if err != nil {
		return err
	}
	for id := range after {
		if !i.managers[id] {
			f := roster.Fault{File: "people.csv", Column: "role", Reason: management.ErrNoRoom.With(m.Count, m.Limit).Error()}
			if !i.bundle.Has(roster.FileOf("people")) {
				f.File, f.Column = "purchases.csv", "reporter_id"
			}
			i.faults.Add(f)
			break
		}
	}
	return i.faults.Refusal()
}
