// Command record writes measurements into docs/benchmarks.md, in place of the
// tables that stand there:
//
//	go run ./internal/bench/record FILE.json…
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ambit-lms/ambit/internal/bench"
)

const (
	page  = "docs/benchmarks.md"
	begin = "<!-- figures: written by internal/bench/record -->\n"
	end   = "<!-- end of figures -->\n"
)

func main() {
	if err := record(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func record(files []string) error {
	if len(files) == 0 {
		return errors.New("usage: record FILE.json…")
	}
	var results []bench.Result
	for _, name := range files {
		raw, err := os.ReadFile(name) //nolint:gosec // whoever runs this names the files
		if err != nil {
			return err
		}
		var r bench.Result
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if r.Format != bench.Format {
			return fmt.Errorf("%s: is of format %d, not %d", name, r.Format, bench.Format)
		}
		results = append(results, r)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no place for figures", page)
	}
	var out strings.Builder
	out.WriteString(before + begin)
	bench.WriteMarkdown(&out, results)
	out.WriteString("\n" + end + after)
	return os.WriteFile(page, []byte(out.String()), 0o644) //nolint:gosec // a document for everybody to read
}
