package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/management"
)

// dueWarning is a row of access whose holder was not warned yet, so many days before.
type dueWarning struct {
	management.Warning
	place place
	giver management.WarnedPerson
}

// DueWarnings lists access given by hand that ends within the days of a warning
// that nobody got yet for that end. Access for no longer than that has none.
func (db *DB) DueWarnings(ctx context.Context, now time.Time, limit int) ([]management.Warning, error) {
	var out []management.Warning
	err := db.view(ctx, func(q querier) error {
		found := map[string]bool{}
		for _, days := range management.Warnings() {
			span := time.Duration(days) * 24 * time.Hour
			due, err := collect(ctx, q, `select g.realm_id, g.grant_id, g.until_at, o.organization_id, o.slug, o.zone, o.path, a.account_id, a.name, coalesce(a.email, ''), coalesce(a.locale, o.locale),
					coalesce(b.account_id, ''), coalesce(b.name, ''), coalesce(b.email, ''), coalesce(b.locale, o.locale)
				from role_grant g
				join account a on a.realm_id = g.realm_id and a.account_id = g.account_id and a.status = 'active'
				join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id and o.status = 'active'
				left join account b on b.realm_id = g.realm_id and b.account_id = g.given_by and b.status = 'active'
				where g.until_at > $1 and g.until_at <= $2 and g.until_at - g.from_at > $3 and `+givenByHand+`
					and not exists (select 1 from grant_warning w where w.realm_id = g.realm_id and w.grant_id = g.grant_id and w.until_at = g.until_at and w.days <= $4)
				order by g.until_at, g.grant_id limit $5`,
				[]any{now.UnixMicro(), now.Add(span).UnixMicro(), span.Microseconds(), days, limit}, func(row *sql.Rows) (dueWarning, error) {
					w := dueWarning{Warning: management.Warning{Days: days, Site: db.PublicURL}}
					var organization, zone, path string
					var until int64
					err := row.Scan(&w.Realm, &w.Grant, &until, &organization, &w.Slug, &zone, &path, &w.Holder.ID, &w.Holder.Name, &w.Holder.Email, &w.Holder.Locale,
						&w.giver.ID, &w.giver.Name, &w.giver.Email, &w.giver.Locale)
					w.Organization, w.Until, w.Zone = access.OrgID(organization), time.UnixMicro(until).UTC(), day.ZoneOr(zone)
					w.place = place{organization: w.Organization, path: access.Path(path), zone: zone}
					return w, err
				})
			if err != nil {
				return err
			}
			for _, w := range due {
				if found[string(w.Grant)] { // the later warning stands for the earlier one
					continue
				}
				found[string(w.Grant)] = true
				if err := w.fill(ctx, q); err != nil {
					return err
				}
				out = append(out, w.Warning)
			}
		}
		return nil
	})
	return out, err
}

// fill reads what the access is, and who can extend it.
func (w *dueWarning) fill(ctx context.Context, q querier) error {
	held, err := grants(ctx, q, "role_grant g", `g.grant_id = $2`, with(int64(w.Realm), string(w.Grant)))
	if err != nil {
		return err
	}
	for _, g := range held {
		w.Role, w.Place = g.Role, g.Node.Label
	}
	if w.giver.Email != "" {
		w.Others = append(w.Others, w.giver)
		return nil
	}
	readers, err := administratorsOf(ctx, q, w.Realm, w.place)
	for _, r := range readers {
		w.Others = append(w.Others, management.WarnedPerson{Person: management.Person{ID: r.account, Email: r.email}, Locale: r.locale})
	}
	return err
}

// PostWarning posts the letters of a warning, once: of two that do so at the
// same time, and after the access has ended or was extended, one does nothing.
func (db *DB) PostWarning(ctx context.Context, w management.Warning, letters []mail.Message) error {
	return db.change(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `insert into grant_warning (realm_id, grant_id, until_at, days, at)
			select g.realm_id, g.grant_id, g.until_at, cast($1 as bigint), cast($2 as bigint) from role_grant g
			where g.realm_id = $3 and g.grant_id = $4 and g.until_at = $5 and g.ended_at is null
			on conflict (realm_id, grant_id, until_at, days) do nothing`,
			w.Days, t.db.now().UnixMicro(), int64(w.Realm), string(w.Grant), w.Until.UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		return t.post(ctx, letters...)
	})
}
