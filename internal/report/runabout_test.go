package report

import (
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// reachOf is what somebody gets who holds roles over nodes.
func reachOf(t testing.TB, grants ...access.Grant) access.Reach {
	t.Helper()
	for i := range grants {
		grants[i].Role = access.Role{Key: "reader", Any: access.SetOf(access.ReportView)}
	}
	return access.NewFacts(access.Actor{Realm: 1, Account: "ann", Organization: "north"}, 1, grants).For(access.ReportView, time.Unix(1, 0))
}

func atPlace(path access.Path) access.Grant {
	return access.Grant{Node: access.Node{Kind: access.AtLocation, Path: path}, Extent: access.Within}
}

func atPurchase(id string, activities ...access.ActivityNo) access.Grant {
	return access.Grant{Node: access.Node{Kind: access.AtPurchase, ID: id, Activities: activities}}
}

// TestAboutKeepsWhomAFileIsAbout writes and reads whom a file is about, and
// holds it against what is seen another day.
func TestAboutKeepsWhomAFileIsAbout(t *testing.T) {
	acme, acmeLess, bolt := Part{Purchase: "acme", Activities: []access.ActivityNo{1, 2}}, Part{Purchase: "acme", Activities: []access.ActivityNo{2}}, Part{Purchase: "bolt", Activities: []access.ActivityNo{1, 2, 9}}
	made := Selection{
		Wide:   []Segment{{Learners: []access.LearnerNo{3, 700_000}}, {Learners: []access.LearnerNo{1, 4_000_000_000}}},
		Narrow: []Member{{Learner: 2, Parts: []Part{acme}}, {Learner: 5, Parts: []Part{acme}}, {Learner: 6, Parts: []Part{bolt, acme}}},
	}
	reach := reachOf(t, atPlace("o000001l000002"), atPurchase("acme", 1, 2), atPurchase("bolt", 1, 2, 9))
	raw := about(&made, reach, reach)
	whom, err := readAbout(raw)
	if err != nil {
		t.Fatal(err)
	}
	if want := [][]access.LearnerNo{{1, 3, 700_000, 4_000_000_000}, {2, 5}, {6}}; !slices.EqualFunc(whom.of, want, slices.Equal[[]access.LearnerNo]) {
		t.Errorf("read %v, want %v", whom.of, want)
	}
	all := []access.LearnerNo{1, 2, 3, 4, 5, 6, 700_000, 4_000_000_000}
	without := func(no access.LearnerNo) []access.LearnerNo {
		return slices.DeleteFunc(slices.Clone(all), func(l access.LearnerNo) bool { return l == no })
	}
	wide := func(nos []access.LearnerNo) []Segment { return []Segment{{Learners: nos}} }
	for _, tt := range []struct {
		name string
		sel  Selection
		want bool
	}{
		{"the same", made, true},
		{"everything of everybody", Selection{Wide: wide(all)}, true},
		{"nobody", Selection{}, false},
		{"one of a place less", Selection{Wide: wide(without(700_000))}, false},
		{"the last less", Selection{Wide: wide(without(4_000_000_000))}, false},
		{"one of a purchase less", Selection{Wide: wide(without(5))}, false},
		{"an activity less", Selection{Wide: wide(without(5)), Narrow: []Member{{Learner: 5, Parts: []Part{acmeLess}}}}, false},
		{"the same activities by another purchase", Selection{Wide: wide(without(5)), Narrow: []Member{{Learner: 5, Parts: []Part{bolt}}}}, false},
		{"by both purchases", Selection{Wide: wide(without(5)), Narrow: []Member{{Learner: 5, Parts: []Part{bolt, acme}}}}, true},
		{"one purchase of two", Selection{Wide: wide(without(6)), Narrow: []Member{{Learner: 6, Parts: []Part{bolt}}}}, false},
		{"of a place, now by purchase only", Selection{Wide: wide(without(3)), Narrow: []Member{{Learner: 3, Parts: []Part{acme, bolt}}}}, false},
	} {
		if got := whom.within(&tt.sel); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
	for cut := range raw {
		if _, err := readAbout(raw[:cut]); err == nil {
			t.Fatalf("the first %d bytes of %d can be read", cut, len(raw))
		}
	}
}

// TestDetailsAreHeldAgainstTheAccessThatCarriedThem: who learners are may
// still be seen where their locations may not.
func TestDetailsAreHeldAgainstTheAccessThatCarriedThem(t *testing.T) {
	team := access.Grant{Node: access.Node{Kind: access.AtTeam, ID: "crew"}}
	before := reachOf(t, atPlace("o000001l000002l000003"), atPurchase("acme", 1))
	whom, err := readAbout(about(&Selection{}, before, before))
	if err != nil {
		t.Fatal(err)
	}
	names := &Run{Request: Request{Report: LearnersReport}, Columns: []string{"learner", "email", "purchases"}}
	places := &Run{Request: Request{Report: LearnersReport}, Columns: []string{"learner", "location"}}
	seen := &Run{Request: Request{Report: LearnersReport}, Columns: []string{"learner", "last_seen"}}
	usage := &Run{Request: Request{Report: LicensesReport}, Columns: []string{"company"}}
	for _, tt := range []struct {
		name string
		now  access.Reach
		want []*Run
	}{
		{"the same", before, []*Run{names, places, seen, usage}},
		{"a place above", reachOf(t, atPlace("o000001l000002"), atPurchase("acme", 1)), []*Run{names, places, seen, usage}},
		{"a place beside", reachOf(t, atPlace("o000001l000004"), atPurchase("acme", 1)), []*Run{names}},
		{"a team", reachOf(t, team, atPurchase("acme", 1)), []*Run{names}},
		{"another purchase", reachOf(t, atPlace("o000001l000002"), atPurchase("bolt", 1)), []*Run{names, places, seen}},
	} {
		for _, run := range []*Run{names, places, seen, usage} {
			if got, want := whom.placesWithin(tt.now, run), slices.Contains(tt.want, run); got != want {
				t.Errorf("%s: columns %v of %s: %t, want %t", tt.name, run.Columns, run.Request.Report, got, want)
			}
		}
	}
}

// FuzzAbout: whatever stands beside a file, reading it ends.
func FuzzAbout(f *testing.F) {
	reach := reachOf(f, atPurchase("acme", 1, 2))
	f.Add(about(&Selection{Narrow: []Member{{Learner: 2, Parts: []Part{{Purchase: "acme", Activities: []access.ActivityNo{1}}}}}}, reach, reach))
	f.Add([]byte{2, '{', '}', 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if whom, err := readAbout(raw); err == nil && len(whom.of) != len(whom.head.Sets)+1 {
			t.Errorf("%d lists of %d sets", len(whom.of), len(whom.head.Sets))
		}
	})
}
