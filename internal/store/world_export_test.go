package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
)

// errTakenBack ends a transaction of a test that must leave nothing behind.
var errTakenBack = errors.New("taken back")

// VerifyDamaged tells what Verify finds after some statements that go past
// constraints ("table.name") and unique indexes, as a restored file or a
// careless hand would; all of it is taken back.
func (db *DB) VerifyDamaged(tb testing.TB, past, statements []string, realm access.RealmID, pack []access.LearnerNo) []Finding {
	tb.Helper()
	if db.dialect.name == onSQLite.name { // its one writing connection, outside of a transaction
		db.Write(tb, `pragma foreign_keys = off`)
		defer db.Write(tb, `pragma foreign_keys = on`)
	}
	var found []Finding
	err := db.change(tb.Context(), func(t *tx) error {
		for _, name := range past {
			if _, err := t.exec(tb.Context(), db.without(name)); err != nil {
				return fmt.Errorf("without %s: %w", name, err)
			}
		}
		for _, s := range statements {
			if n, err := t.exec(tb.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			} else if n == 0 {
				return fmt.Errorf("%s: damages nothing", s)
			}
		}
		if err := t.rebuildTranscripts(tb.Context(), realm, pack); err != nil {
			return err
		}
		var err error
		if found, err = verify(tb.Context(), t); err != nil {
			return err
		}
		return errTakenBack
	})
	if db.dialect.name == onSQLite.name {
		db.Write(tb, `pragma ignore_check_constraints = off`)
	}
	if !errors.Is(err, errTakenBack) {
		tb.Fatal(err)
	}
	return found
}

func (db *DB) without(name string) string {
	table, constraint, isConstraint := strings.Cut(name, ".")
	switch {
	case !isConstraint:
		return `drop index ` + name
	case db.dialect.name == onSQLite.name:
		return `pragma ignore_check_constraints = on`
	}
	return fmt.Sprintf(`alter table %s drop constraint %s`, table, constraint)
}

// Load writes rows of a test's own in one transaction and packs the transcripts of learners.
func (db *DB) Load(tb testing.TB, realm access.RealmID, learners []access.LearnerNo, fill func(insert func(table string, row map[string]any))) {
	tb.Helper()
	err := db.change(tb.Context(), func(t *tx) error {
		var failed error
		fill(func(table string, row map[string]any) {
			if failed != nil {
				return
			}
			p := with()
			columns := slices.Sorted(maps.Keys(row))
			marks := make([]string, len(columns))
			for i, c := range columns {
				marks[i] = p.put(row[c])
			}
			if _, err := t.exec(tb.Context(), `insert into `+table+` (`+strings.Join(columns, ", ")+`) values (`+strings.Join(marks, ", ")+`)`, p.list...); err != nil {
				failed = fmt.Errorf("%s %v: %w", table, row, err)
			}
		})
		if failed != nil {
			return failed
		}
		return t.rebuildTranscripts(tb.Context(), realm, learners)
	})
	if err != nil {
		tb.Fatal(err)
	}
}
