package demo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/demo"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// noon is when the school of the tests is loaded and asked.
func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

// loaded gives each test a copy of the school, which is loaded once.
func loaded(t *testing.T) (*store.DB, demo.Services) {
	t.Helper()
	file, err := loadedFile()
	if err != nil {
		t.Fatal(err)
	}
	address := filepath.Join(t.TempDir(), "ambit.db")
	if err := os.WriteFile(address, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t, address, noon)
	return db, services(db, noon)
}

// loadedFile is the bytes of that database; closing it leaves everything in the
// one file.
var loadedFile = sync.OnceValues(func() (file []byte, err error) {
	folder, err := os.MkdirTemp("", "ambit-school-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	address := filepath.Join(folder, "ambit.db")
	db, err := store.Open(context.Background(), address, noon)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(db.Migrate(context.Background()), demo.Load(context.Background(), services(db, noon), demo.Seed), db.Close()); err != nil {
		return nil, err
	}
	if log, err := os.Stat(address + "-wal"); err == nil && log.Size() > 0 {
		return nil, errors.New("the school was closed with a write-ahead log beside it")
	}
	return os.ReadFile(address)
})
