package bench

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// memory watches how much more this process holds than when it was idle: all
// that is its own, also what the database engine inside it holds beside Go's
// heap, but not the files that the system keeps mapped.
type memory struct {
	idle, peak int64
	end        chan struct{}
	watching   sync.WaitGroup
}

// watchMemory begins after tidying up, so that idle means idle.
func watchMemory() *memory {
	debug.FreeOSMemory()
	m := &memory{idle: ownMemory(), end: make(chan struct{})}
	m.watching.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-m.end:
				return
			case <-tick.C:
				m.peak = max(m.peak, ownMemory())
			}
		}
	})
	return m
}

// stop gives the peak above idle in mebibytes.
func (m *memory) stop() float64 {
	close(m.end)
	m.watching.Wait()
	return round(float64(max(m.peak-m.idle, 0)) / (1 << 20))
}

// ownMemory asks the system; where that does not tell, Go's own runtime.
func ownMemory() int64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err == nil {
		var kib int64
		for line := range strings.Lines(string(raw)) {
			if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kib); n == 1 {
				return kib << 10
			}
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys - stats.HeapReleased)
}
