package api_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
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
func isDescribed(t testing.TB, r *http.Request, res *http.Response, body []byte) {
	t.Helper()
	if err := undescribed(t, r, res.StatusCode, res.Header, body); err != nil {
		t.Errorf("%s %s answers %d with what the document does not describe: %v", r.Method, r.URL.Path, res.StatusCode, err)
	}
}

func undescribed(t testing.TB, r *http.Request, status int, header http.Header, body []byte) error {
	route := find(document(t), r)
	if route == nil {
		if status < 400 {
			return errors.New("there is no such operation")
		}
		return nil
	}
	return openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

func TestWhatIsNotDescribedIsNoticed(t *testing.T) {
	const nobody = `"items":[],"next_cursor":null,"total":0,"reach_total":0,"invited":0`
	for _, tt := range []struct {
		path, kind, body string
		ok               bool
	}{
		{"/learners", "application/json", `{` + nobody + `}`, true},
		{"/learners", "application/json", `{` + nobody + `,"realm_id":1}`, false},
		{"/learners", "application/json", `{` + strings.TrimSuffix(nobody, `,"invited":0`) + `}`, false},
		{"/learners", "application/json", `{` + strings.Replace(nobody, "[]", "null", 1) + `}`, false},
		{"/learners", "application/json", `{` + strings.Replace(nobody, "[]", `[{"id":"a"}]`, 1) + `}`, false},
		{"/learners", "text/html", `{` + nobody + `}`, false},
		{"/accounts", "application/json", `{}`, false},
	} {
		r := httptest.NewRequest(http.MethodGet, api.Prefix+tt.path, nil)
		if err := undescribed(t, r, http.StatusOK, http.Header{"Content-Type": {tt.kind}}, []byte(tt.body)); (err == nil) != tt.ok {
			t.Errorf("%s %s %s: %v, want described: %v", tt.path, tt.kind, tt.body, err, tt.ok)
		}
	}
}

var document = func() func(testing.TB) *openapi3.T {
	var once sync.Once
	var doc *openapi3.T
	return func(t testing.TB) *openapi3.T {
		once.Do(func() { doc = load(t) })
		return doc
	}
}()

// find gives the operation of a request, one whose path is written out before
// one with placeholders; nil where the document has none.
func find(doc *openapi3.T, r *http.Request) (found *routers.Route) {
	asked := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), api.Prefix), "/")
	for path, item := range doc.Paths.Map() {
		operation := item.GetOperation(r.Method)
		if operation == nil || !matches(strings.Split(path, "/"), asked) {
			continue
		}
		if found == nil || strings.Count(path, "{") < strings.Count(found.Path, "{") {
			found = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: r.Method, Operation: operation}
		}
	}
	return found
}

func matches(path, asked []string) bool {
	for i := range path {
		if len(path) != len(asked) || path[i] != asked[i] && !strings.HasPrefix(path[i], "{") {
			return false
		}
	}
	return true
}
