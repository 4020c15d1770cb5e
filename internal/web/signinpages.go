package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

// start leads to where the visitor works, or to the sign-in.
func (p *Pages) start(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	v := server.VisitOf(r.Context())
	if v.Identity == "" {
		return see(w, r, "/signin")
	}
	return p.afterSignIn(w, r, account.IdentityID(v.Identity), "")
}

// afterSignIn leads to the page that was asked for, the only organization, or the choice.
func (p *Pages) afterSignIn(w http.ResponseWriter, r *http.Request, id account.IdentityID, next string) error {
	if next = server.SafeNext(next); next != "" && next != "/" {
		return see(w, r, templ.SafeURL(next))
	}
	accounts, err := p.Accounts.Accounts(r.Context(), id)
	if err != nil {
		return err
	}
	if len(accounts) == 1 {
		return see(w, r, OrganizationPath(accounts[0].Organization.Slug))
	}
	return see(w, r, "/choose")
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	v := SignInView{Next: server.SafeNext(r.URL.Query().Get("next"))}
	return p.showSignIn(w, r, http.StatusOK, v)
}

func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request, status int, v SignInView) error {
	page := p.plain(r)
	page.Title = page.T("signin.title")
	if p.demo != nil {
		v.Demo = p.demo.View(page.Tag())
	}
	return show(w, r, status, SignIn(page, v))
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	opened, err := p.Accounts.SignIn(r.Context(), form.Get("email"), form.Get("password"), client(r))
	if err != nil {
		if !refused(err) {
			return err
		}
		faults := p.plain(r).FaultsOf(err)
		return p.showSignIn(w, r, http.StatusUnprocessableEntity, SignInView{Email: form.Get("email"), Next: server.SafeNext(form.Get("next")), Faults: faults})
	}
	return p.begin(w, r, opened, form.Get("next"))
}

// begin hands the session's cookie out; whatever session was there before is over.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, opened account.Opened, next string) error {
	if err := p.endCurrent(r); err != nil {
		return err
	}
	p.cookie.Set(w, opened.Token, opened.Session.ExpiresAt)
	return p.afterSignIn(w, r, opened.Session.Identity, next)
}

func (p *Pages) endCurrent(r *http.Request) error {
	for _, c := range r.CookiesNamed(p.cookie.Name()) {
		if err := p.Accounts.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	if err := p.endCurrent(r); err != nil {
		return err
	}
	p.cookie.Clear(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return see(w, r, "/signin")
}

func (p *Pages) demoSignIn(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	id, slug, err := p.demo.Identity(r.Context(), form.Get("account"))
	if err != nil {
		return err
	}
	opened, err := p.Accounts.Open(r.Context(), id, client(r))
	if err != nil {
		return err
	}
	next := form.Get("next")
	if slug != "" && (next == "" || next == "/") {
		next = string(OrganizationPath(slug))
	}
	return p.begin(w, r, opened, next)
}

func (p *Pages) choose(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	page := p.plain(r)
	page.Title = page.T("choose.title")
	accounts, err := p.Accounts.Accounts(r.Context(), account.IdentityID(server.VisitOf(r.Context()).Identity))
	if err != nil {
		return err
	}
	v := ChooseView{}
	for _, m := range accounts {
		v.Email = m.Account.Email
		v.Organizations = append(v.Organizations, Organization{Name: m.Organization.Name, Slug: m.Organization.Slug})
	}
	closed, err := p.Accounts.Closed(r.Context(), account.IdentityID(server.VisitOf(r.Context()).Identity))
	if err != nil {
		return err
	}
	for _, m := range closed {
		v.Email = m.Account.Email
		why := fault.Sentence(m.Organization.Closed(server.VisitOf(r.Context()).Now))
		v.Closed = append(v.Closed, ClosedOrganization{Name: m.Organization.Name, Why: page.Sentence(why)})
	}
	return show(w, r, http.StatusOK, Choose(page, v))
}

func (p *Pages) resetForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	page := p.plain(r)
	page.Title = page.T("reset.title")
	return show(w, r, http.StatusOK, Reset(page, ResetView{}))
}

func (p *Pages) requestReset(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	page := p.plain(r)
	page.Title = page.T("reset.title")
	v := ResetView{Email: form.Get("email"), Sent: true}
	status := http.StatusOK
	if err := p.Accounts.RequestReset(r.Context(), v.Email, client(r)); err != nil {
		if !refused(err) {
			return err
		}
		faults := page.FaultsOf(err)
		v.Sent, v.Faults, status = false, faults, http.StatusUnprocessableEntity
	}
	return show(w, r, status, Reset(page, v))
}

func (p *Pages) passwordForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	link, err := p.Accounts.OpenLink(r.Context(), r.PathValue("token"))
	if err == nil && link.Kind != account.PasswordLink {
		err = account.ErrLink
	}
	return p.showPassword(w, r, NewPasswordView{Email: link.Identity.Email}, err)
}

// showPassword shows the form again, or that its link is spent.
func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request, v NewPasswordView, err error) error {
	page := p.plain(r)
	page.Title = page.T("password.title")
	v.Action = templ.SafeURL("/reset/" + url.PathEscape(r.PathValue("token")))
	status := http.StatusOK
	if fault.KindOf(err) == fault.NotFound && err != nil {
		v, status = NewPasswordView{Spent: true}, http.StatusNotFound
	} else if err != nil {
		if !refused(err) {
			return err
		}
		faults := page.FaultsOf(err)
		v.Faults, status = faults, http.StatusUnprocessableEntity
	}
	return show(w, r, status, NewPassword(page, v))
}

func (p *Pages) setPassword(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	if err := p.Accounts.SetPassword(r.Context(), r.PathValue("token"), form.Get("password")); err != nil {
		return p.showPassword(w, r, NewPasswordView{}, err)
	}
	p.cookie.Clear(w)
	return see(w, r, "/signin")
}

func (p *Pages) setupForm(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	link, err := p.Accounts.OpenLink(r.Context(), r.PathValue("token"))
	if err == nil && link.Kind == account.PasswordLink {
		err = account.ErrLink
	}
	if err != nil {
		return err
	}
	return p.showSetup(w, r, http.StatusOK, link, setupView(link), nil)
}

func setupView(link account.KeptLink) SetupView {
	if link.Kind == account.InstallationLink {
		return SetupView{}
	}
	a := link.Membership.Account
	return SetupView{
		Organization: link.Membership.Organization.Name, GivenName: a.GivenName, FamilyName: a.FamilyName,
		Email: link.Identity.Email, EmailFixed: true, HasPassword: link.Identity.PasswordHash != "",
	}
}

func (p *Pages) showSetup(w http.ResponseWriter, r *http.Request, status int, link account.KeptLink, v SetupView, form url.Values) error {
	page := p.plain(r)
	page.Title = page.T("setup.title")
	v.Action = templ.SafeURL("/setup/" + url.PathEscape(r.PathValue("token")))
	if link.Kind == account.InstallationLink {
		v.Zones, v.Locales = zoneOptions(form.Get("time_zone")), localeOptions(form.Get("locale"))
	}
	return show(w, r, status, Setup(page, v))
}

func (p *Pages) setup(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	secret := r.PathValue("token")
	link, err := p.Accounts.OpenLink(r.Context(), secret)
	if err != nil {
		return err
	}
	name := account.Name{Given: form.Get("given_name"), Family: form.Get("family_name")}
	var opened account.Opened
	if link.Kind == account.InstallationLink {
		opened, _, err = p.Accounts.CompleteInstallation(r.Context(), secret, account.InstallationInput{
			Organization: org.New{Slug: form.Get("slug"), Name: form.Get("name"), Zone: form.Get("time_zone"), Locale: form.Get("locale")},
			Name:         name, Email: form.Get("email"), Password: form.Get("password"),
		}, client(r))
	} else {
		opened, _, err = p.Accounts.CompleteSetup(r.Context(), secret, account.SetupInput{Name: name, Password: form.Get("password")}, client(r))
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		faults := p.plain(r).FaultsOf(err)
		v := setupView(link)
		v.Name, v.Slug, v.GivenName, v.FamilyName, v.Faults = form.Get("name"), form.Get("slug"), form.Get("given_name"), form.Get("family_name"), faults
		if !v.EmailFixed {
			v.Email = form.Get("email")
		}
		return p.showSetup(w, r, http.StatusUnprocessableEntity, link, v, form)
	}
	return p.begin(w, r, opened, "")
}
