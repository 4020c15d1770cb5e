// Package bulk is how acts on many things go: a preview that says what would
// happen, one confirmation that does all of it, and for a while one step that
// takes it back. What an act does is its handler's, which lives with the
// subject (license, later others); nothing here changes anything but the act.
package bulk

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ID of an act.
type ID string

// Kind tells acts of different handlers apart, such as "seats.assign".
type Kind string

// State is how far an act has come.
type State string

// The states of an act.
const (
	Previewed State = "previewed"
	Done      State = "done"
	Undone    State = "undone"
)

// Line is what an act does, or did, to one thing.
type Line struct {
	Subject string            `json:"subject"`          // a name or an address, as people read it
	Result  string            `json:"result"`           // a code; pages put it into words
	OK      bool              `json:"ok"`               // false: this line changes nothing, and Result says why
	Detail  map[string]string `json:"detail,omitempty"` // what the handler wants to know again, such as ids
}

// Plan is everything that an act does, with figures for its head such as
// "free_before" and "free_after".
type Plan struct {
	Lines []Line         `json:"lines"`
	Facts map[string]int `json:"facts,omitempty"`
	// Effect is what it does besides its lines, such as to who sees whom; what it says is the handler's.
	Effect json.RawMessage `json:"effect,omitempty"`
}

// Effective counts the lines that change something.
func (p Plan) Effective() int {
	n := 0
	for _, l := range p.Lines {
		if l.OK {
			n++
		}
	}
	return n
}

// Same tells whether two plans do the same.
func (p Plan) Same(other Plan) bool {
	if len(p.Lines) != len(other.Lines) || len(p.Facts) != len(other.Facts) || !bytes.Equal(p.Effect, other.Effect) {
		return false
	}
	for i, l := range p.Lines {
		o := other.Lines[i]
		if l.Subject != o.Subject || l.Result != o.Result || l.OK != o.OK || len(l.Detail) != len(o.Detail) || len(l.Detail) > 0 && !reflect.DeepEqual(l.Detail, o.Detail) {
			return false
		}
	}
	return len(p.Facts) == 0 || reflect.DeepEqual(p.Facts, other.Facts)
}

// Act is one act of one person, from its preview on.
type Act struct {
	ID           ID
	Kind         Kind
	Organization access.OrgID
	Account      access.AccountID // who made the preview; nobody else can open it
	Subject      string           // what it is about, such as a purchase's id
	Input        json.RawMessage  // what was asked for
	Plan         Plan             // what would be done; from then on what was
	Undo         json.RawMessage  // what taking it back needs; empty: it cannot be
	TakenBack    Plan             // what taking it back came to
	State        State
	CreatedAt    time.Time
	ExpiresAt    time.Time // a preview can be confirmed until then
	DoneAt       time.Time
	UndoUntil    time.Time // zero: it cannot be taken back
	UndoneAt     time.Time
}

// Still tells whether what an act would do now is what its preview said.
func (a Act) Still(now Plan) error {
	if a.Plan.Same(now) {
		return nil
	}
	return ErrChanged
}

// Confirmable tells whether the preview can be confirmed at an instant.
func (a Act) Confirmable(now time.Time) error {
	switch {
	case a.State != Previewed:
		return ErrDone
	case !now.Before(a.ExpiresAt):
		return ErrExpired
	}
	return nil
}

// Undoable tells whether the act can be taken back at an instant.
func (a Act) Undoable(now time.Time) error {
	switch {
	case a.State == Undone:
		return ErrUndone
	case a.State != Done || a.UndoUntil.IsZero():
		return ErrNoUndo
	case !now.Before(a.UndoUntil):
		return ErrUndoOver
	}
	return nil
}

// Why an act cannot go on.
var (
	ErrChanged  = fault.New(fault.Conflict, "Something has changed since the preview. Nothing was done; look at it again.")
	ErrExpired  = fault.New(fault.Conflict, "This preview is too old. Nothing was done; look at it again.")
	ErrDone     = fault.New(fault.Conflict, "This was confirmed already.")
	ErrUndone   = fault.New(fault.Conflict, "This was undone already.")
	ErrNoUndo   = fault.New(fault.Conflict, "This cannot be undone.")
	ErrUndoOver = fault.New(fault.Conflict, "The time to undo this is over.")
)

// How long a preview can be confirmed, how long what was done can be taken
// back, and how long an act is kept at all; the audit stays.
const (
	ConfirmFor = time.Hour
	UndoFor    = 7 * 24 * time.Hour
	KeepFor    = 90 * 24 * time.Hour
)

// Asks gives the asker's reach for a permission, as facts do.
type Asks func(access.Permission) access.Reach

// Handler is what one kind of act does. Plan reads; Do and Undo are each one
// transaction of the store, which ends by marking the act, so that an act is
// never done twice and never half. Do works out the plan again inside it and
// asks the act whether it is Still the one that was confirmed.
type Handler interface {
	Kind() Kind
	Plan(ctx context.Context, asks Asks, subject string, input json.RawMessage) (Plan, error)
	Do(ctx context.Context, asks Asks, act Act) (Act, error)
	Undo(ctx context.Context, asks Asks, act Act) (Act, error)
}

// Query narrows the list of one's own acts.
type Query struct {
	Kind    Kind   // all where it is empty
	Subject string // all where it is empty
	Limit   int
}

// Size is the list's size in bounds.
func (q Query) Size() int {
	if q.Limit <= 0 || q.Limit > 100 {
		return 20
	}
	return q.Limit
}

// Store keeps acts. Act and Acts give those of the reach's own actor only.
type Store interface {
	AddAct(ctx context.Context, self access.Reach, act Act) error
	Act(ctx context.Context, self access.Reach, id ID) (Act, error)
	Acts(ctx context.Context, self access.Reach, query Query) ([]Act, error)
	SweepActs(ctx context.Context, before, doneBefore time.Time) error
}
