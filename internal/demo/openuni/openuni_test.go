package openuni

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/naive"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// outside finds the folder of outside data, without which nothing here can be tested.
func outside(t *testing.T) string {
	t.Helper()
	dir := DataDir(".", os.Getenv)
	if dir == "" {
		t.Skip("skipped: no folder shared/data beside the project and no AMBIT_DATA")
	}
	return dir
}

// standard is the bundle of the defaults, built once for all tests that only look at it.
var standard = sync.OnceValues(func() (*sheet.Bundle, error) { return Build(DataDir(".", os.Getenv), Defaults()) })

func build(t *testing.T, opt Options) *sheet.Bundle {
	t.Helper()
	dir := outside(t)
	built := func() (*sheet.Bundle, error) { return Build(dir, opt) }
	if opt == Defaults() {
		built = standard
	}
	b, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func files(t *testing.T, b *sheet.Bundle) map[string][]byte {
	t.Helper()
	out, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryRegistrationIsAnEnrollment(t *testing.T) {
	b := build(t, Defaults())
	if len(b.Enrollments) != 19363 || len(b.Activities) != 12 {
		t.Errorf("%d enrollments in %d activities, want 19,363 in 12", len(b.Enrollments), len(b.Activities))
	}
	learners := map[string]bool{}
	for _, e := range b.Enrollments {
		learners[e.Person] = true
	}
	if len(learners) != 17779 {
		t.Errorf("%d learners, want 17,779", len(learners))
	}
	if want := 17779 + 91 + 9; len(b.People) != want {
		t.Errorf("%d people, want %d: learners, contacts and staff", len(b.People), want)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	again, err := Build(outside(t), Defaults())
	if err != nil {
		t.Fatal(err)
	}
	one, two := files(t, build(t, Defaults())), files(t, again)
	if !maps.EqualFunc(one, two, bytes.Equal) {
		t.Error("two bundles of one seed differ")
	}
	opt := Defaults()
	opt.Seed = 2
	if bytes.Equal(one["people.csv"], files(t, build(t, opt))["people.csv"]) {
		t.Error("another seed gives the same people")
	}
}

func TestPurchasesAreOfEveryKind(t *testing.T) {
	b := build(t, Defaults())
	states, live, places := map[string]int{}, map[string]int{}, map[[2]string]int{}
	product := map[string]string{}
	for _, p := range b.Purchases {
		product[p.ID] = p.Product
	}
	for _, s := range b.Seats {
		states[s.State]++
		if s.State == "pending" || s.State == "redeemed" {
			live[s.Purchase]++
		}
		if s.State == "redeemed" {
			places[[2]string{s.Person, product[s.Purchase]}]++
		}
	}
	for _, state := range []string{"pending", "redeemed", "released", "revoked"} {
		if states[state] < 50 {
			t.Errorf("%d seats are %s, want some", states[state], state)
		}
	}
	shared, kinds, reports := 0, map[string]int{}, map[string]int{}
	for _, n := range places {
		if n > 1 {
			shared++
		}
	}
	for _, p := range b.Purchases {
		count := func(kind string, holds bool) {
			if holds {
				kinds[kind]++
			}
		}
		count("full", strconv.Itoa(live[p.ID]) == p.Seats)
		count("ended", p.AccessUntil != "" && p.AccessUntil < Today.String())
		count("without reporter", p.Reporter == "")
		count("of a program", strings.HasPrefix(p.Product, "program-"))
		count("in a deal", p.Deal != "")
		count("with days of access", p.AccessDays != "")
		count("reported by another than the buyer", p.Reporter != "" && p.Reporter != p.Buyer)
		reports[p.Reporter]++
	}
	for _, kind := range []string{
		"full", "ended", "without reporter", "of a program", "in a deal", "with days of access", "reported by another than the buyer",
	} {
		if kinds[kind] < 5 {
			t.Errorf("%d purchases are %s, want several", kinds[kind], kind)
		}
	}
	if shared < 5 {
		t.Errorf("%d learners hold two seats of one course, want several", shared)
	}
	delete(reports, "")
	several := 0
	for _, n := range reports {
		if n > 1 {
			several++
		}
	}
	if several < 10 {
		t.Errorf("%d reporters have several purchases, want many", several)
	}
	t.Log(len(b.Purchases), "purchases", kinds, states, shared, "shared", len(reports), "reporters,", several, "of several purchases")
}

func TestReadersSeeLearnersInManyStates(t *testing.T) {
	folder, err := sheet.FS(files(t, build(t, Defaults())))
	if err != nil {
		t.Fatal(err)
	}
	s, err := naive.Read(folder, day.ZoneOr("Europe/London"))
	if err != nil {
		t.Fatal(err)
	}
	states, cells := map[string]int{}, 0
	for reporter := range s.Reporters() {
		v := s.View(reporter, Today.String())
		cells += len(v.Cells)
		for _, f := range v.Cells {
			states[f.State]++
		}
	}
	for _, want := range []string{"withdrawn", "expired", "expires_soon", "completed", "failed", "overdue", "due_soon", "in_progress", "not_started"} {
		if states[want] == 0 {
			t.Errorf("no reporter sees anybody %s", want)
		}
	}
	t.Log(cells, "cells", states)
}

// Which day is the last of an access must not decide what a reader of the bundle sees.
func TestNoAccessEndsAroundToday(t *testing.T) {
	b := build(t, Defaults())
	days := map[string]int{}
	for _, p := range b.Purchases {
		if p.AccessDays != "" {
			days[p.ID], _ = strconv.Atoi(p.AccessDays)
		}
		if p.AccessUntil != "" && p.AccessUntil >= Today.Add(-1).String() && p.AccessUntil <= Today.Add(1).String() {
			t.Errorf("access of %s ends on %s", p.ID, p.AccessUntil)
		}
	}
	for _, s := range b.Seats {
		if n := days[s.Purchase]; n > 0 && s.RedeemedAt != "" {
			at, err := time.Parse(time.RFC3339, s.RedeemedAt)
			if err != nil {
				t.Fatal(err)
			}
			if ends := day.Of(at, time.UTC).Add(n); ends >= Today.Add(-1) && ends <= Today.Add(1) {
				t.Errorf("access of %s in %s ends on %s", s.Person, s.Purchase, ends)
			}
		}
	}
}

func TestShiftMovesEveryDay(t *testing.T) {
	opt := Defaults()
	opt.Shift = 4000
	here, there := build(t, Defaults()), build(t, opt)
	for i, e := range here.Enrollments[:200] {
		from, err := day.Parse(e.DueOn)
		if err != nil {
			t.Fatal(err)
		}
		if got := there.Enrollments[i].DueOn; got != from.Add(4000).String() {
			t.Fatalf("%s moved to %s, want %s", e.DueOn, got, from.Add(4000))
		}
	}
}

func TestAssessmentsAreAnOption(t *testing.T) {
	opt := Defaults()
	opt.Assessments = true
	b := build(t, opt)
	if len(b.Activities) != 12+109 || len(b.Enrollments) < 19363+50000 {
		t.Errorf("%d activities and %d enrollments with assessments", len(b.Activities), len(b.Enrollments))
	}
}

func TestDataDirIsFoundUpwards(t *testing.T) {
	root := t.TempDir()
	deep := root + "/project/internal/x"
	for _, dir := range []string{deep, root + "/shared/data/oulad"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if got := DataDir(deep, func(string) string { return "" }); slices.Contains([]string{root + "/shared/data"}, got) {
		t.Errorf("a folder without the dataset was taken: %s", got)
	}
	if err := os.WriteFile(root+"/shared/data/oulad/courses.csv", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := DataDir(deep, func(string) string { return "" }); got != root+"/shared/data" {
		t.Errorf("DataDir = %q, want %q", got, root+"/shared/data")
	}
	if got := DataDir(deep, func(string) string { return "/elsewhere" }); got != "/elsewhere" {
		t.Errorf("AMBIT_DATA was not heeded: %q", got)
	}
}
