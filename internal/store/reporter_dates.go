package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
)

// reporterDate is the open grant of a reporter with what decides when it ends
// by itself: their own seat's last day and the time that history stays readable.
type reporterDate struct {
	grant, account, organization string
	buyer                        bool
	last                         day.Day
	months                       int
	zone                         *time.Location
	until                        sql.NullInt64
}

// end is when the grant ends by itself; zero: not by itself. The buyer needs no
// seat, and a seat without a last day ends nothing.
func (d reporterDate) end() time.Time {
	if d.buyer || d.last.IsNone() {
		return time.Time{}
	}
	return license.HistoryEnd(d.last, d.months, d.zone)
}

// reporterDates reads the open grants of reporters; which narrows them.
func reporterDates(ctx context.Context, q querier, which string, p *params) ([]reporterDate, error) {
	return collect(ctx, q, `select g.grant_id, g.account_id, g.organization_id, p.buyer_id = g.account_id, s.access_until, o.history_months, o.zone, g.until_at from role_grant g
		join organization o on o.realm_id = g.realm_id and o.organization_id = g.organization_id
		join purchase p on p.realm_id = g.realm_id and p.purchase_id = g.purchase_id
		left join seat s on s.realm_id = g.realm_id and s.purchase_id = g.purchase_id and s.account_id = g.account_id and s.state = 'redeemed'
		where g.role = 'license_reporter' and g.ended_at is null and `+which, p.list, func(row *sql.Rows) (d reporterDate, err error) {
		var last sql.NullInt64
		var zone string
		err = row.Scan(&d.grant, &d.account, &d.organization, &d.buyer, &last, &d.months, &zone, &d.until)
		d.last, d.zone = aDay(last), day.ZoneOr(zone)
		return d, err
	})
}

// dateReporters writes into reporters' grants when they end by themselves, so
// that whoever asks for what counts now asks for nothing else. It follows every
// change of what that depends on: appointments, last days of seats, the
// organization's history_months. A grant that is over by then is closed and
// does not come back. Without a purchase it is about all of the organization.
func (t *tx) dateReporters(ctx context.Context, realm access.RealmID, organization access.OrgID, purchases ...license.PurchaseID) error {
	now := t.db.now().UnixMicro()
	p := with(now, int64(realm), string(organization))
	some := ""
	if len(purchases) > 0 {
		some = ` and purchase_id in ` + in(p, purchases)
	}
	if _, err := t.exec(ctx, `update role_grant set ended_at = case when from_at > until_at then from_at else until_at end, ended_by = '', ended_reason = 'expired'
		where until_at <= $1 and realm_id = $2 and organization_id = $3 and role = 'license_reporter' and ended_at is null`+some, p.list...); err != nil {
		return err
	}
	p = with(int64(realm), string(organization))
	if some = ""; len(purchases) > 0 {
		some = ` and g.purchase_id in ` + in(p, purchases)
	}
	found, err := reporterDates(ctx, t, `g.realm_id = $1 and g.organization_id = $2`+some, p)
	if err != nil {
		return err
	}
	for _, d := range found {
		if end := d.end(); !end.Equal(instant(d.until)) {
			if _, err := t.exec(ctx, `update role_grant set until_at = $1 where realm_id = $2 and grant_id = $3`, micros(end), int64(realm), d.grant); err != nil {
				return err
			}
		}
	}
	return nil
}

// verifyReporterDates holds what dateReporters wrote against what it follows from.
func verifyReporterDates(ctx context.Context, q querier) ([]Finding, error) {
	found, err := reporterDates(ctx, q, "1 = 1", with())
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, d := range found {
		if !d.end().Equal(instant(d.until)) && len(out) < findingsPerCheck {
			out = append(out, Finding{reporterDatesCheck, "Q-04: a reporter whose seat ends by date reads its history for so long and no longer", "grant " + d.grant})
		}
	}
	return out, nil
}
