package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
)

// sampleClients are clients that stand differently.
func sampleClients() []ClientRow {
	return []ClientRow{
		{ID: "a", Name: "Adatum", ClientID: "AD-1", Slug: "adatum", Standing: ClientOpen, ExpiresOn: sampleDay + 200, People: 1480, Administrators: 3, Places: 41, Clients: 2, Seats: 900, Taken: 744},
		{ID: "b", Name: "مدرسة الشمال", Slug: "north", Above: "Adatum", Standing: ClientSuspended, ExpiresOn: day.None, People: 12, Administrators: 1},
		{ID: "c", Name: "Contoso", Slug: "contoso", ClientID: "C_2.x", Standing: ClientExpired, ExpiresOn: sampleDay - 3, People: 214, Administrators: 2, Places: 8, Seats: 250, Taken: 12},
		{ID: "d", Name: "Fabrikam", Slug: "fabrikam", Standing: ClientEnded, ExpiresOn: day.None, People: 3},
	}
}

// clientGallery is the pages of the clients with sample content, and one inside a client.
func clientGallery() map[string]func(p Page) templ.Component {
	rows := sampleClients()
	return map[string]func(p Page) templ.Component{
		"clients": func(p Page) templ.Component {
			v := ClientsView{Filters: Filters{Action: p.Path("clients")}, Rows: rows, Count: len(rows), Edit: true}
			return Clients(framed(p, p.T("nav.clients"), PlaceClients), v)
		},
		"clients-none": func(p Page) templ.Component {
			return Clients(framed(p, p.T("nav.clients"), PlaceClients), ClientsView{Edit: true})
		},
		"client": func(p Page) templ.Component {
			v := ClientView{ClientRow: rows[0], CreatedAt: sampleNow, Zone: "Europe/Berlin", Locale: "Deutsch", MayHaveClients: true, Work: OrganizationPath("adatum"), Edit: true}
			return Client(framed(p, v.Name, PlaceClients), v)
		},
		"client-suspended": func(p Page) templ.Component {
			v := ClientView{ClientRow: rows[1], Reason: "Unpaid since March", Since: sampleNow, CreatedAt: sampleNow, Zone: "Africa/Cairo", Locale: "العربية", Work: OrganizationPath("north"), Edit: true}
			return Client(framed(p, v.Name, PlaceClients), v)
		},
		"client-form": func(p Page) templ.Component {
			return ClientForm(framed(p, p.T("clients.new"), PlaceClients), ClientFormView{
				New: true, Zones: []Option{{Value: "UTC", Label: "UTC"}}, Locales: []Option{{Value: "en", Label: "English"}},
				Faults: Faults{"slug": "This short name is taken."},
			})
		},
		"client-edit": func(p Page) templ.Component {
			return ClientForm(framed(p, p.T("clients.edit"), PlaceClients), ClientFormView{
				Name: "Adatum", ClientID: "AD-1", Holders: []string{"Amélie Laurent"}, Faults: Faults{"may_have_clients": "Somebody is Master Administrator there. Give them another role first."},
			})
		},
		"client-suspend": func(p Page) templ.Component {
			return ClientStepPage(framed(p, p.T("clients.suspend_title", "Name", "Adatum"), PlaceClients), ClientStepView{
				ID: "a", Name: "Adatum", Step: StepSuspend, Back: p.Path("clients", "a"), Says: []string{p.N("clients.says_people", 1480), p.T("clients.says_sessions"), p.N("clients.says_clients", 2)},
			})
		},
		"client-inside": func(p Page) templ.Component {
			p = framed(p, p.T("nav.clients"), PlaceClients)
			p.Shell.Inside = &InsideView{Client: "Adatum", Role: "Master Administrator", Master: "Northwind Academy", Back: OrganizationPath("northwind"), Shut: true}
			return Clients(p, ClientsView{})
		},
		"choose-closed": func(p Page) templ.Component {
			p.Title = p.T("choose.title")
			return Choose(p, ChooseView{Email: "a@b.example", Closed: []ClosedOrganization{{Name: "Contoso", Why: p.Sentence("This organization has ended: nobody can work in it any more. What was done in it is kept.")}}})
		},
	}
}
