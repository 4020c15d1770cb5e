package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// Route is one row of the table: what is asked, what one must hold for it, and
// what answers. The zero value of everything but the first three is the strict one.
type Route struct {
	Pattern    string // as in "GET /o/{organization}/users"
	Permission access.Permission
	Handle     Handler

	Kind  Kind
	Body  int64 // largest body in bytes; zero means a mebibyte
	Cache Cache
	Rate  Rate
	// Repeats names the query parameters that may be given more than once; any
	// other one given twice is refused, so that no two readers of the address
	// can take different values from it.
	Repeats []string
}

// Handler answers a request within a reach. What it returns is shown once, by the server.
type Handler func(w http.ResponseWriter, r *http.Request, reach access.Reach) error

// Kind says who asks: a person with a browser or a program.
type Kind uint8

// The kinds of route.
const (
	Page  Kind = iota // sessions only; failures are pages
	API               // session or bearer token; failures are problem documents
	Asset             // files of the program itself: nobody is identified
)

// String names the kind.
func (k Kind) String() string { return [...]string{"page", "api", "asset"}[k] }

// Cache says who may keep the answer.
type Cache uint8

// The cache classes.
const (
	NoStore    Cache = iota // nobody
	Revalidate              // may be kept, but is asked for again with its ETag
	Immutable               // for ever: the name changes with the content
)

func (c Cache) write(h http.Header) {
	switch c {
	case Immutable:
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	case Revalidate:
		h.Set("Cache-Control", "no-cache")
	}
}

// Rate says what guards a route against being asked too often.
type Rate uint8

// The rate classes.
const (
	Ordinary Rate = iota
	Guessing      // secrets can be tried here: package account counts tries by e-mail and client address
	Heavy         // much work: a person has few of these at the same time
)

const defaultBody = 1 << 20

func (route Route) withDefaults() Route {
	if route.Body == 0 {
		route.Body = defaultBody
	}
	return route
}

// Method is the route's method, as in "GET".
func (route Route) Method() string {
	method, _, _ := strings.Cut(route.Pattern, " ")
	return method
}

// Path is the route's path with its placeholders.
func (route Route) Path() string {
	_, path, _ := strings.Cut(route.Pattern, " ")
	return strings.TrimSpace(path)
}

// check names everything that is wrong with a table, all at once.
func check(routes []Route) error {
	var wrong []error
	seen := map[string]bool{}
	mux := http.NewServeMux()
	for _, route := range routes {
		switch {
		case route.Permission == access.None:
			wrong = append(wrong, fmt.Errorf("route %q declares no permission", route.Pattern))
		case route.Permission.String() == access.None.String():
			wrong = append(wrong, fmt.Errorf("route %q declares a permission that does not exist", route.Pattern))
		}
		if route.Handle == nil {
			wrong = append(wrong, fmt.Errorf("route %q has no handler", route.Pattern))
		}
		if route.Method() == route.Pattern || !strings.HasPrefix(route.Path(), "/") {
			wrong = append(wrong, fmt.Errorf("route %q needs a method and a path", route.Pattern))
			continue
		}
		if route.Kind == Asset && route.Permission != access.Public {
			wrong = append(wrong, fmt.Errorf("route %q: an asset is public", route.Pattern))
		}
		if (route.Kind == API) != (kindOf(route.Path()) == API) {
			wrong = append(wrong, fmt.Errorf("route %q: operations, and nothing else but the page about them, live under %s", route.Pattern, apiPrefix))
		}
		if route.Kind == Page && needsAccount(route.Permission) && !strings.HasPrefix(route.Path(), "/o/{organization}") {
			wrong = append(wrong, fmt.Errorf("route %q asks for %s but names no organization", route.Pattern, route.Permission))
		}
		if seen[route.Pattern] {
			wrong = append(wrong, fmt.Errorf("route %q is there twice", route.Pattern))
			continue
		}
		seen[route.Pattern] = true
		if err := clashes(mux, route.Pattern); err != nil {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// clashes tells what the standard mux would panic about.
func clashes(mux *http.ServeMux, pattern string) (err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("route %q: %v", pattern, trouble)
		}
	}()
	mux.Handle(pattern, http.NotFoundHandler())
	return nil
}

const apiPrefix = "/api/"

// ReferencePath is where people read about the operations; it is a page.
const ReferencePath = apiPrefix + "docs"

// kindOf tells how a failure is answered where no route matched.
func kindOf(path string) Kind {
	if strings.HasPrefix(path, apiPrefix) && path != ReferencePath {
		return API
	}
	return Page
}

func needsAccount(p access.Permission) bool { return p != access.Public && p != access.SignedIn }
