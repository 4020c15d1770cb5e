package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/server"
)

// joining reads who is to become a member, and from when to when.
func joining(d management.GroupDetails, said url.Values) (management.GroupChange, error) {
	c := management.GroupChange{Group: d.ID, Act: management.JoinGroup, Reason: said.Get("reason")}
	for _, id := range said["person"] {
		c.People = append(c.People, access.AccountID(id))
	}
	var err error
	c.From, c.Until, err = firstAndLast(said)
	return c, err
}

// firstAndLast reads the first and the last day of a form.
func firstAndLast(said url.Values) (from, until day.Day, err error) {
	g, err := givingOf("", url.Values{"from": said["from"], "until": said["until"]})
	return g.From, g.Until, err
}

// pickMembers is where people are searched and chosen; what they would get is
// shown before anything is saved (M-114).
func (p *Pages) pickMembers(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	said := r.URL.Query()
	if said.Get("step") != "look" {
		return p.showPick(w, r, http.StatusOK, reach, d, said, nil)
	}
	c, err := joining(d, said)
	var preview management.GroupPreview
	if err == nil {
		preview, err = p.Groups.Preview(r.Context(), reach, c)
	}
	switch {
	case err != nil && refusedActing(err):
		return p.showPick(w, r, http.StatusUnprocessableEntity, reach, d, said, err)
	case err != nil:
		return err
	}
	return p.showJoining(w, r, http.StatusOK, d, preview, said, nil)
}

// refusedActing tells whether a form is shown again with the reason.
func refusedActing(err error) bool {
	return refusedAccess(err) || errors.Is(err, management.ErrMoreThanOwn)
}

func personOptions(people []management.Person) []PersonOption {
	out := make([]PersonOption, len(people))
	for i, person := range people {
		out[i] = PersonOption{ID: string(person.ID), Name: person.Name, Email: person.Email}
	}
	return out
}

// foundBesides are those of a search who are not chosen yet.
func foundBesides(found, chosen []management.Person) []PersonOption {
	return personOptions(slices.DeleteFunc(found, func(person management.Person) bool { return slices.Contains(chosen, person) }))
}

func (p *Pages) showPick(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, d management.GroupDetails, said url.Values, wrong error) error {
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	page.Title = page.T("groups.add_members")
	v := GroupMembersView{
		Group: page.GroupCalled(d.Name, d.System), Action: here(r, "groups", string(d.ID), "members"), Back: here(r, "groups", string(d.ID)),
		From: said.Get("from"), Until: said.Get("until"), People: PeoplePick{Search: said.Get("q")},
	}
	var ids []access.AccountID
	for _, id := range said["person"] {
		ids = append(ids, access.AccountID(id))
	}
	chosen, err := p.Groups.Named(r.Context(), reach, ids)
	if err != nil {
		return err
	}
	v.People.Chosen = personOptions(chosen)
	// Without a search some people stand there to begin with.
	found, err := p.Groups.Find(r.Context(), reach, v.People.Search)
	if err != nil {
		return err
	}
	members := map[access.AccountID]bool{}
	for _, m := range d.Members {
		members[m.ID] = true
	}
	found = slices.DeleteFunc(found, func(person management.Person) bool { return members[person.ID] })
	v.People.Found, v.People.Searched = foundBesides(found, chosen), v.People.Search != ""
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, GroupMembers(page, v))
}

// showJoining shows what the group gives to whom, with the button that saves it.
func (p *Pages) showJoining(w http.ResponseWriter, r *http.Request, status int, d management.GroupDetails, preview management.GroupPreview, said url.Values, wrong error) error {
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	id := string(d.ID)
	v := page.actingOn(preview)
	page.Title, v.Intro, v.Confirm = page.T("groups.add_members"), page.T("groups.look_intro"), page.T("groups.save")
	v.Action, v.Back, v.Reason = here(r, "groups", id, "members"), here(r, "groups", id), said.Get("reason")
	v.Again = true
	if preview.From.After(server.VisitOf(r.Context()).Now) {
		v.Sight.Hint = page.T("grant.from_then", "When", page.Day(day.Of(preview.From, preview.Zone)))
	}
	v.Fields = append(v.Fields, FormField{"from", said.Get("from")}, FormField{"until", said.Get("until")})
	for _, person := range said["person"] {
		v.Fields = append(v.Fields, FormField{"person", person})
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, GroupChanging(page, v))
}

// actingOn says a change of a group in words.
func (p Page) actingOn(g management.GroupPreview) ActingView {
	v := ActingView{
		Trail: p.GroupCalled(g.Group.Name, g.Group.System), Gives: p.gifts(g.Given), Sight: p.sightView(g.Effect), Managers: Managers(g.Managers),
		Fields: []FormField{{"seen", g.Effect.Seen}},
	}
	for _, person := range g.People {
		v.People = append(v.People, person.Name)
	}
	return v
}

// addMembers saves what was looked at. Where that has changed it is shown again.
func (p *Pages) addMembers(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	if form.Get("step") == "again" {
		return p.showPick(w, r, http.StatusOK, reach, d, form, nil)
	}
	c, err := joining(d, form)
	if err == nil {
		err = p.Groups.Change(r.Context(), reach, c, form.Get("seen"))
	}
	if errors.Is(err, management.ErrUnseen) {
		preview, failed := p.Groups.Preview(r.Context(), reach, c)
		if failed != nil {
			return failed
		}
		return p.showJoining(w, r, http.StatusConflict, d, preview, form, err)
	}
	if err != nil {
		if !refusedActing(err) {
			return err
		}
		return p.showPick(w, r, statusOf(err), reach, d, form, err)
	}
	return see(w, r, with(here(r, "groups", string(d.ID)), "done", string(DoneMembersAdded)))
}

// changing reads a change of a group that is no joining; without an act it is the end.
func changing(d management.GroupDetails, said url.Values) management.GroupChange {
	c := management.GroupChange{Group: d.ID, Act: management.GroupAct(said.Get("act")), From: day.None, Until: day.None, Reason: said.Get("reason")}
	if c.Act != management.LeaveGroup && c.Act != management.RestoreGroup {
		c.Act = management.EndGroup
	}
	for _, id := range said["person"] {
		c.People = append(c.People, access.AccountID(id))
	}
	return c
}

func (p *Pages) groupChangeForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	return p.showGroupChange(w, r, http.StatusOK, reach, d, changing(d, r.URL.Query()), nil)
}

func (p *Pages) showGroupChange(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, d management.GroupDetails, c management.GroupChange, wrong error) error {
	preview, err := p.Groups.Preview(r.Context(), reach, c)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	v := page.actingOn(preview)
	v.Action, v.Back, v.Reason = here(r, "groups", string(d.ID), "change"), here(r, "groups", string(d.ID)), c.Reason
	v.Fields = append(v.Fields, FormField{"act", string(c.Act)})
	v.Ending = true
	switch c.Act {
	case management.LeaveGroup:
		page.Title, v.Intro, v.Confirm = page.T("groups.remove_from", "Group", v.Trail), page.T("groups.remove_intro"), page.T("groups.remove")
		for _, person := range c.People {
			v.Fields = append(v.Fields, FormField{"person", string(person)})
		}
	case management.RestoreGroup:
		page.Title, v.Intro, v.Confirm, v.Ending = page.T("groups.restore_title", "Group", v.Trail), page.T("groups.restore_intro"), page.T("groups.restore"), false
	default:
		page.Title, v.Intro, v.Confirm = page.T("groups.end_title", "Group", v.Trail), page.T("groups.end_intro"), page.T("groups.end")
	}
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, GroupChanging(page, v))
}

func (p *Pages) changeGroup(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	c := changing(d, form)
	if err := p.Groups.Change(r.Context(), reach, c, form.Get("seen")); err != nil {
		if !refusedActing(err) {
			return err
		}
		return p.showGroupChange(w, r, statusOf(err), reach, d, c, err)
	}
	done := map[management.GroupAct]Done{management.LeaveGroup: DoneMemberLeft, management.EndGroup: DoneGroupEnded, management.RestoreGroup: DoneGroupBack}[c.Act]
	return see(w, r, with(here(r, "groups", string(d.ID)), "done", string(done)))
}

// enrollingForm shows what switching the enrollments of a group changes.
func (p *Pages) enrollingForm(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	return p.showEnrolling(w, r, http.StatusOK, reach, d, !enrolls(d), "", nil)
}

func (p *Pages) showEnrolling(w http.ResponseWriter, r *http.Request, status int, reach access.Reach, d management.GroupDetails, on bool, reason string, wrong error) error {
	policy, draft, err := p.Policies.Enrolling(r.Context(), reach, d.ID, on)
	if err != nil {
		return err
	}
	effect, err := p.Policies.Preview(r.Context(), reach, policy.ID, draft)
	if err != nil {
		return err
	}
	page, err := p.framed(r, PlaceGroups, "")
	if err != nil {
		return err
	}
	v := ActingView{
		Trail: page.GroupCalled(d.Name, d.System), Sight: page.sightView(effect.Effect), Managers: Managers(effect.Managers), Reason: reason,
		Action: here(r, "groups", string(d.ID), "enrollments"), Back: here(r, "groups", string(d.ID)), Ending: !on,
		Fields: []FormField{{"seen", effect.Effect.Seen}, {"on", map[bool]string{true: "yes"}[on]}},
	}
	for _, m := range d.Members {
		v.People = append(v.People, m.Name)
	}
	page.Title, v.Confirm = page.T("groups.enroll_stop"), page.T("groups.enroll_stop")
	if on {
		page.Title, v.Confirm = page.T("groups.enroll_start"), page.T("groups.enroll_start")
	}
	v.Intro = page.T("groups.enroll_intro")
	if wrong != nil {
		v.Faults = page.FaultsOf(wrong)
	}
	return show(w, r, status, GroupChanging(page, v))
}

func (p *Pages) switchEnrolling(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	d, err := p.openedGroup(r)
	if err != nil {
		return err
	}
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	on := form.Get("on") != ""
	policy, draft, err := p.Policies.Enrolling(r.Context(), reach, d.ID, on)
	if err == nil {
		_, err = p.Policies.Save(r.Context(), reach, policy.ID, management.PolicyEdit{PolicyDraft: draft, Version: policy.Version, Seen: form.Get("seen"), Reason: form.Get("reason")})
	}
	if err != nil {
		if !refusedActing(err) {
			return err
		}
		return p.showEnrolling(w, r, statusOf(err), reach, d, on, form.Get("reason"), err)
	}
	return see(w, r, with(here(r, "groups", string(d.ID)), "done", string(DoneGroup)))
}

// pieces cuts a sentence at the marks around what stands out in it.
func pieces(said string) []Piece {
	var out []Piece
	for i, part := range strings.Split(said, emphasis) {
		if part != "" {
			out = append(out, Piece{Text: part, Strong: i%2 == 1})
		}
	}
	return out
}

// emphasis stands before and after what stands out in a sentence; nobody types it.
const emphasis = "\x02"

func marked(text string) string { return emphasis + strings.ReplaceAll(text, emphasis, "") + emphasis }
