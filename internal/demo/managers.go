package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/team"
)

// managers does what a school with learner managers has behind it: a second
// group that may also enroll, a policy about one team, a team that has changed
// and one that is shared.
func (s Services) managers(ctx context.Context, o org.Organization) error {
	m := oversight{trade{Services: s, at: o}}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"make a group of account executives", m.executives},
		{"give a company its team", m.companyManager},
		{"change a team", m.changeTeam},
		{"share a team", m.shareTeam},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// oversight is the school's groups, policies and teams while they are set up.
type oversight struct{ trade }

// executives makes a group that holds every policy the school came with, the
// one of enrollments too, and puts Elif Demir into it.
func (m oversight) executives(ctx context.Context) error {
	_, administrator, err := m.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	group, err := m.Groups.Add(ctx, administrator(access.GroupEdit), "Account executives")
	if err != nil {
		return err
	}
	policies, err := m.Policies.List(ctx, administrator(access.PolicyView))
	if err != nil {
		return err
	}
	for _, p := range policies {
		if p.System == "" {
			continue
		}
		d := p.PolicyDraft
		d.Groups = append(slices.Clone(d.Groups), group)
		if err := m.save(ctx, p.ID, p.Version, d); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	elif, _, err := m.who(ctx, executiveEmail)
	if err != nil {
		return err
	}
	if _, administrator, err = m.who(ctx, sellerEmail); err != nil { // the policies were changes of access
		return err
	}
	joins := management.GroupChange{
		Group: group, Act: management.JoinGroup, People: []access.AccountID{elif.ID}, From: day.None, Until: day.None, Reason: "Looks after the customers of the north.",
	}
	seen, err := m.Groups.Preview(ctx, administrator(access.GroupEdit), joins)
	if err != nil {
		return err
	}
	return m.Groups.Change(ctx, administrator(access.GroupEdit), joins, seen.Effect.Seen)
}

// save saves a policy, after a look at what it does.
func (m oversight) save(ctx context.Context, id access.PolicyID, version int, d management.PolicyDraft) error {
	_, administrator, err := m.who(ctx, sellerEmail)
	if err != nil {
		return err
	}
	seen, err := m.Policies.Preview(ctx, administrator(access.PolicyEdit), id, d)
	if err != nil {
		return err
	}
	_, err = m.Policies.Save(ctx, administrator(access.PolicyEdit), id, management.PolicyEdit{PolicyDraft: d, Version: version, Seen: seen.Effect.Seen})
	return err
}

// companyManager lets Sara Holm see the team of her company, and nobody else.
func (m oversight) companyManager(ctx context.Context) error {
	sara, _, err := m.who(ctx, companyManagerEmail)
	if err != nil {
		return err
	}
	_, robert, err := m.who(ctx, LearnerManagers()[0])
	if err != nil {
		return err
	}
	folko, err := m.team(ctx, robert, managedTeam)
	if err != nil {
		return err
	}
	return m.save(ctx, "", 0, management.PolicyDraft{
		Name: folko.Name + ", for its manager", Role: access.TeamAnalyst, People: []access.AccountID{sara.ID}, From: day.None, Until: day.None,
		Places: []management.PolicyPlace{{Spot: management.Spot{Kind: access.AtTeam, ID: string(folko.ID)}, Extent: access.Here}},
	})
}

// team finds a team by its external id, as Robert King.
func (m oversight) team(ctx context.Context, asks func(access.Permission) access.Reach, external string) (team.Team, error) {
	page, err := m.Teams.List(ctx, asks(access.TeamList), asks(access.LearnerView), team.Query{Mine: true})
	if err != nil {
		return team.Team{}, err
	}
	for _, t := range page.Items {
		if t.ExternalID == external {
			return t, nil
		}
	}
	return team.Team{}, fault.ErrNotFound
}

// changeTeam has Robert King take somebody out of the team.
func (m oversight) changeTeam(ctx context.Context) error {
	_, robert, err := m.who(ctx, LearnerManagers()[0])
	if err != nil {
		return err
	}
	folko, err := m.team(ctx, robert, managedTeam)
	if err != nil {
		return err
	}
	members, err := m.Teams.Members(ctx, robert(access.TeamView), robert(access.LearnerView), folko.ID, team.MemberQuery{})
	if err != nil {
		return err
	}
	if len(members.Items) < 2 {
		return fault.ErrNotFound
	}
	out := team.Chosen([]access.AccountID{members.Items[0].ID})
	plan, err := m.Teams.Preview(ctx, robert(access.TeamEdit), robert, team.RemoveAct, folko.ID, out)
	if err != nil {
		return err
	}
	effect, err := team.EffectOf(plan)
	if err != nil {
		return err
	}
	_, err = m.Teams.Do(ctx, robert(access.TeamEdit), robert, team.RemoveAct, folko.ID, out, effect.Seen)
	return err
}

// shareTeam has him share his other team with Elif Demir for two months.
func (m oversight) shareTeam(ctx context.Context) error {
	elif, _, err := m.who(ctx, executiveEmail)
	if err != nil {
		return err
	}
	_, robert, err := m.who(ctx, LearnerManagers()[0])
	if err != nil {
		return err
	}
	own, err := m.team(ctx, robert, "team-king")
	if err != nil {
		return err
	}
	what := team.Sharing{
		Kind: team.Person, To: string(elif.ID), Role: access.TeamAnalyst, From: day.None,
		Until: day.Of(m.Now(), m.at.TimeZone()).Add(60), Reason: "Stands in while he is away.",
	}
	seen, err := m.Teams.PreviewShare(ctx, robert(access.TeamShare), own.ID, what)
	if err != nil {
		return err
	}
	_, err = m.Teams.Share(ctx, robert(access.TeamShare), own.ID, what, seen.Effect.Seen)
	return err
}
