package demo

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/demo/naive"
	"github.com/ambit-lms/ambit/internal/demo/sheet"
)

// anyToday is the day of the tests; the school must be as busy on other days.
var anyToday = day.Date(2026, time.November, 21)

// table reads one file of a bundle as rows of named cells.
func table(t *testing.T, files Files, name string) []map[string]string {
	t.Helper()
	rows, err := sheet.Rows(bytes.NewReader(files[name]))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return rows
}

func bundle(t *testing.T, today day.Day) (Files, *naive.School) {
	t.Helper()
	files, err := Bundle(today, 1)
	if err != nil {
		t.Fatal(err)
	}
	return files, reader(t, files, Academy.Zone)
}

func reader(t *testing.T, files Files, zone string) *naive.School {
	t.Helper()
	folder, err := sheet.FS(files)
	if err != nil {
		t.Fatal(err)
	}
	s, err := naive.Read(folder, day.ZoneOr(zone))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSameSeedSameBytes(t *testing.T) {
	one, err := Bundle(anyToday, 7)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Bundle(anyToday, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(one, two, bytes.Equal) {
		t.Error("two bundles of one seed differ")
	}
	other, err := Bundle(anyToday, 8)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(one["people.csv"], other["people.csv"]) {
		t.Error("another seed gives the same people")
	}
}

func TestSchoolIsBusyOnEveryDay(t *testing.T) {
	for _, today := range []day.Day{anyToday, day.Date(2027, time.March, 1), day.Date(2028, time.February, 29)} {
		t.Run(today.String(), func(t *testing.T) {
			files, s := bundle(t, today)
			states, soon, recent := map[string]int{}, 0, 0
			enrollments := table(t, files, "enrollments.csv")
			for _, e := range enrollments {
				f := s.Fact(e["person_id"], e["activity_id"], today.String())
				states[f.State]++
				if f.Due >= today.Add(-3).String() && f.Due <= today.Add(3).String() {
					soon++
				}
				if e["last_active_at"] >= today.Add(-7).String() {
					recent++
				}
			}
			for _, want := range []string{
				"withdrawn", "waived", "expired", "expires_soon", "completed", "failed", "overdue", "due_soon", "in_progress", "not_started", "not_enrolled",
			} {
				if states[want] < 5 {
					t.Errorf("%d enrollments are %s; every state occurs", states[want], want)
				}
			}
			if share := float64(states["withdrawn"]) / float64(len(enrollments)); share < 0.08 || share > 0.12 {
				t.Errorf("%.1f %% are withdrawn, want about ten", share*100)
			}
			if soon < 50 || recent < 100 {
				t.Errorf("%d due within three days, %d active within a week: not a busy day", soon, recent)
			}
			t.Log(len(enrollments), "enrollments", states, soon, "due around today", recent, "recently active")
		})
	}
}

func TestSchoolHasItsSize(t *testing.T) {
	files, _ := bundle(t, anyToday)
	for name, want := range map[string][2]int{
		"people.csv": {2000, 3500}, "activities.csv": {38, 45}, "programs.csv": {8, 12}, "purchases.csv": {70, 150},
		"teams.csv": {10, 10}, "enrollments.csv": {3500, 12000}, "deals.csv": {3, 40},
	} {
		if n := len(table(t, files, name)); n < want[0] || n > want[1] {
			t.Errorf("%s has %d rows, want %d to %d", name, n, want[0], want[1])
		} else {
			t.Log(name, n)
		}
	}
}

func TestLocationsAreFourLevelsDeep(t *testing.T) {
	files, _ := bundle(t, anyToday)
	parent, used := map[string]string{}, map[string]bool{}
	for _, l := range table(t, files, "locations.csv") {
		parent[l["id"]] = l["parent_id"]
	}
	for _, p := range table(t, files, "people.csv") {
		used[p["location_id"]] = true
	}
	deepest := 0
	for id := range used {
		depth := 0
		for ; id != ""; id = parent[id] {
			depth++
		}
		deepest = max(deepest, depth)
	}
	if deepest != 4 {
		t.Errorf("people live %d levels deep, want 4", deepest)
	}
}

func TestNamesAreInManyScripts(t *testing.T) {
	files, _ := bundle(t, anyToday)
	var all strings.Builder
	for _, p := range table(t, files, "people.csv") {
		all.WriteString(p["given_name"] + p["family_name"])
	}
	for _, script := range []string{
		"Latin", "Greek", "Cyrillic", "Arabic", "Hebrew", "Thai", "Han", "Hiragana", "Hangul", "Georgian", "Armenian", "Devanagari", "Thaana",
	} {
		if !strings.ContainsFunc(all.String(), func(r rune) bool { return unicode.Is(unicode.Scripts[script], r) }) {
			t.Errorf("nobody has a name in %s letters", script)
		}
	}
}

func TestEveryRungOfTheLadderIsHeld(t *testing.T) {
	files, _ := bundle(t, anyToday)
	held := map[string]bool{}
	for _, p := range table(t, files, "people.csv") {
		held[p["role"]] = true
		if _, ok := access.BaseRole(p["role"]); !ok {
			t.Errorf("%s has the base role %q, which there is not", p["id"], p["role"])
		}
	}
	for _, role := range access.BaseRoles() {
		if !held[role.Name] && role.Key != access.Purchaser { // M-204: only where a shop is connected
			t.Errorf("nobody is %s", role.Name)
		}
	}
}

func TestStoriesStandInTheBundle(t *testing.T) {
	files, s := bundle(t, anyToday)
	id := map[string]string{}
	names := map[string]int{}
	for _, p := range table(t, files, "people.csv") {
		id[p["email"]] = p["id"]
		names[p["given_name"]+" "+p["family_name"]]++
	}
	today := anyToday.String()
	purchases := map[string]map[string]string{}
	for _, p := range table(t, files, "purchases.csv") {
		purchases[p["id"]] = p
	}
	used := map[string]map[string]int{}
	for _, seat := range table(t, files, "seats.csv") {
		if used[seat["purchase_id"]] == nil {
			used[seat["purchase_id"]] = map[string]int{}
		}
		used[seat["purchase_id"]][seat["state"]]++
	}
	if u := used["NA-ALFKI"]; u["redeemed"] != 2 || u["pending"] != 1 {
		t.Errorf("NA-ALFKI has %v, want two redeemed and one pending", u)
	}
	if r := purchases["NA-BLAUS"]["reporter_id"]; r != "" {
		t.Errorf("NA-BLAUS has the reporter %s, want none", r)
	}
	if u := used["NA-BLONP"]; u["redeemed"] != 7 || purchases["NA-BLONP"]["seats"] != "7" {
		t.Errorf("NA-BLONP has %v of %s seats, want a full purchase", u, purchases["NA-BLONP"]["seats"])
	}
	if got := s.View(id["martin.sommer@bolid.example"], today).Learners; len(got) != 0 {
		t.Errorf("the ended purchase shows %v", got)
	}
	if got := s.Ended("NA-BOLID", today); len(got) != 5 {
		t.Errorf("the ended purchase has %d former learners, want 5", len(got))
	}
	hardy := id["thomas.hardy@arout.example"]
	if n := len(s.Reporters()[hardy]); n != 2 {
		t.Errorf("Thomas Hardy reports on %d purchases, want 2", n)
	}
	if n := len(s.View(hardy, today).Learners); n != 12+9-4 {
		t.Errorf("Thomas Hardy sees %d learners, want 17", n)
	}
	if names["Oliver Smith"] < 2 {
		t.Error("nobody shares a name")
	}
	for _, purchase := range []string{"NA-BONAP", "NA-BOTTM"} {
		if !slices.Contains(s.Holders(purchase, today), id[sharedEmail]) {
			t.Errorf("the shared learner holds no seat of %s", purchase)
		}
	}
	for _, tr := range Transfers() {
		if purchases[tr.Purchase]["reporter_id"] != id[tr.From] || !slices.Contains(s.Holders(tr.Purchase, today), id[tr.To]) {
			t.Errorf("the transfer of %s from %s to %s cannot be done", tr.Purchase, tr.From, tr.To)
		}
	}
}

func TestClientsHaveTheirOwnBundles(t *testing.T) {
	all, err := Clients(anyToday, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 {
		t.Fatalf("%d client organizations, want 2", len(all))
	}
	for _, c := range all {
		s := reader(t, c.Files, c.Zone)
		administrators, here := 0, false
		for _, p := range table(t, c.Files, "people.csv") {
			if p["role"] == "Organization Administrator" {
				administrators++
			}
			here = here || p["email"] == twoAccountsEmail
		}
		if administrators != 1 || here != (c.Slug == "ernst-handel") {
			t.Errorf("%s: %d administrators, second account %v", c.Slug, administrators, here)
		}
		for reporter := range s.Reporters() {
			if n := len(s.View(reporter, anyToday.String()).Learners); n != 12 {
				t.Errorf("%s: the reporter sees %d learners, want 12", c.Slug, n)
			}
		}
	}
}

func TestEveryPersonaIsToldInThreeLanguages(t *testing.T) {
	files, _ := bundle(t, anyToday)
	clients, err := Clients(anyToday, 1)
	if err != nil {
		t.Fatal(err)
	}
	role, custom := map[string]string{}, map[string]bool{coachEmail: true}
	read := func(organization string, files Files) {
		for _, p := range table(t, files, "people.csv") {
			role[organization+p["email"]+p["given_name"]+" "+p["family_name"]] = p["role"]
		}
	}
	read(Academy.Slug, files)
	for _, c := range clients {
		read(c.Slug, c.Files)
	}
	keys := map[string]bool{}
	for _, p := range People() {
		if keys[p.Key] {
			t.Errorf("%s stands twice", p.Key)
		}
		keys[p.Key] = true
		has, ok := role[cmp.Or(p.Organization, Academy.Slug)+p.Email+p.Name]
		if !ok {
			t.Errorf("%s <%s> is not in the bundle", p.Name, p.Email)
		}
		if _, base := access.BaseRole(p.Role); !base && has != "Student" && !custom[p.Email] || base && has != p.Role {
			t.Errorf("%s is %s in the bundle and %s on the sign-in page", p.Name, has, p.Role)
		}
		for _, language := range []string{"en", "de", "ar"} {
			told := p.Told[language]
			if told.Story == "" || slices.Contains(told.Try[:], "") {
				t.Errorf("%s is not told in %s", p.Key, language)
			}
		}
	}
	for language, stories := range map[string]map[string]Telling{"en": english, "de": german, "ar": arabic} {
		for key := range stories {
			if !keys[key] {
				t.Errorf("%s tells of %s, whom there is not", language, key)
			}
		}
	}
}
