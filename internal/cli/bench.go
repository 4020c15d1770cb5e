package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/bench"
	"github.com/ambit-lms/ambit/internal/config"
)

type measure struct {
	Learners    int           `default:"10000" placeholder:"N" help:"How many learners the school has."`
	Enrollments int           `default:"200000" placeholder:"M" help:"How many enrollments they have together."`
	Keep        string        `type:"existingdir" placeholder:"DIR" help:"Keep the school, or measure the one that was kept there, without importing it again."`
	Users       []int         `default:"1,8,64" placeholder:"N,…" help:"How many people ask at the same time."`
	Cell        time.Duration `default:"2s" help:"How long each page is asked by each number of people."`
	Only        []string      `placeholder:"PART,…" help:"Measure some parts only: ${parts}."`
	Match       string        `placeholder:"TEXT" help:"Measure only pages and operations with this in their path, as in /reports."`
	Save        string        `placeholder:"FILE" help:"Write the figures into a JSON file too."`
}

// Help says more on the command's own help page.
func (measure) Help() string {
	return "A school is made up and brought in, and four of its people, who see 50 learners, 5,000, a fifth of all, and all, " +
		"open every page through the real handler. The database is a temporary SQLite file, one in --keep, or the empty one that the flag --db names; " +
		"a database that holds anything else is never touched. What the figures mean is in docs/benchmarks.md."
}

// Run measures. Only the flag --db names the database: a variable or a file
// names that of a real Ambit.
func (m measure) Run(c *call) error {
	settings := c.settings
	if !slices.ContainsFunc(settings.List(c.kong), func(s config.InForce) bool { return s.Name == "db" && s.Source == "flag" }) {
		folder := m.Keep
		if folder == "" {
			temporary, err := os.MkdirTemp("", "ambit-bench-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(temporary)
			folder = temporary
		}
		settings.DB = filepath.Join(folder, bench.FileName(m.Learners, m.Enrollments))
	}
	options := bench.Options{
		Settings: settings, Learners: m.Learners, Enrollments: m.Enrollments, Keep: m.Keep,
		Users: m.Users, Cell: m.Cell, Match: m.Match, Progress: c.err, Now: c.now,
	}
	for _, part := range m.Only {
		options.Only = append(options.Only, bench.Part(part))
	}
	result, err := bench.Run(c.ctx, options)
	if err != nil {
		return err
	}
	if m.Save != "" {
		raw, err := json.MarshalIndent(result, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(m.Save, append(raw, '\n'), 0o600); err != nil {
			return err
		}
	}
	if err := c.show(result, result.Write); err != nil {
		return err
	}
	if failed := result.Failed(); failed > 0 {
		return findings(fmt.Sprintf("calls that failed: %d", failed))
	}
	return nil
}
