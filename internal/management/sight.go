package management

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Held is what one person holds before and after a change of access.
type Held struct{ Before, After access.Facts }

// Instead is facts in which some grants have ended and others begun.
func Instead(f access.Facts, ends func(access.Grant) bool, begin ...access.Grant) access.Facts {
	left := slices.DeleteFunc(slices.Clone(f.Grants()), ends)
	return access.NewFacts(f.Actor(), 0, append(left, begin...))
}

// Recast is facts in which a role allows something else; its key tells which.
func Recast(f access.Facts, role access.Role) access.Facts {
	grants := slices.Clone(f.Grants())
	for i := range grants {
		if grants[i].Role.Key == role.Key {
			grants[i].Role = role
		}
	}
	return access.NewFacts(f.Actor(), 0, grants)
}

// Effect is what a change of access does to who sees whom (N-02, N-19).
type Effect struct {
	Changed []Sighted
	Others  int      // people whose sight changes and whom the asker may not know; they are not named
	Crosses []string // organizations, other than their own, that come into somebody's sight
	// Seen stands for all of this; whoever confirms says with it what they have looked at.
	Seen string
}

// Sighted is one person whose sight changes.
type Sighted struct {
	Person
	Gains, Loses int
	// Some of the learners by name, as far as the asker may know them.
	GainsSample, LosesSample []string
	// Organizations and Locations say where the learners are, the most first,
	// as far as the asker may know the places; of locations only some.
	Organizations, Locations []SightAt
}

// SightAt is so many learners at one place.
type SightAt struct {
	Name         string
	Gains, Loses int
}

// ErrUnseen refuses a change whose effect is no longer what was looked at.
var ErrUnseen = fault.New(fault.Conflict, "This changes who sees whom, and that was not looked at, or has changed since. Nothing was done; look at it again.")

// Harmless tells that nobody's sight changes.
func (e Effect) Harmless() bool { return len(e.Changed) == 0 && e.Others == 0 }

// Sign works out Seen. about tells apart what is done to whom.
func (e *Effect) Sign(about ...string) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %d %q\n", about, e.Others, e.Crosses)
	for _, c := range e.Changed {
		fmt.Fprintf(sum, "%q +%d -%d\n", c.ID, c.Gains, c.Loses)
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

// Add joins the effect of another change that is made together with this one.
func (e *Effect) Add(o Effect) {
	for _, c := range o.Changed {
		i := slices.IndexFunc(e.Changed, func(m Sighted) bool { return m.ID == c.ID })
		if i < 0 {
			e.Changed = append(e.Changed, c)
			continue
		}
		e.Changed[i].Gains += c.Gains
		e.Changed[i].Loses += c.Loses
		e.Changed[i].GainsSample = append(e.Changed[i].GainsSample, c.GainsSample...)
		e.Changed[i].LosesSample = append(e.Changed[i].LosesSample, c.LosesSample...)
	}
	e.Others += o.Others
	e.Crosses = slices.Compact(slices.Sorted(slices.Values(append(e.Crosses, o.Crosses...))))
	e.Sort()
}

// Sort puts people in the order of their names.
func (e *Effect) Sort() {
	slices.SortFunc(e.Changed, func(a, b Sighted) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}
