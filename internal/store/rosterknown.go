package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/roster"
)

// tables makes the other temporary tables: known is every id of the customer's
// that can be referred to, with what it stands for; touched are the learners
// whose transcripts change.
func (i *rosterImport) tables(ctx context.Context) error {
	if err := i.do(ctx, i.db.dialect.bulk...); err != nil {
		return err
	}
	return i.do(
		ctx,
		`create temporary table known (kind {text} not null, id {text} not null, target {text} not null, number {int},
			primary key (kind, id)) {without_rowid}`,
		`create temporary table touched (learner {int} not null primary key) {without_rowid}`,
		`create temporary table placed (location_id {text} not null primary key, path {text} not null) {without_rowid}`,
	)
}

// match finds the rows that staged ones stand for: by the customer's id, by
// ours where there is none (as an export writes it), and people also by
// address. The others get ids and numbers.
func (i *rosterImport) match(ctx context.Context) error {
	for _, m := range []struct{ table, from, id, number, also string }{
		{"locations", "location", "location_id", "null", ""},
		{"people", "account", "account_id", "x.learner", ""},
		{"activities", "product", "product_id", "(select a.activity from activity a where a.realm_id = x.realm_id and a.activity_id = x.product_id)", " and x.kind = 'activity'"},
		{"programs", "product", "product_id", "null", " and x.kind = 'program'"},
		{"teams", "team", "team_id", "null", ""},
		{"deals", "deal", "deal_id", "null", ""},
		{"purchases", "purchase", "purchase_id", "null", ""},
	} {
		if m.table == "people" {
			if err := i.do(ctx, `create index staged_people_address on staged_people (email_folded)`); err != nil {
				return err
			}
		}
		set := fmt.Sprintf(`update staged_%s as s set target = x.%s, number = %s from %s x where x.realm_id = :realm and x.organization_id = :organization`,
			m.table, m.id, m.number, m.from) + m.also
		err := i.do(ctx, set+` and x.external_id = s.id`, set+` and s.target is null and x.external_id is null and x.`+m.id+` = s.id`)
		if err != nil {
			return err
		}
		if m.table == "people" {
			err = i.do(ctx, `update staged_people as s set target = a.account_id, number = a.learner from account a
				where s.target is null and a.realm_id = :realm and a.organization_id = :organization
				and a.external_id is null and a.status <> 'erased' and a.email_folded = s.email_folded`)
		}
		if err == nil {
			err = i.do(ctx, `update staged_`+m.table+` set target = new_id, made = true where target is null`)
		}
		if err != nil {
			return err
		}
	}
	if err := i.allot(ctx, "people", "learners"); err != nil {
		return err
	}
	return i.allot(ctx, "activities", "activities")
}

// analyzeStaged does so for all files, whose rows have got their targets and references.
func (i *rosterImport) analyzeStaged(ctx context.Context) error {
	var tables []string
	for _, f := range i.bundle.Files() {
		tables = append(tables, "staged_"+f.Table)
	}
	return i.analyze(ctx, tables...)
}

// allot gives the new rows of a table their dense numbers, in the order of
// their lines and all at once.
func (i *rosterImport) allot(ctx context.Context, table, counter string) error {
	n, err := i.number(ctx, `select count(*) from staged_`+table+` where made`)
	if err != nil || n == 0 {
		return err
	}
	last, err := i.number(ctx, fmt.Sprintf(`update realm set %[1]s = %[1]s + %[2]d where realm_id = :realm returning %[1]s`, counter, n))
	if err != nil {
		return err
	}
	return i.do(ctx, fmt.Sprintf(`update staged_%[1]s as s set number = n.no
		from (select line, %[2]d + row_number() over (order by line) as no from staged_%[1]s where made) n where n.line = s.line`, table, last-n))
}

// know collects the ids that rows can refer to: those of the organization and
// those of the bundle.
func (i *rosterImport) know(ctx context.Context) error {
	const into = `insert into known (kind, id, target, number) `
	for _, k := range []struct{ kind, id, from string }{
		{"location", "location_id", `cast(null as {int}) from location x where true`},
		{"person", "account_id", `x.learner from account x where x.status <> 'erased'`},
		{"product", "product_id", `cast(null as {int}) from product x where true`},
		{"activity", "product_id", `a.activity from product x join activity a on a.realm_id = x.realm_id and a.activity_id = x.product_id where true`},
		{"program", "product_id", `cast(null as {int}) from product x where x.kind = 'program'`},
		{"team", "team_id", `cast(null as {int}) from team x where x.ended_at is null`},
		{"deal", "deal_id", `cast(null as {int}) from deal x where true`},
		{"purchase", "purchase_id", `cast(null as {int}) from purchase x where true`},
	} {
		// Should the customer's id of one thing be our id of another, theirs counts.
		err := i.do(ctx, into+`select '`+k.kind+`', coalesce(x.external_id, x.`+k.id+`), x.`+k.id+`, `+k.from+`
			and x.realm_id = :realm and x.organization_id = :organization order by case when x.external_id is null then 1 else 0 end on conflict (kind, id) do nothing`)
		if err != nil {
			return err
		}
	}
	for _, k := range []struct{ kind, table string }{
		{"location", "locations"},
		{"person", "people"},
		{"activity", "activities"},
		{"program", "programs"},
		{"product", "activities"},
		{"product", "programs"},
		{"team", "teams"},
		{"deal", "deals"},
		{"purchase", "purchases"},
	} {
		// An adopted account is found by the id that it gets now. Of rows that repeat an id the first counts.
		err := i.do(ctx, into+`select '`+k.kind+`', s.id, s.target, s.number from staged_`+k.table+` s
			where s.id is not null order by s.line on conflict (kind, id) do nothing`)
		if err != nil {
			return err
		}
	}
	return i.analyze(ctx, "known")
}

// analyze tells the planner about tables as they are now.
func (i *rosterImport) analyze(ctx context.Context, tables ...string) error {
	if i.db.dialect.analyze == "" {
		return nil
	}
	return i.do(ctx, i.db.dialect.analyze+strings.Join(tables, ", "))
}

// refer finds what references stand for and tells those that stand for nothing.
func (i *rosterImport) refer(ctx context.Context) error {
	for _, f := range roster.Files() {
		if f.Table == "enrollments" { // too many for a join each: see stageEnrollments
			continue
		}
		for _, c := range f.Columns {
			if c.Kind != roster.Reference || !i.has(f.Table, c.Name) {
				continue
			}
			err := i.do(ctx, fmt.Sprintf(`update staged_%[1]s as s set %[2]s_ref = k.target, %[2]s_no = k.number from known k
				where k.kind = '%[3]s' and k.id = s.%[2]s`, f.Table, c.Name, c.Refers))
			if err == nil && !i.unsure(c.Refers) {
				err = i.check(ctx, f.Table, c.Name, noSuch(c.Refers), fmt.Sprintf(`select line, %[2]s from staged_%[1]s
					where %[2]s is not null and %[2]s_ref is null`, f.Table, c.Name))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func noSuch(t roster.Thing) string {
	return "There is no " + string(t) + " “{}” in the bundle or in the organization."
}

// unsure tells whether the rows that make a thing could not be read, so that
// references to them are no faults of their own.
func (i *rosterImport) unsure(t roster.Thing) bool {
	return i.broken[t] || t == roster.Product && (i.broken[roster.Activity] || i.broken[roster.Program])
}

func (i *rosterImport) has(table, column string) bool { return i.columns[table][column] }

// filling says where a column that a file lacks is kept, so that a row that
// exists keeps what it has: what is staged is then the whole row.
type filling struct {
	table, from, on string
	columns         []filled
}

type filled struct {
	column string // of the file
	set    string // what is set
	always bool   // also where the cell is empty: it cannot be cleared
}

var fillings = []filling{
	{"locations", "location x", "x.location_id = s.target", []filled{{column: "parent_id", set: "parent_id_ref = x.parent_id"}}},
	{"people", "account x", "x.account_id = s.target", []filled{
		{column: "email", set: "email = x.email, email_folded = x.email_folded"},
		{column: "given_name", set: "given_name = x.given_name"},
		{column: "family_name", set: "family_name = x.family_name"},
		{column: "location_id", set: "location_id_ref = x.location_id"},
		{column: "locale", set: "locale = x.locale"},
		{column: "time_zone", set: "time_zone = x.zone"},
	}},
	{"activities", "activity x", "x.activity_id = s.target", []filled{
		{column: "kind", set: "kind = x.kind"},
		{column: "minutes", set: "minutes = x.minutes"},
		{column: "url", set: "url = x.url"},
		{column: "self_complete", set: "self_complete = x.self_complete"},
	}},
	{"program_activities", "program_activity x", "x.program_id = s.program_id_ref and x.activity = s.activity_id_no and x.until_at is null", []filled{
		{column: "position", set: "position = x.position"}, {column: "required", set: "required = x.required"},
	}},
	{"teams", "team x", "x.team_id = s.target", []filled{{column: "owner_id", set: "owner_id_ref = x.owner_id"}}},
	{"deals", "deal x", "x.deal_id = s.target", []filled{{column: "starts_on", set: "starts_on = x.starts_on"}, {column: "ends_on", set: "ends_on = x.ends_on"}}},
	{"purchases", "purchase x", "x.purchase_id = s.target", []filled{
		{column: "product_id", set: "product_id_ref = coalesce(s.product_id_ref, x.product_id)", always: true},
		{column: "buyer_id", set: "buyer_id_ref = coalesce(s.buyer_id_ref, x.buyer_id)", always: true},
		{column: "seats", set: "seats = coalesce(s.seats, x.seats)", always: true},
		{column: "purchased_at", set: "purchased_at = coalesce(s.purchased_at, x.purchased_at)", always: true},
		{column: "company", set: "company = x.company, company_folded = x.company_folded"},
		{column: "redeem_by", set: "redeem_by = x.redeem_by"},
		{column: "access_days", set: "access_days = x.access_days"},
		{column: "access_until", set: "access_until = x.access_until"},
		{column: "complete_by", set: "complete_by = x.complete_by"},
		{column: "deal_id", set: "deal_id_ref = x.deal_id"},
		{column: "reusable", set: "reusable = x.reusable"},
		{column: "max_people", set: "max_people = x.max_people"},
	}},
}

// fill takes what a file does not say from the rows that exist.
func (i *rosterImport) fill(ctx context.Context) error {
	for _, f := range fillings {
		var sets []string
		for _, c := range f.columns {
			if c.always || !i.has(f.table, c.column) {
				sets = append(sets, c.set)
			}
		}
		if len(sets) == 0 || !i.bundle.Has(roster.FileOf(f.table)) {
			continue
		}
		err := i.do(ctx, `update staged_`+f.table+` as s set `+strings.Join(sets, ", ")+` from `+f.from+` where x.realm_id = :realm and not s.made and `+f.on)
		if err != nil {
			return err
		}
	}
	names := []string{"email", "given_name", "family_name"}
	if slices.ContainsFunc(names, func(c string) bool { return !i.has("people", c) }) {
		return i.renamePeople(ctx, "not made")
	}
	return i.renamePeople(ctx, "target = id") // known by our id, which is not searched for
}

// checkKeys tells rows that repeat another one.
func (i *rosterImport) checkKeys(ctx context.Context) error {
	i.tell(roster.Checking, "", 0)
	for _, f := range roster.Files() {
		if len(f.Key) == 0 || f.Table == "enrollments" {
			continue
		}
		key := strings.Join(f.Key, ", ")
		err := i.check(ctx, f.Table, f.Key[len(f.Key)-1], "An earlier row has the same "+strings.Join(f.Key, " and ")+".", fmt.Sprintf(
			`select line, '' from (select line, row_number() over (partition by %s order by line) as nth from staged_%s) n where nth > 1`, key, f.Table))
		if err != nil {
			return err
		}
	}
	return nil
}

// count adds every file to the summary, from the marks of its staged rows.
func (i *rosterImport) count(ctx context.Context) error {
	for _, f := range i.bundle.Files() {
		if f.Table == "enrollments" {
			continue // counted while they are applied
		}
		c := roster.Count{File: f.Name}
		query, args := i.statement(`select coalesce(sum(case when made then 1 else 0 end), 0), coalesce(sum(case when changed and not made then 1 else 0 end), 0), count(*) from staged_` + f.Table)
		if err := one(ctx, i, query, args, &c.Created, &c.Changed, &c.Unchanged); err != nil {
			return err
		}
		c.Unchanged -= c.Created + c.Changed
		i.summary.Files = append(i.summary.Files, c)
	}
	slices.SortFunc(i.summary.Files, func(a, b roster.Count) int { return fileOrder(a.File) - fileOrder(b.File) })
	return nil
}

func fileOrder(name string) int {
	return slices.IndexFunc(roster.Files(), func(f *roster.File) bool { return f.Name == name })
}
