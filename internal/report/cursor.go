package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/fault"
)

// pageLimit is the number of rows of a page: 50 unless asked, 200 at most.
func pageLimit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}

// A cursor is a position and the mark of the filter it belongs to, so that one
// of another list is refused rather than answered wrongly. It gives no access:
// whatever position it names, the reach decides what is read from there.
type cursor struct {
	Folded string `json:"f"`
	ID     string `json:"i"`
	Mark   string `json:"m"`
}

func mark(filter any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%+v", filter))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

func filterMark(f Filter) string {
	state := ""
	if f.State != nil {
		state = f.State.String()
	}
	return mark([]string{f.Query, f.Location, f.Team, f.Purchase, f.Activity, state, string(f.Seat)})
}

func writeCursor(p Position, f Filter) string {
	raw, err := json.Marshal(cursor{Folded: p.Folded, ID: p.ID, Mark: filterMark(f)})
	if err != nil {
		panic(err) // three strings always marshal
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

var errCursor = fault.Field("cursor", "This cursor does not belong to this list. Begin again without one.")

func readCursor(text string, f Filter) (Position, error) {
	if text == "" {
		return Position{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Mark != filterMark(f) || c.ID == "" || strings.ContainsRune(c.Folded+c.ID, 0) {
		return Position{}, errCursor
	}
	return Position{Folded: c.Folded, ID: c.ID}, nil
}

// invitationKey sorts invitations: the instant as fixed-width digits.
func invitationKey(i Invitation) string { return fmt.Sprintf("%019d", i.AssignedAt.UnixMicro()) }
