package store

import (
	"database/sql"
	"testing"
)

// Texts reads a column of texts.
func (db *DB) Texts(tb testing.TB, query string, args ...any) []string {
	tb.Helper()
	out, err := collect(tb.Context(), db.read, query, args, func(row *sql.Rows) (s string, err error) {
		err = row.Scan(&s)
		return s, err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
