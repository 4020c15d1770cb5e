package story

import (
	"net/http"
	"strings"
)

// rung is somebody on the ladder: how many learners they see, and what lies
// above them.
type rung struct {
	person string
	twin   string   // sees exactly the same, and changes nothing
	least  int      // of the learners they see
	above  []string // pages of those above
}

var rungs = []rung{
	{"local-administrator", "", 50, []string{"/settings", "/roles", "/clients", "/audit", "/access-ending", "/licenses"}},
	{"multiple-location-administrator", "", 300, []string{"/settings", "/roles", "/clients", "/audit", "/access-ending"}},
	{"organization-administrator", "organization-reports-only", 2000, []string{"/clients", "/clients/new"}},
	{"master-administrator", "master-reports-only", 2100, nil},
	{"custom-role", "", 50, []string{"/users/new", "/pressing", "/settings", "/roles", "/access-ending"}},
	{"learner-manager", "", 2000, []string{"/users/new", "/pressing", "/settings", "/roles"}},
}

// twins have no page that is for more than reading reports.
var twins = []string{"local-reports-only", "multiple-location-reports-only", "organization-reports-only", "master-reports-only"}

// ladder goes up the rungs: each sees more than the one below, nobody opens a
// page of those above, and a twin sees what its full role sees on fewer pages.
func ladder(b *browser) {
	b.meant = []string{forbidden, notFound}
	seen := func() int { return number(b, b.text(".access span"), `([\d,]+) learners`) }
	before := 0
	for i, r := range rungs {
		b.signIn(r.person)
		n := seen()
		if n < r.least || i > 0 && i < 4 && n <= before {
			b.Errorf("%s sees %d learners, the rung below %d", r.person, n, before)
		}
		before = n
		for _, path := range r.above {
			is(b, r.person+" at "+path, b.status("/o/northwind"+path), http.StatusForbidden)
		}
		if r.twin != "" {
			b.signIn(r.twin)
			is(b, "learners of "+r.twin, seen(), n)
		}
	}
	for _, person := range twins {
		b.signIn(person)
		if seen() == 0 {
			b.Errorf("%s sees nobody", person)
		}
		for _, path := range []string{"/users", "/users/new", "/pressing", "/licenses", "/library", "/settings", "/roles", "/clients", "/locations", "/mail", "/audit", "/access-ending"} {
			is(b, person+" at "+path, b.status("/o/northwind"+path), http.StatusForbidden)
		}
		for _, path := range []string{"/matrix", "/reports", "/dashboard", "/me"} {
			is(b, person+" at "+path, b.status("/o/northwind"+path), http.StatusOK)
		}
		if answer, status := b.meanwhile(person).call(http.MethodPost, "/api/v1/locations", `{"name":"Nowhere"}`); status != http.StatusForbidden {
			b.Errorf("%s adds a location: %d %s", person, status, answer)
		}
	}
}

// status is how the server answers a page.
func (b *browser) status(path string) int {
	b.Helper()
	return ask[int](b, `fetch(`+quoted(path)+`).then(r => r.status)`)
}

// local is Margaret's story: she lands on who is late, meets nobody of another
// place, and can hand on no more than she has.
func local(b *browser) {
	b.meant = []string{forbidden, notFound, "422 (Unprocessable"}
	andrew, noor := accountOf(b, "master-administrator"), accountOf(b, "custom-role")
	b.signIn("local-administrator")
	is(b, "where she lands", b.at(), "/o/northwind/pressing")
	b.sees("Late and expiring")
	late := whole(b, b.list(".figure b")[0])
	if late == 0 || late < b.count("main section:first-of-type table tbody tr") {
		b.Errorf("%d are late, the list shows %d", late, b.count("main section:first-of-type table tbody tr"))
	}
	for _, id := range []string{andrew, noor} {
		is(b, "status of somebody elsewhere", b.status("/o/northwind/users/"+id), http.StatusNotFound)
		is(b, "status of editing them", b.status("/o/northwind/users/"+id+"/edit"), http.StatusNotFound)
	}
	b.open("/o/northwind/users")
	for _, place := range b.column("Location") {
		is(b, "where a learner lives", place, "London")
	}
	b.follow("table.list tbody th a")
	b.follow(`a[href$="/role"]`)
	is(b, "roles that she can give", strings.Join(ask[[]string](b, `[...document.querySelectorAll("[name=role]")].map(i => i.value)`), " "),
		"student local_administrator local_administrator_reports_only")
	person := strings.TrimSuffix(b.at(), "/role")
	is(b, "status of giving more", b.post(person+"/role", "role=organization_administrator&look=yes"), http.StatusUnprocessableEntity)
}

// post sends a form without leaving the page, and gives the status.
func (b *browser) post(path, form string) int {
	b.Helper()
	return ask[int](b, `fetch(`+quoted(path)+`, {method: "POST", body: new URLSearchParams(`+quoted(form)+`)}).then(r => r.status)`)
}

// above is Steven's story: a Master Administrator is in his list, and out of
// his hands; what clients there are he is not told.
func above(b *browser) {
	b.meant = []string{forbidden, notFound}
	andrew := accountOf(b, "master-administrator")
	b.signIn("organization-administrator")
	b.open("/o/northwind/users/" + andrew)
	is(b, "ways to change him", b.count(`a[href$="/edit"], a[href$="/role"], a[href$="/suspend"], a[href$="/delete"]`), 0)
	for _, act := range []string{"suspend", "delete", "reset"} {
		is(b, "status of "+act, b.post("/o/northwind/users/"+andrew+"/"+act, "reason=no"), http.StatusForbidden)
	}
	for _, slug := range []string{"ernst-handel", "save-a-lot"} {
		is(b, "status of a client", b.status("/o/"+slug+"/dashboard"), http.StatusNotFound)
	}
}

// lends is Steven's next story: he lends Jonas Weber a role for a while, having
// seen whom that shows, and takes it back.
func lends(b *browser) {
	jonas := accountOf(b, "invited")
	b.signIn("organization-administrator")
	b.open("/o/northwind/users/" + jonas)
	b.follow(`main a[href$="` + jonas + `/access"]`)
	b.follow(`.heading a[href*="/access/give"]`)
	b.open(b.at() + "?q=France")
	ask[bool](b, `([...document.querySelectorAll("main .reasons a")].find(a => a.textContent.trim() === "France").id = "there", true)`)
	b.follow("#there")
	ask[bool](b, `([...document.querySelectorAll("[name=role]")].find(i => i.closest("label").textContent.includes("Course Coach")).checked = true)`)
	types(b, map[string]string{"reason": "Helps out in autumn."})
	b.accessible(everyRule)
	b.follow(`main form button[type=submit]`)
	b.sees("Jonas Weber", "+")
	b.accessible(everyRule)
	b.follow(`main form[method=post] button[type=submit]`)
	b.sees("Course Coach", "Helps out in autumn.")
	lent := b.meanwhile("invited")
	if answer, status := lent.call(http.MethodGet, "/api/v1/learners", ""); status != http.StatusOK {
		b.Errorf("Jonas lists learners: %d %.200s", status, answer)
	}
	b.follow(`main a[href$="/end"]`)
	b.follow(`main form[method=post] button[type=submit]`)
	if answer, status := lent.call(http.MethodGet, "/api/v1/learners", ""); status != http.StatusForbidden {
		b.Errorf("Jonas lists learners after the end: %d %.200s", status, answer)
	}
}

// insideClient is Andrew's story: he works in a client under its own address,
// a banner says so on every page, and its log names where he comes from.
func insideClient(b *browser) {
	b.meant = []string{forbidden, notFound}
	b.signIn("master-administrator")
	b.open("/o/northwind/clients")
	is(b, "clients", strings.Join(b.list("table.list tbody th a"), ", "), "Ernst Handel, Save-a-lot Markets")
	ask[bool](b, `([...document.querySelectorAll("table.list tbody th a")].find(a => a.textContent.includes("Save-a-lot")).id = "client", true)`)
	b.follow("#client")
	b.follow(`a[href="/o/save-a-lot/dashboard"]`)
	for _, path := range []string{"dashboard", "users", "matrix", "settings", "roles", "locations", "audit"} {
		b.open("/o/save-a-lot/" + path)
		is(b, "banner at "+path, strings.HasPrefix(b.text(".inside-client"), "You are working in Save-a-lot Markets as Master Administrator of Northwind Academy."), true)
		is(b, "learners at "+path, number(b, b.text(".access span"), `([\d,]+) learners`), 91)
	}
	b.open("/o/save-a-lot/users?q=margaret+peacock")
	is(b, "people of the school in the client", b.count("table.list tbody tr"), 0)
	is(b, "status of a client's page about somebody of the school", b.status("/o/save-a-lot/users/"+accountOf(b, "local-administrator")), http.StatusNotFound)
	b.open("/o/save-a-lot/settings")
	zone := ask[string](b, `document.querySelector("[name=reply_to], [name=mail_reply_to]").value`)
	is(b, "whose settings they are", zone, "training@savea.example")
	b.follow(".inside-client a")
	is(b, "where the banner leads back to", strings.HasPrefix(b.at(), "/o/northwind"), true)

	b.signIn("client-administrator")
	is(b, "where the client's administrator lands", b.at(), "/o/save-a-lot/dashboard")
	is(b, "a banner for those at home", b.count(".inside-client"), 0)
	is(b, "status of the school's settings", b.status("/o/northwind/settings"), http.StatusForbidden)
	is(b, "status of the other client", b.status("/o/ernst-handel/users"), http.StatusNotFound)
}

// taken is Lucía's story: she is told who printed a report that she is in.
func taken(b *browser) {
	b.signIn("student")
	b.open("/o/northwind/me/seen")
	before := b.count("main section:last-of-type .reasons li")
	b.signIn("organization-administrator")
	b.open("/o/northwind/reports/progress/print?q=navarro")
	b.open("/o/northwind/audit?action=session.")
	b.sees("Steven Buchanan signed in.")
	b.open("/o/northwind/audit?action=session.refused")
	b.sees("Somebody failed to sign in as Steven Buchanan.")
	b.signIn("student")
	b.open("/o/northwind/me/seen")
	is(b, "what was taken with her in it", b.count("main section:last-of-type .reasons li"), before+1)
	is(b, "the last of it", strings.Contains(b.list("main section:last-of-type .reasons li")[0], "Print · Steven Buchanan"), true)
}
