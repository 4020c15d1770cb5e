package bench

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Write tells the figures as tables for people.
func (r Result) Write(w io.Writer) {
	fmt.Fprintf(w, "%s %s, %s, %d cores, %s\n", r.Engine.Name, r.Engine.Version, r.Machine.System, r.Machine.Cores, r.Machine.Go)
	fmt.Fprintf(w, "%d learners, %d enrollments, %d activities\n", r.Crowd.Learners, r.Crowd.Enrollments, r.Crowd.Activities)
	for _, p := range r.People {
		fmt.Fprintf(w, "%s sees %d\n", p.Name, p.Learners)
	}
	fmt.Fprintf(w, "import: %d rows in %v s, %v rows/s, %v MiB above idle\n", r.Import.Rows, r.Import.Seconds, r.Import.RowsPerSecond, r.Import.PeakMemoryMiB)
	r.decisionTable(w)
	callTable(w, "SUMS", r.Sums)
	callTable(w, "PAGES AND OPERATIONS", r.Pages)
	r.fileTable(w)
	r.besideTable(w)
	callTable(w, "WRITES", r.Writes)
	if len(r.LeftOut) > 0 {
		fmt.Fprintln(w, "\nLEFT OUT")
		for _, l := range r.LeftOut {
			fmt.Fprintf(w, "%s: %s%s\n", l.Name, l.Reason, forWhom(l.Who))
		}
	}
}

func forWhom(who []string) string {
	if len(who) == 0 {
		return ""
	}
	return " (" + strings.Join(who, ", ") + ")"
}

func (r Result) decisionTable(w io.Writer) {
	if len(r.Decisions) == 0 {
		return
	}
	rows := [][]string{}
	for _, d := range r.Decisions {
		for _, f := range d.Facts {
			rows = append(rows, []string{d.Who, strconv.Itoa(f.Users), number(f.P50), number(f.P99), number(f.PerSecond), number(d.FreshPerSecond), number(d.CoversPerSecond)})
		}
	}
	columns(w, "DECISIONS", []string{"WHO", "USERS", "FACTS P50 MS", "P99", "PER S", "DECISIONS/S FRESH", "FURTHER"}, rows)
}

func callTable(w io.Writer, title string, calls []Call) {
	if len(calls) == 0 {
		return
	}
	rows := [][]string{}
	for _, c := range calls {
		per := c.PerSecond
		if c.Rows > 1 {
			per = round(per * float64(c.Rows))
		}
		rows = append(rows, []string{
			c.Name, c.Who, strconv.Itoa(c.Users), strconv.Itoa(c.Calls), number(per), number(c.P50), number(c.P95), number(c.P99), number(c.Max), odd(c.Timing),
		})
	}
	columns(w, title, []string{"NAME", "WHO", "USERS", "CALLS", "PER S", "P50 MS", "P95", "P99", "MAX", ""}, rows)
}

func (r Result) fileTable(w io.Writer) {
	if len(r.Files) == 0 {
		return
	}
	rows := [][]string{}
	for _, f := range r.Files {
		rows = append(rows, []string{
			f.Report, f.Format, f.Who, strconv.Itoa(f.Rows), strconv.FormatInt(f.Bytes>>20, 10), number(f.Seconds), number(f.RowsPerSecond), number(f.PeakMemoryMiB), number(f.FetchSeconds),
		})
	}
	columns(w, "FILES", []string{"REPORT", "FORMAT", "WHO", "ROWS", "MIB", "SECONDS", "ROWS/S", "MIB ABOVE IDLE", "FETCH SECONDS"}, rows)
}

func (r Result) besideTable(w io.Writer) {
	if len(r.Beside) == 0 {
		return
	}
	rows := [][]string{}
	for _, s := range r.Beside {
		rows = append(rows, []string{s.Report, s.Format, strconv.Itoa(s.Rows), number(s.PagesPerSecond), number(s.AloneP95), number(s.BesideP95), number(s.MovedPercent)})
	}
	columns(w, "PAGE LOADS BESIDE A FILE", []string{"REPORT", "FORMAT", "ROWS", "PAGES/S", "P95 MS ALONE", "BESIDE", "MOVED %"}, rows)
}

// odd tells what a timing alone would hide.
func odd(t Timing) string {
	var out []string
	for _, o := range []struct {
		n    int
		what string
	}{{t.Failed, "failed"}, {t.Refused, "refused"}, {t.CutOff, "cut off"}} {
		if o.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", o.n, o.what))
		}
	}
	return strings.Join(out, ", ")
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func columns(w io.Writer, title string, heads []string, rows [][]string) {
	fmt.Fprintf(w, "\n%s\n", title)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(heads, "\t"))
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush()
}
