package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/roster"
)

// sameRows compares the rows of two bundles as sets, in the columns that the first has.
func sameRows(t testing.TB, zone *time.Location, one, two fs.FS) {
	t.Helper()
	for _, f := range roster.Files() {
		if _, err := fs.Stat(one, f.Name); err != nil {
			continue
		}
		columns, want := rowsOf(t, zone, one, f, nil)
		_, got := rowsOf(t, zone, two, f, columns)
		for row, n := range want {
			if got[row] != n {
				t.Errorf("%s: %d times, want %d: %s", f.Name, got[row], n, row)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d different rows, want %d", f.Name, len(got), len(want))
		}
	}
}

// rowsOf reads a file of a bundle; without columns, those that it has.
func rowsOf(t testing.TB, zone *time.Location, folder fs.FS, f *roster.File, columns []string) ([]string, map[string]int) {
	t.Helper()
	b, err := roster.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	faults := &roster.Faults{}
	r, ok, err := b.Read(f, zone, faults)
	if err != nil || !ok {
		t.Fatal(err, faults.Refusal())
	}
	defer r.Close()
	if columns == nil {
		for _, c := range f.Columns {
			if r.Has(c.Name) {
				columns = append(columns, c.Name)
			}
		}
	}
	out := map[string]int{}
	for r.Next() {
		var row strings.Builder
		for _, c := range columns {
			v := r.Values()[f.Index(c)]
			if v == nil {
				v = usual[f.Table+" "+c]
			}
			fmt.Fprintf(&row, "%s=%v ", c, v)
		}
		out[row.String()]++
	}
	if err := errors.Join(r.Err(), faults.Refusal()); err != nil {
		t.Fatal(err)
	}
	return columns, out
}

// usual is what an import makes of empty cells.
var usual = map[string]any{"people role": "student", "people status": "active"}

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}
