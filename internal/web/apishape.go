package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// openSchema is a JSON schema as far as the API's document uses them.
type openSchema struct {
	Ref         string                 `json:"$ref"`
	Type        oneOrMore              `json:"type"`
	Format      string                 `json:"format"`
	Description string                 `json:"description"`
	Properties  map[string]*openSchema `json:"properties"`
	Required    []string               `json:"required"`
	Items       *openSchema            `json:"items"`
	AnyOf       []*openSchema          `json:"anyOf"`
	Additional  json.RawMessage        `json:"additionalProperties"`
	Enum        []any                  `json:"enum"`
	Default     any                    `json:"default"`
	Minimum     *float64               `json:"minimum"`
	Maximum     *float64               `json:"maximum"`
	MinLength   *int                   `json:"minLength"`
	MaxLength   *int                   `json:"maxLength"`
	MinItems    *int                   `json:"minItems"`
	MaxItems    *int                   `json:"maxItems"`
}

// oneOrMore is a list that may be written as its only element.
type oneOrMore []string

// UnmarshalJSON takes either.
func (o *oneOrMore) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(o))
}

// APIShape says in words what a value looks like.
type APIShape struct {
	Words  string // as in "list of texts"
	Limits []string
	Doc    string
	Fields []APIField // of an object, or of the objects in a list
}

// APIField is a named value: a field of an object, or a parameter.
type APIField struct {
	Name     string
	In       string // of a parameter: path, query or header
	Optional bool
	APIShape
}

// shape puts a schema into words. Within holds the names of the schemas around
// it, so that one that holds itself ends.
func (d *openDocument) shape(s *openSchema, within ...string) APIShape {
	if s == nil {
		return APIShape{}
	}
	name, found := strings.CutPrefix(s.Ref, schemaPrefix)
	if found {
		if slices.Contains(within, name) {
			return APIShape{Words: name, Doc: s.Description}
		}
		out := d.shape(d.Components.Schemas[name], append(within, name)...)
		if s.Description != "" {
			out.Doc = s.Description
		}
		return out
	}
	if other, nullable := s.orNull(); nullable && other != nil {
		out := d.shape(other, within...)
		out.Words, out.Doc = out.Words+" or null", s.Description
		return out
	}
	out := APIShape{Doc: s.Description, Limits: s.limits()}
	types := slices.DeleteFunc(slices.Clone(s.Type), func(t string) bool { return t == "null" })
	switch {
	case len(types) == 0:
		out.Words = "any value"
	case types[0] == "array":
		of := d.shape(s.Items, within...)
		out.Words, out.Fields, out.Limits = "list of "+plural(of.Words), of.Fields, append(out.Limits, of.Limits...)
	case types[0] == "object":
		out.Words, out.Fields = d.object(s, within)
	default:
		out.Words = s.scalar(types)
	}
	if len(types) < len(s.Type) {
		out.Words += " or null"
	}
	return out
}

const schemaPrefix = "#/components/schemas/"

// orNull finds the schema beside null where there are these two.
func (s *openSchema) orNull() (other *openSchema, nullable bool) {
	for _, one := range s.AnyOf {
		if slices.Equal(one.Type, oneOrMore{"null"}) {
			nullable = true
		} else {
			other = one
		}
	}
	return other, nullable
}

func (d *openDocument) object(s *openSchema, within []string) (words string, fields []APIField) {
	var values openSchema
	if len(s.Properties) == 0 && json.Unmarshal(s.Additional, &values) == nil {
		of := d.shape(&values, within...)
		return "object of " + plural(of.Words) + " by key", of.Fields
	}
	for _, name := range s.order() {
		fields = append(fields, APIField{Name: name, Optional: !slices.Contains(s.Required, name), APIShape: d.shape(s.Properties[name], within...)})
	}
	return "object", fields
}

// order lists the properties as they are written in the answers: those that
// are always there in their own order, then the others by name.
func (s *openSchema) order() []string {
	names := slices.DeleteFunc(slices.Clone(s.Required), func(name string) bool { return s.Properties[name] == nil })
	var others []string
	for name := range s.Properties {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	sort.Strings(others)
	return append(names, others...)
}

func (s *openSchema) scalar(types []string) string {
	var words []string
	for _, t := range types {
		switch {
		case t == "string" && s.Format == "date":
			words = append(words, "day")
		case t == "string" && s.Format == "date-time":
			words = append(words, "instant")
		case t == "string":
			words = append(words, "text")
		case t == "integer":
			words = append(words, "whole number")
		case t == "boolean":
			words = append(words, "true or false")
		default:
			words = append(words, t)
		}
	}
	return strings.Join(words, " or ")
}

// plural is the words for several of the same.
func plural(words string) string {
	first, rest, more := strings.Cut(words, " or ")
	switch {
	case words == "":
		return "values"
	case first == "true": // true or false
		return words
	case strings.HasPrefix(first, "list of "):
		first = "lists of " + strings.TrimPrefix(first, "list of ")
	case strings.HasPrefix(first, "object of "):
		first = "objects of " + strings.TrimPrefix(first, "object of ")
	default:
		first += "s"
	}
	if more {
		return first + " or " + rest
	}
	return first
}

func (s *openSchema) limits() (out []string) {
	number := func(n float64) string { return strings.TrimSuffix(fmt.Sprintf("%g", n), ".0") }
	between := func(low, high, unit string) {
		switch {
		case low != "" && high != "":
			out = append(out, low+" to "+high+unit)
		case low != "":
			out = append(out, "at least "+low+unit)
		case high != "":
			out = append(out, "at most "+high+unit)
		}
	}
	say := func(n *float64) string {
		if n == nil {
			return ""
		}
		return number(*n)
	}
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return fmt.Sprint(*n)
	}
	between(say(s.Minimum), say(s.Maximum), "")
	between(count(s.MinLength), count(s.MaxLength), " characters")
	between(count(s.MinItems), count(s.MaxItems), " items")
	if len(s.Enum) > 0 {
		out = append(out, "one of "+enumeration(s.Enum))
	}
	if s.Default != nil {
		out = append(out, fmt.Sprintf("%v unless given", s.Default))
	}
	return out
}

func enumeration(values []any) string {
	var words []string
	for _, v := range values {
		if v != nil {
			words = append(words, fmt.Sprint(v))
		}
	}
	return strings.Join(words, ", ")
}
