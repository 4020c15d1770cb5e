// Package management is about access itself: what people hold, why somebody
// can see somebody, and who can see a learner. It decides nothing of its own;
// every answer comes from access, over grants read at one moment.
package management

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Person is an account as an answer names it.
type Person struct {
	ID    access.AccountID
	Name  string
	Email string
}

// Store is what the service asks of the database.
type Store interface {
	Placing
	// Placed finds a person of the reach with their placement.
	Placed(ctx context.Context, reach access.Reach, id access.AccountID) (Person, access.Placement, error)
	// People names those of the ids that the reach covers.
	People(ctx context.Context, reach access.Reach, ids []access.AccountID) (map[access.AccountID]Person, error)
	// Facts loads what an account holds.
	Facts(ctx context.Context, realm access.RealmID, id access.AccountID) (access.Facts, error)
	// Colleagues names those of the ids that are of the asker's own organization.
	Colleagues(ctx context.Context, self access.Reach, ids []access.AccountID) (map[access.AccountID]Person, error)
	// GrantsOver lists grants of anybody that could lead to a learner placed there.
	GrantsOver(ctx context.Context, realm access.RealmID, l access.Placement) ([]access.Grant, error)
	// SystemGroup finds a group that an organization in the reach came with.
	SystemGroup(ctx context.Context, reach access.Reach, organization access.OrgID, key string) (access.GroupID, error)
	// AddMembers puts people into a group of an organization in the reach.
	AddMembers(ctx context.Context, reach access.Reach, group access.GroupID, people []access.AccountID) error
	GrantStore
}

// Service explains access.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService makes the service with its clock.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Sight is every permission by which one person sees another.
func Sight() []access.Permission {
	return []access.Permission{access.LearnerView, access.EnrollmentView, access.MatrixView, access.ReportView, access.DashboardView}
}

// Way is one path from a person to a learner: end it and this path is gone.
type Way struct {
	Grant       access.Grant
	Permissions []access.Permission // what it lets the person see
	Given       Giver
}

// Giver is who gave access: somebody, whom the asker may not always know, or a
// piece of Ambit. All of it is empty where access follows from something else.
type Giver struct {
	Person
	System string // as in "roster import"
	Hidden bool   // somebody outside of what the asker may ask about
}

// Answer tells why a person can see a learner, or what is missing.
type Answer struct {
	Actor, Learner Person
	Allowed        bool
	Ways           []Way
	Nearest        *access.Nearly
	Near           Way // the nearest link, with who gave it
}

// Explain answers "why can this person see this learner?" and "why not?"
// (N-01). The asker needs access.explain over both. With access.None any kind
// of sight counts.
func (s *Service) Explain(ctx context.Context, reach access.Reach, actor, learner access.AccountID, p access.Permission) (Answer, error) {
	if err := reach.For(access.AccessExplain); err != nil {
		return Answer{}, err
	}
	var a Answer
	var placement access.Placement
	var err error
	if a.Actor, _, err = s.store.Placed(ctx, reach, actor); err != nil {
		return Answer{}, err
	}
	if a.Learner, placement, err = s.store.Placed(ctx, reach, learner); err != nil {
		return Answer{}, err
	}
	facts, err := s.store.Facts(ctx, reach.Actor().Realm, actor)
	if err != nil {
		return Answer{}, err
	}
	asked := Sight()
	if p != access.None {
		asked = []access.Permission{p}
	}
	now := s.now()
	for _, p := range asked {
		e := facts.Explain(p, now, placement)
		a.Allowed = a.Allowed || e.Allowed
		a.Ways = addWays(a.Ways, p, e.Because)
		if a.Nearest == nil {
			a.Nearest = e.Nearest
		}
	}
	if a.Allowed {
		a.Nearest = nil
		return a, s.nameGivers(ctx, reach, a.Ways)
	}
	if a.Nearest != nil && a.Nearest.Missing != access.NoGrant {
		near := []Way{{Grant: a.Nearest.Grant}}
		err = s.nameGivers(ctx, reach, near)
		a.Near = near[0]
	}
	return a, err
}

// nameGivers says who gave each way, where the asker may know.
func (s *Service) nameGivers(ctx context.Context, reach access.Reach, ways ...[]Way) error {
	var ids []access.AccountID
	for _, list := range ways {
		for i := range list {
			if by := list[i].Grant.GivenBy; isAccount(by) {
				ids = append(ids, access.AccountID(by))
			}
		}
	}
	people := map[access.AccountID]Person{}
	if len(ids) > 0 {
		var err error
		slices.Sort(ids)
		if people, err = s.store.People(ctx, reach, slices.Compact(ids)); err != nil {
			return err
		}
	}
	for _, list := range ways {
		for i := range list {
			w := &list[i]
			by := w.Grant.GivenBy
			person, known := people[access.AccountID(by)]
			switch {
			case known:
				w.Given = Giver{Person: person}
			case isAccount(by):
				w.Given = Giver{Hidden: true}
			default:
				w.Given = Giver{System: by}
			}
			w.Grant.GivenBy = "" // told above, as far as it may be
		}
	}
	return nil
}

// isAccount tells the id of an account from the name of a piece of Ambit.
func isAccount(by string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	return len(by) == 26 && strings.Trim(by, letters) == ""
}

// addWays gathers by grant, so that each path stands once.
func addWays(ways []Way, p access.Permission, because []access.Grant) []Way {
	for _, g := range because {
		i := slices.IndexFunc(ways, func(w Way) bool { return sameGrant(w.Grant, g) })
		if i < 0 {
			ways = append(ways, Way{Grant: g})
			i = len(ways) - 1
		}
		ways[i].Permissions = append(ways[i].Permissions, p)
	}
	return ways
}

// sameGrant compares rows by id, and what follows from a fact by place and role.
func sameGrant(a, b access.Grant) bool {
	return a.ID == b.ID && a.Holder == b.Holder && a.Role.Key == b.Role.Key && a.Node.Kind == b.Node.Kind && a.Node.ID == b.Node.ID
}

// Viewer is a person who can see the learner, with every way that leads there.
type Viewer struct {
	Person
	Ways []Way
}

// Viewers is the answer to "who can see this learner?".
type Viewers struct {
	Learner Person
	Viewers []Viewer
	// Others counts viewers whom the asker may not ask about (administrators of a parent organization).
	Others int
}

// Viewers turns the question around: everybody who can see the learner now.
func (s *Service) Viewers(ctx context.Context, reach access.Reach, learner access.AccountID) (Viewers, error) {
	if err := reach.For(access.AccessExplain); err != nil {
		return Viewers{}, err
	}
	var out Viewers
	var placement access.Placement
	var err error
	if out.Learner, placement, err = s.store.Placed(ctx, reach, learner); err != nil {
		return Viewers{}, err
	}
	held, err := s.store.GrantsOver(ctx, reach.Actor().Realm, placement)
	if err != nil {
		return Viewers{}, err
	}
	holders, byHolder := s.holders(placement, held)
	people, err := s.store.People(ctx, reach, holders)
	if err != nil {
		return Viewers{}, err
	}
	for _, id := range holders {
		person, seen := people[id]
		if !seen {
			out.Others++
			continue
		}
		out.Viewers = append(out.Viewers, Viewer{Person: person, Ways: byHolder[id]})
	}
	slices.SortFunc(out.Viewers, byName)
	ways := make([][]Way, len(out.Viewers))
	for i := range out.Viewers {
		ways[i] = out.Viewers[i].Ways
	}
	return out, s.nameGivers(ctx, reach, ways...)
}

// holders lists who sees a learner placed there by the grants, with every way.
func (s *Service) holders(l access.Placement, held []access.Grant) ([]access.AccountID, map[access.AccountID][]Way) {
	byHolder := map[access.AccountID][]Way{}
	var holders []access.AccountID
	for _, p := range Sight() {
		for _, g := range access.Viewers(p, s.now(), l, held) {
			if _, known := byHolder[g.Holder]; !known {
				holders = append(holders, g.Holder)
			}
			byHolder[g.Holder] = addWays(byHolder[g.Holder], p, []access.Grant{g})
		}
	}
	return holders, byHolder
}

func byName(a, b Viewer) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }

// Mine lists the ways by which the actor of the facts sees others now, for
// the page "What can I see?".
func Mine(facts access.Facts, now time.Time) []Way {
	var out []Way
	for _, p := range Sight() {
		for _, b := range facts.For(p, now).Blocks() {
			if !b.Own {
				out = addWays(out, p, []access.Grant{b.Grant()})
			}
		}
	}
	return out
}
