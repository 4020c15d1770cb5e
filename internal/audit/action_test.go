package audit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestEveryActionHasASentence reads the source for every action that is
// written into the audit, and asks for its sentence in each language.
func TestEveryActionHasASentence(t *testing.T) {
	actions := actionsInCode(t)
	if len(actions) < 40 || !slices.Contains(actions, "reporter.appointed") || !slices.Contains(actions, "report.printed") {
		t.Fatalf("found only %q: is the search broken?", actions)
	}
	words, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range language.Tags() {
		printer := words.Printer(tag, nil)
		for _, action := range actions {
			said, ok := printer.Happened(action, "Actor", "Ada", "Subject", "Ben", "Person", "Cem")
			if !ok || said == "" || strings.Contains(said, "audit.did") || strings.Contains(said, "<no value>") {
				t.Errorf("%s: %q has no sentence: %q", tag, action, said)
			}
		}
	}
}

// actionsInCode finds the texts that end up as the action of an event: in the
// event itself, in what is handed on under the name action, and in maps of such.
func actionsInCode(t *testing.T) []string {
	t.Helper()
	files := token.NewFileSet()
	var parsed []*ast.File
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return err
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		parsed = append(parsed, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	add := func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.BasicLit:
			text, _ := strconv.Unquote(e.Value)
			if strings.Contains(text, ".") {
				found[text] = true
			}
		case *ast.BinaryExpr: // "report." + how a list was taken away
			for _, how := range []report.TakingKind{report.TakenPrinted, report.TakenAddresses} {
				found["report."+string(how)] = true
			}
		}
	}
	takes := map[string]int{} // functions with a parameter named action, and where it stands
	for _, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok {
				at := 0
				for _, field := range f.Type.Params.List {
					for _, name := range field.Names {
						if name.Name == "action" {
							takes[f.Name.Name] = at
						}
						at++
					}
				}
			}
			return true
		})
	}
	for _, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Action" {
					add(n.Value)
				}
				if key, ok := n.Key.(*ast.SelectorExpr); ok && strings.HasPrefix(key.Sel.Name, "Run") {
					add(n.Value) // how a file ends
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if name, ok := left.(*ast.Ident); ok && name.Name == "action" && len(n.Lhs) == len(n.Rhs) {
						add(n.Rhs[i])
					}
				}
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.Ident:
					name = f.Name
				case *ast.SelectorExpr:
					name = f.Sel.Name
				}
				if at, ok := takes[name]; ok && at < len(n.Args) {
					add(n.Args[at])
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}
