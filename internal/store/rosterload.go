package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// rows are what is loaded into a table in bulk.
type rows = pgx.CopyFromSource

// loadByCopy streams rows with the native COPY of PostgreSQL, on the
// connection itself, also inside of its open transaction.
func loadByCopy(ctx context.Context, conn *sql.Conn, table string, columns []string, from rows) error {
	return conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, from)
		return translateRace(err)
	})
}

// loadByInsert inserts many rows a statement, which is as near to a COPY as
// SQLite comes: preparing and stepping cost more than the rows.
func loadByInsert(ctx context.Context, conn *sql.Conn, table string, columns []string, from rows) error {
	const atOnce = 64
	full, err := conn.PrepareContext(ctx, insertMany(table, columns, atOnce))
	if err != nil {
		return translate(err)
	}
	defer full.Close()
	args := make([]any, 0, atOnce*len(columns))
	for from.Next() {
		values, err := from.Values()
		if err != nil {
			return err
		}
		if args = append(args, values...); len(args) < cap(args) {
			continue
		}
		if _, err := full.ExecContext(ctx, args...); err != nil {
			return translate(err)
		}
		args = args[:0]
	}
	if from.Err() != nil || len(args) == 0 {
		return from.Err()
	}
	_, err = conn.ExecContext(ctx, insertMany(table, columns, len(args)/len(columns)), args...)
	return translate(err)
}

// insertMany is the statement that inserts so many rows.
func insertMany(table string, columns []string, rows int) string {
	row := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	return "insert into " + table + " (" + strings.Join(columns, ", ") + ") values " + strings.Repeat(row+", ", rows-1) + row
}
