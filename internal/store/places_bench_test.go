package store_test

import (
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fold"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

// peopleOfTheWorld is how many people the benchmarks place.
const peopleOfTheWorld = 100_000

// globe is an organization whose locations are the whole world.
type globe struct {
	*world
	places  []spot
	country int // the one with the most people
	moved   int // a part with about a fifth of the people
	to      int // where it goes
	widest  int // the location with the most children
}

// spot is one location of the file.
type spot struct {
	parent   int // -1: the top
	level    string
	name     string
	path     access.Path
	children int
	people   int // here and below
}

// BenchmarkPlaces measures what is asked of a tree of 37,058 locations with
// 100,000 people: pages of the tree, the users of a country, and the preview of
// moving a part in which 20,000 people are.
func BenchmarkPlaces(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			g := newGlobe(b, engine)
			locations, reports := location.NewService(g.db), report.NewService(g.db, g.now)
			who := map[string]access.AccountID{"sees all": "admin", "sees the country": g.manager(b, g.country)}
			for _, name := range slices.Sorted(maps.Keys(who)) {
				view, learners := g.reach(b, who[name], access.LocationView), g.reach(b, who[name], access.LearnerView)
				list := func(q location.Query) func() error {
					return func() error { _, err := locations.List(b.Context(), view, q); return err }
				}
				measure(b, "top of the tree/"+name, list(location.Query{}))
				measure(b, "level of "+strconv.Itoa(g.places[g.widest].children)+"/"+name, list(location.Query{Below: location.ID(g.id(g.widest))}))
				measure(b, "one location/"+name, func() error {
					_, err := locations.Open(b.Context(), view, location.ID(g.id(g.country)))
					return err
				})
				measure(b, "search/"+name, list(location.Query{Q: "san"}))
				measure(b, "users of a country of "+strconv.Itoa(g.places[g.country].people)+"/"+name, func() error {
					_, err := reports.Learners(b.Context(), learners, report.LearnerQuery{Filter: report.Filter{Location: g.id(g.country)}})
					return err
				})
			}
			edit := g.reach(b, "admin", access.LocationEdit)
			measure(b, "preview of moving "+strconv.Itoa(g.places[g.moved].people), func() error {
				effect, err := locations.PreviewMove(b.Context(), edit, location.ID(g.id(g.moved)), location.ID(g.id(g.to)))
				if err == nil && (effect.People != g.places[g.moved].people || effect.Harmless()) {
					err = fmt.Errorf("%d people, %d gain or lose", effect.People, len(effect.Changed))
				}
				return err
			})
		})
	}
}

// measure times a question and tells what 99 of a hundred answers take at most.
func measure(b *testing.B, name string, ask func() error) {
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			began := time.Now()
			if err := ask(); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[(len(took)*99-1)/100].Microseconds())/1000, "p99-ms")
	})
}

// newGlobe fills an organization; it skips where the outside data is not there.
func newGlobe(b *testing.B, engine string) *globe {
	g := &globe{places: readSpots(b), world: newWorld(b, engine)}
	for i := range g.places {
		up := access.Root
		if p := g.places[i].parent; p >= 0 {
			up = g.places[p].path
			g.places[p].children++
		}
		g.places[i].path = up.Location(int64(1000 + i))
	}
	g.people(b)
	g.rows(b, "location", "location_id, organization_id, parent_id, path, name, name_folded, external_id, created_at", len(g.places), func(i int) []any {
		s := g.places[i]
		var parent any
		if s.parent >= 0 {
			parent = g.id(s.parent)
		}
		return []any{g.id(i), "north", parent, string(s.path), s.name, fold.Text(s.name), strconv.Itoa(i), 0}
	})
	homes := g.homes()
	g.rows(b, "account", "account_id, organization_id, learner, given_name, family_name, name, name_folded, search_text, status, base_role, location_id, home, created_at", len(homes), func(i int) []any {
		name := fmt.Sprintf("Person %d", i)
		return []any{fmt.Sprint("p", i), "north", 1000 + i, "Person", strconv.Itoa(i), name, fold.Text(name), fold.Search(name), "active", g.role(i), g.id(homes[i]), string(g.places[homes[i]].path), 0}
	})
	// Every thirtieth manages where they are: one in ten of these with all below.
	var managers []int
	for i := range homes {
		if g.role(i) != string(access.Student) {
			managers = append(managers, i)
		}
	}
	g.rows(b, "role_grant", "grant_id, organization_id, account_id, role, node_kind, node_location_id, extent, from_at, follows_home, given_by, reason", len(managers), func(i int) []any {
		who := managers[i]
		extent := "here"
		if g.role(who) == string(access.MultipleLocation) {
			extent = "within"
		}
		return []any{fmt.Sprint("g", who), "north", fmt.Sprint("p", who), g.role(who), "location", g.id(homes[who]), extent, 0, true, "", ""}
	})
	g.db.Write(b, `update realm set nodes = 100000, learners = 200000`)
	g.db.Write(b, `analyze`)
	return g
}

func (g *globe) id(i int) string { return "spot" + strconv.Itoa(i) }

func (g *globe) role(person int) string {
	switch {
	case person%300 == 0 || person < len(g.places)/10:
		return string(access.MultipleLocation)
	case person%30 == 0:
		return string(access.LocalAdministrator)
	}
	return string(access.Student)
}

// manager is one of those who manage a location with all below it.
func (g *globe) manager(b *testing.B, at int) access.AccountID {
	var id string
	g.db.Read(b, `select account_id from role_grant where node_location_id = $1 and extent = 'within' order by grant_id limit 1`, []any{g.id(at)}, &id)
	return access.AccountID(id)
}

// homes gives each person a place: the first ones, who manage, stand at the
// countries and regions; the others are spread over everything evenly.
func (g *globe) homes() []int {
	var wide []int
	for i, s := range g.places {
		if s.level != "city" && s.level != "subdivision" {
			wide = append(wide, i)
		}
	}
	homes := make([]int, peopleOfTheWorld)
	for i := range homes {
		homes[i] = i * 7919 % len(g.places)
		if i < len(g.places)/10 {
			homes[i] = wide[i%len(wide)]
		}
	}
	return homes
}

// people counts who is where and chooses what is asked about.
func (g *globe) people(*testing.B) {
	for _, at := range g.homes() {
		for ; at >= 0; at = g.places[at].parent {
			g.places[at].people++
		}
	}
	const fifth = peopleOfTheWorld / 5
	off := func(i int) int { return max(g.places[i].people-fifth, fifth-g.places[i].people) }
	g.country, g.moved = -1, 1
	for i, s := range g.places {
		if s.level == "country" && (g.country < 0 || s.people > g.places[g.country].people) {
			g.country = i
		}
		if s.children > g.places[g.widest].children {
			g.widest = i
		}
		if s.parent >= 0 && off(i) < off(g.moved) {
			g.moved = i
		}
	}
	for i, s := range g.places { // a country elsewhere
		if s.level == "country" && !strings.HasPrefix(string(s.path), string(g.places[g.moved].path)) {
			g.to = i
		}
	}
}

// rows writes many rows of the realm.
func (g *globe) rows(b *testing.B, into, columns string, n int, row func(i int) []any) {
	for from := 0; from < n; from += 500 {
		var args []any
		var values []string
		for i := from; i < min(n, from+500); i++ {
			var marks []string
			for _, v := range row(i) {
				args = append(args, v)
				marks = append(marks, "$"+strconv.Itoa(len(args)))
			}
			values = append(values, "(1, "+strings.Join(marks, ", ")+")")
		}
		g.db.Write(b, `insert into `+into+` (realm_id, `+columns+`) values `+strings.Join(values, ", "), args...)
	}
}

// readSpots reads the file of places, in which parents stand before their children.
func readSpots(b *testing.B) []spot {
	root := os.Getenv("AMBIT_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	file, err := os.Open(filepath.Join(root, "locations", "tree.csv.gz"))
	if err != nil {
		b.Skipf("skipped: the outside data is not here (AMBIT_DATA names its folder): %v", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	rows, err := table.NewReader(plain, table.Options{Required: []string{"id", "parent_id", "level", "name"}})
	if err != nil {
		b.Fatal(err)
	}
	var out []spot
	at := map[string]int{}
	for row, err := range rows.Rows() {
		if err != nil {
			b.Fatal(err)
		}
		parent := -1
		if up := row.Get("parent_id"); up != "" {
			parent = at[up]
		}
		at[row.Get("id")] = len(out)
		out = append(out, spot{parent: parent, level: row.Get("level"), name: row.Get("name")})
	}
	return out
}
