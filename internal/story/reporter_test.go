package story

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// everybodyLands signs each person in by one click, who comes to a page that
// makes sense for them and whose badge says what they can see.
func everybodyLands(b *browser) {
	for _, tt := range []struct{ person, path, heading, places string }{
		{"reporter", "/o/northwind/reports", "Report Center", "Report Center, Training Matrix, Users"},
		{"reporter-of-two", "/o/northwind/reports", "Report Center", "Report Center, Training Matrix, Users"},
		{"transferred-away", "/o/northwind/me", "My learning", "My learning, My licenses, My profile"},
		{"new-reporter", "/o/northwind/reports", "Report Center", "Report Center, Training Matrix, Users"},
		{"reporter-of-ended", "/o/northwind/reports", "Report Center", "Report Center, Training Matrix, Users"},
		{"buyer", "/o/northwind/me", "My learning", "My learning, My licenses, My profile"},
		{"invited", "/o/northwind/me", "My learning", "My learning, My profile"},
		{"organization-administrator", "/o/northwind/dashboard", "Dashboard", "Dashboard, Late and expiring, Report Center, Training Matrix, Users, Ending access, Content Library, Licenses, Custom Deals, General, Management, Locations, Mail log, Audit log"},
		{"organization-reports-only", "/o/northwind/dashboard", "Dashboard", "Dashboard, Report Center, Training Matrix"},
		{"multiple-location-administrator", "/o/northwind/dashboard", "Dashboard", "Dashboard, Late and expiring, Report Center, Training Matrix, Users, Content Library, Locations"},
		{"multiple-location-reports-only", "/o/northwind/dashboard", "Dashboard", "Dashboard, Report Center, Training Matrix"},
		{"local-administrator", "/o/northwind/pressing", "Late and expiring", "Dashboard, Late and expiring, Report Center, Training Matrix, Users, Content Library, Locations"},
		{"local-reports-only", "/o/northwind/dashboard", "Dashboard", "Dashboard, Report Center, Training Matrix"},
		{"master-administrator", "/o/northwind/dashboard", "Dashboard", "Dashboard, Late and expiring, Report Center, Training Matrix, Users, Ending access, Content Library, Licenses, Custom Deals, General, Management, Clients, Locations, Mail log, Audit log"},
		{"master-reports-only", "/o/northwind/dashboard", "Dashboard", "Dashboard, Report Center, Training Matrix"},
		{"learner-manager", "/o/northwind/dashboard", "Dashboard", "Dashboard, Report Center, Training Matrix, Users, Management"},
		{"custom-role", "/o/northwind/dashboard", "Dashboard", "Dashboard, Report Center, Training Matrix, Users"},
		{"client-administrator", "/o/save-a-lot/dashboard", "Dashboard", "Dashboard, Late and expiring, Report Center, Training Matrix, Users, Ending access, Content Library, Licenses, Custom Deals, General, Management, Locations, Mail log, Audit log"},
		{"student", "/o/northwind/me", "My learning", "My learning, My profile"},
		{"two-accounts", "/choose", "Choose an organization", ""},
	} {
		b.signIn(tt.person)
		is(b, tt.person+" lands at the path", b.at(), tt.path)
		is(b, tt.person+" reads the heading", b.text("main h1"), tt.heading)
		is(b, tt.person+" has the places", strings.Join(b.list(".side nav a"), ", "), tt.places)
	}
}

// reporterSeesTheirs is Maria's story: two learners, one invitation, one course,
// and nothing of anybody else in the pages, the file or behind an address.
func reporterSeesTheirs(b *browser) {
	b.meant = []string{notFound, forbidden}
	b.signIn("reporter")
	b.open("/o/northwind/matrix")
	is(b, "the badge", b.text(".access"), "Northwind Academy · 2 learners you can see")
	is(b, "the heading of the matrix", b.text("#matrix-title"), "2 learners")
	is(b, "its columns", strings.Join(b.list(".matrix thead th span"), ", "), "Version Control with Git")
	rows := b.list(".matrix tbody th b")
	is(b, "its learners", strings.Join(rows, ", "), "Klara Vogel, Νικόλαος Παππάς")
	is(b, "the sum of the learners", b.text(".matrix tfoot th"), "All 2 learners")

	b.follow(`.side a[href$="/users"]`)
	is(b, "the list", strings.Join(b.list("table.list tbody th b"), ", "), strings.Join(rows, ", "))
	is(b, "its count", b.text(".pager > span:first-child"), "2 learners, 1 invited")
	b.follow(`.tabs-bar a:nth-child(2)`)
	is(b, "invitations", b.count("table.list tbody tr"), 1)
	b.sees("Pending", "@alfki.example", "1 invited")
	b.open("/o/northwind/users?q=oliver")
	b.sees("No result for these filters")
	b.seesNot("Oliver Smith")
	is(b, "ways to the licenses of others", b.count(`a[href$="/o/northwind/licenses"]`), 0)

	b.open("/o/northwind/users")
	b.follow("table.list tbody th a")
	is(b, "the activities on the card", strings.Join(b.list("table.list tbody th"), ", "), "Version Control with Git")
	b.seesNot("Who can see this learner?", "Data Privacy")

	other := foreignLearner(b)
	for _, path := range []string{"/users/" + other, "/matrix/cell?learner=" + other + "&activity=none", "/users/aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		b.open("/o/northwind" + path)
		b.sees("Not found, or not in your access")
	}
	b.open("/o/northwind/licenses")
	b.seesNot("Around the Horn")
	b.open("/o/save-a-lot/users")
	b.seesNot("Save-a-lot Markets ·")

	file := b.download("/o/northwind/matrix/runs", "format=csv")
	is(b, "rows of the file", len(file), 3)
	for i, name := range rows {
		is(b, "a row of the file", file[i+1][0], name)
	}
	is(b, "columns of the file about courses", slices.IndexFunc(file[0], func(h string) bool { return strings.Contains(h, "Privacy") }), -1)
}

// foreignLearner finds somebody whom Maria does not see.
func foreignLearner(b *browser) string {
	b.Helper()
	answer, status := b.meanwhile("reporter-of-two").call(http.MethodGet, "/api/v1/learners?limit=1", "")
	var page struct{ Items []struct{ ID string } }
	if err := json.Unmarshal([]byte(answer), &page); err != nil || status != http.StatusOK || len(page.Items) == 0 {
		b.Fatalf("learners: %d, %v, %.200s", status, err, answer)
	}
	return page.Items[0].ID
}

// download has a file made as the browser's session does and reads it as CSV.
func (b *browser) download(path, fields string) [][]string {
	b.Helper()
	text := b.send(path, fields)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil && !errors.Is(err, io.EOF) {
		b.Fatal(err)
	}
	return rows
}

// send posts a form and gives the text that it leads to.
func (b *browser) send(path, fields string) string {
	b.Helper()
	return ask[string](b, `fetch(`+quoted(path)+`, {method: "POST", body: new URLSearchParams(`+quoted(fields)+`)}).then(r => r.text())`)
}

// reporterOfTwo is Thomas's story: the union of two purchases, told apart by a
// filter that applies itself and lives in the address.
func reporterOfTwo(b *browser) {
	b.signIn("reporter-of-two")
	b.open("/o/northwind/users")
	all := b.count("table.list tbody tr")
	is(b, "the badge", b.text(".access span"), "Northwind Academy · 17 learners you can see")
	is(b, "learners of both purchases", all, 17)
	both := b.count("table.list tbody td.bought br")
	is(b, "learners who hold both", both, 4)
	is(b, "people called Oliver Smith", ask[int](b, `[...document.querySelectorAll("table.list tbody th b")].filter(e => e.textContent === "Oliver Smith").length`), 2)
	purchases := ask[[]string](b, `[...document.querySelectorAll("select[name=purchase] option")].filter(o => o.value).map(o => o.value)`)
	is(b, "purchases to choose from", len(purchases), 2)
	sum := 0
	for _, purchase := range purchases {
		b.choose("purchase", purchase)
		sum += b.count("table.list tbody tr")
		b.sees("of your 17 learners")
		if !strings.Contains(b.at(), "purchase="+purchase) {
			b.Errorf("the filter is not in the address %s", b.at())
		}
	}
	is(b, "learners of one and of the other", sum, all+both)

	b.open("/o/northwind/access")
	b.sees("Around the Horn · Databases and SQL", "Around the Horn · Compliance Essentials")

	b.open("/o/northwind/matrix")
	blank := ask[int](b, `[...document.querySelectorAll(".matrix tbody tr")].filter(r => r.querySelector("td.m-na")).length`)
	if blank == 0 {
		b.Errorf("every learner shows every course, though they hold one purchase each")
	}
}

// choose picks an option of the filters and waits for the list.
func (b *browser) choose(name, value string) {
	b.Helper()
	ask[bool](b, `(() => { const s = document.querySelector("select[name=`+name+`]"); s.value = `+quoted(value)+`; document.getElementById("results").dataset.stale = 1; s.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`)
	b.do(chromedp.WaitNotPresent("#results[data-stale]"))
	for until := time.Now().Add(5 * time.Second); !strings.Contains(b.at(), name+"=") && time.Now().Before(until); {
		time.Sleep(10 * time.Millisecond) // the address follows the list
	}
}

// endedSeats is Martín's story: nobody by default, and history on demand.
func endedSeats(b *browser) {
	b.signIn("reporter-of-ended")
	b.open("/o/northwind/users")
	b.sees("No seat gives access now", "The access of 5 learners has ended")
	b.follow(`.empty-page a`)
	is(b, "learners whose seat ended", b.count("table.list tbody tr"), 5)
	b.sees("5 learners")
}

// accessEnds is the end of a reporter's access while a page of theirs is open:
// the next click says what has ended and leads to their own learning.
func accessEnds(b *browser) {
	b.meant = []string{forbidden}
	b.signIn("reporter")
	file := ask[string](b, `fetch("/o/northwind/reports/enrollments/runs", {method: "POST", body: new URLSearchParams("format=csv")}).then(r => r.ok ? new URL(r.url).pathname.replace("/o/northwind", "") : "")`)
	b.open("/o/northwind/users")
	steven := b.meanwhile("organization-administrator")
	purchase, reporter := steven.purchaseOf("Alfreds Futterkiste")
	if answer, status := steven.call(http.MethodDelete, "/api/v1/purchases/"+purchase+"/reporter", ""); status >= 300 {
		b.Fatalf("revoke: %d %s", status, answer)
	}
	b.follow("table.list tbody th a")
	b.sees("Your access to Alfreds Futterkiste ended on", "your own learning")
	b.seesNot("Klara Vogel", "Version Control with Git")
	is(b, "places", strings.Join(b.list(".side nav a"), ", "), "My learning, My licenses, My profile")
	b.follow(`main a[href$="/me"]`)
	is(b, "the heading", b.text("main h1"), "My learning")
	for _, path := range []string{"/users", "/matrix", "/reports", "/reports/enrollments/print", file} {
		is(b, "status of "+path, ask[int](b, `fetch("/o/northwind`+path+`").then(r => r.status)`), http.StatusForbidden)
	}
	b.open("/o/northwind/access")
	b.sees("License Reporter: Alfreds Futterkiste")
	if answer, status := steven.call(http.MethodPut, "/api/v1/purchases/"+purchase+"/reporter", `{"account_id":`+quoted(reporter)+`}`); status >= 300 {
		b.Fatalf("appoint: %d %s", status, answer)
	}
	b.open("/o/northwind/users")
	is(b, "learners, after being appointed again", b.count("table.list tbody tr"), 2)
}

// purchaseOf finds a company's purchase and its reporter.
func (s somebody) purchaseOf(company string) (purchase, reporter string) {
	s.Helper()
	answer, _ := s.call(http.MethodGet, "/api/v1/purchases?limit=200", "")
	var page struct {
		Items []struct {
			ID       string
			Company  string
			Reporter struct{ ID string }
		}
	}
	if err := json.Unmarshal([]byte(answer), &page); err != nil {
		s.Fatalf("purchases: %v in %.200s", err, answer)
	}
	for _, p := range page.Items {
		if p.Company == company {
			return p.ID, p.Reporter.ID
		}
	}
	s.Fatalf("no purchase of %s in %.300s", company, answer)
	return "", ""
}
