package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// DeleteAccount takes an account away with everything that it may do, and
// leaves what its person has done.
func (db *DB) DeleteAccount(ctx context.Context, reach access.Reach, id account.ID, reason string) error {
	return db.change(ctx, func(t *tx) error {
		a, _, fresh, err := t.touchAccount(ctx, reach, id)
		if err != nil {
			return err
		}
		if fresh.Actor().Account == a.ID {
			return account.ErrOwnAccount
		}
		return t.deleteAccount(ctx, reach.Actor(), a, reason)
	})
}

// deleteAccount does so for an account that was checked. Only then are the
// administrators counted who are left.
func (t *tx) deleteAccount(ctx context.Context, actor access.Actor, a account.Account, reason string) error {
	if err := t.endReporting(ctx, actor, a, "account deleted"); err != nil {
		return err
	}
	if err := t.endWaysIn(ctx, actor, a); err != nil {
		return err
	}
	ended, err := t.endHoldings(ctx, actor, a)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `update account set status = 'erased', deleted_at = $1, deleted_by = $2, deleted_reason = $3, deleted_email = email, deleted_external_id = external_id,
			email = null, email_folded = null, identity_id = null, external_id = null, invited_at = null where realm_id = $4 and account_id = $5`,
		t.db.now().UnixMicro(), byWhom(actor), reason, int64(a.Realm), string(a.ID)); err != nil {
		return err
	}
	if a.Status == account.Active && account.IsAdministrator(a.BaseRole) {
		if err := t.keepsAdministrator(ctx, a.Realm, a.Organization); err != nil {
			return err
		}
	}
	ended["status"] = account.Deleted
	return t.audit(ctx, actor, audit.Event{
		Organization: a.Organization, Action: "account.deleted", SubjectKind: "account", SubjectID: string(a.ID),
		Before: map[string]any{"status": a.Status, "role": a.BaseRole, "location": a.Location}, After: ended, Reason: reason,
	})
}

// endHoldings ends every grant and membership of an account, and lets its
// address go from its seats, so that whoever has it next can have one. It
// counts what it ended.
func (t *tx) endHoldings(ctx context.Context, actor access.Actor, a account.Account) (map[string]any, error) {
	now := t.db.now().UnixMicro()
	ended := map[string]any{}
	for _, step := range []struct {
		counts string
		query  string
		args   []any
	}{
		{"roles", `update role_grant set ended_at = case when from_at > $3 then from_at else $3 end, ended_by = $4, ended_reason = 'account deleted'
			where realm_id = $1 and account_id = $2 and ended_at is null`, []any{now, byWhom(actor)}},
		{"", `update policy_holder set until_at = case when from_at > $3 then from_at else $3 end
			where realm_id = $1 and holder_kind = 'account' and holder_id = $2 and (until_at is null or until_at > $3)`, []any{now}},
		{"groups", `update group_member set until_at = case when from_at > $3 then from_at else $3 end
			where realm_id = $1 and account_id = $2 and (until_at is null or until_at > $3)`, []any{now}},
		{"teams", `update team_member set until_at = case when from_at > $3 then from_at else $3 end
			where realm_id = $1 and account_id = $2 and until_at is null`, []any{now}},
		{"", `update seat set account_id = null, learner = null where realm_id = $1 and account_id = $2 and state = 'pending' and email_folded <> ''`, nil},
		{"", `update seat set email_folded = '' where realm_id = $1 and account_id = $2 and state = 'redeemed'`, nil},
	} {
		n, err := t.exec(ctx, step.query, append([]any{int64(a.Realm), string(a.ID)}, step.args...)...)
		if err != nil {
			return nil, err
		}
		if step.counts != "" && n > 0 {
			ended[step.counts] = n
		}
	}
	return ended, nil
}

// endTokens ends the API tokens of an account.
func (t *tx) endTokens(ctx context.Context, actor access.Actor, a account.Account) error {
	tokens, err := collect(ctx, t, `update api_token set ended_at = $1 where realm_id = $2 and account_id = $3 and ended_at is null returning token_id`,
		[]any{t.db.now().UnixMicro(), int64(a.Realm), string(a.ID)}, func(row *sql.Rows) (id string, err error) {
			err = row.Scan(&id)
			return id, err
		})
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if err := t.audit(ctx, actor, audit.Event{
			Organization: a.Organization, Action: "token.revoked", SubjectKind: "token", SubjectID: token, Before: map[string]any{"account": a.ID},
		}); err != nil {
			return err
		}
	}
	return nil
}

// RestoreAccount gives a deleted account back, as a Student's.
func (db *DB) RestoreAccount(ctx context.Context, reach access.Reach, id account.ID, reason string) error {
	return db.change(ctx, func(t *tx) error {
		realm := reach.Actor().Realm
		_, fresh, err := t.changeAccess(ctx, reach, whoIs, with(int64(realm), string(id)))
		if err != nil {
			return err
		}
		var home, email, externalID, given, family, organization string
		if err := one(ctx, t, `select home, coalesce(deleted_email, ''), coalesce(deleted_external_id, ''), given_name, family_name, organization_id from account
			where realm_id = $1 and account_id = $2 and status = 'erased' and deleted_at is not null`, []any{int64(realm), string(id)},
			&home, &email, &externalID, &given, &family, &organization); err != nil {
			return err
		}
		if covered, _ := fresh.CoversThing(access.Thing{Place: access.Path(home)}); !covered {
			return fault.ErrNotFound
		}
		identity := account.Identity{}
		if email != "" {
			if identity, err = t.identityFor(ctx, email); err != nil {
				return err
			}
		}
		_, err = t.exec(ctx, `update account set status = 'active', base_role = $1, email = $2, email_folded = $3, identity_id = $4, external_id = $5, search_text = $6,
				deleted_at = null, deleted_by = null, deleted_reason = null, deleted_email = null, deleted_external_id = null where realm_id = $7 and account_id = $8`,
			string(access.Student), orNull(email), orNull(fold.Email(email)), orNull(identity.ID), orNull(externalID),
			account.SearchText(account.Name{Given: given, Family: family}, email, externalID), int64(realm), string(id))
		if breaks(err, ruleUnique) {
			return account.ErrAddressTaken
		}
		if err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: access.OrgID(organization), Action: "account.restored", SubjectKind: "account", SubjectID: string(id),
			Before: map[string]any{"status": account.Deleted}, After: map[string]any{"status": account.Active, "role": access.Student}, Reason: reason,
		})
	})
}

// DeletedAccounts lists the deleted accounts of the reach, the latest first.
// Who deleted one is named where the reach shows them.
func (db *DB) DeletedAccounts(ctx context.Context, reach access.Reach, after account.ID, limit int) ([]account.Gone, error) {
	p := with(int64(reach.Actor().Realm))
	where := visible(reach, "a", p)
	by := visible(reach, "b", p)
	if after != "" {
		id := p.put(string(after))
		where += ` and (a.deleted_at, a.account_id) < (select c.deleted_at, c.account_id from account c where c.realm_id = $1 and c.account_id = ` + id + `)`
	}
	return collect(ctx, db.read, `select a.account_id, a.name, coalesce(a.deleted_email, ''), coalesce(l.name, ''), a.deleted_at, coalesce(a.deleted_by, ''), coalesce(a.deleted_reason, ''),
			case when `+by+` then coalesce(b.name, '') else '' end, b.account_id is not null
		from account a
		left join location l on l.realm_id = a.realm_id and l.location_id = a.location_id
		left join account b on b.realm_id = a.realm_id and b.account_id = a.deleted_by
		where a.realm_id = $1 and a.deleted_at is not null and a.status = 'erased' and `+where+` order by a.deleted_at desc, a.account_id desc limit `+p.put(int64(limit)), p.list,
		func(row *sql.Rows) (account.Gone, error) {
			var g account.Gone
			var at sql.NullInt64
			var by string
			var person bool
			err := row.Scan(&g.ID, &g.Name, &g.Email, &g.LocationName, &at, &by, &g.Reason, &g.By, &person)
			if g.At = instant(at); !person {
				g.System = by
			}
			return g, err
		})
}
