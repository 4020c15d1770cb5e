package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// format reads and writes JSON. It is the only one, whatever a client accepts.
var format = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(v)
	},
	Unmarshal: strictly,
}

var (
	errNotJSON = errors.New("This is not JSON.")
	errText    = errors.New("A text in it cannot be used.")
)

// strictly reads one JSON value in which no key stands twice: two readers
// would take different values from it. Unknown fields are refused by huma,
// which knows what is expected.
func strictly(data []byte, into any) error {
	if !utf8.Valid(data) {
		return errText
	}
	if !json.Valid(data) {
		return errNotJSON
	}
	if err := unambiguous(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return err
	}
	err := json.Unmarshal(data, into)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		return fmt.Errorf("The value of %s is of the wrong kind.", mismatch.Field)
	case err != nil:
		return errNotJSON
	}
	return nil
}

// unambiguous walks valid JSON and looks at its keys and texts.
func unambiguous(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return errNotJSON
	}
	switch token {
	case json.Delim('{'):
		return unambiguousObject(d)
	case json.Delim('['):
		for d.More() {
			if err := unambiguous(d); err != nil {
				return err
			}
		}
		_, err = d.Token()
		return err
	}
	if text, is := token.(string); is && !plain(text) {
		return errText
	}
	return nil
}

func unambiguousObject(d *json.Decoder) error {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return errNotJSON
		}
		// encoding/json takes a field in any case, so this looks at all of them
		// alike; there and back also folds letters such as the long s.
		key := strings.ToLower(strings.ToUpper(token.(string)))
		if !plain(key) {
			return errText
		}
		if seen[key] {
			return errors.New("A key stands in it twice.")
		}
		seen[key] = true
		if err := unambiguous(d); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}
