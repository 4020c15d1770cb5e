package story

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/chromedp/chromedp"
)

// reportsOfTwo is Thomas's second story: a report sorted, shaped, kept and taken
// away in each format, with the same rows everywhere.
func reportsOfTwo(b *browser) {
	b.meant = []string{notFound, forbidden}
	b.signIn("reporter-of-two")
	b.open("/o/northwind/reports")
	is(b, "the reports", strings.Join(b.list(".catalogue h3"), ", "),
		"Learners, Enrollments, Learner progress, Completion and participation, Activity summary, Program summary, Overdue and due soon, License usage, My activities, Training Matrix")
	b.follow(`.catalogue a[href$="/enrollments"]`)
	is(b, "whom it is about", b.text("#report-title"), "17 learners")
	b.sees("As of")
	rows := number(b, b.text(".pager > span:first-child"), `([\d,]+) rows?`)

	b.follow(`.report thead th:nth-child(1) a`)
	is(b, "the order", ask[string](b, `document.querySelector("[aria-sort]").getAttribute("aria-sort")`), "ascending")
	first := b.list(".report tbody th")[0]
	b.follow(`.report thead [aria-sort] a`)
	is(b, "the order, turned", ask[string](b, `document.querySelector("[aria-sort]").getAttribute("aria-sort")`), "descending")
	if last := b.list(".report tbody th")[0]; last == first {
		b.Errorf("%s is first in both orders", first)
	}
	b.menu("Columns")
	b.do(chromedp.Click(`.toolbar details[open] input[value="email"]`))
	b.follow(`.toolbar details[open] button[type=submit]`)
	if address := b.at(); !strings.Contains(address, "columns=learner%2C") || strings.Contains(address, "email") || !strings.Contains(address, "sort=-learner") {
		b.Errorf("the list is at %s", address)
	}
	b.keepsView()
	b.taken(rows)

	b.open("/o/northwind/reports/enrollments?group=activity")
	sum := 0
	for _, n := range b.list(`.report tbody td:nth-child(3)`) {
		sum += number(b, n, `([\d,]+)`)
	}
	is(b, "enrollments of all activities", sum, rows)
	b.follow(`.report tbody tr:first-child th a`)
	if !strings.Contains(b.at(), "/reports/enrollments?activity=") {
		b.Errorf("an activity leads to %s", b.at())
	}
	b.open("/o/northwind/reports/due?q=nobodyatall")
	b.sees("No result for these filters", "17 learners without them")
	b.open("/o/northwind/reports/learners/addresses")
	b.sees("The addresses of 17 learners")
	is(b, "addresses", len(strings.Split(ask[string](b, `document.getElementById("addresses").value`), "; ")), 17)
	b.open("/o/northwind/reports/enrollments/print?sort=progress")
	is(b, "rows on paper", b.count(".report tbody tr"), rows)
}

// menu opens one of the menus above a report.
func (b *browser) menu(name string) {
	b.Helper()
	ask[bool](b, `[...document.querySelectorAll(".toolbar .pick")].some(m => m.firstElementChild.textContent.includes(`+quoted(name)+`) && (m.open = true))`)
	b.do(chromedp.WaitVisible(`.toolbar details[open]`))
}

// keepsView saves the list as a view, finds it again and deletes it.
func (b *browser) keepsView() {
	b.Helper()
	kept := b.at()
	b.menu("Views")
	b.do(chromedp.SendKeys(`.toolbar details[open] input[name=name]`, "Without addresses"))
	b.follow(`.toolbar details[open] form button.btn`)
	b.sees("The view is saved.")
	b.open("/o/northwind/reports")
	b.follow(`.links li a`)
	is(b, "where the view leads", b.at(), kept)
	b.menu("Views")
	b.follow(`.toolbar details[open] .links form button`)
	b.sees("The view is deleted.")
	is(b, "views left", b.count(".links li"), 0)
	b.open(kept)
}

// taken takes the list away in each format and finds the files among one's own.
func (b *browser) taken(rows int) {
	b.Helper()
	shown := b.list(".report tbody th")
	file := b.download(b.exporting("csv"))
	is(b, "rows of the CSV file", len(file)-1, rows)
	is(b, "its first row", file[1][0], shown[0])
	lines := strings.Split(strings.TrimSpace(b.send(b.exporting("jsonl"))), "\n")
	is(b, "lines of JSON", len(lines), rows)
	for i, line := range lines {
		var row struct{ Learner, Activity string }
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Learner != file[i+1][0] {
			b.Errorf("line %d is %s, %v; the CSV file says %q", i, line, err, file[i+1])
			break
		}
	}
	if sheet := b.send(b.exporting("xlsx")); !strings.HasPrefix(sheet, "PK") {
		b.Errorf("the spreadsheet begins with %.20q", sheet)
	}

	b.open("/o/northwind/report-runs")
	is(b, "files", strings.Join(b.list(".list tbody th .tag"), ", "), "Excel, JSON lines, CSV")
	b.follow(`.list tbody tr:nth-child(3) th a`)
	b.sees("Your file is ready.", "17 of the 17 learners", "Time zone", "SHA-256")
	run := b.at()
	again := ask[string](b, `fetch(document.querySelector("a[download]").href).then(r => r.text())`)
	is(b, "the file fetched again", again, ask[string](b, `fetch(`+quoted(run+"/file")+`).then(r => r.text())`))
	for _, path := range []string{run, run + "/file", run + "/manifest"} {
		if _, status := b.meanwhile("organization-administrator").call(http.MethodGet, path, ""); status != http.StatusNotFound {
			b.Errorf("%s answers somebody else with %d", path, status)
		}
	}
	b.verifies(run)
	for range 3 {
		b.open("/o/northwind/report-runs")
		b.follow(`.list tbody tr:has(a[download]) form button`)
		b.sees("The file is deleted.")
	}
	is(b, "files that can be fetched", b.count("a[download]"), 0)
}

// verifies checks a file as its holder would: chosen, and hashed in the browser;
// then with one letter more.
func (b *browser) verifies(run string) {
	b.Helper()
	for _, tt := range []struct{ more, says string }{{"", "Genuine"}, {"x", "Not known here"}} {
		text := ask[string](b, `fetch(`+quoted(run+"/file")+`).then(r => r.arrayBuffer()).then(b => btoa(String.fromCharCode(...new Uint8Array(b))))`)
		b.open("/verify")
		ask[bool](b, `(window.stale = true)`)
		ask[bool](b, fmt.Sprintf(`(() => {
			const bytes = Uint8Array.from(atob(%s) + %s, c => c.charCodeAt(0)), chosen = new DataTransfer(), input = document.getElementById("file");
			chosen.items.add(new File([bytes], "report.csv"));
			input.files = chosen.files;
			return input.dispatchEvent(new Event("change", {bubbles: true}));
		})()`, quoted(text), quoted(tt.more)))
		b.arrive()
		is(b, "the verdict", b.text("#verdict"), tt.says)
	}
}

// exporting is the address and the fields of the menu that makes files.
func (b *browser) exporting(format string) (path, fields string) {
	b.Helper()
	const form = `document.querySelector(".toolbar form:has(button[name=format])")`
	return ask[string](b, `new URL(`+form+`.action).pathname`), ask[string](b, `new URLSearchParams(new FormData(`+form+`)).toString()`) + "&format=" + format
}

// reportsOnly is what somebody sees who may read reports and nothing else.
func reportsOnly(b *browser) {
	b.meant = []string{forbidden}
	b.signIn("local-reports-only")
	seen := number(b, b.text(".access span"), `([\d,]+) learners`)
	b.open("/o/northwind/reports/progress?group=location")
	is(b, "whom it is about", number(b, b.text("#report-title"), `([\d,]+) learners`), seen)
	sum := 0
	for _, n := range b.list(`.report tbody td:nth-child(2)`) {
		sum += number(b, n, `([\d,]+)`)
	}
	is(b, "learners of all locations", sum, seen)
	b.open("/o/northwind/reports/learners")
	is(b, "links to cards of learners", b.count(`.report a[href*="/users/"]`), 0)
	b.follow(`.report tbody th a`)
	if !strings.Contains(b.at(), "/reports/enrollments?q=") {
		b.Errorf("a learner leads to %s", b.at())
	}
}
