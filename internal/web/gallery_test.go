package web

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/license"
)

// policy is the content security policy that the server sends; the gallery
// sends it too, so that a page that breaks it is seen here.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// gallery is every page with sample content, by name.
func gallery() map[string]func(p Page) templ.Component {
	alone := func(p Page, title string) Page { p.Title = title; return p }
	zones := []Option{{Value: "Europe/Berlin", Label: "Europe/Berlin", Chosen: true}}
	locales := []Option{{Value: "en", Label: "English", Chosen: true}}
	out := reportGallery()
	maps.Copy(out, redeemGallery())
	maps.Copy(out, libraryGallery())
	maps.Copy(out, dealGallery())
	maps.Copy(out, seatsGallery())
	maps.Copy(out, auditGallery())
	maps.Copy(out, whyGallery())
	maps.Copy(out, locationGallery())
	maps.Copy(out, accountGallery())
	maps.Copy(out, clientGallery())
	maps.Copy(out, roleGallery())
	maps.Copy(out, teamGallery())
	maps.Copy(out, auditGallery())
	maps.Copy(out, reporterGallery())
	maps.Copy(out, sellGallery())
	maps.Copy(out, settingsGallery())
	maps.Copy(out, analyticsGallery())
	maps.Copy(out, map[string]func(p Page) templ.Component{
		"signin": func(p Page) templ.Component { return SignIn(alone(p, p.T("signin.title")), SignInView{}) },
		"signin-refused": func(p Page) templ.Component {
			return SignIn(alone(p, p.T("signin.title")), SignInView{Email: "a@b.example", Faults: Faults{"": "The address or the password is not right."}})
		},
		"signin-demo": func(p Page) templ.Component {
			return SignIn(alone(p, p.T("signin.title")), SignInView{Demo: sampleDemo()})
		},
		"reset": func(p Page) templ.Component { return Reset(alone(p, p.T("reset.title")), ResetView{}) },
		"reset-sent": func(p Page) templ.Component {
			return Reset(alone(p, p.T("reset.title")), ResetView{Sent: true, Email: "a@b.example"})
		},
		"password": func(p Page) templ.Component {
			return NewPassword(alone(p, p.T("password.title")), NewPasswordView{Action: "/reset/x", Email: "a@b.example", Faults: Faults{"password": "Use at least 8 characters."}})
		},
		"password-spent": func(p Page) templ.Component {
			return NewPassword(alone(p, p.T("password.title")), NewPasswordView{Spent: true})
		},
		"setup": func(p Page) templ.Component {
			return Setup(alone(p, p.T("setup.title")), SetupView{Action: "/setup/x", Zones: zones, Locales: locales})
		},
		"setup-join": func(p Page) templ.Component {
			return Setup(alone(p, p.T("setup.title")), SetupView{Action: "/setup/x", Organization: "Northwind Academy", Email: "a@b.example", EmailFixed: true, HasPassword: true})
		},
		"choose": func(p Page) templ.Component {
			return Choose(alone(p, p.T("choose.title")), ChooseView{Email: "a@b.example", Organizations: []Organization{{Name: "Northwind Academy", Slug: "n"}, {Name: "مدرسة الشمال", Slug: "m"}}})
		},
		"api-docs":      func(p Page) templ.Component { return APIDocs(alone(p, p.T("api.title")), sampleReference()) },
		"api-docs-some": func(p Page) templ.Component { return APIDocs(alone(p, p.T("api.title")), someReference()) },
		"api-docs-none": func(p Page) templ.Component {
			return APIDocs(alone(p, p.T("api.title")), someReference().searched("xyzzy"))
		},
		"not-found": func(p Page) templ.Component { return FailurePage(framed(p, p.T("failure.not_found"), ""), NotFound(p)) },
		"forbidden": func(p Page) templ.Component {
			return FailurePage(framed(p, p.T("failure.forbidden"), ""), Forbidden(p))
		},
		"lost-access": func(p Page) templ.Component {
			return FailurePage(framed(p, "", ""), LostAccess(p, "Ernst Handel", p.Instant(sampleNow)))
		},
		"signed-out":  func(p Page) templ.Component { return FailurePage(p, SignedOut(p)) },
		"too-many":    func(p Page) templ.Component { return FailurePage(p, TooMany(p, 12)) },
		"unavailable": func(p Page) templ.Component { return FailurePage(p, Unavailable(p)) },
		"apology":     func(p Page) templ.Component { return FailurePage(p, Apology(p, "4k3j5h2g")) },
		"refused": func(p Page) templ.Component {
			return FailurePage(framed(p, "", ""), Refused(p, "This activity is marked as done by its teacher."))
		},
		"users": func(p Page) templ.Component {
			p = framed(p, p.T("nav.users"), PlaceUsers)
			return Users(p, sampleUsers(p))
		},
		"users-none": func(p Page) templ.Component {
			p = framed(p, p.T("nav.users"), PlaceUsers)
			v := sampleUsers(p)
			v.Rows, v.Tally, v.Filters.Search = nil, Tally{Found: 0, All: 48, Invited: 3}, "xyzzy"
			return Users(p, v)
		},
		"users-unredeemed": func(p Page) templ.Component {
			p = framed(p, p.T("nav.users"), PlaceUsers)
			v := sampleUsers(p)
			v.Rows, v.Tally = nil, Tally{Invited: 3}
			return Users(p, v)
		},
		"invited": func(p Page) templ.Component {
			p = framed(p, p.T("nav.users"), PlaceUsers)
			u := sampleUsers(p)
			return Invited(p, InvitedView{Filters: sampleFilters(p, "invited"), Tally: u.Tally, Tabs: u.Tabs, Rows: []InvitedRow{{Email: "new@ernsthandel.example", Purchase: "Ernst Handel · Git", AssignedAt: sampleNow}}})
		},
		"dashboard": func(p Page) templ.Component {
			p = overviewGallery(p, "dashboard")
			return Dashboard(p, sampleDashboard(p))
		},
		"dashboard-missing": func(p Page) templ.Component {
			p = overviewGallery(p, "dashboard")
			p.Shell.Can = onlyDashboards
			return Dashboard(p, DashboardView{Missing: true})
		},
		"overview": func(p Page) templ.Component {
			p = overviewGallery(p, "reports")
			return OverviewPage(p, sampleOverview(p), ReportsView{})
		},
		"overview-empty": func(p Page) templ.Component {
			p = overviewGallery(p, "reports")
			return OverviewPage(p, sampleEmptyOverview(p), ReportsView{})
		},
		"learner": func(p Page) templ.Component {
			return Learner(framed(p, "Bjørn Lindqvist", PlaceUsers), sampleLearner())
		},
		"matrix": func(p Page) templ.Component {
			p = framed(p, p.T("nav.matrix"), PlaceMatrix)
			return Matrix(p, sampleMatrix(p))
		},
		"cell": func(p Page) templ.Component {
			p = framed(p, p.T("cell.title"), PlaceMatrix)
			return Cell(p, CellView{LearnerID: "l", Learner: sampleText[5], Title: "Safety induction", Back: p.Path("matrix"), Standing: sampleStanding(4), EnrolledOn: sampleDay - 90, StartedOn: sampleDay - 60, CompletedOn: day.None, Minutes: 95, LastActiveOn: sampleDay, Sources: []string{"Ernst Handel · Git"}, Parts: sampleEnrollments()[:3]})
		},
		"licenses": func(p Page) templ.Component {
			p = framed(p, p.T("nav.licenses"), PlaceLicenses)
			a, b := samplePurchase().PurchaseRow, samplePurchase().PurchaseRow
			b.Reporter, b.State, b.Company, b.RedeemBy = "", license.Ended, "Alfreds Futterkiste", day.None
			c := b
			c.Waiting, c.State, c.Company = true, license.Open, ""
			return Licenses(p, LicensesView{Filters: Filters{Action: p.Path("licenses")}, Rows: []PurchaseRow{a, b, c}, Count: 3, Sell: "#", Setup: "#"})
		},
		"purchase": func(p Page) templ.Component {
			return Purchase(framed(p, "Version Control with Git", PlaceLicenses), samplePurchase())
		},
		"learning": func(p Page) templ.Component {
			v := sampleLearning()
			v.Ended = LostAccess(p, "Ernst Handel", p.Instant(sampleNow)).Title
			return Learning(framed(p, p.T("nav.learning"), PlaceLearning), v)
		},
		"own-report": func(p Page) templ.Component {
			return OwnReport(framed(p, p.T("learning.report"), PlaceLearning), OwnReportView{Rows: sampleEnrollments(), Completed: 4, Export: "#"})
		},
		"profile": func(p Page) templ.Component {
			p = framed(p, p.T("nav.profile"), PlaceProfile)
			notice, _ := p.DoneNotice(DoneProfile)
			p.Notices = []Notice{notice}
			return Profile(p, sampleProfile())
		},
		"access": func(p Page) templ.Component {
			return Access(framed(p, p.T("access.title"), PlaceAccess), sampleAccess())
		},
		"access-none": func(p Page) templ.Component { return Access(framed(p, p.T("access.title"), PlaceAccess), AccessView{}) },
	})
	return out
}

// serveGallery answers /{page}?lang=ar&theme=dark.
func serveGallery(t *testing.T) *httptest.Server {
	t.Helper()
	assets, err := LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := language.Load()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", assets)
	mux.HandleFunc("GET /gallery/{page}", func(w http.ResponseWriter, r *http.Request) {
		view, ok := gallery()[r.PathValue("page")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		tag, _ := language.Parse(r.FormValue("lang"))
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := view(samplePage(catalogue, assets, tag, ParseTheme(r.FormValue("theme")))).Render(r.Context(), w); err != nil {
			t.Errorf("render %s: %v", r.PathValue("page"), err)
		}
	})
	mux.HandleFunc("GET /o/northwind/matrix/cell", func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("page", "cell")
		view := gallery()["cell"](samplePage(catalogue, assets, language.English, Light))
		if err := view.Render(r.Context(), w); err != nil {
			t.Errorf("render cell: %v", err)
		}
	})
	// A file in the making is ready when it is asked about again.
	mux.HandleFunc("GET /o/northwind/report-runs/r", func(w http.ResponseWriter, r *http.Request) {
		if err := gallery()["run-done"](samplePage(catalogue, assets, language.English, Light)).Render(r.Context(), w); err != nil {
			t.Errorf("render a file: %v", err)
		}
	})
	// The next rows of the matrix, once: a page without a further link.
	mux.HandleFunc("GET /o/northwind/more", func(w http.ResponseWriter, r *http.Request) {
		p := framed(samplePage(catalogue, assets, language.English, Light), "Training Matrix", PlaceMatrix)
		v := sampleMatrix(p)
		v.More = ""
		for i := range v.Rows {
			v.Rows[i].Name = "Later " + v.Rows[i].Name
		}
		if err := Matrix(p, v).Render(r.Context(), w); err != nil {
			t.Errorf("render more rows: %v", err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}
