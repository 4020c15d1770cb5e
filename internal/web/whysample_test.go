package web

import (
	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
)

// whyGallery is the pages that say who sees whom with sample content.
func whyGallery() map[string]func(p Page) templ.Component {
	way := func(p Page, role access.RoleKey, place string) WhyWay {
		preset, _ := access.Preset(role)
		name := p.RoleName(preset)
		return WhyWay{
			Why: name + ": " + place, May: []string{p.T("may.learners"), p.T("may.matrix")}, Given: p.T("why.given", "Name", "Grace Mbeki"), Since: sampleNow.AddDate(0, -2, 0),
			Until: sampleNow.AddDate(0, 1, 0), Reason: "New account executive", End: p.T("why.end_role", "Role", name, "Place", place),
		}
	}
	asked := func(p Page, answer *WhyAnswer) templ.Component {
		return Why(framed(p, p.T("why.title", "Name", "Bjørn Lindqvist"), PlaceUsers), WhyView{
			ID: "l1", Name: "Bjørn Lindqvist", Action: p.Path("users", "l1", "why"), Who: "maria", Answer: answer, More: 1, Events: "#",
			Viewers: []WhyViewer{{Name: "فريد حداد", To: "#", Ways: []WhyWay{way(p, access.LocalAdministrator, "Oslo"), way(p, access.LicenseReporter, "Ernst Handel")}}},
		})
	}
	return map[string]func(p Page) templ.Component{
		"why": func(p Page) templ.Component {
			return asked(p, &WhyAnswer{Question: p.T("why.question", "Actor", "Maria Anders", "Learner", "Bjørn Lindqvist"), Allowed: true, Ways: []WhyWay{way(p, access.LicenseReporter, "Ernst Handel")}})
		},
		"why-not": func(p Page) templ.Component {
			pairs := []any{"Actor", "Maria Anders", "Learner", "Bjørn Lindqvist", "Role", p.T("role.license_reporter"), "Place", "QUICK-Stop"}
			return asked(p, &WhyAnswer{Question: p.T("why.question", pairs...), Missing: p.T("why.missing_place", pairs...), Mend: p.T("why.mend_place", pairs...), Ways: []WhyWay{way(p, access.LicenseReporter, "QUICK-Stop")}})
		},
		"why-found": func(p Page) templ.Component {
			return Why(framed(p, p.T("why.title", "Name", "Bjørn Lindqvist"), PlaceUsers), WhyView{
				ID: "l1", Name: "Bjørn Lindqvist", Action: p.Path("users", "l1", "why"), Nobody: true, Found: []EventLink{{"Maria Anders", "#"}, {"Maria Muster", "#"}},
			})
		},
		"seen": func(p Page) templ.Component {
			return Seen(framed(p, p.T("seen.title"), PlaceAccess), SeenByView{
				Viewers: []WhyViewer{{Name: "Grace Mbeki", Ways: []WhyWay{way(p, access.OrganizationAdministrator, "Northwind Academy")}}},
				Others:  []OtherSeers{{Why: p.T("role.master_administrator") + ": Northwind", People: 2}},
				Exports: []ExportView{{Report: p.ReportName("progress"), By: "Maria Anders", At: sampleNow}},
			})
		},
		"seen-none": func(p Page) templ.Component { return Seen(framed(p, p.T("seen.title"), PlaceAccess), SeenByView{}) },
	}
}
