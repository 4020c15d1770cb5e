// Package cli is the command line: each command reads its words, makes one or
// two calls and prints the answer, for people or as JSON.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done, and
// something was found (by verify or by an import's checks).
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kong"

	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/bench"
	"github.com/ambit-lms/ambit/internal/config"
	"github.com/ambit-lms/ambit/internal/fault"
)

// The exit codes of every command.
const (
	done   = 0
	failed = 1
	usage  = 2
	found  = 3
)

// commands is the whole command line.
type commands struct {
	config.Settings `embed:"" group:"Settings:"`
	JSON            bool `name:"json" help:"Answer in JSON, for scripts."`

	Serve   serve        `cmd:"" help:"Serve pages and API until stopped."`
	Demo    demo         `cmd:"" help:"Show Northwind Academy, a small school of many roles; one click signs in."`
	Import  importRoster `cmd:"" help:"Bring in people, learning and purchases from a folder of CSV files."`
	Export  exportRoster `cmd:"" help:"Write an organization as the folder of CSV files that import reads."`
	Org     orgs         `cmd:"" help:"Organizations."`
	Account people       `cmd:"" help:"People's accounts."`
	Token   tokens       `cmd:"" help:"API tokens."`
	Mail    letters      `cmd:"" help:"Letters: sent, waiting, given up."`
	Config  inForce      `cmd:"" help:"Show the settings in force, secrets masked."`
	Backup  backup       `cmd:"" help:"Copy a SQLite database to a new file while it is in use."`
	Restore restore      `cmd:"" help:"Make a new SQLite database from a backup."`
	Verify  verify       `cmd:"" help:"Check a database against every rule that always has to hold."`
	Bench   measure      `cmd:"" help:"Measure pages, decisions, sums, files, writes and the import over a made-up school."`
	Version version      `cmd:"" help:"Show which build this is."`
}

// call is what every command gets.
type call struct {
	ctx      context.Context
	kong     *kong.Context
	settings config.Settings
	json     bool
	out, err io.Writer
	now      func() time.Time
}

// Run does one command and gives its exit code.
func Run(ctx context.Context, args []string, out, errs io.Writer, now func() time.Time) (code int) {
	var c commands
	parser, err := kong.New(&c,
		kong.Name("ambit"),
		kong.Description("Ambit shows every person the learners they answer for, and nobody else."),
		kong.Writers(out, errs),
		kong.Vars{"parts": bench.PartNames()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(code int) { panic(leave(code)) }),
	)
	if err != nil {
		fmt.Fprintln(errs, "ambit:", err)
		return failed
	}
	defer func() { // kong ends a --help by calling its exit function
		if trouble := recover(); trouble != nil {
			early, ok := trouble.(leave)
			if !ok {
				panic(trouble)
			}
			code = int(early)
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errs, "ambit: %v\nSee ambit --help.\n", err)
		return usage
	}
	err = parsed.Run(&call{ctx: ctx, kong: parsed, settings: c.Settings, json: c.JSON, out: out, err: errs, now: now})
	return conclude(err, errs)
}

type leave int

// conclude tells the error, once, and gives the exit code.
func conclude(err error, errs io.Writer) int {
	var findings findings
	switch {
	case err == nil:
		return done
	case errors.As(err, &findings):
		fmt.Fprintln(errs, "ambit:", err)
		return found
	case errors.Is(err, config.ErrSettings):
		fmt.Fprintf(errs, "ambit: %v\n", err)
		return usage
	}
	// At the command line the operator asks, so they get the cause too.
	fmt.Fprintln(errs, "ambit:", err)
	for _, p := range fault.Fields(err) {
		fmt.Fprintf(errs, "  %s: %s\n", p.Field, p.Sentence)
	}
	return failed
}

// findings is the error of a command that worked and has something to complain about.
type findings string

func (f findings) Error() string { return string(f) }

// open assembles Ambit for a command that works on the database.
func (c *call) open() (*app.App, error) {
	return app.Open(c.ctx, c.settings, c.now, app.Logger(c.settings, c.err))
}
