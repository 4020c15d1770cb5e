package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// rebuildTranscripts packs the transcripts of learners anew from their own
// rows. It runs at the end of every transaction that changes any of them.
func (t *tx) rebuildTranscripts(ctx context.Context, realm access.RealmID, learners []access.LearnerNo) error {
	for chunk := range slices.Chunk(learners, 500) {
		if err := t.holdLearners(ctx, realm, chunk); err != nil {
			return err
		}
		packed, err := packTranscripts(ctx, t, realm, chunk)
		if err != nil {
			return err
		}
		p := with(int64(realm))
		rows := make([]string, len(packed))
		for i, transcript := range packed {
			rows[i] = "($1, " + p.put(int64(transcript.learner)) + ", 1, " + p.put(transcript.entries) + ", " + t.db.dialect.change + ")"
		}
		if _, err := t.exec(ctx, `insert into transcript (realm_id, learner, version, entries, change_no) values `+strings.Join(rows, ", ")+`
			on conflict (realm_id, learner) do update set version = transcript.version + 1, entries = excluded.entries, change_no = excluded.change_no`, p.list...); err != nil {
			return err
		}
	}
	return nil
}

type packedTranscript struct {
	learner access.LearnerNo
	entries []byte
}

// packTranscripts computes transcripts without storing them; a learner without
// enrollments gets an empty one.
func packTranscripts(ctx context.Context, q querier, realm access.RealmID, learners []access.LearnerNo) ([]packedTranscript, error) {
	out := make([]packedTranscript, 0, len(learners))
	byLearner, err := enrollments(ctx, q, realm, learners)
	if err != nil {
		return nil, err
	}
	zones, err := learnerZones(ctx, q, realm, learners)
	if err != nil {
		return nil, err
	}
	for _, l := range learners {
		zone, ok := zones[l]
		if !ok {
			return nil, fmt.Errorf("transcript of learner %d, who does not exist", l)
		}
		var entries []transcript.Entry
		for _, e := range byLearner[l] {
			entries = append(entries, e.Entry(zone))
		}
		out = append(out, packedTranscript{learner: l, entries: transcript.Encode(entries)})
	}
	return out, nil
}

// enrollmentColumns are read by scanEnrollment; e is enrollment, s its sources.
const enrollmentColumns = `e.learner, e.activity, e.enrolled_at, e.started_at, e.completed_at, e.last_active_at, e.due_on, e.valid_until,
	e.outcome, e.outcome_on, e.progress, e.score, e.minutes_spent,
	min(s.from_at), case when count(*) > count(s.until_at) then null else max(s.until_at) end`

const enrollmentGroup = ` group by e.realm_id, e.learner, e.activity, e.enrolled_at, e.started_at, e.completed_at, e.last_active_at, e.due_on,
	e.valid_until, e.outcome, e.outcome_on, e.progress, e.score, e.minutes_spent`

func enrollments(ctx context.Context, q querier, realm access.RealmID, learners []access.LearnerNo) (map[access.LearnerNo][]learning.Enrollment, error) {
	out := make(map[access.LearnerNo][]learning.Enrollment, len(learners))
	p, these := with(int64(realm)), inNumbers(learners)
	// Said of the sources too, PostgreSQL finds them by index rather than reading all there are.
	err := each(ctx, q, `select `+enrollmentColumns+` from enrollment e
		left join enrollment_source s on s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity and s.learner in `+these+`
		where e.realm_id = $1 and e.learner in `+these+` group by e.realm_id, e.learner, e.activity`, p.list, func(row *sql.Rows) error {
		learner, e, err := scanEnrollment(row)
		out[learner] = append(out[learner], e)
		return err
	})
	return out, err
}

// scanEnrollment reads enrollmentColumns, and what a query asks for after them.
func scanEnrollment(row *sql.Rows, more ...any) (access.LearnerNo, learning.Enrollment, error) {
	var learner access.LearnerNo
	var e learning.Enrollment
	var enrolled int64
	var started, completed, active, due, valid, outcomeOn, score, from, until sql.NullInt64
	var outcome sql.NullString
	err := row.Scan(append([]any{&learner, &e.Activity, &enrolled, &started, &completed, &active, &due, &valid, &outcome, &outcomeOn, &e.Progress, &score, &e.Minutes, &from, &until}, more...)...)
	e.EnrolledAt = time.UnixMicro(enrolled).UTC()
	e.StartedAt, e.CompletedAt, e.LastActiveAt = instant(started), instant(completed), instant(active)
	e.DueOn, e.ValidUntil, e.OutcomeOn = aDay(due), aDay(valid), aDay(outcomeOn)
	e.Outcome, _ = transcript.ParseOutcome(outcome.String)
	e.Score = transcript.NoScore
	if score.Valid {
		e.Score = int32(score.Int64)
	}
	e.From, e.Until = instant(from), instant(until)
	return learner, e, err
}

// learnerZones tells the zone of each learner's organization.
func learnerZones(ctx context.Context, q querier, realm access.RealmID, learners []access.LearnerNo) (map[access.LearnerNo]*time.Location, error) {
	out := make(map[access.LearnerNo]*time.Location, len(learners))
	p := with(int64(realm))
	err := each(ctx, q, `select a.learner, o.zone from account a
		join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
		where a.realm_id = $1 and a.learner in `+inNumbers(learners), p.list, func(row *sql.Rows) error {
		var l access.LearnerNo
		var zone string
		err := row.Scan(&l, &zone)
		out[l] = day.ZoneOr(zone)
		return err
	})
	return out, err
}
