package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlaceEnding is the entry of the access that ends soon.
const PlaceEnding Place = "ending"

// grantRoutes are the pages on which access is given, extended and ended.
func (p *Pages) grantRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	return []server.Route{
		route("GET /o/{organization}/users/{learner}/access", access.AccessExplain, p.holdings),
		route("GET /o/{organization}/users/{learner}/access/give", access.GrantEdit, p.giveForm),
		route("POST /o/{organization}/users/{learner}/access", access.GrantEdit, p.give),
		route("GET /o/{organization}/access-ending", access.GrantEdit, p.endingAccess),
		route("GET /o/{organization}/access/{grant}/end", access.GrantEdit, p.endForm),
		route("POST /o/{organization}/access/{grant}/end", access.GrantEdit, p.endAccess),
		route("POST /o/{organization}/access/{grant}/extend", access.GrantEdit, p.extendAccess),
	}
}

// holdings is what somebody holds and held.
func (p *Pages) holdings(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	id := r.PathValue("learner")
	found, err := p.Management.Holdings(r.Context(), reach, access.AccountID(id))
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceUsers, "")
	if err != nil {
		return err
	}
	page.Title = page.T("grant.title", "Name", found.Name)
	visit := server.VisitOf(r.Context())
	v := HoldingsView{ID: id, Name: found.Name, Hidden: found.Hidden}
	for _, h := range found.Now {
		v.Now = append(v.Now, page.holding(visit, h))
	}
	for _, h := range found.Past {
		v.Past = append(v.Past, page.holding(visit, h))
	}
	if visit.Can(access.GrantEdit) && visit.Account.ID != access.AccountID(id) {
		v.Give = here(r, "users", id, "access", "give")
	}
	v.Why = here(r, "users", id, "why")
	return show(w, r, http.StatusOK, HoldingsPage(page, v))
}

// holding says some access in words, with what the visitor may do about it.
func (p Page) holding(visit *server.Visit, h management.Holding) HoldingView {
	g := h.Grant
	v := HoldingView{
		Role: p.RoleName(named(g)), Place: g.Node.Label, Extent: p.extent(g), May: p.mayOf(g.Role), Given: p.given(h.Given),
		Reason: g.Reason, Since: g.From, Last: h.LastDay(), Later: g.From.After(visit.Now), Ended: g.Ended,
	}
	if h.Source() != management.ByHand {
		v.Source = p.ending(management.Way{Grant: g})
	}
	if h.Over(visit.Now) {
		v.Over = true
		return v
	}
	reach := visit.Reach(access.GrantEdit)
	if management.MayEnd(reach, h, visit.Now) == nil {
		v.End = p.Path("access", string(g.ID), "end")
	}
	if to := h.Extended(visit.Now); management.MayExtend(reach, h, visit.Now, to) == nil {
		v.Extend, v.ExtendTo = p.Path("access", string(g.ID), "extend"), to
	}
	return v
}

// extent says how far access goes at its place.
func (p Page) extent(g access.Grant) string {
	switch {
	case g.Node.Kind == access.AtTeam:
		return p.T("grant.kind_team")
	case g.Node.Kind == access.AtPurchase:
		return p.T("grant.kind_purchase")
	case g.Node.Kind == access.AtOrganization && g.Extent == access.Beyond:
		return p.T("grant.extent_clients")
	case g.Node.Kind == access.AtOrganization && g.Extent == access.Within:
		return p.T("grant.extent_organization")
	case g.Node.Kind == access.AtOrganization:
		return p.T("grant.extent_top")
	case g.Extent == access.Here:
		return p.T("grant.extent_here")
	}
	return p.T("grant.extent_within")
}

// kindOf says what kind of place it is.
func (p Page) kindOf(kind access.NodeKind) string {
	switch kind {
	case access.AtLocation:
		return p.T("field.location")
	case access.AtTeam:
		return p.T("grant.kind_team")
	case access.AtPurchase:
		return p.T("grant.kind_purchase")
	}
	return p.T("grant.kind_organization")
}
