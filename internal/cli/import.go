package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/roster"
)

type importRoster struct {
	Dir    string `arg:"" type:"existingdir" help:"Folder with the CSV files of a roster bundle; each is optional."`
	Org    string `required:"" placeholder:"SLUG" help:"Organization to bring it into."`
	DryRun bool   `name:"dry-run" help:"Check and count everything, change nothing."`
	Invite bool   `help:"Write to everybody of the bundle who has no password yet."`
}

// Help says more on the command's own help page.
func (importRoster) Help() string {
	return "Everything is checked first; with a single fault nothing is changed, all faults are told by file, line, column and reason, and the exit code is 3. " +
		"People match by the customer's id, else by e-mail address. A second run of the same bundle changes nothing."
}

// Run brings a roster bundle in.
func (i importRoster) Run(c *call) error {
	a, reach, in, err := c.asOperator(i.Org, roster.Permission)
	if err != nil {
		return err
	}
	defer a.Close()
	summary, err := a.Rosters.Import(c.ctx, reach, in.ID, os.DirFS(i.Dir), roster.Options{
		DryRun: i.DryRun, Invite: i.Invite, Progress: c.progress(),
	})
	var refused *roster.Refusal
	if errors.As(err, &refused) {
		return c.refused(refused)
	}
	if err != nil {
		return err
	}
	return c.show(summary, func(w io.Writer) {
		rows := make([][]string, len(summary.Files))
		for n, f := range summary.Files {
			rows[n] = []string{f.File, strconv.Itoa(f.Created), strconv.Itoa(f.Changed), strconv.Itoa(f.Unchanged)}
		}
		columns(w, []string{"FILE", "CREATED", "CHANGED", "UNCHANGED"}, rows)
		for _, warning := range summary.Warnings {
			fmt.Fprintln(w, "Note:", warning)
		}
		if summary.Invited > 0 {
			fmt.Fprintln(w, "Invited:", summary.Invited)
		}
		if summary.DryRun {
			fmt.Fprintln(w, "This was a dry run: nothing was changed.")
		}
	})
}

// refused tells every fault of a bundle on standard output.
func (c *call) refused(r *roster.Refusal) error {
	err := c.show(r, func(w io.Writer) {
		for _, f := range r.Faults {
			fmt.Fprintln(w, f)
		}
		if r.More > 0 {
			fmt.Fprintf(w, "… and %d more\n", r.More)
		}
	})
	if err != nil {
		return err
	}
	return findings(fmt.Sprintf("the bundle has faults: %d; nothing was changed", len(r.Faults)+r.More))
}

// progress tells on standard error what an import is doing: every part of it,
// and the rows of large files once a second.
func (c *call) progress() func(roster.Progress) {
	var told time.Time
	var last roster.Progress
	return func(p roster.Progress) {
		now := c.now()
		if p.Step == last.Step && p.File == last.File && now.Sub(told) < time.Second {
			return
		}
		told, last = now, p
		switch {
		case p.Rows > 0:
			fmt.Fprintf(c.err, "%s %s: %d rows\n", p.Step, p.File, p.Rows)
		case p.File != "":
			fmt.Fprintf(c.err, "%s %s\n", p.Step, p.File)
		default:
			fmt.Fprintln(c.err, p.Step)
		}
	}
}
