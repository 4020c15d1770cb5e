package management

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/mail"
)

// GrantStore is what giving access asks of the database. What lies outside a
// reach does not exist there. Each write is one whole change: it looks at the
// effect again and holds it against what was seen.
type GrantStore interface {
	Holdings(ctx context.Context, reach access.Reach, id access.AccountID) (Person, *time.Location, []access.Grant, error)
	GrantPlaces(ctx context.Context, reach access.Reach, to access.AccountID, q string) ([]GrantPlace, error)
	GrantPlace(ctx context.Context, reach access.Reach, to access.AccountID, at Spot) (GrantPlace, []access.Role, error)
	GrantPlaceOf(ctx context.Context, reach access.Reach, to, learner access.AccountID) (GrantPlace, error)
	PreviewGiving(ctx context.Context, reach access.Reach, g Giving) (GivingPreview, error)
	Give(ctx context.Context, reach access.Reach, g Giving, seen string) (access.GrantID, error)
	PreviewGrantEnd(ctx context.Context, reach access.Reach, id access.GrantID) (GivingPreview, error)
	EndGrant(ctx context.Context, reach access.Reach, id access.GrantID, reason, seen string) error
	ExtendGrant(ctx context.Context, reach access.Reach, id access.GrantID, until day.Day) error
	GrantsEnding(ctx context.Context, reach access.Reach, before time.Time, after GrantPosition, limit int) ([]EndingGrant, error)
	CursorKey(ctx context.Context) ([]byte, error)
	DueWarnings(ctx context.Context, now time.Time, limit int) ([]Warning, error)
	PostWarning(ctx context.Context, w Warning, letters []mail.Message) error
}

// GivingPreview is what giving, or ending, some access would change.
type GivingPreview struct {
	To       Person
	Holding  Holding // as it is, or would be
	Place    GrantPlace
	Effect   Effect
	Managers Managers // of the organization of who gets it
}

// Holdings lists what somebody holds and held, with who gave it, as far as the
// asker may know: of places outside of what they may ask about, only how many.
func (s *Service) Holdings(ctx context.Context, reach access.Reach, id access.AccountID) (Holdings, error) {
	if err := reach.For(access.AccessExplain); err != nil {
		return Holdings{}, err
	}
	person, zone, held, err := s.store.Holdings(ctx, reach, id)
	if err != nil {
		return Holdings{}, err
	}
	out := Holdings{Person: person}
	now := s.now()
	var ways []Way
	for _, g := range held {
		h := Holding{Grant: g, Zone: zone}
		covered, _ := reach.CoversThing(access.Thing{Place: g.Node.Path})
		switch {
		case !covered && !h.Over(now):
			out.Hidden++
		case covered:
			ways = append(ways, Way{Grant: g})
		}
	}
	if err := s.nameGivers(ctx, reach, ways); err != nil {
		return Holdings{}, err
	}
	for _, w := range ways {
		if h := (Holding{Grant: w.Grant, Given: w.Given, Zone: zone}); h.Over(now) {
			out.Past = append(out.Past, h)
		} else {
			out.Now = append(out.Now, h)
		}
	}
	sortHoldings(out.Now)
	sortHoldings(out.Past)
	slices.Reverse(out.Past)
	return out, nil
}

// GrantPlaces finds places where the asker may give somebody access, by name.
func (s *Service) GrantPlaces(ctx context.Context, reach access.Reach, to access.AccountID, q string) ([]GrantPlace, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return nil, err
	}
	if q = strings.TrimSpace(q); utf8.RuneCountInString(q) > 200 {
		return nil, fault.Field("q", "Search for at most 200 characters.")
	}
	return s.store.GrantPlaces(ctx, reach, to, q)
}

// GrantPlaceOf finds the place where a learner is, for who wants to let
// somebody see them.
func (s *Service) GrantPlaceOf(ctx context.Context, reach access.Reach, to, learner access.AccountID) (GrantPlace, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return GrantPlace{}, err
	}
	return s.store.GrantPlaceOf(ctx, reach, to, learner)
}

// RolesAt lists the roles that the asker may give somebody at a place: those
// that belong there and that are no more than the asker's own.
func (s *Service) RolesAt(ctx context.Context, reach access.Reach, to access.AccountID, at Spot) (GrantPlace, []access.Role, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return GrantPlace{}, nil, err
	}
	place, roles, err := s.store.GrantPlace(ctx, reach, to, at)
	if err != nil {
		return GrantPlace{}, nil, err
	}
	roles = slices.DeleteFunc(roles, func(role access.Role) bool {
		return !place.Offers(role) || !slices.ContainsFunc(place.Extents(role), func(e access.Extent) bool {
			return MayGiveAccess(reach, access.Grant{Role: role, Node: place.node(), Extent: e}) == nil
		})
	})
	return place, roles, nil
}

func (p GrantPlace) node() access.Node {
	return access.Node{Kind: p.Kind, ID: p.ID, Path: p.Path, Label: p.Name}
}

// Grant is what a giving comes to with a role at a place, or why it cannot be.
func (g Giving) Grant(reach access.Reach, place GrantPlace, role access.Role, zone *time.Location, now time.Time) (access.Grant, error) {
	if !place.Offers(role) {
		return access.Grant{}, ErrGiveRole
	}
	extents := place.Extents(role)
	if g.Usual {
		g.Extent = extents[0]
	}
	if !slices.Contains(extents, g.Extent) {
		return access.Grant{}, fault.Field("extent", "The role cannot go that far at this place.")
	}
	from, until, err := g.Dates(now, zone)
	if err != nil {
		return access.Grant{}, err
	}
	out := access.Grant{Holder: g.To, Role: role, Node: place.node(), Extent: g.Extent, From: from, Until: until, Reason: g.Reason}
	return out, MayGiveAccess(reach, out)
}

// MayEnd tells whether the asker may end or extend some access: it was given by
// hand, still counts or will, and is no more than the asker could give.
func MayEnd(reach access.Reach, h Holding, now time.Time) error {
	switch {
	case h.Source() != ByHand:
		return ErrEndElsewhere
	case h.Over(now):
		return ErrEndOver
	}
	return MayGiveAccess(reach, h.Grant)
}

// MayExtend tells whether the asker may move the last day of some access to another one.
func MayExtend(reach access.Reach, h Holding, now time.Time, until day.Day) error {
	if err := MayEnd(reach, h, now); err != nil {
		return err
	}
	switch {
	case reach.Actor().Account != "" && reach.Actor().Account == h.Grant.Holder:
		return ErrGiveSelf
	case h.LastDay().IsNone():
		return ErrExtendOpen
	case until.IsNone():
		return fault.Field("until", "Choose a day.")
	case until < h.LastDay():
		return fault.Field("until", "Choose a day no earlier than the last day until now.")
	}
	return nil
}

// PreviewGiving tells what giving somebody access would change (N-02).
func (s *Service) PreviewGiving(ctx context.Context, reach access.Reach, g Giving) (GivingPreview, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return GivingPreview{}, err
	}
	g, err := g.checked()
	if err != nil {
		return GivingPreview{}, err
	}
	return s.store.PreviewGiving(ctx, reach, g)
}

// Give gives somebody access. seen is what the preview stood for; where that
// has changed, or shows anybody and was not looked at, nothing is done. The
// manager limit counts.
func (s *Service) Give(ctx context.Context, reach access.Reach, g Giving, seen string) (access.GrantID, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return "", err
	}
	if reach.Actor().Account != "" && reach.Actor().Account == g.To {
		return "", ErrGiveSelf
	}
	g, err := g.checked()
	if err != nil {
		return "", err
	}
	return s.store.Give(ctx, reach, g, seen)
}

// PreviewEnd tells what ending some access would change.
func (s *Service) PreviewEnd(ctx context.Context, reach access.Reach, id access.GrantID) (GivingPreview, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return GivingPreview{}, err
	}
	return s.store.PreviewGrantEnd(ctx, reach, id)
}

// End takes access away, from the next request on.
func (s *Service) End(ctx context.Context, reach access.Reach, id access.GrantID, reason, seen string) error {
	if err := reach.For(access.GrantEdit); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) > longestReason {
		return fault.Field("reason", "Give the reason in at most 500 characters.")
	}
	return s.store.EndGrant(ctx, reach, id, reason, seen)
}

// Extend moves the last day of some access to a later one; the same day once
// more changes nothing.
func (s *Service) Extend(ctx context.Context, reach access.Reach, id access.GrantID, until day.Day) error {
	if err := reach.For(access.GrantEdit); err != nil {
		return err
	}
	return s.store.ExtendGrant(ctx, reach, id, until)
}

// endingSoon is how far ahead the list of ending access looks.
const endingSoon = 30 * 24 * time.Hour

// EndingGrant is some access that ends soon, with who holds it.
type EndingGrant struct {
	Person
	Holding
}

// EndingPage is a page of them, the first to end first.
type EndingPage struct {
	Items []EndingGrant
	Next  string
}

// GrantPosition is where a page of that list ended.
type GrantPosition struct {
	Until time.Time
	ID    access.GrantID
}

const endingsAtOnce = 50

// EndingSoon lists access given by hand, over people in the reach, that ends
// within thirty days.
func (s *Service) EndingSoon(ctx context.Context, reach access.Reach, after string) (EndingPage, error) {
	if err := reach.For(access.GrantEdit); err != nil {
		return EndingPage{}, err
	}
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return EndingPage{}, err
	}
	cursors := cursor.Of(key, reach, "ending access", nil)
	keys, err := cursors.Keys(after)
	if err != nil {
		return EndingPage{}, err
	}
	var from GrantPosition
	if len(keys) == 2 {
		at, err := strconv.ParseInt(keys[0], 10, 64)
		if err != nil {
			return EndingPage{}, cursor.ErrForeign
		}
		from = GrantPosition{time.UnixMicro(at).UTC(), access.GrantID(keys[1])}
	}
	var page EndingPage
	if page.Items, err = s.store.GrantsEnding(ctx, reach, s.now().Add(endingSoon), from, endingsAtOnce+1); err != nil {
		return EndingPage{}, err
	}
	if len(page.Items) > endingsAtOnce {
		page.Items = page.Items[:endingsAtOnce]
		last := page.Items[endingsAtOnce-1].Grant
		page.Next = cursors.After(strconv.FormatInt(last.Until.UnixMicro(), 10), string(last.ID))
	}
	ways := make([]Way, len(page.Items))
	for i, e := range page.Items {
		ways[i] = Way{Grant: e.Grant}
	}
	err = s.nameGivers(ctx, reach, ways)
	for i := range ways {
		page.Items[i].Given, page.Items[i].Grant.GivenBy = ways[i].Given, ""
	}
	return page, err
}
