package story

import (
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
)

// tile is one figure of a page: its number, what stands below it, and the
// address of the list behind it.
type tile struct{ ID, Value, Note, To string }

// tiles reads the figures of the page.
func (b *browser) tiles() []tile {
	b.Helper()
	return ask[[]tile](b, `[...document.querySelectorAll(".figure")].map(f => ({
		ID: f.querySelector("[id]").id, Value: f.querySelector(".number").textContent.trim(),
		Note: (f.querySelector("small .note")?.textContent ?? "").trim(),
		To: (a => a ? a.pathname + a.search : "")(f.querySelector("a.number"))}))`)
}

// rows is how long a list is, on all its pages, as its foot says.
func (b *browser) rows() int {
	b.Helper()
	return number(b, b.text(".pager > span:first-child"), `([\d,]+)`)
}

// whole reads a whole number as it is written on pages.
func whole(b *browser, text string) int {
	b.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
	if err != nil {
		b.Fatalf("%q is no number, at %s", text, b.at())
	}
	return n
}

// behind opens the list behind a figure and holds that it is as long as the
// figure says: itself for counts, what it is out of for rates and means.
func (b *browser) behind(f tile) {
	b.Helper()
	if f.To == "" {
		b.Errorf("%s leads nowhere", f.ID)
		return
	}
	b.open(f.To)
	switch f.ID {
	case "redeemed":
		sum := 0
		for _, cell := range b.column("Redeemed") {
			sum += whole(b, cell)
		}
		is(b, "redeemed seats of the list", sum, whole(b, f.Value))
	case "rate", "progress":
		words := strings.Fields(strings.TrimSuffix(strings.TrimSuffix(f.Note, " enrollments"), " enrollment"))
		is(b, "rows behind "+f.ID, b.rows(), whole(b, words[len(words)-1]))
	case "participation":
		active, _, _ := strings.Cut(f.Note, " ")
		is(b, "rows behind "+f.ID, b.rows(), whole(b, active))
	case "score", "time": // means and sums over the rows, whose number is not told
		if b.rows() == 0 {
			b.Errorf("nothing behind %s, which is %s", f.ID, f.Value)
		}
	default:
		is(b, "rows behind "+f.ID, b.rows(), whole(b, f.Value))
	}
}

// column is the cells of a list below a heading.
func (b *browser) column(heading string) []string {
	b.Helper()
	for i, title := range b.list("table.list thead th") {
		if title == heading {
			return b.list("table.list tbody tr > :nth-child(" + strconv.Itoa(i+1) + ")")
		}
	}
	b.Fatalf("no column %q at %s", heading, b.at())
	return nil
}

// overviews is Thomas's story: each figure of the Overview has its definition
// and the list behind it, also when it is narrowed, and the charts say the same
// in their tables.
func overviews(b *browser) {
	b.signIn("reporter-of-two")
	is(b, "where he lands", b.at(), "/o/northwind/reports")
	all := b.tiles()
	is(b, "figures", len(all), 11)
	is(b, "learners", all[0].Value, "17")
	is(b, "definitions", b.count(".figure .about p:first-of-type"), len(all))
	purchase := ask[string](b, `[...document.querySelectorAll("select[name=purchase] option")].map(o => o.value).filter(v => v)[0]`)
	for _, f := range all {
		b.behind(f)
	}

	b.open("/o/northwind/reports")
	b.choose("purchase", purchase)
	b.sees("of your 17 learners")
	narrowed := b.tiles()
	if narrowed[0].Value == all[0].Value {
		b.Errorf("one purchase has all %s learners", all[0].Value)
	}
	for _, f := range narrowed {
		if !strings.Contains(f.To, "purchase="+purchase) {
			b.Errorf("%s leads to %s, which is not narrowed", f.ID, f.To)
		}
		b.behind(f)
	}

	b.open("/o/northwind/reports")
	is(b, "pictures that say what they are", b.count("svg[role=img] > title + desc"), 2)
	is(b, "steps of the table", b.count(".chart-panel:has(.plot) .as-table tbody tr"), 12)
	done := 0
	for _, cell := range b.list(".chart-panel:has(.bars) .as-table tbody tr > :nth-child(2)") {
		done += whole(b, cell)
	}
	is(b, "completions of all activities", strconv.Itoa(done), all[4].Value)
	b.do(chromedp.Click(`.figure:nth-child(6) .what`), chromedp.WaitVisible(`.about:popover-open`))
	b.sees("Completed + expiring soon, of enrolled without withdrawn and waived.")
}

// dashboards is Steven's story: the Dashboard agrees with every page that it
// leads to, and with the matrix that it shows a corner of.
func dashboards(b *browser) {
	b.signIn("organization-administrator")
	is(b, "where he lands", b.at(), "/o/northwind/dashboard")
	seen := number(b, b.text(".access span"), `([\d,]+) learners`)
	all := b.tiles()
	is(b, "learners of the dashboard", whole(b, all[0].Value), seen)
	is(b, "weeks", b.count(".as-table tbody tr"), 26)
	places := ask[[]tile](b, `[...document.querySelectorAll(".places-table tbody tr:has(a)")].map(r => ({ID: r.querySelector("a").textContent, Value: r.cells[1].textContent, Note: "", To: r.querySelector("a").pathname + r.querySelector("a").search}))`)
	if len(places) < 2 {
		b.Errorf("%d locations", len(places))
	}
	rates := b.list(".matrix thead small")
	titles := b.list(".matrix thead th:not(.corner) > span")
	rows := b.list("#attention tbody th b")
	due := ask[string](b, `(a => a.pathname + a.search)(document.querySelector("#attention header a"))`)
	for _, f := range append(all, places[0], places[len(places)-1]) {
		b.behind(f)
	}

	b.open(due)
	is(b, "who is most pressing", strings.Join(b.column("Learner")[:len(rows)], ", "), strings.Join(rows, ", "))

	b.open("/o/northwind/reports/activities")
	list := map[string]string{}
	for i, title := range b.column("Activity") {
		list[title] = b.column("Completion rate")[i]
	}
	for i, title := range titles {
		if list[title] != rates[i] {
			b.Errorf("%s is %s on the dashboard and %s in its report", title, rates[i], list[title])
		}
	}

	b.open("/o/northwind/dashboard")
	b.do(chromedp.Click(".matrix tbody a.mc"), chromedp.WaitVisible("#details[open] dl"), chromedp.Click("#details [data-close]"))
	// So many locations are picked from their tree, which leads back to the list.
	for _, link := range []string{`a[data-pick]`, `a[id^="place-"]`, `a[href*="/dashboard?location="]`} {
		b.open(ask[string](b, `(a => a.pathname + a.search)(document.querySelector('`+link+`'))`))
	}
	b.sees("of your")
	b.behind(b.tiles()[2])
}
