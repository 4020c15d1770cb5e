package team

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
)

// SharedRoles are what a team can be shared as: to read who is in it, to change
// that, or to see what its people have learned.
func SharedRoles() []access.RoleKey {
	return []access.RoleKey{access.TeamReader, access.TeamEditor, access.TeamAnalyst}
}

// TargetKind tells people from groups.
type TargetKind string

// With whom a team can be shared.
const (
	Person TargetKind = "account"
	Group  TargetKind = "group"
)

// Target is somebody, or a group, with whom a team is or can be shared.
type Target struct {
	Kind   TargetKind
	ID     string
	Name   string // empty where the reader may not know them
	Email  string
	Key    string // of a group that every organization comes with
	People int    // members of a group
}

// Share is access that somebody has at a team.
type Share struct {
	Grant       access.GrantID
	With        Target
	Role        access.Role
	From, Until time.Time
	Zone        *time.Location
	ByPolicy    bool // ends with its policy
	Ends        bool // the asker may end it here
}

// LastDay is the last day of the access; None where it is open.
func (s Share) LastDay() day.Day {
	return management.Holding{Grant: access.Grant{Until: s.Until}, Zone: s.Zone}.LastDay()
}

// Sharing is a team that is to be shared.
type Sharing struct {
	Kind TargetKind
	To   string
	Role access.RoleKey
	// From is the first day, None: at once. Until is the last day, None: until somebody ends it.
	From, Until day.Day
	Reason      string
}

// SharePreview is what sharing, or ending that, changes.
type SharePreview struct {
	Team     Team
	Share    Share
	Effect   management.Effect
	Managers management.Managers
}

// ShareStore is what sharing asks of the database. What else the asker may do
// comes with the reach (access.Reach.Also).
type ShareStore interface {
	ShareTargets(ctx context.Context, reach access.Reach, id access.TeamID, q string) ([]Target, error)
	Shares(ctx context.Context, reach access.Reach, id access.TeamID) ([]Share, error)
	PreviewShare(ctx context.Context, reach access.Reach, id access.TeamID, s Sharing) (SharePreview, error)
	ShareTeam(ctx context.Context, reach access.Reach, id access.TeamID, s Sharing, seen string) (access.GrantID, error)
	PreviewShareEnd(ctx context.Context, reach access.Reach, id access.TeamID, grant access.GrantID) (SharePreview, error)
	EndShare(ctx context.Context, reach access.Reach, id access.TeamID, grant access.GrantID, seen string) error
}

// The refusals of sharing.
var (
	ErrShareWith = fault.Field("to", "Choose a person or a group.")
	ErrShareRole = fault.Field("role", "Choose what the team is shared as.")
)

func (s Sharing) checked() (Sharing, error) {
	s.Reason = strings.TrimSpace(s.Reason)
	switch {
	case s.To == "" || s.Kind != Person && s.Kind != Group:
		return s, ErrShareWith
	case !slices.Contains(SharedRoles(), s.Role):
		return s, ErrShareRole
	case utf8.RuneCountInString(s.Reason) > 500:
		return s, fault.Field("reason", "Give the reason in at most 500 characters.")
	case !s.From.IsNone() && !s.Until.IsNone() && s.Until < s.From:
		return s, fault.Field("until", "The last day cannot lie before the first one.")
	}
	return s, nil
}

// Targets finds people among the asker's learners, and groups that the asker
// may see or is in, by name.
func (s *Service) Targets(ctx context.Context, reach access.Reach, id access.TeamID, q string) ([]Target, error) {
	if err := reach.For(access.TeamShare); err != nil {
		return nil, err
	}
	if q = strings.TrimSpace(q); utf8.RuneCountInString(q) > 200 {
		return nil, fault.Field("q", "Search for at most 200 characters.")
	}
	return s.store.ShareTargets(ctx, reach, id, q)
}

// Shares lists who has access at a team, now or later.
func (s *Service) Shares(ctx context.Context, reach access.Reach, id access.TeamID) ([]Share, error) {
	if err := reach.For(access.TeamShare); err != nil {
		return nil, err
	}
	return s.store.Shares(ctx, reach, id)
}

// PreviewShare tells what sharing a team would show whom.
func (s *Service) PreviewShare(ctx context.Context, reach access.Reach, id access.TeamID, what Sharing) (SharePreview, error) {
	if err := reach.For(access.TeamShare); err != nil {
		return SharePreview{}, err
	}
	what, err := what.checked()
	if err != nil {
		return SharePreview{}, err
	}
	return s.store.PreviewShare(ctx, reach, id, what)
}

// Share shares a team, for whoever has seen what that shows whom. Nobody shares
// more than they have, and the manager limit counts (I-06, Q-13).
func (s *Service) Share(ctx context.Context, reach access.Reach, id access.TeamID, what Sharing, seen string) (access.GrantID, error) {
	if err := reach.For(access.TeamShare); err != nil {
		return "", err
	}
	what, err := what.checked()
	if err != nil {
		return "", err
	}
	return s.store.ShareTeam(ctx, reach, id, what, seen)
}

// PreviewShareEnd tells whose sight shrinks when a team is shared no longer.
func (s *Service) PreviewShareEnd(ctx context.Context, reach access.Reach, id access.TeamID, grant access.GrantID) (SharePreview, error) {
	if err := reach.For(access.TeamShare); err != nil {
		return SharePreview{}, err
	}
	return s.store.PreviewShareEnd(ctx, reach, id, grant)
}

// EndShare ends it, from the next request on.
func (s *Service) EndShare(ctx context.Context, reach access.Reach, id access.TeamID, grant access.GrantID, seen string) error {
	if err := reach.For(access.TeamShare); err != nil {
		return err
	}
	return s.store.EndShare(ctx, reach, id, grant, seen)
}

// Each yields who is and was in the teams of the reach, or in one of them, for
// whoever may take reports away as files (M-120).
func (s *Service) Each(ctx context.Context, takes, reach, people access.Reach, id access.TeamID, do func(Team, Member) error) error {
	if err := takes.For(access.ReportExport); err != nil {
		return err
	}
	if err := reach.For(access.TeamView); err != nil {
		return err
	}
	return s.store.EachMembership(ctx, reach, people, id, func(t Team, m Member) error { return do(t, m) })
}
