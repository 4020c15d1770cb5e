package cli

import (
	"fmt"
	"io"

	"github.com/ambit-lms/ambit/internal/app"
)

type verify struct{}

// Help says more on the command's own help page.
func (verify) Help() string {
	return "Nothing is changed. Ids are named, never people. The exit code is 3 when a rule is broken."
}

// Run checks the database against every rule that always has to hold.
func (verify) Run(c *call) error {
	list, err := app.Verify(c.ctx, c.settings, c.now)
	if err != nil {
		return err
	}
	type line struct {
		Check string `json:"check"`
		Rule  string `json:"rule"`
		Where string `json:"where"`
	}
	answer := make([]line, len(list))
	for i, f := range list {
		answer[i] = line{f.Check, f.Rule, f.Where}
	}
	err = c.show(answer, func(w io.Writer) {
		for _, f := range list {
			fmt.Fprintf(w, "%s: %s (%s)\n", f.Check, f.Where, f.Rule)
		}
		if len(list) == 0 {
			fmt.Fprintln(w, "Every rule holds.")
		}
	})
	if err != nil || len(list) == 0 {
		return err
	}
	return findings(fmt.Sprintf("places where a rule is broken: %d", len(list)))
}
