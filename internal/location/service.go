package location

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Query asks for a page of locations of the organization one asks in: those
// directly below one, those that the asker sees and whose parent they do not
// (the top), or those whose name or external id holds a text.
type Query struct {
	Below   ID
	Q       string
	Cursor  string
	Limit   int
	Clients bool // those of the clients that the asker sees, too
}

// Size is the page's size in bounds.
func (q Query) Size() int {
	switch {
	case q.Limit <= 0:
		return 100
	case q.Limit > 1000:
		return 1000
	}
	return q.Limit
}

// Position is the row that a page ended with.
type Position struct {
	Folded string
	ID     ID
}

// Page is a page of locations by name. Found by a text they come with their trails.
type Page struct {
	Items []Found
	Next  string
}

// Store keeps locations. Each write is one whole change, made under the
// organization's row, so that two of them happen one after the other.
type Store interface {
	CursorKey(ctx context.Context) ([]byte, error)
	LocationSettings(ctx context.Context, reach access.Reach) (Settings, error)
	SwitchLocations(ctx context.Context, reach access.Reach, to Settings) ([]Holder, error)
	Locations(ctx context.Context, reach access.Reach, q Query, after Position) ([]Found, []Position, error)
	Location(ctx context.Context, reach access.Reach, id ID) (Details, error)
	AddLocation(ctx context.Context, reach access.Reach, n New) (ID, error)
	EditLocation(ctx context.Context, reach access.Reach, id ID, e Edit) error
	PreviewMove(ctx context.Context, reach access.Reach, id, parent ID) (Effect, error)
	MoveLocation(ctx context.Context, reach access.Reach, id, parent ID, seen string) error
	PreviewMerge(ctx context.Context, reach access.Reach, id, into ID) (Effect, error)
	MergeLocation(ctx context.Context, reach access.Reach, id, into ID, seen string) error
	RetireLocation(ctx context.Context, reach access.Reach, id ID) error
	PlanLocations(ctx context.Context, reach access.Reach, s Sheet) (bulk.Plan, error)
	ImportLocations(ctx context.Context, reach access.Reach, s Sheet, act bulk.Act) (bulk.Act, error)
	TakeLocationsBack(ctx context.Context, reach access.Reach, act bulk.Act) (bulk.Act, error)
	PlanConversion(ctx context.Context, reach access.Reach, to Settings) (bulk.Plan, error)
	ConvertRoles(ctx context.Context, reach access.Reach, to Settings, act bulk.Act) (bulk.Act, error)
	EachLocation(ctx context.Context, reach access.Reach, do func(Line) error) error
	LocationTypes(ctx context.Context, reach access.Reach) (Types, error)
	AddLocationType(ctx context.Context, reach access.Reach, n NewType) (TypeID, error)
	EditLocationType(ctx context.Context, reach access.Reach, id TypeID, n NewType) error
	RemoveLocationType(ctx context.Context, reach access.Reach, id TypeID) error
}

// Service holds the rules of locations.
type Service struct{ store Store }

// NewService makes the service.
func NewService(store Store) *Service { return &Service{store: store} }

// Settings tells whether the asker's organization uses locations.
func (s *Service) Settings(ctx context.Context, reach access.Reach) (Settings, error) {
	if err := reach.For(access.LocationView); err != nil {
		return Settings{}, err
	}
	return s.store.LocationSettings(ctx, reach)
}

// Switch turns the feature on and off for the asker's organization; there are
// no hierarchies without locations. While somebody holds a role that depends on
// what is to be switched off, nothing changes: the answer is ErrHeld with
// those people. What was placed stays placed.
func (s *Service) Switch(ctx context.Context, reach access.Reach, to Settings) ([]Holder, error) {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return nil, err
	}
	to.Hierarchies = to.Hierarchies && to.Locations
	return s.store.SwitchLocations(ctx, reach, to)
}

// List gives a page of locations in the reach.
func (s *Service) List(ctx context.Context, reach access.Reach, q Query) (Page, error) {
	if err := reach.For(access.LocationView); err != nil {
		return Page{}, err
	}
	return s.list(ctx, reach, q)
}

// Pick gives a page of locations that a list of learners can be narrowed to.
// The reach is that of the list: whoever sees learners at places may choose
// among these, and among no others.
func (s *Service) Pick(ctx context.Context, reach access.Reach, q Query) (Page, error) {
	if !reach.Carries().Location {
		return Page{}, fault.ErrForbidden
	}
	q.Clients = true
	return s.list(ctx, reach, q)
}

// Picked gives one of them.
func (s *Service) Picked(ctx context.Context, reach access.Reach, id ID) (Details, error) {
	if !reach.Carries().Location {
		return Details{}, fault.ErrForbidden
	}
	return s.store.Location(ctx, reach, id)
}

func (s *Service) list(ctx context.Context, reach access.Reach, q Query) (Page, error) {
	if q.Q = strings.TrimSpace(q.Q); utf8.RuneCountInString(q.Q) > 200 {
		return Page{}, fault.Field("q", "Search for at most 200 characters.")
	}
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return Page{}, err
	}
	cursors := cursor.Of(key, reach, "locations", []string{string(q.Below), q.Q, strconv.FormatBool(q.Clients)})
	keys, err := cursors.Keys(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	var after Position
	if len(keys) == 2 {
		after = Position{Folded: keys[0], ID: ID(keys[1])}
	}
	items, at, err := s.store.Locations(ctx, reach, q, after)
	page := Page{Items: items}
	if err == nil && len(items) > q.Size() {
		page.Items = items[:q.Size()]
		last := at[q.Size()-1]
		page.Next = cursors.After(last.Folded, string(last.ID))
	}
	return page, err
}

// Open gives one location in the reach.
func (s *Service) Open(ctx context.Context, reach access.Reach, id ID) (Details, error) {
	if err := reach.For(access.LocationView); err != nil {
		return Details{}, err
	}
	return s.store.Location(ctx, reach, id)
}

// Add creates a location below another in the reach, or at the top.
func (s *Service) Add(ctx context.Context, reach access.Reach, n New) (ID, error) {
	if err := reach.For(access.LocationEdit); err != nil {
		return "", err
	}
	var err error
	if n.Name, n.ExternalID, err = check(n.Name, n.ExternalID); err != nil {
		return "", err
	}
	return s.store.AddLocation(ctx, reach, n)
}

// Edit renames a location and gives it a type and an external id.
func (s *Service) Edit(ctx context.Context, reach access.Reach, id ID, e Edit) error {
	if err := reach.For(access.LocationEdit); err != nil {
		return err
	}
	var err error
	if e.Name, e.ExternalID, err = check(e.Name, e.ExternalID); err != nil {
		return err
	}
	return s.store.EditLocation(ctx, reach, id, e)
}

// PreviewMove tells who would gain and who would lose sight of whom if a
// location, with everything below it, moved under another or to the top (N-12).
func (s *Service) PreviewMove(ctx context.Context, reach access.Reach, id, parent ID) (Effect, error) {
	if err := reach.For(access.LocationEdit); err != nil {
		return Effect{}, err
	}
	return s.store.PreviewMove(ctx, reach, id, parent)
}

// Move moves a location. seen is the effect's that was looked at; where the
// effect is another by now, or was never looked at, nothing happens.
func (s *Service) Move(ctx context.Context, reach access.Reach, id, parent ID, seen string) error {
	if err := reach.For(access.LocationEdit); err != nil {
		return err
	}
	return s.store.MoveLocation(ctx, reach, id, parent, seen)
}

// PreviewMerge tells the same of merging a location into another.
func (s *Service) PreviewMerge(ctx context.Context, reach access.Reach, id, into ID) (Effect, error) {
	if err := reach.For(access.LocationEdit); err != nil {
		return Effect{}, err
	}
	return s.store.PreviewMerge(ctx, reach, id, into)
}

// Merge puts a location's people, roles and the locations below it under its
// successor, and retires it.
func (s *Service) Merge(ctx context.Context, reach access.Reach, id, into ID, seen string) error {
	if err := reach.For(access.LocationEdit); err != nil {
		return err
	}
	return s.store.MergeLocation(ctx, reach, id, into, seen)
}

// Retire takes a location out of use that nobody and nothing is placed at.
func (s *Service) Retire(ctx context.Context, reach access.Reach, id ID) error {
	if err := reach.For(access.LocationEdit); err != nil {
		return err
	}
	return s.store.RetireLocation(ctx, reach, id)
}

// Export hands every location in use in the reach to do, parents before what
// lies below them, as a file names them that an import reads again.
func (s *Service) Export(ctx context.Context, reach access.Reach, do func(Line) error) error {
	if err := reach.For(access.LocationView); err != nil {
		return err
	}
	return s.store.EachLocation(ctx, reach, do)
}

// Types lists the types of the asker's organization.
func (s *Service) Types(ctx context.Context, reach access.Reach) (Types, error) {
	if err := reach.For(access.LocationView); err != nil {
		return nil, err
	}
	return s.store.LocationTypes(ctx, reach)
}

// AddType adds a level below the others.
func (s *Service) AddType(ctx context.Context, reach access.Reach, n NewType) (TypeID, error) {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return "", err
	}
	var err error
	if n.Name, _, err = check(n.Name, ""); err != nil {
		return "", err
	}
	return s.store.AddLocationType(ctx, reach, n)
}

// EditType renames a type and says what it needs above it; locations that do
// not fit any more are in the way.
func (s *Service) EditType(ctx context.Context, reach access.Reach, id TypeID, n NewType) error {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return err
	}
	var err error
	if n.Name, _, err = check(n.Name, ""); err != nil {
		return err
	}
	return s.store.EditLocationType(ctx, reach, id, n)
}

// RemoveType removes a type that nothing uses.
func (s *Service) RemoveType(ctx context.Context, reach access.Reach, id TypeID) error {
	if err := reach.For(access.OrganizationConfigure); err != nil {
		return err
	}
	return s.store.RemoveLocationType(ctx, reach, id)
}
