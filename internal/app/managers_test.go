package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/team"
)

// part is one of the roles that learner managers are made of: what it gives,
// said by hand from its name, and what its holder meets.
type part struct {
	role   access.RoleKey
	gives  []access.Permission
	opens  []string // pages that answer
	sees   []string // and show this, all together
	unseen []string // which none of them shows
}

// course and learner stand for what the parts let one see: Ben Underhollow is
// enrolled in Rope Rescue, which nobody sells, and in team Red.
const course, learner = "Rope Rescue", "Underhollow"

var parts = []part{
	{access.AnalyticsViewer, []access.Permission{access.DashboardView}, []string{"/dashboard"}, nil, []string{learner}},
	{access.AnalyticsReader, []access.Permission{access.EnrollmentView, access.MatrixView, access.ReportView}, []string{"/matrix", "/reports", "/reports/enrollments"}, []string{course, learner}, nil},
	{access.ListUsers, []access.Permission{access.LearnerView}, []string{"/users"}, []string{learner}, []string{course}},
	{access.ListTeams, []access.Permission{access.TeamList}, nil, nil, []string{course, learner}},
	{access.ReadTeams, []access.Permission{access.TeamView}, nil, nil, []string{course}},
	{access.CreateTeams, []access.Permission{access.TeamCreate, access.TeamEdit, access.TeamShare}, nil, nil, []string{course, learner}},
	{access.DownloadAnalyticsReports, []access.Permission{access.ReportExport}, nil, nil, []string{course, learner}},
}

// asksMore are routes that look at a second permission: the part of the
// dashboard that lists who is late is a report, and what names teams is only
// for those who may meet teams.
var asksMore = map[string]access.Permission{
	"GET /o/{organization}/dashboard/attention":      access.ReportView,
	"GET /o/{organization}/reports/analytics/teams":  access.TeamList,
	"GET /api/v1/analytics/teams":                    access.TeamList,
	"GET /api/v1/learners/{id}/teams":                access.LearnerView,
	"GET /o/{organization}/teams/memberships":        access.ReportExport,
	"GET /o/{organization}/teams/{team}/memberships": access.ReportExport,
}

// managers is the matrix world with a client, teams, somebody for each of the
// parts alone, and a learner manager, who was only put into the group.
type managers struct {
	*escalation
	teams map[string]string // by external id
}

func newManagers(t *testing.T, a *App) *managers {
	t.Helper()
	m := &managers{escalation: &escalation{matrixWorld: newMatrixWorld(t, a)}}
	m.addClient(t)
	ada := m.asks(t, "ada")
	m.addTeams(t)
	for _, p := range parts {
		m.take(t, string(p.role))
		if err := m.give(t, ada, management.Giving{
			To: m.accounts[string(p.role)].ID, Role: p.role, At: m.here(), Extent: access.Within, From: day.None, Until: day.None,
		}); err != nil {
			t.Fatal(err)
		}
	}
	m.take(t, "manager")
	m.join(t, "manager")
	return m
}

// take makes an account without any access.
func (m *managers) take(t *testing.T, who string) {
	t.Helper()
	made, err := m.a.Accounts.Create(t.Context(), m.asks(t, "ada")(access.AccountCreate), account.New{
		Organization: m.accounts["ada"].Organization, Name: account.Name{Given: "Max", Family: "Mustermann"},
		Email: strings.ReplaceAll(who, "_", "-") + "@example.org",
	})
	if err != nil {
		t.Fatal(err)
	}
	m.accounts[who] = made
	identity, err := m.a.Store.IdentityByEmail(t.Context(), strings.ReplaceAll(who, "_", "-")+"@example.org")
	if err != nil {
		t.Fatal(err)
	}
	made.Identity = identity.ID
	m.accounts[who] = made
}

// join puts somebody into the group that the organization came with.
func (m *managers) join(t *testing.T, who string) {
	t.Helper()
	ada := m.asks(t, "ada")
	group, err := m.a.Management.SystemGroup(t.Context(), ada(access.GroupEdit), m.accounts["ada"].Organization, management.LearnerManagers)
	if err == nil {
		err = m.a.Management.AddMembers(t.Context(), ada(access.GroupEdit), group, []access.AccountID{m.accounts[who].ID})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// addTeams makes two teams, whose owner administers the organization.
func (m *managers) addTeams(t *testing.T) {
	t.Helper()
	ada := m.accounts["ada"]
	bundle := fstest.MapFS{
		"teams.csv":        {Data: []byte("id,name,owner_id\nred,Red,orgadmin\nblue,Blue,orgadmin\n")},
		"activities.csv":   {Data: []byte("id,title,kind\na3,Rope Rescue,course\n")},
		"enrollments.csv":  {Data: []byte("person_id,activity_id,enrolled_at,progress\nben,a3,2024-01-01,10\n")},
		"team_members.csv": {Data: []byte("team_id,person_id\nred,ben\nred,anna\nblue,carl\nblue,anna\n")},
	}
	organization, err := m.a.Organizations.BySlug(t.Context(), "northwind")
	if err != nil {
		t.Fatal(err)
	}
	system := access.System("test", ada.Realm, organization.Path, roster.Permission, access.TeamList, access.LearnerView).For
	if _, err := roster.NewService(m.a.Store).Import(t.Context(), system(roster.Permission, time.Now()), ada.Organization, bundle, roster.Options{}); err != nil {
		t.Fatal(err)
	}
	list, _, err := m.a.Store.Teams(t.Context(), system(access.TeamList, time.Now()), system(access.LearnerView, time.Now()), team.Query{}, team.Position{}, 10)
	if err != nil || len(list) != 3 { // the third is that of the matrix
		t.Fatalf("%d teams, %v", len(list), err)
	}
	m.teams = map[string]string{}
	for _, found := range list {
		m.teams[found.ExternalID] = string(found.ID)
	}
}

// TestEachRoleAloneGivesOnlyItsPart walks every route there is as somebody who
// holds one of the seven roles and nothing else: what its permissions are for
// is not refused, everything else is (M-108). List Users opens no dashboard,
// and reading analytics takes no file away.
func TestEachRoleAloneGivesOnlyItsPart(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		m := newManagers(t, a)
		for _, p := range parts {
			t.Run(string(p.role), func(t *testing.T) {
				if role, _ := access.Preset(p.role); role.Any|role.Own != access.SetOf(p.gives...) {
					t.Errorf("the role gives %v, want %v", (role.Any | role.Own).List(), p.gives)
				}
				open := 0
				m.everyRoute(t, string(p.role), func(route server.Route, status int) {
					also, more := asksMore[route.Pattern]
					may := slices.Contains(p.gives, route.Permission) && (!more || slices.Contains(p.gives, also))
					if may == (status == http.StatusForbidden) {
						t.Errorf("%s (%s): %d", route.Pattern, route.Permission, status)
					}
					if may {
						open++
					}
				})
				if open == 0 && len(p.opens) > 0 {
					t.Error("no route is for the role")
				}
				var all strings.Builder
				for _, path := range p.opens {
					out := m.send(t, string(p.role), http.MethodGet, "/o/northwind"+path, "")
					if out.Code != http.StatusOK {
						t.Errorf("%s: %d", path, out.Code)
					}
					all.WriteString(out.Body.String())
				}
				for _, text := range p.sees {
					if !strings.Contains(all.String(), text) {
						t.Errorf("the pages do not show %q", text)
					}
				}
				for _, text := range p.unseen {
					if strings.Contains(all.String(), text) {
						t.Errorf("the pages show %q", text)
					}
				}
			})
		}
	})
}

// everyRoute asks every guarded route about something unknown, or about nothing
// where it has no place for it.
func (m *managers) everyRoute(t *testing.T, who string, answered func(route server.Route, status int)) {
	t.Helper()
	for _, m.route = range m.s.Table() {
		switch m.route.Permission {
		case access.Public, access.SignedIn, access.SelfView, access.SelfEdit:
			continue // everybody's own
		}
		answered(m.route, m.ask(t, who, access.NewID()).Code)
	}
}

// TestWithoutAnalyticsACardShowsNoLearning: who lists users sees who they are;
// what they learn belongs to the analytics.
func TestWithoutAnalyticsACardShowsNoLearning(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		m := newManagers(t, a)
		ben := "/o/northwind/users/" + string(m.accounts["ben"].ID)
		for who, shown := range map[string]bool{string(access.ListUsers): false, "manager": true} {
			out := m.send(t, who, http.MethodGet, ben, "")
			if out.Code != http.StatusOK || !strings.Contains(out.Body.String(), learner) || strings.Contains(out.Body.String(), course) != shown {
				t.Errorf("the card as %s: %d, course shown %v, want %v", who, out.Code, !shown, shown)
			}
		}
		for path, want := range map[string]int{
			"/o/northwind/users": 200, "/o/northwind/users?state=in_progress": 422, "/o/northwind/users?activity=a3": 422, "/api/v1/learners?state=in_progress": 422, "/api/v1/learners?activity=a3": 422,
		} {
			out := m.send(t, string(access.ListUsers), http.MethodGet, path, "")
			if out.Code != want || strings.Contains(out.Body.String(), "10%") || strings.Contains(out.Body.String(), learner) != (want == 200) {
				t.Errorf("%s tells somebody without analytics what people do: %d", path, out.Code)
			}
			if out := m.send(t, "manager", http.MethodGet, path, ""); out.Code != http.StatusOK || !strings.Contains(out.Body.String(), learner) {
				t.Errorf("%s for a learner manager: %d", path, out.Code)
			}
		}
	})
}

// TestAnalyticsWithoutDownloadTakesNoFile: the three reports open, and no way
// leads to a file of them; with the right to download alone there is nothing
// to take.
func TestAnalyticsWithoutDownloadTakesNoFile(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		m := newManagers(t, a)
		reader, taker := string(access.AnalyticsReader), string(access.DownloadAnalyticsReports)
		for _, name := range []string{"enrollments", "progress", "completion"} {
			page := "/o/northwind/reports/" + name
			out := m.send(t, reader, http.MethodGet, page, "")
			if out.Code != http.StatusOK || strings.Contains(out.Body.String(), page+"/runs") {
				t.Errorf("%s: %d, or it offers a file", page, out.Code)
			}
			if all := m.send(t, "manager", http.MethodGet, page, ""); !strings.Contains(all.Body.String(), page+"/runs") {
				t.Errorf("%s offers a learner manager no file", page)
			}
			for _, way := range [][2]string{{http.MethodGet, "/print"}, {http.MethodGet, "/addresses"}, {http.MethodPost, "/runs"}} {
				if out := m.send(t, reader, way[0], page+way[1], url.Values{"format": {"csv"}}.Encode()); out.Code != http.StatusForbidden {
					t.Errorf("%s%s for who only reads: %d", page, way[1], out.Code)
				}
				out := m.send(t, taker, way[0], page+way[1], url.Values{"format": {"csv"}}.Encode())
				if out.Code < 400 || out.Code >= 500 || strings.Contains(out.Body.String(), learner) {
					t.Errorf("%s%s for who may only take away: %d", page, way[1], out.Code)
				}
			}
		}
	})
}

// beyond are the permissions that learner managers do not have: content, its
// grants, invitations, accounts, licenses, settings, and access itself.
var beyond = []access.Permission{
	access.ActivityView, access.ActivityEdit, access.ActivityLoad, access.ContentGrantView, access.ContentGrantEdit,
	access.InvitePlatform, access.InviteActivity, access.InviteProgram,
	access.AccountCreate, access.AccountEdit, access.AccountDelete, access.AccountMove, access.AccountRole, access.AccountSession,
	access.EnrollmentEdit, access.AssignmentView, access.AssignmentEdit, access.CertificationEdit,
	access.ClientView, access.ClientEdit, access.LocationView, access.LocationEdit, access.OrganizationConfigure,
	access.LicenseView, access.LicenseSell, access.DealView, access.DealEdit, access.SeatAssign, access.ReporterAssign,
	access.GroupView, access.GroupEdit, access.PolicyView, access.PolicyEdit, access.RoleView, access.RoleEdit,
	access.GrantEdit, access.AccessExplain, access.AccessReview, access.MailView, access.MailResend, access.AuditView,
}

// TestLearnerManagersSeeEverybodyAndChangeNoCourse: adding to the group is all
// that was done (M-112). Every route that is for content, invitations or access
// refuses, every one of the parts opens.
func TestLearnerManagersSeeEverybodyAndChangeNoCourse(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		m := newManagers(t, a)
		var has []access.Permission
		for _, p := range parts {
			has = append(has, p.gives...)
		}
		for _, p := range access.Permissions()[2:] {
			if slices.Contains(has, p) && slices.Contains(beyond, p) {
				t.Errorf("%s is said twice", p)
			}
		}
		refused, open := 0, 0
		m.everyRoute(t, "manager", func(route server.Route, status int) {
			switch may := slices.Contains(has, route.Permission); {
			case may == (status == http.StatusForbidden):
				t.Errorf("%s (%s): %d", route.Pattern, route.Permission, status)
			case may:
				open++
			default:
				refused++
			}
		})
		if refused < 100 || open < 20 {
			t.Errorf("%d routes refused, %d open: is anything tried?", refused, open)
		}
		for _, path := range []string{"/users?limit=200", "/reports/learners", "/matrix"} {
			out := m.send(t, "manager", http.MethodGet, "/o/northwind"+path, "")
			for _, who := range everybody {
				if m.canary[who] != "" && !strings.Contains(out.Body.String(), m.canary[who]) {
					t.Errorf("%s does not show %s", path, who)
				}
			}
		}
	})
}

// TestLearnerManagersNeverLeaveTheirOrganization: "tenant-wide" is one
// organization, whatever clients and neighbors there are (M-126). Nothing that
// a learner manager can read, and no error, names anybody or anything else.
func TestLearnerManagersNeverLeaveTheirOrganization(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		m := newManagers(t, a)
		elsewhere := map[string]string{"zoe": m.canary["zoe"], "the client": "Tailspin", "its course": "Gliding", "the stranger": "fabrikam", "the other client": "Contoso"}
		asked := 0
		for _, m.route = range m.s.Table() {
			if m.route.Method() != http.MethodGet || m.route.Permission == access.Public {
				continue
			}
			ids := []string{access.NewID(), string(m.accounts["zoe"].ID), string(m.accounts["stranger"].ID), string(m.accounts["ben"].ID), m.teams["red"]}
			for _, id := range ids {
				asked++
				out := m.ask(t, "manager", id)
				for what, text := range elsewhere {
					if strings.Contains(out.Body.String(), text) {
						t.Errorf("%s names %s", m.route.Pattern, what)
					}
				}
			}
		}
		for _, slug := range []string{"tailspin", "contoso", "fabrikam"} {
			for _, page := range []string{"", "/users", "/dashboard", "/reports", "/teams", "/management"} {
				if out := m.send(t, "manager", http.MethodGet, "/o/"+slug+page, ""); out.Code != http.StatusNotFound {
					t.Errorf("/o/%s%s: %d", slug, page, out.Code)
				}
			}
		}
		for _, who := range []string{"zoe", "stranger"} {
			if out := m.send(t, "manager", http.MethodGet, "/o/northwind/users/"+string(m.accounts[who].ID), ""); out.Code != http.StatusNotFound {
				t.Errorf("the card of %s: %d", who, out.Code)
			}
		}
		if asked < 200 {
			t.Errorf("only %d questions", asked)
		}
	})
}

// TestACompanyManagerMeetsNoOtherName: whoever sees the analytics of one team
// meets its people and nobody else, in no list, picker, count, chart, file or
// error, whichever address they try; and no other team's name (M-125).
func TestACompanyManagerMeetsNoOtherName(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		m := newManagers(t, a)
		m.take(t, "company_manager")
		if err := m.give(t, m.asks(t, "ada"), management.Giving{
			To: m.accounts["company_manager"].ID, Role: access.TeamAnalyst, At: management.Spot{Kind: access.AtTeam, ID: m.teams["red"]}, From: day.None, Until: day.None,
		}); err != nil {
			t.Fatal(err)
		}
		m.meetsOnly(t, "company_manager", "anna", "ben")
	})
}

// meetsOnly asks every route that reads anything for everything there is, and
// expects the names of these people, and of nobody and nothing else.
func (m *managers) meetsOnly(t *testing.T, who string, known ...string) {
	t.Helper()
	hidden := map[string]string{"the other team": "Blue", "the client": "Tailspin", "the other client": "Contoso", "a company": "Berglunds"} // Anna's own seat is of Alfreds
	for id, name := range m.canary {
		if !slices.Contains(known, id) {
			hidden[id] = name
		}
	}
	ids := []string{access.NewID(), m.teams["red"], m.teams["blue"], m.purchases["p1"], m.locations["l1"], m.products["a1"], m.custom["r1"]}
	for _, id := range []string{"anna", "ben", "carl", "orgadmin", "zoe", "stranger"} {
		ids = append(ids, string(m.accounts[id].ID))
	}
	met, asked := map[string]bool{}, 0
	look := func(what, text string) {
		for id, name := range hidden {
			if strings.Contains(text, name) {
				t.Errorf("%s names %s", what, id)
			}
		}
		for _, id := range known {
			met[id] = met[id] || strings.Contains(text, m.canary[id])
		}
	}
	for _, m.route = range m.s.Table() {
		if m.route.Permission == access.Public || strings.HasSuffix(m.route.Path(), "/me/seen") || strings.HasSuffix(m.route.Path(), "/me/who-sees-me") {
			continue // the last two are there to name who sees the visitor
		}
		if m.route.Method() != http.MethodGet && m.route.Permission == access.SelfEdit {
			continue // one's own password and sessions
		}
		for _, id := range ids {
			asked++
			out := m.ask(t, who, id)
			if out.Code >= 500 {
				t.Errorf("%s: %d", m.route.Pattern, out.Code)
			}
			look(m.route.Pattern, out.Body.String())
		}
	}
	for _, path := range []string{
		"/o/northwind/users?q=a", "/o/northwind/users?team=" + m.teams["blue"], "/o/northwind/reports/learners?team=" + m.teams["blue"],
		"/o/northwind/reports/progress?group=location", "/o/northwind/reports/enrollments?group=activity", "/o/northwind/reports/learners?q=Marrowbone",
		"/o/northwind/access", "/api/v1/learners?limit=200", "/api/v1/reports/enrollments",
	} {
		asked++
		out := m.send(t, who, http.MethodGet, path, "")
		text := out.Body.String()
		if _, tried, searched := strings.Cut(path, "?q="); searched {
			text = strings.ReplaceAll(text, tried, "") // what was typed comes back in the field
		}
		look(path, text)
	}
	if badge := m.send(t, who, http.MethodGet, "/o/northwind/users", "").Body.String(); !strings.Contains(badge, "2 learners") {
		t.Errorf("Users does not say 2 learners: %.600s", badge)
	}
	for _, id := range known {
		if !met[id] {
			t.Errorf("%s is never met: is anything shown?", id)
		}
	}
	if asked < 300 {
		t.Errorf("only %d questions", asked)
	}
}
