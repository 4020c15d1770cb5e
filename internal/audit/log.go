package audit

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Query narrows the log; what is empty narrows nothing.
type Query struct {
	From, Until time.Time        // from this instant on, up to before that one
	Actor       access.AccountID // who did it
	Action      string           // as in "reporter.appointed", or "reporter." for all of a kind
	Kind        string           // of the subject
	Subject     string           // id of the subject
	Person      access.AccountID // who did it, to whom it was done, or who is named in it
	Request     string           // id of the request it was done in
	Quiet       bool             // without sign-ins and their ends, which crowd out the rest
	Cursor      string
	Limit       int
}

// Size is the page's size in bounds.
func (q Query) Size() int {
	if q.Limit <= 0 {
		return 50
	}
	return min(q.Limit, 200)
}

// Active tells whether anything is narrowed.
func (q Query) Active() bool {
	q.Cursor, q.Limit = "", 0
	return q != Query{}
}

// Name is what an id stands for. A hidden one lies outside what the reader may
// see: neither its id nor its name is told.
type Name struct {
	Kind   string // account, organization, location, purchase, product, group, team, deal
	ID     string
	Name   string
	Hidden bool
}

// Masked stands in Before and After for what the reader may not see.
const Masked = "hidden"

// Entry is an event as the log tells it to somebody.
type Entry struct {
	ID           string
	At           time.Time
	Organization Name
	Actor        Name   // empty where System did it
	Inside       Name   // the client that the actor worked in; empty in their own organization
	System       string // a named piece of the system
	Token        string // id of the API token that spoke for the actor
	Action       string
	Subject      Name
	Before       any // as JSON has it, with Masked for what is hidden
	After        any
	Reason       string
	RequestID    string
	Names        map[string]Name // of the ids in Before and After
}

// Person is the first person that the change names, to be spoken of in its sentence.
func (e *Entry) Person() (Name, bool) {
	for _, of := range []any{e.After, e.Before} {
		fields, _ := of.(map[string]any)
		for _, key := range []string{"reporter", "account", "buyer", "members"} {
			value := fields[key]
			if list, ok := value.([]any); ok && len(list) == 1 {
				value = list[0]
			}
			if id, ok := value.(string); ok && id != "" {
				if id == Masked {
					return Name{Kind: "account", Hidden: true}, true
				}
				if n, known := e.Names[id]; known {
					return n, true
				}
			}
		}
	}
	return Name{}, false
}

// Page is a page of the log, the latest first.
type Page struct {
	Items []Entry
	Next  string
}

// Record is an event as it is stored.
type Record struct {
	Entry
	ActorID        access.AccountID
	OrganizationID access.OrgID
	InsideID       access.OrgID
	BeforeJSON     string
	AfterJSON      string
}

// Position is the place of an event in the log.
type Position struct {
	At time.Time
	ID string
}

// Store reads the log. An event outside the reach does not exist.
type Store interface {
	// AuditEvents lists events of the reach, the latest first, from after a position on.
	AuditEvents(ctx context.Context, reach access.Reach, q Query, after Position, limit int) ([]Record, error)
	// AuditCount counts events of the reach, and no further than most.
	AuditCount(ctx context.Context, reach access.Reach, q Query, most int) (int, error)
	// AuditNames says what ids stand for; those that are unknown are left out.
	AuditNames(ctx context.Context, reach access.Reach, ids []string) (map[string]Name, error)
	// NoteExport writes into the log that it was taken away.
	NoteExport(ctx context.Context, reach access.Reach, q Query, format string) error
	// AuditKey is what cursors are signed with.
	AuditKey(ctx context.Context) ([]byte, error)
}

// Service tells the log to those who may read it.
type Service struct{ store Store }

// NewService makes the service.
func NewService(store Store) *Service { return &Service{store} }

// Events reads a page of the log.
func (s *Service) Events(ctx context.Context, reach access.Reach, q Query) (Page, error) {
	if err := reach.For(access.AuditView); err != nil {
		return Page{}, err
	}
	if err := q.check(); err != nil {
		return Page{}, err
	}
	key, err := s.store.AuditKey(ctx)
	if err != nil {
		return Page{}, err
	}
	narrowed := q
	narrowed.Cursor, narrowed.Limit = "", 0
	list := cursor.Of(key, reach, "audit", narrowed)
	keys, err := list.Keys(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	after, err := positionOf(keys)
	if err != nil {
		return Page{}, err
	}
	size := q.Size()
	items, err := s.read(ctx, reach, q, after, size+1)
	page := Page{Items: items}
	if len(items) > size {
		page.Items = items[:size]
		last := items[size-1]
		page.Next = list.After(strconv.FormatInt(last.At.UnixMicro(), 10), last.ID)
	}
	return page, err
}

// SignIns is the area of the log that Quiet leaves out.
const SignIns = "session."

// MostCounted is how far Count counts.
const MostCounted = 1000

// Count tells how many events a query finds; more says that there are more than that.
func (s *Service) Count(ctx context.Context, reach access.Reach, q Query) (n int, more bool, err error) {
	if err := reach.For(access.AuditView); err != nil {
		return 0, false, err
	}
	if err := q.check(); err != nil {
		return 0, false, err
	}
	n, err = s.store.AuditCount(ctx, reach, q, MostCounted+1)
	return min(n, MostCounted), n > MostCounted, err
}

// positionOf reads the keys of a cursor.
func positionOf(keys []string) (Position, error) {
	if len(keys) == 0 {
		return Position{}, nil
	}
	if len(keys) != 2 {
		return Position{}, cursor.ErrForeign
	}
	at, err := strconv.ParseInt(keys[0], 10, 64)
	if err != nil {
		return Position{}, cursor.ErrForeign
	}
	return Position{At: time.UnixMicro(at).UTC(), ID: keys[1]}, nil
}

// exportStep is how many events an export reads at a time.
const exportStep = 500

// Export hands over every event of a query, the latest first, up to those of
// the moment it begins. That it is taken is noted before the first one goes out.
func (s *Service) Export(ctx context.Context, reach access.Reach, q Query, format string, each func(Entry) error) error {
	if err := reach.For(access.AuditView); err != nil {
		return err
	}
	if err := q.check(); err != nil {
		return err
	}
	if at := reach.At(); q.Until.IsZero() || q.Until.After(at) {
		q.Until = at
	}
	for after := (Position{}); ; {
		items, err := s.read(ctx, reach, q, after, exportStep)
		if err != nil {
			return err
		}
		if after.ID == "" { // before anything is handed over
			if err := s.store.NoteExport(ctx, reach, q, format); err != nil {
				return err
			}
		}
		for i := range items {
			if err := each(items[i]); err != nil {
				return err
			}
		}
		if len(items) < exportStep {
			return nil
		}
		last := items[len(items)-1]
		after = Position{At: last.At, ID: last.ID}
	}
}

// read reads events and says what they speak of, as far as the reach goes.
func (s *Service) read(ctx context.Context, reach access.Reach, q Query, after Position, limit int) ([]Entry, error) {
	if asked := q.people(); len(asked) > 0 {
		// Whoever asks after somebody unseen learns nothing, not even that they did something here.
		names, err := s.store.AuditNames(ctx, reach, asked)
		if err != nil {
			return nil, err
		}
		for _, id := range asked {
			if n, known := names[id]; !known || n.Hidden {
				return nil, nil
			}
		}
	}
	found, err := s.store.AuditEvents(ctx, reach, q, after, limit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := map[string]bool{}
	for i := range found {
		f := &found[i]
		if f.Before, err = valueOf(f.BeforeJSON); err == nil {
			f.After, err = valueOf(f.AfterJSON)
		}
		if err != nil {
			return nil, err
		}
		for _, id := range []string{string(f.ActorID), string(f.OrganizationID), string(f.InsideID), f.Subject.ID} {
			ids[id] = true
		}
		gather(f.Before, ids)
		gather(f.After, ids)
	}
	delete(ids, "")
	names, err := s.store.AuditNames(ctx, reach, sorted(ids))
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(found))
	for i := range found {
		out[i] = found[i].told(names)
	}
	return out, nil
}

// people are those whom the query asks after.
func (q Query) people() []string {
	var out []string
	for _, id := range []access.AccountID{q.Actor, q.Person} {
		if id != "" {
			out = append(out, string(id))
		}
	}
	return out
}

func (q Query) check() error {
	if !q.From.IsZero() && !q.Until.IsZero() && !q.From.Before(q.Until) {
		return fault.Field("to", "The last day must not be before the first one.")
	}
	return nil
}

func valueOf(text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	var out any
	err := json.Unmarshal([]byte(text), &out)
	return out, err
}
