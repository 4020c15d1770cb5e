package ambit_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSeedsNameTestsThatExist holds docs/seeds.md to the tests in the tree:
// each line of its table names at least one, and every one is there.
func TestSeedsNameTestsThatExist(t *testing.T) {
	text, err := os.ReadFile("docs/seeds.md")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile("`([a-z]+)\\.(Test[A-Za-z0-9]+)`")
	sources := map[string]string{}
	rows := 0
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Sentence") || strings.HasPrefix(line, "| ---") {
			continue
		}
		rows++
		named := name.FindAllStringSubmatch(line, -1)
		if len(named) == 0 {
			t.Errorf("no test: %s", line)
		}
		for _, m := range named {
			source, read := sources[m[1]]
			if !read {
				source = testsOf(t, m[1])
				sources[m[1]] = source
			}
			if !strings.Contains(source, "\nfunc "+m[2]+"(") {
				t.Errorf("internal/%s has no %s", m[1], m[2])
			}
		}
	}
	if rows < 95 {
		t.Errorf("only %d sentences: is the table there?", rows)
	}
}

// testsOf is the text of a package's tests.
func testsOf(t *testing.T, name string) string {
	t.Helper()
	files, err := filepath.Glob("internal/" + name + "/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("internal/%s has no tests: %v", name, err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString("\n")
		all.Write(text)
	}
	return all.String()
}
