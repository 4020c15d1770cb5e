package access_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/access/oracle"
)

// TestRangesAreWhatParentPointersSay holds every extent at every node against a
// walk from every home up to it.
func TestRangesAreWhatParentPointersSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := oracle.Worlds(size).Draw(t, "world")
		type home struct {
			org      access.OrgID
			location access.LocationID
		}
		var homes []home
		places := map[oracle.Place]access.Path{}
		for _, o := range w.Organizations {
			homes = append(homes, home{o.ID, ""})
			places[oracle.Place{Kind: access.AtOrganization, Node: string(o.ID)}] = w.OrganizationPath(o.ID)
		}
		for _, l := range w.Locations {
			homes = append(homes, home{l.Organization, l.ID})
			places[oracle.Place{Kind: access.AtLocation, Node: string(l.ID)}] = w.LocationPath(l.ID)
		}
		for place, path := range places {
			for _, e := range []access.Extent{access.Here, access.Within, access.Beyond} {
				place.Extent = e
				lo, hi := e.Range(path)
				for _, h := range homes {
					at := w.Home(h.org, h.location)
					if got, want := lo <= at && at < hi, w.Inside(place, h.org, h.location); got != want {
						t.Fatalf("%s of %s holds %s: %v by range, %v by walking", e, path, at, got, want)
					}
				}
			}
		}
	})
}

// TestPathsSortInTreeOrder: sorted as bytes they are the tree read from the
// top, each node before what is below it, locations before client organizations.
func TestPathsSortInTreeOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := oracle.Worlds(size).Draw(t, "world")
		var want, got []access.Path
		var locations func(o access.OrgID, parent access.LocationID)
		locations = func(o access.OrgID, parent access.LocationID) {
			for _, l := range w.Locations { // by number, as they were made
				if l.Organization == o && l.Parent == parent {
					want = append(want, w.LocationPath(l.ID))
					locations(o, l.ID)
				}
			}
		}
		var organization func(o access.OrgID)
		organization = func(o access.OrgID) {
			want = append(want, w.OrganizationPath(o))
			locations(o, "")
			for _, c := range w.Organizations {
				if c.Parent == o {
					organization(c.ID)
				}
			}
		}
		organization(w.Organizations[0].ID)
		for _, o := range w.Organizations {
			got = append(got, w.OrganizationPath(o.ID))
		}
		for _, l := range w.Locations {
			got = append(got, w.LocationPath(l.ID))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("sorted %v, the tree is %v", got, want)
		}
	})
}

// TestNumbersOfAnySizeKeepTheOrder: the digits are as many for the first
// location as for the last of two thousand million.
func TestNumbersOfAnySizeKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Int64Range(1, 1<<31-1)
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		p, q := access.Root.Location(a), access.Root.Location(b)
		if (p < q) != (a < b) || len(p) != len(q) {
			t.Fatalf("%d and %d are %s and %s", a, b, p, q)
		}
		if lo, hi := access.Within.Range(p); a != b && lo <= q && q < hi {
			t.Fatalf("%s lies within %s", q, p)
		}
		if client := access.Root.Organization(a); client < q {
			t.Fatalf("the client %s comes before the location %s", client, q)
		}
	})
}

func TestPathsKnowWhatIsAboveThem(t *testing.T) {
	client := access.Root.Organization(2)
	office := client.Location(7).Location(8)
	for _, tt := range []struct {
		path, organization access.Path
		above              []access.Path
	}{
		{access.Root, access.Root, []access.Path{access.Root}},
		{client, client, []access.Path{client, access.Root}},
		{office, client, []access.Path{office, client.Location(7), client, access.Root}},
		{"", "", nil},
	} {
		if got := tt.path.OrganizationPath(); got != tt.organization {
			t.Errorf("%q lies in the organization %q, want %q", tt.path, got, tt.organization)
		}
		if got := tt.path.Ancestors(); !slices.Equal(got, tt.above) {
			t.Errorf("above %q: %v, want %v", tt.path, got, tt.above)
		}
	}
}

func TestExtentsAreReadAsTheyAreWritten(t *testing.T) {
	for _, e := range []access.Extent{access.Here, access.Within, access.Beyond} {
		if got := access.ParseExtent(e.String()); got != e {
			t.Errorf("%s is read as %s", e, got)
		}
	}
	if got := access.ParseExtent("everywhere"); got != access.Here {
		t.Errorf("an unknown extent is read as %s, want the narrowest", got)
	}
}

func TestIDsAreLongAndDifferent(t *testing.T) {
	made := map[string]bool{}
	for range 1000 {
		id := access.NewID()
		if len(id) != 26 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") != "" || made[id] {
			t.Fatalf("NewID() = %q", id)
		}
		made[id] = true
	}
	if a, b := access.NewSecret(), access.NewSecret(); len(a) != 52 || a == b {
		t.Errorf("NewSecret() = %q, then %q", a, b)
	}
}
