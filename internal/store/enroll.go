package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/learning"
)

var _ learning.EnrollStore = (*DB)(nil)

// Offered lists what the library of the asker's organization has, programs
// first and then by title.
func (db *DB) Offered(ctx context.Context, reach access.Reach, query learning.OfferQuery) ([]learning.Offer, int, error) {
	p := with(int64(reach.Actor().Realm))
	where := "pr.organization_id = " + p.put(string(reach.Actor().Organization)) + " and " + organizationsOf(reach, "o", p)
	if text := fold.Text(query.Q); text != "" {
		where += " and " + db.dialect.contains("pr.title_folded", p.put(text))
	}
	if len(query.Of) > 0 {
		held := `select s.activity from account a join enrollment_source s on s.realm_id = a.realm_id and s.learner = a.learner
			and (s.until_at is null or s.until_at > ` + p.put(db.now().UnixMicro()) + `) where a.realm_id = $1 and a.account_id in ` + in(p, query.Of) + ` and ` + visible(reach, "a", p)
		where += ` and (ac.activity in (` + held + `) or pr.product_id in (select m.program_id from program_activity m
			where m.realm_id = $1 and m.until_at is null and m.activity in (` + held + `)))`
	}
	var total int
	var out []learning.Offer
	err := db.view(ctx, func(q querier) error {
		if err := one(ctx, q, `select count(*)`+fromLibrary+where, p.list, &total); err != nil {
			return err
		}
		found, err := collect(ctx, q, `select `+libraryColumns+fromLibrary+where+` order by case when pr.kind = 'program' then 0 else 1 end, pr.title_folded, pr.product_id limit `+p.put(query.Limit),
			p.list, scanLibrary)
		for _, item := range found {
			out = append(out, learning.Offer{ID: item.ID, Title: item.Title, Kind: item.Kind, Program: item.Program, Size: item.Size})
		}
		return err
	})
	return out, total, err
}

// enrolling is an act of enrolling on its way: whom and what it names, and how
// things stand with them.
type enrolling struct {
	kind     bulk.Kind
	in       learning.Enrolling
	realm    access.RealmID
	edit     access.Reach
	view     access.Reach // whom the asker may name
	licenses access.Reach // whose purchases they may name
	today    day.Day
	people   map[access.AccountID]enrollee
	products []offered
	stands   map[enrollmentKey]learning.Situation
	before   map[enrollmentKey]learning.Enrollment
	sources  map[enrollmentKey][]openSource
}

// enrollee is a person of an act.
type enrollee struct {
	no           access.LearnerNo
	organization string
	name         string // or the id, where the asker may not read names
	closed       bool
}

// offered is an activity or a program with what is in it now.
type offered struct {
	id, title, organization string
	program                 bool
	activities              []access.ActivityNo
}

// openSource is one thing that keeps an enrollment, as it is stored.
type openSource struct {
	learning.Keeper
	from, until sql.NullInt64
}

// enroller begins an act: edit is the asker's reach as it holds now.
func enroller(asks bulk.Asks, edit access.Reach, kind bulk.Kind, in learning.Enrolling) *enrolling {
	return &enrolling{
		kind: kind, in: in, realm: edit.Actor().Realm, edit: edit, view: asks(access.LearnerView), licenses: asks(access.LicenseView),
		people: map[access.AccountID]enrollee{}, stands: map[enrollmentKey]learning.Situation{},
		before: map[enrollmentKey]learning.Enrollment{}, sources: map[enrollmentKey][]openSource{},
	}
}

// PlanEnrolling works out what an act would do now.
func (db *DB) PlanEnrolling(ctx context.Context, asks bulk.Asks, act bulk.Kind, in learning.Enrolling) (bulk.Plan, error) {
	e := enroller(asks, asks(access.EnrollmentEdit), act, in)
	err := db.view(ctx, func(q querier) error { return e.read(ctx, q, db.now()) })
	return learning.EnrollPlan(e.lines(nil)), err
}

// read looks up people, products, and how things stand between them.
func (e *enrolling) read(ctx context.Context, q querier, now time.Time) error {
	if err := e.readProducts(ctx, q); err != nil {
		return err
	}
	var zone string
	if err := one(ctx, q, `select zone from organization where realm_id = $1 and organization_id = $2`,
		[]any{int64(e.realm), string(e.edit.Actor().Organization)}, &zone); err != nil {
		return err
	}
	if e.today = day.Of(now, day.ZoneOr(zone)); e.in.CompleteBy > 0 && e.in.CompleteBy < e.today {
		return learning.ErrDuePast
	}
	if err := e.readPeople(ctx, q); err != nil {
		return err
	}
	return e.readStands(ctx, q, now)
}

// readProducts finds the products in the library of the organization where the asker works.
func (e *enrolling) readProducts(ctx context.Context, q querier) error {
	p := with(int64(e.realm))
	found, err := collect(ctx, q, `select pr.product_id, pr.title, pr.organization_id, pr.kind = 'program'`+fromLibrary+
		`pr.organization_id = `+p.put(string(e.edit.Actor().Organization))+` and `+organizationsOf(e.edit, "o", p)+` and pr.product_id in `+in(p, e.in.Products),
		p.list, func(row *sql.Rows) (offered, error) {
			var o offered
			err := row.Scan(&o.id, &o.title, &o.organization, &o.program)
			return o, err
		})
	if err != nil {
		return err
	}
	for _, id := range e.in.Products {
		i := slices.IndexFunc(found, func(o offered) bool { return o.id == string(id) })
		if i < 0 {
			return learning.ErrNoProduct
		}
		o := found[i]
		if o.activities, err = productActivities(ctx, q, e.realm, o.id); err != nil {
			return err
		}
		e.products = append(e.products, o)
	}
	return nil
}

// readPeople finds those of the people whom the asker may enroll.
func (e *enrolling) readPeople(ctx context.Context, q querier) error {
	for chunk := range slices.Chunk(e.in.People, lookup) {
		p := with(int64(e.realm))
		named := visible(e.view, "a", p)
		if err := each(ctx, q, `select a.account_id, a.learner, a.organization_id, case when `+named+` then a.name else a.account_id end, a.status = 'suspended'
			from account a where a.realm_id = $1 and a.status <> 'erased' and a.account_id in `+in(p, chunk)+` and `+visible(e.edit, "a", p), p.list, func(row *sql.Rows) error {
			var id string
			var who enrollee
			err := row.Scan(&id, &who.no, &who.organization, &who.name, &who.closed)
			e.people[access.AccountID(id)] = who
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// learners lists the numbers of the people whom the act is about.
func (e *enrolling) learners() []access.LearnerNo {
	var out []access.LearnerNo
	for _, who := range e.people {
		out = append(out, who.no)
	}
	slices.Sort(out)
	return out
}

// readStands reads the enrollments of the people in the activities, and the
// open sources that keep them, named where the asker may know.
func (e *enrolling) readStands(ctx context.Context, q querier, now time.Time) error {
	var activities []access.ActivityNo
	for _, o := range e.products {
		activities = append(activities, o.activities...)
	}
	activities = unique(activities)
	for chunk := range slices.Chunk(e.learners(), lookup) {
		these := inNumbers(chunk) + ` and e.activity in ` + inNumbers(activities)
		if err := each(ctx, q, `select `+enrollmentColumns+` from enrollment e
			left join enrollment_source s on s.realm_id = e.realm_id and s.learner = e.learner and s.activity = e.activity
			where e.realm_id = $1 and e.learner in `+these+` group by e.realm_id, e.learner, e.activity`, []any{int64(e.realm)}, func(row *sql.Rows) error {
			learner, stands, err := scanEnrollment(row)
			key := enrollmentKey{learner, stands.Activity}
			e.before[key] = stands
			e.stands[key] = learning.Situation{Enrolled: true, Completed: !stands.CompletedAt.IsZero(), Outcome: stands.Outcome}
			return err
		}); err != nil {
			return err
		}
		p := with(int64(e.realm), now.UnixMicro())
		if err := each(ctx, q, `select e.learner, e.activity, e.kind, e.ref, e.from_at, e.until_at,
				case when `+visibleThing(e.licenses, thing{place: "o.path", purchase: "p.purchase_id", owner: "p.buyer_id"}, p)+` then p.company || ' · ' || pp.title else '' end,
				coalesce(pr.title, '')
			from enrollment_source e
			left join seat se on e.kind = 'seat' and se.realm_id = e.realm_id and se.seat_id = e.ref
			left join purchase p on p.realm_id = se.realm_id and p.purchase_id = se.purchase_id
			left join organization o on o.realm_id = p.realm_id and o.organization_id = p.organization_id
			left join product pp on pp.realm_id = p.realm_id and pp.product_id = p.product_id
			left join product pr on e.kind = 'hand' and pr.realm_id = e.realm_id and pr.product_id = e.ref and pr.kind = 'program'
			where e.realm_id = $1 and (e.until_at is null or e.until_at > $2) and e.learner in `+these+` order by e.kind, e.ref, e.from_at`, p.list, e.addSource); err != nil {
			return err
		}
	}
	return nil
}

func (e *enrolling) addSource(row *sql.Rows) error {
	var key enrollmentKey
	var s openSource
	var seat, program string
	if err := row.Scan(&key.learner, &key.activity, &s.Kind, &s.Ref, &s.from, &s.until, &seat, &program); err != nil {
		return err
	}
	s.Name = seat + program
	e.sources[key] = append(e.sources[key], s)
	stands := e.stands[key]
	stands.Keepers = append(stands.Keepers, s.Keeper)
	e.stands[key] = stands
	return nil
}

// step is what an act does to one person in one activity of a product.
type step struct {
	key     enrollmentKey
	line    int
	product offered
	result  string
	leave   learning.Withdrawal
}

// lines says what comes of each person and product; do gets each activity that
// is changed, and may be nil.
func (e *enrolling) lines(do func(step)) []bulk.Line {
	var out []bulk.Line
	for _, id := range e.in.People {
		who, known := e.people[id]
		for _, product := range e.products {
			var line bulk.Line
			switch {
			case !known:
				line = learning.RefusedLine(string(id), product.title, learning.LineNobody)
			case who.organization != product.organization:
				line = learning.RefusedLine(who.name, product.title, learning.LineElsewhere)
			case who.closed && e.kind == learning.EnrollAct:
				line = learning.RefusedLine(who.name, product.title, learning.LineNotActive)
			default:
				line = e.line(who, product, len(out), do)
			}
			line.Detail["person"] = string(id)
			out = append(out, line)
		}
	}
	return out
}

func (e *enrolling) line(who enrollee, product offered, at int, do func(step)) bulk.Line {
	var results []string
	var keeps []learning.Keeper
	for _, activity := range product.activities {
		s := step{key: enrollmentKey{who.no, activity}, line: at, product: product}
		stands := e.stands[s.key]
		if e.kind == learning.EnrollAct {
			if s.result = stands.Enroll(); s.result == learning.LineAlready {
				keeps = append(keeps, stands.Keepers...)
			}
		} else {
			s.leave = stands.Withdraw(content.ProductID(product.id), product.program)
			s.result = s.leave.Result
			keeps = append(keeps, s.leave.Keeps...)
		}
		results = append(results, s.result)
		if do != nil {
			do(s)
		}
	}
	return learning.EnrollLine(who.name, product.title, results, keeps)
}
