package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

// unmanaged are the roles that count toward no limit.
const unmanaged = `('` + string(access.Student) + `', '` + string(access.Buyer) + `', '` + string(access.Purchaser) + `')`

// liveManaging is the condition that a row of role_grant, under the alias g,
// gives a managing role now or will: what begins later needs its place too, what
// is held at a deleted team does not.
func liveManaging(now string) string {
	return `g.role not in ` + unmanaged + ` and g.ended_at is null and (g.until_at is null or g.until_at > ` + now + `)
		and (g.team_id is null or exists (select 1 from team lt where lt.realm_id = g.realm_id and lt.team_id = g.team_id and lt.ended_at is null))`
}

// managersOf finds the people of organization $2 who count at the instant $3, each once.
var managersOf = `select g.account_id from role_grant g where g.realm_id = $1 and g.organization_id = $2 and g.account_id is not null and ` + liveManaging("$3") + `
	union select m.account_id from role_grant g
		join acting_group ag on ag.realm_id = g.realm_id and ag.group_id = g.group_id and ag.ended_at is null
		join group_member m on m.realm_id = g.realm_id and m.group_id = g.group_id and (m.until_at is null or m.until_at > $3)
		where g.realm_id = $1 and g.organization_id = $2 and ` + liveManaging("$3")

// managers counts them, and reads the limit.
func managers(ctx context.Context, q querier, realm access.RealmID, id access.OrgID, now int64) (m management.Managers, err error) {
	err = one(ctx, q, `select coalesce(o.manager_limit, 0), (select count(*) from (`+managersOf+`) held) from organization o where o.realm_id = $1 and o.organization_id = $2`,
		[]any{int64(realm), string(id), now}, &m.Limit, &m.Count)
	return m, err
}

// roomForManager tells whether an account may be given a managing role in an
// organization (I-22). Whoever gives one asks here first, and holds the
// organization's row (changeAccess), so that two who ask for the last place ask
// one after the other. Who counts already never counts again.
func (t *tx) roomForManager(ctx context.Context, realm access.RealmID, id access.OrgID, account access.AccountID) error {
	now := t.db.now().UnixMicro()
	var limit int
	if err := one(ctx, t, `select coalesce(manager_limit, 0) from organization where realm_id = $1 and organization_id = $2`,
		[]any{int64(realm), string(id)}, &limit); err != nil || limit == 0 {
		return err
	}
	m, err := managers(ctx, t, realm, id, now)
	if err != nil || m.Room() == nil {
		return err
	}
	var counts bool
	if err := one(ctx, t, `select exists (select 1 from (`+managersOf+`) held where held.account_id = $4)`,
		[]any{int64(realm), string(id), now, string(account)}, &counts); err != nil || counts {
		return err
	}
	return m.Room()
}

// manages tells whether a group gives its members a managing role.
func (t *tx) manages(ctx context.Context, realm access.RealmID, group access.GroupID) (yes bool, err error) {
	err = one(ctx, t, `select exists (select 1 from role_grant g where g.realm_id = $1 and g.group_id = $2 and `+liveManaging("$3")+`)`,
		[]any{int64(realm), string(group), t.db.now().UnixMicro()}, &yes)
	return yes, err
}
