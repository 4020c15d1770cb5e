package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// TakeBackEnrolling undoes an act: what it enrolled by hand ends, what it ended
// goes on. What has changed since then stays as it is, and the result says so.
func (db *DB) TakeBackEnrolling(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error) {
	var undo enrollUndo
	if err := json.Unmarshal(act.Undo, &undo); err != nil {
		return act, fmt.Errorf("undo of an act: %w", err)
	}
	var in learning.Enrolling
	if err := json.Unmarshal(act.Input, &in); err != nil {
		return act, fmt.Errorf("input of an act: %w", err)
	}
	in.CompleteBy = 0 // it may be over by now
	out := act
	err := db.change(ctx, func(t *tx) error {
		fresh, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		e := enroller(func(access.Permission) access.Reach { return access.Reach{} }, fresh, act.Kind, in)
		if err := e.readPeople(ctx, t); err != nil {
			return err
		}
		if err := t.holdLearners(ctx, e.realm, e.learners()); err != nil {
			return err
		}
		if err := e.read(ctx, t, t.db.now()); err != nil {
			return err
		}
		back, err := t.takeBack(ctx, e, undo)
		if err != nil {
			return err
		}
		lines := backLines(act.Plan, undo, back)
		if len(back) > 0 {
			if err := t.auditBack(ctx, e, lines); err != nil {
				return err
			}
			if err := t.rebuildTranscripts(ctx, e.realm, touched(back)); err != nil {
				return err
			}
		}
		out, err = t.undoAct(ctx, fresh.Actor(), act, learning.EnrollPlan(lines))
		return err
	})
	return out, err
}

// takeBack undoes the steps that can be, and gives those.
func (t *tx) takeBack(ctx context.Context, e *enrolling, undo enrollUndo) ([]enrollStep, error) {
	at := t.db.now().UTC().Truncate(time.Microsecond).UnixMicro()
	covered := map[access.LearnerNo]bool{}
	for _, who := range e.people {
		covered[who.no] = true
	}
	var done []enrollStep
	var again [][]any
	for _, s := range undo.Steps {
		key := enrollmentKey{s.Learner, s.Activity}
		before, there := e.before[key]
		open := slices.IndexFunc(e.sources[key], func(o openSource) bool { return o.Kind == s.Kind && o.Ref == s.Ref })
		var err error
		switch {
		case !covered[s.Learner] || !there:
			continue
		case e.kind == learning.WithdrawAct && (open >= 0 || s.Until > 0 && s.Until <= at):
			continue // enrolled again since then, or over by now
		case e.kind == learning.WithdrawAct:
			again = append(again, []any{int64(e.realm), int64(s.Learner), int64(s.Activity), string(s.Kind), s.Ref, at, untilOrNull(s.Until)})
			if s.Outcome && before.Outcome == transcript.OutcomeWithdrawn {
				err = t.setOutcome(ctx, e.realm, key, before, transcript.NoOutcome, day.None)
			}
		case open < 0 || e.sources[key][open].from.Int64 != undo.At:
			continue // ended since then, or begun anew
		default:
			if err = t.endHeld(ctx, e.realm, s, at); err != nil {
				return nil, err
			}
			alone := len(e.sources[key]) == 1
			switch {
			case s.Outcome && before.Outcome == transcript.NoOutcome:
				err = t.setOutcome(ctx, e.realm, key, before, transcript.OutcomeWithdrawn, s.OutOn)
			case s.New && alone && before.Outcome == transcript.NoOutcome && before.CompletedAt.IsZero():
				err = t.setOutcome(ctx, e.realm, key, before, transcript.OutcomeWithdrawn, e.today)
			}
		}
		if err != nil {
			return nil, err
		}
		done = append(done, s)
	}
	return done, t.putSources(ctx, again)
}

func untilOrNull(until int64) any {
	if until == 0 {
		return nil
	}
	return until
}

// backLines says what came of each line that had done something.
func backLines(plan bulk.Plan, undo enrollUndo, back []enrollStep) []bulk.Line {
	undone := map[int]bool{}
	for _, s := range back {
		undone[s.Line] = true
	}
	var out []bulk.Line
	said := map[int]bool{}
	for _, s := range undo.Steps {
		if said[s.Line] || s.Line >= len(plan.Lines) {
			continue
		}
		said[s.Line] = true
		was := plan.Lines[s.Line]
		line := bulk.Line{Subject: was.Subject, Result: learning.LineStays, Detail: map[string]string{"product": was.Detail["product"], "person": was.Detail["person"]}}
		if undone[s.Line] {
			line.Result, line.OK = learning.LineTakenBack, true
		}
		out = append(out, line)
	}
	return out
}

// auditBack writes one event for each person to whom it was done.
func (t *tx) auditBack(ctx context.Context, e *enrolling, lines []bulk.Line) error {
	said := map[string]bool{}
	for _, l := range lines {
		id := l.Detail["person"]
		if !l.OK || said[id] {
			continue
		}
		said[id] = true
		action := "enrollment.added_undone"
		if e.kind == learning.WithdrawAct {
			action = "enrollment.withdrawn_undone"
		}
		if err := t.audit(ctx, e.edit.Actor(), audit.Event{
			Organization: access.OrgID(e.people[access.AccountID(id)].organization), Action: action, SubjectKind: "account", SubjectID: id,
		}); err != nil {
			return err
		}
	}
	return nil
}
