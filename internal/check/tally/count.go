package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a package that is being built
	Test        string
	Output      string
	FailedBuild string
}

// count adds up the events of one run.
type count struct {
	out      io.Writer
	packages map[string]*tested
	order    []string
	builds   map[string]*strings.Builder
}

// tested is what is known of one package.
type tested struct {
	results map[string]string // of a test; empty while it runs
	output  map[string]*strings.Builder
	ended   bool
	failed  bool
}

func newCount(out io.Writer) *count {
	return &count{out: out, packages: map[string]*tested{}, builds: map[string]*strings.Builder{}}
}

// read takes events until the stream ends. What is no event is shown as it is.
func (c *count) read(events io.Reader) error {
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil || e.Action == "" {
				fmt.Fprintf(c.out, "%s\n", line)
			} else {
				c.take(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (c *count) take(e event) {
	if e.Action == "build-output" {
		builder(c.builds, e.ImportPath).WriteString(e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := c.packages[e.Package]
	if p == nil {
		p = &tested{results: map[string]string{}, output: map[string]*strings.Builder{}}
		c.packages[e.Package] = p
		c.order = append(c.order, e.Package)
	}
	switch e.Action {
	case "run":
		p.results[e.Test] = ""
	case "output":
		builder(p.output, e.Test).WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			c.end(p, e)
			return
		}
		p.results[e.Test] = e.Action
		if e.Action == "pass" {
			delete(p.output, e.Test)
		}
	}
}

// end prints a package when it is done: its line, and the output of whatever failed in it.
func (c *count) end(p *tested, e event) {
	p.ended, p.failed = true, e.Action == "fail"
	if e.FailedBuild != "" {
		io.WriteString(c.out, text(c.builds, e.FailedBuild))
	}
	if p.failed {
		for _, name := range sorted(p.results) {
			if r := p.results[name]; r == "fail" || r == "" {
				io.WriteString(c.out, text(p.output, name))
			}
		}
	}
	own := text(p.output, "")
	if !p.failed {
		own = closing(own)
	}
	io.WriteString(c.out, own)
}

// closing is the line that go test itself ends a good package with.
func closing(output string) string {
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "?   \t") {
			return line
		}
	}
	return ""
}

// close prints what was skipped, what never ended, and the sum. It tells whether all was well.
func (c *count) close() bool {
	var passed, failed, skipped int
	for _, name := range c.order {
		p := c.packages[name]
		before, nested := failed, p.nested()
		for _, test := range sorted(p.results) {
			switch result := p.results[test]; {
			case result == "skip":
				skipped++
				fmt.Fprintf(c.out, "skipped: %s %s: %s\n", name, test, reason(text(p.output, test)))
			case result == "" && !nested[test][""]:
				failed++
				fmt.Fprintf(c.out, "never ended: %s %s\n", name, test)
			case result == "fail" && !nested[test]["fail"] && !nested[test][""]:
				failed++
				fmt.Fprintf(c.out, "failed: %s %s\n", name, test)
			case result == "pass" && len(nested[test]) == 0:
				passed++
			}
		}
		if !p.ended {
			fmt.Fprintf(c.out, "never ended: %s\n", name)
		}
		if (p.failed || !p.ended) && failed == before {
			failed++
			fmt.Fprintf(c.out, "failed: %s\n", name)
		}
	}
	if passed+failed+skipped == 0 {
		failed++
		fmt.Fprintln(c.out, "failed: no test ran")
	}
	fmt.Fprintf(c.out, "%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	return failed == 0
}

// nested tells which results the subtests of each test have, so that what happened once is counted once.
func (p *tested) nested() map[string]map[string]bool {
	nested := map[string]map[string]bool{}
	for test, result := range p.results {
		for end := strings.LastIndexByte(test, '/'); end > 0; end = strings.LastIndexByte(test[:end], '/') {
			if nested[test[:end]] == nil {
				nested[test[:end]] = map[string]bool{}
			}
			nested[test[:end]][result] = true
		}
	}
	return nested
}

// reason is what a test said when it skipped itself.
func reason(output string) string {
	said := ""
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			said = line
		}
	}
	return said
}

func builder(m map[string]*strings.Builder, key string) *strings.Builder {
	if m[key] == nil {
		m[key] = &strings.Builder{}
	}
	return m[key]
}

func text(m map[string]*strings.Builder, key string) string {
	if b := m[key]; b != nil {
		return b.String()
	}
	return ""
}

func sorted(results map[string]string) []string {
	var names []string
	for name := range results {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
