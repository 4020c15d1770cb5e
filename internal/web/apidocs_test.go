package web

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// sampleReference is the page about the API of the document as it stands.
func sampleReference() APIReference {
	document, err := os.ReadFile("../api/testdata/openapi.json")
	if err != nil {
		panic(err)
	}
	v, err := readAPIDocument(document, "/api/v1/openapi.json")
	if err != nil {
		panic(err)
	}
	return v
}

// someReference is a part of it with one of everything: to look at the whole
// takes a browser longer than all other pages together.
func someReference() APIReference {
	v := sampleReference()
	v.Groups = v.Groups[:3]
	return v
}

// TestReferenceHoldsTheWholeDocument: nothing that the document says of an
// operation is lost on the way to the page.
func TestReferenceHoldsTheWholeDocument(t *testing.T) {
	document, err := os.ReadFile("../api/testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var d openDocument
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	shown := map[string]APIOperation{}
	for _, group := range sampleReference().Groups {
		for _, op := range group.Operations {
			if _, twice := shown[op.ID]; twice {
				t.Errorf("%s is there twice", op.ID)
			}
			shown[op.ID] = op
		}
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			got, ok := shown[op.OperationID]
			if !ok || got.Path != path || !strings.EqualFold(got.Method, method) {
				t.Errorf("%s %s is shown as %+v", method, path, got)
				continue
			}
			delete(shown, op.OperationID)
			if got.Summary == "" || got.Permission != op.Permission || got.Means == "" || got.Curl == "" || len(got.Parameters) != len(op.Parameters) {
				t.Errorf("%s %s: %+v", method, path, got)
			}
			if (got.Body == nil) != (op.RequestBody == nil) || len(got.Answers) != len(op.Responses)-1 { // the problems stand once for all
				t.Errorf("%s %s: %d answers of %d, body %v", method, path, len(got.Answers), len(op.Responses), got.Body)
			}
			for _, answer := range got.Answers {
				if len(answer.Kinds) > 0 && answer.Example == "" {
					t.Errorf("%s %s: no example of the answer", method, path)
				}
			}
		}
	}
	for id := range shown {
		t.Errorf("%s is not in the document", id)
	}
}

func TestShapesInWords(t *testing.T) {
	d := openDocument{}
	d.Components.Schemas = map[string]*openSchema{}
	schemas := `{"Person": {"type": "object", "required": ["name", "boss"], "properties": {
		"name": {"type": "string", "maxLength": 5}, "boss": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}], "description": "Above."},
		"age": {"type": ["integer", "null"], "minimum": 0}}}}`
	if err := json.Unmarshal([]byte(schemas), &d.Components.Schemas); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ schema, words, limits, fields string }{
		{`{"type": "string"}`, "text", "", ""},
		{`{"type": "string", "format": "date"}`, "day", "", ""},
		{`{"type": ["string", "null"], "format": "date-time"}`, "instant or null", "", ""},
		{`{"type": "integer", "minimum": 1, "maximum": 200, "default": 50}`, "whole number", "1 to 200; 50 unless given", ""},
		{`{"type": "number", "minimum": 0}`, "number", "at least 0", ""},
		{`{"type": ["string", "number", "boolean"]}`, "text or number or true or false", "", ""},
		{`{"type": "string", "enum": ["a", "b"], "maxLength": 9}`, "text", "at most 9 characters; one of a, b", ""},
		{`{"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3}`, "list of texts", "1 to 3 items", ""},
		{`{"type": "array", "items": {"type": "array", "items": {"type": ["string", "null"]}}}`, "list of lists of texts or null", "", ""},
		{`{"type": "object", "additionalProperties": {"type": "integer"}}`, "object of whole numbers by key", "", ""},
		{`{"$ref": "#/components/schemas/Person"}`, "object", "", "name boss age"},
		{`{"type": "array", "items": {"$ref": "#/components/schemas/Person"}}`, "list of objects", "", "name boss age"},
		{`{"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]}`, "object or null", "", "name boss age"},
		{`{}`, "any value", "", ""},
	} {
		var s openSchema
		if err := json.Unmarshal([]byte(tt.schema), &s); err != nil {
			t.Fatal(err)
		}
		got := d.shape(&s)
		var names []string
		for _, f := range got.Fields {
			names = append(names, f.Name)
		}
		if got.Words != tt.words || strings.Join(got.Limits, "; ") != tt.limits || strings.Join(names, " ") != tt.fields {
			t.Errorf("%s is %q, %q with %q", tt.schema, got.Words, got.Limits, names)
		}
		if i := slices.Index(names, "boss"); i >= 0 && (got.Fields[i].Words != "Person or null" || got.Fields[i].Doc != "Above.") {
			t.Errorf("what holds itself is %+v", got.Fields[i])
		}
	}
}

func TestSearchOfTheReference(t *testing.T) {
	for _, tt := range []struct{ q, found string }{
		{"", "get-me"},
		{"MATRIX", "get-matrix"},
		{"reporter.assign put", "put-purchases-by-id-reporter"},
		{"reporter nothing-like-it", ""},
	} {
		v := sampleReference().searched(tt.q)
		var found []string
		for _, group := range v.Groups {
			for _, op := range group.Operations {
				if !op.Hidden {
					found = append(found, op.ID)
				}
			}
		}
		if tt.found == "" && (len(found) > 0 || v.Found()) || tt.found != "" && (!slices.Contains(found, tt.found) || !v.Found()) || tt.q != "" && len(found) > 6 {
			t.Errorf("%q finds %q", tt.q, found)
		}
	}
}

// TestReferenceInBrowser types a search and sees the list narrow without a request.
func TestReferenceInBrowser(t *testing.T) {
	browser := newBrowser(t)
	server := serveGallery(t)
	ctx, cancel := context.WithTimeout(browser, time.Minute)
	defer cancel()
	const seen = `[...document.querySelectorAll("article[data-words]")].filter((a) => a.checkVisibility()).map((a) => a.id).join(" ")`
	const nothing = `document.querySelector(".nothing-found").checkVisibility()`
	do(t, ctx, chromedp.EmulateViewport(1440, 1000), chromedp.Navigate(server.URL+"/gallery/api-docs"), chromedp.WaitReady("#content"))
	if all := look[string](t, ctx, seen); !strings.Contains(all, "get-me") || look[bool](t, ctx, nothing) {
		t.Errorf("all: %q", all)
	}
	do(t, ctx, chromedp.SendKeys(`[data-sift]`, "matrix"))
	if found := look[string](t, ctx, seen); strings.Contains(found, "get-me ") || !strings.Contains(found, "get-matrix") {
		t.Errorf("after a search for the matrix: %q", found)
	}
	do(t, ctx, chromedp.SendKeys(`[data-sift]`, " xyzzy"))
	if found := look[string](t, ctx, seen); found != "" || !look[bool](t, ctx, nothing) {
		t.Errorf("after a search for nothing: %q", found)
	}
}
