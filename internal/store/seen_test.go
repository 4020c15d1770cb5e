package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/table"
)

// TestWhoSeesMe (N-06): a learner is told of everybody of their organization
// who can see them, of others by what they are, and of nobody who cannot.
func TestWhoSeesMe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		service := management.NewService(w.db, w.now)
		for _, me := range []access.AccountID{"ann", "pia", "old", "admin", "south-ann"} {
			seen, err := service.WhoSeesMe(t.Context(), w.reach(t, me, access.SelfView))
			if err != nil {
				t.Fatal(err)
			}
			var names []access.AccountID
			others := 0
			for _, v := range seen.Viewers {
				names = append(names, v.ID)
				if v.Email != "" || len(v.Ways) == 0 || v.Ways[0].Grant.GivenBy != "" {
					t.Errorf("%s is told too much or too little of %+v", me, v)
				}
			}
			for _, o := range seen.Others {
				others += o.People
			}
			slices.Sort(names)
			var want []access.AccountID
			wantOthers := 0
			for who := range w.learners {
				sees := who != me && slices.ContainsFunc(management.Sight(), func(p access.Permission) bool {
					answer, err := service.Explain(t.Context(), everyone(w), who, me, p)
					if err != nil {
						t.Fatal(err)
					}
					return answer.Allowed
				})
				south := who == "south-admin" || who == "south-ann"
				switch {
				case sees && south == (me == "south-ann"):
					want = append(want, who)
				case sees:
					wantOthers++
				}
			}
			slices.Sort(want)
			if !slices.Equal(names, want) || others != wantOthers || len(want)+wantOthers == 0 {
				t.Errorf("%s is seen by %v and %d others, want %v and %d", me, names, others, want, wantOthers)
			}
		}
	})
}

// everyone is the sight of a part of Ambit that may ask about everybody.
func everyone(w *world) access.Reach {
	return access.NewFacts(access.Actor{Realm: worldRealm, System: "test"}, 0, []access.Grant{{
		Role: access.Role{Any: access.SetOf(access.AccessExplain)}, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Beyond,
	}}).For(access.AccessExplain, w.now())
}

// TestWhoExportedMe (N-06): a learner is told of the files that they are in,
// also when these are not kept any more, and of no other.
func TestWhoExportedMe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		runs := w.runs(t, report.RunSettings{AtOnce: 1 << 40}, nil)
		made := w.start(t, runs, "buyer", report.Request{Report: report.EnrollmentsReport}, table.CSV).ID
		files := func(me access.AccountID) []report.Exported {
			t.Helper()
			found, err := runs.WhoExportedMe(t.Context(), w.reach(t, me, access.SelfView))
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		check := func(when string) {
			t.Helper()
			if got := files("ann"); len(got) != 1 || got[0].Run != made || got[0].Person != "buyer name" || got[0].Report != report.EnrollmentsReport {
				t.Errorf("%s ann is told of %+v", when, got)
			}
			for _, who := range []access.AccountID{"buyer", "eve", "south-ann"} { // whose it is, and who is in none
				if got := files(who); len(got) != 0 {
					t.Errorf("%s %s is told of %+v", when, who, got)
				}
			}
		}
		check("at once")
		if err := runs.Cancel(t.Context(), w.reach(t, "buyer", access.SelfView), made); err != nil {
			t.Fatal(err)
		}
		check("after it was deleted")
		w.move(400 * 24 * time.Hour)
		if got := files("ann"); len(got) != 0 {
			t.Errorf("after more than a year ann is told of %+v", got)
		}
	})
}

// TestWhoTookMeAway (N-06): a learner is told of prints and lists of addresses
// that they were in: of those alone whose rows were taken, and of everybody
// where the rows are sums over them.
func TestWhoTookMeAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.mustAssign(t, "admin", "acme", "buyer")
		takings := report.NewTakings(report.NewService(w.db, w.now), w.db)
		runs := w.runs(t, report.RunSettings{AtOnce: 1 << 40}, nil)
		view, export := w.reach(t, "admin", access.ReportView), w.reach(t, "admin", access.ReportExport)
		told := func(me access.AccountID) (out []string) {
			t.Helper()
			found, err := runs.WhoExportedMe(t.Context(), w.reach(t, me, access.SelfView))
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range found {
				out = append(out, string(x.How)+" "+string(x.Report)+" "+x.Person)
			}
			return out
		}
		printed, err := takings.Print(t.Context(), view, export, report.Request{Report: report.LearnersReport}, 2)
		if err != nil || len(printed.Rows) != 2 {
			t.Fatal(printed.Rows, err)
		}
		on := []access.AccountID{printed.Rows[0].Learner, printed.Rows[1].Learner}
		for who := range w.learners {
			got, south := told(who), who == "south-admin" || who == "south-ann"
			if want := slices.Contains(on, who) && who != "admin"; (len(got) == 1) != want && !south || len(got) > 1 {
				t.Errorf("%s is told of %q, the print holds %q", who, got, on)
			}
		}

		view, export = w.reach(t, "buyer", access.ReportView), w.reach(t, "buyer", access.ReportExport)
		before := map[access.AccountID]int{"ann": len(told("ann")), "pia": len(told("pia"))}
		w.move(time.Second)
		if _, err := takings.Addresses(t.Context(), view, export, report.Request{Report: report.LearnersReport}, 2); err != nil { // more than two: none is given
			t.Fatal(err)
		}
		if n := len(told("ann")); n != before["ann"] {
			t.Errorf("ann is told of addresses that were not given")
		}
		if _, err := takings.Addresses(t.Context(), view, export, report.Request{Report: report.LearnersReport}, 100); err != nil {
			t.Fatal(err)
		}
		w.move(time.Second)
		if _, err := takings.Print(t.Context(), view, export, report.Request{Report: report.ActivitiesReport}, 100); err != nil {
			t.Fatal(err)
		}
		got := told("ann")
		if len(got) != before["ann"]+2 || got[0] != "printed activities buyer name" || got[1] != "addresses learners buyer name" {
			t.Errorf("ann is told of %q", got)
		}
		if got := told("eve"); slices.ContainsFunc(got, func(s string) bool { return s[len(s)-10:] == "buyer name" }) {
			t.Errorf("eve, of another purchase, is told of %q", got)
		}
		if got := told("buyer"); len(got) > 1 {
			t.Errorf("the buyer is told of their own: %q", got)
		}
	})
}
