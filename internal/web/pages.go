package web

import (
	"context"
	"io"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/audit"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/invitation"
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/learning"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/mail"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/once"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// Services are what the pages ask. Every rule is theirs.
type Services struct {
	Accounts    *account.Service
	Reports     *report.Service
	Runs        *report.Runs
	Views       *report.Views
	Takings     *report.Takings
	Licenses    *license.Service
	Redemptions *license.Redemptions
	Invitations *invitation.Service
	Mail        *mail.Log
	Audit       *audit.Service
	Acts        *bulk.Service
	Requests    *once.Service
	Learning    *learning.Service
	Management  *management.Service
	Roles       *management.Roles
	Teams       *team.Service
	Groups      *management.Groups
	Policies    *management.Policies
	Content     *content.Service
	Locations   *location.Service

	Organizations *org.Service
}

// DemoPeople are who one can be in the demo; there is none anywhere else.
type DemoPeople interface {
	// View tells the people's stories in a language.
	View(tag language.Tag) *DemoView
	// Identity finds whom a person of the demo signs in as, and their organization's slug
	// (empty where they have several).
	Identity(ctx context.Context, person string) (id account.IdentityID, slug string, err error)
}

// Pages answers requests with pages.
type Pages struct {
	Services
	catalogue *language.Catalogue
	assets    *Assets
	cookie    server.Cookie
	demo      DemoPeople
}

// New makes the pages; demo is nil but in the demo.
func New(services Services, catalogue *language.Catalogue, cookie server.Cookie, demo DemoPeople) (*Pages, error) {
	assets, err := LoadAssets()
	if err != nil {
		return nil, err
	}
	return &Pages{Services: services, catalogue: catalogue, assets: assets, cookie: cookie, demo: demo}, nil
}

// Routes is every page with the permission it needs.
func (p *Pages) Routes() []server.Route {
	page := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: countingOnce(handle)}
	}
	guess := func(pattern string, permission access.Permission, handle server.Handler) server.Route {
		return server.Route{Pattern: pattern, Permission: permission, Handle: handle, Rate: server.Guessing}
	}
	routes := []server.Route{
		{Pattern: "GET /static/{hash}/{name}", Permission: access.Public, Kind: server.Asset, Cache: server.Immutable, Handle: p.static},

		page("GET /{$}", access.Public, p.start),
		page("GET /signin", access.Public, p.signInForm),
		guess("POST /signin", access.Public, p.signIn),
		page("POST /signout", access.SignedIn, p.signOut),
		page("GET /choose", access.SignedIn, p.choose),
		page("GET /reset", access.Public, p.resetForm),
		guess("POST /reset", access.Public, p.requestReset),
		page("GET /reset/{token}", access.Public, p.passwordForm),
		guess("POST /reset/{token}", access.Public, p.setPassword),
		page("GET /setup/{token}", access.Public, p.setupForm),
		guess("POST /setup/{token}", access.Public, p.setup),

		page("GET /o/{organization}", access.SelfView, p.land),
		page("GET /o/{organization}/dashboard", access.DashboardView, p.dashboard),
		{Pattern: "GET /o/{organization}/dashboard/attention", Permission: access.DashboardView, Handle: p.attention, Rate: server.Heavy},
		page("GET /o/{organization}/users", access.LearnerView, p.users),
		page("GET /o/{organization}/users/invited", access.LearnerView, p.invited),
		page("GET /o/{organization}/users/{learner}", access.LearnerView, p.learner),
		{Pattern: "GET /o/{organization}/matrix", Permission: access.MatrixView, Handle: p.matrix, Repeats: []string{"activity"}},
		{Pattern: "GET /o/{organization}/matrix/totals", Permission: access.MatrixView, Handle: p.matrixTotals, Repeats: []string{"activity"}, Rate: server.Heavy},
		{Pattern: "POST /o/{organization}/matrix/runs", Permission: access.ReportExport, Handle: p.runMatrix, Rate: server.Heavy},
		page("GET /o/{organization}/matrix/cell", access.MatrixView, p.cell),
		page("GET /o/{organization}/reports", access.ReportView, p.reports),
		{Pattern: "GET /o/{organization}/reports/{report}", Permission: access.ReportView, Handle: p.report, Repeats: []string{"columns"}},
		{Pattern: "GET /o/{organization}/reports/{report}/print", Permission: access.ReportExport, Handle: p.printReport, Rate: server.Heavy},
		{Pattern: "GET /o/{organization}/reports/{report}/addresses", Permission: access.ReportExport, Handle: p.addresses, Rate: server.Heavy},
		{Pattern: "POST /o/{organization}/reports/{report}/runs", Permission: access.ReportExport, Handle: p.runReport, Rate: server.Heavy},
		page("POST /o/{organization}/reports/{report}/views", access.ReportView, p.keepView),
		page("POST /o/{organization}/reports/{report}/views/{view}/delete", access.ReportView, p.dropView),
		page("GET /o/{organization}/report-runs", access.SelfView, p.runs),
		page("GET /o/{organization}/report-runs/{run}", access.SelfView, p.run),
		{Pattern: "GET /o/{organization}/report-runs/{run}/file", Permission: access.SelfView, Handle: p.runFile, Rate: server.Heavy},
		page("GET /o/{organization}/report-runs/{run}/manifest", access.SelfView, p.runManifest),
		page("POST /o/{organization}/report-runs/{run}/cancel", access.SelfView, p.cancelRun),
		page("GET /verify", access.Public, p.verifyForm),
		{Pattern: "POST /verify", Permission: access.Public, Handle: p.verify, Body: verifyBody, Rate: server.Heavy},
		page("GET /o/{organization}/licenses", access.LicenseView, p.licenses),
		page("GET /o/{organization}/licenses/{purchase}", access.LicenseView, p.purchase),
		page("GET /o/{organization}/acts/{act}", access.SelfView, p.act),
		page("POST /o/{organization}/acts/{act}/confirm", access.SelfEdit, p.confirmAct),
		page("POST /o/{organization}/acts/{act}/undo", access.SelfEdit, p.undoAct),
		page("GET /o/{organization}/licenses/{purchase}/reporter", access.ReporterAssign, p.assignForm),
		page("POST /o/{organization}/licenses/{purchase}/reporter", access.ReporterAssign, p.assignReporter),
		page("GET /o/{organization}/licenses/{purchase}/reporter/revoke", access.ReporterAssign, p.revokeForm),
		page("POST /o/{organization}/licenses/{purchase}/reporter/revoke", access.ReporterAssign, p.revokeReporter),
		page("GET /o/{organization}/access", access.SelfView, p.access),

		page("GET /o/{organization}/me", access.SelfView, p.learning),
		page("GET /o/{organization}/me/activities/{activity}/open", access.SelfEdit, p.launch),
		page("POST /o/{organization}/me/activities/{activity}/done", access.SelfEdit, p.complete),
		page("GET /o/{organization}/me/report", access.SelfView, p.ownReport),
		{Pattern: "POST /o/{organization}/me/report/runs", Permission: access.SelfView, Handle: p.runOwn, Rate: server.Heavy},
		page("GET /o/{organization}/profile", access.SelfView, p.profile),
		page("POST /o/{organization}/profile", access.SelfEdit, p.editProfile),
		guess("POST /o/{organization}/profile/password", access.SelfEdit, p.changePassword),
		page("POST /o/{organization}/profile/sessions/{session}/end", access.SelfEdit, p.endSession),
		page("POST /o/{organization}/profile/sessions/end", access.SelfEdit, p.endOtherSessions),
		page("POST /o/{organization}/profile/tokens", access.SelfEdit, p.createToken),
		page("POST /o/{organization}/profile/tokens/{token}/revoke", access.SelfEdit, p.revokeToken),
	}
	routes = append(routes, p.analyticsRoutes()...)
	routes = append(routes, p.guideRoutes()...)
	routes = append(routes, p.accountRoutes()...)
	routes = append(routes, p.clientRoutes()...)
	routes = append(routes, p.libraryRoutes()...)
	routes = append(routes, p.dealRoutes()...)
	routes = append(routes, p.enrollRoutes()...)
	routes = append(routes, p.inviteRoutes()...)
	routes = append(routes, p.locationRoutes()...)
	routes = append(routes, p.managementRoutes()...)
	routes = append(routes, p.roleRoutes()...)
	routes = append(routes, p.groupRoutes()...)
	routes = append(routes, p.policyRoutes()...)
	routes = append(routes, p.teamRoutes()...)
	routes = append(routes, p.sellRoutes()...)
	routes = append(routes, p.seatRoutes()...)
	routes = append(routes, p.redeemRoutes()...)
	routes = append(routes, p.mailRoutes()...)
	routes = append(routes, p.auditRoutes()...)
	routes = append(routes, p.whyRoutes()...)
	routes = append(routes, p.grantRoutes()...)
	routes = append(routes, p.settingsRoutes()...)
	routes = append(routes, p.brandRoutes()...)
	if p.demo != nil {
		routes = append(routes, page("POST /demo/signin", access.Public, p.demoSignIn))
	}
	return atHome(routes)
}

// countingOnce lets the badge of a page repeat what the page has counted.
func countingOnce(handle server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request, reach access.Reach) error {
		return handle(w, r.WithContext(report.WithTally(r.Context())), reach)
	}
}

func (p *Pages) static(w http.ResponseWriter, r *http.Request, _ access.Reach) error {
	p.assets.ServeHTTP(w, r)
	return nil
}

// plain begins a page outside an organization.
func (p *Pages) plain(r *http.Request) Page {
	v := server.VisitOf(r.Context())
	spoken := v.Account.Organization.Locale
	if v.Facts.Actor().Master != "" {
		spoken = "" // whoever works inside a client reads on as they did
	}
	tag := p.catalogue.Choose(v.Account.Locale, spoken, r.Header.Get("Accept-Language"))
	zone := day.ZoneOr(v.Zone())
	theme := Theme("")
	if c, err := r.Cookie("theme"); err == nil {
		theme = ParseTheme(c.Value)
	}
	return Page{Printer: p.catalogue.Printer(tag, zone), Assets: p.assets, Theme: theme}
}

// framed begins a page of an organization: with navigation, badge and menu.
func (p *Pages) framed(r *http.Request, place Place, title string) (Page, error) {
	v := server.VisitOf(r.Context())
	out := p.plain(r)
	out.Title, out.Brand = title, p.brandOf(v.Account.Organization)
	out.Shell = &Shell{
		Organization: v.Account.Organization.Name, Slug: v.Account.Organization.Slug, Current: place, Demo: p.demo != nil,
		Person: Reader{Name: v.Account.Name, Role: out.RoleName(leading(v))},
		Can:    func(permission access.Permission) bool { return seesOthers(v.Reach(permission)) },
		Buys:   !v.Reach(access.LicenseView).Owned().IsEmpty(),
		Inside: out.insideOf(v), Manages: manages(v),
	}
	people, err := p.learnersSeen(r)
	if err != nil {
		return out, err
	}
	out.Shell.Learners = people
	accounts, err := p.Accounts.Accounts(r.Context(), account.IdentityID(v.Identity))
	if err != nil {
		return out, err
	}
	for _, m := range accounts {
		out.Shell.Organizations = append(out.Shell.Organizations, Organization{
			Name: m.Organization.Name, Slug: m.Organization.Slug, Here: m.Organization.Slug == v.Account.Organization.Slug,
		})
		if m.Account.ID == v.Account.ID {
			out.Shell.Person.Email = m.Account.Email
		}
	}
	if notice, ok := out.DoneNotice(Done(r.URL.Query().Get("done"))); ok {
		out.Notices = append(out.Notices, notice)
	}
	return out, nil
}

// seesOthers tells whether a reach is more than what one owns: the back office
// is for those who answer for others, not for a buyer's own purchases.
func seesOthers(reach access.Reach) bool {
	for _, b := range reach.Blocks() {
		if !b.Own {
			return true
		}
	}
	return false
}

// learnersSeen is the number of the badge: everybody whom any page shows.
func (p *Pages) learnersSeen(r *http.Request) (int, error) {
	reach := sight(server.VisitOf(r.Context()))
	if reach.IsEmpty() {
		return 0, nil
	}
	return p.Reports.ReachTotal(r.Context(), reach)
}

// sight is the reach of the widest kind of seeing that the visitor has.
func sight(v *server.Visit) access.Reach {
	for _, permission := range management.Sight() {
		if reach := v.Reach(permission); !reach.IsEmpty() {
			return reach
		}
	}
	return access.Reach{}
}

// leading is the role that names what somebody is here: the base role, else
// what they report on, else Student.
func leading(v *server.Visit) access.Role {
	best, _ := access.Preset(access.Student)
	for _, g := range v.Facts.Grants() {
		if !g.Valid(v.Now) || g.Role.Key == access.Buyer {
			continue
		}
		if g.Role.Rank > best.Rank || best.Rank == 1 && (best.Key == access.Student || g.FollowsHome) {
			best = named(g)
			best.Rank = max(best.Rank, 1)
		}
	}
	return best
}

// named is the role by which a grant is told: the roles that somebody has as a
// member of the group Learner managers are one thing to people.
func named(g access.Grant) access.Role {
	if g.Via != nil && slices.Contains(access.LearnerManagement(), g.Role.Key) {
		return LearnerManager
	}
	return g.Role
}

// show renders a component into a buffer and sends it.
func show(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	return server.Render(w, status, "text/html; charset=utf-8", func(out io.Writer) error { return c.Render(r.Context(), out) })
}

// see answers a form with the page to look at next.
func see(w http.ResponseWriter, r *http.Request, to templ.SafeURL) error {
	http.Redirect(w, r, string(to), http.StatusSeeOther)
	return nil
}

// here is an address in the organization of the request.
func here(r *http.Request, parts ...string) templ.SafeURL {
	return OrganizationPath(r.PathValue("organization"), parts...)
}

// client is where the request comes from, for sessions and rate limits.
func client(r *http.Request) account.Client {
	return account.Client{Address: server.VisitOf(r.Context()).Address, Agent: r.UserAgent()}
}

// refused tells whether a failure is about what a form said, so that the form
// is shown again with its sentences and nothing is lost.
func refused(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Unauthenticated:
		return true
	}
	return false
}

// Failed is the page of a failure (server.FailurePages).
func (p *Pages) Failed(w http.ResponseWriter, r *http.Request, f server.Failure) error {
	v := server.VisitOf(r.Context())
	page := p.plain(r)
	if v.Account.ID != "" && f.Status < 500 {
		framed, err := p.framed(r, "", "")
		if err == nil {
			page = framed
		}
	}
	switch {
	case f.Ended != nil:
		return show(w, r, f.Status, FailurePage(page, LostAccess(page, f.Ended.Label, page.Instant(f.Ended.At))))
	case f.Kind != fault.KindOf(f.Err): // larger than the server takes
		return show(w, r, f.Status, FailurePage(page, Refused(page, page.Sentence(f.Sentence))))
	}
	return show(w, r, f.Status, FailurePage(page, page.FailureOf(f.Err, f.RequestID)))
}
