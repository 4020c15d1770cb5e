// Package team is about teams: sets of learners who are seen together. Being a
// member gives no view of the other members (I-04); who may see a team's
// people is decided in access. People who act together are a group (management).
//
// Two reaches meet on every answer: one says which teams, the other, for
// learner.view, whose names and numbers may be told of them. A team can have
// members, an owner or watchers whom its reader does not know.
package team

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Team is a named set of learners of one organization.
type Team struct {
	ID           access.TeamID
	ExternalID   string
	Organization access.OrgID
	// OrganizationName tells teams of clients apart from one's own.
	OrganizationName string
	Path             access.Path // of the organization
	Zone             *time.Location
	Name, Folded     string
	Owner            access.AccountID // who created it; empty: nobody any more
	OwnerName        string           // empty where the reader may not know them
	Members          int              // those whom the reader can see
	CreatedAt        time.Time
}

// Thing is the team as access knows it.
func (t Team) Thing() access.Thing { return access.Thing{Place: t.Path, Team: t.ID, Owner: t.Owner} }

// Covers tells whether a reach holds the team.
func Covers(reach access.Reach, t Team) bool {
	covered, _ := reach.CoversThing(t.Thing())
	return covered
}

// MayEnd tells whether the asker may delete a team: by answering for its
// organization or by owning it, never because it was shared with them (M-118).
func MayEnd(edits access.Reach, t Team) error {
	for _, b := range edits.Blocks() {
		if b.IsRange() && b.Lo <= t.Path && t.Path < b.Hi && (!b.Own || t.Owner != "" && t.Owner == edits.Actor().Account) {
			return nil
		}
	}
	return ErrEndOwn
}

// The refusals about teams.
var (
	ErrName    = fault.Field("name", "There is a team of this name already.")
	ErrEndOwn  = fault.New(fault.Forbidden, "A team is deleted by its owner, or by an administrator.")
	ErrRetaken = fault.New(fault.Conflict, "Another team has this name by now. Rename that one first.")
	ErrNobody  = fault.Field("people", "Choose at least one person.")
	ErrTooMany = fault.Field("people", "Choose at most 5,000 people at a time.")
)

// MostAtOnce is how many people one act adds, removes or makes a team of.
const MostAtOnce = 5000

const longestName = 100

// checkName is the name as it is kept, or what is wrong with it.
func checkName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > longestName {
		return "", fault.Field("name", "Enter a name of at most 100 characters.")
	}
	return name, nil
}

// Draft is a team that is to be made, with its first members.
type Draft struct {
	Name   string
	People []access.AccountID
}

// Made is what came of it. Whoever of the draft is not among the learners of
// its author is left out.
type Made struct {
	ID      access.TeamID
	Members int
	LeftOut int
}
