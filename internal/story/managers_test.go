package story

import (
	"net/http"
	"strings"
)

// manages is Robert's story: he was put into a group and nothing else. He makes
// a team of a company, adds people, follows what they learn and takes the three
// reports away; courses and invitations are not for him.
func manages(b *browser) {
	b.meant = []string{forbidden, notFound, "422 (Unprocessable"}
	b.signIn("learner-manager")
	if b.count(`nav a[href="/o/northwind/management"]`) == 0 {
		b.Error("there is no way into Management")
	}
	b.open("/o/northwind/management")
	is(b, "parts of Management", strings.Join(b.list("nav.area a"), ", "), "Users, Teams")

	b.open("/o/northwind/teams")
	before := b.count("table.list tbody tr")
	b.follow(`main a[href$="/teams/new"]`)
	b.accessible(everyRule)
	types(b, map[string]string{"name": "Company A Team"})
	b.follow(`main form.form button[type=submit]`)
	b.sees("Company A Team")
	made := b.at()[:strings.IndexByte(b.at()+"?", '?')]

	b.follow(`main a[href$="/add"]`)
	types(b, map[string]string{"people": "klara.vogel@alfki.example\nnikolaos.pappas@alfki.example\nnobody@nowhere.example"})
	b.follow(`main form:has(textarea) button[type=submit]`)
	b.accessible(everyRule)
	b.sees("Klara Vogel", "joins the team")
	b.sees("is nobody among your learners")
	b.follow(`form[action$="/confirm"] button[type=submit]`)
	b.open(made)
	is(b, "members", b.count("main table.list tbody tr"), 2)
	b.sees("Klara Vogel", "Νικόλαος Παππάς")
	b.accessible(everyRule)

	team := made[strings.LastIndexByte(made, '/')+1:]
	b.open("/o/northwind/reports?team=" + team)
	b.sees("2 of")
	for _, report := range []string{"enrollments", "progress", "completion"} {
		b.open("/o/northwind/reports/" + report + "?team=" + team)
		rows := number(b, b.text(".pager > span:first-child"), `([\d,]+) rows?`)
		file := b.download(b.exporting("csv"))
		is(b, "rows of the file of "+report, len(file)-1, rows)
		if rows == 0 {
			b.Errorf("%s of the team is empty", report)
		}
	}

	for _, path := range []string{"/users/new", "/library", "/library/activities/new", "/invitations/platform", "/invitations/activities", "/invitations/programs", "/settings", "/groups", "/policies", "/roles", "/licenses", "/audit"} {
		is(b, "status of "+path, b.status("/o/northwind"+path), http.StatusForbidden)
	}
	for _, path := range []string{"/o/save-a-lot/users", "/o/ernst-handel/teams"} {
		is(b, "status of "+path, b.status(path), http.StatusNotFound)
	}
	b.open("/o/northwind/users")
	is(b, "ways to invite or add somebody", b.count(`main a[href*="/invitations"], main a[href$="/users/new"]`), 0)

	theirs := ask[[]string](b, `fetch("/o/northwind/teams").then(r => r.text()).then(t => [...new DOMParser().parseFromString(t, "text/html").querySelectorAll("table.list tbody tr")].filter(r => r.textContent.includes("Read only")).map(r => r.querySelector("a").getAttribute("href")))`)
	if len(theirs) == 0 {
		b.Fatal("no team of others is listed")
	}
	b.open(theirs[0])
	is(b, "ways to change somebody else's team", b.count(`main a[href$="/add"], main a[href$="/edit"], main a[href$="/share"], main form[action$="/end"], main form[action$="/remove"] button`), 0)
	is(b, "status of changing it", b.post(theirs[0]+"/end", ""), http.StatusNotFound)

	b.open(made)
	b.follow(`form[action$="/end"] button`)
	b.follow(`form[action$="/confirm"] button[type=submit]`)
	b.open("/o/northwind/teams")
	is(b, "teams after the last was deleted", b.count("table.list tbody tr"), before)
}

// addsManager is Steven's story: he adds Jonas Weber to the group Learner
// managers, reads what that gives, saves; Jonas sees Management on his next
// click, and not on the one after he was taken out again.
func addsManager(b *browser) {
	b.meant = []string{forbidden}
	jonas := b.meanwhile("invited")
	sees := func(when string, want int) {
		b.Helper()
		if _, status := jonas.call(http.MethodGet, "/o/northwind/teams", ""); status != want {
			b.Errorf("%s Jonas is answered %d about teams, want %d", when, status, want)
		}
	}
	sees("before", http.StatusForbidden)
	b.signIn("organization-administrator")
	b.open("/o/northwind/management")
	is(b, "parts of Management", strings.Join(b.list("nav.area a"), ", "), "Users, Groups, Roles, Policies, Teams")
	b.open("/o/northwind/groups")
	b.accessible(everyRule)
	ask[bool](b, `([...document.querySelectorAll("table.list tbody th a")].find(a => a.textContent.trim() === "Learner managers").id = "managers", true)`)
	b.follow("#managers")
	group := b.at()
	b.follow(`main a[href*="/members"]`)
	types(b, map[string]string{"q": "Jonas Weber"})
	b.follow(`main button[name=step][value=find]`)
	choosesPerson(b, "Jonas Weber")
	sees("before saving", http.StatusForbidden)
	b.follow(`main button[name=step][value=look]`)
	b.accessible(everyRule)
	b.sees("Jonas Weber")
	sees("while it is looked at", http.StatusForbidden)
	b.follow(`main form[method=post] button[type=submit]:not([name=step])`)
	b.sees("Jonas Weber")
	sees("after saving", http.StatusOK)

	b.open(group)
	ask[bool](b, `([...document.querySelectorAll("main tr")].find(r => r.textContent.includes("Jonas Weber")).querySelector("a.btn").id = "remove", true)`)
	b.follow("#remove")
	b.follow(`main form[method=post] button[type=submit]:not([name=step])`)
	sees("after he was taken out", http.StatusForbidden)
}

// oneTeam is Sara's story: one policy shows her the team of her company. No
// page, search or picker names anybody else.
func oneTeam(b *browser) {
	b.meant = []string{forbidden, notFound, "422 (Unprocessable"}
	b.signIn("company-manager")
	n := number(b, b.text(".access span"), `([\d,]+) learners`)
	if n == 0 || n > 60 {
		b.Errorf("Sara sees %d learners", n)
	}
	foreign := []string{"Robert King", "Accounts of", "Klara Vogel", "Alfreds", "Ernst Handel", "Save-a-lot", "Steven Buchanan", "Elif Demir"}
	for _, path := range []string{"users", "teams", "matrix", "reports", "reports/learners", "reports/enrollments", "dashboard", "reports/analytics/users", "reports/analytics/activities", "reports/analytics/participation", "management", "access"} {
		if status := b.status("/o/northwind/" + path); status != http.StatusOK {
			b.Errorf("%s answers Sara with %d", path, status)
			continue
		}
		b.open("/o/northwind/" + path)
		is(b, "learners at "+path, number(b, b.text(".access span"), `([\d,]+) learners`), n)
		b.seesNot(foreign...)
	}
	b.open("/o/northwind/users?q=vogel")
	is(b, "people of other companies", b.count("table.list tbody tr"), 0)
	is(b, "status of somebody else's card", b.status("/o/northwind/users/"+accountOf(b, "reporter")), http.StatusNotFound)
	b.signIn("company-manager")
	for _, path := range []string{"/teams/new", "/groups", "/policies", "/roles", "/settings", "/users/new", "/library", "/licenses", "/invitations/platform", "/audit"} {
		is(b, "status of "+path, b.status("/o/northwind"+path), http.StatusForbidden)
	}
}
