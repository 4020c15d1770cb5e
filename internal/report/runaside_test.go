package report

import (
	"context"
	"testing"
)

// TestALongFileStepsAside waits for requests to be answered, never for ever,
// and goes on for a while where that was in vain.
func TestALongFileStepsAside(t *testing.T) {
	gone, stop := context.WithCancel(t.Context())
	stop()
	for _, tt := range []struct {
		name      string
		ctx       context.Context
		busy      int // for how many looks
		wantLook  int
		wantAgain int // looks when it is asked once more
	}{
		{"nobody waits", t.Context(), 0, 1, 1},
		{"until all are answered", t.Context(), 3, 4, 1},
		{"there is always somebody", t.Context(), 1 << 30, int(asideFor/asideLook) + 1, 1},
		{"the process stops", gone, 1 << 30, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			looked := 0
			r := &Runs{settings: RunSettings{Answering: func() int64 {
				if looked++; looked <= tt.busy {
					return 1
				}
				return 0
			}}}
			a := r.aside()
			a.step(tt.ctx)
			if looked != tt.wantLook {
				t.Errorf("looked %d times, want %d", looked, tt.wantLook)
			}
			looked = min(looked, tt.busy)
			before := looked
			if a.step(tt.ctx); looked != before+tt.wantAgain {
				t.Errorf("asked once more it looked %d times, want %d", looked-before, tt.wantAgain)
			}
		})
	}
	new(Runs).aside().step(t.Context()) // where nobody counts, nothing waits
	(*aside)(nil).step(t.Context())
}
