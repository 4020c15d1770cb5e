package web

import "github.com/a-h/templ"

// libraryGallery is the pages of the Content Library with sample content.
func libraryGallery() map[string]func(p Page) templ.Component {
	parts := func(p Page) (rows []PartRow) {
		for i, title := range []string{sampleCourses[0], sampleCourses[9], sampleCourses[11]} {
			rows = append(rows, PartRow{ID: "a" + title, Title: title, Kind: p.T("kind.course"), Required: i < 2})
		}
		return rows
	}
	program := func(p Page) ItemView {
		return ItemView{
			LibraryRow: LibraryRow{ID: "pr", Title: "Safety induction", Kind: p.T("library.program"), Program: true, Size: 3, ExternalID: "SAFE-1"},
			Parts:      parts(p), Purchases: 4, Holders: 61, Edit: true, Sell: true,
		}
	}
	return map[string]func(p Page) templ.Component{
		"library": func(p Page) templ.Component {
			p = framed(p, p.T("nav.library"), PlaceLibrary)
			v := LibraryView{Filters: Filters{Action: p.Path("library")}, Count: 14, Edit: true, Rows: []LibraryRow{program(p).LibraryRow}}
			for _, title := range sampleCourses {
				v.Rows = append(v.Rows, LibraryRow{ID: title, Title: title, Kind: p.T("library.link"), Minutes: 45})
			}
			return Library(p, v)
		},
		"library-empty": func(p Page) templ.Component {
			return Library(framed(p, p.T("nav.library"), PlaceLibrary), LibraryView{Edit: true})
		},
		"library-item": func(p Page) templ.Component {
			return LibraryItem(framed(p, "Safety induction", PlaceLibrary), program(p))
		},
		"library-activity": func(p Page) templ.Component {
			return ActivityForm(framed(p, p.T("library.add_link"), PlaceLibrary), ActivityFormView{
				Title: sampleCourses[0], URL: "learn.example", AddressNeeded: true, Faults: Faults{"url": "Enter an address that begins with https://."},
			})
		},
		"library-program": func(p Page) templ.Component {
			now := program(p)
			return ProgramForm(framed(p, p.T("library.edit_program"), PlaceLibrary), ProgramFormView{
				Title: "Safety induction", Parts: parts(p), Choices: []Option{{Label: p.T("library.choose")}, {Value: "x", Label: sampleCourses[3]}},
				Holders: 61, Enroll: true, Now: &now, Faults: Faults{"": "Somebody else has changed this in the meantime. Look at what it says now, then save again."},
			})
		},
	}
}
