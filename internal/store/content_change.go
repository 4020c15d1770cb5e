package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/fold"
)

// AddActivity puts a link into the library of the asker's organization. Nobody
// sees more or less by it: those who see all activities see this one too.
func (db *DB) AddActivity(ctx context.Context, reach access.Reach, n content.NewActivity) (content.ProductID, error) {
	id := content.ProductID(access.NewID())
	err := db.change(ctx, func(t *tx) error {
		at, err := t.library(ctx, reach)
		if err != nil {
			return err
		}
		actor := reach.Actor()
		if err := t.addProduct(ctx, actor, at, id, "activity", n.ExternalID, n.Title); err != nil {
			return err
		}
		var no access.ActivityNo
		if err := one(ctx, t, `update realm set activities = activities + 1 where realm_id = $1 returning activities`, []any{int64(actor.Realm)}, &no); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `insert into activity (realm_id, activity_id, activity, kind, minutes, url, self_complete) values ($1, $2, $3, $4, $5, $6, $7)`,
			int64(actor.Realm), string(id), int64(no), string(content.Link), positiveOrNull(n.Minutes), orNull(n.URL), n.SelfComplete); err != nil {
			return err
		}
		return t.audit(ctx, actor, audit.Event{Organization: at.organization, Action: "activity.added", SubjectKind: "activity", SubjectID: string(id), After: n})
	})
	return id, err
}

// EditActivity changes an activity that still is as it was at a revision.
func (db *DB) EditActivity(ctx context.Context, reach access.Reach, id content.ProductID, revision int64, n content.NewActivity) error {
	return db.change(ctx, func(t *tx) error {
		at, err := t.library(ctx, reach)
		if err != nil {
			return err
		}
		before, err := t.edit(ctx, reach.Actor(), at, id, "activity", revision, n.ExternalID, n.Title)
		if err != nil {
			return err
		}
		if err := n.Check(before.Activity); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update activity set minutes = $1, url = $2, self_complete = $3 where realm_id = $4 and activity_id = $5`,
			positiveOrNull(n.Minutes), orNull(n.URL), n.SelfComplete, int64(reach.Actor().Realm), string(id)); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{
			Organization: at.organization, Action: "activity.changed", SubjectKind: "activity", SubjectID: string(id), After: n,
			Before: content.NewActivity{ExternalID: before.ExternalID, Title: before.Title, URL: before.URL, Minutes: before.Minutes, SelfComplete: before.SelfComplete},
		})
	})
}

// AddProgram puts a program into the library of the asker's organization.
func (db *DB) AddProgram(ctx context.Context, reach access.Reach, n content.NewProgram) (content.ProductID, error) {
	id := content.ProductID(access.NewID())
	err := db.change(ctx, func(t *tx) error {
		at, err := t.library(ctx, reach)
		if err != nil {
			return err
		}
		if err := t.addProduct(ctx, reach.Actor(), at, id, "program", n.ExternalID, n.Title); err != nil {
			return err
		}
		if _, err := t.setParts(ctx, reach.Actor().Realm, at, id, n.Parts); err != nil {
			return err
		}
		return t.audit(ctx, reach.Actor(), audit.Event{Organization: at.organization, Action: "program.added", SubjectKind: "program", SubjectID: string(id), After: n})
	})
	return id, err
}

// EditProgram changes a program that still is as it was at a revision. What
// reporters of its purchases see changes with it, so it begins as every change
// of access does.
func (db *DB) EditProgram(ctx context.Context, reach access.Reach, id content.ProductID, revision int64, n content.NewProgram) error {
	return db.change(ctx, func(t *tx) error {
		actor := reach.Actor()
		at, decided, err := t.changeAccess(ctx, reach, `$2`, with(int64(actor.Realm), string(actor.Organization)))
		if err != nil {
			return err
		}
		if !coversWhole(decided, at) {
			return fault.ErrNotFound
		}
		before, err := t.edit(ctx, actor, at, id, "program", revision, n.ExternalID, n.Title)
		if err != nil {
			return err
		}
		if before.Parts, err = partsOf(ctx, t, actor.Realm, id); err != nil {
			return err
		}
		added, err := t.setParts(ctx, actor.Realm, at, id, n.Parts)
		if err != nil {
			return err
		}
		if n.Enroll && len(added) > 0 {
			if err := t.enrollHolders(ctx, actor.Realm, at, id, added); err != nil {
				return err
			}
		}
		was := content.NewProgram{ExternalID: before.ExternalID, Title: before.Title}
		for _, part := range before.Parts {
			was.Parts = append(was.Parts, content.NewPart{Activity: part.ID, Required: part.Required})
		}
		return t.audit(ctx, actor, audit.Event{Organization: at.organization, Action: "program.changed", SubjectKind: "program", SubjectID: string(id), Before: was, After: n})
	})
}

// library decides again whether the asker may change what their organization
// offers: all of it, or nothing.
func (t *tx) library(ctx context.Context, reach access.Reach) (place, error) {
	decided, err := t.decideAgain(ctx, reach)
	if err != nil {
		return place{}, err
	}
	at := place{organization: reach.Actor().Organization}
	var path string
	if err := one(ctx, t, `select path, zone from organization where realm_id = $1 and organization_id = $2`,
		[]any{int64(reach.Actor().Realm), string(at.organization)}, &path, &at.zone); err != nil {
		return at, err
	}
	at.path = access.Path(path)
	if !coversWhole(decided, at) {
		return at, fault.ErrNotFound
	}
	return at, nil
}

// coversWhole tells whether an organization itself lies in the reach, and not
// only a location in it.
func coversWhole(reach access.Reach, at place) bool {
	covered, owned := reach.CoversThing(access.Thing{Place: at.path})
	return covered && !owned
}

// errTaken is told where an entry's id stands at another one.
var errTaken = fault.Field("external_id", "Another entry of the library has this id.")

func (t *tx) addProduct(ctx context.Context, actor access.Actor, at place, id content.ProductID, kind, external, title string) error {
	_, err := t.exec(ctx, `insert into product (realm_id, product_id, organization_id, kind, external_id, title, title_folded, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		int64(actor.Realm), string(id), string(at.organization), kind, orNull(external), title, fold.Text(title), t.db.now().UnixMicro())
	if breaks(err, ruleUnique, "external_id") {
		return errTaken
	}
	return err
}

// edit moves an entry from a revision to the next and gives what it was before.
func (t *tx) edit(ctx context.Context, actor access.Actor, at place, id content.ProductID, kind string, revision int64, external, title string) (content.Item, error) {
	var was content.Item
	var k string
	// The row is taken first, so that of two editors the second waits for the first.
	var now int64
	if err := one(ctx, t, `update product set revision = revision + 1 where realm_id = $1 and product_id = $2 and organization_id = $3 and kind = $4
		returning revision - 1`, []any{int64(actor.Realm), string(id), string(at.organization), kind}, &now); err != nil {
		return was, err
	}
	if now != revision {
		return was, content.ErrEdited
	}
	if err := one(ctx, t, `select coalesce(pr.external_id, ''), pr.title, coalesce(ac.kind, ''), coalesce(ac.minutes, 0), coalesce(ac.url, ''),
			coalesce(ac.self_complete, pr.kind <> pr.kind)
		from product pr left join activity ac on ac.realm_id = pr.realm_id and ac.activity_id = pr.product_id where pr.realm_id = $1 and pr.product_id = $2`,
		[]any{int64(actor.Realm), string(id)}, &was.ExternalID, &was.Title, &k, &was.Minutes, &was.URL, &was.SelfComplete); err != nil {
		return was, err
	}
	was.ID, was.Kind, was.Program = id, content.Kind(k), kind == "program"
	_, err := t.exec(ctx, `update product set title = $1, title_folded = $2, external_id = $3 where realm_id = $4 and product_id = $5`,
		title, fold.Text(title), orNull(external), int64(actor.Realm), string(id))
	if breaks(err, ruleUnique, "external_id") {
		return was, errTaken
	}
	return was, err
}

// inProgram is an activity as a program has it.
type inProgram struct {
	no       access.ActivityNo
	position int
	required bool
}

// setParts makes a program have some activities and no others, and gives those
// that it had not. What changes begins a new interval, what goes ends its own.
func (t *tx) setParts(ctx context.Context, realm access.RealmID, at place, program content.ProductID, parts []content.NewPart) (added []access.ActivityNo, err error) {
	had, err := collect(ctx, t, `select activity, position, required from program_activity where realm_id = $1 and program_id = $2 and until_at is null`,
		[]any{int64(realm), string(program)}, func(row *sql.Rows) (inProgram, error) {
			var in inProgram
			err := row.Scan(&in.no, &in.position, &in.required)
			return in, err
		})
	if err != nil {
		return nil, err
	}
	var want []inProgram
	for i, part := range parts {
		in := inProgram{position: i + 1, required: part.Required}
		err := one(ctx, t, `select ac.activity from activity ac join product pr on pr.realm_id = ac.realm_id and pr.product_id = ac.activity_id
			where ac.realm_id = $1 and ac.activity_id = $2 and pr.organization_id = $3`, []any{int64(realm), string(part.Activity), string(at.organization)}, &in.no)
		if errors.Is(err, fault.ErrNotFound) {
			return nil, fault.Field("activities", "One of these activities is not in the library.")
		}
		if err != nil {
			return nil, err
		}
		want = append(want, in)
	}
	now := t.db.now().UnixMicro()
	for _, in := range had {
		if slices.Contains(want, in) {
			continue
		}
		if _, err := t.exec(ctx, `update program_activity set until_at = $1 where realm_id = $2 and program_id = $3 and activity = $4 and until_at is null`,
			now, int64(realm), string(program), int64(in.no)); err != nil {
			return nil, err
		}
	}
	for _, in := range want {
		if slices.Contains(had, in) {
			continue
		}
		if !slices.ContainsFunc(had, func(h inProgram) bool { return h.no == in.no }) {
			added = append(added, in.no)
		}
		if _, err := t.exec(ctx, `insert into program_activity (realm_id, program_id, activity, position, required, from_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (realm_id, program_id, activity, from_at) do update set position = excluded.position, required = excluded.required, until_at = null`,
			int64(realm), string(program), int64(in.no), in.position, in.required, now); err != nil {
			return nil, err
		}
	}
	return added, nil
}

// enrollHolders gives the people who hold a live seat of a program some more
// activities, for as long as their seats give access.
func (t *tx) enrollHolders(ctx context.Context, realm access.RealmID, at place, program content.ProductID, activities []access.ActivityNo) error {
	zone := day.ZoneOr(at.zone)
	now := t.db.now()
	const holding = `from purchase p join seat s on s.realm_id = p.realm_id and s.purchase_id = p.purchase_id
		where p.realm_id = $1 and p.organization_id = $2 and p.product_id = $3 and s.state = 'redeemed' and (s.access_until is null or s.access_until >= $4)`
	held := []any{int64(realm), string(at.organization), string(program), int64(day.Of(now, zone))}
	learners, err := collect(ctx, t, `select distinct s.learner `+holding+` order by 1`, held, func(row *sql.Rows) (access.LearnerNo, error) {
		var no access.LearnerNo
		err := row.Scan(&no)
		return no, err
	})
	if err != nil || len(learners) == 0 {
		return err
	}
	if err := t.holdLearners(ctx, realm, learners); err != nil {
		return err
	}
	lasts, err := collect(ctx, t, `select distinct s.access_until `+holding, held, func(row *sql.Rows) (day.Day, error) {
		var last sql.NullInt64
		err := row.Scan(&last)
		return aDay(last), err
	})
	if err != nil {
		return err
	}
	for _, activity := range activities {
		// A seat that has kept the activity since the program had it before keeps it on.
		const lacking = ` and not exists (select 1 from enrollment_source x where x.realm_id = $1 and x.learner = s.learner and x.activity = $5
			and x.kind = 'seat' and x.ref = s.seat_id and (x.until_at is null or x.until_at > $6))`
		if _, err := t.exec(ctx, `insert into enrollment (realm_id, learner, activity, enrolled_at, progress, minutes_spent, changes)
			select distinct s.realm_id, s.learner, cast($5 as bigint), cast($6 as bigint), 0, 0, 0 `+holding+lacking+` on conflict do nothing`,
			append(slices.Clone(held), int64(activity), now.UnixMicro())...); err != nil {
			return err
		}
		for _, last := range lasts {
			if _, err := t.exec(ctx, `insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at, until_at)
				select s.realm_id, s.learner, cast($5 as bigint), 'seat', s.seat_id, cast($6 as bigint), cast($7 as bigint) `+holding+lacking+` and s.access_until is not distinct from $8
				on conflict do nothing`,
				append(slices.Clone(held), int64(activity), now.UnixMicro(), micros(endOfAccess(last, zone)), dayOrNull(last))...); err != nil {
				return err
			}
		}
	}
	return t.rebuildTranscripts(ctx, realm, learners)
}

// positiveOrNull stores a number that is not said as null.
func positiveOrNull(n int) any {
	if n <= 0 {
		return nil
	}
	return int64(n)
}
