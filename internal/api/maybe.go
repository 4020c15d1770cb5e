package api

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// maybe is an object that can be null, which the document has to say in a
// schema of its own.
type maybe[T any] struct{ value *T }

func some[T any](v T) maybe[T] { return maybe[T]{value: &v} }

// MarshalJSON writes the object or null.
func (m maybe[T]) MarshalJSON() ([]byte, error) { return json.Marshal(m.value) }

// Schema tells that it is one or the other.
func (m maybe[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{r.Schema(reflect.TypeFor[T](), true, ""), {Type: "null"}}}
}
