// Package invitation is about asking people in: to the platform, to an activity
// or to a program. An invitation is a typed address and a link; the account and
// the enrollment come when it is accepted. Seats of a purchase are offered in
// package license, and people who are added with an account in package account.
package invitation

import (
	"time"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/bulk"
	"github.com/ambit-lms/ambit/internal/content"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ID names an invitation.
type ID string

// Kind says what somebody is invited to.
type Kind string

// The kinds, each with a right of its own.
const (
	Platform Kind = "platform"
	Activity Kind = "activity"
	Program  Kind = "program"
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Platform, Activity, Program} }

// Permission is the right to invite to a kind of thing.
func (k Kind) Permission() access.Permission {
	switch k {
	case Platform:
		return access.InvitePlatform
	case Activity:
		return access.InviteActivity
	case Program:
		return access.InviteProgram
	}
	return access.None
}

// kindOf finds the kind behind a permission.
func kindOf(p access.Permission) Kind {
	for _, k := range Kinds() {
		if k.Permission() == p {
			return k
		}
	}
	return ""
}

// State is how far an invitation has come.
type State string

// The states. Bounced ones wait like pending ones, but their last letter could
// not be delivered; expired ones waited too long and can be sent again.
const (
	Pending  State = "pending"
	Bounced  State = "bounced"
	Accepted State = "accepted"
	Revoked  State = "revoked"
	Expired  State = "expired"
)

// States lists them in the order of lists.
func States() []State { return []State{Pending, Bounced, Accepted, Revoked, Expired} }

// Lasts is how long a link can be accepted after its last letter.
const Lasts = 30 * 24 * time.Hour

// Between is how long it takes until the same person is written to a third time, or more often.
const Between = time.Minute

// Invitation is what the inviters see of one: what they typed and what became
// of it, and the account only where they may see it.
type Invitation struct {
	ID         ID
	Kind       Kind
	Email      string
	Name       string // as it was typed, if it was
	Product    content.ProductID
	Title      string // of the product
	Location   string // by name; empty: the organization itself
	State      State
	InvitedBy  string // by name; empty: not to be told
	SentAt     time.Time
	Letters    int
	ExpiresAt  time.Time
	CreatedAt  time.Time
	AcceptedAt time.Time
	EndedAt    time.Time
	Account    access.AccountID // that accepted; empty where the asker does not see it
}

// Open tells whether the invitation can still be sent again or revoked.
func (i Invitation) Open() bool {
	return i.State == Pending || i.State == Bounced || i.State == Expired
}

// Person is somebody to invite.
type Person struct {
	Email  string `json:"email"`
	Given  string `json:"given,omitempty"`
	Family string `json:"family,omitempty"`
	Locale string `json:"locale,omitempty"` // of the letter; empty: that of the account, else of the list
}

// Inviting is what an act of inviting is asked for.
type Inviting struct {
	Kind     Kind              `json:"kind"`
	Product  content.ProductID `json:"product,omitempty"`
	Location access.LocationID `json:"location,omitempty"` // where new accounts are placed
	Locale   string            `json:"locale,omitempty"`   // of letters to people without an account
	People   []Person          `json:"people"`
}

// InviteAct is the bulk act of inviting many people. Taking it back revokes
// what is still pending.
const InviteAct bulk.Kind = "people.invite"

// Product is an activity or a program that people can be invited to.
type Product struct {
	ID    content.ProductID
	Title string
}

// Place is a location where new accounts can be put, with its depth in the tree.
type Place struct {
	ID    access.LocationID
	Name  string
	Depth int
}

// Places are those of a reach.
type Places struct {
	Whole bool // the organization itself, too
	List  []Place
	More  bool // there are more than can be listed
}

// Query asks for a page of invitations of one kind, the newest first.
type Query struct {
	Kind   Kind
	State  State  // empty: all
	Q      string // looks into addresses and names
	Cursor string
	Limit  int
}

// Size is the page's size in bounds.
func (q Query) Size() int {
	if q.Limit <= 0 || q.Limit > 200 {
		return 50
	}
	return q.Limit
}

// Page is a page of invitations. Counts is by state, whatever the state asked for.
type Page struct {
	Items  []Invitation
	Next   string
	Total  int
	Counts map[State]int
}

// Why an invitation cannot be sent, or not any more.
var (
	ErrNoProduct = fault.Field("product", "There is no such activity or program here.")
	ErrPlace     = fault.Field("location", "There is no such location in your access.")
	ErrNoPlace   = fault.Field("location", "Choose the location in which new people are placed.")
	ErrAccepted  = fault.New(fault.Conflict, "This invitation was accepted already.")
	ErrOver      = fault.New(fault.Conflict, "This invitation was revoked already.")
	ErrAgain     = fault.New(fault.Conflict, "This person has been invited again since then.")
	ErrTooSoon   = fault.New(fault.TooMany, "A letter went out a moment ago. Try again in a minute.")
)

// What comes of a line of an act of inviting.
const (
	LineInvited   = "invited"
	LineHere      = "here"     // has an account already
	LineEnrolled  = "enrolled" // takes part already
	LinePending   = "pending"  // is invited already
	LineTwice     = "twice"
	LineNoAddress = "no_address"
	LineNoName    = "no_name" // a name that nobody can have
	LineSuspended = "suspended"
	LineRevoked   = "revoked"
	LineKept      = "kept" // accepted or revoked since then
)

// Line is what comes of one person.
type Line struct {
	Person
	Result string
	ID     ID
}

// Plan is the plan of an act of inviting.
func Plan(lines []Line) bulk.Plan {
	plan := bulk.Plan{Lines: make([]bulk.Line, len(lines))}
	for i, l := range lines {
		plan.Lines[i] = bulk.Line{Subject: l.Email, Result: l.Result, OK: l.Result == LineInvited}
		if name := l.name(); name != "" {
			plan.Lines[i].Detail = map[string]string{"name": name}
		}
	}
	n := plan.Effective()
	plan.Facts = map[string]int{"invited": n, "left": len(lines) - n}
	return plan
}
