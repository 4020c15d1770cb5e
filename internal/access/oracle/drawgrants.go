package oracle

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

func (d drawing) grants(n int) {
	for _, p := range d.w.People {
		d.base(p)
	}
	for _, p := range d.w.Purchases {
		d.reporter(p)
	}
	for range d.upTo(n, "grants") {
		holder := pick(d, d.w.People, "holder")
		role := d.role()
		at, ok := d.place(role, holder.Organization)
		if !ok {
			continue
		}
		g := Grant{Organization: holder.Organization, Account: holder.ID, Role: role.Key, Place: at}
		if groups := d.groupsOf(holder.Organization); len(groups) > 0 && d.chance(3, "by group") {
			g.Account, g.Group = "", pick(d, groups, "group")
		}
		g.From, g.Until = d.interval("grant")
		if d.chance(5, "taken away") {
			g.Ended = later(g.From, d.instant("taken away"))
		}
		d.give(g)
	}
}

func (d drawing) give(g Grant) {
	g.ID = access.GrantID(ID("grant", len(d.w.Grants)))
	d.w.Grants = append(d.w.Grants, g)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// base gives the grant of the base role, where the role has one: the location's
// administrators stand where they live, and nowhere without a home.
func (d drawing) base(p Person) {
	role, _ := access.Preset(p.BaseRole)
	at := Place{Kind: access.AtOrganization, Node: string(p.Organization), Extent: role.Extent}
	switch {
	case len(role.Nodes) == 0 || role.Key == access.Purchaser:
		return
	case slices.Contains(role.Nodes, access.AtLocation):
		if p.Location == "" {
			return
		}
		at.Kind, at.Node = access.AtLocation, string(p.Location)
	}
	d.give(Grant{
		Organization: p.Organization, Account: p.ID, Role: p.BaseRole, Place: at,
		From: d.w.Now.Add(-500 * time.Hour), FollowsHome: true,
	})
}

// reporter gives a purchase at most one open reporter, who bought or redeemed,
// and perhaps one who was it before.
func (d drawing) reporter(p Purchase) {
	eligible := []access.AccountID{p.Buyer}
	for _, s := range p.Assigned {
		if s.State == Redeemed {
			eligible = append(eligible, s.Account)
		}
	}
	g := Grant{
		Organization: p.Organization, Role: access.LicenseReporter,
		// Later than any redemption (I-08).
		Place: Place{Kind: access.AtPurchase, Node: string(p.ID)}, From: p.Bought.Add(500 * time.Hour),
	}
	if d.chance(3, "earlier reporter") {
		g.Account, g.Ended = pick(d, eligible, "earlier reporter"), d.w.Now
		d.give(g)
		g.From, g.Ended = d.w.Now, time.Time{}
	}
	if !d.chance(4, "no reporter") {
		g.Account = pick(d, eligible, "reporter")
		d.give(g)
	}
}

// role draws one that can be given by hand; who buys, reports or learns is that by other ways.
func (d drawing) role() access.Role {
	roles := slices.DeleteFunc(access.Presets(), func(r access.Role) bool {
		return slices.Contains([]access.RoleKey{access.Student, access.Purchaser, access.Buyer, access.LicenseReporter}, r.Key)
	})
	return pick(d, append(roles, append(d.w.Roles, d.w.Roles...)...), "role")
}

func (d drawing) groupsOf(o access.OrgID) []access.GroupID {
	var out []access.GroupID
	for _, g := range d.w.Groups {
		if g.Organization == o {
			out = append(out, g.ID)
		}
	}
	return out
}

// place draws one where the role may be given by somebody of the organization:
// its own nodes, or organizations and locations of the clients below it.
func (d drawing) place(r access.Role, o access.OrgID) (Place, bool) {
	var nodes []Place
	tree := func(kind access.NodeKind, id string) {
		for _, e := range []access.Extent{access.Here, access.Within, access.Beyond} {
			nodes = append(nodes, Place{Kind: kind, Node: id, Extent: e})
		}
	}
	for _, kind := range r.Nodes {
		switch kind {
		case access.AtOrganization:
			for _, c := range d.w.Organizations {
				if d.w.under(c.ID, o) {
					tree(kind, string(c.ID))
				}
			}
		case access.AtLocation:
			for _, l := range d.w.Locations {
				if d.w.under(l.Organization, o) {
					tree(kind, string(l.ID))
				}
			}
		case access.AtPurchase:
			for _, p := range d.w.Purchases {
				if p.Organization == o {
					nodes = append(nodes, Place{Kind: kind, Node: string(p.ID)})
				}
			}
		case access.AtTeam:
			for _, t := range d.w.Teams {
				if t.Organization == o {
					nodes = append(nodes, Place{Kind: kind, Node: string(t.ID)})
				}
			}
		}
	}
	if len(nodes) == 0 {
		return Place{}, false
	}
	return pick(d, nodes, "place"), true
}

// under tells whether an organization is top or a client of it at any depth.
func (w *World) under(o, top access.OrgID) bool {
	for ; o != ""; o = w.Organization(o).Parent {
		if o == top {
			return true
		}
	}
	return false
}

// policies draws bundles of one role and places, and makes the grants they stand for.
func (d drawing) policies(n int) {
	for i := range d.upTo(n, "policies") {
		o := pick(d, d.w.People, "author of policy").Organization
		role := d.role()
		p := Policy{ID: access.PolicyID(ID("policy", i)), Organization: o, Role: role.Key}
		for range 1 + d.upTo(1, "places") {
			at, ok := d.place(role, o)
			same := func(q Place) bool { return q.Kind == at.Kind && q.Node == at.Node }
			if ok && !slices.ContainsFunc(p.Places, same) {
				p.Places = append(p.Places, at)
			}
		}
		if groups := d.groupsOf(o); len(groups) > 0 {
			p.Groups = []access.GroupID{pick(d, groups, "group")}
		}
		if d.chance(2, "for an account") {
			p.Accounts = []access.AccountID{pick(d, d.colleagues(o), "account")}
		}
		d.w.Policies = append(d.w.Policies, p)
		for _, at := range p.Places {
			g := Grant{Organization: o, Role: p.Role, Place: at, Policy: p.ID, From: d.w.Now.Add(-400 * time.Hour)}
			for _, group := range p.Groups {
				g.Group = group
				d.give(g)
			}
			g.Group = ""
			for _, account := range p.Accounts {
				g.Account = account
				d.give(g)
			}
		}
	}
}
