package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/store"
)

// Backup copies the database to a new file while others use it. It does not
// migrate: a backup is what one makes before that. On PostgreSQL it gives the
// command to use instead.
func Backup(ctx context.Context, s config.Settings, now func() time.Time, to string) (instead string, err error) {
	if isPostgres(s.DB) {
		return fmt.Sprintf("pg_dump --format=custom --file=%s %s", quoted(to), quoted(withoutPassword(s.DB))), nil
	}
	if err := exists(s.DB); err != nil {
		return "", err
	}
	db, err := store.Open(ctx, s.DB, now)
	if err != nil {
		return "", err
	}
	defer db.Close()
	return "", db.Backup(ctx, to)
}

// Restore makes the database from a backup. On PostgreSQL it gives the command
// to use instead.
func Restore(ctx context.Context, s config.Settings, now func() time.Time, from string) (instead string, err error) {
	if isPostgres(s.DB) {
		return fmt.Sprintf("pg_restore --exit-on-error --single-transaction --no-owner --dbname=%s %s", quoted(withoutPassword(s.DB)), quoted(from)), nil
	}
	return "", store.Restore(ctx, from, s.DB, now())
}

// exists keeps a command that only looks from making an empty database where a name was misspelt.
func exists(address string) error {
	if isPostgres(address) {
		return nil
	}
	file := strings.TrimPrefix(address, "sqlite:")
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "There is no database "+file+".")
	}
	return err
}

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// withoutPassword is an address for a command line that others can see; the
// tools of PostgreSQL take the password from PGPASSWORD or ~/.pgpass.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://…"
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	query := u.Query()
	query.Del("password")
	u.RawQuery = query.Encode()
	return u.String()
}

// quoted is a word of a shell's command line.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
