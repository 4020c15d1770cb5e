package store

import (
	"context"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/transcript"
)

// Write runs a statement of a test's own.
func (db *DB) Write(tb testing.TB, query string, args ...any) {
	tb.Helper()
	if _, err := db.write.Exec(query, args...); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// Read reads one row of a test's own.
func (db *DB) Read(tb testing.TB, query string, args []any, into ...any) {
	tb.Helper()
	if err := db.read.QueryRow(query, args...).Scan(into...); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// RedeemSeat gives tests what an invitation's page and the import will do.
func (db *DB) RedeemSeat(ctx context.Context, actor access.Actor, seat license.SeatID, account access.AccountID, at time.Time) error {
	return db.change(ctx, func(t *tx) error { return t.redeemSeat(ctx, actor, redemption{seat: seat, account: account, at: at}) })
}

// Ledger gives tests the writing of a purchase's ledger.
func (db *DB) Ledger(ctx context.Context, actor access.Actor, id license.PurchaseID, at time.Time, entries ...license.Entry) error {
	return db.change(ctx, func(t *tx) error { return t.ledger(ctx, actor, id, at, entries...) })
}

// Enroll gives tests an enrollment by hand.
func (db *DB) Enroll(ctx context.Context, realm access.RealmID, learner access.LearnerNo, from, until time.Time, activities ...access.ActivityNo) error {
	return db.change(ctx, func(t *tx) error {
		if err := t.enroll(ctx, realm, learner, activities, source{kind: "hand", from: from, until: until}); err != nil {
			return err
		}
		return t.rebuildTranscripts(ctx, realm, []access.LearnerNo{learner})
	})
}

// EntriesAsOf gives tests what reports read for a past day.
func (db *DB) EntriesAsOf(ctx context.Context, realm access.RealmID, learners []access.LearnerNo, d day.Day) (map[access.LearnerNo][]transcript.Entry, error) {
	return entriesAsOf(ctx, db.read, realm, learners, d)
}
