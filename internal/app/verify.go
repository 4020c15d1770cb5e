package app

import (
	"context"
	"time"

	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/store"
)

// Verify runs the invariants over a database as it is. It reads only: a
// database that is absent is not made, one of another version not migrated.
func Verify(ctx context.Context, s config.Settings, now func() time.Time) ([]store.Finding, error) {
	if err := exists(s.DB); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.DB, now)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return db.Verify(ctx)
}
