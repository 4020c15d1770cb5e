package web

import "github.com/a-h/templ"

// locationGallery is the pages of the locations with sample content.
func locationGallery() map[string]func(p Page) templ.Component {
	tree := func(p Page) TreeView {
		row := func(id, name string, children int) TreeRow {
			return TreeRow{ID: id, Name: name, To: p.Path("locations", id), Children: children}
		}
		paris := row("paris", "Île-de-France", 8)
		paris.Here, paris.Type = true, "Region"
		france := row("fr", "France", 13)
		france.Open, france.Type, france.Close = true, "Country", p.Path("locations")
		france.Below = TreeLevel{Rows: []TreeRow{row("bre", "Bretagne", 4), paris, row("cor", "Corse", 0)}, More: "/gallery/locations-more", Last: true}
		client := row("nord", "Nord", 2)
		client.Client = "Acme"
		return TreeView{Label: p.T("nav.locations"), Level: TreeLevel{Rows: []TreeRow{row("de", "Deutschland", 16), france, row("eg", "مصر", 27), client}}}
	}
	place := func(p Page) *PlaceView {
		return &PlaceView{
			ID: "paris", Name: "Île-de-France", Type: "Region", ExternalID: "FR-IDF", Here: 12, Within: 1480, Places: 8, Grants: 3,
			Trail: []FoundPlace{{Name: "France", To: p.Path("locations", "fr")}}, People: p.Path("users"),
			Edit: p.Path("locations", "paris", "edit"), Move: p.Path("locations", "paris", "move"), Merge: p.Path("locations", "paris", "merge"),
		}
	}
	browser := func(p Page) LocationsView {
		return LocationsView{
			SearchAt: p.Path("locations"), Tree: tree(p), Place: place(p), Add: p.Path("locations", "new"), Setup: p.Path("locations", "setup"),
			Import: p.Path("locations", "import"), Export: p.Path("locations", "export"),
		}
	}
	people := []string{"Amélie Laurent", "Giulia Conti", "Jean Petit", "Léa Moreau", "Noor Haddad"}
	above := func(p Page) []Option {
		return []Option{{Label: p.T("location.requires_nothing")}, {Value: "c", Label: "Country", Chosen: true}}
	}
	return map[string]func(p Page) templ.Component{
		"locations": func(p Page) templ.Component {
			return Locations(framed(p, p.T("nav.locations"), PlaceLocations), browser(p))
		},
		"locations-more": func(p Page) templ.Component {
			v := browser(p)
			v.Tree.Level.Rows[1].Below.Rows, v.Tree.Level.Rows[1].Below.More = []TreeRow{{ID: "idf", Name: "Grand Est", To: p.Path("locations", "idf")}, {ID: "nor", Name: "Normandie", To: p.Path("locations", "nor")}}, ""
			return Locations(framed(p, p.T("nav.locations"), PlaceLocations), v)
		},
		"location-import": func(p Page) templ.Component {
			return LocationImport(framed(p, p.T("location.import_title"), PlaceLocations), LocationImportView{
				Action: p.Path("locations", "import"), Back: p.Path("locations"), Export: p.Path("locations", "export"), Pasted: "id;naam\n1;Oslo",
				Faults: Faults{"file": "The first line must name the columns id and name; parent_id and type are understood besides."},
			})
		},
		"location-filter": func(p Page) templ.Component {
			v := browser(p)
			return PlaceChoice(framed(p, p.T("location.pick_title"), ""), PlaceChoiceView{
				Back: p.Path("users"), BackTo: p.T("location.back_to_list"), Ask: p.T("location.pick_ask"), Heading: p.T("field.location"), Action: p.T("location.pick"),
				Chosen: "Île-de-France", Choose: p.Path("users"), Top: p.Path("users"), TopLabel: p.T("filter.all_locations"), Browser: v,
			})
		},
		"locations-found": func(p Page) templ.Component {
			v := browser(p)
			v.Place, v.Searching, v.Search = nil, true, "par"
			v.Found = []FoundPlace{{Name: "Paris", Trail: "France › Île-de-France", ExternalID: "FR-75", To: p.Path("locations", "x")}, {Name: "Parma", Trail: "Italia › Emilia-Romagna", To: p.Path("locations", "y")}}
			return Locations(framed(p, p.T("nav.locations"), PlaceLocations), v)
		},
		"locations-off": func(p Page) templ.Component {
			return Locations(framed(p, p.T("nav.locations"), PlaceLocations), LocationsView{Off: true, Setup: p.Path("locations", "setup")})
		},
		"location-form": func(p Page) templ.Component {
			return LocationForm(framed(p, p.T("location.add"), PlaceLocations), LocationFormView{
				New: true, Parent: "fr", ParentName: "France", Types: above(p), Faults: Faults{"name": "Enter a name of at most 100 characters."},
			})
		},
		"location-pick": func(p Page) templ.Component {
			return PlaceChoice(framed(p, p.T("location.move_title", "Name", "Corse"), PlaceLocations), PlaceChoiceView{
				Ask: p.T("location.move_ask"), Chosen: "Île-de-France", Choose: p.Path("locations"), Top: p.Path("locations"), Browser: browser(p),
				BackTo: p.T("nav.locations"), Heading: p.T("location.target"), Action: p.T("location.preview"), TopLabel: p.T("location.to_top"),
			})
		},
		"location-effect": func(p Page) templ.Component {
			return Effect(framed(p, p.T("location.move_title", "Name", "Corse"), PlaceLocations), EffectView{
				Intro: p.T("location.move_intro", "Name", "Corse", "To", "Italia"), Confirm: p.T("location.move_confirm", "Name", "Corse", "To", "Italia"),
				Crossing: p.T("location.crossing", "From", "France", "To", "Italia"), People: 214, Places: 3, Others: 1,
				Rows: []EffectRow{{Name: people[0], Loses: 214, LosesSample: people[2:5]}, {Name: people[1], Gains: 214, GainsSample: people[2:5]}},
			})
		},
		"location-setup": func(p Page) templ.Component {
			return LocationSetup(framed(p, p.T("location.setup"), PlaceLocations), LocationSetupView{
				Locations: true, Hierarchies: true, Holders: []HolderRow{{Name: people[0], Role: p.T("role.local_administrator"), Place: "Corse"}},
				Types: []TypeRow{{ID: "c", Name: "Country", Level: 1, Places: 27, Above: above(p)[:1]}, {ID: "r", Name: "Region", Level: 2, Unused: true, Above: above(p)}},
				Above: above(p), Faults: Faults{"": "People hold roles that depend on this. End or change these roles first."},
			})
		},
	}
}
