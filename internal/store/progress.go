package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/learning"
)

// RecordProgress takes checked items of progress in one change and answers
// each. Who is out of reach is answered like who is not enrolled.
func (db *DB) RecordProgress(ctx context.Context, reach access.Reach, items []learning.Progress) ([]learning.Status, error) {
	actor := reach.Actor()
	var answers []learning.Status
	err := db.change(ctx, func(t *tx) error {
		reach, err := t.decideAgain(ctx, reach)
		if err != nil {
			return err
		}
		b := batch{tx: t, realm: actor.Realm, reach: reach}
		keys, err := b.resolve(ctx, items)
		if err != nil {
			return err
		}
		answers = b.apply(items, keys)
		changed := b.changed()
		if len(changed) == 0 {
			return nil
		}
		var learners []access.LearnerNo
		for _, key := range changed {
			now := b.known[key]
			if err := t.replaceEnrollment(ctx, actor.Realm, key.learner, now.before, now.after, now.occurred); err != nil {
				return err
			}
			learners = append(learners, key.learner) // sorted: changed is
		}
		if err := t.audit(ctx, actor, audit.Event{
			Organization: actor.Organization, Action: "progress.recorded", SubjectKind: "organization", SubjectID: string(actor.Organization),
			After: map[string]int{"items": len(items), "enrollments": len(changed)},
		}); err != nil {
			return err
		}
		return t.rebuildTranscripts(ctx, actor.Realm, slices.Compact(learners))
	})
	return answers, err
}

// batch is one request's progress on its way into the rows.
type batch struct {
	*tx
	realm access.RealmID
	reach access.Reach
	known map[enrollmentKey]*knownProgress
}

// knownProgress is an enrollment before the batch and after it.
type knownProgress struct {
	before, after learning.Enrollment
	occurred      time.Time
	touched       bool
}

// resolve finds whom and what the items name and reads those enrollments,
// held until the commit. Items that lead nowhere get a zero key.
func (b *batch) resolve(ctx context.Context, items []learning.Progress) ([]enrollmentKey, error) {
	learners, err := b.learners(ctx, items)
	if err != nil {
		return nil, err
	}
	activities, err := b.activities(ctx, items, learners)
	if err != nil {
		return nil, err
	}
	keys := make([]enrollmentKey, len(items))
	var wanted []enrollmentKey
	for i, item := range items {
		who, ok := learners[item.Learner]
		if !ok {
			continue
		}
		no, ok := activities[named{"", item.Activity}]
		if !ok {
			no, ok = activities[named{who.organization, item.Activity}]
		}
		if ok {
			keys[i] = enrollmentKey{who.no, no}
			wanted = append(wanted, keys[i])
		}
	}
	return keys, b.read(ctx, wanted)
}

// somebody is a learner that items name; named is a name in an organization.
type (
	somebody struct {
		no           access.LearnerNo
		organization string
	}
	named struct{ organization, name string }
)

// learners finds the learners in reach, by id and then by external id; an
// external id that several organizations use means the asker's own.
func (b *batch) learners(ctx context.Context, items []learning.Progress) (map[string]somebody, error) {
	out := map[string]somebody{}
	var names []string
	for _, item := range items {
		names = append(names, item.Learner)
	}
	names = unique(names)
	p := with(int64(b.realm))
	read := func(name, query string) error {
		return each(ctx, b.tx, query, p.list, func(row *sql.Rows) error {
			var key string
			var who somebody
			err := row.Scan(&key, &who.no, &who.organization)
			if other, twice := out[key]; twice && other.organization == string(b.reach.Actor().Organization) {
				return err
			}
			out[key] = who
			return err
		})
	}
	if err := read("id", `select a.account_id, a.learner, a.organization_id from account a
		where a.realm_id = $1 and a.account_id in `+in(p, names)+` and `+visible(b.reach, "a", p)); err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { _, ok := out[name]; return ok })
	if len(names) == 0 {
		return out, nil
	}
	p = with(int64(b.realm))
	// The organizations first: their external ids are an index.
	err := read("external id", `select a.external_id, a.learner, a.organization_id from organization o
		cross join account a where o.realm_id = $1 and `+organizationsOf(b.reach, "o", p)+`
		and a.realm_id = o.realm_id and a.organization_id = o.organization_id and a.external_id in `+in(p, names)+`
		and `+visible(b.reach, "a", p))
	return out, err
}

// activities finds the activities by id (under no organization) and by the
// external id they have in the learners' organizations.
func (b *batch) activities(ctx context.Context, items []learning.Progress, learners map[string]somebody) (map[named]access.ActivityNo, error) {
	var names, organizations []string
	for _, item := range items {
		names = append(names, item.Activity)
	}
	for _, who := range learners {
		organizations = append(organizations, who.organization)
	}
	names, organizations = unique(names), unique(organizations)
	out := map[named]access.ActivityNo{}
	p := with(int64(b.realm))
	list := in(p, names)
	err := each(ctx, b.tx, `select pr.product_id, coalesce(pr.external_id, ''), pr.organization_id, ac.activity from product pr
		join activity ac on ac.realm_id = pr.realm_id and ac.activity_id = pr.product_id
		where pr.realm_id = $1 and pr.product_id in `+list+`
		union all
		select pr.product_id, pr.external_id, pr.organization_id, ac.activity from product pr
		join activity ac on ac.realm_id = pr.realm_id and ac.activity_id = pr.product_id
		where pr.realm_id = $1 and pr.organization_id in `+in(p, organizations)+` and pr.external_id in `+list, p.list, func(row *sql.Rows) error {
		var id, external, organization string
		var no access.ActivityNo
		err := row.Scan(&id, &external, &organization, &no)
		out[named{"", id}], out[named{organization, external}] = no, no
		return err
	})
	return out, err
}

// read holds the learners still and reads the enrollments that are named.
func (b *batch) read(ctx context.Context, wanted []enrollmentKey) error {
	b.known = map[enrollmentKey]*knownProgress{}
	if len(wanted) == 0 {
		return nil
	}
	var learners []access.LearnerNo
	var pairs []string
	for _, key := range wanted {
		learners = append(learners, key.learner)
		pairs = append(pairs, "("+strconv.FormatUint(uint64(key.learner), 10)+","+strconv.FormatUint(uint64(key.activity), 10)+")")
	}
	if err := b.holdLearners(ctx, b.realm, unique(learners)); err != nil {
		return err
	}
	return each(ctx, b.tx, `select `+enrollmentColumns+`, e.occurred_at from enrollment e
		left join enrollment_source s on s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity
		where e.realm_id = $1 and (e.learner, e.activity) in (values `+strings.Join(unique(pairs), ",")+`)`+enrollmentGroup+`, e.occurred_at`,
		[]any{int64(b.realm)}, func(row *sql.Rows) error {
			var occurred sql.NullInt64
			learner, e, err := scanEnrollment(row, &occurred)
			b.known[enrollmentKey{learner, e.Activity}] = &knownProgress{before: e, after: e, occurred: instant(occurred)}
			return err
		})
}

// apply brings the items, in their order, onto what is known: the newer
// occurred_at wins.
func (b *batch) apply(items []learning.Progress, keys []enrollmentKey) []learning.Status {
	answers := make([]learning.Status, len(items))
	for i, item := range items {
		known, enrolled := b.known[keys[i]]
		occurred := item.OccurredAt.UTC().Truncate(time.Microsecond)
		switch {
		case !enrolled:
			answers[i] = learning.NotFound
		case occurred.Before(known.occurred):
			answers[i] = learning.Stale
		default:
			answers[i] = learning.Recorded
			after := item.Apply(known.after)
			known.touched = known.touched || after != known.after || !occurred.Equal(known.occurred)
			known.after, known.occurred = after, occurred
		}
	}
	return answers
}

// changed lists the enrollments that the batch changes, in one order for all.
func (b *batch) changed() []enrollmentKey {
	var out []enrollmentKey
	for key, known := range b.known {
		if known.touched {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, func(a, c enrollmentKey) int {
		if a.learner != c.learner {
			return int(int64(a.learner) - int64(c.learner))
		}
		return int(int64(a.activity) - int64(c.activity))
	})
	return out
}

// unique sorts and drops what is there twice.
func unique[T ~string | ~uint32](values []T) []T {
	slices.Sort(values)
	return slices.Compact(values)
}
