package location_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/location"
)

func TestATreeHasNoCircle(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines [][2]string // id, parent
		wrong []location.Wrong
	}{
		{"a chain", [][2]string{{"a", ""}, {"b", "a"}, {"c", "b"}}, nil},
		{"children first", [][2]string{{"c", "b"}, {"b", "a"}, {"a", ""}}, nil},
		{"its own parent", [][2]string{{"a", "a"}}, []location.Wrong{{Line: 1, Circle: true}}},
		{"one another's", [][2]string{{"a", "b"}, {"b", "a"}}, []location.Wrong{{Line: 1, Circle: true}, {Line: 2, Circle: true}}},
		{"below a circle", [][2]string{{"a", "b"}, {"b", "a"}, {"c", "a"}}, []location.Wrong{{Line: 1, Circle: true}, {Line: 2, Circle: true}}},
	} {
		tree := location.Tree{}
		for i, l := range tt.lines {
			tree[l[0]] = &location.Node{ID: l[0], Parent: l[1], Line: i + 1, Made: true, Segment: access.Path("").Location(int64(i + 1))}
		}
		if got := tree.Check(); !slices.Equal(got, tt.wrong) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.wrong)
		}
		if tt.wrong != nil {
			continue
		}
		for i, n := range tree.Lay(access.Root) {
			if n.Depth != i+1 || n.Path.Depth() != n.Depth || n.Parent != "" && n.Path != tree[n.Parent].Path+n.Segment {
				t.Errorf("%s: %+v", tt.name, n)
			}
		}
	}
}

func TestALocationLiesNoDeeperThanAPathCanSay(t *testing.T) {
	tree := location.Tree{}
	for i := range location.Deepest + 1 {
		n := &location.Node{ID: string(rune('A' + i)), Line: i + 1}
		if i > 0 {
			n.Parent = string(rune('A' + i - 1))
		}
		tree[n.ID] = n
	}
	if got := tree.Check(); !slices.Equal(got, []location.Wrong{{Line: location.Deepest + 1}}) {
		t.Errorf("%v", got)
	}
}

func TestTypesSayWhatMayLieWhere(t *testing.T) {
	types := location.Types{{ID: "country", Level: 1}, {ID: "region", Level: 2}, {ID: "city", Level: 3, Requires: "country"}}
	for _, tt := range []struct {
		child, above location.TypeID
		top, want    bool
	}{
		{"", "", true, true},
		{"", "city", false, true},
		{"country", "", true, true},
		{"country", "region", false, false},
		{"country", "country", false, false},
		{"region", "country", false, true},
		{"region", "", false, true},
		{"region", "", true, true},
		{"city", "country", false, true},
		{"city", "region", false, false},
		{"city", "", false, false},
		{"city", "country", true, false},
	} {
		if got := types.Fits(tt.child, tt.above, tt.top); got != tt.want {
			t.Errorf("%q below %q, at the top %v: %v", tt.child, tt.above, tt.top, got)
		}
	}
}

// TestAChangeIsWeighedByWhatDecides holds what a change says of a viewer
// against the reaches before and after it.
func TestAChangeIsWeighedByWhatDecides(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	const a, aa, b, bb = access.Root + "l000001", access.Root + "l000001l000002", access.Root + "l000003", access.Root + "l000003l000004"
	homes := []location.Home{{Path: a, People: 1}, {Path: aa, People: 2}, {Path: b, People: 4}, {Path: bb, People: 8}, {Path: access.Root, People: 16}}
	grant := func(at access.Path, extent access.Extent, from time.Time) access.Grant {
		role, _ := access.Preset(access.AnalyticsReader)
		return access.Grant{Role: role, Node: access.Node{Kind: access.AtLocation, Path: at}, Extent: extent, From: from}
	}
	move, merge := location.Rewrite{Old: aa, New: b + aa[len(a):]}, location.Rewrite{Old: a, New: b}
	for _, tt := range []struct {
		name          string
		change        location.Rewrite
		grants        []access.Grant
		gains, losses int
	}{
		{"a move out of one's place", move, []access.Grant{grant(a, access.Within, now)}, 0, 2},
		{"a move into one's place", move, []access.Grant{grant(b, access.Within, now)}, 2, 0},
		{"into a place that one has alone", move, []access.Grant{grant(b, access.Here, now)}, 0, 0},
		{"from one of one's places to another", move, []access.Grant{grant(a, access.Within, now), grant(b, access.Within, now)}, 0, 0},
		{"all of one's place", move, []access.Grant{grant(aa, access.Here, now)}, 0, 0},
		{"over everything", move, []access.Grant{grant(access.Root, access.Within, now)}, 0, 0},
		{"over everything there", merge, []access.Grant{grant(a, access.Within, now)}, 12, 0},
		{"over the place itself", merge, []access.Grant{grant(a, access.Here, now)}, 4, 0},
		{"over the successor", merge, []access.Grant{grant(b, access.Here, now)}, 1, 0},
		{"over all of the successor", merge, []access.Grant{grant(b, access.Within, now)}, 3, 0},
		{"over what is below", merge, []access.Grant{grant(aa, access.Within, now)}, 0, 0},
		{"what begins tomorrow", move, []access.Grant{grant(b, access.Within, now.AddDate(0, 0, 1))}, 0, 0},
	} {
		facts := access.NewFacts(access.Actor{Account: "x"}, 0, tt.grants)
		s := tt.change.Change(location.Viewer{Facts: facts}, []access.Permission{access.ReportView, access.LearnerView}, now, homes)
		if s.Gains != tt.gains || s.Loses != tt.losses {
			t.Errorf("%s: +%d -%d, want +%d -%d", tt.name, s.Gains, s.Loses, tt.gains, tt.losses)
		}
	}
	seen := location.Viewer{Facts: access.NewFacts(access.Actor{Account: "x"}, 0, []access.Grant{grant(b, access.Within, now)}), Otherwise: map[access.Path]int{aa: 1}}
	if s := move.Change(seen, []access.Permission{access.ReportView}, now, homes); s.Gains != 1 {
		t.Errorf("one of two was seen before: %+v", s)
	}
}
