package management

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-lms/ambit/internal/access"
)

// RoleEffect is what a change of a custom role does to those who hold it (N-19).
type RoleEffect struct {
	Role    CustomRole // as it is
	To      RoleDraft  // as it would be; empty: it would end
	Changes []PermissionChange
	Sight   Effect // who sees whom, person by person
	// Seen stands for all of this; whoever confirms says with it what they have looked at.
	Seen string
}

// PermissionChange is how many people gain and lose a permission, and over how
// many learners, each once. Of what one owns there are no learners.
type PermissionChange struct {
	Permission   access.Permission
	Gains, Loses Reached
}

// Reached is so many people and so many learners.
type Reached struct{ People, Learners int }

// Harmless tells that nobody has more or less by it.
func (e RoleEffect) Harmless() bool { return len(e.Changes) == 0 && e.Sight.Harmless() }

// Sign works out Seen.
func (e *RoleEffect) Sign() {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %d %+v %v %q\n", e.Role.ID, e.Role.Version, e.To, e.Changes, e.Sight.Seen)
	e.Seen = hex.EncodeToString(sum.Sum(nil)[:12])
}

// Confirmed tells whether the change may go on for somebody who has seen that.
func (e RoleEffect) Confirmed(seen string) error {
	if seen == e.Seen || seen == "" && e.Harmless() {
		return nil
	}
	return ErrUnseen
}

// Shift is how what somebody reaches by a permission changes.
type Shift struct {
	Permission    access.Permission
	Before, After access.Reach
	Gains, Loses  bool
}

// Shifts lists the permissions, of some, that give somebody more or less than before.
func (h Held) Shifts(of access.Set, now time.Time) []Shift {
	var out []Shift
	for _, p := range of.List() {
		s := Shift{Permission: p, Before: h.Before.For(p, now), After: h.After.For(p, now)}
		s.Gains, s.Loses = exceeds(s.After, s.Before), exceeds(s.Before, s.After)
		if s.Gains || s.Loses {
			out = append(out, s)
		}
	}
	return out
}

// exceeds tells whether a reach has a part that lies in no part of another.
func exceeds(a, b access.Reach) bool {
	within := b.Blocks()
	return slices.ContainsFunc(a.Blocks(), func(part access.Block) bool {
		return !slices.ContainsFunc(within, func(whole access.Block) bool { return liesIn(part, whole) })
	})
}

// liesIn tells whether all of one block is in another; a purchase and a team
// lie in what holds their whole organization.
func liesIn(part, whole access.Block) bool {
	switch {
	case whole.Own && !part.Own:
		return false
	case part.Purchase != "" && part.Purchase == whole.Purchase, part.Team != "" && part.Team == whole.Team:
		return true
	case !whole.IsRange():
		return false
	case part.IsRange():
		return whole.Lo <= part.Lo && part.Hi <= whole.Hi
	}
	lo, hi := access.Within.Range(part.Grant().Node.Path)
	return whole.Lo <= lo && hi <= whole.Hi
}
