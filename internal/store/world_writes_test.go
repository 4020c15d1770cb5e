package store_test

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
)

// deed is one way by which people change who sees whom. draw chooses what to
// do and gives the act: it asks the service and, where that agrees, changes the
// plain structs by the rule.
type deed struct {
	name  string
	needs access.Permission
	draw  func(m *motion, reach access.Reach) func() error
	// gives tells what an act may give without its author having it: a fixed
	// role, which is given by its own permission. Nil: nothing.
	gives func(m *motion, author access.Facts, p access.Permission) bool
}

var deeds = []deed{
	{name: "a location moves", needs: access.LocationEdit, draw: (*motion).moveLocation},
	{name: "a location is merged", needs: access.LocationEdit, draw: (*motion).mergeLocation},
	{name: "somebody moves", needs: access.AccountMove, draw: (*motion).moveAccount},
	{name: "a base role changes", needs: access.AccountRole, draw: (*motion).changeRole},
	{name: "somebody is suspended or comes back", needs: access.AccountEdit, draw: (*motion).changeStatus},
	{name: "a custom role is edited", needs: access.RoleEdit, draw: (*motion).editRole},
	{name: "a custom role ends", needs: access.RoleEdit, draw: (*motion).endRole},
	{name: "a group gets members", needs: access.GroupEdit, draw: (*motion).addMembers},
	{name: "somebody joins a group", needs: access.GroupEdit, draw: (*motion).joinGroup},
	{name: "somebody leaves a group", needs: access.GroupEdit, draw: (*motion).leaveGroup},
	{name: "a policy is saved", needs: access.PolicyEdit, draw: (*motion).savePolicy},
	{name: "a policy ends", needs: access.PolicyEdit, draw: (*motion).endPolicy},
	{name: "a team is shared", needs: access.TeamShare, draw: (*motion).shareTeam, gives: ofTheTeam},
	{name: "a team is made", needs: access.TeamCreate, draw: (*motion).createTeam},
	{name: "a team gets members", needs: access.TeamEdit, draw: (*motion).addToTeam, gives: ofTheTeam},
	{name: "a team loses members", needs: access.TeamEdit, draw: (*motion).removeFromTeam},
	{name: "a team is deleted", needs: access.TeamEdit, draw: (*motion).endTeam},
	{name: "access is given", needs: access.GrantEdit, draw: (*motion).giveAccess},
	{name: "access is ended", needs: access.GrantEdit, draw: (*motion).endAccess},
	{name: "access is extended", needs: access.GrantEdit, draw: (*motion).extendAccess},
	{name: "a reporter is appointed", needs: access.ReporterAssign, draw: (*motion).appoint, gives: reports},
	{name: "a reporter is revoked", needs: access.ReporterAssign, draw: (*motion).revoke},
}

// reports: whoever may appoint a reporter, the buyer among them, gives what the
// fixed role has (M-039, Q-34).
func reports(_ *motion, author access.Facts, p access.Permission) bool {
	role, _ := access.Preset(access.LicenseReporter)
	return role.Any.Has(p)
}

// ofTheTeam: what is done with a team itself is no right over its people. Who
// owns one hands that on, also what an owner has no permission of their own for.
func ofTheTeam(_ *motion, _ access.Facts, p access.Permission) bool {
	return p == access.TeamList || p == access.TeamView || p == access.TeamEdit || p == access.TeamShare
}

func (m *motion) moveLocation(reach access.Reach) func() error {
	l := m.location(reach)
	to, places := m.locationOf(l.Organization), location.NewService(m.db)
	return func() error {
		effect, err := places.PreviewMove(m.Context(), reach, l.ID, to)
		if err != nil {
			return err
		}
		if err = places.Move(m.Context(), reach, l.ID, to, effect.Seen); err == nil {
			l.Parent = to
		}
		return err
	}
}

func (m *motion) mergeLocation(reach access.Reach) func() error {
	l := *m.location(reach)
	into, places := m.locationOf(l.Organization), location.NewService(m.db)
	return func() error {
		effect, err := places.PreviewMerge(m.Context(), reach, l.ID, into)
		if err != nil {
			return err
		}
		if err := places.Merge(m.Context(), reach, l.ID, into, effect.Seen); err != nil {
			return err
		}
		for i := range m.Locations {
			if m.Locations[i].Parent == l.ID {
				m.Locations[i].Parent = into
			}
		}
		for i := range m.People {
			if m.People[i].Location == l.ID {
				m.People[i].Location = into
			}
		}
		at := func(g *oracle.Grant) bool { return g.Place.Kind == access.AtLocation && g.Place.Node == string(l.ID) }
		for _, g := range m.ends(at) {
			if g.Place.Node = string(into); g.From.Before(m.Now) {
				g.From = m.Now
			}
			m.begin(g)
		}
		return nil
	}
}

func (m *motion) moveAccount(reach access.Reach) func() error {
	p := m.person(reach)
	to := m.locationOf(p.Organization)
	return func() error {
		err := m.accounts().Move(m.Context(), reach, p.ID, to, "", "")
		if err != nil || p.Location == to {
			return err
		}
		p.Location = to
		if role, _ := access.Preset(p.BaseRole); slices.Contains(role.Nodes, access.AtLocation) {
			m.rebase(p)
		}
		return nil
	}
}

func (m *motion) changeRole(reach access.Reach) func() error {
	ladder := access.BaseRoles()
	p, to := m.person(reach), ladder[m.rng.IntN(len(ladder))].Key
	return func() error {
		err := m.accounts().ChangeRole(m.Context(), reach, p.ID, to, "")
		if err == nil && p.BaseRole != to {
			p.BaseRole = to
			m.rebase(p)
		}
		return err
	}
}

func (m *motion) changeStatus(reach access.Reach) func() error {
	p := m.person(reach)
	return func() error {
		if p.Suspended {
			if err := m.accounts().Reinstate(m.Context(), reach, p.ID, ""); err != nil {
				return err
			}
			var status string
			m.db.Read(m.T, `select status from account where realm_id = $1 and account_id = $2`, []any{int64(m.realm), string(p.ID)}, &status)
			p.Suspended = status != "active" // who was invited is so again
			return nil
		}
		if err := m.accounts().Suspend(m.Context(), reach, p.ID, ""); err != nil {
			return err
		}
		p.Suspended = true
		m.ends(func(g *oracle.Grant) bool { return g.Role == access.LicenseReporter && g.Account == p.ID })
		return nil
	}
}

func (m *motion) editRole(reach access.Reach) func() error {
	if len(m.Roles) == 0 {
		return nil
	}
	role, roles := &m.Roles[m.rng.IntN(len(m.Roles))], management.NewRoles(m.db)
	d := management.RoleDraft{Name: role.Name, Nodes: role.Nodes}
	usual := []access.Permission{access.LearnerView, access.EnrollmentView, access.ReportView, access.ReportExport, access.AccountMove, access.GrantEdit, access.LocationEdit}
	for range 1 + m.rng.IntN(4) {
		d.Any |= access.SetOf(usual[m.rng.IntN(len(usual))])
	}
	if m.rng.IntN(2) == 0 {
		own := management.Ownable().List()
		d.Own = access.SetOf(own[m.rng.IntN(len(own))]).Without(d.Any)
	}
	return func() error {
		effect, err := roles.Preview(m.Context(), reach, role.Key, d)
		if err != nil {
			return err
		}
		var version int
		m.db.Read(m.T, `select coalesce(max(version), 1) from custom_role_version where realm_id = $1 and role_id = $2`, []any{int64(m.realm), string(role.Key)}, &version)
		if err = roles.Edit(m.Context(), reach, role.Key, management.RoleEdit{RoleDraft: d, Version: version, Seen: effect.Seen}); err == nil {
			role.Any, role.Own = d.Any, d.Own
		}
		return err
	}
}

func (m *motion) endRole(reach access.Reach) func() error {
	if len(m.Roles) == 0 || m.rng.IntN(3) > 0 {
		return nil
	}
	role, roles := m.Roles[m.rng.IntN(len(m.Roles))], management.NewRoles(m.db)
	return func() error {
		effect, err := roles.PreviewEnd(m.Context(), reach, role.Key)
		if err != nil {
			return err
		}
		var version int
		m.db.Read(m.T, `select coalesce(max(version), 1) from custom_role_version where realm_id = $1 and role_id = $2`, []any{int64(m.realm), string(role.Key)}, &version)
		if err = roles.End(m.Context(), reach, role.Key, management.RoleEdit{Version: version, Seen: effect.Seen}); err == nil {
			m.ends(func(g *oracle.Grant) bool { return g.Role == role.Key })
		}
		return err
	}
}

func (m *motion) addMembers(reach access.Reach) func() error {
	if len(m.Groups) == 0 {
		return nil
	}
	g, service := near(m, reach, m.Groups, func(g oracle.Group) access.Path { return m.OrganizationPath(g.Organization) }), management.NewService(m.db, m.at)
	p := m.person(reach)
	return func() error {
		if err := service.AddMembers(m.Context(), reach, g.ID, []access.AccountID{p.ID}); err != nil {
			return err
		}
		live := func(o oracle.Member) bool { return o.Account == p.ID && (o.Until.IsZero() || o.Until.After(m.Now)) }
		if !slices.ContainsFunc(g.Members, live) {
			g.Members = append(g.Members, oracle.Member{Account: p.ID, From: m.Now})
		}
		return nil
	}
}

func (m *motion) appoint(reach access.Reach) func() error {
	if len(m.Purchases) == 0 {
		return nil
	}
	p, to := m.purchase(reach), m.person(reach).ID
	return func() error {
		if err := m.sales().AssignReporter(m.Context(), reach, p.ID, to); err != nil {
			return err
		}
		at := oracle.Place{Kind: access.AtPurchase, Node: string(p.ID)}
		m.ends(func(g *oracle.Grant) bool { return g.Role == access.LicenseReporter && g.Place.Node == at.Node })
		m.begin(oracle.Grant{Organization: p.Organization, Account: to, Role: access.LicenseReporter, Place: at, From: m.Now})
		return nil
	}
}

func (m *motion) revoke(reach access.Reach) func() error {
	if len(m.Purchases) == 0 {
		return nil
	}
	p := m.purchase(reach)
	return func() error {
		err := m.sales().RevokeReporter(m.Context(), reach, p.ID)
		if err == nil {
			m.ends(func(g *oracle.Grant) bool { return g.Role == access.LicenseReporter && g.Place.Node == string(p.ID) })
		}
		return err
	}
}

func (m *motion) at() time.Time { return m.Now }

func (m *motion) accounts() *account.Service {
	return account.NewService(m.db, account.Settings{PublicURL: "https://ambit.example"}, m.at)
}

func (m *motion) sales() *license.Service {
	return license.NewService(m.db, license.Settings{PublicURL: "https://ambit.example"}, m.at)
}
