package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/account"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/org"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/server"
	"github.com/ambit-lms/ambit/internal/table"
	"github.com/ambit-lms/ambit/internal/team"
)

// matrixBundle is a small school in which every role of the ladder, a reporter
// who bought, one who learns, a buyer and learners in and out of everybody's
// sight occur. Family names are canaries: no answer may show one to somebody
// who does not answer for that person.
func matrixBundle() fstest.MapFS {
	files := map[string]string{
		"locations.csv": "id,parent_id,name\nl1,,North\nl1a,l1,North Deep\nl2,,South\n",
		"people.csv": `id,email,given_name,family_name,location_id,role
anna,anna@example.org,Anna,Quillfeather,l1,Student
ben,ben@example.org,Ben,Underhollow,l1a,Student
carl,carl@example.org,Carl,Marrowbone,l2,Student
dora,dora@example.org,Dora,Wintergloss,,Student
buyer1,buyer1@example.org,Bea,Overpurchase,,Student
buyer2,buyer2@example.org,Bob,Bulkorder,,Student
local,local@example.org,Lara,Localhand,l1,Local Administrator
localro,localro@example.org,Leo,Localeye,l1,Local Administrator (Reports Only)
multi,multi@example.org,Mia,Multihand,l1,Multiple Location Administrator
multiro,multiro@example.org,Max,Multieye,l1,Multiple Location Administrator (Reports Only)
orgadmin,orgadmin@example.org,Ole,Orghand,,Organization Administrator
orgro,orgro@example.org,Ora,Orgeye,,Organization Administrator (Reports Only)
masterro,masterro@example.org,Moe,Mastereye,,Master Administrator (Reports Only)
`,
		"activities.csv":  "id,title,kind\na1,First Aid,course\na2,Fire Safety,course\n",
		"enrollments.csv": "person_id,activity_id,enrolled_at,progress\nben,a1,2024-01-01,10\n",
		"purchases.csv": `id,product_id,buyer_id,company,seats,purchased_at,reporter_id
p1,a1,buyer1,Alfreds,5,2024-01-01,buyer1
p2,a2,buyer2,Berglunds,5,2024-01-01,carl
`,
		"seats.csv": `purchase_id,person_id,email,assigned_at,redeemed_at,state
p1,anna,,2024-01-02,2024-01-03,redeemed
p1,,waiting@example.org,2024-01-02,,pending
p2,carl,,2024-01-02,2024-01-03,redeemed
p2,dora,,2024-01-02,2024-01-03,redeemed
`,
	}
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// principal is somebody who asks, and by hand what they may see: the roles
// they hold, the learners and purchases these cover, and whom they may meet by name.
type principal struct {
	id        string
	roles     []access.RoleKey
	learners  []string
	purchases []string // through license.view
	locations []string // through location.view
}

// licenseQuery asks for every purchase at once.
var licenseQuery = license.PurchaseQuery{Limit: 200}

var everybody = []string{"anna", "ben", "carl", "dora", "buyer1", "buyer2", "local", "localro", "multi", "multiro", "orgadmin", "orgro", "masterro", "ada"}

var principals = []principal{
	{id: "anna", roles: []access.RoleKey{access.Student}},
	{id: "buyer1", roles: []access.RoleKey{access.Student, access.Buyer, access.LicenseReporter}, learners: []string{"anna"}, purchases: []string{"p1"}},
	{id: "buyer2", roles: []access.RoleKey{access.Student, access.Buyer}, purchases: []string{"p2"}},
	{id: "carl", roles: []access.RoleKey{access.Student, access.LicenseReporter}, learners: []string{"carl", "dora"}},
	{id: "local", roles: []access.RoleKey{access.LocalAdministrator}, learners: []string{"anna", "local", "localro", "multi", "multiro"}, locations: []string{"l1"}},
	{id: "localro", roles: []access.RoleKey{access.TwinOf(access.LocalAdministrator)}, learners: []string{"anna", "local", "localro", "multi", "multiro"}},
	{id: "multi", roles: []access.RoleKey{access.MultipleLocation}, learners: []string{"anna", "ben", "local", "localro", "multi", "multiro"}, locations: []string{"l1", "l1a"}},
	{id: "multiro", roles: []access.RoleKey{access.TwinOf(access.MultipleLocation)}, learners: []string{"anna", "ben", "local", "localro", "multi", "multiro"}},
	{id: "orgadmin", roles: []access.RoleKey{access.OrganizationAdministrator}, learners: everybody, purchases: []string{"p1", "p2"}, locations: []string{"l1", "l1a", "l2"}},
	{id: "orgro", roles: []access.RoleKey{access.TwinOf(access.OrganizationAdministrator)}, learners: everybody},
	{id: "masterro", roles: []access.RoleKey{access.TwinOf(access.MasterAdministrator)}, learners: everybody},
	{id: "ada", roles: []access.RoleKey{access.MasterAdministrator}, learners: everybody, purchases: []string{"p1", "p2"}, locations: []string{"l1", "l1a", "l2"}},
}

// holds tells whether one of the principal's roles has a permission.
func (p principal) holds(permission access.Permission) bool {
	if permission == access.SelfView || permission == access.SelfEdit || permission == access.SignedIn || permission == access.Public {
		return true
	}
	return slices.ContainsFunc(p.roles, func(key access.RoleKey) bool {
		role, _ := access.Preset(key)
		return role.Any.Has(permission) || role.Own.Has(permission)
	})
}

// lacksMore tells whether a route asks for a second permission that is not held.
func (p principal) lacksMore(route server.Route) bool {
	also, more := asksMore[route.Pattern]
	return more && !p.holds(also)
}

// bought tells whether the principal is the buyer of a purchase.
func (p principal) bought(purchase string) bool { return p.id == "buyer"+purchase[1:] }

// matrixWorld is the school in a database, with a stranger's organization beside it.
type matrixWorld struct {
	a         *App
	s         *server.Server
	accounts  map[string]account.Account // by external id
	purchases map[string]string          // by external id
	seats     map[string]string          // the first of each purchase
	products  map[string]string          // by external id
	deals     map[string]string          // drafts, by name
	locations map[string]string          // by external id
	clients   map[string]string          // one of northwind, the stranger's organization, and northwind itself
	custom    map[string]string          // roles, by name
	groups    map[string]string          // one here and one of the stranger's
	policies  map[string]string          // likewise
	teams     map[string]string          // by name
	share     string                     // of the team t1, with ben
	sessions  map[string]string          // by external id
	run       string                     // a file that anna had made of her own activities
	canary    map[string]string          // family name by external id
	route     server.Route               // the one being tried
}

func newMatrixWorld(t *testing.T, a *App) *matrixWorld {
	t.Helper()
	w := &matrixWorld{a: a, accounts: map[string]account.Account{}, sessions: map[string]string{}, purchases: map[string]string{}, seats: map[string]string{}, products: map[string]string{}, deals: map[string]string{}, canary: map[string]string{"ada": "Foundress"}}
	ada := foundedMaster(t, a)
	_, frida := founded(t, a, "fabrikam", "frida@example.org")
	w.accounts["ada"], w.accounts["stranger"] = ada.Account, frida.Account
	system := access.System("test", ada.Account.Realm, ada.Organization.Path, roster.Permission, access.LicenseView)
	bundle := matrixBundle()
	if _, err := roster.NewService(a.Store).Import(t.Context(), system.For(roster.Permission, time.Now()), ada.Organization.ID, bundle, roster.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(bundle["people.csv"].Data)), "\n")[1:] {
		cells := strings.Split(line, ",")
		memberships, err := a.Accounts.Accounts(t.Context(), w.identity(t, cells[1]))
		if err != nil || len(memberships) != 1 {
			t.Fatalf("%s has %d accounts, %v", cells[0], len(memberships), err)
		}
		w.accounts[cells[0]], w.canary[cells[0]] = memberships[0].Account, cells[3]
	}
	page, err := a.Licenses.Purchases(t.Context(), system.For(access.LicenseView, time.Now()), licenseQuery)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range page.Items {
		w.purchases[p.ExternalID] = string(p.ID)
		seats, err := a.Licenses.Seats(t.Context(), system.For(access.LicenseView, time.Now()), p.ID, license.SeatQuery{})
		if err != nil {
			t.Fatal(err)
		}
		w.seats[p.ExternalID] = string(seats.Items[0].ID)
	}
	w.stock(t)
	w.dealOut(t)
	w.takeOn(t, ada.Organization, frida.Organization.ID)
	w.survey(t)
	w.cast(t)
	w.gather(t)
	w.run = w.ownFile(t, "anna")
	if w.s, err = a.Handler(); err != nil {
		t.Fatal(err)
	}
	return w
}

// dealOut drafts a deal here and one in the stranger's organization.
func (w *matrixWorld) dealOut(t *testing.T) {
	t.Helper()
	for who, name := range map[string]string{"ada": "d1", "stranger": "theirs"} {
		facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		id, err := w.a.Licenses.CreateDeal(t.Context(), facts.For(access.DealEdit, time.Now()), license.NewDeal{
			Name: name, Buyer: license.Buyer{Account: w.accounts[who].ID}, StartsOn: day.None, EndsOn: day.None,
		})
		if err != nil {
			t.Fatal(err)
		}
		w.deals[name] = string(id)
	}
}

// takeOn makes a client of the master, without anybody in it.
func (w *matrixWorld) takeOn(t *testing.T, master org.Organization, stranger org.ID) {
	t.Helper()
	reach := account.AsOperator(master, access.ClientEdit, time.Now())
	contoso, err := w.a.Organizations.CreateClient(t.Context(), reach, master.ID, org.New{Slug: "contoso", Name: "Contoso"})
	if err != nil {
		t.Fatal(err)
	}
	w.clients = map[string]string{"contoso": string(contoso.ID), "fabrikam": string(stranger), "northwind": string(master.ID)}
}

// stock finds the activities of the library, and puts one into the stranger's.
func (w *matrixWorld) stock(t *testing.T) {
	t.Helper()
	for who, p := range map[string]access.Permission{"ada": access.ActivityView, "stranger": access.ActivityEdit} {
		facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		reach := facts.For(p, time.Now())
		if who == "stranger" {
			id, err := w.a.Content.AddActivity(t.Context(), reach, content.NewActivity{Title: "Theirs", URL: "https://fabrikam.example"})
			if err != nil {
				t.Fatal(err)
			}
			w.products["theirs"] = string(id)
			continue
		}
		found, err := w.a.Content.Library(t.Context(), reach, content.LibraryQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range found.Items {
			w.products[item.ExternalID] = string(item.ID)
		}
	}
}

// survey finds the locations, and makes one in the stranger's organization.
func (w *matrixWorld) survey(t *testing.T) {
	t.Helper()
	w.locations = map[string]string{}
	for who, p := range map[string]access.Permission{"ada": access.LocationView, "stranger": access.LocationEdit} {
		facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		reach := facts.For(p, time.Now())
		if who == "stranger" {
			id, err := w.a.Locations.Add(t.Context(), reach, location.New{Name: "Theirs"})
			if err != nil {
				t.Fatal(err)
			}
			w.locations["theirs"] = string(id)
			continue
		}
		for _, name := range []string{"North", "North Deep", "South"} {
			found, err := w.a.Locations.List(t.Context(), reach, location.Query{Q: name})
			if err != nil || len(found.Items) == 0 {
				t.Fatalf("%s: %v", name, err)
			}
			for _, f := range found.Items {
				w.locations[f.ExternalID] = string(f.ID)
			}
		}
	}
}

// cast makes a role here and one in the stranger's organization.
func (w *matrixWorld) cast(t *testing.T) {
	t.Helper()
	w.custom = map[string]string{}
	for who, name := range map[string]string{"ada": "r1", "stranger": "theirs"} {
		facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		key, err := w.a.Roles.Add(t.Context(), facts.For(access.RoleEdit, time.Now()), management.RoleDraft{
			Name: name, Any: access.SetOf(access.ReportView), Nodes: management.NodeKinds(),
		})
		if err != nil {
			t.Fatal(err)
		}
		w.custom[name] = string(key)
	}
	w.band(t)
}

// band makes a group and a policy here and in the stranger's organization.
func (w *matrixWorld) band(t *testing.T) {
	t.Helper()
	w.groups, w.policies = map[string]string{}, map[string]string{}
	for who, name := range map[string]string{"ada": "g1", "stranger": "theirs"} {
		facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		group, err := w.a.Groups.Add(t.Context(), facts.For(access.GroupEdit, time.Now()), name)
		if err != nil {
			t.Fatal(err)
		}
		policy, err := w.a.Policies.Save(t.Context(), facts.For(access.PolicyEdit, time.Now()), "", management.PolicyEdit{PolicyDraft: management.PolicyDraft{
			Name: name, Role: access.ListUsers, Groups: []access.GroupID{group}, From: day.None, Until: day.None,
			Places: []management.PolicyPlace{{Spot: management.Spot{Kind: access.AtOrganization, ID: string(w.accounts[who].Organization)}, Extent: access.Within}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		w.groups[name], w.policies[name] = string(group), string(policy)
	}
}

// gather makes a team here and one in the stranger's organization.
func (w *matrixWorld) gather(t *testing.T) {
	t.Helper()
	w.teams = map[string]string{}
	for who, name := range map[string]string{"ada": "t1", "stranger": "theirs"} {
		facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
		if err != nil {
			t.Fatal(err)
		}
		made, err := w.a.Teams.Create(t.Context(), facts.For(access.TeamCreate, time.Now()), facts.For(access.LearnerView, time.Now()), team.Draft{
			Name: name, People: []access.AccountID{w.accounts[who].ID},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.teams[name] = string(made.ID)
		if name == "theirs" {
			continue
		}
		shares := facts.For(access.TeamShare, time.Now())
		with := team.Sharing{Kind: team.Person, To: string(w.accounts["ben"].ID), Role: access.TeamReader, From: day.None, Until: day.None}
		preview, err := w.a.Teams.PreviewShare(t.Context(), shares, made.ID, with)
		if err != nil {
			t.Fatal(err)
		}
		share, err := w.a.Teams.Share(t.Context(), shares, made.ID, with, preview.Effect.Seen)
		if err != nil {
			t.Fatal(err)
		}
		w.share = string(share)
	}
}

// ownFile has somebody make a file of their own activities.
func (w *matrixWorld) ownFile(t *testing.T, who string) string {
	t.Helper()
	facts, err := w.a.Store.Facts(t.Context(), w.accounts[who].Realm, w.accounts[who].ID)
	if err != nil {
		t.Fatal(err)
	}
	asks := func(p access.Permission) access.Reach { return facts.For(p, time.Now()) }
	run, err := w.a.Runs.Start(t.Context(), asks(access.SelfView), asks, report.Request{Report: report.OwnReport}, table.CSV)
	if err != nil || run.State != report.RunDone {
		t.Fatalf("a file of one's own is %s, %v", run.State, err)
	}
	return string(run.ID)
}

// foundedMaster creates an organization that may have clients, with its Master Administrator.
func foundedMaster(t *testing.T, a *App) account.Membership {
	t.Helper()
	_, link, err := a.Accounts.Found(t.Context(), org.New{Slug: "northwind", Name: "Northwind", MayHaveClients: true}, "ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	_, m, err := a.Accounts.CompleteSetup(t.Context(), link.URL[len(link.URL)-52:], account.SetupInput{
		Name: account.Name{Given: "Ada", Family: "Foundress"}, Password: "correct horse battery",
	}, account.Client{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (w *matrixWorld) identity(t *testing.T, email string) account.IdentityID {
	t.Helper()
	identity, err := w.a.Store.IdentityByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return identity.ID
}

// ask sends a request of the present route as somebody.
func (w *matrixWorld) ask(t *testing.T, who string, object string) *httptest.ResponseRecorder {
	t.Helper()
	path := w.route.Path()
	path = strings.ReplaceAll(path, "{organization}", "northwind")
	if of, seat, both := strings.Cut(object, "|"); both {
		path = strings.NewReplacer("{purchase}", of, "{id}", of, "{team}", of, "{seat}", seat, "{learner}", seat, "{share}", seat, "{grant}", seat).Replace(path)
	}
	for _, name := range []string{"{learner}", "{purchase}", "{id}", "{activity}", "{session}", "{token}", "{hash}", "{name}", "{report}", "{run}", "{view}", "{product}", "{deal}", "{act}", "{seat}", "{letter}", "{location}", "{type}", "{role}", "{team}", "{share}", "{group}", "{policy}", "{company}", "{grant}", "{client}", "{invitation}"} {
		path = strings.ReplaceAll(path, name, object)
	}
	path = strings.ReplaceAll(path, "{$}", "")
	if strings.HasSuffix(path, "/access/explain") {
		path += "?actor=" + object + "&learner=" + object
	}
	if strings.HasSuffix(path, "/matrix/cell") {
		path += "?learner=" + object + "&activity=a1"
	}
	body, question := w.said()
	return w.send(t, who, w.route.Method(), path+question, body)
}

// send sends a request as somebody.
func (w *matrixWorld) send(t *testing.T, who, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	} else if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != "" {
		r.Header.Set("Cookie", "ambit="+w.session(t, who, method))
	}
	out := httptest.NewRecorder()
	w.s.ServeHTTP(out, r)
	return out
}

// session gives a session of somebody: who reads goes on in one, each write
// has one of its own, since it may end it and all others.
func (w *matrixWorld) session(t *testing.T, who, method string) string {
	t.Helper()
	if token, ok := w.sessions[who]; ok && method == http.MethodGet {
		return token
	}
	opened, err := w.a.Accounts.Open(t.Context(), w.accounts[who].Identity, account.Client{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	delete(w.sessions, who)
	if method == http.MethodGet {
		w.sessions[who] = opened.Token
	}
	return opened.Token
}

// TestAuthorizationMatrix tries every route as every principal over objects in
// reach, out of reach, of a stranger's organization, unknown and malformed.
// What is expected is said by hand above; a new route is in here by itself.
func TestAuthorizationMatrix(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		w := newMatrixWorld(t, a)
		cells := 0
		for _, w.route = range w.s.Table() {
			if w.route.Kind == server.Asset || strings.Contains(w.route.Path(), "/setup/") || strings.Contains(w.route.Path(), "/redeem/") || strings.HasPrefix(w.route.Path(), "/invitation/") || strings.Contains(w.route.Path(), "/reset") || w.route.Pattern == "POST /signin" {
				continue // nobody is identified there; their own tests are in package account and web
			}
			cells += w.tryRoute(t)
		}
		if cells < 1100 {
			t.Errorf("only %d cells", cells)
		}
		t.Logf("%d cells", cells)
	})
}

func (w *matrixWorld) tryRoute(t *testing.T) (cells int) {
	route := w.route
	if route.Permission != access.Public {
		out := w.ask(t, "", string(w.accounts["anna"].ID))
		want := http.StatusSeeOther
		if route.Kind == server.API {
			want = http.StatusUnauthorized
		}
		if out.Code != want {
			t.Errorf("%s signed out: %d, want %d", route.Pattern, out.Code, want)
		}
		cells++
	}
	for _, p := range principals {
		for _, object := range w.objects() {
			if w.changes(p, object) {
				continue
			}
			out := w.ask(t, p.id, object.id)
			w.check(t, p, object, out)
			cells++
		}
	}
	return cells
}

// object is something a route may be asked for.
type object struct {
	kind string // learner, purchase, run, report or none
	name string
	id   string
}

func (w *matrixWorld) objects() []object {
	nowhere := []object{{"none", "unknown", access.NewID()}, {"none", "malformed", "..%2f%00"}}
	path := strings.ReplaceAll(w.route.Path(), "{organization}", "")
	path = strings.ReplaceAll(path, "{$}", "")
	switch {
	case strings.Contains(path, "/users/{learner}") || strings.Contains(path, "/learners/{id}") || strings.Contains(path, "/accounts/{id}") || strings.HasSuffix(path, "/access/explain") || strings.HasSuffix(path, "/matrix/cell"):
		out := nowhere
		for _, id := range []string{"anna", "ben", "carl", "dora", "orgadmin", "stranger"} {
			out = append(out, object{"learner", id, string(w.accounts[id].ID)})
		}
		return out
	case strings.Contains(path, "/invitations/") && strings.Contains(path, "{i"):
		return nowhere // whose they are is tried in package store
	case strings.Contains(path, "/seats/{seat}"):
		return append(
			nowhere, object{"seat", "p1", w.purchases["p1"] + "|" + w.seats["p1"]}, object{"seat", "p2", w.purchases["p2"] + "|" + w.seats["p2"]},
			object{"seat", "of another purchase", w.purchases["p1"] + "|" + w.seats["p2"]},
		)
	case strings.Contains(path, "/licenses/{purchase}") || strings.Contains(path, "/purchases/{id}"):
		out := nowhere
		for _, id := range []string{"p1", "p2"} {
			out = append(out, object{"purchase", id, w.purchases[id]})
		}
		return out
	case strings.Contains(path, "/my-licenses/{purchase}"):
		out := nowhere
		for _, id := range []string{"p1", "p2"} {
			out = append(out, object{"own", id, w.purchases[id]})
		}
		return out
	case strings.Contains(path, "/deals/{deal}") || strings.Contains(path, "/custom-deals/{id}"):
		out := nowhere
		for _, id := range []string{"d1", "theirs"} {
			out = append(out, object{"deal", id, w.deals[id]})
		}
		return out
	case strings.Contains(path, "/library/{product}"):
		out := nowhere
		for _, id := range []string{"a1", "theirs"} {
			out = append(out, object{"product", id, w.products[id]})
		}
		return out
	case strings.Contains(path, "/roles/{"):
		out := nowhere
		for _, id := range []string{"r1", "theirs"} {
			out = append(out, object{"role", id, w.custom[id]})
		}
		return out
	case strings.Contains(path, "/groups/{"):
		return append(nowhere, object{"acting", "g1", w.groups["g1"]}, object{"acting", "theirs", w.groups["theirs"]})
	case strings.Contains(path, "/policies/{"):
		return append(nowhere, object{"acting", "g1", w.policies["g1"]}, object{"acting", "theirs", w.policies["theirs"]})
	case strings.Contains(path, "/teams/{"):
		out := nowhere
		for _, id := range []string{"t1", "theirs"} {
			of := w.teams[id]
			switch {
			case strings.Contains(path, "/members/{learner}"):
				of += "|" + string(w.accounts["ada"].ID)
			case strings.Contains(path, "/{grant}"), strings.Contains(path, "/{share}"):
				of += "|" + w.share
			}
			out = append(out, object{"team", id, of})
		}
		return out
	case strings.Contains(path, "/clients/{client}") || strings.Contains(path, "/clients/{id}"):
		out := nowhere
		for _, id := range []string{"contoso", "fabrikam", "northwind"} {
			out = append(out, object{"client", id, w.clients[id]})
		}
		return out
	case strings.Contains(path, "/locations/{location}") || strings.HasSuffix(path, "/locations/{id}"):
		out := nowhere
		for _, id := range []string{"l1", "l1a", "l2", "theirs"} {
			out = append(out, object{"location", id, w.locations[id]})
		}
		return out
	case strings.Contains(path, "/report-runs/{"):
		return append(nowhere, object{"run", "anna", w.run})
	case strings.Contains(path, "/reports/{report}") && w.route.Method() == http.MethodGet:
		out := nowhere
		for _, rep := range report.Catalogue() {
			if rep.Key == report.OwnReport && w.route.Kind == server.API {
				continue // an operation of its own
			}
			out = append(out, object{"report", string(rep.Key), string(rep.Key)})
		}
		return out
	case strings.Contains(path, "{"):
		return nowhere
	}
	return []object{{"none", "none", "none"}}
}

// changes tells that the request would be allowed to change the world; these
// have tests of their own, and the matrix needs it to stay.
func (w *matrixWorld) changes(p principal, o object) bool {
	if w.route.Method() != http.MethodGet && o.kind == "learner" {
		return p.holds(w.route.Permission) && slices.Contains(p.learners, o.name)
	}
	if w.route.Method() != http.MethodGet && o.kind == "deal" {
		return p.holds(w.route.Permission) && o.name == "d1"
	}
	if w.route.Method() != http.MethodGet && o.kind == "product" {
		return p.holds(w.route.Permission) && o.name == "a1"
	}
	if w.route.Method() != http.MethodGet && o.kind == "role" {
		return p.holds(w.route.Permission) && o.name == "r1"
	}
	if w.route.Method() != http.MethodGet && o.kind == "acting" {
		return p.holds(w.route.Permission) && o.name == "g1"
	}
	if w.route.Method() != http.MethodGet && o.kind == "team" {
		return p.holds(w.route.Permission) && o.name == "t1"
	}
	if w.route.Method() != http.MethodGet && o.kind == "client" {
		return p.holds(w.route.Permission) && o.name == "contoso"
	}
	if w.route.Method() != http.MethodGet && o.kind == "location" {
		return p.holds(w.route.Permission) && slices.Contains(p.locations, o.name)
	}
	if w.route.Method() != http.MethodGet && o.kind == "own" {
		return p.bought(o.name)
	}
	if w.route.Method() != http.MethodGet && o.kind == "run" {
		return p.id == o.name
	}
	return w.route.Method() != http.MethodGet && (o.kind == "purchase" || o.kind == "seat") && p.holds(w.route.Permission) && slices.Contains(p.purchases, o.name)
}

func (w *matrixWorld) check(t *testing.T, p principal, o object, out *httptest.ResponseRecorder) {
	t.Helper()
	route := w.route
	fail := func(want string) {
		t.Helper()
		t.Errorf("%s as %s for %s %s: %d, want %s\n%.300s", route.Pattern, p.id, o.kind, o.name, out.Code, want, out.Body)
	}
	inReach := o.kind == "team" && o.name == "t1" && (p.id == "orgadmin" || p.id == "ada") || o.kind == "client" && o.name == "contoso" || o.kind == "deal" && o.name == "d1" || o.kind == "role" && o.name == "r1" || o.kind == "acting" && o.name == "g1" || o.kind == "product" && o.name == "a1" || o.kind == "learner" && slices.Contains(p.learners, o.name) || (o.kind == "purchase" || o.kind == "seat") && slices.Contains(p.purchases, o.name) ||
		o.kind == "location" && slices.Contains(p.locations, o.name) || o.kind == "own" && p.bought(o.name) || o.kind == "run" && p.id == o.name || o.kind == "report"
	switch {
	case out.Code >= 500:
		fail("no failure of ours")
	case !p.holds(route.Permission):
		if out.Code != http.StatusForbidden {
			fail("403, for every id alike")
		}
	case inReach && w.refusal(p, o) != 0:
		if out.Code != w.refusal(p, o) {
			fail(http.StatusText(w.refusal(p, o)))
		}
	case p.lacksMore(route):
		if out.Code != http.StatusForbidden {
			fail("403: the second permission is missing")
		}
	case out.Code == http.StatusForbidden || out.Code == http.StatusUnauthorized:
		fail("no refusal: the permission is held")
	case o.kind == "none" && o.name != "none" || o.kind != "none" && !inReach:
		malformed := o.name == "malformed" && out.Code == http.StatusUnprocessableEntity
		if out.Code != http.StatusNotFound && out.Code != http.StatusBadRequest && !malformed {
			fail("404")
		}
	case o.kind != "none" && strings.HasSuffix(route.Path(), "/matrix/cell"):
		// The learner is seen; whether the activity is depends on the part of the access.
	case o.kind == "report" && slices.Contains([]string{"own", "matrix", "licenses"}, o.name):
		// Two have places of their own, and purchases have no addresses; nothing of anybody else, as below.
	case o.kind != "none" && out.Code != http.StatusOK:
		fail("200")
	}
	for id, name := range w.canary {
		seen := id == p.id || slices.Contains(p.learners, id) || slices.Contains(p.purchases, "p1") && (id == "anna" || id == "buyer1") ||
			slices.Contains(p.purchases, "p2") && slices.Contains([]string{"carl", "dora", "buyer2"}, id)
		if !seen && !toldOf(route, id, p.id) && strings.Contains(out.Body.String(), name) {
			fail("nothing of " + id)
		}
	}
	if strings.Contains(out.Body.String(), "waiting@example.org") && !slices.Contains([]string{"buyer1", "orgadmin", "ada"}, p.id) {
		fail("nothing of an invitation to another purchase")
	}
	kept := route.Cache == server.NoStore && out.Header().Get("Cache-Control") != "no-store"
	if out.Header().Get("Content-Security-Policy") == "" || out.Header().Get("X-Content-Type-Options") != "nosniff" || kept {
		fail("security headers")
	}
}

// toldOf tells whether a page is there to name somebody: who can see the visitor.
func toldOf(route server.Route, viewer, visitor string) bool {
	asked := strings.HasSuffix(route.Path(), "/me/seen") || strings.HasSuffix(route.Path(), "/me/who-sees-me")
	return asked && slices.ContainsFunc(principals, func(p principal) bool { return p.id == viewer && slices.Contains(p.learners, visitor) })
}
