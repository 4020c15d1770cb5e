package api_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/api"
	"github.com/ambit-lms/ambit/internal/server"
)

var update = flag.Bool("update", false, "write the golden files")

const golden = "testdata/openapi.json"

// described makes the API without services: enough for what derives from the operations.
func described(t testing.TB) *api.API {
	t.Helper()
	a, err := api.New(api.Services{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestDocumentIsTheGoldenFile(t *testing.T) {
	got := described(t).Document()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the operations say; look at the change and run with -update", golden)
	}
}

func TestDocumentIsValid(t *testing.T) {
	doc := load(t)
	if !doc.IsOpenAPI31OrLater() {
		t.Errorf("the document says it is OpenAPI %s", doc.OpenAPI)
	}
}

func load(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(described(t).Document())
	if err != nil {
		t.Fatal(err)
	}
	var options []openapi3.ValidationOption
	if *update { // the examples are about to be written
		options = append(options, openapi3.DisableExamplesValidation())
	}
	if err := doc.Validate(t.Context(), options...); err != nil {
		t.Fatal(err)
	}
	return doc
}

// What an operation answers is closed: a field that nobody wrote down cannot slip out.
func TestObjectsAreClosed(t *testing.T) {
	doc := load(t)
	for name, schema := range doc.Components.Schemas {
		extra := schema.Value.AdditionalProperties.Has
		if schema.Value.Type.Is("object") && (extra == nil || *extra) {
			t.Errorf("schema %s takes properties that it does not name", name)
		}
	}
}

func TestEveryRouteIsInTheDocumentWithItsPermission(t *testing.T) {
	doc := load(t)
	described := described(t)
	documented := 0
	for _, item := range doc.Paths.Map() {
		documented += len(item.Operations())
	}
	routes := described.Routes()
	if documented != len(routes)-1 { // the document does not describe itself
		t.Errorf("%d operations are documented, %d routes exist besides the document's", documented, len(routes)-1)
	}
	for _, route := range routes {
		if route.Kind != server.API {
			t.Errorf("%s is no route of the API", route.Pattern)
		}
		path := route.Path()[len(api.Prefix):]
		if path == "/openapi.json" {
			if route.Permission != access.Public {
				t.Errorf("the document asks for %s", route.Permission)
			}
			continue
		}
		item := doc.Paths.Value(path)
		if item == nil || item.GetOperation(route.Method()) == nil {
			t.Errorf("%s is not documented", route.Pattern)
			continue
		}
		if got := item.GetOperation(route.Method()).Extensions["x-permission"]; got != route.Permission.String() {
			t.Errorf("%s: the document says %v, the route asks for %s", route.Pattern, got, route.Permission)
		}
	}
}
