package report

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// pageLimit is the number of rows of a page: 50 unless asked, 200 at most.
func pageLimit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}

// A cursor is a position with a signature over it, the viewer and the list it
// belongs to, so that one of another list or of somebody else is refused
// rather than answered wrongly, and none can be made up. It gives no access:
// whatever position it names, the reach decides what is read from there.
type cursor struct {
	Folded string `json:"f"`
	ID     string `json:"i"`
	Mark   string `json:"m"`
}

// cursors writes and reads those of one list for one viewer.
type cursors struct {
	key  []byte
	list any
}

// cursorsOf makes the cursors of a list, which is told from others by its kind
// and whatever narrows it.
func cursorsOf(ctx context.Context, src Source, reach access.Reach, kind string, narrowed any) (cursors, error) {
	key, err := src.CursorKey(ctx)
	actor := reach.Actor()
	return cursors{key: key, list: []any{actor.Realm, actor.Organization, actor.Account, kind, narrowed}}, err
}

// mark signs a position.
func (c cursors) mark(p Position) string {
	bound, err := json.Marshal([]any{c.list, p.Folded, p.ID})
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	sum := hmac.New(sha256.New, c.key)
	sum.Write(bound)
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16])
}

func (c cursors) write(p Position) string {
	raw, err := json.Marshal(cursor{Folded: p.Folded, ID: p.ID, Mark: c.mark(p)})
	if err != nil {
		panic(err) // three strings always marshal
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

var errCursor = fault.Field("cursor", "This cursor does not belong to this list. Begin again without one.")

// read gives the position that a cursor names; the beginning where there is none.
func (c cursors) read(text string) (Position, error) {
	if text == "" {
		return Position{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var named cursor
	if err != nil || json.Unmarshal(raw, &named) != nil || named.ID == "" {
		return Position{}, errCursor
	}
	p := Position{Folded: named.Folded, ID: named.ID}
	if !hmac.Equal([]byte(named.Mark), []byte(c.mark(p))) {
		return Position{}, errCursor
	}
	return p, nil
}

// invitationKey sorts invitations: the instant as fixed-width digits.
func invitationKey(i Invitation) string { return fmt.Sprintf("%019d", i.AssignedAt.UnixMicro()) }
