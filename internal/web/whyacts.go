package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// endAt is where the visitor may make the smallest change that ends a way;
// empty where they may not, or where no page does it.
func (p Page) endAt(visit *server.Visit, g access.Grant) templ.SafeURL {
	switch management.SourceOf(g) {
	case management.ByHand:
		if management.MayEnd(visit.Reach(access.GrantEdit), management.Holding{Grant: g}, visit.Now) == nil {
			return p.Path("access", string(g.ID), "end")
		}
	case management.ByBaseRole:
		reach := visit.Reach(access.AccountRole)
		if !reach.IsEmpty() && g.Holder != visit.Account.ID && account.MayGive(reach, g.Role, g.Node.Path) == nil {
			return p.Path("users", string(g.Holder), "role")
		}
	case management.ByReporting:
		thing := access.Thing{Place: g.Node.Path, Purchase: access.PurchaseID(g.Node.ID)}
		if covered, owned := visit.Reach(access.ReporterAssign).CoversThing(thing); covered && !owned {
			return p.Path("licenses", g.Node.ID, "reporter", "revoke")
		}
	}
	return ""
}

// mendAt is where the visitor may make the smallest change by which somebody
// would see a learner whom they do not see now.
func (p Page) mendAt(visit *server.Visit, a management.Answer) templ.SafeURL {
	if !visit.Can(access.GrantEdit) || a.Actor.ID == visit.Account.ID {
		return ""
	}
	give := p.Path("users", string(a.Actor.ID), "access", "give")
	near := a.Near.Grant
	spot := spotText(management.Spot{Kind: near.Node.Kind, ID: near.Node.ID})
	switch a.Nearest.Missing {
	case access.NotYet:
		return p.Path("users", string(a.Actor.ID), "access")
	case access.Over:
		if management.SourceOf(near) == management.ByHand {
			return with(give, "place", spot, "role", string(near.Role.Key))
		}
	case access.NoPermission, access.OnlyOwn:
		return with(give, "place", spot)
	case access.Elsewhere:
		if management.SourceOf(near) == management.ByHand {
			return with(give, "for", string(a.Learner.ID), "role", string(near.Role.Key))
		}
	}
	return with(give, "for", string(a.Learner.ID))
}
