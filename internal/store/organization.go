package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

var _ org.Store = (*DB)(nil)

// organizationColumns are those of organizationRow, of the table under alias o.
const organizationColumns = `o.realm_id, o.organization_id, o.slug, o.name, o.path, coalesce(o.parent_id, ''), o.zone, o.locale, o.may_have_clients, o.status,
	o.expires_on, o.due_soon_days, o.expires_soon_days, o.hide_pending, o.locations_enabled, o.hierarchies_enabled, o.auto_reporter, coalesce(o.manager_limit, 0),
	o.history_months, o.revision, o.created_at, coalesce(o.client_id, ''), o.status_reason, o.status_at, o.address, o.accent, o.accent_dark, o.logo, o.mail_sender, o.mail_reply_to,
	coalesce(o.session_idle_minutes, 0), coalesce(o.session_total_hours, 0)`

// organizationRow reads organizationColumns.
type organizationRow struct {
	o        org.Organization
	expires  sql.NullInt64
	created  sql.NullInt64
	statusAt sql.NullInt64
}

func (r *organizationRow) into() []any {
	return []any{
		&r.o.Realm, &r.o.ID, &r.o.Slug, &r.o.Name, &r.o.Path, &r.o.Parent, &r.o.Zone, &r.o.Locale, &r.o.MayHaveClients, &r.o.Status,
		&r.expires, &r.o.Windows.DueSoon, &r.o.Windows.ExpiresSoon, &r.o.HidePending, &r.o.Locations, &r.o.Hierarchies, &r.o.AutoReporter, &r.o.ManagerLimit,
		&r.o.HistoryMonths, &r.o.Revision, &r.created, &r.o.ClientID, &r.o.StatusReason, &r.statusAt, &r.o.Address, &r.o.Brand.Accent, &r.o.Brand.AccentDark, &r.o.Brand.Logo, &r.o.LetterHead.Sender, &r.o.LetterHead.ReplyTo,
		&r.o.Sessions.IdleMinutes, &r.o.Sessions.TotalHours,
	}
}

func (r *organizationRow) organization() org.Organization {
	r.o.ExpiresOn, r.o.CreatedAt, r.o.StatusAt = aDay(r.expires), instant(r.created), instant(r.statusAt)
	return r.o
}

// OrganizationBySlug finds an organization by what stands in its addresses.
func (db *DB) OrganizationBySlug(ctx context.Context, slug string) (org.Organization, error) {
	var r organizationRow
	err := one(ctx, db.read, `select `+organizationColumns+` from organization o where o.slug = $1`, []any{slug}, r.into()...)
	return r.organization(), err
}

func organizationOf(ctx context.Context, q querier, realm access.RealmID, id access.OrgID) (org.Organization, error) {
	var r organizationRow
	err := one(ctx, q, `select `+organizationColumns+` from organization o where o.realm_id = $1 and o.organization_id = $2`, []any{int64(realm), string(id)}, r.into()...)
	return r.organization(), err
}

// Organizations lists every organization, each realm in the order of its tree.
func (db *DB) Organizations(ctx context.Context) ([]org.Organization, error) {
	return collect(ctx, db.read, `select `+organizationColumns+` from organization o order by o.realm_id, o.path`, nil, func(row *sql.Rows) (org.Organization, error) {
		var r organizationRow
		err := row.Scan(r.into()...)
		return r.organization(), err
	})
}

// FoundOrganization creates the master organization of a new realm.
func (db *DB) FoundOrganization(ctx context.Context, actor access.Actor, o org.Organization) (org.Organization, error) {
	err := db.change(ctx, func(t *tx) error {
		var err error
		o, err = t.foundOrganization(ctx, actor, o, false)
		return err
	})
	return o, err
}

// errNotEmpty tells that there is a realm where none was expected.
var errNotEmpty = errors.New("there is a realm already")

// foundOrganization allots a realm, whose number is never used again, and
// creates its master; where first is set only while there is no realm.
func (t *tx) foundOrganization(ctx context.Context, actor access.Actor, o org.Organization, first bool) (org.Organization, error) {
	var realm int64
	err := one(ctx, t, `update installation set realms = realms + 1 where one = 1 and (realms = 0 or not $1) returning realms`, []any{first}, &realm)
	if errors.Is(err, fault.ErrNotFound) {
		return o, errNotEmpty
	}
	if err != nil {
		return o, err
	}
	now := t.db.now()
	if _, err := t.exec(ctx, `insert into realm (realm_id, nodes, learners, activities, created_at) values ($1, 1, 0, 0, $2)`, realm, now.UnixMicro()); err != nil {
		return o, err
	}
	o.Realm, o.Path, o.Parent = access.RealmID(realm), access.Root, ""
	actor.Realm = o.Realm
	return t.insertOrganization(ctx, actor, o)
}

func (t *tx) insertOrganization(ctx context.Context, actor access.Actor, o org.Organization) (org.Organization, error) {
	o.CreatedAt, o.Revision = t.db.now(), 1
	_, err := t.exec(ctx, `insert into organization (realm_id, organization_id, slug, parent_id, path, name, name_folded, zone, locale, may_have_clients, status,
			expires_on, revision, hide_pending, due_soon_days, expires_soon_days, locations_enabled, hierarchies_enabled, auto_reporter, manager_limit, history_months, created_at, client_id, client_id_folded)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		int64(o.Realm), string(o.ID), o.Slug, orNull(o.Parent), string(o.Path), o.Name, fold.Text(o.Name), o.Zone, o.Locale, o.MayHaveClients, string(o.Status),
		dayOrNull(o.ExpiresOn), o.Revision, o.HidePending, o.Windows.DueSoon, o.Windows.ExpiresSoon, o.Locations, o.Hierarchies, o.AutoReporter, limitOrNull(o.ManagerLimit), o.HistoryMonths, o.CreatedAt.UnixMicro(), orNull(o.ClientID), orNull(fold.Text(o.ClientID)))
	if err := takenBy(err); err != nil {
		return o, err
	}
	if err := t.audit(ctx, actor, audit.Event{
		Organization: o.ID, Action: "organization.created", SubjectKind: "organization", SubjectID: string(o.ID),
		After: map[string]any{"slug": o.Slug, "name": o.Name, "zone": o.Zone, "locale": o.Locale, "may_have_clients": o.MayHaveClients, "parent": o.Parent, "client_id": o.ClientID, "expires_on": o.ExpiresOn},
	}); err != nil {
		return o, err
	}
	return o, t.foundLearnerManagers(ctx, actor, o)
}

func limitOrNull(limit int) any {
	if limit == 0 {
		return nil
	}
	return limit
}
