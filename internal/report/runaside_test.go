package report

import (
	"context"
	"testing"
)

// TestALongFileStepsAside waits for requests to be answered, never for ever.
func TestALongFileStepsAside(t *testing.T) {
	gone, stop := context.WithCancel(t.Context())
	stop()
	for _, tt := range []struct {
		name     string
		ctx      context.Context
		busy     int // for how many looks
		wantLook int
	}{
		{"nobody waits", t.Context(), 0, 1},
		{"until all are answered", t.Context(), 3, 4},
		{"there is always somebody", t.Context(), 1 << 30, int(asideFor / asideLook)},
		{"the process stops", gone, 1 << 30, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			looked := 0
			r := &Runs{settings: RunSettings{Answering: func() int64 {
				if looked++; looked <= tt.busy {
					return 1
				}
				return 0
			}}}
			r.stepAside(tt.ctx)
			if looked != tt.wantLook {
				t.Errorf("looked %d times, want %d", looked, tt.wantLook)
			}
		})
	}
	new(Runs).stepAside(t.Context()) // where nobody counts, nothing waits
}
