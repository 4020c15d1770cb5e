package oracle

import (
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Sees tells whether the actor's permission covers the learner at all:
// somebody sees whom a valid grant of theirs places them over (I-01), and
// without one nobody but, for the self permissions, themselves (I-03).
func (w *World) Sees(actor access.AccountID, p access.Permission, learner access.AccountID) bool {
	if ofOneself(p) {
		return actor == learner
	}
	return slices.ContainsFunc(w.held(actor), func(g Grant) bool {
		return w.gives(g, p) && w.places(g.Place, learner)
	})
}

// SeesCell tells whether it covers what the learner did in the activity. One
// and the same grant must cover both: sight of the learner by one purchase and
// of the activity by another are not enough (M-008).
func (w *World) SeesCell(actor access.AccountID, p access.Permission, learner access.AccountID, a access.ActivityNo) bool {
	if ofOneself(p) {
		return actor == learner
	}
	return slices.ContainsFunc(w.held(actor), func(g Grant) bool {
		return w.gives(g, p) && w.places(g.Place, learner) && w.carries(g.Place, a)
	})
}

// Touches tells whether it covers a thing: anything where the grant is, and
// what the actor owns there; owned tells that only owning it gives this.
func (w *World) Touches(actor access.AccountID, p access.Permission, t Thing) (covered, owned bool) {
	if ofOneself(p) {
		return false, false
	}
	for _, g := range w.held(actor) {
		if !w.lies(g.Place, t) {
			continue
		}
		if w.gives(g, p) {
			return true, false
		}
		owned = owned || t.Owner == actor && w.Role(g.Role).Own.Has(p) && meant(p, g.Place.Kind)
	}
	return owned, owned
}

// Viewers lists who sees the learner with the permission, in the order of the world.
func (w *World) Viewers(p access.Permission, learner access.AccountID) []access.AccountID {
	var out []access.AccountID
	for _, person := range w.People {
		if w.Sees(person.ID, p, learner) {
			out = append(out, person.ID)
		}
	}
	return out
}

// self.view and self.edit are everybody's, over oneself, and no grant changes that.
func ofOneself(p access.Permission) bool { return p == access.SelfView || p == access.SelfEdit }

// held lists the grants that are the actor's now: directly, by a group, and
// those that follow from having bought.
func (w *World) held(actor access.AccountID) []Grant {
	if w.Person(actor).Suspended {
		return nil
	}
	out := w.bought(actor)
	for _, g := range w.Grants {
		mine := g.Account == actor
		if g.Group != "" {
			mine = w.belongs(w.Group(g.Group).Members, actor)
		}
		if mine && w.during(g.From, g.Until) && (g.Ended.IsZero() || w.Now.Before(g.Ended)) {
			out = append(out, g)
		}
	}
	return out
}

// bought: a buyer has the rights of one whatever their base role, and a
// Purchaser the sight of the participants too (M-218).
func (w *World) bought(actor access.AccountID) []Grant {
	var out []Grant
	for _, p := range w.Purchases {
		if p.Buyer != actor {
			continue
		}
		at := Place{Kind: access.AtPurchase, Node: string(p.ID)}
		out = append(out, Grant{Account: actor, Role: access.Buyer, Place: at, From: p.Bought})
		if w.Person(actor).BaseRole == access.Purchaser {
			out = append(out, Grant{Account: actor, Role: access.Purchaser, Place: at, From: p.Bought})
		}
	}
	return out
}

// gives tells whether the grant's role has the permission over all that is
// there, and whether the permission means anything at such a place.
func (w *World) gives(g Grant, p access.Permission) bool {
	return w.Role(g.Role).Any.Has(p) && meant(p, g.Place.Kind)
}

// meant: at a purchase only learner.view, reporting, license.view, seat and
// reporter permissions; at a team only learner.view, reporting and team ones.
func meant(p access.Permission, kind access.NodeKind) bool {
	reporting := []access.Permission{
		access.EnrollmentView, access.DashboardView, access.MatrixView, access.ReportView,
		access.ReportExport, access.ReportSchedule, access.CertificationView,
	}
	switch kind {
	case access.AtPurchase:
		only := []access.Permission{access.LearnerView, access.LicenseView, access.SeatAssign, access.SeatRelease, access.ReporterAssign}
		return slices.Contains(reporting, p) || slices.Contains(only, p)
	case access.AtTeam:
		// team.create is no right over a team that exists.
		only := []access.Permission{access.LearnerView, access.TeamList, access.TeamView, access.TeamEdit, access.TeamShare}
		return slices.Contains(reporting, p) || slices.Contains(only, p)
	}
	return true
}

// places tells whether the learner is placed there: at one home, in teams by
// membership, at purchases by a redeemed seat, also one over by date.
func (w *World) places(at Place, learner access.AccountID) bool {
	switch at.Kind {
	case access.AtPurchase:
		return slices.ContainsFunc(w.Purchase(access.PurchaseID(at.Node)).Assigned, func(s Seat) bool {
			return s.Account == learner && s.State == Redeemed
		})
	case access.AtTeam:
		return w.belongs(w.Team(access.TeamID(at.Node)).Members, learner)
	}
	home := w.Person(learner)
	return w.Inside(at, home.Organization, home.Location)
}

// carries tells whether a view from there shows the activity: a purchase shows its product's only.
func (w *World) carries(at Place, a access.ActivityNo) bool {
	return at.Kind != access.AtPurchase || slices.Contains(w.Purchase(access.PurchaseID(at.Node)).Activities, a)
}

// lies tells whether a thing is there.
func (w *World) lies(at Place, t Thing) bool {
	switch at.Kind {
	case access.AtPurchase:
		return t.Kind == "purchase" && t.ID == at.Node
	case access.AtTeam:
		return t.Kind == "team" && t.ID == at.Node
	}
	return w.Inside(at, t.Organization, t.Location)
}

// Inside walks up from a home to the node. Here stops at once, Within at the
// border of the organization, Beyond nowhere.
func (w *World) Inside(at Place, org access.OrgID, location access.LocationID) bool {
	for first := true; location != ""; first = false {
		if at.Kind == access.AtLocation && string(location) == at.Node {
			return first || at.Extent != access.Here
		}
		location = w.Location(location).Parent
		if at.Extent == access.Here && at.Kind == access.AtOrganization {
			return false // they stand in a location, not in the organization itself
		}
	}
	for first := true; org != ""; first = false {
		if at.Kind == access.AtOrganization && string(org) == at.Node {
			return first || at.Extent == access.Beyond
		}
		org = w.Organization(org).Parent
	}
	return false
}

func (w *World) belongs(members []Member, account access.AccountID) bool {
	return slices.ContainsFunc(members, func(m Member) bool {
		return m.Account == account && w.during(m.From, m.Until)
	})
}

// during: the first instant is in the interval, the last is not.
func (w *World) during(from, until time.Time) bool {
	return !w.Now.Before(from) && (until.IsZero() || w.Now.Before(until))
}
