package report

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// placed says which row a page ended with. It gives no access: whatever row it
// names, the reach decides what is read from there.
type placed struct {
	Folded  string           `json:"f,omitempty"` // of the learner's name
	Learner access.AccountID `json:"l,omitempty"`
	// BeforeFolded and Before are the learner before, in a list of enrollments:
	// from there on the learner of the row is read again.
	BeforeFolded string           `json:"bf,omitempty"`
	Before       access.AccountID `json:"b,omitempty"`
	Title        string           `json:"t,omitempty"` // of the activity, folded
	Activity     string           `json:"a,omitempty"`
	// Key is the value of the row in the order asked for; Empty where it had none.
	Key   int64  `json:"k,omitempty"`
	Text  string `json:"x,omitempty"`
	Empty bool   `json:"e,omitempty"`
	ID    string `json:"i,omitempty"` // of a row of a short report

	no access.LearnerNo // of Learner, looked up
}

// position is where a list of learners goes on; the beginning for nil.
func (p *placed) position() Position {
	if p == nil {
		return Position{}
	}
	return Position{Folded: p.Folded, ID: string(p.Learner)}
}

// before is where a list of enrollments reads on: before the learner of the row.
func (p *placed) before() Position {
	if p == nil {
		return Position{}
	}
	return Position{Folded: p.BeforeFolded, ID: string(p.Before)}
}

// passed tells whether an enrollment of a learner was on the page before.
func (p *placed) passed(l access.AccountID, c *Column) bool {
	return p != nil && l == p.Learner && cmp.Or(cmp.Compare(c.Folded, p.Title), cmp.Compare(c.ID, p.Activity)) <= 0
}

// list names everything that a cursor of this report belongs to.
func (t *tabulation) list() string {
	f := t.filter
	state := ""
	if f.State != nil {
		state = f.State.String()
	}
	actor := t.reach.Actor()
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{
		string(actor.Organization), string(actor.Account), string(t.rep.Key), t.rq.Group, t.rq.Sort, fmt.Sprint(t.rq.Desc),
		f.Query, f.Organization, f.Location, f.Team, f.Purchase, f.Activity, state, string(f.Seat), string(f.Did), f.Period.From.String(), f.Period.To.String(),
	}))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// mark writes the cursor of the page that begins after a row.
func (t *tabulation) mark(p placed) string {
	raw, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	return t.list() + "." + base64.RawURLEncoding.EncodeToString(raw)
}

// readMark reads what mark wrote for the same reader and list; nil for the first page.
func (t *tabulation) readMark(ctx context.Context, cursor string) (*placed, error) {
	if cursor == "" {
		return nil, nil
	}
	list, rest, _ := strings.Cut(cursor, ".")
	raw, err := base64.RawURLEncoding.DecodeString(rest)
	var p placed
	if err != nil || list != t.list() || json.Unmarshal(raw, &p) != nil || strings.ContainsRune(p.Folded+string(p.Learner)+p.BeforeFolded+string(p.Before)+p.Text, 0) {
		return nil, errCursor
	}
	if p.Learner == "" {
		return &p, nil
	}
	l, _, err := t.src.Learner(ctx, t.reach, p.Learner)
	if fault.KindOf(err) == fault.NotFound {
		return &p, nil // gone since: the list goes on from where they stood
	}
	p.no = l.No
	return &p, err
}
