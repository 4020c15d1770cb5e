package store_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

func TestVerifyIsCleanOnAnEmptyDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		found, err := db.Verify(t.Context())
		if err != nil || len(found) > 0 {
			t.Fatalf("Verify() = %v, %v", found, err)
		}
	})
}
