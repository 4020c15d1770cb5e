package management

import (
	"slices"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ErrMoreThanOwn refuses to hand on by a group or a policy what the asker does not have (I-06).
var ErrMoreThanOwn = fault.New(fault.Forbidden, "This gives more than your own access includes.")

// MayHandOn tells whether the asker may give others what a grant says (I-06):
// the act itself is theirs to do over the whole place, and for each permission
// of the role some grant of their own has it over the whole place, whichever.
// Whoever holds a seat or is in a team can be anywhere in its organization, so a
// purchase or a team stands for all of it; only what is about the team itself is
// held over that team, and its owner who may share it hands that on.
func MayHandOn(reach access.Reach, g access.Grant) error {
	if reach.Actor().System != "" {
		return nil // named pieces of the system are given their places by us
	}
	if !overPlace(reach, g) && !overTeam(reach, g) {
		return ErrMoreThanOwn
	}
	for _, p := range (g.Role.Any | g.Role.Own).List() {
		switch {
		case overPlace(reach.Also(p), g):
		case teamItself.Has(p) && (overTeam(reach.Also(p), g) || ownTeam(reach.Also(access.TeamShare), g)):
		default:
			return ErrMoreThanOwn
		}
	}
	return nil
}

// teamItself are the permissions that are about a team and not about people's learning.
var teamItself = access.SetOf(access.TeamList, access.TeamView, access.TeamEdit, access.TeamShare)

// overPlace tells whether a reach holds everybody whom a grant can ever cover.
func overPlace(reach access.Reach, g access.Grant) bool {
	extent := g.Extent
	if g.Node.Kind == access.AtPurchase || g.Node.Kind == access.AtTeam {
		extent = access.Within
	}
	lo, hi := extent.Range(g.Node.Path)
	return slices.ContainsFunc(reach.Blocks(), func(b access.Block) bool {
		return b.IsRange() && !b.Own && b.Lo <= lo && hi <= b.Hi
	})
}

// overTeam tells whether a reach holds the team of a grant, as the asker's own or not.
func overTeam(reach access.Reach, g access.Grant) bool {
	if g.Node.Kind != access.AtTeam {
		return false
	}
	covered, _ := reach.CoversThing(teamThing(g.Node))
	return covered
}

// ownTeam tells whether a reach holds the team of a grant and the asker owns it.
func ownTeam(reach access.Reach, g access.Grant) bool {
	return overTeam(reach, g) && g.Node.Owner != "" && g.Node.Owner == reach.Actor().Account
}

func teamThing(n access.Node) access.Thing {
	return access.Thing{Place: n.Path, Team: access.TeamID(n.ID), Owner: n.Owner}
}
