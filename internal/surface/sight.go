package surface

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
)

// holding is a role that somebody holds somewhere now.
type holding struct {
	role access.Role
	at   place
}

// holdings lists what the account holds at this instant: directly, as a member
// of a group, and by having bought. Who is not active holds nothing (I-01).
func (m *Model) holdings() map[access.AccountID][]holding {
	if len(m.held) > 0 {
		return m.held
	}
	give := func(to access.AccountID, role string, at place) {
		if p := m.byID[to]; p != nil && p.status == "active" {
			if r, known := m.role(role, at.kind); known {
				m.held[to] = append(m.held[to], holding{r, at})
			}
		}
	}
	for _, g := range m.grants {
		if !m.during(g.from, g.until) || !g.ended.IsZero() && !m.now.Before(g.ended) || g.at.kind == access.AtTeam && m.teams[g.at.id] == nil {
			continue
		}
		if g.account != "" {
			give(access.AccountID(g.account), g.role, g.at)
			continue
		}
		if group := m.groups[g.group]; group != nil {
			for _, in := range group.members {
				if m.during(in.from, in.until) {
					give(in.who, g.role, g.at)
				}
			}
		}
	}
	for _, p := range m.purchases {
		if m.now.Before(p.bought) {
			continue
		}
		at := place{kind: access.AtPurchase, id: p.id}
		give(p.buyer, string(access.Buyer), at)
		if buyer := m.byID[p.buyer]; buyer != nil && buyer.base == string(access.Purchaser) {
			give(p.buyer, string(access.Purchaser), at)
		}
	}
	return m.held
}

// role finds what a role gives at a kind of place; a custom one gives something
// only where it may be given.
func (m *Model) role(key string, at access.NodeKind) (access.Role, bool) {
	if r, ok := access.Preset(access.RoleKey(key)); ok {
		return r, true
	}
	r, ok := m.roles[key]
	return r, ok && slices.Contains(r.Nodes, at)
}

// reporting is what can be given at purchases and teams besides learner.view.
var reporting = []access.Permission{
	access.EnrollmentView, access.DashboardView, access.MatrixView, access.ReportView, access.ReportExport, access.ReportSchedule, access.CertificationView,
}

// meant tells whether a permission means anything at such a place.
func meant(p access.Permission, kind access.NodeKind) bool {
	var only []access.Permission
	switch kind {
	case access.AtPurchase:
		only = []access.Permission{access.LearnerView, access.LicenseView, access.SeatAssign, access.SeatRelease, access.ReporterAssign}
	case access.AtTeam:
		only = []access.Permission{access.LearnerView, access.TeamList, access.TeamView, access.TeamEdit, access.TeamShare}
	default:
		return true
	}
	return slices.Contains(only, p) || slices.Contains(reporting, p)
}

// sight is every place from which somebody sees with a permission.
type sight []place

// sight tells where a person's roles give a permission: over all that is
// there, or over what they own there alone.
func (m *Model) sight(who *person, p access.Permission) sight {
	if p == access.SelfView {
		return sight{{kind: self, id: string(who.id)}}
	}
	var out sight
	for _, h := range m.holdings()[who.id] {
		at := h.at
		if at.own = !h.role.Any.Has(p); (h.role.Any.Has(p) || h.role.Own.Has(p)) && meant(p, at.kind) && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(strings.Compare(string(a.kind), string(b.kind)), strings.Compare(a.id, b.id), cmp.Compare(a.extent, b.extent))
	})
	return out
}

// whole leaves out what is seen by owning it: that shows no learner.
func (s sight) whole() sight {
	return slices.DeleteFunc(slices.Clone(s), func(p place) bool { return p.own })
}

// byPlace tells whether some place is a part of the tree, byTeam a team.
func (s sight) byPlace() bool {
	return slices.ContainsFunc(s.whole(), func(p place) bool {
		return p.kind == access.AtOrganization || p.kind == access.AtLocation || p.kind == self
	})
}

func (s sight) byTeam() bool {
	return slices.ContainsFunc(s.whole(), func(p place) bool { return p.kind == access.AtTeam })
}

// key is the same for two people who see the same.
func (s sight) key() string { return fmt.Sprint([]place(s)) }

// inside walks up from a home to a place of the tree: here stops at once,
// within at the border of the organization, beyond nowhere (Q-12, M-256).
func (m *Model) inside(at place, org, location string) bool {
	for first := true; location != ""; first = false {
		if at.kind == access.AtLocation && location == at.id {
			return first || at.extent != access.Here
		}
		if at.kind == access.AtOrganization && at.extent == access.Here {
			return false // they stand in a location, not in the organization itself
		}
		location = m.locations[location].parent
	}
	for first := true; org != ""; first = false {
		if at.kind == access.AtOrganization && org == at.id {
			return first || at.extent == access.Beyond
		}
		org = m.orgs[org].parent
	}
	return false
}

// of lists whom a place holds, erased people left out.
func (m *Model) of(at place) []*person {
	at.own = false
	if list, known := m.within[at]; known {
		return list
	}
	var out []*person
	switch at.kind {
	case self:
		out = append(out, m.byID[access.AccountID(at.id)])
	case access.AtTeam:
		if t := m.teams[at.id]; t != nil {
			out = slices.Clone(t.members)
		}
	case access.AtPurchase:
		for _, s := range m.purchases[at.id].assigned {
			if s.state == "redeemed" && !slices.Contains(out, s.who) {
				out = append(out, s.who)
			}
		}
	default:
		type home struct{ org, location string }
		known := map[home]bool{}
		for _, p := range m.people {
			h := home{p.org.id, p.location}
			in, asked := known[h]
			if !asked {
				in = m.inside(at, h.org, h.location)
				known[h] = in
			}
			if in {
				out = append(out, p)
			}
		}
	}
	out = slices.DeleteFunc(out, func(p *person) bool { return p.status == "erased" })
	m.within[at] = out
	return out
}

// reach counts everybody a sight shows, seats live and ended alike.
func (m *Model) reach(s sight) int {
	if w := s.whole(); len(w) == 1 {
		return len(m.of(w[0]))
	}
	seen := map[*person]bool{}
	for _, at := range s.whole() {
		for _, p := range m.of(at) {
			seen[p] = true
		}
	}
	return len(seen)
}
