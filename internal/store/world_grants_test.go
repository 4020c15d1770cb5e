package store_test

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
)

// Access that is given by hand, in worlds in motion.

func (m *motion) giveAccess(reach access.Reach) func() error {
	roles := append(access.Presets(), m.Roles...)
	role, to, service := roles[m.rng.IntN(len(roles))], m.person(reach), management.NewService(m.db, m.at)
	if len(role.Nodes) == 0 {
		return nil
	}
	g := management.Giving{To: to.ID, Role: role.Key, From: day.None, Until: day.None}
	switch g.At.Kind = role.Nodes[m.rng.IntN(len(role.Nodes))]; {
	case g.At.Kind == access.AtLocation:
		g.At.ID = string(m.location(reach).ID)
	case g.At.Kind == access.AtOrganization:
		g.At.ID = string(near(m, reach, m.Organizations, func(o oracle.Organization) access.Path { return m.OrganizationPath(o.ID) }).ID)
	case g.At.Kind == access.AtPurchase && len(m.Purchases) > 0:
		g.At.ID = string(m.purchase(reach).ID)
	case g.At.Kind == access.AtTeam && len(m.Teams) > 0:
		g.At.ID = string(near(m, reach, m.Teams, func(t oracle.Team) access.Path { return m.OrganizationPath(t.Organization) }).ID)
	default:
		return nil
	}
	if g.At.Kind == access.AtLocation || g.At.Kind == access.AtOrganization {
		g.Extent = []access.Extent{role.Extent, access.Here, access.Within, access.Beyond}[m.rng.IntN(4)]
	}
	zone := m.orgs[to.Organization].zone
	today := day.Of(m.Now, zone)
	if m.rng.IntN(3) == 0 {
		g.From = today.Add(m.rng.IntN(4) - 1)
	}
	if m.rng.IntN(2) == 0 {
		g.Until = today.Add(m.rng.IntN(30))
	}
	return func() error {
		preview, err := service.PreviewGiving(m.Context(), reach, g)
		if err != nil {
			return err
		}
		id, err := service.Give(m.Context(), reach, g, preview.Effect.Seen)
		if err != nil {
			return err
		}
		from, until, err := g.Dates(m.Now, zone)
		m.Grants = append(m.Grants, oracle.Grant{
			ID: id, Organization: to.Organization, Account: to.ID, Role: role.Key, Place: oracle.Place{Kind: g.At.Kind, Node: g.At.ID, Extent: g.Extent}, From: from, Until: until,
		})
		return err
	}
}

// byHand draws some access that can be ended or extended: another kind of it
// once in a while, which must be refused.
func (m *motion) byHand() *oracle.Grant {
	var open []int
	for i, g := range m.Grants {
		if g.Account != "" && !g.FollowsHome && g.Policy == "" && g.Role != access.LicenseReporter && g.Ended.IsZero() && (g.Until.IsZero() || g.Until.After(m.Now)) {
			open = append(open, i)
		}
	}
	switch {
	case len(m.Grants) == 0:
		return nil
	case len(open) == 0 || m.rng.IntN(8) == 0:
		return &m.Grants[m.rng.IntN(len(m.Grants))]
	}
	return &m.Grants[open[m.rng.IntN(len(open))]]
}

func (m *motion) endAccess(reach access.Reach) func() error {
	g, service := m.byHand(), management.NewService(m.db, m.at)
	if g == nil {
		return nil
	}
	return func() error {
		preview, err := service.PreviewEnd(m.Context(), reach, g.ID)
		if err != nil {
			return err
		}
		if err = service.End(m.Context(), reach, g.ID, "", preview.Effect.Seen); err == nil {
			m.ends(func(o *oracle.Grant) bool { return o.ID == g.ID })
		}
		return err
	}
}

func (m *motion) extendAccess(reach access.Reach) func() error {
	g, service := m.byHand(), management.NewService(m.db, m.at)
	if g == nil {
		return nil
	}
	holder := slices.IndexFunc(m.People, func(p oracle.Person) bool { return p.ID == g.Account })
	if holder < 0 {
		return nil
	}
	zone := m.orgs[m.People[holder].Organization].zone
	held := management.Holding{Grant: access.Grant{Until: g.Until}, Zone: zone}
	until := day.Of(m.Now, zone).Add(m.rng.IntN(60))
	if !held.LastDay().IsNone() {
		until = max(until, held.LastDay())
	}
	return func() error {
		err := service.Extend(m.Context(), reach, g.ID, until)
		if err == nil && until != held.LastDay() {
			g.Until = until.Add(1).Start(zone)
		}
		return err
	}
}
