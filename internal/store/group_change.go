package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/management"
)

// changeGround takes the row of the asker's organization and decides again.
func (t *tx) changeGround(ctx context.Context, reach access.Reach) (ground, access.Reach, error) {
	actor := reach.Actor()
	_, fresh, err := t.changeAccess(ctx, reach, "$2", with(int64(actor.Realm), string(actor.Organization)))
	if err != nil {
		return ground{}, fresh, err
	}
	at, err := groundOf(ctx, t, fresh)
	return at, fresh, err
}

func (t *tx) auditGroup(ctx context.Context, actor access.Actor, o access.OrgID, action string, id access.GroupID, before, after any, reason string) error {
	return t.audit(ctx, actor, audit.Event{Organization: o, Action: action, SubjectKind: "group", SubjectID: string(id), Before: before, After: after, Reason: reason})
}

// saidOfGroup is what audit events of groups say.
type saidOfGroup struct {
	Name    string             `json:"name,omitempty"`
	Members []access.AccountID `json:"members,omitempty"`
	From    string             `json:"from,omitempty"`
	Until   string             `json:"until,omitempty"`
	Gains   int                `json:"gained,omitempty"` // learners, over all of them
	Loses   int                `json:"lost,omitempty"`
}

// AddGroup makes a group without members that gives nothing.
func (db *DB) AddGroup(ctx context.Context, reach access.Reach, name string) (access.GroupID, error) {
	actor, id := reach.Actor(), access.GroupID(access.NewID())
	return id, db.change(ctx, func(t *tx) error {
		at, _, err := t.changeGround(ctx, reach)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `insert into acting_group (realm_id, group_id, organization_id, name, name_folded, created_at) values ($1, $2, $3, $4, $5, $6)`,
			int64(actor.Realm), string(id), string(at.organization), name, fold.Text(name), t.db.now().UnixMicro())
		if err != nil {
			return groupNamed(err)
		}
		return t.auditGroup(ctx, actor, at.organization, "group.created", id, nil, saidOfGroup{Name: name}, "")
	})
}

// groupNamed says what is wrong where a name is taken.
func groupNamed(err error) error {
	if breaks(err, ruleUnique, "acting_group_name", "name_folded") {
		return management.ErrGroupName
	}
	return err
}

// RenameGroup gives a group another name.
func (db *DB) RenameGroup(ctx context.Context, reach access.Reach, id access.GroupID, name string) error {
	actor := reach.Actor()
	return unlessNothing(db.change(ctx, func(t *tx) error {
		at, fresh, err := t.changeGround(ctx, reach)
		if err != nil {
			return err
		}
		g, err := groupIn(ctx, t, actor.Realm, at.organization, id, fresh.At())
		switch {
		case err != nil:
			return err
		case g.System != "":
			return management.ErrGroupSystem
		case !g.Ended.IsZero():
			return management.ErrGroupEnded
		case g.Name == name:
			return errNothingToDo
		}
		if _, err := t.exec(ctx, `update acting_group set name = $1, name_folded = $2 where realm_id = $3 and group_id = $4`,
			name, fold.Text(name), int64(actor.Realm), string(id)); err != nil {
			return groupNamed(err)
		}
		return t.auditGroup(ctx, actor, at.organization, "group.renamed", id, saidOfGroup{Name: g.Name}, saidOfGroup{Name: name}, "")
	}))
}

// groupPlan is a change of a group, worked out at one moment.
type groupPlan struct {
	management.GroupPreview
	ground
	people []access.AccountID
}

// planGroup checks a change and weighs it.
func (db *DB) planGroup(ctx context.Context, q querier, reach access.Reach, c management.GroupChange) (*groupPlan, error) {
	at, err := groundOf(ctx, q, reach)
	if err != nil {
		return nil, err
	}
	realm := reach.Actor().Realm
	plan := &groupPlan{ground: at}
	plan.Zone = at.zone
	if plan.Group, err = groupIn(ctx, q, realm, at.organization, c.Group, reach.At()); err != nil {
		return nil, err
	}
	switch ended := !plan.Group.Ended.IsZero(); {
	case ended && c.Act != management.RestoreGroup:
		return nil, management.ErrGroupEnded
	case !ended && c.Act == management.RestoreGroup:
		return nil, management.ErrGroupLive
	case c.Act == management.EndGroup && plan.Group.System != "":
		return nil, management.ErrGroupSystem
	}
	if plan.Given, err = groupGifts(ctx, q, realm, c.Group, reach.At()); err != nil {
		return nil, err
	}
	begin := make([]access.Grant, len(plan.Given))
	for i, gift := range plan.Given {
		begin[i] = gift.Grant
		begin[i].Via, begin[i].From, begin[i].Until = nil, reach.At(), time.Time{} // what begins later is shown as it will be
	}
	if err := handsOn(reach, begin); err != nil {
		return nil, err
	}
	if err := plan.choose(ctx, q, reach, c); err != nil {
		return nil, err
	}
	joins := c.Act == management.JoinGroup || c.Act == management.RestoreGroup
	if joins && (c.Act == management.JoinGroup || len(begin) > 0) && slices.Contains(plan.people, reach.Actor().Account) {
		return nil, management.ErrGiveSelf
	}
	ends := func(g access.Grant) bool { return g.Via != nil && g.Via.Group == c.Group }
	if joins {
		ends = func(access.Grant) bool { return false }
	} else {
		begin = nil
	}
	if plan.Managers, err = managers(ctx, q, realm, at.organization, reach.At().UnixMicro()); err != nil {
		return nil, err
	}
	before, err := factsToWeigh(ctx, q, realm, plan.people)
	if err != nil {
		return nil, err
	}
	held := make([]management.Held, len(before))
	for i, f := range before {
		held[i] = management.Held{Before: f, After: management.Instead(f, ends, begin...)}
	}
	if plan.Effect, err = weighSight(ctx, q, reach, held); err != nil {
		return nil, err
	}
	about := []string{"group", string(c.Act), string(c.Group), c.From.String(), c.Until.String()}
	for _, g := range plan.Given {
		about = append(about, string(g.Grant.ID))
	}
	for _, id := range plan.people {
		about = append(about, string(id))
	}
	plan.Effect.Sign(about...)
	return plan, nil
}

// choose finds whom the change is about and from when to when.
func (p *groupPlan) choose(ctx context.Context, q querier, reach access.Reach, c management.GroupChange) error {
	members, err := membersOf(ctx, q, reach.Actor().Realm, []access.GroupID{c.Group}, reach.At())
	if err != nil {
		return err
	}
	switch c.Act {
	case management.JoinGroup:
		p.People, err = peopleHere(ctx, q, reach, p.organization, c.People)
		if err == nil && len(p.People) < len(c.People) {
			err = management.ErrNotOurs
		}
		if err != nil {
			return err
		}
		p.People = slices.DeleteFunc(p.People, func(m management.Person) bool { return slices.Contains(members, m.ID) })
		if len(p.People) == 0 {
			return management.ErrMembers
		}
		p.From, p.Until, err = management.Giving{From: c.From, Until: c.Until}.Dates(reach.At(), p.zone)
		for _, m := range p.People {
			p.people = append(p.people, m.ID)
		}
	case management.LeaveGroup:
		for _, id := range c.People {
			if !slices.Contains(members, id) {
				return management.ErrNoMembers
			}
		}
		p.people = c.People
		p.People, err = namesOf(ctx, q, reach, p.people)
	default:
		p.people = members
		p.People, err = namesOf(ctx, q, reach, members)
	}
	slices.Sort(p.people)
	return err
}

// membersOf lists who is in one of some groups, or will be.
func membersOf(ctx context.Context, q querier, realm access.RealmID, groups []access.GroupID, now time.Time) ([]access.AccountID, error) {
	p := with(int64(realm), now.UnixMicro())
	return collect(ctx, q, `select distinct m.account_id from group_member m join account a on a.realm_id = m.realm_id and a.account_id = m.account_id and a.status <> 'erased'
		where m.realm_id = $1 and (m.until_at is null or m.until_at > $2) and m.group_id in `+in(p, groups)+` order by m.account_id`, p.list,
		func(row *sql.Rows) (id access.AccountID, err error) {
			err = row.Scan(&id)
			return id, err
		})
}

// namesOf names those of some people whom the asker may know.
func namesOf(ctx context.Context, q querier, reach access.Reach, ids []access.AccountID) ([]management.Person, error) {
	var out []management.Person
	for chunk := range slices.Chunk(ids, 400) {
		found, err := peopleOf(ctx, q, reach, chunk)
		if err != nil {
			return nil, err
		}
		for _, person := range found {
			out = append(out, person)
		}
	}
	slices.SortFunc(out, func(a, b management.Person) int {
		return strings.Compare(a.Name+" "+string(a.ID), b.Name+" "+string(b.ID))
	})
	return out, nil
}

// factsToWeigh is factsOfSome with those, too, who are invited only.
func factsToWeigh(ctx context.Context, q querier, realm access.RealmID, ids []access.AccountID) ([]access.Facts, error) {
	var out []access.Facts
	for chunk := range slices.Chunk(ids, 400) {
		held, err := heldBySome(ctx, q, realm, chunk)
		if err != nil {
			return nil, err
		}
		p := with(int64(realm))
		found, err := collect(ctx, q, `select a.account_id, a.organization_id, a.home from account a where a.realm_id = $1 and a.account_id in `+in(p, chunk)+`
			and a.status in ('active', 'invited') order by a.account_id`, p.list, func(row *sql.Rows) (access.Facts, error) {
			actor := access.Actor{Realm: realm}
			err := row.Scan(&actor.Account, &actor.Organization, &actor.Home)
			return access.NewFacts(actor, 0, held[actor.Account]), err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// PreviewGroup works out what a change of a group would come to.
func (db *DB) PreviewGroup(ctx context.Context, reach access.Reach, c management.GroupChange) (management.GroupPreview, error) {
	var out management.GroupPreview
	err := db.view(ctx, func(q querier) error {
		plan, err := db.planGroup(ctx, q, reach, c)
		if err == nil {
			out = plan.GroupPreview
		}
		return err
	})
	return out, err
}

// ChangeGroup does it.
func (db *DB) ChangeGroup(ctx context.Context, reach access.Reach, c management.GroupChange, seen string) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		_, fresh, err := t.changeGround(ctx, reach)
		if err != nil {
			return err
		}
		plan, err := db.planGroup(ctx, t, fresh, c)
		if err != nil {
			return err
		}
		if err := plan.Effect.Confirmed(seen); err != nil {
			return err
		}
		said, action, err := t.applyGroup(ctx, actor.Realm, c, plan)
		if err != nil {
			return err
		}
		if err := t.stillRoom(ctx, actor.Realm, plan.organization, plan.Managers); err != nil {
			return err
		}
		for _, s := range plan.Effect.Changed {
			said.Gains, said.Loses = said.Gains+s.Gains, said.Loses+s.Loses
		}
		var before, after any
		if after = said; c.Act == management.LeaveGroup || c.Act == management.EndGroup {
			before, after = said, nil
		}
		return t.auditGroup(ctx, actor, plan.organization, action, c.Group, before, after, c.Reason)
	})
}

// applyGroup writes the rows of a change.
func (t *tx) applyGroup(ctx context.Context, realm access.RealmID, c management.GroupChange, plan *groupPlan) (said saidOfGroup, action string, err error) {
	now := t.db.now().UnixMicro()
	said.Members = plan.people
	switch c.Act {
	case management.JoinGroup:
		for _, id := range plan.people {
			if _, err := t.exec(ctx, `insert into group_member (realm_id, organization_id, group_id, account_id, from_at, until_at) values ($1, $2, $3, $4, $5, $6)
				on conflict (realm_id, group_id, account_id, from_at) do update set until_at = excluded.until_at`,
				int64(realm), string(plan.organization), string(c.Group), string(id), plan.From.UnixMicro(), micros(plan.Until)); err != nil {
				return said, "", err
			}
		}
		said.From = day.Of(plan.From, plan.zone).String()
		if !plan.Until.IsZero() {
			said.Until = c.Until.String()
		}
		return said, "group.members_added", nil
	case management.LeaveGroup:
		for _, id := range plan.people {
			// A membership that was to begin later never begins.
			if _, err := t.exec(ctx, `update group_member set until_at = case when from_at > $1 then from_at else $1 end
				where realm_id = $2 and group_id = $3 and account_id = $4 and (until_at is null or until_at > $1)`,
				now, int64(realm), string(c.Group), string(id)); err != nil {
				return said, "", err
			}
		}
		return said, "group.members_removed", nil
	case management.EndGroup:
		said.Name, said.Members = plan.Group.Name, nil
		_, err = t.exec(ctx, `update acting_group set ended_at = $1 where realm_id = $2 and group_id = $3`, now, int64(realm), string(c.Group))
		return said, "group.ended", err
	}
	said.Name, said.Members = plan.Group.Name, nil
	_, err = t.exec(ctx, `update acting_group set ended_at = null where realm_id = $1 and group_id = $2`, int64(realm), string(c.Group))
	return said, "group.restored", groupNamed(err)
}

// stillRoom refuses a change that made the organization have more managers than
// its limit allows, and more than it had before (Q-13, I-22): the transaction
// holds its row, so that nobody else's change counts in between.
func (t *tx) stillRoom(ctx context.Context, realm access.RealmID, organization access.OrgID, before management.Managers) error {
	after, err := managers(ctx, t, realm, organization, t.db.now().UnixMicro())
	if err != nil {
		return err
	}
	if after.Limit > 0 && after.Count > after.Limit && after.Count > before.Count {
		return management.ErrNoRoom.With(before.Count, after.Limit)
	}
	return nil
}
