package web

import (
	"net/http"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// access is "What can I see?": every reason why the visitor sees others.
func (p *Pages) access(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	page, err := p.framed(r, PlaceAccess, "")
	if err != nil {
		return err
	}
	page.Title = page.T("access.title")
	visit := server.VisitOf(r.Context())
	v := AccessView{Learners: page.Shell.Learners}
	purchases, err := p.purchaseNames(r)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, way := range management.Mine(visit.Facts, visit.Now) {
		key := string(named(way.Grant).Key) + " " + way.Grant.Node.ID
		if told[key] { // the roles that come by one group are one reason to people
			continue
		}
		told[key] = true
		reason := page.reason(way.Grant)
		reason.May = page.May(allows(visit, way.Grant))
		if name := purchases[way.Grant.Node.ID]; name != "" {
			reason.Place = name
		}
		facts := access.NewFacts(visit.Facts.Actor(), 0, []access.Grant{way.Grant})
		only := facts.For(way.Permissions[0], visit.Now)
		if reason.Learners, err = p.Reports.ReachTotal(r.Context(), only); err != nil {
			return err
		}
		if way.Grant.Node.Kind == access.AtPurchase && visit.Can(access.LearnerView) {
			reason.To = with(here(r, "users"), "purchase", way.Grant.Node.ID)
		} else if visit.Can(access.LearnerView) {
			reason.To = here(r, "users")
		}
		v.Reasons = append(v.Reasons, reason)
	}
	for _, g := range visit.Facts.Grants() {
		if !g.Ended.IsZero() && !g.Ended.After(visit.Now) {
			past := page.reason(g)
			past.Until = g.Ended
			v.Past = append(v.Past, past)
		}
	}
	return show(w, r, http.StatusOK, Access(page, v))
}

// purchaseNames tells the purchases that the visitor sees learners of, with what
// was bought: one company can have several.
func (p *Pages) purchaseNames(r *http.Request) (map[string]string, error) {
	reach := sight(server.VisitOf(r.Context()))
	if reach.IsEmpty() {
		return nil, nil
	}
	facets, err := p.Reports.Facets(r.Context(), reach)
	out := make(map[string]string, len(facets.Purchases))
	for _, purchase := range facets.Purchases {
		out[purchase.ID] = purchase.Name
	}
	return out, err
}

// allows is everything that the grants told as one allow.
func allows(v *server.Visit, like access.Grant) access.Set {
	var out access.Set
	for _, g := range v.Facts.Grants() {
		if g.Valid(v.Now) && named(g).Key == named(like).Key && g.Node.Kind == like.Node.Kind && g.Node.ID == like.Node.ID {
			out |= g.Role.Any
		}
	}
	return out
}

func (p Page) reason(g access.Grant) AccessReason {
	return AccessReason{Place: g.Node.Label, As: p.RoleName(named(g)), May: p.May(g.Role.Any), Since: g.From, Until: g.Until}
}

// why says a way to a learner in words: the role, its place, the group it comes by.
func (p Page) why(way management.Way) string {
	role := named(way.Grant)
	text := p.RoleName(role) + ": " + way.Grant.Node.Label
	if way.Grant.Via != nil && role.Key != LearnerManager.Key {
		text += " (" + way.Grant.Via.Name + ")"
	}
	return text
}
