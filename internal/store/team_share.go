package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// groupSeen is the condition that a group (ag) of an organization (o) is one
// that the asker may see or is a member of now.
func groupSeen(reach access.Reach, p *params) string {
	seen := visibleThing(reach.Also(access.GroupView), thing{place: "o.path"}, p)
	me, now := p.put(string(reach.Actor().Account)), p.put(reach.At().UnixMicro())
	return `(` + seen + ` or exists (select 1 from group_member x where x.realm_id = ag.realm_id and x.group_id = ag.group_id and x.account_id = ` + me + `
		and x.from_at <= ` + now + ` and (x.until_at is null or x.until_at > ` + now + `)))`
}

const groupPeople = `(select count(*) from group_member x join account xa on xa.realm_id = x.realm_id and xa.account_id = x.account_id and xa.status <> 'erased'
	where x.realm_id = ag.realm_id and x.group_id = ag.group_id and x.until_at is null)`

// targetsOfEach is how many people, and how many groups, a search finds.
const targetsOfEach = 20

// ShareTargets finds with whom a team of the reach can be shared.
func (db *DB) ShareTargets(ctx context.Context, reach access.Reach, id access.TeamID, text string) ([]team.Target, error) {
	var out []team.Target
	err := db.view(ctx, func(q querier) error {
		of, err := readTeam(ctx, q, reach, reach.Also(access.LearnerView), id, `t.ended_at is null`)
		if err != nil {
			return err
		}
		words := strings.Fields(fold.Text(text))
		p := with(int64(reach.Actor().Realm), string(of.Organization))
		query := `select ag.group_id, ag.name, '', coalesce(ag.system_key, ''), ` + groupPeople + ` from acting_group ag
			join organization o on o.realm_id = ag.realm_id and o.organization_id = ag.organization_id
			where ag.realm_id = $1 and ag.organization_id = $2 and ag.ended_at is null and ` + groupSeen(reach, p)
		for _, word := range words {
			query += ` and ` + db.dialect.contains("ag.name_folded", p.put(word))
		}
		if out, err = collect(ctx, q, query+` order by ag.name_folded, ag.group_id limit `+p.put(targetsOfEach), p.list, targetOf(team.Group)); err != nil {
			return err
		}
		p = with(int64(reach.Actor().Realm), string(of.Organization), string(reach.Actor().Account))
		query = `select a.account_id, a.name, coalesce(a.email, ''), '', 0 from account a
			where a.realm_id = $1 and a.organization_id = $2 and a.account_id <> $3 and a.status in ('active', 'invited') and ` + visible(reach.Also(access.LearnerView), "a", p)
		for _, word := range words {
			query += ` and ` + db.dialect.contains("a.search_text", p.put(word))
		}
		people, err := collect(ctx, q, query+` order by a.name_folded, a.account_id limit `+p.put(targetsOfEach), p.list, targetOf(team.Person))
		out = append(out, people...)
		return err
	})
	return out, err
}

func targetOf(kind team.TargetKind) func(*sql.Rows) (team.Target, error) {
	return func(row *sql.Rows) (team.Target, error) {
		t := team.Target{Kind: kind}
		err := row.Scan(&t.ID, &t.Name, &t.Email, &t.Key, &t.People)
		return t, err
	}
}

// Shares lists the access that there is at a team of the reach.
func (db *DB) Shares(ctx context.Context, reach access.Reach, id access.TeamID) ([]team.Share, error) {
	var out []team.Share
	err := db.view(ctx, func(q querier) error {
		of, err := readTeam(ctx, q, reach, reach.Also(access.LearnerView), id, `t.ended_at is null`)
		if err == nil {
			out, err = db.shares(ctx, q, reach, of, "")
		}
		return err
	})
	return out, err
}

// shares reads them, or one.
func (db *DB) shares(ctx context.Context, q querier, reach access.Reach, of team.Team, grant access.GrantID) ([]team.Share, error) {
	p := with(int64(reach.Actor().Realm))
	person := visible(reach.Also(access.LearnerView), "a", p)
	group := groupSeen(reach, p)
	query := `select g.grant_id, g.role, coalesce(cr.name, ''), coalesce(cr.any_permissions, ''), coalesce(cr.own_permissions, ''), coalesce(cr.node_kinds, ''), cr.reports_only, cr.ended_at,
			g.from_at, g.until_at, coalesce(g.policy_id, ''), coalesce(g.account_id, ''), coalesce(g.group_id, ''),
			case when ` + person + ` then a.name else '' end, case when ` + person + ` then coalesce(a.email, '') else '' end,
			case when ` + group + ` then ag.name else '' end, coalesce(ag.system_key, ''), ` + groupPeople + `
		from role_grant g
		left join custom_role cr on cr.realm_id = g.realm_id and cr.role_id = g.role
		left join account a on a.realm_id = g.realm_id and a.account_id = g.account_id
		left join acting_group ag on ag.realm_id = g.realm_id and ag.group_id = g.group_id
		left join organization o on o.realm_id = ag.realm_id and o.organization_id = ag.organization_id
		where g.realm_id = $1 and g.team_id = ` + p.put(string(of.ID)) + ` and g.ended_at is null and (g.until_at is null or g.until_at > ` + p.put(db.now().UnixMicro()) + `)`
	if grant != "" {
		query += ` and g.grant_id = ` + p.put(string(grant))
	}
	return collect(ctx, q, query+` order by case when g.group_id is null then 0 else 1 end, coalesce(a.name_folded, ag.name_folded), g.grant_id`, p.list, func(row *sql.Rows) (team.Share, error) {
		s := team.Share{Zone: of.Zone}
		var id, role, policy, account, group, person, email, groupName, key string
		var custom customRole
		var from int64
		var until sql.NullInt64
		var people int
		err := row.Scan(&id, &role, &custom.name, &custom.anyOf, &custom.own, &custom.nodes, &custom.reportsOnly, &custom.ended,
			&from, &until, &policy, &account, &group, &person, &email, &groupName, &key, &people)
		var known bool
		if s.Role, known = access.Preset(access.RoleKey(role)); !known {
			s.Role = custom.at(access.RoleKey(role), access.AtTeam)
		}
		s.Grant, s.From, s.Until, s.ByPolicy = access.GrantID(id), time.UnixMicro(from).UTC(), instant(until), policy != ""
		s.With = team.Target{Kind: team.Person, ID: account, Name: person, Email: email}
		if group != "" {
			s.With = team.Target{Kind: team.Group, ID: group, Name: groupName, Key: key, People: people}
		}
		s.Ends = !s.ByPolicy && slices.Contains(team.SharedRoles(), s.Role.Key) && management.MayHandOn(reach, shareGrant(of, s)) == nil
		return s, err
	})
}

// shareGrant is what a share gives, as access knows it.
func shareGrant(of team.Team, s team.Share) access.Grant {
	g := access.Grant{
		ID: s.Grant, Role: s.Role, Extent: access.Here, From: s.From, Until: s.Until,
		Node: access.Node{Kind: access.AtTeam, ID: string(of.ID), Path: of.Path, Label: of.Name, Owner: of.Owner},
	}
	if s.With.Kind == team.Person {
		g.Holder = access.AccountID(s.With.ID)
	}
	return g
}

// planShare checks what is to be shared and weighs it.
func (db *DB) planShare(ctx context.Context, q querier, reach access.Reach, id access.TeamID, s team.Sharing) (plan team.SharePreview, err error) {
	people := reach.Also(access.LearnerView)
	if plan.Team, err = readTeam(ctx, q, reach, people, id, `t.ended_at is null`); err != nil {
		return plan, err
	}
	if s.Kind == team.Person && s.To == string(reach.Actor().Account) {
		return plan, management.ErrGiveSelf
	}
	if plan.Share.With, err = db.shareTarget(ctx, q, reach, plan.Team, s); err != nil {
		return plan, err
	}
	role, _ := access.Preset(s.Role)
	plan.Share.Role, plan.Share.Zone, plan.Share.Ends = role, plan.Team.Zone, true
	if plan.Share.From, plan.Share.Until, err = (management.Giving{From: s.From, Until: s.Until}).Dates(db.now(), plan.Team.Zone); err != nil {
		return plan, err
	}
	grant := shareGrant(plan.Team, plan.Share)
	if err := management.MayHandOn(reach, grant); err != nil {
		return plan, management.ErrGiveMore
	}
	there, err := db.shares(ctx, q, reach, plan.Team, "")
	if err != nil {
		return plan, err
	}
	if slices.ContainsFunc(there, func(o team.Share) bool { return o.With.ID == s.To && o.Role.Key == s.Role && !o.ByPolicy }) {
		return plan, management.ErrGiveThere
	}
	if plan.Managers, err = managers(ctx, q, reach.Actor().Realm, plan.Team.Organization, db.now().UnixMicro()); err != nil {
		return plan, err
	}
	grant.From = reach.At() // what begins later is shown as it will be
	plan.Effect, err = db.weighShare(ctx, q, people, plan.Share.With, func(access.Grant) bool { return false }, grant)
	plan.Effect.Sign("share", string(id), string(s.Kind), s.To, string(s.Role), s.From.String(), s.Until.String())
	return plan, err
}

// shareTarget finds with whom a team is to be shared.
func (db *DB) shareTarget(ctx context.Context, q querier, reach access.Reach, of team.Team, s team.Sharing) (team.Target, error) {
	p := with(int64(reach.Actor().Realm), string(of.Organization), s.To)
	query := `select a.account_id, a.name, coalesce(a.email, ''), '', 0 from account a
		where a.realm_id = $1 and a.organization_id = $2 and a.account_id = $3 and a.status in ('active', 'invited') and ` + visible(reach.Also(access.LearnerView), "a", p)
	if s.Kind == team.Group {
		p = with(int64(reach.Actor().Realm), string(of.Organization), s.To)
		query = `select ag.group_id, ag.name, '', coalesce(ag.system_key, ''), ` + groupPeople + ` from acting_group ag
			join organization o on o.realm_id = ag.realm_id and o.organization_id = ag.organization_id
			where ag.realm_id = $1 and ag.organization_id = $2 and ag.group_id = $3 and ag.ended_at is null and ` + groupSeen(reach, p)
	}
	found, err := collect(ctx, q, query, p.list, targetOf(s.Kind))
	if err == nil && len(found) == 0 {
		err = team.ErrShareWith
	}
	if err != nil {
		return team.Target{}, err
	}
	return found[0], nil
}

// shareHolders loads what those hold with whom a team is shared.
func (db *DB) shareHolders(ctx context.Context, q querier, realm access.RealmID, to team.Target) ([]access.Facts, error) {
	if to.Kind == team.Group {
		ids, err := collect(ctx, q, `select distinct m.account_id from group_member m where m.realm_id = $1 and m.group_id = $2 and (m.until_at is null or m.until_at > $3)`,
			[]any{int64(realm), to.ID, db.now().UnixMicro()}, func(row *sql.Rows) (id access.AccountID, err error) {
				err = row.Scan((*string)(&id))
				return id, err
			})
		if err != nil {
			return nil, err
		}
		slices.Sort(ids)
		return factsOfSome(ctx, q, realm, ids, account.Active, account.Invited)
	}
	id := access.AccountID(to.ID)
	actor := access.Actor{Realm: realm, Account: id}
	var organization, home string
	if err := one(ctx, q, `select organization_id, home from account where realm_id = $1 and account_id = $2`, []any{int64(realm), to.ID}, &organization, &home); err != nil {
		return nil, err
	}
	actor.Organization, actor.Home = access.OrgID(organization), access.Path(home)
	held, err := heldBySome(ctx, q, realm, []access.AccountID{id})
	return []access.Facts{access.NewFacts(actor, 0, held[id])}, err
}

// weighShare works out what changes for them.
func (db *DB) weighShare(ctx context.Context, q querier, people access.Reach, to team.Target, ends func(access.Grant) bool, begin ...access.Grant) (management.Effect, error) {
	holders, err := db.shareHolders(ctx, q, people.Actor().Realm, to)
	if err != nil {
		return management.Effect{}, err
	}
	var changes []management.Held
	for _, f := range holders {
		changes = append(changes, management.Held{Before: f, After: management.Instead(f, ends, begin...)})
	}
	return weighSight(ctx, q, people, changes)
}

// PreviewShare works out what sharing a team would change.
func (db *DB) PreviewShare(ctx context.Context, reach access.Reach, id access.TeamID, s team.Sharing) (plan team.SharePreview, err error) {
	err = db.view(ctx, func(q querier) error {
		plan, err = db.planShare(ctx, q, reach, id, s)
		return err
	})
	return plan, err
}

// ShareTeam shares a team.
func (db *DB) ShareTeam(ctx context.Context, reach access.Reach, id access.TeamID, s team.Sharing, seen string) (access.GrantID, error) {
	actor, grant := reach.Actor(), access.GrantID(access.NewID())
	return grant, db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeAccess(ctx, reach, teamIn, with(int64(actor.Realm), string(id)))
		if err != nil {
			return err
		}
		plan, err := db.planShare(ctx, t, fresh, id, s)
		if err != nil {
			return err
		}
		if err := plan.Effect.Confirmed(seen); err != nil {
			return err
		}
		var account, group any
		if s.Kind == team.Person {
			account = s.To
		} else {
			group = s.To
		}
		if _, err := t.exec(ctx, `insert into role_grant (realm_id, grant_id, organization_id, account_id, group_id, role, node_kind, team_id, extent, from_at, until_at, follows_home, given_by, reason)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			int64(actor.Realm), string(grant), string(plan.Team.Organization), account, group, string(s.Role), string(access.AtTeam), string(id),
			access.Here.String(), plan.Share.From.UnixMicro(), micros(plan.Share.Until), false, byWhom(actor), s.Reason); err != nil {
			return err
		}
		if err := t.roomSince(ctx, actor.Realm, plan.Team.Organization, plan.Managers); err != nil {
			return err
		}
		return t.audit(ctx, actor, audit.Event{
			Organization: plan.Team.Organization, Action: "team.shared", SubjectKind: "team", SubjectID: string(id), After: saidOfShare(plan), Reason: s.Reason,
		})
	})
}

// saidOfShare is what audit events of sharing say.
func saidOfShare(plan team.SharePreview) map[string]any {
	out := map[string]any{"role": plan.Share.Role.Key, string(plan.Share.With.Kind): plan.Share.With.ID, "from": day.Of(plan.Share.From, plan.Team.Zone).String()}
	if last := plan.Share.LastDay(); !last.IsNone() {
		out["until"] = last.String()
	}
	gained, lost := 0, 0
	for _, c := range plan.Effect.Changed {
		gained, lost = gained+c.Gains, lost+c.Loses
	}
	if gained > 0 {
		out["gained"] = gained
	}
	if lost > 0 {
		out["lost"] = lost
	}
	return out
}

// planShareEnd finds a share that is to be ended, and weighs that.
func (db *DB) planShareEnd(ctx context.Context, q querier, reach access.Reach, id access.TeamID, grant access.GrantID) (plan team.SharePreview, err error) {
	people := reach.Also(access.LearnerView)
	if plan.Team, err = readTeam(ctx, q, reach, people, id, `t.ended_at is null`); err != nil {
		return plan, err
	}
	found, err := db.shares(ctx, q, reach, plan.Team, grant)
	switch {
	case err != nil:
		return plan, err
	case len(found) == 0:
		return plan, fault.ErrNotFound
	case !found[0].Ends:
		return plan, management.ErrEndElsewhere
	}
	plan.Share = found[0]
	if plan.Managers, err = managers(ctx, q, reach.Actor().Realm, plan.Team.Organization, db.now().UnixMicro()); err != nil {
		return plan, err
	}
	plan.Effect, err = db.weighShare(ctx, q, people, plan.Share.With, func(g access.Grant) bool { return g.ID == grant })
	plan.Effect.Sign("share-end", string(grant))
	return plan, err
}

// PreviewShareEnd works out what ending a share would change.
func (db *DB) PreviewShareEnd(ctx context.Context, reach access.Reach, id access.TeamID, grant access.GrantID) (plan team.SharePreview, err error) {
	err = db.view(ctx, func(q querier) error {
		plan, err = db.planShareEnd(ctx, q, reach, id, grant)
		return err
	})
	return plan, err
}

// EndShare ends a share.
func (db *DB) EndShare(ctx context.Context, reach access.Reach, id access.TeamID, grant access.GrantID, seen string) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeAccess(ctx, reach, teamIn, with(int64(actor.Realm), string(id)))
		if err != nil {
			return err
		}
		plan, err := db.planShareEnd(ctx, t, fresh, id, grant)
		if err != nil {
			return err
		}
		if err := plan.Effect.Confirmed(seen); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update role_grant set ended_at = $1, ended_by = $2, ended_reason = $3 where realm_id = $4 and grant_id = $5`,
			later(t.db.now(), plan.Share.From).UnixMicro(), byWhom(actor), "", int64(actor.Realm), string(grant)); err != nil {
			return err
		}
		return t.audit(ctx, actor, audit.Event{
			Organization: plan.Team.Organization, Action: "team.share_ended", SubjectKind: "team", SubjectID: string(id), Before: saidOfShare(plan),
		})
	})
}
