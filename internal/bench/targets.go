package bench

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/demo/crowd"
	"github.com/ambit-lms/ambit/internal/server"
)

// target is an address that one of the people can open.
type target struct {
	name    string // the route, as it stands in the table
	kind    server.Kind
	address string
}

// narrowed are lists that are also measured with a filter, as people use them.
var narrowed = map[string][]string{
	"/o/{organization}/users":  {"q=gar", "state=overdue"},
	"/o/{organization}/matrix": {"state=overdue"},
}

// asks are the parameters that a page needs; those of operations stand in the
// document of the API.
var asks = map[string][]string{
	"/o/{organization}/matrix/cell": {"learner", "activity"},
}

// unasked tells why a route is not measured, whoever asks; empty: it is.
func unasked(r server.Route) string {
	switch {
	case r.Method() != http.MethodGet:
		return "not a page: it changes something"
	case r.Kind == server.Asset:
		return "a file of the program, kept by browsers"
	case strings.Contains(r.Path(), "{token}"):
		return "opened by a secret that is good once"
	case r.Permission.Writes():
		return "it changes something; see writes"
	}
	return ""
}

// targets fills every route of the table for one person, and tells of those
// that cannot be asked.
func (b *bench) targets(ctx context.Context, p person) (out []target, left []LeftOut) {
	fill := &filling{ctx: ctx, front: b.front, person: p, known: map[string][]string{}}
	for _, route := range b.routes() {
		if route.Permission == access.Public || route.Permission == access.SignedIn {
			if p.name != crowd.SeesAll {
				continue // the same for everybody
			}
		}
		filled, missing := fill.route(route)
		for _, name := range missing {
			left = append(left, LeftOut{Name: route.Path(), Who: []string{p.name}, Reason: "nothing found for " + name})
		}
		for _, t := range filled {
			if status, _ := b.front.ask(ctx, p, 0, t.address, nil); status != http.StatusOK {
				left = append(left, LeftOut{Name: t.name, Who: []string{p.name}, Reason: answered(status)})
				continue
			}
			out = append(out, t)
		}
	}
	return out, left
}

// routes are those that are asked, in the order of the table.
func (b *bench) routes() (out []server.Route) {
	for _, r := range b.server.Table() {
		if unasked(r) == "" && strings.Contains(r.Path(), b.Match) {
			out = append(out, r)
		}
	}
	return out
}

func answered(status int) string {
	switch {
	case status == http.StatusForbidden:
		return "their roles do not open it"
	case status >= 300 && status < 400:
		return "it leads elsewhere"
	}
	return fmt.Sprintf("answers %d", status)
}
