package store_test

import (
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/team"
)

// Teams, in worlds in motion. They overlap: whoever is in one is in another, too.

func (m *motion) teams() *team.Service { return team.NewService(m.db, m.at) }

// asks is what the one who acts has for anything else.
func (m *motion) asks(reach access.Reach) bulk.Asks {
	held := m.held[reach.Actor().Account]
	return func(p access.Permission) access.Reach { return held.For(p, m.Now) }
}

// team draws one, most often of those in the reach.
func (m *motion) team(reach access.Reach) *oracle.Team {
	var within []int
	for i, t := range m.Teams {
		if covered, _ := reach.CoversThing(access.Thing{Place: m.OrganizationPath(t.Organization), Team: t.ID, Owner: t.Owner}); covered {
			within = append(within, i)
		}
	}
	switch {
	case len(m.Teams) == 0:
		return nil
	case len(within) > 0 && m.rng.IntN(6) > 0:
		return &m.Teams[within[m.rng.IntN(len(within))]]
	}
	return &m.Teams[m.rng.IntN(len(m.Teams))]
}

func (m *motion) createTeam(reach access.Reach) func() error {
	name := fmt.Sprintf("Team %d", len(m.Teams)+m.rng.IntN(3))
	actor := reach.Actor()
	return func() error {
		made, err := m.teams().Create(m.Context(), reach, m.asks(reach)(access.LearnerView), team.Draft{Name: name})
		if err == nil {
			m.Teams = append(m.Teams, oracle.Team{ID: made.ID, Organization: actor.Organization, Owner: actor.Account})
		}
		return err
	}
}

func (m *motion) addToTeam(reach access.Reach) func() error { return m.changeTeam(reach, team.AddAct) }

func (m *motion) removeFromTeam(reach access.Reach) func() error {
	return m.changeTeam(reach, team.RemoveAct)
}

// changeTeam adds or removes one to three people; whoever of them the asker may
// not add is left out, and the lines say so.
func (m *motion) changeTeam(reach access.Reach, kind bulk.Kind) func() error {
	t := m.team(reach)
	if t == nil {
		return nil
	}
	var people []access.AccountID
	for range 1 + m.rng.IntN(3) {
		if kind == team.RemoveAct && len(t.Members) > 0 && m.rng.IntN(4) > 0 {
			people = append(people, t.Members[m.rng.IntN(len(t.Members))].Account)
		} else {
			people = append(people, m.person(m.asks(reach)(access.LearnerView)).ID)
		}
	}
	return func() error {
		plan, err := m.confirmTeam(reach, kind, t.ID, team.Chosen(people))
		for _, line := range plan.Lines {
			if err != nil || !line.OK {
				continue
			}
			who := access.AccountID(line.Detail["account"])
			if kind == team.AddAct {
				t.Members = append(t.Members, oracle.Member{Account: who, From: m.Now})
				continue
			}
			for i := range t.Members {
				if member := &t.Members[i]; member.Account == who && (member.Until.IsZero() || member.Until.After(m.Now)) {
					member.Until = m.Now
				}
			}
		}
		return err
	}
}

func (m *motion) endTeam(reach access.Reach) func() error {
	t := m.team(reach)
	if t == nil || m.rng.IntN(3) > 0 {
		return nil
	}
	id := t.ID
	return func() error {
		_, err := m.confirmTeam(reach, team.EndAct, id, team.Input{})
		if err == nil {
			m.ends(func(g *oracle.Grant) bool { return g.Place.Kind == access.AtTeam && g.Place.Node == string(id) })
			m.Teams = slices.DeleteFunc(m.Teams, func(t oracle.Team) bool { return t.ID == id })
		}
		return err
	}
}

// confirmTeam looks at what an act does, and does it.
func (m *motion) confirmTeam(reach access.Reach, kind bulk.Kind, id access.TeamID, in team.Input) (bulk.Plan, error) {
	seen, err := m.teams().Preview(m.Context(), reach, m.asks(reach), kind, id, in)
	if err != nil {
		return bulk.Plan{}, err
	}
	effect, err := team.EffectOf(seen)
	if err != nil {
		return bulk.Plan{}, err
	}
	return m.teams().Do(m.Context(), reach, m.asks(reach), kind, id, in, effect.Seen)
}
