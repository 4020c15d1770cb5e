package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/learning"
)

// holdLearners makes changes to the enrollments of the same learners happen
// one after the other: a transcript packed from rows that another transaction
// is about to change would forget them.
func (t *tx) holdLearners(ctx context.Context, realm access.RealmID, learners []access.LearnerNo) error {
	learners = slices.Sorted(slices.Values(learners)) // the same order for all: no deadlock
	for chunk := range slices.Chunk(learners, 500) {
		var no access.LearnerNo
		p := with(int64(realm))
		err := each(ctx, t, `select learner from account where realm_id = $1 and learner in `+inNumbers(chunk)+` order by learner`+t.db.dialect.holdRows,
			p.list, func(row *sql.Rows) error { return row.Scan(&no) })
		if err != nil {
			return err
		}
	}
	return nil
}

// source is what brings and keeps enrollments (I-11).
type source struct {
	kind        learning.SourceKind
	ref         string // the seat, assignment or content grant
	from, until time.Time
	due         day.Day // of the enrollments that are made; zero or none: they have no due day
}

// dueOrNull is the due day as it is stored.
func (s source) dueOrNull() any {
	if s.due <= 0 {
		return nil
	}
	return int64(s.due)
}

// enroll gives a learner one more source for each of some activities, and an
// enrollment where there is none yet. The caller packs the transcript.
func (t *tx) enroll(ctx context.Context, realm access.RealmID, learner access.LearnerNo, activities []access.ActivityNo, s source) error {
	for chunk := range slices.Chunk(activities, 100) {
		p := with(int64(realm), int64(learner), micros(s.from), s.dueOrNull())
		rows := make([]string, len(chunk))
		for i, activity := range chunk {
			rows[i] = "($1, $2, " + p.put(int64(activity)) + ", $3, $4, 0, 0, 0)"
		}
		if _, err := t.exec(ctx, `insert into enrollment (realm_id, learner, activity, enrolled_at, due_on, progress, minutes_spent, changes)
			values `+strings.Join(rows, ", ")+` on conflict do nothing`, p.list...); err != nil {
			return err
		}
		p = with(int64(realm), int64(learner), string(s.kind), s.ref, micros(s.from), micros(s.until))
		for i, activity := range chunk {
			rows[i] = "($1, $2, " + p.put(int64(activity)) + ", $3, $4, $5, $6)"
		}
		if _, err := t.exec(ctx, `insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at, until_at)
			values `+strings.Join(rows, ", ")+` on conflict (realm_id, learner, activity, kind, ref, from_at) do update set until_at = excluded.until_at`, p.list...); err != nil {
			return err
		}
	}
	return nil
}

// productActivities lists the activities that a product has now: itself, or
// those of the program.
func productActivities(ctx context.Context, q querier, realm access.RealmID, product string) ([]access.ActivityNo, error) {
	return collect(ctx, q, `select activity from activity where realm_id = $1 and activity_id = $2
		union select activity from program_activity where realm_id = $1 and program_id = $2 and until_at is null order by 1`,
		[]any{int64(realm), product}, func(row *sql.Rows) (access.ActivityNo, error) {
			var no access.ActivityNo
			err := row.Scan(&no)
			return no, err
		})
}

// replaceEnrollment keeps the values that stood before a change and writes the new ones.
func (t *tx) replaceEnrollment(ctx context.Context, realm access.RealmID, learner access.LearnerNo, before, after learning.Enrollment, occurred time.Time) error {
	old := learning.Before(before, t.db.now())
	if _, err := t.exec(ctx, `insert into enrollment_change (realm_id, learner, activity, no, changed_at, progress, score, due_on, valid_until,
			started_at, completed_at, outcome, outcome_on, minutes_spent, last_active_at)
		select realm_id, learner, activity, changes + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
		from enrollment where realm_id = $12 and learner = $13 and activity = $14`,
		old.ChangedAt.UnixMicro(), old.Progress, scoreOrNull(old.Score), dayOrNull(old.DueOn), dayOrNull(old.ValidUntil),
		micros(old.StartedAt), micros(old.CompletedAt), orNull(old.Outcome.String()), dayOrNull(old.OutcomeOn), old.Minutes, micros(old.LastActiveAt),
		int64(realm), int64(learner), int64(before.Activity)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `update enrollment set changes = changes + 1, progress = $1, score = $2, started_at = $3, completed_at = $4,
			minutes_spent = $5, last_active_at = $6, occurred_at = coalesce($7, occurred_at), due_on = $8, outcome = $9, outcome_on = $10
		where realm_id = $11 and learner = $12 and activity = $13`,
		after.Progress, scoreOrNull(after.Score), micros(after.StartedAt), micros(after.CompletedAt),
		after.Minutes, micros(after.LastActiveAt), micros(occurred), dayOrNull(after.DueOn), orNull(after.Outcome.String()), dayOrNull(after.OutcomeOn),
		int64(realm), int64(learner), int64(before.Activity))
	return err
}

// scoreOrNull is how a score is stored; none is null.
func scoreOrNull(score int32) any {
	if score < 0 {
		return nil
	}
	return int64(score)
}
