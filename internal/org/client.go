package org

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ambit-lms/ambit/internal/access"
	"github.com/ambit-lms/ambit/internal/day"
	"github.com/ambit-lms/ambit/internal/fault"
)

// Client is an organization as its master sees it, with how large it is.
type Client struct {
	Organization
	Above string // the name of its parent, where that is not the organization that asks
	Figures
}

// Figures say how large a client is and how much of what it bought is used.
type Figures struct {
	People         int // active and invited accounts
	Administrators int // active Organization and Master Administrators
	Places         int // locations in use
	Clients        int // organizations directly below it
	Seats, Taken   int // bought, and of these pending, redeemed or used up
}

// ClientQuery narrows the list of clients.
type ClientQuery struct {
	Q      string // part of the name, the short name or the client ID
	Status Standing
	Cursor string
	Limit  int
}

// Size is the page's size in bounds.
func (q ClientQuery) Size() int {
	if q.Limit <= 0 {
		return 50
	}
	return min(q.Limit, 200)
}

// Standing is what a status and a last day come to on a day.
type Standing string

// Where an organization can stand; an expired one is active, and its last day is over.
const (
	StandsOpen      Standing = "active"
	StandsSuspended Standing = "suspended"
	StandsExpired   Standing = "expired"
	StandsEnded     Standing = "ended"
)

// Standing tells where the organization stands on a day of its own.
func (o Organization) Standing(today day.Day) Standing {
	switch {
	case o.Status == Ended:
		return StandsEnded
	case o.Status == Suspended:
		return StandsSuspended
	case !o.ExpiresOn.IsNone() && today > o.ExpiresOn:
		return StandsExpired
	}
	return StandsOpen
}

// ClientPage is a page of clients by name.
type ClientPage struct {
	Items []Client
	Next  string
	Total int
}

// ClientPosition is the place of a client in the list.
type ClientPosition struct {
	Folded string
	ID     ID
}

// ClientChange is what a master changes of a client; what is nil stays as it is.
// Everything else is the client's own (Settings).
type ClientChange struct {
	Name           *string
	ClientID       *string  // empty: none
	ExpiresOn      *day.Day // day.None: no end
	MayHaveClients *bool

	// Version is that of the client which the change was made from; where it is
	// another by now the change is refused. Empty: whatever it is.
	Version string
}

// ClientVersion names what a ClientChange changes of an organization as it is.
func (o Organization) ClientVersion() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %d %t", o.Name, o.ClientID, o.ExpiresOn, o.MayHaveClients)
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// Check brings the change into its one spelling, with every wrong field named.
func (c ClientChange) Check() (ClientChange, error) {
	var problems []fault.Problem
	if c.Name != nil {
		name := strings.Join(strings.Fields(*c.Name), " ")
		if c.Name = &name; name == "" || utf8.RuneCountInString(name) > 200 {
			problems = append(problems, fault.Problem{Field: "name", Sentence: "Enter a name of at most 200 characters."})
		}
	}
	if c.ClientID != nil {
		id, err := CheckClientID("client_id", *c.ClientID)
		c.ClientID, problems = &id, append(problems, fault.Fields(err)...)
	}
	if len(problems) > 0 {
		return c, fault.Invalidf(problems...)
	}
	return c, nil
}

const longestClientID = 40

// CheckClientID tidies a master's own id of a client; an empty one is none.
func CheckClientID(field, id string) (string, error) {
	id = strings.TrimSpace(id)
	letter := func(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
	for i := range len(id) {
		if c := id[i]; i == 0 && !letter(c) || !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune("._-", rune(c)) || i >= longestClientID {
			return id, fault.Field(field, "Begin with a letter and use at most 40 letters, digits, full stops, hyphens and underscores.")
		}
	}
	return id, nil
}

// Holder is somebody whose role needs that the organization may have clients.
type Holder struct {
	ID   access.AccountID
	Name string
}

// clients is what a store does with client organizations.
type clients interface {
	CursorKey(ctx context.Context) ([]byte, error)
	// CreateClient creates an organization below another, which must lie in the reach.
	CreateClient(ctx context.Context, reach access.Reach, o Organization) (Organization, error)
	// Clients lists a page of what lies below the asker's organization, by name, with one more where
	// there are more, says where each row stands in the list, and counts all of them.
	Clients(ctx context.Context, reach access.Reach, q ClientQuery, after ClientPosition) ([]Client, []ClientPosition, int, error)
	// Client finds one of them.
	Client(ctx context.Context, reach access.Reach, id ID) (Client, error)
	// ChangeClient changes a client whose parent lies in the reach. Where people hold roles that the
	// change would leave without ground it changes nothing and lists them.
	ChangeClient(ctx context.Context, reach access.Reach, id ID, change ClientChange) (Organization, []Holder, error)
	// ChangeClientStatus does so with its status.
	ChangeClientStatus(ctx context.Context, reach access.Reach, id ID, to Status, reason string) (Organization, error)
}

// What can be in the way of changing a client.
var (
	ErrClientIDTaken = fault.Field("client_id", "Another client has this ID already.")
	ErrHasClients    = fault.Field("may_have_clients", "It has clients of its own, so it cannot stop being allowed to.")
	ErrHasMasters    = fault.Field("may_have_clients", "Somebody is Master Administrator there. Give them another role first.")
	ErrClientEnded   = fault.New(fault.Conflict, "This client has ended, so it cannot be changed any more.")
	ErrReason        = fault.Field("reason", "Say why, in at most 500 characters.")
)
