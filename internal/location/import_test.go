package location_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
	"github.com/ambit-lms/ambit/internal/location"
)

func TestAFileOfLocationsIsRead(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       string
	}{
		{"all columns", "id,parent_id,name,type\nno,,Norway,Country\nosl,no,Oslo,City\n", "true true [2:no<>Norway/Country 3:osl<no>Oslo/City]"},
		{"as others call them", "external_id;parent;name;level\r\nno;;Norway;Country\r\n", "true true [2:no<>Norway/Country]"},
		{"names and ids alone", "name,id\n  Norway ,no\n", "false false [2:no<>Norway/]"},
		{"a guard is taken off", "id,name\n1,'=Norway\n", "false false [2:1<>=Norway/]"},
		{"blank lines", "id,name\n\n\nno,Norway\n\n", "false false [4:no<>Norway/]"},
		{"no id column", "name,parent_id\nNorway,\n", "The first line must name the columns id and name; parent_id and type are understood besides."},
		{"only a head", "id,name\n", "There are no locations in this file."},
		{"nothing", "", "This file cannot be read as a table. Save it as CSV, with the names of the columns in the first line."},
		{"a short line", "id,name\nno\n", "Line 2 of the file cannot be read. It should have as many cells as there are columns."},
		{"too many", "id,name\n" + strings.Repeat("a,b\n", location.MostLines+1), "Use at most 50,000 locations at a time."},
	} {
		sheet, err := location.ReadSheet([]byte(tt.file))
		got := fault.Sentence(err)
		if err == nil {
			var lines []string
			for _, l := range sheet.Lines {
				lines = append(lines, fmt.Sprintf("%d:%s<%s>%s/%s", l.No, l.ID, l.Parent, l.Name, l.Type))
			}
			got = fmt.Sprint(sheet.Parents, sheet.Types, lines)
		}
		if got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add([]byte("id,parent_id,name,type\nno,,Norway,Country\n"))
	f.Add([]byte("\xff\xfei\x00d\x00,\x00n\x00a\x00m\x00e\x00\n\x00"))
	f.Add([]byte("id,name\n\"a\nb\",c\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		sheet, err := location.ReadSheet(raw)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", raw, err)
		}
		before := location.Before{Top: true, Hierarchies: true, Known: []location.Known{{Place: location.Place{ID: "a", Path: access.Root.Location(1)}, Editable: true, Open: true}}}
		if steps := before.Plan(sheet); len(steps) != len(sheet.Lines) || slices.ContainsFunc(steps, func(s location.Step) bool { return s.Result == "" }) {
			t.Errorf("%q: %+v", raw, steps)
		}
	})
}

// TestWhatAnImportDoes plans files over a small tree: France with Arras, and
// Old, which is retired; Germany is another's.
func TestWhatAnImportDoes(t *testing.T) {
	path := func(nos ...int64) access.Path {
		p := access.Root
		for _, no := range nos {
			p = p.Location(no)
		}
		return p
	}
	known := []location.Known{
		{Place: location.Place{ID: "F", ExternalID: "fr", Name: "France", Type: "country", Path: path(1)}, Editable: true, Open: true},
		{Place: location.Place{ID: "A", ExternalID: "ar", Name: "Arras", Type: "city", Parent: "F", Path: path(1, 2)}, Editable: true, Open: true},
		{Place: location.Place{ID: "N", Name: "Nameless", Parent: "F", Path: path(1, 3)}, Editable: true, Open: true},
		{Place: location.Place{ID: "O", ExternalID: "old", Name: "Old", Path: path(4), RetiredAt: time.Unix(1, 0)}, Editable: true, Open: true},
		{Place: location.Place{ID: "G", ExternalID: "de", Name: "Germany", Path: path(5)}},
	}
	types := location.Types{{ID: "country", Name: "Country", Level: 1}, {ID: "city", Name: "City", Level: 2, Requires: "country"}}
	long := strings.Repeat("x", 101)
	var deep, deepest []string
	for i := range location.Deepest {
		parent := "fr"
		if i > 0 {
			parent = fmt.Sprint("d", i-1)
		}
		deep = append(deep, fmt.Sprintf("d%d,%s,Deep", i, parent))
		deepest = append(deepest, location.LineAdded)
	}
	deepest[location.Deepest-1] = location.LineTooDeep
	for _, tt := range []struct {
		name   string
		head   string
		lines  []string
		want   []string
		bottom bool // the asker may not add at the top
		flat   bool // there are no hierarchies
	}{
		{name: "added below what there is", lines: []string{"lens,fr,Lens"}, want: []string{"added"}},
		{name: "below an id of ours", lines: []string{"lens,N,Lens"}, want: []string{"added"}},
		{name: "at the top", lines: []string{"it,,Italy"}, want: []string{"added"}},
		{name: "at the top by somebody who may not", lines: []string{"it,,Italy"}, want: []string{"no_parent"}, bottom: true},
		{name: "below another's", lines: []string{"b,de,Berlin"}, want: []string{"no_parent"}},
		{name: "below a retired one", lines: []string{"x,old,X"}, want: []string{"no_parent"}},
		{name: "below nothing", lines: []string{"x,nowhere,X", "y,x,Y"}, want: []string{"no_parent", "parent_lost"}},
		{name: "children first", lines: []string{"ca,it,Capri", "it,,Italy"}, want: []string{"added", "added"}},
		{name: "without hierarchies", lines: []string{"it,,Italy", "ca,it,Capri"}, want: []string{"added", "flat"}, flat: true},
		{name: "a circle", lines: []string{"a,c,A", "b,a,B", "c,b,C", "d,fr,D"}, want: []string{"circle", "circle", "circle", "added"}},
		{name: "its own parent", lines: []string{"a,a,A"}, want: []string{"circle"}},
		{name: "renamed", lines: []string{"fr,,La France", "ar,fr,Arras", "N,fr,Noname"}, want: []string{"changed", "same", "changed"}},
		{name: "lies elsewhere", lines: []string{"ar,,Arras", "x,ar,X"}, want: []string{"elsewhere", "added"}},
		{name: "was at the top", lines: []string{"fr,de,France"}, want: []string{"elsewhere"}},
		{name: "retired, another's", lines: []string{"old,,Old", "de,,Deutschland"}, want: []string{"retired", "taken"}},
		{name: "ids and names", lines: []string{",fr,X", "x,fr,X", "x,fr,Y", "y,fr,", "z,fr," + long, strings.Repeat("i", 201) + ",fr,Z"}, want: []string{"no_id", "added", "twice", "no_name", "no_name", "no_id"}},
		{name: "too deep", lines: deep, want: deepest},
		{name: "parents are not said", head: "id,name", lines: []string{"ar,Arras!", "it,Italy"}, want: []string{"changed", "added"}},
		{name: "types", head: "id,parent_id,name,type", lines: []string{"ro,it,Roma,CITY", "it,,Italy,Country", "mi,it,Milano,Town", "pa,ar,Paris,City"}, want: []string{"added", "added", "no_type", "misfit"}},
		{name: "a type that what is below does not fit", head: "id,parent_id,name,type", lines: []string{"fr,,France,"}, want: []string{"children"}},
		{name: "with what is below", head: "id,parent_id,name,type", lines: []string{"fr,,France,", "ar,fr,Arras,"}, want: []string{"changed", "changed"}},
		{name: "with what is below, which stays", head: "id,parent_id,name,type", lines: []string{"fr,,France,", "ar,de,Arras,"}, want: []string{"children", "elsewhere"}},
		{name: "a city at the top", head: "id,parent_id,name,type", lines: []string{"fr,,France,City"}, want: []string{"misfit"}},
	} {
		head := tt.head
		if head == "" {
			head = "id,parent_id,name"
		}
		sheet, err := location.ReadSheet([]byte(head + "\n" + strings.Join(tt.lines, "\n") + "\n"))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var got []string
		steps := location.Before{Known: known, Types: types, Top: !tt.bottom, Hierarchies: !tt.flat}.Plan(sheet)
		for _, s := range steps {
			got = append(got, s.Result)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		seen := map[string]bool{}
		for _, s := range location.ParentsFirst(steps) {
			if s.Under != "" && !seen[s.Under] {
				t.Errorf("%s: %s stands before its parent %s", tt.name, s.Line.ID, s.Under)
			}
			seen[s.Line.ID] = true
		}
		if plan := location.ImportPlan(steps); plan.Facts["added"]+plan.Facts["changed"] != plan.Effective() || len(plan.Lines) != len(tt.lines) {
			t.Errorf("%s: %+v", tt.name, plan.Facts)
		}
	}
}
