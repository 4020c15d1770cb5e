package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

func TestSeveralProcessesMayMigrateAtOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			address := storetest.Address(t, engine)
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					db, err := store.Open(t.Context(), address, time.Now)
					if err != nil {
						t.Error(err)
						return
					}
					defer db.Close()
					if err := db.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}
