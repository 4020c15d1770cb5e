package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// entriesAsOf tells what transcripts said at the end of a past day: the values
// before the earliest later change, and only the sources that had begun. A day
// is that of each learner's organization. Seats that ended by date are shown
// so, with facts up to their last day.
func entriesAsOf(ctx context.Context, q querier, realm access.RealmID, learners []access.LearnerNo, d day.Day) (map[access.LearnerNo][]transcript.Entry, error) {
	zones, err := learnerZones(ctx, q, realm, learners)
	if err != nil {
		return nil, err
	}
	byZone := map[*time.Location][]access.LearnerNo{}
	for _, l := range learners {
		if zone, ok := zones[l]; ok {
			byZone[zone] = append(byZone[zone], l)
		}
	}
	out := make(map[access.LearnerNo][]transcript.Entry, len(learners))
	for zone, some := range byZone {
		at := d.Add(1).Start(zone).Add(-time.Microsecond)
		changes, err := changesAfter(ctx, q, realm, some, at)
		if err != nil {
			return nil, err
		}
		err = each(ctx, q, `select `+enrollmentColumns+` from enrollment e
			left join enrollment_source s on s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity and s.from_at <= $2
			where e.realm_id = $1 and e.learner in `+inNumbers(some)+enrollmentGroup, []any{int64(realm), at.UnixMicro()}, func(row *sql.Rows) error {
			learner, e, err := scanEnrollment(row)
			if err != nil {
				return err
			}
			past := learning.AsOf(e, changes[enrollmentKey{learner, e.Activity}], at)
			out[learner] = append(out[learner], past.Entry(zone))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// enrollmentKey names an enrollment in its realm.
type enrollmentKey struct {
	learner  access.LearnerNo
	activity access.ActivityNo
}

// changesAfter reads the changes made after an instant, in the order they were made.
func changesAfter(ctx context.Context, q querier, realm access.RealmID, learners []access.LearnerNo, at time.Time) (map[enrollmentKey][]learning.Change, error) {
	out := map[enrollmentKey][]learning.Change{}
	err := each(ctx, q, `select learner, activity, changed_at, progress, score, due_on, valid_until, started_at, completed_at,
			coalesce(outcome, ''), outcome_on, minutes_spent, last_active_at
		from enrollment_change where realm_id = $1 and changed_at > $2 and learner in `+inNumbers(learners)+` order by learner, activity, no`,
		[]any{int64(realm), at.UnixMicro()}, func(row *sql.Rows) error {
			var key enrollmentKey
			var c learning.Change
			var changed int64
			var score, due, valid, started, completed, outcomeOn, active sql.NullInt64
			var outcome string
			err := row.Scan(&key.learner, &key.activity, &changed, &c.Progress, &score, &due, &valid, &started, &completed, &outcome, &outcomeOn, &c.Minutes, &active)
			c.ChangedAt, c.StartedAt, c.CompletedAt, c.LastActiveAt = time.UnixMicro(changed).UTC(), instant(started), instant(completed), instant(active)
			c.DueOn, c.ValidUntil, c.OutcomeOn = aDay(due), aDay(valid), aDay(outcomeOn)
			c.Outcome, _ = transcript.ParseOutcome(outcome)
			c.Score = transcript.NoScore
			if score.Valid {
				c.Score = int32(score.Int64)
			}
			out[key] = append(out[key], c)
			return err
		})
	return out, err
}
