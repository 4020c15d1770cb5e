package location

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// Rewrite is what a change of the tree does to paths: what begins with Old
// begins with New afterwards.
type Rewrite struct{ Old, New access.Path }

// Path is where a path leads after the change.
func (r Rewrite) Path(p access.Path) access.Path {
	if r.Moves(p) {
		return r.New + p[len(r.Old):]
	}
	return p
}

// Moves tells whether a path begins with Old. A location's paths differ from
// one another by whole segments of one length, so that the text tells.
func (r Rewrite) Moves(p access.Path) bool { return strings.HasPrefix(string(p), string(r.Old)) }

// Home is a path with how many people are placed exactly there.
type Home struct {
	Path   access.Path
	People int
}

// Viewer is somebody whose roles name a place that the change touches, with
// everything they hold.
type Viewer struct {
	Facts access.Facts
	// Otherwise counts by home whom they see by purchases and teams, which no
	// change of the tree touches.
	Otherwise map[access.Path]int
}

// Sight is what the change does to one viewer: how many people of which homes
// come into their sight, and how many go out of it.
type Sight struct {
	Gains, Loses         int
	GainsFrom, LosesFrom []access.Path // homes as they are before the change
}

// Change holds everything a viewer has against the homes, before and after,
// by the very predicate that decides (access.Reach.Covers).
func (r Rewrite) Change(v Viewer, sight []access.Permission, now time.Time, homes []Home) Sight {
	before, after := reaches(v.Facts, sight, now), reaches(r.facts(v.Facts), sight, now)
	var out Sight
	for _, h := range homes {
		saw, sees := covered(before, h.Path), covered(after, r.Path(h.Path))
		n := h.People - v.Otherwise[h.Path]
		switch {
		case saw == sees || n <= 0:
		case sees:
			out.Gains += n
			out.GainsFrom = append(out.GainsFrom, h.Path)
		default:
			out.Loses += n
			out.LosesFrom = append(out.LosesFrom, h.Path)
		}
	}
	return out
}

// facts are those after the change: roles stay at their places.
func (r Rewrite) facts(f access.Facts) access.Facts {
	grants := slices.Clone(f.Grants())
	for i := range grants {
		grants[i].Node.Path = r.Path(grants[i].Node.Path)
	}
	actor := f.Actor()
	actor.Home = r.Path(actor.Home)
	return access.NewFacts(actor, 0, grants)
}

// reaches are the different reaches of several permissions.
func reaches(f access.Facts, sight []access.Permission, now time.Time) []access.Reach {
	var out []access.Reach
	for _, p := range sight {
		reach := f.For(p, now)
		if !reach.IsEmpty() && !slices.ContainsFunc(out, reach.SameBlocks) {
			out = append(out, reach)
		}
	}
	return out
}

func covered(reaches []access.Reach, home access.Path) bool {
	at := access.Placement{Home: home}
	return slices.ContainsFunc(reaches, func(r access.Reach) bool { return r.Covers(at) })
}

// Spread lists the homes that a grant covers after the change and did not
// before: whoever makes the change gives its holder that much.
func (r Rewrite) Spread(g access.Grant, homes []Home) []access.Path {
	lo, hi := g.Extent.Range(g.Node.Path)
	newLo, newHi := g.Extent.Range(r.Path(g.Node.Path))
	var out []access.Path
	for _, h := range homes {
		if to := r.Path(h.Path); newLo <= to && to < newHi && (h.Path < lo || hi <= h.Path) {
			out = append(out, h.Path)
		}
	}
	return out
}

// Changed is one person whose sight the change touches.
type Changed struct {
	Account                  access.AccountID
	Name                     string
	Gains, Loses             int
	GainsSample, LosesSample []string // some of the people by name
}

// Effect is what a change of the tree does to who sees whom (N-12).
type Effect struct {
	Place   Found
	Target  Found // the new parent or the successor; no id: the top
	People  int   // who change their place, or its way to the top
	Places  int   // locations that move along
	Changed []Changed
	Others  int // people of other organizations whose sight changes; they are not named here
	// Crossing names the two parts of the top level between which people move, where there are two.
	Crossing [2]string
	// Seen stands for all of this; whoever confirms says with it what they have looked at.
	Seen string
}

// Harmless tells that nobody's sight changes.
func (e Effect) Harmless() bool { return len(e.Changed) == 0 && e.Others == 0 }

// Sign works out Seen. key tells acts of different kinds apart.
func (e *Effect) Sign(key string) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %q %q %q %d %d %d\n", key, e.Place.ID, e.Place.Parent, e.Target.ID, e.People, e.Places, e.Others)
	for _, c := range e.Changed {
		fmt.Fprintf(sum, "%q +%d -%d\n", c.Account, c.Gains, c.Loses)
	}
	e.Seen = hex.EncodeToString(sum.Sum(nil)[:12])
}

// Confirmed tells whether the change may go on for somebody who has seen that.
func (e Effect) Confirmed(seen string) error {
	if seen == e.Seen || seen == "" && e.Harmless() {
		return nil
	}
	return ErrUnseen
}

// Sort puts people in the order of their names.
func (e *Effect) Sort() {
	slices.SortFunc(e.Changed, func(a, b Changed) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Account, b.Account)) })
}
