// Package web is Ambit's pages: typed templ components over small view structs,
// and what they look like. A component decides only "show or not"; who may see
// what is decided before a view is filled.
package web

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/language"
)

// Page is what every page needs besides its own content.
type Page struct {
	*language.Printer
	Assets  *Assets
	Theme   Theme
	Title   string
	Brand   Brand
	Shell   *Shell // absent on pages outside an organization
	Notices []Notice
}

// Theme is the reader's choice as their cookie keeps it; empty leaves it to
// their system.
type Theme string

// The themes a reader may choose.
const (
	Light Theme = "light"
	Dark  Theme = "dark"
)

// ParseTheme reads the value of the cookie "theme".
func ParseTheme(cookie string) Theme {
	switch t := Theme(cookie); t {
	case Light, Dark:
		return t
	}
	return ""
}

// Notice is a sentence above the page: what was done, or what went wrong.
type Notice struct {
	Text string
	Bad  bool
}

// Shell is the frame of an organization's pages.
type Shell struct {
	Organization  string // its name
	Slug          string
	Learners      int // how many the reader can see
	Person        Reader
	Organizations []Organization // where the reader has accounts, this one too
	Current       Place
	Demo          bool // shows Switch person
	Can           func(access.Permission) bool
	Buys          bool        // has purchases of their own
	Manages       bool        // has Management
	Inside        *InsideView // set while the reader works in a client of their organization
}

// Reader is the person the page is for.
type Reader struct {
	Name, Email string
	Role        string // what they are here, in words
}

// Organization is one the reader may switch to.
type Organization struct {
	Name, Slug string
	Here       bool
}

// Place is an entry of the navigation.
type Place string

// The places that have pages.
const (
	PlaceSettings   Place = "settings"
	PlaceDashboard  Place = "dashboard"
	PlaceReports    Place = "reports"
	PlaceMatrix     Place = "matrix"
	PlaceUsers      Place = "users"
	PlaceLicenses   Place = "licenses"
	PlaceLibrary    Place = "library"
	PlaceDeals      Place = "deals"
	PlaceMyLicenses Place = "my-licenses"
	PlaceMail       Place = "mail"
	PlaceAudit      Place = "audit"
	PlaceLearning   Place = "learning"
	PlaceProfile    Place = "profile"
	PlaceAccess     Place = "access"
)

type placeGroup struct {
	title  string // message key; empty: it needs no heading
	places []placeEntry
}

type placeEntry struct {
	place      Place
	title      string // message key
	icon       string
	path       string
	permission access.Permission
}

// navigation is the order of the back office; entries appear for those they serve.
func navigation() []placeGroup {
	return []placeGroup{
		{"nav.overview", []placeEntry{
			{PlaceDashboard, "nav.dashboard", "layout-dashboard", "dashboard", access.DashboardView},
			{PlacePressing, "nav.pressing", "hourglass", "pressing", access.AccountEdit},
			{PlaceReports, "nav.reports", "report", "reports", access.ReportView},
			{PlaceMatrix, "nav.matrix", "table", "matrix", access.MatrixView},
		}},
		{"nav.people", []placeEntry{
			{PlaceUsers, "nav.users", "users", "users", access.LearnerView},
			{PlaceEnding, "nav.ending", "hourglass", "access-ending", access.GrantEdit},
		}},
		{"nav.content", []placeEntry{
			{PlaceLibrary, "nav.library", "books", "library", access.ActivityView},
		}},
		{"nav.commerce", []placeEntry{
			{PlaceLicenses, "nav.licenses", "license", "licenses", access.LicenseView},
			{PlaceDeals, "nav.deals", "file", "deals", access.DealView},
		}},
		{"nav.settings", []placeEntry{
			{PlaceSettings, "nav.general", "adjustments-horizontal", "settings", access.OrganizationConfigure},
			{PlaceClients, "nav.clients", "building", "clients", access.ClientView},
			{PlaceLocations, "nav.locations", "map-pin", "locations", access.LocationView},
			{PlaceRoles, "nav.roles", "shield-check", "roles", access.RoleView},
			{PlaceMail, "nav.mail", "mail", "mail", access.MailView},
			{PlaceAudit, "nav.audit", "clock", "audit", access.AuditView},
		}},
	}
}

// ownPlaces is all there is for plain learners; others find it in their menu.
func (s *Shell) ownPlaces() []placeGroup {
	own := []placeEntry{{PlaceLearning, "nav.learning", "school", "me", access.SelfView}}
	if s.Buys {
		own = append(own, placeEntry{PlaceMyLicenses, "nav.my_licenses", "license", "my-licenses", access.LicenseView})
	}
	return []placeGroup{{"nav.own", append(own, placeEntry{PlaceProfile, "nav.profile", "user", "profile", access.SelfView})}}
}

// Navigation is the groups that have an entry for this reader.
func (s *Shell) Navigation() []placeGroup {
	if out := s.backOffice(); len(out) > 0 {
		return out
	}
	return s.ownPlaces()
}

// backOffice is the groups of places about others; plain learners have none.
func (s *Shell) backOffice() []placeGroup {
	var out []placeGroup
	for _, group := range navigation() {
		var shown []placeEntry
		for _, entry := range group.places {
			if s.Can(entry.permission) {
				shown = append(shown, entry)
			}
		}
		if len(shown) > 0 {
			out = append(out, placeGroup{group.title, shown})
		}
	}
	return s.withManagement(out)
}

// Can tells whether a control for a permission is worth showing.
func (p Page) Can(permission access.Permission) bool {
	return p.Shell != nil && p.Shell.Can(permission)
}

// Path is an address in the page's organization: Path("users", id).
func (p Page) Path(parts ...string) templ.SafeURL {
	slug := ""
	if p.Shell != nil {
		slug = p.Shell.Slug
	}
	return OrganizationPath(slug, parts...)
}

// OrganizationPath is an address in an organization.
func OrganizationPath(slug string, parts ...string) templ.SafeURL {
	var b strings.Builder
	b.WriteString("/o/" + url.PathEscape(slug))
	for _, part := range parts {
		b.WriteString("/" + url.PathEscape(part))
	}
	return templ.SafeURL(b.String())
}

// initials are the two letters of a face: of the first and the last word.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	switch len(words) {
	case 0:
		return "–"
	case 1:
		return firstLetter(words[0])
	default:
		return firstLetter(words[0]) + firstLetter(words[len(words)-1])
	}
}

func firstLetter(word string) string {
	r, _ := utf8.DecodeRuneInString(word)
	return strings.ToUpper(string(r))
}
