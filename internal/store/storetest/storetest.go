// Package storetest gives tests a fresh, migrated database of each engine.
// PostgreSQL is required: where it is absent a test fails, it does not skip.
package storetest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/pgtest"
	"github.com/ambit-lms/ambit/internal/store"
)

// Each runs a test once on SQLite and once on PostgreSQL, on an empty database.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	EachAt(t, time.Now, test)
}

// EachAt is Each with a clock of the test's own.
func EachAt(t *testing.T, now func() time.Time, test func(t *testing.T, db *store.DB)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, Open(t, Address(t, engine), now)) })
	}
}

// Address makes a fresh place for a database and gives its address; on
// PostgreSQL it is migrated already, from a template made once.
func Address(tb testing.TB, engine string) string {
	if engine == "sqlite" {
		return filepath.Join(tb.TempDir(), "ambit.db")
	}
	return pgtest.FromTemplate(tb, "ambit", func(dsn string) error {
		db, err := store.Open(context.Background(), dsn, time.Now)
		if err != nil {
			return err
		}
		defer db.Close()
		return db.Migrate(context.Background())
	})
}

// Open opens and migrates a database and closes it with the test.
func Open(tb testing.TB, address string, now func() time.Time) *store.DB {
	tb.Helper()
	db, err := store.Open(tb.Context(), address, now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	if err := db.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return db
}
