package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"sync/atomic"
	"testing"
)

// Statements counts the statements that writing sends to the engine while do runs.
func (db *DB) Statements(tb testing.TB, do func()) int {
	tb.Helper()
	counter := &counter{driver: db.write.Driver(), name: db.url}
	if db.dialect.name == "sqlite" {
		counter.name = "file:" + (&url.URL{Path: db.url}).EscapedPath() +
			"?_pragma=journal_mode(wal)&_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(full)&_pragma=cache_size(-65536)"
	}
	write := sql.OpenDB(counter)
	defer write.Close()
	write.SetMaxOpenConns(1)
	plain := db.write
	db.write = write
	defer func() { db.write = plain }()
	do()
	return int(counter.statements.Load())
}

// counter is a driver's connector that counts what goes through its connections.
type counter struct {
	driver     driver.Driver
	name       string
	statements atomic.Int64
}

func (c *counter) Driver() driver.Driver { return c.driver }

func (c *counter) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.name)
	return countedConn{conn, &c.statements}, err
}

type countedConn struct {
	driver.Conn
	statements *atomic.Int64
}

func (c countedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c countedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.statements.Add(1)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c countedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.statements.Add(1)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c countedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}
