package app

import (
	"fmt"
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// byPolicy: a policy for oneself and for somebody else, with every kind of role
// at every kind of place.
func (e *escalation) byPolicy(t *testing.T, author string, asks asking) map[string]func() error {
	places := map[string]management.PolicyPlace{
		"here":       {Spot: e.here(), Extent: access.Within},
		"the client": {Spot: management.Spot{Kind: access.AtOrganization, ID: string(e.accounts["zoe"].Organization)}, Extent: access.Within},
		"l1":         {Spot: management.Spot{Kind: access.AtLocation, ID: e.locations["l1"]}, Extent: access.Within},
		"t1":         {Spot: management.Spot{Kind: access.AtTeam, ID: e.teams["t1"]}, Extent: access.Here},
	}
	out := map[string]func() error{}
	for _, to := range []string{author, "dora"} {
		for _, role := range []access.RoleKey{access.ListUsers, access.TeamAnalyst, access.ManageEnrollments, e.roles[access.RoleEdit], e.roles[access.PolicyEdit]} {
			for name, at := range places {
				what := fmt.Sprintf("a policy of %s for %s at %s", role, to, name)
				out[what] = func() error {
					if author == "stranger" {
						return fault.ErrForbidden // at home they may
					}
					d := management.PolicyDraft{Name: author + " " + what, Role: role, Places: []management.PolicyPlace{at}, People: []access.AccountID{e.accounts[to].ID}, From: day.None, Until: day.None}
					preview, err := e.a.Policies.Preview(t.Context(), asks(access.PolicyEdit), "", d)
					if err != nil {
						return err
					}
					_, err = e.a.Policies.Save(t.Context(), asks(access.PolicyEdit), "", management.PolicyEdit{PolicyDraft: d, Seen: preview.Effect.Seen})
					return err
				}
			}
		}
	}
	return out
}

// byShare: somebody's team is shared with oneself and with others.
func (e *escalation) byShare(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, to := range []string{author, "dora"} {
		for _, role := range []access.RoleKey{access.TeamReader, access.TeamEditor, access.TeamAnalyst} {
			out[fmt.Sprintf("sharing t1 with %s as %s", to, role)] = func() error {
				id := access.TeamID(e.teams["t1"])
				with := team.Sharing{Kind: team.Person, To: string(e.accounts[to].ID), Role: role, From: day.None, Until: day.None}
				preview, err := e.a.Teams.PreviewShare(t.Context(), asks(access.TeamShare), id, with)
				if err != nil {
					return err
				}
				_, err = e.a.Teams.Share(t.Context(), asks(access.TeamShare), id, with, preview.Effect.Seen)
				return err
			}
		}
	}
	return out
}

// byTeam: whoever comes into a team is seen by those who have access to it.
func (e *escalation) byTeam(t *testing.T, author string, asks asking) map[string]func() error {
	out := map[string]func() error{}
	for _, who := range []string{author, "anna", "ben", "carl", "zoe"} {
		out["adding "+who+" to t1"] = func() error {
			id, in := access.TeamID(e.teams["t1"]), team.Input{People: []team.Wanted{{Account: e.accounts[who].ID}}}
			plan, err := e.a.Teams.Preview(t.Context(), asks(access.TeamEdit), bulk.Asks(asks), team.AddAct, id, in)
			if err != nil {
				return err
			}
			if plan.Effective() == 0 {
				return fault.ErrForbidden // the line says why
			}
			effect, err := team.EffectOf(plan)
			if err != nil {
				return err
			}
			_, err = e.a.Teams.Do(t.Context(), asks(access.TeamEdit), bulk.Asks(asks), team.AddAct, id, in, effect.Seen)
			return err
		}
	}
	return out
}
