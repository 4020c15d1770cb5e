package store

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
)

// Pack packs the transcripts of the first learners, whose rows a test has changed.
func (db *DB) Pack(tb testing.TB, realm access.RealmID, learners int) {
	tb.Helper()
	err := db.change(tb.Context(), func(t *tx) error {
		var all []access.LearnerNo
		for n := range learners {
			all = append(all, access.LearnerNo(n+1))
		}
		return t.rebuildTranscripts(tb.Context(), realm, all)
	})
	if err != nil {
		tb.Fatal(err)
	}
}
