package team

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Store is what the package asks of the database. people says whose names and
// numbers may be told. What lies outside of a reach does not exist there, and
// each write decides again inside its transaction.
type Store interface {
	CursorKey(ctx context.Context) ([]byte, error)
	Teams(ctx context.Context, reach, people access.Reach, q Query, after Position, limit int) (list []Team, total int, err error)
	Team(ctx context.Context, reach, people access.Reach, id access.TeamID) (Team, error)
	TeamMembers(ctx context.Context, reach, people access.Reach, id access.TeamID, q MemberQuery, after MemberPosition, limit int) (list []Member, total int, err error)
	TeamsOf(ctx context.Context, reach, people access.Reach, ids []access.AccountID) (map[access.AccountID][]Membership, error)
	EachMembership(ctx context.Context, reach, people access.Reach, id access.TeamID, do func(Team, Member) error) error

	CreateTeam(ctx context.Context, reach, people access.Reach, d Draft) (Made, error)
	RenameTeam(ctx context.Context, reach access.Reach, id access.TeamID, name string) error
	PlanTeam(ctx context.Context, kind bulk.Kind, asks bulk.Asks, id access.TeamID, in Input) (bulk.Plan, error)
	ChangeTeam(ctx context.Context, kind bulk.Kind, asks bulk.Asks, id access.TeamID, in Input, confirm Confirm) (bulk.Plan, error)
	ActOnTeam(ctx context.Context, asks bulk.Asks, act bulk.Act, in Input) (bulk.Act, error)
	TakeTeamBack(ctx context.Context, asks bulk.Asks, act bulk.Act) (bulk.Act, error)

	ShareStore
}

// Service answers which teams there are and who is in them, and changes that.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService makes the service over a store with its clock.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Query narrows the list of teams.
type Query struct {
	Q      string // part of the name
	Mine   bool   // those that the asker owns
	Cursor string
	Limit  int
}

// Position is where a page of teams ended: the asker's own stand first.
type Position struct {
	Theirs bool
	Folded string
	ID     access.TeamID
}

// Page is a page of teams; Total counts all that the query finds.
type Page struct {
	Items []Team
	Next  string
	Total int
}

const (
	defaultLimit = 50
	largestLimit = 200
)

func size(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, largestLimit)
}

// List lists the teams that the asker may list, their own first, then by name.
func (s *Service) List(ctx context.Context, reach, people access.Reach, q Query) (Page, error) {
	if err := reach.For(access.TeamList); err != nil {
		return Page{}, err
	}
	if q.Q = strings.TrimSpace(q.Q); utf8.RuneCountInString(q.Q) > 200 {
		return Page{}, fault.Field("q", "Search for at most 200 characters.")
	}
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return Page{}, err
	}
	cursors := cursor.Of(key, reach, "teams", []string{q.Q, strconv.FormatBool(q.Mine)})
	keys, err := cursors.Keys(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	var after Position
	if len(keys) == 3 {
		after = Position{keys[0] == "theirs", keys[1], access.TeamID(keys[2])}
	}
	limit := size(q.Limit)
	var page Page
	if page.Items, page.Total, err = s.store.Teams(ctx, reach, people, q, after, limit+1); err != nil {
		return Page{}, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		last := page.Items[limit-1]
		whose := "own"
		if last.Owner == "" || last.Owner != reach.Actor().Account {
			whose = "theirs"
		}
		page.Next = cursors.After(whose, last.Folded, string(last.ID))
	}
	return page, nil
}

// Open finds a team that the asker may look into.
func (s *Service) Open(ctx context.Context, reach, people access.Reach, id access.TeamID) (Team, error) {
	if err := opens(reach); err != nil {
		return Team{}, err
	}
	return s.store.Team(ctx, reach, people, id)
}

// opens lists what one may have a team found for.
func opens(reach access.Reach) error {
	for _, p := range []access.Permission{access.TeamEdit, access.TeamShare} {
		if reach.Permission() == p {
			return reach.For(p)
		}
	}
	return reach.For(access.TeamView)
}

// Create makes a team, whose owner is who makes it (M-116). Nobody else sees
// anybody by it before it is shared.
func (s *Service) Create(ctx context.Context, reach, people access.Reach, d Draft) (Made, error) {
	if err := reach.For(access.TeamCreate); err != nil {
		return Made{}, err
	}
	var err error
	if d.Name, err = checkName(d.Name); err != nil {
		return Made{}, err
	}
	if len(d.People) > MostAtOnce {
		return Made{}, ErrTooMany
	}
	return s.store.CreateTeam(ctx, reach, people, d)
}

// Rename gives a team another name.
func (s *Service) Rename(ctx context.Context, reach access.Reach, id access.TeamID, name string) error {
	if err := reach.For(access.TeamEdit); err != nil {
		return err
	}
	name, err := checkName(name)
	if err != nil {
		return err
	}
	return s.store.RenameTeam(ctx, reach, id, name)
}

// Preview tells what an act on a team would do, without keeping it.
func (s *Service) Preview(ctx context.Context, reach access.Reach, asks bulk.Asks, kind bulk.Kind, id access.TeamID, in Input) (bulk.Plan, error) {
	if err := reach.For(access.TeamEdit); err != nil {
		return bulk.Plan{}, err
	}
	if err := in.check(kind); err != nil {
		return bulk.Plan{}, err
	}
	return s.store.PlanTeam(ctx, kind, asks, id, in)
}

// Do does it at once, for whoever has seen what it changes: seen is what the
// preview's effect stood for.
func (s *Service) Do(ctx context.Context, reach access.Reach, asks bulk.Asks, kind bulk.Kind, id access.TeamID, in Input, seen string) (bulk.Plan, error) {
	if err := reach.For(access.TeamEdit); err != nil {
		return bulk.Plan{}, err
	}
	if err := in.check(kind); err != nil {
		return bulk.Plan{}, err
	}
	return s.store.ChangeTeam(ctx, kind, asks, id, in, func(plan bulk.Plan) error {
		effect, err := EffectOf(plan)
		if err != nil {
			return err
		}
		return effect.Confirmed(seen)
	})
}

// Confirm looks at what is about to be done and may stop it.
type Confirm func(bulk.Plan) error

func readInput(raw json.RawMessage) (in Input, err error) {
	err = json.Unmarshal(raw, &in)
	return in, err
}
