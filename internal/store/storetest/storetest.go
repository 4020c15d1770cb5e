// Package storetest gives tests a fresh, migrated database of each engine.
// PostgreSQL is required: where it is absent a test fails, it does not skip.
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
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

// Address makes a fresh database, migrated already, and gives its address: it
// is a copy of one that was made once.
func Address(tb testing.TB, engine string) string {
	tb.Helper()
	if engine != "sqlite" {
		return pgtest.FromTemplate(tb, "ambit", migrate)
	}
	empty, err := migratedFile()
	if err != nil {
		tb.Fatal(err)
	}
	address := filepath.Join(tb.TempDir(), "ambit.db")
	if err := os.WriteFile(address, empty, 0o600); err != nil {
		tb.Fatal(err)
	}
	return address
}

func migrate(address string) error {
	db, err := store.Open(context.Background(), address, time.Now)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(context.Background()), db.Close())
}

// migratedFile is the bytes of a migrated SQLite database; closing it leaves
// everything in the one file.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "ambit-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	address := filepath.Join(folder, "ambit.db")
	if err := migrate(address); err != nil {
		return nil, err
	}
	if log, err := os.Stat(address + "-wal"); err == nil && log.Size() > 0 {
		return nil, errors.New("the template was closed with a write-ahead log beside it")
	}
	return os.ReadFile(address)
})

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
