package store

import "context"

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
