package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/transcript"
)

var _ learning.Store = (*DB)(nil)

// OwnActivities lists what the asker is or was enrolled in, by title.
func (db *DB) OwnActivities(ctx context.Context, reach access.Reach) ([]learning.Own, error) {
	var out []learning.Own
	err := db.view(ctx, func(q querier) error {
		realm := reach.Actor().Realm
		p := with(int64(realm))
		var learner access.LearnerNo
		var zoneName string
		var windows transcript.Windows
		if err := one(ctx, q, `select a.learner, o.zone, o.due_soon_days, o.expires_soon_days from account a
			join organization o on o.realm_id = a.realm_id and o.organization_id = a.organization_id
			where a.realm_id = $1 and `+visible(reach, "a", p), p.list,
			&learner, &zoneName, &windows.DueSoon, &windows.ExpiresSoon); err != nil {
			return err
		}
		zone := day.ZoneOr(zoneName)
		byLearner, err := enrollments(ctx, q, realm, []access.LearnerNo{learner})
		if err != nil {
			return err
		}
		sources, err := ownSources(ctx, q, realm, learner, reach.At())
		if err != nil {
			return err
		}
		var nos []access.ActivityNo
		facts := map[access.ActivityNo]learning.Enrollment{}
		for _, e := range byLearner[learner] {
			nos, facts[e.Activity] = append(nos, e.Activity), e
		}
		activities, err := collect(ctx, q, `select `+activityColumns+` from product pr
			join activity ac on ac.realm_id = pr.realm_id and ac.activity_id = pr.product_id
			where pr.realm_id = $1 and ac.activity in `+inNumbers(nos)+` order by pr.title_folded, pr.product_id`, []any{int64(realm)}, scanActivity)
		if err != nil {
			return err
		}
		today := day.Of(reach.At(), zone)
		for _, a := range activities {
			o := learning.Own{Activity: a, Entry: facts[a.No].Entry(zone), Sources: sources[a.No]}
			o.State = o.Entry.On(today, windows)
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// ownSources tells by what a learner's enrollments came, the earliest first.
func ownSources(ctx context.Context, q querier, realm access.RealmID, learner access.LearnerNo, now time.Time) (map[access.ActivityNo][]learning.Source, error) {
	out := map[access.ActivityNo][]learning.Source{}
	err := each(ctx, q, `select s.activity, s.kind, s.from_at, s.until_at, coalesce(pu.company, ''), coalesce(pr.title, '')
		from enrollment_source s
		left join seat st on st.realm_id = s.realm_id and st.seat_id = s.ref and s.kind = 'seat'
		left join purchase pu on pu.realm_id = st.realm_id and pu.purchase_id = st.purchase_id
		left join product pr on pr.realm_id = pu.realm_id and pr.product_id = pu.product_id and pr.kind = 'program'
		where s.realm_id = $1 and s.learner = $2 order by s.activity, s.from_at, s.kind, s.ref`,
		[]any{int64(realm), int64(learner)}, func(row *sql.Rows) error {
			var activity access.ActivityNo
			var s learning.Source
			var kind string
			var from int64
			var until sql.NullInt64
			err := row.Scan(&activity, &kind, &from, &until, &s.Company, &s.Program)
			s.Kind = learning.SourceKind(kind)
			s.Open = from <= now.UnixMicro() && (!until.Valid || now.UnixMicro() < until.Int64)
			out[activity] = append(out[activity], s)
			return err
		})
	return out, err
}

// LaunchActivity marks an own activity as started and active, and gives the
// address to open.
func (db *DB) LaunchActivity(ctx context.Context, reach access.Reach, activity content.ProductID) (string, error) {
	var url string
	err := db.changeOwn(ctx, reach, activity, "activity.launched", func(s learning.Standing, now time.Time) (learning.Enrollment, error) {
		url = s.Activity.URL
		return s.Launch(now)
	})
	if err != nil {
		return "", err
	}
	return url, nil
}

// CompleteActivity marks an own activity as done.
func (db *DB) CompleteActivity(ctx context.Context, reach access.Reach, activity content.ProductID) error {
	return db.changeOwn(ctx, reach, activity, "activity.completed", learning.Standing.Complete)
}

// changeOwn changes one enrollment of the asker by a rule of package learning.
// It neither reads nor moves the organization's revision: what one learns
// oneself changes nobody's access.
func (db *DB) changeOwn(ctx context.Context, reach access.Reach, activity content.ProductID, action string,
	rule func(learning.Standing, time.Time) (learning.Enrollment, error),
) error {
	actor := reach.Actor()
	return db.change(ctx, func(t *tx) error {
		if err := t.holdLearners(ctx, actor.Realm, []access.LearnerNo{actor.Learner}); err != nil {
			return err
		}
		p := with(int64(actor.Realm), string(activity))
		var a content.Activity
		found, err := collect(ctx, t, `select `+enrollmentColumns+`, coalesce(ac.url, ''), ac.self_complete
			from account a
			join activity ac on ac.realm_id = a.realm_id and ac.activity_id = $2
			join enrollment e on e.realm_id = a.realm_id and e.learner = a.learner and e.activity = ac.activity
			left join enrollment_source s on s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity
			where a.realm_id = $1 and `+visible(reach, "a", p)+enrollmentGroup+`, ac.url, ac.self_complete`,
			p.list, func(row *sql.Rows) (learning.Enrollment, error) {
				_, e, err := scanEnrollment(row, &a.URL, &a.SelfComplete)
				return e, err
			})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.ErrNotFound
		}
		before, now := found[0], db.now().UTC().Truncate(time.Microsecond)
		after, err := rule(learning.Standing{Activity: a, Enrollment: before}, now)
		if err != nil || after == before {
			return err
		}
		var occurred time.Time // opening something says nothing about progress
		if after.Progress != before.Progress || !after.CompletedAt.Equal(before.CompletedAt) {
			occurred = now
		}
		if err := t.replaceEnrollment(ctx, actor.Realm, actor.Learner, before, after, occurred); err != nil {
			return err
		}
		if err := t.audit(ctx, actor, audit.Event{
			Organization: actor.Own(), Action: action, SubjectKind: "activity", SubjectID: string(activity),
		}); err != nil {
			return err
		}
		return t.rebuildTranscripts(ctx, actor.Realm, []access.LearnerNo{actor.Learner})
	})
}
