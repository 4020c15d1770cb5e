package store

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// EnrollPeople does an act of enrolling or withdrawing, as its preview said.
func (db *DB) EnrollPeople(ctx context.Context, asks bulk.Asks, act bulk.Act, in learning.Enrolling) (bulk.Act, error) {
	out := act
	err := db.change(ctx, func(t *tx) error {
		plan, undo, err := t.enrollAll(ctx, asks, act.Kind, in)
		if err != nil {
			return err
		}
		if err := act.Still(plan); err != nil {
			return err
		}
		out, err = t.finishAct(ctx, asks(access.EnrollmentEdit).Actor(), act, plan, undo)
		return err
	})
	return out, err
}

// EnrollNow does the same at once and says what it did.
func (db *DB) EnrollNow(ctx context.Context, asks bulk.Asks, act bulk.Kind, in learning.Enrolling) (bulk.Plan, error) {
	var plan bulk.Plan
	err := db.change(ctx, func(t *tx) error {
		var err error
		plan, _, err = t.enrollAll(ctx, asks, act, in)
		return err
	})
	return plan, err
}

// enrollUndo is what taking an act back needs.
type enrollUndo struct {
	At    int64        `json:"at"`
	Steps []enrollStep `json:"steps"`
}

// enrollStep is one source that an act began or ended.
type enrollStep struct {
	Line     int                 `json:"l"`
	Learner  access.LearnerNo    `json:"n"`
	Activity access.ActivityNo   `json:"a"`
	Kind     learning.SourceKind `json:"k"`
	Ref      string              `json:"r,omitempty"`
	Until    int64               `json:"u,omitempty"` // of a source that was ended: when it would have
	New      bool                `json:"e,omitempty"` // there was no enrollment before
	Outcome  bool                `json:"o,omitempty"` // the outcome was changed: withdrawn by a withdrawal, taken away by an enrollment
	OutOn    day.Day             `json:"d,omitempty"` // when it was withdrawn before
}

// enrollAll decides again, works out the act and does it.
func (t *tx) enrollAll(ctx context.Context, asks bulk.Asks, kind bulk.Kind, in learning.Enrolling) (bulk.Plan, enrollUndo, error) {
	undo := enrollUndo{At: t.db.now().UTC().Truncate(time.Microsecond).UnixMicro()}
	edit, err := t.decideAgain(ctx, asks(access.EnrollmentEdit))
	if err != nil {
		return bulk.Plan{}, undo, err
	}
	e := enroller(asks, edit, kind, in)
	// Nobody else changes these learners' enrollments from here on.
	if err := e.readPeople(ctx, t); err != nil {
		return bulk.Plan{}, undo, err
	}
	if err := t.holdLearners(ctx, e.realm, e.learners()); err != nil {
		return bulk.Plan{}, undo, err
	}
	if err := e.read(ctx, t, t.db.now()); err != nil {
		return bulk.Plan{}, undo, err
	}
	var steps []step
	lines := e.lines(func(s step) { steps = append(steps, s) })
	plan := learning.EnrollPlan(lines)
	if kind == learning.EnrollAct {
		undo.Steps, err = t.beginSources(ctx, e, steps, undo.At)
	} else {
		undo.Steps, err = t.leaveSources(ctx, e, steps, undo.At)
	}
	if err != nil || len(undo.Steps) == 0 {
		return plan, undo, err
	}
	if err := t.auditEnrolling(ctx, e, lines); err != nil {
		return plan, undo, err
	}
	return plan, undo, t.rebuildTranscripts(ctx, e.realm, touched(undo.Steps))
}

func touched(steps []enrollStep) []access.LearnerNo {
	var out []access.LearnerNo
	for _, s := range steps {
		out = append(out, s.Learner)
	}
	return unique(out)
}

// beginSources enrolls: a source by hand for each activity that lacks one, and
// an enrollment where there is none.
func (t *tx) beginSources(ctx context.Context, e *enrolling, steps []step, at int64) ([]enrollStep, error) {
	var done []enrollStep
	var rows, sources [][]any
	seen := map[enrollmentKey]bool{} // an activity that two of the products have
	for _, s := range steps {
		if s.result == learning.LineAlready || seen[s.key] {
			continue
		}
		seen[s.key] = true
		made := enrollStep{Line: s.line, Learner: s.key.learner, Activity: s.key.activity, Kind: learning.ByHand, Ref: s.product.id, New: s.result == learning.LineEnrolled}
		if made.New {
			rows = append(rows, []any{int64(e.realm), int64(s.key.learner), int64(s.key.activity), at, source{due: e.in.CompleteBy}.dueOrNull(), 0, 0, 0})
		} else if before := e.before[s.key]; before.Outcome == transcript.OutcomeWithdrawn || e.in.CompleteBy > 0 && before.CompletedAt.IsZero() {
			after := before
			if before.Outcome == transcript.OutcomeWithdrawn {
				made.Outcome, made.OutOn = true, before.OutcomeOn
				after.Outcome, after.OutcomeOn = transcript.NoOutcome, day.None
			}
			if e.in.CompleteBy > 0 {
				after.DueOn = e.in.CompleteBy
			}
			if err := t.replaceEnrollment(ctx, e.realm, s.key.learner, before, after, time.Time{}); err != nil {
				return nil, err
			}
		}
		sources = append(sources, []any{int64(e.realm), int64(s.key.learner), int64(s.key.activity), string(learning.ByHand), s.product.id, at, nil})
		done = append(done, made)
	}
	if err := t.insert(ctx, "enrollment", "realm_id, learner, activity, enrolled_at, due_on, progress, minutes_spent, changes", rows); err != nil {
		return nil, err
	}
	return done, t.putSources(ctx, sources)
}

// putSources writes sources; one that began and ended in the same instant goes on.
func (t *tx) putSources(ctx context.Context, rows [][]any) error {
	return t.insertOr(ctx, "enrollment_source", "realm_id, learner, activity, kind, ref, from_at, until_at", rows,
		" on conflict (realm_id, learner, activity, kind, ref, from_at) do update set until_at = excluded.until_at")
}

// leaveSources withdraws: what was enrolled by hand or import ends, and where
// nothing else keeps an enrollment that was not finished, the learner is withdrawn.
func (t *tx) leaveSources(ctx context.Context, e *enrolling, steps []step, at int64) ([]enrollStep, error) {
	var done []enrollStep
	seen := map[enrollmentKey]bool{}
	for _, s := range steps {
		if seen[s.key] { // two of the products have it: what does the first one leave?
			s.leave = e.left(s, done)
		}
		seen[s.key] = true
		for i, k := range s.leave.Ends {
			ended := enrollStep{Line: s.line, Learner: s.key.learner, Activity: s.key.activity, Kind: k.Kind, Ref: k.Ref, Outcome: i == 0 && s.leave.Outcome}
			for _, open := range e.sources[s.key] {
				if open.Kind == k.Kind && open.Ref == k.Ref {
					ended.Until = open.until.Int64
				}
			}
			done = append(done, ended)
		}
	}
	for _, s := range done {
		if err := t.endHeld(ctx, e.realm, s, at); err != nil {
			return nil, err
		}
		if !s.Outcome {
			continue
		}
		key := enrollmentKey{s.Learner, s.Activity}
		if err := t.setOutcome(ctx, e.realm, key, e.before[key], transcript.OutcomeWithdrawn, e.today); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// left is what withdrawing by another product still does once the sources of
// the first were ended.
func (e *enrolling) left(s step, done []enrollStep) learning.Withdrawal {
	stands := e.stands[s.key]
	stands.Keepers = slices.DeleteFunc(slices.Clone(stands.Keepers), func(k learning.Keeper) bool {
		return slices.ContainsFunc(done, func(d enrollStep) bool {
			return d.Learner == s.key.learner && d.Activity == s.key.activity && d.Kind == k.Kind && d.Ref == k.Ref
		})
	})
	return stands.Withdraw(content.ProductID(s.product.id), s.product.program)
}

// endHeld ends an open source.
func (t *tx) endHeld(ctx context.Context, realm access.RealmID, s enrollStep, at int64) error {
	_, err := t.exec(ctx, `update enrollment_source set until_at = case when from_at > $1 then from_at else $1 end
		where realm_id = $2 and learner = $3 and activity = $4 and kind = $5 and ref = $6 and (until_at is null or until_at > $1)`,
		at, int64(realm), int64(s.Learner), int64(s.Activity), string(s.Kind), s.Ref)
	return err
}

// setOutcome says how an enrollment ended, or that it did not, and keeps what stood before.
func (t *tx) setOutcome(ctx context.Context, realm access.RealmID, key enrollmentKey, before learning.Enrollment, to transcript.Outcome, on day.Day) error {
	after := before
	after.Outcome, after.OutcomeOn = to, on
	return t.replaceEnrollment(ctx, realm, key.learner, before, after, time.Time{})
}

// auditEnrolling writes one event for each person who was enrolled or withdrawn.
func (t *tx) auditEnrolling(ctx context.Context, e *enrolling, lines []bulk.Line) error {
	done := map[access.AccountID][]string{}
	for i, l := range lines {
		if l.OK {
			id := e.in.People[i/len(e.products)]
			done[id] = append(done[id], e.products[i%len(e.products)].id)
		}
	}
	action := "enrollment.added"
	if e.kind == learning.WithdrawAct {
		action = "enrollment.withdrawn"
	}
	for _, id := range e.in.People {
		products := done[id]
		if len(products) == 0 {
			continue
		}
		event := audit.Event{Organization: access.OrgID(e.people[id].organization), Action: action, SubjectKind: "account", SubjectID: string(id)}
		if e.kind == learning.EnrollAct {
			event.After = map[string]any{"products": products}
		} else {
			event.Before = map[string]any{"products": products}
		}
		if err := t.audit(ctx, e.edit.Actor(), event); err != nil {
			return err
		}
	}
	return nil
}
