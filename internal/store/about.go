package store

import (
	"context"
	"database/sql"

	"github.com/ambit-lms/ambit/internal/access"
)

// About says what a database is, before anything is asked of its tables.
type About struct {
	Engine  string // sqlite or postgres
	Version string // of the engine
	Tables  int    // none: it was never used
}

// About looks at a database without changing anything.
func (db *DB) About(ctx context.Context) (About, error) {
	out := About{Engine: db.dialect.name}
	err := one(ctx, db.read, db.dialect.about, nil, &out.Version, &out.Tables)
	return out, err
}

// Roots names the organizations of a database whose tables are of any release,
// which may be older than this program.
func (db *DB) Roots(ctx context.Context) (map[access.OrgID]string, error) {
	type root struct {
		id   access.OrgID
		slug string
	}
	rows, err := collect(ctx, db.read, `select organization_id, slug from organization`, nil, func(row *sql.Rows) (r root, err error) {
		return r, row.Scan(&r.id, &r.slug)
	})
	if err != nil {
		return nil, err
	}
	out := map[access.OrgID]string{}
	for _, r := range rows {
		out[r.id] = r.slug
	}
	return out, nil
}
