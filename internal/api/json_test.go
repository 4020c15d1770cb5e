package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestStrictly(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"object", `{"a":1,"b":{"a":2}}`, true},
		{"the same key in two objects", `[{"a":1},{"a":2}]`, true},
		{"same key", `{"a":1,"a":2}`, false},
		{"same key, escaped", `{"a":1,"\u0061":2}`, false},
		{"same key, other case", `{"a":1,"A":2}`, false},
		{"same key, with a long s", `{"seats":1,"ſeats":2}`, false},
		{"same key below", `[{"x":{"a":1,"a":2}}]`, false},
		{"two values", `{} {}`, false},
		{"cut off", `{"a":`, false},
		{"empty", ``, false},
		{"comment", `{} // x`, false},
		{"NUL", `{"a":"\u0000"}`, false},
		{"NUL in a key", `{"\u0000":1}`, false},
		{"half a pair", `{"a":"\ud800"}`, true}, // becomes U+FFFD, as everywhere in Go
		{"not UTF-8", "\"\xff\"", false},
		{"deeper than anybody writes", strings.Repeat("[", 20000) + strings.Repeat("]", 20000), false},
	} {
		var into any
		if err := strictly([]byte(tt.text), &into); (err == nil) != tt.ok {
			t.Errorf("%s: strictly() = %v, want accepted: %v", tt.name, err, tt.ok)
		}
	}
}

// What is accepted is JSON that every reader reads alike: writing it again and
// reading that gives the same.
func FuzzStrictly(f *testing.F) {
	for _, seed := range []string{`{"items":[{"learner":"a","score":1.5}]}`, `{"a":1,"a":2}`, `[null,true,"\u0000"]`, "\xff", `{"a":{"A":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var once, twice any
		if strictly(data, &once) != nil {
			return
		}
		if !utf8.Valid(data) {
			t.Fatalf("%q is not UTF-8", data)
		}
		written, err := json.Marshal(once)
		if err != nil {
			t.Fatal(err)
		}
		if err := strictly(written, &twice); err != nil {
			t.Fatalf("%s was accepted, %s is not: %v", data, written, err)
		}
		again, _ := json.Marshal(twice)
		if !bytes.Equal(written, again) {
			t.Fatalf("%s became %s", written, again)
		}
	})
}
