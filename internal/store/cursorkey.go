package store

import (
	"context"
	"crypto/rand"
	"errors"
)

// giveCursorKey makes the key that cursors are signed with, once for each
// database, so that every process and every restart knows those of the others.
func (db *DB) giveCursorKey(ctx context.Context) error {
	missing := 0
	if err := one(ctx, db.read, `select count(*) from installation where cursor_key is null`, nil, &missing); err != nil || missing == 0 {
		return err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return db.change(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `update installation set cursor_key = $1 where one = 1 and cursor_key is null`, key)
		return err
	})
}

// CursorKey reads the key that cursors are signed with.
func (s *reportSource) CursorKey(ctx context.Context) ([]byte, error) { return cursorKey(ctx, s) }

func cursorKey(ctx context.Context, q querier) ([]byte, error) {
	var key []byte
	err := one(ctx, q, `select cursor_key from installation where one = 1`, nil, &key)
	if err == nil && len(key) == 0 {
		err = errors.New("the installation has no key for cursors: it was not migrated")
	}
	return key, err
}
