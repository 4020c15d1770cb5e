package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/once"
	"github.com/ambit-lms/ambit/internal/server"
)

// adapter takes operations from huma and makes them routes of the one table,
// so that nothing answers without the server's guard around it.
type adapter struct{ api *API }

var _ huma.Adapter = adapter{}

// Handle is called by huma once for each operation.
func (ad adapter) Handle(op *huma.Operation, do func(huma.Context)) {
	permission, _ := op.Metadata[permissionKey].(access.Permission) // none refuses to start
	rate, _ := op.Metadata[rateKey].(server.Rate)
	ad.api.routes = append(ad.api.routes, server.Route{
		Pattern: op.Method + " " + Prefix + op.Path, Permission: permission, Kind: server.API, Body: largestBody, Rate: rate,
		Handle: func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
			return ad.api.serve(op, do, w, r, reach)
		},
	})
}

// ServeHTTP is never called: the server has the routes.
func (adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// serve runs one operation and writes its answer only when all of it was made.
func (a *API) serve(op *huma.Operation, do func(huma.Context), w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if err := readable(op, r); err != nil {
		return err
	}
	if keys := r.Header.Values(once.Header); len(keys) > 0 && op.Metadata[onceKey] == true {
		return a.serveOnce(keys, op, do, w, r, reach)
	}
	x, err := made(op, do, w, r, reach)
	if err != nil {
		return err
	}
	w.WriteHeader(x.status)
	// The client may be gone by now; there is nobody left to tell.
	_, _ = x.body.WriteTo(w)
	return nil
}

// made runs an operation and holds its answer back.
func made(op *huma.Operation, do func(huma.Context), w http.ResponseWriter, r *http.Request, reach access.Reach) (*exchange, error) {
	x := &exchange{reach: reach, header: w.Header()}
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	x.received = humago.NewContext(op, r, w)
	do(x)
	return x, x.failure
}

// readable refuses what is no JSON, and text that no database takes: broken
// UTF-8 and NUL. An id like that names nothing, so it is not found.
func readable(op *huma.Operation, r *http.Request) error {
	for _, part := range strings.Split(op.Path, "/") {
		if name, is := strings.CutPrefix(part, "{"); is && !plain(r.PathValue(strings.TrimSuffix(name, "}"))) {
			return fault.ErrNotFound
		}
	}
	if sent := r.Header.Get("Content-Type"); op.RequestBody != nil && sent != "" {
		if media, _, err := mime.ParseMediaType(sent); err != nil || media != "application/json" {
			return errMediaType
		}
	}
	var problems []fault.Problem
	for name, values := range r.URL.Query() {
		for _, value := range values {
			if !plain(name) || !plain(value) {
				problems = append(problems, fault.Problem{Field: strings.ToValidUTF8(name, "?"), Sentence: "This text cannot be used."})
			}
		}
	}
	if len(problems) > 0 {
		return fault.Invalidf(problems...)
	}
	return nil
}

func plain(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// received is huma's own view of a request, under a name that leaves its
// method Context reachable.
type received huma.Context

// exchange is one request and its answer as huma sees them. It holds the
// answer back, and keeps a failure for the server instead of writing it.
type exchange struct {
	received
	reach   access.Reach
	header  http.Header
	status  int
	body    bytes.Buffer
	reading error // what went wrong while the request's body was read
	failure error
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange) // every operation runs inside one
}

// Header reads a header of the request. What a client accepts does not matter:
// answers are JSON.
func (x *exchange) Header(name string) string {
	if name == "Accept" {
		return ""
	}
	return x.received.Header(name)
}

// SetStatus notes the status of the answer.
func (x *exchange) SetStatus(code int) { x.status = code }

// Status gives it back.
func (x *exchange) Status() int { return x.status }

// SetHeader sets a header of the answer, unless it has failed already.
func (x *exchange) SetHeader(name, value string) {
	if x.failure == nil {
		x.header.Set(name, value)
	}
}

// BodyWriter collects the body of the answer.
func (x *exchange) BodyWriter() io.Writer { return &x.body }

// BodyReader reads the request's body and remembers how that ended.
func (x *exchange) BodyReader() io.Reader { return noting{x.received.BodyReader(), x} }

// SetReadDeadline changes nothing: the server's limits hold for everybody.
func (x *exchange) SetReadDeadline(time.Time) error { return nil }

type noting struct {
	io.Reader
	to *exchange
}

func (n noting) Read(p []byte) (int, error) {
	count, err := n.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.to.reading = err
	}
	return count, err
}
