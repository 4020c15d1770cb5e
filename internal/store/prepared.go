package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
)

// How many statements a connection keeps, and how long a text may be to be
// kept: our texts are few and short, but for those that list numbers.
const (
	keptStatements = 256
	keptText       = 6000
)

// preparing opens SQLite connections that parse each query once. The driver
// itself parses a text every time it is asked, which is a third of a short
// page; PostgreSQL's driver keeps statements by itself.
type preparing struct{ driver.Connector }

func newPreparing(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	return preparing{c}, err
}

// Connect opens a connection.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	raw, ok := c.(rawConn)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver lacks a method that statements are kept with"), c.Close())
	}
	return &preparedConn{rawConn: raw, kept: map[string]driver.StmtQueryContext{}}, nil
}

// rawConn is what database/sql asks of the driver's connection.
type rawConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedConn is used by one goroutine at a time, as every driver.Conn. The
// rows of a text must be closed before the same text is asked again: PostgreSQL
// allows no second question within open rows at all.
type preparedConn struct {
	rawConn
	kept map[string]driver.StmtQueryContext
}

// QueryContext asks by the statement kept for the text, if there is one.
func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(query) > keptText {
		return c.rawConn.QueryContext(ctx, query, args)
	}
	stmt, ok := c.kept[query]
	if !ok {
		made, err := c.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		if stmt, ok = made.(driver.StmtQueryContext); !ok {
			return nil, errors.Join(driver.ErrSkip, made.Close())
		}
		if err := c.makeRoom(); err != nil {
			return nil, errors.Join(err, made.Close())
		}
		c.kept[query] = stmt
	}
	return stmt.QueryContext(ctx, args)
}

// makeRoom drops all statements when there are too many: texts that come again
// are soon back.
func (c *preparedConn) makeRoom() error {
	if len(c.kept) < keptStatements {
		return nil
	}
	return c.drop()
}

func (c *preparedConn) drop() error {
	var err error
	for query, stmt := range c.kept {
		if s, ok := stmt.(driver.Stmt); ok {
			err = errors.Join(err, s.Close())
		}
		delete(c.kept, query)
	}
	return err
}

// Close ends the statements and the connection.
func (c *preparedConn) Close() error { return errors.Join(c.drop(), c.rawConn.Close()) }
