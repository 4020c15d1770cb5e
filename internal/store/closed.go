package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/org"
)

// closedOrganizations lists those of a realm in which nobody works at an
// instant: suspended, ended or past their last day (org.Organization.Closed).
func closedOrganizations(ctx context.Context, q querier, realm access.RealmID, now time.Time) ([]access.OrgID, error) {
	found, err := collect(ctx, q, `select o.organization_id, o.status, o.expires_on, o.zone from organization o
		where o.realm_id = $1 and (o.status <> 'active' or o.expires_on is not null) order by o.organization_id`, []any{int64(realm)},
		func(row *sql.Rows) (o org.Organization, err error) {
			var expires sql.NullInt64
			err = row.Scan(&o.ID, &o.Status, &expires, &o.Zone)
			o.ExpiresOn = aDay(expires)
			return o, err
		})
	found = slices.DeleteFunc(found, func(o org.Organization) bool { return o.OpenAt(now) })
	closed := make([]access.OrgID, len(found))
	for i, o := range found {
		closed[i] = o.ID
	}
	return closed, err
}

// works is the condition that somebody (a row of account under the alias a) can
// use what they hold: their account is active and their organization is not closed.
func works(a string, closed []access.OrgID, p *params) string {
	active := a + ".status = 'active'"
	if len(closed) == 0 {
		return active
	}
	return active + " and " + a + ".organization_id not in " + in(p, closed)
}
