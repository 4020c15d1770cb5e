package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
	"github.com/ambit-lms/ambit/internal/report"
)

// TestFiltersFollowAMerge: an address or a saved view that narrows to a
// location narrows to its successor once there is one, and to that one's, by
// either id; and it is called so.
func TestFiltersFollowAMerge(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		reports, views := report.NewService(p.db, func() time.Time { return p.now }), report.NewViews(p.db, func() time.Time { return p.now })
		see := func() access.Reach { return p.reach("ole", access.ReportView) }
		old := string(p.place("arras"))
		saved, err := views.Save(t.Context(), see(), report.View{Name: "Arras", Request: report.Request{Report: report.ProgressReport, Filter: report.Filter{Location: old}}})
		if err != nil {
			t.Fatal(err)
		}
		expect := func(when string, learners int, name string) {
			t.Helper()
			kept, err := views.Find(t.Context(), see(), report.ProgressReport, saved.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{old, "arras", kept.Request.Filter.Location} {
				o, err := reports.Overview(t.Context(), see(), report.OverviewQuery{Filter: report.Filter{Location: id}})
				if err != nil || o.Learners != learners {
					t.Errorf("%s: %s shows %d learners, want %d; %v", when, id, o.Learners, learners, err)
				}
				if place, err := reports.Place(t.Context(), see(), id); err != nil || place.Name != name {
					t.Errorf("%s: %s is called %q, want %q; %v", when, id, place.Name, name, err)
				}
			}
		}
		merge := func(from, into string) {
			t.Helper()
			edit := p.reach("ole", access.LocationEdit)
			effect, err := p.PreviewMerge(t.Context(), edit, p.place(from), p.place(into))
			if err == nil {
				err = p.Merge(t.Context(), edit, p.place(from), p.place(into), effect.Seen)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		expect("before", 3, "Arras")
		merge("arras", "berlin")
		expect("merged into Berlin", 5, "Berlin")
		merge("berlin", "de")
		expect("which went into Germany", 7, "Germany")
		if place, err := reports.Place(t.Context(), p.reach("fay", access.ReportView), old); err != nil || place != (report.Named{}) {
			t.Errorf("out of Fay's sight it is called %+v; %v", place, err)
		}
	})
}

// TestOneOfManyLocationsIsPicked: more locations than a filter offers are picked from the tree.
func TestOneOfManyLocationsIsPicked(t *testing.T) {
	eachAtlas(t, func(t *testing.T, p places) {
		reports := report.NewService(p.db, func() time.Time { return p.now })
		facets := func(who string) report.Facets {
			t.Helper()
			f, err := reports.Facets(t.Context(), p.reach(who, access.ReportView))
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		if f := facets("ole"); len(f.Locations) != 6 || f.ManyLocations || !f.HaveLocations() {
			t.Errorf("%+v", f)
		}
		ole, file := p.importer(t, "ole"), "id,parent_id,name\n"
		for i := range 500 {
			file += fmt.Sprintf("x%d,lille,Place %d\n", i, i)
		}
		act, err := ole.preview(location.ImportAct, ole.file(file))
		if err != nil {
			t.Fatal(err)
		}
		ole.confirm(act)
		if f := facets("ole"); len(f.Locations) != 0 || !f.ManyLocations || !f.HaveLocations() {
			t.Errorf("%d, %v", len(f.Locations), f.ManyLocations)
		}
		if f := facets("gus"); len(f.Locations) != 2 || f.ManyLocations {
			t.Errorf("Gus: %+v", f)
		}
		for _, tt := range []struct {
			who   string
			below location.ID
			want  int
		}{{"ole", "", 2}, {"ole", p.place("lille"), 100}, {"nia", "", 1}, {"nia", p.place("lille"), 100}, {"gus", p.place("lille"), 0}} {
			page, err := p.Pick(t.Context(), p.reach(tt.who, access.ReportView), location.Query{Below: tt.below})
			if err != nil || len(page.Items) != tt.want {
				t.Errorf("%s picks below %q: %d, %v", tt.who, tt.below, len(page.Items), err)
			}
		}
		if _, err := p.Pick(t.Context(), p.reach("stu1", access.ReportView), location.Query{}); err == nil {
			t.Error("somebody who sees nobody picks a location")
		}
	})
}
