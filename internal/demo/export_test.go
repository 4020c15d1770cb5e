package demo_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/demo/openuni"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
	"github.com/ambit-lms/ambit/internal/team"
)

// campus is a database with an organization to import into and export from.
type campus struct {
	*testing.T
	rosters *roster.Service
	home    org.Organization
	now     func() time.Time
}

// founded founds an organization in an empty database of an engine.
func founded(t *testing.T, engine string, now func() time.Time, n org.New) campus {
	t.Helper()
	db := storetest.Open(t, storetest.Address(t, engine), now)
	home, err := org.NewService(db, now).Found(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return campus{t, roster.NewService(db), home, now}
}

func (c campus) brings(folder fs.FS) roster.Summary {
	c.Helper()
	sum, err := c.rosters.Import(c.Context(), account.AsOperator(c.home, roster.Permission, c.now()), c.home.ID, folder, roster.Options{})
	if err != nil {
		c.Fatal(err)
	}
	return sum
}

func (c campus) exports() map[string][]byte {
	c.Helper()
	into := filepath.Join(c.TempDir(), "school")
	if _, err := c.rosters.Export(c.Context(), account.AsOperator(c.home, roster.ExportPermission, c.now()), c.home.ID, into, roster.ExportOptions{}); err != nil {
		c.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range roster.Files() {
		text, err := os.ReadFile(filepath.Join(into, f.Name))
		if err != nil {
			c.Fatal(err)
		}
		out[f.Name] = text
	}
	return out
}

// comesBack holds an export against its promises and gives its files.
func (c campus) comesBack(fresh campus) map[string][]byte {
	c.Helper()
	first := c.exports()
	folder := asFolder(c.T, first)
	if sum := c.brings(folder); sum.IsChange() {
		c.Errorf("imported into the same organization: %+v", sum.Files)
	}
	fresh.brings(folder)
	if second := fresh.exports(); !maps.EqualFunc(first, second, bytes.Equal) {
		c.Error("the export of the imported export differs")
	}
	return first
}

func asFolder(t *testing.T, files map[string][]byte) fs.FS {
	t.Helper()
	folder, err := sheet.FS(files)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// sameRows compares two bundles row by row, as an import reads them, in the
// columns that the first has.
func sameRows(t *testing.T, zone *time.Location, one, two map[string][]byte) {
	t.Helper()
	total := 0
	for _, f := range roster.Files() {
		if one[f.Name] == nil {
			continue
		}
		has := map[string]bool{}
		want := rows(t, zone, one, f, has)
		got := rows(t, zone, two, f, has)
		told := 0
		for row, n := range want {
			if total += n; got[row] != n && told < 5 {
				t.Errorf("%s: %d times, want %d: %s", f.Name, got[row], n, row)
				told++
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d different rows, want %d", f.Name, len(got), len(want))
		}
	}
	t.Log(total, "rows are the same")
}

// rows reads a file; an empty has takes the columns of this one.
func rows(t *testing.T, zone *time.Location, files map[string][]byte, f *roster.File, has map[string]bool) map[string]int {
	t.Helper()
	b, err := roster.Open(asFolder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	faults := &roster.Faults{}
	r, ok, err := b.Read(f, zone, faults)
	if err != nil || !ok {
		t.Fatal(f.Name, err, faults.Refusal())
	}
	defer r.Close()
	if len(has) == 0 {
		for _, c := range f.Columns {
			has[c.Name] = r.Has(c.Name)
		}
	}
	out := map[string]int{}
	for r.Next() {
		var row []byte
		for i, c := range f.Columns {
			if !has[c.Name] {
				continue
			}
			v := r.Values()[i]
			switch { // what an import makes of empty cells
			case v == nil && c.Name == "role":
				v = string(access.Student)
			case v == nil && c.Name == "status":
				v = string(account.Active)
			}
			row = fmt.Appendf(row, "%s=%v ", c.Name, v)
		}
		out[string(row)]++
	}
	if r.Err() != nil || faults.Any() {
		t.Fatal(f.Name, r.Err(), faults.Refusal())
	}
	return out
}

// TestTheSchoolComesBack exports Northwind Academy and its clients: as they were
// imported, and after what the demonstration does to them by hand.
func TestTheSchoolComesBack(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("skipped: six imports of a school, three times over, take too long here; make proofs does them")
	}
	now := func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	today := day.Of(now(), day.ZoneOr(demo.Academy.Zone))
	founding := func(o demo.Organization) org.New {
		return org.New{Slug: o.Slug, Name: o.Name, Zone: o.Zone, Locale: o.Locale, MayHaveClients: o.MayHaveClients}
	}
	files, err := demo.Bundle(today, demo.Seed)
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			as := founded(t, engine, now, founding(demo.Academy))
			as.brings(asFolder(t, files))
			sameRows(t, day.ZoneOr(demo.Academy.Zone), files, as.comesBack(founded(t, engine, now, founding(demo.Academy))))
		})
		t.Run(engine+" after a while", func(t *testing.T) {
			db := storetest.Open(t, storetest.Address(t, engine), now)
			s := services(db, now)
			if err := demo.Load(t.Context(), s, demo.Seed); err != nil {
				t.Fatal(err)
			}
			all, err := s.Organizations.List(t.Context())
			if err != nil || len(all) != 3 {
				t.Fatal(all, err)
			}
			for _, o := range all {
				n := org.New{Slug: o.Slug, Name: o.Name, Zone: o.Zone, Locale: o.Locale, MayHaveClients: o.MayHaveClients}
				campus{t, s.Rosters, o, now}.comesBack(founded(t, engine, now, n))
			}
		})
	}
}

func services(db *store.DB, now func() time.Time) demo.Services {
	settings := license.Settings{PublicURL: "https://lms.example"}
	accounts := account.NewService(db, account.Settings{PublicURL: settings.PublicURL}, now)
	return demo.Services{
		Organizations: org.NewService(db, now), Rosters: roster.NewService(db), Licenses: license.NewService(db, settings, now),
		Redemptions: license.NewRedemptions(db, accounts, settings, now),
		Management:  management.NewService(db, now), Roles: management.NewRoles(db), Groups: management.NewGroups(db), Policies: management.NewPolicies(db),
		Teams: team.NewService(db, now), Accounts: accounts, Locations: location.NewService(db), Directory: db, Now: now,
	}
}

// TestTheUniversityComesBack does so with 17,779 real learners.
func TestTheUniversityComesBack(t *testing.T) {
	if openuni.DataDir(".", os.Getenv) == "" {
		t.Skip("skipped: no folder shared/data beside the project and no AMBIT_DATA")
	}
	if testing.Short() || underRace {
		t.Skip("skipped: a whole university takes too long here; make proofs exports it")
	}
	u, err := theUniversity()
	if err != nil {
		t.Fatal(err)
	}
	zone := day.ZoneOr("Europe/London")
	now := func() time.Time { return openuni.Today.Start(zone).Add(12 * time.Hour) }
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			n := org.New{Slug: "openuni", Name: "The Open University", Zone: "Europe/London"}
			as := founded(t, engine, now, n)
			as.brings(asFolder(t, u.files))
			began := time.Now()
			as.exports()
			t.Logf("exported in %s", time.Since(began).Round(time.Millisecond))
			sameRows(t, zone, u.files, as.comesBack(founded(t, engine, now, n)))
		})
	}
}
