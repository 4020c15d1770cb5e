package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// policyDraft reads a policy from a form or an address.
func policyDraft(said url.Values) (management.PolicyDraft, error) {
	d := management.PolicyDraft{Name: said.Get("name"), Role: access.RoleKey(said.Get("role"))}
	for _, id := range said["group"] {
		d.Groups = append(d.Groups, access.GroupID(id))
	}
	for _, id := range said["person"] {
		d.People = append(d.People, access.AccountID(id))
	}
	for _, text := range said["place"] {
		spot, extent, _ := strings.Cut(text, "~")
		d.Places = append(d.Places, management.PolicyPlace{Spot: spotOf(spot), Extent: access.ParseExtent(extent)})
	}
	var err error
	d.From, d.Until, err = firstAndLast(said)
	return d, err
}

// policySaid is a draft as its form has it.
func policySaid(d management.PolicyDraft) url.Values {
	out := url.Values{"name": {d.Name}, "role": {string(d.Role)}}
	for _, id := range d.Groups {
		out.Add("group", string(id))
	}
	for _, id := range d.People {
		out.Add("person", string(id))
	}
	for _, place := range d.Places {
		out.Add("place", placeText(place))
	}
	if !d.From.IsNone() {
		out.Set("from", d.From.String())
	}
	if !d.Until.IsNone() {
		out.Set("until", d.Until.String())
	}
	return out
}

func placeText(place management.PolicyPlace) string {
	return spotText(place.Spot) + "~" + place.Extent.String()
}

func (p *Pages) newPolicy(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.buildPolicy(w, r, reach, management.Policy{}, r.URL.Query())
}

func (p *Pages) editPolicy(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	policy, err := p.openedPolicy(r)
	if err != nil {
		return err
	}
	if !policy.Ended.IsZero() {
		return management.ErrPolicyEnded
	}
	said := r.URL.Query()
	if said.Get("step") == "" {
		said = policySaid(policy.PolicyDraft)
		said.Set("version", strconv.Itoa(policy.Version))
	}
	return p.buildPolicy(w, r, reach, policy, said)
}

// buildPolicy shows the form with what is chosen until now, or what it would change.
func (p *Pages) buildPolicy(w http.ResponseWriter, r *http.Request, reach access.Reach, policy management.Policy, said url.Values) error {
	if said.Get("step") != "look" {
		return p.showPolicyForm(w, r, http.StatusOK, reach, policy, said, nil)
	}
	d, err := policyDraft(said)
	var effect management.PolicyEffect
	if err == nil {
		effect, err = p.Policies.Preview(r.Context(), reach, policy.ID, ownParts(policy, d))
	}
	switch {
	case err != nil && refusedActing(err):
		return p.showPolicyForm(w, r, http.StatusUnprocessableEntity, reach, policy, said, err)
	case err != nil:
		return err
	}
	return p.showPolicyEffect(w, r, http.StatusOK, policy, effect, said, nil)
}

// ownParts is a draft with what cannot change in a policy that Ambit comes with.
func ownParts(policy management.Policy, d management.PolicyDraft) management.PolicyDraft {
	if policy.System != "" {
		d.Name, d.Role, d.Places, d.From, d.Until = policy.Name, policy.Role, policy.Places, policy.From, policy.Until
	}
	return d
}

func (p *Pages) showPolicyForm(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, policy management.Policy, said url.Values, wrong error) error {
	page, err := p.framed(r, PlacePolicies, "")
	if err != nil {
		return err
	}
	d, broken := policyDraft(said)
	if broken != nil && wrong == nil {
		wrong = broken
	}
	d = ownParts(policy, d)
	c, err := p.Policies.Choices(r.Context(), reach, d, said.Get("at"), said.Get("q"))
	if err != nil {
		return err
	}
	v := PolicyFormView{
		Action: here(r, "policies", "new"), Back: here(r, "policies"), Version: said.Get("version"), System: policy.System != "", Name: d.Name,
		Search: said.Get("at"), Searched: said.Get("at") != "", From: said.Get("from"), Until: said.Get("until"),
		People: PeoplePick{Search: said.Get("q"), Searched: said.Get("q") != "", Chosen: personOptions(c.Named), Found: foundBesides(c.People, c.Named)},
	}
	page.Title = page.T("policies.add")
	if policy.ID != "" {
		page.Title = page.T("policies.edit_title", "Name", page.PolicyCalled(policy.Name, policy.System))
		v.Action, v.Back = here(r, "policies", string(policy.ID), "edit"), here(r, "policies", string(policy.ID))
	}
	drafted := management.Policy{PolicyDraft: d, At: c.Chosen, Gives: policy.Gives}
	for _, g := range c.Groups {
		chosen := slices.Contains(d.Groups, g.ID)
		v.Groups = append(v.Groups, Option{Value: string(g.ID), Label: page.GroupCalled(g.Name, g.System), Chosen: chosen})
		if chosen {
			drafted.Holders = append(drafted.Holders, management.PolicyHolder{Group: g.ID, Name: g.Name, System: g.System})
		}
	}
	for _, person := range c.Named {
		drafted.Holders = append(drafted.Holders, management.PolicyHolder{Account: person.ID, Name: person.Name})
	}
	for _, role := range c.Roles {
		chosen := role.Key == d.Role
		v.Roles = append(v.Roles, GiveRole{Key: string(role.Key), Name: page.RoleName(role), May: page.mayOf(role), Chosen: chosen})
		if chosen {
			drafted.Gives = role
		}
	}
	v.Sentence = page.policySentence(drafted)
	for _, at := range c.Chosen {
		v.Chosen = append(v.Chosen, PlaceOption{Value: placeText(at.PolicyPlace), Name: at.Name, Kind: page.kindOf(at.Kind), Within: at.Within, Extent: page.reaches(at.PolicyPlace)})
	}
	v.Found = page.placesFound(c)
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, PolicyForm(page, v))
}

// placesFound are the places of a search that are not chosen yet, each as far as it can go.
func (p Page) placesFound(c management.PolicyChoice) []PlaceOption {
	var out []PlaceOption
	for _, place := range c.Places {
		for _, extent := range place.Extents(access.Role{}) {
			one := management.PolicyPlace{Spot: place.Spot, Extent: extent}
			if !slices.ContainsFunc(c.Chosen, func(at management.PolicyAt) bool { return at.PolicyPlace == one }) {
				out = append(out, PlaceOption{Value: placeText(one), Name: place.Name, Kind: p.kindOf(place.Kind), Within: place.Within, Extent: p.reaches(one)})
			}
		}
	}
	return out
}

// showPolicyEffect shows what saving a policy changes, with the button that does it.
func (p *Pages) showPolicyEffect(w http.ResponseWriter, r *http.Request, status int, policy management.Policy, e management.PolicyEffect, said url.Values, wrong error) error {
	page, err := p.framed(r, PlacePolicies, "")
	if err != nil {
		return err
	}
	v := ActingView{
		Sentence: page.policySentence(e.Policy), Intro: page.T("policies.look_intro"), Confirm: page.T("policies.save"), Sight: page.sightView(e.Effect),
		Managers: Managers(e.Managers), Action: here(r, "policies"), Back: here(r, "policies"), Again: true, Reason: said.Get("reason"),
		Fields: []FormField{{"seen", e.Effect.Seen}, {"version", said.Get("version")}},
	}
	page.Title = page.T("policies.add")
	if policy.ID != "" {
		page.Title = page.T("policies.edit_title", "Name", page.PolicyCalled(policy.Name, policy.System))
		v.Action, v.Back = here(r, "policies", string(policy.ID)), here(r, "policies", string(policy.ID))
	}
	if !e.Policy.From.IsNone() && e.Policy.From > day.Of(server.VisitOf(r.Context()).Now, page.Zone()) {
		v.Sight.Hint = page.T("grant.from_then", "When", page.Day(e.Policy.From))
	}
	for _, name := range []string{"name", "role", "from", "until", "group", "person", "place"} {
		for _, value := range said[name] {
			v.Fields = append(v.Fields, FormField{name, value})
		}
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, PolicyChanging(page, v))
}

func (p *Pages) addPolicy(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.keepPolicy(w, r, reach, management.Policy{})
}

func (p *Pages) savePolicy(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	policy, err := p.openedPolicy(r)
	if err != nil {
		return err
	}
	return p.keepPolicy(w, r, reach, policy)
}

// keepPolicy saves what was looked at. Where that has changed it is shown again.
func (p *Pages) keepPolicy(w http.ResponseWriter, r *http.Request, reach access.Reach, policy management.Policy) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	if form.Get("step") == "again" {
		return p.showPolicyForm(w, r, http.StatusOK, reach, policy, form, nil)
	}
	d, err := policyDraft(form)
	d = ownParts(policy, d)
	version, _ := strconv.Atoi(form.Get("version")) // what is no number is no version there is
	id := policy.ID
	if err == nil {
		id, err = p.Policies.Save(r.Context(), reach, policy.ID, management.PolicyEdit{PolicyDraft: d, Version: version, Seen: form.Get("seen"), Reason: form.Get("reason")})
	}
	if errors.Is(err, management.ErrUnseen) {
		effect, failed := p.Policies.Preview(r.Context(), reach, policy.ID, d)
		if failed != nil {
			return failed
		}
		return p.showPolicyEffect(w, r, http.StatusConflict, policy, effect, form, err)
	}
	if err != nil {
		if !refusedActing(err) {
			return err
		}
		return p.showPolicyForm(w, r, statusOf(err), reach, policy, form, err)
	}
	return see(w, r, with(here(r, "policies", string(id)), "done", string(DonePolicy)))
}

func (p *Pages) policyEndForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showPolicyEnd(w, r, http.StatusOK, reach, "", nil)
}

func (p *Pages) showPolicyEnd(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, reason string, wrong error) error {
	policy, err := p.openedPolicy(r)
	if err != nil {
		return err
	}
	effect, err := p.Policies.PreviewEnd(r.Context(), reach, policy.ID)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlacePolicies, "")
	if err != nil {
		return err
	}
	page.Title = page.T("policies.end_title", "Name", policy.Name)
	v := ActingView{
		Sentence: page.policySentence(policy), Intro: page.T("policies.end_intro"), Confirm: page.T("policies.end"), Sight: page.sightView(effect.Effect), Ending: true,
		Action: here(r, "policies", string(policy.ID), "end"), Back: here(r, "policies", string(policy.ID)), Reason: reason, Fields: []FormField{{"seen", effect.Effect.Seen}},
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, PolicyChanging(page, v))
}

func (p *Pages) endPolicy(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	policy, err := p.openedPolicy(r)
	if err != nil {
		return err
	}
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	if err := p.Policies.End(r.Context(), reach, policy.ID, management.PolicyEdit{Seen: form.Get("seen"), Reason: form.Get("reason")}); err != nil {
		if !refusedActing(err) {
			return err
		}
		return p.showPolicyEnd(w, r, statusOf(err), reach, form.Get("reason"), err)
	}
	return see(w, r, with(here(r, "policies", string(policy.ID)), "done", string(DonePolicyEnded)))
}
