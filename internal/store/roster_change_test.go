package store_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/roster"
)

func TestAnAccountOfTheSameAddressIsAdopted(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(bundle{"people": "id,email,given_name,role\nold,HAND@example.com,Hanna,Organization Administrator\n"})
		s.exec(`update account set external_id = null, imported_role = null, imported_status = null`)
		id := s.text(`select account_id from account`)
		sum := s.brings(bundle{"people": "id,email,given_name,role\nh1,hand@Example.com,Hanna,\n"})
		if sum.Files[0].Changed != 1 {
			t.Errorf("summary %v", sum.Files)
		}
		s.is(id, `select account_id from account where external_id = 'h1'`)
		// An empty cell says nothing about somebody whose role no import has said.
		s.is("organization_administrator", `select base_role from account`)
		s.is("1", `select count(*) from identity`)
	})
}

func TestEmptyCellsClearAndAbsentColumnsKeep(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.now = s.now.Add(time.Hour)
		s.brings(bundle{
			"people":      "id,family_name,locale\nloc,Moved,\n",
			"activities":  "id,title,url\ngo,Go,\n",
			"enrollments": "person_id,activity_id,score,completed_at\nlea,go,,\n",
			"teams":       "id,name,owner_id\nred,Red,\n",
		})
		s.is("Lou Moved loc@example.com", `select name || ' ' || email || coalesce(locale, '') from account where external_id = 'loc'`)
		s.is("lou moved\nloc@example.com\nloc", `select search_text from account where external_id = 'loc'`)
		s.is("60", `select minutes from activity where url is null and minutes is not null`)
		s.is("100", `select progress from enrollment where score is null and completed_at is null and due_on is not null and changes = 1`)
		s.is("8750", `select score from enrollment_change where no = 1`)
		s.is("", `select owner_id from team`)
		s.is("0", `select count(*) from role_grant where ended_at is not null`)
	})
}

func TestMovedLocationsTakeTheirPeopleAlong(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.now = s.now.Add(time.Hour)
		s.brings(bundle{"locations": "id,parent_id,name\nde,world,Germany\nworld,,World\n"})
		s.is("o000001l000004l000003", `select home from account where external_id = 'lea'`)
		s.is("1", `select count(*) from location_place where until_at is not null`)
		// The person moves, and the place of their role with them.
		s.brings(bundle{"people": "id,location_id\nloc,eu\n"})
		s.is("eu", `select l.external_id from role_grant g join location l on l.location_id = g.node_location_id where g.ended_at is null`)
		s.is("1", `select count(*) from account_home where until_at is not null`)
	})
}

func TestSeatsMoveAsTheBundleSays(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.now = s.now.Add(time.Hour)
		s.brings(bundle{
			"people": "id,email,given_name\nnew,new@example.com,Nell\n",
			"seats": `
purchase_id,person_id,email,assigned_at,redeemed_at,ended_at,state
p1,,new@example.com,2026-01-05,2026-02-05,,redeemed
p1,rob,,2026-01-02,2026-01-03,2026-02-01,released
`,
		})
		s.is("5 0 2", `select sum(l.seats) || ' ' || sum(l.pending) || ' ' || sum(l.redeemed) from seat_ledger l join purchase p on p.purchase_id = l.purchase_id where p.external_id = 'p1'`)
		s.is("2", `select seats_used from purchase where external_id = 'p1'`)
		s.is("1", `select count(*) from seat x join account a on a.account_id = x.account_id and a.learner = x.learner where a.external_id = 'new' and x.state = 'redeemed'`)
		s.is("2", `select count(*) from enrollment e join account a on a.learner = e.learner where a.external_id = 'new'`)
		// The reporter held the role by a seat that is gone.
		s.is("0", `select count(*) from role_grant where role = 'license_reporter' and ended_at is null`)
		s.is("1", `select count(*) from audit_event where action = 'reporter.ended'`)
	})
}

func TestReportersFollowWhatTheBundleSaysAnew(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		who := `select a.external_id from role_grant g join account a on a.account_id = g.account_id where g.role = 'license_reporter' and g.ended_at is null`
		s.now = s.now.Add(time.Hour)
		s.brings(bundle{"purchases": "id,reporter_id\np1,lea\n"})
		s.is("lea", who)
		s.brings(bundle{"purchases": "id,company\np1,Acme & Sons\n"})
		s.is("lea", who)
		s.brings(bundle{"purchases": "id,reporter_id\np1,\n"})
		s.is("", who)
		s.is("3", `select count(*) from audit_event where action like 'reporter.%'`)
	})
}

func TestExchangedAddressesAndNames(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small.with(bundle{"teams": "id,name\nred,Red\nblue,Blue\n"}))
		s.brings(bundle{"people": "id,email\nlea,rob@example.com\nrob,lea@example.com\n", "teams": "id,name\nred,Blue\nblue,Red\n"})
		s.is("rob@example.com", `select d.email_folded from account a join identity d on d.identity_id = a.identity_id where a.external_id = 'lea'`)
		s.is("blue", `select name_folded from team where external_id = 'red'`)
	})
}

func TestNewTermsMoveTheLastDayOfSeats(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(small)
		s.brings(bundle{"purchases": "id,access_days\np1,60\n"})
		want := time.Date(2026, 3, 6, 23, 0, 0, 0, time.UTC).UnixMicro()
		s.is("2", `select count(*) from enrollment_source x join account a on a.learner = x.learner where a.external_id = 'lea' and x.kind = 'seat' and x.until_at = $1`, want)
	})
}

func TestAFormulaInANameStaysText(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		s.brings(bundle{"people": "id,given_name,family_name\nx,\"'=HYPERLINK(\"\"http://evil\"\")\",+1\n"})
		s.is(`=HYPERLINK("http://evil") +1`, `select name from account`)
	})
}

func TestInvitationsAreWorkForLater(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		sum, err := s.bring(small.fs(), roster.Options{Invite: true})
		if err != nil || sum.Invited != 5 {
			t.Fatalf("summary %+v, %v", sum, err)
		}
		s.is("5", `select count(*) from job where kind = 'account.invite'`)
		s.exec(`update identity set password_hash = 'x'`)
		if sum, err = s.bring(small.fs(), roster.Options{Invite: true}); err != nil || sum.Invited != 0 {
			t.Errorf("summary %+v, %v", sum, err)
		}
	})
}

func TestAFolderWithoutABundle(t *testing.T) {
	eachSchool(t, func(t *testing.T, s *school) {
		s.t = t
		if _, err := s.bring(fstest.MapFS{"notes.txt": &fstest.MapFile{}}, roster.Options{}); !errors.Is(err, roster.ErrNoBundle) {
			t.Errorf("Import() = %v", err)
		}
		files := small.fs().(fstest.MapFS)
		files["grades.csv"] = &fstest.MapFile{Data: []byte("a,b\n")}
		sum, err := s.bring(files, roster.Options{})
		if err != nil || len(sum.Warnings) != 1 || !strings.HasPrefix(sum.Warnings[0], "grades.csv") {
			t.Errorf("summary %+v, %v", sum, err)
		}
	})
}
