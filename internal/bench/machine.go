package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/ambit-lms/ambit/internal/app"
)

// machine tells what this runs on; what the system does not tell stays empty.
func machine() Machine {
	build := app.Build()
	m := Machine{
		System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.GOMAXPROCS(0),
		Go: build.Go, Ambit: build.Version, Commit: build.Commit,
	}
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.Processor = strings.TrimSpace(value)
				break
			}
		}
	}
	if raw, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int
		if n, _ := fmt.Sscanf(string(raw), "MemTotal: %d kB", &kib); n == 1 {
			m.MemoryMiB = kib / 1024
		}
	}
	return m
}
