package story

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
)

// administrator is Steven's story: the numbers of badge, list, matrix, card and
// purchase agree, and a name is found in any script.
func administrator(b *browser) {
	b.signIn("organization-administrator")
	b.open("/o/northwind/matrix")
	seen := number(b, b.text(".access span"), `([\d,]+) learners`)
	is(b, "learners of the matrix", number(b, b.text("#matrix-title"), `([\d,]+) learners`), seen)
	b.do(chromedp.WaitNotPresent(`.matrix tfoot a`)) // the sums of a wide matrix come after the page
	is(b, "learners of the sums", number(b, b.text(".matrix tfoot th"), `All ([\d,]+) learners`), seen)
	b.choose("state", "overdue")
	overdue := number(b, b.text("#matrix-title"), `([\d,]+) of your`)
	if overdue == 0 || overdue >= seen {
		b.Errorf("%d of %d learners are overdue", overdue, seen)
	}
	b.open("/o/northwind/users?state=overdue")
	is(b, "overdue learners in Users", number(b, b.text(".pager > span:first-child"), `([\d,]+) of your`), overdue)
	b.sees("Overdue")
	b.open("/o/northwind/users?q=" + "Παππάς")
	is(b, "learners found in Greek", strings.Join(b.list("table.list tbody th b"), ", "), "Νικόλαος Παππάς")
	b.follow("table.list tbody th a")
	b.sees("Who can see this learner?", "Maria Anders", "License Reporter: Alfreds Futterkiste", "Robert King", "Learner manager: Northwind Academy")
	is(b, "times that Robert King is named", strings.Count(b.text(".reasons .strong"), "Robert King"), 1)

	b.open("/o/northwind/licenses?q=alfreds")
	is(b, "purchases found", b.count("table.list tbody tr"), 1)
	b.follow("table.list tbody th a")
	is(b, "the figures", strings.Join(b.list(".figure b")[:4], " "), "5 2 1 2")
	is(b, "seats that were given", b.count("table.list tbody tr"), 3)
	b.follow(`.heading a[href*="/users"]`)
	is(b, "learners of the purchase", b.count("table.list tbody tr"), 2)
	b.open("/o/northwind/licenses")
	b.sees("No reporter", "Ended")

	b.open("/o/northwind/matrix")
	b.do(chromedp.Click(".matrix tbody a.mc"), chromedp.WaitVisible("#details[open] dl"), chromedp.Click("#details [data-close]"))
}

func number(b *browser, text, pattern string) int {
	b.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		b.Fatalf("%q does not say %s, at %s", text, pattern, b.at())
	}
	n, err := strconv.Atoi(strings.ReplaceAll(found[1], ",", ""))
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// student is Lucía's story: her own courses, opening and marking them, her own file.
func student(b *browser) {
	b.meant = []string{forbidden}
	b.signIn("student")
	is(b, "the badge", b.text(".access span"), "Northwind Academy · your own learning")
	is(b, "her activities", b.count("table.list tbody tr"), 6)
	b.sees("Overdue", "Completed", "Due soon", "In progress")
	for _, path := range []string{"/users", "/matrix", "/licenses"} {
		is(b, "status of "+path, ask[int](b, `fetch("/o/northwind`+path+`").then(r => r.status)`), http.StatusForbidden)
	}
	is(b, "where opening leads", ask[string](b, `fetch(document.querySelector('a[target="_blank"]').href, {redirect: "manual"}).then(r => r.type)`), "opaqueredirect")
	b.follow(`.heading a[href$="/me/report"]`)
	is(b, "rows of her report", b.count("table.list tbody tr"), 6)
	is(b, "rows of her file", len(b.download("/o/northwind/me/report/runs", "format=csv")), 7)

	b.signIn("buyer")
	before := b.count("table.list tbody .m-completed")
	b.follow(`table.list form button`)
	b.sees("Marked as done")
	is(b, "completed activities", b.count("table.list tbody .m-completed"), before+1)
}

// tokens makes an API token, which is shown once and works until it is revoked.
func tokens(b *browser) {
	b.signIn("reporter")
	b.open("/o/northwind/profile")
	ask[bool](b, `(document.querySelector("#token_name").value = "Spreadsheet", true)`)
	b.follow(`form[action$="/profile/tokens"] button`)
	secret := ask[string](b, `document.querySelector("#fresh-token").value`)
	with := func() int {
		r, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.base+"/api/v1/learners", nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	is(b, "status with the token", with(), http.StatusOK)
	b.open("/o/northwind/profile")
	b.sees("Spreadsheet", "Read-only")
	if strings.Contains(ask[string](b, `document.documentElement.outerHTML`), secret) {
		b.Error("the token is shown a second time")
	}
	b.do(chromedp.Click(`[data-open^="revoke-"]`), chromedp.WaitVisible(`dialog[open]`))
	is(b, "what has the first focus", ask[bool](b, `document.activeElement.hasAttribute("data-close")`), true)
	b.follow(`dialog[open] button[type=submit]`)
	b.seesNot("Spreadsheet")
	is(b, "status with the revoked token", with(), http.StatusUnauthorized)
	b.sees("This device", "Chrome on Linux")
}

// twoAccounts is Mira's story: one person, two organizations, a switch between them.
func twoAccounts(b *browser) {
	b.signIn("two-accounts")
	is(b, "organizations to choose from", strings.Join(b.list(".choices b"), ", "), "Ernst Handel, Northwind Academy")
	b.follow(`.choices a[href$="/northwind"]`)
	is(b, "where she is", b.at(), "/o/northwind/me")
	courses := b.text("table.list tbody")
	b.do(chromedp.Click(`[popovertarget="person-menu"]`), chromedp.WaitVisible(`#person-menu:popover-open`))
	b.follow(`#person-menu a[href$="/o/ernst-handel"]`)
	is(b, "where she is", b.at(), "/o/ernst-handel/me")
	if b.text("table.list tbody") == courses {
		b.Error("both organizations show the same courses")
	}
	b.do(chromedp.Click(`[popovertarget="person-menu"]`), chromedp.WaitVisible(`#person-menu:popover-open`))
	b.follow(`#person-menu a[href="/signin"]`)
	is(b, "people to switch to", b.count(".person"), 22)
	b.signIn("student")
	b.do(chromedp.Click(`[popovertarget="person-menu"]`), chromedp.WaitVisible(`#person-menu:popover-open`))
	b.follow(`#person-menu form button`)
	is(b, "where signing out leads", b.at(), "/signin")
	b.open("/o/northwind/me")
	is(b, "where a page leads when signed out", b.at(), "/signin?next=%2Fo%2Fnorthwind%2Fme")
}

// languages turns the pages to Arabic and German, by the reader's own choice.
func languages(b *browser) {
	b.signIn("reporter-of-two")
	speak := func(locale string) {
		b.open("/o/northwind/profile")
		ask[bool](b, `(document.querySelector("#locale").value = `+quoted(locale)+`, true)`)
		b.follow(`form[action$="/profile"] button`)
	}
	for _, tt := range []struct{ locale, direction, heading string }{
		{"ar", "rtl", "مصفوفة التدريب"}, {"de", "ltr", "Trainingsmatrix"},
	} {
		speak(tt.locale)
		b.open("/o/northwind/matrix")
		is(b, "the language", ask[string](b, `document.documentElement.lang`), tt.locale)
		is(b, "the direction", ask[string](b, `document.documentElement.dir`), tt.direction)
		is(b, "the heading", b.text("main h1"), tt.heading)
		for _, path := range []string{"/matrix", "/users", "/me", "/profile", "/access"} {
			b.open("/o/northwind" + path)
			b.wide()
			b.keep("reporter-of-two-" + strings.Trim(path, "/") + "-" + tt.locale)
			b.narrow()
			b.fits()
			b.keep("reporter-of-two-" + strings.Trim(path, "/") + "-" + tt.locale + "-narrow")
		}
		b.wide()
		b.accessible(everyRule)
	}
	speak("")
	is(b, "the language", ask[string](b, `document.documentElement.lang`), "en")
}
