package store

import (
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestSeveralProcessesOpenAtOnce(t *testing.T) {
	for range 100 {
		file := filepath.Join(t.TempDir(), "ambit.db")
		var opening sync.WaitGroup
		for range 6 {
			opening.Go(func() {
				db, err := Open(t.Context(), file, time.Now)
				if err != nil {
					t.Errorf("Open = %v", err)
					return
				}
				db.Close()
			})
		}
		opening.Wait()
	}
}
