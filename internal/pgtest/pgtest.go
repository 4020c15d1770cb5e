// Package pgtest gives tests real PostgreSQL databases: empty ones, or copies of a template that was prepared once.
// It is for tests only and knows nothing of Ambit's schema.
//
// The server is the one named by AMBIT_TEST_POSTGRES (the connection string of a superuser). Without it the package
// starts a private cluster for the test process, which ends with that process, however it ends. Where PostgreSQL is
// not installed tests fail; they never skip, because a check that skips half the engines proves half.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Env names the variable that holds the connection string of a superuser.
const Env = "AMBIT_TEST_POSTGRES"

// prefix begins the name of every database made here, followed by the second it was made in.
const prefix = "ambit_test_"

// target is the server the databases are made on.
type target struct {
	dsn     string
	private *Cluster // kept, because the cluster stops when its pipe is collected
}

// One cluster a process is enough, and only the process itself outlives all of its tests.
var server = sync.OnceValues(func() (*target, error) {
	s := &target{dsn: os.Getenv(Env)}
	if s.dsn == "" {
		c, err := Start()
		if err != nil {
			return nil, err
		}
		s.private, s.dsn = c, c.DSN()
	}
	return s, sweep(s.dsn, time.Now().Add(-6*time.Hour))
})

// templates holds what this process knows to be prepared, by database name.
var templates sync.Map

// Fresh returns the connection string of a new, empty database that is dropped when the test ends.
func Fresh(tb testing.TB) string {
	tb.Helper()
	return create(tb, "template0")
}

// FromTemplate returns the connection string of a new database copied from the template of that name; it is dropped
// when the test ends. The first caller in a test run makes the template by running prepare on an empty database;
// prepare must close its connections.
func FromTemplate(tb testing.TB, name string, prepare func(dsn string) error) string {
	tb.Helper()
	template := templateName(name)
	once, _ := templates.LoadOrStore(template, sync.OnceValue(func() error { return makeTemplate(template, prepare) }))
	if err := once.(func() error)(); err != nil {
		tb.Fatalf("template %s: %v", name, err)
	}
	return create(tb, template)
}

func create(tb testing.TB, template string) string {
	tb.Helper()
	s, err := server()
	if err != nil {
		tb.Fatal(err)
	}
	name := newName()
	if err := admin(s.dsn, func(ctx context.Context, c *pgx.Conn) error { return copyDatabase(ctx, c, name, template) }); err != nil {
		tb.Fatalf("create database from %s: %v", template, err)
	}
	tb.Cleanup(func() {
		if err := admin(s.dsn, func(ctx context.Context, c *pgx.Conn) error { return drop(ctx, c, name) }); err != nil {
			tb.Errorf("drop database %s: %v", name, err)
		}
	})
	return withDatabase(s.dsn, name)
}

// makeTemplate lets exactly one of the processes that share a server prepare the template. It is built under
// another name, so that one whose preparation was killed is never taken for a whole one.
func makeTemplate(name string, prepare func(dsn string) error) error {
	s, err := server()
	if err != nil {
		return err
	}
	hash := fnv.New64a()
	hash.Write([]byte(name))
	key := int64(hash.Sum64())
	return admin(s.dsn, func(ctx context.Context, c *pgx.Conn) error {
		// The lock goes with the connection.
		if _, err := c.Exec(ctx, "select pg_advisory_lock($1)", key); err != nil {
			return err
		}
		var exists bool
		if err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&exists); err != nil || exists {
			return err
		}
		draft := newName()
		if err := copyDatabase(ctx, c, draft, "template0"); err != nil {
			return err
		}
		if err := prepare(withDatabase(s.dsn, draft)); err != nil {
			return errors.Join(fmt.Errorf("prepare: %w", err), drop(ctx, c, draft))
		}
		return whileInUse(ctx, func() error {
			_, err := c.Exec(ctx, "alter database "+quote(draft)+" rename to "+quote(name))
			return err
		})
	})
}

func copyDatabase(ctx context.Context, c *pgx.Conn, name, template string) error {
	return whileInUse(ctx, func() error {
		_, err := c.Exec(ctx, "create database "+quote(name)+" template "+quote(template))
		return err
	})
}

func drop(ctx context.Context, c *pgx.Conn, name string) error {
	_, err := c.Exec(ctx, "drop database if exists "+quote(name)+" with (force)")
	return err
}

// whileInUse repeats what PostgreSQL refuses while a closed connection has not quite gone yet.
func whileInUse(ctx context.Context, do func() error) error {
	for {
		err := do()
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "55006" {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// sweep drops what killed test processes left behind on a server that outlives them.
func sweep(dsn string, before time.Time) error {
	return admin(dsn, func(ctx context.Context, c *pgx.Conn) error {
		rows, _ := c.Query(ctx, "select datname from pg_database where starts_with(datname, $1)", prefix)
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range names {
			made, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "_")
			if second, err := strconv.ParseInt(made, 10, 64); err != nil || second >= before.Unix() {
				continue
			}
			if err := drop(ctx, c, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func admin(dsn string, do func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to the test server: %w", err)
	}
	defer c.Close(ctx)
	return do(ctx, c)
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(Env + " is not a postgres:// address") // pgx has connected with it before
	}
	u.Path = "/" + name
	return u.String()
}

func newName() string {
	return prefix + newRun()
}

// newRun names a moment, first by its second and then at random.
func newRun() string {
	var b [6]byte
	rand.Read(b[:])
	return strconv.FormatInt(time.Now().Unix(), 10) + "_" + hex.EncodeToString(b[:])
}

// runEnv is set by the program in run/ for all processes of one test run, which thereby share templates.
const runEnv = "AMBIT_TEST_RUN"

var processRun = sync.OnceValue(newRun)

// templateName differs from run to run: a template must never outlive the migrations it was made with.
func templateName(name string) string {
	run := os.Getenv(runEnv)
	if run == "" {
		run = processRun()
	}
	return prefix + run + "_" + name
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
