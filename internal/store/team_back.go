package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// teamUndo is what taking an act on a team back needs.
type teamUndo struct {
	Name   string       `json:"name"`
	At     int64        `json:"at"` // when it was done
	People []teamUndone `json:"people,omitempty"`
}

type teamUndone struct {
	Account access.AccountID `json:"account"`
	Subject string           `json:"subject"`
}

func (u teamUndo) ids() (out []access.AccountID) {
	for _, p := range u.People {
		out = append(out, p.Account)
	}
	return out
}

// TakeTeamBack takes an act on a team back. What lay between stays in the
// history: whoever is put back is a member anew.
func (db *DB) TakeTeamBack(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error) {
	var undo teamUndo
	if err := json.Unmarshal(act.Undo, &undo); err != nil {
		return bulk.Act{}, fmt.Errorf("undo of act %s: %w", act.ID, err)
	}
	actor := asks(access.TeamEdit).Actor()
	var back bulk.Act
	err := db.change(ctx, func(t *tx) error {
		var plan bulk.Plan
		var err error
		switch id := access.TeamID(act.Subject); act.Kind {
		case team.AddAct:
			plan, err = t.takeOutAgain(ctx, asks, id, undo)
		case team.RemoveAct:
			plan, err = t.putBack(ctx, asks, id, undo)
		default:
			plan, err = t.giveTeamBack(ctx, asks, id)
		}
		if err != nil {
			return err
		}
		back, err = t.undoAct(ctx, actor, act, plan)
		return err
	})
	return back, err
}

// takeOutAgain ends the memberships that an act began and nobody has ended since.
func (t *tx) takeOutAgain(ctx context.Context, asks bulk.Asks, id access.TeamID, undo teamUndo) (out bulk.Plan, err error) {
	edits := asks(access.TeamEdit)
	actor := edits.Actor()
	_, fresh, err := t.changeAccess(ctx, edits, teamIn, with(int64(actor.Realm), string(id)))
	if err != nil {
		return out, err
	}
	of, err := readTeam(ctx, t, fresh, access.Reach{}, id, `t.ended_at is null`)
	if err != nil {
		return out, err
	}
	now := t.db.now().UnixMicro()
	var left []access.AccountID
	for _, p := range undo.People {
		n, err := t.exec(ctx, `update team_member set until_at = case when from_at > $1 then from_at else $1 end
			where realm_id = $2 and team_id = $3 and account_id = $4 and from_at = $5 and until_at is null`, now, int64(actor.Realm), string(id), string(p.Account), undo.At)
		if err != nil {
			return out, err
		}
		line := bulk.Line{Subject: p.Subject, Result: team.LineKept}
		if n > 0 {
			line.Result, line.OK = team.LineTakenBack, true
			left = append(left, p.Account)
		}
		out.Lines = append(out.Lines, line)
	}
	if len(left) == 0 {
		return out, nil
	}
	return out, t.audit(ctx, actor, audit.Event{
		Organization: of.Organization, Action: "team.members_removed", SubjectKind: "team", SubjectID: string(id), Before: map[string]any{"members": left},
	})
}

// putBack adds those again whom an act removed, as far as the asker may.
func (t *tx) putBack(ctx context.Context, asks bulk.Asks, id access.TeamID, undo teamUndo) (bulk.Plan, error) {
	plan, err := t.changeTeam(ctx, team.AddAct, asks, id, team.Chosen(undo.ids()))
	if err != nil {
		return bulk.Plan{}, err
	}
	if plan.Effective() > 0 {
		if err := t.doTeam(ctx, asks(access.TeamEdit).Actor(), team.AddAct, plan); err != nil {
			return bulk.Plan{}, err
		}
	}
	for i := range plan.Lines {
		l := &plan.Lines[i]
		l.Detail = nil
		if l.OK {
			l.Result = team.LineTakenBack
		} else {
			l.Subject = undo.People[i].Subject
		}
	}
	plan.Facts = nil
	return plan.Plan, nil
}

// giveTeamBack makes a deleted team a team again, with its members and with all
// access at it, as far as there is room for the people who hold that.
func (t *tx) giveTeamBack(ctx context.Context, asks bulk.Asks, id access.TeamID) (out bulk.Plan, err error) {
	edits := asks(access.TeamEdit)
	actor := edits.Actor()
	at, fresh, err := t.changeAccess(ctx, edits, teamIn, with(int64(actor.Realm), string(id)))
	if err != nil {
		return out, err
	}
	of, err := readTeam(ctx, t, fresh, access.Reach{}, id, `t.ended_at is not null`)
	if err != nil {
		return out, err
	}
	if err := team.MayEnd(fresh, of); err != nil {
		return out, err
	}
	now := t.db.now().UnixMicro()
	before, err := managers(ctx, t, actor.Realm, at.organization, now)
	if err != nil {
		return out, err
	}
	_, err = t.exec(ctx, `update team set ended_at = null where realm_id = $1 and team_id = $2`, int64(actor.Realm), string(id))
	if breaks(err, ruleUnique, "team_name", "name_folded") {
		return out, team.ErrRetaken
	}
	if err != nil {
		return out, err
	}
	if err := t.roomSince(ctx, actor.Realm, at.organization, before); err != nil {
		return out, err
	}
	out.Lines = []bulk.Line{{Subject: of.Name, Result: team.LineTakenBack, OK: true}}
	return out, t.audit(ctx, actor, audit.Event{
		Organization: of.Organization, Action: "team.restored", SubjectKind: "team", SubjectID: string(id), After: map[string]any{"name": of.Name},
	})
}

// roomSince refuses what has brought more people into managing roles than the
// organization's limit allows (I-22). Whoever has counted before holds its row.
func (t *tx) roomSince(ctx context.Context, realm access.RealmID, id access.OrgID, before management.Managers) error {
	after, err := managers(ctx, t, realm, id, t.db.now().UnixMicro())
	if err != nil {
		return err
	}
	if after.Limit > 0 && after.Count > before.Count && after.Count > after.Limit {
		return management.ErrNoRoom.With(before.Count, before.Limit)
	}
	return nil
}
