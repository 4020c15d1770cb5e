package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// aims are the p99 of a page for one user in milliseconds, by who asks.
var aims = []struct {
	who  string
	most float64
}{{"sees-50", 10}, {"sees-5000", 30}, {"sees-fifth", 150}, {"sees-all", 300}}

// WriteMarkdown tells figures as the tables of docs/benchmarks.md, one
// measurement after another.
func WriteMarkdown(w io.Writer, results []Result) {
	for _, r := range results {
		r.markdown(w)
	}
}

func (r Result) markdown(w io.Writer) {
	fmt.Fprintf(w, "\n### %s %s, %s learners, %s enrollments\n\n", engineName(r.Engine.Name), r.Engine.Version, grouped(r.Crowd.Learners), grouped(r.Crowd.Enrollments))
	fmt.Fprintf(w, "Measured %s: %s, %d cores, %d GiB, %s.", r.MeasuredAt.Format("2006-01-02"), r.Machine.System, r.Machine.Cores, (r.Machine.MemoryMiB+512)/1024, r.Machine.Go)
	for _, p := range r.People {
		fmt.Fprintf(w, " %s: %s learners.", p.Name, grouped(p.Learners))
	}
	fmt.Fprintf(w, "\n\nImport: %s rows in %s s, %s rows a second, %s MiB above idle (%s).\n",
		grouped(r.Import.Rows), number(r.Import.Seconds), grouped(int(r.Import.RowsPerSecond)), number(r.Import.PeakMemoryMiB), r.Import.MeasuredAt.Format("2006-01-02"))
	r.pagesOfOne(w)
	for _, users := range r.usersOf(r.Pages) {
		if users > 1 {
			r.pagesOfMany(w, users)
		}
	}
	r.markdownFiles(w)
	r.markdownDecisions(w)
	r.markdownCalls(w, "Sums over all activities", r.Sums)
	r.markdownCalls(w, "Durable writes", r.Writes)
	r.markdownLeftOut(w)
}

// pagesOfOne are all pages for a single user, p50 / p99, those over their aim in bold.
func (r Result) pagesOfOne(w io.Writer) {
	if len(r.Pages) == 0 {
		return
	}
	fmt.Fprintf(w, "\nPages and operations, one user: p50 / p99 in milliseconds, **bold** where a page's p99 is over its aim.\n\n| page |")
	for _, a := range aims {
		fmt.Fprintf(w, " %s, aim %s |", a.who, number(a.most))
	}
	fmt.Fprintf(w, "\n| --- |%s\n", strings.Repeat(" ---: |", len(aims)))
	for _, name := range names(r.Pages) {
		fmt.Fprintf(w, "| %s |", short(name))
		for _, a := range aims {
			c, ok := find(r.Pages, name, a.who, 1)
			switch {
			case !ok:
				fmt.Fprint(w, " |")
			case c.P99 > a.most && c.Kind == "page":
				fmt.Fprintf(w, " **%s / %s**%s |", number(c.P50), number(c.P99), oddly(c.Timing))
			default:
				fmt.Fprintf(w, " %s / %s%s |", number(c.P50), number(c.P99), oddly(c.Timing))
			}
		}
		fmt.Fprintln(w)
	}
}

// pagesOfMany are all pages for many users at once: how many a second, and p95.
func (r Result) pagesOfMany(w io.Writer, users int) {
	fmt.Fprintf(w, "\n%d users at once: answers a second / p95 in milliseconds.\n\n| page |", users)
	for _, a := range aims {
		fmt.Fprintf(w, " %s |", a.who)
	}
	fmt.Fprintf(w, "\n| --- |%s\n", strings.Repeat(" ---: |", len(aims)))
	for _, name := range names(r.Pages) {
		fmt.Fprintf(w, "| %s |", short(name))
		for _, a := range aims {
			if c, ok := find(r.Pages, name, a.who, users); ok {
				fmt.Fprintf(w, " %s / %s%s |", number(c.PerSecond), number(c.P95), oddly(c.Timing))
			} else {
				fmt.Fprint(w, " |")
			}
		}
		fmt.Fprintln(w)
	}
}

func (r Result) markdownFiles(w io.Writer) {
	if len(r.Files) > 0 {
		fmt.Fprint(w, "\nFiles, made as a worker makes them and kept in the database, then fetched.\n\n| report | format | who | rows | MiB | seconds | rows/s | MiB above idle | fetched in s |\n| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	}
	for _, f := range r.Files {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", f.Report, f.Format, f.Who, grouped(f.Rows), grouped(int(f.Bytes>>20)),
			number(f.Seconds), grouped(int(f.RowsPerSecond)), number(f.PeakMemoryMiB), number(f.FetchSeconds))
	}
	if len(r.Beside) > 0 {
		fmt.Fprintf(w, "\nPage loads of the two reporters, %s a second, beside such a file.\n\n| file | rows | p95 ms alone | p95 ms beside | moved by |\n| --- | ---: | ---: | ---: | ---: |\n", number(r.Beside[0].PagesPerSecond))
	}
	for _, s := range r.Beside {
		fmt.Fprintf(w, "| %s, %s | %s | %s | %s | %s %% |\n", s.Report, s.Format, grouped(s.Rows), number(s.AloneP95), number(s.BesideP95), number(s.MovedPercent))
	}
}

func (r Result) markdownDecisions(w io.Writer) {
	if len(r.Decisions) == 0 {
		return
	}
	fmt.Fprint(w, "\nDecisions: loading the facts of a request from the database (p50 / p99 in milliseconds by users), then deciding in memory on one core.\n\n| who |")
	for _, f := range r.Decisions[0].Facts {
		fmt.Fprintf(w, " facts, %d |", f.Users)
	}
	fmt.Fprintf(w, " fresh decisions/s | further decisions/s |\n| --- |%s ---: | ---: |\n", strings.Repeat(" ---: |", len(r.Decisions[0].Facts)))
	for _, d := range r.Decisions {
		fmt.Fprintf(w, "| %s |", d.Who)
		for _, f := range d.Facts {
			fmt.Fprintf(w, " %s / %s |", number(f.P50), number(f.P99))
		}
		fmt.Fprintf(w, " %s | %s |\n", grouped(int(d.FreshPerSecond)), grouped(int(d.CoversPerSecond)))
	}
}

func (r Result) markdownCalls(w io.Writer, title string, calls []Call) {
	if len(calls) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s.\n\n| what | users | a second | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: | ---: |\n", title)
	for _, c := range calls {
		what := strings.TrimSuffix(c.Name+", "+c.Who, ", ")
		fmt.Fprintf(w, "| %s%s | %d | %s | %s | %s |\n", what, oddly(c.Timing), c.Users, grouped(int(c.PerSecond*float64(max(c.Rows, 1)))), number(c.P50), number(c.P99))
	}
}

func (r Result) markdownLeftOut(w io.Writer) {
	if len(r.LeftOut) == 0 {
		return
	}
	fmt.Fprint(w, "\nNot measured:\n\n")
	for _, l := range r.LeftOut {
		fmt.Fprintf(w, "- %s: %s%s\n", short(l.Name), l.Reason, forWhom(l.Who))
	}
}

func oddly(t Timing) string {
	if text := odd(t); text != "" {
		return " (" + text + ")"
	}
	return ""
}

func engineName(name string) string {
	if name == "postgres" {
		return "PostgreSQL"
	}
	return "SQLite"
}

// short is a route without what all of them begin with.
func short(name string) string {
	if name == "/o/{organization}" {
		return "`/`"
	}
	return "`" + strings.TrimPrefix(name, "/o/{organization}") + "`"
}

func names(calls []Call) (out []string) {
	for _, c := range calls {
		if !slices.Contains(out, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

func (r Result) usersOf(calls []Call) (out []int) {
	for _, c := range calls {
		if !slices.Contains(out, c.Users) {
			out = append(out, c.Users)
		}
	}
	slices.Sort(out)
	return out
}

func find(calls []Call, name, who string, users int) (Call, bool) {
	for _, c := range calls {
		if c.Name == name && c.Who == who && c.Users == users {
			return c, true
		}
	}
	return Call{}, false
}

// grouped writes thousands with commas.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
