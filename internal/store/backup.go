package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/fault"
)

// ErrOwnTools is the answer where the engine brings better tools of its own.
var ErrOwnTools = fault.New(fault.Conflict, "PostgreSQL has its own tools for this: use pg_dump and pg_restore.")

// ErrFileThere keeps a file that is in the way from being lost.
var ErrFileThere = fault.New(fault.Conflict, "There is a file of that name already, and it is not empty. Move it away first.")

// held is what stands at letters and jobs that a restored database must not go on with by itself.
const held = "held: restored from a backup"

// Backup writes a copy of a SQLite database to a new file: one moment of it,
// taken while others go on reading and writing. The file is there under its
// name only when it is whole, checked and on the disk.
func (db *DB) Backup(ctx context.Context, to string) error {
	if db.dialect.name != onSQLite.name {
		return ErrOwnTools
	}
	return copyDatabase(ctx, db.url, to, nil)
}

// Restore makes the database at an address from a backup. It refuses a place
// that is in use. Waiting mail is held and everybody has to sign in again: what
// was sent or ended after the backup must not be sent or live a second time.
func Restore(ctx context.Context, from, address string, now time.Time) error {
	if isPostgres(address) {
		return ErrOwnTools
	}
	return copyDatabase(ctx, from, strings.TrimPrefix(address, "sqlite:"), func(ctx context.Context, copied *sql.DB) error {
		var version int64
		if err := copied.QueryRowContext(ctx, "select max(version_id) from goose_db_version").Scan(&version); err != nil {
			return errors.Join(fault.New(fault.Invalid, "This file is no backup of an Ambit database."), err)
		}
		for _, hold := range []string{
			`update mail set failed_at = $1, last_error = $2 where sent_at is null and failed_at is null`,
			`update job set failed_at = $1, last_error = $2 where done_at is null and failed_at is null`, // a job may write letters
		} {
			if _, err := copied.ExecContext(ctx, hold, now.UnixMicro(), held); err != nil {
				return fmt.Errorf("hold mail: %w", err)
			}
		}
		if _, err := copied.ExecContext(ctx, `delete from session`); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return nil
	})
}

// ReleaseMail lets the letters and jobs that a restore held go on after all,
// and tells how many they are.
func (db *DB) ReleaseMail(ctx context.Context) (letters, jobs int64, err error) {
	err = db.change(ctx, func(t *tx) error {
		now := db.now().UnixMicro()
		letters, err = t.exec(ctx, `update mail set failed_at = null, last_error = '', run_at = $1, attempt = 0 where last_error = $2 and sent_at is null`, now, held)
		if err != nil {
			return err
		}
		jobs, err = t.exec(ctx, `update job set failed_at = null, last_error = '', run_at = $1, attempt = 0 where last_error = $2 and done_at is null`, now, held)
		return err
	})
	return letters, jobs, err
}

// copyDatabase copies one moment of a SQLite database under a passing name,
// lets prepare change the copy, checks it and gives it its name.
func copyDatabase(ctx context.Context, from, to string, prepare func(context.Context, *sql.DB) error) error {
	if err := unused(to); err != nil {
		return err
	}
	passing, err := os.MkdirTemp(filepath.Dir(to), ".ambit-copy-")
	if err != nil {
		return fmt.Errorf("copy to %s: %w", to, err)
	}
	defer os.RemoveAll(passing)
	file := filepath.Join(passing, "database")
	if err := vacuumInto(ctx, from, file); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	copied, err := sql.Open("sqlite", fileURL(file)+"?_pragma=synchronous(full)")
	if err != nil {
		return err
	}
	defer copied.Close()
	if prepare != nil {
		if err := prepare(ctx, copied); err != nil {
			return err
		}
	}
	if err := sound(ctx, copied); err != nil {
		return fmt.Errorf("copy of %s: %w", from, err)
	}
	if err := copied.Close(); err != nil {
		return err
	}
	if err := flush(file); err != nil {
		return err
	}
	if err := unused(to); err != nil {
		return err
	}
	if err := os.Rename(file, to); err != nil {
		return err
	}
	return flush(filepath.Dir(to))
}

func vacuumInto(ctx context.Context, from, to string) error {
	if _, err := os.Stat(from); err != nil {
		return err
	}
	source, err := sql.Open("sqlite", fileURL(from)+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer source.Close()
	_, err = source.ExecContext(ctx, "vacuum into $1", to)
	return err
}

// sound runs SQLite's own checks, of the pages and of what refers to what.
func sound(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity check: %s", verdict)
	}
	return each(ctx, db, "pragma foreign_key_check", nil, func(row *sql.Rows) error {
		return errors.New("integrity check: a row refers to one that is not there")
	})
}

// unused tells whether a database can come to stand there: no file, or an empty one without a log.
func unused(file string) error {
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case info.Size() > 0 || info.IsDir():
			return ErrFileThere
		}
	}
	return nil
}

// flush puts a file or a folder on the disk.
func flush(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func fileURL(file string) string { return "file:" + (&url.URL{Path: file}).EscapedPath() }

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}
