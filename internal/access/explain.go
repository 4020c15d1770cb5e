package access

import (
	"math"
	"slices"
	"time"
)

// Explanation answers "why can this person see this learner?" and "why not?"
// from the same grants and the same predicate that decide (N-01).
type Explanation struct {
	Allowed bool
	Because []Grant // each way that leads there now; ending all of them ends it
	Nearest *Nearly // when not allowed: the missing link closest to allowing it
}

// Nearly is the grant that misses by the fewest things, and the largest of them.
type Nearly struct {
	Grant   Grant
	Missing Missing
}

// Missing says what a grant lacks to lead to a learner.
type Missing string

// What can be missing, the smallest mending first.
const (
	NotYet       Missing = "not_yet"    // begins later
	Over         Missing = "over"       // has ended
	NoPermission Missing = "permission" // the role lacks the permission
	OnlyOwn      Missing = "own"        // the role has it only over what the person owns
	Elsewhere    Missing = "place"      // the learner is not at that place
	NoGrant      Missing = "no_access"  // the person holds nothing at all
)

// Explain tells for a permission every way by which the actor sees the
// learner, or what is missing.
func (f Facts) Explain(p Permission, now time.Time, learner Placement) Explanation {
	var e Explanation
	for _, b := range f.For(p, now).blocks {
		if b.coversLearner(&learner) {
			e.Because = append(e.Because, b.Grant())
		}
	}
	if e.Allowed = len(e.Because) > 0; e.Allowed {
		return e
	}
	e.Nearest = &Nearly{Missing: NoGrant}
	best := math.MaxInt
	for i := range f.grants {
		g := &f.grants[i]
		// Fewer things before smaller ones: an old grant of the wrong role is not near.
		missing := f.missing(g, p, now, learner)
		largest := missing[len(missing)-1]
		if distance := len(missing)*len(mendings) + slices.Index(mendings, largest); distance < best {
			best, e.Nearest = distance, &Nearly{Grant: *g, Missing: largest}
		}
	}
	return e
}

// mendings lists what can be missing of a grant, the smallest first.
var mendings = []Missing{NotYet, Over, NoPermission, OnlyOwn, Elsewhere}

// missing lists what keeps a grant from leading to the learner, in the order
// of mendings; it is asked only about grants that do not lead there.
func (f Facts) missing(g *Grant, p Permission, now time.Time, learner Placement) []Missing {
	var out []Missing
	switch {
	case g.over(now):
		out = append(out, Over)
	case !g.Valid(now):
		out = append(out, NotYet)
	}
	b, has := g.block(p)
	switch {
	case !has || !f.mask.Has(p):
		out = append(out, NoPermission)
	case b.Own:
		out = append(out, OnlyOwn)
	}
	anybody := Grant{Role: Role{Any: SetOf(LearnerView)}, Node: g.Node, Extent: g.Extent}
	there, _ := anybody.block(LearnerView)
	if !there.coversLearner(&learner) {
		out = append(out, Elsewhere)
	}
	return out
}

// over tells whether the grant, or the membership that brings it, has ended.
func (g *Grant) over(now time.Time) bool {
	past := func(end time.Time) bool { return !end.IsZero() && !now.Before(end) }
	return past(g.Until) || past(g.Ended) || g.Via != nil && past(g.Via.Until)
}

// Viewers turns the question around: of grants held by anybody, those that
// lead to the learner for a permission now, by holder and then in the order given.
func Viewers(p Permission, now time.Time, learner Placement, held []Grant) []Grant {
	var out []Grant
	for _, g := range held {
		if !g.Valid(now) {
			continue
		}
		if b, ok := g.block(p); ok && b.coversLearner(&learner) {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b Grant) int {
		switch {
		case a.Holder < b.Holder:
			return -1
		case a.Holder > b.Holder:
			return 1
		}
		return 0
	})
	return out
}
