package store

import (
	"context"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/report"
)

// Forget forgets all records, and keeps so many bytes of them from now on.
func (db *DB) Forget(limit int) { db.recall = newRecall(limit) }

// ForgetRealm forgets the records of a realm, as where room is needed.
func (db *DB) ForgetRealm(realm access.RealmID) {
	db.recall.mu.Lock()
	defer db.recall.mu.Unlock()
	if k := db.recall.realms[realm]; k != nil {
		db.recall.forget(k)
	}
}

// Kept counts the records that are kept of a realm, and the bytes of all realms.
func (db *DB) Kept(realm access.RealmID) (records, bytes int) {
	db.recall.mu.Lock()
	defer db.recall.mu.Unlock()
	if k := db.recall.realms[realm]; k != nil {
		for _, r := range k.records {
			if r.kept {
				records++
			}
		}
	}
	return records, db.recall.bytes
}

// ReadRecords reads records in a source's snapshot, whatever is kept.
func ReadRecords(ctx context.Context, src report.Source, realm access.RealmID, learners []access.LearnerNo) (map[access.LearnerNo][]byte, error) {
	read, err := src.(*reportSource).records(ctx, realm, learners)
	out := map[access.LearnerNo][]byte{}
	for _, r := range read {
		out[r.learner] = r.entries
	}
	return out, err
}

// Repack runs a statement, packs transcripts anew and waits before it commits.
func (db *DB) Repack(ctx context.Context, realm access.RealmID, learners []access.LearnerNo, statement string, before func()) error {
	return db.change(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, statement); err != nil {
			return err
		}
		if err := t.rebuildTranscripts(ctx, realm, learners); err != nil {
			return err
		}
		before()
		return nil
	})
}
