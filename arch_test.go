package ambit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/ambit-lms/ambit/"

// domain is the order of the domain packages: each may import what stands to
// its right, and the leaves. Packages that share a place know nothing of each other.
var domain = [][]string{
	{"roster"},
	{"report"},
	{"license"},
	{"invitation"},
	{"learning"},
	{"content"},
	{"team"},
	{"management", "location"},
	{"account"},
	{"org"},
	{"audit"},
	{"job", "mail", "bulk", "once"},
	{"transcript"},
	{"access"},
	{"day", "fault"},
}

// leaves import nothing of ours but what stands here, and everything of the
// domain and above may import them.
var leaves = map[string][]string{
	"table":    nil,
	"fold":     nil,
	"cursor":   {"access", "day", "fault"}, // where a page of a list goes on, signed for its viewer
	"language": {"day"},                    // writes dates the way a language does
}

// above is everything that is not the domain: what each package may import
// besides. "domain" stands for all of the domain and the leaves.
var above = map[string][]string{
	"cmd/ambit":    {"cli"},
	"cli":          {"app", "surface", "bench", "config", "demo", "domain"},
	"bench":        {"app", "store", "server", "config", "demo/crowd", "domain"},
	"bench/record": {"bench"}, // a program: writes figures into docs/benchmarks.md
	"app":          {"surface", "store", "web", "api", "commerce", "server", "config", "demo", "domain"},
	"surface":      {"domain"}, // beside app: what is shown against what the rows say
	"config":       nil,
	"web":          {"server", "domain"},
	"api":          {"server", "domain"},
	"commerce":     {"server", "domain"},
	"store":        {"domain"},
	"server":       {"access", "fault"},
	"demo":         {"domain", "demo/names", "demo/places", "demo/rhythm", "demo/school", "demo/sheet"},
	"demo/crowd":   {"day"}, // schools of any size, for measuring
	"demo/names":   nil,
	"demo/places":  nil,
	"demo/rhythm":  nil,
	"demo/school":  {"demo/names", "demo/places", "demo/rhythm"},
	"demo/sheet":   {"day"},
	"demo/openuni": {"day", "demo/names", "demo/places", "demo/rhythm", "demo/sheet"},
	"demo/bundle":  {"day", "demo/openuni"},                                      // a program
	"demo/extract": {"demo/names", "demo/openuni", "demo/places", "demo/rhythm"}, // a program
}

// support is what tests, and nothing else, are helped by.
var support = map[string][]string{
	"pgtest":          nil,
	"pgtest/run":      {"pgtest"}, // a program: the tests of a make target share one PostgreSQL
	"check/tally":     nil,        // a program: counts what the tests say
	"store/storetest": {"store", "pgtest"},
	"access/oracle":   {"access"},
	"mail/mailtest":   {"mail", "language"},
	"demo/naive":      nil,
	"story":           nil, // holds tests in a real browser and nothing else
}

func TestImportsGoOneWay(t *testing.T) {
	for name, imports := range packages(t) {
		allowed, known := mayImport(name)
		if !known {
			t.Errorf("package %s is not in the table of arch_test.go: add it where it belongs", name)
			continue
		}
		for _, other := range imports {
			ours, isOurs := strings.CutPrefix(other, module)
			ours = strings.TrimPrefix(ours, "internal/")
			if isOurs && !slices.Contains(allowed, ours) {
				t.Errorf("%s must not import %s", name, ours)
			}
			if inDomain(name) && (other == "net/http" || other == "database/sql") {
				t.Errorf("%s must not import %s: the domain knows neither the web nor a database", name, other)
			}
		}
	}
}

// mayImport lists the packages of ours that a package may import.
func mayImport(name string) (allowed []string, known bool) {
	if list, ok := leaves[name]; ok {
		return list, true
	}
	if list, ok := support[name]; ok {
		return list, true
	}
	if list, ok := above[name]; ok {
		for _, entry := range list {
			if entry == "domain" {
				allowed = append(allowed, right(-1)...)
				continue
			}
			allowed = append(allowed, entry)
		}
		return allowed, true
	}
	for place, names := range domain {
		if slices.Contains(names, name) {
			return right(place), true
		}
	}
	return nil, false
}

// right is the domain to the right of a place, with the leaves.
func right(place int) []string {
	out := slices.Concat(domain[place+1:]...)
	for name := range leaves {
		out = append(out, name)
	}
	return out
}

func inDomain(name string) bool {
	return slices.ContainsFunc(domain, func(names []string) bool { return slices.Contains(names, name) })
}

// packages lists what the program's own files of every package import, by the
// package's path below internal.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	eachFile(t, func(name string, file *ast.File) {
		for _, spec := range file.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = append(out[name], p)
		}
		out[name] = append(out[name], "") // a package without imports is one too
	})
	if len(out) < 15 {
		t.Fatalf("only %d packages found: the test looks in the wrong place", len(out))
	}
	return out
}

// eachFile parses every Go file of the program, tests excepted.
func eachFile(t *testing.T, do func(name string, file *ast.File)) {
	t.Helper()
	set := token.NewFileSet()
	for _, root := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			do(strings.TrimPrefix(path.Dir(filepath.ToSlash(file)), "internal/"), parsed)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// withoutReach are the service methods that take no reach, with the reason why
// none can be had there. Everything else that a Service exports is for somebody
// whose access was decided, and says so in its signature.
var withoutReach = map[string]string{
	"license.EndSeat":              "asks for the reach of the right that the seat's state needs",
	"license.ReassignSeat":         "asks for two reaches: to end one seat and to give another",
	"account.SignIn":               "nobody is signed in yet",
	"account.Open":                 "begins the session of somebody who has just proven who they are, or was chosen in the demo",
	"account.SignOut":              "whoever holds the session's secret may end it",
	"account.Authenticate":         "finds out who asks",
	"account.AuthenticateToken":    "finds out who asks",
	"account.Accounts":             "an identity asks for its own accounts before it chose one",
	"account.Resolve":              "an identity asks for its own account in an organization",
	"account.OpenLink":             "whoever holds the link's secret may see what it is for",
	"account.RequestReset":         "nobody is signed in; the answer tells nothing",
	"account.SetPassword":          "whoever holds the link's secret, once",
	"account.CompleteSetup":        "whoever holds the link's secret, once",
	"account.CompleteInstallation": "whoever holds the link's secret, once, while there is no organization",
	"account.FirstLink":            "for whoever runs Ambit, while there is no organization and so nobody with access",
	"account.Found":                "for whoever runs Ambit: a new realm has nobody with access yet",
	"account.Invite":               "a job that writes to one person about their own account",
	"account.Introduce":            "whoever holds the link's secret",
	"invitation.Open":              "whoever holds the link's secret",
	"invitation.Accept":            "whoever holds the link's secret and is the person it was sent to",
	"account.Prove":                "whoever holds the link's secret and knows the password",
	"account.Sweep":                "removes what has run out, for nobody in particular",
	"once.Sweep":                   "removes what has run out, for nobody in particular",
	"bulk.Sweep":                   "removes what has run out, for nobody in particular",
	"org.Found":                    "for whoever runs Ambit: a new realm has nobody with access yet",
	"org.BySlug":                   "for whoever runs Ambit",
	"org.List":                     "for whoever runs Ambit",
	"org.Logo":                     "anybody may fetch a logo who knows the hash of its picture, as letters and sign-in pages do",
	"account.Limits":               "how this installation was set up; it is about nobody",
	"account.Closed":               "an identity asks which organizations of its own are closed, and why",
	"management.Warn":              "a job that tells holders and givers what ends soon",
}

func TestServiceMethodsTakeAReach(t *testing.T) {
	unused := map[string]bool{}
	for name := range withoutReach {
		unused[name] = true
	}
	checked := 0
	eachFile(t, func(pkg string, file *ast.File) {
		if !inDomain(pkg) {
			return
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || !isService(f.Recv) {
				continue
			}
			checked++
			name := pkg + "." + f.Name.Name
			_, excepted := withoutReach[name]
			delete(unused, name)
			if takes := takesReach(f.Type); takes == excepted {
				if excepted {
					t.Errorf("%s takes a reach: it needs no exception", name)
				} else {
					t.Errorf("%s must take a context and then a reach; where none can be had, say why in withoutReach", name)
				}
			}
		}
	})
	for name := range unused {
		t.Errorf("withoutReach names %s, which is not there", name)
	}
	if checked == 0 {
		t.Error("no service method was found: the test looks in the wrong place")
	}
}

// isService tells whether a method belongs to a type Service.
func isService(receiver *ast.FieldList) bool {
	if receiver == nil || len(receiver.List) != 1 {
		return false
	}
	of := receiver.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	ident, ok := of.(*ast.Ident)
	return ok && ident.Name == "Service"
}

// takesReach tells whether a function begins with a context and a reach.
func takesReach(f *ast.FuncType) bool {
	var first []string
	for _, field := range f.Params.List {
		for range max(1, len(field.Names)) {
			first = append(first, typeName(field.Type))
		}
	}
	return len(first) >= 2 && first[0] == "context.Context" && first[1] == "access.Reach"
}

func typeName(of ast.Expr) string {
	if selector, ok := of.(*ast.SelectorExpr); ok {
		if pkg, ok := selector.X.(*ast.Ident); ok {
			return pkg.Name + "." + selector.Sel.Name
		}
	}
	return ""
}
