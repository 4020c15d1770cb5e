package content

import (
	"context"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// LibraryStore keeps what the library holds. Each write is one whole change.
type LibraryStore interface {
	Library(ctx context.Context, reach access.Reach, query LibraryQuery) (LibraryPage, error)
	LibraryItem(ctx context.Context, reach access.Reach, id ProductID) (Item, error)
	AddActivity(ctx context.Context, reach access.Reach, n NewActivity) (ProductID, error)
	EditActivity(ctx context.Context, reach access.Reach, id ProductID, revision int64, n NewActivity) error
	AddProgram(ctx context.Context, reach access.Reach, n NewProgram) (ProductID, error)
	EditProgram(ctx context.Context, reach access.Reach, id ProductID, revision int64, n NewProgram) error
}

// ErrEdited tells the second of two people who edited the same.
var ErrEdited = fault.New(fault.Conflict, "Somebody else has changed this in the meantime. Look at what it says now, then save again.")

// Item is one entry of the library: an activity, or a program with what is in it.
type Item struct {
	Activity          // of a program: its ids, title and organization only
	Program  bool     // it is a program
	Parts    []InItem // of a program, in its order
	Size     int      // how many activities a program has
	Revision int64    // moves with every change
	// Holders is how many people hold a redeemed seat of it whose access has not
	// ended, and Purchases how many purchases there are of it. Both are filled
	// in for a single item only.
	Holders, Purchases int
}

// InItem is an activity as a program shows it.
type InItem struct {
	ID       ProductID
	Title    string
	Kind     Kind
	Required bool
}

// ProgramKind is what a query says for programs, beside the kinds of activity.
const ProgramKind Kind = "program"

// LibraryQuery asks for a page of the library, by title.
type LibraryQuery struct {
	Q      string // looks into titles and external ids
	Kind   Kind   // of activity, or ProgramKind; empty: all
	Cursor Cursor
	Limit  int
}

// Size is the page's size in bounds.
func (q LibraryQuery) Size() int {
	switch {
	case q.Limit <= 0:
		return 50
	case q.Limit > 2000:
		return 2000
	}
	return q.Limit
}

// LibraryPage is a page of the library; Total counts all that the query finds.
type LibraryPage struct {
	Items []Item
	Next  Cursor
	Total int
}

// Cursor is where the next page begins; the empty one is the first page. It is
// opaque to those who hand it back.
type Cursor string

// CursorAfter makes the cursor that continues after an entry.
func CursorAfter(folded string, id ProductID) Cursor {
	return Cursor(base64.RawURLEncoding.EncodeToString([]byte(string(id) + " " + folded)))
}

// Entry gives back what CursorAfter was made of.
func (c Cursor) Entry() (folded string, id ProductID, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(string(c))
	name, folded, ok := strings.Cut(string(raw), " ")
	if err != nil || !ok || name == "" || !utf8.Valid(raw) || strings.ContainsRune(string(raw), 0) {
		return "", "", fault.Field("cursor", "This is not a cursor of this list.")
	}
	return folded, ProductID(name), nil
}

// Library lists what the asker's organization has to offer, by title.
func (s *Service) Library(ctx context.Context, reach access.Reach, query LibraryQuery) (LibraryPage, error) {
	if err := reach.For(access.ActivityView); err != nil {
		return LibraryPage{}, err
	}
	return s.store.Library(ctx, reach, query)
}

// LibraryItem gives one entry of the library, with what is in it and who holds it.
func (s *Service) LibraryItem(ctx context.Context, reach access.Reach, id ProductID) (Item, error) {
	if err := reach.For(access.ActivityView); err != nil {
		return Item{}, err
	}
	return s.store.LibraryItem(ctx, reach, id)
}

// AddActivity puts a link into the library of the asker's organization.
func (s *Service) AddActivity(ctx context.Context, reach access.Reach, n NewActivity) (ProductID, error) {
	if err := reach.For(access.ActivityEdit); err != nil {
		return "", err
	}
	n = n.tidy()
	if err := n.check(Activity{Kind: Link}); err != nil {
		return "", err
	}
	return s.store.AddActivity(ctx, reach, n)
}

// EditActivity changes an activity, as it was at a revision. What kind it is
// stays; what learners did in it stays theirs.
func (s *Service) EditActivity(ctx context.Context, reach access.Reach, id ProductID, revision int64, n NewActivity) error {
	if err := reach.For(access.ActivityEdit); err != nil {
		return err
	}
	return s.store.EditActivity(ctx, reach, id, revision, n.tidy())
}

// AddProgram puts a program into the library of the asker's organization.
func (s *Service) AddProgram(ctx context.Context, reach access.Reach, n NewProgram) (ProductID, error) {
	if err := reach.For(access.ActivityEdit); err != nil {
		return "", err
	}
	n = n.tidy()
	if err := n.check(); err != nil {
		return "", err
	}
	return s.store.AddProgram(ctx, reach, n)
}

// EditProgram changes a program, as it was at a revision. An activity that is
// taken out is no part of it from now on; people who are enrolled in it stay
// so. One that is put in comes to seats redeemed from now on, and to the people
// who hold one already only where the change says so.
func (s *Service) EditProgram(ctx context.Context, reach access.Reach, id ProductID, revision int64, n NewProgram) error {
	if err := reach.For(access.ActivityEdit); err != nil {
		return err
	}
	n = n.tidy()
	if err := n.check(); err != nil {
		return err
	}
	return s.store.EditProgram(ctx, reach, id, revision, n)
}
