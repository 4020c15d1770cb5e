package audit

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// Change is one thing that an event says was one way before and another after.
// A list or a text of its own stands in Before and After as JSON has it.
type Change struct {
	Field         string // as in "role", or "request.sort" within another
	Before, After any
}

// Changes lists what differs between before and after, by field.
func (e *Entry) Changes() []Change {
	before, after := map[string]any{}, map[string]any{}
	flatten("", e.Before, before)
	flatten("", e.After, after)
	fields := map[string]bool{}
	for field := range before {
		fields[field] = true
	}
	for field := range after {
		fields[field] = true
	}
	var out []Change
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if c := (Change{field, before[field], after[field]}); !reflect.DeepEqual(c.Before, c.After) {
			out = append(out, c)
		}
	}
	return out
}

// flatten lists the values of an object, those of objects in it by their way.
// What says nothing is left out.
func flatten(way string, value any, into map[string]any) {
	switch v := value.(type) {
	case map[string]any:
		for key, one := range v {
			if way != "" {
				key = way + "." + key
			}
			flatten(key, one, into)
		}
		return
	case nil:
		return
	case string:
		if v == "" || v == "0001-01-01T00:00:00Z" { // a text, or an instant, that is not there
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	into[way] = value
}

// Line is the changes in one line of text, for files.
func (e *Entry) Line(of any) string {
	if of == nil {
		return ""
	}
	raw, err := json.Marshal(of)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(raw)
}
