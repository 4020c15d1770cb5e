package cli

import (
	"fmt"
	"io"

	"github.com/ambit-lms/ambit/internal/app"
)

type serve struct{}

// Run serves until the process is told to stop.
func (serve) Run(c *call) error {
	return app.Serve(c.ctx, c.settings, c.now, app.Logger(c.settings, c.err), c.out)
}

type inForce struct{}

// Run prints the settings in force, and fails when Ambit would not start with them.
func (inForce) Run(c *call) error {
	list := c.settings.List(c.kong)
	err := c.show(list, func(w io.Writer) {
		rows := make([][]string, len(list))
		for i, s := range list {
			rows[i] = []string{s.Name, s.Value, s.Source}
		}
		columns(w, []string{"SETTING", "VALUE", "FROM"}, rows)
	})
	if err != nil {
		return err
	}
	return c.settings.Check()
}

type version struct{}

// Run prints which build this is.
func (version) Run(c *call) error {
	v := app.Build()
	return c.show(v, func(w io.Writer) {
		fmt.Fprintln(w, "ambit", v.Version, v.Commit, v.Go)
	})
}
