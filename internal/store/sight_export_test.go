package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
)

// WeighSight is weighSight at a moment of its own.
func (db *DB) WeighSight(ctx context.Context, asker access.Reach, changes []management.Held, by ...access.Permission) (out management.Effect, err error) {
	err = db.view(ctx, func(q querier) error {
		out, err = weighSight(ctx, q, asker, changes, by...)
		return err
	})
	return out, err
}

// WeighPlacing is weighPlacing at a moment of its own.
func (db *DB) WeighPlacing(ctx context.Context, asker access.Reach, before, after access.Placement) (out management.Effect, err error) {
	err = db.view(ctx, func(q querier) error {
		out, err = weighPlacing(ctx, q, asker, before, after)
		return err
	})
	return out, err
}
