// Package access decides who sees and may do what. It is pure: no I/O, no
// clock. Facts (what one actor holds) are loaded once a request; For turns
// them into a Reach, and the same Reach answers "may I?", becomes the SQL
// condition (store/visible.go), explains itself and is turned around ("who can
// see this learner?"). There is no second way to decide (I-01 to I-05).
//
// Words: a Grant is a row (who, role, node, extent, when); a Reach is an answer.
package access

import (
	"crypto/rand"
	"encoding/base32"
)

// RealmID and the other ids of what access is about; the packages that own
// these things use the same types.
type (
	RealmID    int64  // a master organization with all its clients; the unit of isolation
	OrgID      string // an organization
	LocationID string // a location of an organization
	AccountID  string // one person in one organization
	PurchaseID string // a license purchase
	TeamID     string // a team
	GroupID    string // a group of people who act
	PolicyID   string // a policy
	GrantID    string // a role grant
	LearnerNo  uint32 // dense number of an account in its realm; never shown
	ActivityNo uint32 // dense number of an activity in its realm; never shown
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID makes a public id: 128 random bits in 26 lower-case letters and digits.
func NewID() string {
	var raw [16]byte
	rand.Read(raw[:]) // never fails: crypto/rand ends the program instead
	return encoding.EncodeToString(raw[:])
}

// NewSecret makes a token of 256 random bits; only its hash is ever stored.
func NewSecret() string {
	var raw [32]byte
	rand.Read(raw[:])
	return encoding.EncodeToString(raw[:])
}

// Path is the place of an organization or a location in its realm's tree. Its
// bytes sort in tree order, locations before client organizations, so that
// every extent is one half-open range.
type Path string

// segment lengths: one letter for the kind, six digits of base 36 for the number.
const pathDigits = 6

// Root is the path of the realm's master organization.
const Root Path = "o000001"

// Organization is the path of a client organization numbered no under p.
func (p Path) Organization(no int64) Path { return p + "o" + digits(no) }

// Location is the path of a location numbered no under p.
func (p Path) Location(no int64) Path { return p + "l" + digits(no) }

func digits(no int64) Path {
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
	var out [pathDigits]byte
	for i := pathDigits - 1; i >= 0; i-- {
		out[i] = alphabet[no%36]
		no /= 36
	}
	return Path(out[:])
}

// OrganizationPath is the path of the organization that p lies in.
func (p Path) OrganizationPath() Path {
	for len(p) > 1+pathDigits && p[len(p)-1-pathDigits] == 'l' {
		p = p[:len(p)-1-pathDigits]
	}
	return p
}

// Ancestors lists p and every path above it, nearest first.
func (p Path) Ancestors() []Path {
	var out []Path
	for ; len(p) > 0; p = p[:len(p)-1-pathDigits] {
		out = append(out, p)
		if len(p) <= 1+pathDigits {
			break
		}
	}
	return out
}

// Extent says how far a grant at a node of the tree goes.
type Extent uint8

// The extents, narrowest first; the zero value is the narrowest.
const (
	Here   Extent = iota // the node alone
	Within               // and what is below it in the organization
	Beyond               // and its client organizations
)

// String names the extent as it is stored.
func (e Extent) String() string { return [...]string{"here", "within", "beyond"}[e] }

// ParseExtent reads what String wrote; anything else is Here.
func ParseExtent(text string) Extent {
	switch text {
	case "within":
		return Within
	case "beyond":
		return Beyond
	}
	return Here
}

// Range is the half-open range of homes that the extent covers at p.
func (e Extent) Range(p Path) (lo, hi Path) {
	// Children continue with 'l' (location) or 'o' (client organization).
	switch e {
	case Within:
		return p, p + "o"
	case Beyond:
		return p, p + "p"
	}
	return p, p + "a"
}

// NodeKind is the kind of thing a grant is made at.
type NodeKind string

// The kinds of node.
const (
	AtOrganization NodeKind = "organization"
	AtLocation     NodeKind = "location"
	AtPurchase     NodeKind = "purchase"
	AtTeam         NodeKind = "team"
)

// Node is the place of a grant. Path is its own for organizations and
// locations, and that of its organization for purchases and teams.
type Node struct {
	Kind       NodeKind
	ID         string
	Path       Path
	Label      string
	Owner      AccountID    // buyer of the purchase, owner of the team
	Product    string       // what the purchase is of
	Activities []ActivityNo // of the purchase's product, ascending
}

// Depth counts the locations on the way from the organization down to p.
func (p Path) Depth() int { return (len(p) - len(p.OrganizationPath())) / (1 + pathDigits) }
