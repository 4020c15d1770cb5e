package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/server"
)

// settingsRoutes are the pages of Tenant Settings, General.
func (p *Pages) settingsRoutes() []server.Route {
	return []server.Route{
		{Pattern: "GET /o/{organization}/settings", Permission: access.OrganizationConfigure, Handle: countingOnce(p.settings)},
		{Pattern: "POST /o/{organization}/settings", Permission: access.OrganizationConfigure, Handle: countingOnce(p.saveSettings)},
		{Pattern: "POST /o/{organization}/settings/logo", Permission: access.OrganizationConfigure, Handle: countingOnce(p.setLogo), Body: org.MaxLogo + 1<<16},
		{Pattern: "POST /o/{organization}/settings/logo/remove", Permission: access.OrganizationConfigure, Handle: p.removeLogo},
	}
}

// inQuestion is the organization whose settings a request is about: where it takes place.
func inQuestion(r *http.Request) org.ID {
	return server.VisitOf(r.Context()).Account.Organization.ID
}

func (p *Pages) settings(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	return p.showSettings(w, r, reach, nil, nil)
}

// showSettings shows the settings as they are, or as a refused form had them.
func (p *Pages) showSettings(w http.ResponseWriter, r *http.Request, reach access.Reach, form url.Values, wrong error) error {
	page, err := p.framed(r, PlaceSettings, "")
	if err != nil {
		return err
	}
	page.Title = page.T("settings.title")
	is, err := p.Organizations.Open(r.Context(), reach, inQuestion(r))
	if err != nil {
		return err
	}
	v := p.settingsView(page, is)
	v.fill(said(is.Organization))
	status := http.StatusOK
	if form != nil {
		if errors.Is(wrong, org.ErrStale) {
			v.Stale = page.stale((SettingsView{}).all(page), said(is.Organization), form)
		}
		v.fill(form)
	}
	if wrong != nil {
		status, v.Faults = http.StatusUnprocessableEntity, page.FaultsOf(wrong)
		v.suggest(page)
	}
	return show(w, r, status, Settings(page, v))
}

// settingsView is what stands on the page beside the form.
func (p *Pages) settingsView(page Page, is org.General) SettingsView {
	limits := p.Accounts.Limits()
	v := SettingsView{
		Version: is.Version(), Idle: page.Duration(int(limits.Idle.Minutes())), Total: page.N("settings.hours", int(limits.Total.Hours())),
		Locations: is.Locations, Hierarchies: is.Hierarchies, AutoReporter: is.AutoReporter, Managers: is.Managers, Limit: is.ManagerLimit,
		MailSenderIs: is.Name,
	}
	if is.Brand.Logo != "" {
		v.Logo = "/logo/" + is.Brand.Logo + ".png"
	}
	if page.Can(access.AuditView) {
		v.History = with(page.Path("audit"), "kind", "organization", "action", "organization.")
	}
	light, dark := is.Brand.Accent, is.Brand.Dark()
	if light == "" {
		light = ambitAccent
	}
	if dark == "" {
		dark = ambitAccentDark
	}
	v.Samples = []Sample{
		{Label: page.T("settings.on_light"), Paper: "#ffffff", Text: "#171717", Accent: light, Ratio: page.Decimal(ratioOf(light, org.OnLight))},
		{Label: page.T("settings.on_dark"), Paper: "#171717", Text: "#fafafa", Accent: dark, Ratio: page.Decimal(ratioOf(dark, org.OnDark))},
	}
	return v
}

// ambitAccentDark is the accent of ambit.css on dark pages.
const ambitAccentDark org.Color = "#2dd4bf"

// ratioOf is a contrast cut to one decimal place, never rounded up to a limit it misses.
func ratioOf(c org.Color, s org.Shade) float64 { return float64(int(c.Contrast(s)*10)) / 10 }

// said is an organization's settings as a form would send them.
func said(o org.Organization) url.Values {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	hide := ""
	if o.HidePending {
		hide = "yes"
	}
	out := url.Values{}
	for field, value := range map[string]string{
		"name": o.Name, "address": o.Address, "time_zone": o.Zone, "locale": o.Locale,
		"accent": string(o.Brand.Accent), "accent_dark": string(o.Brand.AccentDark),
		"due_soon_days": strconv.Itoa(o.Windows.DueSoon), "expires_soon_days": strconv.Itoa(o.Windows.ExpiresSoon), "history_months": strconv.Itoa(o.HistoryMonths),
		"hide_pending": hide, "mail_sender": o.LetterHead.Sender, "mail_reply_to": o.LetterHead.ReplyTo,
		"session_idle_minutes": number(o.Sessions.IdleMinutes), "session_total_hours": number(o.Sessions.TotalHours),
	} {
		out.Set(field, value)
	}
	return out
}

// stale lists what somebody else has saved meanwhile that the form would undo.
func (p Page) stale(fields []Input, is, form url.Values) []StaleSetting {
	var out []StaleSetting
	for _, in := range fields {
		now, mine := is.Get(in.Name), strings.ReplaceAll(form.Get(in.Name), "\r\n", "\n")
		if now == mine {
			continue
		}
		switch yes := in.Name == "hide_pending" || in.Name == "may_have_clients"; {
		case yes && now == "":
			now = p.T("audit.no")
		case yes:
			now = p.T("audit.yes")
		}
		out = append(out, StaleSetting{Label: in.Label, Now: now})
	}
	return out
}

func (p *Pages) saveSettings(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	form, err := server.Form(r)
	if err != nil {
		return err
	}
	change, err := settingsOf(form)
	if err == nil {
		_, err = p.Organizations.Set(r.Context(), reach, inQuestion(r), change)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.showSettings(w, r, reach, form, err)
	}
	return see(w, r, with(here(r, "settings"), "done", string(DoneSettings)))
}

// settingsOf reads the form. What is no number is told at its field.
func settingsOf(form url.Values) (org.Settings, error) {
	hide := form.Get("hide_pending") != ""
	text := func(name string) *string {
		value := form.Get(name)
		return &value
	}
	change := org.Settings{
		Version: form.Get("version"), Name: text("name"), Address: text("address"), Zone: text("time_zone"), Locale: text("locale"),
		Accent: text("accent"), AccentDark: text("accent_dark"), Sender: text("mail_sender"), ReplyTo: text("mail_reply_to"), HidePending: &hide,
	}
	var wrong []fault.Problem
	number := func(name string) *int {
		value := strings.TrimSpace(form.Get(name))
		if value == "" {
			value = "0"
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			wrong = append(wrong, fault.Problem{Field: name, Sentence: "Enter a whole number."})
		}
		return &n
	}
	change.IdleMinutes, change.TotalHours = number("session_idle_minutes"), number("session_total_hours")
	change.DueSoon, change.ExpiresSoon, change.HistoryMonths = number("due_soon_days"), number("expires_soon_days"), number("history_months")
	if len(wrong) > 0 {
		if _, err := change.Check(); err != nil {
			wrong = append(wrong, fault.Fields(err)...)
		}
		return change, fault.Invalidf(wrong...)
	}
	return change, nil
}

func (p *Pages) setLogo(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	raw, err := upload(r, "logo", org.MaxLogo)
	if err == nil {
		_, err = p.Organizations.SetLogo(r.Context(), reach, inQuestion(r), raw)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return p.showSettings(w, r, reach, nil, err)
	}
	return see(w, r, with(here(r, "settings"), "done", string(DoneLogo)))
}

func (p *Pages) removeLogo(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
	if err := p.Organizations.RemoveLogo(r.Context(), reach, inQuestion(r)); err != nil {
		return err
	}
	return see(w, r, with(here(r, "settings"), "done", string(DoneLogoRemoved)))
}

// upload reads one file of a form into memory; none is an empty one, and of one
// that is too large only as much is read as tells so.
func upload(r *http.Request, field string, most int64) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errors.Join(fault.New(fault.Invalid, "The form cannot be read."), err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if part.FormName() != field {
			continue
		}
		raw, err := io.ReadAll(io.LimitReader(part, most+1))
		if err != nil {
			return nil, unreadable(err)
		}
		return raw, nil
	}
}
