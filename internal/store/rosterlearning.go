package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/roster"
)

// stageEnrollments reads by far the largest file. Its references are looked up
// while it is read, in two maps of what is known: a join each for millions of
// texts would take longer than everything else.
func (i *rosterImport) stageEnrollments(ctx context.Context) error {
	f := roster.FileOf("enrollments")
	columns, create := []string{"line", "wrong", "learner", "activity"}, `create temporary table staged_enrollments (
		line {int} not null {line_key}, wrong {text}, learner {int} not null, activity {int} not null`
	for _, c := range f.Columns[2:] {
		columns = append(columns, c.Name)
		create += ", " + c.Name + " " + c.Kind.SQL()
	}
	if err := i.do(ctx, create+") {strict}"); err != nil || !i.bundle.Has(f) {
		return err
	}
	people, err := i.numbers(ctx, roster.Person)
	if err != nil {
		return err
	}
	activities, err := i.numbers(ctx, roster.Activity)
	if err != nil {
		return err
	}
	return i.read(ctx, f, func(r *roster.Reader) error {
		return i.db.dialect.load(ctx, i.conn, "staged_enrollments", columns, &stagedEnrollments{
			reader: r, people: people, activities: activities, seen: map[int64][]uint32{}, faults: i.faults,
			unsurePeople: i.unsure(roster.Person), unsureActivities: i.unsure(roster.Activity),
			tell: func(n int) { i.tell(roster.Reading, f.Name, n) },
		})
	})
}

// numbers gives the dense numbers of things by the customer's ids.
func (i *rosterImport) numbers(ctx context.Context, t roster.Thing) (map[string]int64, error) {
	out := map[string]int64{}
	query, args := i.statement(`select id, number from known where kind = '` + string(t) + `'`)
	err := each(ctx, i, query, args, func(row *sql.Rows) error {
		var id string
		var n int64
		err := row.Scan(&id, &n)
		out[id] = n
		return err
	})
	return out, err
}

// stagedEnrollments gives the rows of enrollments.csv with the numbers of
// learner and activity in place of their ids.
type stagedEnrollments struct {
	reader                         *roster.Reader
	people, activities             map[string]int64
	seen                           map[int64][]uint32 // activities of each learner so far
	faults                         *roster.Faults
	unsurePeople, unsureActivities bool
	tell                           func(rows int)
	learner, activity              int64
	out                            []any
}

func (s *stagedEnrollments) Err() error { return s.reader.Err() }

// Next goes on to the next row whose references are known and that repeats none.
func (s *stagedEnrollments) Next() bool {
	for s.reader.Next() {
		if s.reader.Rows()%50_000 == 0 {
			s.tell(s.reader.Rows())
		}
		values := s.reader.Values()
		var person, activity bool
		s.learner, person = s.lookup(s.people, values[0], "person_id", noSuch(roster.Person), s.unsurePeople)
		s.activity, activity = s.lookup(s.activities, values[1], "activity_id", noSuch(roster.Activity), s.unsureActivities)
		if !person || !activity {
			continue
		}
		if s.repeats() {
			s.fault("activity_id", "An earlier row has the same person_id and activity_id.")
			continue
		}
		return true
	}
	return false
}

func (s *stagedEnrollments) lookup(known map[string]int64, id any, column, reason string, unsure bool) (int64, bool) {
	text, _ := id.(string)
	n, ok := known[text]
	if !ok && text != "" && !unsure {
		s.fault(column, replaced(reason, text))
	}
	return n, ok
}

// repeats notes the row; a learner has few enough activities to look through.
func (s *stagedEnrollments) repeats() bool {
	mine := s.seen[s.learner]
	for _, a := range mine {
		if a == uint32(s.activity) {
			return true
		}
	}
	s.seen[s.learner] = append(mine, uint32(s.activity))
	return false
}

func (s *stagedEnrollments) fault(column, reason string) {
	s.faults.Add(roster.Fault{File: "enrollments.csv", Line: s.reader.Line(), Column: column, Reason: reason})
}

func (s *stagedEnrollments) Values() ([]any, error) {
	s.out = append(s.out[:0], int64(s.reader.Line()), s.reader.Wrong(), s.learner, s.activity)
	return append(s.out, s.reader.Values()[2:]...), nil
}

const sameEnrollment = `e.realm_id = :realm and e.learner = s.learner and e.activity = s.activity`

func (i *rosterImport) checkEnrollments(ctx context.Context) error {
	if !i.bundle.Has(roster.FileOf("enrollments")) {
		return nil
	}
	return i.check(ctx, "enrollments", "enrolled_at", "A new enrollment needs the instant it began.", `select s.line, '' from staged_enrollments s
		where s.enrolled_at is null and coalesce(s.wrong, '') not like '%,enrolled_at,%' and not exists (select 1 from enrollment e where `+sameEnrollment+`)`)
}

// said lists the columns of enrollments that the file has, as they stand in
// both tables. An outcome and its day go together.
func (i *rosterImport) said() []string {
	var out []string
	for _, c := range []string{"enrolled_at", "started_at", "completed_at", "due_on", "valid_until", "progress", "score", "minutes_spent", "last_active_at"} {
		if i.has("enrollments", c) {
			out = append(out, c)
		}
	}
	if i.has("enrollments", "outcome") || i.has("enrollments", "outcome_on") {
		out = append(out, "outcome", "outcome_on")
	}
	return out
}

// stands is the value that an enrollment gets: its begin cannot be cleared.
func stands(column string) string {
	if column == "enrolled_at" {
		return "coalesce(s.enrolled_at, e.enrolled_at)"
	}
	return "s." + column
}

func (i *rosterImport) applyEnrollments(ctx context.Context) error {
	f := roster.FileOf("enrollments")
	if !i.bundle.Has(f) {
		return nil
	}
	count := roster.Count{File: f.Name}
	all, err := i.number(ctx, `select count(*) from staged_enrollments`)
	if err != nil {
		return err
	}
	met, err := i.number(ctx, `select count(*) from staged_enrollments s join enrollment e on `+sameEnrollment)
	if err != nil {
		return err
	}
	if met > 0 {
		if count.Changed, err = i.changeEnrollments(ctx); err != nil {
			return err
		}
	}
	count.Created, count.Unchanged = int(all-met), int(met)-count.Changed
	i.summary.Files = append(i.summary.Files, count)
	if count.Created > 0 {
		return i.newEnrollments(ctx, met == 0)
	}
	return nil
}

// changeEnrollments applies rows to enrollments that exist, keeping what stood.
func (i *rosterImport) changeEnrollments(ctx context.Context) (changed int, err error) {
	differs, sets := []string{"false"}, []string{"changes = e.changes + 1"}
	for _, c := range i.said() {
		differs = append(differs, "e."+c+" is distinct from "+stands(c))
		sets = append(sets, c+" = "+stands(c))
	}
	err = i.do(
		ctx,
		`create temporary table changed_enrollments as select s.line, s.learner, s.activity, e.enrolled_at as was, (`+strings.Join(differs, " or ")+`) as differs,
				s.kept_until is not null or `+sourceOf(`x.kind = 'import'`)+` as sourced, `+sourceOf(`x.kind <> 'seat' and x.until_at is null`)+` as kept
			from staged_enrollments s join enrollment e on `+sameEnrollment,
		`delete from changed_enrollments where not differs and sourced`,
		`insert into enrollment_change (realm_id, learner, activity, no, changed_at, progress, score, due_on, valid_until, started_at, completed_at,
				outcome, outcome_on, minutes_spent, last_active_at)
			select e.realm_id, e.learner, e.activity, e.changes + 1, :now, e.progress, e.score, e.due_on, e.valid_until, e.started_at, e.completed_at,
				e.outcome, e.outcome_on, e.minutes_spent, e.last_active_at
			from changed_enrollments s join enrollment e on `+sameEnrollment+` where s.differs`,
		`update enrollment as e set `+strings.Join(sets, ", ")+` from changed_enrollments c join staged_enrollments s on s.line = c.line
			where c.differs and e.realm_id = :realm and e.learner = c.learner and e.activity = c.activity`,
		// The import's own source begins when the enrollment does.
		`update enrollment_source as x set from_at = e.enrolled_at from changed_enrollments c
			join enrollment e on e.realm_id = :realm and e.learner = c.learner and e.activity = c.activity
			where x.realm_id = :realm and x.learner = c.learner and x.activity = c.activity and x.kind = 'import' and x.from_at = c.was and e.enrolled_at <> c.was`,
		`insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at)
			select :realm, e.learner, e.activity, 'import', '', e.enrolled_at from changed_enrollments s join enrollment e on `+sameEnrollment+` where not s.sourced`,
		`insert into touched (learner) select distinct learner from changed_enrollments where true on conflict do nothing`,
	)
	if err != nil {
		return 0, fmt.Errorf("change enrollments: %w", err)
	}
	n, err := i.number(ctx, `select count(*) from changed_enrollments where differs or not kept`)
	if err != nil {
		return 0, err
	}
	all, err := i.number(ctx, `select count(*) from changed_enrollments`)
	i.noted += all - n
	return int(n), err
}

// sourceOf is the condition that the enrollment of s has such a source x.
func sourceOf(such string) string {
	return `exists (select 1 from enrollment_source x where x.realm_id = :realm and x.learner = s.learner and x.activity = s.activity and ` + such + `)`
}

// newEnrollments inserts in the order of the tables' keys: in another one
// every row would land on another page. first tells that none exists yet.
func (i *rosterImport) newEnrollments(ctx context.Context, first bool) error {
	fresh := ` from staged_enrollments s`
	if !first {
		err := i.do(ctx, `create temporary table new_enrollments as select s.line from staged_enrollments s
			left join enrollment e on `+sameEnrollment+` where e.learner is null`)
		if err != nil {
			return err
		}
		fresh += ` join new_enrollments n on n.line = s.line`
	}
	if err := i.analyze(ctx, "activity"); err != nil {
		return err
	}
	err := i.do(
		ctx,
		`insert into enrollment (realm_id, learner, activity, enrolled_at, started_at, completed_at, due_on, valid_until, progress, score,
				minutes_spent, last_active_at, outcome, outcome_on, changes)
			select :realm, s.learner, s.activity, s.enrolled_at, s.started_at, s.completed_at, s.due_on, s.valid_until, s.progress, s.score,
				s.minutes_spent, s.last_active_at, s.outcome, s.outcome_on, 0`+fresh+` order by s.learner, s.activity`,
	)
	if err == nil {
		err = i.analyze(ctx, "enrollment")
	}
	if err != nil {
		return err
	}
	return i.do(
		ctx,
		`insert into enrollment_source (realm_id, learner, activity, kind, ref, from_at, until_at)
			select :realm, s.learner, s.activity, 'import', '', s.enrolled_at, s.kept_until`+fresh+` order by s.learner, s.activity`,
		`insert into touched (learner) select distinct s.learner`+fresh+` where true on conflict do nothing`,
	)
}

// packTouched rebuilds the transcripts of everybody whose learning changed.
func (i *rosterImport) packTouched(ctx context.Context) error {
	if err := i.analyze(ctx, "enrollment", "enrollment_source"); err != nil {
		return err
	}
	learners, err := list(ctx, i, `select learner from touched order by learner`, func(row *sql.Rows) (access.LearnerNo, error) {
		var l access.LearnerNo
		err := row.Scan(&l)
		return l, err
	})
	if err != nil {
		return err
	}
	const atOnce = 1000
	for from := 0; from < len(learners); from += atOnce {
		i.tell(roster.Packing, "", from)
		if err := i.rebuildTranscripts(ctx, i.reach.Actor().Realm, learners[from:min(from+atOnce, len(learners))]); err != nil {
			return err
		}
	}
	return nil
}
