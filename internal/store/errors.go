package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ambit-lms/ambit/internal/fault"
)

// broken is a rule of the schema that a statement would have broken. The
// method that ran the statement gives it its meaning.
type broken struct {
	rule  rule
	name  string // constraint, index or columns, as the engine tells them
	cause error
}

type rule string

const (
	ruleUnique     rule = "unique"
	ruleForeignKey rule = "foreign key"
	ruleCheck      rule = "check"
	ruleNotNull    rule = "not null"
)

func (b *broken) Error() string { return "broke " + string(b.rule) + " " + b.name }
func (b *broken) Unwrap() error { return b.cause }

// breaks tells whether err is a broken rule; names narrow it to constraints or
// tables, since SQLite tells a unique index by its columns.
func breaks(err error, r rule, names ...string) bool {
	var b *broken
	if !errors.As(err, &b) || b.rule != r {
		return false
	}
	if len(names) == 0 {
		return true
	}
	for _, name := range names {
		if strings.Contains(b.name, name) {
			return true
		}
	}
	return false
}

// translate turns an engine's error into ours, once. Faults pass through.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var b *broken
	if errors.As(err, &b) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		if r, ok := map[string]rule{"23505": ruleUnique, "23503": ruleForeignKey, "23514": ruleCheck, "23502": ruleNotNull}[pg.Code]; ok {
			return &broken{rule: r, name: pg.ConstraintName + " " + pg.TableName + "." + pg.ColumnName, cause: err}
		}
		if strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") {
			return errors.Join(errUnavailable, err)
		}
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		r, ok := map[int]rule{
			sqlite3.SQLITE_CONSTRAINT_UNIQUE: ruleUnique, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: ruleUnique,
			sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: ruleForeignKey, sqlite3.SQLITE_CONSTRAINT_CHECK: ruleCheck,
			sqlite3.SQLITE_CONSTRAINT_NOTNULL: ruleNotNull,
		}[lite.Code()]
		switch {
		case ok:
			return &broken{rule: r, name: lite.Error(), cause: err}
		case lite.Code()&0xff == sqlite3.SQLITE_FULL, lite.Code()&0xff == sqlite3.SQLITE_IOERR, isBusy(err):
			return errors.Join(errUnavailable, err)
		}
		return err
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return errors.Join(errUnavailable, err)
	}
	return err
}

// errUnavailable is told to users while the database cannot be written or reached.
var errUnavailable = fault.New(fault.Unavailable, "Ambit cannot reach its database right now. Nothing was changed; please try again in a moment.")

// isLostRace tells whether the transaction may simply be tried again.
func isLostRace(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	return false
}

// isBusy tells whether another process holds the SQLite file.
func isBusy(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// orNotFound turns "no row" into the one answer for absent and out of reach.
func orNotFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.ErrNotFound
	}
	return err
}

// ctxErr prefers the reason of a cancelled request over the engine's words for it.
func ctxErr(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
