package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// Realms lists every realm.
func (db *DB) Realms(ctx context.Context) ([]access.RealmID, error) {
	return collect(ctx, db.read, `select realm_id from realm order by realm_id`, nil, func(row *sql.Rows) (access.RealmID, error) {
		var id access.RealmID
		return id, row.Scan(&id)
	})
}

// Plain reads rows of a realm's tables as they stand, all of one moment: no
// join, no condition, no reach. It is for `ambit verify --surfaces`, which
// computes a second time what pages show and may share no statement with them.
// Tables and columns are names in the program, never what somebody typed.
func (db *DB) Plain(ctx context.Context, realm access.RealmID, do func(read func(table string, columns, order []string, row func([]any) error) error) error) error {
	return db.view(ctx, func(q querier) error {
		return do(func(table string, columns, order []string, row func([]any) error) error {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			query := `select ` + strings.Join(columns, ", ") + ` from ` + table + ` where realm_id = $1`
			if len(order) > 0 {
				query += ` order by ` + strings.Join(order, ", ")
			}
			return each(ctx, q, query, []any{int64(realm)}, func(rows *sql.Rows) error {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				return row(values)
			})
		})
	})
}
