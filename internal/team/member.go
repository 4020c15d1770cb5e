package team

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/cursor"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Member is somebody who is or was in a team.
type Member struct {
	ID         access.AccountID
	ExternalID string
	Name       string
	Folded     string
	Email      string
	Location   string // empty where the reader's access shows no places
	Status     string
	From       time.Time
	Until      time.Time // zero: a member now
}

// Membership is a team from the side of a member.
type Membership struct {
	Team
	From, Until time.Time
}

// MemberQuery narrows the list of members.
type MemberQuery struct {
	Q      string // part of a name, an address or an external id
	Past   bool   // everybody who ever was a member, with dates, the latest first
	Cursor string
	Limit  int
}

// MemberPosition is where a page of members ended.
type MemberPosition struct {
	Folded string
	From   time.Time
	ID     access.AccountID
}

// MemberPage is a page of members; Total counts all that the query finds.
type MemberPage struct {
	Items []Member
	Next  string
	Total int
}

// Members lists those members of a team who are among the asker's learners:
// now in order of name, or all there ever were, the latest first.
func (s *Service) Members(ctx context.Context, reach, people access.Reach, id access.TeamID, q MemberQuery) (MemberPage, error) {
	if err := reach.For(access.TeamView); err != nil {
		return MemberPage{}, err
	}
	if q.Q = strings.TrimSpace(q.Q); utf8.RuneCountInString(q.Q) > 200 {
		return MemberPage{}, fault.Field("q", "Search for at most 200 characters.")
	}
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return MemberPage{}, err
	}
	cursors := cursor.Of(key, reach, "team members", []string{string(id), q.Q, strconv.FormatBool(q.Past)})
	keys, err := cursors.Keys(q.Cursor)
	if err != nil {
		return MemberPage{}, err
	}
	var after MemberPosition
	if len(keys) == 3 {
		at, err := strconv.ParseInt(keys[1], 10, 64)
		if err != nil {
			return MemberPage{}, cursor.ErrForeign
		}
		after = MemberPosition{keys[0], time.UnixMicro(at).UTC(), access.AccountID(keys[2])}
	}
	limit := size(q.Limit)
	var page MemberPage
	if page.Items, page.Total, err = s.store.TeamMembers(ctx, reach, people, id, q, after, limit+1); err != nil {
		return MemberPage{}, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		last := page.Items[limit-1]
		page.Next = cursors.After(last.Folded, strconv.FormatInt(last.From.UnixMicro(), 10), string(last.ID))
	}
	return page, nil
}

// Of tells which teams some people are in and were in, of those that the asker
// may look into; of people outside of their learners it tells nothing (M-120).
func (s *Service) Of(ctx context.Context, reach, people access.Reach, ids ...access.AccountID) (map[access.AccountID][]Membership, error) {
	if err := reach.For(access.TeamView); err != nil {
		return nil, err
	}
	return s.store.TeamsOf(ctx, reach, people, ids)
}
