package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to this version, under a lock, so that several
// processes may start at once. A database of a newer version is refused.
func (db *DB) Migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if !db.dialect.sessionLock {
		unlock, err := lockFile(db.url)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		defer unlock()
	}
	kind, options := database.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if db.dialect.sessionLock {
		kind = database.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, db.write, expanded{files, db.dialect}, options...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if current > target {
		return fmt.Errorf("the database is of version %d, newer than this Ambit, which knows up to %d; start the newer Ambit", current, target)
	}
	if current < target {
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if err := db.giveCursorKey(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := db.numberRestored(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// numberRestored numbers changes anew that another server has numbered: those
// of a dump that was restored on this one.
func (db *DB) numberRestored(ctx context.Context) error {
	if db.dialect.foreign == "" {
		return nil
	}
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update transcript set change_no = `+db.dialect.change+` where `+db.dialect.foreign)
		return err
	})
}

// lockFile waits until no other process on this machine migrates the same
// database. The lock is a file of its own: closing the database's own file
// would drop the locks that SQLite holds on it.
func lockFile(database string) (unlock func(), err error) {
	full, err := filepath.Abs(database)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("ambit-migrating-%x", sha256.Sum256([]byte(full)))
	f, err := os.OpenFile(filepath.Join(os.TempDir(), name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

// expanded shows the migrations with the placeholders filled in for one engine.
type expanded struct {
	fs.FS
	dialect dialect
}

// Open reads a migration and fills in the types.
func (e expanded) Open(name string) (fs.File, error) {
	f, err := e.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	text := e.dialect.types.Replace(string(raw))
	return &expandedFile{Reader: bytes.NewReader([]byte(text)), info: info, size: int64(len(text))}, nil
}

type expandedFile struct {
	*bytes.Reader
	info fs.FileInfo
	size int64
}

func (f *expandedFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *expandedFile) Close() error               { return nil }
func (f *expandedFile) Name() string               { return f.info.Name() }
func (f *expandedFile) Size() int64                { return f.size }
func (f *expandedFile) Mode() fs.FileMode          { return f.info.Mode() }
func (f *expandedFile) ModTime() time.Time         { return f.info.ModTime() }
func (f *expandedFile) IsDir() bool                { return false }
func (f *expandedFile) Sys() any                   { return nil }
