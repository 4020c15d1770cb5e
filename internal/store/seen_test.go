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
