package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// openDocument is the API's OpenAPI document as far as the page shows it.
type openDocument struct {
	Info struct{ Title, Description string }
	Tags []struct{ Name, Description string }

	Servers []struct{ URL string }
	Paths   map[string]map[string]openOperation

	Components struct {
		Schemas         map[string]*openSchema
		Responses       map[string]openResponse
		SecuritySchemes map[string]struct{ Description string }
	}
}

type openOperation struct {
	OperationID, Summary, Description string

	Tags       []string
	Permission string                    `json:"x-permission"`
	Samples    []struct{ Source string } `json:"x-codeSamples"`
	Parameters []struct {
		Name, In, Description string

		Required bool
		Schema   *openSchema
	}
	RequestBody *struct{ Content map[string]openContent }
	Responses   map[string]openResponse
}

type openResponse struct {
	Description string
	Headers     map[string]struct {
		Description string
		Schema      *openSchema
	}
	Content map[string]openContent
}

type openContent struct {
	Schema  *openSchema
	Example json.RawMessage
}

// APIReference is the page about the API, made from its document.
type APIReference struct {
	Description string
	Base        string // where the operations live
	Document    string // where the document is
	Signing     []APIField
	Groups      []APIGroup
	Problem     APIAnswer
	Search      string
}

// APIGroup is operations about one subject.
type APIGroup struct {
	Name, Doc  string
	Operations []APIOperation
}

// APIOperation is one request that can be made.
type APIOperation struct {
	ID, Method, Path, Summary string

	Doc        []string // paragraphs
	Permission string
	Means      string // what the permission lets one do
	Parameters []APIField
	Body       *APIShape
	Answers    []APIAnswer
	Curl       string
	Words      string // what a search looks at, in lower case
	Hidden     bool   // not found by the search
}

// APIAnswer is what comes back with a status.
type APIAnswer struct {
	Status, Doc string

	Kinds   []string // media types
	Headers []APIField
	Shape   *APIShape
	Example string
}

// readAPIDocument makes the page's content of the document.
func readAPIDocument(document []byte, address string) (APIReference, error) {
	var d openDocument
	if err := json.Unmarshal(document, &d); err != nil {
		return APIReference{}, fmt.Errorf("document of the API: %w", err)
	}
	out := APIReference{Description: d.Info.Description, Document: address, Problem: d.answer("4xx, 5xx", d.Components.Responses["Problem"])}
	if len(d.Servers) > 0 {
		out.Base = d.Servers[0].URL
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.SecuritySchemes)) {
		out.Signing = append(out.Signing, APIField{Name: name, APIShape: APIShape{Doc: d.Components.SecuritySchemes[name].Description}})
	}
	for _, tag := range d.Tags {
		group := APIGroup{Name: tag.Name, Doc: tag.Description}
		for path, methods := range d.Paths {
			for method, op := range methods {
				if slices.Contains(op.Tags, tag.Name) {
					group.Operations = append(group.Operations, d.operation(path, strings.ToUpper(method), op))
				}
			}
		}
		slices.SortFunc(group.Operations, func(a, b APIOperation) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), methodOrder(a.Method)-methodOrder(b.Method))
		})
		out.Groups = append(out.Groups, group)
	}
	return out, nil
}

func methodOrder(method string) int {
	return slices.Index([]string{"GET", "POST", "PUT", "DELETE"}, method)
}

func (d *openDocument) operation(path, method string, op openOperation) APIOperation {
	out := APIOperation{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Permission: op.Permission,
		Doc: strings.Split(op.Description, "\n\n"),
	}
	if p, err := access.ParsePermission(op.Permission); err == nil {
		out.Means = p.Means()
	}
	words := []string{method, path, op.Summary, op.Description, op.Permission, strings.Join(op.Tags, " ")}
	for _, p := range op.Parameters {
		field := APIField{Name: p.Name, In: p.In, Optional: !p.Required, APIShape: d.shape(p.Schema)}
		field.Doc = cmp.Or(p.Description, field.Doc)
		out.Parameters = append(out.Parameters, field)
		words = append(words, p.Name)
	}
	slices.SortStableFunc(out.Parameters, func(a, b APIField) int { return whereOrder(a.In) - whereOrder(b.In) })
	if op.RequestBody != nil {
		body := d.shape(op.RequestBody.Content["application/json"].Schema)
		out.Body = &body
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if strings.HasPrefix(status, "2") {
			out.Answers = append(out.Answers, d.answer(status, op.Responses[status]))
		}
	}
	for _, sample := range op.Samples {
		out.Curl = sample.Source
	}
	out.Words = strings.ToLower(strings.Join(words, " "))
	return out
}

func whereOrder(in string) int { return slices.Index([]string{"path", "query", "header"}, in) }

func (d *openDocument) answer(status string, r openResponse) APIAnswer {
	out := APIAnswer{Status: status, Doc: r.Description, Kinds: slices.Sorted(maps.Keys(r.Content))}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		field := APIField{Name: name, APIShape: d.shape(r.Headers[name].Schema)}
		field.Doc = cmp.Or(r.Headers[name].Description, field.Doc)
		out.Headers = append(out.Headers, field)
	}
	for _, kind := range out.Kinds {
		content := r.Content[kind]
		if content.Schema != nil {
			shape := d.shape(content.Schema)
			out.Shape = &shape
		}
		if out.Example == "" {
			out.Example = shownExample(content.Example)
		}
	}
	return out
}

// shownExample is an example as it is read: JSON indented, a text as it is.
func shownExample(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, raw, "", "  ") != nil {
		return ""
	}
	return pretty.String()
}

// searched hides the operations in which not every word of a search occurs.
func (v APIReference) searched(q string) APIReference {
	v.Search, v.Groups = q, slices.Clone(v.Groups)
	words := strings.Fields(strings.ToLower(q))
	for i := range v.Groups {
		v.Groups[i].Operations = slices.Clone(v.Groups[i].Operations)
		for j := range v.Groups[i].Operations {
			op := &v.Groups[i].Operations[j]
			op.Hidden = slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(op.Words, word) })
		}
	}
	return v
}

// Found tells whether the group has an operation that the search found.
func (g APIGroup) Found() bool {
	return slices.ContainsFunc(g.Operations, func(op APIOperation) bool { return !op.Hidden })
}

// Found tells whether the search found anything.
func (v APIReference) Found() bool { return slices.ContainsFunc(v.Groups, APIGroup.Found) }
