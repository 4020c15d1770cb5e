package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
)

// whoIs finds the organization of account $2.
const whoIs = `(select organization_id from account where realm_id = $1 and account_id = $2)`

// ChangeRole replaces an account's base role and the grant that follows from it.
func (db *DB) ChangeRole(ctx context.Context, reach access.Reach, id account.ID, to access.RoleKey, reason, seen string) error {
	return db.change(ctx, func(t *tx) error {
		a, o, fresh, err := t.touchAccount(ctx, reach, id)
		if err != nil || a.BaseRole == to {
			return err
		}
		if _, err := mayTake(ctx, t, fresh, account.Membership{Account: a, Organization: o}, to); err != nil {
			return err
		}
		if seen != "" {
			effect, err := weighRole(ctx, t, fresh, a, o, to)
			if err == nil {
				err = effect.Confirmed(seen)
			}
			if err != nil {
				return err
			}
		}
		return t.changeBaseRole(ctx, reach.Actor(), a, to, reason)
	})
}

// changeBaseRole does so for an account that was checked.
func (t *tx) changeBaseRole(ctx context.Context, actor access.Actor, a account.Account, to access.RoleKey, reason string) error {
	if _, err := t.exec(ctx, `update account set base_role = $1 where realm_id = $2 and account_id = $3`, string(to), int64(a.Realm), string(a.ID)); err != nil {
		return err
	}
	if err := t.endBaseGrant(ctx, actor, a, reason); err != nil {
		return err
	}
	from := a.BaseRole
	a.BaseRole = to
	if err := t.grantBaseRole(ctx, actor, a, reason); err != nil {
		return err
	}
	if a.Status == account.Active && account.IsAdministrator(from) && !account.IsAdministrator(to) {
		if err := t.keepsAdministrator(ctx, a.Realm, a.Organization); err != nil {
			return err
		}
	}
	return t.audit(ctx, actor, audit.Event{
		Organization: a.Organization, Action: "account.role_changed", SubjectKind: "account", SubjectID: string(a.ID),
		Before: map[string]any{"role": from}, After: map[string]any{"role": to}, Reason: reason,
	})
}

// endBaseGrant ends the grant that follows from an account's base role.
func (t *tx) endBaseGrant(ctx context.Context, actor access.Actor, a account.Account, reason string) error {
	_, err := t.exec(ctx, `update role_grant set ended_at = case when from_at > $1 then from_at else $1 end, ended_by = $2, ended_reason = $3
		where realm_id = $4 and account_id = $5 and follows_home and ended_at is null`,
		t.db.now().UnixMicro(), byWhom(actor), reason, int64(a.Realm), string(a.ID))
	return err
}

// keepsAdministrator tells whether an organization still has an active
// administrator after a change. The revision that the change moved first makes
// two such changes follow one another.
func (t *tx) keepsAdministrator(ctx context.Context, realm access.RealmID, id access.OrgID) error {
	var left int
	p := with(int64(realm), string(id))
	roles := in(p, []access.RoleKey{access.OrganizationAdministrator, access.MasterAdministrator})
	if err := one(ctx, t, `select count(*) from account where realm_id = $1 and organization_id = $2 and status = 'active' and base_role in `+roles, p.list, &left); err != nil {
		return err
	}
	if left == 0 {
		return account.ErrLastAdmin
	}
	return nil
}

// ChangeStatus suspends or reinstates an account.
func (db *DB) ChangeStatus(ctx context.Context, reach access.Reach, id account.ID, to account.Status, reason string) error {
	return db.change(ctx, func(t *tx) error {
		a, _, fresh, err := t.touchAccount(ctx, reach, id)
		if err != nil || a.Status == to {
			return err
		}
		if to == account.Suspended {
			if fresh.Actor().Account == a.ID {
				return account.ErrOwnAccount
			}
		} else if to, err = t.reopened(ctx, a); err != nil {
			return err
		}
		return t.changeStatus(ctx, reach.Actor(), a, to, reason)
	})
}

// reopened is the status of a suspended account that is opened again: whoever
// was invited and has not come yet is invited still.
func (t *tx) reopened(ctx context.Context, a account.Account) (account.Status, error) {
	if a.Status != account.Suspended {
		return "", account.ErrNotSuspended
	}
	var waiting bool
	err := one(ctx, t, `select a.invited_at is not null and a.last_seen_at is null and i.password_hash is null from account a
		left join identity i on i.identity_id = a.identity_id where a.realm_id = $1 and a.account_id = $2`, []any{int64(a.Realm), string(a.ID)}, &waiting)
	if waiting && a.Email != "" {
		return account.Invited, err
	}
	return account.Active, err
}

// changeStatus does so for an account that was checked. Suspending somebody
// ends what they report on (M-055) and nothing else.
func (t *tx) changeStatus(ctx context.Context, actor access.Actor, a account.Account, to account.Status, reason string) error {
	if _, err := t.exec(ctx, `update account set status = $1 where realm_id = $2 and account_id = $3`, string(to), int64(a.Realm), string(a.ID)); err != nil {
		return err
	}
	if err := t.audit(ctx, actor, audit.Event{
		Organization: a.Organization, Action: "account.status_changed", SubjectKind: "account", SubjectID: string(a.ID),
		Before: map[string]any{"status": a.Status}, After: map[string]any{"status": to}, Reason: reason,
	}); err != nil {
		return err
	}
	if to != account.Suspended && to != account.Erased {
		return nil
	}
	if a.Status == account.Active && account.IsAdministrator(a.BaseRole) {
		if err := t.keepsAdministrator(ctx, a.Realm, a.Organization); err != nil {
			return err
		}
	}
	return t.endReporting(ctx, actor, a, "account "+string(to))
}
