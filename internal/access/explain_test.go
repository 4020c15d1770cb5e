package access_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// TestExplanationsAreTheDecision: why and why not come out as the decision
// does, each reason leads there by itself, and without all of them nothing does.
func TestExplanationsAreTheDecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, actor, p := drawQuestion(t)
		facts := w.Facts(actor)
		for _, l := range w.People {
			at := w.Placement(l.ID)
			e := facts.Explain(p, w.Now, at)
			if want := facts.For(p, w.Now).Covers(at); e.Allowed != want || (len(e.Because) > 0) != want || (e.Nearest == nil) != want {
				t.Fatalf("%s, %s over %s: decided %v, explained %+v", actor, p, l.ID, want, e)
			}
			if !e.Allowed {
				mend(t, w, actor, p, at, *e.Nearest)
				continue
			}
			rest := facts.Grants()
			for _, g := range e.Because {
				if !access.NewFacts(w.Actor(actor), 1, []access.Grant{g}).For(p, w.Now).Covers(at) {
					t.Fatalf("%s, %s over %s: a reason that does not lead there: %+v", actor, p, l.ID, g)
				}
				rest = slices.DeleteFunc(slices.Clone(rest), func(h access.Grant) bool { return same(g, h) })
			}
			if access.NewFacts(w.Actor(actor), 1, rest).For(p, w.Now).Covers(at) {
				t.Fatalf("%s, %s over %s: allowed without all that was named", actor, p, l.ID)
			}
		}
	})
}

// same tells whether two grants are one: what follows from a fact has no id.
func same(g, h access.Grant) bool {
	sameVia := g.Via == h.Via || g.Via != nil && h.Via != nil && *g.Via == *h.Via
	return g.ID == h.ID && g.Role.Key == h.Role.Key && g.Node.ID == h.Node.ID && sameVia
}

// mend repairs the grant that was called nearest in nothing but what was said
// to be missing; where it was near by one thing, that must be enough.
func mend(t *rapid.T, w *oracle.World, actor access.AccountID, p access.Permission, at access.Placement, n access.Nearly) {
	g := n.Grant
	nearly := slices.ContainsFunc(w.HeldBy(actor), func(h access.Grant) bool { return misses(h, p, w.Now, at) == 1 })
	switch n.Missing {
	case access.NoGrant:
		if len(w.HeldBy(actor)) > 0 {
			t.Fatalf("%s holds something, and is said to hold nothing", actor)
		}
		return
	case access.NotYet, access.Over:
		if n.Missing == access.NotYet && over(g, w.Now) || n.Missing == access.Over && !over(g, w.Now) {
			t.Fatalf("%s: %+v", n.Missing, g)
		}
		g.From, g.Until, g.Ended, g.Via = w.Now, time.Time{}, time.Time{}, nil
	case access.NoPermission:
		g.Role.Any |= access.SetOf(p)
	case access.Elsewhere:
		at = access.Placement{Account: at.Account, Home: g.Node.Path}
		switch g.Node.Kind {
		case access.AtPurchase:
			at.Purchases = []access.PurchaseID{access.PurchaseID(g.Node.ID)}
		case access.AtTeam:
			at.Teams = []access.TeamID{access.TeamID(g.Node.ID)}
		}
	case access.OnlyOwn:
		g.Role.Any |= g.Role.Own
	}
	mended := access.NewFacts(w.Actor(actor), 1, []access.Grant{g}).For(p, w.Now).Covers(at)
	if nearly && !mended && meaningful(p, g) {
		t.Fatalf("%s of %s: a grant misses by one thing, but what was named misses by more: %s of %+v", p, actor, n.Missing, n.Grant)
	}
}

// misses counts what keeps the grant from leading to the learner.
func misses(g access.Grant, p access.Permission, at time.Time, l access.Placement) int {
	n := 0
	if !g.Valid(at) {
		n++
	}
	if !g.Role.Any.Has(p) || !meaningful(p, g) {
		n++
	}
	anything := access.Grant{Role: access.Role{Any: access.SetOf(access.LearnerView)}, Node: g.Node, Extent: g.Extent}
	if !access.NewFacts(access.Actor{}, 1, []access.Grant{anything}).For(access.LearnerView, at).Covers(l) {
		n++
	}
	return n
}

// meaningful tells whether any role could give the permission at the grant's kind of place.
func meaningful(p access.Permission, g access.Grant) bool {
	g.Role, g.From, g.Until, g.Ended, g.Via = access.Role{Any: access.SetOf(p)}, time.Time{}, time.Time{}, time.Time{}, nil
	return access.NewFacts(access.Actor{}, 1, []access.Grant{g}).Can(p, now)
}

func over(g access.Grant, at time.Time) bool {
	ended := func(until time.Time) bool { return !until.IsZero() && !at.Before(until) }
	return ended(g.Until) || ended(g.Ended) || g.Via != nil && ended(g.Via.Until)
}

// TestWhyNotNamesTheMissingLink says in names what stands between two people.
func TestWhyNotNamesTheMissingLink(t *testing.T) {
	usa, germany := at(access.AtLocation, "usa", access.Here), at(access.AtLocation, "germany", access.Within)
	grant := func(role access.RoleKey, place oracle.Place) oracle.Grant {
		return oracle.Grant{ID: "grant", Account: "ida", Role: role, Place: place}
	}
	later, past, taken := grant(access.ListUsers, usa), grant(access.ListUsers, usa), grant(access.ListUsers, usa)
	later.From = now.Add(time.Hour)
	past.Until = now
	taken.From, taken.Ended = now.Add(-time.Hour), now.Add(-time.Minute)
	for _, tt := range []struct {
		name   string
		grants []oracle.Grant
		want   access.Missing
		role   access.RoleKey
	}{
		{"holds nothing", nil, access.NoGrant, ""},
		{"begins later", []oracle.Grant{later}, access.NotYet, access.ListUsers},
		{"is over", []oracle.Grant{past}, access.Over, access.ListUsers},
		{"was taken away", []oracle.Grant{taken}, access.Over, access.ListUsers},
		{"lacks the permission", []oracle.Grant{grant(access.AnalyticsViewer, usa)}, access.NoPermission, access.AnalyticsViewer},
		{"is elsewhere", []oracle.Grant{grant(access.ListUsers, germany)}, access.Elsewhere, access.ListUsers},
		{"the smallest mending first", []oracle.Grant{grant(access.ListUsers, germany), grant(access.AnalyticsViewer, usa), later}, access.NotYet, access.ListUsers},
		{"one thing before two", []oracle.Grant{{
			ID: "old and narrow", Account: "ida", Role: access.AnalyticsViewer, Place: usa, Until: now,
		}, grant(access.ListUsers, germany)}, access.Elsewhere, access.ListUsers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := school()
			w.Grants = tt.grants
			e := w.Facts("ida").Explain(access.LearnerView, now, w.Placement("dia"))
			if e.Allowed || e.Nearest == nil {
				t.Fatalf("Explain() = %+v, want why not", e)
			}
			if e.Nearest.Missing != tt.want || e.Nearest.Grant.Role.Key != tt.role {
				t.Errorf("missing %s of %q, want %s of %q", e.Nearest.Missing, e.Nearest.Grant.Role.Key, tt.want, tt.role)
			}
		})
	}
	t.Run("a token that reads only", func(t *testing.T) {
		w := school()
		w.Grants = []oracle.Grant{grant(access.LocalAdministrator, usa)}
		e := w.Facts("ida").Narrow(access.Reading()).Explain(access.EnrollmentEdit, now, w.Placement("dia"))
		if e.Allowed || e.Nearest == nil || e.Nearest.Missing != access.NoPermission {
			t.Errorf("Explain() = %+v, want the permission missing", e)
		}
	})
}

// TestViewersAreThoseWhoSee turns the question around: the viewers of a learner
// are the people whose reach covers them, no more and no fewer.
func TestViewersAreThoseWhoSee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, _, p := drawQuestion(t)
		var held []access.Grant
		for _, person := range w.People {
			held = append(held, w.HeldBy(person.ID)...)
		}
		for _, l := range w.People {
			at := w.Placement(l.ID)
			viewers := access.Viewers(p, w.Now, at, held)
			if !slices.IsSortedFunc(viewers, func(a, b access.Grant) int { return cmp.Compare(a.Holder, b.Holder) }) {
				t.Fatalf("viewers of %s are not in the order of their holders", l.ID)
			}
			var got, covering []access.AccountID
			for _, g := range viewers {
				if !slices.Contains(got, g.Holder) {
					got = append(got, g.Holder)
				}
			}
			for _, person := range w.People {
				if w.Facts(person.ID).For(p, w.Now).Covers(at) {
					covering = append(covering, person.ID)
				}
			}
			slices.Sort(covering)
			if want := w.Viewers(p, l.ID); !slices.Equal(got, covering) || !slices.Equal(got, want) {
				t.Fatalf("%s over %s: viewers %v, covering %v, reference %v", p, l.ID, got, covering, want)
			}
		}
	})
}

// TestNobodyIsAViewerBySelf: a role that somehow names the permissions
// everybody has over oneself gives nothing over others, either way round.
func TestNobodyIsAViewerBySelf(t *testing.T) {
	w := school()
	w.Roles = []access.Role{{Key: "odd", Any: access.SetOf(access.SelfView, access.SelfEdit), Nodes: []access.NodeKind{access.AtOrganization}}}
	give(w, "ida", "odd", at(access.AtOrganization, "north", access.Within))
	if got := seen(w, "ida", access.SelfView); got != "ida" {
		t.Errorf("sees %q, want only herself", got)
	}
	if got := access.Viewers(access.SelfView, now, w.Placement("ben"), w.HeldBy("ida")); len(got) != 0 {
		t.Errorf("is a viewer of Ben by %+v", got)
	}
}
