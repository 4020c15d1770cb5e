package api_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/ambit-lms/ambit/internal/api"
)

// isDescribed checks that an answer is exactly one that the document describes:
// no field more, none less, each of its kind.
func isDescribed(t *testing.T, r *http.Request, res *http.Response, body []byte) {
	t.Helper()
	route := find(document(t), r)
	if route == nil {
		if res.StatusCode < 400 {
			t.Errorf("%s %s answers %d and is not in the document", r.Method, r.URL.Path, res.StatusCode)
		}
		return
	}
	err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%s %s answers %d with what the document does not describe: %v", r.Method, r.URL.Path, res.StatusCode, err)
	}
}

var document = func() func(*testing.T) *openapi3.T {
	var once sync.Once
	var doc *openapi3.T
	return func(t *testing.T) *openapi3.T {
		once.Do(func() { doc = load(t) })
		return doc
	}
}()

// find gives the operation of a request; nil where the document has none.
func find(doc *openapi3.T, r *http.Request) *routers.Route {
	asked := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), api.Prefix), "/")
	for path, item := range doc.Paths.Map() {
		if operation := item.GetOperation(r.Method); operation != nil && matches(strings.Split(path, "/"), asked) {
			return &routers.Route{Spec: doc, Path: path, PathItem: item, Method: r.Method, Operation: operation}
		}
	}
	return nil
}

func matches(path, asked []string) bool {
	for i := range path {
		if len(path) != len(asked) || path[i] != asked[i] && !strings.HasPrefix(path[i], "{") {
			return false
		}
	}
	return true
}
