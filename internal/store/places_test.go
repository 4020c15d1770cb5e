package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestPlacesAreWhatTheirFilterFinds: locations rolled up in an overview have
// the numbers of the filter by each of them, on the first level that tells two
// places apart, and none is named that the asker does not see.
func TestPlacesAreWhatTheirFilterFinds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		paths := map[string]access.Path{}
		for i, l := range []struct{ id, above string }{{"world", ""}, {"norway", "world"}, {"poland", "world"}, {"oslo", "norway"}, {"bergen", "norway"}} {
			above := access.Root
			if l.above != "" {
				above = paths[l.above]
			}
			paths[l.id] = above.Location(int64(900 + i))
			var parent any
			if l.above != "" {
				parent = l.above
			}
			w.db.Write(t, `insert into location (realm_id, location_id, organization_id, parent_id, path, name, name_folded, created_at) values (1, $1, 'north', $2, $3, $1, $1, 0)`, l.id, parent, string(paths[l.id]))
			w.db.Write(t, `insert into location_place (realm_id, location_id, from_at, parent_id) values (1, $1, 0, $2)`, l.id, parent)
		}
		place := func(who access.AccountID, at string) {
			w.db.Write(t, `update account set location_id = $1, home = $2 where account_id = $3`, at, string(paths[at]), string(who))
			w.db.Write(t, `update account_home set location_id = $1 where account_id = $2`, at, string(who))
		}
		reports := report.NewService(w.db, w.now)
		places := func(reach access.Reach, most int) (names string) {
			t.Helper()
			o, err := reports.Overview(t.Context(), reach, report.OverviewQuery{Places: most})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range o.Places {
				alone, err := reports.Overview(t.Context(), reach, report.OverviewQuery{Filter: report.Filter{Location: f.ID}})
				if err != nil {
					t.Fatal(err)
				}
				if f.Learners != alone.Learners {
					t.Errorf("%s has %d learners, its filter finds %d", f.Name, f.Learners, alone.Learners)
				}
				if diff := cmp.Diff(f.Work, alone.Work, cmp.AllowUnexported(f.Work), cmp.Comparer(func(a, b *time.Location) bool { return a == b })); diff != "" {
					t.Errorf("%s differs from its filter:\n%s", f.Name, diff)
				}
				names += " " + f.Name
			}
			return strings.TrimSpace(names)
		}
		admin := w.reach(t, "admin", access.ReportView)
		if got := places(admin, 5); got != "" {
			t.Errorf("nobody is placed anywhere, and there is %q", got)
		}
		place("ann", "oslo")
		if got := places(admin, 5); got != "oslo" {
			t.Errorf("one place alone: %q", got)
		}
		place("ben", "bergen")
		if got := places(admin, 5); got != "oslo bergen" {
			t.Errorf("two cities of one country: %q", got)
		}
		place("eve", "poland")
		if got := places(admin, 5); got != "norway poland" {
			t.Errorf("two countries: %q", got)
		}
		if got := places(admin, 1); got != "norway" {
			t.Errorf("the largest: %q", got)
		}
		w.mustAssign(t, "admin", "acme", "buyer")
		if got := places(w.reach(t, "buyer", access.ReportView), 5); got != "" {
			t.Errorf("who sees no places is told of %q", got)
		}
	})
}
