package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/license"
)

// AutoReporter gives tests what a sale does in its transaction.
func (db *DB) AutoReporter(ctx context.Context, reach access.Reach, id license.PurchaseID, buyer access.AccountID) error {
	return db.change(ctx, func(t *tx) error {
		at, _, err := t.changeAccess(ctx, reach, `(select organization_id from purchase where realm_id = $1 and purchase_id = $2)`, with(int64(reach.Actor().Realm), string(id)))
		if err != nil {
			return err
		}
		return t.autoReporter(ctx, reach.Actor(), at, id, buyer)
	})
}
