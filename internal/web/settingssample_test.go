package web

import (
	"net/url"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/org"
)

// settingsGallery is the page of an organization's settings: as one finds it,
// refused, and with what a second editor is told.
func settingsGallery() map[string]func(p Page) templ.Component {
	view := func(p Page) SettingsView {
		v := SettingsView{
			Version: "1", Idle: p.Duration(480), Total: p.N("settings.hours", 720), MailSenderIs: "Northwind Academy", Logo: p.Assets.URL("mark.svg"),
			Locations: true, Hierarchies: true, Managers: 12, Limit: 50, History: "#",
			Samples: []Sample{
				{Label: p.T("settings.on_light"), Paper: "#ffffff", Text: "#171717", Accent: ambitAccent, Ratio: p.Decimal(5)},
				{Label: p.T("settings.on_dark"), Paper: "#171717", Text: "#fafafa", Accent: ambitAccentDark, Ratio: p.Decimal(8.1)},
			},
		}
		v.fill(said(org.Organization{
			Name: "Northwind Academy", Address: "Street 1\n1010 Vienna", Zone: "Europe/Vienna", Locale: "de", HidePending: true,
			Brand: org.Brand{Accent: "#b3261e"}, LetterHead: org.LetterHead{Sender: "Training team", ReplyTo: "training@northwind.example"},
			Sessions: org.SessionLimits{IdleMinutes: 60}, HistoryMonths: 12,
		}))
		return v
	}
	return map[string]func(p Page) templ.Component{
		"settings": func(p Page) templ.Component {
			return Settings(framed(p, p.T("settings.title"), PlaceSettings), view(p))
		},
		"settings-refused": func(p Page) templ.Component {
			v := view(p)
			v.fill(url.Values{"name": {""}, "accent": {"#fde047"}, "address": {"x"}})
			v.Logo, v.Limit, v.Locations = "", 0, false
			v.Faults = p.FaultsOf(org.ErrStale)
			v.Faults["accent"], v.Faults["address"], v.Faults["logo"] = sampleText[0], sampleText[1], sampleText[2]
			v.suggest(p)
			v.Stale = []StaleSetting{{p.T("field.name"), "Nordlicht"}, {p.T("settings.address"), ""}}
			return Settings(framed(p, p.T("settings.title"), PlaceSettings), v)
		},
	}
}
