package web

import (
	"net/http"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// PlacePolicies is the tab of the policies.
const PlacePolicies Place = "policies"

// What the pages of policies report as done.
const (
	DonePolicy      Done = "policy"
	DonePolicyEnded Done = "policy-ended"
)

// policyRoutes are the pages of policies.
func (p *Pages) policyRoutes() []server.Route {
	route := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle), Repeats: []string{"person", "group", "place"}}
	}
	return []server.Route{
		route("GET /o/{organization}/policies", access.PolicyView, p.policies),
		route("GET /o/{organization}/policies/new", access.PolicyEdit, p.newPolicy),
		route("POST /o/{organization}/policies", access.PolicyEdit, p.addPolicy),
		route("GET /o/{organization}/policies/{policy}", access.PolicyView, p.policy),
		route("GET /o/{organization}/policies/{policy}/edit", access.PolicyEdit, p.editPolicy),
		route("POST /o/{organization}/policies/{policy}", access.PolicyEdit, p.savePolicy),
		route("GET /o/{organization}/policies/{policy}/end", access.PolicyEdit, p.policyEndForm),
		route("POST /o/{organization}/policies/{policy}/end", access.PolicyEdit, p.endPolicy),
	}
}

// PolicyCalled names a policy; one that the organization came with in the reader's language.
func (p Page) PolicyCalled(name, system string) string {
	switch role, preset := access.Preset(access.RoleKey(system)); {
	case system == string(access.ManageEnrollments):
		return p.T("policies.enrollments")
	case preset:
		return p.RoleName(role)
	}
	return name
}

// most is how many names a sentence has before it counts the rest.
const mostNamed = 4

// listed is some names as one part of a sentence.
func (p Page) listed(names []string, nobody string) string {
	if len(names) == 0 {
		return nobody
	}
	if more := len(names) - mostNamed; more > 0 {
		return strings.Join(names[:mostNamed], p.T("list.comma")) + " " + p.N("policies.more", more)
	}
	return strings.Join(names, p.T("list.comma"))
}

// policySentence says a policy as a sentence: who may do what where.
func (p Page) policySentence(policy management.Policy) []Piece {
	var who, where []string
	for _, h := range policy.Holders {
		who = append(who, p.GroupCalled(h.Name, h.System))
	}
	for _, at := range policy.At {
		where = append(where, at.Name)
	}
	what := p.mayOf(policy.Gives)
	return pieces(p.T("policies.sentence", "Who", marked(p.listed(who, p.T("policies.nobody_yet"))),
		"What", marked(p.listed(what, p.T("policies.nothing_yet"))), "Where", marked(p.listed(where, p.T("policies.nowhere_yet")))))
}

// policies lists those of the organization, each as a sentence.
func (p *Pages) policies(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	found, err := p.Policies.List(r.Context(), reach)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlacePolicies, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.policies")
	var v PoliciesView
	if page.Can(access.PolicyEdit) {
		v.Add = here(r, "policies", "new")
	}
	for _, policy := range found {
		row := PolicyRow{
			Name: page.PolicyCalled(policy.Name, policy.System), To: here(r, "policies", string(policy.ID)), System: policy.System != "",
			Sentence: page.policySentence(policy), At: policy.Changed,
		}
		if policy.Ended.IsZero() {
			v.Rows = append(v.Rows, row)
		} else {
			v.Ended = append(v.Ended, row)
		}
	}
	return show(w, r, http.StatusOK, Policies(page, v))
}

// openedPolicy finds the policy of the request, which every page of it begins with.
func (p *Pages) openedPolicy(r *http.Request) (management.Policy, error) {
	return p.Policies.Open(r.Context(), server.VisitOf(r.Context()).Reach(access.PolicyView), access.PolicyID(r.PathValue("policy")))
}

// policy shows one.
func (p *Pages) policy(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	policy, err := p.openedPolicy(r)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlacePolicies, "")
	if err != nil {
		return err
	}
	page.Title = page.PolicyCalled(policy.Name, policy.System)
	id := string(policy.ID)
	v := PolicyView{
		System: policy.System != "", Ended: policy.Ended, Sentence: page.policySentence(policy), Role: page.RoleName(policy.Gives), May: page.mayOf(policy.Gives),
		Hidden: policy.Hidden,
	}
	if page.Can(access.RoleView) {
		v.RoleTo = here(r, "roles", string(policy.Role))
	}
	if !policy.From.IsNone() {
		v.From = page.Day(policy.From)
	}
	if !policy.Until.IsNone() {
		v.Until = page.Day(policy.Until)
	}
	for _, h := range policy.Holders {
		row := PolicyHolderRow{Name: page.GroupCalled(h.Name, h.System), Below: h.Email}
		switch {
		case h.Group != "":
			row.Below = page.N("policies.members", h.Members)
			if page.Can(access.GroupView) {
				row.To = here(r, "groups", string(h.Group))
			}
		case page.Can(access.LearnerView):
			row.To = here(r, "users", string(h.Account))
		}
		v.Holders = append(v.Holders, row)
	}
	for _, at := range policy.At {
		v.Places = append(v.Places, PolicyPlaceRow{Name: at.Name, Kind: page.kindOf(at.Kind), Within: at.Within, Extent: page.reaches(at.PolicyPlace), Gone: at.Gone})
	}
	if page.Can(access.PolicyEdit) && policy.Ended.IsZero() {
		v.Edit = here(r, "policies", id, "edit")
		if !v.System {
			v.End = here(r, "policies", id, "end")
		}
	}
	if page.Can(access.AuditView) {
		v.Events = with(here(r, "audit"), "kind", "policy", "subject", id)
	}
	return show(w, r, http.StatusOK, PolicyPage(page, v))
}

// reaches says how far a policy goes at a place that has something below it.
func (p Page) reaches(place management.PolicyPlace) string {
	if place.Kind == access.AtTeam || place.Kind == access.AtPurchase {
		return ""
	}
	return p.extent(access.Grant{Node: access.Node{Kind: place.Kind}, Extent: place.Extent})
}
