// Package cursor says where the next page of a list begins. A cursor is a
// position with a signature over it, the viewer and the list it belongs to, so
// that one of another list or of somebody else is refused rather than answered
// wrongly, and none can be made up. It gives no access: whatever position it
// names, the reach decides what is read from there.
package cursor

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ErrForeign refuses a cursor of another list, of another viewer, or made up.
var ErrForeign = fault.Field("cursor", "This cursor does not belong to this list. Begin again without one.")

// List writes and reads the cursors of one list for one viewer.
type List struct {
	key   []byte
	bound []any
}

// Of makes the cursors of a list, which is told from others by its kind and by
// whatever narrows it. key is the installation's secret.
func Of(key []byte, reach access.Reach, kind string, narrowed any) List {
	actor := reach.Actor()
	return List{key: key, bound: []any{actor.Realm, actor.Organization, actor.Account, kind, narrowed}}
}

// signed is what stands in a cursor.
type signed struct {
	Keys []string `json:"k"`
	Mark string   `json:"m"`
}

func (l List) mark(keys []string) string {
	bound, err := json.Marshal([]any{l.bound, keys})
	if err != nil {
		panic(err) // what narrows a list is texts and numbers, which always marshal
	}
	sum := hmac.New(sha256.New, l.key)
	sum.Write(bound)
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16])
}

// After gives the cursor that continues after the row with these sort keys.
func (l List) After(keys ...string) string {
	raw, err := json.Marshal(signed{Keys: keys, Mark: l.mark(keys)})
	if err != nil {
		panic(err) // texts always marshal
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Keys gives back the sort keys that a cursor was made of; nil for the empty
// one, which is the first page.
func (l List) Keys(cursor string) ([]string, error) {
	if cursor == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	var s signed
	if err != nil || json.Unmarshal(raw, &s) != nil || len(s.Keys) == 0 || !hmac.Equal([]byte(s.Mark), []byte(l.mark(s.Keys))) {
		return nil, ErrForeign
	}
	return s.Keys, nil
}
