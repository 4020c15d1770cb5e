package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
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

// located is an answer that has an address of its own.
type located interface{ location() string }

// created is what huma writes where something was made: also its address.
type created[O any] struct {
	Location string `header:"Location" doc:"Where it is found from now on."`
	Body     O
}

// post makes something: much work, so that a person has few of these at the same time.
func post[I, O any](a *API, path string, p access.Permission, do handler[I, O], summary string) {
	op := operation(http.MethodPost, path, p, summary)
	op.Metadata[rateKey] = server.Heavy
	make201(a, op, do)
}

// create makes something that is little work.
func create[I, O any](a *API, path string, p access.Permission, do handler[I, O], summary string) {
	make201(a, operation(http.MethodPost, path, p, summary), do)
}

// make201 gives huma an operation that answers with what it made, and where that is.
func make201[I, O any](a *API, op huma.Operation, do handler[I, O]) {
	op.DefaultStatus = http.StatusCreated
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*created[O], error) {
		out, err := run(ctx, in, do)
		if err != nil {
			return nil, err
		}
		answer := &created[O]{Body: *out}
		if at, is := any(out).(located); is {
			answer.Location = at.location()
		}
		return answer, nil
	})
}

// stream sends a file, which huma knows from its description only.
func stream(a *API, path string, p access.Permission, send server.Handler, summary string) {
	op := operation(http.MethodGet, path, p, summary)
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "id", In: "path", Required: true, Description: "Of the run.", Schema: &huma.Schema{Type: huma.TypeString},
	})
	text := &huma.Schema{Type: huma.TypeString}
	ok := &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{}, Headers: map[string]*huma.Param{
		"Content-Disposition": {Description: "With the name of the file.", Schema: text},
		"Repr-Digest":         {Description: "The SHA-256 of the file (RFC 9530).", Schema: text},
	}}
	for _, format := range []table.Format{table.CSV, table.XLSX, table.JSONLines} {
		media, _, _ := strings.Cut(format.MediaType(), ";")
		ok.Content[media] = &huma.MediaType{}
	}
	op.Responses["200"] = ok
	a.huma.OpenAPI().AddOperation(&op)
	a.routes = append(a.routes, server.Route{
		Pattern: op.Method + " " + Prefix + path, Permission: p, Kind: server.API, Rate: server.Heavy,
		Handle: func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
			if err := readable(&op, r); err != nil {
				return err
			}
			if err := withoutParameters(r); err != nil {
				return err
			}
			return send(w, r, reach)
		},
	})
}

// withoutParameters refuses every parameter, as huma does where it takes none.
func withoutParameters(r *http.Request) error {
	var wrong []fault.Problem
	for _, name := range slices.Sorted(maps.Keys(r.URL.Query())) {
		wrong = append(wrong, fault.Problem{Field: name, Sentence: sentences["unknown query parameter"]})
	}
	if len(wrong) > 0 {
		return fault.Invalidf(wrong...)
	}
	return nil
}

// remove is a DELETE.
func remove[I, O any](a *API, path string, p access.Permission, do handler[I, O], summary string) {
	operate(a, operation(http.MethodDelete, path, p, summary), p, do)
}

// permissionKey is where the document says what an operation asks for.
const permissionKey = "x-permission"

// rateKey is where an operation says what guards it against being asked too often.
const rateKey = "rate"

// notes are what is to be known of some operations besides their permission.
var notes = map[string]string{
	http.MethodPost + " /reports/own/runs": "A read-only token starts nothing. A small file is done when this answers; a long one waits for a worker: ask for the run until it is done.",
	http.MethodPost + " /reports/{report}/runs": "Also asks for what the report itself asks for, `report.view` or `matrix.view`, and for `self.edit`, which a read-only token has not. " +
		"The file holds what may both be seen and be taken away. A small one is done when this answers; a long one waits for a worker: ask for the run until it is done.",
	http.MethodGet + " /report-runs/{id}/file": "Access is asked again before and while the file is sent. Where it has changed since the file was made nothing comes out, or the connection breaks off.",
	http.MethodDelete + " /report-runs/{id}":   "What the file was can be verified all the same.",
}

func operation(method, path string, p access.Permission, summary string) huma.Operation {
	description := "Asks for the permission `" + p.String() + "`: " + p.Means() + "."
	if note := notes[method+" "+path]; note != "" {
		description += "\n\n" + note
	}
	op := huma.Operation{
		Method: method, Path: path, Summary: summary, OperationID: huma.GenerateOperationID(method, path, none{}),
		Description:  description,
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
	if doneOnce(method, path, p) {
		op.Metadata[onceKey] = true
		op.Parameters = append(op.Parameters, onceParameter())
	}
	return op
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
