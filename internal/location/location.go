// Package location is about the places of an organization: a tree of
// locations, which level each is of, and what changing the tree does to who
// sees whom. Where a person is placed is package account's; what a place gives
// its managers is decided by access alone, over paths that follow the tree.
package location

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/fault"
)

// ID names a location.
type ID = access.LocationID

// TypeID names a type of location.
type TypeID string

// Deepest is how many levels of locations there may be: a path must fit an index.
const Deepest = 100

// Place is one location as lists show it.
type Place struct {
	ID           ID
	Organization access.OrgID
	Parent       ID // empty at the top
	Path         access.Path
	Name         string
	ExternalID   string
	Type         TypeID // empty: none
	TypeName     string
	Children     int // open locations directly below, as far as the asker sees them
	RetiredAt    time.Time
	MergedInto   ID
}

// Named is a location by name, on the way to another.
type Named struct {
	ID   ID
	Name string
}

// Found is a location with the names above it, the topmost first, as far as
// the asker sees them.
type Found struct {
	Place
	Trail  []Named
	Client string // the organization's name, of a location of a client's
}

// Details is everything about one location.
type Details struct {
	Found
	Here   int // people placed at it
	Within int // and below it
	Places int // open locations below it
	Grants int // roles that name it
}

// New is what is said of a new location.
type New struct {
	Name       string
	ExternalID string
	Parent     ID
	Type       TypeID
}

// Edit is what a location is called, and of which type it is.
type Edit struct {
	Name       string
	ExternalID string
	Type       TypeID
}

// longestID is how long an external id may be.
const longestID = 200

// check tidies what was typed and names every wrong field.
func check(name, externalID string) (string, string, error) {
	name, externalID = strings.Join(strings.Fields(name), " "), strings.TrimSpace(externalID)
	var wrong []fault.Problem
	if name == "" || utf8.RuneCountInString(name) > 100 || !printable(name) {
		wrong = append(wrong, fault.Problem{Field: "name", Sentence: "Enter a name of at most 100 characters."})
	}
	if utf8.RuneCountInString(externalID) > longestID || !printable(externalID) {
		wrong = append(wrong, fault.Problem{Field: "external_id", Sentence: "Enter an id of at most 200 characters in one line."})
	}
	if len(wrong) > 0 {
		return "", "", fault.Invalidf(wrong...)
	}
	return name, externalID, nil
}

func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// Settings are the two switches of the feature.
type Settings struct {
	Locations   bool // there are locations at all
	Hierarchies bool // and locations below locations
}

// Holder is somebody whose role depends on what is to be switched off.
type Holder struct {
	Account access.AccountID
	Name    string
	Role    access.Role
	Place   string
}

// What can be in the way.
var (
	ErrOff          = fault.New(fault.Conflict, "This organization does not use locations. Switch them on first.")
	ErrFlat         = fault.New(fault.Conflict, "This organization does not use locations below locations. Switch hierarchies on first.")
	ErrHeld         = fault.New(fault.Conflict, "People hold roles that depend on this. End or change these roles first.")
	ErrRetired      = fault.New(fault.Conflict, "This location is retired.")
	ErrTargetGone   = fault.Field("to", "Choose a location that is in use.")
	ErrCircle       = fault.Field("to", "A location cannot lie within itself. Choose one outside of it.")
	ErrThere        = fault.Field("to", "It lies there already.")
	ErrTooDeep      = fault.Field("to", "Locations can be 100 levels deep at most.")
	ErrIDTaken      = fault.Field("external_id", "A location of this organization has this id already.")
	ErrUnseen       = fault.New(fault.Conflict, "This changes who sees whom, and that was not looked at, or has changed since. Nothing was done; look at it again.")
	ErrMoreThanOwn  = fault.New(fault.Forbidden, "By this somebody would get more access than yours includes.")
	ErrInUse        = fault.New(fault.Conflict, "Still here: {1} people, {2} locations below, {3} roles. Move them, or merge this location into another.")
	ErrNoParent     = fault.Field("parent", "Choose a location that is in use.")
	ErrTypeUnknown  = fault.Field("type", "Choose one of the types.")
	ErrTypeParent   = fault.New(fault.Conflict, "A location of this type needs one of another type directly above it. Look at the types.")
	ErrTypeChildren = fault.New(fault.Conflict, "A location directly below would not fit. Look at the types.")
	ErrTypeTaken    = fault.Field("name", "There is a type of this name already.")
	ErrTypeUsed     = fault.New(fault.Conflict, "Locations or other types still use this type.")
)
