package access

import (
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

// Nearly is a grant that misses by one thing.
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
	Elsewhere    Missing = "place"      // the learner is not at that place
	NoGrant      Missing = "no_access"  // the person holds nothing at all
	onlyWhatOwns Missing = "only_what_one_owns"
)

// Explain tells for a permission every way by which the actor sees the
// learner, or what is missing.
func (f Facts) Explain(p Permission, now time.Time, learner Placement) Explanation {
	var e Explanation
	for _, b := range f.For(p, now).blocks {
		if b.coversLearner(learner) {
			e.Because = append(e.Because, b.grant)
		}
	}
	if e.Allowed = len(e.Because) > 0; e.Allowed {
		return e
	}
	best := Nearly{Missing: NoGrant}
	for _, g := range f.grants {
		if n := nearly(g, p, now, learner); rank(n.Missing) < rank(best.Missing) {
			best = n
		}
	}
	e.Nearest = &best
	return e
}

func nearly(g Grant, p Permission, now time.Time, learner Placement) Nearly {
	n := Nearly{Grant: g}
	b, has := g.block(p)
	if !has {
		b, _ = Grant{Role: Role{Any: SetOf(LearnerView)}, Node: g.Node, Extent: g.Extent}.block(LearnerView)
	}
	switch {
	case has && b.Own:
		n.Missing = onlyWhatOwns
	case !b.coversLearner(learner):
		n.Missing = Elsewhere
	case !has:
		n.Missing = NoPermission
	case now.Before(g.From) || g.Via != nil && now.Before(g.Via.From):
		n.Missing = NotYet
	default:
		n.Missing = Over
	}
	return n
}

func rank(m Missing) int {
	return slices.Index([]Missing{NotYet, Over, NoPermission, onlyWhatOwns, Elsewhere, NoGrant}, m)
}

// Viewers turns the question around: of grants held by anybody, those that
// lead to the learner for a permission now, by holder and then in the order given.
func Viewers(p Permission, now time.Time, learner Placement, held []Grant) []Grant {
	var out []Grant
	for _, g := range held {
		if !g.Valid(now) {
			continue
		}
		if b, ok := g.block(p); ok && b.coversLearner(learner) {
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
