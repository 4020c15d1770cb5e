package store_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/team"
)

// Groups, policies and shares, in worlds in motion.

// group draws one that has not ended, most often of those in the reach.
func (m *motion) group(reach access.Reach) *oracle.Group {
	if len(m.Groups) == 0 {
		return nil
	}
	return near(m, reach, m.Groups, func(g oracle.Group) access.Path { return m.OrganizationPath(g.Organization) })
}

// live tells whether a membership counts now or will.
func (m *motion) live(o oracle.Member) bool { return o.Until.IsZero() || o.Until.After(m.Now) }

// days draws a first and a last day, either of which may be open.
func (m *motion) days(zone *time.Location) (from, until day.Day) {
	from, until = day.None, day.None
	today := day.Of(m.Now, zone)
	if m.rng.IntN(4) == 0 {
		from = today.Add(m.rng.IntN(3))
	}
	if m.rng.IntN(3) == 0 {
		until = today.Add(m.rng.IntN(30))
	}
	return from, until
}

func (m *motion) joinGroup(reach access.Reach) func() error {
	g, service := m.group(reach), management.NewGroups(m.db)
	if g == nil {
		return nil
	}
	p, zone := m.person(reach), m.orgs[g.Organization].zone
	c := management.GroupChange{Group: g.ID, Act: management.JoinGroup, People: []access.AccountID{p.ID}}
	c.From, c.Until = m.days(zone)
	return func() error {
		seen, err := service.Preview(m.Context(), reach, c)
		if err != nil {
			return err
		}
		from, until, err := management.Giving{From: c.From, Until: c.Until}.Dates(m.Now, zone)
		if err != nil {
			return err
		}
		if err := service.Change(m.Context(), reach, c, seen.Effect.Seen); err != nil {
			return err
		}
		if !slices.ContainsFunc(g.Members, func(o oracle.Member) bool { return o.Account == p.ID && m.live(o) }) {
			g.Members = append(g.Members, oracle.Member{Account: p.ID, From: from, Until: until})
		}
		return nil
	}
}

func (m *motion) leaveGroup(reach access.Reach) func() error {
	g, service := m.group(reach), management.NewGroups(m.db)
	if g == nil || len(g.Members) == 0 {
		return nil
	}
	who := g.Members[m.rng.IntN(len(g.Members))].Account
	c := management.GroupChange{Group: g.ID, Act: management.LeaveGroup, People: []access.AccountID{who}, From: day.None, Until: day.None}
	return func() error {
		seen, err := service.Preview(m.Context(), reach, c)
		if err != nil {
			return err
		}
		if err = service.Change(m.Context(), reach, c, seen.Effect.Seen); err != nil {
			return err
		}
		for i := range g.Members {
			if o := &g.Members[i]; o.Account == who && m.live(*o) {
				o.Until = m.Now
			}
		}
		return nil
	}
}

// savePolicy makes a policy or writes one anew: another role, other places,
// other holders. Its grants are then those of the draft and no others.
func (m *motion) savePolicy(reach access.Reach) func() error {
	actor, service := reach.Actor(), management.NewPolicies(m.db)
	zone := m.orgs[actor.Organization].zone
	var id access.PolicyID
	role := m.roleOfPolicy()
	d := management.PolicyDraft{Name: fmt.Sprintf("Policy %d", len(m.Policies)), Role: role.Key}
	if len(m.Policies) > 0 && m.rng.IntN(2) == 0 {
		old := m.Policies[m.rng.IntN(len(m.Policies))]
		id, d.Name = old.ID, string(old.ID)
	}
	d.From, d.Until = m.days(zone)
	for range 1 + m.rng.IntN(2) {
		d.Places = append(d.Places, m.placeOfPolicy(reach, role))
	}
	for range m.rng.IntN(3) {
		if g := m.group(reach); g != nil {
			d.Groups = append(d.Groups, g.ID)
		}
	}
	for range m.rng.IntN(3) {
		d.People = append(d.People, m.person(reach).ID)
	}
	return func() error {
		version := 0
		if id != "" {
			m.db.Read(m.T, `select version from policy where realm_id = $1 and policy_id = $2`, []any{int64(m.realm), string(id)}, &version)
		}
		seen, err := service.Preview(m.Context(), reach, id, d)
		if err != nil {
			return err
		}
		from, until, err := management.Giving{From: d.From, Until: d.Until}.Dates(m.Now, zone)
		if err != nil {
			return err
		}
		saved, err := service.Save(m.Context(), reach, id, management.PolicyEdit{PolicyDraft: d, Version: version, Seen: seen.Effect.Seen})
		if err != nil {
			return err
		}
		m.replaces(saved, actor.Organization, d, from, until)
		return nil
	}
}

// replaces ends the grants of a policy and begins those of its draft.
func (m *motion) replaces(id access.PolicyID, organization access.OrgID, d management.PolicyDraft, from, until time.Time) {
	m.ends(func(g *oracle.Grant) bool { return g.Policy == id })
	if !slices.ContainsFunc(m.Policies, func(p oracle.Policy) bool { return p.ID == id }) {
		m.Policies = append(m.Policies, oracle.Policy{ID: id, Organization: organization, Role: d.Role})
	}
	for _, at := range d.Places {
		grant := oracle.Grant{Organization: organization, Role: d.Role, Policy: id, From: from, Until: until, Place: oracle.Place{Kind: at.Kind, Node: at.ID, Extent: at.Extent}}
		for _, g := range slices.Compact(slices.Sorted(slices.Values(d.Groups))) {
			grant.Group, grant.Account = g, ""
			m.begin(grant)
		}
		for _, p := range slices.Compact(slices.Sorted(slices.Values(d.People))) {
			grant.Group, grant.Account = "", p
			m.begin(grant)
		}
	}
}

// roleOfPolicy draws a role that a policy can bind.
func (m *motion) roleOfPolicy() access.Role {
	var roles []access.Role
	for _, role := range append(access.Presets(), m.Roles...) {
		if management.ForPolicies(role) {
			roles = append(roles, role)
		}
	}
	return roles[m.rng.IntN(len(roles))]
}

// placeOfPolicy draws a place, most often of a kind where the role can be.
func (m *motion) placeOfPolicy(reach access.Reach, role access.Role) management.PolicyPlace {
	kinds := role.Nodes
	if m.rng.IntN(8) == 0 {
		kinds = management.NodeKinds()
	}
	place := management.PolicyPlace{Spot: management.Spot{Kind: kinds[m.rng.IntN(len(kinds))]}}
	t := m.team(reach)
	switch {
	case place.Kind == access.AtLocation:
		place.ID, place.Extent = string(m.location(reach).ID), []access.Extent{access.Here, access.Within}[m.rng.IntN(2)]
	case place.Kind == access.AtTeam && t != nil:
		place.ID = string(t.ID)
	case place.Kind == access.AtPurchase && len(m.Purchases) > 0:
		place.ID = string(m.purchase(reach).ID)
	default:
		place.Kind, place.Extent = access.AtOrganization, []access.Extent{access.Within, access.Within, access.Beyond}[m.rng.IntN(3)]
		place.ID = string(near(m, reach, m.Organizations, func(o oracle.Organization) access.Path { return m.OrganizationPath(o.ID) }).ID)
	}
	return place
}

func (m *motion) endPolicy(reach access.Reach) func() error {
	if len(m.Policies) == 0 {
		return nil
	}
	id, service := m.Policies[m.rng.IntN(len(m.Policies))].ID, management.NewPolicies(m.db)
	return func() error {
		seen, err := service.PreviewEnd(m.Context(), reach, id)
		if err != nil {
			return err
		}
		if err = service.End(m.Context(), reach, id, management.PolicyEdit{Version: seen.Policy.Version, Seen: seen.Effect.Seen}); err == nil {
			m.ends(func(g *oracle.Grant) bool { return g.Policy == id })
			m.Policies = slices.DeleteFunc(m.Policies, func(p oracle.Policy) bool { return p.ID == id })
		}
		return err
	}
}

// shareTeam: whoever owns a team hands on what is done with teams in that one,
// and of everything else what they have.
func (m *motion) shareTeam(reach access.Reach) func() error {
	t := m.team(reach)
	if t == nil {
		return nil
	}
	what := team.Sharing{Kind: team.Person, To: string(m.person(m.asks(reach)(access.LearnerView)).ID), Role: team.SharedRoles()[m.rng.IntN(len(team.SharedRoles()))]}
	if g := m.group(reach); g != nil && m.rng.IntN(3) == 0 {
		what.Kind, what.To = team.Group, string(g.ID)
	}
	zone := m.orgs[t.Organization].zone
	what.From, what.Until = m.days(zone)
	return func() error {
		seen, err := m.teams().PreviewShare(m.Context(), reach, t.ID, what)
		if err != nil {
			return err
		}
		from, until, err := management.Giving{From: what.From, Until: what.Until}.Dates(m.Now, zone)
		if err != nil {
			return err
		}
		id, err := m.teams().Share(m.Context(), reach, t.ID, what, seen.Effect.Seen)
		if err != nil {
			return err
		}
		grant := oracle.Grant{ID: id, Organization: t.Organization, Role: what.Role, From: from, Until: until, Place: oracle.Place{Kind: access.AtTeam, Node: string(t.ID)}}
		if what.Kind == team.Group {
			grant.Group = access.GroupID(what.To)
		} else {
			grant.Account = access.AccountID(what.To)
		}
		m.Grants = append(m.Grants, grant)
		return nil
	}
}
