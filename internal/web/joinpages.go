package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/server"
)

// joinForm is the page behind the link of an invitation.
func (p *Pages) joinForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	offer, err := p.Invitations.Open(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return p.showJoin(w, r, http.StatusOK, offer, account.Name{}, nil)
}

// showJoin shows what somebody is invited to, or why they cannot accept it.
func (p *Pages) showJoin(w http.ResponseWriter, r *http.Request, status int, offer invitation.Offer, name account.Name, refusal error) error {
	page := p.plain(r)
	visitor := account.IdentityID(server.VisitOf(r.Context()).Identity)
	v := JoinView{
		Action: templ.SafeURL(invitation.AcceptPath + url.PathEscape(r.PathValue("token"))), School: offer.School, Title: offer.Title,
		By: offer.InvitedBy, Email: offer.Email, Activities: offer.Activities, Until: offer.ExpiresAt,
	}
	if page.Title = page.T("invite.join_title", "What", offer.Title); offer.Title == "" {
		page.Title = page.T("invite.join_title", "What", offer.School)
	}
	switch err := offer.StandsFor(visitor); {
	case offer.For.WayOf(visitor) == account.AsSomebodyElse && offer.Stands() == nil:
		v.Way = string(account.AsSomebodyElse)
		accounts, err := p.Accounts.Accounts(r.Context(), visitor)
		if err != nil {
			return err
		}
		for _, m := range accounts {
			v.Visitor = m.Account.Email
		}
	case err != nil:
		v.Closed, v.UsedAt = page.Sentence(fault.Sentence(err)), offer.Accepted
	default:
		v.Way = string(offer.For.WayOf(visitor))
		v.AskName = offer.For.Account == "" || v.Way == string(account.ByFirstPassword)
		v.GivenName, v.FamilyName = offer.For.Name.Given, offer.For.Name.Family
	}
	if refusal != nil {
		v.Faults, v.GivenName, v.FamilyName = page.FaultsOf(refusal), name.Given, name.Family
	}
	return show(w, r, status, Join(page, v))
}

// join accepts an invitation by its link.
func (p *Pages) join(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	in := invitation.Newcomer{Name: account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")}, Password: form.Get("password")}
	visitor := account.IdentityID(server.VisitOf(r.Context()).Identity)
	done, opened, err := p.Invitations.Accept(r.Context(), r.PathValue("token"), visitor, in, client(r))
	if err != nil {
		if !refused(err) && fault.KindOf(err) != fault.Forbidden {
			return err
		}
		offer, again := p.Invitations.Open(r.Context(), r.PathValue("token"))
		if again != nil {
			return again
		}
		status := http.StatusUnprocessableEntity
		if fault.KindOf(err) != fault.Invalid {
			status = http.StatusConflict
		}
		return p.showJoin(w, r, status, offer, in.Name, err)
	}
	next := with(OrganizationPath(done.Slug, "me"), "done", string(DoneInvitation))
	if opened.Token == "" {
		return see(w, r, next)
	}
	return p.begin(w, r, opened, string(next))
}

// joinSwitch signs somebody else out and comes back to the link.
func (p *Pages) joinSwitch(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	if err := p.endCurrent(r); err != nil {
		return err
	}
	p.cookie.Clear(w)
	return see(w, r, templ.SafeURL(invitation.AcceptPath+url.PathEscape(r.PathValue("token"))))
}

// acceptInvitation accepts what one is invited to oneself.
func (p *Pages) acceptInvitation(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if err := p.Invitations.AcceptOwn(r.Context(), reach, invitation.ID(r.PathValue("invitation"))); err != nil {
		return err
	}
	return see(w, r, with(here(r, "me"), "done", string(DoneInvitation)))
}

// invitationsToMe is what the visitor is invited to, for their own page.
func (p *Pages) invitationsToMe(r *http.Request, self access.Reach) ([]InvitedTo, error) {
	offers, err := p.Invitations.Mine(r.Context(), self)
	if err != nil {
		return nil, err
	}
	out := make([]InvitedTo, len(offers))
	for i, o := range offers {
		out[i] = InvitedTo{Accept: here(r, "me", "invitations", string(o.ID), "accept"), Title: o.Title, By: o.InvitedBy, Until: o.ExpiresAt}
	}
	return out, nil
}
