package cli

import (
	"io"
	"strconv"

	"github.com/ambit-lms/ambit/internal/roster"
)

type exportRoster struct {
	Dir string `arg:"" help:"Folder to write; it must not exist yet, or be empty."`
	Org string `required:"" placeholder:"SLUG" help:"Organization to write; a client of it has a bundle of its own."`
}

// Help says more on the command's own help page.
func (exportRoster) Help() string {
	return "Writes the CSV files that ambit import reads, as everything stood at one moment. Importing them into the same organization changes nothing, " +
		"into an empty one makes it again. The files hold names and addresses; the folder is for its owner alone. docs/operating.md tells what files cannot hold."
}

// Run writes an organization as a roster bundle.
func (e exportRoster) Run(c *call) error {
	a, reach, in, err := c.asOperator(e.Org, roster.ExportPermission)
	if err != nil {
		return err
	}
	defer a.Close()
	done, err := a.Rosters.Export(c.ctx, reach, in.ID, e.Dir, roster.ExportOptions{Progress: c.progress()})
	if err != nil {
		return err
	}
	return c.show(done, func(w io.Writer) {
		rows := make([][]string, len(done.Files))
		for n, f := range done.Files {
			rows[n] = []string{f.File, strconv.Itoa(f.Rows)}
		}
		columns(w, []string{"FILE", "ROWS"}, rows)
	})
}
