package story

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
)

// page is one page as a person of the demonstration sees it.
type page struct {
	person string
	name   string
	path   string // below /o/northwind, or from the root where it begins with two slashes
	open   string // a link on that page to follow, where its address is not known beforehand
}

// pages is every page there is.
var pages = []page{
	{"", "signin", "//signin", ""},
	{"", "reset", "//reset", ""},
	{"two-accounts", "choose", "//choose", ""},
	{"reporter", "matrix", "/matrix", ""},
	{"reporter", "users", "/users", ""},
	{"reporter", "invited", "/users/invited", ""},
	{"reporter", "learner", "/users", "table.list tbody th a"},
	{"reporter", "access", "/access", ""},
	{"reporter", "not-found", "/users/aaaaaaaaaaaaaaaaaaaaaaaaaa", ""},
	{"reporter-of-ended", "users-empty", "/users", ""},
	{"transferred-away", "lost", "/matrix", ""},
	{"reporter", "overview", "/reports", ""},
	{"multiple-location-administrator", "dashboard", "/dashboard", ""},
	{"multiple-location-administrator", "overview", "/reports", ""},
	{"organization-administrator", "matrix-searched", "/matrix?q=anna", ""},
	{"organization-administrator", "matrix-programs", "/matrix?columns=programs&q=anna", ""},
	{"organization-administrator", "cell", "/matrix?q=anna", ".matrix tbody:not(.sum) a.mc"},
	{"organization-administrator", "users", "/users", ""},
	{"organization-administrator", "users-nothing", "/users?q=nobodyatall", ""},
	{"organization-administrator", "invited", "/users/invited", ""},
	{"organization-administrator", "learner", "/users", "table.list tbody tr:nth-child(5) th a"},
	{"organization-administrator", "licenses", "/licenses", ""},
	{"organization-administrator", "purchase", "/licenses", "table.list tbody tr:nth-child(3) th a"},
	{"organization-administrator", "access", "/access", ""},
	{"organization-administrator", "library", "/library", ""},
	{"organization-administrator", "library-program", "/library?kind=program", "table.list tbody th a"},
	{"organization-administrator", "library-link", "/library/activities/new", ""},
	{"organization-administrator", "deals", "/deals", ""},
	{"organization-administrator", "deal", "/deals?state=active", "table.list tbody th a"},
	{"organization-administrator", "deal-draft", "/deals?state=draft", "table.list tbody th a"},
	{"organization-administrator", "deal-new", "/deals/new", ""},
	{"organization-administrator", "roles", "/roles", ""},
	{"organization-administrator", "role", "/roles", `table.list tbody a[href*="/roles/"]`},
	{"organization-administrator", "role-new", "/roles/new", ""},
	{"organization-administrator", "settings", "/settings", ""},
	{"organization-administrator", "person-new", "/users/new", ""},
	{"organization-administrator", "people-deleted", "/users/deleted", ""},
	{"organization-administrator", "access-ending", "/access-ending", ""},
	{"organization-administrator", "access-of", "/access-ending", `table.list tbody th a`},
	{"organization-administrator", "audit", "/audit?action=session.", ""},
	{"master-administrator", "clients", "/clients", ""},
	{"master-administrator", "client", "/clients", "table.list tbody th a"},
	{"master-administrator", "client-new", "/clients/new", ""},
	{"master-administrator", "inside-client", "//o/save-a-lot/users", ""},
	{"local-administrator", "pressing", "/pressing", ""},
	{"student", "seen", "/me/seen", ""},
	{"buyer", "my-licenses", "/my-licenses", ""},
	{"buyer", "my-license", "/my-licenses", "table.list tbody tr:last-child th a"},
	{"invited", "offers", "/me", ""},
	{"", "verify", "//verify", ""},
	{"reporter-of-two", "report-enrollments", "/reports/enrollments", ""},
	{"reporter-of-two", "report-print", "/reports/progress/print", ""},
	{"reporter-of-two", "files", "/report-runs", ""},
	{"organization-administrator", "report-by-location", "/reports/progress?group=location&state=overdue", ""},
	{"organization-reports-only", "report-due", "/reports/due?sort=-days_late", ""},
	{"student", "learning", "/me", ""},
	{"student", "report", "/me/report", ""},
	{"student", "profile", "/profile", ""},
}

// large are pages of many rows, each of which was looked at on another page;
// they are opened for a picture only.
var large = []page{
	{"organization-administrator", "dashboard", "/dashboard", ""},
	{"organization-administrator", "overview", "/reports", ""},
	{"organization-administrator", "matrix", "/matrix", ""},
	{"organization-administrator", "matrix-all-programs", "/matrix?columns=programs", ""},
	{"organization-administrator", "matrix-overdue", "/matrix?state=overdue", ""},
}

// visit looks at all pages of a person.
func visit(person string) func(b *browser) {
	return func(b *browser) {
		b.meant = []string{notFound, forbidden} // one page is about each
		if person != "" {
			b.signIn(person)
		}
		looked := pages
		if *screenshots != "" {
			looked = slices.Concat(pages, large)
		}
		for _, p := range looked {
			if p.person == person {
				p.look(b)
			}
		}
	}
}

// look opens the page in light and dark, wide and narrow: axe finds nothing and
// nothing scrolls sideways.
func (p page) look(b *browser) {
	path := "/o/northwind" + p.path
	if root, is := strings.CutPrefix(p.path, "//"); is {
		path = "/" + root
	}
	b.wide()
	b.open(path)
	if p.open != "" {
		b.open(ask[string](b, `(a => a.pathname + a.search)(document.querySelector(`+quoted(p.open)+`))`))
	}
	name := strings.Trim(p.person+"-"+p.name, "-")
	b.accessible(everyRule)
	b.keep(name + "-light")
	b.narrow()
	b.fits()
	b.keep(name + "-light-narrow")
	ask[bool](b, `(document.documentElement.classList.add("dark"), true)`)
	b.keep(name + "-dark-narrow")
	b.wide()
	b.accessible(colors)
	b.keep(name + "-dark")
}

var axe = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("../web/testdata/axe.min.js") })

// What axe looks for: dark pages differ from light ones in colors alone.
const (
	everyRule = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	colors    = `{type: "rule", values: ["color-contrast"]}`
)

// alike are the rows and columns that are not looked at, since they repeat those before them.
const alike = `{exclude: [[".list tbody tr:nth-child(n+12)"], [".matrix tbody tr:nth-child(n+12)"], [".matrix tr > :nth-child(n+14)"]]}`

const runAxe = `.then(r =>
	JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + " | " + n.failureSummary)}))))`

// accessible fails on everything that axe finds.
func (b *browser) accessible(rules string) {
	b.Helper()
	script, err := axe()
	if err != nil {
		b.Fatal(err)
	}
	ask[string](b, `document.fonts.ready.then(() => "")`)
	if !ask[bool](b, `!!window.axe`) {
		ask[string](b, string(script)+`; ""`)
	}
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(ask[string](b, `axe.run(`+alike+`, {runOnly: `+rules+`})`+runAxe)), &violations); err != nil {
		b.Fatal(err)
	}
	for _, v := range violations {
		b.Errorf("%s: axe %s: %s\n\t%s", b.at(), v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// fits fails where the page is wider than the window.
func (b *browser) fits() {
	b.Helper()
	if wide := ask[int](b, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		b.Errorf("%s is %d pixels wider than its window", b.at(), wide)
	}
}
