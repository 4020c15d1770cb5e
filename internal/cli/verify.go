package cli

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/app"
	"github.com/ambit-lms/ambit/internal/surface"
)

type verify struct {
	Surfaces bool          `help:"Compute anew what everybody may see and compare every page, report, file and answer with it."`
	Sample   int           `placeholder:"N" help:"With --surfaces: compare N people by chance and one of each role, instead of everybody."`
	Rows     int           `default:"2000" placeholder:"N" help:"With --surfaces: compare this many rows of each list one by one; totals go over all of them. 0: every row."`
	Within   time.Duration `placeholder:"DURATION" help:"With --surfaces: stop after this long and tell how far it came."`
}

// Help says more on the command's own help page.
func (verify) Help() string {
	return "Nothing is changed. Ids are named, never people. The exit code is 3 when a rule is broken, or when something shown is not what the rows say."
}

// Run checks the database against every rule that always has to hold, or what
// people are shown against its rows.
func (v verify) Run(c *call) error {
	if v.Surfaces {
		return v.compare(c)
	}
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

// compare compares every surface, one line a role.
func (v verify) compare(c *call) error {
	began := c.now()
	limits := surface.Limits{Sample: v.Sample, Rows: v.Rows, Progress: c.people()}
	if v.Within > 0 {
		limits.Until = func() bool { return c.now().Sub(began) >= v.Within }
	}
	found, err := app.VerifySurfaces(c.ctx, c.settings, c.now, limits)
	if err != nil {
		return err
	}
	if err := c.show(found, func(w io.Writer) { tell(w, found) }); err != nil {
		return err
	}
	if n := len(found.Differences) + found.More; n > 0 {
		return findings(fmt.Sprintf("differences between what is shown and what the rows say: %d", n))
	}
	return nil
}

// tell writes a result for people.
func tell(w io.Writer, found surface.Result) {
	var rows [][]string
	for _, r := range found.Roles {
		rows = append(rows, []string{r.Role, strconv.Itoa(r.People), strconv.Itoa(r.Learners), strconv.Itoa(r.Surfaces), strconv.Itoa(r.Differences)})
	}
	columns(w, []string{"ROLE", "PEOPLE", "LEARNERS", "COMPARED", "DIFFERENCES"}, rows)
	for _, d := range found.Differences {
		fmt.Fprintf(w, "%s (%s), %s: shown %s, by the rows %s\n", d.Account, d.Role, d.Surface, d.Got, d.Expected)
	}
	if found.More > 0 {
		fmt.Fprintf(w, "… and %d more\n", found.More)
	}
	fmt.Fprintf(w, "Compared %d people; %d see others, of %d learners with %d enrollments.\n", found.Compared, found.Holders, found.Learners, found.Enrollments)
	if found.Stopped {
		fmt.Fprintln(w, "The time was over before everybody was compared.")
	}
	if len(found.Differences) == 0 && found.Compared > 0 {
		fmt.Fprintln(w, "The same number everywhere.")
	}
}

// people tells on standard error, every few seconds, how many people are compared.
func (c *call) people() func(done, of int) {
	told := c.now()
	return func(done, of int) {
		if now := c.now(); now.Sub(told) >= 5*time.Second {
			told = now
			fmt.Fprintf(c.err, "%d of %d people compared\n", done, of)
		}
	}
}
