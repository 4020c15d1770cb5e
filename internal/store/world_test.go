package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/license"
	"github.com/ambit-lms/ambit/internal/management"
	"github.com/ambit-lms/ambit/internal/report"
	"github.com/ambit-lms/ambit/internal/store"
	"github.com/ambit-lms/ambit/internal/store/storetest"
)

// TestRandomWorlds fills one database with many realms that use the same ids,
// and holds everything that it answers against the worlds they were drawn
// from: what people hold, whom they see, lists, counts, matrices, sums, files
// (I-01 to I-05, I-02 above all). Both engines must say the same, word for word.
func TestRandomWorlds(t *testing.T) {
	said := map[string][]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			now := oracle.Worlds(worldSize).Example(0).Now
			db := storetest.Open(t, storetest.Address(t, engine), func() time.Time { return now })
			seen := map[string]int{}
			var all []*drawn
			for seed := 0; len(all) < worlds; seed++ {
				s := drawWorld(seed, access.RealmID(len(all)+1), worldSize)
				if len(s.People) < 4 || len(s.Purchases) < 2 {
					continue // nothing to mistake for one another
				}
				s.load(t, db)
				all = append(all, s)
			}
			for _, s := range all {
				a := asking{drawn: s, T: t, db: db, seen: seen, ctx: t.Context(), reports: report.NewService(db, func() time.Time { return s.Now })}
				a.all()
				said[engine] = append(said[engine], a.said.String())
				if t.Failed() {
					t.Fatalf("in the world of seed %d", s.seed)
				}
			}
			verifyWorlds(t, db, all)
			t.Logf("compared: %v", seen)
			// Worlds in which nothing is seen would agree, too.
			for _, kind := range []string{"covered", "not covered", "listed", "narrowed away", "refused filter", "cell", "hidden cell", "program cell", "ended seat", "invitation", "viewer", "opened card", "file row"} {
				if seen[kind] < worlds {
					t.Errorf("only %d of the kind %q: the worlds are too poor", seen[kind], kind)
				}
			}
		})
	}
	for i := range said["sqlite"] {
		if i < len(said["postgres"]) && said["sqlite"][i] != said["postgres"][i] {
			t.Errorf("in realm %d the engines answer differently:\n%s", i+1, firstDifference(said["sqlite"][i], said["postgres"][i]))
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "SQLite:     " + x[i] + "\nPostgreSQL: " + y[i]
		}
	}
	return "one of them says more"
}

// seatEnds is when a reporter's access has to end by their seat, twelve
// months after its last day; zero: not by itself.
func (s *drawn) seatEnds(g oracle.Grant) time.Time {
	id := access.PurchaseID(g.Place.Node)
	if slices.ContainsFunc(s.Purchases, func(p oracle.Purchase) bool { return p.ID == id && p.Buyer == g.Account }) {
		return time.Time{}
	}
	for _, held := range s.learner(g.Account).seats {
		if held.purchase == id && held.State == oracle.Redeemed && held.until != day.None {
			return license.HistoryEnd(held.until, 12, s.orgs[g.Organization].zone)
		}
	}
	return time.Time{}
}

// verifyWorlds expects no finding but what worlds are drawn with: a reporter
// who was suspended, one whose access was drawn to end at another time than
// their seat says, and a master organization without an administrator.
func verifyWorlds(t *testing.T, db *store.DB, worlds []*drawn) {
	t.Helper()
	want := map[string]int{}
	for _, s := range worlds {
		for _, g := range s.Grants {
			if g.Role == access.LicenseReporter && g.Ended.IsZero() && s.learner(g.Account).status == "suspended" {
				want["reporter-active"]++
			}
			if g.Role == access.LicenseReporter && g.Ended.IsZero() && !g.Until.Equal(s.seatEnds(g)) {
				want["reporter-dates"]++
			}
		}
		master := s.Organizations[0].ID
		in := func(l *learner) bool { return l.Organization == master }
		administers := func(l *learner) bool {
			return in(l) && l.status != "suspended" && (l.BaseRole == access.OrganizationAdministrator || l.BaseRole == access.MasterAdministrator)
		}
		if slices.ContainsFunc(s.learners, in) && !slices.ContainsFunc(s.learners, administers) {
			want["last-administrator"]++
		}
	}
	found, err := db.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, f := range found {
		got[f.Check]++
	}
	for _, id := range store.Checks() {
		if n := min(want[id], 20); got[id] != n {
			t.Errorf("verify finds %d of %s, want %d", got[id], id, n)
		}
	}
}

// asking puts questions about one world to the database.
type asking struct {
	*drawn
	*testing.T
	db      *store.DB
	ctx     context.Context
	reports *report.Service
	seen    map[string]int
	said    strings.Builder // every answer, to compare the engines by
}

func (a *asking) all() {
	for _, actor := range a.learners {
		facts, err := a.db.Facts(a.ctx, a.realm, actor.ID)
		if err != nil {
			a.Fatal(err)
		}
		if actor.status != "active" && len(facts.Grants()) > 0 {
			a.Errorf("%s is %s and holds %d grants", actor.ID, actor.status, len(facts.Grants()))
		}
		a.decisions(actor, facts)
		a.covered(actor, facts)
		a.lists(actor, facts)
		a.cards(actor, facts)
		a.invitations(actor, facts)
		a.facets(actor, facts)
	}
	a.viewers()
}

// decisions: the facts that were loaded decide as those of the world, about
// every permission, learner, activity and thing.
func (a *asking) decisions(actor *learner, facts access.Facts) {
	things := a.Things()
	for _, p := range access.Permissions() {
		r := facts.For(p, a.Now)
		for _, l := range a.learners {
			at := a.Placement(l.ID)
			if got, want := r.Covers(at), a.Sees(actor.ID, p, l.ID); got != want {
				a.Errorf("%s, %s over %s: %v, reference %v", actor.ID, p, l.ID, got, want)
			}
			for i, own := range a.orgs[l.Organization].activities {
				if got, want := r.CoversCell(at, own.no), a.SeesCell(actor.ID, p, l.ID, access.ActivityNo(i+1)); got != want {
					a.Errorf("%s, %s over %s in %s: %v, reference %v", actor.ID, p, l.ID, own.id, got, want)
				}
			}
		}
		for _, thing := range things {
			covered, owned := r.CoversThing(a.Access(thing))
			if wantCovered, wantOwned := a.Touches(actor.ID, p, thing); covered != wantCovered || owned != wantOwned {
				a.Errorf("%s, %s on %v: %v %v, reference %v %v", actor.ID, p, thing, covered, owned, wantCovered, wantOwned)
			}
		}
	}
}

// covered: the condition in SQL holds for whom the predicate and the reference cover.
func (a *asking) covered(actor *learner, facts access.Facts) {
	var everybody []access.AccountID
	for _, l := range a.learners {
		everybody = append(everybody, l.ID)
	}
	for _, p := range []access.Permission{
		access.LearnerView, access.EnrollmentView, access.MatrixView, access.ReportView, access.DashboardView,
		access.ReportExport, access.AccessExplain, access.TeamView, access.AccountEdit, access.EnrollmentEdit,
	} {
		r := facts.For(p, a.Now)
		named, err := a.db.People(a.ctx, r, everybody)
		if err != nil {
			a.Fatal(err)
		}
		for _, l := range a.learners {
			_, got := named[l.ID]
			want := a.Sees(actor.ID, p, l.ID)
			if got != want || r.Covers(a.Placement(l.ID)) != want {
				a.Errorf("%s, %s over %s: SQL %v, predicate %v, reference %v", actor.ID, p, l.ID, got, r.Covers(a.Placement(l.ID)), want)
			}
			a.count("covered", want)
			a.count("not covered", !want)
		}
		if n, err := a.reports.ReachTotal(a.ctx, r); err != nil || n != len(named) {
			a.Errorf("%s, %s: the badge says %d, %v; the reach holds %d", actor.ID, p, n, err, len(named))
		}
	}
}

func (a *asking) count(kind string, yes bool) {
	if yes {
		a.seen[kind]++
	}
}

// invitations: the pending seats of purchases in the reach, and no others.
func (a *asking) invitations(actor *learner, facts access.Facts) {
	r := facts.For(access.LearnerView, a.Now)
	if r.IsEmpty() {
		return
	}
	want := map[string]string{}
	for _, l := range a.learners {
		for _, held := range l.seats {
			p := a.sold[held.purchase]
			covered, _ := a.Touches(actor.ID, access.LearnerView, oracle.Thing{Kind: "purchase", ID: string(p.ID), Organization: p.Organization, Owner: p.Buyer})
			if held.State != oracle.Pending || !covered {
				continue
			}
			want[held.id] = l.email
			if a.orgs[l.Organization].hidePending {
				want[held.id] = ""
			}
		}
	}
	q := report.InvitationQuery{Limit: 2}
	got := 0
	for {
		page, err := a.reports.Invitations(a.ctx, r, q)
		if err != nil || page.Total != len(want) {
			a.Fatalf("%s: %d invitations, %v, want %d", actor.ID, page.Total, err, len(want))
		}
		for _, i := range page.Items {
			if email, ok := want[i.Seat]; !ok || email != i.Email {
				a.Errorf("%s is told of the seat %s of %q, want %q %v", actor.ID, i.Seat, i.Email, email, ok)
			}
			a.count("invitation", true)
			fmt.Fprintln(&a.said, actor.ID, "invited", i.Seat, i.Email)
			got++
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			break
		}
	}
	if got != len(want) {
		a.Errorf("%s: %d invitations on all pages, want %d", actor.ID, got, len(want))
	}
}

// facets: filters offer what lies in the reach.
func (a *asking) facets(actor *learner, facts access.Facts) {
	r := facts.For(access.LearnerView, a.Now)
	if r.IsEmpty() {
		return
	}
	got, err := a.reports.Facets(a.ctx, r)
	if err != nil {
		a.Fatal(err)
	}
	offered := map[string][]report.Named{"purchase": got.Purchases, "location": got.Locations, "team": got.Teams}
	for _, thing := range a.Things() {
		list, ok := offered[thing.Kind]
		if !ok {
			continue
		}
		is := slices.ContainsFunc(list, func(n report.Named) bool { return n.ID == thing.ID })
		if want, owned := a.Touches(actor.ID, access.LearnerView, thing); is != (want && (!owned || thing.Kind == "purchase")) {
			a.Errorf("%s can filter by %s %s: %v, want %v", actor.ID, thing.Kind, thing.ID, is, want)
		}
	}
}

// viewers: "who can see this learner?" is the same answer turned around.
func (a *asking) viewers() {
	everything := access.NewFacts(access.Actor{Realm: a.realm, System: "test"}, 0, []access.Grant{{
		Role: access.Role{Any: access.SetOf(access.AccessExplain)}, Node: access.Node{Kind: access.AtOrganization, Path: access.Root}, Extent: access.Beyond,
	}}).For(access.AccessExplain, a.Now)
	service := management.NewService(a.db, func() time.Time { return a.Now })
	for _, l := range a.learners {
		got, err := service.Viewers(a.ctx, everything, l.ID)
		if err != nil || got.Others != 0 {
			a.Fatalf("viewers of %s: %d others, %v", l.ID, got.Others, err)
		}
		for _, actor := range a.learners {
			want := slices.ContainsFunc(management.Sight(), func(p access.Permission) bool { return a.Sees(actor.ID, p, l.ID) })
			i := slices.IndexFunc(got.Viewers, func(v management.Viewer) bool { return v.ID == actor.ID })
			if (i >= 0) != want {
				a.Errorf("%s is told as a viewer of %s: %v, want %v", actor.ID, l.ID, i >= 0, want)
			}
			a.count("viewer", want)
			for _, p := range management.Sight() {
				is := i >= 0 && slices.ContainsFunc(got.Viewers[i].Ways, func(w management.Way) bool { return slices.Contains(w.Permissions, p) })
				if is != a.Sees(actor.ID, p, l.ID) {
					a.Errorf("%s sees %s by %s: told %v, want %v", actor.ID, l.ID, p, is, !is)
				}
			}
			answer, err := service.Explain(a.ctx, everything, actor.ID, l.ID, access.None)
			if err != nil || answer.Allowed != want || (len(answer.Ways) > 0) != want || (answer.Nearest != nil) == want {
				a.Errorf("why does %s see %s: allowed %v by %d ways, %v, want %v", actor.ID, l.ID, answer.Allowed, len(answer.Ways), err, want)
			}
		}
	}
}
