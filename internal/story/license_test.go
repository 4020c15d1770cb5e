package story

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/chromedp/chromedp"
)

// licenses is the whole story of seed 000, as each person in turn: something to
// learn is added and sold, the buyer invites three, two redeem, one of them is
// appointed, the buyer transfers the role, an administrator revokes it, and the
// buyer cannot undo that.
func licenses(b *browser) {
	b.meant = []string{forbidden, "409 (Conflict)", "422 (Unprocessable"}
	purchase := sells(b)
	mine := "/o/northwind/my-licenses/" + purchase
	invitesThree(b, mine)

	// Two redeem, one of them finishes; one stays pending.
	for _, person := range []string{"student", "invited"} {
		b.signIn(person)
		b.sees("Ladder safety")
		ask[bool](b, `([...document.querySelectorAll(".offers li")].find(li => li.textContent.includes("Ladder safety")).querySelector("button").id = "take", true)`)
		b.follow("#take")
		b.open("/o/northwind/me")
		b.sees("Ladder safety")
	}
	b.signIn("student")
	ask[bool](b, `([...document.querySelectorAll("table.list tbody tr")].find(r => r.textContent.includes("Ladder safety")).querySelector("form button").id = "done", true)`)
	b.follow("#done")
	b.sees("Marked as done")

	// An administrator appoints Lucía, after a preview of whom she will see.
	b.signIn("organization-administrator")
	b.open("/o/northwind/licenses/" + purchase)
	b.sees("No reporter")
	b.follow(`#reporter a[href*="/reporter"]`)
	is(b, "people who cannot be chosen", b.count(`.people input:disabled`), 1)
	choosesPerson(b, "Lucía Navarro")
	b.follow(`main form.stack button[type=submit]`)
	b.sees("What Lucía Navarro will see", "Make Lucía Navarro the License Reporter", "Jonas Weber")
	b.accessible(everyRule)
	b.follow(`main form.panel button[type=submit]`)
	is(b, "who reports", b.text("#reporter .who b"), "Lucía Navarro")

	b.signIn("student")
	is(b, "where she lands now", b.at(), "/o/northwind/reports")
	b.open("/o/northwind/users")
	is(b, "her learners", strings.Join(b.list("table.list tbody th b"), ", "), "Jonas Weber, Lucía Navarro")
	is(b, "their number", b.text(".pager > span:first-child"), "2 learners, 1 invited")
	b.open("/o/northwind/matrix")
	is(b, "columns of her matrix", strings.Join(b.list(".matrix thead th span"), ", "), "Ladder safety")
	is(b, "who has completed", b.count(".matrix tbody .m-completed"), 1)

	// The buyer transfers it; of whoever held it nothing is left on the next click.
	before := b.meanwhile("student")
	if _, status := before.call(http.MethodGet, "/api/v1/learners", ""); status != http.StatusOK {
		b.Errorf("the reporter lists learners: %d", status)
	}
	b.signIn("buyer")
	b.open(mine)
	b.seesNot("completed") // seats and names, no progress
	b.follow(`#reporter a[href*="/reporter"]`)
	b.sees("Lucía Navarro is the License Reporter")
	b.follow(`main .panel a.btn:not([data-variant])`)
	choosesPerson(b, "Jonas Weber")
	b.follow(`main form.stack button[type=submit]`)
	b.sees("Transfer from Lucía Navarro to Jonas Weber")
	b.follow(`main form.panel button[type=submit]`)
	if answer, status := before.call(http.MethodGet, "/api/v1/learners", ""); status != http.StatusForbidden {
		b.Errorf("the old reporter lists learners: %d %s", status, answer)
	}
	b.signIn("student")
	b.open("/o/northwind/users")
	b.sees("Your access to Blauer See Delikatessen ended on")
	b.seesNot("Jonas Weber")

	b.signIn("invited")
	b.open("/o/northwind/users")
	is(b, "learners of the new reporter", b.count("table.list tbody tr"), 2)
	is(b, "rows of their file", len(b.download("/o/northwind/matrix/runs", "format=csv")), 3)
	reporter := b.meanwhile("invited")

	revokes(b, purchase)
	if answer, status := reporter.call(http.MethodPost, "/api/v1/reports/progress/runs", `{"format":"csv"}`); status != http.StatusForbidden {
		b.Errorf("an export after the revocation: %d %s", status, answer)
	}
	b.signIn("invited")
	b.open("/o/northwind/users")
	b.sees("Your access to Blauer See Delikatessen ended on")
	is(b, "status of an export", ask[int](b, `fetch("/o/northwind/matrix/runs", {method: "POST", body: new URLSearchParams("format=csv")}).then(r => r.status)`), http.StatusForbidden)

	// The buyer cannot undo it.
	b.signIn("buyer")
	b.open(mine)
	b.sees("Only an administrator can appoint somebody")
	is(b, "ways to a reporter", b.count(`#reporter a`), 0)
	answer, status := b.meanwhile("buyer").call(http.MethodPut, "/api/v1/purchases/"+purchase+"/reporter", `{"account_id":`+quoted(accountOf(b, "invited"))+`}`)
	if status != http.StatusConflict || !strings.Contains(answer, "Only an administrator can appoint one") {
		b.Errorf("the buyer appoints after a revocation: %d %s", status, answer)
	}
}

// sells adds a link to the library and sells four seats of it, and gives the purchase's id.
func sells(b *browser) string {
	b.Helper()
	b.signIn("organization-administrator")
	b.open("/o/northwind/library")
	b.follow(`.heading a[href$="/activities/new"]`)
	types(b, map[string]string{"title": "Ladder safety", "url": "https://learn.northwind.example/ladders", "minutes": "20"})
	b.do(chromedp.Click(`[name=self_complete]`))
	b.follow(`main form button[type=submit]`)
	b.sees("It is in the library", "Learners may mark it as done themselves")
	b.follow(`.heading a[href*="/licenses/"]`)
	types(b, map[string]string{"seats": "4", "company": "Blauer See Delikatessen", "buyer_q": "hanna.moos"})
	b.follow(`button[value=find]`)
	b.do(chromedp.Click(`input[name=buyer_id]:not([value=""])`))
	b.follow(`main form > .buttons button[type=submit]`)
	b.sees("Ladder safety", "Hanna Moos", "No reporter")
	is(b, "figures of the purchase", strings.Join(b.list(".figure b")[:4], " "), "4 0 0 4")
	_, id, _ := strings.Cut(b.at(), "/licenses/")
	id, _, _ = strings.Cut(id, "?")
	return id
}

// invitesThree has the buyer paste three addresses, look at what comes of them, and confirm.
func invitesThree(b *browser, mine string) {
	b.Helper()
	b.signIn("buyer")
	b.open("/o/northwind/my-licenses")
	b.follow(`a[href="` + mine + `"]`)
	b.follow(`a[href$="/seats/add"]`)
	types(b, map[string]string{"people": "lucia.navarro@example.org\nJonas.Weber@blaus.example\nnew.colleague@blaus.example\nLUCIA.NAVARRO@example.org"})
	b.follow(`main form button[type=submit]`)
	is(b, "lines of the preview", b.count("table.list tbody tr"), 4)
	b.accessible(everyRule)
	b.follow(`main form.panel button[type=submit]`)
	b.open(mine)
	is(b, "figures of the buyer", strings.Join(b.list(".figure b")[:4], " "), "4 3 0 1")
	b.accessible(everyRule)
}

// revokes presses the bin, reads what ends, and confirms.
func revokes(b *browser, purchase string) {
	b.Helper()
	b.signIn("organization-administrator")
	b.open("/o/northwind/licenses/" + purchase)
	b.do(chromedp.Click(`[data-open="revoke-reporter"]`), chromedp.WaitVisible(`#revoke-reporter[open]`))
	b.sees("Revoke the access of Jonas Weber?")
	is(b, "what has the first focus", ask[bool](b, `document.activeElement.hasAttribute("data-close")`), true)
	b.follow(`#revoke-reporter button[type=submit]`)
	b.sees("No reporter")
}

// types fills fields by their names.
func types(b *browser, fields map[string]string) {
	b.Helper()
	for name, text := range fields {
		ask[bool](b, `(document.querySelector("main [name=`+name+`]").value = `+quoted(text)+`, true)`)
	}
}

// choosesPerson picks somebody in the list of candidates.
func choosesPerson(b *browser, name string) {
	b.Helper()
	ask[bool](b, `([...document.querySelectorAll(".people label")].find(l => l.textContent.includes(`+quoted(name)+`)).querySelector("input").checked = true)`)
}

// accountOf is the account of a person of the demonstration.
func accountOf(b *browser, person string) string {
	b.Helper()
	answer, _ := b.meanwhile(person).call(http.MethodGet, "/api/v1/me", "")
	var me struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &me); err != nil || me.ID == "" {
		b.Fatalf("%s: %v in %.200s", person, err, answer)
	}
	return me.ID
}
