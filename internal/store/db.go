// Package store holds all SQL, for SQLite and PostgreSQL. It fulfils the
// interfaces that the domain packages ask for. One method is one whole change:
// rows, audit event, mail and follow-up job commit together or not at all.
// Every statement that touches people ends in the condition of a reach
// (visible.go).
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/ambit-lms/ambit/internal/fault"
)

// DB is an open database.
type DB struct {
	// PublicURL is where people open this installation: letters that are
	// written in the transaction of their cause lead there.
	PublicURL string

	write   *sql.DB
	read    *sql.DB // the same as write on PostgreSQL
	dialect dialect
	url     string
	now     func() time.Time
	recall  *recall
}

// Open connects to a database: a file, "sqlite:FILE" or "postgres://…". It
// does not migrate; see Migrate.
func Open(ctx context.Context, address string, now func() time.Time) (*DB, error) {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return openPostgres(ctx, address, now)
	}
	return openSQLite(ctx, strings.TrimPrefix(address, "sqlite:"), now)
}

// openSQLite opens one connection that writes, beginning every transaction as
// a writer, and a pool that only reads. Each commit is on the disk before it
// is acknowledged (synchronous full).
func openSQLite(ctx context.Context, file string, now func() time.Time) (*DB, error) {
	const common = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(full)&_pragma=cache_size(-65536)&_pragma=temp_store(memory)"
	name := "file:" + (&url.URL{Path: file}).EscapedPath()
	write, err := sql.Open("sqlite", name+"?_pragma=journal_mode(wal)&_txlock=immediate&"+common)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	write.SetMaxOpenConns(1)
	if err := untilFree(ctx, write.PingContext); err != nil {
		write.Close()
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	reading, err := newPreparing(name + "?_pragma=query_only(1)&_pragma=mmap_size(1073741824)&" + common)
	if err != nil {
		write.Close()
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	read := sql.OpenDB(reading)
	read.SetMaxOpenConns(4 * runtime.GOMAXPROCS(0))
	read.SetMaxIdleConns(4 * runtime.GOMAXPROCS(0))
	return &DB{write: write, read: read, dialect: onSQLite, url: file, now: now, recall: newRecall(defaultRecall)}, nil
}

// untilFree tries again while another process holds a SQLite file. Turning on
// the write-ahead log needs the file alone for a moment, and there SQLite
// refuses at once instead of waiting for busy_timeout.
func untilFree(ctx context.Context, ping func(context.Context) error) error {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		err := ping(ctx)
		if !isBusy(err) || ctx.Err() != nil || time.Now().After(end) {
			return err
		}
	}
}

func openPostgres(ctx context.Context, address string, now func() time.Time) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", withoutPassword(err))
	}
	// Our statements are short: compiling one takes longer than running it.
	config.RuntimeParams["jit"] = "off"
	db := stdlib.OpenDB(*config)
	// All are kept for a while: a new connection has to plan every statement anew, which
	// many writers at once pay for while they hold what the others wait for.
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(32)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("open PostgreSQL: %w", withoutPassword(err))
	}
	return &DB{write: db, read: db, dialect: onPostgres, url: address, now: now, recall: newRecall(defaultRecall)}, nil
}

// withoutPassword keeps connection strings out of messages.
func withoutPassword(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("the address cannot be read")
	}
	return err
}

// Close ends all connections.
func (db *DB) Close() error {
	if db.read != db.write {
		return errors.Join(db.read.Close(), db.write.Close())
	}
	return db.write.Close()
}

// Engine names the engine for operators: "sqlite" or "postgres".
func (db *DB) Engine() string { return db.dialect.name }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.read.PingContext(ctx) }

// tx is a transaction; querier is what it has in common with a plain read.
type tx struct {
	*sql.Tx
	db *DB
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// change runs one whole change. A lost race (40001, 40P01) is tried again here
// and nowhere else, so what fn does must be safe to repeat.
func (db *DB) change(ctx context.Context, fn func(tx *tx) error) error {
	for try := 0; ; try++ {
		err := db.once(ctx, fn)
		if err == nil || !isLostRace(err) || ctx.Err() != nil {
			return translate(err)
		}
		if try == 20 {
			return fault.New(fault.Unavailable, "Too many people changed this at once. Please try again.")
		}
		slog.DebugContext(ctx, "transaction tried again", "try", try, "cause", err)
		time.Sleep(time.Duration(try+1) * 2 * time.Millisecond)
	}
}

func (db *DB) once(ctx context.Context, fn func(tx *tx) error) error {
	t, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	ours := &tx{Tx: t, db: db}
	if err := fn(ours); err != nil {
		return err
	}
	if err := ours.markDone(ctx); err != nil {
		return err
	}
	return t.Commit()
}

// view runs reads that must agree with each other on one snapshot.
func (db *DB) view(ctx context.Context, fn func(q querier) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if db.dialect.snapshots {
		options.Isolation = sql.LevelRepeatableRead
	}
	t, err := db.read.BeginTx(ctx, options)
	if err != nil {
		return translate(err)
	}
	defer t.Rollback()
	return translate(fn(t))
}
