package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ambit-lms/ambit/internal/roster"
	"github.com/ambit-lms/ambit/internal/table"
)

// hardTexts are what files are most often broken by: formulas and what looks
// like the guard against them, separators, quotation marks, many scripts and
// directions, and letters that take several characters.
var hardTexts = []string{
	`=HYPERLINK("http://evil.example","click")`, "+49 30 901820", "-1", "@SUM(A1)", "'=1", "''", "'Abd", "＝1", "−5",
	`"Quoted" "twice"`, `ends with "`, "semi;colon, comma", "two  spaces", "\u200e=1", "non\u00a0breaking", "zero\u200bwidth",
	"true", "007", "1e5", "2026-01-31", "null", "#N/A", "<b>bold</b>", `back\slash`, "%s{}$1:now", "d'Ärtagnan-Ößß",
	"Łucja Zając", "Νίκος Άλφα", "Ольга", "王小明", "山田 太郎", "김민준", "محمد", "דוד", "अनिता", "สมชาย", "Nguyễn Thị", "தமிழ்", "አበበ", "გიორგი", "Հայկ",
	"👩‍👩‍👧‍👦", "I\u0307stanbul", "e\u0301", strings.Repeat("W", 100), strings.Repeat("é", 100),
}

// draw draws a bundle that is valid and holds what is hard.
type draw struct {
	*rand.Rand
	out map[string][][]string
}

func (d *draw) of(texts ...string) string { return texts[d.IntN(len(texts))] }

func (d *draw) hard() string { return d.of(hardTexts...) }

func (d *draw) row(table string, cells ...string) { d.out[table] = append(d.out[table], cells) }

// instant is written in one of the ways there are, the last of them less exact.
func (d *draw) instant(at time.Time) string {
	return d.of(at.Format(time.RFC3339Nano), at.UTC().Format("2006-01-02T15:04:05.999999Z"), at.In(mustZone("Asia/Kathmandu")).Format("2006-01-02T15:04Z07:00"))
}

func (d *draw) after(at time.Time) time.Time {
	return at.Add(time.Duration(d.IntN(90*24*60)) * time.Minute).Add(time.Duration(d.IntN(1_000_000)) * time.Microsecond)
}

// orNone leaves every other cell empty.
func (d *draw) orNone(text string) string { return d.of(text, "") }

func (d *draw) date(at time.Time) string { return at.Format(time.DateOnly) }

// drawBundle draws one; the same seed gives the same.
func drawBundle(seed uint64) *draw {
	d := &draw{rand.New(rand.NewPCG(seed, 0xe8)), map[string][][]string{}}
	begin := time.Date(2025, 3, 28, 22, 30, 0, 0, time.UTC) // two days before clocks change in Berlin
	var places, people, activities, programs []string
	for n := range d.IntN(5) {
		parent := ""
		if n > 0 && d.IntN(3) > 0 {
			parent = places[d.IntN(n)]
		}
		places = append(places, fmt.Sprintf("%s %d", d.hard(), n))
		d.row("locations", places[n], parent, d.hard())
	}
	for n := range 2 + d.IntN(12) {
		people = append(people, fmt.Sprintf("%s %d", d.hard(), n))
		place, role := "", d.of("", "Student", "Organization Administrator (Reports Only)")
		if len(places) > 0 && d.IntN(3) > 0 {
			place, role = d.of(places...), d.of("", "Local Administrator", "Multiple Location Administrator (Reports Only)")
		}
		status := d.of("", "active", "active", "suspended")
		if n == 0 { // whom the organization needs, and who may be a reporter
			role, status = "Organization Administrator", ""
		}
		name := [2]string{d.hard(), d.orNone(d.hard())}
		d.row("people", people[n], d.orNone(fmt.Sprintf("Person%d@example.com", n)), name[n%2], name[1-n%2], place, role, status, d.of("", "de", "pt-BR"), d.of("", "Asia/Tokyo"))
	}
	for n := range 1 + d.IntN(5) {
		activities = append(activities, fmt.Sprintf("%s %d", d.hard(), n))
		d.row("activities", activities[n], d.hard(), d.of("", "event", "test"), d.orNone("90"), d.orNone("https://learn.example/?a=1,2&b=\"c\""), d.of("", "true", "no"))
	}
	for n := range d.IntN(3) {
		programs = append(programs, fmt.Sprintf("%s p%d", d.hard(), n))
		d.row("programs", programs[n], d.hard())
		for _, a := range activities {
			if d.IntN(3) > 0 {
				d.row("program_activities", programs[n], a, fmt.Sprint(d.IntN(3)), d.of("", "true", "0"))
			}
		}
	}
	for n := range d.IntN(4) {
		team := fmt.Sprintf("%s t%d", d.hard(), n)
		d.row("teams", team, fmt.Sprintf("%s %d", d.hard(), n), d.orNone(d.of(people...)))
		for _, p := range people {
			if d.IntN(4) == 0 {
				d.row("team_members", team, p)
			}
		}
	}
	for _, p := range people {
		for _, a := range activities {
			if d.IntN(2) == 0 {
				d.enrollment(p, a, d.after(begin))
			}
		}
	}
	d.trade(begin, people, append(activities, programs...))
	return d
}

func (d *draw) enrollment(person, activity string, at time.Time) {
	started, last := d.after(at), ""
	completed := d.after(started)
	done, valid := "", ""
	if d.IntN(3) == 0 {
		done, valid, last = d.instant(completed), d.orNone(d.date(completed.AddDate(1, 0, 0))), d.instant(completed)
	}
	outcome, on := "", ""
	if d.IntN(3) == 0 {
		outcome, on = d.of("failed", "withdrawn", "waived"), d.date(completed)
	}
	d.row("enrollments", person, activity, d.instant(at), d.orNone(d.instant(started)), done, d.orNone(d.date(completed)), valid,
		d.of("", "0", "100", "37"), d.of("", "0", "100", "87.5", "33.33"), d.of("", "90"), last, outcome, on, d.of("", "", "", d.instant(completed)))
}

// trade draws purchases with seats in every state; the last seat of somebody may be live.
func (d *draw) trade(begin time.Time, people, products []string) {
	d.row("deals", "d", d.hard(), d.date(begin), "")
	for n := range d.IntN(4) {
		id, bought := fmt.Sprintf("%s %d", d.hard(), n), d.after(begin)
		buyer := d.of(people...)
		reporter := ""
		if buyer == people[0] {
			reporter = buyer
		}
		completeBy := d.orNone(d.date(bought.AddDate(0, 5, 0)))
		for _, p := range append([]string{"one", "two"}, people...) {
			if d.IntN(2) == 0 {
				continue
			}
			person, email := p, d.of("", "", "Elsewhere-"+fmt.Sprint(d.IntN(1_000_000))+"@example.com")
			if p == "one" || p == "two" {
				person, email = "", p+"@example.org"
			}
			assigned := d.after(bought)
			redeemed := d.after(assigned)
			ended := d.after(redeemed)
			d.row("seats", id, person, email, d.instant(assigned), d.orNone(d.instant(redeemed)), d.instant(ended), d.of("", "revoked", "released"))
			switch assigned = d.after(ended); {
			case d.IntN(3) == 0 || person == "":
				d.row("seats", id, person, email, d.instant(assigned), "", "", d.of("", "pending"))
			case d.IntN(2) == 0:
				d.row("seats", id, person, email, d.of("", d.instant(assigned)), d.instant(d.after(assigned)), "", "redeemed")
				completeBy = "" // or it would be the due day of what the seat enrolls in
			}
		}
		d.row("purchases", id, d.of(products...), buyer, d.orNone(d.hard()), "40", d.instant(bought), d.orNone(d.date(bought.AddDate(1, 0, 0))),
			d.of("", "30", "1"), d.orNone(d.date(bought.AddDate(0, 6, 0))), completeBy, d.of("", "d"), d.of("", "true", "false"), d.of("", "40"), reporter)
	}
}

// files writes the bundle with the guard of our own exports.
func (d *draw) files(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range roster.Files() {
		if len(d.out[f.Table]) == 0 {
			continue
		}
		var text bytes.Buffer
		sheet := table.Sheet{}
		for _, c := range f.Columns {
			sheet.Columns = append(sheet.Columns, table.Column{Name: c.Name})
		}
		w, err := table.NewWriter(table.CSV, &text, sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range d.out[f.Table] {
			row := make([]table.Cell, len(f.Columns))
			for i, cell := range cells {
				row[i] = table.Text(cell)
			}
			if err := w.Row(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		out[f.Name] = text.String()
	}
	return out
}

// TestDrawnBundlesComeBack imports bundles of everything that is hard.
func TestDrawnBundlesComeBack(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		seeds := uint64(drawnBundles)
		if engine == "postgres" {
			seeds = (seeds + 2) / 3
		}
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s %d", engine, seed), func(t *testing.T) {
				s := newSchool(t, engine)
				s.exec(`update organization set may_have_clients = $1`, true)
				drawn := folderOf(drawBundle(seed).files(t))
				if _, err := s.bring(drawn, roster.Options{}); err != nil {
					t.Fatal(err)
				}
				files := s.comesBack()
				without := fstest.MapFS{}
				for name, file := range drawn.(fstest.MapFS) {
					if name != "seats.csv" { // what a seat's empty cells mean depends on others
						without[name] = file
					}
				}
				sameRows(t, mustZone("Europe/Berlin"), without, folderOf(files))
			})
		}
	}
}
