package report

import (
	"context"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fold"
)

// teamSeparator stands between the teams of a filter.
const teamSeparator = ","

// mostTeams is how many teams a filter may name.
const mostTeams = 100

// TeamsFilter is the filter by several teams.
func TeamsFilter(ids ...access.TeamID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, teamSeparator)
}

// TeamNames are the teams that a filter names, each as its id or the customer's own.
func (f Filter) TeamNames() []string {
	var out []string
	for _, name := range strings.Split(f.Team, teamSeparator) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// TeamsAsked is which teams are listed.
type TeamsAsked struct {
	Search string          // folded
	Mine   bool            // only those that the asker owns
	Only   []access.TeamID // only these, when not nil
	After  Position        // of the team before: whether it is one's own and its name, and its id
	Limit  int
}

// TeamListed is a team of a list.
type TeamListed struct {
	ID     access.TeamID
	Name   string
	Folded string
	Owner  string // name
	Mine   bool
}

// key is where the team stands in the list: one's own come first.
func (t *TeamListed) key() Position {
	first := "1"
	if t.Mine {
		first = "0"
	}
	return Position{Folded: first + t.Folded, ID: string(t.ID)}
}

// teamLimits are how many teams stand side by side.
const (
	teamsShown = 20
	teamsMost  = 50
)

// TeamAnalytics puts teams side by side: those that the second reach (for
// team.list) may list and whose members the first one shows.
func (s *Service) TeamAnalytics(ctx context.Context, reach, teams access.Reach, tq TeamQuery) (TeamAnalytics, error) {
	var out TeamAnalytics
	if err := teams.For(access.TeamList); err != nil {
		return out, err
	}
	err := s.analyze(ctx, reach, tq.Filter, ActivitiesReport, func(a *analysis) error {
		out = TeamAnalytics{}
		if err := a.countedFrame(ctx); err != nil {
			return err
		}
		listed, err := a.teamPage(ctx, teams, tq, &out)
		if err != nil {
			return err
		}
		out.Teams, err = a.sideBySide(ctx, listed, &out)
		out.Frame = a.frame
		return err
	})
	return out, err
}

// countedFrame says whom the filters leave without a walk over them.
func (a *analysis) countedFrame(ctx context.Context) error {
	var set []access.LearnerNo
	if a.filter.needsTranscripts() {
		sel, err := a.selection(ctx)
		if err != nil {
			return err
		}
		set = sel.numbers()
	}
	var err error
	if a.frame.Learners, err = a.count(ctx, set); err != nil {
		return err
	}
	a.frame.ReachTotal, err = a.reachTotal(ctx)
	return err
}

// teamPage lists the teams of a page.
func (a *analysis) teamPage(ctx context.Context, teams access.Reach, tq TeamQuery, out *TeamAnalytics) ([]TeamListed, error) {
	list := tq
	list.Filter, list.Cursor, list.Limit = a.frame.Filter, "", 0
	cursors, err := cursorsOf(ctx, a.src, a.reach, "teams", list)
	if err != nil {
		return nil, err
	}
	after, err := cursors.read(tq.Cursor)
	if err != nil {
		return nil, err
	}
	limit := min(tq.Limit, teamsMost)
	if limit <= 0 {
		limit = teamsShown
	}
	listed, total, err := a.src.TeamList(ctx, a.reach, teams, TeamsAsked{
		Search: fold.Search(tq.Search), Mine: tq.Mine, Only: a.criteria.Teams, After: after, Limit: limit + 1,
	})
	if out.Total = total; len(listed) > limit {
		listed = listed[:limit]
		out.NextCursor = cursors.write(listed[limit-1].key())
	}
	return listed, err
}

// sideBySide adds up each of some teams, and all of them together.
func (a *analysis) sideBySide(ctx context.Context, listed []TeamListed, out *TeamAnalytics) ([]TeamGroup, error) {
	steps := newSeries(&a.frame, stepsOf(a.frame.Period))
	out.Steps = steps.steps[steps.n:]
	ids := make([]access.TeamID, len(listed))
	for i := range listed {
		ids[i] = listed[i].ID
	}
	members := map[access.TeamID][]access.LearnerNo{}
	together := &Selection{Organizations: a.orgs}
	a.criteria.Teams = ids
	if len(ids) > 0 && !a.criteria.Nobody {
		a.made = nil
		var err error
		if together, err = a.selection(ctx); err != nil {
			return nil, err
		}
		if members, err = a.src.TeamMembers(ctx, a.reach, a.criteria, a.orgs, ids); err != nil {
			return nil, err
		}
	}
	by := newByTeam(map[access.LearnerNo][]int32{}, len(listed), steps)
	sizes := make([]int, len(listed))
	for i, id := range ids {
		for _, no := range members[id] {
			if _, _, ok := together.find(no); ok {
				by.of[no] = append(by.of[no], int32(i))
				sizes[i]++
			}
		}
	}
	all := &everybody{}
	w := stroll{t: a.tabulation, frame: &a.frame, parts: []collector{all, by}}
	if err := w.over(ctx, together); err != nil {
		return nil, err
	}
	out.Together = all.Group
	out.Together.Learners = together.Len()
	a.frame.Empty = emptiness(&a.frame, &all.Group)
	groups := make([]TeamGroup, len(listed))
	for i, t := range listed {
		groups[i] = TeamGroup{ID: t.ID, Name: t.Name, Owner: t.Owner, Mine: t.Mine, Group: by.groups[i], Trend: by.trends[i]}
		groups[i].Learners = sizes[i]
	}
	return groups, nil
}
