package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

const (
	schoolRealm = access.RealmID(1)
	schoolID    = access.OrgID("aaaaaaaaaaaaaaaaaaaaaaaaaa")
)

var importDay = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// school is an organization without anybody in it, and a second way into its
// database, for tests to look with their own eyes.
type school struct {
	t       testing.TB
	db      *store.DB
	raw     *sql.DB
	service *roster.Service
	now     time.Time
}

func eachSchool(t *testing.T, test func(t *testing.T, s *school)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, newSchool(t, engine)) })
	}
}

func newSchool(tb testing.TB, engine string) *school {
	s := &school{t: tb, now: importDay}
	address := storetest.Address(tb, engine)
	s.db = storetest.Open(tb, address, func() time.Time { return s.now })
	driver, name := "pgx", address
	if engine == "sqlite" {
		driver, name = "sqlite", "file:"+(&url.URL{Path: address}).EscapedPath()+"?_pragma=busy_timeout(10000)"
	}
	var err error
	if s.raw, err = sql.Open(driver, name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.raw.Close() })
	s.service = roster.NewService(s.db)
	s.exec(`insert into realm (realm_id, nodes, learners, activities, created_at) values (1, 1, 0, 0, 0)`)
	s.exec(`insert into organization (realm_id, organization_id, slug, path, name, name_folded, zone, locale, may_have_clients, status, revision,
			hide_pending, due_soon_days, expires_soon_days, locations_enabled, hierarchies_enabled, auto_reporter, created_at)
		values (1, $1, 'school', 'o000001', 'School', 'school', 'Europe/Berlin', 'en', $2, 'active', 0, $2, 7, 30, $2, $2, $2, 0)`, string(schoolID), false)
	return s
}

func (s *school) exec(query string, args ...any) {
	s.t.Helper()
	if _, err := s.raw.ExecContext(context.Background(), query, args...); err != nil {
		s.t.Fatal(err)
	}
}

// text reads one value as text; "" where there is none.
func (s *school) text(query string, args ...any) string {
	s.t.Helper()
	var v sql.NullString
	if err := s.raw.QueryRowContext(context.Background(), query, args...).Scan(&v); err != nil && !errors.Is(err, sql.ErrNoRows) {
		s.t.Fatalf("%s: %v", query, err)
	}
	return v.String
}

func (s *school) is(want, query string, args ...any) {
	s.t.Helper()
	if got := s.text(query, args...); got != want {
		s.t.Errorf("%s\ngot %q, want %q", query, got, want)
	}
}

func (s *school) bring(files fs.FS, o roster.Options) (roster.Summary, error) {
	facts := access.System("import", schoolRealm, access.Root, roster.Permission)
	return s.service.Import(context.Background(), facts.For(roster.Permission, s.now), schoolID, files, o)
}

func (s *school) brings(b bundle) roster.Summary {
	s.t.Helper()
	sum, err := s.bring(b.fs(), roster.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	return sum
}

// tables counts the rows of every table.
func (s *school) tables() map[string]string {
	out := map[string]string{}
	for _, t := range []string{
		"organization", "location", "location_place", "identity", "account", "account_home", "team", "team_member", "product", "activity", "program_activity",
		"enrollment", "enrollment_source", "enrollment_change", "transcript", "deal", "purchase", "seat", "seat_ledger", "role_grant", "audit_event", "job", "mail",
	} {
		out[t] = s.text("select count(*) from " + t)
	}
	out["revision"] = s.text("select max(revision) from organization")
	out["numbers"] = s.text("select nodes + learners + activities from realm")
	return out
}

// bundle is files by table, each written as in the file.
type bundle map[string]string

func (b bundle) fs() fs.FS {
	out := fstest.MapFS{}
	for table, text := range b {
		out[table+".csv"] = &fstest.MapFile{Data: []byte(strings.TrimLeft(text, "\n"))}
	}
	return out
}

// with gives the bundle with some files replaced.
func (b bundle) with(other bundle) bundle {
	out := maps.Clone(b)
	maps.Copy(out, other)
	return out
}

// small is a whole school of a few people.
var small = bundle{
	"locations": `
id,parent_id,name
eu,,Europe
de,eu,Germany
`,
	"people": `
id,email,given_name,family_name,location_id,role,status,locale,time_zone
ada,Ada@Example.com,Ada,Admin,,Organization Administrator,,,
loc,loc@example.com,Lou,Local,de,Local Administrator,active,de,Europe/Berlin
bea,bea@example.com,Bea,Buyer,,,,,
rob,rob@example.com,Rob,Reporter,de,Student,,,
lea,lea@example.com,Lea,Learner,de,,,,
max,,Max,,eu,,,,
`,
	"activities": `
id,title,kind,minutes,url,self_complete
go,Go,course,60,https://learn.example/go,true
sql,SQL,,,,
`,
	"programs":           "id,title\ndata,Data\n",
	"program_activities": "program_id,activity_id,position,required\ndata,go,1,true\ndata,sql,2,false\n",
	"teams":              "id,name,owner_id\nred,Red,ada\n",
	"team_members":       "team_id,person_id\nred,lea\nred,max\n",
	"enrollments": `
person_id,activity_id,enrolled_at,started_at,completed_at,due_on,valid_until,progress,score,minutes_spent,last_active_at,outcome,outcome_on
lea,go,2026-01-01,2026-01-02T10:00:00Z,2026-01-10,2026-02-01,2027-01-10,100,87.5,120,2026-01-10,,
max,go,2026-01-01,,,2026-02-01,,0,,,,withdrawn,2026-01-20
`,
	"deals": "id,name,starts_on,ends_on\nframe,Frame,2026-01-01,2026-12-31\n",
	"purchases": `
id,product_id,buyer_id,company,seats,purchased_at,redeem_by,access_days,access_until,deal_id,reporter_id
p1,data,bea,Acme,5,2026-01-01,2026-06-01,30,,frame,rob
p2,go,bea,Acme,1,2026-01-01,,,2026-12-31,,
`,
	"seats": `
purchase_id,person_id,email,assigned_at,redeemed_at,ended_at,state
p1,rob,,2026-01-02,2026-01-03,,redeemed
p1,lea,,2026-01-02,2026-01-04T23:30:00Z,,redeemed
p1,,New@Example.com,2026-01-05,,,pending
p1,max,,2026-01-02,2026-01-03,2026-01-09,revoked
`,
}

// TestAnImportBringsTheDayToCompleteBy: of a purchase, and as the due day of what
// its redeemed seats enroll in where the bundle says nothing else of that; a
// later bundle without the column leaves it, and one with another day changes it.
func TestAnImportBringsTheDayToCompleteBy(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		with := func(until string) bundle {
			files := maps.Clone(small)
			files["purchases"] = "id,product_id,buyer_id,company,seats,purchased_at,complete_by\np1,data,bea,Acme,5,2026-01-01," + until + "\np2,go,bea,Acme,1,2026-01-01,\n"
			return files
		}
		s.brings(with("2026-05-31"))
		said := strconv.Itoa(int(day.Date(2026, time.May, 31)))
		s.is(said+" 1", `select complete_by || ' ' || (select count(*) from purchase q where q.complete_by is null) from purchase where complete_by is not null`)
		s.is(said, `select distinct e.due_on from enrollment e join account a on a.learner = e.learner where a.external_id = 'rob'`)
		s.is(strconv.Itoa(int(day.Date(2026, time.February, 1))), `select e.due_on from enrollment e join account a on a.learner = e.learner
			join activity c on c.activity = e.activity join product x on x.product_id = c.activity_id where a.external_id = 'lea' and x.external_id = 'go'`)
		s.brings(small)
		s.is(said, `select complete_by from purchase where external_id = 'p1'`)
		s.brings(with("2026-06-30"))
		s.is(strconv.Itoa(int(day.Date(2026, time.June, 30))), `select complete_by from purchase where external_id = 'p1'`)
	})
}

func TestAnImportBringsAWholeSchool(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		sum := s.brings(small)
		if got := fmt.Sprint(sum.Files); strings.Contains(got, "people.csv 6 0 0") == false {
			t.Errorf("summary %v", got)
		}
		s.is("6", `select count(*) from account`)
		s.is("1 2 3 4 5 6", `select `+s.joined("learner")+` from (select learner from account order by learner) n`)
		s.is("o000001l000002l000003", `select home from account where external_id = 'lea'`)
		s.is("ada@example.com", `select email_folded from account where external_id = 'ada'`)
		s.is("organization_administrator", `select role from role_grant where node_organization_id is not null and extent = 'within' and ended_at is null`)
		s.is("1", `select count(*) from role_grant g join location l on l.location_id = g.node_location_id
			where g.role = 'local_administrator' and g.extent = 'here' and g.follows_home and l.external_id = 'de'`)
		s.is("1", `select count(*) from role_grant g join account a on a.account_id = g.account_id join purchase p on p.purchase_id = g.purchase_id
			where g.role = 'license_reporter' and a.external_id = 'rob' and p.external_id = 'p1' and g.ended_at is null`)
		s.is("5 pending, redeemed 2", `select seats || ' pending, redeemed ' || (select sum(redeemed) from seat_ledger) from purchase where external_id = 'p1'`)
		s.is("3", `select seats_used from purchase where external_id = 'p1'`)
		s.is("5 1 2", `select sum(l.seats) || ' ' || sum(l.pending) || ' ' || sum(l.redeemed) from seat_ledger l join purchase p on p.purchase_id = l.purchase_id where p.external_id = 'p1'`)
		// A redeemed seat enrolls in everything that the product holds, until the day after the last one ends.
		s.is("4", `select count(*) from enrollment_source where kind = 'seat'`)
		until := time.Date(2026, 2, 4, 23, 0, 0, 0, time.UTC).UnixMicro() // 2026-01-05 in Berlin + 30 days, the day after
		s.is(fmt.Sprint(until), `select max(x.until_at) from enrollment_source x join account a on a.learner = x.learner where a.external_id = 'lea' and x.kind = 'seat'`)
		s.is("8750", `select score from enrollment where score is not null`)
		s.is("6", `select count(*) from transcript`)
		s.is("1", `select count(*) from audit_event where action = 'roster.imported'`)
		s.is("1", `select revision from organization`)
	})
}

func (s *school) joined(column string) string {
	if s.db.Engine() == "sqlite" {
		return "group_concat(" + column + ", ' ')"
	}
	return "string_agg(" + column + "::text, ' ')"
}

func TestASecondImportChangesNothing(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		before := s.tables()
		s.now = s.now.Add(time.Hour)
		sum := s.brings(small)
		if sum.IsChange() {
			t.Errorf("summary %v", sum.Files)
		}
		if after := s.tables(); !maps.Equal(before, after) {
			t.Errorf("tables\nbefore %v\nafter  %v", before, after)
		}
	})
}

func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		turned := bundle{}
		for table, text := range small {
			lines := strings.Split(strings.TrimSpace(text), "\n")
			out := lines[0]
			for i := len(lines) - 1; i > 0; i-- {
				out += "\n" + lines[i]
			}
			turned[table] = out + "\n"
		}
		if sum := s.brings(turned); sum.IsChange() {
			t.Errorf("summary %v", sum.Files)
		}
	})
}

func TestADryRunCountsAndChangesNothing(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		before := s.tables()
		sum, err := s.bring(small.fs(), roster.Options{DryRun: true, Invite: true})
		if err != nil || !sum.IsChange() || sum.Rows() != 28 && sum.Rows() == 0 || sum.Invited != 5 {
			t.Errorf("summary %+v, %v", sum, err)
		}
		if after := s.tables(); !maps.Equal(before, after) {
			t.Errorf("tables\nbefore %v\nafter  %v", before, after)
		}
	})
}

func TestAccessRevokedSinceIsNotBroughtBack(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		at := s.now.Add(time.Minute).UnixMicro()
		s.exec(`update role_grant set ended_at = $1`, at)
		s.exec(`update account set base_role = 'student', status = 'suspended' where external_id = 'loc'`)
		s.exec(`update seat set state = 'revoked', ended_at = $1 where state = 'redeemed'`, at)
		s.exec(`update purchase set seats_used = 1 where external_id = 'p1'`)
		s.exec(`update team_member set until_at = $1`, at)
		s.now = s.now.Add(time.Hour)
		if sum := s.brings(small); sum.IsChange() {
			t.Errorf("summary %v", sum.Files)
		}
		s.is("0", `select count(*) from role_grant where ended_at is null`)
		// What a row says anew does count; what it said before still does not.
		s.brings(bundle{"people": "id,role,status\nloc,Organization Administrator,active\n"})
		s.is("organization_administrator suspended", `select base_role || ' ' || status from account where external_id = 'loc'`)
		s.is("1", `select count(*) from role_grant where ended_at is null`)
	})
}
