package cli

import (
	"fmt"
	"io"

	"github.com/ambit-lms/ambit/internal/app"
)

type backup struct {
	To string `arg:"" name:"file" help:"The new file. One that is there already is never overwritten."`
}

// Help says more on the command's own help page.
func (backup) Help() string {
	return "The copy is one moment of the database, taken while others read and write, and checked before it gets its name. " +
		"For PostgreSQL the command to use instead is printed."
}

// Run copies the database, or prints what to use instead.
func (b backup) Run(c *call) error {
	instead, err := app.Backup(c.ctx, c.settings, c.now, b.To)
	if err != nil {
		return err
	}
	return c.copied(b.To, instead)
}

type restore struct {
	From string `arg:"" name:"file" help:"The backup. The database (--db) must not be there yet."`
}

// Help says more on the command's own help page.
func (restore) Help() string {
	return "A restored Ambit asks everybody to sign in again and holds the mail that was waiting, since it may have been sent after the backup: " +
		"ambit mail release lets it go. API tokens and access ended after the backup live again: end them anew. " +
		"For PostgreSQL the command to use instead is printed."
}

// Run makes the database, or prints what to use instead.
func (r restore) Run(c *call) error {
	instead, err := app.Restore(c.ctx, c.settings, c.now, r.From)
	if err != nil {
		return err
	}
	return c.copied(r.From, instead)
}

func (c *call) copied(file, instead string) error {
	answer := struct {
		File    string `json:"file"`
		Instead string `json:"use_instead,omitempty"`
	}{file, instead}
	return c.show(answer, func(w io.Writer) {
		if instead != "" {
			fmt.Fprintf(w, "PostgreSQL has its own tool for this. The password comes from PGPASSWORD or ~/.pgpass.\n%s\n", instead)
			return
		}
		fmt.Fprintln(w, "Done:", file)
	})
}
