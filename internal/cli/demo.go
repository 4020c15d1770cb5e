package cli

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/config"
)

type demo struct{}

// Help is what ambit demo --help says beside the settings.
func (demo) Help() string {
	return "The school is made anew on each start and goes away at the end, unless --db names a file to keep it in."
}

// Run serves the demo until the process is told to stop. Only the flag --db
// keeps its database: a variable or a file names that of a real Ambit.
func (demo) Run(c *call) error {
	settings := c.settings
	from := func(name, source string) bool {
		return slices.ContainsFunc(settings.List(c.kong), func(s config.InForce) bool { return s.Name == name && s.Source == source })
	}
	if from("log-level", "default") {
		settings.LogLevel = "warn" // the address to open should stay in sight
	}
	if !from("db", "flag") {
		folder, err := os.MkdirTemp("", "ambit-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		settings.DB = filepath.Join(folder, "demo.db")
	}
	return app.Demo(c.ctx, settings, c.now, app.Logger(settings, c.err), c.out)
}
