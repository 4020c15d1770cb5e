package language

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// operators names the packages whose faults are read at a terminal or by the
// author of a program, in English.
var operators = map[string]bool{"api": true, "app": true, "check": true, "cli": true, "config": true, "demo": true, "roster": true, "store": true, "table": true}

// TestEverySentenceIsTranslated finds the sentences of faults in the code and
// holds the translations to them, in both directions.
func TestEverySentenceIsTranslated(t *testing.T) {
	c := load(t)
	found := sentencesInCode(t)
	if len(found) < 20 {
		t.Fatalf("found only %d sentences: is the search broken?", len(found))
	}
	for _, tag := range Tags()[1:] {
		for sentence, where := range found {
			if c.sentences[tag][sentence] == "" && !operators[where] {
				t.Errorf("%s: %s says %q, which has no translation in sentences/%s.%s.json", tag, where, sentence, where, tag)
			}
		}
		for sentence := range c.sentences[tag] {
			if _, ok := found[sentence]; !ok {
				t.Errorf("%s: nobody says %q", tag, sentence)
			}
		}
	}
}

// sentencesInCode maps each text that looks like a fault's sentence, in a file
// that knows faults, to the package that says it.
func sentencesInCode(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		where := strings.Split(filepath.ToSlash(name), "/")[1]
		if !maySay(text, where) {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, literal := range faultLiterals(n, where) {
				if sentence, err := strconv.Unquote(literal.Value); err == nil && strings.HasSuffix(sentence, ".") && (found[sentence] == "" || operators[found[sentence]]) {
					found[sentence] = where
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// maySay tells whether a file can hold anything that faultLiterals finds.
// Most do not, and parsing is slow under the race detector.
func maySay(text []byte, where string) bool {
	return where == "fault" || bytes.Contains(text, []byte("fault.")) || bytes.Contains(text, []byte("Sentence"))
}

// faultLiterals are the sentences in a call of fault.New, Field or After, in a
// fault.Problem, in a variable or constant, or returned by fault itself.
func faultLiterals(n ast.Node, where string) []*ast.BasicLit {
	var out []*ast.BasicLit
	add := func(e ast.Expr) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			out = append(out, literal)
		}
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		called, ok := n.Fun.(*ast.SelectorExpr)
		own, here := n.Fun.(*ast.Ident)
		if ok && isFault(called.X) || here && where == "fault" && own.Name == "New" {
			for _, argument := range n.Args {
				add(argument)
			}
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Sentence" {
			add(n.Value)
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if strings.HasSuffix(name.Name, "Sentence") && i < len(n.Values) {
				add(n.Values[i])
			}
		}
	case *ast.ReturnStmt:
		if where == "fault" {
			for _, result := range n.Results {
				add(result)
			}
		}
	case *ast.AssignStmt:
		if where == "fault" {
			for _, value := range n.Rhs {
				add(value)
			}
		}
	}
	return out
}

func isFault(e ast.Expr) bool {
	name, ok := e.(*ast.Ident)
	return ok && name.Name == "fault"
}
