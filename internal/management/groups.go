package management

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Group is people who act together: what policies give it, each member has.
type Group struct {
	ID             access.GroupID
	Organization   access.OrgID
	Name           string
	System         string // key of a group that its organization came with; else empty
	Members        int    // who are members, or will be
	Policies       int    // that it holds
	Created, Ended time.Time
}

// GroupMember is somebody's membership.
type GroupMember struct {
	Person
	From, Until time.Time
}

// GroupDetails is one group: who is in it, who was, and what it gives.
type GroupDetails struct {
	Group
	Zone    *time.Location
	Members []GroupMember // now, or later
	Past    []GroupMember // the latest first
	Others  int           // members whom the asker may not know, or beyond the first
	Given   []GroupGift
	Managers
}

// GroupGift is what a policy gives the members of a group at one place.
type GroupGift struct {
	Policy access.PolicyID
	Name   string
	System string // key of a policy that the organization came with
	Grant  access.Grant
}

// GroupAct is what is done to a group's members as a whole.
type GroupAct string

// The acts.
const (
	JoinGroup    GroupAct = "join"
	LeaveGroup   GroupAct = "leave"
	EndGroup     GroupAct = "end"
	RestoreGroup GroupAct = "restore"
)

// GroupChange changes who has what a group gives. From and Until are the first
// and the last day of those who join, None: at once, and until somebody ends it.
type GroupChange struct {
	Group       access.GroupID
	Act         GroupAct
	People      []access.AccountID // who join or leave
	From, Until day.Day
	Reason      string
}

// GroupPreview is what such a change comes to.
type GroupPreview struct {
	Group    Group
	Zone     *time.Location
	People   []Person // whom it is about, as far as the asker may know
	Given    []GroupGift
	From     time.Time // when a membership begins, and when it ends by itself
	Until    time.Time
	Effect   Effect
	Managers Managers // of the organization, before it
}

// The refusals of groups.
var (
	ErrGroupName   = fault.Field("name", "There is a group of this name already.")
	ErrGroupSystem = fault.New(fault.Conflict, "A group that Ambit comes with can be neither renamed nor ended.")
	ErrGroupEnded  = fault.New(fault.Conflict, "This group has ended.")
	ErrGroupLive   = fault.New(fault.Conflict, "This group has not ended.")
	ErrMembers     = fault.New(fault.Conflict, "They are members already.")
	ErrNoMembers   = fault.New(fault.Conflict, "One of these people is no member.")
	ErrNotOurs     = fault.Field("people", "One of these people does not belong to the organization.")
)

// membersAtOnce is how many people can be added together.
const membersAtOnce = 100

// GroupStore keeps groups. Each write is one whole change under the row of the
// organization: it looks at the effect again and holds it against what was seen.
type GroupStore interface {
	Groups(ctx context.Context, reach access.Reach) ([]Group, error)
	OpenGroup(ctx context.Context, reach access.Reach, id access.GroupID) (GroupDetails, error)
	// FindPeople finds people of the asker's organization who can be given something, by name or address.
	FindPeople(ctx context.Context, reach access.Reach, q string, limit int) ([]Person, error)
	// PeopleHere names those of the ids who can be given something there.
	PeopleHere(ctx context.Context, reach access.Reach, ids []access.AccountID) ([]Person, error)
	AddGroup(ctx context.Context, reach access.Reach, name string) (access.GroupID, error)
	RenameGroup(ctx context.Context, reach access.Reach, id access.GroupID, name string) error
	PreviewGroup(ctx context.Context, reach access.Reach, c GroupChange) (GroupPreview, error)
	ChangeGroup(ctx context.Context, reach access.Reach, c GroupChange, seen string) error
}

// Groups holds the rules of groups.
type Groups struct{ store GroupStore }

// NewGroups makes the service.
func NewGroups(store GroupStore) *Groups { return &Groups{store} }

// List gives the groups of the asker's organization by name, ended ones last.
func (s *Groups) List(ctx context.Context, reach access.Reach) ([]Group, error) {
	if err := reach.For(access.GroupView); err != nil {
		return nil, err
	}
	return s.store.Groups(ctx, reach)
}

// Open gives one group of the asker's organization.
func (s *Groups) Open(ctx context.Context, reach access.Reach, id access.GroupID) (GroupDetails, error) {
	if err := reach.For(access.GroupView); err != nil {
		return GroupDetails{}, err
	}
	return s.store.OpenGroup(ctx, reach, id)
}

// peopleFound is how many people a search shows.
const peopleFound = 20

// Find finds people who can become members, by name or address.
func (s *Groups) Find(ctx context.Context, reach access.Reach, q string) ([]Person, error) {
	if err := reach.For(access.GroupEdit); err != nil {
		return nil, err
	}
	return find(ctx, s.store, reach, q)
}

func find(ctx context.Context, store GroupStore, reach access.Reach, q string) ([]Person, error) {
	if q = strings.TrimSpace(q); utf8.RuneCountInString(q) > 200 {
		return nil, fault.Field("q", "Search for at most 200 characters.")
	}
	return store.FindPeople(ctx, reach, q, peopleFound)
}

// Named names those of some people who can become members.
func (s *Groups) Named(ctx context.Context, reach access.Reach, ids []access.AccountID) ([]Person, error) {
	if err := reach.For(access.GroupEdit); err != nil {
		return nil, err
	}
	return s.store.PeopleHere(ctx, reach, ids[:min(len(ids), membersAtOnce)])
}

// groupName is a name as it is kept.
func groupName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > longestRoleName {
		return "", fault.Field("name", "Enter a name of at most 100 characters.")
	}
	return name, nil
}

// Add makes a group, which gives nothing yet.
func (s *Groups) Add(ctx context.Context, reach access.Reach, name string) (access.GroupID, error) {
	if err := reach.For(access.GroupEdit); err != nil {
		return "", err
	}
	name, err := groupName(name)
	if err != nil {
		return "", err
	}
	return s.store.AddGroup(ctx, reach, name)
}

// Rename gives a group another name.
func (s *Groups) Rename(ctx context.Context, reach access.Reach, id access.GroupID, name string) error {
	if err := reach.For(access.GroupEdit); err != nil {
		return err
	}
	name, err := groupName(name)
	if err != nil {
		return err
	}
	return s.store.RenameGroup(ctx, reach, id, name)
}

// Preview tells what a change of a group would give to whom, or take (N-02).
func (s *Groups) Preview(ctx context.Context, reach access.Reach, c GroupChange) (GroupPreview, error) {
	if err := reach.For(access.GroupEdit); err != nil {
		return GroupPreview{}, err
	}
	c, err := c.checked()
	if err != nil {
		return GroupPreview{}, err
	}
	return s.store.PreviewGroup(ctx, reach, c)
}

// Change does it: what the group gives begins and ends for people with their
// next request, and nothing else is needed (M-112, M-113). seen is what the
// preview stood for. Nobody adds themselves, and the manager limit counts.
func (s *Groups) Change(ctx context.Context, reach access.Reach, c GroupChange, seen string) error {
	if err := reach.For(access.GroupEdit); err != nil {
		return err
	}
	c, err := c.checked()
	if err != nil {
		return err
	}
	return s.store.ChangeGroup(ctx, reach, c, seen)
}

// checked is the change without what is around it, or what is wrong with it.
func (c GroupChange) checked() (GroupChange, error) {
	var err error
	if c.Reason, err = reasoned(c.Reason); err != nil {
		return c, err
	}
	c.People = slices.Compact(slices.Sorted(slices.Values(c.People)))
	switch c.Act {
	case EndGroup, RestoreGroup:
		c.People = nil
		return c, nil
	case JoinGroup, LeaveGroup:
	default:
		return c, fault.Field("act", "There is nothing like this to do with a group.")
	}
	switch {
	case len(c.People) == 0:
		return c, fault.Field("people", "Choose who becomes a member.")
	case len(c.People) > membersAtOnce:
		return c, fault.Field("people", "Choose at most 100 people at once.")
	case !c.From.IsNone() && !c.Until.IsNone() && c.Until < c.From:
		return c, fault.Field("until", "The last day cannot lie before the first one.")
	}
	return c, nil
}
