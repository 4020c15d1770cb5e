package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/server"
)

func (p *Pages) profile(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showProfile(w, r, http.StatusOK, reach, nil, func(*ProfileView) {})
}

// showProfile shows the page as it is, or with what a refused form brought.
func (p *Pages) showProfile(w http.ResponseWriter, r *http.Request, status int, _ access.Reach, form url.Values, change func(*ProfileView)) error {
	visit := server.VisitOf(r.Context())
	reach := visit.Reach(access.SelfView)
	page, err := p.framed(r, PlaceProfile, "")
	if err != nil {
		return err
	}
	page.Title = page.T("nav.profile")
	me, err := p.Accounts.Profile(r.Context(), reach)
	if err != nil {
		return err
	}
	sessions, err := p.Accounts.Sessions(r.Context(), reach)
	if err != nil {
		return err
	}
	tokens, err := p.Accounts.Tokens(r.Context(), reach)
	if err != nil {
		return err
	}
	v := ProfileView{GivenName: me.Account.GivenName, FamilyName: me.Account.FamilyName, Email: me.Account.Email}
	locale, zone := me.Account.Locale, me.Account.Zone
	if form != nil {
		v.GivenName, v.FamilyName, locale, zone = form.Get("given_name"), form.Get("family_name"), form.Get("locale"), form.Get("time_zone")
	}
	v.Locales = append([]Option{{Label: page.T("profile.as_organization"), Chosen: locale == ""}}, localeOptions(locale)...)
	v.Zones = append([]Option{{Label: page.T("profile.as_organization"), Chosen: zone == ""}}, zoneOptions(zone)...)
	for _, s := range sessions {
		v.Sessions = append(v.Sessions, SessionRow{ID: string(s.ID), Device: page.device(s.Client.Agent), Since: s.CreatedAt, LastSeen: s.UsedAt, Here: string(s.ID) == visit.Session.ID})
	}
	for _, t := range tokens {
		if t.EndedAt.IsZero() {
			v.Tokens = append(v.Tokens, TokenRow{ID: string(t.ID), Name: t.Name, ReadOnly: t.ReadOnly, Since: t.CreatedAt, LastUsed: t.UsedAt})
		}
	}
	change(&v)
	return show(w, r, status, Profile(page, v))
}

func (p *Pages) editProfile(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	err = p.Accounts.EditProfile(r.Context(), reach, account.Profile{
		Name:   account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")},
		Locale: form.Get("locale"), Zone: form.Get("time_zone"),
	})
	if err != nil {
		if !refused(err) {
			return err
		}
		faults := p.plain(r).FaultsOf(err)
		return p.showProfile(w, r, http.StatusUnprocessableEntity, reach, form, func(v *ProfileView) { v.Faults = faults })
	}
	return see(w, r, with(here(r, "profile"), "done", string(DoneProfile)))
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	keep := account.SessionID(server.VisitOf(r.Context()).Session.ID)
	if err := p.Accounts.ChangePassword(r.Context(), reach, keep, form.Get("current_password"), form.Get("password")); err != nil {
		if !refused(err) {
			return err
		}
		faults := p.plain(r).FaultsOf(err)
		return p.showProfile(w, r, http.StatusUnprocessableEntity, reach, nil, func(v *ProfileView) { v.PasswordFaults = faults })
	}
	return see(w, r, with(here(r, "profile"), "done", string(DonePassword)))
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if err := p.Accounts.EndSession(r.Context(), reach, account.SessionID(r.PathValue("session"))); err != nil {
		return err
	}
	return see(w, r, with(here(r, "profile"), "done", string(DoneSession)))
}

func (p *Pages) endOtherSessions(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	keep := account.SessionID(server.VisitOf(r.Context()).Session.ID)
	if err := p.Accounts.EndOtherSessions(r.Context(), reach, keep); err != nil {
		return err
	}
	return see(w, r, with(here(r, "profile"), "done", string(DoneSession)))
}

// createToken shows the new token's text in the answer itself: it is told once
// and stands in no address.
func (p *Pages) createToken(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	_, secret, err := p.Accounts.CreateToken(r.Context(), reach, form.Get("token_name"), form.Get("read_only") != "")
	if err != nil {
		if !refused(err) {
			return err
		}
		faults := p.plain(r).FaultsOf(err)
		return p.showProfile(w, r, http.StatusUnprocessableEntity, reach, nil, func(v *ProfileView) { v.TokenFaults = faults })
	}
	return p.showProfile(w, r, http.StatusCreated, reach, nil, func(v *ProfileView) { v.NewToken = secret })
}

func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if err := p.Accounts.RevokeToken(r.Context(), reach, account.TokenID(r.PathValue("token"))); err != nil {
		return err
	}
	return see(w, r, with(here(r, "profile"), "done", string(DoneToken)))
}

// ownNames are the languages in their own words, whatever the reader's.
var ownNames = map[language.Tag]string{language.English: "English", language.German: "Deutsch", language.Arabic: "العربية"}

// localeOptions are the languages that Ambit speaks, each in its own words.
func localeOptions(chosen string) []Option {
	var out []Option
	for _, tag := range language.Tags() {
		out = append(out, Option{Value: string(tag), Label: ownNames[tag], Chosen: string(tag) == chosen})
	}
	if chosen != "" && !slices.ContainsFunc(out, func(o Option) bool { return o.Chosen }) {
		out = append(out, Option{Value: chosen, Label: chosen, Chosen: true})
	}
	return out
}

// zoneOptions are the time zones to choose from.
func zoneOptions(chosen string) []Option {
	names := day.Zones()
	if chosen != "" && !slices.Contains(names, chosen) {
		names = append([]string{chosen}, names...)
	}
	out := make([]Option, len(names))
	for i, name := range names {
		out[i] = Option{Value: name, Label: name, Chosen: name == chosen}
	}
	return out
}
