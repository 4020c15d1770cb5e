package app

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/store/storetest"
	"github.com/ambit-lms/ambit/internal/surface"
)

// TestTheSameNumberEverywhere compares every surface of a small school, pages
// and API too, with its rows; and then with rows that were damaged one at a
// time, past everything that guards them: each damage must be told (N-04).
func TestTheSameNumberEverywhere(t *testing.T) {
	if underRace {
		t.Skip("skipped: nothing runs beside anything here, and the race detector makes it slow; make proofs runs it")
	}
	file := storetest.Address(t, "sqlite")
	s, at := settings(file), time.Now()
	a, err := Open(t.Context(), s, time.Now, quiet())
	if err != nil {
		t.Fatal(err)
	}
	newMatrixWorld(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	compare := func(t *testing.T, sheets bool) surface.Result {
		t.Helper()
		found, err := VerifySurfaces(t.Context(), s, func() time.Time { return at.Add(time.Minute) }, surface.Limits{Sheets: func() bool { return sheets }})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	sound := compare(t, true)
	for _, d := range sound.Differences {
		t.Errorf("%s (%s), %s: got %s; the rows say %s", d.Account, d.Role, d.Surface, d.Got, d.Expected)
	}
	if len(sound.Roles) < 9 || sound.Compared < 12 || sound.Holders < 11 || sound.Learners != 15 {
		t.Errorf("only %d of %d people of %d roles were compared, among %d learners", sound.Compared, sound.Holders, len(sound.Roles), sound.Learners)
	}
	for _, l := range sound.Roles {
		if l.Surfaces < 50 {
			t.Errorf("of a %s only %d surfaces were compared", l.Role, l.Surfaces)
		}
	}
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const ben = `(select learner from account where external_id = 'ben')`
	for _, damage := range []struct{ name, do, undo, told string }{
		{
			"a transcript that is gone", `create table undone as select * from transcript where learner = ` + ben + `; delete from transcript where learner = ` + ben,
			`insert into transcript select * from undone; drop table undone`, "report enrollments",
		},
		{
			"progress that no transcript knows", `update enrollment set progress = 77 where learner = ` + ben, `update enrollment set progress = 10 where learner = ` + ben, "matrix of activities",
		},
		{
			"a seat with another learner's number", `update seat set learner = ` + ben + ` where account_id = (select account_id from account where external_id = 'anna')`,
			`update seat set learner = (select learner from account where external_id = 'anna') where account_id = (select account_id from account where external_id = 'anna')`, "list of learners",
		},
		{
			"a path that is not the person's place", `update account set home = (select path from location where external_id = 'l2') where external_id = 'ben'`,
			`update account set home = (select path from location where external_id = 'l1a') where external_id = 'ben'`, "badge of learner.view",
		},
	} {
		t.Run(damage.name, func(t *testing.T) {
			if _, err := db.ExecContext(t.Context(), damage.do); err != nil {
				t.Fatal(err)
			}
			found := compare(t, false)
			told := false
			for _, d := range found.Differences {
				told = told || strings.HasPrefix(d.Surface, damage.told)
				if strings.Contains(d.Got+d.Expected+d.Surface, "@") || strings.Contains(d.Got+d.Expected, "Underhollow") {
					t.Errorf("somebody is named: %+v", d)
				}
			}
			if !told {
				t.Errorf("nothing is said of %q; only %+v", damage.told, found.Differences)
			}
			if _, err := db.ExecContext(t.Context(), damage.undo); err != nil {
				t.Fatal(err)
			}
		})
	}
	if again := compare(t, false); len(again.Differences) > 0 {
		t.Errorf("after everything was taken back: %+v", again.Differences)
	}
}
