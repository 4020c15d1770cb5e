package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/org"
)

// accountColumns are those of accountRow, of the table under alias a.
const accountColumns = `a.account_id, a.realm_id, a.organization_id, a.learner, coalesce(a.identity_id, ''), coalesce(a.external_id, ''), coalesce(a.email, ''),
	a.given_name, a.family_name, a.name, case when a.deleted_at is not null and a.status = 'erased' then 'deleted' else a.status end, a.base_role, coalesce(a.location_id, ''), a.home, coalesce(a.locale, ''), coalesce(a.zone, ''),
	a.last_seen_at, a.created_at`

// accountRow reads accountColumns.
type accountRow struct {
	a       account.Account
	seen    sql.NullInt64
	created sql.NullInt64
}

func (r *accountRow) into() []any {
	return []any{
		&r.a.ID, &r.a.Realm, &r.a.Organization, &r.a.Learner, &r.a.Identity, &r.a.ExternalID, &r.a.Email,
		&r.a.GivenName, &r.a.FamilyName, &r.a.Name, &r.a.Status, &r.a.BaseRole, &r.a.Location, &r.a.Home, &r.a.Locale, &r.a.Zone,
		&r.seen, &r.created,
	}
}

func (r *accountRow) account() account.Account {
	r.a.LastSeen, r.a.CreatedAt = instant(r.seen), instant(r.created)
	return r.a
}

// membershipRow reads an account with its organization.
type membershipRow struct {
	a accountRow
	o organizationRow
}

const selectMembership = `select ` + accountColumns + `, ` + organizationColumns + `
	from account a join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id `

func (r *membershipRow) into() []any { return append(r.a.into(), r.o.into()...) }

func (r *membershipRow) membership() account.Membership {
	return account.Membership{Account: r.a.account(), Organization: r.o.organization()}
}

func membership(ctx context.Context, q querier, where string, args ...any) (account.Membership, error) {
	var r membershipRow
	err := one(ctx, q, selectMembership+where, args, r.into()...)
	return r.membership(), err
}

// Memberships lists the accounts of an identity, by organization.
func (db *DB) Memberships(ctx context.Context, id account.IdentityID) ([]account.Membership, error) {
	return collect(ctx, db.read, selectMembership+`where a.identity_id = $1 and a.status <> 'erased' order by o.name_folded, o.slug limit 1000`, []any{string(id)},
		func(row *sql.Rows) (account.Membership, error) {
			var r membershipRow
			err := row.Scan(r.into()...)
			return r.membership(), err
		})
}

// MembershipBySlug finds the account of an identity in an organization.
func (db *DB) MembershipBySlug(ctx context.Context, id account.IdentityID, slug string) (account.Membership, error) {
	return membership(ctx, db.read, `where a.identity_id = $1 and o.slug = $2`, string(id), slug)
}

// Membership finds an account.
func (db *DB) Membership(ctx context.Context, realm access.RealmID, id account.ID) (account.Membership, error) {
	return membership(ctx, db.read, `where a.realm_id = $1 and a.account_id = $2`, int64(realm), string(id))
}

// MembershipByEmail finds the account of a folded address in an organization.
func (db *DB) MembershipByEmail(ctx context.Context, realm access.RealmID, organization access.OrgID, folded string) (account.Membership, error) {
	return membership(ctx, db.read, `where a.realm_id = $1 and a.organization_id = $2 and a.email_folded = $3`, int64(realm), string(organization), folded)
}

// Saw notes that somebody works with an account.
func (db *DB) Saw(ctx context.Context, realm access.RealmID, id account.ID) error {
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update account set last_seen_at = $1 where realm_id = $2 and account_id = $3 and (last_seen_at is null or last_seen_at < $1)`,
			db.now().UnixMicro(), int64(realm), string(id))
		return err
	})
}

// EditProfile changes what a person may change about themselves.
func (db *DB) EditProfile(ctx context.Context, reach access.Reach, p account.Profile) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		before, err := t.rename(ctx, actor.Realm, actor.Account, p.Name)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update account set locale = $1, zone = $2 where realm_id = $3 and account_id = $4`,
			orNull(p.Locale), orNull(p.Zone), int64(actor.Realm), string(actor.Account)); err != nil {
			return err
		}
		// Which fields, not which names: erasing a person must not leave their name in the log.
		return t.audit(ctx, actor, audit.Event{
			Organization: before.Organization, Action: "account.profile_changed", SubjectKind: "account", SubjectID: string(actor.Account),
			Before: map[string]any{"locale": before.Locale, "zone": before.Zone},
			After: map[string]any{
				"locale": p.Locale, "zone": p.Zone,
				"name_changed": before.GivenName != p.Name.Given || before.FamilyName != p.Name.Family,
			},
		})
	})
}

// rename gives an active or invited account another name and all that follows
// from it, and tells what the account was.
func (t *tx) rename(ctx context.Context, realm access.RealmID, id account.ID, name account.Name) (account.Account, error) {
	var r accountRow
	if err := one(ctx, t, `select `+accountColumns+` from account a where a.realm_id = $1 and a.account_id = $2 and a.status in ('active', 'invited')`,
		[]any{int64(realm), string(id)}, r.into()...); err != nil {
		return account.Account{}, err
	}
	before := r.account()
	_, err := t.exec(ctx, `update account set given_name = $1, family_name = $2, name = $3, name_folded = $4, search_text = $5 where realm_id = $6 and account_id = $7`,
		name.Given, name.Family, name.Full(), fold.Text(name.Full()), account.SearchText(name, before.Email, before.ExternalID), int64(realm), string(id))
	return before, err
}

// CreateAccount makes an account at a place in the reach.
func (db *DB) CreateAccount(ctx context.Context, reach access.Reach, n account.New) (account.Account, error) {
	var created account.Account
	err := db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(reach.Actor().Realm), string(n.Organization)))
		if err != nil {
			return err
		}
		o, err := organizationOf(ctx, t, reach.Actor().Realm, at.organization)
		if err != nil {
			return err
		}
		if n.Status == account.Invited && fresh.Actor().System == "" {
			fresh = fresh.With(access.InvitePlatform)
		}
		home, err := homeOf(ctx, t, o, n.Location)
		if err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: home}); !covered {
			return errNoSuchPlace
		}
		role, _ := access.Preset(n.Role)
		if err := account.MayGive(fresh, role, account.NodeOf(role, o.Path, home)); err != nil {
			return err
		}
		if created, err = t.createAccount(ctx, reach.Actor(), o, n, home); err != nil || n.Status != account.Invited {
			return err
		}
		return t.inviteByMail(ctx, o.Realm, created.ID)
	})
	return created, err
}

var errNoSuchPlace = fault.Field("location", "There is no such location in your access.")

// homeOf is the path of a location of the organization, or of itself.
func homeOf(ctx context.Context, q querier, o org.Organization, location access.LocationID) (access.Path, error) {
	if location == "" {
		return o.Path, nil
	}
	var path string
	err := one(ctx, q, `select path from location where realm_id = $1 and organization_id = $2 and location_id = $3 and retired_at is null`,
		[]any{int64(o.Realm), string(o.ID), string(location)}, &path)
	if fault.KindOf(err) == fault.NotFound {
		return "", errNoSuchPlace
	}
	return access.Path(path), err
}
