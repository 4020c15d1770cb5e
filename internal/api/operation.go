package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/server"
)

// handler answers an operation: one service call between two conversions.
type handler[I, O any] func(context.Context, access.Reach, *I) (*O, error)

// answer is what huma writes: the body of an answer.
type answer[O any] struct{ Body O }

// none is the input of an operation that takes nothing.
type none struct{}

func get[I, O any](a *API, path string, p access.Permission, do handler[I, O], summary string) {
	operate(a, operation(http.MethodGet, path, p, summary), p, do)
}

func put[I, O any](a *API, path string, p access.Permission, do handler[I, O], summary string) {
	operate(a, operation(http.MethodPut, path, p, summary), p, do)
}

// remove is a DELETE.
func remove[I, O any](a *API, path string, p access.Permission, do handler[I, O], summary string) {
	operate(a, operation(http.MethodDelete, path, p, summary), p, do)
}

// permissionKey is where the document says what an operation asks for.
const permissionKey = "x-permission"

func operation(method, path string, p access.Permission, summary string) huma.Operation {
	return huma.Operation{
		Method: method, Path: path, Summary: summary, OperationID: huma.GenerateOperationID(method, path, none{}),
		Description:  "Asks for the permission `" + p.String() + "`: " + p.Means() + ".",
		Tags:         []string{tagOf(path)},
		MaxBodyBytes: largestBody + 1, // the server refuses at its own limit first
		Extensions:   map[string]any{permissionKey: p.String()},
		Parameters: []*huma.Param{{
			Name: server.OrganizationHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "Slug of the organization to ask in; needed with a session where one belongs to several.",
		}},
		Security:  []map[string][]string{{"token": {}}, {"session": {}}},
		Responses: map[string]*huma.Response{"default": {Ref: "#/components/responses/Problem"}},
		Metadata:  map[string]any{permissionKey: p},
	}
}

// largestBody is how many bytes an operation takes.
const largestBody = 1 << 20

// operate gives an operation to huma; one that answers nothing says 204.
func operate[I, O any](a *API, op huma.Operation, p access.Permission, do handler[I, O]) {
	if _, silent := any(new(O)).(*none); silent {
		huma.Register(a.huma, op, func(ctx context.Context, in *I) (*none, error) {
			_, err := run(ctx, in, do)
			return nil, err
		})
		return
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := run(ctx, in, do)
		if err != nil {
			return nil, err
		}
		return &answer[O]{Body: *out}, nil
	})
}

// run asks with the reach that the guard made. A failure is kept for the
// server, which answers it the way it answers every other.
func run[I, O any](ctx context.Context, in *I, do handler[I, O]) (*O, error) {
	x := exchangeOf(ctx)
	out, err := do(ctx, x.reach, in)
	x.failure = err
	return out, err
}
