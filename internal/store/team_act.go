package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// teamPlan is what an act on a team does, worked out at one moment.
type teamPlan struct {
	bulk.Plan
	team   team.Team
	people []access.AccountID // who joins or leaves
	effect management.Effect
}

// PlanTeam works out what an act on a team would do now.
func (db *DB) PlanTeam(ctx context.Context, kind bulk.Kind, asks bulk.Asks, id access.TeamID, in team.Input) (bulk.Plan, error) {
	var out bulk.Plan
	err := db.view(ctx, func(q querier) error {
		plan, err := db.planTeam(ctx, q, kind, asked(asks), id, in)
		out = plan.Plan
		return err
	})
	return out, err
}

func (db *DB) planTeam(ctx context.Context, q querier, kind bulk.Kind, asks teamAsks, id access.TeamID, in team.Input) (plan teamPlan, err error) {
	edits, err := asks(access.TeamEdit)
	if err != nil {
		return plan, err
	}
	people, err := asks(access.LearnerView)
	if err != nil {
		return plan, err
	}
	if plan.team, err = readTeam(ctx, q, edits, people, id, `t.ended_at is null`); err != nil {
		return plan, err
	}
	held, err := teamGrants(ctx, q, edits.Actor().Realm, id, db.now().UnixMicro())
	if err != nil {
		return plan, err
	}
	var lines []bulk.Line
	if kind == team.EndAct {
		if err := team.MayEnd(edits, plan.team); err != nil {
			return plan, err
		}
		lines = []bulk.Line{{Subject: plan.team.Name, Result: team.LineEnded, OK: true}}
		plan.effect, err = weighTeamEnd(ctx, q, people, plan.team, held)
	} else {
		if lines, err = plan.lines(ctx, q, kind, asks, held, in); err != nil {
			return plan, err
		}
		plan.effect, err = weighMembers(ctx, q, people, plan.team, held, plan.people, kind == team.AddAct)
	}
	if err != nil {
		return plan, err
	}
	plan.effect.Sign(string(kind), string(id))
	if plan.Plan, err = team.PlanOf(lines, plan.effect); kind == team.EndAct {
		plan.Facts = map[string]int{team.FigureMembers: plan.team.Members}
	}
	return plan, err
}

// lines says of each of the list what becomes of them, and gathers who joins or leaves.
func (plan *teamPlan) lines(ctx context.Context, q querier, kind bulk.Kind, asks teamAsks, held []access.Grant, in team.Input) ([]bulk.Line, error) {
	people, err := asks(access.LearnerView)
	if err != nil {
		return nil, err
	}
	known, err := wantedPeople(ctx, q, people, plan.team.Organization, in.People)
	if err != nil {
		return nil, err
	}
	var ids []access.AccountID
	for _, p := range known {
		ids = append(ids, p.id)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	members, err := membersAmong(ctx, q, people.Actor().Realm, plan.team.ID, ids)
	if err != nil {
		return nil, err
	}
	barred := map[access.AccountID]bool{}
	if kind == team.AddAct {
		if barred, err = notOwn(ctx, q, asks, handedOn(held), ids); err != nil {
			return nil, err
		}
	}
	var out []bulk.Line
	seen := map[access.AccountID]bool{}
	for _, w := range in.People {
		p, found := known[w]
		line := bulk.Line{Subject: p.subject()}
		switch {
		case !found:
			line.Subject, line.Result = w.Said(), team.LineUnknown
		case seen[p.id]:
			line.Result = team.LineTwice
		case kind == team.RemoveAct && !members[p.id]:
			line.Result = team.LineNoMember
		case kind == team.RemoveAct:
			line.Result, line.OK = team.LineRemoved, true
		case members[p.id]:
			line.Result = team.LineMember
		case barred[p.id]:
			line.Result = team.LineMore
		default:
			line.Result, line.OK = team.LineAdded, true
		}
		if line.OK {
			line.Detail = map[string]string{"account": string(p.id)}
			plan.people = append(plan.people, p.id)
		}
		if found {
			seen[p.id] = true
		}
		out = append(out, line)
	}
	slices.Sort(plan.people)
	return out, nil
}

// membersAmong tells who of some people is in a team.
func membersAmong(ctx context.Context, q querier, realm access.RealmID, id access.TeamID, people []access.AccountID) (map[access.AccountID]bool, error) {
	out := map[access.AccountID]bool{}
	for chunk := range slices.Chunk(people, 400) {
		p := with(int64(realm), string(id))
		if err := each(ctx, q, `select m.account_id from team_member m where m.realm_id = $1 and m.team_id = $2 and m.until_at is null and m.account_id in `+in(p, chunk), p.list, func(row *sql.Rows) error {
			var id string
			err := row.Scan(&id)
			out[access.AccountID(id)] = true
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// notOwn tells over who of some people the asker lacks one of the permissions.
func notOwn(ctx context.Context, q querier, asks teamAsks, needed []access.Permission, people []access.AccountID) (map[access.AccountID]bool, error) {
	out := map[access.AccountID]bool{}
	var last access.Reach
	for i, p := range needed {
		reach, err := asks(p)
		if err != nil {
			return nil, err
		}
		if i > 0 && reach.SameBlocks(last) {
			continue
		}
		last = reach
		own, err := wholly(ctx, q, reach, people)
		if err != nil {
			return nil, err
		}
		for _, id := range people {
			out[id] = out[id] || !own[id]
		}
	}
	return out, nil
}

// changeTeam begins a change of a team: its organization's row is taken, and the
// plan is worked out with what the asker has now.
func (t *tx) changeTeam(ctx context.Context, kind bulk.Kind, asks bulk.Asks, id access.TeamID, in team.Input) (teamPlan, error) {
	edits := asks(access.TeamEdit)
	if _, _, err := t.changeAccess(ctx, edits, teamIn, with(int64(edits.Actor().Realm), string(id))); err != nil {
		return teamPlan{}, err
	}
	return t.db.planTeam(ctx, t, kind, t.stillAsked(ctx, asks), id, in)
}

// ChangeTeam does an act on a team at once, if whoever asks confirms the plan.
func (db *DB) ChangeTeam(ctx context.Context, kind bulk.Kind, asks bulk.Asks, id access.TeamID, in team.Input, confirm team.Confirm) (bulk.Plan, error) {
	var out bulk.Plan
	err := db.change(ctx, func(t *tx) error {
		plan, err := t.changeTeam(ctx, kind, asks, id, in)
		if err != nil {
			return err
		}
		out = plan.Plan
		if err := confirm(plan.Plan); err != nil || plan.Effective() == 0 {
			return err
		}
		return t.doTeam(ctx, asks(access.TeamEdit).Actor(), kind, plan)
	})
	return out, err
}

// ActOnTeam does a previewed act.
func (db *DB) ActOnTeam(ctx context.Context, asks bulk.Asks, act bulk.Act, in team.Input) (bulk.Act, error) {
	var done bulk.Act
	err := db.change(ctx, func(t *tx) error {
		plan, err := t.changeTeam(ctx, act.Kind, asks, access.TeamID(act.Subject), in)
		if err != nil {
			return err
		}
		if err := act.Still(plan.Plan); err != nil {
			return err
		}
		actor := asks(access.TeamEdit).Actor()
		if err := t.doTeam(ctx, actor, act.Kind, plan); err != nil {
			return err
		}
		undo := teamUndo{Name: plan.team.Name, At: t.db.now().UnixMicro()}
		for _, l := range plan.Lines {
			if l.OK && act.Kind != team.EndAct {
				undo.People = append(undo.People, teamUndone{Account: access.AccountID(l.Detail["account"]), Subject: l.Subject})
			}
		}
		done, err = t.finishAct(ctx, actor, act, plan.Plan, undo)
		return err
	})
	return done, err
}

// doTeam writes what was planned.
func (t *tx) doTeam(ctx context.Context, actor access.Actor, kind bulk.Kind, plan teamPlan) error {
	event := audit.Event{Organization: plan.team.Organization, SubjectKind: "team", SubjectID: string(plan.team.ID)}
	said := map[string]any{}
	for _, c := range plan.effect.Changed {
		said["gained"], said["lost"] = c.Gains+number(said["gained"]), c.Loses+number(said["lost"])
	}
	var err error
	switch kind {
	case team.AddAct:
		event.Action, said["members"], event.After = "team.members_added", plan.people, said
		err = t.joinTeam(ctx, actor.Realm, plan.team.Organization, plan.team.ID, plan.people)
	case team.RemoveAct:
		event.Action, said["members"], event.Before = "team.members_removed", plan.people, said
		err = t.leaveTeam(ctx, actor.Realm, plan.team.ID, plan.people)
	default:
		event.Action, said["name"], event.Before = "team.ended", plan.team.Name, said
		_, err = t.exec(ctx, `update team set ended_at = $1 where realm_id = $2 and team_id = $3`, t.db.now().UnixMicro(), int64(actor.Realm), string(plan.team.ID))
	}
	if err != nil {
		return err
	}
	return t.audit(ctx, actor, event)
}

func number(v any) int {
	n, _ := v.(int)
	return n
}
